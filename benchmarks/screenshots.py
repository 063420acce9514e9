"""Take the pictures of the chat in `docs/screenshots`: each view of the example newsroom, with the packaged models.

    python benchmarks/screenshots.py [--to docs/screenshots] [--chromium /usr/bin/chromium] [--asked timeline ...]

Look at them before they are committed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NEWSROOM = ROOT / "examples" / "newsroom"
RUN = [sys.executable, "-m", "qa.cli"]
EVALUATED = ["--limit", "8", "--diagnose", "none"]  # of the examples, in the run that is shown
DISAGREED = "How many jobs will be lost when Kellmar closes the cannery?"
DECLINED = "What does the mayor of Port Sarrow earn?"
GROWN = "How many cases of measles have been confirmed in the Sarrow valley?"  # more from bulletin to bulletin
# Its answer stands in a PDF.
REPORT = "How many people lost their lives in the ferry accident in all, according to the Marine Accident Bureau?"
VIEWS = (("answer", REPORT), ("disagreement", DISAGREED), ("abstention", DECLINED), ("timeline", GROWN))


def prepare(folder: Path) -> None:
    """Index the newsroom, and the council's papers beside it, and run some of the examples."""
    papers = {"newsroom": [NEWSROOM], "council": [NEWSROOM / "009_council-minutes.docx"]}
    for name, paths in papers.items():
        subprocess.run([*RUN, "index", *map(str, paths), "--index", str(folder / name)], cwd=ROOT, check=True)
    out = ["--index", str(folder / "newsroom"), "--out", str(folder / "onrecord-runs" / "examples" / "0001")]
    subprocess.run(
        [*RUN, "eval", "run", "examples", *EVALUATED, *out], cwd=ROOT, check=False, stdout=subprocess.DEVNULL
    )


@contextmanager
def chat(folder: Path, *indexes: Path) -> Iterator[str]:
    """Serve indexes with the run of the examples, and give the page's address."""
    named = [argument for index in indexes for argument in ("--index", str(index))]
    command = [*RUN, "chat", "--port", "0", *named, "--examples", str(ROOT / "examples" / "questions.jsonl")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = next(line for line in process.stderr if "is open at" in line)
        try:
            yield line.split("open at ")[1].split()[0]
        finally:
            process.terminate()


def ask(page: Any, question: str, number: int) -> None:
    page.fill("#or-box textarea", question)
    page.press("#or-box textarea", "Enter")
    page.locator(".or-answered, .or-conflict, .or-abstained").nth(number).wait_for(timeout=120_000)
    page.wait_for_timeout(600)


def taker(page: Any, name: str, to: Path) -> Callable[[str], None]:
    """Return what takes a picture of a view in the page's size and theme."""

    def take(view: str) -> None:
        page.screenshot(path=str(to / f"{view}-{name}.png"))

    return take


def go_to(page: Any, tab: str) -> None:
    page.get_by_role("tab", name=tab).click()


def pictures(page: Any, take: Callable[[str], None], asked: Sequence[str]) -> None:
    """Take one picture of each view of the newsroom, and of its answers of those that are asked for."""
    page.wait_for_selector(".or-welcome")
    page.wait_for_timeout(800)
    take("empty")
    for number, (view, question) in enumerate(each for each in VIEWS if each[0] in asked):
        if number:
            page.click("button[title='Clear']")
            page.wait_for_selector(".or-welcome")
        ask(page, question, 0)
        marker = page.query_selector("button.or-marker")
        if marker is not None and view != "abstention":
            marker.click()
            page.wait_for_timeout(1200)
        if view == "timeline":
            page.locator(".or-timeline").scroll_into_view_if_needed()
        take(view)
    model(page, take)
    page.click("#or-side .toggle-button")
    page.wait_for_timeout(800)
    take("conversations")
    page.click("#or-side .toggle-button")
    page.wait_for_timeout(500)
    go_to(page, "Documents")
    page.locator("#or-table [role=gridcell]", has_text="002_").first.click()
    page.wait_for_timeout(1500)
    take("documents")
    evaluation(page, take)


def model(page: Any, take: Callable[[str], None]) -> None:
    page.click("#or-scope > button")
    page.wait_for_timeout(600)
    page.locator("#or-model").scroll_into_view_if_needed()
    page.click("#or-model input")
    page.wait_for_timeout(500)
    take("model")
    page.keyboard.press("Escape")
    page.click("#or-scope > button")


def evaluation(page: Any, take: Callable[[str], None]) -> None:
    go_to(page, "Evaluation")
    page.locator("#or-runs [role=gridcell]", has_text="examples").first.click()
    page.locator("#or-run-summary .or-share").wait_for()
    page.wait_for_timeout(800)
    take("evaluation")
    page.locator("#or-failures [role=gridcell]").first.click()
    page.locator("#or-comparison .or-case").wait_for()
    page.locator("#or-failures").evaluate("each => each.scrollIntoView()")
    page.wait_for_timeout(800)
    take("failed-case")


def shelf(page: Any, take: Callable[[str], None], files: Path) -> None:
    """Take pictures of the choice of a collection, and of files on their way into it."""
    page.locator(".or-stats", has_text="passages").wait_for(timeout=60_000)
    page.click("#or-collection input")
    page.wait_for_timeout(600)
    take("collections")
    page.locator("#or-collection [role=option]", has_text="council").click()
    go_to(page, "Documents")
    page.locator("#or-table [role=gridcell]", has_text="009_").first.wait_for()
    page.set_input_files("#or-drop input[type=file]", [str(file) for file in to_add(files)])
    long = page.locator("#or-progress .or-row", has_text="harbour-register.txt")
    long.locator(".or-stage", has_text="embedding").wait_for(timeout=60_000)
    page.wait_for_timeout(6000)
    take("progress")


def to_add(folder: Path) -> list[Path]:
    """Return two short files, a long one and one that is cut short."""
    lines = [
        f"Line {n} of the register: the boat house on plot {7 * n} pays {n % 90 + 10} crowns." for n in range(9000)
    ]
    register, torn = folder / "harbour-register.txt", folder / "old-minutes.pdf"
    register.write_text("\n\n".join(" ".join(lines[at : at + 12]) for at in range(0, len(lines), 12)))
    torn.write_bytes((NEWSROOM / "005_interim-report.pdf").read_bytes()[:900])
    return [NEWSROOM / "006_council-budget.html", register, NEWSROOM / "015_orrin-gate-cost.txt", torn]


def main() -> int:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--asked", nargs="*", default=[view for view, _ in VIEWS], help="answers to take pictures of")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    looks = (("light", 1280, 800, "light"), ("dark", 1280, 800, "dark"), ("phone", 390, 844, "light"))
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        folder = Path(made)
        prepare(folder)
        browser = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox"])

        def opened(address: str, width: int, height: int, scheme: str) -> Any:
            page = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()
            page.goto(address)
            return page

        with chat(folder, folder / "newsroom") as address:
            for name, *look in looks:
                page = opened(address, *look)
                pictures(page, taker(page, name, given.to), given.asked)
        for name, *look in looks:  # each adds files to a council of its own
            shutil.copytree(folder / "council", folder / name / "council")
            with chat(folder, folder / "newsroom", folder / name / "council") as address:
                page = opened(address, *look)
                shelf(page, taker(page, name, given.to), folder)
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
