"""The line above the documents that brings back the one that was removed last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from index.errors import IndexingError
from ui import chat, documents, head, notices
from ui.binding import AT_ONCE, PRIVATE
from ui.collections import Desks
from ui.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The parts of the line."""

    told: gr.Markdown
    undo: gr.Button

    @property
    def outputs(self) -> list[Any]:
        """What `shown` fills."""
        return [self.told, self.undo]


def build() -> Line:
    """Return the line's parts, made where it is called inside the page."""
    with gr.Row(elem_id="or-removed"):
        told = gr.Markdown(elem_id="or-removed-told")
        undo = gr.Button("Undo", size="sm", visible=False, elem_id="or-bring-back")
    return Line(told=told, undo=undo)


def shown(desk: Desk) -> tuple[Any, Any]:
    """Return what becomes of `Line.outputs`."""
    last = desk.removing.last
    return "" if last is None else notices.removed_html(last.source), gr.update(visible=last is not None)


def wire(
    line: Line,
    desks: Desks,
    conversation: gr.State,
    removal: Any,
    header: gr.Markdown,
    tab: documents.Tab,
) -> None:
    """Bind the line to the event that removes a document, and its button to the removed one."""
    parts = [header, *tab.outputs]

    def after(current: chat.Conversation) -> tuple[Any, Any]:
        return shown(desks.desk(current.collection))

    def brought_back(current: chat.Conversation, query: str | None) -> Iterator[tuple[Any, ...]]:
        desk = desks.desk(current.collection)
        yield notices.returning_html(), gr.update(visible=False), *(gr.skip() for _ in parts)
        try:
            problem = desk.removing.bring_back()
        except (IndexingError, OSError) as error:
            problem = str(error)
        told, undo = shown(desk)
        yield notices.problem_html(problem) if problem else told, undo, head.shown(desk), *documents.shown(desk, query)

    removal.then(after, conversation, line.outputs, **AT_ONCE)
    line.undo.click(brought_back, [conversation, tab.query], [*line.outputs, *parts], **PRIVATE)
