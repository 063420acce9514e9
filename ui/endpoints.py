"""What the page offers to scripts: two endpoints, in the shapes of the command line."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.events import api

from index.errors import IndexingError
from qa.cases import parse_day, parse_filter
from qa.errors import AnsweringError
from qa.serialize import answer_to_json, hit_to_json
from qa.types import Completed, Question, Turn
from ui.binding import ONE_WRITER
from ui.collections import Desks


def add(desks: Desks) -> None:
    """Offer `/ask` and `/search` to gradio_client, in the shapes of `ask --json` and `search --json`."""

    def ask(
        question: str,
        history: list[str] | None = None,
        as_of: str | None = None,
        where: dict[str, Any] | None = None,
        collection: str | None = None,
    ) -> dict[str, Any]:
        """Answer a question from the documents, with citations; `history` holds the earlier questions.

        `where` narrows them: {"from", "to", "happened_from", "happened_to", "sources", "media_types", "tags",
        "languages"}, each optional. `collection` names the one that is asked, the first where it is left out.
        """
        with _said():
            turns = tuple(Turn(role="user", content=earlier) for earlier in history or ())
            narrowed = parse_filter(where) if where else None
            asked = Question(text=question, history=turns, as_of=parse_day(as_of) if as_of else None, where=narrowed)
            answers = [event.answer for event in desks.desk(collection).stream(asked) if isinstance(event, Completed)]
            return answer_to_json(answers[-1])

    def search(
        query: str,
        limit: int = 10,
        as_of: str | None = None,
        where: dict[str, Any] | None = None,
        collection: str | None = None,
    ) -> list[dict[str, Any]]:
        """Find the passages nearest to a query, best first; `where` and `collection` as in `ask`."""
        with _said():
            day = parse_day(as_of) if as_of else None
            narrowed = parse_filter(where) if where else None
            hits = desks.desk(collection).search(query, limit=limit, as_of=day, where=narrowed)
            return [hit_to_json(hit) for hit in hits]

    api(ask, api_name="ask", **ONE_WRITER)
    api(search, api_name="search", concurrency_limit=4)


@contextlib.contextmanager
def _said() -> Iterator[None]:
    """Tell a client of the API what went wrong in one line."""
    try:
        yield
    except (IndexingError, AnsweringError, ValueError) as error:
        raise gr.Error(str(error), print_exception=False) from error
