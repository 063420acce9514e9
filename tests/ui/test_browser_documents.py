"""The documents tab in a real browser: add a file, ask about it, remove it, be refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document

from tests.ui.test_browser import Open, ask, visit, wait_for  # noqa: F401 (a fixture)


def go_to(page: Any, tab: str) -> None:
    page.click(f"button[role=tab]:has-text('{tab}')")


def cell(page: Any, text: str) -> Any:
    return page.locator("#or-table [role=gridcell]", has_text=text)


def test_a_file_is_added_asked_about_and_removed(visit: Open, tmp_path: Path) -> None:  # noqa: F811
    paper = Document()
    paper.add_paragraph("The lighthouse of Port Sarrow is 32 metres tall and was repainted in red.")
    paper.save(str(tmp_path / "lighthouse.docx"))
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 cut short")
    page = visit()
    go_to(page, "Documents")
    cell(page, "ferry.txt").first.wait_for()
    page.set_input_files("#or-drop input[type=file]", [str(tmp_path / n) for n in ("lighthouse.docx", "broken.pdf")])
    cell(page, "lighthouse.docx").first.wait_for()
    assert "broken.pdf: the PDF is cut short" in page.inner_text(".or-adding")
    go_to(page, "Ask")
    ask(page, "How tall is the lighthouse of Port Sarrow?")
    wait_for(page, "checked")
    assert "32 metres" in page.inner_text(".or-answered .or-text")
    go_to(page, "Documents")
    cell(page, "lighthouse.docx").first.click()
    page.locator("#or-reader .or-article", has_text="repainted in red").wait_for()
    page.click("#or-remove")
    cell(page, "lighthouse.docx").first.wait_for(state="detached")
    go_to(page, "Ask")
    page.click("button[aria-label='Clear'], button[title='Clear']")
    page.wait_for_selector(".or-welcome")
    ask(page, "How tall is the lighthouse of Port Sarrow?")
    wait_for(page, "abstained")
    assert page.faults == []


def test_documents_are_found_by_a_word(visit: Open) -> None:  # noqa: F811
    page = visit()
    go_to(page, "Documents")
    cell(page, "ferry.txt").first.wait_for()
    page.fill("#or-find-documents input, #or-find-documents textarea", "2023-10-17")
    cell(page, "ferry.txt").first.wait_for(state="detached")
    assert cell(page, "later.txt").count() == 1
