"""The evaluation tab: choose a run, read its figures and failures, ask a failed case again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from index.errors import IndexingError
from qa.errors import RunsError
from qa.runs import FailedCase, Runs, RunView
from ui import board, chat, figures, notices, scope
from ui.binding import AT_ONCE, PRIVATE
from ui.collections import Desks
from ui.desk import Asked, Desk

LISTED = 500  # failed cases at most; the report holds all
RUN_WIDTHS = ("18%", "17%", "25%", "15%", "8%", "17%")
CASE_WIDTHS = ("13%", "27%", "20%", "28%", "12%")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """The parts of the evaluation tab."""

    source: Runs
    tabs: gr.Tabs
    own: gr.Tab
    told: gr.Markdown
    runs: gr.Dataframe
    run: gr.State  # the name of the chosen run
    summary: gr.Markdown
    outcome: gr.Radio
    count: gr.Markdown
    failures: gr.Dataframe
    case: gr.State  # the key of the chosen case
    comparison: gr.Markdown
    again: gr.Button


def build(tabs: gr.Tabs, source: Runs) -> Tab:
    """Return the tab's parts, made where it is called among the page's tabs."""
    table: dict[str, Any] = {"datatype": "str", "type": "array", "interactive": False, "show_label": False}
    table |= {"buttons": [], "wrap": True}
    with gr.Tab("Evaluation", id="evaluation") as own:
        told = gr.Markdown(elem_id="or-runs-told")
        runs = gr.Dataframe(
            headers=list(figures.RUN_HEADS), column_widths=list(RUN_WIDTHS), label="Evaluation runs", max_height=230,
            visible=False, elem_id="or-runs", **table,
        )  # fmt: skip
        with gr.Row(elem_id="or-evaluation"):
            with gr.Column(scale=2, min_width=320):
                summary = gr.Markdown(elem_id="or-run-summary")
            with gr.Column(scale=3, min_width=320):
                count = gr.Markdown(elem_id="or-failed-count")
                outcome = gr.Radio([], label="Outcome", show_label=False, visible=False, elem_id="or-outcome")
                failures = gr.Dataframe(
                    headers=list(figures.CASE_HEADS), column_widths=list(CASE_WIDTHS), label="Failed cases",
                    max_height=300, visible=False, elem_id="or-failures", **table,
                )  # fmt: skip
                comparison = gr.Markdown(elem_id="or-comparison")
                again = gr.Button("Ask this case again", size="sm", visible=False, elem_id="or-ask-case")
        run, case = gr.State(None), gr.State(None)
    return Tab(
        source=source, tabs=tabs, own=own, told=told, runs=runs, run=run, summary=summary, outcome=outcome, count=count,
        failures=failures, case=case, comparison=comparison, again=again,
    )  # fmt: skip


def wire(tab: Tab, desks: Desks, conversation: gr.State, page: gr.Blocks) -> None:
    """Bind the tables of runs and of failed cases to what they show."""
    below = [tab.case, tab.comparison, tab.again]
    shown = [tab.run, tab.summary, tab.count, tab.outcome, tab.failures, *below]

    def listed(run: str | None) -> tuple[Any, ...]:
        found = tab.source.listed()
        rows = [figures.run_row(row) for row in found.rows]
        hint = figures.run_hint_html() if rows else ""
        summary = gr.skip() if run else hint
        return gr.update(value=rows, visible=bool(rows)), figures.runs_html(found, tab.source.folder), summary

    def chose_run(event: gr.SelectData) -> tuple[Any, ...]:
        name = str(event.row_value[0])
        try:
            return name, *_run_shown(tab.source.opened(name)), *NO_CASE
        except RunsError as error:
            hidden = gr.update(visible=False)
            return None, notices.problem_html(str(error)), "", hidden, hidden, *NO_CASE

    def filtered(run: str | None, outcome: str | None) -> tuple[Any, ...]:
        return _table(_opened(tab.source, run), outcome), *NO_CASE

    def chose_case(current: chat.Conversation, run: str | None, event: gr.SelectData) -> tuple[Any, ...]:
        view = _opened(tab.source, run)
        case = _case_of(view, str(event.row_value[0]))
        return (
            case.key,
            figures.case_html(case, _caution(desks.desk(current.collection), view, case)),
            gr.update(visible=True),
        )

    for start in (page.load, tab.own.select):
        start(listed, tab.run, [tab.runs, tab.told, tab.summary], **PRIVATE)
    tab.runs.select(chose_run, None, shown, **AT_ONCE)
    tab.outcome.input(filtered, [tab.run, tab.outcome], [tab.failures, *below], **AT_ONCE)
    tab.failures.select(chose_case, [conversation, tab.run], below, **AT_ONCE)


def wire_asking(
    tab: Tab,
    conversation: gr.State,
    shown: list[Any],
    controls: scope.Controls,
) -> Any:
    """Bind the button that asks the chosen case in a new conversation, and return what an answer can follow on."""

    def asked(current: chat.Conversation, run: str | None, key: str | None) -> tuple[Any, ...]:
        case = _case_of(_opened(tab.source, run), key)
        within = Asked(as_of=case.as_of, history=case.history)
        return *board.ask_anew(current, case.question, within), gr.update(selected="ask"), *scope.shown_as(within)

    outputs = [*shown, tab.tabs, *controls.inputs]
    return tab.again.click(asked, [conversation, tab.run, tab.case], outputs, **AT_ONCE)


NO_CASE = (None, "", gr.update(visible=False))  # what becomes of the chosen case, its comparison and the button


def _run_shown(view: RunView) -> tuple[Any, ...]:
    """Return what becomes of the summary, the count, the outcomes and the table of failures."""
    choices = gr.update(choices=figures.outcome_choices(view.failures), value=figures.ALL, visible=bool(view.failures))
    return figures.run_html(view), figures.failures_html(view), choices, _table(view, figures.ALL)


def _table(view: RunView, outcome: str | None) -> Any:
    rows = [figures.case_row(case) for case in figures.matching(view.failures, outcome)[:LISTED]]
    return gr.update(value=rows, visible=bool(view.failures))


def _opened(source: Runs, run: str | None) -> RunView:
    try:
        return source.opened(run or "")
    except RunsError as error:
        raise gr.Error(str(error), print_exception=False) from error


def _case_of(view: RunView, key: str | None) -> FailedCase:
    case = next((each for each in view.failures if each.key == key), None)
    if case is None:
        raise gr.Error("this case is no longer among the failures; choose another", print_exception=False)
    return case


def _caution(desk: Desk, view: RunView, case: FailedCase) -> str:
    try:
        known = [each.source for each in desk.overview()]
        return figures.caution_of(view, case, fingerprint=desk.documents().fingerprint, known=known)
    except IndexingError as error:
        return str(error)
