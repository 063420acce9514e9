"""The side list of conversations: open one, search, rename, delete, export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from ui import board, chat, notices
from ui.binding import AT_ONCE, PRIVATE
from ui.collections import Desks
from ui.conversations import Conversations
from ui.errors import ConversationMissing
from ui.kept import Listed

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
    deleted: gr.State  # the id of the conversation that can be brought back
    told: gr.Markdown
    undo: gr.Button
    here: gr.Markdown  # which conversation the page shows; `script.js` writes it into the address

    @property
    def outputs(self) -> list[Any]:
        return [self.listing, self.title, self.links, self.here, self.delete, self.deleted, self.told, self.undo]


def build(desks: Desks) -> Side:
    """Return the side list, made where it is called inside the page."""
    with gr.Sidebar(open=False, width=290, elem_id="or-side", label="Conversations"):
        new = gr.Button("New conversation", size="sm", elem_id="or-new")
        query = gr.Textbox(
            placeholder="Search conversations", show_label=False, label="Search conversations", elem_id="or-find"
        )
        listing = gr.Radio(
            [], label="Conversations", show_label=False, container=False, elem_id="or-conversations",
            elem_classes="or-of-several" if desks.can_choose else None,
        )  # fmt: skip
        with gr.Accordion("This conversation", open=False, elem_id="or-this"):
            title = gr.Textbox(label="Name", max_lines=1, elem_id="or-name")
            links = gr.Markdown(notices.exports_html(None))
            delete = gr.Button("Delete", size="sm", elem_id="or-delete")
        told = gr.Markdown(elem_id="or-deleted")
        undo = gr.Button("Undo", size="sm", visible=False, elem_id="or-restore")
        here = gr.Markdown("", elem_id="or-here")  # nothing is known before the page has asked
    return Side(
        new=new, query=query, listing=listing, title=title, links=links, delete=delete, deleted=gr.State(None),
        told=told, undo=undo, here=here,
    )  # fmt: skip


def shown(
    store: Conversations | None,
    conversation: chat.Conversation,
    desks: Desks,
    query: str = "",
    *,
    anew: bool = False,
) -> Shown:
    """Return what becomes of `Side.outputs`: the list, and what belongs to the conversation that is open.

    Args:
        anew: tell the name also where the page knows it; else what is being typed there stays.
    """
    listed = store.listed(owner=conversation.owner, query=query) if store is not None else []
    gone = store.deleted(owner=conversation.owner) if store is not None else None
    known = {each.id: each.title for each in listed}
    name = known.get(conversation.id or "", "")
    if store is not None and conversation.id is not None and not name:
        try:
            name = store.title(conversation.id, owner=conversation.owner)
        except ConversationMissing:
            name = ""
    told, conversation.told = conversation.told, (conversation.id, name)
    is_known = told == conversation.told and not anew
    can_change = conversation.id is not None
    return (
        gr.update(choices=_choices(listed, desks), value=conversation.id if conversation.id in known else None),
        gr.update(interactive=can_change) if is_known else gr.update(value=name, interactive=can_change),
        notices.exports_html(conversation.id),
        notices.here_html(conversation.id, conversation.trouble, collection=_in_address(conversation, desks)),
        gr.update(interactive=can_change),
        gone.id if gone is not None else None,
        notices.deleted_html(gone.title) if gone is not None else "",
        gr.update(visible=gone is not None),
    )


def wire(
    side: Side,
    page: gr.Blocks,
    desks: Desks,
    conversation: gr.State,
    outputs: list[Any],
    store: Conversations | None,
) -> tuple[Any, ...]:
    """Bind the list: all that it does changes the page's one conversation in its place.

    Args:
        outputs: what shows a conversation.

    Returns:
        The events after which the page may show another conversation.
    """

    def opened(current: chat.Conversation, chosen: str | None) -> board.Shown:
        if store is not None and chosen and chosen != current.id:
            current.keep()
            open_kept(store, current, chosen, desks)
        return board.shown(current.exchanges)

    def arrived(current: chat.Conversation, request: gr.Request) -> board.Shown:
        current.owner = request.username or ""
        named = dict(request.query_params)
        current.become(None, (), desks.present(named.get("in")))
        if current.collection != desks.named(None):
            desks.warm(current.collection)
        return opened(current, named.get("c"))

    def begun(current: chat.Conversation) -> board.Shown:
        current.keep()
        current.become(None, (), desks.present(current.collection))
        return board.shown(current.exchanges, value="")

    def renamed(current: chat.Conversation, title: str, query: str) -> Shown:
        if store is not None and current.id is not None:
            store.rename(current.id, title, owner=current.owner)
        return shown(store, current, desks, query, anew=True)

    def deleted(current: chat.Conversation) -> board.Shown:
        if store is not None and current.id is not None:
            store.delete(current.id, owner=current.owner)
        current.become(None, (), desks.present(current.collection))
        return board.shown(current.exchanges, value="")

    def restored(current: chat.Conversation, gone: str | None) -> board.Shown:
        if store is not None and gone is not None:
            try:
                store.restore(gone, owner=current.owner)
            except ConversationMissing as error:
                raise gr.Error(str(error), print_exception=False) from error
        return opened(current, gone)

    side.title.submit(renamed, [conversation, side.title, side.query], side.outputs, **AT_ONCE)
    return (
        page.load(arrived, conversation, outputs, **PRIVATE),
        side.listing.input(opened, [conversation, side.listing], outputs, **AT_ONCE),
        side.new.click(begun, conversation, outputs, **AT_ONCE),
        side.delete.click(deleted, conversation, outputs, **AT_ONCE),
        side.undo.click(restored, [conversation, side.deleted], outputs, **AT_ONCE),
    )


def follow(
    side: Side, changes: Sequence[Any], desks: Desks, conversation: gr.State, store: Conversations | None
) -> None:
    """Have the list follow its search, and the events after which it may have changed."""

    def listed(current: chat.Conversation, query: str) -> Shown:
        return shown(store, current, desks, query)

    inputs = [conversation, side.query]
    side.query.change(listed, inputs, side.outputs, **AT_ONCE)
    for change in changes:
        change.then(listed, inputs, side.outputs, **AT_ONCE)


def _choices(listed: Sequence[Listed], desks: Desks) -> list[tuple[str, str]]:
    """Return the conversations as choices, each below the name of its collection where there are several."""
    if not desks.can_choose:
        return [(each.title, each.id) for each in listed]
    return [(f"{desks.named(each.collection)}\n{each.title}", each.id) for each in listed]


def _in_address(conversation: chat.Conversation, desks: Desks) -> str | None:
    """Return the collection that the page's address names: the one that was chosen before the first question."""
    is_first = conversation.collection == desks.named(None)
    return None if conversation.id is not None or is_first else conversation.collection


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
