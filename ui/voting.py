"""Readers' word on answers and sentences: thumbs, and the flag beside a sentence."""

from __future__ import annotations

import logging
import re

import gradio as gr

from qa.errors import FeedbackError
from qa.feedback import Feedback, Vote
from ui import chat
from ui.binding import AT_ONCE
from ui.collections import Desks

_log = logging.getLogger("onrecord.voting")
_PLACE = re.compile(r"(\d{1,6})/(\d{1,4})(?:#\d*)?")


def wire(messages: gr.Chatbot, conversation: gr.State, desks: Desks) -> None:
    """Bind the thumbs of the messages, and a field that `script.js` fills when a sentence is flagged."""
    flag = gr.Textbox(label="Flagged sentence", elem_id="or-flagged", visible="hidden")

    def voted(current: chat.Conversation, said: gr.LikeData) -> None:
        place = said.index[0] if isinstance(said.index, (list, tuple)) else said.index
        vote: Vote | None = "right" if said.liked is True else "wrong" if said.liked is False else None
        keep(desks, current, int(place) // 2, vote)

    def flagged(current: chat.Conversation, text: str) -> None:
        if found := _PLACE.fullmatch(text or ""):
            keep(desks, current, int(found[1]), "not what the source says", int(found[2]))

    messages.like(voted, conversation, None, **AT_ONCE)
    flag.change(flagged, [conversation, flag], None, **AT_ONCE)


def keep(
    desks: Desks,
    conversation: chat.Conversation,
    position: int,
    vote: Vote | None,
    claim: int | None = None,
) -> Feedback | None:
    """Keep a word on the answer at a position, or take it back where there is no vote; return what was kept."""
    said = conversation.feedback(position, vote or "right", claim)
    if said is None:
        return None
    try:
        store = desks.desk(conversation.collection).feedback()
        if store is None:
            return None
        if vote is None:
            store.drop(said.place, claim)
            return None
        store.put(said)
    except FeedbackError as error:
        _log.warning("%s", error)
        raise gr.Error(str(error), print_exception=False) from error
    return said
