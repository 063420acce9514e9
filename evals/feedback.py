"""A suite of what readers said of answers. Pure.

An answer that a reader called right is a case: its figures, else its names, else its words must be said again, and its
sources must be found; a right disagreement must be reported with its sides, a right abstention must abstain. What a
reader called wrong says nothing of the right answer, so it stands in a list of its own for a person to complete.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from evals.types import Case, Expectation, Gold, Suite
from index.numbers import numbers
from qa.feedback import Feedback
from qa.types import Answer
from qa.words import names

TAG = "feedback"


def suite_of_feedback(said: Iterable[Feedback], *, name: str) -> tuple[Suite, list[dict[str, Any]]]:
    """Return the suite of what was called right, and the rows that a person has to complete: cases without answers."""
    cases: list[Case] = []
    to_complete: dict[str, dict[str, Any]] = {}
    heard = list(said)
    refused = {each.place for each in heard if each.vote != "right"}
    for number, each in enumerate(heard, 1):
        if each.place in refused:
            if each.vote != "right":
                row = to_complete.setdefault(each.place, _open_row(each, f"feedback-{number}"))
                row["forbidden"] = list(dict.fromkeys([*row["forbidden"], *_flagged(each)]))
        elif each.vote == "right" and each.claim is None:
            cases.append(_case(each, f"feedback-{number}"))
    described = "Answers that readers called right, asked again."
    note = "What readers called wrong is not in it; nobody chose the questions at random."
    return Suite(name=name, cases=tuple(cases), description=described, note=note), list(to_complete.values())


def _case(said: Feedback, name: str) -> Case:
    answer = said.answer
    cited = tuple(Gold(source=each.source, quote=each.quote) for each in answer.citations)
    expect: Expectation = "abstain"
    groups: tuple[tuple[str, ...], ...] | None = None
    if answer.status == "conflict":
        expect, groups = "conflict", tuple((side.value,) for each in answer.conflicts for side in each.sides)
    elif answer.status == "answered":
        expect, groups = "answer", _groups(answer)
    return Case(
        id=name,
        question=answer.question,
        expect=expect,
        answers=groups,
        history=said.history,
        as_of=said.as_of,
        evidence=() if expect == "abstain" else cited,
        tags=(TAG,),
        cluster=answer.citations[0].source if answer.citations else None,
    )


def _groups(answer: Answer) -> tuple[tuple[str, ...], ...]:
    """Return what must be said again: figures, else names, that the question does not hold; else all words."""
    text = " ".join(claim.text for claim in answer.claims)
    asked = answer.standalone_question.lower()
    told = [each.text for each in numbers(text)] or list(names(text))
    new = [each for each in dict.fromkeys(told) if each.lower() not in asked]
    return tuple((each,) for each in new) or ((text,),)


def _open_row(said: Feedback, name: str) -> dict[str, Any]:
    """Return a case that lacks its answers."""
    return {
        "id": name,
        "question": said.answer.question,
        "answers": [],
        "history": [turn.content for turn in said.history if turn.role == "user"],
        "forbidden": [],
        "tags": [TAG],
    }


def _flagged(said: Feedback) -> list[str]:
    """Return the sentences that a reader called wrong, and must not be said again."""
    claims = said.answer.claims
    if said.claim is not None:
        claims = claims[said.claim : said.claim + 1]
    return [claim.text for claim in claims]
