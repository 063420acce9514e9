"""Exact nearest neighbours in memory: a flat FAISS index of unit vectors under numbers of the caller's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.embed import FloatMatrix


class FlatIndex:
    """Inner products of unit vectors, which are cosines. Not guarded: one thread at a time."""

    def __init__(self, width: int) -> None:
        import faiss

        self._faiss: Any = faiss
        self._index: Any = faiss.IndexIDMap(faiss.IndexFlatIP(width))
        self.width = width
        self.change = -1  # of the store whose nodes it holds

    def ids(self) -> NDArray[np.int64]:
        """Return the numbers that are held, in no order."""
        import numpy as np

        return np.array(self._faiss.vector_to_array(self._index.id_map), dtype=np.int64)

    def add(self, ids: Sequence[int], vectors: FloatMatrix) -> None:
        """Add vectors of unit length, one a row, under numbers that are not held yet."""
        import numpy as np

        self._index.add_with_ids(np.ascontiguousarray(vectors), np.asarray(ids, dtype=np.int64))

    def remove(self, ids: NDArray[np.int64]) -> None:
        """Remove vectors by number."""
        if ids.size:
            self._index.remove_ids(ids)

    def search(
        self, query: FloatMatrix, *, limit: int, only: NDArray[np.int64] | None = None
    ) -> tuple[tuple[int, ...], tuple[float, ...]]:
        """Return the numbers of the nearest vectors and their cosines, best first; ties go to the smaller number.

        Args:
            query: (1, width) float32, of unit length.
            limit: at most this many.
            only: the numbers that may be found; None: all.
        """
        count = min(limit, self._index.ntotal, self._index.ntotal if only is None else len(only))
        if count <= 0:
            return (), ()
        selector = None if only is None else self._faiss.IDSelectorBatch(only)
        parameters = None if selector is None else self._faiss.SearchParameters(sel=selector)
        cosines, ids = self._index.search(query, count, params=parameters)
        found = [(-cosine, number) for cosine, number in zip(cosines[0].tolist(), ids[0].tolist(), strict=True)]
        best = sorted(pair for pair in found if pair[1] >= 0)
        return tuple(number for _, number in best), tuple(-negative for negative, _ in best)
