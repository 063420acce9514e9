"""The figures of some runs as the tables of docs/results.md.

    python benchmarks/results.py RUN...

A row a run and figure, with its interval and n; then what the runs were made of.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from evals.errors import EvaluationError  # noqa: E402
from evals.folder import open_run  # noqa: E402
from evals.types import OUTCOMES, Estimate, Report  # noqa: E402

FIGURES = (
    "success",
    "answered_right",
    "answer_match",
    "token_f1",
    "recall_at_10",
    "ndcg_at_10",
    "mrr",
    "evidence_shown",
    "faithfulness",
    "citation_recall",
    "citation_precision",
    "citation_exactness",
    "abstention_precision",
    "abstention_recall",
    "over_abstention",
    "answered_unanswerable",
    "conflict_recall",
    "spurious_conflict",
    "forbidden_said",
    "injection_success",
    "closed_book_match",
    "gold_evidence_right",
    "aurc",
    "ece",
    "median_seconds",
)


def outcome_table(reports: Sequence[Report]) -> str:
    """Return how the cases of each run ended."""
    lines = [f"| suite | cases | {' | '.join(OUTCOMES)} |", f"|---|---|{'---|' * len(OUTCOMES)}"]
    for report in reports:
        ended = [result.outcome for result in report.results]
        counts = " | ".join(str(ended.count(outcome) or "–") for outcome in OUTCOMES)
        lines.append(f"| {report.manifest.suite} | {len(ended)} | {counts} |")
    return "\n".join(lines)


def figure_table(report: Report) -> str:
    """Return the figures of a run that it has, with intervals."""
    lines = ["| figure | value | 95 % interval | n |", "|---|---|---|---|"]
    known = {estimate.metric: estimate for estimate in report.estimates}
    return "\n".join([*lines, *(_line(known[name]) for name in FIGURES if name in known)])


def _line(estimate: Estimate) -> str:
    value = "not measured" if estimate.value is None else f"{estimate.value:.3f}"
    spread = f"{estimate.interval.low:.3f}–{estimate.interval.high:.3f}" if estimate.interval else "–"
    return f"| {estimate.metric} | {value} | {spread} | {estimate.n} |"


def made_of(report: Report) -> str:
    """Return the command, date, machine and code of a run in a line."""
    facts = report.manifest.volatile
    return (
        f"`{facts.get('command', '')}`, {facts.get('date', '')[:10]}, {facts.get('machine', '')}, commit "
        f"{facts.get('commit', '')}, code {report.manifest.code}"
    )


def main(arguments: Sequence[str]) -> int:
    try:
        reports = [open_run(Path(name)) for name in arguments]
    except EvaluationError as error:
        print(error, file=sys.stderr)
        return 1
    print(outcome_table(reports))
    for report in reports:
        print(f"\n### {report.manifest.suite}\n{made_of(report)}\n\n{figure_table(report)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
