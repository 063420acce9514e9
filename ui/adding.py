"""Files on their way into the index, in the background: how far each is, and what failed."""

from __future__ import annotations

import logging
import re
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import IndexingError
from index.sync import Watch
from index.types import FileStep, Stage

if TYPE_CHECKING:
    from index import Index

_log = logging.getLogger("onrecord.adding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Files that are being added, or were."""

    waiting: tuple[str, ...] = ()  # files and folders that were named and not looked at yet
    files: tuple[FileStep, ...] = ()  # how far each file is, in the order in which they were found
    problem: str | None = None  # why something could not be added
    running: bool = False
    stopping: bool = False  # or stopped: files that are still waiting will not be added

    def at(self, *stages: Stage) -> tuple[FileStep, ...]:
        """Return the files that are at one of these stages."""
        return tuple(step for step in self.files if step.stage in stages)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """Paths to add together."""

    paths: tuple[Path, ...]
    copies: tuple[Path, ...] = ()  # those that were made for this; not kept where they are not added
    source: str | None = None  # the name under which the one file is known; None: each is named by its path

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(path.name for path in self.paths) if self.source is None else (self.source,)


class Adding:
    """Adds files to an index, one call after the other, in a thread of its own.

    Args:
        documents: gives the index; raises IndexingError.
    """

    def __init__(self, documents: Callable[[], Index]) -> None:
        self._documents = documents
        self._changing = threading.Lock()
        self._steps: dict[str, FileStep] = {}  # by source
        self._queue: list[_Call] = []
        self._looked_at: tuple[str, ...] = ()  # the names of what is being looked at
        self._problem: str | None = None
        self._running = False
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def job(self) -> Job:
        """What is being added at this moment, or was added last."""
        with self._changing:
            return Job(
                waiting=(*self._looked_at, *(name for call in self._queue for name in call.names)),
                files=tuple(self._steps.values()),
                problem=self._problem,
                running=self._running,
                stopping=self._stopping.is_set(),
            )

    def take(self, files: Sequence[Path]) -> None:
        """Copy files into the index's own folder and add them; a name that is taken by other content gets a number."""
        folder = self._documents().files_folder
        if folder is None or not files:
            return
        before = set(folder.iterdir()) if folder.is_dir() else set()
        paths = [placed(file, folder) for file in files]
        self._enqueue(_Call(paths=tuple(paths), copies=tuple(path for path in paths if path not in before)))

    def add(self, paths: Sequence[Path]) -> None:
        """Add files and folders where they are."""
        self._enqueue(_Call(paths=tuple(paths)))

    def again(self, source: str, path: Path) -> None:
        """Read the file of a document again; the document keeps its name."""
        self._enqueue(_Call(paths=(path,), source=source))

    def stop(self) -> None:
        """Finish the file at work and begin no other; what is added stays, copies of the others go."""
        with self._changing:
            if self._running:
                self._stopping.set()

    def wait(self, seconds: float = 60.0) -> None:
        """Wait until nothing is being added."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _enqueue(self, call: _Call) -> None:
        with self._changing:
            if not self._running:
                self._steps, self._problem = {}, None
                self._stopping.clear()
            self._queue.append(call)
            if not self._running:
                self._running = True
                self._thread = threading.Thread(target=self._work, name="onrecord-adding", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        watch = Watch(tell=self._tell, stop=self._stopping.is_set)
        while (call := self._next()) is not None:
            try:
                if not self._stopping.is_set():
                    self._add(call, watch)
                if self._stopping.is_set():
                    self._let_go_of_copies(call)
            except (IndexingError, OSError) as error:
                self._fail(str(error))
            except Exception:
                _log.exception("files could not be added")
                self._fail("something went wrong; the log says what")

    def _add(self, call: _Call, watch: Watch) -> None:
        if call.source is None:
            self._documents().add(call.paths, watch=watch)
        else:
            self._documents().put_back(call.source, call.paths[0], watch=watch)

    def _next(self) -> _Call | None:
        with self._changing:
            self._looked_at = ()
            if not self._queue:
                self._running = False
                return None
            call = self._queue.pop(0)
            if self._stopping.is_set():
                for name in call.names:
                    self._steps.setdefault(name, FileStep(source=name, stage="waiting"))
            else:
                self._looked_at = call.names
            return call

    def _tell(self, step: FileStep) -> None:
        with self._changing:
            self._looked_at = ()
            self._steps[step.source] = step

    def _fail(self, problem: str) -> None:
        with self._changing:
            self._problem = problem

    def _let_go_of_copies(self, call: _Call) -> None:
        """Remove the copies that were not added, so that no later indexing of the folder adds them unasked."""
        if call.copies:
            documents = self._documents()
            kept = {each.path for each in documents.overview()} | {each.source for each in documents.failures()}
            for copy in call.copies:
                if str(copy.resolve()) not in kept and copy.name not in kept:
                    copy.unlink(missing_ok=True)


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
