"""May this run pass? Floors and ceilings look at the value itself, `not_worse_than` at what may have been lost.

"Not worse than RUN by 0.03 at 95 %" is a test of non-inferiority (Piaggio et al. 2012, "Reporting of Noninferiority and
Equivalence Randomized Trials"): it passes when the lower one-sided limit of the paired difference, turned so that
higher is better, lies above -0.03. Where too few cases leave that open it does not pass; where no case differs it does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from evals.compare import Measured, measure, pair_up
from evals.errors import EvaluationError, GateError
from evals.metrics.base import Metric
from evals.types import Estimate, Gate, GateResult, Report


def judge_gates(
    gates: Sequence[Gate], report: Report, *, open_run: Callable[[Path], Report], seed: int
) -> tuple[GateResult, ...]:
    """Return for each gate, in order, whether the run may pass, with what was found.

    Args:
        open_run: reads the run that a gate compares with; what it raises becomes a GateError.
        seed: of the resampling.

    Raises:
        GateError: a gate is not in its shape, its metric is unknown or has no value, or its run cannot be used.
    """
    return tuple(_judged(gate, report, open_run, seed) for gate in gates)


def gate_as_text(gate: Gate) -> str:
    """Return a gate as one would say it: "success at least 0.8"."""
    if gate.at_least is not None:
        return f"{gate.metric} at least {gate.at_least:g}"
    if gate.at_most is not None:
        return f"{gate.metric} at most {gate.at_most:g}"
    name = gate.not_worse_than.name if gate.not_worse_than is not None else "no run"
    return f"{gate.metric} not worse than {name} by {gate.by:g} at {100 * gate.confidence:g} %"


def _judged(gate: Gate, report: Report, open_run: Callable[[Path], Report], seed: int) -> GateResult:
    metric = _metric_of(gate)
    _check(gate)
    if gate.not_worse_than is None:
        return _within_limit(gate, metric, report, seed)
    return _not_worse(gate, metric, report, _opened(gate.not_worse_than, gate, open_run), seed)


def _metric_of(gate: Gate) -> Metric:
    from evals.metrics import METRICS

    if gate.metric not in METRICS:
        raise GateError(f"a gate asks for the metric {gate.metric}; there are {', '.join(METRICS)}")
    return METRICS[gate.metric]


def _check(gate: Gate) -> None:
    given = [name for name in ("at_least", "at_most", "not_worse_than") if getattr(gate, name) is not None]
    if len(given) != 1:
        found = " and ".join(given) if given else "none of them"
        raise GateError(f"the gate on {gate.metric} has {found}; give one of at_least, at_most and not_worse_than")
    if gate.by < 0.0:
        raise GateError(f"the gate on {gate.metric} has by = {gate.by:g}; give the loss allowed as 0 or more")
    if not 0.5 <= gate.confidence < 1.0:
        raise GateError(f"the gate on {gate.metric} has confidence = {gate.confidence:g}; give 0.5 to below 1")


# --- floors and ceilings ----------------------------------------------------------------------------------------------


def _within_limit(gate: Gate, metric: Metric, report: Report, seed: int) -> GateResult:
    found = _estimate_of(metric, report, seed)
    if found.value is None:
        raise GateError(
            f"the gate {gate_as_text(gate)} has nothing to look at: no case of this run has {metric.name}; "
            "take the gate out, or add cases that have it"
        )
    above = gate.at_least is None or found.value >= gate.at_least
    below = gate.at_most is None or found.value <= gate.at_most
    spread = found.interval
    interval = f", 95 % interval {spread.low:.3f} to {spread.high:.3f}" if spread is not None else ", no interval"
    return GateResult(
        gate=gate_as_text(gate), passed=above and below, detail=f"{found.value:.3f}{interval}, n = {found.n}"
    )


def _estimate_of(metric: Metric, report: Report, seed: int) -> Estimate:
    """Return the run's own estimate, or one made now where the suite does not report this metric."""
    from evals.statistics import estimate

    known = [each for each in report.estimates if each.metric == metric.name]
    return known[0] if known else estimate(metric, report.results, seed=seed)


# --- not worse than another run ---------------------------------------------------------------------------------------


def _opened(path: Path, gate: Gate, open_run: Callable[[Path], Report]) -> Report:
    try:
        return open_run(path)
    except (EvaluationError, OSError) as error:
        raise GateError(f"the gate {gate_as_text(gate)} cannot read its run: {error}") from error


def _not_worse(gate: Gate, metric: Metric, report: Report, earlier: Report, seed: int) -> GateResult:
    try:
        pairs = pair_up(earlier, report)
    except EvaluationError as error:
        raise GateError(f"the gate {gate_as_text(gate)} cannot be judged: {error}") from error
    measured = measure(metric, pairs, seed=seed, tested=False)
    if measured.difference is None:
        which = "this run" if measured.second is None else "that run"
        raise GateError(
            f"the gate {gate_as_text(gate)} has nothing to compare: no case of {which} has {metric.name}; "
            "take the gate out, or compare with a run that has it"
        )
    limit = lower_limit(measured, higher_is_better=metric.higher_is_better, confidence=gate.confidence)
    passed = limit is not None and (limit > -gate.by or limit >= 0.0)
    return GateResult(gate=gate_as_text(gate), passed=passed, detail=_detail(gate, measured, limit))


def lower_limit(measured: Measured, *, higher_is_better: bool, confidence: float) -> float | None:
    """Return the one-sided lower confidence limit of the difference, turned so that higher is better.

    It is the lower quantile of the paired cluster bootstrap; for a metric that is not bootstrapped (a peak of memory)
    the difference itself. None with fewer than two clusters.
    """
    if measured.difference is None or measured.clusters < 2:
        return None
    sign = 1.0 if higher_is_better else -1.0
    if not len(measured.draws):
        return sign * measured.difference
    return float(np.quantile(sign * measured.draws, 1.0 - confidence))


def _detail(gate: Gate, measured: Measured, limit: float | None) -> str:
    figures = f"{measured.second:.3f} against {measured.first:.3f} over {measured.n} paired cases"
    if limit is None:
        return f"{figures}; no confidence limit can be had from {measured.clusters} cluster(s), so it is not shown"
    lost = f"a loss of up to {-limit:.3f}" if limit < 0.0 else "no loss"
    sure = f"at one-sided {100 * gate.confidence:g} %" if len(measured.draws) else "as measured, without an interval"
    return f"{figures}; {lost} {sure}, {gate.by:g} allowed"
