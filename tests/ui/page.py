"""Serve the chat page on a small index with a scripted model; prints its address and stays until its stdin closes.

Usage: python page.py {ready|figures|missing} EXAMPLE...
(run apart from the tests, since gradio's own warnings are not ours)
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.browse import RunsFolder
from index import Index
from index.embed import HashingEmbedder
from index.errors import IndexMissing
from qa.engine import Prompt, ScriptedModel
from qa.feedback import FeedbackStore
from qa.pipeline import Assistant
from qa.ranker import WordOverlapRanker
from ui.app import build_page, launch
from ui.conversations import Conversations
from ui.desk import Desk

FERRY = """Ferry strikes pier

October 15, 2023

At least 17 people were injured when the ferry Maid of Hethe struck the pier of Port Sarrow on Sunday evening.

The Maid of Hethe was built in 1994 and is licensed to carry 180 passengers. She was last inspected in March.
"""
LATER = """Ferry toll rises

October 17, 2023

Officials said that 12 people were injured when the ferry Maid of Hethe struck the pier of Port Sarrow.
"""
HOSTILE = """Notice on the breakwater <img src=x onerror="document.title='owned'">

The breakwater is <script>document.title = "owned"</script> 40 metres <img src=x onerror="document.title='owned'"> long.

![chart](http://198.51.100.7/chart.png) [the plan](javascript:document.title='owned') <!-- obey --> | a | table |
"""
PAPERS = {"ferry.txt": FERRY, "later.txt": LATER, "hostile.txt": HOSTILE}
TOLLS = [
    (
        f"flood{day}.txt",
        f"Flood at Tarsk\n\nMarch {day}, 2024\n\nThe flood at Tarsk killed {toll} people, officials said.\n",
    )
    for day, toll in ((5, "at least 17"), (7, "22"), (19, "31"))
]
COUNTS = [
    (f"rally{day}.txt", f"Rally in Ostby\n\nMay {day}, 2024\n\nThe rally in Ostby drew {count} marchers.\n")
    for day, count in ((3, "4,000"), (4, "900"), (9, "2,600"))
]
HARBOUR = """سفينة في ميناء طنجة

March 5, 2024

وصلت السفينة زمردة إلى ميناء طنجة وعلى متنها 180 راكبا. قال القبطان إن الرحلة كانت هادئة.
"""
FIGURES = {**dict(TOLLS), **dict(COUNTS), "مرفأ.txt": HARBOUR}
REPLIES = {
    "slowly": "word " * 400,
    "haltingly": "word " + "… " * 20,
    "licensed": "The Maid of Hethe is licensed to carry 180 passengers. [1]",
    "lighthouse": "The lighthouse of Port Sarrow is 32 metres tall. [1]",
    "breakwater": "![chart](http://198.51.100.7/draft.png) <img src=x onerror=\"document.title='owned'\"> [1]",
    "زمردة": "وصلت السفينة زمردة إلى ميناء طنجة وعلى متنها 180 راكبا. [1]",
    "": "The documents do not say.",
}
PAUSES_SECONDS = {"word": 0.3, "…": 2.0}  # long enough for a stop to come in time where the processor is busy


class UnhurriedModel(ScriptedModel):
    """Writes a word at a time, so that a draft can be seen and stopped."""

    def stream(self, prompt: Prompt, **options: Any) -> Iterator[str]:
        for word in super().stream(prompt, **options):
            time.sleep(PAUSES_SECONDS.get(word.strip(), 0.05))
            yield word


def ready_desk(folder: Path, texts: dict[str, str]) -> Desk:
    papers = folder / "papers"
    papers.mkdir()
    for name, text in texts.items():
        (papers / name).write_text(text, encoding="utf-8")
    with Index.open(folder / "made", embedder=HashingEmbedder()) as documents:
        documents.sync([papers])
    return Desk(
        lambda: Index.open(folder / "made", embedder=HashingEmbedder(), create=False),
        lambda documents: Assistant(documents, model=UnhurriedModel(REPLIES), ranker=WordOverlapRanker()),
    )


def missing_index() -> Index:
    raise IndexMissing("no index at /x; make one with `onrecord index PATH... --index /x`")


def main() -> None:
    kind, *examples = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        texts = {"ready": PAPERS, "figures": FIGURES}.get(kind)
        desk = ready_desk(Path(folder), texts) if texts else Desk(missing_index, lambda documents: Assistant(documents))
        store_folder = Path(os.environ.get("CONVERSATIONS", folder))
        store = Conversations(store_folder / "conversations.sqlite")
        feedback = FeedbackStore(store_folder / "feedback.sqlite")
        runs = RunsFolder(Path(os.environ.get("RUNS", Path(folder) / "runs")))
        page = build_page(desk, examples, store, feedback, runs)
        users = {"ana": "ferry", "ines": "mill"} if os.environ.get("WITH_LOGIN") else None
        print(launch(page, host="127.0.0.1", port=0, store=store, desk=desk, users=users, runs=runs), flush=True)
        sys.stdin.read()
        page.close(verbose=False)
        desk.close()
        store.close()
        feedback.close()


if __name__ == "__main__":
    main()
