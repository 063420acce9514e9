"""The largest is neither the second largest nor one of the largest."""

import pytest

from qa.analysis import analyse
from qa.answers import gives_answer
from qa.superlatives import alike, is_of_others, is_superlative, says_less

LESS = [
    ("What is the biggest lake in Norland?", "Orrin is the second largest lake in Norland."),
    ("Which is the oldest bridge?", "The Quell bridge is one of the oldest in the country."),
    ("Who was the first mayor of Sarn?", "Holt was among the first mayors of Sarn."),
    ("What is the oldest type of calendar?", "The oldest European calendar was found near Osk."),
    ("Which is the largest bank?", "The largest private bank is the Sarn."),
    ("What is the tallest tower?", "At 90 metres the Venn is the third-tallest tower, after Harth's 4th tallest."),
]
NOT_LESS = [
    ("What is the biggest lake in Norland?", "Orrin is the largest lake in Norland, Venn the second largest."),
    ("What is the second largest lake in Norland?", "Orrin is the second largest lake in Norland."),
    ("Name one of the oldest bridges.", "The Quell bridge is one of the oldest in the country."),
    ("What is the biggest lake in Norland?", "Orrin covers 410 square kilometres."),
    ("Which is the largest bank?", "Of the largest private banks the Sarn is the largest bank."),
    ("What is the largest bank of Norland?", "The Sarn is the largest Norland bank."),
    ("What is the latest figure?", "The latest official figure is 34."),
    ("Who won the first game?", "Holt won the first ever game."),
    ("Which planet is closest to the sun?", "Of all the planets, Mercury is the closest to the sun."),
    ("Who was the youngest Brontë?", "Of the three sisters, Anne was the youngest."),
    ("What is the earliest date?", "The earliest possible date is 3 May."),
    ("When was the Budapest conference held?", "The Budapest climate conference was held on 3 May 2019."),
    ("Where is the forest?", "The second forest lies in the west."),
    ("Which is the oldest bridge?", "The Quell bridge, the second largest, dates from 1204."),
]


@pytest.mark.parametrize(("question", "text"), LESS)
def test_a_lower_rank_is_less_and_no_answer(question, text):
    assert says_less(question, text)
    assert not gives_answer(analyse(question), text)


@pytest.mark.parametrize(("question", "text"), NOT_LESS)
def test_the_first_itself_or_another_word_is_not_less(question, text):
    assert not says_less(question, text)


def test_superlatives_have_kin_and_lookalikes():
    assert alike("biggest") >= {"biggest", "largest"}
    assert alike("windiest") == {"windiest"}
    assert is_superlative("largest")
    assert not is_superlative("forest")


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("Of the seven objects found there, it is the closest to the sun.", True),
        ("Of the 7 planets found, it is the closest to the sun.", False),
        ("Of all the bodies, Mercury is the closest to the sun.", False),
        ("Of the ten children, it is the closest to the sun.", False),
        ("Among its many moons, it is the closest to the sun.", False),
        ("Of the seven objects, it is the closest to the sun; Mercury is the closest planet.", False),
    ],
)
def test_the_first_of_some_others_is_told_apart(text, is_so):
    assert is_of_others("Which planet is closest to the sun?", text) == is_so
