"""When an article was published: what its own lines, its document's metadata or its report say. Pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from index.dates import dateline, find_dates, full_dates, weekdays_in
from index.types import Dated, Document
from index.units import Unit

# What a line says of a change, with the day of it: never when something was published.
_CHANGE = re.compile(
    r"(?:\blast |\blatest )?\b(?:updated|modified|revised|corrected|reviewed|checked|edited|amended)\b"
    r"(?P<until>.*?)(?=\b(?:published|posted|issued|released)\b|$)",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"^\W*(?:first |last |originally )?(?:published|printed|appeared|posted|updated|issued|released|filed|"
    r"date(?: of (?:publication|issue))?|dated?|sent)\b\s*(?:in .{2,50}? (?:of|on)|on|at|:|by .{2,40}? on)?\s*",
    re.IGNORECASE,
)
_FIRST = re.compile(r"^\W*(?:first|originally) ", re.IGNORECASE)
_PUBLISHED = re.compile(r"\b(?:published|posted|issued|released|printed)\b", re.IGNORECASE)
_MINUTES = re.compile(r"^[#*\s]*(?:draft )?minutes\b|\bminutes of (?:the|a)\b.*\bmeeting\b", re.IGNORECASE)
_MEETING = re.compile(r"\b(?:minutes|meeting|held|agenda|event|hearing)\b", re.IGNORECASE)
_COMMENTS = re.compile(r"[#*_\s]*(?:\d+ )?(?:comments?|replies|responses?)\b.{0,20}", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:ago|yesterday|today|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b", re.IGNORECASE)
_LIFE = re.compile(r"\s*(?:[–—-]|to)\s*")
_REPORTED = re.compile(
    r"\b(?:said|told|announced|reported|according|statement|published|released|confirmed|today)\b", re.IGNORECASE
)
_AHEAD_OR_PAST = re.compile(
    r"\b(?:will|due|scheduled|planned|until|deadline|expected|since|taken|born|founded|dated|died|expires?|upcoming)\b",
    re.IGNORECASE,
)
_HEADER_UNITS = 10
_TAIL_UNITS = 5
_WEEKDAY_CHARACTERS = 12  # "Published: Wednesday, 15 September 2021"
_STANDFIRST_CHARACTERS = 200
_MASTHEAD_WORDS = 45  # at most, above the first article of a page
_DAYS_BACK = 31  # from a page's day, at most, to a day without a year on it
_DATED_AS_A_WHOLE = ("text/html", "application/epub+zip")
_STAMPS = ("date", "time", "byline")


def published(
    document: Document,
    units: Sequence[Unit],
    headline: int | None,
    *,
    stated: datetime.date | None,
    page_day: datetime.date | None,
    metadata: Dated | None,
    is_only: bool,
) -> Dated | None:
    """Return when an article was published and how that is known, or None when unsure.

    Args:
        units: the article's own.
        headline: which of them is its headline.
        stated: what `stated_day` gives for it.
        page_day: the day stated for the whole page.
        metadata: what the document's metadata say that holds for this article.
        is_only: the document holds no other article.
    """
    if document.media_type in ("message/rfc822", "text/csv") and (metadata or document.media_type == "text/csv"):
        return metadata
    if stated and (page_day is None or stated <= page_day):
        return Dated(value=stated, basis="stated")
    if page_day:
        if any(_RELATIVE.search(text) and not find_dates(text) for text in _own_lines(units, headline)):
            return None  # another day than the page's, and it is not said which
        return _in_year_of(page_day, units, headline) or Dated(value=page_day, basis="stated")
    if metadata:
        return metadata
    inferred = _inferred_day(units) or (day_of_name(document.source) if is_only else None)
    return Dated(value=inferred, basis="inferred") if inferred else None


def is_dated_as_a_whole(document: Document) -> bool:
    """Say whether the date in a document's metadata holds for each of several articles in it."""
    return document.media_type in _DATED_AS_A_WHOLE


def stated_day(units: Sequence[Unit], headline: int | None, *, is_day_first: bool | None) -> datetime.date | None:
    """Return the day that the article's first or last lines, its headline, or its dateline give as its own.

    Args:
        is_day_first: how the page orders "03/04/2021"; None: not known.
    """
    own = _own_lines(units, headline)
    if any(_MINUTES.search(unit.text) for unit in units[headline or 0 :][: _HEADER_UNITS // 2]):
        own = [text for text in own if _PUBLISHED.search(text)]  # the others give the day of the meeting
    days = (_day_of_line(text, is_day_first=is_day_first) for text in own)
    return next((day for day in days if day), None)


def _own_lines(units: Sequence[Unit], headline: int | None) -> list[str]:
    """Return the lines in which an article says when it was published, the surest first."""
    paragraph = _first_paragraph(units, headline)
    head = units[: min(paragraph, (headline or 0) + _HEADER_UNITS)]
    end = next((i for i, unit in enumerate(units) if i > paragraph and _COMMENTS.fullmatch(unit.text)), len(units))
    below_head = units[max(paragraph, len(head)) : end]
    tail = [unit for unit in below_head if unit.kind not in ("list", "tail", "inline", "rule")]
    own = [unit.text for unit in head if unit.kind in _STAMPS or _is_labelled(unit)]
    own.sort(key=lambda text: not _FIRST.match(text))
    if paragraph + 1 < len(units) and len(units[paragraph].text) <= _STANDFIRST_CHARACTERS:
        below = units[paragraph + 1]
        own += [below.text] if below.kind in _STAMPS and below.gap <= units[paragraph].gap else []
    own += [unit.text for unit in tail[-_TAIL_UNITS:] if _is_labelled(unit)]
    own += [unit.text for unit in tail[-1:] if unit.kind == "date"]
    if headline is not None and _is_dated_headline(units[headline]):
        own.append(units[headline].text)
    openings = [dateline(unit.text) for unit in [unit for unit in units[paragraph:] if unit.kind == "body"][:2]]
    return own + [opening[0] for opening in openings if opening]


def _first_paragraph(units: Sequence[Unit], headline: int | None) -> int:
    first = 0 if headline is None else headline
    begin = first if headline is None else first + 1
    return next((i for i in range(begin, len(units)) if units[i].kind == "body"), len(units))


def _day_of_line(text: str, *, is_day_first: bool | None) -> datetime.date | None:
    """Return the first day that a line states and that is not the day of a change."""
    text = _CHANGE.sub(" ", text)
    dates = full_dates(text, is_day_first=is_day_first)
    if len(dates) == 2 and _LIFE.fullmatch(text[dates[0][1].end : dates[1][1].start]):
        return None  # of birth and death, or the first and last day of an event
    return dates[0][0] if dates else None


def _is_dated_headline(unit: Unit) -> bool:
    """Say whether a headline begins with a day, or ends with one that is set apart, which is not that of a meeting."""
    dates = full_dates(unit.text)
    if not dates:
        return False
    first, last = dates[0][1], dates[-1][1]
    before, after = unit.text[: first.start].strip("#*_([ "), unit.text[last.end :].strip("#*_)] .")
    if not before:
        return True
    is_apart = before.endswith((",", "(", "|", "·", ":", "–", "—", "-")) or unit.text[first.start - 1] in "(["
    return not after and is_apart and not _MEETING.search(before)


def _is_labelled(unit: Unit) -> bool:
    """Say whether a line says right at its beginning when it was published."""
    label = _LABELLED.match(unit.text) if unit.kind in (*_STAMPS, "short", "item") else None
    dates = find_dates(unit.text) if label else []
    return label is not None and bool(dates) and dates[0].start <= label.end() + _WEEKDAY_CHARACTERS


def page_day(
    units: Sequence[Unit],
    first: int,
    later: Sequence[datetime.date | None],
    *,
    is_marked: bool,
    is_day_first: bool | None,
) -> datetime.date | None:
    """Return the day stated once above the articles of a page, for all of them ("The Week", "12 April 2024").

    Args:
        units: those of the page's first article, with all that stands above it.
        first: which of them the first article's head begins with.
        later: the days that the page's other articles state of their own.
        is_marked: the format marks where articles begin, so that a date of the first would be one of each.
    """
    paragraph = next((i for i, unit in enumerate(units) if unit.kind == "body"), len(units))
    lines = [i for i, unit in enumerate(units[:paragraph]) if unit.kind in (*_STAMPS, "short", "heading", "item")]
    dated = [
        (i, day)
        for i in lines
        if not _MEETING.search(units[i].text)
        if (day := _day_of_line(units[i].text, is_day_first=is_day_first))
    ]
    if not dated:
        return None
    at, day = dated[0]
    own = sum(each is not None for each in later)
    is_name_above = at > 0 or units[at].kind != "date"
    if is_marked:
        return day if 3 * own <= len(later) >= 2 else None
    if at < first and (is_name_above or own == 0):
        return day
    prose = sum(len(unit.text.split()) for unit in units if unit.kind == "body")
    return day if prose <= _MASTHEAD_WORDS and 3 * own <= len(later) else None


def _in_year_of(page_day: datetime.date, units: Sequence[Unit], headline: int | None) -> Dated | None:
    """Return the day that an article states without a year, when it is shortly before the page's."""
    for text in _own_lines(units, headline):
        for mention in find_dates(text):
            if mention.year is None and mention.month is not None and mention.day is not None:
                for year in (page_day.year, page_day.year - 1):
                    day = datetime.date(year, mention.month, mention.day) if mention.day <= 28 else None
                    if day and 0 <= (page_day - day).days <= _DAYS_BACK:
                        return Dated(value=day, basis="inferred")
    return None


def _inferred_day(units: Sequence[Unit]) -> datetime.date | None:
    """Return the latest full date, when a report says it of what was just said and its weekday is one in the text."""
    opening = " ".join(unit.text for unit in [unit for unit in units if unit.kind == "body"][:3])
    if not full_dates(opening):
        return None
    text = " ".join(unit.text for unit in units if unit.kind in ("body", "short", "item"))
    day, mention = max(full_dates(text), key=lambda found: found[0])
    around = re.split(r"(?<=[.!?])\s+(?=[A-Z“])", text[max(0, mention.start - 250) : mention.start])[-1]
    if mention.text not in opening or _AHEAD_OR_PAST.search(around[-80:]):
        return None
    return day if _REPORTED.search(around) and day.weekday() in weekdays_in(text) else None


def day_of_name(source: str) -> datetime.date | None:
    """Return the day that a file name begins with ("2021-09-15-minutes.md")."""
    name = source.replace("\\", "/").rsplit("/", 1)[-1]
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)(?!\d)", name)
    dates = full_dates(found[0]) if found else []
    return dates[0][0] if dates else None
