"""`onrecord eval` from outside: what it prints, writes and returns."""

from __future__ import annotations

import json
import shutil
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

from evals.cli import MADE_BY_EVAL, _index, _next_folder, _parser, main
from evals.errors import SuiteError
from evals.folder import RESULTS, open_run, read_manifest
from evals.types import Suite
from qa.cli import main as onrecord


def run_eval(*arguments: str) -> int:
    return onrecord(["eval", *arguments])


@pytest.fixture
def finished(tmp_path: Path, suite, fresh_assistant) -> Path:  # type: ignore[no-untyped-def]
    from evals.report import write
    from evals.runner import run

    out = tmp_path / "finished"
    report = run(suite, fresh_assistant(), out=out)
    write(report, out)
    return out


def test_the_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run_eval("--help")

    assert stopped.value.code == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in ("run", "compare", "judge", "label", "correct", "export", "import"))


def test_tags_and_ids_may_be_given_at_once_or_one_by_one() -> None:
    given = _parser().parse_args(["run", "examples", "--only", "e01,e02", "--only", "hedged"])
    assert given.only == ["e01", "e02", "hedged"]
    assert _parser().parse_args(["run", "examples"]).only == []


def test_the_main_help_names_eval(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        onrecord(["--help"])

    assert "measure answers on a suite of questions" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["nothing", "--limit", "0"],
        ["x", "--temperature", "hot"],
        ["x", "--risk", "1"],
        ["compare", "a"],
        ["x", "--seed", "-1"],
    ],
)
def test_wrong_usage_has_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run_eval(*arguments)

    assert stopped.value.code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nosuchsuite"], "nosuchsuite"),
        (["compare", "nowhere", "neither"], "nowhere holds no run"),
        (["report", "nowhere"], "nowhere holds no run"),
        (["label", "nowhere"], "nowhere holds no run"),
        (["squad2", "--data", "nowhere"], "nowhere"),
        (["judge", "--data", "nowhere"], "nowhere"),
        (["export", "nowhere", "--format", "ragas"], "nowhere holds no finished run"),
        (["export", "nowhere", "--format", "trec"], "nowhere holds no finished run"),
        (["export", "examples", "--format", "beir"], "give the new folder as --to"),
        (["import", "nowhere", "--format", "beir", "--to", "new"], "nowhere"),
    ],
)
def test_bad_input_gets_one_line_and_status_1(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run_eval(*arguments) == 1
    shown = capsys.readouterr().err
    assert said in shown
    assert len(shown.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_run_can_be_compared_with_another_and_written_again(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    shutil.copytree(finished, other)

    assert main(["compare", str(finished), str(other), "--json"]) == 0
    compared = json.loads(capsys.readouterr().out)
    assert compared["flips"] == []
    assert {row["difference"] for row in compared["differences"] if row["difference"] is not None} == {0.0}

    (other / "report.html").unlink()
    assert main(["report", str(other), "--against", str(finished), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["outcomes"]["answered right"] == 3
    assert (other / "report.html").is_file()
    assert (other / "junit.xml").is_file()


def test_claims_are_labelled_by_a_person_and_correct_the_rate(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["label", str(finished), "-n", "3"]) == 0
    sheet = capsys.readouterr().out
    head, *rows = sheet.strip().splitlines()
    filled = tmp_path / "sheet.csv"
    filled.write_text("\n".join([head, *(f"{row.rstrip(',')},yes" for row in rows), ""]), encoding="utf-8")

    assert len(rows) == 3
    assert main(["correct", str(finished), "--labels", str(filled)]) == 0
    assert "corrected" in capsys.readouterr().out


def test_an_unfinished_run_is_gone_on_with_where_it_is_the_same(finished: Path, tmp_path: Path) -> None:
    manifest = read_manifest(finished)
    runs = tmp_path / "suite"
    assert _next_folder(runs, manifest).name == "0001"
    shutil.copytree(finished, runs / "0001")
    assert _next_folder(runs, manifest).name == "0002"
    (runs / "0001" / RESULTS).unlink()
    assert _next_folder(runs, manifest).name == "0001"
    assert _next_folder(runs, replace(manifest, limit=3)).name == "0002"


def test_a_run_is_scored_again_without_asking(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rescore", str(finished), "--judge", "rules", "--out", str(tmp_path / "again"), "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["outcomes"]["answered right"] == 3
    again = open_run(tmp_path / "again")
    assert again.results == open_run(finished).results
    assert run_eval("rescore", str(finished), "--out", str(finished / "deeper" / "x")) == 0


def test_suites_and_runs_leave_in_other_shapes(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(finished), "--format", "ragas"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[0]["user_input"] == "How many people did the fire at the Norbury mill injure?"
    assert "40 people" in rows[0]["response"]

    assert main(["export", str(finished), "--format", "trec", "--to", str(tmp_path / "run.trec")]) == 0
    assert (tmp_path / "run.trec").read_text(encoding="utf-8").split()[:2] == ["hurt", "Q0"]

    assert main(["export", "examples", "--format", "beir", "--to", str(tmp_path / "beir")]) == 0
    assert main(["import", str(tmp_path / "beir"), "--format", "beir", "--to", str(tmp_path / "back")]) == 0
    assert (tmp_path / "back" / "suite.toml").is_file()


def test_the_names_of_the_suites_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suites"]) == 0

    assert capsys.readouterr().out.split()[:3] == ["examples", "news", "squad2"]


def test_an_index_that_a_run_filled_is_kept_up_to_date_and_not_taken_for_the_users(
    suite: Suite, tmp_path: Path
) -> None:
    arguments = Namespace(index=str(tmp_path / "index"), embedder=None)
    for _ in range(2):
        with _index(arguments, suite) as (_, given):
            assert not given
        assert (tmp_path / "index" / MADE_BY_EVAL).is_file()


def test_an_index_that_other_code_filled_is_not_asked(suite: Suite, tmp_path: Path) -> None:
    arguments = Namespace(index=str(tmp_path / "index"), embedder=None)
    with _index(arguments, suite):
        pass
    (tmp_path / "index" / MADE_BY_EVAL).write_text("other", encoding="utf-8")

    with pytest.raises(SuiteError, match="delete it, it is made again"), _index(arguments, suite):
        pass
