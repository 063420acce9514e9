"""How well the confidence tells what is answered from what is not, on documents of other kinds; no language model.

    python -m training.confidence_on_suites --data DATA [--limit 60] [SUITE...]

Prints a row of `docs/abstention.md` a suite: the area under the curve, and for two risks the share of the answerable
and of the unanswerable questions whose best confidence among the evidence reaches the threshold.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evals.suites import chosen, open_suite
from evals.types import Case
from index import Index
from qa import Assistant
from qa.confidence import default_confidence
from qa.rewrite import rewrite
from training.metrics import area_under_curve

SUITES = ("news", "squad2", "nomiracl", "realtimeqa")
RISKS = (0.05, 0.15)
EVIDENCE = 4


def best_of(case: Case, documents: Index) -> float:
    """Return the highest confidence among the sentences that would be shown to the language model."""
    question = rewrite(case.question, case.history).text
    ranked = Assistant(documents).rank(question)
    return max((candidate.confidence for candidate in ranked[:EVIDENCE]), default=0.0)


def row_of(name: str, data: Path, limit: int) -> str:
    suite = chosen(open_suite(name, data=data), limit=limit)
    with tempfile.TemporaryDirectory() as folder:
        shared = Index.open(Path(folder) / "index") if suite.documents else Index.of_passages(suite.passages)
        with shared:
            if suite.documents:
                shared.sync(suite.documents)
            found = {True: [], False: []}  # type: dict[bool, list[float]]
            for case in suite.cases:
                documents = shared if case.passages is None else Index.of_passages(case.passages)
                if case.expect in ("answer", "abstain"):
                    found[case.expect == "answer"].append(best_of(case, documents))
    kept, let = np.array(found[True]), np.array(found[False])
    thresholds = [default_confidence().threshold(risk) for risk in RISKS]
    cells = [f"{(kept >= t).mean():.2f} / {(let >= t).mean():.2f}" for t in thresholds]
    area = f"{area_under_curve(kept, let):.2f}" if len(kept) and len(let) else "–"
    return f"| {name} ({len(kept)} + {len(let)}) | {area} | {' | '.join(cells)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=60)
    parser.add_argument("suites", nargs="*", default=SUITES)
    given = parser.parse_args(arguments)
    for name in given.suites:
        print(row_of(name, given.data, given.limit), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
