"""What is kept of a conversation, as values and as rows of SQLite. Pure; `conversations` keeps the rows.

An exchange is kept as what was asked and answered, never as markup, so that it is drawn as the page of the day draws.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from pydantic import TypeAdapter

from index.types import Hit
from qa.types import Answer, Turn

TITLE_CHARACTERS = 80
LISTED_COLUMNS = "id, title, changed, collection"
EXCHANGE_COLUMNS = "number, question, answer, hits, draft, problem, history, replaces"
_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
_HITS: TypeAdapter[tuple[Hit, ...]] = TypeAdapter(tuple[Hit, ...])
_TURNS: TypeAdapter[tuple[Turn, ...]] = TypeAdapter(tuple[Turn, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptExchange:
    """A question and what came of it: an answer, a draft that was stopped, or a problem."""

    number: int
    question: str
    answer: Answer | None = None
    hits: tuple[Hit, ...] = ()  # what was found, for an abstention to show
    draft: str = ""
    problem: str | None = None
    history: tuple[Turn, ...] = ()  # what was said before, outside of the conversation
    replaces: int | None = None  # the exchange whose place it is to take, with all that follow, once it is answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A conversation in a list."""

    id: str
    title: str
    changed: datetime.datetime  # UTC
    collection: str | None = None  # what it asks; None: there was no choice


def listed_of(conversation_id: str, title: str, changed: str, collection: str | None) -> Listed:
    """Return a conversation from a row of `LISTED_COLUMNS`."""
    moment = datetime.datetime.fromisoformat(changed)
    return Listed(id=conversation_id, title=title, changed=moment, collection=collection)


def exchange_of(
    number: int,
    question: str,
    answer: str | None,
    hits: str,
    draft: str,
    problem: str | None,
    history: str,
    replaces: int | None,
) -> KeptExchange:
    """Return an exchange from a row of `EXCHANGE_COLUMNS`. Raises pydantic.ValidationError."""
    return KeptExchange(
        number=number,
        question=question,
        answer=None if answer is None else _ANSWER.validate_json(answer),
        hits=_HITS.validate_json(hits),
        draft=draft,
        problem=problem,
        history=_TURNS.validate_json(history),
        replaces=replaces,
    )


def row_of(exchange: KeptExchange) -> tuple[str | int | None, ...]:
    """Return the values of `EXCHANGE_COLUMNS`, and last the words in which a search looks, in lower case."""
    answer = exchange.answer
    said = answer.text or answer.reason or "" if answer else ""
    return (
        exchange.number,
        exchange.question,
        None if answer is None else _ANSWER.dump_json(answer).decode(),
        _HITS.dump_json(exchange.hits).decode(),
        exchange.draft,
        exchange.problem,
        _TURNS.dump_json(exchange.history).decode(),
        exchange.replaces,
        f"{exchange.question} {said}".lower(),
    )


def title_of(text: str) -> str:
    """Return what a conversation is called by a question or a name: one line of at most `TITLE_CHARACTERS`."""
    words = " ".join(text.split())
    return words if len(words) <= TITLE_CHARACTERS else words[: TITLE_CHARACTERS - 1].rstrip() + "…"
