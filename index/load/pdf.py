"""PDF: the text layer as paragraphs, without repeated headers, footers and page numbers."""

from __future__ import annotations

import collections
import datetime
import io
import logging
import re
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.errors import LoadError
from index.load.pieces import clean, one_line
from index.types import Dated, Document

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_PAGES = 10_000
_EDGE_LINES = 3  # at the top and bottom of a page, where headers and footers stand
_REPEATED_SHARE = 0.5  # of the pages
_FULL_LINE = 0.75  # of the page's usual line length: a shorter line ends its paragraph
_SHORTEST_USUAL = 30  # a page whose lines are all shorter is a list or a title page
_PAGE_NUMBER = re.compile(r"^[\W_]*(?:page\s*)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?[\W_]*$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_LIST_ITEM = re.compile(r"^(?:[•·▪◦‣*–-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s")
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*$")
_BROKEN_WORD = re.compile(r"\b[^\W\d_]{2,}-$")
# What a parser of hostile or damaged input lets through besides its own errors.
_DAMAGE = (KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError, AssertionError, ArithmeticError,
           zlib.error, NotImplementedError, OSError, EOFError)  # fmt: skip


def load(data: bytes, *, source: str) -> Document:
    """Return the text layer of a PDF; `page_starts` says where each page begins in it.

    Raises:
        LoadError: it is not a PDF, is cut short, needs a password, or is made of pictures without a text layer.
    """
    if b"%PDF-" not in data[:1024]:
        raise LoadError("the file is not a PDF (it does not begin as one); give it the suffix of its real format")
    pages, title, date = _read(data)
    if not any(page for page in pages):
        raise LoadError("the PDF holds scanned pictures without a text layer; run OCR on it first")
    text, starts = _joined([_paragraphs(lines) for lines in _without_edges(pages)])
    return Document(
        source=source,
        text=text,
        media_type="application/pdf",
        title=title,
        date=Dated(value=date, basis="metadata") if date else None,
        page_starts=starts,
    )


def _read(data: bytes) -> tuple[list[list[str]], str | None, datetime.date | None]:
    """Return the lines of every page, the title and the day of creation."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    cut = "the PDF is cut short (its end is missing)" if b"%%EOF" not in data[-65_536:] else "the PDF is damaged"
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        _unlock(reader)
        if len(reader.pages) > MAX_PAGES:
            raise LoadError(f"the PDF has {len(reader.pages):,} pages and the limit is {MAX_PAGES:,}; split it")
        pages = [_lines(page.extract_text()) for page in reader.pages]
        if not pages:
            raise LoadError(f"{cut}; get a whole copy")
        return pages, *_metadata(reader)
    except (PyPdfError, *_DAMAGE) as error:
        raise LoadError(f"{cut}; get a whole copy") from error


def _unlock(reader: PdfReader) -> None:
    """Open a PDF that only restricts printing (an empty password); refuse one that needs a password."""
    from pypdf.errors import DependencyError, FileNotDecryptedError

    if not reader.is_encrypted:
        return
    try:
        opened = reader.decrypt("")
    except (DependencyError, FileNotDecryptedError, NotImplementedError):
        opened = None
    if not opened:
        raise LoadError("the PDF is encrypted with a password; save a copy without one")


def _metadata(reader: PdfReader) -> tuple[str | None, datetime.date | None]:
    try:
        information = reader.metadata
        if information is None:
            return None, None
        title = one_line(information.title or "")
        created = information.creation_date
    except (*_DAMAGE,):
        return None, None
    is_name = not title or title.lower().startswith(("untitled", "microsoft word -")) or title.lower().endswith(".pdf")
    return (None if is_name else title), (created.date() if created else None)


def _lines(text: str) -> list[str]:
    """Return the page's lines; an empty one stands for a gap."""
    lines = [clean(line) for line in text.replace("\r", "\n").split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _without_edges(pages: Sequence[list[str]]) -> list[list[str]]:
    """Drop the lines that repeat, but for their digits, at the top or bottom of most pages, and bare page numbers."""
    counts: collections.Counter[str] = collections.Counter()
    for lines in pages:
        counts.update({_shape(lines[i]) for i in _edges(lines)})
    enough = max(2, _REPEATED_SHARE * len(pages))
    repeated = {shape for shape, count in counts.items() if shape and count >= enough and len(pages) > 1}
    kept: list[list[str]] = []
    for lines in pages:
        edges = _edges(lines)
        first_and_last = {0, len(lines) - 1}
        kept.append(
            [
                line
                for i, line in enumerate(lines)
                if not (i in edges and _shape(line) in repeated)
                and not (i in first_and_last and len(pages) > 1 and _PAGE_NUMBER.match(line))
            ]
        )
    return kept if any(any(lines) for lines in kept) else list(pages)


def _edges(lines: Sequence[str]) -> set[int]:
    places = [i for i, line in enumerate(lines) if line]
    return {*places[:_EDGE_LINES], *places[-_EDGE_LINES:]}


def _shape(line: str) -> str:
    return _DIGITS.sub("#", line).lower()


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Join the lines of each paragraph; a heading, a list item and what follows a gap stay apart."""
    usual = _usual_length(lines)
    paragraphs: list[str] = []
    gap = True
    last = ""
    for line in lines:
        if not line:
            gap = True
            continue
        if gap or not paragraphs or not _continues(last, line, usual):
            paragraphs.append(line)
        elif _BROKEN_WORD.search(last) and line[:1].islower():
            paragraphs[-1] = paragraphs[-1][:-1] + line
        else:
            paragraphs[-1] += " " + line
        gap, last = False, line
    return paragraphs


def _usual_length(lines: Sequence[str]) -> int:
    lengths = sorted(len(line) for line in lines if line)
    return lengths[int(0.8 * (len(lengths) - 1))] if lengths else 0


def _continues(last: str, line: str, usual: int) -> bool:
    if _LIST_ITEM.match(line):
        return False
    if line[:1].islower() or _BROKEN_WORD.search(last):
        return not _SENTENCE_END.search(last) or len(last) >= _FULL_LINE * usual
    return usual >= _SHORTEST_USUAL and len(last) >= _FULL_LINE * usual


def _joined(pages: Sequence[Sequence[str]]) -> tuple[str, tuple[int, ...]]:
    """Return all pages as one text; a paragraph that runs over a page's end is joined with a blank."""
    text = ""
    starts: list[int] = []
    for paragraphs in pages:
        body = "\n\n".join(paragraphs)
        if text and body:
            runs_on = body[0].islower() and not _SENTENCE_END.search(text)
            if runs_on and _BROKEN_WORD.search(text):
                text = text[:-1]
            else:
                text += " " if runs_on else "\n\n"
        starts.append(len(text))
        text += body
    return text, tuple(starts)
