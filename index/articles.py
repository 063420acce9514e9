"""A page as the pieces of writing on it: where each begins, its title, its date, and what on it is boilerplate. Pure.

Where the format says so (<article>, chapters, JSON items: `Document.article_starts`) that is followed. Elsewhere a
new article begins at a line that looks like a headline, stands before a paragraph, and has a further sign: a caption
glued to that paragraph, a date or byline under it, a rule or the end matter of another article above it. When unsure,
it is one article: a subheading must not cut one in two.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.beginnings import beginnings, first_headline_like
from index.boilerplate import trailing_credit
from index.captions import caption_prefix_end
from index.cohesion import ENOUGH, are_articles
from index.dates import full_dates, is_day_first
from index.exports import exported
from index.heads import below_issuer, is_captioned, is_furniture, is_issuer, is_label, is_quoted_only, is_title_case
from index.openings import Opening, openings
from index.published import is_dated_as_a_whole, page_day, published, stated_day
from index.types import Article, Dated, Document, Span
from index.unheaded import briefs, clock_entries, letters
from index.units import HEADING, WORD, Unit, stems, units_of

__all__ = ["caption_prefix_end", "split_articles"]

_NEWS_WORDS = re.compile(
    r"\b(?:said|says|told|reported|announced|according|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
_POINTING_BACK = re.compile(
    r"(?:He|She|They|It|This|That|These|Those|But|However|Meanwhile|Also|Moreover|Furthermore|In addition|Then)\b"
)
_BOLD_TITLE = re.compile(r"(?:\*\*|__)(?P<title>[^*_]{3,120})(?:\*\*|__)")
_BOLD_LEVEL = 7  # below every heading
_MARKED = 0.6  # of the headings of a level, at least, where all of them begin articles
_LABELLED_DAY = re.compile(
    r"\W*(?:last |first )?(?:published|updated|posted|modified|issued|released|date)\b", re.IGNORECASE
)
_NEAR_UNITS = 8  # between a headline and the paragraph under it
_SHORT_UNITS = 4
_CAPTION_CHARACTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begin:
    """Where an article begins: the unit it starts with, and its headline's, if it has one."""

    unit: int
    headline: int | None
    date: Dated | None = None  # as the format marks it


def split_articles(document: Document) -> list[Article]:
    """Return the document's articles in order; together they hold all of its words, and none overlap.

    A title is the headline in the text where there is one, else the document's own when it has one article. A date is
    "stated" (in the article's own first or last lines or dateline), "metadata" (the document's), or "inferred" (from
    a report's latest full date, when its weekday agrees with the text, or from a file name that begins with one).
    Boilerplate spans are in order and disjoint.
    """
    units = units_of(document)
    if not units:
        return []
    articles = exported(units)
    begins = _begins(document, units, articles)
    bounds = [*(begin.unit for begin in begins), len(units)]
    pieces = [units[start:end] for start, end in itertools.pairwise(bounds)]
    dates = _dates(document, units, begins, pieces, is_export=bool(articles))
    return [
        _article(document, begin, piece, is_only=len(pieces) == 1, date=date)
        for begin, piece, date in zip(begins, pieces, dates, strict=True)
    ]


def _dates(
    document: Document,
    units: Sequence[Unit],
    begins: Sequence[_Begin],
    pieces: Sequence[Sequence[Unit]],
    *,
    is_export: bool,
) -> Iterator[Dated | None]:
    """Yield when each piece was published; of an export each states its own day, and the first one's head is known."""
    order = is_day_first(document.text)
    heads = [None if begin.headline is None else begin.headline - begin.unit for begin in begins]
    first = _head(begins, units, pieces) if len(pieces) > 1 and not document.article_starts and not is_export else 0
    if 0 < first < len(pieces[0]):  # what stands above the first article is the page's
        pieces = [pieces[0][first:], *pieces[1:]]
        heads[0] = None if heads[0] is None or heads[0] < first else heads[0] - first
    stated = [stated_day(piece, head, is_day_first=order) for piece, head in zip(pieces, heads, strict=True)]
    metadata = _metadata(document, begins, stated)
    above = units[: begins[1].unit] if len(begins) > 1 else []
    is_marked = bool(document.article_starts) or any(map(_level, above))
    whole = None
    if above and not any(begin.date for begin in begins) and not is_export:
        whole = page_day(above, first, stated[1:], is_marked=is_marked, is_day_first=order)
    for piece, head, own, known in zip(pieces, heads, stated, metadata, strict=True):
        yield published(document, piece, head, stated=own, page_day=whole, metadata=known, is_only=len(pieces) == 1)


def _head(begins: Sequence[_Begin], units: Sequence[Unit], pieces: Sequence[Sequence[Unit]]) -> int:
    """Return the unit with which the head of the page's first article begins, below the page's own name and date."""
    headline = begins[0].headline
    if headline is not None and _level(units[headline]):
        below = begins[1].headline
        is_page_title = below is not None and _level(units[headline]) < _level(units[below])
        return len(pieces[0]) if is_page_title else headline
    found = openings(pieces[0])
    return found[0].start if found else 0


def _metadata(
    document: Document, begins: Sequence[_Begin], stated: Sequence[datetime.date | None]
) -> list[Dated | None]:
    """Return what the metadata say of each piece: of itself, else of all where none states another day."""
    if len(begins) == 1:
        return [document.date]
    own = [begin.date for begin in begins]
    if any(own) or document.date is None or not is_dated_as_a_whole(document):
        return own
    differs = any(day is not None and day != document.date.value for day in stated)
    return [document.date, *([None] * (len(begins) - 1))] if differs else [document.date] * len(begins)


def _begins(document: Document, units: Sequence[Unit], articles: Sequence[tuple[int, int | None]]) -> list[_Begin]:
    """Return where articles begin.

    Args:
        articles: of an export, as `exported` gives them; else none.
    """
    if document.article_starts:
        return _begins_of_format(document, units)
    if articles:
        return [_Begin(unit=begin, headline=headline) for begin, headline in articles]
    if document.media_type in ("text/csv", "application/json", "message/rfc822", "application/epub+zip"):
        return [_Begin(unit=0, headline=None)]
    is_marked = document.media_type == "text/markdown" or units[0].kind == "heading"
    if is_marked and any(map(_level, units)):
        return _begins_of_markdown(units)
    first = _first_headline(units, document.title)
    later = _later_openings(units, first, document)
    if later and first is None:
        first = _first_headline(units, None)  # the document's title is not that of its first article
    if later and not document.title:
        alike = first_headline_like(units, later)
        first = first if alike is None or (first is not None and alike < first) else alike
    if not later and (entries := _diary_entries(units)):
        return [_Begin(unit=0, headline=entries[0]), *(_Begin(unit=i, headline=i) for i in entries[1:])]
    begins = [_Begin(unit=0, headline=first), *(_Begin(unit=o.start, headline=o.headline) for o in later)]
    if len(begins) > 1 and not any(unit.kind in ("body", "item") for unit in units[: begins[1].unit]):
        begins[:2] = [_Begin(unit=0, headline=begins[1].headline)]  # what stands above the first piece is no article
    return begins


def _diary_entries(units: Sequence[Unit]) -> list[int]:
    """Return the lines that are a day each and stand above what was written on it; none if there are not several."""
    days = [i for i, unit in enumerate(units[:-1]) if unit.kind == "date" and (unit.gap or i == 0)]
    is_diary = (
        len({full_dates(units[i].text)[0][0] for i in days}) == len(days) >= 2
        and all(units[i - 1].kind not in ("short", "heading") for i in days[1:])
        and not any(_LABELLED_DAY.match(units[i].text) for i in days)
        and (days[0] == 0 or all(unit.kind == "short" for unit in units[: days[0]]))
    )
    return days if is_diary else []


def _begins_of_format(document: Document, units: Sequence[Unit]) -> list[_Begin]:
    begins: list[_Begin] = []
    dates = document.article_dates or (None,) * len(document.article_starts)
    for start, date in zip(document.article_starts, dates, strict=True):
        at = next((i for i, unit in enumerate(units) if unit.end > start), None)
        if at is not None and (not begins or begins[-1].unit < at):
            is_title = units[at].kind in ("short", "heading") or _may_be_headline(units[at])
            begins.append(_Begin(unit=at if begins else 0, headline=at if is_title else None, date=date))
    return begins


def _begins_of_markdown(units: Sequence[Unit]) -> list[_Begin]:
    """Split at the headings of the highest level that are dated or signed, are each a headline, or part articles."""
    top = next((i for i in range(1, len(units)) if units[i].kind == "rule"), 0) if units[0].text == "---" else 0
    headings = [i for i, unit in enumerate(units) if i >= top and _level(unit)]
    is_documentation = any("`" in unit.text for unit in units)  # a page with code on it
    for level in sorted({_level(units[i]) for i in headings}):
        tops = [i for i in headings if _level(units[i]) == level and not is_furniture(_words(units[i]))]
        for is_marked in (_is_dated,) if is_documentation else (_is_dated, _is_signed):
            marked = [i for i in tops if is_marked(units, i)]
            if len(marked) >= 2 and len(marked) >= _MARKED * len(tops):
                return _at_headings(units, [i for i in tops if i >= marked[0]], headings)
        if level == 1 and len(tops) >= 2 and all(_is_headline_heading(units, i) for i in tops):
            return _at_headings(units, tops, headings)
        if not is_documentation and _part_articles(units, tops, headings):
            return _at_headings(units, tops, headings)
    first = headings[0] if headings else 0
    return [_Begin(unit=0, headline=first if _level(units[first]) == 1 or (headings and first < 2) else None)]


def _part_articles(units: Sequence[Unit], tops: Sequence[int], headings: Sequence[int]) -> bool:
    """Say whether what stands under these headings are articles, and not the sections of one."""
    if not tops:
        return False
    bounds = [*tops[1:], len(units)]
    sections = [
        (_words(units[i]), " ".join(unit.text for unit in units[i + 1 : end] if unit.kind != "heading"))
        for i, end in zip(tops, bounds, strict=True)
    ]
    above = units[: tops[0]]
    title = next((_words(units[i]) for i in headings if i < tops[0]), None)
    is_headline = sum(unit.kind == "body" for unit in above) >= 3 or any(unit.kind == "byline" for unit in above)
    return are_articles(sections, title=title, is_under_headline=is_headline, enough=ENOUGH + 1)


def _at_headings(units: Sequence[Unit], tops: Sequence[int], headings: Sequence[int]) -> list[_Begin]:
    begins = [_Begin(unit=_with_day_above(units, i), headline=i) for i in tops]
    if any(unit.kind in ("body", "item") for unit in units[: tops[0]]):
        above = next((i for i in headings if i < tops[0]), None)
        return [_Begin(unit=0, headline=above), *begins]
    return [_Begin(unit=0, headline=tops[0]), *begins[1:]]


def _with_day_above(units: Sequence[Unit], heading: int) -> int:
    """Return the unit of the day right above a heading that is apart from what stands above it, else the heading."""
    above = units[heading - 1] if heading else None
    is_its_own = above is not None and above.kind in ("date", "time") and above.gap > 0 and units[heading].gap == 0
    return heading - 1 if is_its_own else heading


def _level(unit: Unit) -> int:
    """Return the level of a heading, the lowest for a line that is all bold, and 0 for other lines."""
    if unit.kind == "heading":
        return len(unit.text) - len(unit.text.lstrip("#")) or 1  # underlined
    return _BOLD_LEVEL if _BOLD_TITLE.fullmatch(unit.text) else 0


def _words(heading: Unit) -> str:
    return heading.text.strip("#*_ ")


def _is_dated(units: Sequence[Unit], heading: int) -> bool:
    under = [unit for unit in units[heading + 1 : heading + 3] if unit.kind in ("date", "byline")]
    above = units[_with_day_above(units, heading)]
    return any(full_dates(unit.text) for unit in [above, units[heading], *under])


def _is_signed(units: Sequence[Unit], heading: int) -> bool:
    """Say whether a time or a byline stands under a heading, or a rule above it."""
    under = units[heading + 1 : heading + 3]
    return any(unit.kind in ("date", "time", "byline") or _LABELLED_DAY.match(unit.text) for unit in under) or (
        heading > 0 and units[heading - 1].kind == "rule"
    )


def _is_headline_heading(units: Sequence[Unit], heading: int) -> bool:
    after = _paragraph_after(units, heading)
    if after is None or len(units[heading].text.split()) < 5:
        return False
    return len(stems(units[heading].text) & stems(units[after].text)) >= 2


def _first_headline(units: Sequence[Unit], title: str | None) -> int | None:
    """Return the headline above the first paragraph: the document's own title, or the first line that can be one."""
    paragraph = next((i for i, unit in enumerate(units) if unit.kind == "body"), len(units))
    top = [i for i in range(paragraph) if _may_be_headline(units[i])]
    if title and not is_issuer(title):
        named = [i for i in top if _same_title(units[i].text, title)]
        return max(named, key=lambda i: len(units[i].text)) if named else None
    if paragraph == len(units):
        return 0 if top[:1] == [0] else None
    if not top:
        return paragraph if _is_sentence_headline(units, paragraph) else None
    top = below_issuer(units, top)
    # A site's or page's name may stand above the headline.
    opening = stems(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", units[paragraph].text[:_CAPTION_CHARACTERS]))
    captioned = [i for i in top if is_captioned(units, i, paragraph)]
    if len(units[top[0]].text.split()) > 3:
        return max(captioned or top[:1], key=lambda i: (len(stems(units[i].text) & opening), -i))
    lede = stems(units[paragraph].text)
    rivals = (i for i in top if len(units[i].text.split()) >= 5 and len(stems(units[i].text) & lede) >= 2)
    return next(rivals, top[0])


def _may_be_headline(unit: Unit) -> bool:
    fits = unit.kind == "short" and len(unit.text) <= 200 and unit.text[-1] not in ",;"
    return fits and bool(WORD.search(unit.text)) and not is_label(unit.text)


def _is_sentence_headline(units: Sequence[Unit], at: int) -> bool:
    """Say whether the first sentence is a headline with a full stop: a wide gap below it, and its words said again."""
    if any(unit.kind in ("item", "heading") for unit in units[:at]) or at + 1 >= len(units):
        return False
    text, below = units[at].text, units[at + 1]
    is_short = len(text) <= 120 and ". " not in text and text[0] not in "“\"‘'"
    return is_short and below.kind == "body" and below.gap >= 2 and len(stems(text) & stems(below.text)) >= 3


def _same_title(line: str, title: str) -> bool:
    ours, theirs = (" ".join(WORD.findall(text.lower())) for text in (line, title))
    return len(ours) > 8 and (ours in theirs or theirs in ours)


def _later_openings(units: Sequence[Unit], first: int | None, document: Document) -> list[Opening]:
    """Return where further articles begin."""
    found = [opening for opening in openings(units) if first is None or opening.paragraph > first]
    if entries := clock_entries(units) or letters(units) or briefs(units):
        return entries
    if len(found) < 2:
        return []
    is_titled = bool(document.title) and first is not None
    is_marked_up = document.media_type == "text/html"
    begun = beginnings(units, found, first, is_titled=is_titled, is_marked_up=is_marked_up)
    if begun or document.media_type not in ("text/plain", "text/html"):
        return begun
    is_title_case_page = first is not None and is_title_case(units[first].text)
    weak = [o for o in found[1:] if _has_weak_signs(units, o, is_title_case_page=is_title_case_page)]
    heads = {o.headline for o in weak if o.headline is not None} | ({first} if first is not None else set())
    return [] if _has_subheadings(units, heads) else weak


def _has_weak_signs(units: Sequence[Unit], opening: Opening, *, is_title_case_page: bool) -> bool:
    """Say whether a line reads as a headline of the news that follows: its words, and a report's, come back there.

    It must be set off, too: in title case as the first headline is, or by a wider gap than paragraphs have.
    """
    headline, paragraph = opening.headline, opening.paragraph
    if headline is None:
        return False
    title, text = units[headline].text, units[paragraph].text
    is_set_off = (is_title_case_page and is_title_case(title)) or "gap" in opening.signs
    if len(title.split()) < 5 or not is_set_off or _POINTING_BACK.match(text) or len(text) < 80:
        return False
    following = " ".join(unit.text for unit in units[paragraph : paragraph + 2] if unit.kind == "body")
    return len(stems(title) & stems(text)) >= 2 and bool(_NEWS_WORDS.search(following))


def _has_subheadings(units: Sequence[Unit], headlines: set[int]) -> bool:
    """Say whether short lines that are no headlines stand above paragraphs: then the others may be the like."""
    return any(
        unit.kind == "short"
        and unit.gap > 0
        and i not in headlines
        and i - 1 not in headlines
        and units[i + 1].kind == "body"
        and unit.text[0].isupper()
        and unit.text[-1] not in ".,;:!"
        and not is_quoted_only(unit.text)
        for i, unit in enumerate(units[:-1])
    )


def _paragraph_after(units: Sequence[Unit], at: int) -> int | None:
    shorts = 0
    for i in range(at + 1, min(len(units), at + 1 + _NEAR_UNITS)):
        if units[i].kind == "body":
            return i
        shorts += units[i].kind == "short"
        if units[i].kind in ("heading", "rule") or shorts > _SHORT_UNITS:
            return None
    return None


def _article(document: Document, begin: _Begin, units: Sequence[Unit], *, is_only: bool, date: Dated | None) -> Article:
    headline = None if begin.headline is None else begin.headline - begin.unit
    title, span = _title(document, units, headline, is_only=is_only)
    return Article(
        document=document,
        start=units[0].start,
        end=units[-1].end,
        title=title,
        title_span=span,
        date=date,
        boilerplate=tuple(_boilerplate(document, units, headline, title or "")),
    )


def _title(
    document: Document, units: Sequence[Unit], headline: int | None, *, is_only: bool
) -> tuple[str | None, Span | None]:
    if headline is not None:
        unit = units[headline]
        found = (HEADING if unit.kind == "heading" else _BOLD_TITLE).fullmatch(unit.text)
        start, end = (
            (unit.start + found.start("title"), unit.start + found.end("title")) if found else (unit.start, unit.end)
        )
        span = Span(start=start, end=end)
        return " ".join(span.of(document.text).split()), span
    if not is_only or not document.title:
        return None, None
    title = " ".join(document.title.split())
    at = document.text.find(title, 0, 2000)
    return title, Span(start=at, end=at + len(title)) if at >= 0 else None


def _boilerplate(document: Document, units: Sequence[Unit], headline: int | None, title: str) -> Iterator[Span]:
    """Yield what is not content, in order: boilerplate lines, rules, repeated titles, glued captions, photo credits."""
    in_list = False
    is_page = document.media_type in ("text/plain", "text/html", "application/pdf")
    for i, unit in enumerate(units):
        if unit.kind in ("list", "tail", "inline", "rule"):
            in_list = unit.kind == "list" or (in_list and unit.kind == "inline")
            yield unit.span
        elif i == headline:
            in_list = False
        elif unit.kind == "short" and is_page and (in_list or _is_quoted_subheading(unit) or unit.text == title):
            yield unit.span
        elif unit.kind == "body":
            in_list = False
            if is_page:
                yield from _inside(document.text, unit, title)


def _is_quoted_subheading(unit: Unit) -> bool:
    """Say whether a line only repeats words of one of the article's quotes."""
    return unit.gap > 0 and is_quoted_only(unit.text)


def _inside(text: str, unit: Unit, title: str) -> Iterator[Span]:
    begin = caption_prefix_end(text, unit.start, headline=title)
    if begin > unit.start:
        yield Span(start=unit.start, end=begin)
    credit = trailing_credit(text[unit.start : unit.end])
    if credit and unit.start + credit[0] > begin:
        yield Span(start=unit.start + credit[0], end=unit.start + credit[1])
