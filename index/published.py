"""When an article was published: what its own lines, its document's metadata or its report say. Pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from index.dates import find_dates, full_dates, weekdays_in
from index.types import Dated, Document
from index.units import Unit

_PUBLISHED = re.compile(r"\b(?:published|posted|issued|released|date)\b", re.IGNORECASE)
_UPDATED = re.compile(r"\b(?:updated|modified|revised)\b", re.IGNORECASE)
_LABELLED = re.compile(
    r"^\W*(?:first |last |originally )?(?:published|posted|updated|issued|released|date(?: of publication)?|dated?)\b"
    r"\s*(?:on|at|:|by .{2,40}? on)?\s*",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Za-z.’' -]{2,30}(?:[,/] ?[A-Z][A-Za-z. ]{1,25})?)(?P<date>,? ?[A-Za-z0-9., ]{0,25}\d)?"
    r"\s*(?P<agency>\([A-Z][A-Za-z. /]{1,25}\))?\s*[-–—−]{1,2}\s+(?=[A-Z“\"‘'])"
)
_REPORTED = re.compile(
    r"\b(?:said|told|announced|reported|according|statement|published|released|confirmed|today)\b", re.IGNORECASE
)
_AHEAD_OR_PAST = re.compile(
    r"\b(?:will|due|scheduled|planned|until|deadline|expected|since|taken|born|founded|dated|died|expires?|upcoming)\b",
    re.IGNORECASE,
)
_HEADER_UNITS = 10


def dateline(text: str) -> re.Match[str] | None:
    """Return the match of "LONDON (Reuters) - " or "Paris, 3 March 2021 - " at a paragraph's beginning."""
    found = _DATELINE.match(text)
    if found is None:
        return None
    is_capitals = found["place"].split(",")[0].isupper() and len(found["place"]) > 3
    is_dated = found["date"] is not None and bool(find_dates(found["date"]))
    return found if is_capitals or is_dated or found["agency"] else None


def published(document: Document, units: Sequence[Unit], headline: int | None, *, is_only: bool) -> Dated | None:
    metadata = document.date if is_only or document.media_type in ("text/html", "application/epub+zip") else None
    if metadata and document.media_type == "message/rfc822":
        return metadata
    if document.media_type in ("text/csv",):
        return metadata
    stated = _stated_date(units, headline)
    if stated:
        return Dated(value=stated, basis="stated")
    if metadata:
        return metadata
    inferred = _inferred_date(units) or (_date_of_name(document.source) if is_only else None)
    return Dated(value=inferred, basis="inferred") if inferred else None


def _stated_date(units: Sequence[Unit], headline: int | None) -> datetime.date | None:
    """Return the day that the article's first or last lines, its heading, or its dateline give as its own."""
    first = 0 if headline is None else headline
    paragraph = next((i for i, unit in enumerate(units) if i > first and unit.kind == "body"), len(units))
    zone = list(units[: min(paragraph, first + _HEADER_UNITS)]) + list(units[max(paragraph, len(units) - 5) :])
    own = [
        unit.text
        for unit in zone
        if unit.kind in ("date", "byline") or (unit.kind != "body" and _LABELLED.match(unit.text))
    ]
    own.sort(key=lambda text: bool(_UPDATED.search(text)) and not _PUBLISHED.search(text))
    if headline is not None and units[headline].kind == "heading":
        own.append(units[headline].text)
    if paragraph < len(units):
        own_line = dateline(units[paragraph].text)
        own += [own_line[0]] if own_line else []
    own += [
        text[:80]
        for text in (unit.text for unit in units if unit.kind == "body")
        if _LABELLED.match(text) and len(text) < 120
    ]
    return next((dates[0][0] for dates in map(full_dates, own) if dates), None)


def _inferred_date(units: Sequence[Unit]) -> datetime.date | None:
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


def _date_of_name(source: str) -> datetime.date | None:
    """Return the day that a file name begins with ("2021-09-15-minutes.md")."""
    name = source.replace("\\", "/").rsplit("/", 1)[-1]
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)(?!\d)", name)
    dates = full_dates(found[0]) if found else []
    return dates[0][0] if dates else None
