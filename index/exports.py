"""Where articles begin in an export of a news database, which marks each one's beginning or end with a line. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.heads import may_be_title
from index.units import Unit

# LexisNexis and Nexis Uni; Factiva, whose line is the article's number; EBSCO and others.
_END = re.compile(
    r"End of Document|Document [A-Z0-9]{4,10}0000\d{8}[a-z0-9]{4,}|[-–— ]*End of (?:Article|Record)[-–— ]*"
)
# ProQuest; LexisNexis Academic.
_START = re.compile(r"Document \d{1,4} of \d{1,4}|\d{1,4} of \d{1,4} DOCUMENTS?")
_LISTED = re.compile(r"\d{1,4}\.\s+(?P<title>\S.+)")
_NAMED = re.compile(r"(?:HEADLINE|Title|HD)[:\s]\s*\S")


def exported(units: Sequence[Unit]) -> list[tuple[int, int | None]]:
    """Return (first unit, headline's unit) of each article of an export; none where the page is no export.

    A list of contents above the first article stays with it; a search's summary below the last one with that.
    """
    ends = [i for i, unit in enumerate(units) if _END.fullmatch(unit.text)]
    starts = [i for i, unit in enumerate(units) if _START.fullmatch(unit.text)]
    if ends:
        bounds = [0, *(i + 1 for i in ends if any(unit.kind == "body" for unit in units[i + 1 :]))]
    elif starts:
        bounds = [0, *starts[1:]]
    else:
        return []
    stops = [*bounds[1:], len(units)]
    found = [(begin, _headline(units, begin, stop)) for begin, stop in zip(bounds, stops, strict=True)]
    listed = _below_list(units, *found[0], stops[0])
    return [(0, listed), *found[1:]]


def _headline(units: Sequence[Unit], begin: int, stop: int) -> int | None:
    """Return the line that says that it is the headline, else the first that may be one."""
    able = [i for i in range(begin, stop) if may_be_title(units[i]) and not _START.fullmatch(units[i].text)]
    return next((i for i in range(begin, stop) if _NAMED.match(units[i].text)), able[0] if able else None)


def _below_list(units: Sequence[Unit], begin: int, headline: int | None, stop: int) -> int | None:
    """Return the first article's headline below the list of contents that names it first."""
    titles = [found["title"] for unit in units[begin:stop] if (found := _LISTED.fullmatch(unit.text))]
    if not titles:
        return headline
    return next((i for i in range(begin, stop) if units[i].text == titles[0]), headline)
