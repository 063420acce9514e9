from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dense import FILE_NAME, DenseIndex
from index.errors import DimensionMismatch

if TYPE_CHECKING:
    from index.embed import FloatMatrix


def unit_rows(count: int, dimension: int, seed: int) -> FloatMatrix:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 10_000), st.data())
def test_the_nearest_are_those_that_numpy_finds(count: int, limit: int, seed: int, data: st.DataObject) -> None:
    ids = np.random.default_rng(seed).permutation(1000)[:count]
    vectors = unit_rows(count, 8, seed)
    gone = data.draw(st.sets(st.sampled_from(ids.tolist())))
    index = DenseIndex(8)
    index.add(ids.tolist(), vectors)
    index.remove(gone)
    left = [row for row, number in enumerate(ids) if number not in gone]
    only = data.draw(st.none() | st.lists(st.sampled_from(ids.tolist()), unique=True))
    allowed = [row for row in left if only is None or ids[row] in only]
    queries = unit_rows(3, 8, seed + 1)
    found = index.search(queries, limit=limit, only=None if only is None else np.array(only, dtype=np.int64))
    for query, hits in zip(queries, found, strict=True):
        expected = sorted(((float(vectors[row] @ query), int(ids[row])) for row in allowed), reverse=True)[:limit]
        assert list(hits.ids) == [number for _, number in expected]
        assert np.allclose(hits.cosines, [cosine for cosine, _ in expected], atol=1e-5)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    index = DenseIndex(8, change=7)
    index.add([3, 9], unit_rows(2, 8, 0))
    index.save(tmp_path)
    loaded = DenseIndex.load(tmp_path, 8)
    assert loaded is not None
    assert (loaded.change, sorted(loaded.ids().tolist())) == (7, [3, 9])
    loaded.remove([3])
    assert loaded.search(unit_rows(1, 8, 1), limit=5)[0].ids == (9,)
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".new")] == []


@pytest.mark.parametrize("damage", ["cut", "flipped", "gone"])
def test_a_damaged_file_is_not_loaded(tmp_path: Path, damage: str) -> None:
    index = DenseIndex(8)
    index.add([3, 9], unit_rows(2, 8, 0))
    index.save(tmp_path)
    path = tmp_path / FILE_NAME
    raw = bytearray(path.read_bytes())
    raw[-20] ^= 1
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(bytes(raw) if damage == "flipped" else bytes(raw[:40]))
    assert DenseIndex.load(tmp_path, 8) is None


def test_an_index_of_another_width_is_not_loaded_and_not_searched(tmp_path: Path) -> None:
    index = DenseIndex(8)
    index.save(tmp_path)
    assert DenseIndex.load(tmp_path, 16) is None
    with pytest.raises(DimensionMismatch, match=r"\(1, 16\) do not fit an index 8 wide"):
        index.search(unit_rows(1, 16, 0), limit=1)


def test_an_empty_index_finds_nothing() -> None:
    assert DenseIndex(8).search(unit_rows(1, 8, 0), limit=5)[0].ids == ()
