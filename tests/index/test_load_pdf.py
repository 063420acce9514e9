"""PDF: made by hand here, so that every broken kind can be made too."""

from __future__ import annotations

import datetime
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import LoadError
from index.load.pdf import load
from index.types import Dated


def escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def pdf(*pages: str, information: str = "") -> bytes:
    """Return a PDF of these pages; a blank line leaves a gap."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for text in pages:
        steps = "".join(f"({escaped(line)}) Tj T* " if line else "T* " for line in text.split("\n"))
        stream = f"BT /F1 10 Tf 12 TL 50 800 Td {steps}ET" if text else "0 0 m 9 9 l S"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        number = len(objects)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{number + 1} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    if information:
        objects.append(f"<< {information} >>")
    return assembled(objects, has_information=bool(information))


def assembled(objects: list[str], *, has_information: bool) -> bytes:
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R {f'/Info {len(objects)} 0 R' if has_information else ''} >>"
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n{trailer}\nstartxref\n{len(out)}\n%%EOF\n"
    return out + end.encode("latin-1")


REPORT = """Harbour bridge report

The bridge carries 14,000 vehicles a day, and the engi-
neers found 17 cracks in its deck when they looked at
every beam in the spring of this year.

- Repair the deck first
- Then paint the rails

Costs
The repair costs 4.2 million euros, which the council
has not yet approved."""


def test_lines_become_paragraphs_and_broken_words_are_joined() -> None:
    assert load(pdf(REPORT), source="a.pdf").text.split("\n\n") == [
        "Harbour bridge report",
        "The bridge carries 14,000 vehicles a day, and the engineers found 17 cracks in its deck when they looked at "
        "every beam in the spring of this year.",
        "- Repair the deck first",
        "- Then paint the rails",
        "Costs",
        "The repair costs 4.2 million euros, which the council has not yet approved.",
    ]


def paged(number: int, body: str) -> str:
    return f"Example Council - Bridge report\n\n{body}\n\nPage {number} of 3"


def test_headers_footers_and_page_numbers_are_dropped_and_page_starts_kept() -> None:
    bodies = [
        "The first page speaks of cracks.",
        "The second page speaks of costs.",
        "The third page speaks of ferries.",
    ]
    document = load(pdf(*(paged(number, body) for number, body in enumerate(bodies, 1))), source="a.pdf")
    assert document.text == "\n\n".join(bodies)
    assert [document.text[start:].split("\n")[0] for start in document.page_starts] == bodies


def test_a_sentence_that_runs_over_a_page_stays_one() -> None:
    document = load(pdf("The council voted on Monday to close the", "bridge for seven weeks."), source="a.pdf")
    assert document.text == "The council voted on Monday to close the bridge for seven weeks."
    assert document.text[document.page_starts[1] :] == "bridge for seven weeks."


def test_a_number_line_of_a_single_page_is_kept() -> None:
    assert load(pdf("Cracks found\n\n17"), source="a.pdf").text == "Cracks found\n\n17"


def test_title_and_day_of_creation_come_from_the_metadata() -> None:
    document = load(pdf(REPORT, information="/Title (Bridge report) /CreationDate (D:20240303101500Z)"), source="a.pdf")
    assert document.title == "Bridge report"
    assert document.date == Dated(value=datetime.date(2024, 3, 3), basis="metadata")


@pytest.mark.parametrize("title", ["Microsoft Word - final2.doc", "untitled", "scan001.pdf"])
def test_a_file_name_is_no_title(title: str) -> None:
    assert load(pdf(REPORT, information=f"/Title ({title})"), source="a.pdf").title is None


def encrypted(password: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(REPORT))))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_that_only_restricts_printing_is_read() -> None:
    assert "17 cracks" in load(encrypted(""), source="a.pdf").text


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (pdf("", ""), "run OCR on it first"),
        (pdf(REPORT)[:400], "cut short"),
        (pdf(REPORT)[: len(pdf(REPORT)) // 2], "cut short"),
        (b"%PDF-1.7\n" + b"garbage " * 50 + b"%%EOF", "damaged"),
        (b"PK\x03\x04 not a pdf", "not a PDF"),
        (pdf(), "damaged"),
    ],
    ids=["scanned", "cut early", "cut in the middle", "garbage", "other format", "no page"],
)
def test_a_pdf_without_readable_text_is_refused_with_its_reason(data: bytes, expected: str) -> None:
    with pytest.raises(LoadError, match=expected) as caught:
        load(data, source="a.pdf")
    assert "\n" not in str(caught.value)


def test_a_pdf_with_a_password_is_refused() -> None:
    with pytest.raises(LoadError, match="encrypted with a password"):
        load(encrypted("secret"), source="a.pdf")


WHOLE = [pdf(REPORT, REPORT, information="/Title (x)"), encrypted("")]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(WHOLE), st.integers(0, 10**6), st.integers(0, 255), st.sampled_from(["change", "cut", "insert"]))
def test_damage_anywhere_gives_a_document_or_one_line(data: bytes, place: int, byte: int, way: str) -> None:
    place %= len(data)
    rest = {"change": data[place + 1 :], "cut": b"", "insert": data[place:]}[way]
    try:
        outcome = load(data[:place] + bytes([byte]) + rest, source="a").text
    except LoadError as error:
        outcome = str(error)
        assert "\n" not in outcome
    assert outcome.strip()


def test_a_pdf_whose_key_has_no_length_is_one_line() -> None:
    data = encrypted("").replace(b"/Length 128", b"/Length 0 ")

    with pytest.raises(LoadError, match="get a whole copy"):
        load(data, source="a.pdf")


def test_a_pdf_of_more_pages_than_are_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from examples.make_binaries import REPORT_PAGES, pdf_bytes

    data = pdf_bytes(REPORT_PAGES, title="Report")
    assert len(load(data, source="a.pdf").page_starts) == len(REPORT_PAGES)
    monkeypatch.setattr("index.load.pdf.MAX_PAGES", len(REPORT_PAGES) - 1)
    with pytest.raises(LoadError, match="the limit is 1; split it"):
        load(data, source="a.pdf")
