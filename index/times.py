"""Time expressions of a text as intervals of days: "in March 2004", "from 2004 to 2006", "on Monday", "three days ago". Pure.

What is relative is reckoned from the day the text was published; without that day it stays unresolved. Weeks begin on
Monday. Seasons are those of the north.
"""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from index.numbers import DATE, MONTH, NUMBER_WORDS, YEAR, month_number, numbers

Basis = Literal["stated", "reckoned"]
Grain = Literal["day", "days", "week", "month", "season", "year", "years"]

DAY = datetime.timedelta(days=1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEARBY = 31 * DAY  # a date without a year may lie this far ahead and needs no word of the future

_UNIT = r"(?P<unit>day|week|fortnight|month|year|decade)s?"
_COUNT = rf"(?P<count>\d{{1,3}}|an?|one|a couple of|{NUMBER_WORDS})"
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_PATTERNS = tuple(
    (kind, re.compile(pattern, flags))
    for kind, pattern, flags in (
        ("short_range", r"(?<![\w.,-])(?P<first>[12]\d{3})\s?[–—/-]\s?(?P<last>\d\d)(?![\w–—/-]|[.,]\d)", 0),
        ("month_of_year", rf"\b(?P<month>{MONTH})(?:\s+of)?\s+(?P<which>last|this|next)\s+year\b", 0),
        ("weekday_of_week", rf"\b(?P<weekday>{'|'.join(WEEKDAYS)}),?\s+(?:of\s+)?(?P<which>last|this|next)\s+week\b", re.I),
        ("date", DATE.pattern, 0),
        ("season", rf"\b{_SEASON}(?:\s+of)?\s+(?P<year>[12]\d{{3}})\b", re.I),
        ("decade", r"(?<!\w)(?P<decade>[12]\d\d0)['’]?s\b", 0),
        ("ago", rf"\b{_COUNT}\s+{_UNIT}\s+ago\b", re.I),
        ("lasting", rf"\b(?:(?:the|these)\s+)?(?:last|past)\s+{_COUNT}\s+{_UNIT}\b(?!\s+of\b)", re.I),
        ("lasting", rf"\b(?:(?:in|over|within|during|for)\s+the\s+last|the\s+past)\s+{_UNIT}\b(?!\s+of\b)", re.I),
        ("unit", r"(?<!\bthe )\b(?P<which>last|this|next)\s+(?P<unit>week|weekend|month|year)\b", re.I),
        ("within", r"\b(?:earlier|later)\s+(?P<which>this)\s+(?P<unit>week|month|year)\b", re.I),
        ("weekday", rf"\b(?:(?P<which>last|this|next)\s+)?(?P<weekday>{'|'.join(WEEKDAYS)})\b(?!\s+Night Live)", re.I),
        ("day", r"\b(?:the day before yesterday|yesterday|last night|today|tonight|this (?:morning|afternoon|evening)|tomorrow)\b", re.I),
        ("month", rf"\b(?i:in|since|until|till|by|from|to|during|(?P<which>last|this|next)|of|early|late|mid)[\s-]+(?P<month>{MONTH})(?!\s+\d|\w)", 0),
        ("year", YEAR.pattern, 0),
    )
)  # fmt: skip
_AHEAD = re.compile(r"\b(?:will|would|shall|must|is to|are to|was to|were to|to be|due|expect\w*|plan(?:s|ned)?|schedul\w+|set to|next)\b", re.I)  # fmt: skip
_BEHIND = re.compile(r"\b(?:was|were|had|did|has|have|been|began|came|went|took|left|met|told|sa(?:id|w)|won|lost|hit|struck|(?<!\bis )(?<!\bare )(?<!\bbe )\w{2,}ed)\b", re.I)  # fmt: skip
_NAMED_DAY = re.compile(r"\b(?:Black|Good|Bloody|Ash|Super|Cyber|Sheffield|Giving|Palm|Easter|Shrove|Maundy)\s$")
_JOINT = re.compile(r"\s*(?P<word>[–—-]|to|until|till|through|and|up to)\s*(?:the\s+)?(?:in\s+)?(?:early\s+|late\s+|mid-?\s*)?", re.I)  # fmt: skip
_OPEN_END = re.compile(r"\s*(?:[–—-]\s*(?:present|now|today|date)\b|(?:to|until) (?:the present|date|now|this day)\b|onwards?\b|on(?=[,.;]))", re.I)  # fmt: skip
_BEFORE = re.compile(
    r"\b(?P<word>since|from|after|following|before|prior to|until|till|up to|by|to|as of|between)\s+"
    r"(?:on\s+|in\s+|about\s+|around\s+|at least\s+)?(?:the\s+)?(?:(?:early|late|mid|middle of|beginning of|start of|end of|summer of)[\s-]+)*$",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days, both ends included; None: open on that side."""

    first: datetime.date | None
    last: datetime.date | None

    def __post_init__(self) -> None:
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError(f"a period must not end on {self.last} before it begins on {self.first}")

    def overlap(self, other: Period) -> Period | None:
        """Return the days that both hold; None where there are none."""
        first = max(filter(None, (self.first, other.first)), default=None)
        last = min(filter(None, (self.last, other.last)), default=None)
        if first is not None and last is not None and last < first:
            return None
        return Period(first=first, last=last)

    def holds(self, other: Period) -> bool:
        """Return whether every day of the other lies in this one."""
        return self.overlap(other) == other

    @property
    def days(self) -> int | None:
        """How many days; None: without end."""
        return None if self.first is None or self.last is None else (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMention:
    """A time expression with its place in the text."""

    text: str
    start: int
    end: int
    period: Period | None  # None: it cannot be resolved without the day of publication
    basis: Basis  # stated in full, or reckoned from the day of publication
    grain: Grain


@lru_cache(maxsize=8192)
def times(text: str, published: datetime.date | None = None) -> tuple[TimeMention, ...]:
    """Return the time expressions of a text in order; "from 2004 to 2006", "since 1999" are one each."""
    return tuple(_joined(_points(text, published), text))


def reckoned(text: str, published: datetime.date | None) -> tuple[TimeMention, ...]:
    """Return the expressions that were resolved with the day of publication, each wording once."""
    if published is None:
        return ()
    points = _points(text, published)
    inside = {m: [p for p in points if m.start <= p.start and p.end <= m.end] for m in times(text, published)}
    whole = (m if len(parts) > 1 or not parts else parts[0] for m, parts in inside.items())
    found = [m for m in whole if m.basis == "reckoned" and m.period is not None]
    first: dict[str, TimeMention] = {}
    for mention in found:
        first.setdefault(mention.text.lower(), mention)
    return tuple(first.values())


# --- single expressions ---------------------------------------------------------------------------------------------


def _points(text: str, published: datetime.date | None) -> list[TimeMention]:
    found: list[TimeMention] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(mention.start < match.end() and match.start() < mention.end for mention in found):
                continue
            mention = _mention(kind, match, text, published)
            if mention is not None:
                found.append(mention)
    return sorted(found, key=lambda mention: mention.start)


def _mention(kind: str, match: re.Match[str], text: str, published: datetime.date | None) -> TimeMention | None:
    group = match.groupdict()
    if kind in ("day", "weekday") and _is_in_a_name(match, text):
        return None
    if kind in ("short_range", "season", "decade", "year", "date"):
        stated = _stated(kind, group, match.group())
        if stated is not None:
            return _made(match, *stated, "stated")
        if kind != "date":
            return None
    ahead = _looks_ahead(text[: match.start()])
    try:
        period, grain = _reckoned(kind, group, match.group().lower(), published, ahead)
    except (OverflowError, ValueError):  # before the year 1 or after 9999
        return None
    start = match.start("month") if kind == "month" and not group["which"] else match.start()
    return replace(_made(match, period, grain, "reckoned"), start=start, text=text[start : match.end()])


def _is_in_a_name(match: re.Match[str], text: str) -> bool:
    """Return whether a word of time is part of a name: "USA TODAY", "Russia Today", "Black Friday"."""
    before = text[: match.start()]
    if _NAMED_DAY.search(before) and match.group()[0].isupper():
        return True
    is_word = match.group().lower() in ("today", "tonight", "tomorrow", "yesterday") and match.group()[0].isupper()
    return is_word and not text.isupper() and bool(re.search(r"\b[A-Z][\w]*\s$", before))


def _made(match: re.Match[str], period: Period | None, grain: Grain, basis: Basis) -> TimeMention:
    return TimeMention(
        text=match.group(), start=match.start(), end=match.end(), period=period, basis=basis, grain=grain
    )


def _stated(kind: str, group: dict[str, str | None], text: str) -> tuple[Period, Grain] | None:
    """Return the period of an expression that says its year; None where it does not, or where it is no date."""
    if kind == "short_range":
        first, last = int(group["first"] or 0), int(group["last"] or 0)
        end = first - first % 100 + last
        return (years_period(first, end), "years") if first < end else None
    if kind == "decade":
        first = int(group["decade"] or 0)
        return years_period(first, first + (99 if first % 100 == 0 and first < 2000 else 9)), "years"
    if kind == "year":
        return years_period(int(text), int(text)), "year"
    if kind == "season":
        return _season(int(group["year"] or 0), (group["season"] or "").lower()), "season"
    year, month, day = _parts(group)
    return None if year is None else _calendar(year, month, day)


def _parts(group: dict[str, str | None]) -> tuple[int | None, int, int | None]:
    year = group["year"] or group["year2"] or group["year3"] or group["iso"]
    name = group["month"] or group["month2"] or group["month3"]
    day = group["day"] or group["day2"] or group["isoday"]
    return int(year) if year else None, month_number(name) if name else int(group["isomonth"] or 0), int(day) if day else None  # fmt: skip


def _calendar(year: int, month: int, day: int | None) -> tuple[Period, Grain] | None:
    try:
        if day is None:
            return month_period(year, month), "month"
        return day_period(datetime.date(year, month, day)), "day"
    except ValueError:  # no such day
        return None


def _reckoned(
    kind: str, group: dict[str, str | None], text: str, published: datetime.date | None, ahead: bool | None
) -> tuple[Period | None, Grain]:
    """Return the period of an expression that leaves out its year or counts from the day of publication."""
    which = (group.get("which") or "").lower()
    unit = (group.get("unit") or "").lower()
    match kind:
        case "date":
            _, month, day = _parts(group)
            return (_yearless(month, day, published, ahead) if published else None), "day"
        case "month":
            month = month_number(group["month"] or "")
            ahead = {"last": False, "next": True}.get(which, ahead)
            return (_yearless(month, None, published, ahead) if published else None), "month"
        case "month_of_year":
            shift = _SHIFT[which]
            return (
                month_period(published.year + shift, month_number(group["month"] or "")) if published else None
            ), "month"
        case "weekday" | "weekday_of_week":
            index = WEEKDAYS.index((group["weekday"] or "").lower())
            whole = kind == "weekday_of_week"
            return (day_period(_weekday(index, which, published, ahead, whole=whole)) if published else None), "day"
        case "day":
            return (day_period(published + _near(text)) if published else None), "day"
        case "ago":
            return (_ago(_count(group["count"]), unit, published) if published else None), _GRAINS[unit]
        case "lasting":
            return (_lasting(_count(group.get("count")), unit, published) if published else None), "days"
        case _:
            return (_unit_period(unit, _SHIFT[which], published) if published else None), _GRAINS[unit]


_SHIFT = {"last": -1, "this": 0, "next": 1}
_GRAINS: dict[str, Grain] = {
    "day": "day", "week": "week", "weekend": "days", "fortnight": "week", "month": "month", "year": "year", "decade": "years",
}  # fmt: skip


def _looks_ahead(before: str) -> bool | None:
    """Return whether the last verb of the clause speaks of what is to come; None: it says neither."""
    clause = re.split(r"[.;:!?]\s", before)[-1][-100:]
    ahead = max((match.start() for match in _AHEAD.finditer(clause)), default=-1)
    behind = max((match.start() for match in _BEHIND.finditer(clause)), default=-1)
    return None if ahead == behind == -1 else ahead >= behind


def _yearless(month: int, day: int | None, published: datetime.date, ahead: bool | None) -> Period | None:
    """Return the day or month in the year that is meant: the last one, or the next one where the clause looks ahead."""
    found = [_calendar(published.year + shift, month, day) for shift in (-1, 0, 1)]
    periods = [each[0] for each in found if each is not None]
    past = [p for p in periods if p.first is not None and p.first <= published]
    coming = [p for p in periods if p.last is not None and p.last >= published]
    near = bool(coming) and coming[0].first is not None and coming[0].first - published <= NEARBY
    if coming and (ahead or (ahead is None and near)):
        return coming[0]
    return past[-1] if past else None


def _weekday(index: int, which: str, published: datetime.date, ahead: bool | None, *, whole: bool) -> datetime.date:
    monday = published - published.weekday() * DAY
    if whole:
        return monday + (7 * _SHIFT[which] + index) * DAY
    back = (published.weekday() - index) % 7
    if which == "this":
        return monday + index * DAY
    if which == "next" or (ahead and which != "last"):
        return published + ((index - published.weekday()) % 7 or 7) * DAY
    return published - (back or (7 if which == "last" else 0)) * DAY


def _near(text: str) -> datetime.timedelta:
    if text == "the day before yesterday":
        return -2 * DAY
    if text in ("yesterday", "last night"):
        return -DAY
    return DAY if text == "tomorrow" else 0 * DAY


def _count(text: str | None) -> int:
    if text is None or text.lower() in ("a", "an"):
        return 1
    if text.lower() == "a couple of":
        return 2
    return int(next((number.value for number in numbers(text)), 1))


def _ago(count: int, unit: str, published: datetime.date) -> Period | None:
    """Return the day, week, month or year that lies so far back."""
    if unit == "day":
        return day_period(published - count * DAY)
    if unit in ("week", "fortnight"):
        return _unit_period("week", -count * (2 if unit == "fortnight" else 1), published)
    return _unit_period("year", -10 * count, published) if unit == "decade" else _unit_period(unit, -count, published)


def _lasting(count: int, unit: str, published: datetime.date) -> Period | None:
    """Return the days from so far back up to the day of publication."""
    begun = _ago(count, unit, published)
    if begun is None or begun.first is None:
        return None
    weeks = {"week": 7, "fortnight": 14}.get(unit)
    return Period(first=published - count * weeks * DAY if weeks else _same_day(begun.first, published, unit), last=published)  # fmt: skip


def _same_day(begun: datetime.date, published: datetime.date, unit: str) -> datetime.date:
    if unit == "day":
        return begun
    month = begun.month if unit == "month" else published.month
    return begun.replace(month=month, day=min(published.day, monthrange(begun.year, month)[1]))


def _unit_period(unit: str, shift: int, published: datetime.date) -> Period | None:
    """Return the calendar week, weekend, month or year so many units from the one of the day."""
    if unit in ("week", "weekend"):
        monday = published + (7 * shift - published.weekday()) * DAY
        return Period(first=monday + (5 if unit == "weekend" else 0) * DAY, last=monday + 6 * DAY)
    if unit == "month":
        year, month = divmod(12 * published.year + published.month - 1 + shift, 12)
        return month_period(year, month + 1) if 1 <= year <= 9999 else None
    year = published.year + shift
    return years_period(year, year) if 1 <= year <= 9999 else None


def day_period(day: datetime.date) -> Period:
    """Return a day as a period."""
    return Period(first=day, last=day)


def month_period(year: int, month: int) -> Period:
    """Return a calendar month."""
    return Period(first=datetime.date(year, month, 1), last=datetime.date(year, month, monthrange(year, month)[1]))


def years_period(first: int, last: int) -> Period:
    """Return whole calendar years, both included."""
    return Period(first=datetime.date(first, 1, 1), last=datetime.date(last, 12, 31))


def _season(year: int, name: str) -> Period:
    month = _SEASONS[name]
    last = month_period(year + (month == 12), (month + 1) % 12 + 1).last
    return Period(first=datetime.date(year, month, 1), last=last)


# --- periods --------------------------------------------------------------------------------------------------------


def _joined(points: list[TimeMention], text: str) -> Iterator[TimeMention]:
    """Yield the expressions, two that name the ends of a period as one, and open periods as such."""
    position = 0
    while position < len(points):
        first = points[position]
        second = points[position + 1] if position + 1 < len(points) else None
        joined = _range(first, second, text) if second is not None else None
        yield joined or _opened(first, text)
        position += 2 if joined else 1


def _range(first: TimeMention, second: TimeMention, text: str) -> TimeMention | None:
    joint = _JOINT.fullmatch(text, first.end, second.start)
    before = _BEFORE.search(text[: first.start])
    word = before["word"].lower() if before else ""
    if joint is None or (joint["word"].lower() == "and" and word != "between"):
        return None
    if second.basis == "stated" and first.basis == "reckoned" and second.period and second.period.first:
        first = _in_year(first, second.period.first)
    start = before.start() if before and word in ("from", "between", "since") else first.start
    period = None
    if first.period and second.period and first.period.first and second.period.last:
        if second.period.last < first.period.first:
            return None
        period = Period(first=first.period.first, last=second.period.last)
    basis: Basis = "stated" if first.basis == second.basis == "stated" else "reckoned"
    return TimeMention(
        text=text[start : second.end], start=start, end=second.end, period=period, basis=basis, grain="days"
    )


def _in_year(first: TimeMention, end: datetime.date) -> TimeMention:
    """Return "March" of "from March to May 2004" as of that year, or of the one before if it comes later in the year."""
    match = re.search(MONTH, first.text)
    if match is None or first.grain not in ("day", "month"):
        return first
    month = month_number(match.group())
    day = next((int(found) for found in re.findall(r"\d{1,2}", first.text)), None) if first.grain == "day" else None
    found = _calendar(end.year - (month > end.month), month, day)
    return replace(first, period=found[0], basis="stated") if found else first


def _opened(point: TimeMention, text: str) -> TimeMention:
    """Return the expression with the word that opens it on one side: "since 1999", "until 2010", "2004–present"."""
    before = _BEFORE.search(text[: point.start])
    word = before["word"].lower() if before else ""
    after = _OPEN_END.match(text, point.end)
    start, end = (before.start() if before and word != "to" else point.start), (after.end() if after else point.end)
    period = point.period and _one_sided(word, point.period, onwards=after is not None)
    if period is point.period and word not in ("as of",):
        return point
    return replace(point, text=text[start:end], start=start, end=end, period=period)


def _one_sided(word: str, period: Period, *, onwards: bool) -> Period:
    match word:
        case "since" | "from":
            return Period(first=period.first, last=None)
        case "after" | "following" if period.last is not None and period.last < datetime.date.max:
            return Period(first=period.last + DAY, last=None)
        case "before" | "prior to" if period.first is not None and period.first > datetime.date.min:
            return Period(first=None, last=period.first - DAY)
        case "until" | "till" | "up to" | "by":
            return Period(first=None, last=period.last)
        case _:
            return Period(first=period.first, last=None) if onwards else period
