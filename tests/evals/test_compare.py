"""Two runs of one system are seldom called different, a real loss is found, and what cannot be compared is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from evals.compare import as_text, cautions, compare, difference_of, in_words, pair_up, to_json, verdict
from evals.errors import RunError
from evals.statistics import mcnemar_exact, minimum_detectable, seed_for
from evals.types import Comparison, Difference, Interval, Report, Result
from tests.evals.made import a_metric, outcomes, report, result

RIGHT = a_metric("right", per_case=lambda result: (float(result.success), 1.0))
SUCCESS_OF = {True: "answered right", False: "answered wrong"}


def pairs_of(first: list[Result], second: list[Result]) -> tuple[tuple[Result, Result], ...]:
    return pair_up(report(first), report(second))


def only(comparison: Comparison) -> Difference:
    (difference,) = comparison.differences
    return difference


# --- which cases are compared -----------------------------------------------------------------------------------------


def test_cases_pair_by_key_and_the_rest_is_listed() -> None:
    first = report([result("a"), result("b"), result("a", repeat=1)], "success")
    second = report([result("c"), result("a", "error"), result("a", repeat=1)], "success")
    found = compare(first, second)

    assert (found.only_first, found.only_second) == (("b",), ("c",))
    assert only(found).n == 2
    assert [flip.key for flip in found.flips] == ["a"]
    assert "2 cases are in one run alone and left out" in cautions(found)


@pytest.mark.parametrize(
    "changed", [{"question": "Another?"}, {"answers": (("22",),)}, {"expect": "abstain", "answers": None}]
)
def test_a_case_that_asks_or_expects_something_else_is_not_the_same_case(changed: dict[str, object]) -> None:
    first, second = report([result("a"), result("b")]), report([result("a"), result("b", **changed)])
    found = compare(first, second, metrics=["success"])

    assert (found.only_first, found.only_second) == (("b",), ("b",))


def test_runs_of_two_suites_are_refused() -> None:
    with pytest.raises(RunError, match="of the suite ferries, the second of mills; compare runs of one suite"):
        compare(report([result("a")]), report([result("a")], suite="mills"))


def test_runs_that_share_no_case_are_refused() -> None:
    with pytest.raises(RunError, match=r"no case of the first run \(1\) is in the second \(2\)"):
        compare(report([result("a")]), report([result("b"), result("c")]))


def test_a_metric_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(RunError, match="no metric is called glory; there are success, answered_right"):
        compare(report([result("a")]), report([result("a")]), metrics=["success", "glory"])


# --- one metric -------------------------------------------------------------------------------------------------------


def test_a_difference_is_the_second_run_less_the_first() -> None:
    first, second = outcomes([True] * 30 + [False] * 10), outcomes([True] * 20 + [False] * 20)
    found = difference_of(RIGHT, pairs_of(first, second), seed=0)

    assert (found.first, found.second, found.difference) == (0.75, 0.5, -0.25)
    assert (found.n, found.clusters) == (40, 40)
    assert found.p_value == pytest.approx(2 / 2**10)  # ten cases differ, all of them one way
    assert found.mcnemar_p == pytest.approx(mcnemar_exact(10, 0))
    assert found.interval is not None
    assert found.interval.low == pytest.approx(-0.39, abs=0.04)
    assert found.interval.high == pytest.approx(-0.13, abs=0.04)
    assert found.minimum_detectable == pytest.approx(minimum_detectable((0.25 * 0.75 / 40) ** 0.5), rel=0.05)


def test_clusters_that_change_together_count_once() -> None:
    first, second = outcomes([True] * 40), outcomes([n % 4 > 0 for n in range(40)])
    alone = difference_of(RIGHT, pairs_of(first, second), seed=0)
    first, second = outcomes([True] * 40, clusters=4), outcomes([n % 4 > 0 for n in range(40)], clusters=4)
    together = difference_of(RIGHT, pairs_of(first, second), seed=0)

    assert alone.p_value == pytest.approx(2 / 2**10)
    assert together.p_value == 1.0  # one cluster of four differs: all swaps give the same
    assert alone.difference == together.difference == -0.25
    assert together.clusters == 4


def test_a_share_over_claims_is_taken_over_each_runs_own_claims() -> None:
    metric = a_metric(
        "claims",
        per_case=lambda r: (
            (float(sum(claim.supported for claim in r.claims)), float(len(r.claims))) if r.claims else None
        ),
    )
    first = [result("a", claims=[True, False]), result("b", claims=[True]), result("c"), result("d")]
    second = [result("a", claims=[True]), result("b"), result("c", claims=[True, True, False]), result("d")]
    found = difference_of(metric, pairs_of(first, second), seed=0)

    assert (found.first, found.second, found.n) == (pytest.approx(2 / 3), pytest.approx(3 / 4), 3)
    assert found.mcnemar_p is None


def test_a_metric_of_all_results_is_swapped_and_resampled_whole() -> None:
    middle = a_metric("middle", whole=lambda results: float(np.median([r.asked.times.total for r in results])))
    seconds = np.random.default_rng(0).random(80)
    first = [result(f"c{n}", seconds=float(value)) for n, value in enumerate(seconds)]
    second = [result(f"c{n}", seconds=float(value) + 0.4) for n, value in enumerate(seconds)]
    found = difference_of(middle, pairs_of(first, second), seed=0)

    assert found.difference == pytest.approx(0.4)
    assert found.p_value is not None
    assert found.p_value <= 2 / 1_001
    assert found.interval is not None
    assert found.interval.low == pytest.approx(0.4)
    assert (found.n, found.clusters) == (80, 80)


def test_cost_has_an_interval_and_no_part_in_the_correction() -> None:
    slow = [result(f"c{n}", seconds=2.0 + n % 5) for n in range(40)]
    fast = [result(f"c{n}", "answered wrong" if n < 12 else "answered right", seconds=1.0 + n % 5) for n in range(40)]
    found = compare(report(slow), report(fast), metrics=["success", "median_seconds"])
    success, seconds = found.differences

    assert seconds.difference == -1.0
    assert (seconds.p_value, seconds.p_adjusted) == (None, None)
    assert seconds.interval is not None
    assert success.p_adjusted == success.p_value
    assert in_words(seconds, higher_is_better=False) == "not tested; lower, which is better"


def test_a_metric_that_one_run_has_not_is_shown_as_not_measured() -> None:
    first, second = report([result("a"), result("b")]), report([result("a", claims=[True]), result("b", claims=[True])])
    found = only(compare(first, second, metrics=["faithfulness"]))

    assert (found.first, found.second, found.difference, found.p_value) == (None, 1.0, None, None)
    assert in_words(found) == "not measured in the first run"


def test_what_neither_run_has_is_compared_only_when_it_is_named() -> None:
    runs = report([result("a")], "success", "faithfulness"), report([result("a")], "success", "faithfulness")

    assert [each.metric for each in compare(*runs).differences] == ["success"]
    assert in_words(only(compare(*runs, metrics=["faithfulness"]))) == "not measured in either run"


def test_without_names_the_metrics_that_the_runs_report_are_compared() -> None:
    runs = report([result("a")], "success"), report([result("a")], "errors")

    assert [each.metric for each in compare(*runs).differences] == ["success", "errors"]


def test_the_same_seed_gives_the_same_comparison() -> None:
    runs = noisy_run(1, 0.0), noisy_run(2, 0.1)

    assert compare(*runs, seed=5) == compare(*runs, seed=5)
    assert compare(*runs, seed=5).differences != compare(*runs, seed=6).differences
    assert seed_for(5, "success") != seed_for(5, "errors")


# --- how often it is wrong --------------------------------------------------------------------------------------------


def noisy_run(seed: int, loss: float, *, system: int | None = None, noise: float = 0.3) -> Report:
    """Return a run of 250 cases in 100 clusters that loses `loss` of all cases. Runs of one `system` find the same
    cases hard and differ by noise: the share of cases whose outcome is drawn anew.
    """
    of_system, random = np.random.default_rng(seed if system is None else system), np.random.default_rng([seed, 1])
    cluster = np.arange(250) % 100
    chance = np.clip(of_system.normal(0.7, 0.2, size=100)[cluster], 0.02, 0.98)
    usual = of_system.random(250) < chance
    right = np.where(random.random(250) < noise, random.random(250) < chance, usual)
    right &= ~(random.random(250) < loss / 0.7)
    claims = random.random((250, 2)) < np.where(right, 0.9, 0.5)[:, None]
    made = [
        result(f"c{n}", SUCCESS_OF[bool(right[n])], cluster=f"k{cluster[n]}", claims=claims[n].tolist())  # type: ignore[arg-type]
        for n in range(250)
    ]
    return report(made, "success", "faithfulness", "citation_recall")


def declared(seed: int, loss: float, *, metrics: list[str] | None = None, noise: float = 0.3) -> bool:
    """Return whether a comparison declares a difference in any metric, after the correction."""
    first = noisy_run(2 * seed, 0.0, system=seed, noise=noise)
    second = noisy_run(2 * seed + 1, loss, system=seed, noise=noise)
    found = compare(first, second, metrics=metrics, seed=seed)
    assert len(found.differences) == (3 if metrics is None else len(metrics))
    return any(verdict(each) in ("better", "worse") for each in found.differences)


def test_two_runs_of_one_system_are_seldom_called_different_by_any_metric() -> None:
    share = sum(declared(seed, 0.0) for seed in range(200)) / 200

    assert 0.0 < share <= 0.07


def test_a_loss_of_ten_points_is_found_among_250_cases() -> None:
    """Of two noisy runs, which disagree in one case of five, by the metric that it was planted in."""
    assert sum(declared(seed, 0.1, metrics=["success"]) for seed in range(100)) / 100 >= 0.80


def test_a_loss_of_ten_points_is_found_among_three_metrics_where_runs_are_less_noisy() -> None:
    """The correction costs power: runs that disagree in one case of ten leave enough."""
    assert sum(declared(seed, 0.1, noise=0.15) for seed in range(60)) / 60 >= 0.80


# --- in words ---------------------------------------------------------------------------------------------------------


def difference(**given: object) -> Difference:
    made = Difference(
        metric="success",
        n=40,
        clusters=40,
        first=0.7,
        second=0.8,
        difference=0.1,
        interval=Interval(low=0.02, high=0.18),
        p_value=0.01,
        p_adjusted=0.03,
        minimum_detectable=0.11,
    )
    return replace(made, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "higher_is_better", "words"),
    [
        ({}, True, "better"),
        ({}, False, "worse"),
        ({"difference": -0.1}, True, "worse"),
        ({"p_adjusted": 0.06}, True, "no difference found; one of 0.110 would be found 4 times in 5"),
        ({"difference": 0.0, "p_value": 1.0, "p_adjusted": 1.0, "interval": Interval(low=0.0, high=0.0),
          "minimum_detectable": None}, True, "no difference found: nothing differs"),
        ({"p_value": None, "p_adjusted": None}, True, "not tested; higher"),
        ({"p_value": None, "p_adjusted": None}, False, "not tested; higher, which is worse"),
        ({"p_value": None, "p_adjusted": None, "interval": Interval(low=-0.1, high=0.3)}, False,
         "not tested; its interval holds 0"),
        ({"p_value": None, "p_adjusted": None, "interval": None}, False, "not tested"),
    ],
)  # fmt: skip
def test_each_difference_is_said_in_words(given: dict[str, object], higher_is_better: bool, words: str) -> None:
    assert in_words(difference(**given), higher_is_better=higher_is_better) == words


def test_metrics_in_which_nothing_differs_cost_the_others_nothing() -> None:
    first, second = outcomes([True] * 20), outcomes([n >= 6 for n in range(20)])
    names = ["success", "errors", "coverage", "cited", "spurious_conflict"]
    found = {each.metric: each for each in compare(report(first), report(second), metrics=names).differences}

    assert found["success"].p_value == found["success"].p_adjusted == pytest.approx(2 / 2**6)
    assert [found[name].p_adjusted for name in names[1:]] == [1.0] * 4


def test_what_could_be_found_is_judged_at_the_first_step_of_the_correction() -> None:
    runs = noisy_run(1, 0.0), noisy_run(2, 0.1)
    (alone,) = compare(*runs, metrics=["success"]).differences
    among = {each.metric: each for each in compare(*runs).differences}["success"]

    assert alone.minimum_detectable is not None
    assert among.minimum_detectable is not None
    normal = NormalDist()
    wanted = (normal.inv_cdf(1 - 0.05 / 6) + normal.inv_cdf(0.8)) / (normal.inv_cdf(0.975) + normal.inv_cdf(0.8))
    assert among.minimum_detectable / alone.minimum_detectable == pytest.approx(wanted)


def test_where_too_few_clusters_differ_nothing_could_be_found() -> None:
    first, five = report(outcomes([True] * 40)), report(outcomes([n >= 5 for n in range(40)]))
    few = only(compare(first, five, metrics=["success"]))  # the smallest p-value is 2 / 2 ** 5
    more = only(compare(first, report(outcomes([n >= 6 for n in range(40)])), metrics=["success"]))

    assert few.p_value == pytest.approx(0.0625)
    assert few.minimum_detectable is None
    assert in_words(few) == "no difference found: too few clusters differ to find any"
    assert more.minimum_detectable is not None
    assert more.p_value == more.p_adjusted == pytest.approx(2 / 2**6)


def test_six_differing_clusters_are_too_few_where_two_metrics_are_tested() -> None:
    first, second = report(outcomes([True] * 40)), report(outcomes([n >= 6 for n in range(40)]))
    found = compare(first, second, metrics=["success", "answered_right"]).differences

    assert [each.minimum_detectable for each in found] == [None, None]


def test_few_clusters_have_a_wider_interval_of_their_difference() -> None:
    first, second = outcomes([True] * 40, clusters=4), outcomes([n % 4 > 0 for n in range(40)], clusters=4)
    found = difference_of(RIGHT, pairs_of(first, second), seed=0)

    assert found.interval is not None
    assert found.interval.low == -1.0  # of draws that reach -0.75
    assert found.interval.high > 0.15


@pytest.mark.parametrize(("diagnosed", "compared"), [("failures", False), ("none", False), ("all", True)])
def test_what_is_measured_on_failures_alone_is_compared_only_where_all_were_diagnosed(
    diagnosed: str, compared: bool
) -> None:
    tried = [with_closed_book(n, "21" if n % 2 else "I do not know.") for n in range(12)]
    known = [with_closed_book(n, "21") for n in range(12)]
    first, second = (report(run, "success", "closed_book_match", diagnose=diagnosed) for run in (tried, known))
    named = only(compare(first, second, metrics=["closed_book_match"]))

    assert ("closed_book_match" in [each.metric for each in compare(first, second).differences]) is compared
    assert (named.first, named.second) == (0.5, 1.0)
    assert (named.difference, named.p_value is not None) == ((0.5, True) if compared else (None, False))
    assert in_words(named).startswith("not tested: measured on failures alone") is not compared


def with_closed_book(n: int, written: str) -> Result:
    made = result(f"c{n}", "answered wrong")
    return replace(made, asked=replace(made.asked, closed_book=written))


def test_mcnemars_p_is_shown_where_each_case_is_a_cluster_of_its_own() -> None:
    right, less = [True] * 40, [n >= 12 for n in range(40)]
    alone = compare(report(outcomes(right)), report(outcomes(less)), metrics=["success"])
    together = compare(report(outcomes(right, clusters=20)), report(outcomes(less, clusters=20)), metrics=["success"])

    assert only(alone).mcnemar_p == pytest.approx(mcnemar_exact(12, 0))
    assert "McNemar's exact p" in as_text(alone)
    assert only(together).mcnemar_p is None
    assert "McNemar's exact p" not in as_text(together)


def test_cases_that_became_worse_come_first() -> None:
    before = ["answered wrong", "answered right", "answered right", "answered right", "over-abstained"]
    after = ["answered right", "over-abstained", "error", "conflict reported", "over-abstained"]
    first = [result(f"c{n}", outcome) for n, outcome in enumerate(before)]  # type: ignore[arg-type]
    second = [result(f"c{n}", outcome) for n, outcome in enumerate(after)]  # type: ignore[arg-type]
    flips = compare(report(first), report(second), metrics=["success"]).flips

    assert [flip.key for flip in flips] == ["c2", "c1", "c3", "c0"]
    assert (flips[0].before, flips[0].after, flips[0].question) == ("answered right", "error", "What of c2?")


def test_the_text_says_what_changed_what_was_found_and_which_cases_flipped() -> None:
    first = report(outcomes([True] * 40, clusters=20), "success", prompt="old")
    second = report(
        outcomes([n >= 12 for n in range(40)], clusters=20), "success", judge="other", judge_fingerprint="x"
    )
    text = as_text(compare(first, second))

    assert "changed: prompt\n" in text
    assert "caution: the judges differ (rules, other): citations are not comparable" in text
    assert "success  1.000  0.700   -0.300" in text
    assert "worse\n" in text
    assert "12 cases ended differently:\n  worse  c0   answered right -> answered wrong  What of c0?" in text


def test_the_text_holds_no_control_characters_of_a_question() -> None:
    first, second = result("a", question="Red \x1b[31m?"), result("a", "error", question="Red \x1b[31m?")

    assert "\x1b" not in as_text(compare(report([first]), report([second]), metrics=["success"]))


def test_a_comparison_is_written_as_json_without_nan() -> None:
    found = to_json(compare(noisy_run(1, 0.0), noisy_run(2, 0.3)))
    text = json.dumps(found, allow_nan=False)

    assert json.loads(text) == found
    assert {each["metric"]: each["found"] for each in found["differences"]}["success"] == "worse"
    assert found["cautions"] == []


def test_a_metric_that_is_neither_good_nor_bad_has_only_changed() -> None:
    moved = Difference(
        metric="coverage",
        n=250,
        clusters=250,
        first=0.5,
        second=0.7,
        difference=0.2,
        interval=Interval(low=0.1, high=0.3),
        p_value=0.001,
        p_adjusted=0.002,
    )

    assert in_words(moved, higher_is_better=None) == "changed"
    assert in_words(moved, higher_is_better=True) == "better"
    assert in_words(moved, higher_is_better=False) == "worse"
