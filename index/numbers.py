"""Numbers, times and dates of a text with their places: "seventeen", "90 per cent", "nearly 250", "13.5 million"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import floor, inf
from typing import Literal

Unit = Literal["percent", "money", "ordinal", "clock", "year", "day"] | None

UNITS = {
    w: n
    for n, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
TENS = {
    w: 10 * n
    for n, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)
}
SCALES = {"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
ROUNDED = 10  # the least figure that another may round to
LOOSE = {"dozen": 12, "dozens": None, "hundreds": None, "thousands": None, "millions": None, "scores": None}
ORDINALS = {
    w: n
    for n, w in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
        ],
        start=1,
    )
}
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
NUMBER_WORDS = "|".join([*UNITS, *TENS])
_DIGITS = r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
NUMBER = re.compile(
    rf"(?P<money>[$€£]\s?)?(?<![\w.])(?P<digits>{_DIGITS})(?:(?P<suffix>st|nd|rd|th)\b|(?P<percent>\s?%)|(?P<short>bn|mn|m|k)\b)?"
    rf"|(?<![\w-])(?P<words>(?:a\s+)?(?:half\s+a\s+)?(?:{NUMBER_WORDS}|hundred|thousand|million|billion|dozen)"
    rf"(?:[\s-]+(?:and[\s-]+)?(?:{NUMBER_WORDS}|hundred|thousand|million|billion|trillion|a[\s-]+half))*)(?![\w])"
    rf"|(?<![\w-])(?P<ordinal>{'|'.join(ORDINALS)})(?![\w-])",
    re.IGNORECASE,
)
AFTER = re.compile(
    r"[\s-]*(?P<scale>thousand|million|billion|trillion|dozen)?(?P<percent>\s*(?:per\s?cent|percent|%))?", re.I
)
APPROXIMATE = re.compile(
    r"(?:at least|at most|more than|less than|fewer than|up to|close to|as many as|some|about|around|almost|nearly|over|"
    r"under|roughly|approximately|an estimated|just|only)\s+(?:[$€£]\s?)?$",
    re.IGNORECASE,
)
DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTH})(?:,?\s+(?P<year>[12]\d{{3}}))?"
    rf"|(?P<month2>{MONTH})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year2>[12]\d{{3}}))?"
    rf"|(?P<month3>{MONTH})(?:\s+of)?,?\s+(?P<year3>[12]\d{{3}})"
    rf"|(?P<iso>[12]\d{{3}})-(?P<isomonth>\d\d)-(?P<isoday>\d\d))\b"
)
YEAR = re.compile(r"(?<![\w.,])(?:1[5-9]|20)\d\d(?![\w%]|,\d|\.\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    value: float
    unit: Unit
    text: str  # with its unit words, without the approximator
    start: int
    end: int
    approximator: str | None = None  # "at least", "nearly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """What a figure leaves possible: "at least 17" is 17 or more, "some 250" is what rounds to 250. Both ends count."""

    figure: float | None  # the number as written; None: "dozens"
    low: float
    high: float

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    @property
    def is_bound(self) -> bool:
        """Return whether it is open on one side: "at least", "up to"."""
        return inf in (self.high, -self.low)

    def agrees(self, other: Interval) -> bool:
        """Return whether two figures say the same: one value, or what the other rounds to; a bound only with its own value."""
        if self.figure is not None and other.figure is not None:
            if same_value(self.figure, other.figure):
                return True
            if self.is_bound or other.is_bound:
                return False
            if _is_rounded(self.figure, other.figure) or _is_rounded(other.figure, self.figure):
                return True
        touching = same_value(self.low, other.high) or same_value(other.low, self.high)
        return self.compatible(other) and not (touching and not self.is_exact and not other.is_exact)

    def compatible(self, other: Interval) -> bool:
        """Return whether one number can be meant by both."""
        return self.low <= other.high and other.low <= self.high


def _is_rounded(whole: float, exact: float) -> bool:
    """Return whether one figure is what another rounds to: 87 of 87.29, and not 6 of 6.2, which says too little."""
    whole, exact = float(whole), float(exact)
    return whole >= ROUNDED and whole.is_integer() and not exact.is_integer() and floor(exact + 0.5) == whole


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    year: int | None
    month: int | None
    day: int | None
    text: str
    start: int
    end: int

    def agrees(self, other: DateMention) -> bool:
        """Return whether the parts that both name are the same, and at least one is named by both."""
        pairs = [(self.year, other.year), (self.month, other.month), (self.day, other.day)]
        shared = [(a, b) for a, b in pairs if a is not None and b is not None]
        return bool(shared) and all(a == b for a, b in shared)


def month_number(name: str) -> int:
    """Return 1 to 12 for a month's name or abbreviation."""
    prefix = name.lower().rstrip(".")[:3]
    return next(n for n, month in enumerate(MONTHS, start=1) if month.startswith(prefix))


@lru_cache(maxsize=4096)
def dates(text: str) -> tuple[DateMention, ...]:
    """Return the calendar dates and lone years of a text, in order."""
    found = [_date(match) for match in DATE.finditer(text)]
    taken = [(mention.start, mention.end) for mention in found]
    for match in YEAR.finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            year = int(match.group())
            found.append(
                DateMention(year=year, month=None, day=None, text=match.group(), start=match.start(), end=match.end())
            )
    return tuple(sorted(found, key=lambda mention: mention.start))


def _date(match: re.Match[str]) -> DateMention:
    group = match.groupdict()
    month = group["month"] or group["month2"] or group["month3"]
    day = group["day"] or group["day2"] or group["isoday"]
    year = group["year"] or group["year2"] or group["year3"] or group["iso"]
    return DateMention(
        year=int(year) if year else None,
        month=int(group["isomonth"]) if group["iso"] else month_number(month),
        day=int(day) if day else None,
        text=match.group(),
        start=match.start(),
        end=match.end(),
    )


@lru_cache(maxsize=4096)
def numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text in order; dates and years are left to `dates`."""
    taken = [(mention.start, mention.end) for mention in dates(text)]
    found: list[Number] = []
    for match in NUMBER.finditer(text):
        if any(start <= match.start() < end for start, end in taken):
            continue
        number = _number(match, text)
        if number is not None and (not found or number.start >= found[-1].end):
            found.append(number)
    return tuple(found)


def _number(match: re.Match[str], text: str) -> Number | None:
    group = match.groupdict()
    if group["ordinal"]:
        return _made(match, text, ORDINALS[group["ordinal"].lower()], "ordinal", match.end())
    after = AFTER.match(text, match.end())
    end = after.end() if after and after.group().strip(" -") else match.end()
    percent = bool(group["percent"] or (after and after.group("percent")))
    if group["digits"]:
        value = float(re.sub(r"[,\u00a0\u202f]", "", group["digits"]))
        value *= {"bn": 1e9, "mn": 1e6, "m": 1e6, "k": 1e3}.get((group["short"] or "").lower(), 1)
        value *= _scale(after)
        unit: Unit = "ordinal" if group["suffix"] else "percent" if percent else "money" if group["money"] else None
        return _made(match, text, value, unit, end)
    spelled = _spelled(group["words"])
    if spelled is None:
        return None
    scale = _scale(after)
    return _made(match, text, spelled * scale, "percent" if percent else None, end)


def _scale(after: re.Match[str] | None) -> float:
    name = (after.group("scale") or "").lower() if after else ""
    return 12 if name == "dozen" else SCALES.get(name, 1)


def _made(match: re.Match[str], text: str, value: float, unit: Unit, end: int) -> Number:
    approximator = APPROXIMATE.search(text[max(0, match.start() - 24) : match.start()])
    return Number(
        value=value,
        unit=unit,
        text=text[match.start() : end],
        start=match.start(),
        end=end,
        approximator=approximator.group().strip().lower() if approximator else None,
    )


def _spelled(text: str) -> float | None:
    """Return the value of number words; None for a lone "a", "one" used as a pronoun is still 1."""
    total, current, seen = 0.0, 0.0, False
    tokens = re.split(r"[\s-]+", text.lower())
    for position, token in enumerate(tokens):
        if token in UNITS or token in TENS:
            current += UNITS.get(token, TENS.get(token, 0))
        elif token == "half":
            current += 0.5
        elif token == "dozen":
            current = (current or 1) * 12
        elif token == "hundred":
            current = (current or 1) * 100
        elif token in SCALES:
            total, current = total + (current or 1) * SCALES[token], 0.0
            if tokens[position + 1 : position + 4] == ["and", "a", "half"]:
                return total + SCALES[token] / 2
        else:
            continue
        seen = True
    return total + current if seen else None


_AT_LEAST = frozenset(["at least", "more than", "over"])
_AT_MOST = frozenset(["at most", "less than", "fewer than", "under", "up to", "as many as"])
_JUST_BELOW = frozenset(["almost", "nearly"])
_AROUND = frozenset(["some", "about", "around", "roughly", "approximately", "an estimated", "close to"])
_VAGUE = re.compile(
    r"\b(?:(?P<tens>tens of thousands|hundreds of thousands|tens|dozens|scores|hundreds|thousands|millions)(?= of\b| (?:more\s+)?[a-z])"
    r"|(?P<few>several|a handful of|a couple of)(?= [a-z])|(?P<none>no one|nobody|none)\b)",
    re.I,
)
_VAGUE_RANGES = {
    "tens": (20, 99), "dozens": (24, 99), "scores": (40, 99), "hundreds": (200, 999), "thousands": (2e3, 9_999),
    "tens of thousands": (2e4, 99_999), "hundreds of thousands": (2e5, 999_999), "millions": (2e6, 999e6),
    "several": (3, 9), "a handful of": (3, 9), "a couple of": (2, 2), "no one": (0, 0), "nobody": (0, 0), "none": (0, 0),
}  # fmt: skip


def interval(number: Number) -> Interval:
    """Return what a number with its approximator leaves possible.

    How far "about" and "nearly" reach depends on how round the figure is written, and on nothing else: 250 is rounded
    to tens, 8,000 to thousands. "6.2 million" is rounded to its last digit.
    """
    value, said = number.value, number.approximator or ""
    step = _rounded_to(number)
    if said in _AT_LEAST:
        return Interval(figure=value, low=value, high=inf)
    if said in _AT_MOST:
        return Interval(figure=value, low=-inf, high=value)
    if said in _JUST_BELOW:
        return Interval(figure=value, low=value - step / 2, high=value)
    if said in _AROUND or re.search(r"[a-z]*llion|thousand|bn|mn", number.text, re.I):
        return Interval(figure=value, low=value - step / 2, high=value + step / 2)
    return Interval(figure=value, low=value, high=value)


def _rounded_to(number: Number) -> float:
    """Return the unit that a figure is rounded to: the place of its last digit that is not 0."""
    written = re.match(r"[$€£]?\s?(\d[\d,]*)(?:\.(\d+))?", number.text)
    decimals = len(written[2] or "") if written else 0
    scale = number.value / float(written[0].strip("$€£ ").replace(",", "") or 1) if written and number.value else 1.0
    if decimals:
        return float(scale / 10.0**decimals)
    whole = abs(round(number.value))
    digits = str(whole)
    return float("1" + "0" * (len(digits) - len(digits.rstrip("0")))) if whole else 1.0


@lru_cache(maxsize=4096)
def vague_numbers(text: str) -> tuple[tuple[Interval, int, int], ...]:
    """Return the counts without a figure ("dozens", "several", "nobody") with their places, in order."""
    found = []
    for match in _VAGUE.finditer(text):
        low, high = _VAGUE_RANGES[match.group().lower()]
        found.append((Interval(figure=None, low=low, high=high), match.start(), match.end()))
    return tuple(found)


def same_value(left: float, right: float) -> bool:
    """Return whether two values are the same number, spelling apart."""
    return abs(left - right) <= 1e-9 * max(abs(left), abs(right), 1.0)
