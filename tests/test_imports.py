import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {
    "dateparser",
    "docx",
    "faiss",
    "gradio",
    "httpx",
    "huggingface_hub",
    "llama_index",
    "lxml",
    "numpy",
    "onnxruntime",
    "pandas",
    "pypdf",
    "scipy",
    "sentence_transformers",
    "sklearn",
    "tantivy",
    "tiktoken",
    "tokenizers",
    "torch",
    "trafilatura",
    "transformers",
    "xllamacpp",
}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "statement", ["import index, qa", "import index.errors, index.types, qa.errors, qa.types, qa.engine, qa.models"]
)
def test_importing_the_packages_brings_in_nothing_heavy(statement: str) -> None:
    ran = run("-c", f"{statement}; import sys; print(*sorted(name.partition('.')[0] for name in sys.modules))")

    assert ran.stderr == ""
    assert set(ran.stdout.split()) & HEAVY == set()


def test_the_help_of_the_command_line_brings_in_nothing_heavy() -> None:
    ran = run("-X", "importtime", "-m", "qa.cli", "--help")

    assert "usage" in ran.stdout
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in ran.stderr.splitlines()}
    assert "argparse" in imported
    assert imported & HEAVY == set()


@pytest.mark.parametrize("package", ["index", "qa"])
def test_every_public_name_is_there_and_an_unknown_one_is_an_attribute_error(package: str) -> None:
    module = importlib.import_module(package)

    for name in module.__all__:
        assert getattr(module, name).__name__ == name
    assert sorted(module.__all__) == sorted(set(module.__all__))
    with pytest.raises(AttributeError, match="no attribute 'nothing_of_this_name'"):
        _ = module.nothing_of_this_name


def test_the_packages_know_each_other_only_as_agreed() -> None:
    ran = run("-c", "from importlinter.cli import lint_imports_command as check; check()", "--no-cache")

    assert "0 broken" in ran.stdout, ran.stdout
    assert ran.returncode == 0
