"""Evaluation runs as markup and rows: what is said, and that no word of a run becomes markup."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from evals.browse import RunsFolder
from qa.runs import FailedCase, RunList, RunView
from tests.ui.runs import write_runs
from tests.ui.test_render import HOSTILE as WORDS
from tests.ui.test_render import tags_of
from ui import figures


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> RunsFolder:
    folder = tmp_path_factory.mktemp("runs")
    write_runs(folder)
    return RunsFolder(folder)


@pytest.fixture
def view(runs: RunsFolder) -> RunView:
    return runs.opened("ferry/0001")


def failure(view: RunView, key: str) -> FailedCase:
    return next(each for each in view.failures if each.key == key)


def test_a_run_is_a_row_that_begins_with_its_name(runs: RunsFolder) -> None:
    rows = [figures.run_row(row) for row in runs.listed().rows]
    assert rows[0][:3] == ["built/0001", "built", "scripted"]
    assert rows[0][-1] == "100.0\u00a0%"
    assert rows[1][2] == "scripted · 0a1b2c3d4e5f"
    assert rows[1][4:] == ["5", "40.0\u00a0% (12.0 to 77.0)"]


def test_without_runs_the_command_that_makes_one_is_named_in_one_sentence() -> None:
    told = tags_of(figures.runs_html(RunList(rows=()), Path("<b>runs"))).text
    assert told.startswith("There is no finished run in <b>runs yet: make one with onrecord eval SUITE")
    assert told.count(".") == 1


def test_damaged_runs_are_named(runs: RunsFolder) -> None:
    told = tags_of(figures.runs_html(replace(runs.listed(), damaged=("ferry/0002",)), runs.folder)).text
    assert "2 finished runs" in told
    assert "1 run cannot be read: ferry/0002" in told


def test_a_run_says_its_share_its_gates_and_where_its_report_is(view: RunView) -> None:
    html = figures.run_html(view)
    told = tags_of(html).text.replace("\u00a0", " ")
    assert "40.0 % right reactions (12.0 to 77.0), 5 cases" in told
    assert "1 of 2 gates is not passedNot passed: success at least 0.9 40.0 % was found" in told
    assert "Answered right20.0 %4.0 to 62.05" in told
    assert tags_of(html).links == {"onrecord/report/ferry/0001"}
    assert tags_of(figures.run_html(replace(view, report=False))).links == set()


def test_a_name_that_could_leave_the_address_is_quoted(view: RunView) -> None:
    odd = replace(view, row=replace(view.row, name='a"?#b/0001'))
    assert tags_of(figures.run_html(odd)).links == {"onrecord/report/a%22%3F%23b/0001"}


def test_a_run_that_only_searched_is_neither_right_nor_wrong(view: RunView) -> None:
    searched = replace(view, answered=False, failures=())
    assert "It only searched" in figures.run_html(searched)
    assert "no reaction is right or wrong" in figures.failures_html(searched)
    assert "Every reaction was right" in figures.failures_html(replace(view, failures=()))


def test_other_groups_are_folded_away_only_beside_main_ones(view: RunView) -> None:
    [main] = view.groups
    other = replace(main, title="Cost", main=False)
    assert "<details" in figures.run_html(replace(view, groups=(main, other)))
    assert "<details" not in figures.run_html(replace(view, groups=(other,)))


def test_failures_are_filtered_by_outcome(view: RunView) -> None:
    assert figures.outcome_choices(view.failures) == [
        ("all (3)", "all"),
        ("answered wrong (1)", "answered wrong"),
        ("error (1)", "error"),
        ("over-abstained (1)", "over-abstained"),
    ]
    assert [each.key for each in figures.matching(view.failures, "error")] == ["gone"]
    assert len(figures.matching(view.failures, figures.ALL)) == 3


def test_a_failed_case_is_a_row_of_what_was_expected_and_what_happened(view: RunView) -> None:
    assert figures.case_row(failure(view, "licence")) == [
        "licence",
        "How many passengers is it licensed to carry?",
        "180",
        "answered wrong: The ferry carries 21 cars.",
        "reading",
    ]
    assert figures.case_row(failure(view, "gone"))[3:] == [
        "error: ModelUnreachable: the server is gone; start it again",
        "not known",
    ]
    long = figures.case_row(replace(failure(view, "gone"), expected="word " * 100))[2]
    assert len(long) <= 160
    assert long.endswith("…")


def test_a_case_shows_the_recorded_answer_beside_the_expected_one(view: RunView) -> None:
    told = tags_of(figures.case_html(failure(view, "licence"), "Mind the gap.")).text
    assert "Asked after “Who built the Maid of Hethe?”How many passengers" in told
    assert "reading: The evidence was shown, but the draft does not hold the answer." in told
    assert "as of 2023-10-16" in told
    assert told.index("Expected180It stands in ferry.txt") < told.index("Recorded") < told.index("21 cars")
    assert told.endswith("Mind the gap.")
    assert "the server is gone" in figures.case_html(failure(view, "gone"))


@pytest.mark.parametrize("words", WORDS)
def test_no_word_of_a_run_becomes_markup(view: RunView, words: str) -> None:
    case = replace(
        failure(view, "licence"), question=words, expected=words, outcome=words, stage=words, why=words, key=words,
        sources=(words,), error=words,
    )  # fmt: skip
    gate = replace(view.gates[0], gate=words, detail=words)
    figure = replace(view.groups[0].figures[0], title=words, value=words, interval=words)
    group = replace(view.groups[0], title=words, figures=(figure,))
    row = replace(view.row, name=words, suite=words, model=words, commit=words, right=figure)
    hostile = replace(view, row=row, note=words, verdict=words, gates=(gate,), groups=(group,), failures=(case,))
    pages = [figures.run_html(hostile), figures.case_html(case, words), figures.case_html(replace(case, answer=None))]
    pages.append(figures.runs_html(RunList(rows=(), damaged=(words,)), Path("runs")))
    for html in pages:
        tags = tags_of(html)
        assert tags.open == []
        assert "\n" not in html
        assert not tags.seen & {"script", "img", "svg", "iframe", "style", "form", "base"}
        assert tags.attributes <= {"class", "dir", "scope", "href", "type", "title"}
        assert all(link.startswith("onrecord/report/") for link in tags.links)


def test_a_caution_says_whose_documents_were_asked(view: RunView) -> None:
    case = failure(view, "licence")
    same = figures.caution_of(view, case, fingerprint=view.documents, known=[])
    held = figures.caution_of(view, case, fingerprint="other", known=["papers/ferry.txt"])
    missing = figures.caution_of(view, case, fingerprint="other", known=["papers/myferry.txt"])
    own = figures.caution_of(view, replace(case, own_passages=2), fingerprint=view.documents, known=[])
    assert same == ""
    assert held.endswith("The open documents may not hold what this case asks for.")
    assert missing.endswith("Not among those open: ferry.txt.")
    assert own == "This case brings 2 passages of its own, which the open documents may not hold."


def test_a_date_is_said_to_the_minute(view: RunView) -> None:
    made = datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.UTC)
    assert figures.run_row(replace(view.row, made=made))[3] == "2026-01-02 03:04"
