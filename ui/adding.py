"""Files on their way into the index, in the background: how far each is, and what failed."""

from __future__ import annotations

import logging
import re
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import IndexingError

if TYPE_CHECKING:
    from index import Index
    from index.types import SyncReport

_log = logging.getLogger("onrecord.adding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Files that are being added, or were."""

    waiting: tuple[str, ...] = ()
    at: str | None = None  # the file that was reported last
    done: int = 0
    total: int = 0
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()  # source, reason
    problem: str | None = None  # why nothing could be added
    running: bool = False


class Adding:
    """Adds files to an index, one call after the other, each in a thread of its own.

    Args:
        documents: gives the index; raises IndexingError.
    """

    def __init__(self, documents: Callable[[], Index]) -> None:
        self._documents = documents
        self._changing = threading.Lock()
        self._job = Job()
        self._queue: list[tuple[Path, ...]] = []
        self._thread: threading.Thread | None = None

    @property
    def job(self) -> Job:
        return self._job

    def take(self, files: Sequence[Path]) -> None:
        """Copy files into the index's own folder and add them; a name that is taken by other content gets a number."""
        folder = self._documents().files_folder
        if folder is None or not files:
            return
        self.add([placed(file, folder) for file in files])

    def add(self, paths: Sequence[Path]) -> None:
        """Add files and folders where they are."""
        with self._changing:
            self._queue.append(tuple(paths))
            names = tuple(path.name for path in paths)
            before = self._job if self._job.running else Job()
            self._job = replace(before, waiting=(*before.waiting, *names), running=True)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()

    def wait(self, seconds: float = 60.0) -> None:
        """Wait until nothing is being added."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _work(self) -> None:
        while True:
            with self._changing:
                if not self._queue:
                    self._job = replace(self._job, running=False, waiting=(), at=None)
                    return
                paths = self._queue.pop(0)
            try:
                self._note(self._documents().add(paths, progress=self._progress))
            except (IndexingError, OSError) as error:
                self._job = replace(self._job, problem=str(error))
            except Exception:
                _log.exception("files could not be added")
                self._job = replace(self._job, problem="something went wrong; the log says what")

    def _progress(self, source: str, done: int, total: int) -> None:
        with self._changing:
            self._job = replace(self._job, at=source, done=done, total=total)

    def _note(self, report: SyncReport) -> None:
        with self._changing:
            job = self._job
            self._job = replace(
                job,
                added=(*job.added, *report.added),
                updated=(*job.updated, *report.updated),
                unchanged=(*job.unchanged, *report.unchanged),
                failed=(*job.failed, *((each.source, each.reason) for each in report.failed)),
            )


def placed(file: Path, folder: Path) -> Path:
    """Copy a file into a folder under a safe name and return where it is; the same content is not copied twice."""
    folder.mkdir(parents=True, exist_ok=True)
    name = safe_name(file.name)
    content = file.read_bytes()
    for number in range(1, 10_000):
        target = folder / (name if number == 1 else f"{Path(name).stem} ({number}){Path(name).suffix}")
        if target.is_file() and target.read_bytes() == content:
            return target
        if not target.exists():
            part = target.with_name(f".{target.name}.part")
            shutil.copyfile(file, part)
            part.replace(target)
            return target
    raise OSError(f"there are too many files called {name}; give it another name")


def safe_name(name: str) -> str:
    """Return a file name without what a path, a shell or a hidden file would make of it."""
    kept = re.sub(r"[^\w .,()&+@=-]+", "_", name).strip(" .")
    path = Path(kept)
    return f"{path.stem[:120]}{path.suffix[:16]}" if path.stem else "file"
