"""SQuAD 2.0 (CC BY-SA 4.0): answers that are spans of a paragraph, and questions that only look answerable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.adapters.reading import rows_of
from evals.types import Case, Gold, Suite
from index import PassageInput

NOTE = (
    "Each question is asked of its own paragraph, as in the benchmark. Answers here are sentences, so token F1 and exact match against "
    "its short spans are low by nature; answer match and abstention are the figures to read."
)


def suite(data: Path) -> Suite:
    """Return one case a question; the questions of one article are one cluster."""
    cases = [case for row in rows_of(data, "squad2/dev_half.jsonl") for case in _cases(row)]
    return Suite(name="squad2", description="spans and unanswerable questions", note=NOTE, cases=tuple(cases))


def _cases(row: dict[str, Any]) -> Iterator[Case]:
    title = str(row["title"]).replace("_", " ")
    passage = PassageInput(source=row["title"], text=row["context"], title=title)
    for asked in row["qas"]:
        refused = bool(asked["is_impossible"])
        yield Case(
            id=str(asked["id"]),
            question=" ".join(asked["question"].split()),
            expect="abstain" if refused else "answer",
            answers=None if refused else (tuple(dict.fromkeys(asked["answers"])),),
            evidence=() if refused else (Gold(source=passage.source),),
            passages=(passage,),
            tags=("unanswerable" if refused else "answerable",),
            cluster=row["title"],
        )
