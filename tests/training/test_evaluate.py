import numpy as np
import pytest

from qa.ranker import Ranked, WordOverlapRanker
from training.evaluate import Case, _f1_of, _rank, figures, interval, led_sentences


def test_a_sentence_is_read_with_the_one_before_it() -> None:
    assert led_sentences("One came. Two left. Three stayed.") == [
        ("One came.", "One came."),
        ("One came. Two left.", "Two left."),
        ("Two left. Three stayed.", "Three stayed."),
    ]


def test_the_rank_is_that_of_the_first_text_that_holds_the_answer() -> None:
    scores = np.array([0.9, 0.5, 0.7, 0.1])
    assert _rank(scores, (False, True, True, False)) == 2
    assert _rank(scores, (False, False, False, False)) == float("inf")


def test_ties_stand_in_the_middle() -> None:
    assert _rank(np.zeros(3), (True, False, False)) == 2


def test_shared_words_of_the_best_texts_answer_count() -> None:
    results = [Ranked(probability=0.2, answer_text="Rome"), Ranked(probability=0.9, answer_text="in May 2019")]
    assert _f1_of(results, ("Rome", "May 2019")) == pytest.approx(0.8)
    assert _f1_of(results, ("Rome",)) == 0.0


def test_an_interval_holds_its_figure_and_is_the_same_again() -> None:
    values = np.arange(50) / 50
    found = interval(lambda picked: float(values[picked].mean()), 50, seed=3)
    assert found[1] < found[0] < found[2]
    assert found == interval(lambda picked: float(values[picked].mean()), 50, seed=3)


def test_figures_tell_a_good_ranking_from_a_bad_one() -> None:
    texts = ("The envoy resigned on Monday.", "Rain fell.")
    cases = [
        Case(question="When did the envoy resign?", texts=texts, answerable=True, holds=(True, False)),
        Case(question="When did the ferry sink?", texts=texts, answerable=False),
    ]
    made = figures(WordOverlapRanker(), cases, seed=1)
    assert (made["n"], made["n_ranked"], made["pairs"]) == (2, 1, 4)
    assert made["best_holds_answer"][0] == 1.0
    assert made["auc_answerable"][0] == 1.0
