"""RGB (CC BY-NC-SA 4.0), its counterfactual part: snippets with the right answer, with a planted wrong one, and noise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.adapters.reading import mixed, rows_of
from evals.types import Case, Gold, Suite
from index import PassageInput

NOTE = (
    "Two snippets with the right answer, two with the planted wrong one and three with neither. The right answer alone, or both as sides of "
    "a reported disagreement, is right; the wrong one stated as fact is not."
)
TAKEN = {"positive": 2, "positive_wrong": 2, "negative": 3}


def suite(data: Path) -> Suite:
    """Return one case a question, asked of seven snippets in a fixed order."""
    cases = tuple(_case(row) for row in rows_of(data, "rgb/en_fact.jsonl"))
    return Suite(name="rgb", description="right, wrong and irrelevant snippets", note=NOTE, cases=cases)


def _case(row: dict[str, Any]) -> Case:
    identity = f"rgb-{row['id']}"
    right, wrong = tuple(_spellings(row["answer"])), tuple(_spellings(row["fakeanswer"]))
    named = {
        kind: [
            PassageInput(source=f"{identity}-{kind}-{place}", text=text) for place, text in enumerate(row[kind][:count])
        ]
        for kind, count in TAKEN.items()
    }
    return Case(
        id=identity,
        question=row["query"],
        expect="answer or conflict",
        answers=(right,),
        sides=(right, wrong),
        evidence=tuple(Gold(source=passage.source) for passage in named["positive"]),
        forbidden=wrong,
        passages=mixed(identity, [passage for passages in named.values() for passage in passages]),
        tags=("counterfactual",),
    )


def _spellings(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _spellings(item)
    elif str(value).strip():
        yield str(value).strip()
