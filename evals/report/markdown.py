"""A run as Markdown for a pull request. Pure.

Everything that comes from a document, a question or a model goes through `escaped`: on one line, with each letter that
means something to Markdown or HTML as an entity, which is never read as markup, and nobody called by their @name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evals.report.figures import (
    MetricRow,
    blame_name,
    cautions_of,
    expected,
    failures_first,
    flip_kind,
    gates_line,
    headline,
    interval_text,
    metric_groups,
    outcome_rows,
    p_text,
    value_text,
)
from evals.types import Comparison, JudgeReport, Report, Result

MOST_FLIPS, MOST_FAILURES, MOST_CHARACTERS = 20, 15, 400
_MEANS = re.compile(r"[\\`*_{}\[\]<>&|~!$#@]")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_BREAK = "&#8203;"  # a space of no width: what follows is no longer a name, a number or an address
_LINKS = (("&#64;", "&#64;" + _BREAK), ("&#35;", "&#35;" + _BREAK), ("://", ":" + _BREAK + "//"))


def as_markdown(report: Report, comparison: Comparison | None = None) -> str:
    """Return the verdict, outcomes, metrics, gates, flips and failures of a run, for people who review a change."""
    parts = [
        _head(report),
        _outcomes(report),
        _gates(report),
        _metrics(report, comparison),
        _flips(comparison) if comparison else "",
        _failures(report.results),
        _judge(report),
        _origin(report),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str, *, limit: int = MOST_CHARACTERS) -> str:
    """Return a text as one line that is shown as it stands and never read as markup; a long one is cut."""
    line = " ".join(_UNSEEN.sub(" ", text).split())
    line = line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
    line = _MEANS.sub(lambda found: f"&#{ord(found.group())};", line)
    for found, broken in _LINKS:
        line = line.replace(found, broken)
    return re.sub(r"\bwww\.", lambda found: f"{found.group()[:-1]}{_BREAK}.", line, flags=re.IGNORECASE)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Return a Markdown table; its cells are markup already.

    Args:
        right: the columns that stand on the right, from 0.
    """
    rule = ["---:" if column in right else "---" for column in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def _head(report: Report) -> str:
    manifest = report.manifest
    lines = [f"## Evaluation: {escaped(manifest.suite)}"]
    share = headline(report)
    verdict = f"**{gates_line(report.gates)}.**" if report.gates else ""
    if share is not None:
        spread = f" (95 % interval {interval_text(share.interval)})" if share.interval else ""
        verdict = f"{verdict} Right reaction in **{value_text(share.value)}** of {share.n} cases{spread}."
    lines.append(verdict.strip())
    if manifest.volatile.get("note"):
        lines.append(escaped(manifest.volatile["note"], limit=2000))
    return "\n\n".join(line for line in lines if line)


def _outcomes(report: Report) -> str:
    rows = outcome_rows(report.results)
    if not rows:
        return f"{len(report.results)} cases were searched and not answered."
    cells = [(row.outcome, str(row.count), value_text(row.share), interval_text(row.interval)) for row in rows]
    return table(("outcome", "cases", "share", "95 % interval"), cells, right=(1, 2, 3))


def _gates(report: Report) -> str:
    rows = [
        ("passed" if gate.passed else "**not passed**", escaped(gate.gate), escaped(gate.detail))
        for gate in report.gates
    ]
    return "### Gates\n\n" + table(("", "gate", "found"), rows) if rows else ""


def _metrics(report: Report, comparison: Comparison | None) -> str:
    rows = [
        _metric(row, compared=comparison is not None)
        for group in metric_groups(report, comparison)
        for row in group.rows
    ]
    if not rows:
        return ""
    head = ["metric", "value", "95 % interval", "n"]
    compared = ["before", "difference", "95 % interval", "adjusted p", "found"] if comparison else []
    note = "\n\nDifferences are over the cases that both runs have." if comparison else ""
    note += "".join(f"\n\nMind: {escaped(caution)}." for caution in cautions_of(comparison))
    return "### Metrics\n\n" + table(head + compared, rows, right=range(1, 8 if comparison else 4)) + note


def _metric(row: MetricRow, *, compared: bool) -> list[str]:
    arrow = {True: " ↑", False: " ↓", None: ""}[row.higher_is_better]
    cells = [escaped(row.title) + arrow, row.value, row.interval, str(row.estimate.n)]
    if not compared:
        return cells
    if row.difference is None:
        return [*cells, "", "", "", "", "not compared"]
    change = f"**{row.found}**" if row.change in ("better", "worse") else row.found
    p_value = p_text(row.difference.p_adjusted)
    return [*cells, row.before, row.difference_text, row.difference_interval, escaped(p_value), change]


def _flips(comparison: Comparison) -> str:
    flips = sorted(
        comparison.flips, key=lambda flip: ("worse", "better", "other").index(flip_kind(flip.before, flip.after))
    )
    alone = [
        f"{len(keys)} {'case is' if len(keys) == 1 else 'cases are'} only in the {which} run."
        for which, keys in (("earlier", comparison.only_first), ("new", comparison.only_second))
        if keys
    ]
    if not flips:
        return "\n".join(["### Flips", "", "No case ended differently.", *alone])
    rows = [
        (escaped(flip.key), escaped(flip.question, limit=160), f"{flip.before} → {flip.after}")
        for flip in flips[:MOST_FLIPS]
    ]
    more = [f"… and {len(flips) - MOST_FLIPS} more."] if len(flips) > MOST_FLIPS else []
    shown = table(("case", "question", "outcome"), rows)
    return "\n\n".join(
        [
            f"### {len(flips)} cases ended differently" if len(flips) > 1 else "### 1 case ended differently",
            shown,
            *more,
            *alone,
        ]
    )


def _failures(results: Sequence[Result]) -> str:
    wrong, _ = failures_first(results)
    if not wrong:
        return ""
    parts = [_failure(result) for result in wrong[:MOST_FAILURES]]
    more = [f"… and {len(wrong) - MOST_FAILURES} more in report.html."] if len(wrong) > MOST_FAILURES else []
    return "\n\n".join([f"### What went wrong ({len(wrong)})", *parts, *more])


def _failure(result: Result) -> str:
    blame = blame_name(result)
    where = f", {blame}" if blame and blame != result.outcome else ""
    head = f"<summary>{escaped(result.case.question, limit=160)} ({result.outcome}{where})</summary>"
    body = "\n".join(f"- {line}" for line in _lines(result))
    return f"<details>{head}\n\n{body}\n\n</details>"


def _lines(result: Result) -> Iterator[str]:
    """Yield what a reviewer needs to see of a failure."""
    case, answer = result.case, result.answer
    yield f"case: {escaped(result.key)}"
    yield f"expected: {escaped(expected(result))}"
    if result.asked.trace.error:
        yield f"error: {escaped(result.asked.trace.error)}"
    if answer is not None:
        yield f"{answer.status}: {escaped(answer.text or answer.reason or 'nothing')}"
        if answer.reason and answer.text and answer.reason != answer.text:
            yield f"reason: {escaped(answer.reason)}"
    if answer is not None and answer.standalone_question not in ("", case.question):
        yield f"understood as: {escaped(answer.standalone_question)}"
    for claim in result.claims:
        if not claim.supported:
            reason = f" ({escaped(claim.reason)})" if claim.reason else ""
            better = f", but [{claim.better}] supports it" if claim.better is not None else ""
            yield f"claim {claim.label.replace('_', ' ')}: {escaped(claim.text)}{reason}{better}"
    if result.judge_error:
        yield f"the judge failed: {escaped(result.judge_error)}"


def _judge(report: Report) -> str:
    """Return how good the judge is, and on how many answers it failed."""
    name, count = report.manifest.judge, sum(result.judge_error is not None for result in report.results)
    answers = "1 answer" if count == 1 else f"{count} answers"
    failed = f"It failed on {answers}; what depends on it is not scored there." if count else ""
    if report.judge is not None:
        return "\n\n".join(filter(None, (_measured(report.judge, name), failed)))
    unknown = f"Judge: {escaped(name)}; it was not measured on human labels here (`onrecord eval judge`)."
    return f"{unknown} {failed}".rstrip()


def _measured(judge: JudgeReport, name: str) -> str:
    rows = [
        (
            escaped(row.set),
            str(row.n),
            escaped(row.scorer),
            value_text(row.balanced_accuracy.value),
            interval_text(row.balanced_accuracy.interval),
            value_text(row.kappa.value, "score"),
        )
        for row in judge.rows
    ]
    shown = table(("set", "n", "scorer", "balanced accuracy", "95 % interval", "kappa"), rows, right=(1, 3, 4, 5))
    head = f"<details><summary>The judge, {escaped(name)}, against people</summary>"
    return f"{head}\n\n{shown}\n\n</details>"


def _origin(report: Report) -> str:
    manifest = report.manifest
    parts = [manifest.model, *(manifest.volatile.get(key, "") for key in ("commit", "machine", "date"))]
    line = ", ".join(escaped(part) for part in parts if part)
    command = manifest.volatile.get("command")
    return f"<sub>{line}</sub>" + (f"\n\n<sub>{escaped(command)}</sub>" if command else "")
