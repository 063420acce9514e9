"""When an article was published: what its own lines, its document's metadata or its report say. Pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from index.dates import dateline, full_dates, weekdays_in
from index.types import Dated, Document
from index.units import Unit

_PUBLISHED = re.compile(r"\b(?:published|posted|issued|released|date)\b", re.IGNORECASE)
_UPDATED = re.compile(r"\b(?:updated|modified|revised)\b", re.IGNORECASE)
_LABELLED = re.compile(
    r"^\W*(?:first |last |originally )?(?:published|posted|updated|issued|released|date(?: of publication)?|dated?)\b"
    r"\s*(?:on|at|:|by .{2,40}? on)?\s*",
    re.IGNORECASE,
)
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
_DATED_AS_A_WHOLE = ("text/html", "application/epub+zip")


def published(
    document: Document, units: Sequence[Unit], headline: int | None, *, is_only: bool, page_day: datetime.date | None
) -> Dated | None:
    """Return when an article was published and how that is known, or None when unsure.

    Args:
        units: the article's own.
        headline: which of them is its headline.
        is_only: the document holds no other article, so that what is known of the document holds for it.
        page_day: the day stated above all articles of the page.
    """
    metadata = document.date if is_only or document.media_type in _DATED_AS_A_WHOLE else None
    if metadata and document.media_type == "message/rfc822":
        return metadata
    if document.media_type == "text/csv":
        return metadata
    stated = _stated_day(units, headline) or page_day
    if stated:
        return Dated(value=stated, basis="stated")
    if metadata:
        return metadata
    inferred = _inferred_day(units) or (_day_of_name(document.source) if is_only else None)
    return Dated(value=inferred, basis="inferred") if inferred else None


def _stated_day(units: Sequence[Unit], headline: int | None) -> datetime.date | None:
    """Return the day that the article's first or last lines, its heading, or its dateline give as its own."""
    first = 0 if headline is None else headline
    paragraph = next((i for i, unit in enumerate(units) if i > first and unit.kind == "body"), len(units))
    head = units[: min(paragraph, first + _HEADER_UNITS)]
    tail = [unit for unit in units[max(paragraph, len(head)) :] if unit.kind not in ("list", "tail", "inline", "rule")]
    own = [unit.text for unit in head if unit.kind in ("date", "byline") or _is_labelled(unit)]
    own += [unit.text for unit in tail[-_TAIL_UNITS:] if _is_labelled(unit)]
    own += [unit.text for unit in tail[-1:] if unit.kind == "date"]
    own.sort(key=lambda text: bool(_UPDATED.search(text)) and not _PUBLISHED.search(text))
    if headline is not None and units[headline].kind in ("heading", "date"):
        own.append(units[headline].text)
    if paragraph < len(units):
        opening = dateline(units[paragraph].text)
        own += [opening[0]] if opening else []
    return next((dates[0][0] for dates in map(full_dates, own) if dates), None)


def _is_labelled(unit: Unit) -> bool:
    """Say whether a line says right at its beginning when it was published or updated."""
    label = _LABELLED.match(unit.text) if unit.kind in ("date", "short", "byline", "item") else None
    dates = full_dates(unit.text) if label else []
    return label is not None and bool(dates) and dates[0][1].start <= label.end() + _WEEKDAY_CHARACTERS


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


def _day_of_name(source: str) -> datetime.date | None:
    """Return the day that a file name begins with ("2021-09-15-minutes.md")."""
    name = source.replace("\\", "/").rsplit("/", 1)[-1]
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)(?!\d)", name)
    dates = full_dates(found[0]) if found else []
    return dates[0][0] if dates else None
