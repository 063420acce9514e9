"""Does a confidence of 0.8 mean that four in five such answers are right?"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from evals.metrics.abstention import confidence_of
from evals.metrics.base import Contribution, per_case, whole
from evals.types import Interval, ReliabilityBin, Result

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
    return fsum(abs(fsum(sure - right for sure, right in inside)) for inside in grouped.values()) / n


@per_case(title="Brier score", refusals=_REFUSALS, group="calibration", unit="score", higher_is_better=False)
def brier(result: Result) -> Contribution | None:
    """Mean squared gap between the confidence of an answer and whether it is right, 1 or 0: Brier 1950, "Verification
    of Forecasts Expressed in Terms of Probability".
    """
    point = _point(result)
    return None if point is None else ((point[0] - point[1]) ** 2, 1.0)


def reliability(results: Sequence[Result], *, bins: int = 10) -> tuple[ReliabilityBin, ...]:
    """Return the bins of a reliability diagram that hold answers, least sure first.

    Args:
        bins: of equal width; the last one holds 1.0 too.
    """
    from evals.statistics import wilson

    def drawn(number: int, inside: Sequence[tuple[float, float]]) -> ReliabilityBin:
        n, right = len(inside), round(sum(right for _, right in inside))
        interval: Interval = wilson(right, n)
        return ReliabilityBin(
            low=number / bins,
            high=(number + 1) / bins,
            n=n,
            mean_confidence=fsum(sure for sure, _ in inside) / n,
            share_right=right / n,
            interval=interval,
        )

    return tuple(drawn(number, inside) for number, inside in sorted(_binned(results, bins).items()))


def _binned(results: Sequence[Result], bins: int) -> dict[int, list[tuple[float, float]]]:
    """Return (confidence, 1.0 where right) of the answers that have both, by bin of equal width."""
    grouped: dict[int, list[tuple[float, float]]] = {}
    for point in map(_point, results):
        if point is not None:
            grouped.setdefault(min(int(point[0] * bins), bins - 1), []).append(point)
    return grouped


def _point(result: Result) -> tuple[float, float] | None:
    confidence = confidence_of(result)
    return (confidence, float(result.success)) if confidence is not None and result.case.judged else None
