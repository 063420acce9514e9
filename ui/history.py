"""The side list of conversations: open one, search, rename, delete, export."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from ui import chat, render
from ui.collections import Desks
from ui.conversations import Conversations
from ui.errors import ConversationMissing

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
import gradio as gr

Shown = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The parts of the side list."""

    new: gr.Button
    query: gr.Textbox
    listing: gr.Radio
    title: gr.Textbox
    links: gr.Markdown
    delete: gr.Button
    sure: gr.Button
    here: gr.Markdown  # which conversation the page shows; `script.js` writes it into the address

    @property
    def outputs(self) -> list[Any]:
        return [self.listing, self.title, self.links, self.here, self.delete, self.sure]


def build() -> Side:
    """Return the side list, made where it is called inside the page."""
    with gr.Sidebar(open=False, width=290, elem_id="or-side", label="Conversations"):
        new = gr.Button("New conversation", size="sm", elem_id="or-new")
        query = gr.Textbox(
            placeholder="Search conversations", show_label=False, label="Search conversations", elem_id="or-find"
        )
        listing = gr.Radio([], label="Conversations", show_label=False, container=False, elem_id="or-conversations")
        with gr.Accordion("This conversation", open=False, elem_id="or-this"):
            title = gr.Textbox(label="Name", max_lines=1, elem_id="or-name")
            links = gr.Markdown(render.exports_html(None))
            delete = gr.Button("Delete …", size="sm", elem_id="or-delete")
            sure = gr.Button("Delete for good", size="sm", variant="stop", visible=False, elem_id="or-sure")
        here = gr.Markdown("", elem_id="or-here")  # nothing is known before the page has asked
    return Side(new=new, query=query, listing=listing, title=title, links=links, delete=delete, sure=sure, here=here)


def shown(store: Conversations | None, conversation: chat.Conversation, query: str = "") -> Shown:
    """Return what becomes of `Side.outputs`: the list, and what belongs to the conversation that is open."""
    listed = store.listed(owner=conversation.owner, query=query) if store is not None else []
    choices = [(each.title, each.id) for each in listed]
    known = {each.id: each.title for each in listed}
    name = known.get(conversation.id or "", "")
    if store is not None and conversation.id is not None and not name:
        try:
            name = store.title(conversation.id, owner=conversation.owner)
        except ConversationMissing:
            name = ""
    return (
        gr.update(choices=choices, value=conversation.id if conversation.id in known else None),
        gr.update(value=name, interactive=conversation.id is not None),
        render.exports_html(conversation.id),
        render.here_html(conversation.id, conversation.trouble),
        gr.update(visible=True, interactive=conversation.id is not None),
        gr.update(visible=False),
    )


def asked_to_be_sure() -> tuple[Any, Any]:
    """Offer to delete for good in the place of the first button."""
    return gr.update(visible=False), gr.update(visible=True)


def open_kept(store: Conversations, conversation: chat.Conversation, conversation_id: str, desks: Desks) -> None:
    """Show a kept conversation in the place of the present one; one that is gone leaves an empty page."""
    try:
        kept = store.exchanges(conversation_id, owner=conversation.owner)
        collection = desks.named(store.collection(conversation_id, owner=conversation.owner))
    except ConversationMissing:
        conversation.clear()
        return
    paragraphs = desks.desk(collection).paragraphs
    conversation.become(
        conversation_id, tuple(chat.restored(each, paragraphs, collection) for each in kept), collection
    )
