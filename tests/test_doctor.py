"""The doctor names what is wrong and how to mend it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from index import Index
from index.embed import HashingEmbedder
from qa import doctor
from qa.cli import main


@pytest.fixture(autouse=True)
def small_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("index.index.default_embedder", HashingEmbedder)
    monkeypatch.setenv("ONRECORD_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def made(tmp_path: Path) -> Path:
    (tmp_path / "note.txt").write_text("The harbour was dredged to seven metres in April.", encoding="utf-8")
    with Index.open(tmp_path / "made") as documents:
        documents.sync([tmp_path / "note.txt"])
    return tmp_path / "made"


def of(area: str, index: Path, **options: bool) -> list[doctor.Finding]:
    return [finding for finding in doctor.examine(index, **options) if finding.area == area]


def test_a_sound_index_is_ok(made: Path) -> None:
    [finding] = of("index", made)
    assert finding.ok
    assert finding.mend is None
    assert "1 documents" in finding.found
    assert finding.found.endswith("; embedded with hashing")


def test_a_missing_index_that_was_named_is_wrong(tmp_path: Path) -> None:
    [finding] = of("index", tmp_path / "none")
    assert not finding.ok
    assert "onrecord index" in str(finding.mend)


def test_a_missing_index_that_nobody_named_is_no_fault(tmp_path: Path) -> None:
    [finding] = of("index", tmp_path / "none", index_expected=False)
    assert finding.ok


def test_a_damaged_index_is_wrong_and_can_be_mended(made: Path) -> None:
    for file in made.glob("*.sqlite*"):
        file.write_bytes(b"this is no database" * 100)
    [finding, *_] = of("index", made)
    assert not finding.ok
    assert finding.mend


def test_parts_that_do_not_hold_what_the_store_holds_are_made_anew_where_that_is_asked(made: Path) -> None:
    from index.lexical import LexicalIndex

    words = LexicalIndex.load(made)
    assert words is not None
    words.update(add=[], remove=words.ids())
    [finding, *_] = of("index", made)
    assert not finding.ok
    assert "--mend" in str(finding.mend)

    assert [each.ok for each in of("index", made, mend=True)] == [True]
    assert [each.ok for each in of("index", made)] == [True]


@pytest.mark.parametrize(
    ("requirement", "complaint"),
    [
        ("numpy>=1", None),
        ("numpy<1", "but <1 is needed"),
        ("surely-nobody-made-this", "not installed"),
        ('surely-nobody-made-this; extra == "dev"', None),
    ],
)
def test_a_package_is_held_against_its_pin(requirement: str, complaint: str | None) -> None:
    found = [finding.found for finding in doctor._dependency(requirement)]
    assert len(found) == (complaint is not None)
    assert complaint is None or complaint in found[0]


def test_every_package_that_is_declared_can_be_imported() -> None:
    told = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    found = [finding for each in told["project"]["dependencies"] for finding in doctor._dependency(each)]
    assert found == []


@pytest.mark.parametrize(("size", "wrong"), [(4, False), (5, True)])
def test_a_model_file_of_another_size_is_wrong(tmp_path: Path, size: int, wrong: bool) -> None:
    (tmp_path / "weights.bin").write_bytes(b"abcd")
    finding = doctor._model("ranker", "a ranker", tmp_path / "weights.bin", size, None)
    assert finding.ok is not wrong
    assert bool(finding.mend) is wrong


def test_a_full_check_reads_the_hash(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"abcd")
    right = "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589"
    assert doctor._model("ranker", "a ranker", tmp_path / "weights.bin", 4, right).ok
    assert not doctor._model("ranker", "a ranker", tmp_path / "weights.bin", 4, "0" * 64).ok


def test_a_cache_that_cannot_be_made_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("ONRECORD_CACHE", str(tmp_path / "file" / "cache"))
    [finding] = of("cache", tmp_path)
    assert not finding.ok
    assert "ONRECORD_CACHE" in str(finding.mend)


def test_each_fault_is_printed_with_how_to_mend_it() -> None:
    findings = [
        doctor.Finding(area="python", ok=True, found="3.11.7"),
        doctor.Finding(area="cache", ok=False, found="/x: read-only", mend="choose another"),
    ]
    assert doctor.findings_as_text(findings) == (
        "ok     python  3.11.7\nWRONG  cache   /x: read-only\n               mend: choose another\n"
    )


def test_a_fault_ends_with_status_1_and_json_stays_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--index", str(tmp_path / "none"), "--json"]) == 1
    captured = capsys.readouterr()
    findings = json.loads(captured.out)
    assert {"area": "python", "ok": True, "found": findings[0]["found"], "mend": None} == findings[0]
    assert captured.err.startswith("onrecord: ")
    assert captured.err.count("\n") == 1
