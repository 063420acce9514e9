"""News questions whose snippets give the right answer, a planted wrong one, or neither (RGB, English).

The counterfactual part of Chen et al. 2024, "Benchmarking Large Language Models in Retrieval-Augmented Generation",
CC BY-NC-SA 4.0. Each question gets up to two true snippets, up to two in which the answer was replaced, and up to
three that are beside the point, in a fixed order under names that tell nothing. Either the right answer alone, or a
conflict that names both values, is right; stating the planted value alone is wrong.

The paper gives the model false documents only and asks whether it notices from memory; here the documents disagree,
and what is measured is whether the product says so. Its figures can therefore not be put beside the paper's. A tool
that guesses one of the two values is right half of the time: read conflict recall beside it. Snippets are search
results, cut off in mid-sentence.
"""

from __future__ import annotations

from pathlib import Path

from evals.adapters.reading import flat, mixed, rows_of, sources_of, suite_of_cases
from evals.cases import Row
from evals.types import Case, Gold, Suite
from index import PassageInput

TRUE, FALSE, BESIDE = 2, 2, 3


def suite(data: Path) -> Suite:
    """Return the suite. Raises DataMissing when its file is not there."""
    return suite_of_cases("rgb", __doc__, map(_case, rows_of(data, "rgb/en_fact.jsonl")))


def _case(row: Row) -> Case:
    name = f"rgb-{row['id']}"
    true = row["positive"][:TRUE]
    false = row["positive_wrong"][-FALSE:]  # the other end: wrong snippets are the true ones with another value
    texts = dict.fromkeys([*true, *false, *row["negative"][:BESIDE]])
    passages = mixed(name, (PassageInput(source="", text=text) for text in texts))
    right, wrong = tuple(dict.fromkeys(flat(row["answer"]))), tuple(flat(row["fakeanswer"]))
    return Case(
        id=name,
        question=row["query"].strip(),
        expect="answer or conflict",
        answers=(right,),
        sides=(right, wrong),
        evidence=tuple(Gold(source=source) for source in sources_of(true, passages)),
        forbidden=wrong,
        passages=passages,
        tags=("counterfactual",),
    )
