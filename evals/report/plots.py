"""The plots of a run, as PNG and as SVG for the page. The same results give the same bytes.

Drawn with matplotlib's objects, never with pyplot, so that no state of a notebook is touched. No word of a document
is drawn.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

from evals.report.figures import OutcomeRow, outcome_rows
from evals.types import CurvePoint, ReliabilityBin, Report, Result, Times

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 150
COLOURS = {  # Okabe & Ito's, told apart by people who do not see red and green alike
    "answered right": "#0072b2",
    "conflict reported": "#56b4e9",
    "rightly abstained": "#009e73",
    "over-abstained": "#e69f00",
    "answered wrong": "#d55e00",
    "error": "#595959",
}
LIGHT_INK = frozenset({"answered right", "error"})  # white is read on these, black on the others
INK, SOFT, LINE, BLUE = "#1c1917", "#57534e", "#d6d3d1", "#0072b2"
STYLE = {
    "axes.edgecolor": LINE,
    "axes.labelcolor": SOFT,
    "axes.labelsize": 9,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    "figure.facecolor": "white",
    "font.size": 9,
    "svg.fonttype": "none",
    "svg.hashsalt": "onrecord",
    "text.color": INK,
    "xtick.color": SOFT,
    "xtick.labelsize": 8.5,
    "ytick.color": SOFT,
    "ytick.labelsize": 8.5,
}
STAGES_TIMED = ("rewrite", "retrieve", "generate", "verify", "total")
MOST_POINTS = 400  # of a strip; beyond, evenly chosen ones are drawn, and the figures are still over all


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    name: str
    title: str
    says: str  # what is seen, for who does not see it
    figure: Figure


def drawings_of(report: Report) -> tuple[Drawing, ...]:
    """Return the plots that the run has figures for, in the order in which they are read."""
    from evals.metrics.abstention import risk_coverage
    from evals.metrics.calibration import reliability

    rows = outcome_rows(report.results)
    with _style():
        drawn = (
            outcome_bar(rows) if rows else None,
            risk_coverage_curve(risk_coverage(report.results)),
            calibration_diagram(reliability(report.results)),
            latency_strips(report.results),
        )
    return tuple(drawing for drawing in drawn if drawing is not None)


def outcome_bar(rows: Sequence[OutcomeRow]) -> Drawing:
    """Return the share of each outcome as one bar, with a legend that says each in words."""
    figure = _figure(7.2, 1.6)
    axes = figure.add_axes((0.02, 0.47, 0.96, 0.36))
    place = 0.0
    for row in rows:
        axes.barh(0, row.share, left=place, color=COLOURS[row.outcome], edgecolor="white", linewidth=1.5)
        if row.share >= 0.06:
            ink = "white" if row.outcome in LIGHT_INK else "black"
            axes.text(place + row.share / 2, 0, str(row.count), color=ink, ha="center", va="center", fontsize=10)
        place += row.share
    axes.set_xlim(0, 1)
    axes.set_axis_off()
    _legend(figure, rows)
    n = sum(row.count for row in rows)
    axes.set_title(f"Outcomes of {n} cases", loc="left", color=INK)
    says = ", ".join(f"{row.outcome} {row.count}" for row in rows)
    return Drawing(name="outcomes", title="Outcomes", says=f"Of {n} cases: {says}.", figure=figure)


def _legend(figure: Figure, rows: Sequence[OutcomeRow]) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(
            color=COLOURS[row.outcome],
            label=f"{row.outcome} {100 * row.share:.0f} % ({100 * row.interval.low:.0f}–{100 * row.interval.high:.0f})",
        )
        for row in rows
    ]
    figure.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.01, 0.0), ncols=3, frameon=False, handlelength=0.9
    )


def risk_coverage_curve(points: Sequence[CurvePoint]) -> Drawing | None:
    """Return the share of wrong answers as less and less sure ones are let in; None without points."""
    if not points:
        return None
    figure = _figure(3.5, 2.9)
    axes = figure.add_axes((0.2, 0.17, 0.73, 0.7))
    across, risk = [point.coverage for point in points], [point.risk for point in points]
    between = expected_between(points)
    axes.plot([c for c, _ in between], [r for _, r in between], color=BLUE, linewidth=1.8, zorder=3)
    axes.scatter(across[:-1], risk[:-1], color=BLUE, s=9, zorder=4)
    axes.scatter(across[-1:], risk[-1:], color=BLUE, s=28, zorder=4)
    reached = f"{100 * risk[-1]:.0f} % wrong at {100 * across[-1]:.0f} % answered"
    axes.set_title(reached, loc="left", fontsize=9, color=INK)
    _shares(axes, "y", top=min(1.0, max(0.1, 1.35 * max(risk))))
    _shares(axes, "x", top=1.0)
    axes.set_xlabel("answered, the surest first")
    axes.set_ylabel("wrong among these")
    says = f"{100 * risk[-1]:.0f} % of the answers are wrong where {100 * across[-1]:.0f} % of the cases are answered."
    return Drawing(name="risk_coverage", title="Risk and coverage", says=says, figure=figure)


def expected_between(points: Sequence[CurvePoint], *, steps: int = 12) -> list[tuple[float, float]]:
    """Return (coverage, risk) along a curve: between two confidences, answers of one confidence are let in by lot."""
    made: list[tuple[float, float]] = []
    covered, wrong = 0.0, 0.0
    for point in points:
        here, wrong_here = point.coverage - covered, point.coverage * point.risk - wrong
        for step in range(1, steps + 1):
            part = step / steps
            coverage = covered + part * here
            made.append((coverage, min(1.0, max(0.0, (wrong + part * wrong_here) / coverage))))
        covered, wrong = point.coverage, point.coverage * point.risk
    return made


def calibration_diagram(bins: Sequence[ReliabilityBin]) -> Drawing | None:
    """Return how often answers of each confidence are right, above how many there are; None without bins."""
    if not bins:
        return None
    figure = _figure(3.5, 2.9)
    axes = figure.add_axes((0.2, 0.38, 0.73, 0.57))
    below = figure.add_axes((0.2, 0.17, 0.73, 0.15))
    axes.plot([0, 1], [0, 1], color=LINE, linewidth=1.2, linestyle=(0, (4, 3)))
    for found in bins:
        axes.vlines(found.mean_confidence, found.interval.low, found.interval.high, color=BLUE, linewidth=1.4)
        axes.plot([found.mean_confidence], [found.share_right], marker="o", color=BLUE, markersize=5.5)
        middle = (found.low + found.high) / 2
        below.bar(middle, found.n, width=0.9 * (found.high - found.low), color="#a8a29e")
        below.text(middle, found.n, str(found.n), ha="center", va="bottom", fontsize=8, color=SOFT)
    _shares(axes, "y", top=1.0, margin=0.04)
    _shares(axes, "x", top=1.0, margin=0.02)
    _shares(below, "x", top=1.0, margin=0.02)
    axes.set_xticklabels([])
    below.set_ylim(0, 1.7 * max(found.n for found in bins))
    below.set_yticks([])
    below.spines["left"].set_visible(False)
    below.set_xlabel("confidence, and how many have it")
    axes.set_ylabel("right")
    says = "; ".join(
        f"confidence {found.mean_confidence:.2f}: {100 * found.share_right:.0f} % of {found.n} right" for found in bins
    )
    return Drawing(name="calibration", title="Calibration", says=f"{says}.", figure=figure)


def latency_strips(results: Sequence[Result]) -> Drawing | None:
    """Return the seconds of each stage, a dot a case, with median and 95th percentile; None where nothing took time."""
    times = [result.asked.times for result in results if result.asked.trace.error is None]
    stages = [(stage, seconds_of(times, stage)) for stage in STAGES_TIMED]
    stages = [(stage, seconds) for stage, seconds in stages if any(seconds)]
    if not stages:
        return None
    height = 0.55 + 0.47 * len(stages)
    figure = _figure(3.5, height)
    axes = figure.add_axes((0.33, 0.48 / height, 0.63, 1 - 0.53 / height))
    for row, (_, seconds) in enumerate(reversed(stages)):
        _strip(axes, row, seconds)
        axes.axhline(row - 0.5, color="#f0eeec", linewidth=0.8, zorder=0)
    labels = [f"{stage}\n{median(seconds):.2f}, {p95(seconds):.2f} s" for stage, seconds in reversed(stages)]
    axes.set_yticks(range(len(stages)), labels)
    axes.set_ylim(-0.5, len(stages) - 0.5)
    axes.set_xlim(left=0)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("seconds")
    says = "; ".join(f"{stage}: median {median(s):.2f} s, 95th percentile {p95(s):.2f} s" for stage, s in stages)
    return Drawing(name="latency", title="Seconds of each stage", says=f"{says}.", figure=figure)


def seconds_of(times: Sequence[Times], stage: str) -> list[float]:
    """Return the seconds of a stage in every case, in order; a case without a draft wrote nothing and has no row."""
    kept = [one for one in times if stage != "generate" or one.first_token is not None]
    return [float(getattr(one, stage)) for one in kept]


def p95(seconds: Sequence[float]) -> float:
    """Return the 95th percentile by nearest rank, which is a time that was measured."""
    return sorted(seconds)[ceil(len(seconds) * 95 / 100) - 1]


def _strip(axes: Axes, row: int, seconds: Sequence[float]) -> None:
    ordered = sorted(seconds)
    step = max(1, ceil(len(ordered) / MOST_POINTS))
    drawn = ordered[::step]
    # The golden ratio spreads neighbours evenly, without chance.
    heights = [row + 0.5 * ((place * 0.618034) % 1 - 0.5) for place in range(len(drawn))]
    axes.scatter(drawn, heights, s=9, color=BLUE, alpha=0.45, linewidths=0, zorder=2)
    low, high = ordered[(len(ordered) - 1) // 4], ordered[(3 * (len(ordered) - 1)) // 4]
    axes.barh(row, high - low, left=low, height=0.56, color="#0072b222", edgecolor="none", zorder=1)
    axes.vlines(median(ordered), row - 0.3, row + 0.3, color=INK, linewidth=1.6, zorder=3)
    axes.plot([p95(ordered)], [row], marker="v", color=INK, markersize=5, zorder=3)


def _shares(axes: Axes, which: Literal["x", "y"], *, top: float, margin: float = 0.0) -> None:
    from matplotlib.ticker import PercentFormatter

    axis = axes.xaxis if which == "x" else axes.yaxis
    (axes.set_xlim if which == "x" else axes.set_ylim)(-margin, top + margin)
    axis.set_major_formatter(PercentFormatter(xmax=1.0, decimals=0, symbol=" %"))
    axes.grid(axis=which, color="#f0eeec", linewidth=0.8)
    axes.set_axisbelow(True)


# --- as bytes ---------------------------------------------------------------------------------------------------------


def as_png(drawing: Drawing) -> bytes:
    """Return a plot as PNG, without the name and version of what drew it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    file = io.BytesIO()
    with _style():
        FigureCanvasAgg(drawing.figure)
        drawing.figure.savefig(file, format="png", dpi=DPI, metadata={"Software": None})
    return file.getvalue()


_ID = re.compile(r'(\bid="|url\(#|href="#)')
_STYLE = re.compile(r' style="([^"]*)"')


def as_svg(drawing: Drawing) -> str:
    """Return a plot as SVG to stand inside a page: scaled by its box, in the page's font, its ids its own.

    It holds no style attribute and no style sheet, which a strict content security policy would refuse.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    file = io.StringIO()
    with _style():
        FigureCanvasSVG(drawing.figure)
        drawing.figure.savefig(file, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    text = file.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", text, count=1, flags=re.DOTALL)
    text = _STYLE.sub(lambda found: "".join(_attributes(found.group(1))), text)
    text = _ID.sub(lambda found: f"{found.group(1)}{drawing.name}-", text).replace("xlink:href", "href")
    width, height = (72 * inches for inches in drawing.figure.get_size_inches())
    head = f'<svg viewBox="0 0 {width:g} {height:g}" stroke-linejoin="round" stroke-linecap="butt" aria-hidden="true">'
    return head + text[text.index(">") + 1 :].strip()


def _attributes(style: str) -> Iterator[str]:
    """Yield the declarations of a style attribute as attributes; the font is the page's."""
    for declaration in style.split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name and name != "font-family":
            yield f' {name}="{value}"'


@contextmanager
def _style() -> Iterator[None]:
    """Set the look for a while; the user's own settings of matplotlib neither change it nor are changed."""
    from matplotlib import style

    with style.context(["default", STYLE]):
        yield


def _figure(width: float, height: float) -> Any:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=DPI)
