"""What a question asks for."""

import pytest

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


def test_names_and_dates_of_the_question_are_kept():
    profile = analyse("How many fighters did the US strikes kill near the Iraqi border in February 2021?")

    assert profile.names == ("US", "Iraqi")
    assert [(d.year, d.month) for d in profile.dates] == [(2021, 2)]


def test_the_question_word_is_not_a_name():
    assert analyse("Which party won?").names == ()
