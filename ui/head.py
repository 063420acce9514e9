"""The page's head: its name, and how much is asked."""

from __future__ import annotations

import gradio as gr

from index.errors import IndexingError
from ui import notices
from ui.desk import Desk


def build() -> gr.Markdown:
    """Return the head, made where it is called inside the page."""
    return gr.Markdown(notices.header_html(None, None), elem_id="or-head")


def shown(desk: Desk) -> str:
    """Return what becomes of the head: how much a desk holds, or why that is not known."""
    try:
        return notices.header_html(desk.stats(), None)
    except IndexingError as error:
        return notices.header_html(None, str(error))
