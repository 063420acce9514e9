"""Fit the weights of `qa.selection` on the invented pages of this repository, none of which is measured on elsewhere.

    python -m training.selection

Three sets of pages with questions (`examples/`, `training/questions/legal`, `training/questions/science`) are indexed in a temporary
folder; every candidate sentence is one row, positive where it is the evidence that the question's author named. Prints,
for each set left out in turn, how often the evidence comes first, and the weights fit on all three.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evals.cases import read_cases
from evals.types import Case
from index import Index
from qa.analysis import analyse
from qa.evidence import Candidate, candidates, scored, shortlist
from qa.ranker import default_ranker
from qa.rewrite import rewrite
from qa.selection import discount, signals

ROOT = Path(__file__).parents[1]
SETS = {
    "newsroom": (ROOT / "examples/newsroom", ROOT / "examples/questions.jsonl"),
    "legal": (ROOT / "training/questions/legal/corpus", ROOT / "training/questions/legal/questions.jsonl"),
    "science": (ROOT / "training/questions/science/corpus", ROOT / "training/questions/science/questions.jsonl"),
}
CANDIDATES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One candidate sentence of one question."""

    question: tuple[str, str]  # set and id
    answerable: bool
    signals: tuple[float, ...]
    discount: float
    is_evidence: bool


def examples_of(name: str, corpus: Path, questions: Path) -> list[Example]:
    """Return the candidates of every question of a set."""
    ranker = default_ranker()
    with tempfile.TemporaryDirectory() as folder, Index.open(Path(folder) / "index") as documents:
        documents.sync([corpus])
        made = []
        for case in read_cases(questions.read_text(encoding="utf-8").splitlines(), str(questions)):
            profile = analyse(rewrite(case.question, case.history).text)
            hits = documents.search(profile.text, limit=10)
            articles = {a.article_id: a for a in documents.articles({hit.article_id for hit in hits})}
            found = scored(profile, shortlist(profile, candidates(hits, articles), limit=CANDIDATES), ranker)
            made += [_example(name, case, candidate) for candidate in found]
    return made


def _example(name: str, case: Case, candidate: Candidate) -> Example:
    text = candidate.sentence.text
    held = any(
        gold.source == candidate.article.source
        and gold.quote is not None
        and (gold.quote in text or text in gold.quote)
        for gold in case.evidence
    )
    return Example(
        question=(name, case.id),
        answerable=case.expect == "answer",
        signals=signals(candidate.probability, candidate.about, candidate.retrieval),
        discount=discount(candidate.about),
        is_evidence=held,
    )


def figures(examples: list[Example], scores: np.ndarray) -> str:
    """Return how often the evidence is first and among four, and how well the best score tells what is answerable."""
    from sklearn.metrics import roc_auc_score

    by_question: dict[tuple[str, str], list[tuple[float, Example]]] = defaultdict(list)
    for example, score in zip(examples, scores, strict=True):
        by_question[example.question].append((float(score) * example.discount, example))
    ranked = [sorted(rows, key=lambda row: -row[0]) for rows in by_question.values()]
    places = [
        next(n for n, (_, e) in enumerate(rows) if e.is_evidence)
        for rows in ranked
        if any(e.is_evidence for _, e in rows)
    ]
    area = roc_auc_score([rows[0][1].answerable for rows in ranked], [rows[0][0] for rows in ranked])
    first, four = (sum(place < limit for place in places) / len(places) for limit in (1, 4))
    return f"n={len(places)} first {first:.2f} among four {four:.2f}; answerable AUC {area:.2f} (n={len(ranked)})"


def main() -> None:
    from sklearn.linear_model import LogisticRegression

    made = {name: examples_of(name, *places) for name, places in SETS.items()}
    for left_out in made:
        train = [example for name, rows in made.items() if name != left_out for example in rows]
        model = LogisticRegression(max_iter=2000).fit([e.signals for e in train], [e.is_evidence for e in train])
        print(
            f"{left_out:9s} {figures(made[left_out], model.predict_proba([e.signals for e in made[left_out]])[:, 1])}"
        )
    every = [example for rows in made.values() for example in rows]
    model = LogisticRegression(max_iter=2000).fit([e.signals for e in every], [e.is_evidence for e in every])
    print(
        f"intercept {model.intercept_[0]:.2f}, ranker, names, date, coverage, own coverage, retrieval {model.coef_[0].round(2)}"
    )


if __name__ == "__main__":
    main()
