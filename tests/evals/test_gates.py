"""Gates pass what reaches them and nothing else, and say in one line what they cannot judge."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
import scipy.stats

from evals.errors import GateError, RunError
from evals.gates import judge_gates
from evals.junit import as_junit, gates_as_json
from evals.statistics import wilson
from evals.types import Gate, GateResult, Report, Result
from tests.evals.made import outcomes, report, result

BASELINE = Path("runs/baseline")


def judged(gate: Gate, run: Report, *, earlier: Report | None = None) -> GateResult:
    (found,) = judge_gates([gate], run, open_run=reader(earlier), seed=0)
    return found


def reader(earlier: Report | None) -> Callable[[Path], Report]:
    def open_run(path: Path) -> Report:
        if earlier is None:
            raise RunError(f"{path} holds no run; give the folder that was --out")
        assert path == BASELINE
        return earlier

    return open_run


EIGHT_OF_TEN = report(outcomes([n < 8 for n in range(10)]))


# --- floors and ceilings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "passed"),
    [({"at_least": 0.8}, True), ({"at_least": 0.81}, False), ({"at_most": 0.8}, True), ({"at_most": 0.79}, False)],
)
def test_a_limit_is_held_against_the_value_itself(limit: dict[str, Any], passed: bool) -> None:
    assert judged(Gate(metric="success", **limit), EIGHT_OF_TEN).passed is passed


def test_the_detail_names_value_interval_and_n() -> None:
    spread = wilson(8, 10)
    found = judged(Gate(metric="success", at_least=0.9), EIGHT_OF_TEN)

    assert found.gate == "success at least 0.9"
    assert found.detail == f"0.800, 95 % interval {spread.low:.3f} to {spread.high:.3f}, n = 10"


def test_a_metric_that_no_metric_is_called_is_an_error() -> None:
    with pytest.raises(GateError, match="asks for the metric glory; there are success, "):
        judged(Gate(metric="glory", at_least=0.5), EIGHT_OF_TEN)


@pytest.mark.parametrize("limit", [{"at_least": 0.5}, {"at_most": 0.5}])
def test_a_metric_without_a_value_does_not_pass(limit: dict[str, Any]) -> None:
    found = judged(Gate(metric="faithfulness", **limit), EIGHT_OF_TEN)

    assert (found.passed, found.detail) == (False, "not measured: no case has it")


@pytest.mark.parametrize(
    ("gate", "said"),
    [
        (Gate(metric="success"), "has none of them; give one of at_least, at_most and not_worse_than"),
        (Gate(metric="success", at_least=0.1, at_most=0.2), "has at_least and at_most; give one"),
        (Gate(metric="success", not_worse_than=BASELINE, by=-0.1), "by = -0.1; give the loss allowed as 0 or more"),
        (Gate(metric="success", not_worse_than=BASELINE, confidence=95), "confidence = 95; give 0.5 to below 1"),
    ],
)
def test_a_gate_that_is_not_in_its_shape_is_an_error(gate: Gate, said: str) -> None:
    with pytest.raises(GateError, match=said):
        judged(gate, EIGHT_OF_TEN, earlier=EIGHT_OF_TEN)


# --- not worse than another run ---------------------------------------------------------------------------------------

NOT_WORSE = Gate(metric="success", not_worse_than=BASELINE, by=0.05)


def run_with(wrong: int, *, n: int = 200, clusters: int | None = None) -> Report:
    return report(outcomes([number >= wrong for number in range(n)], clusters=clusters))


@pytest.mark.parametrize(
    ("wrong", "passed"),
    [
        (40, True),  # the same cases
        (42, True),  # one point lost, at most 2.5 sure
        (48, False),  # four points lost: less than allowed, but five and more are possible
        (60, False),
        (20, True),  # better
    ],
)
def test_a_run_passes_when_it_is_surely_not_worse_by_more(wrong: int, passed: bool) -> None:
    assert judged(NOT_WORSE, run_with(wrong), earlier=run_with(40)).passed is passed


def test_few_cases_cannot_show_that_little_was_lost() -> None:
    lost = judged(NOT_WORSE, run_with(1, n=20), earlier=run_with(0, n=20))
    much = judged(NOT_WORSE, run_with(10, n=2_000), earlier=run_with(0, n=2_000))

    assert (lost.passed, much.passed) == (False, True)


def test_a_loss_in_one_cluster_is_less_sure_than_one_in_many_cases() -> None:
    wide = Gate(metric="success", not_worse_than=BASELINE, by=0.17)
    right = outcomes([True] * 200, clusters=10)
    one_cluster = [result(r.case.id, "answered wrong" if r.cluster == "k0" else "answered right", cluster=r.cluster)
                   for r in right]  # fmt: skip

    assert judged(wide, run_with(20), earlier=run_with(0)).passed
    assert not judged(wide, report(one_cluster), earlier=report(right)).passed


def test_a_metric_that_should_be_low_is_turned() -> None:
    failing = [result(f"c{n}", "error" if n < 30 else "answered right") for n in range(200)]
    gate = Gate(metric="errors", not_worse_than=BASELINE, by=0.05)

    assert not judged(gate, report(failing), earlier=run_with(0)).passed
    assert judged(gate, run_with(0), earlier=report(failing)).passed


def test_without_a_margin_the_same_answers_pass_and_any_loss_does_not() -> None:
    strict = Gate(metric="success", not_worse_than=BASELINE)

    assert judged(strict, run_with(40), earlier=run_with(40)).passed
    assert not judged(strict, run_with(41), earlier=run_with(40)).passed


def test_the_detail_says_what_may_have_been_lost() -> None:
    found = judged(NOT_WORSE, run_with(42), earlier=run_with(40))

    assert found.gate == "success not worse than baseline by 0.05 at 95 %"
    assert re.fullmatch(
        r"0\.790 against 0\.800 over 200 paired cases; a loss of up to 0\.031 at one-sided 95 % "
        r"by the exact binomial bound, since 2 of 200 lost, 0\.05 allowed",
        found.detail,
    )


def test_more_confidence_asks_for_more() -> None:
    sure = Gate(metric="success", not_worse_than=BASELINE, by=0.025, confidence=0.999)
    less_sure = Gate(metric="success", not_worse_than=BASELINE, by=0.025, confidence=0.8)

    assert not judged(sure, run_with(42), earlier=run_with(40)).passed
    assert judged(less_sure, run_with(42), earlier=run_with(40)).passed


def test_one_cluster_shows_nothing() -> None:
    found = judged(NOT_WORSE, run_with(0, n=5, clusters=1), earlier=run_with(0, n=5, clusters=1))

    assert not found.passed
    assert "no confidence limit can be had from 1 cluster" in found.detail


def test_a_run_that_is_not_there_is_an_error() -> None:
    with pytest.raises(GateError, match="cannot read its run: runs/baseline holds no run") as raised:
        judged(NOT_WORSE, EIGHT_OF_TEN)

    assert isinstance(raised.value.__cause__, RunError)


def test_a_run_of_other_cases_is_an_error() -> None:
    with pytest.raises(GateError, match="cannot be judged: no case of the first run"):
        judged(NOT_WORSE, EIGHT_OF_TEN, earlier=report([result("elsewhere")]))


def test_a_run_without_the_metric_does_not_pass() -> None:
    gate = Gate(metric="faithfulness", not_worse_than=BASELINE)
    found = judged(gate, report([result("c1", claims=[True])]), earlier=EIGHT_OF_TEN)

    assert not found.passed
    assert found.detail.startswith("not measured: no case has it in that run")


# --- few cases --------------------------------------------------------------------------------------------------------

CHANGED = {"prompt": "another"}


def changed_run(wrong: int, *, n: int, clusters: int | None = None) -> Report:
    return report(outcomes([number >= wrong for number in range(n)], clusters=clusters), **CHANGED)


def test_no_loss_in_twenty_cases_does_not_show_that_little_may_be_lost() -> None:
    gate = Gate(metric="success", not_worse_than=BASELINE, by=0.03)
    twenty = judged(gate, changed_run(0, n=20), earlier=run_with(0, n=20))
    hundred = judged(gate, changed_run(0, n=100), earlier=run_with(0, n=100))

    assert (twenty.passed, hundred.passed) == (False, True)
    assert twenty.detail == (
        "1.000 against 1.000 over 20 paired cases; a loss of up to 0.139 at one-sided 95 % "
        "by the exact binomial bound, since none of 20 lost, 0.03 allowed"
    )


def test_no_loss_is_as_sure_as_the_clusters_are_many_not_the_cases() -> None:
    found = judged(NOT_WORSE, changed_run(0, n=200, clusters=10), earlier=run_with(0, n=200, clusters=10))

    assert not found.passed
    assert "none of 10 lost" in found.detail


def test_an_unchanged_rerun_passes_however_few_its_cases() -> None:
    found = judged(Gate(metric="success", not_worse_than=BASELINE), run_with(2, n=5), earlier=run_with(2, n=5))

    assert found.passed
    assert "no loss at one-sided 95 % in a rerun of the same, in which nothing differs" in found.detail


@pytest.mark.parametrize("changed", ["code", "model_fingerprint", "data_fingerprint", "suite_fingerprint", "seed"])
def test_a_run_made_of_something_else_is_no_rerun(changed: str) -> None:
    assert not judged(NOT_WORSE, report(outcomes([True] * 5), **{changed: 7}), earlier=run_with(0, n=5)).passed


@pytest.mark.parametrize(
    ("n", "loss", "by"),
    [(10, 0.1, 0.03), (20, 0.05, 0.03), (20, 0.15, 0.15), (40, 0.1, 0.1), (60, 0.05, 0.05), (100, 0.05, 0.05)],
)
def test_a_true_loss_of_the_margin_or_more_passes_in_at_most_one_run_of_twenty(n: int, loss: float, by: float) -> None:
    gate = Gate(metric="success", not_worse_than=BASELINE, by=by)
    passes = [judged(gate, changed_run(wrong, n=n), earlier=run_with(0, n=n)).passed for wrong in range(9)]
    lost = np.random.default_rng(0).binomial(n, loss, size=20_000)

    assert np.mean(np.array([*passes, *[False] * n])[lost]) <= 0.055


def test_the_bound_of_some_losses_is_that_of_scipy() -> None:
    wanted = scipy.stats.binomtest(1, 40, alternative="less").proportion_ci(0.95).high
    found = judged(NOT_WORSE, changed_run(1, n=40), earlier=run_with(0, n=40))

    assert f"a loss of up to {wanted:.3f} at one-sided 95 % by the exact binomial bound, since 1 of 40" in found.detail


def test_a_gate_of_few_cases_that_gained_and_lost_alike_is_left_to_the_bootstrap() -> None:
    before = outcomes([n % 2 > 0 for n in range(100)])
    after = outcomes([n % 2 == 0 for n in range(100)])
    found = judged(NOT_WORSE, report(after, **CHANGED), earlier=report(before))

    assert not found.passed
    assert "by the cluster bootstrap" in found.detail


# --- what cannot be compared ------------------------------------------------------------------------------------------


def judged_results(n: int, *, failing: int = 0) -> list[Result]:
    return [
        replace(result(f"c{k}"), judge_error="ModelUnreachable: gone")
        if k < failing
        else result(f"c{k}", claims=[True])
        for k in range(n)
    ]


def test_runs_of_two_judges_are_not_compared_by_what_a_judge_says() -> None:
    gates = [Gate(metric=name, not_worse_than=BASELINE, by=0.5) for name in ("faithfulness", "success", "cited")]
    run, earlier = report(judged_results(40), judge_fingerprint="x"), report(judged_results(40))
    faithfulness, success, cited = judge_gates(gates, run, open_run=reader(earlier), seed=0)

    assert (faithfulness.passed, success.passed) == (False, True)
    assert "score it again with `onrecord eval rescore runs/baseline --out DIR`" in faithfulness.detail
    assert "the judges differ (rules, rules): citations are not comparable" in success.detail
    assert "not compared" not in cited.detail


def test_cases_that_could_not_be_paired_are_counted() -> None:
    found = judged(NOT_WORSE, report([result("c0"), result("c1"), result("new")]), earlier=run_with(0, n=4))

    assert found.detail.endswith("; 3 cases are in one run alone and left out")


def test_what_is_measured_on_failures_alone_is_not_compared() -> None:
    gate = Gate(metric="gold_evidence_right", not_worse_than=BASELINE, by=0.5)
    found = judged(gate, report(outcomes([False] * 9), diagnose="failures"), earlier=run_with(0, n=9))

    assert not found.passed
    assert found.detail.startswith("not compared: measured on failures alone")


@pytest.mark.parametrize(("failing", "passed"), [(0, True), (3, True), (4, False)])
def test_a_citation_gate_counts_what_was_not_judged_and_fails_where_it_is_much(failing: int, passed: bool) -> None:
    run = report(judged_results(30, failing=failing))
    floor = judged(Gate(metric="faithfulness", at_least=0.9), run)
    against = judged(Gate(metric="faithfulness", not_worse_than=BASELINE, by=0.2), run, earlier=run)

    assert (floor.passed, against.passed) == (passed, passed)
    assert (f"; {failing} not judged" in floor.detail) is (failing > 0)
    assert (f"; {failing} not judged in that run" in against.detail) is (failing > 0)
    assert ("more than 10 % of 30" in floor.detail) is (not passed)


def test_a_failing_judge_is_no_matter_of_other_gates() -> None:
    run = report(judged_results(30, failing=20))

    assert judged(Gate(metric="success", at_least=0.9), run).passed
    assert "not judged" not in judged(Gate(metric="success", at_least=0.9), run).detail
    assert judged(Gate(metric="judge_errors", at_most=0.7), run).passed


# --- for a CI ---------------------------------------------------------------------------------------------------------

GATED = Report(
    manifest=EIGHT_OF_TEN.manifest,
    results=(
        result("good", seconds=1.25),
        result("bad", "answered wrong", question="How many <cars>\x00\x1b & who\ud800?"),
        result("quiet", "over-abstained"),
        result("broken", "error"),
    ),
    estimates=(),
    gates=(
        GateResult(gate="success at least 0.2", passed=True, detail="0.250"),
        GateResult(gate="success at least 0.9", passed=False, detail="0.250, no interval, n = 4"),
    ),
)


def test_junit_has_a_test_a_case_and_a_test_a_gate() -> None:
    cases, gates = fromstring(as_junit(GATED).encode())

    assert cases.attrib == {
        "name": "ferries", "tests": "4", "failures": "2", "errors": "1", "time": "4.250",
    }  # fmt: skip
    assert [test.get("name") for test in cases] == ["good", "bad", "quiet", "broken"]
    assert [[child.tag for child in test] for test in cases] == [[], ["failure"], ["failure"], ["error"]]
    assert (gates.get("tests"), gates.get("failures")) == ("2", "1")
    assert [len(test) for test in gates] == [0, 1]


def test_a_failure_says_outcome_question_and_answer() -> None:
    cases, gates = fromstring(as_junit(GATED).encode())
    failure, quiet, error = cases[1][0], cases[2][0], cases[3][0]

    assert failure.get("message") == "answered wrong"
    assert failure.text is not None
    assert failure.text.splitlines() == [
        "outcome: answered wrong",
        "question: How many <cars> & who?",
        "expected: 21",
        "answer: The ferry carries 21 cars.",
    ]
    assert quiet.text is not None
    assert quiet.text.endswith("reason: The documents do not say.")
    assert error.get("message") == "ModelUnreachable: the server is gone; start it again"
    assert gates[1][0].get("message") == "0.250, no interval, n = 4"


def test_junit_without_gates_has_cases_alone() -> None:
    assert len(fromstring(as_junit(EIGHT_OF_TEN).encode())) == 1


def test_gates_as_json_say_whether_the_run_passed() -> None:
    unjudged = replace(GATED.results[0], judge_error="ModelUnreachable: gone")
    found = gates_as_json(replace(GATED, results=(unjudged, *GATED.results[1:])))

    assert json.loads(json.dumps(found)) == found
    assert found["passed"] is False
    assert [gate["passed"] for gate in found["gates"]] == [True, False]
    assert found["outcomes"] == {"answered right": 1, "answered wrong": 1, "error": 1, "over-abstained": 1}
    assert found["judge_errors"] == 1
