"""Cranfield: 1,400 abstracts on aerodynamics and 225 queries with graded relevance; the search alone is measured."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from evals.adapters.reading import rows_of
from evals.types import Case, Gold, Suite
from index import PassageInput

NOTE = (
    "Relevance was judged from 1 (a complete answer) to 4 (of minimum interest), and 5 or -1 where there was none; it is turned round here, so that 4 "
    "is the best grade. A document counts once, at its best passage."
)
BEST_CODE, WORST_CODE = 1, 4


def suite(data: Path) -> Suite:
    """Return one case a query, asked of all documents."""
    graded: dict[int, list[Gold]] = defaultdict(list)
    for row in rows_of(data, "cranfield/qrels.jsonl"):
        if BEST_CODE <= row["rel"] <= WORST_CODE:
            grade = WORST_CODE + BEST_CODE - row["rel"]
            graded[row["qid"]].append(Gold(source=f"cranfield-{row['doc_id']}", grade=grade))
    cases = tuple(
        Case(id=f"query-{row['qid']}", question=row["text"], expect="answer", evidence=tuple(graded[row["qid"]]))
        for row in rows_of(data, "cranfield/queries.jsonl")
        if graded[row["qid"]]
    )
    passages = tuple(
        PassageInput(source=f"cranfield-{row['doc_id']}", text=row["text"], title=row["title"] or None)
        for row in rows_of(data, "cranfield/docs.jsonl")
        if row["text"].strip()
    )
    return Suite(
        name="cranfield",
        description="ad-hoc retrieval, graded",
        note=NOTE,
        cases=cases,
        passages=passages,
        retrieval_only=True,
    )
