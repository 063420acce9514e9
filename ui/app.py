"""The chat page, wiring only: `render` makes the markup, `desk` holds the documents, `chat` follows a question."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import socket
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from index.errors import IndexingError
from qa.errors import CasesError
from qa.runs import Runs
from qa.types import Answer, Event, Question
from ui import (
    chat,
    choosing,
    documents,
    endpoints,
    evaluation,
    history,
    notices,
    scope,
    sources,
    undoing,
    voting,
    writer,
)
from ui.collections import Desks, desks_of
from ui.conversations import FILE_NAME, Conversations
from ui.desk import Asked, Desk
from ui.errors import ConversationMissing, ScopeError
from ui.guard import Guard
from ui.login import checker, read_users
from ui.routes import routes

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
import gradio as gr
from starlette.middleware import Middleware

FOLDER = Path(__file__).parent
SHOWN_KINDS = ("number", "conflict", "attribution", "false-premise")  # what sets this chat apart comes first
EXAMPLES_SHOWN = 4
FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "Arial", "sans-serif")
MONO_FONTS = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace")
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
AT_ONCE: dict[str, Any] = {**PRIVATE, "queue": False}
ONE_WRITER: dict[str, Any] = {"concurrency_id": "answers", "concurrency_limit": 1}
_EDITED = re.compile(r"(\d{1,9})#\d*\n(.*)", re.DOTALL)


def serve(
    *,
    indexes: Sequence[Path],
    host: str,
    port: int,
    collections: Path | None = None,
    models: Sequence[str] = (),
    embedder: str | None = None,
    examples: str | None = None,
    conversations: Path | None = None,
    users: Path | None = None,
    runs: Runs | None = None,
) -> None:
    """Serve the page until interrupted; its address goes to stderr.

    Args:
        indexes: index folders, each a collection; the first is the one chosen at first.
        collections: a folder whose index folders are collections too, and where new ones are made.
        models: language models to choose from, before the others that can be used here; the first answers at first.
        conversations: the file where they are kept; None: beside the first index, or in the folder of collections.
        users: a file of names and passwords, whose first chooses the language model; None: everybody who reaches the
            page may use it.
        runs: the evaluation runs to show; None: the page has no such tab.

    Raises:
        CollectionsError: the indexes cannot be told apart, or a name of theirs is no safe folder name.
        ConversationsError: they cannot be kept there.
        LoginError: the file of users cannot be used.
        OSError: the address is not free.
        CasesError: the examples are not JSONL rows with a question each.
    """
    questions = example_questions(Path(examples)) if examples else []
    known = None if users is None else read_users(users)
    desks = desks_of(indexes, collections, models=models, embedder=embedder)
    store = Conversations(conversations or [*indexes, *filter(None, [collections])][0].expanduser() / FILE_NAME)
    desks.warm()
    with contextlib.closing(desks), contextlib.closing(store):
        page = build_page(desks, questions, store, runs, chooser=next(iter(known or ()), None))
        address = launch(page, host=host, port=port, store=store, desks=desks, users=known, runs=runs)
        print(f"onrecord: the chat is open at {address} (Ctrl-C ends it)", file=sys.stderr, flush=True)
        try:
            threading.Event().wait()
        finally:
            page.close(verbose=False)


def launch(
    page: gr.Blocks,
    *,
    host: str,
    port: int,
    store: Conversations | None = None,
    desks: Desks | None = None,
    users: Mapping[str, str] | None = None,
    runs: Runs | None = None,
) -> str:
    """Start serving the page and return its address; port 0 takes any free one.

    Raises:
        OSError: the address is not free.
    """
    with contextlib.redirect_stdout(io.StringIO()):  # Gradio announces its MCP server even when it is to be quiet
        _, address, _ = page.launch(
            server_name=host,
            server_port=_bindable(host, port),
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            auth=None if users is None else checker(users),
            footer_links=[],
            enable_monitoring=False,
            run_history=False,
            ssr_mode=False,
            mcp_server=users is None,  # it could not log in
            theme=gr.themes.Base(font=FONTS, font_mono=MONO_FONTS, primary_hue="teal", neutral_hue="stone"),
            css=(FOLDER / "style.css").read_text(encoding="utf-8"),
            head=f"<script>{(FOLDER / 'script.js').read_text(encoding='utf-8')}</script>",
            app_kwargs={"middleware": [Middleware(Guard)], "routes": routes(store, desks, runs)},
        )
    return str(address)


def build_page(
    desks: Desks,
    examples: Sequence[str] = (),
    store: Conversations | None = None,
    runs: Runs | None = None,
    *,
    chooser: str | None = None,
) -> gr.Blocks:
    """Return the page, not yet served; the language model is chosen by `chooser` alone, by everybody for None."""
    page = gr.Blocks(title="onrecord", analytics_enabled=False, fill_height=True, fill_width=True)
    with page:
        # Markdown, not HTML: Gradio's HTML component evaluates strings as code, which the page's policy forbids.
        side = history.build(desks)
        with gr.Row(elem_id="or-top"):
            header = gr.Markdown(notices.header_html(None, None), elem_id="or-head")
            collection = choosing.build(desks)
        with gr.Tabs(elem_id="or-tabs") as tabs:
            with gr.Tab("Ask", id="ask"), gr.Row(elem_id="or-desk"):
                with gr.Column(scale=3, min_width=320, elem_id="or-chat-column"):
                    board = _board(examples)
                    controls = scope.build()
                    with controls.accordion:
                        model = writer.build(desks)
                    box = _box()
                with gr.Column(scale=2, min_width=300, elem_id="or-panel-column"):
                    gr.Markdown(sources.panel_html())
            with gr.Tab("Documents", id="documents"):
                maker = choosing.build_maker(desks)
                undoing_line = undoing.build()
                tab = documents.build()
            evaluated = None if runs is None else evaluation.build(tabs, runs)
        conversation = gr.State(chat.Conversation(store))  # copied once for each page
        shown = _wire(desks, conversation, board, box, controls, side, store, evaluated)
        moves = (
            *_wire_side(page, desks, conversation, shown, side, store),
            *choosing.wire(collection, maker, desks, conversation, shown, _shown, private=PRIVATE),
        )
        for move in moves:
            move.then(_listing(store, desks), [conversation, side.query], side.outputs, **AT_ONCE)
        _wire_collection(moves, desks, conversation, header, collection, controls, tab, undoing_line)
        _wire_scope(desks, conversation, controls)
        if model is not None:
            writer.wire(model, desks, page, controls.accordion, chooser=chooser, private=PRIVATE)
        if evaluated is not None:
            evaluation.wire(evaluated, desks, conversation, page, private=PRIVATE)
        removal = documents.wire(tab, desks, conversation, changed=_header, header=header, private=PRIVATE)
        _wire_undoing(undoing_line, desks, conversation, removal, header, tab)
        endpoints.add(desks, **ONE_WRITER)
    return page


def example_questions(path: Path, limit: int = EXAMPLES_SHOWN) -> list[str]:
    """Return the first question of each of the kinds to show, then of other kinds, at most `limit`.

    Raises:
        CasesError: a row holds no question.
    """
    firsts: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            question, kind, follows = str(row["question"]), str(row.get("kind")), bool(row.get("history"))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise CasesError(f'{path}, line {number}: expected a JSON object with a "question"') from error
        if not follows:
            firsts.setdefault(kind, question)
    chosen = [firsts.pop(kind) for kind in SHOWN_KINDS if kind in firsts]
    return [*chosen, *firsts.values()][:limit]


def _box() -> gr.Textbox:
    return gr.Textbox(
        placeholder="Ask your documents …",
        show_label=False,
        label="Question",
        autofocus=True,
        max_lines=6,
        submit_btn=True,
        elem_id="or-box",
    )


def _board(examples: Sequence[str]) -> gr.Chatbot:
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
    )


def _wire(
    desks: Desks,
    conversation: gr.State,
    board: gr.Chatbot,
    box: gr.Textbox,
    controls: scope.Controls,
    side: history.Side,
    store: Conversations | None,
    evaluated: evaluation.Tab | None,
) -> list[Any]:
    """Bind submit, stop, examples, retry, undo and clear, each in Gradio's own way; return what shows a conversation.

    The conversation is an input of every handler and an output of none: all change the one object of their page, so
    that none can put an old conversation back. Gradio's `cancels` is not used: it has the browser leave out the next
    answer until the server has let go of the stopped one, and it cancels by page and handler, not by question.
    """
    running = gr.Number(visible=False, precision=0)  # the exchange that the shown stop button belongs to
    shown = [box, running, board]
    listed = _listing(store, desks)
    edited = gr.Textbox(label="Edited question", lines=3, elem_id="or-edited", visible="hidden")
    taken_back = gr.Button("Undo", elem_id="or-take-back", visible="hidden")
    starts = [
        edited.change(_ask_instead, [conversation, edited, *controls.inputs], shown, **AT_ONCE),
        box.submit(_ask, [conversation, box, *controls.inputs], shown, **AT_ONCE),
        board.example_select(_ask_example, [conversation, *controls.inputs], shown, **AT_ONCE),
        board.retry(_ask_again, [conversation, *controls.inputs], shown, **AT_ONCE),
    ]
    if evaluated is not None:
        starts.append(evaluation.wire_asking(evaluated, _ask_anew, conversation, shown, controls, private=PRIVATE))
    for start in starts:
        answer = start.then(_answering(desks), conversation, shown, trigger_mode="multiple", **PRIVATE, **ONE_WRITER)
        answer.failure(_stop, [conversation, running], shown, **AT_ONCE)  # or the box would stay closed
        answer.then(listed, [conversation, side.query], side.outputs, **AT_ONCE)
    box.stop(_stop, [conversation, running], shown, trigger_mode="multiple", **AT_ONCE)
    changes = (
        board.undo(_undo, conversation, shown, **AT_ONCE),
        taken_back.click(_undo, conversation, shown, **AT_ONCE),
        board.clear(_clear, conversation, shown, **AT_ONCE),
    )
    for change in changes:
        change.then(listed, [conversation, side.query], side.outputs, **AT_ONCE)
    voting.wire(board, conversation, desks, private=PRIVATE)
    return shown


def _wire_collection(
    moves: Sequence[Any],
    desks: Desks,
    conversation: gr.State,
    header: gr.Markdown,
    collection: gr.Dropdown,
    controls: scope.Controls,
    tab: documents.Tab,
    line: undoing.Line,
) -> None:
    """Have the page's head, the scope and the documents follow the collection, after whatever may change it."""
    known = gr.State(choosing.NEVER)  # the collection that is shown
    parts = [header, *controls.lists, *tab.outputs, *line.outputs]

    def followed(
        current: chat.Conversation, before: str | None, query: str, *chosen: list[str] | None
    ) -> tuple[Any, ...]:
        there = choosing.shown(desks, current)
        if before == current.collection:
            return there, before, *(gr.skip() for _ in parts)
        desk, moved_to = desks.desk(current.collection), current.collection
        listed = (*documents.shown(desk, query), *undoing.shown(desk))
        return there, moved_to, _header(desk), *scope.shown(desk, *chosen), *listed

    for move in moves:
        move.then(
            followed,
            [conversation, known, tab.query, *controls.lists],
            [collection, known, *parts],
            trigger_mode="always_last",
            **AT_ONCE,
        )


def _wire_undoing(
    line: undoing.Line, desks: Desks, conversation: gr.State, removal: Any, header: gr.Markdown, tab: documents.Tab
) -> None:
    def drawn(desk: Desk, query: str | None) -> tuple[Any, ...]:
        return _header(desk), *documents.shown(desk, query)

    parts = [header, *tab.outputs]
    undoing.wire(line, desks, conversation, removal, drawn=drawn, query=tab.query, parts=parts, private=PRIVATE)


def _wire_scope(desks: Desks, conversation: gr.State, controls: scope.Controls) -> None:
    """Bind the fold's title to what it holds, and its choices to what is indexed."""

    def titled(*values: Any) -> tuple[Any, str]:
        try:
            return gr.update(label=scope.described(scope.asked_within(*values))), ""
        except ScopeError as error:
            return gr.skip(), notices.problem_html(str(error))

    def choices(current: chat.Conversation, *chosen: list[str] | None) -> tuple[Any, ...]:
        return scope.shown(desks.desk(current.collection), *chosen)

    for control in controls.inputs:
        control.change(titled, controls.inputs, [controls.accordion, controls.told], **AT_ONCE)
    controls.accordion.expand(choices, [conversation, *controls.lists], controls.lists, **AT_ONCE)


def _listing(store: Conversations | None, desks: Desks) -> Callable[[chat.Conversation, str], history.Shown]:
    def listed(current: chat.Conversation, query: str) -> history.Shown:
        return history.shown(store, current, desks, query)

    return listed


def _wire_side(
    page: gr.Blocks,
    desks: Desks,
    conversation: gr.State,
    shown: list[Any],
    side: history.Side,
    store: Conversations | None,
) -> tuple[Any, ...]:
    """Bind the list of conversations: all that it does changes the page's one conversation in its place.

    Returns the events after which the page may show another conversation.
    """
    listed = _listing(store, desks)

    def opened(current: chat.Conversation, chosen: str | None) -> Shown:
        if store is not None and chosen and chosen != current.id:
            current.keep()
            history.open_kept(store, current, chosen, desks)
        return _shown(current.exchanges)

    def arrived(current: chat.Conversation, request: gr.Request) -> Shown:
        current.owner = request.username or ""
        named = dict(request.query_params)
        current.become(None, (), desks.present(named.get("in")))
        if current.collection != desks.named(None):
            desks.warm(current.collection)
        return opened(current, named.get("c"))

    def begun(current: chat.Conversation) -> Shown:
        current.keep()
        current.become(None, (), desks.present(current.collection))
        return _shown(current.exchanges, value="")

    def renamed(current: chat.Conversation, title: str, query: str) -> history.Shown:
        if store is not None and current.id is not None:
            store.rename(current.id, title, owner=current.owner)
        return listed(current, query)

    def deleted(current: chat.Conversation) -> Shown:
        if store is not None and current.id is not None:
            store.delete(current.id, owner=current.owner)
        current.become(None, (), desks.present(current.collection))
        return _shown(current.exchanges, value="")

    def restored(current: chat.Conversation, gone: str | None) -> Shown:
        if store is not None and gone is not None:
            try:
                store.restore(gone, owner=current.owner)
            except ConversationMissing as error:
                raise gr.Error(str(error), print_exception=False) from error
        return opened(current, gone)

    side.query.change(listed, [conversation, side.query], side.outputs, **AT_ONCE)
    side.title.submit(renamed, [conversation, side.title, side.query], side.outputs, **AT_ONCE)
    return (
        page.load(arrived, conversation, shown, **PRIVATE),
        side.listing.input(opened, [conversation, side.listing], shown, **AT_ONCE),
        side.new.click(begun, conversation, shown, **AT_ONCE),
        side.delete.click(deleted, conversation, shown, **AT_ONCE),
        side.undo.click(restored, [conversation, side.deleted], shown, **AT_ONCE),
    )


Shown = tuple[Any, Any, list[dict[str, str]]]  # what becomes of the box, the running exchange and the board


def _shown(exchanges: chat.Exchanges, **box: Any) -> Shown:
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
    return _shown(conversation.exchanges, value="")


def _ask_anew(conversation: chat.Conversation, text: str, asked: Asked) -> Shown:
    """Ask in a new conversation; the present one is kept."""
    conversation.keep()
    conversation.clear()
    conversation.ask(text, asked)
    conversation.keep()
    return _shown(conversation.exchanges, value="")


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
    return _shown(conversation.exchanges, value="")


def _ask_instead(conversation: chat.Conversation, edited: str, *controls: Any) -> Shown:
    """Ask an edited question; `script.js` writes the number of the old one before the new words."""
    if found := _EDITED.fullmatch(edited or ""):
        conversation.edit(int(found[1]), found[2], _within(controls))
        conversation.keep()
    return _shown(conversation.exchanges)


def _stop(conversation: chat.Conversation, running: int | None) -> Shown:
    if running is not None:
        conversation.stop(running)
        conversation.keep()
    return _shown(conversation.exchanges)


def _undo(conversation: chat.Conversation) -> Shown:
    question = conversation.undo()
    conversation.keep()
    return _shown(conversation.exchanges, value=question)


def _clear(conversation: chat.Conversation) -> Shown:
    """Begin anew; what was kept stays in the list."""
    conversation.clear()
    return _shown(conversation.exchanges)


def _answering(desks: Desks) -> Callable[[chat.Conversation], Iterator[Shown]]:
    def answering(conversation: chat.Conversation) -> Iterator[Shown]:
        # The collection is looked up for each question: another may have been chosen while the last was answered.
        def stream(question: Question, *, short: bool = False) -> Generator[Event, None, None]:
            return desks.desk(conversation.collection).stream(question, short=short)

        def paragraphs(answer: Answer) -> dict[int, sources.Paragraph]:
            return desks.desk(conversation.collection).paragraphs(answer)

        offered: int | None = 0  # the exchange that the box offers to stop; at first unknown
        for exchanges in chat.answering(conversation, stream, paragraphs):
            box, running, messages = _shown(exchanges)
            # A late piece must not close again the box that a stop has opened: it leaves the box as it is.
            yield (gr.skip(), gr.skip(), messages) if running == offered else (box, running, messages)
            offered = running

    return answering


def _header(desk: Desk) -> str:
    try:
        return notices.header_html(desk.stats(), None)
    except IndexingError as error:
        return notices.header_html(None, str(error))


def _bindable(host: str, port: int) -> int:
    """Return the port if the address is free, and any free one for 0."""
    with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        return int(probe.getsockname()[1])
