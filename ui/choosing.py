"""The collection that a conversation asks: choose one, make one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from index.errors import IndexingError
from ui import board, chat, notices
from ui.binding import AT_ONCE
from ui.collections import Desks
from ui.errors import CollectionsError

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
    outputs: list[Any],
) -> tuple[Any, Any]:
    """Bind the list and the field, and return their events: a new conversation begins in what is chosen or made.

    Args:
        outputs: what shows a conversation.
    """

    def chosen(current: chat.Conversation, name: str | None) -> tuple[Any, ...]:
        if name is not None and name != current.collection:
            begin(current, name)
        return board.shown(current.exchanges)

    def made(current: chat.Conversation, name: str) -> tuple[Any, ...]:
        try:
            begin(current, desks.make(name))
        except (CollectionsError, IndexingError, OSError) as error:
            return gr.skip(), notices.problem_html(str(error)), *board.shown(current.exchanges)
        return "", "", *board.shown(current.exchanges)

    def begin(current: chat.Conversation, name: str) -> None:
        current.keep()
        current.become(None, (), name)
        desks.warm(name)

    return (
        dropdown.input(chosen, [conversation, dropdown], outputs, **AT_ONCE),
        maker.name.submit(made, [conversation, maker.name], [maker.name, maker.told, *outputs], **AT_ONCE),
    )
