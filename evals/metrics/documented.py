"""The metrics as documentation: their docstrings as a Markdown table, which docs/evaluation.md holds.

This writes it between the two marks of the guide:

    python -m evals.metrics.documented docs/evaluation.md
"""

from __future__ import annotations

import sys
from pathlib import Path

from evals.metrics import METRICS
from evals.metrics.base import Metric

BEGIN, END = "<!-- metrics -->", "<!-- /metrics -->"


def metrics_table() -> str:
    """Return a Markdown table of every metric: name, direction, definition with its source, place of refusals."""
    lines = ["| metric | better | what it is | a refusal |", "|---|---|---|---|"]
    return "\n".join([*lines, *map(_line, METRICS.values())])


def _line(metric: Metric) -> str:
    better = "neither" if metric.neutral else "higher" if metric.higher_is_better else "lower"
    cells = (f"`{metric.name}`", better, metric.definition, metric.refusals)
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def with_table(text: str) -> str:
    """Return a page with the table between its marks as it is now. Raises ValueError where a mark is missing."""
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the page has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{metrics_table()}\n{END}{after}"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(with_table(page.read_text(encoding="utf-8")), encoding="utf-8")
