"""Runs of a folder as a page shows them: their order, their failures, and nothing outside of the folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evals.browse import RunsFolder
from evals.folder import RESULTS, write_run
from index import PassageInput
from qa.errors import RunsError
from tests.evals.made import report, result
from tests.evals.report_sample import REPORT
from tests.ui.runs import ferry_report, write_runs


@pytest.fixture
def runs(tmp_path: Path) -> RunsFolder:
    write_runs(tmp_path / "runs")
    return RunsFolder(tmp_path / "runs")


def test_runs_are_listed_newest_first_with_their_share(runs: RunsFolder) -> None:
    found = runs.listed()
    assert [row.name for row in found.rows] == ["built/0001", "ferry/0001"]
    right = found.rows[1].right
    assert right is not None
    assert (right.value, right.interval, right.n) == ("40.0\u00a0%", "12.0 to 77.0", 5)
    assert found.damaged == ()


def test_a_folder_that_is_not_there_holds_no_runs(tmp_path: Path) -> None:
    assert RunsFolder(tmp_path / "none").listed().rows == ()


def test_runs_that_are_damaged_are_named_and_unfinished_ones_left_out(runs: RunsFolder) -> None:
    (runs.folder / "built" / "0001" / RESULTS).write_text("{")
    (runs.folder / "ferry" / "0001" / RESULTS).unlink()
    found = runs.listed()
    assert (found.rows, found.damaged) == ((), ("built/0001",))
    with pytest.raises(RunsError, match="damaged"):
        runs.opened("built/0001")
    with pytest.raises(RunsError, match="no finished run 'ferry/0001'"):
        runs.opened("ferry/0001")


def test_failures_come_worst_first_with_their_stage(runs: RunsFolder) -> None:
    view = runs.opened("ferry/0001")
    assert [(each.key, each.outcome, each.stage) for each in view.failures] == [
        ("licence", "answered wrong", "reading"),
        ("gone", "error", ""),
        ("hostile", "over-abstained", ""),
    ]
    assert view.failures[0].sources == ("ferry.txt",)
    assert view.failures[1].error == "ModelUnreachable: the server is gone; start it again"
    assert [gate.passed for gate in view.gates] == [False, True]
    assert [group.title for group in view.groups] == ["Outcomes"]
    assert (view.report, runs.opened("built/0001").report) == (True, False)


def test_the_words_around_a_quote_are_those_of_the_run(tmp_path: Path) -> None:
    write_run(REPORT, tmp_path / "sample" / "0001")
    view = RunsFolder(tmp_path).opened("sample/0001")
    case = next(each for each in view.failures if each.answer and each.answer.citations)
    assert case.answer is not None
    citation = case.answer.citations[0]
    around = case.surroundings[citation.number]
    assert around.text[citation.start - around.start : citation.end - around.start] == citation.quote


def test_passages_that_a_case_brings_are_counted(tmp_path: Path) -> None:
    passages = (PassageInput(source="a", text="A ferry."), PassageInput(source="b", text="A pier."))
    write_run(report([result("own", "answered wrong", passages=passages)], cases=1), tmp_path / "own" / "0001")
    [case] = RunsFolder(tmp_path).opened("own/0001").failures
    assert case.own_passages == 2


def test_a_run_that_is_written_anew_is_read_anew(runs: RunsFolder) -> None:
    first = runs.opened("ferry/0001")
    path = runs.folder / "ferry" / "0001"
    for each in path.iterdir():
        each.unlink()
    write_run(replace(ferry_report(), gates=()), path)
    assert first.gates
    assert runs.opened("ferry/0001").gates == ()


@pytest.mark.parametrize("name", ["../outside/0001", "ferry/../../outside/0001", "link", "\x00", "none", "x" * 5000])
def test_nothing_outside_of_the_folder_is_shown(runs: RunsFolder, tmp_path: Path, name: str) -> None:
    write_runs(tmp_path / "outside-runs")
    (tmp_path / "outside-runs" / "ferry").rename(tmp_path / "outside")
    (runs.folder / "link").symlink_to(tmp_path / "outside" / "0001")
    assert (runs.folder / "../outside/0001/report.html").is_file()
    assert "link" not in [row.name for row in runs.listed().rows]
    for read in (runs.opened, runs.report):
        with pytest.raises(RunsError):
            read(name)


def test_a_whole_path_is_no_name(runs: RunsFolder, tmp_path: Path) -> None:
    write_runs(tmp_path / "outside")
    with pytest.raises(RunsError):
        runs.report(str(tmp_path / "outside" / "ferry" / "0001"))


def test_a_report_that_leads_elsewhere_is_none(runs: RunsFolder, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret")
    (runs.folder / "built" / "0001" / "report.html").symlink_to(tmp_path / "secret.html")
    with pytest.raises(RunsError, match="has no report"):
        runs.report("built/0001")
    assert runs.report("ferry/0001").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
