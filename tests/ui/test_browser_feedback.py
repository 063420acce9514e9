"""A reader's word on answers and sentences, from the page to the store."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from qa.feedback import FILE_NAME, Feedback, FeedbackStore
from tests.ui.conftest import served
from tests.ui.test_browser import LICENSED, ask, wait_for


def heard(folder: Path, number: int) -> list[Feedback]:
    for _ in range(100):
        if (folder / FILE_NAME).is_file():
            store = FeedbackStore(folder / FILE_NAME, create=False)
            found = store.all()
            store.close()
            if len(found) >= number:
                return found
        time.sleep(0.1)
    raise AssertionError(f"fewer than {number} words were kept")


def test_a_thumb_and_a_flag_are_kept(browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "CONVERSATIONS", str(tmp_path))
    with served("ready") as address:
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector("#or-box textarea")
        ask(page, LICENSED)
        wait_for(page, "checked")
        page.wait_for_url("**/?c=*")
        page.click("button[aria-label='Like'], button[title='Like'], button[aria-label='like']")
        assert [each.vote for each in heard(tmp_path, 1)] == ["right"]
        page.hover(".or-answer")
        page.click("button.or-flag-0")
        kept = heard(tmp_path, 2)
        page.close()
    assert [(each.vote, each.claim) for each in kept] == [("right", None), ("not what the source says", 0)]
    assert kept[1].answer.claims[0].text == "The Maid of Hethe is licensed to carry 180 passengers."
    assert kept[1].hits
