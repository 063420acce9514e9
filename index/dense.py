"""Nearest passages by cosine: faiss, derived from the store and brought up to date from it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import DimensionMismatch
from index.files import replace_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.embed import FloatMatrix

FILE_NAME = "dense.faiss"
NOTE_NAME = "dense.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseHits:
    """The nearest passages of one query, best first."""

    ids: tuple[int, ...]
    cosines: tuple[float, ...]


class DenseIndex:
    """Exact search over unit vectors. Safe to use from many threads."""

    def __init__(self, dimension: int, *, change: int = -1, index: Any = None) -> None:
        import faiss

        self._faiss: Any = faiss
        self._index: Any = index if index is not None else faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._lock = threading.RLock()
        self.dimension = dimension
        self.change = change  # of the store whose passages it holds

    @classmethod
    def load(cls, folder: Path, dimension: int) -> DenseIndex | None:
        """Return what was saved; None when it is missing, damaged, or as wide as another embedder's."""
        try:
            note = json.loads((folder / NOTE_NAME).read_text(encoding="utf-8"))
            raw = (folder / FILE_NAME).read_bytes()
            # faiss trusts the sizes it reads, so the bytes are checked before it sees them.
            if note["dimension"] != dimension or note["blake2b"] != _digest(raw):
                return None
            import faiss
            import numpy as np

            index = faiss.deserialize_index(np.frombuffer(raw, dtype=np.uint8))
            return cls(dimension, change=int(note["change"]), index=index)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError):
            return None

    def save(self, folder: Path) -> None:
        """Write the index beside the old one and put it in its place. Raises OSError."""
        with self._lock:
            raw = self._faiss.serialize_index(self._index).tobytes()
            note = {"change": self.change, "dimension": self.dimension, "blake2b": _digest(raw)}
        replace_file(folder / FILE_NAME, raw)
        replace_file(folder / NOTE_NAME, json.dumps(note).encode())

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def ids(self) -> NDArray[np.int64]:
        """Return the ids that are held, in no order."""
        import numpy as np

        with self._lock:
            return np.array(self._faiss.vector_to_array(self._index.id_map), dtype=np.int64)

    def add(self, ids: Sequence[int], vectors: FloatMatrix) -> None:
        """Add passages; rows of `vectors` have unit length. Ids that are held must be removed first."""
        import numpy as np

        if not ids:
            return
        self._check_width(vectors)
        with self._lock:
            self._index.add_with_ids(np.ascontiguousarray(vectors), np.asarray(ids, dtype=np.int64))

    def remove(self, ids: Iterable[int]) -> None:
        """Remove passages; ids that are not held are ignored."""
        import numpy as np

        gone = np.fromiter(ids, dtype=np.int64)
        if gone.size:
            with self._lock:
                self._index.remove_ids(gone)

    def search(self, queries: FloatMatrix, *, limit: int, only: NDArray[np.int64] | None = None) -> list[DenseHits]:
        """Return the nearest passages of each query, best first; ties go to the smaller id.

        Args:
            queries: (n_queries, dimension) float32, rows of unit length.
            limit: passages per query; fewer come back if there are fewer.
            only: ids that may be found; None: all.

        Raises:
            DimensionMismatch: the queries are not as wide as the index.
        """
        self._check_width(queries)
        with self._lock:
            count = min(limit, len(self) if only is None else len(only), len(self))
            if count <= 0:
                return [DenseHits(ids=(), cosines=()) for _ in queries]
            selector = None if only is None else self._faiss.IDSelectorBatch(only)
            parameters = None if selector is None else self._faiss.SearchParameters(sel=selector)
            cosines, ids = self._index.search(queries, count, params=parameters)
        return [_hits(found, row) for found, row in zip(ids.tolist(), cosines.tolist(), strict=True)]

    def _check_width(self, vectors: FloatMatrix) -> None:
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise DimensionMismatch(f"vectors of shape {vectors.shape} do not fit an index {self.dimension} wide")


def _hits(ids: Sequence[int], cosines: Sequence[float]) -> DenseHits:
    found = sorted((-cosine, number) for number, cosine in zip(ids, cosines, strict=True) if number >= 0)
    return DenseHits(ids=tuple(number for _, number in found), cosines=tuple(-negative for negative, _ in found))


def _digest(raw: bytes) -> str:
    return hashlib.blake2b(raw, digest_size=16).hexdigest()
