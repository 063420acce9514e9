"""The pieces of writing on a web page that holds several: blocks that come again and again, each under a head. Pure.

A page of news, a blog or a live blog repeats one element (the same tag and class) for each piece; older pages and
newsletters only set headings, bold lines or terms of one kind one after another. Sections of one article look alike;
what tells them apart is a date, a byline or a link in each head, or what the element is called.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from index.cohesion import are_articles
from index.dates import find_dates, full_dates

_Element = Any

_PLAIN_TAGS = frozenset(("p", "span", "a", "b", "i", "em", "strong", "td", "th", "tr", "tbody", "br", "body", "html"))
_PIECE_CLASS = re.compile(
    r"(?:^|[-_ ])(?:story|stories|post|entry|item|news|article|release|update|brief|card|hentry|letter|obituary|"
    r"report)(?:$|[-_ ])",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"\b(?:\d+ (?:min(?:ute)?|hour|day|week|month)s? ago|yesterday|(?:posted|published|filed|issued)\b)"
    r"|^\d{1,2}[.:]\d\d\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:By|BY|Written by) [A-Z]")
_HEAD_BLOCKS = 4
_STAMP_CHARACTERS = 80
_PROSE_CHARACTERS = 60
_COVERED = 0.5  # of the page's prose, at least, stands in its pieces
_SIGNED = 0.5  # of the pieces, at least, have a date, a byline or a link in the head


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, heading, list item or table row of a page."""

    text: str
    kind: str  # heading, term, item, row, line (broken by <br>), rule or paragraph
    level: int = 0  # of a heading
    piece: int = 0  # number of the piece it stands in; 0: in none
    linked: bool = False  # most of its words are links
    strong: bool = False  # all of its words are bold
    lead: str = ""  # the bold words with which a paragraph begins

    @property
    def is_paragraph(self) -> bool:
        is_text = self.kind in ("paragraph", "line", "item") and not self.linked
        return is_text and len(self.text) >= _PROSE_CHARACTERS

    @property
    def is_head(self) -> bool:
        rest = self.text[len(self.lead) :]
        is_dated = bool(self.lead) and len(rest) <= _STAMP_CHARACTERS // 2 and bool(full_dates(rest))
        return self.kind in ("heading", "term") or ((self.strong or is_dated) and len(self.text) <= 150)

    @property
    def is_stamp(self) -> bool:
        """Whether the line is short and says when or by whom something was written."""
        if len(self.text) > _STAMP_CHARACTERS or self.is_head:
            return False
        has_day = any(mention.day is not None for mention in find_dates(self.text))
        return has_day or bool(_STAMP.search(self.text) or _BYLINE.match(self.text))


def is_documentation(body: _Element) -> bool:
    """Say whether there is code on a page; the heads on such a page are sections unless they are dated."""
    return bool(body.xpath("boolean(.//pre|.//code|.//kbd|.//samp|.//tt)"))


def repeated(body: _Element, blocks_of: Callable[[_Element], Sequence[Block]], headline: str | None) -> list[_Element]:
    """Return the elements that each hold a piece of writing, in order; none when the page has no such.

    Args:
        blocks_of: gives the blocks of an element.
        headline: the page's only first-level heading.
    """
    whole = sum(len(block.text) for block in blocks_of(body) if block.is_paragraph)
    is_sure = not is_documentation(body)
    best: list[_Element] = []
    best_length = _COVERED * whole
    for elements in _alike(body):
        pieces = [(element, blocks_of(element)) for element in elements]
        pieces = [(element, blocks) for element, blocks in pieces if _is_piece(blocks)]
        length = sum(len(block.text) for _, blocks in pieces for block in blocks if block.is_paragraph)
        if (
            len(pieces) >= 2
            and length > best_length
            and (_are_articles(pieces, headline) if is_sure else _are_dated(pieces))
        ):
            best, best_length = [element for element, _ in pieces], length
    return best


def _alike(body: _Element) -> list[list[_Element]]:
    """Return the groups of elements that have tag and class in common and stand under like elements."""
    groups: defaultdict[tuple[object, ...], list[_Element]] = defaultdict(list)
    for element in body.iter():
        if not isinstance(element.tag, str) or element.tag in _PLAIN_TAGS or element is body:
            continue
        name, parent = _class_of(element), element.getparent()
        above = (parent.tag, _class_of(parent)) if name else (id(_holder(element)),)
        groups[(element.tag, name, *above)].append(element)
    return [elements for elements in groups.values() if len(elements) >= 2 and not _is_nested(elements)]


def _holder(element: _Element) -> _Element:
    """Return the element that holds this one: of a table in a cell, the table around it."""
    parent = element.getparent()
    while parent.tag in ("td", "tr", "tbody") and parent.getparent() is not None:
        parent = parent.getparent()
    return parent


def _class_of(element: _Element) -> str:
    return (element.get("class") or "").split(" ")[0]


def _is_nested(elements: Sequence[_Element]) -> bool:
    known = set(elements)
    return any(above in known for above in elements[-1].iterancestors())


def _is_piece(blocks: Sequence[Block]) -> bool:
    """Say whether an element holds a head and, below it, a text."""
    head = next((i for i, block in enumerate(blocks[:_HEAD_BLOCKS]) if block.is_head or block.is_stamp), None)
    return head is not None and any(
        not block.linked and not block.is_stamp and len(block.text.split()) >= 5 for block in blocks[head + 1 :]
    )


def _are_articles(pieces: Sequence[tuple[_Element, Sequence[Block]]], headline: str | None) -> bool:
    """Say whether alike elements are articles and not the sections of one."""
    if _PIECE_CLASS.search(pieces[0][0].get("class") or ""):
        return True
    if headline is None or len(headline.split()) <= 3:
        return True
    signed = sum(_is_signed(blocks) for _, blocks in pieces)
    return signed >= _SIGNED * len(pieces)


def _are_dated(pieces: Sequence[tuple[_Element, Sequence[Block]]]) -> bool:
    dated = sum(any(block.is_stamp for block in blocks[:_HEAD_BLOCKS]) for _, blocks in pieces)
    return dated >= _SIGNED * len(pieces)


def _is_signed(blocks: Sequence[Block]) -> bool:
    near = blocks[:_HEAD_BLOCKS]
    return any(block.is_stamp or (block.is_head and block.linked) for block in near)


def cuts(blocks: Sequence[Block], headline: str | None, *, is_documentation: bool) -> list[int]:
    """Return the blocks at which pieces begin that have no element of their own; none when there are not several.

    They begin at the heads of one kind: the highest of which half or more are dated, signed, linked or under a rule, or
    whose texts are articles by what they say. Of bold lines only those count that have such a sign.
    """
    for kind in sorted({_rank(block) for block in blocks if block.is_head}):
        heads = [i for i, block in enumerate(blocks) if block.is_head and _rank(block) == kind]
        heads = [
            i for i, below in zip(heads, [*heads[1:], len(blocks)], strict=True) if _has_text(blocks[i + 1 : below])
        ]
        signed = [i for i in heads if _is_marked(blocks, i, is_dated=is_documentation)]
        if len(signed) >= 2 and len(signed) >= _SIGNED * len(heads):
            return [_top_of_head(blocks, i) for i in (signed if kind == _BOLD else heads)]
        if kind < _TERM and not is_documentation and _are_apart(blocks, heads, headline):
            return heads
    return [] if is_documentation else _leads(blocks, headline)


def _leads(blocks: Sequence[Block], headline: str | None) -> list[int]:
    """Return the paragraphs that each begin with other bold words, when half of them or more do; else none."""
    found = [i for i, block in enumerate(blocks) if block.lead and block.is_paragraph]
    paragraphs = sum(block.is_paragraph for block in blocks[found[0] :]) if found else 0
    words = [blocks[i].lead for i in found]
    if len(found) < 3 or len(set(words)) < len(words) or 2 * len(found) < paragraphs:
        return []
    is_page = headline is None or len(headline.split()) <= 4
    return found if (is_page and all(map(str.isupper, words))) or _are_apart(blocks, found, headline) else []


def _are_apart(blocks: Sequence[Block], heads: Sequence[int], headline: str | None) -> bool:
    """Say whether the texts under heads are articles by what they say, and not sections below the page's headline."""
    if not heads:
        return False
    bounds = [*heads[1:], len(blocks)]
    sections = [
        (blocks[i].text, " ".join(block.text for block in blocks[i + 1 : end]))
        for i, end in zip(heads, bounds, strict=True)
    ]
    above = blocks[: heads[0]]
    is_long = headline is not None and len(headline.split()) >= 4
    is_headline = is_long and any(block.is_paragraph or _BYLINE.match(block.text) for block in above)
    return are_articles(sections, title=headline, is_under_headline=is_headline)


_TERM, _BOLD = 7, 8  # below the levels of headings


def _rank(block: Block) -> int:
    return block.level if block.kind == "heading" else _TERM if block.kind == "term" else _BOLD


def _has_text(blocks: Sequence[Block]) -> bool:
    return any(len(block.text.split()) >= 5 and not block.linked and not block.is_head for block in blocks)


def _is_marked(blocks: Sequence[Block], head: int, *, is_dated: bool) -> bool:
    """Say whether a head has a date, a byline or a link, or stands under a rule or a date.

    Args:
        is_dated: only a date or byline will do.
    """
    below = next((i for i in range(head + 1, len(blocks)) if blocks[i].is_paragraph), head + 2)
    near = blocks[head + 1 : min(below, head + _HEAD_BLOCKS)]
    above = blocks[head - 1] if head else None
    return (
        (blocks[head].linked and not is_dated)
        or any(block.is_stamp for block in near)
        or any(mention.day is not None for mention in find_dates(blocks[head].text))
        or (above is not None and ((above.kind == "rule" and not is_dated) or above.is_stamp))
    )


def _top_of_head(blocks: Sequence[Block], head: int) -> int:
    """Return the first block of a head: the date above it, unless there is one below."""
    if head == 0 or not blocks[head - 1].is_stamp or (head + 1 < len(blocks) and blocks[head + 1].is_stamp):
        return head
    return head - 1
