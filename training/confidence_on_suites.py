"""How well what decides an answer tells the answerable questions from the others, on documents of other kinds.

    python -m training.confidence_on_suites --data DATA [--limit 60] [SUITE...]

Prints a row of `docs/abstention.md` a suite: the area under the curve of the network's confidence, of the language
model's word on the best sentence and of both joined, and for two risks the share of the answerable and of the
unanswerable questions that reach the threshold. No draft is written and nothing is checked.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from evals.suites import chosen, open_suite
from evals.types import Case, Suite
from index import Index
from qa import Assistant
from qa.analysis import analyse
from qa.answerability import BOUND, YesNoModel, asked_of
from qa.engine import open_model
from qa.rewrite import rewrite
from training.metrics import area_under_curve

SUITES = ("news", "squad2", "nomiracl", "realtimeqa")
RISKS = (0.05, 0.1)
EVIDENCE = 4


def figures_of(case: Case, assistant: Assistant) -> tuple[float, float, float]:
    """Return the best sentence's confidence, the model's log-odds on it and both joined; the least if none."""
    question = rewrite(case.question, case.history).text
    best = max(assistant.rank(question)[:EVIDENCE], key=lambda candidate: candidate.confidence, default=None)
    model = assistant.model
    if best is None or not isinstance(model, YesNoModel):
        return 0.0, -BOUND, 0.0
    asked = asked_of(model, analyse(question), best)
    return best.confidence, asked, assistant.answerability.joined(best.confidence, asked)


def measured(suite: Suite, shared: Index, first: Assistant) -> Iterator[tuple[bool, tuple[float, float, float]]]:
    for case in suite.cases:
        if case.expect not in ("answer", "abstain"):
            continue
        documents = shared if case.passages is None else Index.of_passages(case.passages)
        yield case.expect == "answer", figures_of(case, first.on(documents))


def row_of(name: str, data: Path, limit: int, first: Assistant) -> str:
    suite = chosen(open_suite(name, data=data), limit=limit)
    with tempfile.TemporaryDirectory() as folder:
        shared = Index.open(Path(folder) / "index") if suite.documents else Index.of_passages(suite.passages)
        with shared:
            if suite.documents:
                shared.sync(suite.documents)
            found = list(measured(suite, shared, first))
    if not found:
        return f"| {name} (0 + 0) | – | {' | '.join('–' for _ in RISKS)} |"
    answerable = np.array([expected for expected, _ in found])
    columns = np.array([figures for _, figures in found])
    both = answerable.any() and not answerable.all()
    areas = [area_under_curve(c[answerable], c[~answerable]) for c in columns.T] if both else []
    thresholds = [first.answerability.thresholds.at(risk) for risk in RISKS]
    reached = [columns[:, 2] >= threshold for threshold in thresholds]
    cells = [f"{_share(r[answerable])} / {_share(r[~answerable])}" for r in reached]
    shown = " / ".join(f"{area:.2f}" for area in areas) or "–"
    return f"| {name} ({answerable.sum()} + {(~answerable).sum()}) | {shown} | {' | '.join(cells)} |"


def _share(reached: np.ndarray) -> str:
    return f"{reached.mean():.2f}" if len(reached) else "–"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=60)
    parser.add_argument("suites", nargs="*", default=SUITES)
    given = parser.parse_args(arguments)
    with Index.of_passages([]) as nothing, Assistant(nothing, model=open_model(None)) as first:
        for name in given.suites:
            print(row_of(name, given.data, given.limit, first), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
