"""Reciprocal rank fusion. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused:
    """An item of a fused ranking."""

    item: int
    score: float
    ranks: tuple[int | None, ...]  # its place in each ranking, from 1; None where it is not


def fuse(rankings: Sequence[Sequence[int]], *, weights: Sequence[float], constant: int = 60) -> list[Fused]:
    """Return every item of the rankings, best first; each ranking gives an item weight / (constant + rank).

    Cormack, Clarke and Buettcher 2009. Ties go to the item that stands higher in some ranking, then to the one of an
    earlier ranking, then to the smaller number.

    Args:
        rankings: items best first, none twice in one ranking.
        weights: one a ranking, not negative.
    """
    if len(rankings) != len(weights):
        raise ValueError(f"{len(rankings)} rankings need as many weights, not {len(weights)}")
    ranks: dict[int, list[int | None]] = {}
    for number, ranking in enumerate(rankings):
        for rank, item in enumerate(ranking, 1):
            ranks.setdefault(item, [None] * len(rankings))[number] = rank
    fused = [
        Fused(item=item, score=_score(places, weights, constant), ranks=tuple(places)) for item, places in ranks.items()
    ]
    return sorted(fused, key=_order)


def _score(ranks: Sequence[int | None], weights: Sequence[float], constant: int) -> float:
    return sum(weight / (constant + rank) for rank, weight in zip(ranks, weights, strict=True) if rank is not None)


def _order(fused: Fused) -> tuple[float, list[float], int]:
    places = [float("inf") if rank is None else float(rank) for rank in fused.ranks]
    return -fused.score, sorted(places)[:1] + places, fused.item
