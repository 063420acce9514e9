"""RAMDocs (MIT): ambiguous questions whose documents name different things, err on purpose, or are noise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evals.adapters.reading import mixed, rows_of
from evals.types import Case, Gold, Suite
from index import PassageInput

NOTE = (
    "A right answer names every gold answer and none of the wrong ones (the strict exact match of Wang et al. 2025). "
    "Where the documents hold a wrong statement, showing it as a side of a disagreement counts as wrong too, as in the paper, although a "
    "reader might be glad of it."
)


def suite(data: Path) -> Suite:
    """Return one case a question, asked of its documents in a fixed order."""
    rows = rows_of(data, "ramdocs/questions.jsonl")
    cases = tuple(_case(number, row) for number, row in enumerate(rows))
    return Suite(name="ramdocs", description="ambiguity, misinformation and noise", note=NOTE, cases=cases)


def _case(number: int, row: dict[str, Any]) -> Case:
    identity = f"ramdocs-{number}"
    named = [(f"{identity}-{place}", document) for place, document in enumerate(row["documents"])]
    kinds = {document["type"] for _, document in named}
    several = len(row["gold_answers"]) > 1
    answers = tuple((str(answer),) for answer in row["gold_answers"])
    return Case(
        id=identity,
        question=row["question"],
        expect="answer or conflict" if several else "answer",
        answers=answers,
        sides=answers if several else (),
        evidence=tuple(Gold(source=name) for name, document in named if document["type"] == "correct"),
        forbidden=tuple(dict.fromkeys(map(str, row["wrong_answers"]))),
        passages=mixed(identity, [PassageInput(source=name, text=document["text"]) for name, document in named]),
        tags=("ambiguous" if several else "one answer", *sorted(kinds - {"correct"})),
    )
