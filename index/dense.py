"""Nearest passages by cosine: faiss, derived from the store and brought up to date from it.

A small index is searched exactly. A large one has two parts: the *base*, a file of 8-bit vectors in partitions that is
mapped into memory and never changed, and the *recent* vectors, which are read from the store when the index is opened
and searched exactly. What was removed is masked. A new base is written beside the old one when the recent part has
grown. What the base finds is scored again with the vectors of the store.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.config import DenseConfig
from index.errors import DimensionMismatch, StoreError
from index.files import replace_file
from index.store import State

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.embed import FloatMatrix
    from index.filters import IdMask

    Vectors = tuple[NDArray[np.int64], FloatMatrix]  # ids, rising, and one row each
    Fetch = Callable[[Iterable[int]], Vectors]  # the vectors of those ids that still exist

NOTE_NAME = "dense.json"
FORMAT = 2
_ROUNDING = 1e-6  # cosines nearer to each other than this may be equal ones
_QUERIES_AT_ONCE = 64
_TRAINING_VECTORS = 48  # of a partition
_TRAINING_ROUNDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseHits:
    """The nearest passages of one query, best first."""

    ids: tuple[int, ...]
    cosines: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What the file of a large index holds. `trained` and `nearness` are of the time when the partitions were made."""

    index: Any
    path: Path | None  # None: not written yet
    state: State
    trained: int  # passages
    nearness: float  # mean cosine of a passage and its partition's centre

    def __len__(self) -> int:
        return int(self.index.ntotal)

    def outdated(self, count: int, added: FloatMatrix, config: DenseConfig) -> bool:
        """Whether the partitions fit no longer: there are many more passages, or what is added lies far from them."""
        if count > config.retrain_growth * self.trained:
            return True
        return len(added) > 0 and _nearness(self.index, added) < config.retrain_drift * self.nearness


class DenseIndex:
    """The vectors of one state of the store. It never changes, so many threads may search it; `after` gives the next.

    It must not be used in a process that was forked from the one that made it: faiss's threads do not survive that.
    """

    def __init__(
        self,
        dimension: int,
        *,
        state: State = State(change=0, last_id=0),  # noqa: B008 (frozen)
        base: Base | None = None,
        config: DenseConfig = DenseConfig(),  # noqa: B008 (frozen)
    ) -> None:
        import numpy as np

        self.dimension = dimension
        self.state = state if base is None else base.state
        self.config = config
        self.base = base
        self._recent_ids: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._recent: FloatMatrix = np.zeros((0, dimension), dtype=np.float32)
        self._gone: NDArray[np.int64] = np.zeros(0, dtype=np.int64)  # of the base, rising
        self._process = os.getpid()

    def __len__(self) -> int:
        return len(self._recent_ids) + (0 if self.base is None else len(self.base) - len(self._gone))

    @property
    def recent(self) -> int:
        """How many vectors are beside the base."""
        return len(self._recent_ids)

    @property
    def kind(self) -> str:
        """How it is searched, in words."""
        if self.base is None:
            return f"exact over {self.recent} vectors"
        parts = f"{self.base.index.nlist} partitions of {len(self.base) - len(self._gone)} 8-bit vectors"
        return f"{parts}, scored again exactly, and exact over {self.recent} recent ones"

    def outgrown(self, beside: int, gone: int) -> bool:
        """Whether a new base should be written, when so many passages are beside it and gone from it."""
        limit = self.config.exact_limit if self.base is None else self.config.recent_limit
        return beside > limit or (self.base is not None and 2 * gone > len(self.base))

    def ids(self) -> NDArray[np.int64]:
        """Return the ids that are held, rising."""
        import numpy as np

        if self.base is None:
            return self._recent_ids
        return np.concatenate([np.setdiff1d(_ids_of(self.base.index), self._gone), self._recent_ids])

    def after(self, state: State, *, removed: NDArray[np.int64], added: Iterable[Vectors]) -> DenseIndex:
        """Return the index of a later state.

        Args:
            state: the later state.
            removed: the ids removed since; those that are not held are ignored.
            added: passages with ids greater than those held, rising; rows have unit length.
        """
        import numpy as np

        following = DenseIndex(self.dimension, state=state, base=self.base, config=self.config)
        following.state = state
        kept = ~np.isin(self._recent_ids, removed)
        parts = [(self._recent_ids[kept], self._recent[kept])] if not kept.all() else [(self._recent_ids, self._recent)]
        for ids, vectors in added:
            self._check_width(vectors)
            parts.append((ids, vectors))
        if len(parts) > 1:
            following._recent_ids = np.concatenate([ids for ids, _ in parts])
            following._recent = np.concatenate([vectors for _, vectors in parts])
        else:
            following._recent_ids, following._recent = parts[0]
        following._gone = self._gone
        if self.base is not None:
            following._gone = np.union1d(self._gone, removed[removed <= self.base.state.last_id])
        return following

    def search(
        self, queries: FloatMatrix, *, limit: int, fetch: Fetch | None = None, only: IdMask | None = None
    ) -> list[DenseHits]:
        """Return the nearest passages of each query, best first; ties go to the smaller id.

        Args:
            queries: (n_queries, dimension) float32, rows of unit length.
            limit: passages per query; fewer come back if there are fewer.
            fetch: gives the exact vectors of what the base found; needed when there is a base.
            only: by id, whether it may be found; ids beyond its end may not. None: all.

        Raises:
            DimensionMismatch: the queries are not as wide as the index.
        """
        if os.getpid() != self._process:
            raise StoreError("an index cannot be searched in a forked process; open it there, or start it with spawn")
        self._check_width(queries)
        found = self._search_recent(queries, limit, only)
        if self.base is not None and len(self.base) > len(self._gone):
            assert fetch is not None
            far = self._search_base(self.base, queries, max(self.config.candidates, 2 * limit), only)
            found = [_merged(near, _scored(query, ids, fetch), limit)
                     for near, query, ids in zip(found, queries, far, strict=True)]  # fmt: skip
        return found

    def _search_recent(self, queries: FloatMatrix, limit: int, only: IdMask | None) -> list[DenseHits]:
        ids, vectors = self._recent_ids, self._recent
        if only is not None:
            chosen = only[ids[: ids.searchsorted(len(only))]].nonzero()[0]
            ids, vectors = ids[chosen], vectors[chosen]
        found: list[DenseHits] = []
        for start in range(0, len(queries), _QUERIES_AT_ONCE):
            some = queries[start : start + _QUERIES_AT_ONCE]
            for query, cosines in zip(some, some @ vectors.T, strict=True):
                rows = _greatest(cosines, limit)
                found.append(_best(ids[rows], vectors[rows], query, limit))
        return found

    def _search_base(self, base: Base, queries: FloatMatrix, count: int, only: IdMask | None) -> NDArray[np.int64]:
        """Return (n_queries, count) ids, -1 where there are no more."""
        import faiss
        import numpy as np

        allowed, share = None, 1.0
        if only is not None or len(self._gone):
            mask = np.zeros(base.state.last_id + 1, dtype=np.bool_)
            mask[: len(mask) if only is None else len(only)] = True if only is None else only[: len(mask)]
            mask[self._gone] = False
            share = min(1.0, float(np.count_nonzero(mask)) / len(base))
            allowed = faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))  # type: ignore[call-arg, arg-type]
        if not share:
            return np.full((len(queries), 1), -1, dtype=np.int64)
        # A filter that leaves few passages leaves few near ones: as many vectors are compared as without it.
        probes = min(base.index.nlist, math.ceil(self.config.probes / share))
        parameters = faiss.SearchParametersIVF(nprobe=probes, sel=allowed)  # type: ignore[call-arg]
        _, ids = base.index.search(np.ascontiguousarray(queries), min(count, len(base)), params=parameters)
        return np.asarray(ids, dtype=np.int64)

    def _check_width(self, vectors: FloatMatrix) -> None:
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise DimensionMismatch(f"vectors of shape {vectors.shape} do not fit an index {self.dimension} wide")

    # --- the base ---------------------------------------------------------------------------------------------------

    @classmethod
    def load(
        cls,
        folder: Path,
        dimension: int,
        *,
        config: DenseConfig = DenseConfig(),  # noqa: B008 (frozen)
    ) -> DenseIndex:
        """Return what the base holds; an empty index when it is missing, damaged, or of another format or width."""
        import faiss

        for _ in range(3):  # another process may put a new base in the place of the one that is being opened
            try:
                note = json.loads((folder / NOTE_NAME).read_text(encoding="utf-8"))
                path = folder / note["file"]
                # faiss trusts the sizes it reads, so the bytes are checked before it sees them.
                if (note["format"], note["dimension"], note["sha256"]) != (FORMAT, dimension, _digest(path)):
                    break
                index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
                state = State(change=int(note["change"]), last_id=int(note["last_id"]))
                trained, nearness = int(note["trained"]), float(note["nearness"])
                base = Base(index=index, path=path, state=state, trained=trained, nearness=nearness)
                return cls(dimension, base=base, config=config)
            except FileNotFoundError:
                continue
            except (OSError, ValueError, KeyError, TypeError, RuntimeError):
                break
        return cls(dimension, config=config)


def learned(sample: FloatMatrix, parts: Iterable[Vectors], *, count: int, state: State) -> Base:
    """Return a new base, in memory.

    Args:
        sample: (n, dimension) float32 vectors to learn the partitions from; `training_size` says how many.
        parts: all passages.
        count: how many passages there are.
        state: of the store that they are of.
    """
    import faiss

    dimension, partitions = sample.shape[1], min(partitions_for(count), len(sample))
    centres = faiss.IndexFlatIP(dimension)
    kind = faiss.ScalarQuantizer.QT_8bit
    index = faiss.IndexIVFScalarQuantizer(centres, dimension, partitions, kind, faiss.METRIC_INNER_PRODUCT, False)
    index.cp.niter, index.cp.max_points_per_centroid = _TRAINING_ROUNDS, _TRAINING_VECTORS
    index.cp.min_points_per_centroid = 1
    index.train(sample)
    for ids, vectors in parts:
        index.add_with_ids(vectors, ids)
    return Base(index=index, path=None, state=state, trained=int(index.ntotal), nearness=_nearness(index, sample))


def grown(base: Base, *, removed: NDArray[np.int64], added: Iterable[Vectors], state: State) -> Base:
    """Return a base of a later state with the same partitions, in memory. Raises OSError when its file is gone."""
    import faiss

    try:
        index = faiss.read_index(str(base.path))
    except RuntimeError as error:
        raise OSError(str(error)) from error
    index.remove_ids(removed)  # type: ignore[arg-type]
    for ids, vectors in added:
        index.add_with_ids(vectors, ids)
    return replace(base, index=index, path=None, state=state)


def save(base: Base, folder: Path, dimension: int) -> None:
    """Write a base beside the old one and put it in its place. Raises OSError."""
    import faiss

    path = folder / f"dense-{base.state.change}.faiss"
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        faiss.write_index(base.index, str(beside))
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(beside, path)
    except RuntimeError as error:  # faiss's own word for a file that cannot be written
        raise OSError(str(error)) from error
    finally:
        beside.unlink(missing_ok=True)
    note = {
        "format": FORMAT,
        "file": path.name,
        "sha256": _digest(path),
        "dimension": dimension,
        "change": base.state.change,
        "last_id": base.state.last_id,
        "trained": base.trained,
        "nearness": base.nearness,
    }
    replace_file(folder / NOTE_NAME, json.dumps(note).encode())
    for other in folder.glob("dense*.faiss"):
        if other != path:
            with contextlib.suppress(OSError):
                other.unlink()


def remove_base(folder: Path) -> None:
    """Delete the base, so that it is made anew. Raises OSError."""
    (folder / NOTE_NAME).unlink(missing_ok=True)
    for path in folder.glob("dense*.faiss"):
        path.unlink(missing_ok=True)


def partitions_for(count: int) -> int:
    """Return how many partitions so many passages are put in: about two to the root."""
    return max(1, round(2 * math.sqrt(count)))


def training_size(count: int) -> int:
    """Return how many vectors the partitions of so many passages are learned from."""
    return min(count, _TRAINING_VECTORS * partitions_for(count))


def _nearness(index: Any, vectors: FloatMatrix) -> float:
    """Return the mean cosine of vectors and the centres of their partitions."""
    import numpy as np

    return float(np.mean(index.quantizer.search(np.ascontiguousarray(vectors), 1)[0]))


def _ids_of(index: Any) -> NDArray[np.int64]:
    """Return the ids in a partitioned index, rising."""
    import faiss
    import numpy as np

    lists = index.invlists
    parts = [
        faiss.rev_swig_ptr(lists.get_ids(number), lists.list_size(number)).copy()
        for number in range(index.nlist)
        if lists.list_size(number)
    ]
    return np.sort(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)


def _greatest(cosines: NDArray[np.float32], limit: int) -> NDArray[np.int64]:
    """Return the rows, rising, of the `limit` greatest cosines and of those that may equal the last of them."""
    import numpy as np

    if not 0 < limit < len(cosines):
        return np.arange(len(cosines))
    return np.flatnonzero(cosines >= np.partition(cosines, len(cosines) - limit)[len(cosines) - limit] - _ROUNDING)


def _best(ids: NDArray[np.int64], vectors: FloatMatrix, query: FloatMatrix, limit: int) -> DenseHits:
    """Return the greatest cosines, best first; of equal vectors that of the smaller id. `ids` rise.

    A product of matrices may round a row by where it stands; here each row is multiplied alike.
    """
    import numpy as np

    cosines = np.einsum("ij,j->i", vectors, query)
    order = np.argsort(-cosines, kind="stable")[:limit]
    return DenseHits(ids=tuple(ids[order].tolist()), cosines=tuple(cosines[order].tolist()))


def _scored(query: FloatMatrix, ids: NDArray[np.int64], fetch: Fetch) -> DenseHits:
    """Return what the base found with its exact cosines; what is gone from the store is left out."""
    found, vectors = fetch(ids[ids >= 0].tolist())
    if not len(found):
        return DenseHits(ids=(), cosines=())
    return _best(found, vectors, query, len(found))


def _merged(left: DenseHits, right: DenseHits, limit: int) -> DenseHits:
    pairs = [(-cosine, number) for hits in (left, right) for number, cosine in zip(hits.ids, hits.cosines, strict=True)]
    pairs = sorted(pairs)[:limit]
    return DenseHits(ids=tuple(number for _, number in pairs), cosines=tuple(-negative for negative, _ in pairs))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
