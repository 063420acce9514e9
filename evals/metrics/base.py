"""What a metric is: a docstring that defines it, a place for refusals, and a pure function of results.

Most metrics are ratios of sums: each case gives (numerator, denominator), so that a share over claims or citations
and a mean over cases are the same thing, and both can be bootstrapped by resampling clusters of cases. The rest
(curves, medians) are functions of all results together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from typing import Literal

from evals.types import Result

Contribution = tuple[float, float]  # numerator, denominator; the metric is the ratio of their sums
PerCase = Callable[[Result], Contribution | None]  # None: the case has not what the metric measures
Whole = Callable[[Sequence[Result]], float | None]  # None: no case has it
Unit = Literal["share", "seconds", "tokens", "MB", "score"]
Group = Literal["outcomes", "retrieval", "answers", "citations", "abstention", "calibration", "cost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    name: str  # as gates and `metrics` of a suite name it
    title: str  # as a report shows it
    definition: str  # with its source
    refusals: str  # where an abstention stands in it
    group: Group
    unit: Unit = "share"
    higher_is_better: bool = True
    neutral: bool = False  # neither good nor bad by itself: a change is no gain and no loss
    per_case: PerCase | None = None  # exactly one of these two is given
    whole: Whole | None = None


REGISTRY: dict[str, Metric] = {}


def per_case(
    *,
    title: str,
    refusals: str,
    group: Group,
    unit: Unit = "share",
    higher_is_better: bool = True,
    neutral: bool = False,
) -> Callable[[PerCase], PerCase]:
    """Register a function of one result as a metric under its own name; its docstring is the definition."""

    def register(function: PerCase) -> PerCase:
        _add(function, title, refusals, group, unit, higher_is_better, neutral=neutral, per_case=function)
        return function

    return register


def whole(
    *, title: str, refusals: str, group: Group, unit: Unit = "score", higher_is_better: bool = True
) -> Callable[[Whole], Whole]:
    """Register a function of all results as a metric under its own name; its docstring is the definition."""

    def register(function: Whole) -> Whole:
        _add(function, title, refusals, group, unit, higher_is_better, whole=function)
        return function

    return register


def _add(
    function: PerCase | Whole,
    title: str,
    refusals: str,
    group: Group,
    unit: Unit,
    higher_is_better: bool,
    neutral: bool = False,
    per_case: PerCase | None = None,
    whole: Whole | None = None,
) -> None:
    name = function.__name__
    if name in REGISTRY:
        raise ValueError(f"two metrics are called {name}")
    REGISTRY[name] = Metric(
        name=name,
        title=title,
        definition=cleandoc(function.__doc__ or ""),
        refusals=refusals,
        group=group,
        unit=unit,
        higher_is_better=higher_is_better,
        neutral=neutral,
        per_case=per_case,
        whole=whole,
    )
