"""The truth of an index: one SQLite file. Everything else is derived from it.

Ids are never used twice and only grow, and what an id stands for never changes: a document that changed keeps its id,
its articles and passages get new ones. What was removed is logged with the number of the change that removed it.
Whoever holds derived data of a `State` can therefore bring it up to date by reading what changed: the passages with a
greater id, and the removals of a later change.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import hashlib
import json
import sqlite3
import sys
import threading
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from index.errors import DiskFull, IndexCorrupt, IndexLocked, IndexMissing, IndexTooNew, SourceMissing, StoreError
from index.events import Event
from index.passages import embedded_text
from index.times import Period
from index.types import (
    Article,
    DateBasis,
    Dated,
    Document,
    DocumentOverview,
    Failure,
    Passage,
    Sentence,
    Span,
    StoredArticle,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.embed import FloatMatrix
    from index.filters import Filter

IdSpan: TypeAlias = tuple[int, int]  # ids greater than the first, up to and with the second

FILE_NAME = "index.sqlite"
SCHEMA_VERSION = 3
_APPLICATION_ID = 0x4F6E5265  # "OnRe"

_SCHEMA_1 = """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL UNIQUE, path TEXT NOT NULL, media_type TEXT NOT NULL,
    title TEXT, date TEXT, date_basis TEXT, content_hash BLOB NOT NULL, text TEXT NOT NULL, page_starts TEXT NOT NULL
) STRICT;
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, title TEXT, title_start INTEGER, title_end INTEGER,
    date TEXT, date_basis TEXT
) STRICT;
CREATE INDEX articles_of_document ON articles(document_id);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL, sentences BLOB NOT NULL,
    vector_key BLOB NOT NULL REFERENCES vectors(key)
) STRICT;
CREATE INDEX passages_of_article ON passages(article_id);
CREATE INDEX passages_of_vector ON passages(vector_key);
CREATE TABLE vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) STRICT;
CREATE TABLE failures (source TEXT PRIMARY KEY, reason TEXT NOT NULL) STRICT;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO meta VALUES ('change', '0');
"""
_SCHEMA_2 = """
CREATE TABLE removals (passage_id INTEGER PRIMARY KEY, change INTEGER NOT NULL, vector_key BLOB NOT NULL) STRICT;
CREATE INDEX removals_of_change ON removals(change);
CREATE TRIGGER passage_removed AFTER DELETE ON passages BEGIN INSERT INTO removals SELECT OLD.id, CAST(value AS INTEGER), OLD.vector_key FROM meta WHERE key = 'change'; END;
CREATE TABLE document_tags (
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, tag TEXT NOT NULL,
    PRIMARY KEY (document_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX documents_of_tag ON document_tags(tag);
INSERT INTO meta VALUES ('removals_from', (SELECT value FROM meta WHERE key = 'change'));
INSERT INTO meta VALUES ('swept', (SELECT value FROM meta WHERE key = 'change'));
DELETE FROM vectors WHERE key NOT IN (SELECT vector_key FROM passages);
"""  # noqa: E501 (a statement ends where a line ends in a semicolon)
# Times as day numbers of datetime.date; open on one side: 0, or that of date.max. Filled when a document is read again.
_SCHEMA_3 = """
CREATE TABLE events (
    passage_id INTEGER NOT NULL REFERENCES passages(id) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, basis TEXT NOT NULL
) STRICT;
CREATE INDEX events_of_passage ON events(passage_id);
CREATE INDEX events_of_time ON events(last, first, passage_id);
ALTER TABLE documents ADD COLUMN language TEXT;
"""
_LAST_DAY = datetime.date.max.toordinal()
_CHUNK = 5000  # passages read at once
_PASSAGES = (
    "SELECT passages.id, article_id, document_id, source, articles.title, articles.date, articles.date_basis, "
    "passages.text, passages.start, passages.end FROM passages JOIN articles ON articles.id = article_id "
    "JOIN documents ON documents.id = document_id"
)
_SCHEMAS = (_SCHEMA_1, _SCHEMA_2, _SCHEMA_3)  # step n takes version n to n + 1; a new file goes through all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a store held after a change: passages up to `last_id`, without those removed by then."""

    change: int
    last_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What filters ask of passages, one row a passage in the order of the ids."""

    ids: NDArray[np.int64]
    documents: NDArray[np.int64]  # the id of its document
    days: NDArray[np.int32]  # proleptic Gregorian ordinal of the article's date; 0: undated


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """What decides whether a file has to be read again."""

    document_id: int
    source: str
    path: str
    content_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassage:
    passage_id: int
    article_id: int
    document_id: int
    source: str
    article: str | None
    date: Dated | None
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document ready to be stored."""

    document: Document
    path: str
    content_hash: bytes
    articles: tuple[tuple[Article, tuple[Passage, ...]], ...]
    events: tuple[tuple[Event, ...], ...] = ()  # of each passage, in their order
    language: str | None = None  # ISO 639-1; None: not known

    def embedded_texts(self) -> dict[bytes, str]:
        """Return what has to be embedded, by the key its vector is kept under."""
        texts = [
            embedded_text(article.title, passage.text) for article, passages in self.articles for passage in passages
        ]
        return {vector_key(text): text for text in texts}


def vector_key(text: str) -> bytes:
    """Return the name under which the vector of an embedded text is kept."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Store:
    """The SQLite file of an index. Safe to use from many threads; readers and one writer may be many processes."""

    def __init__(self, connection: sqlite3.Connection, where: str, path: Path | None = None) -> None:
        self._connection = connection
        self._where = where
        self._path = path
        self._lock = threading.RLock()
        self._idle: list[sqlite3.Connection] = []  # for `reading`
        self._reading = threading.local()

    @classmethod
    def open(cls, folder: Path, *, create: bool) -> Store:
        """Open the store of an index folder, making it when `create` is true.

        Raises:
            IndexMissing, IndexCorrupt, IndexTooNew, DiskFull, StoreError: see index.errors.
        """
        path = folder / FILE_NAME
        if not path.is_file():
            if not create:
                raise IndexMissing(f"no index at {folder}; make one with `onrecord index PATH... --index {folder}`")
            with _mapped_errors(str(folder)):
                folder.mkdir(parents=True, exist_ok=True)
        with _mapped_errors(str(folder)):
            store = cls(_connect(path), str(folder), path)
            try:
                store._prepare()
            except BaseException:
                store.close()
                raise
        return store

    @classmethod
    def in_memory(cls) -> Store:
        """Return a store that lives as long as the process."""
        store = cls(sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False), "memory")
        store._prepare()
        return store

    def close(self) -> None:
        with self._lock:
            for connection in (self._connection, *self._idle):
                connection.close()
            self._idle.clear()

    def _prepare(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise IndexTooNew(
                f"the index at {self._where} has format {version}, and this version reads up to {SCHEMA_VERSION}; "
                "update onrecord, or index into a new folder"
            )
        self._connection.execute("PRAGMA foreign_keys = ON")
        if version < SCHEMA_VERSION:
            with self._transaction():  # all steps or none; another process may have been first
                for step in _SCHEMAS[self._connection.execute("PRAGMA user_version").fetchone()[0] :]:
                    for statement in step.split(";\n"):
                        self._connection.execute(statement)
                self._connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        # A file cut short or overwritten is found here rather than in the middle of a search.
        self._connection.execute("SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM meta)").fetchone()

    # --- reading ----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Let all that this thread reads inside be of one state, whatever is written meanwhile."""
        if self._path is None:
            with self._lock:
                yield
            return
        with _mapped_errors(self._where):
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = _connect(self._path)
            connection.execute("BEGIN")
        self._reading.connection = connection
        try:
            yield
        finally:
            self._reading.connection = None
            connection.execute("ROLLBACK")
            self._idle.append(connection)

    @property
    def change(self) -> int:
        """A number that grows with every change of the content."""
        return int(self.meta("change") or 0)

    def state(self) -> State:
        """Return what the store holds now, in one read."""
        row = self._rows(
            "SELECT (SELECT value FROM meta WHERE key = 'change'), "
            "(SELECT seq FROM sqlite_sequence WHERE name = 'passages')"
        )[0]
        return State(change=int(row[0] or 0), last_id=int(row[1] or 0))

    def meta(self, key: str) -> str | None:
        rows = self._rows("SELECT value FROM meta WHERE key = ?", (key,))
        return rows[0][0] if rows else None

    def documents(self) -> dict[str, StoredDocument]:
        """Return every document by its source, in the order of the sources."""
        rows = self._rows("SELECT id, source, path, content_hash FROM documents ORDER BY source")
        return {
            source: StoredDocument(document_id=number, source=source, path=path, content_hash=content_hash)
            for number, source, path, content_hash in rows
        }

    def page_starts(self, source: str) -> tuple[int, ...]:
        """Return where each page of a document begins in its text; nothing where it has no pages."""
        rows = self._rows("SELECT page_starts FROM documents WHERE source = ?", (source,))
        return tuple(json.loads(rows[0][0])) if rows else ()

    def place_of(self, source: str) -> tuple[str, str] | None:
        """Return where a document's file lay when it was last read, and its media type; None: there is no such one."""
        rows = self._rows("SELECT path, media_type FROM documents WHERE source = ?", (source,))
        return (rows[0][0], rows[0][1]) if rows else None

    def overview(self) -> list[DocumentOverview]:
        """Return what is known of every document, in the order of the sources."""
        rows = self._rows(
            "SELECT source, path, media_type, coalesce(documents.title, "
            "(SELECT title FROM articles WHERE document_id = documents.id ORDER BY start LIMIT 1)), "
            "min(articles.date), max(articles.date), language, "
            "count(DISTINCT articles.id), count(passages.id), "
            "(SELECT group_concat(tag, char(0)) FROM document_tags WHERE document_id = documents.id) FROM documents "
            "LEFT JOIN articles ON document_id = documents.id LEFT JOIN passages ON article_id = articles.id "
            "GROUP BY documents.id ORDER BY source"
        )
        return [
            DocumentOverview(
                source=row[0],
                path=row[1],
                media_type=row[2],
                title=row[3],
                first_day=None if row[4] is None else datetime.date.fromisoformat(row[4]),
                last_day=None if row[5] is None else datetime.date.fromisoformat(row[5]),
                language=row[6],
                articles=row[7],
                passages=row[8],
                tags=tuple(row[9].split("\0")) if row[9] else (),
            )
            for row in rows
        ]

    def failures(self) -> list[Failure]:
        rows = self._rows("SELECT source, reason FROM failures ORDER BY source")
        return [Failure(source=source, reason=reason) for source, reason in rows]

    def counts(self) -> tuple[int, int, int, int]:
        """Return how many documents, articles, passages and failures there are."""
        tables = ("documents", "articles", "passages", "failures")
        row = self._rows(f"SELECT {', '.join(f'(SELECT count(*) FROM {table})' for table in tables)}")[0]
        return cast("tuple[int, int, int, int]", tuple(row))

    def content_digest(self) -> str:
        """Return a hash of every document's name, content and date."""
        rows = self._rows("SELECT source, hex(content_hash), title, date FROM documents ORDER BY source")
        return hashlib.sha256(json.dumps([list(row) for row in rows]).encode()).hexdigest()

    def text_of(self, source: str) -> str:
        """Return the text of a document by its source, or by a path that one source ends."""
        rows = self._rows("SELECT text FROM documents WHERE source = ?", (source,))
        if not rows:
            rows = self._rows("SELECT text FROM documents WHERE source = ?", (self._source_like(source),))
        return cast("str", rows[0][0])

    def _source_like(self, name: str) -> str:
        wanted = name.replace("\\", "/").rstrip("/")
        found = [
            source
            for (source, path) in self._rows("SELECT source, path FROM documents ORDER BY source")
            if f"/{wanted}".endswith(f"/{source}") or f"/{source}".endswith(f"/{wanted}") or path == wanted
        ]
        if len(found) == 1:
            return cast("str", found[0])
        if found:
            raise SourceMissing(f"{name} may be any of {', '.join(found[:5])}; give the whole name")
        raise SourceMissing(f"no document {name} in the index at {self._where}; `onrecord stats` says what is there")

    def passage_ids(self) -> NDArray[np.int64]:
        """Return the ids of all passages, rising."""
        import numpy as np

        return np.array([row[0] for row in self._rows("SELECT id FROM passages ORDER BY id")], dtype=np.int64)

    def count_passages(self, span: IdSpan) -> int:
        """Return how many passages there are with an id of a span."""
        return cast("int", self._rows("SELECT count(*) FROM passages WHERE id > ? AND id <= ?", span)[0][0])

    def removed(self, since: State, until: State) -> NDArray[np.int64] | None:
        """Return the ids that were removed by the changes from one state to the other, rising.

        None: what was removed since then is not known any more.
        """
        import numpy as np

        if since.change < int(self.meta("removals_from") or 0):
            return None
        rows = self._rows(
            "SELECT passage_id FROM removals WHERE change > ? AND change <= ? ORDER BY passage_id",
            (since.change, until.change),
        )
        return np.array([row[0] for row in rows], dtype=np.int64)

    def vectors_between(self, span: IdSpan) -> Iterator[tuple[NDArray[np.int64], FloatMatrix]]:
        """Give the ids of a span and their vectors, one a row, in parts and rising."""
        after, last = span
        while rows := self._rows(
            "SELECT passages.id, vector FROM passages JOIN vectors ON key = vector_key "
            "WHERE passages.id > ? AND passages.id <= ? ORDER BY passages.id LIMIT ?",
            (after, last, _CHUNK),
        ):
            yield self._matrix(rows)
            after = rows[-1][0]

    def passages_between(self, span: IdSpan) -> Iterator[StoredPassage]:
        """Give the passages whose ids are of a span, rising."""
        after, last = span
        while rows := self._rows(
            f"{_PASSAGES} WHERE passages.id > ? AND passages.id <= ? ORDER BY passages.id LIMIT ?",
            (after, last, _CHUNK),
        ):
            yield from map(_stored_passage, rows)
            after = rows[-1][0]

    def columns(self, span: IdSpan) -> Columns:
        """Return what filters ask of the passages whose ids are of a span."""
        import numpy as np

        rows = self._rows(
            "SELECT passages.id, document_id, CAST(julianday(date) - 1721424.5 AS INTEGER) "
            "FROM passages JOIN articles ON articles.id = article_id "
            "WHERE passages.id > ? AND passages.id <= ? ORDER BY passages.id",
            span,
        )
        ids, documents, days = zip(*rows, strict=True) if rows else ((), (), ())
        return Columns(
            ids=np.array(ids, dtype=np.int64),
            documents=np.array(documents, dtype=np.int64),
            days=np.array([day or 0 for day in days], dtype=np.int32),
        )

    def documents_of(self, where: Filter) -> NDArray[np.int64] | None:
        """Return the ids of the documents that a filter lets through; None: it asks nothing of documents."""
        import numpy as np

        conditions, values = where.conditions()
        if not conditions:
            return None
        rows = self._rows(f"SELECT id FROM documents WHERE {' AND '.join(conditions)}", values)
        return np.array([row[0] for row in rows], dtype=np.int64)

    def passages_of(self, where: Filter) -> NDArray[np.int64] | None:
        """Return the ids of the passages that tell of the time a filter names, rising; None: it names none."""
        import numpy as np

        if where.happened is None:
            return None
        first, last = _ordinals(where.happened)
        rows = self._rows(
            "SELECT DISTINCT passage_id FROM events WHERE last >= ? AND first <= ? ORDER BY passage_id", (first, last)
        )
        return np.array([row[0] for row in rows], dtype=np.int64)

    def events(self, article_id: int) -> tuple[Event, ...]:
        """Return the times that an article's sentences speak of, in the order of their words."""
        rows = self._rows(
            'SELECT events.start, events."end", first, last, basis FROM events '
            "JOIN passages ON passages.id = passage_id WHERE article_id = ? ORDER BY events.start",
            (article_id,),
        )
        return tuple(Event(start=row[0], end=row[1], period=_period(*row[2:4]), basis=row[4]) for row in rows)

    def passages(self, ids: Iterable[int]) -> dict[int, StoredPassage]:
        """Return the passages that still exist, by id."""
        found: dict[int, StoredPassage] = {}
        for part in _parts(ids):
            for row in self._rows(f"{_PASSAGES} WHERE passages.id IN ({_marks(part)})", part):
                found[row[0]] = _stored_passage(row)
        return found

    def vectors(self, ids: Iterable[int]) -> tuple[NDArray[np.int64], FloatMatrix]:
        """Return the ids that exist, rising, and their vectors, one a row."""
        rows = [
            row
            for part in _parts(ids)
            for row in self._rows(
                "SELECT passages.id, vector FROM passages JOIN vectors ON key = vector_key "
                f"WHERE passages.id IN ({_marks(part)})",
                part,
            )
        ]
        return self._matrix(sorted(rows))

    def _matrix(self, rows: Sequence[tuple[int, bytes]]) -> tuple[NDArray[np.int64], FloatMatrix]:
        import numpy as np

        if not rows:
            return np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.float32)
        if len({len(row[1]) for row in rows}) != 1 or not rows[0][1] or len(rows[0][1]) % 4:
            raise IndexCorrupt(f"the vectors of {self._where} are not equally wide; delete the folder and index again")
        matrix = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4").reshape(len(rows), -1)
        return np.array([row[0] for row in rows], dtype=np.int64), matrix.astype(np.float32, copy=False)

    def articles(self, ids: Iterable[int]) -> dict[int, StoredArticle]:
        """Return the articles that still exist, by id."""
        found: dict[int, StoredArticle] = {}
        for part in _parts(ids):
            sentences = self._sentences(part)
            for row in self._rows(
                "SELECT articles.id, document_id, source, articles.title, title_start, title_end, articles.date, "
                'articles.date_basis, start, "end" FROM articles JOIN documents ON documents.id = document_id '
                f"WHERE articles.id IN ({_marks(part)})",
                part,
            ):
                found[row[0]] = _stored_article(row, sentences.get(row[0], ()))
        return found

    def articles_of(self, source: str) -> list[StoredArticle]:
        """Return the articles of a document in order."""
        rows = self._rows(
            "SELECT articles.id FROM articles JOIN documents ON documents.id = document_id WHERE source = ?", (source,)
        )
        return sorted(self.articles([row[0] for row in rows]).values(), key=lambda article: article.start)

    def _sentences(self, article_ids: Sequence[int]) -> dict[int, tuple[Sentence, ...]]:
        found: dict[int, list[Sentence]] = {}
        for article_id, start, text, packed in self._rows(
            f"SELECT article_id, start, text, sentences FROM passages WHERE article_id IN ({_marks(article_ids)}) "
            "ORDER BY article_id, start",
            article_ids,
        ):
            found.setdefault(article_id, []).extend(
                Sentence(start=low, end=high, text=text[low - start : high - start]) for low, high in _unpack(packed)
            )
        return {article_id: tuple(sentences) for article_id, sentences in found.items()}

    def known_vectors(self, keys: Iterable[bytes]) -> set[bytes]:
        """Return those of the keys whose vectors are there."""
        return {
            row[0]
            for part in _parts(keys)
            for row in self._rows(f"SELECT key FROM vectors WHERE key IN ({_marks(part)})", part)
        }

    def problems(self) -> list[str]:
        """Return what SQLite's own checks find wrong, one line each."""
        found = [row[0] for row in self._rows("PRAGMA integrity_check(5)") if row[0] != "ok"]
        found += [f"{row[0]} {row[1]} points to a missing {row[2]}" for row in self._rows("PRAGMA foreign_key_check")]
        return found

    def broken_rows(self, dimension: int) -> Iterator[str]:
        """Say which passages are not the words of their document, and which vectors are not of unit length."""
        import numpy as np

        text, held = "", None
        for number, document_id, start, end, words in self._each(
            "SELECT passages.id, document_id, passages.start, passages.end, passages.text FROM passages "
            "JOIN articles ON articles.id = article_id WHERE passages.id > ? ORDER BY passages.id LIMIT ?"
        ):
            if document_id != held:
                text, held = self._rows("SELECT text FROM documents WHERE id = ?", (document_id,))[0][0], document_id
            if text[start:end] != words:
                yield f"passage {number} is not what stands at {start}..{end} of its document"
        for number, vector in self._each("SELECT rowid, vector FROM vectors WHERE rowid > ? ORDER BY rowid LIMIT ?"):
            row = np.frombuffer(vector, dtype="<f4") if len(vector) == 4 * dimension else np.zeros(0, np.float32)
            if not abs(float(row @ row) - 1.0) < 1e-3:
                yield f"vector {number} is not {dimension} numbers of unit length"

    def _each(self, statement: str) -> Iterator[Any]:
        """Give the rows of a statement that reads a part of a table after a number, in parts."""
        after = 0
        while rows := self._rows(statement, (after, _CHUNK)):
            yield from rows
            after = rows[-1][0]

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        own = getattr(self._reading, "connection", None)
        with contextlib.nullcontext() if own else self._lock, _mapped_errors(self._where):
            return (own or self._connection).execute(statement, values).fetchall()

    # --- writing ----------------------------------------------------------------------------------------------------

    def put(self, prepared: Prepared, vectors: Mapping[bytes, FloatMatrix]) -> None:
        """Store a document in place of the one with the same source. `vectors` are those not stored yet, by key."""
        self.put_many([prepared], vectors)

    def put_many(self, documents: Iterable[Prepared], vectors: Mapping[bytes, FloatMatrix]) -> None:
        """Store documents in one transaction, each in place of the one with the same source."""
        with self._changing() as run:
            run(
                "INSERT INTO vectors VALUES (?, ?) ON CONFLICT DO NOTHING",
                [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()],
            )
            for prepared in documents:
                document_id = self._put_document(prepared)
                run("DELETE FROM failures WHERE source = ?", [(prepared.document.source,)])
                events = iter(prepared.events)
                for article, passages in prepared.articles:
                    self._put_article(document_id, article, passages, [next(events, ()) for _ in passages])

    def _put_document(self, prepared: Prepared) -> int:
        document = prepared.document
        values = {
            "source": document.source,
            "path": prepared.path,
            "media_type": document.media_type,
            "title": document.title,
            "date": _iso(document.date),
            "date_basis": _basis(document.date),
            "content_hash": prepared.content_hash,
            "text": document.text,
            "page_starts": json.dumps(document.page_starts),
            "language": prepared.language,
        }
        changes = ", ".join(f"{name} = excluded.{name}" for name in values if name != "source")
        row = self._connection.execute(
            f"INSERT INTO documents ({', '.join(values)}) VALUES ({_marks(values)}) "
            f"ON CONFLICT (source) DO UPDATE SET {changes} RETURNING id",
            list(values.values()),
        ).fetchone()
        self._connection.execute("DELETE FROM articles WHERE document_id = ?", row)
        self._connection.execute("DELETE FROM document_tags WHERE document_id = ?", row)
        self._connection.executemany(
            "INSERT INTO document_tags VALUES (?, ?)", [(row[0], tag) for tag in dict.fromkeys(document.tags)]
        )
        return cast("int", row[0])

    def _put_article(
        self, document_id: int, article: Article, passages: Sequence[Passage], events: Sequence[Sequence[Event]]
    ) -> None:
        span = article.title_span
        article_id = self._connection.execute(
            'INSERT INTO articles (document_id, start, "end", title, title_start, title_end, date, date_basis) '
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document_id,
                article.start,
                article.end,
                article.title,
                None if span is None else span.start,
                None if span is None else span.end,
                _iso(article.date),
                _basis(article.date),
            ),
        ).lastrowid
        for p, told in zip(passages, events, strict=True):
            key = vector_key(embedded_text(article.title, p.text))
            passage_id = self._connection.execute(
                'INSERT INTO passages (article_id, start, "end", text, sentences, vector_key) '
                "VALUES (?, ?, ?, ?, ?, ?)",
                (article_id, p.start, p.end, p.text, _pack(p), key),
            ).lastrowid
            self._connection.executemany(
                "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)",
                [(passage_id, e.start, e.end, *_ordinals(e.period), e.basis) for e in told],
            )

    def remove(self, sources: Iterable[str]) -> None:
        """Remove documents by source."""
        with self._changing() as run:
            run("DELETE FROM documents WHERE source = ?", [(source,) for source in sources])

    def set_failures(self, failures: Iterable[Failure]) -> None:
        """Replace what is known to have failed, and remove what those files held before."""
        rows = [(failure.source, failure.reason) for failure in failures]
        with self._changing() as run:
            run("DELETE FROM failures", [()])
            run("INSERT OR REPLACE INTO failures VALUES (?, ?)", rows)
            run("DELETE FROM documents WHERE source = ?", [(source,) for source, _ in rows])

    def set_paths(self, paths: Mapping[str, str]) -> None:
        """Note where files lie that moved with their name and content unchanged."""
        with self._changing() as run:
            run("UPDATE documents SET path = ? WHERE source = ?", [(path, source) for source, path in paths.items()])

    def set_meta(self, values: Mapping[str, str]) -> None:
        with self._changing() as run:
            run("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))

    def drop_unused_vectors(self) -> None:
        """Remove vectors that no passage uses any more; looks at those of passages removed since the last time."""
        with self._transaction():
            self._connection.execute(
                "DELETE FROM vectors WHERE key IN (SELECT vector_key FROM removals "
                "WHERE change > (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'swept')) "
                "AND NOT EXISTS (SELECT 1 FROM passages WHERE vector_key = key)"
            )
            self._connection.execute(
                "UPDATE meta SET value = (SELECT value FROM meta WHERE key = 'change') WHERE key = 'swept'"
            )

    def forget_removals(self, until: State) -> None:
        """Drop the log of what was removed by the changes up to a state that every derived file has reached."""
        self.drop_unused_vectors()
        with self._transaction():
            self._connection.execute("DELETE FROM removals WHERE change <= ?", (until.change,))
            self._connection.execute("UPDATE meta SET value = ? WHERE key = 'removals_from'", (str(until.change),))

    def rename(self, moves: Mapping[str, tuple[str, str]]) -> None:
        """Give documents another source and path, all at once, with their ids and passages kept.

        Args:
            moves: (new source, new path) by present source; a document that is called so and does not move itself goes.
        """
        with self._changing() as run:
            targets = [new for new, _ in moves.values()]
            run("DELETE FROM documents WHERE source = ?", [(new,) for new in targets if new not in moves])
            # No file is called with a NUL: in between, each has a name that is nobody else's.
            run("UPDATE documents SET source = ? WHERE source = ?", [("\0" + old, old) for old in moves])
            rows = [(new, path, "\0" + old) for old, (new, path) in moves.items()]
            run("UPDATE documents SET source = ?, path = ? WHERE source = ?", rows)
            run("DELETE FROM failures WHERE source = ?", [(new,) for new in targets])

    def begin_settings(self, settings: str) -> None:
        """Note which settings documents are stored with from now on, and that those before have to be read again."""
        with self._changing() as run:
            run("UPDATE documents SET content_hash = x''", [()])
            run("INSERT OR REPLACE INTO meta VALUES ('settings_begun', ?)", [(settings,)])

    @contextlib.contextmanager
    def _changing(self) -> Iterator[Any]:
        """Open a transaction that raises the change number; gives a function that runs a statement for many rows."""
        with self._transaction():
            self._connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'change'")
            yield self._connection.executemany

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, _mapped_errors(self._where):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file for reading and writing, or for reading alone where writing is not possible."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    try:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        # A commit that was reported must outlive a power cut: derived files hold what it added, under its ids.
        connection.execute("PRAGMA synchronous = FULL")
    except sqlite3.OperationalError as error:
        connection.close()
        if _name(error).split("_")[1] not in {"READONLY", "CANTOPEN"} or not path.is_file():
            raise
        return sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None, check_same_thread=False
        )
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def _mapped_errors(where: str) -> Iterator[None]:
    """Turn what SQLite and the file system raise into this package's errors."""
    try:
        yield
    except sqlite3.Error as error:
        raise _store_error(error, where) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(f"no room left to write {where}; nothing was half-written; free some space") from error
        raise StoreError(f"{where} cannot be used as an index folder ({error.strerror}); name another one") from error


def _store_error(error: sqlite3.Error, where: str) -> StoreError:
    name = _name(error)
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR_WRITE")):
        return DiskFull(f"no room left to write {where}; nothing was half-written; free some space and try again")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "no such table" in str(error):
        return IndexCorrupt(f"the index at {where} is damaged ({error}); delete the folder and index again")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return IndexLocked(f"another process is writing to the index at {where}; try again when it is done")
    return StoreError(f"the index at {where} cannot be used ({error}); name another folder with --index")


def _name(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", None) or "SQLITE_ERROR"


def _stored_passage(row: Sequence[Any]) -> StoredPassage:
    return StoredPassage(
        passage_id=row[0],
        article_id=row[1],
        document_id=row[2],
        source=row[3],
        article=row[4],
        date=_dated(row[5], row[6]),
        text=row[7],
        start=row[8],
        end=row[9],
    )


def _stored_article(row: Sequence[Any], sentences: tuple[Sentence, ...]) -> StoredArticle:
    return StoredArticle(
        article_id=row[0],
        document_id=row[1],
        source=row[2],
        title=row[3],
        title_span=None if row[4] is None else Span(start=row[4], end=row[5]),
        date=_dated(row[6], row[7]),
        start=row[8],
        end=row[9],
        sentences=sentences,
    )


def _ordinals(period: Period) -> tuple[int, int]:
    """Return the first and last day of a period as numbers; an open side as what lies before or after every day."""
    first = 0 if period.first is None else period.first.toordinal()
    return first, _LAST_DAY if period.last is None else period.last.toordinal()


def _period(first: int, last: int) -> Period:
    return Period(
        first=None if first == 0 else datetime.date.fromordinal(first),
        last=None if last == _LAST_DAY else datetime.date.fromordinal(last),
    )


def _iso(date: Dated | None) -> str | None:
    return None if date is None else date.value.isoformat()


def _basis(date: Dated | None) -> str | None:
    return None if date is None else date.basis


def _dated(value: str | None, basis: str | None) -> Dated | None:
    if value is None:
        return None
    return Dated(value=datetime.date.fromisoformat(value), basis=cast("DateBasis", basis))


def _pack(passage: Passage) -> bytes:
    offsets = array("I", [offset for s in passage.sentences for offset in (s.start, s.end)])
    if sys.byteorder == "big":
        offsets.byteswap()
    return offsets.tobytes()


def _unpack(packed: bytes) -> list[tuple[int, int]]:
    offsets = array("I")
    offsets.frombytes(packed)
    if sys.byteorder == "big":
        offsets.byteswap()
    return list(zip(offsets[::2], offsets[1::2], strict=True))


def _marks(values: Iterable[Any]) -> str:
    return ", ".join("?" for _ in values)


def _parts(values: Iterable[Any], size: int = 500) -> Iterator[list[Any]]:
    """Cut a list so that no statement has more values than SQLite takes."""
    whole = [int(value) if hasattr(value, "__index__") else value for value in values]
    for start in range(0, len(whole), size):
        yield whole[start : start + size]
