"""Does a confidence of 0.8 mean that four in five such answers are right?"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import NamedTuple

from evals.metrics.abstention import confidence_of
from evals.metrics.base import Contribution, per_case, whole
from evals.types import ReliabilityBin, Result

_REFUSALS = (
    "Abstentions carry no confidence and are left out, and so are errors, answers without a probability, and cases "
    "whose right answer is not known."
)


@whole(title="Expected calibration error", refusals=_REFUSALS, group="calibration", higher_is_better=False)
def ece(results: Sequence[Result]) -> float | None:
    """Mean gap between confidence and share right over ten bins of equal width, weighted by their size: Naeini et al.
    2015, "Obtaining Well Calibrated Probabilities Using Bayesian Binning"; Guo et al. 2017, "On Calibration of Modern
    Neural Networks". The confidence is the smallest probability of the answer's claims; right is the outcome.
    """
    grouped = _binned(results, 10)
    n = sum(len(inside) for inside in grouped.values())
    if not n:
        return None
    return fsum(abs(fsum(point.confidence - point.right for point in inside)) for inside in grouped.values()) / n


@per_case(title="Brier score", refusals=_REFUSALS, group="calibration", unit="score", higher_is_better=False)
def brier(result: Result) -> Contribution | None:
    """Mean squared gap between the confidence of an answer and whether it is right, 1 or 0: Brier 1950, "Verification
    of Forecasts Expressed in Terms of Probability".
    """
    point = _point(result)
    return None if point is None else ((point.confidence - point.right) ** 2, 1.0)


def reliability(results: Sequence[Result], *, bins: int = 10) -> tuple[ReliabilityBin, ...]:
    """Return the bins of a reliability diagram that hold answers, least sure first. The interval of a share is that of
    an estimate: answers of one cluster count together.

    Args:
        bins: of equal width; the last one holds 1.0 too.
    """
    from evals.statistics import seed_for, share_interval

    def drawn(number: int, inside: Sequence[_Point]) -> ReliabilityBin:
        right = [point.right for point in inside]
        return ReliabilityBin(
            low=number / bins,
            high=(number + 1) / bins,
            n=len(inside),
            mean_confidence=fsum(point.confidence for point in inside) / len(inside),
            share_right=sum(right) / len(right),
            interval=share_interval(right, [point.cluster for point in inside], seed=seed_for(0, f"bin {number}")),
        )

    return tuple(drawn(number, inside) for number, inside in sorted(_binned(results, bins).items()))


class _Point(NamedTuple):
    confidence: float
    right: bool
    cluster: str


def _binned(results: Sequence[Result], bins: int) -> dict[int, list[_Point]]:
    """Return the answers that have a confidence and a known truth, by bin of equal width."""
    grouped: dict[int, list[_Point]] = {}
    for point in map(_point, results):
        if point is not None:
            grouped.setdefault(min(int(point.confidence * bins), bins - 1), []).append(point)
    return grouped


def _point(result: Result) -> _Point | None:
    confidence = confidence_of(result)
    if confidence is None or not result.case.judged:
        return None
    return _Point(confidence=confidence, right=result.success, cluster=result.cluster)
