"""May this run pass? Floors and ceilings look at the value itself, `not_worse_than` at what may have been lost.

"Not worse than RUN by 0.03 at 95 %" is a test of non-inferiority (Piaggio et al. 2012, "Reporting of Noninferiority and
Equivalence Randomized Trials"): it passes when the lower one-sided limit of the paired difference, turned so that
higher is better, lies above -0.03. Where too few cases leave that open it does not pass, so a run of twenty cases of
which none was lost does not show that fewer than 3 % are; a rerun of the same code, models and documents does pass.

A gate fails closed: what cannot be measured, or not by the same judge, is not passed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from evals.compare import (
    ON_FAILURES,
    SELECTED,
    Measured,
    Pair,
    cautions_between,
    diagnosed_all,
    measure,
    pair_up,
    same_answers,
)
from evals.errors import EvaluationError, GateError
from evals.metrics.base import Metric
from evals.statistics import range_of, widened
from evals.types import Estimate, Gate, GateResult, Report

MOST_NOT_JUDGED = 0.1  # of the answers that were given to the judge
_WITHOUT_JUDGE = ("citation_exactness", "cited", "judge_errors")  # citation metrics that no failing judge distorts


def judge_gates(
    gates: Sequence[Gate], report: Report, *, open_run: Callable[[Path], Report], seed: int
) -> tuple[GateResult, ...]:
    """Return for each gate, in order, whether the run may pass, with what was found.

    Args:
        open_run: reads the run that a gate compares with; what it raises becomes a GateError.
        seed: of the resampling.

    Raises:
        GateError: a gate is not in its shape, its metric is unknown, or its run cannot be used.
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
        return _failed(gate, "not measured: no case has it", *_not_judged(metric, report))
    above = gate.at_least is None or found.value >= gate.at_least
    below = gate.at_most is None or found.value <= gate.at_most
    spread = found.interval
    interval = f", 95 % interval {spread.low:.3f} to {spread.high:.3f}" if spread is not None else ", no interval"
    return GateResult(
        gate=gate_as_text(gate),
        passed=above and below and _enough_judged(metric, report),
        detail="; ".join((f"{found.value:.3f}{interval}, n = {found.n}", *_not_judged(metric, report))),
    )


def _failed(gate: Gate, *reasons: str) -> GateResult:
    return GateResult(gate=gate_as_text(gate), passed=False, detail="; ".join(reasons))


def _estimate_of(metric: Metric, report: Report, seed: int) -> Estimate:
    """Return the run's own estimate, or one made now where the suite does not report this metric."""
    from evals.statistics import estimate

    known = [each for each in report.estimates if each.metric == metric.name]
    return known[0] if known else estimate(metric, report.results, seed=seed)


# --- what a judge did not judge ---------------------------------------------------------------------------------------


def _judged_by(metric: Metric) -> bool:
    """Return whether the metric is a judge's."""
    return metric.group == "citations" and metric.name not in _WITHOUT_JUDGE


def _judge_failures(report: Report) -> tuple[int, int]:
    """Return on how many answers the judge failed, and how many it was given."""
    failed = sum(result.judge_error is not None for result in report.results)
    return failed, failed + sum(result.judge_error is None and bool(result.claims) for result in report.results)


def _enough_judged(metric: Metric, *reports: Report) -> bool:
    counts = [_judge_failures(report) for report in reports if _judged_by(metric)]
    return all(failed <= MOST_NOT_JUDGED * given for failed, given in counts)


def _not_judged(metric: Metric, report: Report, which: str = "") -> tuple[str, ...]:
    """Return how many answers the judge left out of a citation metric, where it did."""
    failed, given = _judge_failures(report)
    if metric.group != "citations" or not failed:
        return ()
    most = f", more than {100 * MOST_NOT_JUDGED:g} % of {given}" if not _enough_judged(metric, report) else ""
    return (f"{failed} not judged{which}{most}",)


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
    beside = _beside(metric, report, earlier, pairs)
    if (reason := _incomparable(gate, metric, report, earlier)) is not None:
        return _failed(gate, reason, *beside)
    measured = measure(metric, pairs, seed=seed, tested=False)
    if measured.difference is None:
        which = "this run" if measured.second is None else "that run"
        return _failed(gate, f"not measured: no case has it in {which}", *beside)
    passed, said = _held(gate, metric, measured, same=same_answers(earlier, report) and not measured.differing)
    passed = passed and _enough_judged(metric, report, earlier)
    return GateResult(gate=gate_as_text(gate), passed=passed, detail="; ".join((said, *beside)))


def _held(gate: Gate, metric: Metric, measured: Measured, *, same: bool) -> tuple[bool, str]:
    """Return whether the limit of what may have been lost is within the margin, and the figures in words.

    Args:
        same: the runs are made of the same and no case differs, so that there is no loss to be seen in other cases.
    """
    limit = lower_limit(metric, measured, confidence=gate.confidence)
    exact = None if same else exact_limit(metric, measured, confidence=gate.confidence)
    rule = _rule(metric, measured, "rerun" if same else "bootstrap")
    if limit is not None and exact is not None and exact <= limit:
        limit, rule = exact, _rule(metric, measured, "exact")
    passed = limit is not None and (limit > -gate.by or limit >= 0.0)
    return passed, _detail(gate, measured, limit, rule)


def _beside(metric: Metric, report: Report, earlier: Report, pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Return what a reader must know beside the figures: what was not judged, not paired, or measured otherwise."""
    unpaired = len(report.results) + len(earlier.results) - 2 * len(pairs)
    return (
        *_not_judged(metric, report),
        *_not_judged(metric, earlier, " in that run"),
        *cautions_between(earlier.manifest, report.manifest, unpaired=unpaired),
    )


def _incomparable(gate: Gate, metric: Metric, report: Report, earlier: Report) -> str | None:
    """Return why the two runs have no difference in this metric that means anything."""
    if _judged_by(metric) and earlier.manifest.judge_fingerprint != report.manifest.judge_fingerprint:
        command = f"onrecord eval rescore {gate.not_worse_than} --out DIR"
        return f"not compared: another judge scored that run; score it again with `{command}` and compare with DIR"
    if metric.name in SELECTED and not diagnosed_all(earlier, report):
        return f"not compared: {ON_FAILURES}"
    return None


def lower_limit(metric: Metric, measured: Measured, *, confidence: float) -> float | None:
    """Return the one-sided lower confidence limit of the difference, turned so that higher is better.

    It is the lower quantile of the paired cluster bootstrap, widened for few clusters; for a metric that is not
    bootstrapped (a peak of memory) the difference itself. None with fewer than two clusters.
    """
    if measured.difference is None or measured.clusters < 2:
        return None
    sign = 1.0 if metric.higher_is_better else -1.0
    value = sign * measured.difference
    if not len(measured.draws):
        return value
    draws = widened(sign * measured.draws, value, measured.clusters, tail=confidence)
    return max(-range_of(metric)[1], float(np.quantile(draws, 1.0 - confidence)))


def exact_limit(metric: Metric, measured: Measured, *, confidence: float) -> float | None:
    """Return the lower limit that the number of lost clusters allows, where few or none were lost.

    The bootstrap of what was not seen has no width. If a share q of all clusters loses, k of them show no loss with
    probability (1 - q) ** k, so that up to 1 - (1 - confidence) ** (1 / k) may be lost: the "rule of three" (Hanley &
    Lippman-Hand 1983, "If Nothing Goes Wrong, Is Everything All Right?"). With some losses it is the exact binomial
    bound of Clopper & Pearson 1934; only where each case is yes or no and a cluster of its own, since elsewhere a loss
    has no one size. None for other metrics than shares and scores of a case.
    """
    from scipy.special import betaincinv

    lost, n = _lost(metric, measured), measured.clusters
    of_cases = metric.per_case is not None and metric.unit in ("share", "score")
    if measured.difference is None or not of_cases or n < 2 or (lost and not measured.alone):
        return None
    value = measured.difference if metric.higher_is_better else -measured.difference
    most = 1.0 if lost == n else float(betaincinv(lost + 1, n - lost, confidence))
    return max(-1.0, value - (most - lost / n))


def _lost(metric: Metric, measured: Measured) -> int:
    return measured.fell if metric.higher_is_better else measured.rose


def _rule(metric: Metric, measured: Measured, rule: Literal["rerun", "bootstrap", "exact"]) -> str:
    if not len(measured.draws):
        return "as measured, without an interval"
    if rule == "exact":
        return f"by the exact binomial bound, since {_lost(metric, measured) or 'none'} of {measured.clusters} lost"
    return "in a rerun of the same, in which nothing differs" if rule == "rerun" else "by the cluster bootstrap"


def _detail(gate: Gate, measured: Measured, limit: float | None, rule: str) -> str:
    figures = f"{measured.second:.3f} against {measured.first:.3f} over {measured.n} paired cases"
    if limit is None:
        return f"{figures}; no confidence limit can be had from {measured.clusters} cluster(s), so it is not shown"
    lost = f"a loss of up to {-limit:.3f}" if limit < 0.0 else "no loss"
    sure = f"at one-sided {100 * gate.confidence:g} % " if len(measured.draws) else ""
    return f"{figures}; {lost} {sure}{rule}, {gate.by:g} allowed"
