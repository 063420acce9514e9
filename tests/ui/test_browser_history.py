"""Conversations in a real browser: kept over a refresh and a restart, found, renamed, saved and deleted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.ui.conftest import served
from tests.ui.test_browser import LICENSED, Open, ask, visit, wait_for  # noqa: F401 (a fixture)


def open_side(page: Any) -> None:
    page.click("#or-side .toggle-button")
    page.wait_for_selector("#or-conversations label")


def test_a_refresh_keeps_the_conversation_with_its_sources(visit: Open) -> None:  # noqa: F811
    page = visit()
    ask(page, LICENSED)
    wait_for(page, "checked")
    page.wait_for_url("**/?c=*")
    page.reload()
    wait_for(page, "checked")
    page.click("button.or-to-1")
    assert "licensed to carry 180 passengers" in page.inner_text(".or-panel mark")
    assert page.faults == []


def test_a_restart_keeps_the_conversation(browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "CONVERSATIONS", str(tmp_path))
    with served("ready") as first:
        page = browser.new_page()
        page.goto(first)
        page.wait_for_selector("#or-box textarea")
        ask(page, LICENSED)
        wait_for(page, "checked")
        page.wait_for_url("**/?c=*")
        search = page.url.partition("?")[2]
        page.close()
    with served("ready") as second:
        page = browser.new_page()
        page.goto(f"{second}?{search}")
        wait_for(page, "checked")
        assert "180 passengers" in page.inner_text(".or-answered .or-text")
        page.close()


def test_a_conversation_is_renamed_saved_and_deleted(visit: Open) -> None:  # noqa: F811
    page = visit()
    ask(page, LICENSED)
    wait_for(page, "checked")
    open_side(page)
    page.click("#or-this button")
    page.fill("#or-name input, #or-name textarea", "Pier notes")
    page.press("#or-name input, #or-name textarea", "Enter")
    page.wait_for_selector("#or-conversations label:has-text('Pier notes')")
    with page.expect_download() as saving:
        page.click(".or-exports a >> text=Markdown")
    assert saving.value.suggested_filename == "Pier notes.md"
    assert "180 passengers" in Path(saving.value.path()).read_text(encoding="utf-8")
    page.fill("#or-find input, #or-find textarea", "nothing like it")
    page.locator("#or-conversations label", has_text="Pier notes").wait_for(state="detached")
    page.fill("#or-find input, #or-find textarea", "notes pier")
    page.wait_for_selector("#or-conversations label:has-text('Pier notes')")
    page.click("#or-delete")
    page.locator("#or-conversations label", has_text="Pier notes").wait_for(state="detached")
    assert page.query_selector(".or-answered") is None
    assert page.faults == []


def test_an_earlier_conversation_is_opened_from_the_list(visit: Open) -> None:  # noqa: F811
    page = visit()
    ask(page, LICENSED)
    wait_for(page, "checked")
    open_side(page)
    first = page.inner_text("#or-conversations label:has(input:checked)")
    page.click("#or-new")
    page.wait_for_selector(".or-welcome")
    ask(page, "What does a submarine cost in Brazil?")
    wait_for(page, "abstained")
    page.wait_for_selector("#or-conversations label:has-text('submarine')")
    page.locator("#or-conversations label", has_text=first).first.click()
    wait_for(page, "checked")
    assert page.query_selector(".or-sign-abstained") is None
