from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.config import DenseConfig
from index.dense import NOTE_NAME, DenseIndex, grown, learned, partitions_for, save, training_size
from index.errors import DimensionMismatch, StoreError
from index.store import State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.embed import FloatMatrix

NONE = np.zeros(0, dtype=np.int64)
WIDE = DenseConfig(probes=10_000)  # searches every partition


def unit_rows(count: int, dimension: int, seed: int) -> FloatMatrix:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def fetching(vectors: FloatMatrix) -> Any:
    """Return what gives the vectors of ids, the row of each being its id less one."""

    def fetch(ids: Iterable[int]) -> tuple[NDArray[np.int64], FloatMatrix]:
        chosen = np.sort(np.fromiter(ids, dtype=np.int64))
        return chosen, vectors[chosen - 1]

    return fetch


def based(folder: Path, vectors: FloatMatrix, count: int) -> DenseIndex:
    """Return an index whose base holds the first vectors, and that has the others beside it."""
    ids = np.arange(1, len(vectors) + 1)
    state = State(change=1, last_id=count)
    base = learned(vectors[:count], [(ids[:count], vectors[:count])], count=count, state=state)
    save(base, folder, vectors.shape[1])
    index = DenseIndex.load(folder, vectors.shape[1], config=WIDE)
    later = State(change=2, last_id=len(vectors))
    return index.after(later, removed=NONE, added=[(ids[count:], vectors[count:])])


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 10_000), st.booleans(), st.data())
def test_the_nearest_are_those_that_numpy_finds(
    tmp_path_factory: pytest.TempPathFactory, count: int, limit: int, seed: int, large: bool, data: st.DataObject
) -> None:
    vectors = unit_rows(count, 8, seed)
    ids = np.arange(1, count + 1)
    if large:
        index = based(tmp_path_factory.mktemp("dense"), vectors, data.draw(st.integers(1, count)))
    else:
        index = DenseIndex(8).after(State(change=2, last_id=count), removed=NONE, added=[(ids, vectors)])
    gone = np.array(sorted(data.draw(st.sets(st.sampled_from(ids.tolist())))), dtype=np.int64)
    index = index.after(State(change=3, last_id=count), removed=gone, added=[])
    mask = data.draw(st.none() | st.lists(st.booleans(), min_size=1, max_size=count + 9).map(np.array))
    left = [n for n in ids.tolist() if n not in gone and (mask is None or (n < len(mask) and mask[n]))]
    assert index.ids().tolist() == sorted(set(ids.tolist()) - set(gone.tolist()))
    assert len(index) == count - len(gone)
    queries = unit_rows(3, 8, seed + 1)
    found = index.search(queries, limit=limit, fetch=fetching(vectors), only=mask)
    for query, hits in zip(queries, found, strict=True):
        expected = sorted(((float(vectors[n - 1] @ query), n) for n in left), reverse=True)[:limit]
        assert list(hits.ids) == [number for _, number in expected]
        assert np.allclose(hits.cosines, [cosine for cosine, _ in expected], atol=1e-5)


def test_equal_vectors_come_in_the_order_of_their_ids() -> None:
    rows = np.repeat(unit_rows(1, 8, 0), 5, axis=0)
    index = DenseIndex(8).after(State(change=1, last_id=9), removed=NONE, added=[(np.arange(5, 10), rows)])
    assert index.search(rows[:1], limit=3)[0].ids == (5, 6, 7)


def test_an_earlier_index_stays_as_it_was(tmp_path: Path) -> None:
    vectors = unit_rows(40, 8, 0)
    before = based(tmp_path, vectors, 30)
    after = before.after(State(change=3, last_id=40), removed=np.array([3, 35]), added=[])
    assert before.search(vectors[[2, 34]], limit=1, fetch=fetching(vectors))[1].ids == (35,)
    assert [hits.ids[0] for hits in after.search(vectors[[2, 34]], limit=1, fetch=fetching(vectors))] != [3, 35]
    assert (len(before), len(after), after.recent) == (40, 38, 9)


def test_a_base_that_has_grown_holds_what_was_added_and_not_what_was_removed(tmp_path: Path) -> None:
    vectors = unit_rows(50, 8, 0)
    base = based(tmp_path, vectors, 40).base
    assert base is not None
    added = [(np.arange(41, 51), vectors[40:])]
    save(grown(base, removed=np.array([1, 2]), added=added, state=State(change=4, last_id=50)), tmp_path, 8)
    index = DenseIndex.load(tmp_path, 8, config=WIDE)
    assert (index.state, index.recent, index.ids().tolist()) == (State(change=4, last_id=50), 0, [*range(3, 51)])
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["dense-4.faiss", "dense.json"]
    # The older one is mapped from a file that has no name any more, and goes on.
    assert int(base.index.search(vectors[:1], 1)[1][0, 0]) in range(1, 41)


def test_partitions_are_outdated_by_growth_and_by_other_vectors() -> None:
    near = unit_rows(200, 32, 0) * 0.2 + unit_rows(1, 32, 1)
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    base = learned(near, [(np.arange(1, 201), near)], count=200, state=State(change=1, last_id=200))
    config = DenseConfig()
    assert not base.outdated(390, near[:50], config)
    assert base.outdated(401, near[:50], config)
    assert base.outdated(250, -near[:50], config)


def test_a_new_base_is_due_by_what_is_beside_it_and_gone_from_it(tmp_path: Path) -> None:
    config = DenseConfig(exact_limit=30, recent_limit=10)
    assert [DenseIndex(8, config=config).outgrown(beside, 0) for beside in (30, 31)] == [False, True]
    based(tmp_path, unit_rows(40, 8, 0), 40)
    index = DenseIndex.load(tmp_path, 8, config=config)
    assert [index.outgrown(*pair) for pair in ((10, 20), (11, 0), (0, 21))] == [False, True, True]


@pytest.mark.parametrize("damage", ["cut", "flipped", "gone", "note", "format"])
def test_a_damaged_base_is_not_loaded(tmp_path: Path, damage: str) -> None:
    based(tmp_path, unit_rows(40, 8, 0), 40)
    path, note = tmp_path / "dense-1.faiss", tmp_path / NOTE_NAME
    raw = bytearray(path.read_bytes())
    raw[-20] ^= 1
    if damage == "gone":
        path.unlink()
    elif damage == "note":
        note.write_text("{")
    elif damage == "format":
        note.write_text(json.dumps({**json.loads(note.read_text()), "format": 1}))
    else:
        path.write_bytes(bytes(raw) if damage == "flipped" else bytes(raw[:40]))
    assert DenseIndex.load(tmp_path, 8).base is None


def test_an_index_of_another_width_is_not_loaded_and_not_searched(tmp_path: Path) -> None:
    index = based(tmp_path, unit_rows(40, 8, 0), 40)
    assert DenseIndex.load(tmp_path, 16).base is None
    with pytest.raises(DimensionMismatch, match=r"\(1, 16\) do not fit an index 8 wide"):
        index.search(unit_rows(1, 16, 0), limit=1)


def test_an_empty_index_finds_nothing() -> None:
    assert DenseIndex(8).search(unit_rows(1, 8, 0), limit=5)[0].ids == ()


def _search_in_a_fork(index: DenseIndex, said: Any) -> None:
    try:
        index.search(unit_rows(1, 8, 0), limit=1)
    except StoreError as error:
        said.put(str(error))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Python's own, of forking beside threads
def test_a_forked_process_is_told_to_open_its_own() -> None:
    context = multiprocessing.get_context("fork")
    said = context.SimpleQueue()
    process = context.Process(target=_search_in_a_fork, args=(DenseIndex(8), said))
    process.start()
    process.join(30)
    assert "cannot be searched in a forked process" in said.get()


def test_the_partitions_follow_the_number_of_passages() -> None:
    assert [partitions_for(count) for count in (1, 100, 1_000_000)] == [2, 20, 2000]
    assert [training_size(count) for count in (50, 1_000_000)] == [50, 96_000]
