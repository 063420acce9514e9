"""An index of documents: open it, make it match files, search it."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
import threading
import time
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from index.config import IndexConfig
from index.dense import Base, DenseIndex, grown, learned, remove_base, save, training_size
from index.embed import (
    Embedder,
    QuantizedEmbedder,
    SentenceTransformerEmbedder,
    default_embedder,
    float_embedder,
    open_embedder,
)
from index.errors import EmbedderMismatch, IndexLocked, LoadError, QueryError, SourceMissing, StoreError
from index.events import Event
from index.filters import Filter
from index.fuse import Fused, fuse
from index.reading import ReadingLimits, prepare
from index.sources import Found, find_sources
from index.store import Columns, IdSpan, Prepared, State, Store, StoredPassage
from index.sync import UNWATCHED, Progress, Watch, synchronise
from index.types import (
    Article,
    Dated,
    Document,
    DocumentOverview,
    Failure,
    Hit,
    IndexStats,
    StoredArticle,
    SyncReport,
)

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from index.dense import DenseHits
    from index.embed import FloatMatrix
    from index.filters import IdMask
    from index.lexical import LexicalEntry, LexicalHits, LexicalIndex

LOCK_NAME = "write.lock"
FILES_NAME = "files"  # the folder of files that belong to the index alone
MAX_QUERY_WORDS = 256  # what the packaged embedder reads; the rest of a longer query is left out
MAX_QUERY_CHARACTERS = 4000
_TRIES = 5  # to search while others write
_TOLD = 5000  # passages between two calls of a progress
_PUBLISH_SECONDS = 30.0  # a long sync lets searches find by words what it stored, so often


_Item = TypeVar("_Item")


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
        self._columns: Columns | None = None
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
        self._dense = self._lexical = self._columns = None

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

        What was added by `add` from the index's own folder of files stays.

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
        given = [Path(path) for path in paths]
        own = self.files_folder
        if given and own is not None and own.is_dir() and any(own.iterdir()):
            given.append(own)
        return self._synchronised(self._found(given), progress, limits, unsettled=unsettled)

    def add(
        self,
        paths: Iterable[str | Path],
        *,
        progress: Progress | None = None,
        limits: ReadingLimits = ReadingLimits(),  # noqa: B008 (frozen)
        watch: Watch = UNWATCHED,
    ) -> SyncReport:
        """Make the index hold the files at these paths too, whatever else it holds; as `sync` in everything else.

        Args:
            watch: follows the files one by one and may end this early: what was stored until then stays, and the files
                that were not reached stand nowhere in the report.
        """
        found = self._found([Path(path) for path in paths])
        return self._synchronised(found, progress, limits, keep_others=True, watch=watch)

    def remove(self, sources: Iterable[str]) -> None:
        """Remove documents by their source; the files stay where they are.

        Raises:
            SourceMissing: there is no such document; nothing is removed.
            IndexLocked: another process is writing.
        """
        wanted = list(sources)
        with self._writing():
            known = self._store.documents()
            if missing := next((source for source in wanted if source not in known), None):
                raise SourceMissing(f"no document {missing} in the index; `onrecord stats` says what is there")
            self._store.remove(wanted)
            self._store.drop_unused_vectors()
            self._refresh()

    def put_back(self, source: str, path: Path, *, watch: Watch = UNWATCHED) -> SyncReport:
        """Make the index hold a file under a name that it has or had; as `add` in everything else."""
        found = self._found([path])
        named = replace(found, files=tuple(replace(file, source=source) for file in found.files))
        return self._synchronised(named, None, ReadingLimits(), keep_others=True, watch=watch)

    @property
    def files_folder(self) -> Path | None:
        """Where files lie that belong to the index alone, such as those given to the page; None: it is not on disk."""
        return None if self._folder is None else self._folder / FILES_NAME

    def _found(self, paths: Sequence[Path]) -> Found:
        from index.load import SUFFIXES

        return find_sources(paths, suffixes=SUFFIXES, leave_out=self._folder)

    def _synchronised(
        self,
        found: Found,
        progress: Progress | None,
        limits: ReadingLimits,
        *,
        unsettled: Collection[Path] = (),
        keep_others: bool = False,
        watch: Watch = UNWATCHED,
    ) -> SyncReport:
        with self._writing():
            self._stamp_embedder()
            report = synchronise(
                self._store,
                self._embedder,
                self._config,
                found,
                limits=limits,
                unsettled=unsettled,
                keep_others=keep_others,
                progress=self._publishing(progress),
                watch=watch,
            )
            self._refresh(progress)
        return report

    def _publishing(self, progress: Progress | None) -> Progress:
        """Return a progress that brings the derived parts up to date now and then."""
        last = time.monotonic()

        def advance(source: str, done: int, total: int) -> None:
            nonlocal last
            if time.monotonic() - last > _PUBLISH_SECONDS:
                self._refresh()
                last = time.monotonic()
            if progress is not None:
                progress(source, done, total)

        return advance

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

    def search(
        self, query: str, *, limit: int = 10, as_of: datetime.date | None = None, where: Filter | None = None
    ) -> list[Hit]:
        """Return the passages that best match a query by meaning and by words, best first.

        Args:
            query: any text; what is beyond MAX_QUERY_WORDS is not searched for.
            limit: at most this many.
            as_of: leaves out articles dated later; those without a date stay.
            where: what else a passage must be of to be found.

        Raises:
            QueryError: nothing is asked, or the limit is not positive.
        """
        return self.search_many([query], limit=limit, as_of=as_of, where=where)[0]

    def search_many(
        self,
        queries: Sequence[str],
        *,
        limit: int = 10,
        as_of: datetime.date | None = None,
        where: Filter | None = None,
    ) -> list[list[Hit]]:
        """Return the hits of each query, as `search` does, embedding the queries together. All are of one state."""
        if limit <= 0:
            raise QueryError(f"at most {limit} results were asked for; ask for 1 or more")
        cleaned = [_clean(query) for query in queries]
        if not cleaned or not self._store.state().last_id:
            return [[] for _ in cleaned]
        vectors = self._embedder.embed_queries(cleaned)
        chosen = (where or Filter()).seen_on(as_of)
        for attempt in range(_TRIES):
            self._refresh()
            with self._store.reading():
                state, dense = self._dense_now()
                # Another thread may have gone on since this one's reading began; then it begins again.
                if dense.state == state or attempt == _TRIES - 1:
                    return self._search(cleaned, vectors, dense, limit, self._mask(chosen, state))
        raise AssertionError("the last attempt returns")

    def _search(
        self, queries: Sequence[str], vectors: FloatMatrix, dense: DenseIndex, limit: int, only: IdMask | None
    ) -> list[list[Hit]]:
        assert self._lexical is not None
        lexical = self._lexical
        count, boost = max(self._config.candidates, limit), self._config.title_boost
        nearest = dense.search(vectors, limit=count, fetch=self._store.vectors, only=only)
        return [
            self._hits(near, lexical.search(query, limit=count, title_boost=boost, only=only), limit)
            for query, near in zip(queries, nearest, strict=True)
        ]

    def _mask(self, where: Filter, state: State) -> IdMask | None:
        """Return, by id, which passages a filter lets through; None: all."""
        import numpy as np

        if not where:
            return None
        with self._mutex:
            held = self._columns
            last = int(held.ids[-1]) if held is not None and len(held.ids) else 0
            new = self._store.columns((last, state.last_id)) if last < state.last_id else None
            if held is None or new is None:
                self._columns = held = held or new or self._store.columns((0, 0))
            else:
                self._columns = held = Columns(
                    ids=np.concatenate([held.ids, new.ids]),
                    documents=np.concatenate([held.documents, new.documents]),
                    days=np.concatenate([held.days, new.days]),
                )
        told = self._store.passages_of(where)
        return where.mask(held, self._store.documents_of(where), state.last_id, passages=told)

    def _hits(self, near: DenseHits, shared: LexicalHits, limit: int) -> list[Hit]:
        weights = (self._config.dense_weight, self._config.lexical_weight)
        fused = fuse([near.ids, shared.ids], weights=weights, constant=self._config.fusion_constant)
        stored = self._store.passages(item.item for item in fused)
        # The words may be of a state a little older or newer; what is not of this one is left out.
        found = [(item, stored[item.item]) for item in fused if item.item in stored][:limit]
        return [_hit(item, passage, rank) for rank, (item, passage) in enumerate(found, 1)]

    # --- what is stored ---------------------------------------------------------------------------------------------

    def article(self, article_id: int) -> StoredArticle:
        """Return an article with its sentences. Raises SourceMissing when it is gone."""
        return self.articles([article_id])[0]

    def events(self, article_id: int) -> tuple[Event, ...]:
        """Return the times that an article's sentences speak of, with the place of their words in the document."""
        return self._store.events(article_id)

    def articles(self, ids: Iterable[int]) -> list[StoredArticle]:
        """Return articles in the order of their ids given. Raises SourceMissing when one is gone."""
        wanted = list(ids)
        found = self._store.articles(dict.fromkeys(wanted))
        for article_id in wanted:
            if article_id not in found:
                raise SourceMissing(f"article {article_id} is not in the index any more; search again")
        return [found[article_id] for article_id in wanted]

    def articles_of(self, source: str) -> list[StoredArticle]:
        """Return a document's articles in order, by its exact source; none where there is no such document."""
        return self._store.articles_of(source)

    def text_of(self, source: str) -> str:
        """Return the text of a document as indexed, by its source or by a path that ends in it.

        Raises:
            SourceMissing: no document, or more than one, is called so.
        """
        return self._store.text_of(source)

    def sources(self) -> list[str]:
        """Return the source of every document, in alphabetical order."""
        return list(self._store.documents())

    def place_of(self, source: str) -> tuple[str, str] | None:
        """Return where a document's file lay when it was last read, and its media type; None: there is no such one."""
        return self._store.place_of(source)

    def page_starts(self, source: str) -> tuple[int, ...]:
        """Return where each page of a document begins in its text; nothing where it has no pages, or is not there."""
        return self._store.page_starts(source)

    def overview(self) -> list[DocumentOverview]:
        """Return what is known of every document, in the order of the sources."""
        return self._store.overview()

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

    @property
    def search_kind(self) -> str:
        """How passages are searched by meaning, in words: exactly, or in partitions."""
        self._refresh()
        return self._dense_now()[1].kind

    def check(self) -> list[str]:
        """Return what is wrong with the index, a line each, with how to mend it; nothing when all is well.

        Reads all of it: minutes for a million passages.
        """
        import numpy as np

        problems = self._store.problems()
        if problems:
            return [f"the index is damaged ({problem}); delete the folder and index again" for problem in problems]
        found = []
        for problem in self._store.broken_rows(self._embedder.dimension):
            found.append(f"the index is damaged ({problem}); delete the folder and index again")
        settings = self._store.meta("settings")
        if settings is not None and settings != self._config.fingerprint:
            found.append("the index was made with other settings; run `onrecord index` again to bring it up to date")
        self._refresh()
        with self._store.reading():
            state, dense = self._dense_now()
            assert self._lexical is not None
            ids = self._store.passage_ids()
            held_by = {
                "dense": (np.asarray(dense.ids()), dense.state.change),
                "lexical": (np.asarray(self._lexical.ids(), dtype=np.int64), self._lexical.change),
            }
        for name, (held, change) in held_by.items():
            if not np.array_equal(np.sort(held), ids) or change != state.change:
                found.append(
                    f"the {name} part holds {len(held)} passages of change {change}, not {len(ids)} of change "
                    f"{state.change}; run `onrecord doctor --mend`"
                )
        return found

    def mend(self, *, progress: Progress | None = None) -> list[str]:
        """Make the derived parts anew from the store, and return what `check` finds wrong afterwards.

        Raises:
            IndexLocked: another process is writing.
        """
        from index.lexical import LexicalIndex

        with self._writing():
            assert self._folder is not None
            with self._mutex:
                self._dense = self._lexical = self._columns = None
                remove_base(self._folder)
                LexicalIndex.remove(self._folder)
            self._refresh(progress)
        return self.check()

    # --- derived parts ----------------------------------------------------------------------------------------------

    def warm(self, *, progress: Progress | None = None) -> None:
        """Load the embedder and the derived parts now, so that the first search does not wait for them.

        Args:
            progress: called while a derived part is made anew, with its name, how much is done and how much there is.
        """
        self._refresh(progress)
        with self._store.reading():
            self._dense_now()
        if isinstance(self._embedder, SentenceTransformerEmbedder | QuantizedEmbedder):
            self._embedder.warm()

    def _dense_now(self) -> tuple[State, DenseIndex]:
        """Return the state that this thread reads, and the vectors of it, or of a later one if there is one already."""
        with self._mutex:
            state = self._store.state()
            dense = self._dense or self._load_dense()
            if dense.state.change < state.change:
                dense = self._advanced(dense, state)
            self._dense = dense
            return state, dense

    def _advanced(self, dense: DenseIndex, state: State) -> DenseIndex:
        removed = self._store.removed(dense.state, state)
        if removed is None:  # too long ago; the file may be of a later state, else all is read
            dense = self._load_dense()
            removed = self._store.removed(dense.state, state)
        if removed is None:
            dense, removed = DenseIndex(self._embedder.dimension, config=self._config.dense), dense.ids()[:0]
        span = (dense.state.last_id, state.last_id)
        return dense.after(state, removed=removed, added=self._store.vectors_between(span))

    def _load_dense(self) -> DenseIndex:
        width = self._embedder.dimension
        if self._folder is not None:
            found = DenseIndex.load(self._folder, width, config=self._config.dense)
            if _reached(found.state, self._store.state()):
                return found
        return DenseIndex(width, config=self._config.dense)

    def _load_lexical(self) -> LexicalIndex:
        """Return what is in the folder, or an empty one: in the folder, or in memory where that cannot be written."""
        from index.lexical import LexicalIndex

        if self._folder is None:
            return LexicalIndex()
        found = LexicalIndex.load(self._folder)
        if found is not None and _reached(found.state, self._store.state()):
            return found
        if not self._try_lock():
            return LexicalIndex()
        try:
            return LexicalIndex.create(self._folder)
        except (OSError, ValueError):
            return LexicalIndex()
        finally:
            self._release_lock()

    def _refresh(self, progress: Progress | None = None) -> None:
        """Bring the derived files up to date with the store, if they lag and no other process is writing."""
        with self._mutex:
            self._lexical = lexical = self._lexical or self._load_lexical()
            state = self._store.state()
            dense = self._dense
            if dense is not None and dense.state == state and lexical.change == state.change:
                return
            if lexical.in_memory:
                self._catch_up_lexical(lexical, state, progress)
        if self._folder is None:
            return
        if not self._try_lock():
            if not lexical.in_memory:
                with contextlib.suppress(OSError, ValueError):  # it goes on with what it has
                    lexical.reload()
            return
        try:
            self._write_derived(lexical, progress)
        finally:
            self._release_lock()

    def _write_derived(self, lexical: LexicalIndex, progress: Progress | None) -> None:
        """Write the derived files; what there is no room for is kept in memory, and the next opening tries again."""
        from index.lexical import LexicalIndex

        state = self._store.state()
        try:
            if not lexical.in_memory:
                lexical.reload()
                self._catch_up_lexical(lexical, state, progress)
        except (OSError, ValueError):
            with self._mutex:
                self._lexical = LexicalIndex()
                self._catch_up_lexical(self._lexical, state, progress)
        with contextlib.suppress(OSError):
            self._renew_base(state, progress)

    def _catch_up_lexical(self, lexical: LexicalIndex, state: State, progress: Progress | None) -> None:
        held = lexical.state
        if held.change == state.change:
            return
        removed = self._store.removed(held, state) if held.last_id else None
        gone = removed.tolist() if removed is not None else [] if not held.last_id else self._gone_from(lexical)
        span = (held.last_id, state.last_id)
        count = self._store.count_passages(span)
        if count or gone:
            lexical.update(add=_told("words", count, self._entries(span), progress), remove=gone)
        lexical.mark(state.change)

    def _gone_from(self, lexical: LexicalIndex) -> list[int]:
        """Return what an index holds that the store does not, where the log does not reach back far enough."""
        import numpy as np

        gone = np.setdiff1d(np.array(lexical.ids(), dtype=np.int64), self._store.passage_ids())
        return [int(passage_id) for passage_id in gone]

    def _entries(self, span: IdSpan) -> Iterator[LexicalEntry]:
        from index.lexical import LexicalEntry

        for passage in self._store.passages_between(span):
            yield LexicalEntry(passage_id=passage.passage_id, title=passage.article, text=passage.text)

    def _renew_base(self, state: State, progress: Progress | None) -> None:
        """Write a new base of the vectors when too much is beside or gone from the one there is. Raises OSError."""
        assert self._folder is not None
        with self._mutex:
            dense = self._dense or self._load_dense()
        if not dense.outgrown(*self._beside(dense, state)):
            return
        dense = self._load_dense()  # another process may have written a newer one
        if dense.outgrown(*self._beside(dense, state)):
            save(self._new_base(dense.base, state, progress), self._folder, self._embedder.dimension)
            dense = self._load_dense()
            self._store.forget_removals(state)
        with self._mutex:
            self._dense = dense

    def _beside(self, dense: DenseIndex, state: State) -> tuple[int, int]:
        """Return how many passages are not in the base, and how many were removed since it was written."""
        held = State(change=0, last_id=0) if dense.base is None else dense.base.state
        removed = self._store.removed(held, state)
        return self._store.count_passages((held.last_id, state.last_id)), 0 if removed is None else len(removed)

    def _new_base(self, base: Base | None, state: State, progress: Progress | None) -> Base:
        import numpy as np

        count = self._store.count_passages((0, state.last_id))
        if base is not None:
            removed = self._store.removed(base.state, state)
            span = (base.state.last_id, state.last_id)
            _, first = next(self._store.vectors_between(span), (None, np.zeros((0, 0), dtype=np.float32)))
            if removed is not None and not base.outdated(count, first, self._config.dense):
                new = _told("vectors", self._store.count_passages(span), self._store.vectors_between(span), progress)
                return grown(base, removed=removed, added=new, state=state)
        ids = self._store.passage_ids()
        chosen = np.random.default_rng(0).choice(ids, training_size(len(ids)), replace=False)
        sample = self._store.vectors(np.sort(chosen))[1]
        every = _told("vectors", count, self._store.vectors_between((0, state.last_id)), progress)
        return learned(sample, every, count=count, state=state)

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


def _reached(held: State, state: State) -> bool:
    """Whether derived data can be of this store: not if the store was put back to an earlier state."""
    return held.change <= state.change and held.last_id <= state.last_id


def _told(name: str, total: int, items: Iterable[_Item], progress: Progress | None) -> Iterator[_Item]:
    """Give the items, and tell now and then how many passages are done; a part of vectors counts as many as it has."""
    done = told = 0
    for item in items:
        yield item
        done += len(item[0]) if isinstance(item, tuple) else 1
        if progress is not None and done - told >= _TOLD:
            progress(f"({name})", done, total)
            told = done


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
