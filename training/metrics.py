"""Figures of a scorer: pure functions of scores and labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def area_under_curve(positive: FloatArray, negative: FloatArray) -> float:
    """Return the probability that a positive scores above a negative; ties count half.

    Raises:
        ValueError: one side is empty.
    """
    if not len(positive) or not len(negative):
        raise ValueError("the area under the curve needs both positive and negative scores")
    joined = np.concatenate([positive, negative])
    _, place, counts = np.unique(joined, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    above = ranks[: len(positive)].sum() - len(positive) * (len(positive) + 1) / 2
    return float(above / (len(positive) * len(negative)))


def fit_platt(logits: FloatArray, labels: FloatArray, *, rounds: int = 100) -> tuple[float, float]:
    """Return (slope, offset) that make sigmoid(slope * logit + offset) fit the labels best, by Newton's method."""
    design = np.stack([logits, np.ones_like(logits)], axis=1)
    fitted = np.zeros(2)  # from further away Newton's steps may overshoot
    for _ in range(rounds):
        guess = sigmoid(design @ fitted)
        gradient = design.T @ (guess - labels)
        curvature = (design * (guess * (1 - guess))[:, None]).T @ design + 1e-6 * np.eye(2)
        change = np.linalg.solve(curvature, gradient)
        fitted = fitted - change
        if float(np.abs(change).max()) < 1e-8:
            break
    return float(fitted[0]), float(fitted[1])


def sigmoid(values: FloatArray) -> FloatArray:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)), dtype=np.float64)


def calibration_error(probabilities: FloatArray, labels: FloatArray, *, bins: int = 10) -> float:
    """Return the mean gap between probability and share of positives over equal-width bins, weighted by their size."""
    number = np.minimum((probabilities * bins).astype(int), bins - 1)
    gaps = [
        abs(probabilities[number == b].mean() - labels[number == b].mean()) * (number == b).mean()
        for b in range(bins)
        if (number == b).any()
    ]
    return float(sum(gaps))


def fit_signed(
    features: Any, labels: Any, weights: Any, *, signs: Sequence[int], penalty: float
) -> tuple[float, FloatArray]:
    """Return intercept and weights of a logistic regression for the features as they come.

    Args:
        features: (examples, features).
        labels: (examples,), true or false.
        weights: (examples,), what each example counts; scaled to sum to 1.
        signs: of each feature: 1 it may only speak for the label, -1 only against it, 0 either.
        penalty: on the squared weights of the features scaled to a standard deviation of 1.
    """
    from scipy.optimize import minimize

    centre, scale = features.mean(0), features.std(0) + 1e-9
    scaled, share = (features - centre) / scale, weights / weights.sum()
    side = np.where(labels, 1.0, -1.0)

    def loss(point: Any) -> tuple[float, Any]:
        margin = side * (scaled @ point[1:] + point[0])
        pull = -side * share / (1.0 + np.exp(np.minimum(margin, 500.0)))
        value = (share * np.logaddexp(0.0, -margin)).sum() + penalty * (point[1:] ** 2).sum() / 2
        return value, np.concatenate([[pull.sum()], scaled.T @ pull + penalty * point[1:]])

    ends = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}
    bounds = [(None, None), *(ends[int(sign)] for sign in signs)]
    best = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds, method="L-BFGS-B").x
    fitted = best[1:] / scale
    return float(best[0] - (fitted * centre).sum()), fitted
