"""Questions on paragraphs of Wikipedia, half of which the paragraph does not answer (SQuAD 2.0).

About half of the development set of Rajpurkar et al. 2018, "Know What You Don't Know", CC BY-SA 4.0. Each question is
asked of its own paragraph alone, and is right when the answer holds one of the spans that people marked; a question
that is marked as impossible is to be abstained from. Questions on the same article are one cluster.

The impossible questions were written to look answerable, so that declining is harder than with questions that come up
by themselves. A span is a verbatim part of the paragraph: a right answer in other words counts as wrong. Exact match
and F1 are of the product's short answer, the words of its sentence that give what was asked; an answer without one is
scored as a whole, and so far below systems that return bare spans. There is nothing to find: the search is given one
paragraph. The questions and answers are in the training data of most language models.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evals.adapters.reading import rows_of, suite_of_cases
from evals.cases import Row
from evals.types import Case, Gold, Suite
from index import PassageInput


def suite(data: Path) -> Suite:
    """Return the suite. Raises DataMissing when its file is not there."""
    rows = enumerate(rows_of(data, "squad2/dev_half.jsonl"))
    return suite_of_cases("squad2", __doc__, (case for number, row in rows for case in _cases(row, number)))


def _cases(row: Row, number: int) -> Iterator[Case]:
    title = row["title"].replace("_", " ")
    passage = PassageInput(source=f"{title}, paragraph {number}", text=row["context"], title=title)
    for question in row["qas"]:
        impossible = question["is_impossible"]
        yield Case(
            id=question["id"],
            question=question["question"].strip(),
            expect="abstain" if impossible else "answer",
            answers=None if impossible else (tuple(dict.fromkeys(question["answers"])),),
            evidence=() if impossible else (Gold(source=passage.source),),
            passages=(passage,),
            tags=("unanswerable" if impossible else "span",),
            cluster=row["title"],
        )
