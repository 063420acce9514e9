"""The chat page, wiring only: `render` makes the markup, `desk` holds the documents, `chat` follows a question."""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from index.errors import IndexingError
from qa.cases import parse_day, parse_filter
from qa.errors import AnsweringError, CasesError
from qa.feedback import FILE_NAME as FEEDBACK_NAME
from qa.feedback import FeedbackStore
from qa.runs import Runs
from qa.serialize import answer_to_json, hit_to_json
from qa.types import Completed, Question, Turn
from ui import chat, documents, evaluation, history, render, scope, voting
from ui.conversations import FILE_NAME, Conversations
from ui.desk import Asked, Desk, desk_of
from ui.errors import ScopeError
from ui.guard import Guard
from ui.login import checker, read_users
from ui.routes import routes

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
import gradio as gr
from gradio.events import api
from starlette.middleware import Middleware

FOLDER = Path(__file__).parent
SHOWN_KINDS = ("number", "conflict", "attribution", "false-premise")  # what sets this chat apart comes first
EXAMPLES_SHOWN = 4
FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "Arial", "sans-serif")
MONO_FONTS = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace")
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
AT_ONCE: dict[str, Any] = {**PRIVATE, "queue": False}
ONE_WRITER: dict[str, Any] = {"concurrency_id": "answers", "concurrency_limit": 1}


def serve(
    *,
    index: Path,
    host: str,
    port: int,
    model: str | None = None,
    embedder: str | None = None,
    examples: str | None = None,
    conversations: Path | None = None,
    users: Path | None = None,
    runs: Runs | None = None,
) -> None:
    """Serve the page until interrupted; its address goes to stderr.

    Args:
        conversations: the file where they are kept; None: beside the index.
        users: a file of names and passwords; None: everybody who reaches the page may use it.
        runs: the evaluation runs to show; None: the page has no such tab.

    Raises:
        ConversationsError: they cannot be kept there.
        LoginError: the file of users cannot be used.
        OSError: the address is not free.
        CasesError: the examples are not JSONL rows with a question each.
    """
    questions = example_questions(Path(examples)) if examples else []
    known = None if users is None else read_users(users)
    desk = desk_of(index, model=model, embedder=embedder)
    store = Conversations(conversations or index / FILE_NAME)
    feedback = FeedbackStore(index / FEEDBACK_NAME)
    desk.warm()
    with contextlib.closing(desk), contextlib.closing(store), contextlib.closing(feedback):
        page = build_page(desk, questions, store, feedback, runs)
        address = launch(page, host=host, port=port, store=store, desk=desk, users=known, runs=runs)
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
    desk: Desk | None = None,
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
            app_kwargs={"middleware": [Middleware(Guard)], "routes": routes(store, desk, runs)},
        )
    return str(address)


def build_page(
    desk: Desk,
    examples: Sequence[str] = (),
    store: Conversations | None = None,
    feedback: FeedbackStore | None = None,
    runs: Runs | None = None,
) -> gr.Blocks:
    """Return the page, not yet served."""
    page = gr.Blocks(title="onrecord", analytics_enabled=False, fill_height=True, fill_width=True)
    with page:
        # Markdown, not HTML: Gradio's HTML component evaluates strings as code, which the page's policy forbids.
        side = history.build()
        header = gr.Markdown(render.header_html(None, None), elem_id="or-head")
        with gr.Tabs(elem_id="or-tabs") as tabs:
            with gr.Tab("Ask", id="ask"), gr.Row(elem_id="or-desk"):
                with gr.Column(scale=3, min_width=320, elem_id="or-chat-column"):
                    board = _board(examples)
                    controls = scope.build()
                    box = _box()
                with gr.Column(scale=2, min_width=300, elem_id="or-panel-column"):
                    gr.Markdown(render.panel_html())
            with gr.Tab("Documents", id="documents"):
                tab = documents.build()
            evaluated = None if runs is None else evaluation.build(tabs, runs)
        _wire(page, desk, board, box, controls, side, store, feedback, evaluated)
        documents.wire(tab, desk, page, changed=lambda: _header(desk), header=header, private=PRIVATE)
        page.load(lambda: _header(desk), None, header, **PRIVATE)
        _add_api(desk)
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
        placeholder=render.welcome_html(),
        examples=[{"text": question} for question in examples],
        group_consecutive_messages=False,
    )


def _wire(
    page: gr.Blocks,
    desk: Desk,
    board: gr.Chatbot,
    box: gr.Textbox,
    controls: scope.Controls,
    side: history.Side,
    store: Conversations | None,
    feedback: FeedbackStore | None,
    evaluated: evaluation.Tab | None,
) -> None:
    """Bind submit, stop, examples, retry, undo and clear, each in Gradio's own way.

    The conversation is an input of every handler and an output of none: all change the one object of their page, so
    that none can put an old conversation back. Gradio's `cancels` is not used: it has the browser leave out the next
    answer until the server has let go of the stopped one, and it cancels by page and handler, not by question.
    """
    conversation = gr.State(chat.Conversation(store))  # copied once for each page
    running = gr.Number(visible=False, precision=0)  # the exchange that the shown stop button belongs to
    shown = [box, running, board]

    def listed(current: chat.Conversation, query: str) -> history.Shown:
        return history.shown(store, current, query)

    starts = [
        box.submit(_ask, [conversation, box, *controls.inputs], shown, **AT_ONCE),
        board.example_select(_ask_example, [conversation, *controls.inputs], shown, **AT_ONCE),
        board.retry(_ask_again, [conversation, *controls.inputs], shown, **AT_ONCE),
    ]
    if evaluated is not None:
        evaluation.wire(evaluated, desk, page, private=PRIVATE)
        starts.append(evaluation.wire_asking(evaluated, _ask_anew, conversation, shown, controls, private=PRIVATE))
    for start in starts:
        answer = start.then(_answering(desk), conversation, shown, trigger_mode="multiple", **PRIVATE, **ONE_WRITER)
        answer.failure(_stop, [conversation, running], shown, **AT_ONCE)  # or the box would stay closed
        answer.then(listed, [conversation, side.query], side.outputs, **AT_ONCE)
    box.stop(_stop, [conversation, running], shown, trigger_mode="multiple", **AT_ONCE)
    changes = (board.undo(_undo, conversation, shown, **AT_ONCE), board.clear(_clear, conversation, shown, **AT_ONCE))
    for change in changes:
        change.then(listed, [conversation, side.query], side.outputs, **AT_ONCE)
    _wire_side(page, desk, conversation, shown, side, store)
    _wire_scope(page, desk, controls)
    voting.wire(board, conversation, feedback, private=PRIVATE)


def _wire_scope(page: gr.Blocks, desk: Desk, controls: scope.Controls) -> None:
    """Bind the fold's title to what it holds, and its choices to what is indexed."""

    def titled(*values: Any) -> tuple[Any, str]:
        try:
            return gr.update(label=scope.described(scope.asked_within(*values))), ""
        except ScopeError as error:
            return gr.skip(), render.problem_html(str(error))

    def choices() -> tuple[Any, ...]:
        try:
            known = desk.overview()
        except IndexingError:
            return gr.skip(), gr.skip(), gr.skip()
        return tuple(gr.update(choices=each) for each in scope.choices(known))

    for control in controls.inputs:
        control.change(titled, controls.inputs, [controls.accordion, controls.told], **AT_ONCE)
    lists = [controls.sources, controls.tags, controls.languages]
    page.load(choices, None, lists, **PRIVATE)
    controls.accordion.expand(choices, None, lists, **AT_ONCE)


def _wire_side(
    page: gr.Blocks,
    desk: Desk,
    conversation: gr.State,
    shown: list[Any],
    side: history.Side,
    store: Conversations | None,
) -> None:
    """Bind the list of conversations: all that it does changes the page's one conversation in its place."""

    def listed(current: chat.Conversation, query: str) -> history.Shown:
        return history.shown(store, current, query)

    def opened(current: chat.Conversation, chosen: str | None) -> Shown:
        if store is not None and chosen and chosen != current.id:
            current.keep()
            history.open_kept(store, current, chosen, desk.paragraphs)
        return _shown(current.exchanges)

    def arrived(current: chat.Conversation, request: gr.Request) -> Shown:
        current.owner = request.username or ""
        return opened(current, dict(request.query_params).get("c"))

    def begun(current: chat.Conversation) -> Shown:
        current.keep()
        current.clear()
        return _shown(current.exchanges, value="")

    def renamed(current: chat.Conversation, title: str, query: str) -> history.Shown:
        if store is not None and current.id is not None:
            store.rename(current.id, title, owner=current.owner)
        return listed(current, query)

    def deleted(current: chat.Conversation) -> Shown:
        if store is not None and current.id is not None:
            store.delete(current.id, owner=current.owner)
        current.clear()
        return _shown(current.exchanges, value="")

    found = [conversation, side.query]
    starts = (
        page.load(arrived, conversation, shown, **PRIVATE),
        side.listing.input(opened, [conversation, side.listing], shown, **AT_ONCE),
        side.new.click(begun, conversation, shown, **AT_ONCE),
        side.sure.click(deleted, conversation, shown, **AT_ONCE),
    )
    for start in starts:
        start.then(listed, found, side.outputs, **AT_ONCE)
    side.query.change(listed, found, side.outputs, **AT_ONCE)
    side.title.submit(renamed, [conversation, side.title, side.query], side.outputs, **AT_ONCE)
    side.delete.click(history.asked_to_be_sure, None, [side.delete, side.sure], **AT_ONCE)


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


def _answering(desk: Desk) -> Callable[[chat.Conversation], Iterator[Shown]]:
    def answering(conversation: chat.Conversation) -> Iterator[Shown]:
        offered: int | None = 0  # the exchange that the box offers to stop; at first unknown
        for exchanges in chat.answering(conversation, desk.stream, desk.paragraphs):
            box, running, messages = _shown(exchanges)
            # A late piece must not close again the box that a stop has opened: it leaves the box as it is.
            yield (gr.skip(), gr.skip(), messages) if running == offered else (box, running, messages)
            offered = running

    return answering


def _header(desk: Desk) -> str:
    try:
        return render.header_html(desk.stats(), None)
    except IndexingError as error:
        return render.header_html(None, str(error))


def _add_api(desk: Desk) -> None:
    """Offer `/ask` and `/search` to gradio_client, in the shapes of `ask --json` and `search --json`."""

    def ask(
        question: str, history: list[str] | None = None, as_of: str | None = None, where: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Answer a question from the documents, with citations; `history` holds the earlier questions.

        `where` narrows them: {"from", "to", "happened_from", "happened_to", "sources", "media_types", "tags",
        "languages"}, each optional.
        """
        with _said():
            turns = tuple(Turn(role="user", content=earlier) for earlier in history or ())
            narrowed = parse_filter(where) if where else None
            asked = Question(text=question, history=turns, as_of=parse_day(as_of) if as_of else None, where=narrowed)
            answers = [event.answer for event in desk.stream(asked) if isinstance(event, Completed)]
            return answer_to_json(answers[-1])

    def search(
        query: str, limit: int = 10, as_of: str | None = None, where: dict[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """Find the passages nearest to a query, best first; `where` as in `ask`."""
        with _said():
            day = parse_day(as_of) if as_of else None
            narrowed = parse_filter(where) if where else None
            hits = desk.search(query, limit=limit, as_of=day, where=narrowed)
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


def _bindable(host: str, port: int) -> int:
    """Return the port if the address is free, and any free one for 0."""
    with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        return int(probe.getsockname()[1])
