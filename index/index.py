"""An index of documents: open it, make it match files, search it."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
import threading
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from index.config import IndexConfig
from index.embed import (
    Embedder,
    QuantizedEmbedder,
    SentenceTransformerEmbedder,
    default_embedder,
    float_embedder,
    open_embedder,
)
from index.errors import EmbedderMismatch, IndexLocked, LoadError, QueryError, SourceMissing, StoreError
from index.fuse import Fused, fuse
from index.reading import ReadingLimits, prepare
from index.sources import find_sources
from index.store import Prepared, Store, StoredPassage
from index.sync import Progress, synchronise
from index.types import Article, Dated, Document, Failure, Hit, IndexStats, StoredArticle, SyncReport

if TYPE_CHECKING:
    import numpy as np
    from filelock import BaseFileLock
    from numpy.typing import NDArray

    from index.dense import DenseHits, DenseIndex
    from index.lexical import LexicalEntry, LexicalHits, LexicalIndex

LOCK_NAME = "write.lock"
MAX_QUERY_WORDS = 256  # what the packaged embedder reads; the rest of a longer query is left out
MAX_QUERY_CHARACTERS = 4000
_CHUNK = 5000  # passages read from the store at once


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageInput:
    """A text that is searched without being indexed on disk."""

    source: str
    text: str
    title: str | None = None
    date: datetime.date | None = None


class Index:
    """The documents of one folder, searchable by meaning and by words. Use it as a context manager.

    Reading works while another process writes; what that one stored is seen by the next search. Safe to use from many
    threads.
    """

    def __init__(self, store: Store, embedder: Embedder, config: IndexConfig, folder: Path | None) -> None:
        """Not for callers: use Index.open or Index.of_passages."""
        self._store = store
        self._embedder = embedder
        self._config = config
        self._folder = folder
        self._mutex = threading.RLock()
        self._dense: DenseIndex | None = None
        self._lexical: LexicalIndex | None = None
        self._write_lock: BaseFileLock | None = None
        self._fingerprint: tuple[int, str] | None = None

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        embedder: Embedder | str | None = None,
        create: bool = True,
        config: IndexConfig = IndexConfig(),  # noqa: B008 (frozen)
    ) -> Index:
        """Open the index in a folder.

        Args:
            path: the folder; made when it is not there and `create` is true.
            embedder: an embedder, or the name of one as `open_embedder` takes it; None: the packaged one, in float32
                where the index was made with that.
            create: whether to make an index where there is none.

        Raises:
            IndexMissing, IndexCorrupt, IndexTooNew, DiskFull, StoreError: the folder cannot be used.
            EmbedderMismatch: the index was made with another embedder.
            WeightsError: the embedder is missing or damaged.
        """
        folder = Path(path).expanduser().absolute()
        store = Store.open(folder, create=create)
        try:
            chosen = _embedder(embedder) if embedder is not None else _packaged_embedder(store)
            _check_embedder(store, chosen, folder)
        except BaseException:
            store.close()
            raise
        return cls(store, chosen, config, folder)

    @classmethod
    def of_passages(
        cls,
        passages: Iterable[PassageInput],
        *,
        embedder: Embedder | str | None = None,
        config: IndexConfig = IndexConfig(),  # noqa: B008 (frozen)
    ) -> Index:
        """Return an index in memory, in which each passage is a document with one article.

        Passages without a word are left out. Where two have the same source, the second is named "source (2)".
        """
        index = cls(Store.in_memory(), _embedder(embedder), config, None)
        prepared = list(_prepared_inputs(passages, config.max_passage_tokens))
        texts = {key: text for document in prepared for key, text in document.embedded_texts().items()}
        vectors = dict(zip(texts, index.embedder.embed_passages(list(texts.values())), strict=True))
        for document in prepared:
            index._store.put(document, {key: vectors[key] for key in document.embedded_texts()})
        return index

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files. The index cannot be used afterwards."""
        self._store.close()
        self._dense = self._lexical = None

    # --- writing ----------------------------------------------------------------------------------------------------

    def sync(
        self,
        paths: Iterable[str | Path],
        *,
        progress: Progress | None = None,
        limits: ReadingLimits = ReadingLimits(),  # noqa: B008 (frozen)
        unsettled: Collection[Path] = (),
    ) -> SyncReport:
        """Make the index hold exactly the files at these paths, and say what was added, updated and removed.

        A file whose content did not change is not read again, and what was embedded once is not embedded again. A file
        that was renamed or moved is removed under its old name and added under its new one, with the same passages
        (and ids) behind it. A file that cannot be turned into text is reported as failed, what it held before is
        removed, and it is tried again the next time. Files are read by child processes, which end with this call. Any
        interruption leaves the index whole, and the next call goes on.

        Args:
            paths: files and folders; see `find_sources` for what of a folder is taken and how it is named.
            progress: called with a source, how many files are done and how many there are.
            limits: what reading one file may cost; what costs more has failed.
            unsettled: absolute paths of files that are being written; they stay as they are in the index.

        Raises:
            ReaderError: the processes that read files do not start.
            SourceError: a path cannot be used; the index is as it was before.
            IndexLocked: another process is writing.
            DiskFull: there is no room; what was stored before stays.
        """
        from index.load import SUFFIXES

        found = find_sources([Path(path) for path in paths], suffixes=SUFFIXES, leave_out=self._folder)
        with self._writing():
            self._stamp_embedder()
            report = synchronise(
                self._store,
                self._embedder,
                self._config,
                found,
                limits=limits,
                unsettled=unsettled,
                progress=progress,
            )
            self._current()
        return report

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the right to write, which one process has at a time."""
        if self._folder is None:
            raise StoreError("an index in memory holds what it was made of; open one in a folder to index files")
        if not os.access(self._folder, os.W_OK):
            raise StoreError(f"there is no right to write to {self._folder}; change that, or name another folder")
        if not self._try_lock(seconds=1.0):
            raise IndexLocked(f"another process is writing to the index at {self._folder}; try again when it is done")
        try:
            yield
        finally:
            self._release_lock()

    def _stamp_embedder(self) -> None:
        """Note the embedder; the check is made again under the lock, since another process may have been first."""
        assert self._folder is not None
        _check_embedder(self._store, self._embedder, self._folder)
        if self._store.meta("embedder_fingerprint") != self._embedder.fingerprint:
            self._store.drop_unused_vectors()
            self._store.set_meta({"embedder": self._embedder.name, "embedder_fingerprint": self._embedder.fingerprint})

    # --- searching --------------------------------------------------------------------------------------------------

    def search(self, query: str, *, limit: int = 10, as_of: datetime.date | None = None) -> list[Hit]:
        """Return the passages that best match a query by meaning and by words, best first.

        Args:
            query: any text; what is beyond MAX_QUERY_WORDS is not searched for.
            limit: at most this many.
            as_of: leaves out articles dated later; those without a date stay.

        Raises:
            QueryError: nothing is asked, or the limit is not positive.
        """
        return self.search_many([query], limit=limit, as_of=as_of)[0]

    def search_many(
        self, queries: Sequence[str], *, limit: int = 10, as_of: datetime.date | None = None
    ) -> list[list[Hit]]:
        """Return the hits of each query, as `search` does, embedding the queries together."""
        if limit <= 0:
            raise QueryError(f"at most {limit} results were asked for; ask for 1 or more")
        cleaned = [_clean(query) for query in queries]
        dense, lexical = self._current()
        if not cleaned or not len(dense):
            return [[] for _ in cleaned]
        only = None if as_of is None else self._store.passage_ids(as_of)
        count = max(self._config.candidates, limit)
        nearest = dense.search(self._embedder.embed_queries(cleaned), limit=count, only=only)
        boost = self._config.title_boost
        return [
            self._hits(near, lexical.search(query, limit=count, title_boost=boost, as_of=as_of), limit)
            for query, near in zip(cleaned, nearest, strict=True)
        ]

    def _hits(self, near: DenseHits, shared: LexicalHits, limit: int) -> list[Hit]:
        weights = (self._config.dense_weight, self._config.lexical_weight)
        fused = fuse([near.ids, shared.ids], weights=weights, constant=self._config.fusion_constant)
        stored = self._store.passages(item.item for item in fused)
        # A passage may have been removed since it was found.
        found = [(item, stored[item.item]) for item in fused if item.item in stored][:limit]
        return [_hit(item, passage, rank) for rank, (item, passage) in enumerate(found, 1)]

    # --- what is stored ---------------------------------------------------------------------------------------------

    def article(self, article_id: int) -> StoredArticle:
        """Return an article with its sentences. Raises SourceMissing when it is gone."""
        return self.articles([article_id])[0]

    def articles(self, ids: Iterable[int]) -> list[StoredArticle]:
        """Return articles in the order of their ids given. Raises SourceMissing when one is gone."""
        wanted = list(ids)
        found = self._store.articles(dict.fromkeys(wanted))
        for article_id in wanted:
            if article_id not in found:
                raise SourceMissing(f"article {article_id} is not in the index any more; search again")
        return [found[article_id] for article_id in wanted]

    def text_of(self, source: str) -> str:
        """Return the text of a document as indexed, by its source or by a path that ends in it.

        Raises:
            SourceMissing: no document, or more than one, is called so.
        """
        return self._store.text_of(source)

    def sources(self) -> list[str]:
        """Return the source of every document, in alphabetical order."""
        return list(self._store.documents())

    def failures(self) -> list[Failure]:
        """Return the files that the last sync could not read."""
        return self._store.failures()

    def stats(self) -> IndexStats:
        documents, articles, passages, failed = self._store.counts()
        return IndexStats(
            documents=documents,
            articles=articles,
            passages=passages,
            bytes=_size(self._folder) if self._folder is not None else 0,
            embedder=self._embedder.name,
            fingerprint=self.fingerprint,
            failed=failed,
        )

    @property
    def fingerprint(self) -> str:
        """A hash that changes with the indexed content, the embedder and the indexing settings."""
        change = self._store.change
        if self._fingerprint is None or self._fingerprint[0] != change:
            parts = [self._store.content_digest(), self._embedder.fingerprint, self._config.fingerprint]
            self._fingerprint = change, hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
        return self._fingerprint[1]

    @property
    def embedder(self) -> Embedder:
        return self._embedder

    @property
    def config(self) -> IndexConfig:
        return self._config

    def check(self) -> list[str]:
        """Return what is wrong with the index, a line each, with how to mend it; nothing when all is well."""
        problems = self._store.problems()
        if problems:
            return [f"the index is damaged ({problem}); delete the folder and index again" for problem in problems]
        found = []
        settings = self._store.meta("settings")
        if settings is not None and settings != self._config.fingerprint:
            found.append("the index was made with other settings; run `onrecord index` again to bring it up to date")
        dense, lexical = self._current()
        passages = self._store.counts()[2]
        for name, count in (("dense", len(dense)), ("lexical", len(lexical))):
            if count != passages:
                found.append(
                    f"the {name} part holds {count} passages, not {passages}; run `onrecord index` again when nobody "
                    "else writes to it"
                )
        return found

    # --- derived parts ----------------------------------------------------------------------------------------------

    def warm(self) -> None:
        """Load the embedder and the derived parts now, so that the first search does not wait for them."""
        self._current()
        if isinstance(self._embedder, SentenceTransformerEmbedder | QuantizedEmbedder):
            self._embedder.warm()

    def _current(self) -> tuple[DenseIndex, LexicalIndex]:
        """Return the derived parts, brought up to date with the store."""
        with self._mutex:
            change = self._store.change
            dense, lexical = self._dense or self._load_dense(), self._lexical or self._load_lexical()
            self._dense, self._lexical = dense, lexical
            if dense.change != change or lexical.change != change:
                self._lexical = lexical = self._catch_up(dense, lexical, change)
            return dense, lexical

    def _load_dense(self) -> DenseIndex:
        from index.dense import DenseIndex

        width = self._embedder.dimension
        return (DenseIndex.load(self._folder, width) if self._folder is not None else None) or DenseIndex(width)

    def _load_lexical(self) -> LexicalIndex:
        """Return what is in the folder, or an empty one: in the folder, or in memory where that cannot be written."""
        from index.lexical import LexicalIndex

        if self._folder is None:
            return LexicalIndex()
        found = LexicalIndex.load(self._folder)
        if found is not None:
            return found
        if not self._try_lock():
            return LexicalIndex()
        try:
            return LexicalIndex.create(self._folder)
        except (OSError, ValueError):
            return LexicalIndex()
        finally:
            self._release_lock()

    def _catch_up(self, dense: DenseIndex, lexical: LexicalIndex, change: int) -> LexicalIndex:
        """Add and remove what the store has more or less; return the lexical index to go on with."""
        ids = self._store.passage_ids()
        self._catch_up_dense(dense, ids)
        dense.change = change
        if self._folder is None or lexical.in_memory:
            self._catch_up_lexical(lexical, ids)
            lexical.mark(change)
            return lexical
        if not self._try_lock():
            lexical.reload()  # the process that has the lock is about to write it; what is gone is left out of hits
            return lexical
        try:
            lexical.reload()
            self._catch_up_lexical(lexical, ids)
            lexical.mark(change)
            dense.save(self._folder)
            return lexical
        except (OSError, ValueError):  # no room; the truth is stored, and the next opening tries again
            return self._in_memory(ids, change)
        finally:
            self._release_lock()

    def _in_memory(self, ids: NDArray[np.int64], change: int) -> LexicalIndex:
        from index.lexical import LexicalIndex

        lexical = LexicalIndex()
        self._catch_up_lexical(lexical, ids)
        lexical.mark(change)
        return lexical

    def _catch_up_dense(self, dense: DenseIndex, ids: NDArray[np.int64]) -> None:
        import numpy as np

        held = dense.ids()
        dense.remove(np.setdiff1d(held, ids).tolist())
        new = np.setdiff1d(ids, held)
        for start in range(0, len(new), _CHUNK):
            dense.add(*self._store.vectors(new[start : start + _CHUNK]))

    def _catch_up_lexical(self, lexical: LexicalIndex, ids: NDArray[np.int64]) -> None:
        import numpy as np

        held = np.array(lexical.ids(), dtype=np.int64)
        gone, new = np.setdiff1d(held, ids).tolist(), np.setdiff1d(ids, held)
        if gone or len(new):
            lexical.update(add=self._entries(new), remove=gone)

    def _entries(self, ids: NDArray[np.int64]) -> Iterator[LexicalEntry]:
        from index.lexical import LexicalEntry

        for start in range(0, len(ids), _CHUNK):
            for number, passage in self._store.passages(ids[start : start + _CHUNK]).items():
                yield LexicalEntry(
                    passage_id=number,
                    title=passage.article,
                    text=passage.text,
                    date=None if passage.date is None else passage.date.value,
                )

    # --- the right to write -----------------------------------------------------------------------------------------

    def _try_lock(self, *, seconds: float = 0.0) -> bool:
        """Take the right to write; False when another process has it, or the folder cannot be written to."""
        import filelock

        assert self._folder is not None
        with self._mutex:
            if self._write_lock is None:
                self._write_lock = filelock.FileLock(self._folder / LOCK_NAME)
        try:
            self._write_lock.acquire(timeout=seconds, poll_interval=0.05)
        except (filelock.Timeout, NotImplementedError, OSError):
            return False
        return True

    def _release_lock(self) -> None:
        assert self._write_lock is not None
        self._write_lock.release()


def _embedder(given: Embedder | str | None) -> Embedder:
    if given is None:
        return default_embedder()
    return open_embedder(given) if isinstance(given, str) else given


def _packaged_embedder(store: Store) -> Embedder:
    """Return the packaged embedder that the store's vectors are of: in float32 where an earlier version made them."""
    embedder = default_embedder()
    stored = store.meta("embedder_fingerprint")
    if stored in {None, embedder.fingerprint} or not store.counts()[2]:
        return embedder
    earlier = float_embedder()
    return earlier if earlier.fingerprint == stored else embedder


def _check_embedder(store: Store, embedder: Embedder, folder: Path) -> None:
    """Refuse an embedder whose vectors cannot be compared with those that are stored."""
    stored = store.meta("embedder_fingerprint")
    if stored in {None, embedder.fingerprint} or not store.counts()[2]:
        return
    name = store.meta("embedder") or "another one"
    raise EmbedderMismatch(
        f"the index at {folder} was made with the embedder {name} ({stored}), not {embedder.name} "
        f"({embedder.fingerprint}); use `--embedder {name}`, or index into a new folder"
    )


def _clean(query: str) -> str:
    """Return a query without control characters, at most as long as what is read of it."""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in query[:100_000])
    words = kept.split()
    if not any(unicodedata.category(c)[0] not in {"C", "Z"} for c in kept):
        raise QueryError("the query is empty; ask something in words")
    return " ".join(words[:MAX_QUERY_WORDS])[:MAX_QUERY_CHARACTERS]


def _hit(fused: Fused, passage: StoredPassage, rank: int) -> Hit:
    return Hit(
        passage_id=passage.passage_id,
        article_id=passage.article_id,
        document_id=passage.document_id,
        source=passage.source,
        article=passage.article,
        date=passage.date,
        text=passage.text,
        start=passage.start,
        end=passage.end,
        score=fused.score,
        rank=rank,
        dense_rank=fused.ranks[0],
        lexical_rank=fused.ranks[1],
    )


def _prepared_inputs(passages: Iterable[PassageInput], max_tokens: int) -> Iterator[Prepared]:
    seen: Counter[str] = Counter()
    for passage in passages:
        seen[passage.source] += 1
        number = seen[passage.source]
        source = passage.source if number == 1 else f"{passage.source} ({number})"
        dated = None if passage.date is None else Dated(value=passage.date, basis="metadata")
        document = Document(source=source, text=passage.text, media_type="text/plain", title=passage.title, date=dated)
        if passage.text.strip():
            article = Article(document=document, start=0, end=len(passage.text), title=passage.title, date=dated)
            digest = hashlib.blake2b(passage.text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
            with contextlib.suppress(LoadError):
                yield prepare(document, [article], path=source, digest=digest, max_tokens=max_tokens)


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size if path.is_file() else 0
    return total
