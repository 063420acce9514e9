"""The documents tab in a real browser: add a file, ask about it, remove it, be refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.index.test_load_pdf import pdf
from tests.ui.test_browser import LICENSED, Open, ask, visit, wait_for  # noqa: F401 (a fixture)
from tests.ui.test_browser_access import faults


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
    failed = page.locator("#or-progress .or-row", has_text="broken.pdf").inner_text()
    assert "Failed: the PDF is cut short" in failed
    assert page.inner_text("#or-added") == "1 added, 1 failed"
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


def ledger(name: str, paragraphs: int) -> str:
    """Return paragraphs of thirty sentences each, no two of them the same."""
    lines = [f"The ledger of {name} gives line {n} of its accounts." for n in range(30 * paragraphs)]
    return "\n\n".join(" ".join(lines[at : at + 30]) for at in range(0, len(lines), 30))


def test_each_file_moves_on_a_bar_of_its_own_while_the_chat_answers(visit: Open, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "long-ledger.txt").write_text(ledger("Tarsk", 90))
    (tmp_path / "short-ledger.txt").write_text(ledger("Ostby", 1))
    (tmp_path / "torn-ledger.pdf").write_bytes(b"%PDF-1.7 cut short")
    page = visit()
    go_to(page, "Documents")
    cell(page, "ferry.txt").first.wait_for()
    names = ("long-ledger.txt", "short-ledger.txt", "torn-ledger.pdf")
    page.set_input_files("#or-drop input[type=file]", [str(tmp_path / name) for name in names])
    bar = page.get_by_role("progressbar", name="long-ledger.txt")
    page.locator("#or-progress .or-stage", has_text="embedding 32 of").first.wait_for(timeout=30_000)
    early = int(bar.get_attribute("aria-valuenow"))
    assert bar.get_attribute("aria-valuetext").startswith("embedding ")
    assert bar.locator("span").bounding_box()["width"] > 0
    go_to(page, "Ask")
    ask(page, LICENSED)
    wait_for(page, "checked")
    go_to(page, "Documents")
    page.locator("#or-progress .or-row-added", has_text="long-ledger.txt").wait_for(timeout=60_000)
    assert early < int(bar.get_attribute("aria-valuenow")) == 100
    rows = page.locator("#or-progress .or-row").all_inner_texts()
    assert [row.split("\n")[0] for row in rows] == list(names)
    assert "passages" in rows[0]
    page.locator("#or-added", has_text="2 added, 1 failed").wait_for()
    assert not page.is_visible("#or-stop-adding")
    assert faults(page) == []
    assert page.faults == []


def drop(page: Any, path: Path) -> None:
    """Drop a file or folder of this machine on the field for files, as a hand does."""
    box = page.locator("#or-drop").bounding_box()
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
        session.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})


def test_a_dropped_folder_is_added_with_all_that_can_be_read_in_it(visit: Open, tmp_path: Path) -> None:  # noqa: F811
    folder = tmp_path / "papers"
    (folder / "2024" / ".trash").mkdir(parents=True)
    (folder / "lock.txt").write_text("The lock of Ulm is 80 metres long.")
    (folder / "2024" / "weir.MD").write_text("The weir of Ulm is 3 metres high.")
    (folder / "2024" / ".trash" / "old.txt").write_text("The lock of Ulm is 10 metres long.")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    page = visit()
    go_to(page, "Documents")
    cell(page, "ferry.txt").first.wait_for()
    drop(page, folder)
    cell(page, "weir.MD").first.wait_for()
    page.locator("#or-added", has_text="2 added").wait_for()
    assert cell(page, "lock.txt").count() == 1
    assert page.locator("#or-table [role=gridcell]").first.inner_text() in {"lock.txt", "weir.MD"}  # the newest first
    assert cell(page, "photo").count() == cell(page, "old.txt").count() == 0
    assert page.faults == []


def test_many_files_are_counted_and_a_stop_keeps_those_that_are_done(visit: Open, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "shelf").mkdir()
    for n in range(30):
        (tmp_path / "shelf" / f"many-ledger-{n:02}.txt").write_text(ledger(f"mill {n}", 9))
    page = visit()
    go_to(page, "Documents")
    cell(page, "ferry.txt").first.wait_for()
    page.fill("#or-folder input, #or-folder textarea", str(tmp_path / "shelf"))
    page.press("#or-folder input, #or-folder textarea", "Enter")
    page.locator("#or-progress", has_text="of 30 done").wait_for(timeout=30_000)
    page.click("#or-fold > button")
    page.locator("#or-folded li").first.wait_for()
    assert page.locator("#or-progress .or-row").count() <= 7
    page.locator("#or-fold > button", has_text="added").wait_for(timeout=30_000)
    assert page.is_visible("#or-folded")
    page.click("#or-stop-adding")
    page.locator("#or-added", has_text="not added").wait_for(timeout=30_000)
    added, left = page.inner_text("#or-added").split(", ")
    assert int(added.split()[0]) + int(left.split()[0]) == 30
    cell(page, "many-ledger-00.txt").first.wait_for()
    assert faults(page) == []
    assert page.faults == []
