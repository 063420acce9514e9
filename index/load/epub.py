"""Books: the chapters of an EPUB in reading order, each a piece of its own. Standard library and `html.body_text`."""

from __future__ import annotations

import posixpath
import urllib.parse
import zipfile
from xml.etree import ElementTree

from index.dates import find_dates
from index.errors import LoadError
from index.load.html import body_text, decode_markup
from index.load.packed import open_packed, parse_xml, read_member, refuse_entities
from index.load.pieces import join_pieces, one_line
from index.types import Dated, Document

_KIND = "EPUB"
_CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html")
_CHAPTER_CHARACTERS = 200  # shorter pages (cover, half title) join the chapter after them


def load(data: bytes, *, source: str) -> Document:
    """Return a book's text, chapter after chapter; its package gives title and date.

    Raises:
        LoadError: it is not an EPUB file, is cut short, protected, made to do harm, or without text.
    """
    archive = open_packed(data, kind=_KIND)
    if "META-INF/encryption.xml" in archive.namelist() and "META-INF/rights.xml" in archive.namelist():
        raise LoadError("the EPUB file is protected (DRM) and cannot be read; use a copy without protection")
    package_name = _package_name(archive)
    package = parse_xml(read_member(archive, package_name, kind=_KIND), kind=_KIND)
    chapters = [_chapter(archive, name) for name in _spine(package, posixpath.dirname(package_name))]
    text, starts = join_pieces(_with_short_pages_joined(chapters))
    return Document(
        source=source,
        text=text,
        media_type="application/epub+zip",
        title=_metadata(package, "title"),
        date=_date(package),
        article_starts=starts if len(starts) > 1 else (),
    )


def _package_name(archive: zipfile.ZipFile) -> str:
    container = parse_xml(read_member(archive, _CONTAINER, kind=_KIND), kind=_KIND)
    name = next((found for item in container.iterfind(".//{*}rootfile") if (found := item.get("full-path"))), None)
    if name is None:
        raise LoadError("the EPUB file names no package; it is damaged, get a whole copy")
    return name


def _spine(package: ElementTree.Element, folder: str) -> list[str]:
    """Return the names of the pages in reading order."""
    pages = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, urllib.parse.unquote(item.get("href", ""))))
        for item in package.iterfind(".//{*}manifest/{*}item")
        if item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split()
    }
    order = [pages[key] for item in package.iterfind(".//{*}spine/{*}itemref") if (key := item.get("idref")) in pages]
    return list(dict.fromkeys(order or pages.values()))  # once each, however often the book names it


def _chapter(archive: zipfile.ZipFile, name: str) -> str:
    data = read_member(archive, name, kind=_KIND)
    refuse_entities(data, kind=_KIND)
    if not data.strip():
        return ""
    return body_text(decode_markup(data))[0]


def _with_short_pages_joined(chapters: list[str]) -> list[str]:
    joined: list[str] = []
    waiting = ""
    for chapter in chapters:
        waiting = f"{waiting}\n\n{chapter}" if waiting else chapter
        if len(waiting) >= _CHAPTER_CHARACTERS:
            joined.append(waiting)
            waiting = ""
    return [*joined, waiting]


def _metadata(package: ElementTree.Element, name: str) -> str | None:
    found = package.find(f".//{{http://purl.org/dc/elements/1.1/}}{name}")
    return one_line(found.text or "") or None if found is not None else None


def _date(package: ElementTree.Element) -> Dated | None:
    mentions = find_dates(_metadata(package, "date") or "")
    day = next((mention.full for mention in mentions if mention.full), None)
    return Dated(value=day, basis="metadata") if day else None
