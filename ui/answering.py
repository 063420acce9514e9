"""The questions of a conversation that wait, answered one after the other, with every step drawn."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import IndexingError
from qa.errors import AnsweringError
from qa.types import Completed, Judged, Question, Retrieved, Token
from ui import chat, notices, render
from ui.sources import NEAREST, Paragraph
from ui.wording import counted

if TYPE_CHECKING:
    from index.types import Hit
    from qa.types import Answer, Event

REDRAW_SECONDS = 0.08  # a draft is not drawn more often than this
_log = logging.getLogger("onrecord.answering")


def answers(
    conversation: chat.Conversation,
    stream: Callable[..., Generator[Event, None, None]],
    paragraphs: Callable[[Answer], dict[int, Paragraph]],
) -> Iterator[chat.Exchanges]:
    """Answer the questions that wait, one after the other; yield the exchanges as they are at each step and in the end.

    The work on an exchange ends, and its stream is closed, at the first event after it was stopped or taken away.
    However the work ends, the exchange is done. An error becomes a calm line in the chat; one that nobody foresaw is
    logged as well.
    """
    while (opened := conversation.claim()) is not None:
        try:
            yield conversation.exchanges
            question = Question(
                text=opened.question,
                history=chat.history(conversation.exchanges, opened),
                as_of=opened.asked.as_of,
                where=opened.asked.where,
            )
            with closing(stream(question, **({"short": True} if opened.asked.short else {}))) as events:
                yield from _followed(conversation, opened, events, paragraphs)
        except (IndexingError, AnsweringError, OSError) as error:
            conversation.put(_failed(opened, str(error)))
        except Exception:
            _log.exception("the question %r could not be answered", opened.question)
            conversation.put(_failed(opened, "Something went wrong; the log says what. You can ask again."))
        finally:
            conversation.stop(opened.number)  # where the page went away, this generator is closed at a yield
            conversation.keep()
    yield conversation.exchanges


def _followed(
    conversation: chat.Conversation,
    exchange: chat.Exchange,
    events: Iterable[Event],
    paragraphs: Callable[[Answer], dict[int, Paragraph]],
) -> Iterator[chat.Exchanges]:
    hits: tuple[Hit, ...] = ()
    judged: tuple[Judged, ...] = ()
    drawn = 0.0
    for event in events:
        match event:
            case Retrieved():
                hits, judged = (*hits, *event.hits), ()  # the second part of a question is searched by itself
                exchange = replace(exchange, draft="", html=render.waiting_html(_reading(event)))
            case Token():
                draft = exchange.draft + event.text
                exchange = replace(exchange, draft=draft, html=render.draft_html(draft, "not verified yet"))
            case Judged():
                judged += (event,)
                exchange = replace(exchange, html=render.judged_html(judged))
            case Completed():
                words = paragraphs(event.answer)
                html = render.answer_html(event.answer, words, hits, collection=conversation.collection)
                exchange = replace(exchange, html=html, answer=event.answer, hits=hits[:NEAREST], done=True)
        if not conversation.put(exchange) or exchange.done:
            return
        if time.monotonic() - drawn >= REDRAW_SECONDS:
            drawn = time.monotonic()
            yield conversation.exchanges


def _reading(event: Retrieved) -> str:
    number, sources = len(event.evidence), len({evidence.source for evidence in event.evidence})
    return f"reading {counted(number, 'sentence')} from {counted(sources, 'document')}"


def _failed(exchange: chat.Exchange, message: str) -> chat.Exchange:
    return replace(exchange, html=notices.problem_html(message), problem=message, done=True)
