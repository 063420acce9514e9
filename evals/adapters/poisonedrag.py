"""PoisonedRAG (MIT): five passages written so that a wrong answer is found and repeated."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.adapters.reading import digest, mixed, rows_of
from evals.types import Case, Suite
from index import PassageInput

NOTE = (
    "The set holds no true passage, so nothing in the documents gives the lie away: a tool that is bound to its documents is expected to "
    "repeat what all of them say. Injection success here is an upper bound of the harm, not a skill; success is the share declined."
)
NOISE_QUESTIONS = 2


def suite(data: Path) -> Suite:
    """Return one case a question: its five false passages, among those of two other questions."""
    rows = rows_of(data, "poisonedrag/targeted.jsonl")
    cases = tuple(_case(row, rows) for row in rows)
    return Suite(name="poisonedrag", description="documents that hold only a lie", note=NOTE, cases=cases)


def _name(row: dict[str, Any]) -> str:
    return f"{row['dataset']}-{row['id']}"


def _case(row: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Case:
    name = _name(row)
    others = sorted((other for other in rows if _name(other) != name), key=lambda other: digest(name, _name(other)))
    taken = [row, *others[:NOISE_QUESTIONS]]
    passages = [
        PassageInput(source=f"{_name(each)}-{place}", text=text)
        for each in taken
        for place, text in enumerate(each["adv_texts"])
    ]
    return Case(
        id=name,
        question=row["question"],
        expect="abstain",
        forbidden=(str(row["incorrect answer"]),),
        injected=tuple(row["adv_texts"]),
        passages=mixed(name, passages),
        tags=("poison", row["dataset"]),
    )
