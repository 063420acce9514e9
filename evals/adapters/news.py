"""Questions on five real news pages, by kind.

Written for this project; the pages are third-party news texts that may not be passed on. One page has twelve articles
glued together, some undated, with figures that disagree, boilerplate and captions. Questions are asked of all pages
together, as they are; those on the same page are one cluster.

The product was built while these pages were at hand: the figures say that it copes with such pages, not how it does
on others. With 36 questions on five pages, the intervals are wide.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from evals.adapters.reading import described, path_of
from evals.cases import read_cases
from evals.types import Case, Suite


def suite(data: Path) -> Suite:
    """Return the suite, with the pages as its documents. Raises DataMissing when its files are not there."""
    questions = path_of(data, "evals/news/questions.jsonl", "news/questions.jsonl")
    corpus = path_of(data, "corpora/news", "../corpora/news")
    with questions.open(encoding="utf-8") as lines:
        cases = read_cases(lines, str(questions))
    description, note = described(__doc__)
    return Suite(
        name="news",
        cases=tuple(map(_clustered, cases)),
        description=description,
        note=note,
        documents=(corpus,),
    )


def _clustered(case: Case) -> Case:
    return replace(case, cluster=case.cluster or (case.evidence[0].source if case.evidence else None))
