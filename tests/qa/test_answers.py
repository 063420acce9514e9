"""Does a sentence give the kind of thing that is asked for?"""

import pytest

from qa.analysis import analyse
from qa.answers import gives_answer, says_unknown


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many people died?", "At least seventeen people died."),
        ("How many people died?", "No one died in the fire."),
        ("How many people died?", "Police have not said how many people died."),
        ("How long did the talks last?", "The talks lasted three hours."),
        ("When did the bridge open?", "The bridge opened on May 3."),
        ("When did the bridge open?", "The bridge opened last summer."),
        ("On what day does the market open?", "The market opens on Wednesdays."),
        ("Who resigned?", "James Holt resigned."),
        ("The freedom applies to who?", "The freedom applies to people who give services for money."),
        ("Who won the prize?", "Ada Tarn did not win; Karl Holm did."),
        ("Who scored the winning goal?", "Ana Tarn did not start the match but scored the winning goal."),
        ("Who designed the bridge?", "Lise Holm is not an architect by training, but she designed the bridge."),
        ("Who won the race?", "Karl Holm had never won before, yet he took the race by a minute."),
        ("Who is the warden?", "Isbet Crane has never been absent since she became warden in 2001."),
        ("Who lost the election?", "Karl Holm was not re-elected in May."),
        ("Who did not sign the letter?", "Ada Tarn did not sign it."),
        ("Who refused to sign?", "Ada Tarn would not sign."),
        ("Who said the city would be encircled?", "A Syrian army source said the city would be encircled."),
        ("Where did the ferry sink?", "The ferry sank off Tarsk."),
        ("Why did the mayor resign?", "The mayor resigned after a vote of no confidence."),
        ("What did the mayor promise?", "The mayor promised a new roof."),
        ("Why did the pump fail?", "The reason has not been determined."),
        ("Has the mill found a buyer?", "No, it has not."),
        ("Has the mill found a buyer?", "Two firms are said to want the mill."),
        ("How many people live in Tarsk?", "The eleven people live in Tarsk."),
        ("How many of the patients live in Tarsk?", "All eleven live in Tarsk."),
    ],
)
def test_a_sentence_with_the_thing_asked_for_answers(question, text):
    assert gives_answer(analyse(question), text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many doses were delivered?", "The first doses were delivered."),
        ("How many of the 12 boats sank?", "The 12 boats were old."),
        ("How long did the talks last?", "The talks took place in Tarsk."),
        ("When did the bridge open?", "The bridge is open."),
        ("Who resigned as envoy to Norland?", "The envoy to Norland resigned."),
        ("Why did the mayor resign?", "The mayor did resign."),
        ("Who won the prize in 2001?", "Ada Tarn herself was not awarded the prize."),
        ("Who won the prize in 2001?", "Ada Tarn never won the prize."),
        ("Who won the prize in 2001?", "The prize is for those who won the prize."),
        ("Has the mill found a buyer?", "The mayor heard of it on the radio."),
        ("How many people live in Tarsk?", "All eleven live in Tarsk."),
        ("Why was the vote in Tarsk called off?", "More news: Why Tarsk weighed its voters for a reason?"),
    ],
)
def test_a_sentence_that_only_repeats_the_question_does_not(question, text):
    assert not gives_answer(analyse(question), text)


@pytest.mark.parametrize(
    "text",
    [
        "It is not known what the ships were carrying.",
        "Moscow has not revealed the size of its force.",
        "The precise number of planes was secret.",
        "The operator declined to say how many were on board.",
        "The cause of the fire remains unknown.",
    ],
)
def test_a_source_that_says_it_is_not_known_is_recognised(text):
    assert says_unknown(text)


def test_what_was_asked_may_be_a_question():
    assert gives_answer(analyse("What did the letter ask?"), "The letter asks: why was the bridge late?")


def test_an_ordinary_denial_is_not_an_unknown():
    assert not says_unknown("The mayor did not resign.")
