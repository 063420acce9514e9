"""The report in a real browser: nothing leaves the page, nothing runs that should not, and it fits a phone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from evals.report import write
from tests.evals.report_sample import COMPARISON, REPORT

LOUD = "BROWSER TESTS SKIPPED"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
Open = Callable[..., Any]
CONTRAST = """() => {
  const light = (c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const read = (s) => s.match(/[\\d.]+/g).map(Number);
  const bright = (c) => 0.2126 * light(c[0]) + 0.7152 * light(c[1]) + 0.0722 * light(c[2]);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = read(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || e.closest("svg") || e.tagName === "SCRIPT") continue;
    const [a, b] = [bright(read(getComputedStyle(e).color)), bright(ground(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(`${e.tagName}.${e.className}: ${e.textContent.slice(0, 30)}`);
  }
  return poor;
}"""
WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((e) => !e.closest(".scroll, svg") && e.getBoundingClientRect().right > innerWidth + 0.5)
  .map((e) => `${e.tagName}.${e.className}`)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip(f"{LOUD}: no Chromium is here; on Debian run `apt-get install chromium`")
    playwright = pytest.importorskip("playwright.sync_api", reason=f"{LOUD}: run `pip install playwright`")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = tmp_path_factory.mktemp("run")
    write(REPORT, folder, comparison=COMPARISON)
    return (folder / "report.html").as_uri()


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Open]:
    """Open the report in a fresh profile; requests, page errors and refusals of the policy are kept on the page."""
    with ExitStack() as opened:

        def visit(width: int = 1200, scheme: str = "light", place: str = "", script: bool = True) -> Any:
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
            )
            opened.callback(context.close)
            page = context.new_page()
            page.requests, page.refused, page.faults = [], [], []
            page.on("request", lambda request: page.requests.append(request.url))
            page.on("requestfailed", lambda request: page.refused.append((request.url, request.failure)))
            page.on("pageerror", lambda error: page.faults.append(str(error)))
            page.on("console", lambda message: page.faults.append(message.text))
            page.on("dialog", lambda dialog: (page.faults.append(dialog.message), dialog.dismiss()))
            page.goto(address + place)
            return page

        yield visit


def open_all(page: Any) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def shown(page: Any) -> list[str]:
    return [one.get_attribute("id") for one in page.query_selector_all("details.case") if one.is_visible()]


def test_the_page_asks_for_itself_alone_and_the_policy_refuses_nothing_of_it(visit: Open, address: str) -> None:
    page = visit()
    open_all(page)
    page.wait_for_timeout(200)
    assert page.requests == [address]
    assert page.faults == []


def test_hostile_words_do_nothing(visit: Open) -> None:
    page = visit()
    open_all(page)
    assert page.title() == "brindle · evaluation"
    assert page.evaluate("document.scripts.length") == 1
    assert page.query_selector("img, iframe, u, main i:not(.swatch)") is None
    assert "<script>document.title='stolen'</script>" in page.inner_text("#case-script-alert-1-script .answer")


def test_markup_that_got_into_the_page_could_not_run(visit: Open) -> None:
    page = visit()
    page.evaluate(
        """() => {
          const made = document.createElement("script");
          made.textContent = "document.title = 'stolen'";
          document.body.append(made);
          const image = "<img src='https://elsewhere.example/x' onerror='document.title = 1'>";
          document.body.insertAdjacentHTML("beforeend", image);
        }"""
    )
    page.wait_for_timeout(200)
    assert page.title() == "brindle · evaluation"
    assert page.refused == [("https://elsewhere.example/x", "csp")]


def test_cases_are_filtered_by_outcome_stage_tag_and_words(visit: Open) -> None:
    page = visit()
    assert len(shown(page)) == 13
    page.select_option("select[name=outcome]", "answered wrong")
    assert len(shown(page)) == 4
    page.select_option("select[name=blame]", "reading")
    assert shown(page) == ["case-material", "case-last-keeper-fog"]
    page.select_option("select[name=tag]", "person")
    assert shown(page) == ["case-last-keeper-fog"]
    assert page.inner_text("#count") == "1 of 13 shown"
    page.click("button[type=reset]")
    page.wait_for_selector("#count:text-is('13 of 13 shown')")
    page.fill("input[name=words]", "40,000 CROWNS disagree")
    assert shown(page) == ["case-damage"]
    assert not page.is_visible("text=Not right")


def test_a_count_leads_to_its_cases(visit: Open) -> None:
    page = visit()
    page.click(".legend a:text('over-abstained')")
    assert shown(page) == ["case-seen", "case-keepers", "case-until"]
    page.click(".stages a:text('retrieval')")
    assert shown(page) == ["case-seen"]
    page.click(".tags bdi:text-is('<u>tag</u>|')")
    assert shown(page) == ["case-script-alert-1-script"]


def test_a_link_to_a_case_opens_it_and_shows_it(visit: Open) -> None:
    page = visit(place="#case-last-keeper-fog")
    assert page.is_visible("#case-last-keeper-fog .answer")
    assert page.evaluate("document.getElementById('case-last-keeper-fog').getBoundingClientRect().top") < 100
    assert not page.is_visible("#case-material .answer")


def test_a_link_leads_to_a_case_that_was_filtered_away(visit: Open) -> None:
    page = visit()
    page.select_option("select[name=outcome]", "error")
    page.evaluate("location.hash = '#case-first-lit'")
    page.wait_for_selector("#case-first-lit .answer")
    assert len(shown(page)) == 13


def test_a_marker_leads_to_its_quote_in_the_paragraph(visit: Open) -> None:
    page = visit(place="#case-builder")
    page.click("#case-builder .answer a.cite >> nth=1")
    assert page.evaluate("location.hash") == "#case-builder:c2"
    assert page.inner_text("#case-builder li:target mark").startswith("The lighthouse at Brindle Head was lit")


@pytest.mark.parametrize("width", [360, 390, 768, 1200])
def test_nothing_reaches_beyond_the_page(visit: Open, width: int) -> None:
    page = visit(width=width)
    open_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(WIDE) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read_against_its_ground(visit: Open, scheme: str) -> None:
    page = visit(scheme=scheme)
    open_all(page)
    assert page.evaluate(CONTRAST) == []


def test_the_dark_page_is_dark(visit: Open) -> None:
    assert visit(scheme="dark").evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 20, 18)"


def test_cases_open_by_keyboard(visit: Open) -> None:
    page = visit()
    page.focus("#case-material > summary")
    page.keyboard.press("Enter")
    assert page.is_visible("#case-material .answer")


def test_without_script_every_case_is_there_and_no_filter_is(visit: Open) -> None:
    page = visit(script=False)
    assert len(shown(page)) == 13
    assert not page.is_visible("#filter")
    page.click("#case-material > summary")
    assert page.is_visible("#case-material .answer")


def test_the_bar_has_the_shares_of_the_outcomes(visit: Open) -> None:
    page = visit()
    widths = page.evaluate("[...document.querySelectorAll('.bar span')].map((e) => e.getBoundingClientRect().width)")
    assert [round(13 * width / sum(widths), 1) for width in widths] == [3.0, 1.0, 1.0, 3.0, 4.0, 1.0]
