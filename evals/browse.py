"""Finished runs of a folder, for the page to go through."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from evals.errors import RunError
from evals.folder import MANIFEST, RESULTS, is_run, open_run, read_figures, read_manifest
from evals.report import HTML
from evals.report.figures import (
    GROUPS,
    STAGES,
    blame_name,
    expected,
    failures_first,
    gates_line,
    headline,
    interval_text,
    metric_groups,
    outcome_name,
    value_text,
)
from evals.types import Estimate, Manifest, Report, Result
from qa.errors import RunsError
from qa.runs import FailedCase, Figure, FigureGroup, GateLine, RunList, RunRow, RunView, Surrounding

_PLACES = (f"*/{MANIFEST}", f"*/*/{MANIFEST}", f"*/*/*/{MANIFEST}")  # `onrecord eval` writes SUITE/NUMBER
_MAIN = frozenset(GROUPS[group] for group in ("outcomes", "answers", "citations", "abstention"))
_RIGHT = "Right reactions"


@dataclass(frozen=True, slots=True)
class RunsFolder:
    """The runs below a folder, which need not be there yet."""

    folder: Path

    def listed(self) -> RunList:
        """Return the finished runs, newest first, and the names of those that cannot be read."""
        rows: list[RunRow] = []
        damaged: list[str] = []
        for name in self._names():
            try:
                rows.append(_row(self._path_of(name), name))
            except RunsError:
                damaged.append(name)
        rows.sort(key=lambda row: (row.made, row.name), reverse=True)
        return RunList(rows=tuple(rows), damaged=tuple(damaged))

    def opened(self, name: str) -> RunView:
        """Return a run. Raises RunsError: there is none of this name, or it cannot be read."""
        path = self._path_of(name)
        return _view(path, name, (path / RESULTS).stat().st_mtime_ns, self._has_report(name))

    def report(self, name: str) -> Path:
        """Return the file of a run's report. Raises RunsError: there is none inside the folder."""
        path = (self._path_of(name) / HTML).resolve()
        if not path.is_file() or not path.is_relative_to(self.folder.resolve()):
            raise RunsError(f"the run {name} has no report; write it with `onrecord eval report {self.folder / name}`")
        return path

    def _has_report(self, name: str) -> bool:
        try:
            return self.report(name).is_file()
        except RunsError:
            return False

    def _names(self) -> Iterator[str]:
        root = self.folder.resolve()
        for place in _PLACES:
            for path in sorted(self.folder.glob(place)):
                if is_run(path.parent) and path.parent.resolve().is_relative_to(root):
                    yield path.parent.relative_to(self.folder).as_posix()

    def _path_of(self, name: str) -> Path:
        """Return the folder of a run; a name that leads out of the folder of runs is none."""
        missing = RunsError(f"{self.folder} holds no finished run {name!r}; choose another, or run the suite again")
        try:
            path = (self.folder / name).resolve()
            if path.is_relative_to(self.folder.resolve()) and is_run(path):
                return path
        except (OSError, ValueError) as error:  # a name that no file can have
            raise missing from error
        raise missing


def _row(path: Path, name: str) -> RunRow:
    """Return a run as a row. Raises RunsError: it cannot be read."""
    try:
        manifest, figures = read_manifest(path), read_figures(path)
    except (RunError, OSError) as error:
        raise RunsError(str(error)) from error
    success = next((each for each in figures.estimates if each.metric == "success"), None)
    return _row_of(manifest, name, success, made=_made(manifest, path))


def _row_of(manifest: Manifest, name: str, success: Estimate | None, *, made: datetime.datetime) -> RunRow:
    return RunRow(
        name=name,
        suite=manifest.suite,
        model=manifest.model,
        commit=manifest.volatile.get("commit", ""),
        made=made,
        cases=manifest.cases,
        right=_figure(_RIGHT, success) if success is not None and success.value is not None else None,
    )


def _made(manifest: Manifest, path: Path) -> datetime.datetime:
    """Return when a run was made: as it says itself, else when its figures were last written."""
    try:
        return datetime.datetime.fromisoformat(manifest.volatile["date"]).astimezone()
    except (KeyError, ValueError):
        return datetime.datetime.fromtimestamp((path / RESULTS).stat().st_mtime).astimezone()


@lru_cache(maxsize=4)
def _view(path: Path, name: str, modified: int, has_report: bool) -> RunView:
    """Return a run, read once for each time that it was written. Raises RunsError: it cannot be read."""
    try:
        report = open_run(path)
    except (RunError, OSError) as error:
        raise RunsError(str(error)) from error
    wrong, _ = failures_first(report.results)
    return RunView(
        row=_row_of(report.manifest, name, headline(report), made=_made(report.manifest, path)),
        note=report.manifest.volatile.get("note", ""),
        verdict=gates_line(report.gates),
        gates=tuple(GateLine(gate=each.gate, passed=each.passed, detail=each.detail) for each in report.gates),
        groups=_groups(report),
        answered=any(each.answer is not None or each.asked.trace.error for each in report.results),
        failures=tuple(_failed(each) for each in wrong),
        documents=report.manifest.data_fingerprint,
        report=has_report,
    )


def _groups(report: Report) -> tuple[FigureGroup, ...]:
    """Return the figures that were measured, by group."""
    groups = (
        FigureGroup(
            title=group.title,
            main=group.title in _MAIN,
            figures=tuple(
                _figure(row.title, row.estimate, row.unit) for row in group.rows if row.estimate.value is not None
            ),
        )
        for group in metric_groups(report)
    )
    return tuple(group for group in groups if group.figures)


def _figure(title: str, estimate: Estimate, unit: str = "share") -> Figure:
    spread = interval_text(estimate.interval, unit)
    return Figure(title=title, value=value_text(estimate.value, unit), interval=spread, n=estimate.n)


def _failed(result: Result) -> FailedCase:
    case, trace = result.case, result.asked.trace
    citations = trace.answer.citations if trace.answer else ()
    stage = blame_name(result)
    return FailedCase(
        key=result.key,
        question=case.question,
        expected=expected(result),
        outcome=outcome_name(result),
        stage=stage if result.blame else "",
        why=STAGES[result.blame] if result.blame else "",
        answer=trace.answer,
        error=trace.error,
        surroundings={
            citation.number: Surrounding(text=checked.paragraph, start=checked.paragraph_start)
            for citation, checked in zip(citations, trace.checked, strict=False)
        },
        history=case.history,
        as_of=case.as_of,
        sources=tuple(dict.fromkeys(gold.source for gold in case.evidence)),
        own_passages=len(case.passages or ()),
    )
