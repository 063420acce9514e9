"""Several collections in a real browser: chosen in each conversation, made on the page, gone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.ui.conftest import served
from tests.ui.test_browser import LICENSED, Open, ask, visit, wait_for  # noqa: F401 (a fixture)
from tests.ui.test_browser_access import faults
from tests.ui.test_browser_documents import cell, go_to

FLOUR = "How many tonnes of flour is the mill licensed to grind?"
COLLECTION = "#or-collection input"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Serve the collections "ferry news" and "mills"; gives the address and the folder they are in."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "CONVERSATIONS", str(folder))
        with served("shelf") as address:
            yield address, folder / "shelf"


def choose(page: Any, name: str) -> None:
    page.click(COLLECTION)
    page.locator("#or-collection [role=option]", has_text=name).first.click()


def chosen(page: Any, name: str) -> None:
    """Wait until a collection is shown as the chosen one."""
    for _ in range(100):
        if page.input_value(COLLECTION) == name:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{page.input_value(COLLECTION)!r} is chosen, not {name!r}")


def test_each_conversation_has_a_collection_that_everything_follows(visit: Open, shelf: tuple[str, Path]) -> None:  # noqa: F811
    page = visit(at=shelf[0])
    chosen(page, "ferry news")
    page.locator(".or-stats", has_text="3 documents").wait_for()
    ask(page, LICENSED)
    wait_for(page, "checked")
    page.wait_for_url("**/?c=*")
    first = page.url
    choose(page, "mills")
    page.wait_for_selector(".or-welcome")
    page.locator(".or-stats", has_text="1 document ").wait_for()
    ask(page, FLOUR)
    wait_for(page, "checked")
    page.click("button.or-to-1")
    assert "90 tonnes of flour" in page.inner_text(".or-panel mark")
    original = page.get_attribute(".or-panel .or-original", "href")
    assert httpx.get(shelf[0] + original).text.startswith("Mill reopens")
    assert httpx.get(shelf[0] + original.partition("?")[0]).status_code == 404
    page.click("#or-scope > button")
    page.click("#or-sources-chosen input")
    assert page.locator("#or-sources-chosen [role=option]").all_inner_texts() == ["mill.txt"]
    page.keyboard.press("Escape")
    go_to(page, "Documents")
    cell(page, "mill.txt").first.wait_for()
    assert cell(page, "ferry.txt").count() == 0
    page.goto(first)
    chosen(page, "ferry news")
    wait_for(page, "checked")
    page.click("button.or-to-1")
    assert "licensed to carry 180 passengers" in page.inner_text(".or-panel mark")
    go_to(page, "Documents")
    cell(page, "ferry.txt").first.wait_for()
    assert page.faults == []


def test_a_refresh_before_the_first_question_keeps_the_collection(visit: Open, shelf: tuple[str, Path]) -> None:  # noqa: F811
    page = visit(at=shelf[0])
    chosen(page, "ferry news")
    assert page.url == shelf[0]
    choose(page, "mills")
    page.wait_for_url("**/?in=mills")
    page.reload()
    chosen(page, "mills")
    page.locator(".or-stats", has_text="1 document ").wait_for()
    ask(page, FLOUR)
    wait_for(page, "checked")
    page.wait_for_url(lambda url: "c=" in url and "in=" not in url)
    page.click("#or-side .toggle-button")
    label = page.locator("#or-conversations label:has(input:checked)", has_text=FLOUR)
    label.wait_for()
    assert label.inner_text().splitlines() == ["mills", FLOUR]
    assert page.faults == []


@pytest.mark.parametrize(
    "name", ["none", "../made", "//198.51.100.7/x", "<img src=x onerror=\"document.title='owned'\">"]
)
def test_a_collection_in_the_address_that_is_not_served_is_not_chosen(
    visit: Open,  # noqa: F811
    shelf: tuple[str, Path],
    name: str,
) -> None:
    page = visit(at=f"{shelf[0]}?in={quote(name, safe='')}")
    chosen(page, "ferry news")
    page.locator(".or-stats-ready").wait_for()
    page.wait_for_url(shelf[0])
    assert page.title() == "onrecord"
    assert page.faults == []


def test_a_collection_is_made_filled_and_asked(visit: Open, shelf: tuple[str, Path], tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "tower.txt").write_text(
        "Harbour buildings\n\nThe lighthouse of Port Sarrow is 32 metres tall and was repainted in red.\n"
    )
    page = visit(at=shelf[0])
    chosen(page, "ferry news")
    go_to(page, "Documents")
    cell(page, "ferry.txt").first.wait_for()
    page.click("#or-maker > button")
    for name in ("../harbour", "MILLS"):
        page.fill("#or-new-collection textarea, #or-new-collection input", name)
        page.click("#or-new-collection button")
        page.locator("#or-made", has_text=name).wait_for()
    page.fill("#or-new-collection textarea, #or-new-collection input", "harbour")
    page.click("#or-new-collection button")
    chosen(page, "harbour")
    page.locator("#or-count", has_text="0 documents").wait_for()
    page.set_input_files("#or-drop input[type=file]", str(tmp_path / "tower.txt"))
    cell(page, "tower.txt").first.wait_for()
    assert (shelf[1] / "harbour" / "files" / "tower.txt").is_file()
    go_to(page, "Ask")
    ask(page, "How tall is the lighthouse of Port Sarrow?")
    wait_for(page, "checked")
    choose(page, "mills")
    page.wait_for_selector(".or-welcome")
    ask(page, "How tall is the lighthouse of Port Sarrow?")
    wait_for(page, "abstained")
    assert page.faults == []


def test_a_collection_that_is_gone_is_named_and_its_answers_stay(visit: Open, shelf: tuple[str, Path]) -> None:  # noqa: F811
    from tests.ui.page import SHELF, make_index

    make_index(shelf[1] / "passing", SHELF["mills"])
    page = visit(at=shelf[0])
    choose(page, "passing")
    page.locator(".or-stats", has_text="1 document ").wait_for()
    ask(page, FLOUR)
    wait_for(page, "checked")
    page.wait_for_url("**/?c=*")
    (shelf[1] / "passing").rename(shelf[1].parent / "away")
    page.reload()
    chosen(page, "passing (not here any more)")
    assert "90 tonnes of flour" in page.inner_text(".or-answered .or-text")
    assert "“passing” is not here (any more)" in page.inner_text(".or-stats-problem")
    page.click("button.or-to-1")
    assert "90 tonnes of flour" in page.inner_text(".or-panel mark")
    ask(page, FLOUR)
    assert "its answers can still be read" in wait_for(page, "problem").evaluate("each => each.parentNode.innerText")
    page.click("#or-side .toggle-button")
    page.click("#or-new")
    chosen(page, "ferry news")
    assert page.faults == []


def test_a_collection_chosen_while_an_answer_is_written_is_asked_next(visit: Open, shelf: tuple[str, Path]) -> None:  # noqa: F811
    page = visit(at=shelf[0])
    chosen(page, "ferry news")
    ask(page, "Tell me haltingly about the ferry, please?")
    page.wait_for_selector(".or-draft .or-text")
    choose(page, "mills")
    page.wait_for_selector(".or-welcome")
    ask(page, FLOUR)
    wait_for(page, "checked")
    assert "90 tonnes of flour" in page.inner_text(".or-answered .or-text")
    assert page.faults == []


def test_the_endpoints_take_a_collection(shelf: tuple[str, Path], client: Callable[[str], Any]) -> None:
    from gradio_client.exceptions import AppError

    asked = client(shelf[0])
    assert asked.predict(FLOUR, collection="mills", api_name="/ask")["citations"][0]["source"] == "mill.txt"
    assert asked.predict("mill", collection="mills", api_name="/search")[0]["source"] == "mill.txt"
    assert asked.predict(LICENSED, api_name="/ask")["citations"][0]["source"] == "ferry.txt"
    with pytest.raises(AppError, match="“none” is not here"):
        asked.predict("mill", collection="none", api_name="/search")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_axe_finds_no_serious_fault(visit: Open, shelf: tuple[str, Path], scheme: str, width: int) -> None:  # noqa: F811
    page = visit(at=shelf[0], scheme=scheme, width=width)
    page.locator(".or-stats-ready").wait_for()
    page.click(COLLECTION)
    page.locator("#or-collection [role=option]").first.wait_for()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.keyboard.press("Escape")
    go_to(page, "Documents")
    page.click("#or-maker > button")
    page.wait_for_selector("#or-new-collection button")
    assert faults(page) == []


def test_there_is_no_list_where_there_is_no_choice(visit: Open) -> None:  # noqa: F811
    page = visit()
    page.locator(".or-stats-ready").wait_for()
    assert page.query_selector("#or-collection") is None
    go_to(page, "Documents")
    page.wait_for_selector("#or-drop")
    assert page.query_selector("#or-new-collection") is None
