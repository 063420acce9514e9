"""Who may use the page, and that two users see nothing of each other."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ui.conftest import served
from tests.ui.test_browser import LICENSED, ask, wait_for
from ui.errors import LoginError
from ui.login import checker, read_users


def test_names_and_passwords_are_read(tmp_path: Path) -> None:
    (tmp_path / "users").write_text("# who\n\nana:fer:ry\nines: mill\n")
    users = read_users(tmp_path / "users")
    assert users == {"ana": "fer:ry", "ines": " mill"}
    right = checker(users)
    assert right("ana", "fer:ry")
    assert not any(right(*wrong) for wrong in (("ana", "ferry"), ("nobody", ""), ("ana", ""), ("", "")))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names nobody"),
        ("ana", "line 1: expected"),
        (":x", "line 1: expected"),
        ("a:1\na:2", "line 2: a comes a second"),
    ],
)
def test_what_is_no_list_of_users_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "users").write_text(text)
    with pytest.raises(LoginError, match=said):
        read_users(tmp_path / "users")
    with pytest.raises(LoginError, match="cannot be read"):
        read_users(tmp_path / "none")


def logged_in(browser: Any, address: str, name: str, password: str) -> Any:
    page = browser.new_context().new_page()
    page.goto(address)
    page.get_by_label("username").fill(name)
    page.get_by_label("password").fill(password)
    page.get_by_role("button", name="Login").click()
    page.wait_for_selector("#or-box textarea")
    return page


def test_two_users_have_conversations_of_their_own(browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "WITH_LOGIN", "1")
    with served("ready") as address:
        ana, ines = logged_in(browser, address, "ana", "ferry"), logged_in(browser, address, "ines", "mill")
        ask(ana, LICENSED)
        wait_for(ana, "checked")
        ana.wait_for_url("**/?c=*")
        ines.goto(ana.url)
        ines.wait_for_selector(".or-welcome")
        ines.click("#or-side .toggle-button")
        ines.wait_for_selector("#or-new")
        assert ines.locator("#or-conversations label").count() == 0
        name = ana.url.partition("c=")[2]
        assert httpx.get(f"{address}onrecord/export/{name}.md").status_code == 401
        assert httpx.get(f"{address}onrecord/original/ferry.txt").status_code == 401
        assert httpx.get(f"{address}gradio_api/mcp/schema").status_code == 404
        assert ana.request.get(f"{address}onrecord/export/{name}.md").status == 200
        assert ines.request.get(f"{address}onrecord/export/{name}.md").status == 404
        assert ana.request.get(f"{address}onrecord/original/ferry.txt").headers["content-type"].startswith("text/plain")
        ana.context.close()
        ines.context.close()
