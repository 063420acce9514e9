from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fuse import fuse

rankings = st.lists(st.lists(st.integers(0, 30), unique=True, max_size=15), min_size=1, max_size=4)


def test_what_both_rankings_hold_comes_before_what_one_holds() -> None:
    assert [fused.item for fused in fuse([[1, 2, 3], [4, 3, 5]], weights=[1, 1])] == [3, 1, 4, 2, 5]


def test_the_score_is_the_sum_of_reciprocal_ranks() -> None:
    best = fuse([[7, 8], [8]], weights=[1.0, 0.5], constant=60)[0]
    assert (best.item, best.ranks) == (8, (2, 1))
    assert best.score == pytest.approx(1 / 62 + 0.5 / 61)


def test_as_many_weights_as_rankings_are_needed() -> None:
    with pytest.raises(ValueError, match="2 rankings need as many weights, not 1"):
        fuse([[1], [2]], weights=[1.0])


@given(rankings)
def test_every_item_comes_once_with_its_ranks_in_falling_order_of_score(lists: list[list[int]]) -> None:
    fused = fuse(lists, weights=[1.0] * len(lists))
    assert sorted(f.item for f in fused) == sorted({item for ranking in lists for item in ranking})
    assert [f.score for f in fused] == sorted((f.score for f in fused), reverse=True)
    for found in fused:
        for ranking, rank in zip(lists, found.ranks, strict=True):
            assert (found.item not in ranking) if rank is None else (ranking[rank - 1] == found.item)


@given(st.lists(st.integers(0, 30), unique=True))
def test_equal_rankings_keep_their_order(ranking: list[int]) -> None:
    assert [f.item for f in fuse([ranking, ranking], weights=[1, 1])] == ranking


@given(rankings)
def test_an_item_that_rises_in_one_ranking_never_falls_in_score(lists: list[list[int]]) -> None:
    if len(lists[0]) < 2:
        return
    item = lists[0][-1]
    raised = [[item, *lists[0][:-1]], *lists[1:]]
    score = {f.item: f.score for f in fuse(lists, weights=[1.0] * len(lists))}
    assert {f.item: f.score for f in fuse(raised, weights=[1.0] * len(lists))}[item] > score[item]
