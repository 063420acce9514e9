"""Intervals cover what they should, tests err as often as they say, and both agree with scipy where it has the same."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from evals.statistics import (
    as_columns,
    bootstrap_rows,
    cluster_interval,
    cluster_sums,
    estimate,
    holm,
    mcnemar_exact,
    median_interval,
    minimum_detectable,
    paired_permutation,
    permute_rows,
    prediction_powered,
    ratio_interval,
    row_draws,
    seed_for,
    share_interval,
    widened,
    wilson,
)
from evals.types import Interval
from tests.evals.made import a_metric, outcomes, result

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
p_lists = st.lists(st.floats(0.0, 1.0), max_size=12)


# --- intervals of counts ----------------------------------------------------------------------------------------------


@given(counts)
def test_wilson_is_the_score_interval_of_scipy(counted: tuple[int, int]) -> None:
    successes, n = counted
    found, wanted = wilson(successes, n), scipy.stats.binomtest(successes, n).proportion_ci(method="wilson")

    assert found.low == pytest.approx(wanted.low, abs=1e-9)
    assert found.high == pytest.approx(wanted.high, abs=1e-9)


@given(counts)
def test_wilson_holds_the_share_and_mirrors(counted: tuple[int, int]) -> None:
    successes, n = counted
    found, mirrored = wilson(successes, n), wilson(n - successes, n)

    assert 0.0 <= found.low <= successes / n <= found.high <= 1.0
    assert found.high - found.low > 0.0
    assert found.low == pytest.approx(1.0 - mirrored.high, abs=1e-12)


@pytest.mark.parametrize("counted", [(0, 0), (3, 2), (-1, 5)])
def test_wilson_refuses_counts_that_are_no_share(counted: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="a share needs"):
        wilson(*counted)


@given(st.integers(6, 80))
def test_the_median_interval_is_the_narrowest_pair_of_ranks_with_95_percent(n: int) -> None:
    found = median_interval([float(rank) for rank in range(n)])
    left_out = int(found.low)

    assert found.high == n - 1 - left_out
    assert 1.0 - 2.0 * scipy.stats.binom.cdf(left_out, n, 0.5) >= 0.95
    assert 1.0 - 2.0 * scipy.stats.binom.cdf(left_out + 1, n, 0.5) < 0.95


def test_the_median_of_few_values_has_their_range() -> None:
    assert median_interval([3.0, 1.0, 2.0]) == Interval(low=1.0, high=3.0)
    with pytest.raises(ValueError, match="at least one value"):
        median_interval([])


# --- resampling clusters ----------------------------------------------------------------------------------------------


def test_a_ratio_has_the_percentile_interval_of_scipys_paired_bootstrap() -> None:
    random = np.random.default_rng(5)
    denominators = random.integers(1, 6, size=80).astype(float)
    numerators = random.binomial(denominators.astype(int), 0.7).astype(float)
    names = [str(n) for n in range(80)]
    found = ratio_interval(numerators.tolist(), denominators.tolist(), names, seed=1, resamples=20_000)
    wanted = scipy.stats.bootstrap(
        (numerators, denominators),
        lambda top, bottom, axis: top.sum(axis=axis) / bottom.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=20_000,
        method="percentile",
        rng=np.random.default_rng(2),
    ).confidence_interval

    assert found is not None
    assert found.low == pytest.approx(wanted.low, abs=0.004)
    assert found.high == pytest.approx(wanted.high, abs=0.004)


def test_rows_resampled_one_by_one_agree_with_sums_resampled_at_once() -> None:
    values = [float(n % 3 == 0) for n in range(60)]
    names = [f"k{n // 4}" for n in range(60)]
    by_rows = bootstrap_rows(lambda rows: float(np.mean([values[row] for row in rows])), names, seed=3)
    by_sums = ratio_interval(values, [1.0] * 60, names, seed=3)

    assert by_rows is not None
    assert by_sums is not None
    assert by_rows.low == pytest.approx(by_sums.low)
    assert by_rows.high == pytest.approx(by_sums.high)


def test_resamples_without_a_value_are_dropped() -> None:
    names = ["a", "b", "c"]
    left = row_draws(lambda rows: None if 0 in rows else float(rows.sum()), names, seed=0)

    assert set(left.tolist()) == {3.0, 4.0, 5.0, 6.0}
    assert 400 < len(left) < 800  # (2 / 3) ** 3 of 2,000
    assert ratio_interval([1.0, 0.0, 0.0], [1.0, 0.0, 0.0], names, seed=0) == Interval(low=1.0, high=1.0)
    assert bootstrap_rows(lambda rows: None, names, seed=0) is None


def test_one_cluster_has_no_interval() -> None:
    assert ratio_interval([1.0, 0.0], [1.0, 1.0], ["a", "a"], seed=0) is None
    assert bootstrap_rows(lambda rows: 1.0, ["a", "a"], seed=0) is None
    assert bootstrap_rows(lambda rows: 1.0, [], seed=0) is None


def test_a_statistic_that_all_rows_together_have_not_has_no_interval() -> None:
    assert bootstrap_rows(lambda rows: None if 0 in rows else 1.0, ["a", "b", "c"], seed=0) is None


def test_draws_are_widened_to_students_interval_of_a_mean() -> None:
    values = np.random.default_rng(0).normal(10.0, 2.0, size=8)
    found = ratio_interval(values.tolist(), [1.0] * 8, [str(n) for n in range(8)], seed=0, resamples=50_000)
    wanted = scipy.stats.t.interval(0.95, 7, loc=values.mean(), scale=values.std(ddof=1) / math.sqrt(8))

    assert found is not None
    assert (found.low, found.high) == pytest.approx(wanted, abs=0.15)


def test_an_interval_is_held_to_the_range_of_its_figure() -> None:
    draws = np.array([0.0, 0.5, 0.5, 1.0])

    assert cluster_interval(draws, 0.5, 2, within=(0.0, 1.0)) == Interval(low=0.0, high=1.0)
    free = cluster_interval(draws, 0.5, 2)
    assert free is not None
    assert free.low < -3.0
    assert cluster_interval(draws, 0.5, 1) is None
    assert cluster_interval(draws, None, 2) is None


@pytest.mark.parametrize("tail", [0.5, 0.6, 0.95, 0.999])
def test_many_clusters_are_hardly_widened(tail: float) -> None:
    assert widened(np.array([1.0]), 0.0, 5_000, tail=tail)[0] == pytest.approx(1.0, abs=0.001)


@pytest.mark.parametrize("clusters", [5, 10, 20])
def test_few_clusters_cover_the_truth_about_as_often_as_many(clusters: int) -> None:
    covered, names = 0, [f"k{n // 8}" for n in range(8 * clusters)]
    for seed in range(400):
        random = np.random.default_rng([seed, clusters])
        right = random.random(8 * clusters) < np.repeat(random.beta(1.8, 1.2, size=clusters), 8)
        found = share_interval(right.tolist(), names, seed=seed)
        covered += found.low <= 0.6 <= found.high

    assert 0.91 <= covered / 400 <= 0.99


def test_many_clusters_are_drawn_in_blocks_with_the_same_figures_every_time() -> None:
    n = 30_000
    first, again = (ratio_interval([1.0, 0.0] * (n // 2), [1.0] * n, list(map(str, range(n))), seed=4, resamples=200)
                    for _ in range(2))  # fmt: skip

    assert first == again
    assert first is not None
    assert 0.49 < first.low < 0.5 < first.high < 0.51


TRUE_SHARE = 0.6 + 0.25 * (
    scipy.stats.norm.pdf(-2.4)
    - 2.4 * scipy.stats.norm.sf(2.4)
    - scipy.stats.norm.pdf(1.6)
    + 1.6 * scipy.stats.norm.sf(1.6)
)  # the mean of a normal (0.6, 0.25) held to [0, 1]


def test_clusters_are_covered_where_single_cases_would_not_be() -> None:
    covered = {"clusters": 0, "cases": 0}
    for seed in range(200):
        random = np.random.default_rng(seed)
        chances = np.clip(random.normal(0.6, 0.25, size=40), 0.0, 1.0)
        truth = TRUE_SHARE
        names = [f"k{n // 8}" for n in range(320)]
        right = (random.random(320) < np.repeat(chances, 8)).astype(float).tolist()
        for kind, drawn in (("clusters", names), ("cases", list(map(str, range(320))))):
            found = ratio_interval(right, [1.0] * 320, drawn, seed=seed, resamples=500)
            assert found is not None
            covered[kind] += found.low <= truth <= found.high

    assert 0.90 <= covered["clusters"] / 200 <= 0.98
    assert covered["cases"] / 200 < 0.85


# --- the figures of a run ---------------------------------------------------------------------------------------------

RIGHT = a_metric("right", per_case=lambda result: (float(result.success), 1.0))
CLAIMS = a_metric(
    "claims",
    per_case=lambda result: (
        (sum(claim.supported for claim in result.claims), len(result.claims)) if result.claims else None
    ),
)
LONGEST = a_metric(
    "longest", unit="seconds", whole=lambda results: max((r.asked.times.total for r in results), default=None)
)


def test_a_share_of_independent_cases_has_wilsons_interval() -> None:
    found = estimate(RIGHT, outcomes([True] * 17 + [False] * 3), seed=0)

    assert (found.value, found.n, found.clusters) == (0.85, 20, 20)
    assert found.interval == wilson(17, 20)


def test_cases_in_clusters_are_bootstrapped() -> None:
    results = outcomes([n % 10 < 5 for n in range(100)], clusters=10)  # whole clusters right or wrong
    found = estimate(RIGHT, results, seed=0)

    assert (found.value, found.n, found.clusters) == (0.5, 100, 10)
    assert found.interval == ratio_interval(
        [float(r.success) for r in results], [1.0] * 100, [r.cluster for r in results], seed=seed_for(0, "right")
    )
    assert found.interval is not None
    assert found.interval.high - found.interval.low > 0.5  # ten coins, not a hundred


def test_repeats_of_a_case_are_one_cluster() -> None:
    results = [result("a", repeat=n) for n in range(4)] + [result("b", "answered wrong", repeat=n) for n in range(4)]
    found = estimate(RIGHT, results, seed=0)

    assert (found.n, found.clusters) == (8, 2)
    assert found.interval == Interval(low=0.0, high=1.0)


def test_a_share_at_its_end_is_as_sure_as_its_clusters_are_many() -> None:
    found = estimate(CLAIMS, [result(f"c{n}", claims=[True] * 5) for n in range(12)], seed=0)

    assert (found.value, found.n, found.clusters) == (1.0, 60, 12)
    assert found.interval == wilson(12, 12)


def test_a_count_of_right_and_wrong_has_the_interval_of_the_estimate() -> None:
    alone, together = outcomes([n % 3 > 0 for n in range(30)]), outcomes([n % 3 > 0 for n in range(30)], clusters=7)
    for results in (alone, together):
        right, clusters = [each.success for each in results], [each.cluster for each in results]
        assert share_interval(right, clusters, seed=seed_for(0, "right")) == estimate(RIGHT, results, seed=0).interval


def test_clusters_without_a_difference_count_as_one_case_each() -> None:
    assert share_interval([True] * 6, ["a", "a", "a", "b", "b", "b"], seed=0) == wilson(2, 2)
    assert share_interval([True, False] * 4, ["a", "a", "b", "b", "c", "c", "d", "d"], seed=0) == wilson(2, 4)
    assert share_interval([True, True], ["a", "a"], seed=0) == wilson(1, 1)


def test_a_share_over_claims_counts_claims_and_leaves_out_cases_without() -> None:
    results = [result("a", claims=[True, True, False]), result("b"), result("c", claims=[True])]
    found = estimate(CLAIMS, results, seed=0)

    assert (found.value, found.n, found.clusters) == (0.75, 4, 2)


def test_what_no_case_has_is_not_measured() -> None:
    for metric in (CLAIMS, LONGEST):
        found = estimate(metric, [] if metric is LONGEST else [result("a")], seed=0)
        assert (found.value, found.interval, found.n) == (None, None, 0)


def test_what_does_not_vary_and_is_no_share_has_no_interval() -> None:
    tokens = a_metric("tokens", unit="tokens", per_case=lambda result: (0.1, 1.0))

    assert estimate(tokens, outcomes([True] * 30), seed=0).interval is None
    assert estimate(tokens, outcomes([True] * 30), seed=0).value == pytest.approx(0.1)


def test_a_metric_of_all_results_is_bootstrapped_as_a_whole() -> None:
    middle = a_metric("middle", unit="seconds", whole=lambda results: float(np.median(times(results))))
    results = [result(f"c{n}", seconds=float(n)) for n in range(101)]
    found = estimate(middle, results, seed=0)
    wanted = median_interval([float(n) for n in range(101)])

    assert (found.value, found.n, found.clusters) == (50.0, 101, 101)
    assert found.interval is not None
    assert found.interval.low == pytest.approx(wanted.low, abs=3.0)
    assert found.interval.high == pytest.approx(wanted.high, abs=3.0)


def times(results: object) -> list[float]:
    return [each.asked.times.total for each in results]  # type: ignore[attr-defined]


def test_a_peak_is_not_bootstrapped() -> None:
    peak = a_metric("peak", unit="MB", whole=LONGEST.whole)
    found = estimate(peak, [result(f"c{n}", seconds=float(n)) for n in range(9)], seed=0)

    assert (found.value, found.interval, found.n) == (8.0, None, 9)


def test_the_seed_decides_the_draws_and_metrics_do_not_share_them() -> None:
    results = [result(f"c{n}", seconds=1.0 / (n + 1)) for n in range(40)]
    one, other = (
        a_metric(name, unit="seconds", per_case=lambda result: (result.asked.times.total, 1.0))
        for name in ("one", "other")
    )

    assert estimate(one, results, seed=1) == estimate(one, results, seed=1)
    assert estimate(one, results, seed=1).interval != estimate(one, results, seed=2).interval
    assert estimate(one, results, seed=1).interval != estimate(other, results, seed=1).interval


# --- tests of a difference --------------------------------------------------------------------------------------------


def ones(values: list[float]) -> np.ndarray:
    return np.column_stack([values, np.ones(len(values))])


@pytest.mark.parametrize("n", [3, 8, 12])
def test_few_clusters_give_the_exact_p_value_of_scipy(n: int) -> None:
    random = np.random.default_rng(n)
    first, second = random.integers(0, 4, size=n).astype(float), random.integers(1, 5, size=n).astype(float)
    wanted = scipy.stats.permutation_test(
        (first, second),
        lambda a, b, axis: b.mean(axis=axis) - a.mean(axis=axis),
        permutation_type="samples",
        n_resamples=np.inf,
        vectorized=True,
    )

    assert paired_permutation(ones(list(first)), ones(list(second)), seed=0) == pytest.approx(wanted.pvalue)


def test_many_clusters_give_about_the_p_value_of_scipy() -> None:
    random = np.random.default_rng(1)
    first, second = random.random(60), random.random(60) + 0.08
    wanted = scipy.stats.permutation_test(
        (first, second),
        lambda a, b, axis: b.mean(axis=axis) - a.mean(axis=axis),
        permutation_type="samples",
        n_resamples=10_000,
        vectorized=True,
        rng=np.random.default_rng(3),
    )

    assert 0.02 < wanted.pvalue < 0.98
    assert paired_permutation(ones(list(first)), ones(list(second)), seed=0) == pytest.approx(wanted.pvalue, abs=0.02)


def test_ratios_with_other_denominators_in_each_run_are_swapped_whole() -> None:
    first, second = np.array([[1, 2], [3, 3], [0, 1], [2, 5]], float), np.array([[2, 2], [3, 4], [1, 1], [5, 5]], float)

    def gap(swaps: tuple[int, ...]) -> float:
        sides = [(b, a) if swap else (a, b) for swap, a, b in zip(swaps, first, second, strict=True)]
        left, right = sum(a for a, _ in sides), sum(b for _, b in sides)
        return abs(right[0] / right[1] - left[0] / left[1])

    gaps = [gap(swaps) for swaps in itertools.product((0, 1), repeat=4)]
    wanted = sum(value >= gaps[0] - 1e-12 for value in gaps) / 16

    assert paired_permutation(first, second, seed=0) == wanted


def test_a_p_value_is_never_zero_and_equal_runs_give_one() -> None:
    zeros, every = ones([0.0] * 100), ones([1.0] * 100)

    assert paired_permutation(zeros, every, seed=0) == pytest.approx(1 / 10_001)
    assert paired_permutation(every, every, seed=0) == 1.0


def test_a_run_without_denominator_cannot_be_tested() -> None:
    with pytest.raises(ValueError, match="without any denominator"):
        paired_permutation(np.zeros((3, 2)), ones([1.0, 1.0, 1.0]), seed=0)
    with pytest.raises(ValueError, match="of one shape"):
        paired_permutation(ones([1.0]), ones([1.0, 0.0]), seed=0)


@pytest.mark.parametrize(("n", "tolerance"), [(8, 1e-12), (40, 0.04)])
def test_swapping_results_gives_the_p_value_of_swapping_sums(n: int, tolerance: float) -> None:
    random = np.random.default_rng(2)
    first, second = random.integers(0, 3, size=2 * n).astype(float), random.integers(0, 4, size=2 * n).astype(float)
    names = [f"k{row // 2}" for row in range(2 * n)]

    def difference(swapped: np.ndarray) -> float:
        return float(np.where(swapped, first, second).mean() - np.where(swapped, second, first).mean())

    sums = [cluster_sums(as_columns([(value, 1.0) for value in values]), names) for values in (first, second)]
    wanted = paired_permutation(*sums, seed=0)

    assert permute_rows(difference, names, seed=0, permutations=1_000) == pytest.approx(wanted, abs=tolerance)


def test_swaps_of_what_has_no_value_have_no_p_value() -> None:
    assert permute_rows(lambda swapped: None, ["a", "b"], seed=0, permutations=100) is None


def clustered_runs(seed: int, loss: float, *, n: int = 250, clusters: int = 100) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums per cluster of two noisy runs of one system; the second loses `loss` of all cases."""
    random = np.random.default_rng(seed)
    cluster = np.arange(n) % clusters
    chance = np.clip(random.normal(0.7, 0.2, size=clusters)[cluster], 0.02, 0.98)
    usual = random.random(n) < chance
    runs = [np.where(random.random(n) < 0.3, random.random(n) < chance, usual) for _ in range(2)]
    runs[1] = runs[1] & ~(random.random(n) < loss / 0.7)
    names = [f"k{number}" for number in cluster]
    return tuple(cluster_sums(as_columns([(float(v), 1.0) for v in run]), names) for run in runs)  # type: ignore[return-value]


def test_two_runs_of_one_system_are_seldom_declared_different() -> None:
    declared = [paired_permutation(*clustered_runs(seed, 0.0), seed=seed) <= 0.05 for seed in range(200)]

    assert 0.01 <= sum(declared) / 200 <= 0.07


def test_a_planted_loss_of_ten_points_is_found() -> None:
    declared = [paired_permutation(*clustered_runs(seed, 0.1), seed=seed) <= 0.05 for seed in range(200)]

    assert sum(declared) / 200 >= 0.80


def test_mcnemar_counts_only_cases_that_differ() -> None:
    assert mcnemar_exact(1, 9) == pytest.approx(2 * (1 + 10) / 2**10)
    assert mcnemar_exact(9, 1) == mcnemar_exact(1, 9)
    assert mcnemar_exact(4, 4) == 1.0
    assert mcnemar_exact(0, 0) == 1.0


@given(p_lists)
def test_holm_lies_between_the_p_value_and_bonferronis(p_values: list[float]) -> None:
    for p_value, adjusted in zip(p_values, holm(p_values), strict=True):
        assert p_value <= adjusted <= min(1.0, len(p_values) * p_value)


@given(p_lists, st.floats(0.001, 0.5))
def test_holm_rejects_what_his_steps_reject(p_values: list[float], level: float) -> None:
    rejected: set[float] = set()
    for rank, p_value in enumerate(sorted(p_values)):
        if (len(p_values) - rank) * p_value > level:
            break
        rejected.add(p_value)
    adjusted = holm(p_values)

    assert {p for p, a in zip(p_values, adjusted, strict=True) if a <= level} == rejected


@given(p_lists, st.randoms(use_true_random=False))
def test_holm_does_not_mind_the_order(p_values: list[float], random: object) -> None:
    places = list(range(len(p_values)))
    random.shuffle(places)  # type: ignore[attr-defined]
    adjusted = holm(p_values)

    assert holm([p_values[place] for place in places]) == tuple(adjusted[place] for place in places)


def test_holm_on_known_figures() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


def test_the_minimum_detectable_difference_is_found_four_times_in_five() -> None:
    assert minimum_detectable(0.02) == pytest.approx(0.02 * (1.959964 + 0.841621), rel=1e-6)
    found = np.random.default_rng(0).normal(minimum_detectable(0.02), 0.02, size=20_000)

    assert np.mean(np.abs(found) > 1.959964 * 0.02) == pytest.approx(0.8, abs=0.01)


# --- correcting a judge -----------------------------------------------------------------------------------------------


def judged_claims(seed: int, *, n: int, rest: int, rate: float) -> tuple[list[float], list[tuple[float, float]]]:
    """Return claims of which `rate` are true, judged by one that passes 35 % of the false and 95 % of the true."""
    random = np.random.default_rng(seed)
    human = (random.random(n + rest) < rate).astype(float)
    judge = (random.random(n + rest) < np.where(human == 1.0, 0.95, 0.35)).astype(float)
    return judge[n:].tolist(), list(zip(judge[:n].tolist(), human[:n].tolist(), strict=True))


def test_the_corrected_rate_covers_the_truth_where_the_judge_alone_does_not() -> None:
    found = [prediction_powered(*judged_claims(seed, n=100, rest=1_000, rate=0.7)) for seed in range(400)]

    assert 0.92 <= np.mean([each.interval.low <= 0.7 <= each.interval.high for each in found]) <= 0.98
    assert np.mean([each.naive_interval.low <= 0.7 <= each.naive_interval.high for each in found]) < 0.2
    assert np.mean([each.value for each in found]) == pytest.approx(0.7, abs=0.01)
    assert np.mean([each.naive for each in found]) == pytest.approx(0.77, abs=0.01)


def test_the_correction_is_narrower_than_the_labels_alone() -> None:
    found = prediction_powered(*judged_claims(1, n=100, rest=1_000, rate=0.7))

    assert found.interval.high - found.interval.low < found.classical_interval.high - found.classical_interval.low
    assert (found.judged, found.labelled) == (1_000, 100)
    assert 0.3 < found.power < 0.9


def test_a_judge_that_says_nothing_is_not_relied_on() -> None:
    labels = [(1.0, float(n % 4 > 0)) for n in range(40)]
    found = prediction_powered([1.0] * 500, labels)

    assert found.power == 0.0
    assert found.value == found.classical == 0.75
    assert found.interval == found.classical_interval
    assert found.naive == 1.0


def test_the_correction_by_hand() -> None:
    labels = [(1.0, 1.0), (1.0, 0.0), (0.0, 0.0), (1.0, 1.0)]
    rest = [1.0, 1.0, 0.0, 1.0, 1.0, 0.0]
    covariance = (2 - 4 * (2 / 4) * (3 / 4)) / 3  # of the four labels
    variance = 10 / 9 * 0.7 * 0.3  # of all ten verdicts
    power = covariance / ((1 + 4 / 6) * variance)
    found = prediction_powered(rest, labels)
    rectified = [human - power * judge for judge, human in labels]
    half = 1.959964 * math.sqrt(np.var(rectified, ddof=1) / 4 + power**2 * np.var(rest, ddof=1) / 6)

    assert found.power == pytest.approx(power)
    assert found.value == pytest.approx(power * 4 / 6 + np.mean(rectified))
    assert found.interval.low == pytest.approx(max(0.0, found.value - half), abs=1e-6)
    assert found.interval.high == pytest.approx(min(1.0, found.value + half), abs=1e-6)


def test_labels_that_are_all_alike_are_as_sure_as_they_are_many() -> None:
    found = prediction_powered([1.0, 0.0] * 100, [(1.0, 1.0), (0.0, 1.0)] * 10)

    assert found.value == 1.0
    assert found.interval == wilson(20, 20)


def test_a_judge_never_caught_may_still_err_in_what_was_not_looked_at() -> None:
    found = prediction_powered([1.0] * 800 + [0.0] * 200, [(1.0, 1.0)] * 16 + [(0.0, 0.0)] * 4)

    assert found.value == pytest.approx(0.8)
    assert found.interval.low < 0.8 - 0.139
    assert found.interval.high > 0.8 + 0.139  # 1 - 0.05 ** (1 / 20)


def test_too_few_labels_or_values_that_are_no_share_are_refused() -> None:
    with pytest.raises(ValueError, match="at least two labelled claims"):
        prediction_powered([1.0], [(1.0, 1.0)])
    with pytest.raises(ValueError, match=r"outside \[0, 1\]"):
        prediction_powered([1.5], [(1.0, 1.0), (0.0, 0.0)])
