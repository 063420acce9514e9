"""Serve the chat page on a small index with a scripted model; prints its address and stays until its stdin closes.

Usage: python page.py {ready|figures|shelf|missing} EXAMPLE...

It runs apart from the tests, since gradio's own warnings are not ours.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.browse import RunsFolder
from index import Index
from index.embed import HashingEmbedder
from index.errors import IndexMissing
from qa.engine import LanguageModel, Prompt, QuotesOnly, ScriptedModel
from qa.errors import ModelCorrupt
from qa.feedback import FILE_NAME as FEEDBACK_NAME
from qa.feedback import FeedbackStore
from qa.pipeline import Assistant
from qa.ranker import WordOverlapRanker
from ui.app import build_page, launch
from ui.collections import Desks
from ui.conversations import Conversations
from ui.desk import Desk
from ui.models import SharedModels

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


class UnhurriedEmbedder(HashingEmbedder):
    """Takes its time over words of a ledger, so that a file can be seen on its way and be stopped."""

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if any("ledger" in text for text in texts):
            time.sleep(1.5)
        return super().embed_passages(texts)


MILL = """Mill reopens

May 4, 2024

The mill of Kellmar reopened in May and is licensed to grind 90 tonnes of flour a week.
"""
SHELF = {"ferry news": PAPERS, "mills": {"mill.txt": MILL}}


def large_model() -> LanguageModel:
    time.sleep(5.0)  # long enough to be seen on a slow machine
    return UnhurriedModel(REPLIES, name="large <b>scripted</b>")


def torn_model() -> LanguageModel:
    raise ModelCorrupt("torn.gguf cannot be loaded; is it a whole GGUF file that fits in memory?")


MODELS = {
    "scripted": lambda: UnhurriedModel(REPLIES),
    "large <b>scripted</b>": large_model,
    "torn.gguf": torn_model,
    QuotesOnly.name: QuotesOnly,
}


def make_index(folder: Path, papers: dict[str, str]) -> None:
    files = folder / "papers"
    files.mkdir(parents=True)
    for name, text in papers.items():
        (files / name).write_text(text, encoding="utf-8")
    with Index.open(folder, embedder=HashingEmbedder()) as documents:
        documents.sync([files])


def scripted_desks(indexes: list[Path], folder: Path | None, feedback: Path | None) -> Desks:
    """Return the desks of indexes made here; feedback is kept in a folder, or beside each index."""
    shared = SharedModels(
        lambda documents, model: Assistant(documents, model=model, ranker=WordOverlapRanker()), MODELS
    )

    def open_desk(place: Path) -> Desk:
        return Desk(
            lambda: Index.open(place, embedder=UnhurriedEmbedder(), create=False),
            shared,
            use=shared.use,
            open_feedback=lambda: FeedbackStore((feedback or place) / FEEDBACK_NAME),
        )

    def make_index(place: Path) -> None:
        Index.open(place, embedder=HashingEmbedder()).close()

    return Desks(open_desk, indexes, folder, make_index, models=shared)


def ready_desks(folder: Path, feedback: Path, papers: dict[str, str] = PAPERS) -> Desks:
    make_index(folder / "made", papers)
    return scripted_desks([folder / "made"], None, feedback)


def figures_desks(folder: Path, feedback: Path) -> Desks:
    return ready_desks(folder, feedback, FIGURES)


def shelf_desks(folder: Path, feedback: Path) -> Desks:
    """Return two collections; what was made on an earlier shelf of the same folder is left as it is."""
    for name, papers in SHELF.items():
        if not (feedback / "shelf" / name).exists():
            make_index(feedback / "shelf" / name, papers)
    return scripted_desks([], feedback / "shelf", None)


def missing_desks(folder: Path, feedback: Path) -> Desks:
    def missing_index() -> Index:
        raise IndexMissing("no index at /x; make one with `onrecord index PATH... --index /x`")

    return Desks(lambda place: Desk(missing_index, lambda documents: Assistant(documents)), [folder / "x"])


KINDS = {"ready": ready_desks, "figures": figures_desks, "shelf": shelf_desks, "missing": missing_desks}


def main() -> None:
    kind, *examples = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        store_folder = Path(os.environ.get("CONVERSATIONS", folder))
        desks = KINDS[kind](Path(folder), store_folder)
        store = Conversations(store_folder / "conversations.sqlite")
        runs = RunsFolder(Path(os.environ.get("RUNS", Path(folder) / "runs")))
        users = {"ana": "ferry", "ines": "mill"} if os.environ.get("WITH_LOGIN") else None
        page = build_page(desks, examples, store, runs, chooser=next(iter(users or ()), None))
        print(launch(page, host="127.0.0.1", port=0, store=store, desks=desks, users=users, runs=runs), flush=True)
        sys.stdin.read()
        page.close(verbose=False)
        desks.close()
        store.close()


if __name__ == "__main__":
    main()
