"""Served pages, each in a process of its own, and Debian's Chromium to look at them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

LOUD = "BROWSER TESTS SKIPPED"
ROOT = Path(__file__).parents[2]
LICENSED = "How many passengers is the Maid of Hethe licensed to carry?"


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """Run page.py and give its address."""
    command = [sys.executable, str(Path(__file__).parent / "page.py"), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), f"the page did not start (status {process.poll()})"
        yield address
        process.communicate(timeout=120)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with served("ready", LICENSED) as address:
        yield address


@pytest.fixture(scope="session")
def address_without_index() -> Iterator[str]:
    with served("missing") as address:
        yield address


@pytest.fixture
def client() -> Iterator[Callable[[str], Any]]:
    """Give gradio clients that are closed in the end."""
    from gradio_client import Client

    with ExitStack() as opened:

        def connect(address: str) -> Client:
            made = Client(address, verbose=False, analytics_enabled=False)
            opened.callback(made.close)
            return made

        yield connect


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, driven by Playwright; without them the tests that need it are skipped, and say so aloud."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip(f"{LOUD}: no Chromium is here; on Debian run `apt-get install chromium`")
    playwright = pytest.importorskip("playwright.sync_api", reason=f"{LOUD}: run `pip install playwright`")
    switches = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    switches += ["--disable-component-update", "--disable-sync"]
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=switches)
        yield browser
        browser.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say it where nobody overlooks it when the page was not looked at in a real browser."""
    skipped = {report.longrepr[2] for report in terminalreporter.stats.get("skipped", [])}
    for reason in sorted(reason for reason in skipped if LOUD in reason):
        terminalreporter.write_line(reason, yellow=True, bold=True)
