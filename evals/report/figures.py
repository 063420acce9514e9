"""The figures of a run in the words of a report: shares, values in their unit, differences, verdicts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals.types import (
    OUTCOMES,
    SUCCESSES,
    Comparison,
    Difference,
    Estimate,
    GateResult,
    Interval,
    Outcome,
    Report,
    Result,
    Stage,
)

SEARCHED = "searched only"
NOT_MEASURED = "not measured"

GROUPS = {
    "outcomes": "Outcomes",
    "retrieval": "Retrieval",
    "answers": "Answers",
    "citations": "Citations and faithfulness",
    "abstention": "Abstention, conflicts and attacks",
    "calibration": "Calibration",
    "cost": "Cost",
    "other": "Other",
}
STAGES: dict[Stage, str] = {
    "retrieval": "The evidence was not among the ten best passages.",
    "selection": "The evidence was found, but not shown to the model.",
    "reading": "The evidence was shown, but the draft does not hold the answer.",
    "checking": "The draft held the answer and the checks did not let it through, or they let through what they should "
    "have refused.",
}
UNKNOWN_STAGE = "No gold evidence says where it went wrong."
ERROR_STAGE = "Asking raised an error, so no stage can be blamed."
EXPLAINED: dict[str, str] = {
    "answered right": "The answer is said and cited, and nothing forbidden is stated.",
    "conflict reported": "The documents disagree, and every side is shown.",
    "rightly abstained": "The documents do not answer, and nothing was stated.",
    "over-abstained": "The documents answer, and nothing was stated.",
    "answered wrong": "Something was stated that is not the answer, or that cites nothing.",
    "error": "Asking raised an error.",
    SEARCHED: "This run searches and answers nothing.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    outcome: str
    count: int
    share: float
    interval: Interval
    success: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """A metric with its value and, where two runs are compared, with how it changed."""

    name: str
    title: str
    unit: str
    definition: str  # "" where the metric is not one of this package
    refusals: str
    higher_is_better: bool | None  # None: not known
    estimate: Estimate
    difference: Difference | None

    @property
    def value(self) -> str:
        return value_text(self.estimate.value, self.unit)

    @property
    def interval(self) -> str:
        return interval_text(self.estimate.interval, self.unit)

    @property
    def on_unit_scale(self) -> bool:
        """Whether the value can be drawn between 0 and 1."""
        value = self.estimate.value
        return self.unit in ("share", "score") and value is not None and 0.0 <= value <= 1.0

    @property
    def before(self) -> str:
        return value_text(self.difference.first, self.unit) if self.difference else ""

    @property
    def _better(self) -> bool | None:
        """Whether higher is better; None where neither is. Of a metric that is not this package's, higher is."""
        return True if not self.definition else self.higher_is_better

    @property
    def change(self) -> str:
        """What the comparison found, as a word; "" where the metric was not compared."""
        from evals.compare import verdict

        return verdict(self.difference, higher_is_better=self._better) if self.difference else ""

    @property
    def found(self) -> str:
        """What the comparison found, in words, without what stands in other columns."""
        from evals.compare import in_words

        if self.difference is None:
            return "not compared"
        return in_words(self.difference, higher_is_better=self._better) if self.change == "not tested" else self.change

    @property
    def difference_text(self) -> str:
        return signed_text(self.difference.difference, self.unit) if self.difference else ""

    @property
    def difference_interval(self) -> str:
        spread = self.difference.interval if self.difference else None
        if spread is None:
            return ""
        return f"{signed_number(spread.low, self.unit)} to {signed_number(spread.high, self.unit)}"

    @property
    def minimum_detectable(self) -> str:
        smallest = self.difference.minimum_detectable if self.difference else None
        return "" if smallest is None else signed_text(smallest, self.unit).lstrip("+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricGroup:
    title: str
    rows: tuple[MetricRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlameRow:
    stage: str
    explanation: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRow:
    tag: str
    successes: int
    n: int
    share: float
    interval: Interval


# --- outcomes ---------------------------------------------------------------------------------------------------------


def outcome_name(result: Result) -> str:
    """Return the outcome, or "searched only" for a case of a run that answers nothing."""
    return SEARCHED if result.answer is None and result.asked.trace.error is None else result.outcome


def outcome_rows(results: Sequence[Result]) -> tuple[OutcomeRow, ...]:
    """Return each outcome with its share of the cases that were asked and its interval, in the order of OUTCOMES.

    A run that only searches has none.
    """
    asked = [result for result in results if outcome_name(result) != SEARCHED]
    if not asked:
        return ()
    counts = Counter(result.outcome for result in asked)
    return tuple(
        OutcomeRow(
            outcome=outcome,
            count=counts[outcome],
            share=counts[outcome] / len(asked),
            interval=_share_interval([result.outcome == outcome for result in asked], asked, outcome),
            success=outcome in SUCCESSES,
        )
        for outcome in OUTCOMES
    )


def _share_interval(held: Sequence[bool], results: Sequence[Result], name: str) -> Interval:
    """Return the interval of a share of results as an estimate has it, so that cases of one cluster count together."""
    from evals.statistics import seed_for, share_interval

    return share_interval(held, [result.cluster for result in results], seed=seed_for(0, name))


def headline(report: Report) -> Estimate | None:
    """Return the share of cases with the right reaction; None where nothing was answered."""
    for estimate in report.estimates:
        if estimate.metric == "success" and estimate.value is not None:
            return estimate
    asked = [result for result in report.results if outcome_name(result) != SEARCHED]
    if not asked:
        return None
    right = [result.success for result in asked]
    spread = _share_interval(right, asked, "success")
    clusters = len({result.cluster for result in asked})
    return Estimate(metric="success", value=sum(right) / len(right), interval=spread, n=len(right), clusters=clusters)


def failures_first(results: Iterable[Result]) -> tuple[list[Result], list[Result]]:
    """Return (what went wrong, the worst outcome first, then the rest), each in the order of the run."""
    order: tuple[Outcome, ...] = ("answered wrong", "error", "over-abstained")
    wrong = [result for result in results if outcome_name(result) in order]
    rest = [result for result in results if outcome_name(result) not in order]
    return sorted(wrong, key=lambda result: order.index(result.outcome)), rest


def blame_name(result: Result) -> str:
    """Return the stage that a failure is laid at, "error" or "not known"; "" for what did not fail."""
    if outcome_name(result) == SEARCHED or result.success:
        return ""
    return "error" if result.outcome == "error" else result.blame or "not known"


def expected(result: Result) -> str:
    """Return in a line what a right reaction to the case is."""
    case = result.case
    groups = "; and ".join(" or ".join(group) for group in case.answers or ())
    if case.expect == "abstain":
        return "an abstention, since the documents do not answer"
    if case.expect == "conflict":
        return _conflict_between(case.answers or ())
    if case.expect == "answer or conflict":
        return f"{groups or 'an answer'}, or {_conflict_between(case.sides)}"
    return groups or "an answer (which one is not known)"


def _conflict_between(sides: Sequence[Sequence[str]]) -> str:
    return "a conflict" + (f" between {' and '.join(' or '.join(side) for side in sides)}" if sides else "")


def blame_rows(results: Sequence[Result]) -> tuple[BlameRow, ...]:
    """Return how many failures lie at each stage; every stage has its row, other reasons where there are some."""
    counts = Counter(blame_name(result) for result in results)
    rows = [BlameRow(stage=stage, explanation=why, count=counts[stage]) for stage, why in STAGES.items()]
    others = (("not known", UNKNOWN_STAGE), ("error", ERROR_STAGE))
    return (*rows, *(BlameRow(stage=s, explanation=w, count=counts[s]) for s, w in others if counts[s]))


def tag_rows(results: Sequence[Result]) -> tuple[TagRow, ...]:
    """Return the share of right reactions by tag, the worst first."""
    tagged: dict[str, list[Result]] = {}
    for result in results:
        for tag in dict.fromkeys(result.case.tags) if outcome_name(result) != SEARCHED else ():
            tagged.setdefault(tag, []).append(result)
    rows = [_tag_row(tag, inside) for tag, inside in tagged.items()]
    return tuple(sorted(rows, key=lambda row: (row.share, -row.n, row.tag)))


def _tag_row(tag: str, results: Sequence[Result]) -> TagRow:
    right = [result.success for result in results]
    return TagRow(
        tag=tag,
        successes=sum(right),
        n=len(right),
        share=sum(right) / len(right),
        interval=_share_interval(right, results, tag),
    )


# --- metrics ----------------------------------------------------------------------------------------------------------


def metric_groups(report: Report, comparison: Comparison | None = None) -> tuple[MetricGroup, ...]:
    """Return the metrics of a run by group; those that only the comparison has come last in theirs."""
    differences = {difference.metric: difference for difference in comparison.differences} if comparison else {}
    known = {estimate.metric for estimate in report.estimates}
    added = [
        Estimate(metric=found.metric, value=found.second, interval=None, n=found.n, clusters=found.clusters)
        for found in differences.values()
        if found.metric not in known
    ]
    grouped: dict[str, list[MetricRow]] = {group: [] for group in GROUPS}
    for estimate in (*report.estimates, *added):
        group, row = _metric_row(estimate, differences.get(estimate.metric))
        grouped[group].append(row)
    return tuple(MetricGroup(title=GROUPS[group], rows=tuple(rows)) for group, rows in grouped.items() if rows)


def _metric_row(estimate: Estimate, difference: Difference | None) -> tuple[str, MetricRow]:
    from evals.metrics import METRICS

    metric = METRICS.get(estimate.metric)
    return metric.group if metric else "other", MetricRow(
        name=estimate.metric,
        title=metric.title if metric else estimate.metric,
        unit=metric.unit if metric else "score",
        definition=" ".join(metric.definition.split()) if metric else "",
        refusals=" ".join(metric.refusals.split()) if metric else "",
        higher_is_better=None if metric is None or metric.neutral else metric.higher_is_better,
        estimate=estimate,
        difference=difference,
    )


def cautions_of(comparison: Comparison | None) -> tuple[str, ...]:
    """Return what a reader of a comparison must know about its two runs."""
    from evals.compare import cautions

    return cautions(comparison) if comparison else ()


def flip_kind(before: Outcome, after: Outcome) -> str:
    """Return whether a case became right, became wrong, or changed in another way."""
    if (before in SUCCESSES) == (after in SUCCESSES):
        return "other"
    return "better" if after in SUCCESSES else "worse"


# --- numbers ----------------------------------------------------------------------------------------------------------


def value_text(value: float | None, unit: str = "share") -> str:
    """Return a value with its unit, such as "83.3 %" or "1.24 s"."""
    return NOT_MEASURED if value is None else f"{_number(value, unit)}{_suffix(unit)}"


def interval_text(interval: Interval | None, unit: str = "share") -> str:
    """Return "66.1 to 94.0", without the unit; "" where there is none."""
    return "" if interval is None else f"{_number(interval.low, unit)} to {_number(interval.high, unit)}"


def signed_text(value: float | None, unit: str = "share") -> str:
    """Return a difference with its sign and unit; shares differ by points, not by per cent."""
    if value is None:
        return NOT_MEASURED
    return signed_number(value, unit) + ("\u00a0points" if unit == "share" else _suffix(unit))


def signed_number(value: float, unit: str) -> str:
    """Return a difference with its sign; one that is rounded to nothing has none."""
    digits = _number(abs(value), unit)
    if not any(digit in "123456789" for digit in digits):
        return digits
    return ("+" if value > 0 else "\u2212") + digits


def p_text(p_value: float | None) -> str:
    """Return a p-value with three digits, or "" where nothing was tested."""
    if p_value is None:
        return ""
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def _number(value: float, unit: str) -> str:
    if unit == "share":
        return f"{100 * value:.1f}"
    if unit == "tokens":
        return f"{value:,.0f}"
    if unit == "MB":
        return f"{value:,.0f}"
    return f"{value:.2f}" if unit == "seconds" else f"{value:.3f}"


def _suffix(unit: str) -> str:
    return {"share": "\u00a0%", "seconds": "\u00a0s", "tokens": "", "MB": "\u00a0MB"}.get(unit, "")


def gates_line(gates: Sequence[GateResult]) -> str:
    """Return in a few words whether the gates were passed."""
    failed = sum(not gate.passed for gate in gates)
    if not gates:
        return "No gates are set"
    if not failed:
        return "The gate is passed" if len(gates) == 1 else f"All {len(gates)} gates are passed"
    return f"{failed} of {len(gates)} gates {'is' if failed == 1 else 'are'} not passed"
