"""What of the documents is asked, of what moment, and how long the answer may be: folded away until it is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from index.errors import IndexingError
from index.filters import Filter
from index.types import DocumentOverview
from qa.cases import parse_day
from ui import chat, notices
from ui.binding import AT_ONCE
from ui.collections import Desks
from ui.desk import Asked, Desk
from ui.errors import ScopeError

SHORT, USUAL = "one sentence", "as long as needed"
LISTED = 1000  # sources to choose from


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """The parts of the scope."""

    since: gr.Textbox
    until: gr.Textbox
    as_of: gr.Textbox
    sources: gr.Dropdown
    tags: gr.Dropdown
    languages: gr.Dropdown
    length: gr.Radio
    told: gr.Markdown
    accordion: gr.Accordion

    @property
    def inputs(self) -> list[Any]:
        return [self.since, self.until, self.as_of, self.sources, self.tags, self.languages, self.length]

    @property
    def lists(self) -> list[Any]:
        return [self.sources, self.tags, self.languages]


def build() -> Controls:
    """Return the controls, made where it is called inside the page."""
    day: dict[str, Any] = {"placeholder": "YYYY-MM-DD", "max_lines": 1, "min_width": 120}
    many: dict[str, Any] = {"multiselect": True, "min_width": 160}
    with gr.Accordion("Scope: all documents", open=False, elem_id="or-scope") as accordion:
        with gr.Row():
            since = gr.Textbox(label="Published from", elem_id="or-since", **day)
            until = gr.Textbox(label="Published to", elem_id="or-until", **day)
            as_of = gr.Textbox(label="As of (nothing later)", elem_id="or-as-of", **day)
        with gr.Row():
            sources = gr.Dropdown([], label="Only these documents", elem_id="or-sources-chosen", **many)
            tags = gr.Dropdown([], label="Tags", **many)
            languages = gr.Dropdown([], label="Languages", **many)
        length = gr.Radio([USUAL, SHORT], value=USUAL, label="Length of the answer")
        told = gr.Markdown(elem_id="or-scope-told")
    return Controls(
        since=since, until=until, as_of=as_of, sources=sources, tags=tags, languages=languages, length=length,
        told=told, accordion=accordion,
    )  # fmt: skip


def wire(controls: Controls, desks: Desks, conversation: gr.State) -> None:
    """Bind the fold's title to what it holds, and its choices to what is indexed."""

    def titled(*values: Any) -> tuple[Any, str]:
        try:
            return gr.update(label=described(asked_within(*values))), ""
        except ScopeError as error:
            return gr.skip(), notices.problem_html(str(error))

    def offered(current: chat.Conversation, *chosen: list[str] | None) -> tuple[Any, ...]:
        return shown(desks.desk(current.collection), *chosen)

    for control in controls.inputs:
        control.change(titled, controls.inputs, [controls.accordion, controls.told], **AT_ONCE)
    controls.accordion.expand(offered, [conversation, *controls.lists], controls.lists, **AT_ONCE)


def asked_within(
    since: str | None,
    until: str | None,
    as_of: str | None,
    sources: Sequence[str] | None,
    tags: Sequence[str] | None,
    languages: Sequence[str] | None,
    length: str | None,
) -> Asked:
    """Return the scope that the controls say.

    Raises:
        ScopeError: a date is none, or the dates are the wrong way round.
    """
    try:
        days = [parse_day(text.strip()) if text and text.strip() else None for text in (since, until, as_of)]
        where = Filter(
            published_from=days[0],
            published_to=days[1],
            sources=tuple(sources or ()),
            tags=tuple(tags or ()),
            languages=tuple(languages or ()),
        )
    except ValueError as error:
        raise ScopeError(f"the scope cannot be used: {error}") from error
    return Asked(where=where or None, as_of=days[2], short=length == SHORT)


def shown_as(asked: Asked) -> tuple[Any, ...]:
    """Return what `Controls.inputs` hold to say a scope."""
    where = asked.where or Filter()
    days = (where.published_from, where.published_to, asked.as_of)
    lists = (list(where.sources), list(where.tags), list(where.languages))
    return *(day.isoformat() if day else "" for day in days), *lists, SHORT if asked.short else USUAL


def described(asked: Asked) -> str:
    """Return a scope in a few words, as the fold's title says it."""
    where = asked.where or Filter()
    parts = [
        f"from {where.published_from}" if where.published_from else "",
        f"to {where.published_to}" if where.published_to else "",
        f"as of {asked.as_of}" if asked.as_of else "",
        _counted(where.sources, "document"),
        _counted(where.tags, "tag"),
        _counted(where.languages, "language"),
        "one sentence" if asked.short else "",
    ]
    told = ", ".join(part for part in parts if part)
    return f"Scope: {told}" if told else "Scope: all documents"


def choices(documents: Sequence[DocumentOverview]) -> tuple[list[str], list[str], list[str]]:
    """Return the folders and documents, the tags and the languages there are to choose from."""
    folders = {f"{each.source.rpartition('/')[0]}/" for each in documents if "/" in each.source}
    sources = [*sorted(folders), *(each.source for each in documents[:LISTED])]
    tags = sorted({tag for each in documents for tag in each.tags})
    return sources, tags, sorted({each.language for each in documents if each.language})


def shown(desk: Desk, *chosen: Sequence[str] | None) -> tuple[Any, ...]:
    """Return what becomes of `Controls.lists`: what there is on a desk, and what was chosen where it still is."""
    try:
        known = choices(desk.overview())
    except IndexingError:
        known = ([], [], [])
    return tuple(
        gr.update(choices=each, value=[value for value in values or () if value in each])
        for each, values in zip(known, chosen, strict=True)
    )


def _counted(values: Sequence[str], noun: str) -> str:
    if not values:
        return ""
    return values[0] if len(values) == 1 else f"{len(values)} {noun}s"
