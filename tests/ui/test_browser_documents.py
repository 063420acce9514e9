"""The documents tab in a real browser: add a file, ask about it, remove it, be refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.index.test_load_pdf import pdf
from tests.ui.test_browser import Open, ask, visit, wait_for  # noqa: F401 (a fixture)


def go_to(page: Any, tab: str) -> None:
    page.click(f"button[role=tab]:has-text('{tab}')")


def cell(page: Any, text: str) -> Any:
    return page.locator("#or-table [role=gridcell]", has_text=text)


def test_a_file_is_added_asked_about_and_removed(visit: Open, tmp_path: Path) -> None:  # noqa: F811
    words = "The lighthouse of Port Sarrow is 32 metres tall\nand was repainted in red."
    (tmp_path / "lighthouse.pdf").write_bytes(pdf("Harbour buildings of the town.", words))
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 cut short")
    page = visit()
    go_to(page, "Documents")
    cell(page, "ferry.txt").first.wait_for()
    page.set_input_files("#or-drop input[type=file]", [str(tmp_path / n) for n in ("lighthouse.pdf", "broken.pdf")])
    cell(page, "lighthouse.pdf").first.wait_for()
    assert "broken.pdf: the PDF is cut short" in page.inner_text(".or-adding")
    go_to(page, "Ask")
    ask(page, "How tall is the lighthouse of Port Sarrow?")
    wait_for(page, "checked")
    assert "32 metres" in page.inner_text(".or-answered .or-text")
    page.click("button.or-to-1")
    assert page.inner_text(".or-panel .or-original") == "Open the original, page 2"
    picture = page.locator(".or-panel .or-page")
    picture.wait_for()
    for _ in range(50):
        if picture.evaluate("each => each.complete && each.naturalWidth"):
            break
        page.wait_for_timeout(100)
    assert picture.evaluate("each => each.naturalWidth") > 500
    go_to(page, "Documents")
    cell(page, "lighthouse.pdf").first.click()
    page.locator("#or-reader .or-article", has_text="repainted in red").wait_for()
    page.click("#or-remove")
    cell(page, "lighthouse.pdf").first.wait_for(state="detached")
    go_to(page, "Ask")
    page.click("button[aria-label='Clear'], button[title='Clear']")
    page.wait_for_selector(".or-welcome")
    ask(page, "How tall is the lighthouse of Port Sarrow?")
    wait_for(page, "abstained")
    assert page.faults == []


def test_a_removed_document_is_brought_back_by_an_undo(visit: Open, tmp_path: Path) -> None:  # noqa: F811
    words = "The beacon of Cape Ulm is 9 metres tall and was rebuilt in 1951."
    (tmp_path / "beacon.txt").write_text(words, encoding="utf-8")
    page = visit()
    go_to(page, "Documents")
    cell(page, "ferry.txt").first.wait_for()
    page.set_input_files("#or-drop input[type=file]", str(tmp_path / "beacon.txt"))
    cell(page, "beacon.txt").first.click()
    page.locator("#or-reader .or-article", has_text="rebuilt in 1951").wait_for()
    page.click("#or-remove")
    page.locator("#or-removed", has_text="Removed “beacon.txt”").wait_for()
    assert cell(page, "beacon.txt").count() == 0
    page.reload()
    go_to(page, "Documents")
    page.click("#or-bring-back")
    cell(page, "beacon.txt").first.click()
    page.locator("#or-reader .or-article", has_text="rebuilt in 1951").wait_for()
    assert not page.is_visible("#or-removed")
    page.click("#or-remove")
    cell(page, "beacon.txt").first.wait_for(state="detached")
    assert page.faults == []


def test_documents_are_found_by_a_word(visit: Open) -> None:  # noqa: F811
    page = visit()
    go_to(page, "Documents")
    cell(page, "ferry.txt").first.wait_for()
    page.fill("#or-find-documents input, #or-find-documents textarea", "2023-10-17")
    cell(page, "ferry.txt").first.wait_for(state="detached")
    assert cell(page, "later.txt").count() == 1
