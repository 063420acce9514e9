"""Texts cut into pieces, of which some are to be marked: quotes in their paragraphs, markers in answers. Pure.

Pieces are plain text; whoever writes them as markup escapes them. Joined, the pieces are the text, to the last letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals.types import Checked
from qa.types import Citation

_MARKER = re.compile(r"\[(\d{1,4}(?:\s*,\s*\d{1,4})*)\]")
_NUMBER = re.compile(r"\d{1,4}")
_QUOTES = {"'": "['‘’‚‛ʼ`´]", '"': '["“”„‟«»]', "-": "[-‐‑‒–—−]"}
_SAME = {letter: group for group in _QUOTES.values() for letter in group[1:-1]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    text: str
    marked: bool = False
    citation: int | None = None  # the piece is a marker, or a number inside one


def cut(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """Return the text in pieces, those inside a span marked; spans may overlap and reach beyond the text."""
    pieces: list[Piece] = []
    place = 0
    for start, end in merged(spans, len(text)):
        if place < start:
            pieces.append(Piece(text=text[place:start]))
        pieces.append(Piece(text=text[start:end], marked=True))
        place = end
    if place < len(text):
        pieces.append(Piece(text=text[place:]))
    return tuple(pieces)


def merged(spans: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Return spans in order, cut to 0..length, those that touch as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def in_paragraph(citation: Citation, checked: Checked | None) -> tuple[Piece, ...]:
    """Return the paragraph of a citation with its quote marked; where it does not stand there, the quote alone."""
    quote = citation.quote
    if checked is None or not checked.paragraph:
        return cut(quote, [(0, len(quote))])
    paragraph = checked.paragraph
    start = citation.start - checked.paragraph_start
    if start >= 0 and paragraph[start : start + len(quote)] == quote:
        return cut(paragraph, [(start, start + len(quote))])
    return cut(paragraph, places_of(quote, paragraph)[:1]) if quote in paragraph else cut(quote, [(0, len(quote))])


def with_quotes(text: str, quotes: Sequence[str]) -> tuple[Piece, ...]:
    """Return the text with each quote marked wherever it stands."""
    return cut(text, [span for quote in quotes for span in places_of(quote, text)])


def places_of(quote: str, text: str) -> list[tuple[int, int]]:
    """Return where a quote stands in a text, whatever its case, spaces, and shapes of quotes and dashes."""
    words = quote.split()
    if not words:
        return []
    pattern = r"\s+".join("".join(_SAME.get(letter, re.escape(letter)) for letter in word) for word in words)
    return [found.span() for found in re.finditer(pattern, text, re.IGNORECASE)]


def with_markers(text: str, known: Iterable[int]) -> tuple[Piece, ...]:
    """Return an answer's text with its markers that cite something as pieces of their own: "[1]", or 1 in "[1, 2]"."""
    numbers = frozenset(known)
    pieces: list[Piece] = []
    place = 0
    for marker in _MARKER.finditer(text):
        alone = marker.group(1).isdigit()
        for found in [marker] if alone else _NUMBER.finditer(text, marker.start(), marker.end()):
            number = int(found.group(1) if alone else found.group())
            if number not in numbers:
                continue
            if place < found.start():
                pieces.append(Piece(text=text[place : found.start()]))
            pieces.append(Piece(text=found.group(), citation=number))
            place = found.end()
    if place < len(text):
        pieces.append(Piece(text=text[place:]))
    return tuple(pieces)
