"""Questions on who was what from when to when, each asked of a whole page of Wikipedia (TimeQA, human-written part).

Chen et al. 2021, "A Dataset for Answering Time-Sensitive Questions", BSD-3-Clause (texts CC BY-SA). The paragraphs of
the page are the passages; the spaces that the set has before its punctuation marks are taken out. One of the answers
that people marked must be said, in the spelling of the set or in plain spelling; a question without a mark is to be
abstained from. Questions on one page are one cluster; tags are the Wikidata property asked for.

People marked answers where they saw them, so that some questions to be abstained from are answered elsewhere on the
page, and where several answers hold in the period, one of them is enough here, as in the paper's own scoring. A
marked span may be longer than what was asked ("Minister of Justice (July 2003 – December 2007)"): answers in fewer
words count as wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from evals.adapters.reading import detokenised, rows_of, suite_of_cases
from evals.cases import Row
from evals.types import Case, Gold, Suite
from index import PassageInput


def suite(data: Path) -> Suite:
    """Return the suite. Raises DataMissing when its file is not there."""
    rows = rows_of(data, "timeqa/human.jsonl")
    return suite_of_cases("timeqa", __doc__, (case for row in rows for case in _cases(row)))


def _cases(row: Row) -> Iterator[Case]:
    marked = [[mark for mark in marks if mark["answer"].strip()] for _, marks in row["questions"]]
    passages = _passages(row, {mark["para"] for marks in marked for mark in marks})
    for number, ((question, _), marks) in enumerate(zip(row["questions"], marked, strict=True), 1):
        yield Case(
            id=f"{row['index'].removeprefix('/wiki/')}-{number}",
            question=question.strip(),
            expect="answer" if marks else "abstain",
            answers=(_spellings(mark["answer"] for mark in marks),) if marks else None,
            evidence=tuple(Gold(source=_source(place)) for place in sorted({mark["para"] for mark in marks})),
            passages=passages,
            tags=("answerable" if marks else "unanswerable", row["type"]),
            cluster=row["link"],
        )


def _passages(row: Row, needed: set[int]) -> tuple[PassageInput, ...]:
    """Return the paragraphs of a page; a single word is a heading, and kept only where it was marked as an answer."""
    texts: Sequence[str] = [detokenised(text) for text in row["paras"]]
    title = row["link"].removeprefix("/wiki/").replace("_", " ")
    return tuple(
        PassageInput(source=_source(number), text=text, title=title)
        for number, text in enumerate(texts)
        if number in needed or len(text.split()) > 1
    )


def _source(number: int) -> str:
    return f"paragraph {number}"


def _spellings(answers: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for answer in answers for form in (answer.strip(), detokenised(answer))))
