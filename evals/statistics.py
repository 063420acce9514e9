"""How sure a figure is: intervals, tests and corrections, each with its source. Pure; the same seed, the same draws.

Cases that share a document succeed and fail together, so everything here resamples, swaps or counts whole clusters.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from evals.metrics.base import Metric, PerCase, Whole
from evals.types import Estimate, Interval, Result

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]
Range = tuple[float, float]

RESAMPLES = 2_000
PERMUTATIONS = 10_000
EXACT_CLUSTERS = 14  # up to here every one of the 2 ** n swaps is tried
CONFIDENCE = 0.95
SAME = 1e-12  # what is nearer than this differs by rounding alone
UNIT: Range = (0.0, 1.0)  # of every share and score
_NEAREST_TAIL = 0.6  # nearer to the middle a quantile of t over one of z is 0 over 0
_BLOCK = 2_000_000  # random numbers held at once
_Z95 = 1.959963984540054


# --- intervals of counts ----------------------------------------------------------------------------------------------


def wilson(successes: int, n: int) -> Interval:
    """Return the 95 % score interval of a share (Wilson 1927, "Probable Inference, the Law of Succession, and
    Statistical Inference").

    Raises:
        ValueError: there is nothing to take a share of, or more successes than cases.
    """
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"a share needs 0 <= successes <= n and n > 0, not {successes} of {n}")
    return _score_interval(successes / n, n)


def _score_interval(share: float, n: int) -> Interval:
    """Return Wilson's interval of a share of n, which need not be a whole number of n."""
    z2 = _Z95**2
    middle = share + z2 / (2 * n)
    half = _Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    scale = 1 + z2 / n
    low = 0.0 if share == 0.0 else max(0.0, (middle - half) / scale)
    high = 1.0 if share == 1.0 else min(1.0, (middle + half) / scale)
    return Interval(low=low, high=high)


def median_interval(values: Sequence[float]) -> Interval:
    """Return an interval that holds the median with at least 95 %, or the range where n < 6: order statistics, as in
    David & Nagaraja 2003, "Order Statistics", section 7.1.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("a median needs at least one value")
    ordered, n = sorted(values), len(values)
    below, left_out, chance = 0.0, 0, 0.5**n
    for rank in range(n // 2):
        below += chance * math.comb(n, rank)
        if below > 0.025:
            break
        left_out = rank
    return Interval(low=ordered[left_out], high=ordered[n - 1 - left_out])


# --- resampling clusters ----------------------------------------------------------------------------------------------


def seed_for(seed: int, name: str) -> int:
    """Return a seed that is another one for every name, so that two metrics do not share their draws."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{name}".encode()).digest()[:8], "big")


def cluster_codes(clusters: Sequence[str]) -> Rows:
    """Return for each row the number of its cluster, counted from 0 in the order of first appearance."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in clusters], dtype=np.intp)


def row_draws(
    statistic: Callable[[Rows], float | None], clusters: Sequence[str], *, seed: int, resamples: int = RESAMPLES
) -> Floats:
    """Return the statistic over resamples of whole clusters, drawn with replacement; those that give None are dropped.

    Source: Field & Welsh 2007, "Bootstrapping clustered data". Fewer than two clusters give no draws.
    """
    codes = cluster_codes(clusters)
    members = [np.flatnonzero(codes == code).astype(np.intp) for code in range(int(codes.max(initial=-1)) + 1)]
    if len(members) < 2:
        return np.empty(0)
    values = (
        statistic(np.concatenate([members[code] for code in drawn]))
        for block in _drawn_clusters(len(members), seed=seed, resamples=resamples)
        for drawn in block
    )
    return np.array([value for value in values if value is not None], dtype=np.float64)


def bootstrap_rows(
    statistic: Callable[[Rows], float | None],
    clusters: Sequence[str],
    *,
    seed: int,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
    within: Range | None = None,
) -> Interval | None:
    """Return the interval of a statistic of row numbers under resampling of whole clusters, widened for few of them.

    Sources: Efron & Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13; Field & Welsh 2007; `widened`.

    Args:
        statistic: of the numbers of the rows drawn, with repeats; a resample for which it is None is dropped.
        clusters: the cluster of each row.
        within: the range of the statistic, which the interval does not leave.

    Returns:
        None with fewer than two clusters, or when all rows together or every resample have no value.
    """
    value = statistic(np.arange(len(clusters), dtype=np.intp)) if clusters else None
    draws = row_draws(statistic, clusters, seed=seed, resamples=resamples)
    return cluster_interval(draws, value, len(set(clusters)), confidence=confidence, within=within)


def ratio_interval(
    numerators: Sequence[float],
    denominators: Sequence[float],
    clusters: Sequence[str],
    *,
    seed: int,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
    within: Range | None = None,
) -> Interval | None:
    """Return the interval of a ratio of sums under resampling of whole clusters, as `bootstrap_rows`.

    Resamples whose denominator is 0 are dropped; None with fewer than two clusters.
    """
    sums = cluster_sums(np.column_stack((numerators, denominators)), clusters)
    draws = ratio_draws(sums, seed=seed, resamples=resamples)
    return cluster_interval(draws, ratio_of(sums), len(sums), confidence=confidence, within=within)


def cluster_sums(columns: Floats, clusters: Sequence[str]) -> Floats:
    """Return the sums of the rows of each cluster: (n_rows, n_columns) to (n_clusters, n_columns)."""
    codes = cluster_codes(clusters)
    return np.column_stack([np.bincount(codes, weights=column) for column in columns.T])


def ratio_draws(sums: Floats, *, seed: int, resamples: int = RESAMPLES) -> Floats:
    """Return the ratio of the sums of two columns over resampled clusters; with four columns (numerator and denominator
    of a first and of a second run) the second ratio less the first. Draws with a denominator of 0 are dropped.
    """
    if len(sums) < 2:
        return np.empty(0)
    blocks = _drawn_clusters(len(sums), seed=seed, resamples=resamples)
    totals = np.concatenate([np.column_stack([c[drawn].sum(axis=1) for c in sums.T]) for drawn in blocks])
    totals = totals[(totals[:, 1::2] > 0).all(axis=1)]
    ratios: Floats = totals[:, 0::2] / totals[:, 1::2]
    return np.subtract(ratios[:, 1], ratios[:, 0]) if ratios.shape[1] == 2 else ratios[:, 0]


def percentile_interval(draws: Floats, confidence: float = CONFIDENCE) -> Interval | None:
    """Return the interval between the outer quantiles of bootstrap draws (Efron 1981); None when there are none."""
    if not len(draws):
        return None
    low, high = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(low=float(low), high=float(high))


def widened(draws: Floats, value: float, clusters: int, *, tail: float = (1 + CONFIDENCE) / 2) -> Floats:
    """Return bootstrap draws moved away from the value so that their quantile `tail` is right for few clusters too.

    Draws of k clusters vary too little by sqrt((k - 1) / k), and their quantiles are those of a normal distribution
    where a mean of k needs Student's t with k - 1 degrees of freedom: Hesterberg 2015, "What Teachers Should Know About
    the Bootstrap", on narrowness bias; Cameron, Gelbach & Miller 2008, "Bootstrap-Based Improvements for Inference with
    Clustered Errors", on few clusters. Both are made good here by distance instead of by Hesterberg's outer
    percentiles, which a handful of clusters has not.
    """
    from scipy.special import stdtrit

    level = max(tail, _NEAREST_TAIL)
    factor = float(stdtrit(clusters - 1, level)) / NormalDist().inv_cdf(level) * narrowness(clusters)
    return value + factor * (draws - value)


def narrowness(clusters: int) -> float:
    """Return by how much the spread of a bootstrap over k clusters is too small: sqrt(k / (k - 1))."""
    return math.sqrt(clusters / (clusters - 1))


def cluster_interval(
    draws: Floats, value: float | None, clusters: int, *, confidence: float = CONFIDENCE, within: Range | None = None
) -> Interval | None:
    """Return the interval between the outer quantiles of widened draws about a value, held to `within`.

    None where there are no draws or no value, or fewer than two clusters.
    """
    if value is None or clusters < 2 or not len(draws):
        return None
    found = percentile_interval(widened(draws, value, clusters, tail=(1 + confidence) / 2), confidence)
    if found is None or within is None:
        return found
    low, high = within
    return Interval(low=min(high, max(low, found.low)), high=max(low, min(high, found.high)))


def share_interval(right: Sequence[bool], clusters: Sequence[str], *, seed: int) -> Interval:
    """Return the 95 % interval of a share of cases that are each yes or no, by the rule of `estimate`: Wilson's where
    every case is a cluster of its own, else that of the cluster bootstrap. Where clusters do not vary, or there is one
    alone, it is Wilson's with the clusters as its cases.

    Raises:
        ValueError: there are no cases.
    """
    n_clusters = len(set(clusters))
    if n_clusters == len(clusters):
        return wilson(sum(right), len(right))
    found = ratio_interval([float(each) for each in right], [1.0] * len(right), clusters, seed=seed, within=UNIT)
    return _with_width(found) or _score_interval(sum(right) / len(right), n_clusters)


def _drawn_clusters(n: int, *, seed: int, resamples: int) -> Iterator[Rows]:
    """Yield the numbers of the clusters drawn, a row a resample, in blocks that fit in memory."""
    random = np.random.Generator(np.random.PCG64(seed))
    step = max(1, _BLOCK // n)
    for start in range(0, resamples, step):
        yield random.integers(n, size=(min(step, resamples - start), n), dtype=np.intp)


# --- the figures of a run ---------------------------------------------------------------------------------------------


def estimate(metric: Metric, results: Sequence[Result], *, seed: int) -> Estimate:
    """Return the value of a metric with its 95 % interval, bootstrapped over clusters (and widened for few of them, see
    `widened`) unless said otherwise below. Shares and scores are held to [0, 1].

    A bootstrap of cases that are all alike has no width, which would claim to be sure of what was seen a few times:

    - a share of cases that are each yes or no and each a cluster of their own has Wilson's interval (1927);
    - any other share or score at exactly 0 or 1, the ends of its range, has Wilson's interval with the clusters as its
      cases, which is conservative for clusters that are not all yes or no;
    - what else does not vary has no interval, and neither has a peak of memory: the bootstrap does not work for a
      maximum (Bickel & Freedman 1981, "Some Asymptotic Theory for the Bootstrap").

    `n` is the sum of the denominators: cases, claims or citations; for a metric of all results together the number of
    results that have a value alone.
    """
    if metric.per_case is not None:
        return _ratio_estimate(metric, metric.per_case, results, seed)
    if metric.whole is None:
        raise ValueError(f"the metric {metric.name} has neither a function of a case nor one of all results")
    return _whole_estimate(metric, metric.whole, results, seed)


def _ratio_estimate(metric: Metric, per_case: PerCase, results: Sequence[Result], seed: int) -> Estimate:
    found = [(given, result.cluster) for result in results if (given := per_case(result)) is not None]
    columns, clusters = as_columns([given for given, _ in found]), [name for _, name in found]
    value = ratio_of(columns)
    if value is None:
        return Estimate(metric=metric.name, value=None, interval=None, n=0)
    n_clusters = len(set(clusters))
    if n_clusters >= 2 and metric.unit == "share" and is_yes_or_no(columns) and n_clusters == len(found):
        interval: Interval | None = wilson(int(columns[:, 0].sum()), len(found))
    elif n_clusters >= 2 and metric.unit in ("share", "score") and value in (0.0, 1.0) and _within_range(columns):
        interval = wilson(round(value) * n_clusters, n_clusters)
    else:
        draws = ratio_draws(cluster_sums(columns, clusters), seed=seed_for(seed, metric.name))
        within = range_of(metric) if _within_range(columns) else None
        interval = _with_width(cluster_interval(draws, value, n_clusters, within=within))
    n = round(columns[:, 1].sum())
    return Estimate(metric=metric.name, value=value, interval=interval, n=n, clusters=n_clusters)


def _whole_estimate(metric: Metric, whole: Whole, results: Sequence[Result], seed: int) -> Estimate:
    value = whole(results)
    if value is None:
        return Estimate(metric=metric.name, value=None, interval=None, n=0)
    measured = [result.cluster for result in results if whole([result]) is not None]
    interval = None
    if metric.unit != "MB":
        interval = bootstrap_rows(
            lambda rows: whole([results[row] for row in rows]),
            [result.cluster for result in results],
            seed=seed_for(seed, metric.name),
            within=range_of(metric),
        )
        interval = _with_width(interval)
    return Estimate(metric=metric.name, value=value, interval=interval, n=len(measured), clusters=len(set(measured)))


def range_of(metric: Metric) -> Range:
    """Return the least and greatest value of a metric: 0 and 1 for shares and scores, at least 0 for amounts."""
    return UNIT if metric.unit in ("share", "score") else (0.0, math.inf)


def as_columns(contributions: Sequence[tuple[float, ...]], width: int = 2) -> Floats:
    """Return contributions as an array (n, width)."""
    return np.array(contributions, dtype=np.float64).reshape(-1, width)


def ratio_of(columns: Floats) -> float | None:
    """Return the ratio of the sums of (numerator, denominator), exactly summed; None for a denominator of 0."""
    denominator = math.fsum(columns[:, 1])
    return math.fsum(columns[:, 0]) / denominator if denominator else None


def is_yes_or_no(columns: Floats) -> bool:
    """Return whether every row of (numerator, denominator) is 0 of 1 or 1 of 1."""
    return bool((columns[:, 1] == 1).all() and np.isin(columns[:, 0], (0.0, 1.0)).all())


def _within_range(columns: Floats) -> bool:
    return bool((columns[:, 0] >= 0).all() and (columns[:, 0] <= columns[:, 1]).all())


def _with_width(interval: Interval | None) -> Interval | None:
    return interval if interval is not None and interval.high - interval.low > SAME else None


# --- tests of a difference --------------------------------------------------------------------------------------------


def paired_permutation(first: Floats, second: Floats, *, seed: int, permutations: int = PERMUTATIONS) -> float:
    """Return the two-sided p-value of a difference of two ratios of sums when the runs are swapped in random clusters.

    Under the null hypothesis the two runs of a cluster can change places. Up to 14 clusters that differ, all swaps are
    counted; with more, `permutations` random ones, and the observed one is counted among them (Phipson & Smyth 2010,
    "Permutation P-values Should Never Be Zero"). Swaps that leave a run without a denominator are dropped. The test
    itself: Fisher 1935, "The Design of Experiments"; for systems on shared cases Koehn 2004 and Dror et al. 2018.

    Args:
        first: (n_clusters, 2), the sums of numerators and denominators of each cluster in the first run.
        second: the same clusters in the second run.

    Raises:
        ValueError: the runs have not the same clusters, or one has no denominator at all.
    """
    if first.shape != second.shape or first.ndim != 2 or first.shape[1] != 2:
        raise ValueError(f"expected two arrays (n_clusters, 2) of one shape, not {first.shape} and {second.shape}")
    if not (first[:, 1].sum() and second[:, 1].sum()):
        raise ValueError("a run without any denominator has no ratio to compare")
    totals = (first.sum(axis=0), second.sum(axis=0))
    changes = (second - first)[(first != second).any(axis=1)]
    observed, _ = _swapped_difference(np.zeros((1, 2)), *totals)
    exact, extreme, tried = len(changes) <= EXACT_CLUSTERS, 0, 0
    for swaps in _every_swap(len(changes)) if exact else _random_swaps(len(changes), seed, permutations):
        moved = np.column_stack([swaps @ changes[:, 0], swaps @ changes[:, 1]])
        differences, scale = _swapped_difference(moved, *totals)
        extreme += int((np.abs(differences) >= abs(observed[0]) - 1e-10 * scale).sum())
        tried += len(differences)
    return extreme / tried if exact else (extreme + 1) / (tried + 1)


def _swapped_difference(moved: Floats, first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Return second ratio less first, and the ratios' size, after sums have moved from the second run to the first."""
    left, right = first + moved, second - moved
    kept = (left[:, 1] > 0) & (right[:, 1] > 0)
    ratios = left[kept, 0] / left[kept, 1], right[kept, 0] / right[kept, 1]
    return ratios[1] - ratios[0], np.abs(ratios[0]) + np.abs(ratios[1])


def _every_swap(n: int) -> Iterator[Floats]:
    """Yield all rows of 0 and 1 that say which clusters change places, none of them first."""
    yield ((np.arange(2**n)[:, None] >> np.arange(n)) & 1).astype(np.float64)


def _random_swaps(n: int, seed: int, permutations: int) -> Iterator[Floats]:
    random = np.random.Generator(np.random.PCG64(seed))
    step = max(1, _BLOCK // n)
    for start in range(0, permutations, step):
        yield random.integers(2, size=(min(step, permutations - start), n), dtype=np.int8).astype(np.float64)


def permute_rows(
    difference: Callable[[NDArray[np.bool_]], float | None], clusters: Sequence[str], *, seed: int, permutations: int
) -> float | None:
    """Return the p-value as `paired_permutation` does, for a difference that is a function of which rows are swapped.

    All swaps are counted where they are no more than `permutations`. None when the runs as they are have no difference.
    """
    codes = cluster_codes(clusters)
    n = int(codes.max(initial=-1)) + 1
    observed = difference(np.zeros(len(codes), dtype=np.bool_))
    if observed is None:
        return None
    exact = 2**n <= permutations
    swaps = _every_swap(n) if exact else _random_swaps(n, seed, permutations)
    found = [value for block in swaps for row in block if (value := difference(row[codes] > 0)) is not None]
    extreme = sum(abs(value) >= abs(observed) * (1 - 1e-10) - 1e-12 for value in found)
    return extreme / len(found) if exact else (extreme + 1) / (len(found) + 1)


def mcnemar_exact(first_only: int, second_only: int) -> float:
    """Return the two-sided exact p-value of McNemar's test (1947): a binomial test on the cases in which only one of
    two runs was right. It takes every case for itself, whatever its cluster.

    Args:
        first_only: cases right in the first run alone.
        second_only: cases right in the second run alone.
    """
    from scipy.stats import binomtest

    n = first_only + second_only
    return float(binomtest(first_only, n, 0.5).pvalue) if n else 1.0


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return p-values adjusted for their number, in the same order: Holm 1979, "A Simple Sequentially Rejective
    Multiple Test Procedure". Each is the largest of (number left) * p up to its rank, at most 1.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return tuple(adjusted)


def minimum_detectable(standard_error: float, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """Return the true difference that a two-sided test at level `alpha` finds with this power: (z(1 - alpha/2) +
    z(power)) * standard error (Bloom 1995, "Minimum Detectable Effects").
    """
    normal = NormalDist()
    return (normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)) * standard_error


# --- correcting a judge -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A rate by a judge, corrected with a few labels of people; beside it the two that it improves on."""

    value: float
    interval: Interval
    naive: float  # what the judge alone says, of all claims
    naive_interval: Interval  # right only if the judge never errs
    classical: float  # what people say, of the labelled claims alone
    classical_interval: Interval
    power: float  # how much the judge is relied on: 0 not at all, 1 wholly
    judged: int  # claims with the judge's word alone
    labelled: int


def prediction_powered(
    judged: Sequence[float], labelled: Sequence[tuple[float, float]], *, confidence: float = CONFIDENCE
) -> Corrected:
    """Return the rate that people would give to all claims, from a judge's verdicts on all and labels on a few.

    value = power * mean(judge, unlabelled) + mean(human - power * judge, labelled), with the normal interval of its two
    independent parts: Angelopoulos et al. 2023, "Prediction-powered inference". The power that makes the interval
    narrowest, cov(human, judge) / ((1 + n/N) var(judge)) held to [0, 1], is that of Angelopoulos, Duchi & Zrnic 2023,
    "PPI++". Unbiased however the judge errs, if the labelled claims are a random draw from the same run; claims are
    taken as independent. Where the labelled claims show no spread at all there is nothing to estimate a variance from:
    labels that are all 0 or all 1 give Wilson's interval (1927) of the labels alone, and a judge that agrees with every
    label may still err in up to 1 - (1 - confidence)^(1/n) of the rest (Hanley & Lippman-Hand 1983, "If Nothing Goes
    Wrong, Is Everything All Right?"), which widens the interval.

    Args:
        judged: the judge's verdicts (0 or 1, or probabilities) on the claims without a label.
        labelled: (judge, human) of the claims with one.

    Raises:
        ValueError: fewer than two labelled claims, or a value outside [0, 1].
    """
    judge, human = np.array(labelled, dtype=np.float64).reshape(-1, 2).T
    rest = np.array(judged, dtype=np.float64)
    everything = np.concatenate([rest, judge])
    _check_labels(everything, human)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    power = _power(rest, judge, human)
    error = _standard_error(human - power * judge)
    value = float((human - power * judge).mean())
    if power:
        value += power * float(rest.mean())
        error = math.hypot(error, power * _standard_error(rest))
    unseen = 1 - (1 - confidence) ** (1 / len(human)) if power and (judge == human).all() else 0.0
    classical = _share_interval(human, z)
    return Corrected(
        value=min(1.0, max(0.0, value)),
        interval=_clipped(value, math.hypot(z * error, unseen)) if power else classical,
        naive=float(everything.mean()),
        naive_interval=_share_interval(everything, z),
        classical=float(human.mean()),
        classical_interval=classical,
        power=power,
        judged=len(rest),
        labelled=len(human),
    )


def _check_labels(judge: Floats, human: Floats) -> None:
    if len(human) < 2:
        raise ValueError(f"a correction needs at least two labelled claims, not {len(human)}; label about fifty")
    for values in (judge, human):
        if not ((values >= 0) & (values <= 1)).all():
            raise ValueError("a verdict or label is outside [0, 1]; expected 0, 1 or a probability")


def _power(rest: Floats, judge: Floats, human: Floats) -> float:
    """Return how much the judge is relied on."""
    spread = float(np.concatenate([rest, judge]).var(ddof=1))
    if len(rest) < 2 or spread == 0.0:
        return 0.0
    shared = float(np.cov(human, judge)[0, 1])
    return min(1.0, max(0.0, shared / ((1 + len(human) / len(rest)) * spread)))


def _standard_error(values: Floats) -> float:
    return float(values.std(ddof=1)) / math.sqrt(len(values))


def _share_interval(values: Floats, z: float) -> Interval:
    """Return the normal interval of a mean, or Wilson's where all are 0 or all are 1."""
    if values.min() == values.max() and values[0] in (0.0, 1.0):
        return wilson(int(values.sum()), len(values))
    return _clipped(float(values.mean()), z * _standard_error(values))


def _clipped(value: float, half: float) -> Interval:
    return Interval(low=min(1.0, max(0.0, value - half)), high=min(1.0, max(0.0, value + half)))
