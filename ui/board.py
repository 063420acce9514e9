"""The board of messages and the box below it, with their buttons: ask, stop, ask again, edit, take back, begin anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from qa.types import Answer, Event, Question
from ui import answering, chat, notices, scope, voting
from ui.binding import AT_ONCE, ONE_WRITER, PRIVATE
from ui.collections import Desks
from ui.desk import Asked
from ui.errors import ScopeError
from ui.sources import Paragraph

_EDITED = re.compile(r"(\d{1,9})#\d*\n(.*)", re.DOTALL)

Shown = tuple[Any, Any, list[dict[str, str]]]  # what becomes of the box, the running exchange and the messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The parts of the board."""

    messages: gr.Chatbot
    box: gr.Textbox
    running: gr.Number  # the exchange that the shown stop button belongs to
    edited: gr.Textbox  # `script.js` writes the number of a question and its new words into it
    taken_back: gr.Button  # `script.js` presses it

    @property
    def outputs(self) -> list[Any]:
        """What `shown` fills."""
        return [self.box, self.running, self.messages]


def build_messages(examples: Sequence[str]) -> gr.Chatbot:
    """Return the messages, made where it is called inside the page."""
    return gr.Chatbot(
        elem_id="or-chat",
        show_label=False,
        label="Conversation",
        layout="panel",
        height="100%",
        buttons=[],
        feedback_options=("Like", "Dislike"),
        sanitize_html=True,
        allow_tags=False,
        latex_delimiters=[],
        placeholder=notices.welcome_html(),
        examples=[{"text": question} for question in examples],
        group_consecutive_messages=False,
        autoscroll=False,  # `script.js` keeps the question in sight
    )


def build_box() -> gr.Textbox:
    """Return the box for a question, made where it is called inside the page."""
    return gr.Textbox(
        placeholder="Ask your documents …",
        show_label=False,
        label="Question",
        autofocus=True,
        max_lines=6,
        submit_btn=True,
        elem_id="or-box",
    )


def build(messages: gr.Chatbot, box: gr.Textbox) -> Board:
    """Return the messages and the box with the parts that are not seen, made where it is called inside the page."""
    return Board(
        messages=messages,
        box=box,
        running=gr.Number(visible=False, precision=0),
        edited=gr.Textbox(label="Edited question", lines=3, elem_id="or-edited", visible="hidden"),
        taken_back=gr.Button("Undo", elem_id="or-take-back", visible="hidden"),
    )


def wire(
    board: Board, desks: Desks, conversation: gr.State, controls: scope.Controls, others: Sequence[Any] = ()
) -> list[Any]:
    """Bind submit, stop, examples, retry, undo and clear, each in Gradio's own way; return what changes a conversation.

    The conversation is an input of every handler and an output of none: all change the one object of their page, so
    that none can put an old conversation back. Gradio's `cancels` is not used: it has the browser leave out the next
    answer until the server has let go of the stopped one, and it cancels by page and handler, not by question.

    Args:
        others: further events that ask something.
    """
    outputs, within = board.outputs, controls.inputs
    starts = [
        board.edited.change(_ask_instead, [conversation, board.edited, *within], outputs, **AT_ONCE),
        board.box.submit(_ask, [conversation, board.box, *within], outputs, **AT_ONCE),
        board.messages.example_select(_ask_example, [conversation, *within], outputs, **AT_ONCE),
        board.messages.retry(_ask_again, [conversation, *within], outputs, **AT_ONCE),
        *others,
    ]
    changes = []
    for start in starts:
        answer = start.then(_answering(desks), conversation, outputs, trigger_mode="multiple", **PRIVATE, **ONE_WRITER)
        answer.failure(_stop, [conversation, board.running], outputs, **AT_ONCE)  # or the box would stay closed
        changes.append(answer)
    board.box.stop(_stop, [conversation, board.running], outputs, trigger_mode="multiple", **AT_ONCE)
    voting.wire(board.messages, conversation, desks)
    return [
        *changes,
        board.messages.undo(_undo, conversation, outputs, **AT_ONCE),
        board.taken_back.click(_undo, conversation, outputs, **AT_ONCE),
        board.messages.clear(_clear, conversation, outputs, **AT_ONCE),
    ]


def shown(exchanges: chat.Exchanges, **box: Any) -> Shown:
    """Offer to stop where an answer is being written, and to ask where none is."""
    running = chat.running(exchanges)
    busy = running is not None
    return (
        gr.update(interactive=not busy, submit_btn=not busy, stop_btn=busy, **box),
        running,
        chat.messages(exchanges),
    )


def _ask(conversation: chat.Conversation, text: str, *controls: Any) -> Shown:
    conversation.ask(text, _within(controls))
    conversation.keep()
    return shown(conversation.exchanges, value="")


def ask_anew(conversation: chat.Conversation, text: str, asked: Asked) -> Shown:
    """Ask in a new conversation; the present one is kept."""
    conversation.keep()
    conversation.clear()
    conversation.ask(text, asked)
    conversation.keep()
    return shown(conversation.exchanges, value="")


def _ask_example(
    conversation: chat.Conversation,
    since: str,
    until: str,
    as_of: str,
    sources: list[str],
    tags: list[str],
    languages: list[str],
    length: str,
    chosen: gr.SelectData,
) -> Shown:
    return _ask(conversation, chosen.value["text"], since, until, as_of, sources, tags, languages, length)


def _within(controls: tuple[Any, ...]) -> Asked:
    try:
        return scope.asked_within(*controls)
    except ScopeError as error:
        raise gr.Error(str(error), print_exception=False) from error


def _ask_again(conversation: chat.Conversation, *controls: Any) -> Shown:
    conversation.ask_again(_within(controls))
    conversation.keep()
    return shown(conversation.exchanges, value="")


def _ask_instead(conversation: chat.Conversation, edited: str, *controls: Any) -> Shown:
    """Ask an edited question; `script.js` writes the number of the old one before the new words."""
    if found := _EDITED.fullmatch(edited or ""):
        conversation.edit(int(found[1]), found[2], _within(controls))
        conversation.keep()
    return shown(conversation.exchanges)


def _stop(conversation: chat.Conversation, running: int | None) -> Shown:
    if running is not None:
        conversation.stop(running)
        conversation.keep()
    return shown(conversation.exchanges)


def _undo(conversation: chat.Conversation) -> Shown:
    question = conversation.undo()
    conversation.keep()
    return shown(conversation.exchanges, value=question)


def _clear(conversation: chat.Conversation) -> Shown:
    """Begin anew; what was kept stays in the list."""
    conversation.clear()
    return shown(conversation.exchanges)


def _answering(desks: Desks) -> Callable[[chat.Conversation], Iterator[Shown]]:
    def answered(conversation: chat.Conversation) -> Iterator[Shown]:
        # The collection is looked up for each question: another may have been chosen while the last was answered.
        def stream(question: Question, *, short: bool = False) -> Generator[Event, None, None]:
            return desks.desk(conversation.collection).stream(question, short=short)

        def paragraphs(answer: Answer) -> dict[int, Paragraph]:
            return desks.desk(conversation.collection).paragraphs(answer)

        offered: int | None = 0  # the exchange that the box offers to stop; at first unknown
        for exchanges in answering.answers(conversation, stream, paragraphs):
            box, running, messages = shown(exchanges)
            # A late piece must not close again the box that a stop has opened: it leaves the box as it is.
            yield (gr.skip(), gr.skip(), messages) if running == offered else (box, running, messages)
            offered = running

    return answered
