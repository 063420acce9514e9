"""Draw how search time and memory grow, from what `benchmarks/scale.py` printed.

python benchmarks/scale.py ... > scale.txt
python benchmarks/growth.py scale.txt --to docs/growth.svg
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^(\d+) passages$", re.M)
_SEARCH = re.compile(r"hybrid search, p50 / p95: ([\d.]+) / ([\d.]+) ms")
_FILTERED = re.compile(r"filtered to [^:]+: ([\d.]+) / ([\d.]+) ms")
_MEMORY = re.compile(r"resident while serving: (\d+) MB")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was measured at one size: milliseconds and MB."""

    passages: int
    search: tuple[float, float]  # p50, p95
    filtered: tuple[float, float]
    memory: float


def rows_of(printed: str) -> list[Row]:
    """Return the rows of a benchmark's output, in its order.

    Raises:
        ValueError: a size lacks a figure; the benchmark did not end.
    """
    rows = []
    parts = _BLOCK.split(printed)[1:]
    for size, text in zip(parts[::2], parts[1::2], strict=True):
        search, filtered, memory = (pattern.search(text) for pattern in (_SEARCH, _FILTERED, _MEMORY))
        if search is None or filtered is None or memory is None:
            raise ValueError(f"the figures of {size} passages are not complete; run the benchmark to its end")
        rows.append(
            Row(
                passages=int(size),
                search=(float(search[1]), float(search[2])),
                filtered=(float(filtered[1]), float(filtered[2])),
                memory=float(memory[1]),
            )
        )
    return rows


def draw(rows: list[Row], to: Path) -> None:
    """Write the two plots as one SVG."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    FigureCanvasSVG(figure)
    left, right = figure.subplots(1, 2)
    sizes = [row.passages for row in rows]
    for label, style, values in (
        ("search, p50", "o-", [row.search[0] for row in rows]),
        ("search, p95", "o--", [row.search[1] for row in rows]),
        ("filtered to 0.1 %, p50", "s-", [row.filtered[0] for row in rows]),
        ("filtered to 0.1 %, p95", "s--", [row.filtered[1] for row in rows]),
    ):
        left.plot(sizes, values, style, label=label)
    left.set(xscale="log", xlabel="passages", ylabel="milliseconds", ylim=(0, None), title="Hybrid search")
    left.legend(frameon=False, fontsize=8)
    right.plot(sizes, [row.memory for row in rows], "o-", color="#0f766e")
    right.set(xscale="log", xlabel="passages", ylabel="MB", ylim=(0, None), title="Resident memory of the index")
    for axes in (left, right):
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    to.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(to, format="svg", metadata={"Date": None})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("printed", type=Path, help="what benchmarks/scale.py printed")
    parser.add_argument("--to", type=Path, required=True, help="the SVG to write")
    given = parser.parse_args()
    draw(rows_of(given.printed.read_text(encoding="utf-8")), given.to)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
