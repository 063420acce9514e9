"""Take the pictures of the chat in `docs/screenshots`: each view of the example newsroom, with the packaged models.

    python benchmarks/screenshots.py [--to docs/screenshots] [--chromium /usr/bin/chromium]

Look at them before they are committed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DISAGREED = "How many jobs will be lost when Kellmar closes the cannery?"
DECLINED = "What does the mayor of Port Sarrow earn?"
# Its answer stands in a PDF.
REPORT = "How many people lost their lives in the ferry accident in all, according to the Marine Accident Bureau?"


@contextmanager
def chat() -> Iterator[str]:
    """Serve the example newsroom and give the page's address."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        run = [sys.executable, "-m", "qa.cli"]
        subprocess.run([*run, "index", "examples/newsroom", "--index", str(index)], cwd=ROOT, check=True)
        examples = ["--examples", "examples/questions.jsonl"]
        command = [*run, "chat", "--index", str(index), "--port", "0", *examples]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            line = next(line for line in process.stderr if "is open at" in line)
            yield line.split("open at ")[1].split()[0]
            process.terminate()


def ask(page: Any, question: str, number: int) -> None:
    page.fill("#or-box textarea", question)
    page.press("#or-box textarea", "Enter")
    page.locator(".or-answered, .or-conflict, .or-abstained").nth(number).wait_for(timeout=120_000)
    page.wait_for_timeout(600)


def pictures(page: Any, name: str, to: Path) -> None:
    """Take one picture of each view in the page's size and theme."""

    def take(view: str) -> None:
        page.screenshot(path=str(to / f"{view}-{name}.png"))

    page.wait_for_selector(".or-welcome")
    page.wait_for_timeout(800)
    take("empty")
    for number, (view, question) in enumerate(
        (("answer", REPORT), ("disagreement", DISAGREED), ("abstention", DECLINED))
    ):
        page.get_by_role("tab", name="Ask").click()
        if number:
            page.click("button[title='Clear']")
            page.wait_for_selector(".or-welcome")
        ask(page, question, 0)
        marker = page.query_selector("button.or-marker")
        if marker is not None and view != "abstention":
            marker.click()
            page.wait_for_timeout(1200)
        take(view)
    page.click("#or-side .toggle-button")
    page.wait_for_timeout(800)
    take("conversations")
    page.click("#or-side .toggle-button")
    page.wait_for_timeout(500)
    page.get_by_role("tab", name="Documents").click()
    page.locator("#or-table [role=gridcell]", has_text="002_").first.click()
    page.wait_for_timeout(1500)
    take("documents")


def main() -> int:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    looks = (("light", 1280, 800, "light"), ("dark", 1280, 800, "dark"), ("phone", 390, 844, "light"))
    with chat() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox"])
        for name, width, height, scheme in looks:
            page = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()
            page.goto(address)
            pictures(page, name, given.to)
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
