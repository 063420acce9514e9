"""How well a sentence answers a question: the ranker, what the sentence is about, and where its passage ranks, in one figure. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from qa.about import Aboutness

_SURE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A logistic over six signals, fit on invented pages of three kinds as `python -m training.selection` does.

    The questions' analysis changed a little after this fit. A refit now gives -7.68; 0.54, 0.62, 0.52, 2.73, 1.10, 2.90;
    it has not been measured with the thresholds of `qa.config`, so the measured weights stay.
    """

    intercept: float = -8.51
    ranker: float = 0.34  # of the log-odds that the ranker gives
    names: float = 1.05
    date: float = 0.43
    coverage: float = 2.81
    own_coverage: float = 1.79
    retrieval: float = 2.73  # of one over the root of the passage's rank


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
