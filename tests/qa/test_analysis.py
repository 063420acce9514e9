"""What a question asks for."""

import pytest

from qa.about import tells_measure, with_measure
from qa.analysis import analyse


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many people were killed?", "number"),
        ("What share of the vote did she win?", "number"),
        ("What is the population of Alder?", "number"),
        ("How long did the talks last?", "duration"),
        ("When did the bridge open?", "date"),
        ("In which year did the bridge open?", "date"),
        ("Who resigned as harbour master?", "person"),
        ("Whom did the mayor accuse?", "person"),
        ("Where did the ferry sink?", "place"),
        ("From which port did the ferry leave?", "place"),
        ("Why did the council vote again?", "reason"),
        ("Has the council decided to close the pool?", "boolean"),
        ("Which vaccines were delivered?", "thing"),
        ("What did the mayor say about the bridge?", "thing"),
    ],
)
def test_the_kind_of_answer_is_read_from_the_question_words(question, kind):
    assert analyse(question).kind == kind


def test_the_noun_that_is_counted_is_the_focus():
    assert analyse("How many fishing boats were lost?").focus == ("boat",)
    assert analyse("Which two ministers joined the talks?").focus == ("minist",)


def test_how_fast_is_told_by_a_speed_and_its_units():
    profile = analyse("How fast was the ferry going when it hit the pier?")
    assert profile.measure == "fast"
    assert {"speed", "knot"} <= profile.measured_in
    assert profile.stems == ("fast", "ferri", "hit", "pier")
    assert tells_measure(profile, "The speed at that moment was 14 knots.")
    assert not tells_measure(profile, "It hit the pier head at 7.42 p.m.")
    assert with_measure(profile, frozenset(("knot",))) == {"knot", "fast"}
    assert tells_measure(analyse("How old is the captain?"), "The captain, Joren Rask, 51, was unhurt.")
    assert analyse("How long a pier is it?").measure is None


def test_names_and_dates_of_the_question_are_kept():
    profile = analyse("How many fighters did the US strikes kill near the Iraqi border in February 2021?")

    assert profile.names == ("US", "Iraqi")
    assert [(d.year, d.month) for d in profile.dates] == [(2021, 2)]


def test_the_question_word_is_not_a_name():
    assert analyse("Which party won?").names == ()
