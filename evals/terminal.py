"""A run in a few lines for a terminal, and as one JSON value. Pure."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from evals.metrics.answers import only_searched
from evals.types import OUTCOMES, Estimate, Report
from qa.terminal import printable, table


def report_as_text(report: Report) -> str:
    """Return outcomes, figures with intervals, where failures lie, what could not be judged, and gates."""
    parts = [_head(report), _outcomes(report), _figures(report)]
    blamed = Counter(result.blame for result in report.results if result.blame)
    if blamed:
        parts.append("failures lie in: " + ", ".join(f"{stage} {count}" for stage, count in blamed.most_common()))
    errors = [f"error in {r.key}: {r.asked.trace.error}" for r in report.results if r.outcome == "error"]
    parts += [*errors[:5], *_unjudged(report)]
    if report.gates:
        rows = [("passed" if gate.passed else "NOT PASSED", gate.gate, gate.detail) for gate in report.gates]
        parts.append(table(rows))
    return printable("\n\n".join(parts))


def _head(report: Report) -> str:
    manifest = report.manifest
    if all(map(only_searched, report.results)):
        return f"{manifest.suite}: {len(report.results)} questions searched for, none answered; {manifest.embedder}"
    return f"{manifest.suite}: {len(report.results)} cases, {manifest.model}, judge {manifest.judge}"


def _outcomes(report: Report) -> str:
    if all(map(only_searched, report.results)):
        found = sum(result.success for result in report.results)
        missed = len(report.results) - found
        return table([("something relevant among the ten best", str(found)), ("nothing", str(missed))], indent="  ")
    counts = Counter(result.outcome for result in report.results)
    return table([(outcome, str(counts[outcome])) for outcome in OUTCOMES if counts[outcome]], indent="  ")


def _unjudged(report: Report) -> list[str]:
    """Return a line with the first error of the judge; none where it never failed."""
    failed = [(result.key, result.judge_error) for result in report.results if result.judge_error is not None]
    if not failed:
        return []
    key, error = failed[0]
    if len(failed) == 1:
        return [f"1 answer could not be judged ({key}): {error}"]
    return [f"{len(failed)} answers could not be judged, the first ({key}): {error}"]


def _figures(report: Report) -> str:
    rows = [("metric", "value", "95 % interval", "n")]
    return table([*rows, *(_figure(estimate) for estimate in report.estimates)])


def _figure(estimate: Estimate) -> tuple[str, str, str, str]:
    if estimate.value is None:
        return estimate.metric, "not measured", "", "0"
    spread = estimate.interval
    shown = "" if spread is None else f"{spread.low:.3f} to {spread.high:.3f}"
    return estimate.metric, f"{estimate.value:.3f}", shown, str(estimate.n)


def summary(report: Report, out: Path) -> dict[str, Any]:
    """Return the run as `--json` prints it; the whole of it lies in the folder."""
    return {
        "suite": report.manifest.suite,
        "out": str(out),
        "cases": len(report.results),
        "passed": report.passed,
        "outcomes": dict(Counter(result.outcome for result in report.results)),
        "metrics": {estimate.metric: _json_of(estimate) for estimate in report.estimates},
        "gates": [{"gate": gate.gate, "passed": gate.passed, "detail": gate.detail} for gate in report.gates],
        "errors": [{"case": r.key, "error": r.asked.trace.error} for r in report.results if r.outcome == "error"],
        "judge_errors": sum(result.judge_error is not None for result in report.results),
    }


def _json_of(estimate: Estimate) -> dict[str, Any]:
    interval = estimate.interval
    return {
        "value": estimate.value,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "n": estimate.n,
    }
