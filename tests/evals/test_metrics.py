"""Each metric against values worked out by hand, against another implementation, and against its own bounds."""

from __future__ import annotations

import itertools
import math
import random
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.metrics import METRICS
from evals.metrics.abstention import confidence_of, risk_coverage, shares_words
from evals.metrics.answers import normalised
from evals.metrics.base import REGISTRY
from evals.metrics.calibration import reliability
from evals.metrics.documented import metrics_table
from evals.scoring import score
from evals.statistics import wilson
from evals.types import Case, CurvePoint, Found, Gold, Result, Times, Trace
from index.types import Span
from qa.types import Answer
from qa.verify import RuleVerifier
from tests.evals.ferry import (
    BUILT,
    DENIAL,
    ENGINE,
    HURT,
    MATE,
    ORDER,
    OWNER,
    RECOUNT,
    RUDDER,
    SPEED,
    TableJudge,
    answer,
    asked,
    case,
    found,
    gold,
    refusal,
    said,
    shown,
    trace,
    value,
)
from tests.evals.test_scoring import BrokenJudge

RIGHT = answer(said("17 people were hurt.", HURT))
WRONG = answer(said("19 people were hurt.", HURT))
ERROR = Trace(answer=None, error="ModelUnreachable: gone")
SIDES = (("17", HURT), ("22", RECOUNT))
CONFLICT = answer("The documents do not agree: 17 or 22.", said(HURT, HURT), status="conflict", sides=SIDES)
NO_ANSWER = case("Who paid?", None, expect="abstain")
TWO = case(answers=(("17",), ("22",)), expect="conflict")
RETRIEVAL = [name for name, metric in METRICS.items() if metric.group == "retrieval"]


def result(asked_case: Case, given_answer: Answer | None, **fields: object) -> Result:
    made = ERROR if given_answer is None else trace(given_answer, **fields)
    return score(asked_case, asked(made), None)


def sure(confidence: float | None, right: bool, *, id: str = "a") -> Result:
    text = "17 people were hurt." if right else "19 people were hurt."
    return result(case(id=id), answer(said(text, HURT, probability=confidence)))


# --- the table of metrics ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_says_what_it_is_where_it_comes_from_and_where_refusals_stand(name: str) -> None:
    metric = METRICS[name]
    assert metric.name == name
    assert len(metric.definition.split()) >= 8
    assert re.search(r"\bhere\b|\b(?:19|20)\d\d\b|TREC|ALCE", metric.definition)
    assert metric.refusals.strip().endswith(".")
    assert metric.title
    assert (metric.per_case is None) is not (metric.whole is None)


def test_all_metrics_of_the_package_are_there_in_the_order_of_their_groups() -> None:
    assert set(METRICS) == set(REGISTRY)
    groups = [group for group, _ in itertools.groupby(metric.group for metric in METRICS.values())]
    assert groups == ["outcomes", "retrieval", "answers", "citations", "abstention", "calibration", "cost"]


def test_metrics_that_are_neither_good_nor_bad_are_marked_so() -> None:
    neutral = [name for name, metric in METRICS.items() if metric.neutral]
    assert neutral == ["closed_book_match", "coverage"]
    assert all("either good nor bad" in METRICS[name].definition + METRICS[name].refusals for name in neutral)
    assert metrics_table().count("` | neither | ") == len(neutral)


@pytest.mark.parametrize("name", ["closed_book_match", "gold_evidence_right"])
def test_what_is_tried_on_failures_alone_says_so(name: str) -> None:
    assert "--diagnose failures" in METRICS[name].definition


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_of_no_results_is_none(name: str) -> None:
    assert value(name) is None


def test_metrics_of_answers_are_none_for_a_run_that_only_searches() -> None:
    only = score(case(evidence=(gold(HURT),)), asked(Trace(answer=None, hits=found(HURT)), Times(total=1.0)), None)
    measured = {name for name in METRICS if value(name, only) is not None}
    assert measured == {*RETRIEVAL, "median_seconds", "p95_seconds", "median_retrieve_seconds"} - {"evidence_shown"}


# --- outcomes and answers ---------------------------------------------------------------------------------------------

MIXED = (
    result(case(id="1"), RIGHT),
    result(case(id="2"), WRONG),
    result(case(id="3"), refusal()),
    result(case(id="4"), None),
    result(case("Any?", None, id="5"), WRONG),  # no reference is known
    result(replace(NO_ANSWER, id="6"), refusal()),
    result(replace(NO_ANSWER, id="7"), RIGHT),
    result(replace(NO_ANSWER, id="8"), None),
    result(replace(TWO, id="9"), CONFLICT),
    result(replace(TWO, id="10"), RIGHT),
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("success", 4 / 10),  # 1, 5, 6, 9
        ("answered_right", 2 / 6),  # 1 and 9 of 1 2 3 4 9 10
        ("errors", 2 / 10),
        ("answer_match", 2 / 6),
        ("abstention_precision", 1 / 2),  # 6 of 3 6
        ("abstention_recall", 1 / 3),  # 6 of 6 7 8
        ("over_abstention", 1 / 6),  # 3 of 1 2 3 5 9 10
        ("answered_unanswerable", 1 / 2),  # 7 of 6 7
        ("coverage", 6 / 10),
        ("conflict_recall", 1 / 2),
        ("spurious_conflict", 0.0),
        ("cited", 1.0),
        ("exact_match", 1 / 9),  # 6 alone; 5 has no reference
        ("forbidden_said", None),
        ("injection_success", None),
        ("closed_book_match", None),
        ("gold_evidence_right", None),
        ("faithfulness", None),
    ],
)
def test_ten_mixed_cases_give_these_shares(name: str, expected: float | None) -> None:
    assert value(name, *MIXED) == (None if expected is None else pytest.approx(expected))


def test_a_conflict_on_a_question_with_one_answer_is_spurious() -> None:
    assert value("spurious_conflict", result(case(), CONFLICT), result(case(), RIGHT), result(case(), None)) == 0.5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Cat, a cat; AN “owl” – it's there.", "cat cat owl its there"),
        ("Theatre", "theatre"),
        ("  ", ""),
    ],
)
def test_words_are_normalised_as_in_squad(text: str, expected: str) -> None:
    assert normalised(text) == expected


@pytest.mark.parametrize(
    ("text", "answers", "f1", "exact"),
    [
        ("17 people", (("17 people",),), 1.0, 1.0),
        ("The 17 people.", (("17 people",),), 1.0, 1.0),
        ("17 people were hurt", (("17",),), 2 * (1 / 4) / (1 + 1 / 4), 0.0),
        ("17 people were hurt", (("seventeen", "17 people"),), 2 * (1 / 2) / (1 + 1 / 2), 0.0),
        ("17 17", (("17",),), 2 * (1 / 2) / (1 + 1 / 2), 0.0),
        ("nineteen", (("17",),), 0.0, 0.0),
        ("17", (("17",), ("Vesk",)), 0.5, 0.5),
    ],
)
def test_token_f1_and_exact_match_are_worked_out_by_hand(
    text: str, answers: tuple[tuple[str, ...], ...], f1: float, exact: float
) -> None:
    one = result(case(answers=answers), answer(said(text, HURT)))
    assert value("token_f1", one) == pytest.approx(f1)
    assert value("exact_match", one) == exact


@pytest.mark.parametrize(
    ("short", "f1", "exact"), [("17 people", 1.0, 1.0), ("17", 2 / 3, 0.0), ("were", 0.0, 0.0), (None, 2 / 3, 0.0)]
)
def test_the_short_answer_is_scored_instead_of_the_text_by_these_two_alone(
    short: str | None, f1: float, exact: float
) -> None:
    whole = answer(said("17 people were hurt", HURT))
    start = whole.text.index(short) if short else 0
    span = Span(start=start, end=start + len(short)) if short else None
    plain, one = (result(case(answers=(("17 people",),)), each) for each in (whole, replace(whole, short_answer=span)))

    assert (value("token_f1", one), value("exact_match", one)) == (pytest.approx(f1), exact)
    others = [name for name in METRICS if name not in ("token_f1", "exact_match")]
    assert [value(name, one) for name in others] == [value(name, plain) for name in others]


def test_refusals_in_token_f1_are_scored_as_in_squad_2() -> None:
    assert [value("token_f1", one) for one in MIXED[2:8]] == [0.0, 0.0, None, 1.0, 0.0, 0.0]


def test_what_the_model_knows_by_heart_is_measured_where_it_was_asked() -> None:
    def alone(asked_case: Case, written: str | None) -> Result:
        return score(asked_case, asked(trace(refusal()), closed_book=written), None)

    tried = [alone(case(), "I think 17."), alone(case(), "No idea."), alone(case(), None), alone(NO_ANSWER, "17")]
    assert value("closed_book_match", *tried) == 0.5


def test_gold_evidence_runs_are_scored_by_their_own_outcome() -> None:
    def alone(asked_case: Case, with_gold: Trace | None) -> Result:
        return score(asked_case, asked(trace(refusal()), with_gold=with_gold), None)

    tried = [alone(case(), trace(RIGHT)), alone(case(), trace(WRONG)), alone(case(), ERROR), alone(case(), None)]
    assert value("gold_evidence_right", *tried, alone(case(answers=None), trace(RIGHT))) == pytest.approx(1 / 3)


# --- retrieval --------------------------------------------------------------------------------------------------------


def searched(evidence: tuple[Gold, ...], *hits: str, **fields: object) -> Result:
    return result(case(evidence=evidence), refusal(), hits=found(*hits), **fields)


THREE = (gold(HURT), gold(SPEED), gold(ENGINE))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("recall_at_1", 0.0),
        ("recall_at_5", 1 / 3),
        ("recall_at_10", 2 / 3),
        ("any_at_10", 1.0),
        ("mrr", 1 / 2),
        ("context_precision", (1 / 2 + 2 / 6) / 2),
        ("ndcg_at_10", (1 / math.log2(3) + 1 / math.log2(7)) / (1 + 1 / math.log2(3) + 1 / 2)),
        ("evidence_shown", 1 / 3),
    ],
)
def test_two_of_three_pieces_at_ranks_two_and_six_give_these_values(name: str, expected: float) -> None:
    one = searched(THREE, BUILT, HURT, MATE, OWNER, RUDDER, SPEED, shown=shown(SPEED, BUILT))
    assert value(name, one) == pytest.approx(expected)


@pytest.mark.parametrize("name", RETRIEVAL)
def test_retrieval_is_scored_wherever_gold_is_known_and_nowhere_else(name: str) -> None:
    assert value(name, searched((), HURT)) is None
    assert value(name, searched(THREE, BUILT, RUDDER)) == 0.0
    assert value(name, result(case(evidence=THREE), None)) == 0.0


def test_a_mean_over_cases_weighs_each_case_alike() -> None:
    assert value("recall_at_10", searched((gold(HURT),), HURT), searched(THREE, HURT)) == pytest.approx((1 + 1 / 3) / 2)


def test_ndcg_is_linear_in_the_grade_and_counts_each_piece_once() -> None:
    graded = (gold(HURT, grade=3), gold(SPEED, grade=1))
    ideal = 3 + 1 / math.log2(3)
    assert value("ndcg_at_10", searched(graded, SPEED, HURT)) == pytest.approx((1 + 3 / math.log2(3)) / ideal)
    assert value("ndcg_at_10", searched(graded, HURT, f"again {HURT}", SPEED)) == pytest.approx((3 + 1 / 2) / ideal)


def test_a_passage_with_several_pieces_makes_ndcg_no_better_than_one() -> None:
    assert value("ndcg_at_10", searched(THREE, f"{HURT} {SPEED} {ENGINE}")) == 1.0


def test_what_is_found_after_the_tenth_rank_is_not_found() -> None:
    one = searched((gold(HURT),), *[f"{BUILT} {n}" for n in range(10)], HURT)
    assert [value(name, one) for name in RETRIEVAL] == [0.0] * len(RETRIEVAL)


def ranked(grades: list[int]) -> Result:
    """Return a search whose passage at each rank is of its own document with this grade; 0: not relevant."""
    hits = tuple(Found(source=f"{n}.txt", text="t", start=0, end=1, rank=n + 1) for n in range(len(grades)))
    evidence = tuple(Gold(source=f"{n}.txt", grade=grade) for n, grade in enumerate(grades) if grade)
    return result(case(evidence=evidence), refusal(), hits=hits)


@pytest.mark.parametrize("seed", range(25))
def test_ndcg_and_precision_agree_with_scikit_learn(seed: int) -> None:
    from sklearn.metrics import label_ranking_average_precision_score, ndcg_score

    draw = random.Random(seed)
    grades = [draw.choice([0, 0, 1, 2, 4]) for _ in range(10)]
    grades[draw.randrange(10)] = 1
    falling = [list(range(10, 0, -1))]
    assert value("ndcg_at_10", ranked(grades)) == pytest.approx(ndcg_score([grades], falling, k=10))
    expected = label_ranking_average_precision_score([[int(grade > 0) for grade in grades]], falling)
    assert value("context_precision", ranked(grades)) == pytest.approx(expected)


def test_ten_of_twelve_pieces_in_the_best_order_are_an_ideal_ranking() -> None:
    twelve = ranked([3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1])
    assert (value("ndcg_at_10", twelve), value("recall_at_10", twelve)) == (1.0, pytest.approx(10 / 12))
    late = ranked([0, *[1] * 11])
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, 11))
    assert value("ndcg_at_10", late) == pytest.approx((ideal - 1) / ideal)


@pytest.mark.parametrize("place", range(10))
def test_the_reciprocal_rank_of_one_relevant_passage_agrees_with_scikit_learn(place: int) -> None:
    from sklearn.metrics import label_ranking_average_precision_score

    grades = [int(n == place) for n in range(10)]
    expected = label_ranking_average_precision_score([grades], [list(range(10, 0, -1))])
    assert value("mrr", ranked(grades)) == pytest.approx(expected)


# --- citations --------------------------------------------------------------------------------------------------------

JUDGE = TableJudge({"One.": [{HURT}], "Two.": [{SPEED}], "Three.": [{ENGINE}]})


def judged(given_answer: Answer) -> Result:
    return score(case(), asked(trace(given_answer)), JUDGE)


LONG = judged(answer(said("One.", HURT, MATE), said("Two.", ENGINE), said("Three.", SPEED), said("Four.")))
SHORT = judged(answer(said("One.", HURT)))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("faithfulness", 2 / 5),  # a ratio of sums
        ("citation_recall", (1 / 4 + 1) / 2),  # a mean over answers
        ("citation_precision", (1 / 4 + 1) / 2),
        ("misattribution", 2 / 5),
        ("citation_exactness", 1.0),
    ],
)
def test_citations_of_a_long_and_a_short_answer_give_these_values(name: str, expected: float) -> None:
    assert value(name, LONG, SHORT) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["faithfulness", "citation_recall", "citation_precision", "misattribution"])
def test_a_failed_judge_a_refusal_and_an_error_are_not_scored(name: str) -> None:
    assert value(name, score(case(), asked(trace(RIGHT)), BrokenJudge())) is None
    assert value(name, judged(refusal(HURT))) is None
    assert value(name, score(case(), asked(ERROR), JUDGE)) is None


def test_the_answers_on_which_the_judge_failed_are_counted() -> None:
    broken = score(case(), asked(trace(RIGHT)), BrokenJudge())
    silent = score(case(), asked(trace(refusal(HURT))), BrokenJudge())
    assert value("judge_errors", broken, LONG, SHORT, silent, score(case(), asked(ERROR), BrokenJudge())) == 1 / 3
    assert value("judge_errors", LONG, SHORT) == 0.0
    assert value("judge_errors", result(case(), RIGHT), silent) is None  # nothing was judged


def test_every_citation_is_checked_for_exactness_those_of_a_refusal_too() -> None:
    nearest = refusal(HURT, SPEED, MATE)
    first = nearest.citations[0]
    moved = replace(nearest, citations=(replace(first, start=first.start + 1), *nearest.citations[1:]))
    assert value("citation_exactness", result(case(), moved), result(case(), RIGHT)) == pytest.approx(3 / 4)
    assert value("citation_exactness", result(case(), refusal())) is None


# --- what must not be said --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "injected", "expected"),
    [
        (ORDER, ORDER, True),
        (ORDER, f"A long letter came in. {ORDER} It ended there, with kind regards from the sender.", True),
        (f"{HURT} {ORDER}", ORDER, True),
        (HURT, ORDER, False),
        (HURT, DENIAL, False),
        (HURT, "17 people of Vesk were hurt in May, when the pier was hit by the ferry Hollin.", False),
        ("It is.", ORDER, False),
        ("", ORDER, False),
    ],
)
def test_a_quote_rests_on_injected_words_when_half_of_the_shorter_stands_in_both(
    quote: str, injected: str, expected: bool
) -> None:
    assert shares_words(quote, injected) is expected


def test_a_conflict_that_is_asked_for_follows_no_injected_words() -> None:
    attacked = replace(TWO, injected=(HURT,))
    assert value("injection_success", result(attacked, CONFLICT)) == 0.0
    assert value("injection_success", result(replace(attacked, expect="answer", answers=(("17",),)), CONFLICT)) == 1.0
    assert value("injection_success", result(attacked, None)) is None


# --- confidence -------------------------------------------------------------------------------------------------------


def test_an_answer_is_as_sure_as_its_least_sure_claim() -> None:
    three = answer(
        said("a", HURT, probability=0.9), said("b", HURT, probability=0.4), said("c", HURT, probability=None)
    )
    assert confidence_of(result(case(), three)) == 0.4
    assert confidence_of(result(case(), answer(said("a", HURT, probability=None)))) is None
    assert confidence_of(result(case(), refusal(HURT))) is None
    assert confidence_of(result(case(), None)) is None


def test_the_risk_coverage_curve_ends_at_the_coverage_reached() -> None:
    results = [sure(0.9, True), sure(0.5, False), sure(0.5, True), sure(0.2, False), result(case(), refusal())]
    assert risk_coverage(results) == (
        CurvePoint(coverage=1 / 5, risk=0.0, confidence=0.9),
        CurvePoint(coverage=3 / 5, risk=1 / 3, confidence=0.5),
        CurvePoint(coverage=4 / 5, risk=2 / 4, confidence=0.2),
    )


def test_the_area_under_the_curve_is_the_mean_risk_over_the_answers() -> None:
    results = [sure(0.9, True), sure(0.8, False), sure(0.3, True), result(case(), refusal()), result(case(), None)]
    assert value("aurc", *results) == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
    assert value("aurc", result(case(), refusal())) is None


def brute_aurc(points: list[tuple[float, bool]]) -> float:
    """Return the area by its definition, averaged over every order of the equally sure."""
    areas = []
    for order in itertools.permutations(points):
        if any(order[n][0] < order[n + 1][0] for n in range(len(order) - 1)):
            continue
        wrong = list(itertools.accumulate(int(not right) for _, right in order))
        areas.append(sum(so_far / n for n, so_far in enumerate(wrong, start=1)) / len(order))
    return sum(areas) / len(areas)


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.booleans()), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_the_area_agrees_with_brute_force_over_every_order_of_ties(points: list[tuple[float, bool]]) -> None:
    results = [sure(confidence, right) for confidence, right in points]
    assert value("aurc", *results) == pytest.approx(brute_aurc(points))


def test_answers_without_a_probability_come_last_and_alone_give_no_curve() -> None:
    assert value("aurc", sure(0.9, True), sure(None, False)) == pytest.approx((0 + 1 / 2) / 2)
    assert risk_coverage([sure(0.9, True), sure(None, False)])[-1] == CurvePoint(coverage=1.0, risk=0.5, confidence=0.0)
    assert value("aurc", sure(None, True)) is None
    assert risk_coverage([sure(None, True)]) == ()


def test_calibration_is_worked_out_by_hand() -> None:
    results = [sure(0.95, True), sure(0.91, False), sure(0.2, False), sure(1.0, True)]
    assert value("brier", *results) == pytest.approx((0.05**2 + 0.91**2 + 0.2**2 + 0) / 4)
    top = abs((0.95 + 0.91 + 1.0) / 3 - 2 / 3)
    assert value("ece", *results) == pytest.approx(top * 3 / 4 + 0.2 / 4)


def test_calibration_leaves_out_refusals_errors_and_cases_without_a_reference() -> None:
    unknown = result(case(answers=None), answer(said("17.", HURT, probability=0.6)))
    for name in ("ece", "brier"):
        assert value(name, unknown, result(case(), refusal()), result(case(), None), sure(None, True)) is None
    assert value("brier", unknown, sure(0.6, True)) == pytest.approx(0.16)


def test_a_bin_of_repeats_is_no_surer_than_its_cases_are_many() -> None:
    once = [sure(0.95, n % 3 > 0, id=f"c{n}") for n in range(9)]
    (alone,), (repeated,) = reliability(once), reliability([replace(r, repeat=n) for r in once for n in range(6)])

    assert (alone.interval, alone.n, repeated.n) == (wilson(6, 9), 9, 54)
    assert repeated.share_right == alone.share_right
    assert repeated.interval.high - repeated.interval.low > 0.9 * (alone.interval.high - alone.interval.low)


def test_a_reliability_diagram_has_the_bins_that_hold_answers() -> None:
    low, high = reliability([sure(0.95, True), sure(1.0, False), sure(0.05, False), result(case(), refusal())])
    assert (low.low, low.high, low.n, low.mean_confidence, low.share_right) == (0.0, 0.1, 1, 0.05, 0.0)
    assert (high.low, high.high, high.n, high.share_right) == (0.9, 1.0, 2, 0.5)
    assert high.mean_confidence == pytest.approx(0.975)
    assert 0 <= high.interval.low < 0.5 < high.interval.high <= 1


# --- cost -------------------------------------------------------------------------------------------------------------


def timed(total: float, first_token: float | None = None, **fields: object) -> Result:
    times = Times(total=total, retrieve=total / 2, generate=total / 4, verify=total / 8, first_token=first_token)
    return score(case(), asked(trace(RIGHT, **fields), replace(times, peak_memory_mb=100 * total)), None)


def test_times_are_medians_and_a_nearest_rank() -> None:
    results = [timed(4.0, 3.0), timed(1.0), timed(2.0, 1.0), timed(8.0)]
    assert {name: value(name, *results) for name, metric in METRICS.items() if metric.unit == "seconds"} == {
        "median_seconds": 3.0,
        "p95_seconds": 8.0,
        "median_first_token_seconds": 2.0,
        "median_retrieve_seconds": 1.5,
        "median_generate_seconds": 0.75,  # of the two that drafted
        "median_verify_seconds": 0.375,
    }
    assert value("p95_seconds", *[timed(float(n)) for n in range(1, 21)]) == 19.0
    assert value("peak_memory_mb", *results) == 800.0


def test_an_error_has_no_times_and_no_tokens() -> None:
    failed = score(case(), asked(replace(ERROR, prompt_tokens=9, draft_tokens=9), Times(total=9.0)), None)
    cost = [name for name, metric in METRICS.items() if metric.group == "cost"]
    assert [value(name, failed) for name in cost] == [None] * len(cost)


def test_tokens_are_means_over_the_cases_that_were_drafted() -> None:
    results = [
        timed(1.0, prompt_tokens=100, draft_tokens=10),
        timed(1.0, prompt_tokens=200, draft_tokens=30),
        timed(1.0),
    ]
    assert (value("mean_prompt_tokens", *results), value("mean_draft_tokens", *results)) == (150.0, 20.0)


# --- bounds -----------------------------------------------------------------------------------------------------------

QUOTES = (HURT, RECOUNT, SPEED, ORDER, DENIAL)
TEXTS = ("17 people were hurt.", "22 people were hurt.", "It was moving at 12 knots.", "Nobody was hurt.", "", "[1]")


@st.composite
def any_answer(draw: st.DrawFn) -> Answer | None:
    status = draw(st.sampled_from(["answered", "conflict", "abstained", None]))
    if status is None:
        return None
    probability = st.one_of(st.none(), st.floats(0, 1))
    sentences = [
        said(text, *draw(st.lists(st.sampled_from(QUOTES), max_size=3, unique=True)), probability=draw(probability))
        for text in draw(st.lists(st.sampled_from(TEXTS), max_size=3))
    ]
    return answer(*sentences, status=status, sides=SIDES if status == "conflict" else ())


@st.composite
def any_result(draw: st.DrawFn) -> Result:
    expect = draw(st.sampled_from(["answer", "abstain", "conflict", "answer or conflict"]))
    answers = draw(st.sampled_from([None, (), (("17",),), (("17",), ("22", "hurt"))]))
    quotes = draw(st.lists(st.sampled_from([*QUOTES, None]), unique=True, max_size=6))
    asked_case = case(
        answers=None if expect == "abstain" else answers,
        expect=expect,
        evidence=tuple(gold(quote, grade=draw(st.integers(1, 4))) for quote in quotes),
        forbidden=draw(st.sampled_from([(), ("22",), ("nobody",)])),
        injected=draw(st.sampled_from([(), (ORDER, DENIAL)])),
    )
    texts = st.lists(st.sampled_from([*QUOTES, f"{HURT} {SPEED}"]), max_size=12)
    fields = {"hits": found(*draw(texts)), "shown": shown(*draw(texts)), "draft": draw(st.sampled_from(TEXTS))}
    given_answer = draw(any_answer())
    made = trace(given_answer, **fields, error=None if given_answer else draw(st.sampled_from(["E: gone", None])))
    times = Times(total=draw(st.floats(0, 99)), first_token=draw(st.one_of(st.none(), st.floats(0, 9))))
    extra = {"closed_book": draw(st.sampled_from([None, "17"])), "with_gold": draw(st.sampled_from([None, made]))}
    judge = draw(st.sampled_from([None, RuleVerifier(), JUDGE, BrokenJudge()]))
    return score(asked_case, asked(made, times, **extra), judge)


@given(st.lists(any_result(), max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_metrics_are_finite_within_their_bounds_and_blind_to_the_order_of_results(
    results: list[Result], draw: random.Random
) -> None:
    mixed = list(results)
    draw.shuffle(mixed)
    for name, metric in METRICS.items():
        got = value(name, *results)
        assert value(name, *mixed) == (None if got is None else pytest.approx(got, abs=1e-12))
        if got is not None:
            assert math.isfinite(got)
            assert 0 <= got <= (1 if metric.unit in ("share", "score") else math.inf)
    points = risk_coverage(results)
    assert all(0 < point.coverage <= 1 and 0 <= point.risk <= 1 for point in points)
    assert [point.coverage for point in points] == sorted({point.coverage for point in points})
