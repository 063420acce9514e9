"""Questions on five real news pages: one has twelve articles glued together, figures disagree, dates are missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from evals.adapters.reading import path_of
from evals.cases import read_cases
from evals.types import Case, Suite

NOTE = "Written for this project; thresholds were chosen while looking at these questions, so expect less on others."


def suite(data: Path) -> Suite:
    """Return the questions as they are, asked of the five pages; questions on one page are one cluster."""
    path = path_of(data, "evals/news/questions.jsonl", "news/questions.jsonl")
    cases = read_cases(path.read_text(encoding="utf-8").splitlines(), str(path))
    return Suite(
        name="news",
        description="questions on five news pages, by kind",
        note=NOTE,
        cases=tuple(map(_clustered, cases)),
        documents=(path_of(data, "corpora/news", "../corpora/news"),),
    )


def _clustered(case: Case) -> Case:
    return replace(case, cluster=case.evidence[0].source if case.evidence else case.id)
