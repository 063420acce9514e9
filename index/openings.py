"""Where on a page without marks a further article may begin, and what speaks for it. Pure.

An opening is the lines between the prose of one article and that of the next: end matter of the first, then a head
(label, headline, standfirst, byline, date). A page has habits: what marks one article marks the others, so a sign that
is weak alone counts where it comes back.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from index.captions import caption_prefix_end
from index.cohesion import ENOUGH, are_articles
from index.dates import dateline
from index.units import CREDITS, WORD, Unit, stems, words_set

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
    "gap",
]
_SURE: frozenset[Sign] = frozenset(("dated", "clock", "dateline", "lead", "salutation", "caption"))
_OF_TEXT: frozenset[Sign] = frozenset(("dateline", "lead", "salutation"))  # in the paragraph, not above it
_SHARED: tuple[Sign, ...] = ("rule", "ended", "label", "signed", "named")  # each is enough where it comes back

_SMALL_WORDS = words_set("a an and as at but by for from in into nor of on or over per the to up via vs with")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_INNER_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(]?[A-Z0-9])")
_QUOTED_ONLY = re.compile(r"[‘“\"'][^‘“”\".!?]{2,70}[^‘’“”\".,!?][’”\"']")
_ABBREVIATION_END = re.compile(r"\b(?:[A-Z]\.){2,}$")
_NUMBERED = re.compile(r"(?P<number>\d{1,2})[.)]\s+(?=[A-Z0-9“\"‘'])")
_MINUTES = re.compile(r"(?:draft )?minutes of\b", re.IGNORECASE)
_AGENDA = re.compile(
    r"\b(?:apologies (?:for absence|were|received)|minutes of the|any other business|agenda)\b", re.IGNORECASE
)
_BESIDE_NAMES = _SMALL_WORDS | {"aged", "supplied", "retd", "address", "name"}
_LEAD = re.compile(
    r"(?P<lead>[A-Z][\w.’'&]*(?: [A-Z&][\w.’'&]*){0,3}(?=:? [–—-]{1,2} |: )|[A-Z][A-Z0-9’',& -]{3,60}[A-Z](?=[.:] ))"
    r"(?:[.:]| [–—-]{1,2}) (?=[A-Z0-9“\"‘'])"
)
_SALUTATION = re.compile(r"(?:(?:Dear )?Sirs?\b|SIR\b|Dear (?:Sir|Madam|Editor|Mr|Mrs|Ms)\b)")
_CLOCK = re.compile(
    r"(?P<hours>[01]?\d|2[0-3])(?:[.:h](?P<minutes>[0-5]\d)(?:\s?(?P<half>[ap]\.?m\b\.?))?|\s?(?P<whole>[ap]\.?m\b\.?))"
    r"(?:\s[A-Z]{2,4})?(?=\s*(?:$|[:|·–—-]|[.]?\s[A-Z“\"0-9]))"
)
_LIVE = re.compile(r"\b(?:live|as it happened|updates?|minute by minute|latest)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*")
# Heads of what belongs to the article above, or to none.
_FURNITURE = re.compile(
    r"(?:(?:for )?(?:media |press |more |further )?(?:contacts?|enquir(?:y|ies)|information|details)\b.{0,40}|"
    r"(?:notes? (?:to|for) editors?|editor[’']?s[’']? notes?|end ?notes|about (?:the author|us)|sources?|references|"
    r"table of contents|(?:in this|inside this|this) (?:issue|week[’']s? issue|edition)|contents|comments?|replies|"
    r"what[’']s on|donate|how (?:you can|to) help|join us|"
    r"(?:continued|cont\.) (?:on|from)|"
    r"(?:coming |forthcoming |upcoming )?events?(?: diary)?|diary dates|dates for (?:your|the) diary|"
    r"advertise(?: with us)?|support us|get in touch|follow us|more news|you may have missed|next week|next issue)"
    r"\b.{0,20}:?)|.{0,60}\((?:continued )?from (?:page|p\.) ?\d+\)",
    re.IGNORECASE,
)
# Stands above a headline and is none.
_LABEL_LINE = re.compile(
    r"(?:for immediate release|press release|news release|media release|breaking(?: news)?|exclusive|opinion|analysis|"
    r"embargoed\b.*|live updates?)[:.]?",
    re.IGNORECASE,
)
_LONG_WORDS = 4  # that a headline has more often than a name or a label
_NEAR_UNITS = 8  # between a headline and the paragraph under it
_CAPTION_UNITS = 6  # paragraphs in which a caption's words may come back
_TIGHT_PAGE = 0.2  # of the lines have a blank line above, at most, where a page sets none between paragraphs


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A place where an article may begin."""

    start: int  # the unit it would begin with
    headline: int | None
    paragraph: int  # the first prose below
    signs: frozenset[Sign]
    look: tuple[str, bool]  # how the headline's words are set, and whether the paragraph follows without a blank line


def is_title_case(text: str) -> bool:
    words = [word for word in WORD.findall(text) if word.lower() not in _SMALL_WORDS]
    return len(words) >= 3 and sum(word[0].isupper() for word in words) >= 0.8 * len(words)


def is_label(text: str) -> bool:
    """Say whether a line is a label that stands above headlines ("For immediate release")."""
    return bool(_LABEL_LINE.fullmatch(text))


def is_furniture(text: str) -> bool:
    """Say whether a line heads what is no article: contacts, notes, events, comments."""
    return bool(_FURNITURE.fullmatch(text))


def is_captioned(units: Sequence[Unit], headline: int, paragraph: int) -> bool:
    """Say whether a caption is glued to the paragraph under this headline."""
    text = "\n".join(unit.text for unit in units[paragraph : paragraph + _CAPTION_UNITS])
    return caption_prefix_end(text, 0, headline=units[headline].text) > 0


def is_quoted_only(text: str) -> bool:
    """Say whether a line is nothing but a short quote."""
    return bool(_QUOTED_ONLY.fullmatch(text))


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
    return found


def clock_entries(units: Sequence[Unit]) -> list[Opening]:
    """Return the entries of a live blog: three or more times of day, each at the beginning of what was written then.

    The times run in one direction; where they run forward, the page must say that it is live.
    """
    found = [i for i, unit in enumerate(units) if _clock(unit) is not None]
    times = [time for unit in units if (time := _clock(unit)) is not None]
    falls = sum(later < earlier for earlier, later in itertools.pairwise(times))
    rises = sum(later > earlier for earlier, later in itertools.pairwise(times))
    is_live = any(_LIVE.search(unit.text) for unit in units[: found[0] if found else 0])
    if len(found) < 3 or min(falls, rises) > 0.2 * len(found) or not (is_live or falls > rises):
        return []
    return [_entry(units, i) for i in found if i + 1 < len(units) or len(units[i].text.split()) > 4]


def _clock(unit: Unit) -> int | None:
    """Return the minutes since midnight that a line begins with."""
    time = _CLOCK.match(unit.text) if unit.kind in ("time", "body", "short", "item", "date") else None
    if time is None or (unit.kind == "short" and not unit.text.endswith((".", "!", "?")) and len(unit.text) > 60):
        return None
    hours = (
        int(time["hours"]) % 12 + 12
        if (time["half"] or time["whole"] or "").lower().startswith("p")
        else int(time["hours"])
    )
    return 60 * hours + int(time["minutes"] or 0)


def _entry(units: Sequence[Unit], at: int) -> Opening:
    below = at + 1
    is_titled = units[at].kind in ("time", "date") and below + 1 < len(units) and may_be_title(units[below])
    headline = below if is_titled and units[below].kind == "short" else None
    return Opening(start=at, headline=headline, paragraph=at, signs=frozenset(("clock",)), look=("clock", False))


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
    if not _SENTENCE_END.search(unit.text) or _ABBREVIATION_END.search(unit.text) or len(unit.text.split()) < 4:
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
    headline = _headline(units, group)
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
        look=(_case(units[headline].text), units[paragraph].gap == 0),
    )


def _opening_without_head(paragraph: int, signs: set[Sign]) -> Opening | None:
    if not signs & _OF_TEXT:
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


def is_signature(units: Sequence[Unit], group: Sequence[int]) -> bool:
    """Say whether lines are a name and where it is from, as under a letter."""
    lines = [units[i] for i in group]
    is_short = len(lines) <= 4 and all(unit.kind == "short" and len(unit.text.split()) <= 5 for unit in lines)
    return is_short and all(_is_named(unit.text) for unit in lines)


def _is_named(text: str) -> bool:
    """Say whether a line has the look of a name or an address: all of its words begin with a capital or a digit."""
    words = [word.strip('()"“”,') for word in text.split() if word.strip('()"“”,') not in _BESIDE_NAMES]
    return text[-1] not in "!?;:" and all(not word or not word[0].islower() for word in words)


def may_be_title(unit: Unit) -> bool:
    """Say whether a line may be a headline, by its look alone."""
    text = unit.text
    if unit.kind not in ("short", "body", "item") or not (3 <= len(text) <= 150) or len(text.split()) > 22:
        return False
    if text[-1] in ",;:-–—" or (text[-1] == "." and not (text.isupper() or _ABBREVIATION_END.search(text))):
        return False
    if "|" in text or not WORD.search(text) or _ADDRESS.search(text) or _QUOTED_ONLY.fullmatch(text):
        return False
    if is_label(text) or is_furniture(text):
        return False
    return text[0].isupper() or text[0].isdigit() or text[0] in "‘“'\""


def _headline(units: Sequence[Unit], group: Sequence[int]) -> int:
    """Return which line of a head is its headline: the first that is not a label above another."""
    able = [i for i in group if may_be_title(units[i])]
    texts = [units[i].text for i in able]
    return next(
        (i for n, i in enumerate(able) if not any(_is_kicker(texts[n], below) for below in texts[n + 1 :])), able[-1]
    )


def _is_kicker(text: str, below: str) -> bool:
    """Say whether a line is a label over a headline ("LIVESTOCK")."""
    few = len(text.split()) <= 4
    return few and ((text.isupper() and not below.isupper()) or (len(text.split()) <= 2 < len(below.split()) - 1))


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
    if (
        group[0] < headline
        and units[group[0]].text.isupper()
        and _is_kicker(units[group[0]].text, units[headline].text)
    ):
        yield "label"
    if any(_is_name(units[i]) for i in range(headline + 1, paragraph)):
        yield "named"
    if units[group[0]].gap >= 2 and units[paragraph].gap < units[group[0]].gap:
        yield "gap"


def _is_name(unit: Unit) -> bool:
    """Say whether a line is a name alone, as of a writer below a headline."""
    words = unit.text.split(",")[0].split()
    is_short = unit.kind == "short" and 2 <= len(words) <= 4 and len(unit.text.split()) <= 8
    return (
        is_short
        and not unit.text.isupper()
        and all(word[0].isupper() and word.lower() not in _SMALL_WORDS for word in words)
    )


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
    groups = _groups(units, range(above[0], above[-1] + 1)) if above and cut < run.start else []
    if groups and run.start > 0 and is_signature(units, groups[0]):
        yield "signed"


def _case(text: str) -> str:
    if text.isupper():
        return "capitals"
    if text.rstrip("\"”’')").endswith("?"):
        return "question"
    if len([word for word in WORD.findall(text) if word.lower() not in _SMALL_WORDS]) < 3:
        return "short"
    return "title" if is_title_case(text) else "sentence"


def beginnings(
    units: Sequence[Unit],
    found: Sequence[Opening],
    headline: int | None,
    *,
    is_titled: bool,
    is_marked_up: bool = False,
) -> list[Opening]:
    """Return the openings below the first at which an article does begin: by their own signs, or the page's habits.

    Args:
        headline: the unit that is the first article's headline.
        is_titled: that headline is the title that the document's metadata give.
        is_marked_up: the format has means to mark articles and did not use them, so that only sure signs count.
    """
    first, later = found[0], [_with_date_above(units, opening, found[0]) for opening in found[1:]]
    counts = Counter(sign for opening in later for sign in opening.signs)
    counts.update(first.signs & _OF_TEXT)
    begun = [opening for opening in later if _is_sure(units, opening, Counter() if is_marked_up else counts)]
    if is_marked_up:
        return begun
    begun += [opening for opening in _numbered_articles(units, found) if opening not in (first, *begun)]
    alike = [opening.look for opening in begun if opening.headline is not None]
    if headline is not None:
        alike.insert(0, (_case(units[headline].text), first.look[1]))
    if not begun:
        return _by_cohesion(units, found, headline, is_titled=is_titled)
    if len(alike) < 2:
        return begun
    look, times = Counter(alike).most_common(1)[0]
    if times < 0.6 * len(alike):
        return begun
    rest = [o for o in later if o not in begun and o.look == look and _is_of_its_own(units, o)]
    return sorted([*begun, *rest], key=lambda opening: opening.start)


def _with_date_above(units: Sequence[Unit], opening: Opening, first: Opening) -> Opening:
    """Return an opening with the date that stands alone above its head, where the page's first head has one there."""
    above = [units[each.start - 1].kind if each.start else None for each in (first, opening)]
    return replace(opening, start=opening.start - 1) if above == ["date", "date"] else opening


def _is_sure(units: Sequence[Unit], opening: Opening, counts: Counter[Sign]) -> bool:
    """Say whether an opening's own signs are enough."""
    if opening.signs & _SURE:
        return opening.headline is not None or sum(counts[sign] for sign in _OF_TEXT) >= 2
    if any(counts[sign] >= 2 for sign in _SHARED if sign in opening.signs):
        return True
    if opening.headline is None or not opening.signs & {"rule", "ended"}:
        return False
    title = units[opening.headline].text
    return is_title_case(title) or len(stems(title) & stems(units[opening.paragraph].text)) >= 2


def _is_of_its_own(units: Sequence[Unit], opening: Opening) -> bool:
    """Say whether a headline sums up the paragraph below it."""
    if opening.headline is None:
        return False
    return len(stems(units[opening.headline].text) & stems(units[opening.paragraph].text)) >= 2


def _numbered_articles(units: Sequence[Unit], found: Sequence[Opening]) -> list[Opening]:
    """Return the openings with numbers when they are the items of a digest, not the parts of a list or an agenda."""
    numbered = [opening for opening in found if "number" in opening.signs]
    sections = _sections(units, numbered)
    return numbered if are_articles(sections, title=None, is_under_headline=False, enough=ENOUGH + 1) else []


def _sections(units: Sequence[Unit], found: Sequence[Opening]) -> list[tuple[str, str]]:
    """Return the headline of each opening and its text, up to the next one."""
    bounds = [*(opening.start for opening in found), len(units)]
    return [
        (units[opening.headline].text, " ".join(unit.text for unit in units[opening.paragraph : end]))
        for opening, end in zip(found, bounds[1:], strict=True)
        if opening.headline is not None
    ]


def _by_cohesion(
    units: Sequence[Unit], found: Sequence[Opening], headline: int | None, *, is_titled: bool
) -> list[Opening]:
    """Return the openings without signs whose pieces are articles, as are those of a page of briefs."""
    found = [opening for opening in found if "number" not in opening.signs]
    looks = Counter(opening.look for opening in found if opening.headline is not None)
    plain = Counter({look: times for look, times in looks.items() if look[0] not in _LOOSE_CASES})
    if not looks:
        return []
    look = (plain if max(plain.values(), default=0) > 1 else looks).most_common(1)[0][0]
    first = _first_of_look(units, found[0], look)
    alike = [o for o in [first, *found[1:]] if o.headline is not None and _is_alike(o.look, look)]
    sections = _sections(units, alike)
    above = " ".join(unit.text for unit in units[: first.start])
    is_signed = bool(first.signs & {"dated", "dateline", "named"}) and not above
    title = above or (None if headline is None else units[headline].text)
    if are_articles(sections, title=title, is_under_headline=is_signed or is_titled):
        return [opening for opening in alike if opening is not first]
    return []


def first_headline_like(units: Sequence[Unit], later: Sequence[Opening]) -> int | None:
    """Return the headline of the page's first article that is set as those of the later ones; None when none is."""
    looks = Counter(opening.look for opening in later if opening.headline is not None)
    found = openings(units[: later[0].start]) if looks else []
    if not found:
        return None
    look = looks.most_common(1)[0][0]
    first = _first_of_look(units, found[0], look)
    return first.headline if first.headline is not None and _is_alike(first.look, look) else None


def _first_of_look(units: Sequence[Unit], first: Opening, look: tuple[str, bool]) -> Opening:
    """Return the first opening with the headline nearest to its paragraph that is set as the others are."""
    for i in range(first.paragraph - 1, -1, -1):
        if units[i].kind in ("short", "body") and may_be_title(units[i]):
            nearest = replace(first, start=i, headline=i, look=(_case(units[i].text), first.look[1]))
            if _is_alike(nearest.look, look):
                return nearest
    return first


_LOOSE_CASES = ("short", "question")  # that headlines of title case and others may both have


def _is_alike(look: tuple[str, bool], other: tuple[str, bool]) -> bool:
    (case, is_tight), (other_case, other_is_tight) = look, other
    is_loose = "capitals" not in (case, other_case) and (case in _LOOSE_CASES or other_case in _LOOSE_CASES)
    return is_tight == other_is_tight and (case == other_case or is_loose)
