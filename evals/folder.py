"""A run on disk: a manifest, a row a case as it goes, and at the end the figures and the report.

    manifest.json   what the run was made of; all but "volatile" decides whether it may be gone on with
    cases.jsonl     one Result a line, without times: the same bytes in every run of the same manifest
    times.jsonl     the times of the same lines
    results.json    estimates, gates and the judge's quality

A row counts once its line in cases.jsonl is whole; a kill at any moment loses at most the case at hand.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from evals.errors import RunError
from evals.types import Estimate, GateResult, JudgeReport, Manifest, Report, Result, Times
from index.files import replace_file

if TYPE_CHECKING:
    from filelock import BaseFileLock

MANIFEST, CASES, TIMES, RESULTS = "manifest.json", "cases.jsonl", "times.jsonl", "results.json"
LOCK = "run.lock"
DEFAULT_RUNS = Path("onrecord-runs")  # below the folder that the command runs in
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is computed over all results of a run."""

    estimates: tuple[Estimate, ...] = ()
    gates: tuple[GateResult, ...] = ()
    judge: JudgeReport | None = None


_adapters: dict[object, TypeAdapter[Any]] = {}


def adapter(kind: type[_Value]) -> TypeAdapter[_Value]:
    """Return what reads and writes values of a type as JSON; made once."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


class RunFolder:
    """A run's folder, open for adding rows."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        """Open the folder, or make it; `kept` holds the results that an earlier try left, in order.

        Raises:
            RunError: it holds something else, is damaged before its last row, is being written by another process,
                or cannot be written.
        """
        self.path = path
        self.kept: list[Result] = []
        with _os_errors(path):
            path.mkdir(parents=True, exist_ok=True)
            if not (path / MANIFEST).exists() and any(each.name != LOCK for each in path.iterdir()):
                raise RunError(f"{path} holds other files and no run; give an empty or a new folder as --out")
            self._lock = _locked(path)
            try:
                self.kept = _begun(path, manifest)
                self._times = (path / TIMES).open("ab")
                self._cases = (path / CASES).open("ab")
            except BaseException:
                self._lock.release()
                raise

    def add(self, result: Result) -> None:
        """Write a row; it is on disk when this returns."""
        with _os_errors(self.path):
            _append(self._times, adapter(Times).dump_json(result.asked.times))
            _append(self._cases, adapter(Result).dump_json(result, exclude={"asked": {"times"}}))

    def finish(self, report: Report) -> None:
        """Write the figures."""
        figures = Figures(estimates=report.estimates, gates=report.gates, judge=report.judge)
        with _os_errors(self.path):
            replace_file(self.path / RESULTS, adapter(Figures).dump_json(figures, indent=2) + b"\n")

    def close(self) -> None:
        self._times.close()
        self._cases.close()
        self._lock.release()


def _locked(path: Path) -> BaseFileLock:
    """Take the right to write the folder. Raises RunError while another process has it."""
    from filelock import FileLock, Timeout

    lock = FileLock(path / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise RunError(f"another process is writing the run in {path}; wait for it, or give another --out") from error
    return lock


def _begun(path: Path, manifest: Manifest) -> list[Result]:
    """Return the rows of an earlier try of the same run; where there was none, write the manifest."""
    if (path / MANIFEST).exists():
        _check_same(path, read_manifest(path), manifest)
        return _cut_to_whole_rows(path)
    replace_file(path / MANIFEST, adapter(Manifest).dump_json(manifest, indent=2) + b"\n")
    return []


def _append(file: Any, line: bytes) -> None:
    file.write(line + b"\n")
    file.flush()
    os.fsync(file.fileno())


def open_run(path: Path) -> Report:
    """Return a finished run from its folder.

    Raises:
        RunError: there is none, it is damaged, or it was not finished.
    """
    manifest = read_manifest(path)
    if not (path / RESULTS).exists():
        raise RunError(f"the run in {path} was not finished; run its command again: it goes on where it stopped")
    figures = read_figures(path)
    results = tuple(_rows(path))
    if len(results) != manifest.cases * manifest.repeats:
        raise RunError(
            f"{path} holds {len(results)} rows where {manifest.cases * manifest.repeats} were expected; delete the "
            "folder and run the evaluation again"
        )
    return Report(
        manifest=manifest, results=results, estimates=figures.estimates, gates=figures.gates, judge=figures.judge
    )


def write_run(report: Report, path: Path) -> None:
    """Write a whole run into a new folder. Raises RunError as RunFolder does."""
    folder = RunFolder(path, report.manifest)
    try:
        for result in report.results[len(folder.kept) :]:
            folder.add(result)
        folder.finish(report)
    finally:
        folder.close()


def is_run(path: Path) -> bool:
    """Tell whether a folder holds a finished run."""
    return (path / MANIFEST).is_file() and (path / RESULTS).is_file()


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of a run. Raises RunError where there is none."""
    if not (path / MANIFEST).is_file():
        raise RunError(f"{path} holds no run (no {MANIFEST}); give the folder that was --out of `onrecord eval`")
    return _parsed(path / MANIFEST, lambda data: adapter(Manifest).validate_json(data))


def read_figures(path: Path) -> Figures:
    """Return what was computed over a finished run, without its rows. Raises RunError where it is damaged."""
    return _parsed(path / RESULTS, lambda data: adapter(Figures).validate_json(data))


def _parsed(path: Path, parse: Callable[[bytes], _Value]) -> _Value:
    try:
        return parse(path.read_bytes())
    except ValidationError as error:
        problem = error.errors()[0]
        raise RunError(
            f"{path} is damaged ({problem['msg']}); delete the folder and run the evaluation again"
        ) from error


def is_same(first: Manifest, second: Manifest) -> bool:
    """Tell whether two manifests are of one run, which may be gone on with."""
    return not _differing(first, second)


def _differing(first: Manifest, second: Manifest) -> list[str]:
    names = [field.name for field in fields(Manifest) if field.name != "volatile"]
    return [name for name in names if getattr(first, name) != getattr(second, name)]


def _check_same(path: Path, found: Manifest, expected: Manifest) -> None:
    other = _differing(found, expected)
    if other:
        raise RunError(
            f"{path} holds a run with another {', '.join(name.replace('_', ' ') for name in other)}; "
            "give another folder as --out, or delete this one"
        )


def _rows(path: Path) -> list[Result]:
    cases, times = (path / CASES).read_bytes().splitlines(), (path / TIMES).read_bytes().splitlines()
    if len(cases) != len(times):
        raise RunError(f"{path} is damaged: {CASES} and {TIMES} differ in length; run its command again to mend it")
    return [_row(path, *both) for both in zip(cases, times, strict=True)]


def _row(path: Path, case: bytes, times: bytes) -> Result:
    try:
        fields = adapter(dict[str, Any]).validate_json(case)
        fields["asked"]["times"] = adapter(dict[str, Any]).validate_json(times)
        return adapter(Result).validate_python(fields)
    except (ValidationError, KeyError, TypeError) as error:
        raise RunError(f"a row of {path / CASES} is damaged ({type(error).__name__}); delete the folder") from error


def _cut_to_whole_rows(path: Path) -> list[Result]:
    """Return the whole rows; what a kill left half-written after them is cut off both files."""
    for name in (CASES, TIMES):
        (path / name).touch()
    whole = min((path / CASES).read_bytes().count(b"\n"), (path / TIMES).read_bytes().count(b"\n"))
    for name in (CASES, TIMES):
        data = (path / name).read_bytes()
        kept = b"".join(data.splitlines(keepends=True)[:whole])
        if kept != data:
            replace_file(path / name, kept)
    return _rows(path)


class _os_errors:  # noqa: N801 (reads as a statement)
    """Turn an error of the file system into one line that says what to do."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
            raise RunError(f"{self._path} cannot be written ({reason}); make room, or give another --out") from error
