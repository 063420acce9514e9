"""The collection that a conversation asks: choose one, make one."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from index.errors import IndexingError
from ui import chat, notices
from ui.collections import Desks
from ui.errors import CollectionsError

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
import gradio as gr

NEVER = ""  # no collection is called so


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Where a collection is made."""

    name: gr.Textbox
    told: gr.Markdown


def build(desks: Desks) -> gr.Dropdown:
    """Return the list of collections, hidden where there is no choice; made where it is called inside the page."""
    return gr.Dropdown(
        choices=list(desks.names),
        value=desks.named(None),
        label="Collection",
        visible=desks.can_choose,
        filterable=True,
        min_width=200,
        elem_id="or-collection",
    )


def build_maker(desks: Desks) -> Maker:
    """Return the field for a new collection's name, hidden where none can be made, open where there is none yet."""
    with gr.Accordion("New collection", open=not desks.names, visible=desks.can_make, elem_id="or-maker"):
        name = gr.Textbox(
            label="Name of the new collection",
            placeholder="Letters to the court",
            max_lines=1,
            submit_btn="Make",
            elem_id="or-new-collection",
        )
        told = gr.Markdown(elem_id="or-made")
    return Maker(name=name, told=told)


def shown(desks: Desks, current: chat.Conversation) -> Any:
    """Return what becomes of the list: every collection, and that of the conversation even where it is gone."""
    names = desks.names
    choices = [(name, name) for name in names]
    if current.collection is not None and current.collection not in names:
        choices.append((f"{current.collection} (not here any more)", current.collection))
    return gr.update(choices=choices, value=current.collection)


def wire(
    dropdown: gr.Dropdown,
    maker: Maker,
    desks: Desks,
    conversation: gr.State,
    board: list[Any],
    drawn: Callable[[chat.Exchanges], tuple[Any, ...]],
    *,
    private: dict[str, Any],
) -> tuple[Any, Any]:
    """Bind the list and the field, and return their events: a new conversation begins in what is chosen or made.

    Args:
        board: what shows a conversation.
        drawn: what becomes of it.
    """
    at_once = {**private, "queue": False}

    def chosen(current: chat.Conversation, name: str | None) -> tuple[Any, ...]:
        if name is not None and name != current.collection:
            begin(current, name)
        return drawn(current.exchanges)

    def made(current: chat.Conversation, name: str) -> tuple[Any, ...]:
        try:
            begin(current, desks.make(name))
        except (CollectionsError, IndexingError, OSError) as error:
            return gr.skip(), notices.problem_html(str(error)), *drawn(current.exchanges)
        return "", "", *drawn(current.exchanges)

    def begin(current: chat.Conversation, name: str) -> None:
        current.keep()
        current.become(None, (), name)
        desks.warm(name)

    return (
        dropdown.input(chosen, [conversation, dropdown], board, **at_once),
        maker.name.submit(made, [conversation, maker.name], [maker.name, maker.told, *board], **at_once),
    )
