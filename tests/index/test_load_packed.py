"""DOCX and EPUB: what is read, and what is refused before it is unpacked."""

from __future__ import annotations

import datetime
import io
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import split_articles
from index.errors import LoadError
from index.load.docx import load as load_docx
from index.load.epub import load as load_epub
from index.types import Dated, Document

BODY = "Inspectors found 17 cracks in the deck in February, and the council voted to repair them before the winter. "
BOMB = b"<w>" + b"0" * 30_000_000


def word(*, has_text: bool = True, date: datetime.datetime | None = None) -> bytes:
    document = docx.Document()
    if date:
        document.core_properties.created = date
    if has_text:
        document.core_properties.title = "Bridge report"
        document.add_heading("Bridge report", 0)
        document.add_paragraph(BODY.strip())
        document.add_paragraph("Repair the deck", style="List Bullet")
        document.add_paragraph("Paint the rails", style="List Bullet")
        table = document.add_table(rows=2, cols=2)
        for cell, text in zip(table._cells, ["Crossing", "Cars", "Ferry", "40"], strict=True):
            cell.text = text
        document.add_paragraph("After the table.")
    else:
        document.core_properties.title = ""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(data: bytes, changes: dict[str, bytes | None]) -> bytes:
    """Return the archive with members replaced, added or (None) left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in changes:
                target.writestr(name, source.read(name))
        for name, content in changes.items():
            if content is not None:
                target.writestr(name, content)
    return out.getvalue()


def word_with_a_bad_picture() -> bytes:
    data = bytearray(word())
    place = data.index(b"docProps/thumbnail.jpeg") + 200  # inside the picture's bytes, so that their sum is wrong
    data[place] ^= 0xFF
    return bytes(data)


def test_a_word_document_reads_in_order_with_items_and_rows_as_lines() -> None:
    document = load_docx(word(), source="a.docx")
    assert document.text == (
        f"Bridge report\n\n{BODY.strip()}\n\n- Repair the deck\n- Paint the rails\nCrossing | Cars\nFerry | 40\n\n"
        "After the table."
    )
    assert document.title == "Bridge report"


def test_the_day_of_creation_is_metadata_unless_it_is_the_empty_template_s() -> None:
    dated = load_docx(word(date=datetime.datetime(2024, 3, 3, 9)), source="a.docx")
    assert dated.date == Dated(value=datetime.date(2024, 3, 3), basis="metadata")
    assert load_docx(word(), source="a.docx").date is None


def test_footnotes_stand_at_the_end() -> None:
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    note = "<w:footnote><w:p><w:r><w:t>See page 4.</w:t></w:r></w:p></w:footnote>"
    notes = f'<w:footnotes xmlns:w="{name}">{note}</w:footnotes>'
    data = repacked(word(), {"word/footnotes.xml": notes.encode()})
    assert load_docx(data, source="a.docx").text.endswith("After the table.\n\nSee page 4.")


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (word()[: len(word()) // 2], "cut short or damaged"),
        (b"plain text", "not a DOCX file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted or in the old Office format"),
        (word(has_text=False), "holds no text"),
        (repacked(word(), {"word/document.xml": None}), "has no word/document.xml"),
        (repacked(word(), {"word/document.xml": b"<w:document><broken"}), "damaged"),
        (repacked(word(), {"word/document.xml": ENTITIES}), "declares XML entities"),
        (repacked(word(), {"word/document.xml": ENTITIES.decode().encode("utf-16")}), "declares XML entities"),
        (repacked(word(), {"word/media/x.xml": BOMB}), "would unpack to 3[01] MB"),
    ],
    ids=["cut", "text", "encrypted", "empty", "no body", "broken", "entities", "entities in utf-16", "bomb"],
)
def test_a_word_document_that_cannot_be_read_is_refused_with_its_reason(data: bytes, expected: str) -> None:
    with pytest.raises(LoadError, match=expected) as caught:
        load_docx(data, source="a.docx")
    assert "\n" not in str(caught.value)


def test_a_picture_in_a_word_document_is_not_unpacked_and_its_damage_does_no_harm() -> None:
    assert load_docx(word_with_a_bad_picture(), source="a.docx").text == load_docx(word(), source="a.docx").text


PACKAGE = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Bridges</dc:title><dc:date>2019-05-04</dc:date></metadata>
<manifest><item id="b" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/>
<item id="c" href="cover.xhtml" media-type="application/xhtml+xml"/>
<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/></manifest>
<spine><itemref idref="c"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""
CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OPS/book.opf"/></rootfiles></container>"""


def chapter(title: str, text: str) -> str:
    body = f"<body><h1>{title}</h1><p>{text}</p></body>"
    return f"<html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head>{body}</html>"


def book() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OPS/book.opf", PACKAGE)
        archive.writestr("OPS/cover.xhtml", "<html><body><p>Bridges</p></body></html>")
        archive.writestr("OPS/nav.xhtml", "<html><body><a href='x'>Contents</a></body></html>")
        archive.writestr("OPS/text/one.xhtml", chapter("Of stone", BODY * 3))
        archive.writestr("OPS/text/two b.xhtml", chapter("Of steel", "Steel came later. " * 20))
    return out.getvalue()


def test_a_book_reads_in_the_order_of_its_spine_and_its_chapters_are_articles() -> None:
    document = load_epub(book(), source="a.epub")
    articles = split_articles(document)
    assert document.title == "Bridges"
    assert [article.title for article in articles] == ["Bridges", "Of steel"]
    assert articles[0].text.startswith("Bridges\n\nOf stone\n\nInspectors")
    assert {article.date for article in articles} == {Dated(value=datetime.date(2019, 5, 4), basis="metadata")}
    assert "Contents" not in document.text


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (book()[:-60], "cut short or damaged"),
        (repacked(book(), {"META-INF/container.xml": None}), "has no META-INF/container.xml"),
        (repacked(book(), {"META-INF/container.xml": b"<container/>"}), "names no package"),
        (repacked(book(), {"OPS/book.opf": ENTITIES}), "declares XML entities"),
        (repacked(book(), {"OPS/text/one.xhtml": ENTITIES}), "declares XML entities"),
        (repacked(book(), {"OPS/text/one.xhtml": None}), "has no OPS/text/one.xhtml"),
        (repacked(book(), {"OPS/big.css": BOMB}), "would unpack to 3[01] MB"),
        (repacked(book(), {"META-INF/encryption.xml": b"<e/>", "META-INF/rights.xml": b"<r/>"}), "protected"),
    ],
)
def test_a_book_that_cannot_be_read_is_refused_with_its_reason(data: bytes, expected: str) -> None:
    with pytest.raises(LoadError, match=expected):
        load_epub(data, source="a.epub")


WHOLE = [(load_docx, word()), (load_epub, book())]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(WHOLE), st.integers(0, 10**6), st.integers(0, 255), st.sampled_from(["change", "cut", "insert"]))
def test_damage_anywhere_gives_a_document_or_one_line(
    whole: tuple[Callable[..., Document], bytes], place: int, byte: int, way: str
) -> None:
    load, data = whole
    place %= len(data)
    rest = {"change": data[place + 1 :], "cut": b"", "insert": data[place:]}[way]
    try:
        outcome = load(data[:place] + bytes([byte]) + rest, source="a").text
    except LoadError as error:
        outcome = str(error)
        assert "\n" not in outcome
    assert outcome.strip()


def overlapping() -> bytes:
    """An archive of two members, of which the directory says that they begin at the same place."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b"a" * 5000)
        archive.writestr("b.xml", b"b" * 5000)
        archive.getinfo("b.xml").header_offset = 0
    return out.getvalue()


def with_a_wrong_size(data: bytes, name: str, size: int) -> bytes:
    """The archive with a member's size changed in the directory alone."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.getinfo(name).file_size = size
        archive.writestr("x.txt", b"")  # so that the directory is written anew
    return out.getvalue()


def many_members(number: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for member in range(number):
            archive.writestr(f"{member}.xml", b"")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (overlapping(), "overlap"),
        (many_members(20_001), "more than 20,000 members"),
        (repacked(word(), {"word/big.xml": b"<w>" + b"x" * 101_000_000}), "would unpack to"),
    ],
    ids=["overlapping", "many members", "one large member"],
)
def test_archives_made_to_do_harm_are_not_opened(data: bytes, expected: str) -> None:
    with pytest.raises(LoadError, match=expected):
        load_docx(data, source="a.docx")


def test_a_member_that_says_it_is_small_is_not_unpacked_beyond_that() -> None:
    large = b"<w>" + bytes(range(32, 127)) * 400_000 + b"</w>"  # 38 MB
    data = with_a_wrong_size(repacked(word(), {"word/styles.xml": large}), "word/styles.xml", 100)
    tracemalloc.start()
    with pytest.raises(LoadError, match="damaged"):
        load_docx(data, source="a.docx")
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_table_that_says_it_has_millions_of_columns_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(word())) as archive:
        body = archive.read("word/document.xml")
    wide = re.sub(rb"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="100000000"/>', body)
    with pytest.raises(LoadError, match="more than 10,000 columns"):
        load_docx(repacked(word(), {"word/document.xml": wide}), source="a.docx")


def test_a_word_document_with_an_element_that_lacks_what_it_needs_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(word())) as archive:
        body = archive.read("word/document.xml")
    lacking = re.sub(rb'<w:pStyle w:val="[^"]*"/>', b"<w:pStyle/>", body)
    with pytest.raises(LoadError, match="damaged"):
        load_docx(repacked(word(), {"word/document.xml": lacking}), source="a.docx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_entities_are_refused_in_utf8_and_utf16(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{ENTITIES.decode()}'
    data = repacked(book(), {"OPS/book.opf": text.encode(encoding)})
    with pytest.raises(LoadError, match="declares XML entities"):
        load_epub(data, source="a.epub")


def test_entities_in_an_encoding_that_the_parser_does_not_know_are_not_expanded() -> None:
    text = f'<?xml version="1.0" encoding="cp037"?>{ENTITIES.decode()}'
    with pytest.raises(LoadError, match="damaged"):
        load_epub(repacked(book(), {"OPS/book.opf": text.encode("cp037")}), source="a.epub")


def test_an_external_entity_is_never_fetched(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("The secret.")
    outside = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]><package>&s;</package>'
    with pytest.raises(LoadError, match="declares XML entities"):
        load_epub(repacked(book(), {"OPS/book.opf": outside.encode()}), source="a.epub")


def test_a_chapter_that_is_named_a_thousand_times_is_read_once() -> None:
    often = PACKAGE.replace('<itemref idref="a"/>', '<itemref idref="a"/>' * 1000)
    assert load_epub(repacked(book(), {"OPS/book.opf": often.encode()}), source="a.epub").text.count("Of stone") == 1
