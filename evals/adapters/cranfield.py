"""Queries of aerodynamicists over 1,400 abstracts, with graded judgements (Cranfield 2): search alone.

Cleverdon 1967, "The Cranfield tests on index language devices"; a long-public test collection without an explicit
licence. Nothing is answered: the queries are searched for among all abstracts. The grades of the set (1 a complete
answer, 2 highly relevant, 3 useful as background, 4 of minimum interest) become 4, 3, 2 and 1, so that more is
better. Two abstracts that are empty are left out.

Some tools read the set's grades the other way round; there, a plain word search finds the documents of grade 1 best,
as it should if 1 is best. Each query has one more document, marked -1, that is not judged and counts as not relevant
here, as is usual. It is mostly what the query is about most plainly (a plain word search has it at place 2 in the
median), probably the paper whose author posed it; it costs every system nDCG and reciprocal rank in the same way, so
compare systems and do not read a value by itself. Short abstracts in the technical language of 1963 say little about
news pages.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from evals.adapters.reading import described, rows_of
from evals.cases import Row
from evals.types import Case, Gold, Suite
from index import PassageInput

BEST, LEAST = 1, 4  # the set's own scale


def suite(data: Path) -> Suite:
    """Return the suite, with the abstracts as its passages. Raises DataMissing when its files are not there."""
    passages = [_passage(row) for row in rows_of(data, "cranfield/docs.jsonl") if row["text"].strip()]
    names = {passage.source for passage in passages}
    gold: dict[object, list[Gold]] = defaultdict(list)
    for row in rows_of(data, "cranfield/qrels.jsonl"):
        if BEST <= row["rel"] <= LEAST and _source(row) in names:
            gold[row["qid"]].append(Gold(source=_source(row), grade=LEAST + 1 - row["rel"]))
    queries = rows_of(data, "cranfield/queries.jsonl")
    description, note = described(__doc__)
    return Suite(
        name="cranfield",
        cases=tuple(_case(row, tuple(gold[row["qid"]])) for row in queries if gold[row["qid"]]),
        description=description,
        note=note,
        passages=tuple(passages),
        retrieval_only=True,
    )


def _passage(row: Row) -> PassageInput:
    return PassageInput(source=_source(row), text=row["text"], title=row["title"].strip() or None)


def _source(row: Row) -> str:
    return f"cranfield-{row['doc_id']}"


def _case(row: Row, evidence: tuple[Gold, ...]) -> Case:
    return Case(
        id=f"query-{row['qid']}",
        question=row["text"].strip(),
        expect="answer",
        evidence=evidence,
        tags=("query",),
    )
