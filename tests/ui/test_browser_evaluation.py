"""The evaluation tab in a real browser: a run, its failures, a case asked again, the report in its sandbox."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ui.conftest import served
from tests.ui.runs import write_runs
from tests.ui.test_browser import Open, visit  # noqa: F401 (a fixture)
from tests.ui.test_browser_access import faults
from tests.ui.test_browser_documents import go_to
from tests.ui.test_login import logged_in


@pytest.fixture(scope="module")
def address_of_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("runs")
    write_runs(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "RUNS", str(folder))
        with served("ready") as address:
            yield address


def choose(page: Any, table: str, text: str) -> None:
    page.locator(f"#{table} [role=gridcell]", has_text=text).first.click()


def open_ferry(page: Any) -> None:
    go_to(page, "Evaluation")
    choose(page, "or-runs", "ferry/0001")
    page.locator("#or-failures [role=gridcell]").first.wait_for()


def test_a_run_shows_its_figures_gates_and_failures(visit: Open, address_of_runs: str) -> None:  # noqa: F811
    page = visit(at=address_of_runs)
    open_ferry(page)
    assert "40.0 % right reactions (12.0 to 77.0), 5 cases" in page.inner_text(".or-run .or-share").replace("\xa0", " ")
    assert page.inner_text(".or-gate-missed").startswith("Not passed: success at least 0.9")
    cells = page.locator("#or-failures [role=gridcell]")
    page.locator("#or-outcome label", has_text="error (1)").click()
    cells.filter(has_text="licence").first.wait_for(state="detached")
    assert cells.count() == 5
    choose(page, "or-failures", "gone")
    page.locator(".or-recorded, .or-problem").first.wait_for()
    assert "the server is gone" in page.inner_text(".or-case .or-problem")
    assert "Not among those open: annals.txt." in page.inner_text(".or-caution")
    page.locator("#or-outcome label", has_text="all (3)").click()
    choose(page, "or-failures", "hostile")
    page.locator(".or-case .or-question", has_text="<script>").wait_for()
    assert page.title() == "onrecord"
    assert faults(page) == []
    assert page.faults == []


def test_a_failed_case_is_asked_again_with_its_day_and_history(
    visit: Open,  # noqa: F811
    address_of_runs: str,
) -> None:
    page = visit(at=address_of_runs)
    open_ferry(page)
    choose(page, "or-failures", "licence")
    page.locator(".or-case", has_text="as of 2023-10-16").wait_for()
    assert "The ferry carries 21 cars." in page.inner_text(".or-recorded")
    page.click("#or-ask-case")
    page.wait_for_selector("#or-chat .or-sign-checked", timeout=30_000)
    assert not page.is_visible("#or-runs")
    assert "180 passengers" in page.inner_text("#or-chat .or-answered .or-text")
    assert "Asked after “Who built the Maid of Hethe?”" in page.inner_text("#or-chat .or-question")
    page.locator("#or-scope > button", has_text="Scope: as of 2023-10-16").wait_for()
    page.wait_for_url("**/?c=*")
    page.reload()
    page.wait_for_selector("#or-chat .or-sign-checked")
    assert "Asked after “Who built the Maid of Hethe?”" in page.inner_text("#or-chat .or-question")
    assert page.faults == []


def test_a_report_runs_in_a_sandbox_and_can_send_nothing(visit: Open, address_of_runs: str) -> None:  # noqa: F811
    page = visit(at=address_of_runs)
    open_ferry(page)
    with page.context.expect_page() as opened:
        page.click(".or-run .or-original")
    report = opened.value
    report.wait_for_selector("h1")
    assert report.evaluate("window.origin") == "null"
    assert report.title() != "owned"
    answer = httpx.get(f"{address_of_runs}onrecord/report/ferry/0001")
    policies = answer.headers.get_list("content-security-policy")
    assert any(each.startswith("sandbox allow-scripts; default-src 'none'") for each in policies)


def test_only_files_of_runs_are_sent(address_of_runs: str) -> None:
    for name in ("ferry/0001/manifest.json", "ferry", "%2E%2E/%2E%2E/etc/passwd", "ferry%2F..%2F..%2Fx", "/etc", "%00"):
        answer = httpx.get(f"{address_of_runs}onrecord/report/{name}")
        assert answer.status_code == 404, name
        assert "no finished run" in answer.text
    assert "has no report" in httpx.get(f"{address_of_runs}onrecord/report/built/0001").text


def test_a_report_is_sent_to_those_alone_who_are_logged_in(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_runs(tmp_path)
    monkeypatch.setitem(os.environ, "RUNS", str(tmp_path))
    monkeypatch.setitem(os.environ, "WITH_LOGIN", "1")
    with served("ready") as address:
        assert httpx.get(f"{address}onrecord/report/ferry/0001").status_code == 401
        page = logged_in(browser, address, "ana", "ferry")
        assert page.request.get(f"{address}onrecord/report/ferry/0001").status == 200
        page.context.close()


@pytest.mark.parametrize(("scheme", "width"), [("dark", 1280), ("light", 390)])
def test_axe_finds_no_serious_fault_in_the_tab(
    visit: Open,  # noqa: F811
    address_of_runs: str,
    scheme: str,
    width: int,
) -> None:
    page = visit(at=address_of_runs, scheme=scheme, width=width)
    open_ferry(page)
    choose(page, "or-failures", "licence")
    page.locator(".or-case").wait_for()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_without_runs_one_sentence_says_how_to_make_one(visit: Open) -> None:  # noqa: F811
    page = visit()
    go_to(page, "Evaluation")
    page.locator("#or-runs-told", has_text="onrecord eval SUITE").wait_for()
    assert not page.is_visible("#or-runs")
    assert page.faults == []
