"""The choice of a language model in a real browser: changed for the next question, told, refused, one for all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from qa.engine import QuotesOnly
from tests.ui.conftest import served
from tests.ui.test_browser import LICENSED, Open, ask, visit, wait_for  # noqa: F401 (a fixture)
from tests.ui.test_browser_access import faults
from tests.ui.test_login import logged_in

MODEL = "#or-model input"
LARGE = "large <b>scripted</b>"


@pytest.fixture(scope="module")
def own_address() -> Iterator[str]:
    """A page of this module's own: what is chosen on it holds for every page."""
    with served("ready") as address:
        yield address


def unfold(page: Any) -> None:
    page.click("#or-scope > button")
    page.locator(MODEL).wait_for()


def choose(page: Any, name: str) -> None:
    page.click(MODEL)
    page.locator("#or-model [role=option]", has_text=name).first.click()


def chosen(page: Any, name: str) -> None:
    for _ in range(300):
        if page.input_value(MODEL) == name and page.is_enabled(MODEL):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{page.input_value(MODEL)!r} is chosen, not {name!r}")


def footnote(page: Any) -> str:
    return str(page.locator(".or-answered .or-footnote > span:first-child").last.inner_text()).partition(" · ")[2]


def test_the_model_that_is_chosen_answers_next_and_its_answers_name_it(visit: Open, own_address: str) -> None:  # noqa: F811
    page = visit(at=own_address)
    ask(page, LICENSED)
    wait_for(page, "checked")
    assert footnote(page) == "scripted"
    unfold(page)
    chosen(page, "scripted")
    choose(page, LARGE)
    told = page.locator("#or-model-told")
    told.get_by_text(f"Loading {LARGE}. Questions under way are answered by scripted; new ones wait.").wait_for()
    assert page.is_disabled(MODEL)
    ask(page, f"{LICENSED} Again?")
    told.get_by_text(f"{LARGE} answers from now on, on every page.").wait_for(timeout=30_000)
    chosen(page, LARGE)
    page.locator(".or-answered .or-footnote").nth(1).wait_for(timeout=30_000)
    assert footnote(page) == LARGE
    page.wait_for_url("**/?c=*")
    exported = httpx.get(f"{own_address}onrecord/export/{page.url.rpartition('c=')[2]}.html").text
    assert "Checked · scripted</p>" in exported
    assert "Checked · large &lt;b&gt;scripted&lt;/b&gt;</p>" in exported
    assert faults(page) == []
    other = visit(at=own_address)
    unfold(other)
    chosen(other, LARGE)
    assert page.faults == other.faults == []


def test_a_model_that_cannot_be_loaded_says_why_and_quotes_need_none(visit: Open, own_address: str) -> None:  # noqa: F811
    page = visit(at=own_address)
    unfold(page)
    before = page.input_value(MODEL)
    choose(page, "torn.gguf")
    page.locator("#or-model-told", has_text="is it a whole GGUF file that fits in memory?").wait_for(timeout=30_000)
    chosen(page, before)
    choose(page, QuotesOnly.name)
    page.locator("#or-model-told", has_text="answers from now on").wait_for(timeout=30_000)
    ask(page, LICENSED)
    wait_for(page, "checked")
    assert page.locator(".or-answered .or-claim-quoted").count() == 1
    assert footnote(page) == QuotesOnly.name
    assert page.faults == []


def test_with_a_login_the_first_user_chooses_and_the_others_are_told(
    browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "WITH_LOGIN", "1")
    with served("ready") as address:
        ana, ines = logged_in(browser, address, "ana", "ferry"), logged_in(browser, address, "ines", "mill")
        unfold(ines)
        ines.locator("#or-model-told", has_text="ana chooses it for everybody.").wait_for()
        assert ines.is_disabled(MODEL)
        unfold(ana)
        choose(ana, QuotesOnly.name)
        ana.locator("#or-model-told", has_text="answers from now on").wait_for(timeout=30_000)
        ask(ines, LICENSED)
        wait_for(ines, "checked")
        assert footnote(ines) == QuotesOnly.name
        ana.context.close()
        ines.context.close()
