"""Figures that change over time as a small plot, in SVG. Pure.

Gradio's sanitising drops `viewBox` and every `aria-` attribute: places across the plot are per cent of its width, and
its full text is the `title` of the element that has the role of an image. `style.css` gives sizes and colours.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from index.numbers import Number, numbers
from index.times import Period
from qa.types import Answer, Citation, Conflict, Figure, Side
from qa.when import written
from ui.markup import one_line

LEAST_OF_A_DEVELOPMENT, LEAST_OF_A_CONFLICT = 2, 3  # figures without which nothing is drawn
TOP, ZERO, DATES = 34, 118, 138  # pixels from above: the highest figure, none, the dates
LEFT, RIGHT = 7, 96  # per cent of the width
CHARACTER_WIDTH, DATE_WIDTH = 2.8, 24  # per cent, where the plot is as narrow as on a phone
_MEASURE = re.compile(
    r"[\s-]*(?P<unit>(?:(?:square|cubic|sq)\.?\s+)?(?:[kcm]?m[²³]?|mi|ft|k?g|lbs?|mph|[kmg]wh?|(?:kilo|centi|milli)?met(?:er|re)s?|miles?|"
    r"feet|foot|inch(?:es)?|yards?|acres?|hectares?|(?:kilo)?grams?|kilos?|tons?|tonnes?|pounds?|ounces?|lit(?:er|re)s?|"
    r"gallons?|barrels?|degrees?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|dollars?|euros?|knots?))"
    r"(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    figure: float
    unit: tuple[str | None, ...]  # what it must share with the others: percent or money, the sign of it, the measure
    said: str  # "at least 17"
    when: str  # "5 Mar 2024", "2010"
    day: float  # the middle of the days that it stands for, as an ordinal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    point: _Point
    x: float  # per cent
    y: float  # pixels


class _Box(NamedTuple):
    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        beside = self.right < other.left or other.right < self.left
        return not (beside or self.bottom < other.top or other.bottom < self.top)


def development_html(answer: Answer) -> str:
    """Return the plot of a count told at several moments; "" where it cannot be drawn.

    Figures of which some are rivals are not joined by a line.
    """
    joined = not answer.conflicts
    quotes = {citation.number: citation.quote for citation in answer.citations}
    said = [(each.value, _point(each, quotes.get(each.citation, ""))) for each in answer.development]
    return _plotted(said, least=LEAST_OF_A_DEVELOPMENT if joined else LEAST_OF_A_CONFLICT, joined=joined)


def conflict_html(conflict: Conflict, citations: Sequence[Citation]) -> str:
    """Return the plot of dated figures that disagree on one thing; "" where it cannot be drawn."""
    by_number = {citation.number: citation for citation in citations}
    sides = [(side, by_number[side.citation]) for side in conflict.sides if side.citation in by_number]
    said = [(side.value, _point(_figure(side, citation), citation.quote)) for side, citation in sides]
    return _plotted(said, least=LEAST_OF_A_CONFLICT, joined=False) if conflict.one_subject else ""


def _figure(side: Side, citation: Citation) -> Figure | None:
    day = citation.date.value if citation.date else None
    return None if day is None else Figure(value=side.value, first=day, last=day, citation=side.citation)


def _plotted(said: Sequence[tuple[str, _Point | None]], *, least: int, joined: bool) -> str:
    """Return the plot of what is known in number and date, if that is enough, in one unit, at more than one date."""
    points = [point for _, point in said if point is not None]
    one_unit = len({point.unit for point in points}) == 1
    if len(points) < least or not one_unit or len({point.day for point in points}) < 2:
        return ""
    return _plot(points, left_out=[value for value, point in said if point is None], joined=joined)


def _point(figure: Figure | None, quote: str) -> _Point | None:
    """Return where a figure stands; None where its value is not one number."""
    found = numbers(figure.value) if figure else ()
    if figure is None or len(found) != 1 or found[0].unit == "ordinal":
        return None
    return _Point(
        figure=found[0].value,
        unit=_unit(found[0], quote),
        said=one_line(figure.value),
        when=_when(Period(first=figure.first, last=figure.last)),
        day=(figure.first.toordinal() + figure.last.toordinal()) / 2,
    )


def _unit(number: Number, quote: str) -> tuple[str | None, ...]:
    sign = re.match(r"[$€£]", number.text)
    at = quote.find(number.text)
    measure = _MEASURE.match(quote, at + len(number.text)) if at >= 0 else None
    return number.unit, sign.group() if sign else None, measure["unit"].lower().removesuffix("s") if measure else None


def _when(period: Period) -> str:
    first = period.first
    if first is None or first != period.last:
        return written(period)
    return f"{first.day} {first:%b} {first.year}"


def _plot(points: Sequence[_Point], *, left_out: Sequence[str], joined: bool) -> str:
    placed = _placed(sorted(points, key=lambda point: point.day))
    heading = "How the figure changed" if joined else "The figures by date"
    told = f"{heading}: {'; '.join(f'{each.point.said}, {each.point.when}' for each in placed)}"
    drawn = [_axis(), *(_lines(placed) if joined else ()), *_values(placed), *_dates(placed), *_marks(placed)]
    missing = f"Not drawn, without a number or a date: {', '.join(map(one_line, left_out))}" if left_out else ""
    note = f'<p class="or-timeline-note">{escape(missing)}</p>' if missing else ""
    return (
        f'<div class="or-timeline"><p class="or-timeline-head">{heading}</p>'
        f'<div class="or-plot" role="img" title="{escape(told)}"><svg>{"".join(drawn)}</svg></div>{note}</div>'
    )


def _placed(points: Sequence[_Point]) -> list[_Placed]:
    """Return the points in their places: time from left to right, figures upward from zero."""
    begin, days = points[0].day, points[-1].day - points[0].day
    highest = max(point.figure for point in points) or 1.0
    return [
        _Placed(
            point=point,
            x=round(LEFT + (RIGHT - LEFT) * (point.day - begin) / days, 1),
            y=round(ZERO - (ZERO - TOP) * point.figure / highest, 1),
        )
        for point in points
    ]


def _axis() -> str:
    return f'<line class="or-axis" x1="14" x2="100%" y1="{ZERO}" y2="{ZERO}"></line>{_text(0, ZERO + 4, "0", "soft")}'


def _lines(placed: Sequence[_Placed]) -> list[str]:
    pairs = itertools.pairwise(placed)
    return [f'<line class="or-run" x1="{a.x}%" y1="{a.y}" x2="{b.x}%" y2="{b.y}"></line>' for a, b in pairs]


def _marks(placed: Sequence[_Placed]) -> list[str]:
    return [f'<circle class="or-point" cx="{each.x}%" cy="{each.y}" r="4.5"></circle>' for each in placed]


def _values(placed: Sequence[_Placed]) -> list[str]:
    """Return what each figure says, above its point, or where no other label and no other point stands."""
    taken = [_Box(each.x, each.x, each.y - 5, each.y + 5) for each in placed]
    texts = []
    for each in placed:
        heights = [height for height in (each.y - 11, each.y + 20, each.y - 28) if height < ZERO]
        boxes = [_box(each, height) for height in heights]
        free = [n for n, box in enumerate(boxes) if not any(box.meets(other) for other in taken)]
        chosen = free[0] if free else 0
        taken.append(boxes[chosen])
        texts.append(_text(each.x, heights[chosen], each.point.said, "said"))
    return texts


def _box(placed: _Placed, height: float) -> _Box:
    """Return what a label covers where the plot is as narrow as on a phone."""
    width = CHARACTER_WIDTH * len(placed.point.said)
    left = placed.x - {"start": 0.0, "middle": width / 2, "end": width}[_side(placed.x)]
    return _Box(left, left + width, height - 12, height + 3)


def _dates(placed: Sequence[_Placed]) -> list[str]:
    """Return the first and the last date below the axis, and those between that have room."""
    shown = [placed[0]]
    for each in placed[1:-1]:
        if each.x - shown[-1].x >= DATE_WIDTH and placed[-1].x - each.x >= DATE_WIDTH:
            shown.append(each)
    return [_text(each.x, DATES, each.point.when, "soft") for each in (*shown, placed[-1])]


def _text(x: float, y: float, words: str, kind: str) -> str:
    """Return a label that stays inside the plot: it runs to the right at the left end, to the left at the right end."""
    return f'<text class="or-plot-{kind} or-at-{_side(x)}" x="{x}%" y="{y:.1f}">{escape(words)}</text>'


def _side(x: float) -> str:
    return "start" if x < DATE_WIDTH else "end" if x > 100 - DATE_WIDTH else "middle"
