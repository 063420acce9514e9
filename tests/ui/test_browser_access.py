"""The page for everybody: no serious fault that axe-core can find, light and dark, wide and narrow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ui.test_browser import INJURED, Open, ask, visit, wait_for  # noqa: F401 (a fixture)

axe = pytest.importorskip("axe_playwright_python")
AXE = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def faults(page: Any) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_axe_finds_no_serious_fault(visit: Open, scheme: str, width: int) -> None:  # noqa: F811
    page = visit(scheme=scheme, width=width)
    page.wait_for_selector(".or-welcome")
    assert faults(page) == []
    ask(page, INJURED)
    wait_for(page, "conflict")
    page.click("button.or-to-1")
    page.click("#or-scope > button")
    page.wait_for_selector("#or-since")
    assert faults(page) == []
    page.click("#or-side .toggle-button")
    page.wait_for_selector("#or-conversations label")
    page.wait_for_timeout(400)  # it slides in
    assert faults(page) == []
    page.click("#or-side .toggle-button")
    page.click("button[role=tab]:has-text('Documents')")
    page.locator("#or-table [role=gridcell]").first.wait_for()
    assert faults(page) == []


def test_arrows_step_through_the_sources(visit: Open) -> None:  # noqa: F811
    page = visit()
    ask(page, INJURED)
    wait_for(page, "conflict")
    page.click("button.or-to-1")
    first = page.inner_text(".or-panel .or-origin")
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".or-panel-place") == "2 of 2"
    assert page.inner_text(".or-panel .or-origin") != first
    page.keyboard.press("ArrowLeft")
    assert page.inner_text(".or-panel .or-origin") == first


def test_escape_stops_an_answer(visit: Open) -> None:  # noqa: F811
    page = visit()
    ask(page, "Tell me haltingly about the ferry, please?")
    page.wait_for_selector(".or-draft .or-text")
    page.keyboard.press("Escape")
    wait_for(page, "stopped")
