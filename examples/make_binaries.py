"""Write the two binary pages of the example corpus: an investigators' report (PDF) and committee minutes (DOCX).

Run from anywhere: `python examples/make_binaries.py`. Only the standard library is needed, and the same bytes come out
every time, so the committed files can be checked against this script.
"""

from __future__ import annotations

import textwrap
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

NEWSROOM = Path(__file__).resolve().parent / "newsroom"
REPORT = "005_interim-report.pdf"
MINUTES = "009_council-minutes.docx"

LINE_CHARACTERS = 88
FONT_POINTS = 11
LEADING_POINTS = 15
PAGE_POINTS = (595, 842)  # A4
LEFT_POINTS, TOP_POINTS = 62, 770

REPORT_PAGES: tuple[tuple[str, ...], ...] = (
    (
        "Marine Accident Bureau",
        "Interim report 2023/17: passenger ferry Maid of Hethe",
        "Published on 6 March 2024",
        "1. What happened",
        "On 14 October 2023 the passenger ferry Maid of Hethe struck the north pier of Port Sarrow. The voyage data "
        "recorder puts the collision at 19:41. The speed at that moment was 14.2 knots; the limit inside the harbour "
        "is 6 knots.",
        "Seven people lost their lives: six on the evening of the accident, and one passenger who died in hospital on "
        "2 November 2023.",
        "The Bureau has not been able to establish how many people were on board. The operator's list and the count "
        "of the police differ, and children under four travel without a ticket.",
        "2. The vessel",
        "The Maid of Hethe was built in 1994. Her steering gear is driven by two hydraulic pumps that share one oil "
        "tank. Hydraulic hoses were renewed in June 2023. The oil level in the tank was 40 per cent below the mark "
        "when the vessel was examined.",
        "3. The crew",
        "The master had been on duty for nine hours and twenty minutes. He has held his licence since 2003. The "
        "engineer, Sten Wyke, told the Bureau that the steering alarm had sounded twice in the week before the",
    ),
    (
        "accident and had been reset each time. The entries in the engine log confirm this.",
        "4. What is not known yet",
        "The cause of the loss of steering has not been determined. The oil may have leaked before the collision or "
        "because of it. The last four minutes of sound from the bridge are missing from the recorder, and it is not "
        "known why.",
        "The Bureau makes no finding on blame or liability.",
        "5. Recommendations",
        "The Bureau recommends that each steering pump be given its own oil tank, that an alarm which has been reset "
        "twice be reported ashore, and that every passenger be counted, whatever their age.",
        "6. What comes next",
        "The final report is expected by the end of 2024. Teodor Wenlock, chief investigator, will present it in Port "
        "Sarrow. Wreckage is kept at the naval yard in Brandling and may be seen by the parties on request.",
    ),
)

MINUTES_BLOCKS: tuple[tuple[str, str], ...] = (
    ("Title", "Minutes of the meeting of Port Sarrow Borough Council"),
    ("Normal", "7 February 2024, 6 p.m., council chamber. Chair: Aldous Prake, mayor. Clerk: Winifred Sollis."),
    ("Normal", "Present: 31 councillors. Apologies: none."),
    ("Heading1", "1. Budget"),
    (
        "Normal",
        "The council adopted the budget by 16 votes to 15. The harbour levy rises from 4 to 4.5 per cent from 1 July "
        "2024. Councillor Talvery asked that her vote against be recorded.",
    ),
    (
        "Normal",
        "The pension payment was not included. The auditor, Mr Mattick, asked for a note to be made that he does not "
        "agree.",
    ),
    ("Heading1", "2. Repair of the north pier"),
    (
        "Normal",
        "The harbour master, Ms Mornay, reported that the repair of the pier head will cost 760,000 crowns. The "
        "insurers of Sarrow Sound Lines have paid 200,000 crowns on account. Who bears the rest is not settled.",
    ),
    ("Heading1", "3. Ferry licence"),
    (
        "Normal",
        "Councillor Osgar asked who had renewed the licence of Sarrow Sound Lines. The clerk answered that it was "
        "renewed for ten years on 11 August 2023 by the county transport office, and that the council was not asked.",
    ),
    ("Heading1", "4. Any other business"),
    (
        "Normal",
        "A motion to name the new slip after the victims was put off until the families have been heard. The meeting "
        "closed at 9.50 p.m.",
    ),
)
VOTES_TABLE: tuple[tuple[str, str, str], ...] = (
    ("Item", "For", "Against"),
    ("Budget 2024-25", "16", "15"),
    ("Delay of the town hall car park", "17", "14"),
    ("Sale of the swimming pool", "6", "25"),
)


def pdf_bytes(pages: tuple[tuple[str, ...], ...], *, title: str, footer: str | None = None) -> bytes:
    """Return a PDF of plain Helvetica lines, one content stream a page; a footer gets the page's number."""
    page_numbers = [5 + 2 * place for place in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in page_numbers)
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< /Title ({_pdf_text(title)}) /CreationDate (D:20240306090000Z) >>".encode("cp1252"),
    ]
    for place, paragraphs in enumerate(pages):
        foot = f"{footer} - page {place + 1} of {len(pages)}" if footer else ""
        stream = _page_stream(paragraphs, footer=foot)
        width, height = PAGE_POINTS
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {page_numbers[place] + 1} 0 R >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return _pdf_file(objects)


def _page_stream(paragraphs: tuple[str, ...], *, footer: str) -> bytes:
    lines = [line for paragraph in paragraphs for line in (*textwrap.wrap(paragraph, LINE_CHARACTERS), "")]
    shown = [f"({_pdf_text(line)}) Tj T*" for line in lines]
    body = f"BT /F1 {FONT_POINTS} Tf {LEADING_POINTS} TL {LEFT_POINTS} {TOP_POINTS} Td\n" + "\n".join(shown) + "\nET"
    foot = f"BT /F1 8 Tf {LEFT_POINTS} 40 Td ({_pdf_text(footer)}) Tj ET"
    return f"{body}\n{foot}".encode("cp1252")


def _pdf_text(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _pdf_file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def docx_parts(blocks: tuple[tuple[str, str], ...], table: tuple[tuple[str, ...], ...]) -> dict[str, str]:
    """Return the XML parts of a Word file: styled paragraphs, then one table."""
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
        'Target="docProps/core.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "word/styles.xml": _styles(),
        "word/document.xml": f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>'
        + "".join(_paragraph(text, style=style) for style, text in blocks)
        + _table(table)
        + "<w:sectPr/></w:body></w:document>",
        "docProps/core.xml": f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>Council minutes, 7 February 2024</dc:title>'
        "<dc:creator>Winifred Sollis</dc:creator>"
        '<dcterms:created xsi:type="dcterms:W3CDTF">2024-02-09T10:00:00Z</dcterms:created></cp:coreProperties>',
    }


def _styles() -> str:
    names = {"Normal": "Normal", "Title": "Title", "Heading1": "heading 1"}
    rows = (
        f'<w:style w:type="paragraph" {"w:default=" + chr(34) + "1" + chr(34) if key == "Normal" else ""} '
        f'w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in names.items()
    )
    return f'{_HEAD}<w:styles xmlns:w="{_WORD}">{"".join(rows)}</w:styles>'


def _paragraph(text: str, *, style: str = "Normal") -> str:
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run}</w:p>'


def _table(rows: tuple[tuple[str, ...], ...]) -> str:
    grid = "".join('<w:gridCol w:w="3000"/>' for _ in rows[0])
    cells = (
        "<w:tr>"
        + "".join(f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/></w:tcPr>{_paragraph(cell)}</w:tc>' for cell in row)
        + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(cells)}</w:tbl>"


def write_docx(path: Path, parts: dict[str, str]) -> None:
    """Write the parts as a zip file whose bytes do not depend on the clock."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, xml in parts.items():
            entry = zipfile.ZipInfo(name, date_time=(2024, 2, 9, 10, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED
            archive.writestr(entry, xml.encode("utf-8"))


def main(folder: Path = NEWSROOM) -> None:
    """Write both files into `folder`."""
    report = pdf_bytes(
        REPORT_PAGES, title="Interim report 2023/17: Maid of Hethe", footer="Marine Accident Bureau - 2023/17"
    )
    (folder / REPORT).write_bytes(report)
    write_docx(folder / MINUTES, docx_parts(MINUTES_BLOCKS, VOTES_TABLE))


if __name__ == "__main__":
    main()
