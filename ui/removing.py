"""Documents that are removed from an index, and what of it can be undone."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import SourceError, SourceMissing

if TYPE_CHECKING:
    from index import Index

FOLDER_NAME = "removed"  # beside the index's own files: those of removed documents, as long as there is an undo
UNDO_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A document that can be brought back."""

    source: str
    path: Path  # where its file belongs
    held: Path | None  # where it lies meanwhile; None: it never moved


class Removing:
    """Removes documents from an index; the last one can be brought back while its file is there.

    A file of the index's own is held until another document is removed, or the index is opened a day later; a file that
    lies elsewhere is never touched.

    Args:
        documents: gives the index; raises IndexingError.
    """

    def __init__(self, documents: Callable[[], Index]) -> None:
        self._documents = documents
        self._changing = threading.Lock()
        self._last: Removed | None = None

    @property
    def last(self) -> Removed | None:
        """The document that was removed last; None: there is none, or its file is not there any more."""
        last = self._last
        return last if last is not None and (last.held or last.path).is_file() else None

    def remove(self, source: str) -> None:
        """Remove a document; raises IndexingError, OSError."""
        documents = self._documents()
        with self._changing:
            place = documents.place_of(source)
            documents.remove([source])
            self._last = None
            own = documents.files_folder
            _clear(own)
            if place is not None and own is not None and (path := Path(place[0])).is_file():
                held = _hold(path, own) if path.parent == own.resolve() else None
                self._last = Removed(source=source, path=path, held=held)

    def bring_back(self) -> str | None:
        """Index the last removed document again under its name, from its place; return why that failed, if it did.

        Raises:
            IndexingError: the index cannot be written to, or the file is not there any more.
            OSError: the file cannot be moved back.
        """
        with self._changing:
            last, documents = self.last, self._documents()
            if last is None:
                raise SourceMissing("the file of the removed document is not there any more; add it again")
            if last.source in documents.sources() or (last.held and last.path.exists()):
                raise SourceError(f"another {last.source} was added since; remove or rename that one first")
            if last.held is not None:
                last.held.replace(last.path)
            self._last = Removed(source=last.source, path=last.path, held=None)
            report = documents.put_back(last.source, last.path)
            self._last = None
            return next((failure.reason for failure in report.failed if failure.source == last.source), None)


def _hold(path: Path, own: Path) -> Path:
    """Move a file to where removed ones lie and return its place."""
    folder = own.parent / FOLDER_NAME / secrets.token_hex(8)
    folder.mkdir(parents=True)
    return path.replace(folder / path.name)


def _clear(own: Path | None, *, older_than: float = 0.0) -> None:
    """Delete the held files for good that were removed so many seconds ago."""
    if own is None or not (held := own.parent / FOLDER_NAME).is_dir():
        return
    for folder in held.iterdir():
        if time.time() - folder.stat().st_mtime >= older_than:
            shutil.rmtree(folder)
    if not any(held.iterdir()):
        held.rmdir()


def clear_old(documents: Index) -> None:
    """Delete the held files for good of which the undo has passed; raises OSError."""
    _clear(documents.files_folder, older_than=UNDO_SECONDS)
