"""Conversations as they are kept: one SQLite file, which outlives the page and the server.

An exchange is kept as what was asked and answered, never as markup, so that it is drawn as the page of the day draws.
"""

from __future__ import annotations

import contextlib
import datetime
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from index.types import Hit
from qa.types import Answer, Turn
from ui.errors import ConversationMissing, ConversationsError

FILE_NAME = "conversations.sqlite"
SCHEMA_VERSION = 3
TITLE_CHARACTERS = 80
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
_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
_HITS: TypeAdapter[tuple[Hit, ...]] = TypeAdapter(tuple[Hit, ...])
_TURNS: TypeAdapter[tuple[Turn, ...]] = TypeAdapter(tuple[Turn, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptExchange:
    """A question and what came of it: an answer, a draft that was stopped, or a problem."""

    number: int
    question: str
    answer: Answer | None = None
    hits: tuple[Hit, ...] = ()  # what was found, for an abstention to show
    draft: str = ""
    problem: str | None = None
    history: tuple[Turn, ...] = ()  # what was said before, outside of the conversation
    replaces: int | None = None  # the exchange whose place it is to take, with all that follow, once it is answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A conversation in a list."""

    id: str
    title: str
    changed: datetime.datetime  # UTC
    collection: str | None = None  # what it asks; None: there was no choice


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
            f"SELECT {_LISTED} FROM conversations WHERE owner = ? AND deleted IS NULL{conditions} "
            "ORDER BY changed DESC, id LIMIT ?",
            (owner, *values, LISTED),
        )
        return [_listed(*row) for row in rows]

    def deleted(self, *, owner: str = "") -> Listed | None:
        """Return the conversation that was deleted last, while it can be brought back."""
        rows = self._rows(
            f"SELECT {_LISTED} FROM conversations WHERE owner = ? AND deleted >= ? ORDER BY deleted DESC LIMIT 1",
            (owner, _undo_ends()),
        )
        return _listed(*rows[0]) if rows else None

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
            "SELECT number, question, answer, hits, draft, problem, history, replaces FROM exchanges "
            "WHERE conversation_id = ? ORDER BY number",
            (conversation_id,),
        )
        try:
            return tuple(_exchange(*row) for row in rows)
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
                (conversation_id, owner, _title(first_question), _now(), collection),
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
                "INSERT OR REPLACE INTO exchanges (conversation_id, number, question, answer, hits, draft, problem, "
                "words, history, replaces) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(conversation_id, *_row(exchange)) for exchange in exchanges],
            )
            if numbers:
                self._connection.execute("UPDATE conversations SET changed = ? WHERE id = ?", (_now(), conversation_id))
            else:
                self._connection.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))

    def rename(self, conversation_id: str, title: str, *, owner: str = "") -> None:
        """Call a conversation otherwise; an empty title changes nothing. Raises ConversationMissing."""
        self.title(conversation_id, owner=owner)
        if named := _title(title):
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


_LISTED = "id, title, changed, collection"


def _listed(conversation_id: str, title: str, changed: str, collection: str | None) -> Listed:
    moment = datetime.datetime.fromisoformat(changed)
    return Listed(id=conversation_id, title=title, changed=moment, collection=collection)


def _exchange(
    number: int,
    question: str,
    answer: str | None,
    hits: str,
    draft: str,
    problem: str | None,
    history: str,
    replaces: int | None,
) -> KeptExchange:
    return KeptExchange(
        number=number,
        question=question,
        answer=None if answer is None else _ANSWER.validate_json(answer),
        hits=_HITS.validate_json(hits),
        draft=draft,
        problem=problem,
        history=_TURNS.validate_json(history),
        replaces=replaces,
    )


def _row(exchange: KeptExchange) -> tuple[Any, ...]:
    answer = exchange.answer
    said = answer.text or answer.reason or "" if answer else ""
    return (
        exchange.number,
        exchange.question,
        None if answer is None else _ANSWER.dump_json(answer).decode(),
        _HITS.dump_json(exchange.hits).decode(),
        exchange.draft,
        exchange.problem,
        f"{exchange.question} {said}".lower(),
        _TURNS.dump_json(exchange.history).decode(),
        exchange.replaces,
    )


def _title(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= TITLE_CHARACTERS else words[: TITLE_CHARACTERS - 1].rstrip() + "…"


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat()


def _undo_ends() -> str:
    """Return the moment before which a deletion is final."""
    return (datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=UNDO_HOURS)).isoformat()
