"""The conversation: what a question, a stop, an undo make of it. Knows nothing of the page that shows it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.errors import IndexingError
from qa.errors import AnsweringError
from qa.types import Completed, Question, Retrieved, Token, Turn
from ui import render

if TYPE_CHECKING:
    from index.types import Hit
    from qa.types import Answer, Event

REDRAW_SECONDS = 0.08  # a draft is not drawn more often than this
_log = logging.getLogger("onrecord.chat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question and what is shown under it."""

    question: str
    html: str
    done: bool = False
    draft: str = ""  # what the model wrote so far
    reply: str | None = None  # the checked answer as plain text; None: there is none, so it is no part of the history


Chat = tuple[Exchange, ...]


def asked(chat: Chat, question: str) -> Chat:
    """Return the chat with a new question at its end; unchanged when there is nothing to ask."""
    words = question.strip()
    return (*chat, Exchange(question=words, html=render.waiting_html("in the documents"))) if words else chat


def asked_again(chat: Chat) -> Chat:
    """Return the chat with its last question asked anew."""
    return asked(chat[:-1], chat[-1].question) if chat else chat


def stopped(chat: Chat) -> Chat:
    """Return the chat with its running answer marked as stopped."""
    if not chat or chat[-1].done:
        return chat
    return (*chat[:-1], replace(chat[-1], html=render.stopped_html(chat[-1].draft), done=True))


def undone(chat: Chat) -> tuple[str, Chat]:
    """Return the last question, to be mended, and the chat before it."""
    return (chat[-1].question, chat[:-1]) if chat else ("", chat)


def history(chat: Chat) -> tuple[Turn, ...]:
    """Return the finished exchanges as turns."""
    turns: list[Turn] = []
    for exchange in chat:
        if exchange.reply is not None:
            turns += [
                Turn(role="user", content=exchange.question),
                Turn(role="assistant", content=exchange.reply),
            ]
    return tuple(turns)


def messages(chat: Chat) -> list[dict[str, str]]:
    """Return the chat as Gradio's messages."""
    shown: list[dict[str, str]] = []
    for exchange in chat:
        shown.append({"role": "user", "content": render.question_html(exchange.question)})
        shown.append({"role": "assistant", "content": exchange.html})
    return shown


def answering(
    chat: Chat,
    stream: Callable[[Question], Iterable[Event]],
    paragraphs: Callable[[Answer], dict[int, render.Paragraph]],
) -> Iterator[Chat]:
    """Yield the chat as its last question is answered; yields it as it is when nothing is open.

    An error becomes a calm line in the chat; one that nobody foresaw is logged as well.
    """
    if not chat or chat[-1].done:
        yield chat
        return
    earlier, opened = chat[:-1], chat[-1]
    question = Question(text=opened.question, history=history(earlier))
    try:
        for exchange in _followed(opened, stream(question), paragraphs):
            yield (*earlier, exchange)
    except (IndexingError, AnsweringError, OSError) as error:
        yield (*earlier, _failed(opened, str(error)))
    except Exception:
        _log.exception("the question %r could not be answered", opened.question)
        yield (*earlier, _failed(opened, "Something went wrong; the log says what. You can ask again."))


def _followed(
    exchange: Exchange, events: Iterable[Event], paragraphs: Callable[[Answer], dict[int, render.Paragraph]]
) -> Iterator[Exchange]:
    hits: tuple[Hit, ...] = ()
    note, drawn = "", 0.0
    for event in events:
        match event:
            case Retrieved():
                hits = event.hits
                note = _reading(event)
                exchange = replace(exchange, html=render.waiting_html(note))
                yield exchange
            case Token():
                draft = exchange.draft + event.text
                exchange = replace(exchange, draft=draft, html=render.draft_html(draft, "not verified yet"))
                if time.monotonic() - drawn >= REDRAW_SECONDS:
                    drawn = time.monotonic()
                    yield exchange
            case Completed():
                html = render.answer_html(event.answer, paragraphs(event.answer), hits)
                reply = event.answer.text or event.answer.reason or ""
                yield replace(exchange, html=html, reply=reply, done=True)


def _reading(event: Retrieved) -> str:
    number, sources = len(event.evidence), len({evidence.source for evidence in event.evidence})
    return f"reading {render.counted(number, 'sentence')} from {render.counted(sources, 'document')}"


def _failed(exchange: Exchange, message: str) -> Exchange:
    return replace(exchange, html=render.problem_html(message), done=True)
