"""The chat page served, and its parts put together: each part builds and wires itself in a module of its own."""

from __future__ import annotations

import contextlib
import io
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from qa.runs import Runs
from ui import (
    board,
    chat,
    choosing,
    documents,
    endpoints,
    evaluation,
    head,
    history,
    scope,
    sources,
    undoing,
    writer,
)
from ui.binding import AT_ONCE
from ui.collections import Desks, desks_of
from ui.conversations import FILE_NAME, Conversations
from ui.examples import example_questions
from ui.guard import Guard
from ui.login import checker, read_users
from ui.routes import routes

FOLDER = Path(__file__).parent
FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "Arial", "sans-serif")
MONO_FONTS = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace")


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
            header = head.build()
            collection = choosing.build(desks)
        with gr.Tabs(elem_id="or-tabs") as tabs:
            with gr.Tab("Ask", id="ask"), gr.Row(elem_id="or-desk"):
                with gr.Column(scale=3, min_width=320, elem_id="or-chat-column"):
                    messages = board.build_messages(examples)
                    controls = scope.build()
                    with controls.accordion:
                        model = writer.build(desks)
                    box = board.build_box()
                with gr.Column(scale=2, min_width=300, elem_id="or-panel-column"):
                    gr.Markdown(sources.panel_html())
            with gr.Tab("Documents", id="documents"):
                maker = choosing.build_maker(desks)
                line = undoing.build()
                tab = documents.build()
            evaluated = None if runs is None else evaluation.build(tabs, runs)
        conversation = gr.State(chat.Conversation(store))  # copied once for each page
        asking = board.build(messages, box)
        again = []
        if evaluated is not None:
            evaluation.wire(evaluated, desks, conversation, page)
            again.append(evaluation.wire_asking(evaluated, conversation, asking.outputs, controls))
        moves = (
            *history.wire(side, page, desks, conversation, asking.outputs, store),
            *choosing.wire(collection, maker, desks, conversation, asking.outputs),
        )
        changes = (*board.wire(asking, desks, conversation, controls, again), *moves)
        history.follow(side, changes, desks, conversation, store)
        _follow(moves, desks, conversation, header, collection, controls, tab, line)
        scope.wire(controls, desks, conversation)
        if model is not None:
            writer.wire(model, desks, page, controls.accordion, chooser=chooser)
        removal = documents.wire(tab, desks, conversation, header)
        undoing.wire(line, desks, conversation, removal, header, tab)
        endpoints.add(desks)
    return page


def _follow(
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
        return there, moved_to, head.shown(desk), *scope.shown(desk, *chosen), *listed

    for move in moves:
        move.then(
            followed,
            [conversation, known, tab.query, *controls.lists],
            [collection, known, *parts],
            trigger_mode="always_last",
            **AT_ONCE,
        )


def _bindable(host: str, port: int) -> int:
    """Return the port if the address is free, and any free one for 0."""
    with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        return int(probe.getsockname()[1])
