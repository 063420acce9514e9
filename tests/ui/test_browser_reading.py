"""Reading the evidence in a real browser: figures over time, the card beside a marker, text from right to left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.ui.conftest import served
from tests.ui.test_browser import CONTRASTS, Open, ask, visit, wait_for  # noqa: F401 (a fixture)
from tests.ui.test_browser_access import faults

TOLL = "How many people were killed by the flood at Tarsk?"
MARCHERS = "How many marchers did the rally in Ostby draw?"
ABOARD = "كم راكبا كان على متن السفينة زمردة؟"


@pytest.fixture(scope="module")
def figures() -> Iterator[str]:
    with served("figures") as address:
        yield address


def settled(page: Any, sign: str) -> None:
    """Wait for an answer, and until the page is at rest: before that a marker moves away from the mouse."""
    wait_for(page, sign)
    page.locator("#or-box textarea:enabled").wait_for()
    page.locator("#or-box .submit-button").wait_for()
    page.wait_for_timeout(500)  # its question moves to the top


def direction(page: Any, selector: str) -> str:
    return str(page.eval_on_selector(selector, "each => getComputedStyle(each).direction"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_a_running_count_is_drawn_below_its_sentences(visit: Open, figures: str, scheme: str, width: int) -> None:  # noqa: F811
    page = visit(at=figures, scheme=scheme, width=width)
    ask(page, TOLL)
    settled(page, "checked")
    plot = page.get_by_role(
        "img", name="How the figure changed: at least 17, 5 Mar 2024; 22, 7 Mar 2024; 31, 19 Mar 2024"
    )
    frame = plot.bounding_box()
    circles = [each.bounding_box() for each in plot.locator("circle").all()]
    assert len(circles) == 3
    assert [circle["x"] for circle in circles] == sorted(circle["x"] for circle in circles)
    assert [-circle["y"] for circle in circles] == sorted(-circle["y"] for circle in circles)
    for box in [*circles, *(each.bounding_box() for each in plot.locator("text").all())]:
        assert frame["x"] - 1 <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert faults(page) == []


def test_figures_that_disagree_are_drawn_below_their_table(visit: Open, figures: str) -> None:  # noqa: F811
    page = visit(at=figures)
    ask(page, MARCHERS)
    settled(page, "conflict")
    assert page.locator(".or-conflict tbody tr").count() == 3
    assert page.locator(".or-plot circle").count() == 3
    assert page.locator(".or-plot .or-run").count() == 0
    page.click("#or-side .toggle-button")  # beside the open list the words still have room
    page.wait_for_timeout(800)
    assert all(each.bounding_box()["width"] > 240 for each in page.locator(".or-said").all())


def test_a_long_answer_is_read_from_its_question_until_the_reader_scrolls(visit: Open, figures: str) -> None:  # noqa: F811
    page = visit(at=figures, height=600)
    ask(page, TOLL)
    settled(page, "checked")
    ask(page, MARCHERS)
    settled(page, "conflict")
    top = page.locator("#or-chat [role=log]").bounding_box()["y"]
    question = page.locator(".or-asked").last
    assert 0 <= question.bounding_box()["y"] - top < 40
    page.locator("table.or-conflict").hover()
    page.mouse.wheel(0, -2000)
    page.wait_for_timeout(300)
    page.locator(".or-asked").first.click()
    page.locator("#or-scope > button").click()  # what changes on the page moves nothing now
    page.wait_for_timeout(500)
    assert 0 <= page.locator(".or-asked").first.bounding_box()["y"] - top < 60


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_mouse_on_a_marker_shows_the_words_until_escape(visit: Open, figures: str, scheme: str) -> None:  # noqa: F811
    page = visit(at=figures, scheme=scheme)
    ask(page, MARCHERS)
    settled(page, "conflict")
    page.hover(".or-conflict button.or-to-1")
    card = page.locator(".or-peek")
    card.wait_for(state="visible")
    assert (
        card.inner_text()
        == "The rally in Ostby drew 900 marchers.\nRally in Ostby\nrally4.txt · 4 May 2024, stated in the text"
    )
    page.hover(".or-peek")
    page.wait_for_timeout(400)
    assert card.is_visible()  # it can be read with the mouse on it
    assert page.evaluate(CONTRASTS) == []
    assert faults(page) == []
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    page.hover(".or-conflict button.or-to-2")
    card.get_by_text("drew 4,000 marchers").wait_for()
    page.hover(".or-header .or-name")
    card.wait_for(state="hidden")


def test_the_keyboard_on_a_marker_shows_the_words_and_enter_opens_them(visit: Open, figures: str) -> None:  # noqa: F811
    page = visit(at=figures)
    ask(page, TOLL)
    settled(page, "checked")
    page.focus("button.or-to-1")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    card = page.locator(".or-peek")
    card.get_by_text("killed 22 people").wait_for()
    described = page.locator("button.or-to-2").get_attribute("aria-describedby")
    assert page.locator(f"#{described}").inner_text() == card.inner_text()
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.matches('button.or-to-2')")
    page.keyboard.press("Enter")
    assert "killed 22 people" in page.inner_text(".or-panel mark")


def test_a_tap_opens_the_words_and_shows_no_card(browser: Any, figures: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(figures)
    ask(page, TOLL)
    settled(page, "checked")
    page.tap("button.or-to-1")
    page.locator(".or-source mark", has_text="killed 31 people").wait_for()
    page.wait_for_timeout(400)
    assert not page.locator(".or-peek").is_visible()
    context.close()


def test_arabic_runs_from_right_to_left(visit: Open, figures: str) -> None:  # noqa: F811
    page = visit(at=figures)
    page.fill("#or-box textarea", ABOARD)
    assert direction(page, "#or-box textarea") == "rtl"
    page.press("#or-box textarea", "Enter")
    settled(page, "checked")
    for part in (".or-question", ".or-answered .or-text", ".or-source .or-title", ".or-source .or-paragraph"):
        assert direction(page, part) == "rtl"
    assert direction(page, ".or-sign") == "ltr"
    sentence = page.locator(".or-answered .or-claim").bounding_box()
    marker = page.locator("button.or-to-1").bounding_box()
    assert marker["x"] + marker["width"] <= sentence["x"] + 1
    page.click("button.or-to-1")
    assert page.inner_text(".or-panel mark") == "وصلت السفينة زمردة إلى ميناء طنجة وعلى متنها 180 راكبا."
    for part in (".or-panel .or-title", ".or-panel .or-paragraph"):
        assert direction(page, part) == "rtl"
    assert page.inner_text(".or-panel .or-meta") == "مرفأ.txt · 5 March 2024, stated in the text"
    page.fill("#or-box textarea", TOLL)
    assert direction(page, "#or-box textarea") == "ltr"
    assert page.faults == []


def test_an_arabic_document_is_read_from_right_to_left(visit: Open, figures: str) -> None:  # noqa: F811
    page = visit(at=figures)
    page.click("button[role=tab]:has-text('Documents')")
    page.locator("#or-table [role=gridcell]", has_text="مرفأ").first.click()
    page.locator("#or-reader .or-title", has_text="مرفأ").wait_for()
    assert direction(page, "#or-reader .or-article") == "rtl"
