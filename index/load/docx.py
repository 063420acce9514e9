"""Word documents: paragraphs, headings, list items and tables in reading order, footnotes at the end."""

from __future__ import annotations

import datetime
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from index.errors import LoadError
from index.load.packed import open_packed, parse_xml, read_member, refuse_entities
from index.load.pieces import clean, one_line
from index.types import Dated, Document

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_KIND = "DOCX"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What python-docx and zipfile let through when a file is damaged in places that they read only in passing.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
           KeyError, ValueError, TypeError, AttributeError, IndexError)  # fmt: skip
_MAX_COLUMNS = 10_000
_TEMPLATE_DATES = frozenset((datetime.date(2013, 12, 23),))  # when python-docx's own empty template was made


def load(data: bytes, *, source: str) -> Document:
    """Return a Word document's text; its core properties give title and date.

    Raises:
        LoadError: it is not a DOCX file, is cut short, encrypted, made to do harm, or without text.
    """
    archive = open_packed(data, kind=_KIND)
    text, title, created = _read(_without_pictures(archive), _footnotes(archive))
    if not text.strip():
        raise LoadError("the DOCX file holds no text; if it is made of pictures, run OCR on it first")
    return Document(
        source=source,
        text=text,
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        title=title,
        date=Dated(value=created, basis="metadata") if created and created not in _TEMPLATE_DATES else None,
    )


def _without_pictures(archive: zipfile.ZipFile) -> BytesIO:
    """Return the archive with its XML alone, looked through; what else it holds is left empty and never unpacked."""
    read_member(archive, "word/document.xml", kind=_KIND)
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in dict.fromkeys(archive.namelist()):
            member = b""
            if name.endswith((".xml", ".rels")):
                member = read_member(archive, name, kind=_KIND)
                refuse_entities(member, kind=_KIND)
            target.writestr(name, member)
    return out


def _read(data: BytesIO, footnotes: list[str]) -> tuple[str, str | None, datetime.date | None]:
    """Return the text, and the title and the day of creation that the core properties give."""
    import docx
    from docx.opc.exceptions import OpcError
    from docx.oxml.exceptions import XmlchemyError
    from lxml.etree import XMLSyntaxError

    try:
        word = docx.Document(data)
        properties = word.core_properties
        created = properties.created
        title = one_line(properties.title or "")
        return _text(word, footnotes), title or None, created.date() if created else None
    except (OpcError, XmlchemyError, XMLSyntaxError, *_DAMAGE) as error:
        raise LoadError(
            "the DOCX file is damaged or not a Word document; open and save it in a word processor"
        ) from error


def _text(word: WordDocument, footnotes: list[str]) -> str:
    lines: list[str] = []
    was_close = False
    for text, is_close in _blocks(word):
        lines.append(("\n" if lines and not (was_close and is_close) else "") + text)
        was_close = is_close
    lines += ["\n" + note for note in footnotes]
    return "\n".join(lines)


def _blocks(container: Any) -> Iterator[tuple[str, bool]]:
    """Yield paragraphs and table rows in order, and whether each belongs close to its like (list item, table row)."""
    from docx.table import Table

    for block in container.iter_inner_content():
        if isinstance(block, Table):
            yield from ((row, True) for row in _rows(block))
            continue
        text = clean(block.text)
        if text:
            is_item = block.style is not None and (block.style.name or "").startswith("List")
            yield ("- " + text if is_item else text), is_item


def _rows(table: Any) -> Iterator[str]:
    for row in table.rows:
        if sum(cell.grid_span for cell in row._tr.tc_lst) > _MAX_COLUMNS:
            raise LoadError(f"the DOCX file holds a table of more than {_MAX_COLUMNS:,} columns; it is not opened")
        cells: list[str] = []
        last = None
        for cell in row.cells:
            if cell._tc is not last:  # a merged cell comes once for every column that it spans
                cells.append(one_line(" ".join(text for text, _ in _blocks(cell))))
            last = cell._tc
        if any(cells):
            yield " | ".join(cell for cell in cells if cell)


def _footnotes(archive: zipfile.ZipFile) -> list[str]:
    if "word/footnotes.xml" not in archive.namelist():
        return []
    root = parse_xml(read_member(archive, "word/footnotes.xml", kind=_KIND), kind=_KIND)
    notes = (_note(note) for note in root.iter(f"{_WORD}footnote"))
    return [note for note in notes if note]


def _note(note: ElementTree.Element) -> str:
    return one_line("".join(run.text or "" for run in note.iter(f"{_WORD}t")))
