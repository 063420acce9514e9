"""Is the second run better than the first? The cases that both have are compared, metric by metric, in whole clusters.

Every quality metric is tested and Holm's correction taken over all of them; cost gets differences with intervals alone.
"No difference found" is not "no difference": the smallest one that would probably have been found stands beside it.
What was measured on failures alone is not compared, since two runs fail on different cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from evals.errors import RunError
from evals.metrics.base import Metric, PerCase, Whole
from evals.statistics import (
    SAME,
    Floats,
    Rows,
    as_columns,
    cluster_interval,
    cluster_sums,
    holm,
    is_yes_or_no,
    mcnemar_exact,
    minimum_detectable,
    narrowness,
    paired_permutation,
    permute_rows,
    range_of,
    ratio_draws,
    ratio_of,
    row_draws,
    seed_for,
)
from evals.types import OUTCOMES, SUCCESSES, Comparison, Difference, Flip, Interval, Manifest, Outcome, Report, Result

Pair = tuple[Result, Result]  # one case in the first and in the second run
Change = Literal["better", "worse", "changed", "no difference found", "not tested"]

SIGNIFICANT = 0.05  # of the p-value after Holm's correction
WHOLE_DRAWS = 1_000  # resamples and swaps of a metric of all results together, which is computed anew for each
SELECTED = ("closed_book_match", "gold_evidence_right")  # measured, unless all were diagnosed, on failures alone
ON_FAILURES = "measured on failures alone, which differ from run to run; run both with --diagnose all"
_MOST_FLIPS = 20
_MADE_OF = ("code", "model_fingerprint", "prompt", "settings", "embedder_fingerprint", "ranker", "verifier")
_ASKED_OF = ("suite_fingerprint", "data_fingerprint", "seed", "temperature")
_MEASURED_BY = ("judge_fingerprint", "scoring", "suite_fingerprint", "data_fingerprint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A metric in both runs, with the bootstrap draws of its difference; `p_value` is None where it was not tested."""

    n: int
    clusters: int
    first: float | None
    second: float | None
    draws: Floats
    differing: int = 0  # clusters that the two runs have not alike; of a metric of all results together, every one
    rose: int = 0  # clusters with a higher value in the second run; 0 for a metric of all results together
    fell: int = 0
    alone: bool = False  # every case is yes or no and a cluster of its own
    p_value: float | None = None
    mcnemar_p: float | None = None

    @property
    def difference(self) -> float | None:
        return None if self.first is None or self.second is None else self.second - self.first


def compare(first: Report, second: Report, *, metrics: Sequence[str] | None = None, seed: int = 0) -> Comparison:
    """Return the differences of the second run from the first over the cases that both have.

    Args:
        metrics: which are compared; by default those that either run reports. Fewer tests cost less in the correction.
        seed: of resampling and swapping.

    Raises:
        RunError: the runs are of different suites, share no case, or a metric has a name that none has.
    """
    pairs = pair_up(first, second)
    found = _differences(_chosen(metrics, first, second), pairs, seed, everything=diagnosed_all(first, second))
    wanted = set(metrics or ())
    shown = [each for each in found if each.metric in wanted or each.first is not None or each.second is not None]
    paired = {pair[0].key for pair in pairs}
    return Comparison(
        first=first.manifest,
        second=second.manifest,
        differences=_adjusted(shown),
        flips=flips_of(pairs),
        only_first=tuple(result.key for result in first.results if result.key not in paired),
        only_second=tuple(result.key for result in second.results if result.key not in paired),
        seed=seed,
    )


def diagnosed_all(first: Report, second: Report) -> bool:
    """Return whether both runs asked every case, not failures alone, again of its gold evidence and without any."""
    return first.manifest.diagnose == second.manifest.diagnose == "all"


def same_answers(first: Report, second: Report) -> bool:
    """Return whether both runs are made of the same code, models, settings, seed, cases and documents, so that they
    give the same answers.
    """
    return not _differing(first.manifest, second.manifest, (*_MADE_OF, *_ASKED_OF))


def pair_up(first: Report, second: Report) -> tuple[Pair, ...]:
    """Return the cases that both runs have, in the order of the second.

    A case pairs with the one of the same key if both were asked the same and judged by the same: question, history,
    date, expectation and references.

    Raises:
        RunError: the runs are of different suites, or share no case.
    """
    names = first.manifest.suite, second.manifest.suite
    if names[0] != names[1]:
        raise RunError(f"the first run is of the suite {names[0]}, the second of {names[1]}; compare runs of one suite")
    earlier = {result.key: result for result in first.results}
    pairs = tuple(
        (earlier[result.key], result)
        for result in second.results
        if result.key in earlier and _asked(earlier[result.key]) == _asked(result)
    )
    if not pairs:
        raise RunError(
            f"no case of the first run ({len(first.results)}) is in the second ({len(second.results)}) with the same "
            "id, question and references; run both with the same cases"
        )
    return pairs


def _asked(result: Result) -> tuple[object, ...]:
    case = result.case
    return case.question, case.history, case.as_of, case.expect, case.answers, case.sides


def _chosen(names: Sequence[str] | None, first: Report, second: Report) -> list[Metric]:
    from evals.metrics import METRICS

    unknown = [name for name in names or () if name not in METRICS]
    if unknown:
        raise RunError(f"no metric is called {', '.join(unknown)}; there are {', '.join(METRICS)}")
    if not names:
        names = [estimate.metric for report in (first, second) for estimate in report.estimates] or list(METRICS)
        names = [name for name in names if name not in SELECTED or diagnosed_all(first, second)]
    return [metric for name, metric in METRICS.items() if name in names]


def _differences(metrics: Sequence[Metric], pairs: Sequence[Pair], seed: int, *, everything: bool) -> list[Difference]:
    """Return the difference of each metric; what could be found of one is judged at the first step of Holm's correction
    over all that could differ.
    """
    compared = [everything or metric.name not in SELECTED for metric in metrics]
    tested = [each and metric.group != "cost" for metric, each in zip(metrics, compared, strict=True)]
    found = [measure(metric, pairs, seed=seed, tested=test) for metric, test in zip(metrics, tested, strict=True)]
    steps = max(1, sum(each.p_value is not None and _spread(each) > SAME for each in found))
    return [
        _difference(metric, measured, SIGNIFICANT / steps, compared=shown)
        for metric, measured, shown in zip(metrics, found, compared, strict=True)
    ]


def _adjusted(found: Sequence[Difference]) -> tuple[Difference, ...]:
    """Return the differences with Holm's correction over the tests that could have found something.

    Where no case differs no swap can give a p-value below 1, so that such a metric costs the others nothing: Tarone
    1990, "A Modified Bonferroni Method for Discrete Data".
    """
    names = [each.metric for each in found if _could_differ(each)]
    corrected = holm([each.p_value for each in found if each.p_value is not None and _could_differ(each)])
    by_name = dict(zip(names, corrected, strict=True))
    return tuple(replace(each, p_adjusted=by_name.get(each.metric, each.p_value)) for each in found)


def _could_differ(difference: Difference) -> bool:
    spread = difference.interval
    return difference.p_value is not None and spread is not None and spread.high - spread.low > SAME


# --- one metric -------------------------------------------------------------------------------------------------------


def difference_of(metric: Metric, pairs: Sequence[Pair], *, seed: int) -> Difference:
    """Return what a metric lost or gained when it is the only one that is compared.

    The interval resamples clusters, both runs together, and is widened where they are few. Where no case differs it has
    no width, and nothing says how small a difference could have been found.
    """
    return _difference(metric, measure(metric, pairs, seed=seed, tested=metric.group != "cost"), SIGNIFICANT)


def _difference(metric: Metric, measured: Measured, alpha: float, *, compared: bool = True) -> Difference:
    reach = range_of(metric)[1]
    spread = cluster_interval(measured.draws, measured.difference, measured.clusters, within=(-reach, reach))
    return Difference(
        metric=metric.name,
        n=measured.n,
        clusters=measured.clusters,
        first=measured.first,
        second=measured.second,
        difference=measured.difference if compared else None,
        interval=spread if compared else None,
        p_value=measured.p_value,
        p_adjusted=None,
        mcnemar_p=measured.mcnemar_p,
        minimum_detectable=_detectable(measured, alpha) if compared else None,
    )


def _detectable(measured: Measured, alpha: float) -> float | None:
    """Return the smallest difference that would probably be found at the level `alpha`. None where nothing differs, or
    where so few clusters do that no swap of theirs has a p-value that small: all of one sign have 2 / 2 ** n.
    """
    spread = _spread(measured)
    if spread <= SAME or 2.0 / 2.0**measured.differing > alpha:
        return None
    return minimum_detectable(spread * narrowness(measured.clusters), alpha=alpha)


def _spread(measured: Measured) -> float:
    return float(measured.draws.std(ddof=1)) if len(measured.draws) > 1 else 0.0


def measure(metric: Metric, pairs: Sequence[Pair], *, seed: int, tested: bool = True) -> Measured:
    """Return a metric in both runs with bootstrap draws of its difference, and the p-value where it is to be tested."""
    own = seed_for(seed, metric.name)
    if metric.per_case is not None:
        return _measure_ratio(metric.per_case, pairs, own, tested)
    if metric.whole is None:
        raise ValueError(f"the metric {metric.name} has neither a function of a case nor one of all results")
    return _measure_whole(metric.whole, pairs, own, tested=tested, bootstrapped=metric.unit != "MB")


def _measure_ratio(per_case: PerCase, pairs: Sequence[Pair], seed: int, tested: bool) -> Measured:
    """Cases that only one run has a contribution to count in that run alone."""
    both = [(per_case(first), per_case(second), first.cluster) for first, second in pairs]
    both = [each for each in both if each[0] is not None or each[1] is not None]
    columns = as_columns([(*(a or (0.0, 0.0)), *(b or (0.0, 0.0))) for a, b, _ in both], width=4)
    sums = cluster_sums(columns, [cluster for _, _, cluster in both])
    values = [ratio_of(columns[:, side : side + 2]) for side in (0, 2)]
    measured = Measured(n=len(both), clusters=len(sums), first=values[0], second=values[1], draws=np.empty(0))
    if measured.difference is None:
        return measured
    test = paired_permutation(sums[:, :2], sums[:, 2:], seed=seed) if tested and len(sums) > 1 else None
    shared = columns[[a is not None and b is not None for a, b, _ in both]]
    alone = len(sums) == len(both) and _all_yes_or_no(columns)
    changes = _changes(sums)
    return replace(
        measured,
        draws=ratio_draws(sums, seed=seed),
        differing=int((sums[:, :2] != sums[:, 2:]).any(axis=1).sum()),
        rose=int((changes > SAME).sum()),
        fell=int((changes < -SAME).sum()),
        alone=alone,
        p_value=test,
        mcnemar_p=_mcnemar(shared) if tested and alone else None,
    )


def _changes(sums: Floats) -> Floats:
    """Return the second ratio less the first of the clusters that have both."""
    both = sums[(sums[:, 1] > 0) & (sums[:, 3] > 0)]
    changes: Floats = both[:, 2] / both[:, 3] - both[:, 0] / both[:, 1]
    return changes


def _all_yes_or_no(columns: Floats) -> bool:
    return all(is_yes_or_no(side[side[:, 1] > 0]) for side in (columns[:, :2], columns[:, 2:]))


def _mcnemar(columns: Floats) -> float:
    first, second = columns[:, 0] > 0, columns[:, 2] > 0
    return mcnemar_exact(int((first & ~second).sum()), int((second & ~first).sum()))


def _measure_whole(whole: Whole, pairs: Sequence[Pair], seed: int, *, tested: bool, bootstrapped: bool) -> Measured:
    clusters = [first.cluster for first, _ in pairs]
    measured = Measured(
        n=len(pairs),
        clusters=len(set(clusters)),
        first=whole([first for first, _ in pairs]),
        second=whole([second for _, second in pairs]),
        draws=np.empty(0),
    )
    if measured.difference is None or measured.clusters < 2:
        return measured

    def of_rows(rows: Rows) -> float | None:
        drawn = [pairs[row] for row in rows]
        return _change(whole, [first for first, _ in drawn], [second for _, second in drawn])

    def of_swaps(swapped: NDArray[np.bool_]) -> float | None:
        turned = [(b, a) if swap else (a, b) for swap, (a, b) in zip(swapped.tolist(), pairs, strict=True)]
        return _change(whole, [first for first, _ in turned], [second for _, second in turned])

    return replace(
        measured,
        draws=row_draws(of_rows, clusters, seed=seed, resamples=WHOLE_DRAWS) if bootstrapped else np.empty(0),
        differing=measured.clusters,
        p_value=permute_rows(of_swaps, clusters, seed=seed, permutations=WHOLE_DRAWS) if tested else None,
    )


def _change(whole: Whole, first: Sequence[Result], second: Sequence[Result]) -> float | None:
    before, after = whole(first), whole(second)
    return None if before is None or after is None else after - before


# --- cases that ended differently -------------------------------------------------------------------------------------


def flips_of(pairs: Sequence[Pair]) -> tuple[Flip, ...]:
    """Return the cases whose outcome is another one: those that became worse first, the worst of them before."""
    changed = [(first, second) for first, second in pairs if first.outcome != second.outcome]
    ordered = sorted(changed, key=lambda pair: _badness(pair[0].outcome) - _badness(pair[1].outcome))
    return tuple(
        Flip(key=second.key, question=second.case.question, before=first.outcome, after=second.outcome)
        for first, second in ordered
    )


def _badness(outcome: Outcome) -> int:
    return 0 if outcome in SUCCESSES else OUTCOMES.index(outcome)


# --- in words ---------------------------------------------------------------------------------------------------------


def verdict(difference: Difference, *, higher_is_better: bool | None = True) -> Change:
    """Return what was found at the 5 % level, after the correction; "not tested" where there is no p-value.

    Args:
        higher_is_better: None where neither is, such as for coverage: it has changed then.
    """
    p_value = difference.p_value if difference.p_adjusted is None else difference.p_adjusted
    if difference.difference is None or p_value is None:
        return "not tested"
    if p_value > SIGNIFICANT or difference.difference == 0.0:
        return "no difference found"
    if higher_is_better is None:
        return "changed"
    return "better" if (difference.difference > 0.0) == higher_is_better else "worse"


def in_words(difference: Difference, *, higher_is_better: bool | None = True) -> str:
    """Return one phrase that says what was found, and what could not have been seen."""
    found = verdict(difference, higher_is_better=higher_is_better)
    if difference.difference is None:
        if difference.first is not None and difference.second is not None:
            return f"not tested: {ON_FAILURES}"
        missing = "either" if difference.first is None and difference.second is None else None
        missing = missing or ("the first" if difference.first is None else "the second")
        return f"not measured in {missing} run"
    if found in ("better", "worse", "changed"):
        return found
    smallest = difference.minimum_detectable
    if found == "no difference found":
        if smallest is None:
            return f"{found}: {_why_none(difference.interval)}" if difference.interval else found
        return f"no difference found; one of {smallest:.3f} would be found 4 times in 5"
    spread = difference.interval
    if spread is None:
        return "not tested"
    if spread.low <= 0.0 <= spread.high:
        return "not tested; its interval holds 0"
    turned = higher_is_better is False
    lower, higher = ("lower, which is better", "higher, which is worse") if turned else ("lower", "higher")
    return f"not tested; {lower if difference.difference < 0.0 else higher}"


def _why_none(spread: Interval) -> str:
    return "too few clusters differ to find any" if spread.high - spread.low > SAME else "nothing differs"


def cautions(comparison: Comparison) -> tuple[str, ...]:
    """Return what stands in the way of reading the differences as those of the system alone."""
    unpaired = len(comparison.only_first) + len(comparison.only_second)
    return cautions_between(comparison.first, comparison.second, unpaired=unpaired)


def cautions_between(first: Manifest, second: Manifest, *, unpaired: int) -> tuple[str, ...]:
    """Return the cautions of comparing two runs of which so many cases have no counterpart."""
    said = {
        "judge_fingerprint": f"the judges differ ({first.judge}, {second.judge}): citations are not comparable",
        "scoring": "the code that scores differs: run the first again, which asks nothing twice",
        "suite_fingerprint": "the suites' cases or settings differ: only cases asked and judged the same are paired",
        "data_fingerprint": "the documents differ",
    }
    found = [said[name] for name in _differing(first, second, _MEASURED_BY)]
    return (*found, *([f"{unpaired} cases are in one run alone and left out"] if unpaired else []))


def _differing(first: Manifest, second: Manifest, names: Sequence[str]) -> list[str]:
    return [name for name in names if getattr(first, name) != getattr(second, name)]


def as_text(comparison: Comparison) -> str:
    """Return the comparison for a terminal: what changed, each metric with what was found, the cases that flipped."""
    from qa.terminal import printable, table

    changed = [name.removesuffix("_fingerprint") for name in _differing(comparison.first, comparison.second, _MADE_OF)]
    head = [
        f"{comparison.second.suite}: the second run against the first",
        f"changed: {', '.join(changed) if changed else 'nothing that the manifests name'}",
        *(f"caution: {text}" for text in cautions(comparison)),
    ]
    columns = ("metric", "first", "second", "difference", "95 % interval", "p", "adjusted", "McNemar", "n", "found")
    rows = [columns, *(_row(each) for each in comparison.differences)]
    parts = ["\n".join(head), table(rows), _flips_as_text(comparison.flips)]
    for name, keys in (("first", comparison.only_first), ("second", comparison.only_second)):
        if keys:
            parts.append(f"only in the {name} run: {', '.join(keys[:10])}{' …' if len(keys) > 10 else ''}")
    tested = sum(_could_differ(each) for each in comparison.differences)
    parts.append(f"seed {comparison.seed}; paired permutation tests over clusters, Holm's correction over {tested}")
    if any(each.mcnemar_p is not None for each in comparison.differences):
        parts[-1] += "; McNemar's exact p, uncorrected, where each case is a cluster of its own"
    return printable("\n\n".join(parts))


def _row(difference: Difference) -> tuple[str, ...]:
    spread = difference.interval
    return (
        difference.metric,
        _shown(difference.first),
        _shown(difference.second),
        "" if difference.difference is None else f"{difference.difference:+.3f}",
        "" if spread is None else f"{spread.low:+.3f} to {spread.high:+.3f}",
        _shown_p(difference.p_value),
        _shown_p(difference.p_adjusted),
        _shown_p(difference.mcnemar_p),
        str(difference.n),
        in_words(difference, higher_is_better=_higher_is_better(difference.metric)),
    )


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _shown_p(value: float | None) -> str:
    if value is None:
        return ""
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def _higher_is_better(name: str) -> bool | None:
    from evals.metrics import METRICS

    if name not in METRICS:
        return True
    return None if METRICS[name].neutral else METRICS[name].higher_is_better


def _flips_as_text(flips: Sequence[Flip]) -> str:
    from qa.terminal import table

    if not flips:
        return "no case ended differently"
    rows = [(_direction(flip), flip.key, f"{flip.before} -> {flip.after}", flip.question) for flip in flips]
    more = f"\n  … and {len(flips) - _MOST_FLIPS} more" if len(flips) > _MOST_FLIPS else ""
    count = f"{len(flips)} cases" if len(flips) > 1 else "1 case"
    return f"{count} ended differently:\n{table(rows[:_MOST_FLIPS], indent='  ')}{more}"


def _direction(flip: Flip) -> str:
    change = _badness(flip.after) - _badness(flip.before)
    return "worse" if change > 0 else "better" if change < 0 else "other"


def to_json(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as a JSON object; each difference has its `found` in words, and `cautions` are listed."""
    from evals.folder import adapter

    whole: dict[str, Any] = adapter(Comparison).dump_python(comparison, mode="json")
    for given, each in zip(whole["differences"], comparison.differences, strict=True):
        given["found"] = in_words(each, higher_is_better=_higher_is_better(each.metric))
    return {**whole, "cautions": list(cautions(comparison))}
