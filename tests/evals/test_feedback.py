"""What readers say of answers becomes a suite of cases."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path

import pytest

from evals.cli import main
from evals.feedback import suite_of_feedback
from evals.suites import open_suite
from qa.errors import FeedbackError
from qa.feedback import FILE_NAME, Feedback, FeedbackStore
from qa.types import Answer, Citation, Claim, Conflict, Side, Turn, Verdict

SAID = Claim(
    text="The ferry carries 180 passengers.", start=0, end=33, citations=(1,), verdict=Verdict(label="supported")
)
FERRY = Answer(
    question="How many passengers?", standalone_question="How many passengers does the ferry carry?", status="answered",
    text="The ferry carries 180 passengers. [1]", reason=None,
    claims=(SAID,),
    citations=(Citation(number=1, source="ferry.txt", article=None, date=None, quote="carries 180", start=10, end=21),),
    conflicts=(), model="m", index_fingerprint="f",
)  # fmt: skip
SIDES = (Side(value="17", citation=1), Side(value="22", citation=1))
CONFLICT = replace(FERRY, status="conflict", conflicts=(Conflict(about="injured", sides=SIDES),))
SILENT = replace(FERRY, status="abstained", text="", reason="The documents do not say.", claims=(), citations=())
TURNS = (Turn(role="user", content="Which ferry?"), Turn(role="assistant", content="The Maid."))
DAY = datetime.date(2024, 1, 2)


def said(place: str, vote: str, answer: Answer = FERRY, claim: int | None = None) -> Feedback:
    return Feedback(place=place, vote=vote, answer=answer, claim=claim, history=TURNS, as_of=DAY)  # type: ignore[arg-type]


FLAGGED = said("c/1", "not what the source says", claim=0)


def test_a_word_is_kept_and_a_second_one_takes_its_place(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path / FILE_NAME)
    for each in (
        said("c/1", "wrong"),
        said("c/1", "right"),
        said("c/1", "not what the source says", claim=0),
        said("c/2", "wrong"),
    ):
        store.put(each)
    store.drop("c/2")
    store.close()
    assert FeedbackStore(tmp_path / FILE_NAME, create=False).all() == [
        said("c/1", "right"),
        FLAGGED,
    ]


def test_there_is_no_feedback_before_somebody_leaves_it(tmp_path: Path) -> None:
    with pytest.raises(FeedbackError, match="readers leave it in the chat"):
        FeedbackStore(tmp_path / FILE_NAME, create=False)


def test_what_was_called_right_is_asked_again() -> None:
    suite, rest = suite_of_feedback(
        [said("a", "right"), said("b", "right", CONFLICT), said("c", "right", SILENT)], name="s"
    )
    assert [(case.expect, case.answers) for case in suite.cases] == [
        ("answer", (("180",),)),
        ("conflict", (("17",), ("22",))),
        ("abstain", None),
    ]
    first = suite.cases[0]
    assert (first.question, first.history, first.as_of) == ("How many passengers?", TURNS, DAY)
    assert [(gold.source, gold.quote) for gold in first.evidence] == [("ferry.txt", "carries 180")]
    assert rest == []


def test_what_was_called_wrong_waits_for_a_person_and_is_forbidden() -> None:
    suite, rest = suite_of_feedback([said("c/1", "right"), FLAGGED, said("b", "wrong", SILENT)], name="s")
    assert suite.cases == ()
    assert [(row["question"], row["forbidden"]) for row in rest] == [
        ("How many passengers?", ["The ferry carries 180 passengers."]),
        ("How many passengers?", []),
    ]


def test_the_command_writes_a_suite_that_opens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = FeedbackStore(tmp_path / "i" / FILE_NAME)
    store.put(said("a", "right"))
    store.put(said("b", "wrong"))
    store.close()
    assert main(["from-feedback", "--index", str(tmp_path / "i"), "--to", str(tmp_path / "suite")]) == 0
    assert "1 cases written" in capsys.readouterr().out
    assert [case.question for case in open_suite(str(tmp_path / "suite")).cases] == ["How many passengers?"]
    rows = (tmp_path / "suite" / "to-complete.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(rows[0])["forbidden"] == ["The ferry carries 180 passengers."]
