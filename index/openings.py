"""Where on a page without marks a further article may begin, and what speaks for it. Pure.

An opening is the lines between the prose of one article and that of the next: end matter of the first, then a head
(label, headline, standfirst, byline, date). A page has habits: what marks one article marks the others, so a sign that
is weak alone counts where it comes back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from index.dates import dateline
from index.heads import (
    ABBREVIATION_END,
    SENTENCE_END,
    case_of,
    headline_of,
    is_captioned,
    is_kicker,
    is_name,
    is_signature,
    is_title_case,
    may_be_title,
)
from index.units import CREDITS, Unit, stems

Sign = Literal[
    "dated",
    "clock",
    "dateline",
    "lead",
    "salutation",
    "caption",
    "number",
    "rule",
    "ended",
    "label",
    "signed",
    "named",
    "echo",
    "gap",
]
OF_TEXT: frozenset[Sign] = frozenset(("dateline", "lead", "salutation"))  # in the paragraph, not above it
_INNER_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(]?[A-Z0-9])")
_NUMBERED = re.compile(r"(?P<number>\d{1,2})[.)]\s+(?=[A-Z0-9“\"‘'])")
_MINUTES = re.compile(r"(?:draft )?minutes of\b", re.IGNORECASE)
_AGENDA = re.compile(
    r"\b(?:apologies (?:for absence|were|received)|minutes of the|any other business|agenda)\b", re.IGNORECASE
)
_LEAD = re.compile(
    r"(?P<lead>[A-Z][\w.’'&]*(?: [A-Z&][\w.’'&]*){0,3}(?=:? [–—-]{1,2} |: )|[A-Z][A-Z0-9’',& -]{3,60}[A-Z](?=[.:] ))"
    r"(?:[.:]| [–—-]{1,2}) (?=[A-Z0-9“\"‘'])"
)
_SALUTATION = re.compile(r"(?:(?:Dear )?Sirs?\b|SIR\b|Dear (?:Sir|Madam|Editor|Mr|Mrs|Ms)\b)")
_LONG_WORDS = 4  # that a headline has more often than a name or a label
_NEAR_UNITS = 8  # between a headline and the paragraph under it
_ECHOES = 3  # headlines with lines under them that begin alike
_TIGHT_PAGE = 0.2  # of the lines have a blank line above, at most, where a page sets none between paragraphs


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A place where an article may begin."""

    start: int  # the unit it would begin with
    headline: int | None
    paragraph: int  # the first prose below
    signs: frozenset[Sign]
    look: tuple[str, bool]  # how the headline's words are set, and whether the paragraph follows without a blank line


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """The lines of a page, with what is a habit of the whole page."""

    units: Sequence[Unit]
    numbered: frozenset[int]  # headlines "1. ..."
    leads: frozenset[int]  # paragraphs that begin with a place or a subject
    is_tight: bool  # no blank lines between paragraphs


def openings(units: Sequence[Unit]) -> list[Opening]:
    """Return the places where an article may begin, in order; the first is that of the page's first prose."""
    is_tight = sum(unit.gap > 0 for unit in units) <= _TIGHT_PAGE * len(units)
    page = _Page(units=units, numbered=_numbered(units), leads=_leads(units), is_tight=is_tight)
    found: list[Opening] = []
    above = -1
    for i, unit in enumerate(units):
        is_prose = i not in page.numbered and _is_prose(units, i, is_tight=is_tight)
        if is_prose:
            opening = _opening(page, range(above + 1, i), i)
            found += [opening] if opening else []
        if is_prose or (unit.kind == "item" and i not in page.numbered):
            above = i
    return _with_echoes(units, _without_repeated(units, found))


def _without_repeated(units: Sequence[Unit], found: Sequence[Opening]) -> list[Opening]:
    """Return the openings without heads that come back above the same words: what a firm says about itself."""
    told = Counter((units[o.headline].text, units[o.paragraph].text) for o in found if o.headline is not None)
    return [
        o
        for o in found
        if o.headline is None or told[units[o.headline].text, units[o.paragraph].text] == 1 or o is found[0]
    ]


def _with_echoes(units: Sequence[Unit], found: Sequence[Opening]) -> list[Opening]:
    """Return the openings; those under whose headlines lines stand that begin alike ("Born 1931; ...") have a sign."""
    below = [_line_below(units, opening) for opening in found]
    times = Counter(word for word in below if word)
    return [
        replace(opening, signs=opening.signs | {"echo"}) if word and times[word] >= _ECHOES else opening
        for opening, word in zip(found, below, strict=True)
    ]


def _line_below(units: Sequence[Unit], opening: Opening) -> str | None:
    """Return how the line right under an opening's headline begins, where it is neither prose nor a date."""
    if opening.headline is None:
        return None
    lines = [
        units[i] for i in range(opening.headline + 1, opening.paragraph) if units[i].kind not in ("date", "byline")
    ]
    is_line = bool(lines) and lines[0].kind == "short" and any(character.isdigit() for character in lines[0].text)
    return lines[0].text.split()[0] if is_line else None


def _numbered(units: Sequence[Unit]) -> frozenset[int]:
    """Return the lines "1. ..." to at least "3. ..." that each stand right above a paragraph: headlines of a digest."""
    if any(_AGENDA.search(unit.text) for unit in units):
        return frozenset()
    wanted, found = 1, []
    for i, unit in enumerate(units[:-1]):
        number = _NUMBERED.match(unit.text)
        below = units[i + 1]
        if number and int(number["number"]) == wanted and unit.gap and below.gap == 0 and below.kind == "body":
            found.append(i)
            wanted += 1
    return frozenset(found) if len(found) >= 3 else frozenset()


def _leads(units: Sequence[Unit]) -> frozenset[int]:
    """Return the paragraphs that each begin with a word or two and a colon or dash, always others ("VARN: ...").

    Words that come back are those of speakers, whose lines are one interview.
    """
    found = {
        i: lead["lead"] for i, unit in enumerate(units) if unit.kind == "body" and (lead := _LEAD.match(unit.text))
    }
    prose = sum(unit.kind == "body" for unit in units[min(found, default=0) :])
    is_way = len(found) >= 3 and len(set(found.values())) == len(found) and 2 * len(found) >= prose
    return frozenset(found) if is_way else frozenset()


def _is_prose(units: Sequence[Unit], i: int, *, is_tight: bool) -> bool:
    """Say whether a line is part of a text, and not one of the lines around it."""
    unit = units[i]
    if unit.kind not in ("body", "short") or unit.text.isupper():
        return False
    is_one = not _INNER_END.search(unit.text)
    if unit.kind == "body":
        below = units[i + 1] if i + 1 < len(units) else None
        is_question = unit.text.rstrip("\"”’')").endswith("?") and is_one and len(unit.text) <= 150
        return not (is_question and (unit.gap or is_tight) and below is not None and below.gap == 0)
    if not SENTENCE_END.search(unit.text) or ABBREVIATION_END.search(unit.text) or len(unit.text.split()) < 4:
        return False
    return not is_one or (unit.text.rstrip("\"”’')").endswith(".") and not is_title_case(unit.text.strip("“\"'‘")))


def _opening(page: _Page, run: range, paragraph: int) -> Opening | None:
    """Return the opening that the lines above a paragraph make, or None where they make none."""
    units = page.units
    cut = max((i for i in run if units[i].kind in ("list", "tail", "rule")), default=run.start - 1)
    groups = _groups(units, range(max(run.start, cut + 1), paragraph))
    if cut >= run.start and units[cut].kind == "list":
        groups = _below_links(units, groups, paragraph)
    chosen = _head_group(units, groups, paragraph, is_after_prose=run.start > 0 and cut < run.start)
    if run.start == 0 and chosen is not None:  # above the first head stands the page's own name
        chosen = _first_group(units, groups, chosen)
    signs = set(_signs_of_text(page, paragraph))
    if chosen is None:
        is_apart = units[paragraph].gap > 0 or page.is_tight
        return _opening_without_head(paragraph, signs) if is_apart else None
    group = groups[chosen]
    if paragraph - group[0] > _NEAR_UNITS:
        return None
    headline = headline_of(units, group)
    signs |= set(_signs_of_head(units, group, headline, paragraph))
    signs |= {"number"} if headline in page.numbered else set()
    above = [i for i in run if i < group[0]]
    signs |= set(_signs_above(units, above, cut, run))
    start = group[0]
    return Opening(
        start=start,
        headline=headline,
        paragraph=paragraph,
        signs=frozenset(signs),
        look=(case_of(units[headline].text), units[paragraph].gap == 0),
    )


def _opening_without_head(paragraph: int, signs: set[Sign]) -> Opening | None:
    if not signs & OF_TEXT:
        return None
    return Opening(start=paragraph, headline=None, paragraph=paragraph, signs=frozenset(signs), look=("none", False))


def _groups(units: Sequence[Unit], run: range) -> list[list[int]]:
    """Return the lines of a run, in groups that blank lines part."""
    groups: list[list[int]] = []
    for i in run:
        if units[i].kind == "inline":
            continue
        if not groups or units[i].gap:
            groups.append([])
        groups[-1].append(i)
    return groups


def _below_links(units: Sequence[Unit], groups: list[list[int]], paragraph: int) -> list[list[int]]:
    """Return the groups below a list of links, which is not parted from the headline: the one the lede speaks of."""
    lede = stems(units[paragraph].text)
    lines = [i for group in groups for i in group]
    first = next((i for i in lines if len(stems(units[i].text) & lede) >= 2), None)
    if first is None:
        return groups[-1:]
    return [rest for group in groups if (rest := [i for i in group if i >= first])]


def _head_group(
    units: Sequence[Unit], groups: Sequence[Sequence[int]], paragraph: int, *, is_after_prose: bool
) -> int | None:
    """Return which group holds the headline."""
    able = [number for number, group in enumerate(groups) if any(may_be_title(units[i]) for i in group)]
    if not able:
        return None
    if units[paragraph].gap == 0:
        return able[-1] if able[-1] == len(groups) - 1 or not _has_words(units, groups[-1]) else None
    if is_after_prose and able[0] == 0 and len(able) > 1 and is_signature(units, groups[0]):
        able = able[1:]
    long = [
        number
        for number in able
        if any(len(units[i].text.split()) >= _LONG_WORDS and may_be_title(units[i]) for i in groups[number])
    ]
    return (long or able)[0]


def _first_group(units: Sequence[Unit], groups: Sequence[Sequence[int]], chosen: int) -> int:
    """Return the last group that may hold a headline, where the one that was chosen holds few words."""
    able = [number for number, group in enumerate(groups) if any(may_be_title(units[i]) for i in group)]
    longest = max(len(units[i].text.split()) for i in groups[chosen] if may_be_title(units[i]))
    return able[-1] if longest < _LONG_WORDS else chosen


def _has_words(units: Sequence[Unit], group: Sequence[int]) -> bool:
    return any(units[i].kind not in ("date", "time", "byline", "inline") for i in group)


def _signs_of_text(page: _Page, paragraph: int) -> Iterator[Sign]:
    text = page.units[paragraph].text
    if dateline(text) is not None:
        yield "dateline"
    if paragraph in page.leads:
        yield "lead"
    if _SALUTATION.match(text):
        yield "salutation"


def _signs_of_head(units: Sequence[Unit], group: Sequence[int], headline: int, paragraph: int) -> Iterator[Sign]:
    lines = units[group[0] : paragraph]
    is_dated = any(unit.kind in ("date", "byline") for unit in lines) or any(units[i].kind == "time" for i in group)
    if is_dated or _is_dated_below(units, paragraph):
        yield "dated"
    if _MINUTES.match(units[headline].text):
        yield "dated"
    if is_captioned(units, headline, paragraph):
        yield "caption"
    if group[0] < headline and units[group[0]].text.isupper() and is_kicker(units[group[0]].text, units[headline].text):
        yield "label"
    if any(is_name(units[i]) for i in range(headline + 1, paragraph)):
        yield "named"
    if units[group[0]].gap >= 2 and units[paragraph].gap < units[group[0]].gap:
        yield "gap"


def _is_dated_below(units: Sequence[Unit], paragraph: int) -> bool:
    """Say whether a date or byline stands right under a sentence, which then sums up the article."""
    below = units[paragraph + 1] if paragraph + 1 < len(units) else None
    return below is not None and below.kind in ("date", "byline") and below.gap == 0


def _signs_above(units: Sequence[Unit], above: Sequence[int], cut: int, run: range) -> Iterator[Sign]:
    if cut >= run.start:
        yield "rule" if units[cut].kind == "rule" else "ended"
    if any(CREDITS.fullmatch(units[i].text) for i in above):
        yield "ended"
    if any(units[i].kind == "date" and units[i].gap for i in above):
        yield "dated"
    elif run.start > 0 and above and units[run.start].kind == "date" and above[0] == run.start:
        yield "ended"  # a day right under the last paragraph
    groups = _groups(units, range(above[0], above[-1] + 1)) if above and cut < run.start else []
    if groups and run.start > 0 and is_signature(units, groups[0]):
        yield "signed"
