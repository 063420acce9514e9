"""NoMIRACL (Apache-2.0): ten Wikipedia passages a question; either some of them answer it, or none does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evals.adapters.reading import rows_of
from evals.types import Case, Suite
from index import PassageInput

NOTE = (
    "The set has no reference answers: “answered right” means only that an answerable question was answered. "
    "Its two figures are false answers (answered_unanswerable) and over-abstentions (over_abstention)."
)


def suite(data: Path) -> Suite:
    """Return the answerable and the unanswerable questions, each asked of its own ten passages."""
    rows = [*rows_of(data, "nomiracl/relevant.jsonl"), *rows_of(data, "nomiracl/non_relevant.jsonl")]
    cases = tuple(_case(row) for row in rows)
    return Suite(name="nomiracl", description="is there an answer among ten passages", note=NOTE, cases=cases)


def _case(row: dict[str, Any]) -> Case:
    kind = "relevant" if row["answerable"] else "non-relevant"
    return Case(
        id=f"{kind}-{row['query_id']}",
        question=row["question"],
        expect="answer" if row["answerable"] else "abstain",
        passages=tuple(_passage(*both) for both in zip(row["docids"], row["passages"], strict=True)),
        tags=(kind,),
        cluster=row["question"],
    )


def _passage(source: str, text: str) -> PassageInput:
    title, colon, rest = text.partition(": ")
    return PassageInput(source=source, text=rest if colon else text, title=title if colon else None)
