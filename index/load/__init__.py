"""A file as a document: `load` picks the reader by the file's suffix and content.

Every reader takes bytes and returns a `Document`, or raises `LoadError` with one line that says what was found and
what to do. A third-party parser is imported when a file needs it.
"""

from __future__ import annotations

import dataclasses
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from index.errors import LoadError
from index.load.docx import load as load_docx
from index.load.eml import load as load_eml
from index.load.epub import load as load_epub
from index.load.html import load as load_html
from index.load.json_ import load as load_json
from index.load.pdf import load as load_pdf
from index.load.tabular import load as load_table
from index.load.text import load as load_text
from index.types import Document

__all__ = ["MAX_FILE_BYTES", "MAX_PACKED_FILE_BYTES", "SUFFIXES", "load"]

MAX_FILE_BYTES = 50_000_000  # text, Markdown, HTML, e-mail, CSV, JSON
MAX_PACKED_FILE_BYTES = 200_000_000  # PDF, DOCX, EPUB: mostly pictures and fonts


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


def load(path: Path, *, source: str) -> Document:
    """Return the file at `path` as a document named `source`.

    Args:
        path: a regular file; its suffix (any case) says the format, but a PDF named .txt is read as a PDF.
        source: the name shown to the user.

    Raises:
        LoadError: in one line, why the file cannot be read: missing, no right to read, not a regular file, unknown
            suffix, too large, empty, binary, encrypted, cut short, or without any text.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = " ".join(sorted(SUFFIXES))
        raise LoadError(f"files of type {path.suffix or '(no suffix)'} cannot be read; known are {known}")
    data = _read(path, MAX_PACKED_FILE_BYTES if reader in _PACKED else MAX_FILE_BYTES)
    if data.startswith(b"%PDF-"):
        reader = load_pdf
    document = reader(data, source=source)
    return _storable(document)


def _read(path: Path, limit: int) -> bytes:
    """Return the bytes of a regular file of at most `limit` bytes; the size is looked at before anything is read."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise LoadError("this is not a regular file; give a file or a folder of files")
        _check_size(status.st_size, limit)
        with open(path, "rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError as error:
        raise LoadError("nothing is at this path; check its spelling") from error
    except PermissionError as error:
        raise LoadError("there is no right to read the file; change its permissions") from error
    except OSError as error:
        raise LoadError(f"the file cannot be read ({error.strerror or type(error).__name__})") from error
    _check_size(len(data), limit)
    if not data:
        raise LoadError("the file is empty (0 bytes); there is nothing to index")
    return data


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise LoadError(
            f"the file is {size / 1e6:,.0f} MB and the limit of its kind is {limit / 1e6:,.0f} MB; split it into parts"
        )


def _storable(document: Document) -> Document:
    """Return the document without half characters, which no database stores (they come from broken JSON or PDF)."""
    if not _LONE_SURROGATE.search(document.text):
        return document
    return dataclasses.replace(document, text=_LONE_SURROGATE.sub("\ufffd", document.text))
