"""Dates that a text states, in full or in part, with the exact words that state them. Pure.

A date that can be read in two ways ("03/04/2021") keeps only what is certain: the year.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_MONTH_NAMES = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_FULL_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTH = rf"(?P<month>{_FULL_MONTH}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
_MONTH_CAPS = _MONTH.replace("month>", "month>(?i:").replace(r"\b\.?)", r"\b\.?))")
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1[0-9]\d\d|20\d\d)"
_AFTER = r"(?![\d\w])"
_BEFORE = r"(?<![\d\w])"
_ANCHOR = re.compile(r"\b(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(?:1[0-9]|20)\d\d")
_REACH = 40  # no way of writing a date is longer on either side of its year or month
_DASH = r" ?[-–—] ?"

_DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Za-z.’' -]{2,30}(?:[,/] ?[A-Z][A-Za-z. ]{1,25})?)(?P<date>,? ?[A-Za-z0-9., ]{0,25}\d)?"
    r"\s*(?P<agency>\([A-Z][A-Za-z. /]{1,25}\))?\s*[-–—−]{1,2}\s+(?=[A-Z“\"‘'])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """Words of a text that state a date. `None` stands for a part that is not stated or not certain."""

    start: int
    end: int
    text: str
    year: int | None
    month: int | None = None
    day: int | None = None

    @property
    def full(self) -> datetime.date | None:
        """Return the day, when year, month and day are all stated."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return datetime.date(self.year, self.month, self.day)


Parts = tuple[int | None, int | None, int | None]


def find_dates(text: str, *, is_day_first: bool | None = None) -> list[DateMention]:
    """Return the dates stated in `text`, in order and without overlap; the fullest reading of a place wins.

    Read are "September 15, 2021", "15 Sept. 2021", "the 15th of September 2021", "2021-09-15", "15.09.2021",
    "9/15/2021", "March 14", "22 November", "February 2021", "in March", and years in "in 2016", "early 2016",
    "(2016)". A range ("March 3-5, 2021") keeps month and year alone. A day that does not exist is no date.

    Args:
        is_day_first: how the text's writer orders "03/04/2021" (see `is_day_first`); None: not known.
    """
    found = [mention for start, end in _windows(text) for mention in _read(text, start, end)]
    return found if is_day_first is None else [_ordered(mention, is_day_first=is_day_first) for mention in found]


def is_day_first(text: str) -> bool | None:
    """Return whether dates like "a/b/2021" in a text name the day first; None when none shows it, or they differ."""
    pairs = [(int(found["first"]), int(found["second"])) for found in _SLASHED.finditer(text)]
    orders = {first > 12 for first, second in pairs if (first > 12) != (second > 12)}
    return orders.pop() if len(orders) == 1 else None


def _ordered(mention: DateMention, *, is_day_first: bool) -> DateMention:
    """Return a mention with the day and month that its writer's order gives it."""
    found = _SLASHED.fullmatch(mention.text)
    if found is None or mention.month is not None:
        return mention
    first, second = int(found["first"]), int(found["second"])
    day, month = (first, second) if is_day_first else (second, first)
    return replace(mention, month=month, day=day)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches around years and month names, apart from each other: nothing else needs reading."""
    start = end = 0
    for anchor in _ANCHOR.finditer(text):
        if anchor.start() - _REACH > end:
            if end:
                yield start, end
            start = max(0, anchor.start() - _REACH)
        end = min(len(text), anchor.end() + _REACH)
    if end:
        yield start, end


def _read(text: str, start: int, end: int) -> list[DateMention]:
    found: list[DateMention] = []
    taken = bytearray(end - start)
    for pattern, read in _READERS:
        for match in pattern.finditer(text, start, end):
            first, last = match.span("date") if "date" in pattern.groupindex else match.span()
            is_free = taken.find(1, match.start() - start, match.end() - start) < 0
            parts = read(match) if is_free else None
            if parts is not None:
                year, month, day = parts
                taken[first - start : last - start] = b"\1" * (last - first)
                found.append(DateMention(start=first, end=last, text=text[first:last], year=year, month=month, day=day))
    return sorted(found, key=lambda mention: mention.start)


def full_dates(text: str, *, is_day_first: bool | None = None) -> list[tuple[datetime.date, DateMention]]:
    """Return the mentions that state a whole day, in order, each with its day."""
    return list(_whole(find_dates(text, is_day_first=is_day_first)))


def dateline(text: str) -> re.Match[str] | None:
    """Return the match of "LONDON (Reuters) - " or "Paris, 3 March 2021 - " at a paragraph's beginning."""
    found = _DATELINE.match(text)
    if found is None:
        return None
    is_capitals = found["place"].split(",")[0].isupper() and len(found["place"]) > 3
    is_dated = found["date"] is not None and bool(find_dates(found["date"]))
    return found if is_capitals or is_dated or found["agency"] else None


def weekdays_in(text: str) -> set[int]:
    """Return the weekdays named in `text`, Monday = 0."""
    return {WEEKDAYS.index(name.lower()) for name in _WEEKDAY.findall(text)}


def _whole(mentions: list[DateMention]) -> Iterator[tuple[datetime.date, DateMention]]:
    for mention in mentions:
        day = mention.full
        if day is not None:
            yield day, mention


def _month_number(word: str) -> int:
    return _MONTH_NAMES[word.rstrip(".").lower()]


def _checked(year: int | None, month: int, day: int | None) -> Parts | None:
    """Return the parts when that day exists (29 February is taken when the year is not known)."""
    if not 1 <= month <= 12:
        return None
    if day is not None and not 1 <= day <= calendar.monthrange(year or 2000, month)[1]:
        return None
    return year, month, day


def _named(match: re.Match[str]) -> Parts | None:
    groups = match.groupdict()
    year = int(groups["year"]) if groups.get("year") else None
    day = int(groups["day"]) if groups.get("day") else None
    return _checked(year, _month_number(groups["month"]), day)


def _numeric(match: re.Match[str]) -> Parts | None:
    return _checked(int(match["year"]), int(match["month"]), int(match["day"]))


def _year_month(match: re.Match[str]) -> Parts | None:
    return _checked(int(match["year"]), int(match["month"]), None)


def _ambiguous(match: re.Match[str]) -> Parts | None:
    """Read "a/b/year": day first or month first, whichever is possible; when both are, only the year is certain."""
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    if first == second:
        return _checked(year, first, first)
    readings = [parts for parts in (_checked(year, second, first), _checked(year, first, second)) if parts]
    if len(readings) == 1:
        return readings[0]
    return (year, None, None) if readings else None


def _year(match: re.Match[str]) -> Parts | None:
    return int(match["year"]), None, None


def _round_count(match: re.Match[str]) -> Parts | None:
    """Read a year unless it is a round count of things ("in 2000 homes")."""
    counted = re.match(r"\s+(?!was\b|has\b|is\b|as\b|its\b|this\b)[a-z]+s\b", match.string[match.end() :])
    if counted and match["year"].endswith(("00", "50")):
        return None
    return _year(match)


_SLASHED = re.compile(
    r"(?<![\d\w/-])(?P<first>[0-3]?\d)(?P<mark>[/-])(?P<second>[0-3]?\d)(?P=mark)(?P<year>(?:19|20)\d\d)(?![\d\w/-])"
)
_WEEKDAY = re.compile(r"\b(" + "|".join(name.capitalize() for name in WEEKDAYS) + r")(?:s|\b)")

# Most specific first: a later reader never takes words that an earlier one has read.
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Parts | None]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        # 2021-09-15, 2021/09/15, and the date of 2021-09-15T10:00:00Z
        (r"(?<![\d\w/.-])" + _YEAR + r"([-/.])(?P<month>[01]?\d)\2(?P<day>[0-3]?\d)(?=T\d\d:|(?![\d\w/-]))", _numeric),
        # March 3-5, 2021 and 3-5 March 2021: the day is not one
        (_BEFORE + _MONTH_CAPS + r"\s(?:[0-3]?\d)" + _DASH + r"[0-3]?\d,?\s" + _YEAR + _AFTER, _named),
        (_BEFORE + r"[0-3]?\d" + _DASH + r"[0-3]?\d\s" + _MONTH_CAPS + r",?\s" + _YEAR + _AFTER, _named),
        # September 15, 2021 and 15 September 2021
        (_BEFORE + _MONTH_CAPS + r"\s{1,2}" + _DAY + r"(?:\s?,\s{0,2}|\s)" + _YEAR + _AFTER, _named),
        (_BEFORE + _DAY + r"(?:\sof)?(?:\s|-)" + _MONTH_CAPS + r"(?:,?\s|-)" + _YEAR + _AFTER, _named),
        # 15.09.2021 is day first wherever it is written so
        (r"(?<![\d\w.])(?P<day>[0-3]?\d)\.(?P<month>[01]?\d)\.(?P<year>(?:19|20)\d\d)(?![\d\w]|\.\d)", _numeric),
        (_SLASHED.pattern, _ambiguous),
        # February 2021, Feb. 2021
        (_BEFORE + _MONTH_CAPS + r"(?:,|\sof)?\s" + _YEAR + _AFTER, _named),
        (r"(?<![\d\w/.-])" + _YEAR + r"-(?P<month>0[1-9]|1[0-2])(?![\d\w/-])", _year_month),
        # March 14 and 22 November
        (_BEFORE + _MONTH + r"\s(?:[0-3]?\d)" + _DASH + r"[0-3]?\d(?![\d\w%]|[.,]\d)", _named),
        (_BEFORE + _MONTH + r"\s" + _DAY + r"(?![\d\w%:]|[.,]\d)", _named),
        (r"(?<![\d\w.,$£€])" + _DAY + r"(?:\sof)?\s" + _MONTH + r"(?![\w])", _named),
        # in March, early May: a preposition tells the month from the verb
        (
            r"\b(?i:in|of|since|until|till|by|last|this|next|early|late|mid|during|from|through)[\s-]"
            r"(?P<date>(?P<month>" + _FULL_MONTH + r"))\b(?!\s[A-Z])",
            _named,
        ),
        # in 2016, early 2016, mid-2016, (2016), spring 2016
        (
            r"\b(?i:in|since|until|till|by|from|to|of|before|after|during|through|early|late|mid|end|year|around|circa|"
            r"spring|summer|autumn|fall|winter|between|and|for)[\s-](?P<date>(?P<year>1[0-9]\d\d|20\d\d))"
            r"(?![\d\w%/]|[.,]\d|\s(?:GMT|people|hours)|[-–]\d{3,})",
            _round_count,
        ),
        (r"\((?P<date>(?P<year>1[5-9]\d\d|20\d\d))\)", _year),
        # the 2014 summit, 2014's summit
        (
            r"\b(?i:the|a|an|its|his|her|their|this|that|our)\s(?P<date>(?P<year>19\d\d|20\d\d))(?=\s[a-z])",
            _round_count,
        ),
        (r"(?<![\d\w$£€#/.,:+-])(?P<year>19\d\d|20\d\d)(?=['’]s\b)", _year),
    )
)
