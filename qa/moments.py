"""When a figure held: what its sentence says of that, else the day on which it was published. Pure.

"34 cases by Monday", "the bulletin of February 26 spoke of 29" and "on Thursday there were 30 patients" say it. "Killed
on Monday" says when something happened, not when it was counted; "22 people died, he said on Monday" was counted on
Monday at the earliest and by the day of publication at the latest.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.times import Period, TimeMention, day_period, times

_UP_TO = re.compile(r"(?:as of|by|up to)\b", re.I)
_REPORT = (
    r"(?:bulletin|report|statement|update|count|figure|tally|release|letter|estimate|survey|poll|briefing|census|notice|"
    r"list|return)s?"
)
_REPORT_OF = re.compile(
    rf"\b{_REPORT}\s+(?:no\.?\s*\d+,?\s+)?(?:(?:of|from|for|on|dated|issued|published|released)\s+)+(?:the\s+)?$", re.I
)
_OWN_REPORT = re.compile(rf"[’']s\s+(?:\w+\s+)?{_REPORT}\b", re.I)
_LOOSELY = r"(?:(?:already|still|now|just|only|about|some|nearly|almost|at least|more than|over|as many as|[$€£])\s*)*"
_STOOD_AT = re.compile(
    r"\b(?:(?:stood|stands?|closed|traded|opened) at|was|were|had|counted|recorded|registered|reported|confirmed|"
    r"numbered|total+ed|reached|passed|topped|"
    r"(?:rose|risen|climbed|grown|grew|fell|fallen|dropped|jumped|sank|slid|up|down) to|"
    rf"put (?:it|the [\w ]{{3,30}}) at)\s+{_LOOSELY}$",
    re.I,
)
_STOOD_SO = re.compile(
    r"^[^.;:]{0,40}?\b(?:were|was|remained|had been)\s+(?:(?:still|already|now|all)\s+)*"
    r"(?:in|on|at|under|without|out of|being|missing|counted|registered|"
    r"confirmed|recorded|reported|left|open|ill|sick|waiting|unaccounted|sheltering)\b",
    re.I,
)
_TOLD = re.compile(
    r"\b(?:said|told|reported|announced|counted|recorded|confirmed|estimated|gave|spoke|wrote|put)\b[^,;:.]{0,40}$",
    re.I,
)
_OTHER_CLAUSE = re.compile(r"[;:]|\b(?:which|who|since|began|when|after|before|while|but)\b", re.I)
_YEAR_OF = re.compile(
    r"\b(?:as of|by|until|up to|at the end of|census(?: of)?|at the|estimated? (?:in|for)|in|on)\s+"
    r"(?:the\s+)?(?:\w+\s+){0,2}$",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a figure held. `within` may be wider than `shown`: it held at some time of those days."""

    shown: Period
    within: Period
    stated: bool  # the sentence says it; else it is the day of publication

    def overlaps(self, other: Moment) -> bool:
        """Return whether the two cannot be told apart."""
        return self.within.overlap(other.within) is not None


def moment_of(text: str, start: int, end: int, published: datetime.date | None) -> Moment | None:
    """Return when the figure at `text[start:end]` held; None: nothing says it and the day of publication is unknown."""
    stated = list(_stated(text, start, end, published))
    if stated:
        _, period = min(stated, key=lambda found: found[0])
        return Moment(shown=period, within=period, stated=True)
    if published is None:
        return None
    shown = day_period(published)
    told = [m.period.last for m in times(text, published) if m.period and m.period.last and _is_told(text, m)]
    since = max((day for day in told if day <= published), default=published)
    return Moment(shown=shown, within=Period(first=since, last=published), stated=False)


def _stated(text: str, start: int, end: int, published: datetime.date | None) -> Iterator[tuple[int, Period]]:
    """Yield the times that say when the figure held, each with how far from it they stand."""
    for mention in times(text, published):
        period = mention.period
        if period is None or period.last is None or (published is not None and _ahead(period, published)):
            continue
        between = text[min(end, mention.end) : max(start, mention.start)]
        same_clause = not _OTHER_CLAUSE.search(between)
        if _UP_TO.match(mention.text):
            yield len(between), period if period.first else day_period(period.last)
        elif _is_report(text, mention) or (same_clause and _is_state(text, start, end, mention)):
            yield len(between), period


def _ahead(period: Period, published: datetime.date) -> bool:
    """Return whether a time lies after the day of publication: a deadline or a forecast, no count."""
    return (period.first or period.last or published) > published


def _is_report(text: str, mention: TimeMention) -> bool:
    """Return whether a time is that of a report: "in its bulletin of February 26", "Monday's figures"."""
    return bool(_REPORT_OF.search(text[: mention.start]) or _OWN_REPORT.match(text, mention.end))


def _is_state(text: str, start: int, end: int, mention: TimeMention) -> bool:
    """Return whether a year or day is the one for which a figure stands, and not that of an event or a speech."""
    if mention.grain == "year" and mention.basis == "stated":
        return bool(_YEAR_OF.search(text[: mention.start]))
    return mention.grain in ("day", "month") and bool(_STOOD_AT.search(text[:start]) or _STOOD_SO.match(text[end:]))


def _is_told(text: str, mention: TimeMention) -> bool:
    return mention.grain == "day" and bool(_TOLD.search(text[: mention.start]))
