"""The conversation: what a question, a stop, an undo make of it. Knows nothing of the page that shows it.

A page has one `Conversation`. Whoever works on an exchange names it by its number, and only an open one takes what is
brought: a piece that comes after a stop, an undo, a clear or a retry changes nothing, and ends the work on it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from qa.feedback import Feedback, Vote
from qa.types import Turn
from ui import notices, render
from ui.conversations import Conversations
from ui.desk import Asked
from ui.errors import ConversationMissing, ConversationsError
from ui.kept import KeptExchange
from ui.sources import Paragraph

if TYPE_CHECKING:
    from index.types import Hit
    from qa.types import Answer

_log = logging.getLogger("onrecord.chat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question and what is shown under it."""

    number: int  # grows from exchange to exchange; none in a conversation is given twice
    question: str
    html: str
    done: bool = False
    draft: str = ""  # what the model wrote so far
    answer: Answer | None = None  # the checked answer; None: there is none, so it is no part of the history
    hits: tuple[Hit, ...] = ()  # what was found
    problem: str | None = None  # why there is no answer
    asked: Asked = field(default_factory=Asked)  # within which scope
    replaces: int | None = None  # the exchange whose place it is to take, with all that follow, once it is answered
    replaced: tuple[Exchange, ...] = ()  # those whose place it took; an undo gives them back

    @property
    def reply(self) -> str | None:
        """The checked answer as plain text."""
        return None if self.answer is None else self.answer.text or self.answer.reason or ""


Exchanges = tuple[Exchange, ...]


class Conversation:
    """The exchanges of one page, as they are at this moment; safe to share between threads.

    Args:
        store: where they are kept; None: nowhere.
    """

    def __init__(self, store: Conversations | None = None) -> None:
        self._store = store
        self._keeping = threading.Lock()
        self._kept: dict[int, Exchange] = {}  # as they were last kept
        self.owner = ""
        self.trouble: str | None = None  # why the last keeping failed
        self._changing = threading.Lock()
        self._exchanges: Exchanges = ()
        self._given = 0  # the last number
        self._claimed = 0  # the last number that is, or was, answered
        self.id: str | None = None  # under which it is kept; None: it is not yet
        self.collection: str | None = None  # what it asks; None: there is no choice
        self.told: tuple[str | None, str] | None = None  # id and name that the page was last told

    def __deepcopy__(self, memo: object) -> Conversation:
        """Return a new conversation: a page that is given a copy shares nothing with another page."""
        return Conversation(self._store)

    @property
    def exchanges(self) -> Exchanges:
        return self._exchanges

    def ask(self, question: str, asked: Asked = Asked()) -> None:  # noqa: B008 (frozen)
        """Put a question at the end; nothing changes when there is nothing to ask."""
        if words := question.strip():
            with self._changing:
                self._append(self._exchanges, words, asked)

    def ask_again(self, asked: Asked = Asked()) -> None:  # noqa: B008 (frozen)
        """Ask the last question anew, as a new exchange in the place of the old one."""
        with self._changing:
            if self._exchanges:
                last = self._exchanges[-1]
                again = replace(asked, history=last.asked.history)
                earlier = self._exchanges[:-1]
                self._append(earlier, last.question, again, replaces=last.replaces, replaced=last.replaced)

    def edit(self, number: int, question: str, asked: Asked = Asked()) -> None:  # noqa: B008 (frozen)
        """Ask an earlier question in other words, after what was said before it; nothing changes where it is not there.

        The exchanges from it on stay until the new one is answered.
        """
        with self._changing:
            old = next((each for each in self._exchanges if each.number == number), None)
            if old is not None and (words := question.strip()):
                asked = replace(asked, history=old.asked.history)
                self._append(self._exchanges, words, asked, replaces=old.replaces or old.number)

    def undo(self) -> str:
        """Take the last exchange away, give back those whose place it took, and return its question, to be mended."""
        with self._changing:
            if not self._exchanges:
                return ""
            *earlier, last = self._exchanges
            self._exchanges = (*earlier, *last.replaced)
            return last.question

    def clear(self) -> None:
        """Begin anew: take every exchange away, and let go of what is kept."""
        self.become(None, (), self.collection)

    def become(self, kept_as: str | None, exchanges: Exchanges, collection: str | None) -> None:
        """Put another conversation in the place of this one; an answer that is being written for this one ends."""
        with self._changing:
            self.id, self._exchanges, self.collection = kept_as, exchanges, collection
            self._kept = {each.number: each for each in exchanges}
            self._given = max(self._given, *(each.number for each in exchanges), 0)
            self._claimed = max(self._claimed, self._given)

    def claim(self) -> Exchange | None:
        """Return the open exchange that waits longest to be answered; no other caller is given it."""
        with self._changing:
            waiting = [each for each in self._exchanges if not each.done and each.number > self._claimed]
            if not waiting:
                return None
            self._claimed = waiting[0].number
            return waiting[0]

    def put(self, exchange: Exchange) -> bool:
        """Put what is new of an exchange in its place, if it is there and open; return whether it was.

        With its answer it takes the place of those that it is to replace.
        """
        with self._changing:
            fits = any(each.number == exchange.number and not each.done for each in self._exchanges)
            if fits:
                self._exchanges = _with(self._exchanges, exchange)
            return fits

    def stop(self, number: int) -> None:
        """Mark an exchange as stopped, if it is there and open; who answers it finds that out at the next piece."""
        with self._changing:
            self._exchanges = tuple(
                replace(each, html=render.stopped_html(each.draft), done=True)
                if each.number == number and not each.done
                else each
                for each in self._exchanges
            )

    def feedback(self, position: int, vote: Vote, claim: int | None = None) -> Feedback | None:
        """Return a reader's word on the answer at a position; None where there is none to speak of."""
        exchanges = self._exchanges
        if not 0 <= position < len(exchanges) or self.id is None:
            return None
        answer = exchanges[position].answer
        if answer is None or (claim is not None and not 0 <= claim < len(answer.claims)):
            return None
        exchange = exchanges[position]
        return Feedback(
            place=f"{self.id}/{exchange.number}",
            vote=vote,
            answer=answer,
            claim=claim,
            history=history(exchanges, exchange),
            as_of=exchange.asked.as_of,
            hits=exchange.hits,
        )

    def keep(self) -> None:
        """Keep what changed since the last time; a failure is remembered in `trouble`, and the chat goes on."""
        if self._store is None:
            return
        with self._keeping:
            try:
                self._keep_in(self._store)
                self.trouble = None
            except ConversationMissing:  # deleted on another page: what goes on here begins anew
                self.id, self._kept = None, {}
                self.trouble = None
            except ConversationsError as error:
                _log.warning("%s", error)
                self.trouble = str(error)

    def _keep_in(self, store: Conversations) -> None:
        exchanges = self._exchanges
        if self.id is None:
            if not exchanges:
                return
            self.id = store.create(exchanges[0].question, owner=self.owner, collection=self.collection)
            self._kept = {}
        changed = [each for each in exchanges if self._kept.get(each.number) is not each]
        numbers = [each.number for each in exchanges]
        if changed or list(self._kept) != numbers:
            store.put(self.id, [_kept(each) for each in changed], numbers=numbers, owner=self.owner)
            self._kept = {each.number: each for each in exchanges}
        if not exchanges:
            self.id = None

    def _append(
        self,
        earlier: Exchanges,
        question: str,
        asked: Asked,
        *,
        replaces: int | None = None,
        replaced: Exchanges = (),
    ) -> None:
        self._given += 1
        waiting = Exchange(
            number=self._given,
            question=question,
            html=render.waiting_html("in the documents"),
            asked=asked,
            replaces=replaces,
            replaced=replaced,
        )
        self._exchanges = (*earlier, waiting)


def _with(exchanges: Exchanges, new: Exchange) -> Exchanges:
    """Return the exchanges with a new state of one of them, which with its answer takes the place of others."""
    if new.answer is not None and (first := new.replaces) is not None:
        gone = tuple(each for each in exchanges if first <= each.number < new.number)
        exchanges = tuple(each for each in exchanges if not first <= each.number < new.number)
        new = replace(new, replaces=None, replaced=(*new.replaced, *gone))
    return tuple(new if each.number == new.number else each for each in exchanges)


def _kept(exchange: Exchange) -> KeptExchange:
    return KeptExchange(
        number=exchange.number,
        question=exchange.question,
        answer=exchange.answer,
        hits=exchange.hits,
        draft=exchange.draft if exchange.answer is None else "",
        problem=exchange.problem,
        history=exchange.asked.history,
        replaces=exchange.replaces,
    )


def restored(
    kept: KeptExchange,
    paragraphs: Callable[[Answer], dict[int, Paragraph]],
    collection: str | None = None,
) -> Exchange:
    """Return a kept exchange as it is shown now; one that was never answered as stopped."""
    if kept.answer is not None:
        html = render.answer_html(kept.answer, paragraphs(kept.answer), kept.hits, collection=collection)
    elif kept.problem is not None:
        html = notices.problem_html(kept.problem)
    else:
        html = render.stopped_html(kept.draft)
    return Exchange(
        number=kept.number,
        question=kept.question,
        html=html,
        done=True,
        draft=kept.draft,
        answer=kept.answer,
        hits=kept.hits,
        problem=kept.problem,
        asked=Asked(history=kept.history),
        replaces=kept.replaces,
    )


def running(exchanges: Exchanges) -> int | None:
    """Return the number of the last open exchange."""
    return next((each.number for each in reversed(exchanges) if not each.done), None)


def history(exchanges: Exchanges, of: Exchange) -> tuple[Turn, ...]:
    """Return the answered exchanges before one, or before those it is to replace, as turns.

    What was said before an exchange, outside of the conversation, stands before its question.
    """
    first = of.replaces or of.number
    turns: list[Turn] = []
    for exchange in exchanges:
        if exchange.number >= first:
            continue
        turns += exchange.asked.history
        if exchange.reply is not None:
            turns += [
                Turn(role="user", content=exchange.question),
                Turn(role="assistant", content=exchange.reply),
            ]
    return (*turns, *of.asked.history)


def messages(exchanges: Exchanges) -> list[dict[str, str]]:
    """Return the exchanges as Gradio's messages; the last one says whose place it took."""
    asked = {each.number: each.question for each in exchanges}
    shown: list[dict[str, str]] = []
    for exchange in exchanges:
        question = render.question_html(
            exchange.question,
            exchange.asked.history,
            number=exchange.number,
            instead=asked.get(exchange.replaces or exchange.number) if exchange.replaces else None,
        )
        told = render.replaced_html(len(exchange.replaced)) if exchange is exchanges[-1] else ""
        shown.append({"role": "user", "content": question})
        shown.append({"role": "assistant", "content": exchange.html + told})
    return shown
