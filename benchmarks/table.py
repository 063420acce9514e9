"""The table of a measurement: pure functions from what came back for each row to lines of figures and to text."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from evals.scoring import REFUSED_KINDS, Given, Interval, Outcome, Row, folded, median_interval, wilson

BEST_PASSAGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One row with everything that came back for it."""

    row: Row
    given: Given
    outcome: Outcome
    reason: str | None
    standalone_question: str
    forbidden_said: tuple[str, ...]
    citations_exact: tuple[bool, ...]
    quotes_found: tuple[bool, ...]
    rejected: tuple[str, ...]
    seconds: float
    first_token_seconds: float | None  # None: no token was streamed
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the table; `measured` is a share, or seconds."""

    name: str
    measured: float | None  # None: there was nothing to measure
    interval: Interval | None
    n: int
    wanted: str


def share(name: str, hits: Sequence[bool], wanted: str) -> Line:
    """Return a line for the share of hits with its Wilson interval."""
    n = len(hits)
    if n == 0:
        return Line(name=name, measured=None, interval=None, n=0, wanted=wanted)
    return Line(name=name, measured=sum(hits) / n, interval=wilson(sum(hits), n), n=n, wanted=wanted)


def seconds(name: str, values: Sequence[float], wanted: str) -> Line:
    """Return a line for the median of some seconds with the interval of the median."""
    if not values:
        return Line(name=name, measured=None, interval=None, n=0, wanted=wanted)
    return Line(
        name=name, measured=statistics.median(values), interval=median_interval(values), n=len(values), wanted=wanted
    )


def quality_lines(asked: Sequence[Asked]) -> list[Line]:
    """Return the shares of the table, over the rows each is about."""

    def right(wanted: Callable[[Row], bool]) -> list[bool]:
        return [item.outcome == "right" for item in asked if wanted(item.row)]

    return [
        share("answerable questions right", right(lambda row: row.answerable), "0.75"),
        share(
            "unanswerable and false-premise questions refused",
            right(lambda row: row.to_refuse or row.kind in REFUSED_KINDS),
            "0.75",
        ),
        share("conflicts reported with all sides", right(lambda row: row.kind == "conflict"), "2 of 3"),
        share("forbidden strings absent", [not item.forbidden_said for item in asked if item.row.forbidden], "1.00"),
        share(
            "citations whose offsets give exactly their quote",
            [exact for item in asked for exact in item.citations_exact],
            "1.00",
        ),
        share(
            "answers with at least one citation",
            [bool(item.citations_exact) for item in asked if item.given.status in {"answered", "conflict"}],
            "1.00",
        ),
        share(
            f"an evidence sentence among the {BEST_PASSAGES} best passages",
            [any(item.quotes_found) for item in asked if item.row.evidence],
            "0.95",
        ),
        share(
            f"each evidence sentence among the {BEST_PASSAGES} best passages",
            [found for item in asked for found in item.quotes_found],
            "–",
        ),
        share(
            "answerable questions wrongly called a conflict",
            [item.given.status == "conflict" for item in asked if item.row.answerable],
            "–",
        ),
    ]


def speed_lines(asked: Sequence[Asked]) -> list[Line]:
    """Return the medians of the seconds to the final answer and to the first token."""
    whole = [item.seconds for item in asked if item.error is None]
    first = [item.first_token_seconds for item in asked if item.first_token_seconds is not None]
    return [
        seconds("median seconds to the final answer", whole, "9"),
        seconds("median seconds to the first token", first, "5"),
    ]


def report(lines: Sequence[Line], asked: Sequence[Asked], about: dict[str, Any]) -> str:
    """Return the table in Markdown, then the outcomes by kind and what was measured on what."""
    table = ["| | measured | 95 % interval | n | wanted |", "|---|---|---|---|---|", *map(_table_line, lines)]
    facts = [f"{name}: {value}" for name, value in about.items()]
    failed = [f"failed: {item.row.id}: {item.error}" for item in asked if item.error]
    return "\n".join([*table, "", *_by_kind(asked), "", *facts, *failed])


def _table_line(line: Line) -> str:
    if line.measured is None or line.interval is None:
        return f"| {line.name} | not measured | – | 0 | {line.wanted} |"
    spread = f"{line.interval.low:.2f}–{line.interval.high:.2f}"
    return f"| {line.name} | {line.measured:.2f} | {spread} | {line.n} | {line.wanted} |"


def _by_kind(asked: Sequence[Asked]) -> list[str]:
    counts: dict[str, Counter[str]] = {}
    for item in asked:
        counts.setdefault(item.row.kind, Counter())[item.outcome] += 1
    return [
        f"{kind}: " + ", ".join(f"{count} {name}" for name, count in sorted(counter.items()))
        for kind, counter in counts.items()
    ]


def verbose_block(item: Asked) -> str:
    """Return what a person needs to see why a row was right or wrong."""
    row = item.row
    groups = "refuse" if row.answers is None else " + ".join("|".join(group) for group in row.answers)
    first = "–" if item.first_token_seconds is None else f"{item.first_token_seconds:.1f}"
    parts = [
        f"{'ok  ' if item.outcome == 'right' else 'MISS'} {row.id} {row.kind}: {row.question}",
        f"     wanted {groups}; got {item.given.status}, {item.outcome}; {item.seconds:.1f} s, first token {first} s",
    ]
    if folded(item.standalone_question) != folded(row.question):
        parts.append(f"     asked as: {item.standalone_question}")
    parts.append(f"     text: {item.given.text}")
    for label, values in (("sides", item.given.sides), ("rejected", item.rejected), ("forbidden", item.forbidden_said)):
        if values:
            parts.append(f"     {label}: {' | '.join(values)}")
    for label, value in (("reason", item.reason), ("error", item.error)):
        if value:
            parts.append(f"     {label}: {value}")
    if not all(item.citations_exact):
        parts.append("     a citation is not exact")
    if row.evidence and not all(item.quotes_found):
        parts.append(f"     evidence found: {sum(item.quotes_found)} of {len(item.quotes_found)}")
    return "\n".join(parts)
