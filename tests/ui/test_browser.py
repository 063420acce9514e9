"""The chat page in a real browser: what a reader sees, clicks and is protected from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

LICENSED = "How many passengers is the Maid of Hethe licensed to carry?"
INJURED = "How many people were injured when the Maid of Hethe struck the pier?"
BREAKWATER = "How long is the breakwater?"
Open = Callable[..., Any]


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Open]:
    """Open the page in a fresh browser profile; requests and page errors are kept on it."""
    with ExitStack() as opened:

        def visit(width: int = 1280, height: int = 800, scheme: str = "light", at: str = address) -> Any:
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            opened.callback(context.close)
            page = context.new_page()
            page.requests, page.faults = [], []
            page.on("request", lambda request: page.requests.append(request.url))
            page.on("pageerror", lambda error: page.faults.append(str(error)))
            page.on("dialog", lambda dialog: (page.faults.append(dialog.message), dialog.dismiss()))
            page.goto(at)
            page.wait_for_selector("#or-box textarea")
            return page

        yield visit


def ask(page: Any, question: str) -> None:
    page.fill("#or-box textarea", question)
    page.press("#or-box textarea", "Enter")


def wait_for(page: Any, sign: str) -> Any:
    return page.wait_for_selector(f".or-sign-{sign}", timeout=30_000)


def test_a_draft_is_greyed_until_the_tick(visit: Open) -> None:
    page = visit()
    ask(page, LICENSED)
    page.wait_for_selector(".or-draft .or-text")
    assert page.inner_text(".or-sign-draft .or-label") == "Checking"
    assert page.query_selector(".or-sign-checked") is None
    wait_for(page, "checked")
    assert page.query_selector(".or-draft") is None
    assert "180 passengers" in page.inner_text(".or-answered .or-text")
    assert page.faults == []


def test_a_marker_opens_the_words_in_their_paragraph_beside_the_chat(visit: Open) -> None:
    page = visit()
    ask(page, LICENSED)
    wait_for(page, "checked")
    page.click("button.or-to-1")
    assert "licensed to carry 180 passengers" in page.inner_text(".or-panel mark")
    paragraph = page.inner_text(".or-panel .or-paragraph")
    assert paragraph.startswith("The Maid of Hethe was built in 1994")
    assert paragraph.endswith("She was last inspected in March.")
    assert "ferry.txt · 15 October 2023, stated in the text" in page.inner_text(".or-panel .or-meta")
    assert page.query_selector("button.or-marker.or-on") is not None


@pytest.mark.parametrize("is_encrypted", [True, False])
def test_an_answer_is_copied_with_its_sources(visit: Open, is_encrypted: bool) -> None:
    page = visit()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    if not is_encrypted:  # as a page over plain HTTP from another machine
        page.evaluate("window.kept = navigator.clipboard")
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    ask(page, LICENSED)
    wait_for(page, "checked")
    page.locator("#or-box .submit-button").wait_for()
    button = page.get_by_role("button", name="Copy with sources")
    button.click()
    page.get_by_role("button", name="Copied").wait_for()
    button.wait_for()
    said, _, notes = page.evaluate("(window.kept ?? navigator.clipboard).readText()").partition("\n\n")
    assert "180 passengers" in said
    assert said.endswith("[1]")
    assert notes.startswith("[1] “")
    assert notes.splitlines()[0].endswith("(ferry.txt, Ferry strikes pier, 15 October 2023, stated in the text)")
    assert page.faults == []


def test_on_a_phone_the_marker_opens_the_words_under_the_answer(visit: Open) -> None:
    page = visit(width=390, height=844)
    ask(page, LICENSED)
    wait_for(page, "checked")
    assert not page.is_visible(".or-panel")
    assert not page.is_visible(".or-source mark")
    page.click("button.or-to-1")
    assert page.is_visible(".or-source mark")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_on_a_phone_the_empty_chat_is_no_wider_than_the_page(visit: Open) -> None:
    page = visit(width=390, height=844)
    page.wait_for_selector(".or-welcome")
    for part in (".or-welcome", "#or-chat .examples"):
        box = page.locator(part).bounding_box()
        assert box["x"] + box["width"] <= 390


def test_on_a_phone_the_open_scope_leaves_room_for_the_chat(visit: Open) -> None:
    page = visit(width=390, height=844)
    page.click("#or-scope > button")
    page.wait_for_selector("#or-since")
    page.locator("#or-model").wait_for()
    assert page.locator("#or-scope").bounding_box()["height"] < 844 / 2
    since, until = (page.locator(part).bounding_box() for part in ("#or-since", "#or-until"))
    assert since["y"] == until["y"]
    assert page.locator("#or-box").bounding_box()["y"] < 844 - 40
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_sources_that_disagree_stand_in_a_table(visit: Open) -> None:
    page = visit()
    ask(page, INJURED)
    wait_for(page, "conflict")
    rows = [row.inner_text() for row in page.query_selector_all(".or-conflict tbody tr")]
    assert len(rows) == 2
    assert rows[0].startswith("12")
    assert "later.txt" in rows[0]
    assert "17 Oct 2023" in rows[0]
    assert "17" in rows[1]
    assert "ferry.txt" in rows[1]
    page.click(".or-conflict tbody tr:last-child button.or-marker")
    assert "At least 17 people were injured" in page.inner_text(".or-panel mark")


def test_an_abstention_gives_its_reason_and_what_is_nearest(visit: Open) -> None:
    page = visit()
    ask(page, "What does a submarine cost in Brazil?")
    wait_for(page, "abstained")
    assert page.query_selector(".or-sign-checked") is None
    assert page.inner_text(".or-abstained .or-text").strip()


def test_an_example_question_is_asked_by_a_click(visit: Open) -> None:
    page = visit()
    page.click("#or-chat button.example")
    wait_for(page, "checked")
    assert page.inner_text(".or-question") == LICENSED


def test_a_follow_up_shows_how_it_was_understood(visit: Open) -> None:
    page = visit()
    ask(page, LICENSED)
    wait_for(page, "checked")
    ask(page, "When was it built?")
    page.wait_for_selector(".or-understood", timeout=30_000)
    assert "Maid of Hethe" in page.inner_text(".or-understood")


@pytest.mark.parametrize("manner", ["slowly", "haltingly"])
def test_a_stop_marks_the_draft_and_the_next_question_is_answered(visit: Open, manner: str) -> None:
    page = visit()
    ask(page, f"Tell me {manner} where the Maid of Hethe was built and who inspected her last.")
    page.wait_for_selector(".or-draft .or-text", timeout=30_000)
    page.click("#or-box .stop-button")
    page.wait_for_selector(".or-stopped")
    assert "not checked" in page.inner_text(".or-stopped .or-note")
    ask(page, LICENSED)
    wait_for(page, "checked")
    assert page.query_selector(".or-stopped") is not None
    page.wait_for_selector("#or-box .stop-button", state="detached")
    assert page.faults == []


def test_two_pages_hold_two_conversations(visit: Open) -> None:
    first, second = visit(), visit()
    ask(first, LICENSED)
    wait_for(first, "checked")
    ask(second, "When was it built?")
    second.wait_for_selector(".or-abstained, .or-answered", timeout=30_000)
    assert second.query_selector(".or-understood") is None
    assert len(second.query_selector_all(".or-question")) == 1
    ask(first, "When was it built?")
    first.wait_for_selector(".or-understood", timeout=30_000)
    assert len(first.query_selector_all(".or-question")) == 2


def test_undo_gives_the_question_back_and_clear_begins_anew(visit: Open) -> None:
    page = visit()
    ask(page, LICENSED)
    wait_for(page, "checked")
    page.click("#or-chat button[title='Undo'], #or-chat button[aria-label='Undo']")
    page.wait_for_selector(".or-answered", state="detached")
    assert page.input_value("#or-box textarea") == LICENSED
    page.press("#or-box textarea", "Enter")
    wait_for(page, "checked")
    page.click("#or-chat button[title='Clear'], #or-chat button[aria-label='Clear']")
    page.wait_for_selector(".or-welcome")
    ask(page, "When was it built?")
    page.wait_for_selector(".or-abstained, .or-answered", timeout=30_000)
    assert page.query_selector(".or-understood") is None


def test_a_hostile_document_runs_fetches_and_restyles_nothing(visit: Open, address: str) -> None:
    page = visit()
    ask(page, BREAKWATER)
    page.wait_for_selector(".or-answered, .or-abstained", timeout=30_000)
    for summary in page.query_selector_all(".or-source summary"):
        summary.click()
    assert "<script>" in page.inner_text(".or-answer")
    assert page.title() == "onrecord"
    assert page.query_selector(".or-answer img, .or-answer script, .or-answer iframe") is None
    assert page.query_selector(".or-answer a:not(.or-original)") is None
    assert page.faults == []
    assert [url for url in page.requests if not url.startswith((address, "data:", "blob:"))] == []


def test_a_hostile_question_is_shown_as_typed(visit: Open, address: str) -> None:
    page = visit()
    words = "Is ![x](http://198.51.100.7/q.png) <b>bold</b> <img src=x onerror=alert(1)> **strong**?"
    ask(page, words)
    page.wait_for_selector(".or-answered, .or-abstained", timeout=30_000)
    assert page.inner_text(".or-question") == words
    assert page.faults == []
    assert [url for url in page.requests if not url.startswith((address, "data:", "blob:"))] == []


def test_messages_have_plain_names_for_a_screen_reader(visit: Open) -> None:
    page = visit()
    ask(page, LICENSED)
    wait_for(page, "checked")
    page.wait_for_function("document.querySelectorAll('[data-testid=bot]').length > 0")
    names = page.eval_on_selector_all("[data-testid=user], [data-testid=bot]", "all => all.map(e => e.ariaLabel)")
    assert set(names) == {"Your question", "Answer"}


def test_a_page_without_an_index_says_what_to_do(visit: Open, address_without_index: str) -> None:
    page = visit(at=address_without_index)
    page.wait_for_selector(".or-stats-problem")
    assert "onrecord index" in page.inner_text(".or-stats-problem")
    ask(page, LICENSED)
    wait_for(page, "problem")
    assert "no index at /x" in page.inner_text(".or-problem .or-text")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(visit: Open, scheme: str) -> None:
    page = visit(scheme=scheme)
    ask(page, INJURED)
    wait_for(page, "conflict")
    page.click("button.or-marker")
    page.wait_for_timeout(400)
    assert page.evaluate(CONTRASTS) == []


# The WCAG 2 contrast of each text of ours with the first opaque background behind it; 4.5 is the floor of level AA.
CONTRASTS = """() => {
  const parse = (value) => value.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  document.querySelectorAll("[class^='or-'], [class*=' or-']").forEach((element) => {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.disabled || element.matches('.or-unseen')) return;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push(`${element.className}: ${ratio.toFixed(2)}`);
  });
  return found;
}"""


def test_the_scope_narrows_what_is_asked(visit: Open) -> None:
    page = visit()
    page.click("#or-scope > button")
    page.fill("#or-as-of input, #or-as-of textarea", "2023-10-16")
    page.locator("#or-scope > button", has_text="as of 2023-10-16").wait_for()
    ask(page, INJURED)
    wait_for(page, "checked")  # the later paper, which says otherwise, was not there yet
    assert "17" in page.inner_text(".or-answered .or-text")
    page.fill("#or-as-of input, #or-as-of textarea", "2023-99")
    page.locator("#or-scope-told", has_text="the scope cannot be used").wait_for()
    assert page.faults == []
