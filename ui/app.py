"""The chat page, wiring only: `render` makes the markup, `desk` holds the documents, `chat` follows a question."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from index.errors import IndexingError
from qa.cases import parse_day
from qa.errors import AnsweringError, CasesError
from qa.serialize import answer_to_json, hit_to_json
from qa.types import Completed, Question, Turn
from ui import chat, render
from ui.desk import Desk, desk_of
from ui.guard import Guard

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
) -> None:
    """Serve the page until interrupted; its address goes to stderr.

    Raises:
        OSError: the address is not free.
        CasesError: the examples are not JSONL rows with a question each.
    """
    questions = example_questions(Path(examples)) if examples else []
    desk = desk_of(index, model=model, embedder=embedder)
    desk.warm()
    with contextlib.closing(desk):
        page = build_page(desk, questions)
        address = launch(page, host=host, port=port)
        print(f"onrecord: the chat is open at {address} (Ctrl-C ends it)", file=sys.stderr, flush=True)
        try:
            threading.Event().wait()
        finally:
            page.close(verbose=False)


def launch(page: gr.Blocks, *, host: str, port: int) -> str:
    """Start serving the page and return its address; port 0 takes any free one.

    Raises:
        OSError: the address is not free.
    """
    _, address, _ = page.launch(
        server_name=host,
        server_port=_bindable(host, port),
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        footer_links=[],
        enable_monitoring=False,
        run_history=False,
        ssr_mode=False,
        theme=gr.themes.Base(font=FONTS, font_mono=MONO_FONTS, primary_hue="teal", neutral_hue="stone"),
        css=(FOLDER / "style.css").read_text(encoding="utf-8"),
        head=f"<script>{(FOLDER / 'script.js').read_text(encoding='utf-8')}</script>",
        app_kwargs={"middleware": [Middleware(Guard)]},
    )
    return str(address)


def build_page(desk: Desk, examples: Sequence[str] = ()) -> gr.Blocks:
    """Return the page, not yet served."""
    page = gr.Blocks(title="onrecord", analytics_enabled=False, fill_height=True, fill_width=True)
    with page:
        # Markdown, not HTML: Gradio's HTML component evaluates strings as code, which the page's policy forbids.
        header = gr.Markdown(render.header_html(None, None), elem_id="or-head")
        with gr.Row(elem_id="or-desk"):
            with gr.Column(scale=3, min_width=320, elem_id="or-chat-column"):
                board = _board(examples)
                box = gr.Textbox(
                    placeholder="Ask your documents …",
                    show_label=False,
                    label="Question",
                    autofocus=True,
                    max_lines=6,
                    submit_btn=True,
                    elem_id="or-box",
                )
            with gr.Column(scale=2, min_width=300, elem_id="or-panel-column"):
                gr.Markdown(render.panel_html())
        _wire(desk, board, box)
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


def _board(examples: Sequence[str]) -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="or-chat",
        show_label=False,
        label="Conversation",
        layout="panel",
        height="100%",
        buttons=[],
        feedback_options=None,
        sanitize_html=True,
        allow_tags=False,
        latex_delimiters=[],
        placeholder=render.welcome_html(),
        examples=[{"text": question} for question in examples],
        group_consecutive_messages=False,
    )


def _wire(desk: Desk, board: gr.Chatbot, box: gr.Textbox) -> None:
    """Bind submit, stop, examples, retry, undo and clear, each in Gradio's own way."""
    state = gr.State(())
    shown = [box, state, board]
    starts = (
        box.submit(lambda text, now: _busy(chat.asked(now, text)), [box, state], shown, **AT_ONCE),
        board.example_select(_on_example, state, shown, **AT_ONCE),
        board.retry(lambda now: _busy(chat.asked_again(now)), state, shown, **AT_ONCE),
    )
    running = []
    for start in starts:
        answer = start.then(_answering(desk), state, [state, board], **PRIVATE, **ONE_WRITER)
        answer.then(_idle_box, None, box, **AT_ONCE)
        running.append(answer)
    length = gr.State(0)  # of the conversation when it was stopped
    stop = box.stop(_stop, state, [state, board, length], cancels=running, **AT_ONCE)
    # A piece that was on its way when the stop came may have drawn the draft once more: mark it again.
    again = stop.then(_stop_again, [state, length], [state, board], **AT_ONCE)
    again.then(_idle_box, None, box, **AT_ONCE)
    board.undo(_undo, state, shown, **AT_ONCE)
    board.clear(lambda: (), None, state, **AT_ONCE)


def _shown(now: chat.Chat) -> tuple[chat.Chat, list[dict[str, str]]]:
    return now, chat.messages(now)


def _stop(now: chat.Chat) -> tuple[chat.Chat, list[dict[str, str]], int]:
    return *_shown(chat.stopped(now)), len(now)


def _stop_again(now: chat.Chat, length: int) -> tuple[chat.Chat, list[dict[str, str]]]:
    """Mark the stopped answer, but not that of a question which was asked since."""
    return _shown(chat.stopped(now) if len(now) == length else now)


def _busy(now: chat.Chat) -> tuple[Any, chat.Chat, list[dict[str, str]]]:
    """Empty the box and offer to stop, where there is something to answer."""
    waiting = bool(now) and not now[-1].done
    box = gr.update(value="", interactive=False, submit_btn=False, stop_btn=True) if waiting else gr.update(value="")
    return box, *_shown(now)


def _idle_box() -> Any:
    return gr.update(interactive=True, submit_btn=True, stop_btn=False)


def _on_example(now: chat.Chat, chosen: gr.SelectData) -> tuple[Any, chat.Chat, list[dict[str, str]]]:
    return _busy(chat.asked(now, chosen.value["text"]))


def _undo(now: chat.Chat) -> tuple[str, chat.Chat, list[dict[str, str]]]:
    question, before = chat.undone(now)
    return question, *_shown(before)


def _answering(desk: Desk) -> Callable[[chat.Chat], Iterator[tuple[chat.Chat, list[dict[str, str]]]]]:
    def answering(now: chat.Chat) -> Iterator[tuple[chat.Chat, list[dict[str, str]]]]:
        for then in chat.answering(now, desk.stream, desk.paragraphs):
            yield _shown(then)

    return answering


def _header(desk: Desk) -> str:
    try:
        return render.header_html(desk.stats(), None)
    except IndexingError as error:
        return render.header_html(None, str(error))


def _add_api(desk: Desk) -> None:
    """Offer `/ask` and `/search` to gradio_client, in the shapes of `ask --json` and `search --json`."""

    def ask(question: str, history: list[str] | None = None, as_of: str | None = None) -> dict[str, Any]:
        """Answer a question from the documents, with citations; `history` holds the earlier questions."""
        with _said():
            turns = tuple(Turn(role="user", content=earlier) for earlier in history or ())
            asked = Question(text=question, history=turns, as_of=parse_day(as_of) if as_of else None)
            answers = [event.answer for event in desk.stream(asked) if isinstance(event, Completed)]
            return answer_to_json(answers[-1])

    def search(query: str, limit: int = 10, as_of: str | None = None) -> list[dict[str, Any]]:
        """Find the passages nearest to a query, best first."""
        with _said():
            hits = desk.search(query, limit=limit, as_of=parse_day(as_of) if as_of else None)
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
