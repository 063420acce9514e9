"""Conversations in a real browser: kept over a refresh and a restart, found, renamed, saved and deleted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.ui.conftest import served
from tests.ui.test_browser import LICENSED, Open, ask, visit, wait_for  # noqa: F401 (a fixture)
from tests.ui.test_browser_access import faults


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


def rename(page: Any, name: str) -> None:
    """Rename the open conversation, once its turn has ended and the page has filled in the name that it has."""
    page.wait_for_selector("#or-box .submit-button")
    page.wait_for_url("**/?c=*")
    box = page.locator("#or-name input, #or-name textarea")
    for _ in range(3):
        box.fill(name)
        page.wait_for_timeout(500)
        if box.input_value() == name:  # the end of the turn did not write over it
            break
    box.press("Enter")


def test_a_conversation_is_renamed_saved_and_deleted(visit: Open) -> None:  # noqa: F811
    page = visit()
    ask(page, LICENSED)
    wait_for(page, "checked")
    open_side(page)
    page.click("#or-this button")
    rename(page, "Pier notes")
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
    page.locator("#or-deleted", has_text="Deleted “Pier notes”").wait_for()
    page.reload()
    page.click("#or-side .toggle-button")
    page.click("#or-restore")
    wait_for(page, "checked")
    page.wait_for_selector("#or-conversations label:has-text('Pier notes')")
    page.wait_for_url("**/?c=*")
    page.locator("#or-restore").wait_for(state="detached")
    assert page.faults == []


def edit(page: Any, place: int, words: str) -> None:
    """Edit a question where it stands and ask it."""
    page.locator(".or-question").nth(place).hover()
    page.locator(".or-edit").nth(place).click()
    page.fill(".or-editing textarea", words)
    page.press(".or-editing textarea", "Enter")


def questions_of(page: Any) -> list[str]:
    return [str(each) for each in page.locator(".or-asked").all_inner_texts()]


def three_questions(page: Any) -> list[str]:
    questions = [LICENSED, "When was it built?", "What does a submarine cost in Brazil?"]
    for number, question in enumerate(questions, 1):
        ask(page, question)
        page.locator(":is(.or-answered, .or-abstained)").nth(number - 1).wait_for(timeout=30_000)
        page.wait_for_selector("#or-box .submit-button")
    return questions


def test_an_edited_question_takes_the_place_of_what_followed_and_an_undo_brings_it_back(visit: Open) -> None:  # noqa: F811
    page = visit()
    questions = three_questions(page)
    page.locator(".or-question").nth(1).hover()
    page.locator(".or-edit").nth(1).click()
    assert page.input_value(".or-editing textarea") == questions[1]
    page.press(".or-editing textarea", "Escape")
    page.locator(".or-editing").wait_for(state="detached")
    edit(page, 1, "When was it <b>inspected</b> last?")
    page.locator(".or-replaced", has_text="took the place of 2 questions").wait_for(timeout=30_000)
    assert questions_of(page) == [LICENSED, "When was it <b>inspected</b> last?"]
    assert "Maid of Hethe" in page.inner_text(".or-understood")
    page.wait_for_selector("#or-box .submit-button")
    page.click(".or-undo")
    page.locator(".or-question").nth(2).wait_for()
    assert questions_of(page) == questions
    assert page.input_value("#or-box textarea") == "When was it <b>inspected</b> last?"
    page.reload()
    page.locator(".or-question").nth(2).wait_for()
    assert questions_of(page) == questions
    assert page.faults == []


def test_a_stop_of_an_edited_question_keeps_what_it_was_to_replace(visit: Open) -> None:  # noqa: F811
    page = visit()
    questions = three_questions(page)
    edit(page, 0, "Tell me haltingly about the ferry.")
    page.locator(".or-earlier", has_text=f"Instead of “{LICENSED}”").wait_for()
    page.wait_for_selector(".or-draft .or-text")
    assert page.locator(".or-edit").first.is_visible() is False
    page.click("#or-box .stop-button")
    page.wait_for_selector(".or-stopped")
    assert questions_of(page) == [*questions, "Tell me haltingly about the ferry."]
    assert page.faults == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_no_serious_fault_in_an_edit_and_in_a_delete(visit: Open, scheme: str, width: int) -> None:  # noqa: F811
    page = visit(scheme=scheme, width=width)
    ask(page, LICENSED)
    wait_for(page, "checked")
    page.wait_for_selector("#or-box .submit-button")
    page.locator(".or-question").hover()
    page.locator(".or-edit").click()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.fill(".or-editing textarea", "When was the Maid of Hethe built?")
    page.click(".or-editing button[type=submit]")
    page.wait_for_selector(".or-replaced", timeout=30_000)
    assert faults(page) == []
    open_side(page)
    page.click("#or-this button")
    page.click("#or-delete")
    page.wait_for_selector("#or-restore")
    assert faults(page) == []


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
