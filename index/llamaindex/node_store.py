"""The truth of a vector store: one SQLite file of nodes and their embeddings.

A number is never used twice, and what it stands for never changes: a node that is added again gets a new one. Whoever
holds derived data can therefore bring it up to date from the numbers alone.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llama_index.core.constants import DATA_KEY, TYPE_KEY
from llama_index.core.schema import BaseNode
from llama_index.core.storage.docstore.utils import json_to_doc

from index.errors import DiskFull, EmbedderMismatch, IndexCorrupt, IndexLocked, IndexTooNew, QueryError, StoreError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.embed import FloatMatrix

SCHEMA_VERSION = 1
LOCK_SECONDS = 30.0  # that a writer waits for another one
_APPLICATION_ID = 0x4F6E5256  # "OnRV"

_SCHEMA = """
CREATE TABLE nodes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, node_id TEXT NOT NULL UNIQUE, ref_doc_id TEXT,
    type TEXT NOT NULL, node TEXT NOT NULL, metadata TEXT NOT NULL, embedding BLOB NOT NULL
) STRICT;
CREATE INDEX nodes_of_ref_doc ON nodes(ref_doc_id);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO meta VALUES ('change', '0');
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """What decides whether derived data are up to date."""

    change: int  # grows with every change of the content
    width: int | None  # of an embedding; None: nothing was ever added, or everything was cleared


class NodeStore:
    """The SQLite file of a vector store. Readers and one writer may be many processes; a lock guards the connection.

    What a method wrote is on the disk when it returns.
    """

    def __init__(self, connection: sqlite3.Connection, where: str) -> None:
        """Not for callers: use NodeStore.open."""
        self._connection = connection
        self._where = where
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path | None) -> NodeStore:
        """Open a file, making it where there is none; None: a store that lives as long as the process.

        Raises:
            IndexCorrupt, IndexTooNew, IndexLocked, DiskFull, StoreError: see index.errors.
        """
        where = f"memory {uuid.uuid4()}" if path is None else str(path)
        with _mapped_errors(where):
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            store = cls(_connect(":memory:" if path is None else str(path)), where)
            try:
                store._prepare()
            except BaseException:
                store.close()
                raise
        return store

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _prepare(self) -> None:
        version, owner = (self._pragma(name) for name in ("user_version", "application_id"))
        if version == 0 and not self._connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            with self._transaction():
                if self._pragma("user_version") == 0:
                    self._make_tables()
            return
        if owner != _APPLICATION_ID:
            raise StoreError(f"{self._where} is another program's database; name another file")
        if version > SCHEMA_VERSION:
            raise IndexTooNew(
                f"the vector store at {self._where} has format {version}, and this version reads up to "
                f"{SCHEMA_VERSION}; update onrecord, or name another file"
            )
        # A file cut short or overwritten is found here rather than in the middle of a search.
        self._connection.execute("SELECT count(*) FROM nodes, meta").fetchone()

    def _make_tables(self) -> None:
        for statement in _SCHEMA.split(";\n"):
            self._connection.execute(statement)
        self._connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _pragma(self, name: str) -> int:
        return int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])

    # --- reading ----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Keep what is read inside the block as it was when the block began, whatever other processes write."""
        with self._lock, _mapped_errors(self._where):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("COMMIT")

    def state(self) -> StoreState:
        found = dict(self._rows("SELECT key, value FROM meta WHERE key IN ('change', 'width')"))
        return StoreState(change=int(found["change"]), width=int(found["width"]) if "width" in found else None)

    def meta(self, key: str) -> str | None:
        rows = self._rows("SELECT value FROM meta WHERE key = ?", (key,))
        return rows[0][0] if rows else None

    def ids(self) -> NDArray[np.int64]:
        """Return the numbers of all nodes, rising."""
        import numpy as np

        # From an index, so that the nodes themselves, thousands of bytes each, are not read for it.
        return np.sort(_numbers(self._rows("SELECT id FROM nodes INDEXED BY nodes_of_ref_doc")))

    def ids_of_nodes(self, node_ids: Iterable[str]) -> NDArray[np.int64]:
        """Return the numbers of those of the nodes that are there, rising."""
        return self._ids_where("node_id", node_ids)

    def ids_of_documents(self, ref_doc_ids: Iterable[str]) -> NDArray[np.int64]:
        """Return the numbers of the nodes of these documents, rising."""
        return self._ids_where("ref_doc_id", ref_doc_ids)

    def _ids_where(self, column: str, values: Iterable[str]) -> NDArray[np.int64]:
        listed = json.dumps(list(values))
        chosen = f"SELECT id FROM nodes WHERE {column} IN (SELECT value FROM json_each(?)) ORDER BY id"
        return _numbers(self._rows(chosen, (listed,)))

    def metadata(self, ids: NDArray[np.int64]) -> dict[int, dict[str, Any]]:
        """Return the metadata of nodes by number, with the source document's id as "ref_doc_id" and "doc_id".

        These names, and "document_id", are the ones under which llama-index's own stores filter on it; metadata of
        the node that are called so come first.
        """
        rows = self._rows_of("id, metadata, ref_doc_id", ids)
        return {row[0]: _names_of_document(row[2]) | json.loads(row[1]) for row in rows}

    def nodes(self, ids: NDArray[np.int64], *, embeddings: bool = False) -> dict[int, BaseNode]:
        """Return nodes by number, each as it was added, without its embedding unless that is asked for."""
        rows = self._rows_of("id, type, node, metadata, embedding", ids)
        return {row[0]: _node(row[1], row[2], row[3], row[4] if embeddings else None) for row in rows}

    def vectors(self, ids: NDArray[np.int64]) -> tuple[list[int], FloatMatrix]:
        """Return the numbers, rising, and (n_nodes, width) float32: their embeddings at unit length.

        An embedding of nothing but zeros stays so: it is similar to nothing.
        """
        import numpy as np

        rows = self._rows_of("id, embedding", ids)
        if not rows:
            return [], np.zeros((0, 0), dtype=np.float32)
        matrix = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4").reshape(len(rows), -1)
        return [row[0] for row in rows], unit(matrix.astype(np.float32))

    def _rows_of(self, columns: str, ids: NDArray[np.int64]) -> list[Any]:
        chosen = f"SELECT {columns} FROM nodes WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
        return self._rows(chosen, (json.dumps(ids.tolist()),))

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._lock, _mapped_errors(self._where):
            return self._connection.execute(statement, values).fetchall()

    # --- writing ----------------------------------------------------------------------------------------------------

    def add(self, nodes: Sequence[BaseNode], *, model: str | None) -> None:
        """Store nodes, all or none, each in place of the one with its node id.

        Args:
            model: what gave the embeddings; None: not known.

        Raises:
            QueryError: a node has no embedding, one that is not finite, or metadata that are not JSON.
            EmbedderMismatch: the embeddings are not as wide as those stored, or from another model.
        """
        rows = [_row(node) for node in nodes]
        widths = {len(row[-1]) // 4 for row in rows}
        if not rows:
            return
        with self._changing() as run:
            self._check_embeddings(widths, model)
            run("INSERT OR REPLACE INTO meta VALUES ('width', ?)", [(str(widths.pop()),)])
            if model is not None:
                run("INSERT OR REPLACE INTO meta VALUES ('model', ?)", [(model,)])
            # REPLACE removes the row with this node id and inserts one with a number never used before.
            run(
                "INSERT OR REPLACE INTO nodes (node_id, ref_doc_id, type, node, metadata, embedding) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                rows,
            )

    def _check_embeddings(self, widths: set[int], model: str | None) -> None:
        stored = self.state().width
        if len(widths | ({stored} - {None})) > 1:
            found = ", ".join(map(str, sorted(widths)))
            expected = f"those at {self._where} {stored}" if stored is not None else "all must be equally wide"
            raise EmbedderMismatch(f"the embeddings are {found} wide, {expected}; embed all with one model, or clear()")
        self.check_model(model)

    def check_model(self, model: str | None) -> None:
        """Raises EmbedderMismatch when the embeddings are known to come from another model."""
        stored = self.meta("model")
        if None not in (stored, model) and stored != model:
            raise EmbedderMismatch(
                f"the embeddings at {self._where} were made by {stored}, not {model}; use that one, or another file"
            )

    def remove(self, ids: NDArray[np.int64]) -> None:
        """Remove nodes by number."""
        with self._changing() as run:
            run("DELETE FROM nodes WHERE id = ?", [(number,) for number in ids.tolist()])

    def remove_document(self, ref_doc_id: str) -> None:
        """Remove the nodes of a document."""
        with self._changing() as run:
            run("DELETE FROM nodes WHERE ref_doc_id = ?", [(ref_doc_id,)])

    def clear(self) -> None:
        """Remove every node, and what is known of the embeddings: others may be added then."""
        with self._changing() as run:
            run("DELETE FROM nodes", [()])
            run("DELETE FROM meta WHERE key IN ('width', 'model')", [()])

    def copy_to(self, path: Path) -> None:
        """Make the file at `path` what this store is now, at once.

        Raises:
            StoreError: the file holds what another store wrote, or was written to since it was copied.
        """
        target = NodeStore.open(path)
        try:
            if target.meta("written_by") not in (None, self._where):
                raise StoreError(f"{path} was written by another store; persist to another folder, or delete that file")
            with self._transaction():
                self._sign()
            with self._lock, _mapped_errors(str(path)):
                self._connection.backup(target._connection)
        finally:
            target.close()

    @contextlib.contextmanager
    def _changing(self) -> Iterator[Any]:
        """Open a transaction that raises the change number; gives a function that runs a statement for many rows."""
        with self._transaction():
            yield self._connection.executemany
            self._connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'change'")
            self._sign()

    def _sign(self) -> None:
        """Note which store wrote last, so that a copy is not taken for the store and overwritten."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('written_by', ?)", (self._where,))

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


def unit(rows: FloatMatrix) -> FloatMatrix:
    """Return the rows at unit length; a row of zeros stays one."""
    import numpy as np

    lengths = np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True)
    return np.ascontiguousarray(rows / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)


def _connect(where: str) -> sqlite3.Connection:
    connection = sqlite3.connect(where, isolation_level=None, check_same_thread=False, timeout=LOCK_SECONDS)
    try:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("PRAGMA synchronous = FULL")  # what was added survives a power cut
    except BaseException:
        connection.close()
        raise
    return connection


def _row(node: BaseNode) -> tuple[str, str | None, str, str, str, bytes]:
    """Return a node as it is stored; the last is its embedding, little-endian float32."""
    import numpy as np

    if node.embedding is None:
        raise QueryError(f"node {node.node_id} has no embedding; embed it first, or add it through a VectorStoreIndex")
    embedding = np.asarray(node.embedding, dtype="<f4")
    if embedding.size == 0 or not np.isfinite(embedding).all():
        raise QueryError(f"the embedding of node {node.node_id} is empty or holds NaN or infinity; embed it again")
    try:
        data = node.model_dump(mode="json", exclude={"embedding"})
        metadata = json.dumps(data.pop("metadata", {}))
        return node.node_id, node.ref_doc_id, node.get_type(), json.dumps(data), metadata, embedding.tobytes()
    except (TypeError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise QueryError(
            f"node {node.node_id} cannot be stored as JSON ({reason}); use texts, numbers and lists in its metadata"
        ) from error


def _node(kind: str, content: str, metadata: str, embedding: bytes | None) -> BaseNode:
    import numpy as np

    data = json.loads(content) | {"metadata": json.loads(metadata)}
    node = json_to_doc({TYPE_KEY: kind, DATA_KEY: data})
    node.embedding = None if embedding is None else np.frombuffer(embedding, dtype="<f4").tolist()
    return node


def _names_of_document(ref_doc_id: str | None) -> Mapping[str, Any]:
    return {} if ref_doc_id is None else dict.fromkeys(("ref_doc_id", "doc_id", "document_id"), ref_doc_id)


def _numbers(rows: Iterable[Sequence[int]]) -> NDArray[np.int64]:
    import numpy as np

    return np.array([row[0] for row in rows], dtype=np.int64)


@contextlib.contextmanager
def _mapped_errors(where: str) -> Iterator[None]:
    """Turn what SQLite and the file system raise into this package's errors."""
    try:
        yield
    except sqlite3.Error as error:
        raise _store_error(error, where) from error
    except OSError as error:
        raise StoreError(f"{where} cannot be used as a vector store ({error.strerror}); name another file") from error


def _store_error(error: sqlite3.Error, where: str) -> StoreError:
    name = getattr(error, "sqlite_errorname", None) or "SQLITE_ERROR"
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR_WRITE")):
        return DiskFull(f"no room left to write {where}; nothing was half-written; free some space and try again")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "no such table" in str(error):
        return IndexCorrupt(f"{where} is no vector store, or a damaged one ({error}); name another file, or delete it")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return IndexLocked(f"another process is writing to {where}; try again when it is done")
    return StoreError(f"{where} cannot be used as a vector store ({error}); name another file")
