"""The lines of a document as units that carry a kind: paragraph, heading, byline, boilerplate. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from index.boilerplate import boilerplate_kind, trailing_credit
from index.dates import find_dates, full_dates
from index.types import Document, Span

Kind = Literal["list", "tail", "inline", "rule", "date", "time", "byline", "heading", "item", "short", "body"]


def words_set(text: str) -> frozenset[str]:
    """Return the words of `text`, which blanks part."""
    return frozenset(text.split())


_STOPWORDS = words_set(
    "the and for with from that this have has had was were are been being into over after before under about against "
    "amid between during not but his her its their our your who what when where why how will would could should may "
    "might can more most than then them they you she says said say new also all any out off"
)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
ABBREVIATION_END = re.compile(r"\b(?:[A-Z]\.){2,}$")
WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_ITEM = re.compile(r"(?:[-*•·▪◦‣+–]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\[[ xX]\]|>)\s+\S|\|")
_RULE = re.compile(
    r"(?:[-*_=~#•·–—]\s?){3,}|-\s?30\s?-|[-–—#*]+ ?(?i:ends?|end of (?:story|article)) ?[-–—#*]+|ENDS|"
    r"END OF STORY|\((?:END|ENDS|MORE)\)"
)
HEADING = re.compile(r"(?P<marks>#{1,6})\s+(?P<title>\S.*?)\s*#*$")
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_FENCE = re.compile(r"(?:```|~~~)")
_BYLINE = re.compile(
    r"(?:(?i:by|written by|reported by|story by|text by|words by|author)\s*:\s*|(?:By|BY|Written by|Reported by)\s+)"
    r"(?P<name>[^\W\d_a-z][^|•·\d]{1,60}?)(?:\s*(?:[|•·,–—-]|on\b|\d).*)?"
)
CREDITS = re.compile(r"\((?:Reporting|Additional reporting|Writing|Editing|Compiled) by .{3,200}\)", re.IGNORECASE)
_NAMED_DAY = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[Tt]he|[Aa]n?)\b"
)
_WRITTEN_BY_HAND = ("text/markdown", "message/rfc822")  # there, a line of "Comments" or "Share" is a heading
_FULL_LINE = 0.7  # of the width at which lines are broken: a line that long runs on
_TIME = re.compile(r"T?\b\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:\.\d+)?(?:Z\b|[+-]\d\d:?\d\d)?")
# What may stand beside a date on its own line: a place or a section, parted from it ("London, 3 March | Politics").
_BESIDE = re.compile(r"(?:[\w .’'-]+[,|•·/–—-])?[\s|(]*\|[\s|.,()-]*(?:[|•·/–—-][\w .’'-]*)?")
# What says when without a year; beside it a name may stand, parted from it.
_WHEN = re.compile(
    r"\b(?:(?:\d+|an?|one|two|three|four|five|six) (?:sec(?:ond)?|min(?:ute)?|hour|hr|day|week|month)s? ago|just now|"
    r"yesterday|today|(?:last )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?:,? \d{1,2}[.:]\d\d)?)\b|"
    r"^\W*\d{1,2}[.:]\d\d(?:\s?[ap]\.?m\.?)?(?=\W*$|\s*[|·,–-]|\s+[A-Z]{2,4}$)|"
    r"\b(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}|"
    r"\d{1,2}(?:st|nd|rd|th)? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*)\b|"
    r"\b\d{1,2}/\d{1,2}/\d{4}\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b\d{1,2}[.:]\d\d(?:\s?[ap]\.?m\.?)?(?!\w)|\b[A-Z]{3,4}$", re.IGNORECASE)
_PARTED = re.compile(r"\|\W*[|•·,/–—-]|[|•·,/–—-]\W*\|")
_LABEL = re.compile(
    r"\b(?:(?:first |last |originally )?(?:published|updated|posted|modified|issued|released|created|revised)|date|"
    r"on|at|by|am|pm|gmt|utc|ist|est|edt|et|pt|cet|bst|wat|local time|\d+ min(?:ute)?s? read|\d+ \w+ ago|yesterday|"
    r"today|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b\s?:?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A line (or the lines of a paragraph that is broken at a fixed width), without the white space around it."""

    start: int
    end: int
    text: str  # on one line
    kind: Kind
    gap: int  # blank lines before it

    @property
    def span(self) -> Span:
        return Span(start=self.start, end=self.end)


def units_of(document: Document) -> list[Unit]:
    """Return the document's lines that are not blank, in order; lines of one paragraph that was wrapped are one."""
    is_markdown = document.media_type == "text/markdown"
    width = _wrap_width(document.text)
    units: list[Unit] = []
    gap, last, fenced = 0, 0, False
    for start, line in _lines(document.text):
        stripped = line.strip()
        if not stripped:
            gap += 1
            continue
        start += len(line) - len(line.lstrip())
        end = start + len(stripped)
        if is_markdown and _FENCE.match(stripped):
            fenced = not fenced
        kind: Kind = "item" if fenced else _kind(stripped, document.media_type)
        if is_markdown and kind == "rule" and gap == 0 and units and _underlines(stripped, units[-1]):
            units[-1] = replace(units[-1], kind="heading")
        if units and gap == 0 and _runs_on(units[-1], stripped, kind, width, last):
            before = units.pop()
            merged = f"{before.text} {stripped}"
            body: Kind = "body" if len(merged) >= 60 else before.kind
            units.append(Unit(start=before.start, end=end, text=merged, kind=body, gap=before.gap))
        else:
            units.append(Unit(start=start, end=end, text=stripped, kind=kind, gap=gap))
        gap, last = 0, len(stripped)
    return units


def _underlines(line: str, before: Unit) -> bool:
    """Say whether a line makes a heading of the one right above it, as Markdown has it."""
    return before.kind == "short" and bool(_UNDERLINE.fullmatch(line))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    place = 0
    for line in text.splitlines(keepends=True):
        yield place, line
        place += len(line)


def _wrap_width(text: str) -> int | None:
    """Return the width at which the text's lines are broken, or None when a paragraph is one line."""
    lengths = sorted(len(line) for line in text.splitlines() if line.strip())
    if len(lengths) < 4:
        return None
    longest = lengths[int(0.95 * (len(lengths) - 1))]
    if not 50 <= longest <= 120 or lengths[-1] > 1.3 * longest:
        return None
    full = [line.rstrip() for line in text.splitlines() if len(line) >= _FULL_LINE * longest]
    whole = sum(bool(_SENTENCE_END.search(line)) for line in full)
    return longest if 2 * whole < len(full) else None  # a line that is broken seldom ends a sentence


def _runs_on(before: Unit, line: str, kind: Kind, width: int | None, last: int) -> bool:
    """Say whether a line only continues the one above it, `last` long, broken at the width of the text."""
    if width is None or kind not in ("body", "short") or before.kind not in ("body", "short"):
        return False
    if boilerplate_kind(before.text):
        return False
    return last >= _FULL_LINE * width or line[:1].islower()


def _kind(line: str, media_type: str) -> Kind:
    if HEADING.fullmatch(line) and media_type in ("text/markdown", "text/plain"):
        return "heading"
    if media_type == "text/csv":
        return "item"
    found = boilerplate_kind(line) if media_type != "application/json" else None
    if found and (media_type not in _WRITTEN_BY_HAND or len(line.split()) > 2):
        return found
    if _RULE.fullmatch(line):
        return "rule"
    if _ITEM.match(line):
        return "item"
    if _is_date_line(line):
        return "date"
    if _is_byline(line):
        return "byline"
    if _is_time_line(line):
        return "time"
    credit = trailing_credit(line)
    line = line[: credit[0]].rstrip() if credit else line
    words = len(line.split())
    is_sentence = bool(_SENTENCE_END.search(line)) and not ABBREVIATION_END.search(line)
    return "body" if (is_sentence and words >= 8) or len(line) >= 160 else "short"


def _is_date_line(line: str) -> bool:
    """Say whether a line states a full date and hardly anything else ("Published: 15 Sept 2021, 10:30 GMT")."""
    if len(line) > 120:
        return False
    dates = full_dates(line)
    if not dates:
        return False
    rest = line
    for _, mention in reversed(dates):
        rest = rest[: mention.start] + "|" + rest[mention.end :]
    rest = _LABEL.sub(" ", _TIME.sub(" ", rest))
    words = WORD.findall(rest)
    return not words or (len(words) <= 4 and words[0][0].isupper() and bool(_BESIDE.fullmatch(rest)))


def _is_time_line(line: str) -> bool:
    """Say whether a line says when, but not on what day of what year ("3 hours ago", "14:32", "Posted on Tuesday")."""
    if len(line) > 80 or (line[-1] in ".!?" and len(line.split()) > 6) or not _WHEN.search(line):
        return False
    rest = line
    for mention in reversed(find_dates(line)):
        rest = rest[: mention.start] + "|" + rest[mention.end :]
    rest = _LABEL.sub(" ", _CLOCK.sub("|", _WHEN.sub("|", rest)))
    words = WORD.findall(rest)
    is_beside = len(words) <= 4 and line[-1] not in ".!?" and bool(_PARTED.search(rest))
    return not words or (is_beside and words[0][0].isupper())


def _is_byline(line: str) -> bool:
    if len(line) > 100 or (_SENTENCE_END.search(line) and len(line.split()) > 5):
        return bool(CREDITS.fullmatch(line))
    found = _BYLINE.fullmatch(line)
    if found is None or not line[0].isupper() or _NAMED_DAY.match(found["name"]):
        return bool(CREDITS.fullmatch(line))
    words = found["name"].split()
    return len(words) <= 7 and sum(word[0].isupper() for word in words) >= 0.6 * len(words)


def stem(word: str) -> str:
    """Return the first five letters without a plural or possessive "s"."""
    bare = word[:-1] if word.endswith(("’", "'")) else word[:-2] if word.endswith(("’s", "'s")) else word
    return (bare[:-1] if len(bare) > 3 and bare.endswith("s") else bare)[:5]


@lru_cache(maxsize=4096)  # a page's lines are compared with each other again and again
def stems(text: str) -> frozenset[str]:
    """Return the first letters of the words that carry meaning."""
    words = {word for whole in WORD.findall(text.lower()) for word in whole.split("-")}
    return frozenset(stem(word) for word in words - _STOPWORDS if len(word) > 2)
