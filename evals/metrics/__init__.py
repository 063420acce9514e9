"""Every metric under its name. Importing this package registers them all; each docstring is a metric's definition."""

from __future__ import annotations

from typing import get_args

from evals.metrics import abstention, answers, calibration, citations, cost, retrieval
from evals.metrics.base import REGISTRY, Group, Metric

METRICS: dict[str, Metric] = {
    name: metric for group in get_args(Group) for name, metric in REGISTRY.items() if metric.group == group
}

__all__ = ["METRICS", "Metric", "abstention", "answers", "calibration", "citations", "cost", "retrieval"]
