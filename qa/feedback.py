"""What readers say of answers, kept with all that led to them, for an evaluation to be made of.

One SQLite file, which the page writes and `onrecord eval from-feedback` reads.
"""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from pydantic import TypeAdapter, ValidationError

from index.types import Hit
from qa.errors import FeedbackError
from qa.types import Answer, Turn

FILE_NAME = "feedback.sqlite"
SCHEMA_VERSION = 1
Vote = Literal["right", "wrong", "not what the source says"]
_SCHEMA = """
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT, place TEXT NOT NULL, claim INTEGER NOT NULL, vote TEXT NOT NULL,
    said_at TEXT NOT NULL, history TEXT NOT NULL, as_of TEXT, answer TEXT NOT NULL, hits TEXT NOT NULL,
    UNIQUE (place, claim)
) STRICT
"""
_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
_HITS: TypeAdapter[tuple[Hit, ...]] = TypeAdapter(tuple[Hit, ...])
_TURNS: TypeAdapter[tuple[Turn, ...]] = TypeAdapter(tuple[Turn, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """A reader's word on an answer or on one of its sentences."""

    place: str  # which answer of which conversation: a second word on it takes the place of the first
    vote: Vote
    answer: Answer
    claim: int | None = None  # the number of the sentence, from 0; None: the whole answer
    history: tuple[Turn, ...] = ()
    as_of: datetime.date | None = None
    hits: tuple[Hit, ...] = ()


class FeedbackStore:
    """The feedback of a file. Safe to use from many threads and processes.

    Args:
        path: the file; it is made when it is missing and `create` is true.

    Raises:
        FeedbackError: it is missing, of a newer version, damaged, or cannot be written.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self._where = path
        self._lock = threading.Lock()
        if not create and not path.is_file():
            raise FeedbackError(f"no feedback at {path}; readers leave it in the chat, beside the index")
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
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise FeedbackError(f"{self._where} has format {version}; update onrecord to read it")
        if version == 0:
            self._connection.execute("BEGIN IMMEDIATE")
            if self._connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                self._connection.execute(_SCHEMA)
                self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            self._connection.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def put(self, feedback: Feedback) -> None:
        """Keep a reader's word in the place of an earlier one on the same answer or sentence."""
        row = (
            feedback.place,
            -1 if feedback.claim is None else feedback.claim,
            feedback.vote,
            datetime.datetime.now(datetime.UTC).isoformat(),
            _TURNS.dump_json(feedback.history).decode(),
            feedback.as_of.isoformat() if feedback.as_of else None,
            _ANSWER.dump_json(feedback.answer).decode(),
            _HITS.dump_json(feedback.hits).decode(),
        )
        with self._lock, self._mapped():
            self._connection.execute(
                "INSERT OR REPLACE INTO feedback (place, claim, vote, said_at, history, as_of, answer, hits) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )

    def drop(self, place: str, claim: int | None = None) -> None:
        """Take a reader's word back."""
        with self._lock, self._mapped():
            self._connection.execute(
                "DELETE FROM feedback WHERE place = ? AND claim = ?", (place, -1 if claim is None else claim)
            )

    def all(self) -> list[Feedback]:
        """Return all that was said, the oldest first.

        Raises:
            FeedbackError: what is kept cannot be read.
        """
        with self._lock, self._mapped():
            rows = self._connection.execute(
                "SELECT place, claim, vote, history, as_of, answer, hits FROM feedback ORDER BY id"
            ).fetchall()
        try:
            return [_feedback(*row) for row in rows]
        except ValidationError as error:
            raise FeedbackError(
                f"{self._where} cannot be read ({error.error_count()} faults); name another file"
            ) from error

    @contextlib.contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise FeedbackError(f"feedback cannot be kept in {self._where} ({error}); free or mend it") from error


def _feedback(place: str, claim: int, vote: str, history: str, as_of: str | None, answer: str, hits: str) -> Feedback:
    return Feedback(
        place=place,
        claim=None if claim < 0 else claim,
        vote=cast("Vote", vote),
        history=_TURNS.validate_json(history),
        as_of=None if as_of is None else datetime.date.fromisoformat(as_of),
        answer=_ANSWER.validate_json(answer),
        hits=_HITS.validate_json(hits),
    )
