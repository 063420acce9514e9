"""A question with a date, and sentences that tell of that time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.types import Span
from qa.analysis import analyse
from qa.dated import read_without_time, telling_of_its_time, timeless, without_time
from qa.evidence import Candidate
from qa.ranker import Ranked
from tests.qa.stored import article


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who led the bank in March 2015?", "Who led the bank?"),
        ("Who led the bank from 2011 to 2019?", "Who led the bank?"),
        ("From 2015 to 2016, which club did Mills coach?", "Which club did Mills coach?"),
        ("How many cases had been confirmed by 26 February 2024?", "How many cases had been confirmed?"),
        ("Who won the 2018 cup?", "Who won the cup?"),
        ("Which club did Mills coach between 2005 and 2007?", "Which club did Mills coach?"),
        ("Who won Norland’s 2018 cup?", "Who won Norland’s cup?"),
        ("Which bank did Mills work at from 2004 to 2005?", "Which bank did Mills work at?"),
        ("What was Mills accused of in 2010?", "What was Mills accused of?"),
        ("Which law was passed in 2012 and repealed in 2015?", None),
        ("Who succeeded the mayor elected in 2008?", None),
        ("Who was elected mayor in 2008?", "Who was elected mayor?"),
        ("What was the highest price in 2015?", None),
        ("Who was the first woman elected in 2010?", None),
        ("Who spoke on the morning of 5 May 2010?", None),
        ("Who led it in the first half of 2012?", None),
        ("What was the profit in the fiscal year 2012?", None),
        ("Who directed 2001: A Space Tale?", None),
        ("Who directed the film 2012?", None),
        ("Who led the group in the run-up to 2010?", None),
        ("What did the bank forecast for 2010?", "What did the bank forecast?"),
        ("Who led it in the 1990s?", None),
        ("Who led the bank in the 1990s and who left it?", "Who led the bank and who left it?"),
        ("Who led the bank?", None),
        ("What happened in 2015?", None),
        ("Who spoke on Monday?", None),
    ],
)
def test_a_question_without_its_time(question, expected):
    assert without_time(question) == expected


@pytest.mark.parametrize("question", ["When in 2015 did Mills leave?", "How long did it last in 2015?", "Who led it?"])
def test_a_time_that_is_asked_for_is_not_left_out(question):
    assert timeless(analyse(question)) is None


def candidate(text, answer, *, day=None):
    start = text.index(answer)
    return Candidate(
        article=article(1, text, day=day),
        position=0,
        retrieval=1.0,
        answer=Span(start=start, end=start + len(answer)),
    )


LED = "Who led the bank in March 2015?"
SPAN = "Which club did Mills coach from 2011 to 2013?"
CASES = "How many cases were confirmed by 26 February 2024?"
KILLED = "How many people were killed in 2015?"


@pytest.mark.parametrize(
    ("question", "text", "answer", "day", "tells"),
    [
        (LED, "Tarn led the bank from 2011 to 2019.", "Tarn", None, True),
        (LED, "Tarn led the bank in March 2015.", "Tarn", None, True),
        (LED, "Tarn led the bank from 2011 to 2013.", "Tarn", None, False),
        (LED, "Tarn was named head of the bank in 2011.", "Tarn", None, False),
        (LED, "Tarn led the bank.", "Tarn", None, False),
        (LED, "Tarn has led the bank since 2003.", "Tarn", None, True),
        (LED, "Tarn has led the bank since 2016.", "Tarn", None, False),
        (LED, "Tarn leads the bank.", "Tarn", "2015-03-09", True),
        (LED, "Tarn leads the bank.", "Tarn", "2016-03-09", False),
        (LED, "Lund led it from 2005 to 2011 and Tarn from 2012 to 2016.", "Tarn", None, True),
        (LED, "Lund led it from 2005 to 2011 and Tarn from 2012 to 2016.", "Lund", None, False),
        (SPAN, "In 2011 he joined Alder as its coach.", "Alder", None, True),
        (SPAN, "In 2013 he joined Alder as its coach.", "Alder", None, False),
        (SPAN, "In 2013 he left Alder.", "Alder", None, True),
        (SPAN, "Mills coached Alder from 2011 to 2013.", "Alder", None, True),
        (SPAN, "Mills coached Alder in 2012.", "Alder", None, False),
        (SPAN, "Mills coached Alder from 2012 to 2013.", "Alder", None, True),
        (LED, "Lund led it in 1990, in 1995 and in 2000.", "Lund", "2015-03-09", False),
        (LED, "Lund replaced Tarn, who led the bank from 2011 to 2019.", "Lund", None, False),
        ("Who led the bank in 2015?", "Tarn led the bank.", "Tarn", "2015-03-09", False),
        (CASES, "There are 29 cases.", "29", "2024-02-26", True),
        (CASES, "There are 29 cases.", "29", "2024-02-14", False),
        (CASES, "There were 11 cases by 14 February 2024.", "11", "2024-02-26", False),
        (KILLED, "In 2015 some 40 people were killed.", "40", None, True),
        (KILLED, "From 2011 to 2019 some 400 people were killed.", "400", None, False),
        (KILLED, "On 3 May 2015 some 4 people were killed.", "4", None, False),
    ],
)
def test_an_answer_holds_for_the_time_told_nearest_to_it(question, text, answer, day, tells):
    found = [candidate(text, answer, day=day)]
    assert bool(telling_of_its_time(analyse(question), found)) == tells


class OfDatelessQuestions:
    """A ranker and a confidence that are sure of a question without a year alone."""

    name = "dateless"
    threshold = None

    def score(self, question, texts):
        return [Ranked(probability=0.1 if "2015" in question else 0.9, answer_start=0, answer_end=4) for _ in texts]

    def of(self, profile, ranked):
        return [0.1 if "2015" in profile.text else 0.8 for _ in ranked]


def test_what_tells_of_the_time_is_as_sure_as_without_a_date_and_nothing_else_is():
    tells = candidate("Tarn led the bank from 2011 to 2019.", "Tarn")
    other = candidate("Lund led the bank from 2001 to 2009.", "Lund")
    other = replace(other, article=replace(other.article, article_id=2))
    known = [replace(each, confidence=0.1, score=0.2) for each in (other, tells)]
    sure = OfDatelessQuestions()
    first, second = read_without_time(analyse(LED), known, range(2), sure, sure)
    assert (first.answer_text, first.confidence, first.asked) == ("Tarn", 0.8, "Who led the bank?")
    assert (second.answer_text, second.confidence, second.asked) == ("Lund", 0.1, None)
    assert read_without_time(analyse("Who led the bank?"), known, range(2), sure, sure) == known
