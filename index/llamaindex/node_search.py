"""Nearest nodes: a FAISS index and the metadata in memory, derived from the store and brought up to date from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from llama_index.core.vector_stores.types import MetadataFilters

from index.errors import DimensionMismatch, QueryError
from index.llamaindex.filters import predicate_of
from index.llamaindex.flat import FlatIndex
from index.llamaindex.node_store import NodeStore, unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CHUNK = 10_000  # nodes read from the store at once
_REMEMBERED = 32  # filters whose nodes are kept until the next change: a retriever asks with the same ones


class NodeSearch:
    """Exact search over the nodes of a store. Every method belongs inside `NodeStore.snapshot`, which guards it."""

    def __init__(self, store: NodeStore) -> None:
        self._store = store
        self._vectors: FlatIndex | None = None
        self._metadata: dict[int, dict[str, Any]] = {}
        self._matching: dict[str, NDArray[np.int64]] = {}
        self._change = -1

    def nearest(
        self, embedding: Sequence[float], *, limit: int, only: NDArray[np.int64] | None = None
    ) -> tuple[tuple[int, ...], tuple[float, ...]]:
        """Return the numbers of the nearest nodes and their cosines in [-1, 1], best first.

        Args:
            embedding: of the query, of any length but as wide as those stored.
            limit: at most this many.
            only: numbers of the nodes that may be found; None: all.

        Raises:
            DimensionMismatch: the embedding is not as wide as those stored.
            QueryError: it is not finite.
        """
        import numpy as np

        vectors = self._current()
        if vectors is None:
            return (), ()
        if len(embedding) != vectors.width:
            raise DimensionMismatch(
                f"the query's embedding is {len(embedding)} wide, those stored {vectors.width}; use the embedding "
                "model that the nodes were added with"
            )
        query = unit(np.asarray([embedding], dtype=np.float32))
        if not np.isfinite(query).all():
            raise QueryError("the query's embedding holds NaN or infinity; embed the query again")
        return vectors.search(query, limit=limit, only=only)

    def chosen(
        self,
        *,
        filters: MetadataFilters | None = None,
        node_ids: Sequence[str] | None = None,
        doc_ids: Sequence[str] | None = None,
    ) -> NDArray[np.int64] | None:
        """Return the numbers, rising, of the nodes that meet everything that is given; None: nothing is."""
        import numpy as np

        parts = []
        if node_ids is not None:
            parts.append(self._store.ids_of_nodes(node_ids))
        if doc_ids is not None:
            parts.append(self._store.ids_of_documents(doc_ids))
        if filters is not None and filters.filters:
            parts.append(self._matches(filters))
        if not parts:
            return None
        found = parts[0]
        for part in parts[1:]:
            found = np.intersect1d(found, part, assume_unique=True)
        return found

    def _matches(self, filters: MetadataFilters) -> NDArray[np.int64]:
        import numpy as np

        passes = predicate_of(filters)
        self._forget_if_changed()
        key = filters.model_dump_json()
        if key not in self._matching:
            ids = self._store.ids()
            self._read_metadata(ids)
            passing = [number for number in ids.tolist() if passes(self._metadata[number])]
            if len(self._matching) >= _REMEMBERED:
                self._matching.clear()
            self._matching[key] = np.array(passing, dtype=np.int64)
        return self._matching[key]

    def _forget_if_changed(self) -> None:
        change = self._store.state().change
        if change != self._change:
            self._matching.clear()
            self._change = change

    def _read_metadata(self, ids: NDArray[np.int64]) -> None:
        import numpy as np

        held = np.fromiter(self._metadata, dtype=np.int64, count=len(self._metadata))
        for number in np.setdiff1d(held, ids, assume_unique=True).tolist():
            del self._metadata[number]
        new = np.setdiff1d(ids, held, assume_unique=True)
        for start in range(0, len(new), _CHUNK):
            self._metadata |= self._store.metadata(new[start : start + _CHUNK])

    def _current(self) -> FlatIndex | None:
        """Return the FAISS index, brought up to date; None when the store is empty."""
        import numpy as np

        state = self._store.state()
        if state.width is None:
            self._vectors = None
            return None
        if self._vectors is None or self._vectors.width != state.width:
            self._vectors = FlatIndex(state.width)
        vectors = self._vectors
        if vectors.change != state.change:
            ids, held = self._store.ids(), vectors.ids()
            vectors.remove(np.setdiff1d(held, ids, assume_unique=True))
            new = np.setdiff1d(ids, held, assume_unique=True)
            for start in range(0, len(new), _CHUNK):
                vectors.add(*self._store.vectors(new[start : start + _CHUNK]))
            vectors.change = state.change
        return vectors
