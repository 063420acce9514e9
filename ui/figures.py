"""Evaluation runs as HTML. Pure: values in, one line of markup out; every word of a run is escaped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from qa.runs import FailedCase, Figure, FigureGroup, GateLine, RunList, RunRow, RunView
from qa.types import Answer
from ui import notices, render
from ui.markup import lines, one_line, plain
from ui.sources import paragraph_around
from ui.wording import counted

RUN_HEADS = ("Run", "Suite", "Model and commit", "Date", "Cases", "Right reactions")
CASE_HEADS = ("Case", "Question", "Expected", "What happened", "Stage")
ALL = "all"
NOT_KNOWN = "not known"
_CELL_CHARACTERS = 160


def run_row(row: RunRow) -> list[str]:
    """Return a run as a row of the table; its first cell is its name."""
    made = f"{row.model} · {row.commit}" if row.commit else row.model
    right = f"{row.right.value}{_spread(row.right)}" if row.right else "not measured"
    return [row.name, row.suite, made, f"{row.made:%Y-%m-%d %H:%M}", f"{row.cases:,}", right]


def runs_html(found: RunList, folder: Path) -> str:
    """Return how many runs there are and which cannot be read; without any, how to make one."""
    told = [f'<p class="or-soft">{_counted_runs(found, folder)}</p>']
    if found.damaged:
        names = ", ".join(plain(name) for name in found.damaged)
        told.append(f'<p class="or-why">{counted(len(found.damaged), "run")} cannot be read: {names}</p>')
    return f'<div class="or-adding">{"".join(told)}</div>'


def _counted_runs(found: RunList, folder: Path) -> str:
    if found.rows:
        return f"{counted(len(found.rows), 'finished run')} in {plain(str(folder))}"
    return (
        f"There is no finished run in {plain(str(folder))} yet: make one with <code>onrecord eval SUITE</code>, where "
        "SUITE is a folder or table of questions with the answers that are known to be right."
    )


def run_hint_html() -> str:
    """Return what stands where a run will be shown."""
    return '<p class="or-hint">Choose a run to see its figures and what failed in it.</p>'


def run_html(view: RunView) -> str:
    """Return a run's figures with their intervals, its gates, and the way to its report."""
    row = view.row
    meta = (row.name, f"{row.made:%Y-%m-%d %H:%M}", counted(row.cases, "case"), row.model, row.commit)
    right = _headline(row.right) if view.answered else "It only searched and answered nothing."
    note = f'<p class="or-soft">{plain(view.note)}</p>' if view.note.strip() else ""
    return (
        f'<div class="or-run"><h3 class="or-title">{plain(row.suite)}</h3>'
        f'<p class="or-soft">{" · ".join(plain(each) for each in meta if each)}</p>'
        f'<p class="or-share">{right}</p>{note}{_report_link(view)}'
        f"{_gates(view.verdict, view.gates)}{_groups(view.groups)}</div>"
    )


def _headline(right: Figure | None) -> str:
    if right is None:
        return "The share of right reactions was not measured."
    told = f"right reactions{_spread(right)}, {counted(right.n, 'case')}"
    return f"<b>{plain(right.value)}</b> {plain(told)}"


def _report_link(view: RunView) -> str:
    if not view.report:
        return ""
    link = f'<a href="onrecord/report/{quote(view.row.name)}" class="or-original">Open the full report</a>'
    return f'<p class="or-file">{link}</p>'


def _gates(verdict: str, gates: Sequence[GateLine]) -> str:
    items = "".join(
        f'<li class="or-gate-{"passed" if gate.passed else "missed"}">{"Passed" if gate.passed else "Not passed"}: '
        f"<b>{plain(gate.gate)}</b> {plain(gate.detail)}</li>"
        for gate in gates
    )
    return f'<h4>{plain(verdict)}</h4><ul class="or-gates">{items}</ul>' if gates else f"<h4>{plain(verdict)}</h4>"


def _groups(groups: Sequence[FigureGroup]) -> str:
    """Return the main groups, and the others folded away; all of them where none is a main one."""
    first = [group for group in groups if group.main] or list(groups)
    folded = "".join(_group(group) for group in groups if group not in first)
    more = f'<details class="or-more"><summary>More figures</summary>{folded}</details>' if folded else ""
    return "".join(_group(group) for group in first) + more


def _group(group: FigureGroup) -> str:
    rows = "".join(
        f'<tr><th scope="row">{plain(each.title)}</th><td>{plain(each.value)}</td>'
        f"<td>{plain(each.interval)}</td><td>{each.n:,}</td></tr>"
        for each in group.figures
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Figure", "Value", "95 % interval", "Of"))
    return (
        f'<table class="or-figures"><caption>{plain(group.title)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def outcome_choices(failures: Sequence[FailedCase]) -> list[tuple[str, str]]:
    """Return the outcomes to filter by, each with how many failures it has."""
    counts = Counter(each.outcome for each in failures)
    return [(f"all ({len(failures)})", ALL), *((f"{outcome} ({n})", outcome) for outcome, n in counts.items())]


def matching(failures: Sequence[FailedCase], outcome: str | None) -> list[FailedCase]:
    """Return the failures of an outcome; of every one where none is chosen."""
    return [each for each in failures if outcome in (None, ALL, each.outcome)]


def case_row(case: FailedCase) -> list[str]:
    """Return a failed case as a row of the table; its first cell is its key."""
    said = case.error if case.answer is None else _said(case.answer)
    happened = f"{case.outcome}: {said}" if said else case.outcome
    return [case.key, *(_cut(each) for each in (case.question, case.expected, happened)), case.stage or NOT_KNOWN]


def failures_html(view: RunView) -> str:
    """Return how many cases failed."""
    if not view.answered:
        return '<p class="or-soft">This run only searched: no reaction is right or wrong.</p>'
    if not view.failures:
        return '<p class="or-soft">Every reaction was right.</p>'
    return f'<p class="or-soft">{counted(len(view.failures), "failed case")}. Choose one to compare.</p>'


def case_html(case: FailedCase, caution: str = "") -> str:
    """Return a failed case: the recorded answer beside the one expected.

    Args:
        caution: what to know before the case is asked again; "" where there is nothing.
    """
    told = f'<p class="or-caution">{plain(caution)}</p>' if caution else ""
    return (
        f'<div class="or-case">{render.question_html(case.question, case.history)}'
        f'<p class="or-soft">{" · ".join(plain(each) for each in _facts(case))}</p>'
        f'<div class="or-beside"><section><h4>Expected</h4><p class="or-text">{lines(case.expected)}</p>'
        f"{_sources(case)}</section><section><h4>Recorded</h4>{_recorded(case)}</section></div>{told}</div>"
    )


def _facts(case: FailedCase) -> list[str]:
    stage = f"{case.stage}: {case.why}" if case.stage else "which stage failed is not known"
    day = [f"as of {case.as_of.isoformat()}"] if case.as_of else []
    return [case.outcome, stage, *day, f"case {case.key}"]


def _sources(case: FailedCase) -> str:
    if not case.sources:
        return ""
    return f'<p class="or-soft">It stands in {", ".join(plain(each) for each in case.sources)}</p>'


def _recorded(case: FailedCase) -> str:
    if case.answer is None:
        return notices.problem_html(case.error or "nothing was recorded")
    paragraphs = {
        citation.number: paragraph_around(near.text, citation.start - near.start, citation.end - near.start)
        for citation in case.answer.citations
        if (near := case.surroundings.get(citation.number)) is not None
    }
    return f'<div class="or-recorded">{render.answer_html(case.answer, paragraphs)}</div>'


def caution_of(view: RunView, case: FailedCase, *, fingerprint: str, known: Sequence[str]) -> str:
    """Return what to know before a case is asked of other documents than its own; "" where they are the same.

    Args:
        fingerprint: of the documents that are open.
        known: their names.
    """
    if case.own_passages:
        passages = counted(case.own_passages, "passage")
        return f"This case brings {passages} of its own, which the open documents may not hold."
    if view.documents == fingerprint:
        return ""
    missing = [each for each in case.sources if not any(_is_source(name, each) for name in known)]
    told = "The run asked other documents than those open now: its suite’s own, or these before they changed."
    if missing:
        return f"{told} Not among those open: {', '.join(missing)}."
    return f"{told} The open documents may not hold what this case asks for."


def _is_source(name: str, source: str) -> bool:
    return name == source or name.endswith(f"/{source}") or source.endswith(f"/{name}")


def _said(answer: Answer) -> str:
    return answer.reason or answer.text if answer.status == "abstained" else answer.text


def _cut(text: str) -> str:
    words = one_line(text)
    return words if len(words) <= _CELL_CHARACTERS else words[: _CELL_CHARACTERS - 1].rstrip() + "…"


def _spread(figure: Figure) -> str:
    return f" ({figure.interval})" if figure.interval else ""
