"""What was asked once is not asked again: answers by the fingerprint of everything that decides them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Self

from evals.errors import RunError

_SCHEMA = "CREATE TABLE IF NOT EXISTS kept (fingerprint TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"


class Cache:
    """A table of values by fingerprint in one SQLite file. Safe for several processes; a kill loses nothing kept."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it. Raises RunError when it cannot be used."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=30.0)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute(_SCHEMA)
            self._connection.commit()
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from error

    def get(self, fingerprint: str) -> bytes | None:
        """Return what is kept under a fingerprint, or None."""
        try:
            row = self._connection.execute("SELECT value FROM kept WHERE fingerprint = ?", (fingerprint,)).fetchone()
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        return None if row is None else bytes(row[0])

    def put(self, fingerprint: str, value: bytes) -> None:
        """Keep a value; it is on disk when this returns."""
        try:
            with self._connection:
                self._connection.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (fingerprint, value))
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> RunError:
        return RunError(f"the cache of answers {self._path} cannot be used ({error}); delete it, or make room there")

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
