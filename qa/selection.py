"""How well a sentence answers a question: the ranker, what the sentence is about, and where its passage ranks, in one figure. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from qa.about import Aboutness

_SURE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A logistic over six signals, near what two fits give.

    On the invented pages of three kinds (`python -m training.selection`) -4.38; 0.91, 0.05, 0.25, 2.13, -0.77, 2.33; on 400
    held-out questions (`python -m training.abstention`, its last line) 0.8 to 1.0 for the ranker and 2.6 to 2.8 for the
    retrieval. None may count against a sentence, so they are rounded to what keeps both orders.
    """

    intercept: float = -4.3
    ranker: float = 0.8  # of the log-odds that the ranker gives
    names: float = 0.5
    date: float = 0.4
    coverage: float = 1.2
    own_coverage: float = 0.5
    retrieval: float = 2.2  # of one over the root of the passage's rank


WEIGHTS = Weights()


def signals(probability: float, about: Aboutness, retrieval: float) -> tuple[float, ...]:
    """Return the signals in the order of the weights: log-odds, then shares in [0, 1]."""
    bounded = min(max(probability, _SURE), 1 - _SURE)
    return (log(bounded / (1 - bounded)), about.names, about.date, about.coverage, about.own_coverage, retrieval)


def evidence_score(probability: float, about: Aboutness, retrieval: float, weights: Weights = WEIGHTS) -> float:
    """Return in [0, 1] how probably the sentence answers; much less where its date or none of its names is the question's."""
    factors = (weights.ranker, weights.names, weights.date, weights.coverage, weights.own_coverage, weights.retrieval)
    total = weights.intercept + sum(w * s for w, s in zip(factors, signals(probability, about, retrieval), strict=True))
    return discount(about) / (1 + exp(-total))


def discount(about: Aboutness) -> float:
    """Return what is left of a score by rule: too few questions name a wrong date for its weight to be learned."""
    return (0.4 + 0.6 * about.date) * (1.0 if about.names > 0 else 0.4)
