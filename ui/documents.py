"""The documents tab: add files, see how far they are, find, read and remove what is indexed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from index.errors import IndexingError
from index.types import DocumentOverview
from ui import chat, head, notices, progress, reading
from ui.adding import Job
from ui.binding import AT_ONCE
from ui.collections import Desks
from ui.desk import Desk

LISTED = 500  # documents at most; a search finds the others
HEADS = ("Document", "Title", "Dated", "Articles", "Language")
WIDTHS = ("28%", "24%", "19%", "13%", "16%")
READ_CHARACTERS = 20_000  # of a document that is read
_PERIOD = re.compile(r"\d{4}(?:-\d\d){0,2}")  # a year, a month or a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """The parts of the documents tab."""

    files: gr.File
    folder: gr.Textbox
    told: gr.Markdown  # what came of files
    stop: gr.Button
    rows: gr.Markdown  # the files that are shown one by one
    fold: gr.Accordion  # and the others
    folded: gr.Markdown
    clock: gr.Timer
    query: gr.Textbox
    table: gr.Dataframe
    count: gr.Markdown
    chosen: gr.State
    reader: gr.Markdown
    remove: gr.Button
    again: gr.Button

    @property
    def outputs(self) -> list[Any]:
        """What `shown` fills."""
        return [self.table, self.count, self.chosen, self.reader, self.again, self.remove, *self.followed]

    @property
    def followed(self) -> list[Any]:
        """What `_followed` fills."""
        return [self.clock, self.told, self.stop, self.rows, self.fold, self.folded]


def build() -> Tab:
    """Return the tab's parts, made where it is called inside the page."""
    from index.load import SUFFIXES

    with gr.Row(elem_id="or-documents"):
        with gr.Column(scale=3, min_width=320):
            files = gr.File(
                label="Drop files or folders here, or choose files",
                file_count="multiple",
                file_types=sorted(SUFFIXES),
                height=140,
                elem_id="or-drop",
            )
            folder = gr.Textbox(
                label="Or a folder or file on this machine",
                placeholder="/home/me/papers",
                max_lines=1,
                submit_btn="Add",
                elem_id="or-folder",
            )
            with gr.Row(elem_id="or-adding-head"):
                told = gr.Markdown(elem_id="or-added")
                stop = gr.Button("Stop after this file", size="sm", visible=False, elem_id="or-stop-adding")
            rows = gr.Markdown(elem_id="or-progress")
            with gr.Accordion("The others", open=False, visible=False, elem_id="or-fold") as fold:
                folded = gr.Markdown(elem_id="or-folded")
            query = gr.Textbox(
                placeholder="Find by name, title, date (2023-10), language or tag",
                label="Find documents",
                show_label=False,
                max_lines=1,
                elem_id="or-find-documents",
            )
            count = gr.Markdown(elem_id="or-count")
            table = gr.Dataframe(
                headers=list(HEADS),
                datatype="str",
                type="array",
                interactive=False,
                column_widths=list(WIDTHS),
                wrap=False,
                max_height=420,
                show_label=False,
                label="Documents",
                buttons=[],
                elem_id="or-table",
            )
        with gr.Column(scale=3, min_width=320, elem_id="or-reader-column"):
            with gr.Row(elem_id="or-reader-buttons"):
                again = gr.Button("Index again", size="sm", interactive=False, elem_id="or-again")
                remove = gr.Button("Remove from the index", size="sm", interactive=False, elem_id="or-remove")
            reader = gr.Markdown(reading.reading_hint_html(), elem_id="or-reader")
        chosen = gr.State(None)
        clock = gr.Timer(0.7, active=False)
    return Tab(
        files=files, folder=folder, told=told, stop=stop, rows=rows, fold=fold, folded=folded, clock=clock,
        query=query, table=table, count=count, chosen=chosen, reader=reader, remove=remove, again=again,
    )  # fmt: skip


def shown(desk: Desk, query: str | None) -> tuple[Any, ...]:
    """Return what becomes of `Tab.outputs` when a collection is shown: its documents, and none of them chosen."""
    return *_listed(desk, query), None, *_read(desk, None), *_followed(desk.adding.job)


def wire(tab: Tab, desks: Desks, conversation: gr.State, header: gr.Markdown) -> Any:
    """Bind the tab's parts, and return the event that removes a document."""

    def listed(current: chat.Conversation, query: str | None) -> tuple[Any, str]:
        return _listed(desks.desk(current.collection), query)

    def taken(current: chat.Conversation, files: list[str] | None) -> tuple[Any, ...]:
        desk = desks.desk(current.collection)
        try:
            desk.adding.take([Path(file) for file in files or ()])
        except (IndexingError, OSError) as error:
            return gr.update(value=None), *_refused(desk, error)
        return gr.update(value=None), *_followed(desk.adding.job)

    def named(current: chat.Conversation, path: str) -> tuple[Any, ...]:
        if not path.strip():
            return gr.skip(), *(gr.skip() for _ in tab.followed)
        desk = desks.desk(current.collection)
        try:
            desk.documents()
        except IndexingError as error:
            return gr.skip(), *_refused(desk, error)
        desk.adding.add([Path(path.strip()).expanduser()])
        return gr.update(value=""), *_followed(desk.adding.job)

    def stopped(current: chat.Conversation) -> tuple[Any, ...]:
        desk = desks.desk(current.collection)
        desk.adding.stop()
        return _followed(desk.adding.job)

    def ticked(current: chat.Conversation, query: str) -> tuple[Any, ...]:
        desk = desks.desk(current.collection)
        job = desk.adding.job
        if job.running:
            return *_followed(job), gr.skip(), gr.skip(), gr.skip()
        return *_followed(job), *_listed(desk, query), head.shown(desk)

    def chose(current: chat.Conversation, rows: list[list[str]], event: gr.SelectData) -> tuple[Any, ...]:
        source = str(rows[event.index[0]][0])
        return source, *_read(desks.desk(current.collection), source)

    def removed(current: chat.Conversation, source: str | None, query: str) -> tuple[Any, ...]:
        desk = desks.desk(current.collection)
        if source is None:
            return None, *_read(desk, None), *_listed(desk, query), head.shown(desk)
        try:
            desk.remove(source)
        except (IndexingError, OSError) as error:
            problem = notices.problem_html(str(error))
            return source, problem, gr.skip(), gr.skip(), *_listed(desk, query), head.shown(desk)
        return None, *_read(desk, None), *_listed(desk, query), head.shown(desk)

    def read_again(current: chat.Conversation, source: str | None) -> tuple[Any, ...]:
        desk = desks.desk(current.collection)
        if source is not None:
            desk.index_again(source)
        return _followed(desk.adding.job)

    listing = [tab.table, tab.count]
    read = [tab.chosen, tab.reader, tab.again, tab.remove]
    tab.query.change(listed, [conversation, tab.query], listing, **AT_ONCE)
    tab.files.upload(taken, [conversation, tab.files], [tab.files, *tab.followed], **AT_ONCE)
    tab.folder.submit(named, [conversation, tab.folder], [tab.folder, *tab.followed], **AT_ONCE)
    tab.clock.tick(ticked, [conversation, tab.query], [*tab.followed, *listing, header], **AT_ONCE)
    tab.table.select(chose, [conversation, tab.table], read, **AT_ONCE)
    removal = tab.remove.click(removed, [conversation, tab.chosen, tab.query], [*read, *listing, header], **AT_ONCE)
    tab.again.click(read_again, [conversation, tab.chosen], tab.followed, **AT_ONCE)
    tab.stop.click(stopped, [conversation], tab.followed, **AT_ONCE)
    return removal


def _listed(desk: Desk, query: str | None) -> tuple[Any, str]:
    """Return the rows that a query finds, those of the files that were added last first, and their number."""
    added = {step.source for step in desk.adding.job.at("added")}
    try:
        found = sorted(matching(desk.overview(), query or ""), key=lambda each: each.source not in added)
    except IndexingError as error:
        return gr.update(value=[]), notices.problem_html(str(error))
    return gr.update(value=[row_of(each) for each in found[:LISTED]]), reading.counted_html(len(found), LISTED)


def _followed(job: Job) -> tuple[Any, ...]:
    """Return what becomes of `Tab.followed`: how far files are on their way."""
    label, names = progress.rest_of(job)
    return (
        gr.update(active=job.running),
        progress.told_html(job),
        gr.update(visible=job.running, interactive=not job.stopping),
        progress.rows_html(job),
        gr.update(visible=bool(label), label=label or "The others"),
        names,
    )


def _refused(desk: Desk, error: Exception) -> tuple[Any, ...]:
    """Return what becomes of `Tab.followed` where nothing could be begun."""
    clock, _, *rest = _followed(desk.adding.job)
    return clock, notices.problem_html(str(error)), *rest


def _read(desk: Desk, source: str | None) -> tuple[Any, Any, Any]:
    known = source is not None
    buttons = (gr.update(interactive=known), gr.update(interactive=known))
    if source is None:
        return reading.reading_hint_html(), *buttons
    try:
        return reading.document_html(desk.reading(source), READ_CHARACTERS), *buttons
    except IndexingError as error:
        return notices.problem_html(str(error)), *buttons


def matching(documents: Sequence[DocumentOverview], query: str) -> list[DocumentOverview]:
    """Return the documents of whose row every word of a query is a part, or into whose dates it falls ("2023-10")."""
    wanted = query.lower().split()
    return [each for each in documents if all(_has(each, word) for word in wanted)]


def _has(document: DocumentOverview, word: str) -> bool:
    first, last = document.first_day, document.last_day
    if _PERIOD.fullmatch(word) and first is not None and last is not None:
        begin, end = first.isoformat()[: len(word)], last.isoformat()[: len(word)]
        if begin <= word <= end:
            return True
    return word in " ".join(_words(document)).lower()


def row_of(document: DocumentOverview) -> list[str]:
    """Return a document as a row of the table."""
    return [
        document.source,
        document.title or "",
        _days(document),
        str(document.articles),
        document.language or "",
    ]


def _words(document: DocumentOverview) -> Iterator[str]:
    yield from row_of(document)
    yield from document.tags
    yield document.media_type


def _days(document: DocumentOverview) -> str:
    first, last = document.first_day, document.last_day
    if first is None or last is None:
        return ""
    return first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"
