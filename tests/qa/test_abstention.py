"""The threshold: what it promises holds for questions drawn like those it was made of."""

from __future__ import annotations

import random
from math import inf, isinf

import pytest

from qa.abstention import Asked, Thresholds, selective, threshold_for, thresholds_of


def asked(*pairs: tuple[float, bool]) -> list[Asked]:
    return [Asked(confidence=confidence, wrong=wrong) for confidence, wrong in pairs]


def drawn(rng: random.Random, n: int) -> list[Asked]:
    """Questions whose answers are wrong the more often the less sure they are."""
    sure = [rng.random() for _ in range(n)]
    return asked(*((c, rng.random() > c) for c in sure))


def test_the_threshold_is_the_lowest_that_keeps_the_bound() -> None:
    questions = asked(*((0.9 - n / 100, False) for n in range(18)), (0.5, True), (0.4, True))
    # 20 questions, risk 0.10: at most 0.10 * 21 - 1 = 1.1 wrong ones.
    assert threshold_for(questions, 0.10) == 0.5
    assert threshold_for(questions, 0.15) == 0.4
    assert threshold_for(questions, 0.05) == pytest.approx(0.73)


def test_equal_confidences_are_shown_or_held_back_together() -> None:
    questions = asked((0.9, False), (0.5, False), (0.5, True), (0.5, True), (0.1, False))
    assert threshold_for(questions, 0.4) == 0.9


def test_nothing_is_shown_where_too_few_were_asked() -> None:
    assert isinf(threshold_for(asked(*[(0.9, False)] * 18), 0.05))
    assert threshold_for(asked(*[(0.9, False)] * 19), 0.05) == 0.9


@pytest.mark.parametrize("risk", [0.02, 0.05, 0.1, 0.2])
def test_the_mean_risk_on_new_questions_is_within_the_bound(risk: float) -> None:
    rng = random.Random(7)
    risks, covered = [], []
    for _ in range(300):
        threshold = threshold_for(drawn(rng, 150), risk)
        found = selective(drawn(rng, 300), threshold)
        risks.append(found.risk)
        covered.append(found.coverage)
    mean = sum(risks) / len(risks)
    spread = (sum((r - mean) ** 2 for r in risks) / len(risks)) ** 0.5 / len(risks) ** 0.5
    assert mean <= risk + 2 * spread
    assert mean >= risk - 0.02  # and it is not bought with needless silence
    assert sum(covered) > 0


def test_a_smaller_risk_never_shows_more() -> None:
    found = thresholds_of(drawn(random.Random(3), 400), (0.01, 0.02, 0.05, 0.1, 0.2, 0.3))
    assert list(found.confidences) == sorted(found.confidences, reverse=True)


def test_a_risk_between_two_kept_ones_takes_the_stricter() -> None:
    kept = Thresholds(risks=(0.02, 0.05, 0.1), confidences=(0.9, 0.7, 0.4))
    assert [kept.at(risk) for risk in (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.5)] == [inf, 0.9, 0.9, 0.7, 0.7, 0.4, 0.4]


def test_figures_of_a_threshold() -> None:
    found = selective(asked((0.9, False), (0.8, True), (0.2, True), (0.0, False)), 0.5)
    assert (found.coverage, found.risk, found.selective_risk) == (0.5, 0.25, 0.5)
    assert selective(asked((0.1, True)), 0.5).selective_risk is None


@pytest.mark.parametrize("risk", [0.0, 1.0, -0.1])
def test_a_risk_that_is_no_share_is_refused(risk: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        threshold_for(asked((0.5, False)), risk)


def test_no_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        threshold_for([], 0.1)
    with pytest.raises(ValueError, match="at least one"):
        selective([], 0.1)
