"""Conversations as they are kept: one SQLite file, which outlives the page and the server. `kept` has their shapes."""

from __future__ import annotations

import contextlib
import datetime
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ui.errors import ConversationMissing, ConversationsError
from ui.kept import EXCHANGE_COLUMNS, LISTED_COLUMNS, KeptExchange, Listed, exchange_of, listed_of, row_of, title_of

FILE_NAME = "conversations.sqlite"
SCHEMA_VERSION = 3
LISTED = 500  # conversations at most
UNDO_HOURS = 24  # so long a deleted conversation can be brought back
_SCHEMA = """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, renamed INTEGER NOT NULL, changed TEXT NOT NULL,
    collection TEXT, deleted TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX conversations_of_owner ON conversations(owner, changed);
CREATE TABLE exchanges (
    conversation_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE, number INTEGER NOT NULL,
    question TEXT NOT NULL, answer TEXT, hits TEXT NOT NULL, draft TEXT NOT NULL, problem TEXT, words TEXT NOT NULL,
    history TEXT NOT NULL DEFAULT '[]', replaces INTEGER,
    PRIMARY KEY (conversation_id, number)
) STRICT, WITHOUT ROWID;
"""
_MIGRATIONS = {  # from this version to the next
    1: ("ALTER TABLE conversations ADD COLUMN collection TEXT",),
    2: (
        "ALTER TABLE conversations ADD COLUMN deleted TEXT",
        "ALTER TABLE exchanges ADD COLUMN history TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE exchanges ADD COLUMN replaces INTEGER",
    ),
}


class Conversations:
    """The conversations of a file. Safe to use from many threads and processes.

    Args:
        path: the file; it and its folder are made when they are missing.

    Raises:
        ConversationsError: the file is of a newer version, damaged, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._where = path
        self._lock = threading.RLock()
        with self._mapped():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL").fetchone()
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA secure_delete = ON").fetchone()  # what goes for good is overwritten
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise ConversationsError(
                f"{self._where} has format {version}, and this version reads up to {SCHEMA_VERSION}; update onrecord, "
                "or name another file with --conversations"
            )
        if version < SCHEMA_VERSION:
            with self._transaction():
                self._migrate(self._connection.execute("PRAGMA user_version").fetchone()[0])
        with self._transaction():
            self._connection.execute("DELETE FROM conversations WHERE deleted < ?", (_undo_ends(),))

    def _migrate(self, version: int) -> None:
        """Bring a file of an earlier version, or an empty one (0), to the present one."""
        later = (statement for at in range(version, SCHEMA_VERSION) for statement in _MIGRATIONS.get(at, ()))
        statements = _SCHEMA.split(";\n") if version == 0 else later
        for statement in statements:
            self._connection.execute(statement)
        self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    # --- reading ----------------------------------------------------------------------------------------------------

    def listed(self, *, owner: str = "", query: str = "") -> list[Listed]:
        """Return the conversations that hold every word of a query, the one changed last first; all without one."""
        wanted = query.lower().split()
        conditions = "".join(
            " AND (instr(lower(title), ?) OR EXISTS (SELECT 1 FROM exchanges WHERE conversation_id = id AND "
            "instr(words, ?)))"
            for _ in wanted
        )
        values = [value for word in wanted for value in (word, word)]
        rows = self._rows(
            f"SELECT {LISTED_COLUMNS} FROM conversations WHERE owner = ? AND deleted IS NULL{conditions} "
            "ORDER BY changed DESC, id LIMIT ?",
            (owner, *values, LISTED),
        )
        return [listed_of(*row) for row in rows]

    def deleted(self, *, owner: str = "") -> Listed | None:
        """Return the conversation that was deleted last, while it can be brought back."""
        rows = self._rows(
            f"SELECT {LISTED_COLUMNS} FROM conversations WHERE owner = ? AND deleted >= ? "
            "ORDER BY deleted DESC LIMIT 1",
            (owner, _undo_ends()),
        )
        return listed_of(*rows[0]) if rows else None

    def title(self, conversation_id: str, *, owner: str = "") -> str:
        """Return what a conversation is called. Raises ConversationMissing."""
        rows = self._rows(
            "SELECT title FROM conversations WHERE id = ? AND owner = ? AND deleted IS NULL", (conversation_id, owner)
        )
        if not rows:
            raise ConversationMissing("this conversation is not kept here; it may have been deleted")
        return str(rows[0][0])

    def collection(self, conversation_id: str, *, owner: str = "") -> str | None:
        """Return the collection a conversation asks; None: the one there was without a choice.

        Raises:
            ConversationMissing: there is no such conversation of this owner.
        """
        self.title(conversation_id, owner=owner)
        rows = self._rows("SELECT collection FROM conversations WHERE id = ?", (conversation_id,))
        return None if not rows or rows[0][0] is None else str(rows[0][0])

    def exchanges(self, conversation_id: str, *, owner: str = "") -> tuple[KeptExchange, ...]:
        """Return a conversation's exchanges in order.

        Raises:
            ConversationMissing: there is no such conversation of this owner.
            ConversationsError: what is kept cannot be read.
        """
        self.title(conversation_id, owner=owner)
        rows = self._rows(
            f"SELECT {EXCHANGE_COLUMNS} FROM exchanges WHERE conversation_id = ? ORDER BY number",
            (conversation_id,),
        )
        try:
            return tuple(exchange_of(*row) for row in rows)
        except ValidationError as error:
            raise ConversationsError(
                f"the conversation in {self._where} cannot be read ({error.error_count()} faults); delete it"
            ) from error

    # --- writing ----------------------------------------------------------------------------------------------------

    def create(self, first_question: str, *, owner: str = "", collection: str | None = None) -> str:
        """Make a conversation that is called by its first question, and return its id, which nobody can guess.

        Args:
            collection: what it asks; None: there is no choice.
        """
        conversation_id = secrets.token_urlsafe(12)
        with self._transaction():
            self._connection.execute(
                "INSERT INTO conversations (id, owner, title, renamed, changed, collection) VALUES (?, ?, ?, 0, ?, ?)",
                (conversation_id, owner, title_of(first_question), _now(), collection),
            )
        return conversation_id

    def put(
        self, conversation_id: str, exchanges: Sequence[KeptExchange], *, numbers: Sequence[int], owner: str = ""
    ) -> None:
        """Keep new or changed exchanges, and no others than those of `numbers`; without any, the conversation goes.

        Raises:
            ConversationMissing: it was deleted meanwhile.
        """
        self.title(conversation_id, owner=owner)
        with self._transaction():
            marks = ", ".join("?" for _ in numbers)
            self._connection.execute(
                f"DELETE FROM exchanges WHERE conversation_id = ? AND number NOT IN ({marks})",
                (conversation_id, *numbers),
            )
            self._connection.executemany(
                f"INSERT OR REPLACE INTO exchanges (conversation_id, {EXCHANGE_COLUMNS}, words) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(conversation_id, *row_of(exchange)) for exchange in exchanges],
            )
            if numbers:
                self._connection.execute("UPDATE conversations SET changed = ? WHERE id = ?", (_now(), conversation_id))
            else:
                self._connection.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))

    def rename(self, conversation_id: str, title: str, *, owner: str = "") -> None:
        """Call a conversation otherwise; an empty title changes nothing. Raises ConversationMissing."""
        self.title(conversation_id, owner=owner)
        if named := title_of(title):
            with self._transaction():
                self._connection.execute(
                    "UPDATE conversations SET title = ?, renamed = 1 WHERE id = ?", (named, conversation_id)
                )

    def delete(self, conversation_id: str, *, owner: str = "") -> None:
        """Put a conversation away; `restore` brings it back until `UNDO_HOURS` have passed or another is deleted.

        What this owner deleted before goes for good, and what anybody deleted too long ago.

        Raises:
            ConversationMissing: there is no such conversation of this owner.
        """
        self.title(conversation_id, owner=owner)
        with self._transaction():
            self._connection.execute(
                "DELETE FROM conversations WHERE deleted < ? OR (deleted IS NOT NULL AND owner = ?)",
                (_undo_ends(), owner),
            )
            self._connection.execute("UPDATE conversations SET deleted = ? WHERE id = ?", (_now(), conversation_id))

    def restore(self, conversation_id: str, *, owner: str = "") -> None:
        """Bring a deleted conversation back.

        Raises:
            ConversationMissing: it went for good.
        """
        with self._transaction():
            restored = self._connection.execute(
                "UPDATE conversations SET deleted = NULL WHERE id = ? AND owner = ? AND deleted IS NOT NULL",
                (conversation_id, owner),
            )
        if not restored.rowcount:
            raise ConversationMissing("this conversation went for good when another was deleted or its day had passed")

    # --- SQLite -----------------------------------------------------------------------------------------------------

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._lock, self._mapped():
            return self._connection.execute(statement, values).fetchall()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, self._mapped():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise ConversationsError(
                f"conversations cannot be kept in {self._where} ({error}); free or mend it, or name another file with "
                "--conversations"
            ) from error


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat()


def _undo_ends() -> str:
    """Return the moment before which a deletion is final."""
    return (datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=UNDO_HOURS)).isoformat()
