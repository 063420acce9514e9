"""A file as a document: `load` picks the reader by the file's suffix and content.

Every reader takes bytes and returns a `Document`, or raises `LoadError` with one line that says what was found and
what to do. A third-party parser is imported when a file needs it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Protocol

from index.errors import LoadError
from index.load.docx import load as load_docx
from index.load.eml import load as load_eml
from index.load.epub import load as load_epub
from index.load.html import load as load_html
from index.load.json_ import load as load_json
from index.load.pdf import load as load_pdf
from index.load.regular import read_regular
from index.load.tabular import load as load_table
from index.load.text import load as load_text
from index.types import Document

__all__ = ["MAX_CHARACTERS", "MAX_FILE_BYTES", "MAX_PACKED_FILE_BYTES", "SUFFIXES", "load", "load_bytes", "max_bytes"]

MAX_FILE_BYTES = 50_000_000  # text, Markdown, HTML, e-mail, CSV, JSON
MAX_PACKED_FILE_BYTES = 200_000_000  # PDF, DOCX, EPUB: mostly pictures and fonts
MAX_CHARACTERS = 50_000_000  # of a document's text


class _Reader(Protocol):
    def __call__(self, data: bytes, *, source: str) -> Document: ...


_READERS: dict[str, _Reader] = {
    ".txt": load_text,
    ".text": load_text,
    ".md": load_text,
    ".markdown": load_text,
    ".html": load_html,
    ".htm": load_html,
    ".xhtml": load_html,
    ".pdf": load_pdf,
    ".docx": load_docx,
    ".eml": load_eml,
    ".csv": load_table,
    ".tsv": load_table,
    ".json": load_json,
    ".jsonl": load_json,
    ".ndjson": load_json,
    ".epub": load_epub,
}
_PACKED: frozenset[Callable[..., Document]] = frozenset({load_pdf, load_docx, load_epub})
SUFFIXES: frozenset[str] = frozenset(_READERS)

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def load(path: Path, *, source: str, inside: Path | None = None) -> Document:
    """Return the file at `path` as a document named `source`.

    Args:
        path: a regular file; its suffix (any case) says the format, but a PDF named .txt is read as a PDF.
        source: the name shown to the user.
        inside: a folder above the path, below which no link is followed.

    Raises:
        LoadError: in one line, why the file cannot be read: missing, no right to read, not a regular file, unknown
            suffix, too large, empty, binary, encrypted, cut short, or without any text.
    """
    data = read_regular(path, limit=max_bytes(path.suffix), inside=inside)
    return load_bytes(data, source=source, suffix=path.suffix)


def load_bytes(data: bytes, *, source: str, suffix: str | None = None) -> Document:
    """Return the content of a file as a document; `suffix` says the format (None: that of `source`).

    Raises:
        LoadError: as `load` does.
    """
    reader = load_pdf if data.startswith(b"%PDF-") else _reader(PurePath(source).suffix if suffix is None else suffix)
    document = reader(data, source=source)
    if len(document.text) > MAX_CHARACTERS:
        raise LoadError(
            f"the file holds {len(document.text) / 1e6:,.0f} million characters and the limit is "
            f"{MAX_CHARACTERS / 1e6:,.0f} million; split it into parts"
        )
    return _storable(document)


def max_bytes(suffix: str) -> int:
    """Return how large a file with this suffix may be. Raises LoadError when the suffix is unknown."""
    return MAX_PACKED_FILE_BYTES if _reader(suffix) in _PACKED else MAX_FILE_BYTES


def _reader(suffix: str) -> _Reader:
    reader = _READERS.get(suffix.lower())
    if reader is None:
        known = " ".join(sorted(SUFFIXES))
        raise LoadError(f"files of type {suffix or '(no suffix)'} cannot be read; known are {known}")
    return reader


def _storable(document: Document) -> Document:
    """Return the document without half characters, which no database stores (they come from broken JSON or PDF)."""
    if not _LONE_SURROGATE.search(document.text):
        return document
    return dataclasses.replace(document, text=_LONE_SURROGATE.sub("\ufffd", document.text))
