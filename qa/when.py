"""What the times that a text speaks of are good for: which time is asked of, how well a text fits it, how it is written. Pure."""

from __future__ import annotations

import datetime
import re

from index.times import Grain, Period, TimeMention, day_period, month_period, times, years_period


def asked_period(question: str, *, as_of: datetime.date | None = None) -> Period | None:
    """Return the time that a question asks of: the narrowest it names; None where it names none."""
    found = [mention.period for mention in times(question, as_of) if mention.period is not None]
    return min(found, key=lambda period: period.days or 10**9, default=None)


_ASKS_AHEAD = re.compile(
    r"\b(?:when|(?:on |by |in )?(?:what|which) (?:date|day|month|year)) (?:\w+ )?(?:will|shall|must|"
    r"(?:is|are) (?:[\w’'-]+ ){1,6}(?:to|expected|due|scheduled|planned)\b)",
    re.I,
)


def is_too_early(question: str, text: str, published: datetime.date | None = None) -> bool:
    """Return whether a question asks when something will be, and a text names no time after its own publication."""
    if published is None or not _ASKS_AHEAD.search(question):
        return False
    last = [mention.period.last or mention.period.first for mention in times(text, published) if mention.period]
    return bool(last) and all(day is not None and day <= published for day in last)


_BEGINS = re.compile(
    r"\b(?:join\w*|sign\w*|appointed|named|elected|became|becom\w+|began|start\w*|mov(?:ed|es?)|took (?:over|up|office)|"
    r"hired|transferr?ed|promoted|married|founded|established|launched|bought|purchased|acquired|sold to|renamed|return\w*|entered)\b",
    re.I,
)
_ENDS = re.compile(
    r"\b(?:left|leav\w+|resign\w*|retir\w*|releas\w+|dismissed|sacked|divorced|ended|closed|ceased|stepped down|quit|departed)\b",
    re.I,
)
UNSAID, APART, BEGUN_BEFORE = 0.6, 0.1, 0.7


def period_fit(asked: Period | None, text: str, published: datetime.date | None = None) -> float:
    """Return in [0, 1] how well the time that a text speaks of is the one asked for.

    1: the text speaks of that time, or nothing is asked; about 0.6: it names none; 0.1: it names only others. What
    begins before the time asked for, with no end named ("in 2003 he joined"), may still hold and gives 0.7.
    """
    if asked is None:
        return 1.0
    fits = [_fit(asked, period) for period in _spoken_of(text, published)]
    if fits:
        return max(fits)
    if published is None:
        return UNSAID
    return (
        0.9
        if asked.overlap(day_period(published))
        else 0.4
        if asked.last is not None and asked.last < published
        else 0.3
    )


def _spoken_of(text: str, published: datetime.date | None) -> list[Period]:
    """Return the periods of a text; what begins or ends at a moment is open on the other side."""
    found = [(mention, mention.period) for mention in times(text, published) if mention.period is not None]
    if len(found) != 1:
        return [period for _, period in found]
    return [begins_or_ends(found[0][0], text) or found[0][1]]


def begins_or_ends(mention: TimeMention, text: str) -> Period | None:
    """Return the period of a time that a text names: open behind it where the text tells of a beginning, else of an end."""
    period = mention.period
    if period is None or mention.grain == "days" or period.first is None or period.last is None:
        return period
    begins, ends = _BEGINS.search(text), _ENDS.search(text)
    if begins and not ends:
        return Period(first=period.first, last=None)
    return Period(first=None, last=period.last) if ends and not begins else period


def _fit(asked: Period, said: Period) -> float:
    shared = asked.overlap(said)
    if shared is None:
        return APART
    if asked.days is None or shared.days is None:
        return 0.9
    open_before = said.last is None and said.first is not None and asked.first is not None
    if open_before and said.first is not None and asked.first is not None and said.first.year < asked.first.year:
        return BEGUN_BEFORE
    whole = min(asked.days, said.days or asked.days)
    return 0.2 + 0.8 * min(1.0, shared.days / whole)


def spelled(day: datetime.date) -> str:
    """Return a day as people write it: "October 16, 2023"."""
    return f"{day:%B} {day.day}, {day.year}"


def written(period: Period, grain: Grain = "days") -> str:
    """Return a period as people write it: "October 16, 2023", "March 2024", "2022", "October 9 to 15, 2023"."""
    first, last = period.first, period.last
    if first is None or last is None:
        ends = ("since", first) if first else ("until", last)
        return f"{ends[0]} {_written_day(ends[1], grain)}" if ends[1] else "any time"
    if first == last:
        return spelled(first)
    if period == month_period(first.year, first.month):
        return f"{first:%B} {first.year}"
    if period == years_period(first.year, last.year):
        return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
    if first.day == 1 and last == month_period(last.year, last.month).last:
        return f"{first:%B}{'' if first.year == last.year else f' {first.year}'} to {last:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%B} {first.day} to {last.day}, {first.year}"
    same_year = first.year == last.year
    return f"{first:%B} {first.day}{'' if same_year else f', {first.year}'} to {last:%B} {last.day}, {last.year}"


def _written_day(day: datetime.date, grain: Grain) -> str:
    """Return the end of an open period no finer than the expression names it: "since 1999", not "since January 1"."""
    if grain in ("year", "years"):
        return str(day.year)
    return f"{day:%B} {day.year}" if grain == "month" else spelled(day)


_CLOCK = re.compile(r"(?<![\d.,])(?P<hour>[01]?\d|2[0-3])(?:[.:](?P<minute>[0-5]\d))?(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?(?![\d%]|[.,]\d)", re.I)  # fmt: skip


def clock_times(text: str) -> tuple[tuple[int, str], ...]:
    """Return the times of day of a text as (minutes after midnight, as written): "7.42 p.m.", "19:41"."""
    found = []
    for match in _CLOCK.finditer(text):
        if match["minute"] is None and match["half"] is None:
            continue
        hour = int(match["hour"]) % 12 if match["half"] else int(match["hour"])
        afternoon = 12 if (match["half"] or "").lower() == "p" else 0
        found.append((60 * (hour + afternoon) + int(match["minute"] or 0), match.group().strip()))
    return tuple(found)
