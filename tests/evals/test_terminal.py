"""A run in a few lines for a terminal, and as one JSON value."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from evals.terminal import report_as_text, summary
from evals.types import Outcome, Result, Trace
from tests.evals.made import report, result

FAILED = "VerifierError: the judge gave no label"
UNJUDGED = [replace(result(key), judge_error=f"{FAILED} for {key}") for key in ("a", "b")]


def test_answers_that_could_not_be_judged_are_counted_with_the_first_error() -> None:
    text = report_as_text(report([result("c"), *UNJUDGED]))
    assert f"2 answers could not be judged, the first (a): {FAILED} for a" in text
    assert f"{FAILED} for b" not in text

    alone = report_as_text(report(UNJUDGED[1:]))
    assert f"1 answer could not be judged (b): {FAILED} for b" in alone


def test_nothing_is_said_of_a_judge_that_did_not_fail() -> None:
    assert "judged" not in report_as_text(report([result("c")]))


def test_the_summary_counts_what_could_not_be_judged() -> None:
    assert summary(report([result("c"), *UNJUDGED]), Path("out"))["judge_errors"] == 2
    assert summary(report([result("c")]), Path("out"))["judge_errors"] == 0


def test_a_search_alone_is_told_as_one() -> None:
    def searched(key: str, outcome: Outcome) -> Result:
        made = result(key, outcome)
        return replace(made, asked=replace(made.asked, trace=Trace(answer=None)))

    text = report_as_text(report([searched("a", "answered right"), searched("b", "answered wrong")]))

    assert "2 questions searched for, none answered" in text
    assert "something relevant among the ten best  1" in text
    assert "answered right" not in text
