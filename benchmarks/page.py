"""How quick the chat page is, and whether its server grows: in headless Chromium, with a scripted model.

    python benchmarks/page.py [--rounds 5] [--questions 500] [--chromium /usr/bin/chromium] [--json]

Measured, each in a fresh browser profile: from the address to the first box to type in; from a click on a marker to the
highlighted words, in an article of 300 pages; how long a kept conversation of 200 turns takes to open, to answer a
key and to scroll; how long 100 conversations take to be listed; and the resident memory of the server over so many
questions put by `gradio_client`. Times hold what Playwright adds, a few milliseconds a step.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from index import Index  # noqa: E402
from index.embed import HashingEmbedder  # noqa: E402
from qa.engine import ScriptedModel  # noqa: E402
from qa.pipeline import Assistant  # noqa: E402
from qa.ranker import WordOverlapRanker  # noqa: E402
from ui.app import build_page, launch  # noqa: E402
from ui.collections import Desks  # noqa: E402
from ui.conversations import Conversations  # noqa: E402
from ui.desk import Desk  # noqa: E402
from ui.kept import KeptExchange  # noqa: E402

PAGES, WORDS_A_PAGE = 300, 400
TURNS, CONVERSATIONS = 200, 100
QUESTION = "How many passengers is the Maid of Hethe licensed to carry?"
ANSWER = "The Maid of Hethe is licensed to carry 180 passengers."
FILLER = "The harbour master wrote down the wind, the tide and every boat that passed the mole in the hour before noon."
SCROLL = """async box => {
    const frames = [];
    let last = performance.now();
    for (let step = 0; step < 60; step++) {
        box.scrollTop = box.scrollHeight * step / 60;
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        frames.push(now - last);
        last = now;
    }
    return frames;
}"""


class ForgetfulModel(ScriptedModel):
    """A scripted model that keeps no prompts, so that what grows is the server."""

    def __init__(self) -> None:
        super().__init__({"": f"{ANSWER} [1]"})
        self.prompts, self.grammars = deque(maxlen=1), deque(maxlen=1)  # type: ignore[assignment]


def long_paper() -> str:
    """Return an article of `PAGES` pages in which one sentence answers."""
    words, sentences = 0, ["This is the log of the harbour."]
    while words < PAGES * WORDS_A_PAGE:
        sentences.append(f"{FILLER[:-1]}, as entry {len(sentences)} says.")
        words += len(sentences[-1].split())
    sentences.insert(len(sentences) // 2, ANSWER)
    paragraphs = [" ".join(sentences[at : at + 6]) for at in range(0, len(sentences), 6)]
    return "The log of Port Sarrow\n\nOctober 15, 2023\n\n" + "\n\n".join(paragraphs) + "\n"


def serve(folder: Path) -> None:
    """Serve the page until standard input ends; its address is printed first."""

    def opened() -> Index:
        return Index.open(folder / "index", embedder=HashingEmbedder(), create=False)

    def open_desk(place: Path) -> Desk:
        return Desk(opened, lambda each: Assistant(each, model=ForgetfulModel(), ranker=WordOverlapRanker()))

    desks, store = Desks(open_desk, [folder / "index"]), Conversations(folder / "conversations.sqlite")
    page = build_page(desks, [], store)
    print(launch(page, host="127.0.0.1", port=0, store=store, desks=desks), flush=True)
    sys.stdin.read()


def prepare(folder: Path) -> str:
    """Index the long paper, keep the conversations, and return the id of the one of `TURNS` turns."""
    papers = folder / "papers"
    papers.mkdir()
    (papers / "log.txt").write_text(long_paper(), encoding="utf-8")
    store = Conversations(folder / "conversations.sqlite")
    with Index.open(folder / "index", embedder=HashingEmbedder()) as documents:
        documents.sync([papers])
        answer = Assistant(documents, model=ForgetfulModel(), ranker=WordOverlapRanker()).ask(QUESTION)
    assert answer.citations, "the question of the benchmark is not answered"
    kept = []
    for number in range(CONVERSATIONS):
        turns = TURNS if number == 0 else 1
        exchanges = [KeptExchange(number=n, question=QUESTION, answer=answer) for n in range(1, turns + 1)]
        made = store.create(f"{number + 1}. {QUESTION}")
        store.put(made, exchanges, numbers=[each.number for each in exchanges])
        kept.append(made)
    store.close()
    return kept[0]


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, int]]:
    """Give the address of a server in a process of its own, and the process."""
    command = [sys.executable, __file__, "--serve", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process.pid
        process.kill()


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process in MB (10^6 bytes)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6


def in_browser(browser: Any, address: str, long: str, rounds: int) -> dict[str, list[float]]:
    """Return the times of each view in milliseconds, one a round."""
    found: dict[str, list[float]] = {}

    def note(name: str, began: float) -> None:
        found.setdefault(name, []).append(1000 * (time.perf_counter() - began))

    for _ in range(rounds):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        began = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.wait_for_selector("#or-box textarea")
        note("first box to type in", began)
        page.fill("#or-box textarea", QUESTION)
        page.press("#or-box textarea", "Enter")
        page.wait_for_selector(".or-answered .or-marker", timeout=60_000)
        began = time.perf_counter()
        page.locator(".or-answered .or-marker").first.click()
        page.locator("mark:visible").first.wait_for()
        note("click on a marker to the marked words, 300 pages", began)
        began = time.perf_counter()
        page.goto(f"{address}?c={long}", wait_until="commit")
        page.locator(".or-answered").nth(TURNS - 1).wait_for(timeout=60_000)
        note(f"conversation of {TURNS} turns to open", began)
        box = page.locator("#or-box textarea")
        began = time.perf_counter()
        box.press("a")
        note(f"a key in it, {TURNS} turns", began)
        frames = page.locator("#or-chat .bubble-wrap, #or-chat [role=log]").first.evaluate(SCROLL)
        slow = f"frame while scrolling, 95 %, {TURNS} turns"
        found.setdefault(slow, []).append(sorted(frames)[int(0.95 * len(frames))])
        began = time.perf_counter()
        page.click("#or-side .toggle-button")
        page.locator("#or-conversations label").nth(CONVERSATIONS - 1).wait_for(timeout=60_000)
        note(f"{CONVERSATIONS} conversations to be listed", began)
        context.close()
    return found


def soak(address: str, pid: int, questions: int) -> list[tuple[int, float]]:
    """Return the server's memory in MB after so many questions, ten times on the way."""
    from gradio_client import Client

    client = Client(address, verbose=False, analytics_enabled=False)
    grown = []
    for number in range(1, questions + 1):
        client.predict(QUESTION, api_name="/ask")
        if number % max(1, questions // 10) == 0:
            grown.append((number, round(resident_mb(pid), 1)))
    client.close()
    return grown


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--questions", type=int, default=500, help="of the soak run; 0: none")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.serve:
        serve(given.serve)
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as name:
        long = prepare(Path(name))
        with server(Path(name)) as (address, pid):
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=given.chromium, args=["--no-sandbox", "--disable-gpu"])
                times = in_browser(browser, address, long, given.rounds)
                browser.close()
            memory = soak(address, pid, given.questions) if given.questions else []
    rows = {name: (statistics.median(values), min(values), max(values)) for name, values in times.items()}
    if given.json:
        print(json.dumps({"milliseconds": rows, "memory_mb": memory}, indent=1))
        return
    for label, (middle, least, most) in rows.items():
        print(f"{label}: {middle:.0f} ms ({least:.0f} to {most:.0f}, n {given.rounds})")
    for number, size in memory:
        print(f"after {number} questions: {size} MB")


if __name__ == "__main__":
    main()
