"""Time expressions as intervals of days, and whether they are the time asked for."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.times import Period, reckoned, times
from qa.when import asked_period, clock_times, is_too_early, period_fit, written

WEDNESDAY = datetime.date(2023, 10, 18)


def day(text):
    return datetime.date.fromisoformat(text) if text else None


def period(first, last):
    return Period(first=day(first), last=day(last))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("It opened on October 4, 2014.", "2014-10-04", "2014-10-04"),
        ("It opened on 4 October 2014.", "2014-10-04", "2014-10-04"),
        ("It opened in February 2012.", "2012-02-01", "2012-02-29"),
        ("It opened in 2016.", "2016-01-01", "2016-12-31"),
        ("He taught there from 2004 to 2006.", "2004-01-01", "2006-12-31"),
        ("He taught there from 2004 until 2006.", "2004-01-01", "2006-12-31"),
        ("He taught there 2004–2006.", "2004-01-01", "2006-12-31"),
        ("He taught there (2004–06).", "2004-01-01", "2006-12-31"),
        ("He led the 2004/05 season.", "2004-01-01", "2005-12-31"),
        ("He taught there between 1999 and 2003.", "1999-01-01", "2003-12-31"),
        ("He taught there since 1999.", "1999-01-01", None),
        ("He taught there until 2010.", None, "2010-12-31"),
        ("He taught there before 2010.", None, "2009-12-31"),
        ("He taught there after March 2012.", "2012-04-01", None),
        ("He taught there as of March 2012.", "2012-03-01", "2012-03-31"),
        ("Manager, 2013 – present", "2013-01-01", None),
        ("It was dry from March to May 2004.", "2004-03-01", "2004-05-31"),
        ("It was dry from November to May 2004.", "2003-11-01", "2004-05-31"),
        ("It shut from 29 January to 4 March 2024.", "2024-01-29", "2024-03-04"),
        ("1952-04-01 – 1964-03-31: Ann Lee", "1952-04-01", "1964-03-31"),
        ("Music of the 1990s.", "1990-01-01", "1999-12-31"),
        ("It opens in spring 2027.", "2027-03-01", "2027-05-31"),
        ("It opens in the autumn of 2026.", "2026-09-01", "2026-11-30"),
        ("It was cold in winter 2023.", "2023-12-01", "2024-02-29"),
    ],
)
def test_what_is_said_in_full_needs_no_day_of_publication(text, first, last):
    (mention,) = times(text)

    assert mention.period == period(first, last)
    assert mention.basis == "stated"
    assert text[mention.start : mention.end] == mention.text


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("It began on Monday.", "2023-10-16", "2023-10-16"),
        ("It began on Wednesday.", "2023-10-18", "2023-10-18"),
        ("It began on Friday night.", "2023-10-13", "2023-10-13"),
        ("They will meet on Monday.", "2023-10-23", "2023-10-23"),
        ("They meet next Friday.", "2023-10-20", "2023-10-20"),
        ("They met last Wednesday.", "2023-10-11", "2023-10-11"),
        ("They met on Monday last week.", "2023-10-09", "2023-10-09"),
        ("It began yesterday.", "2023-10-17", "2023-10-17"),
        ("It began today.", "2023-10-18", "2023-10-18"),
        ("It begins tomorrow.", "2023-10-19", "2023-10-19"),
        ("It began three days ago.", "2023-10-15", "2023-10-15"),
        ("It began two weeks ago.", "2023-10-02", "2023-10-08"),
        ("It began a month ago.", "2023-09-01", "2023-09-30"),
        ("It began a year ago.", "2022-01-01", "2022-12-31"),
        ("It began last week.", "2023-10-09", "2023-10-15"),
        ("It began last month.", "2023-09-01", "2023-09-30"),
        ("It began last year.", "2022-01-01", "2022-12-31"),
        ("It began earlier this year.", "2023-01-01", "2023-12-31"),
        ("It opens next year.", "2024-01-01", "2024-12-31"),
        ("It began in March.", "2023-03-01", "2023-03-31"),
        ("It began in December.", "2022-12-01", "2022-12-31"),
        ("It will open in December.", "2023-12-01", "2023-12-31"),
        ("They met in January last year.", "2022-01-01", "2022-01-31"),
        ("There were 40 on October 7.", "2023-10-07", "2023-10-07"),
        ("Walk-in hours are offered from 24 October.", "2023-10-24", None),
        ("It grew over the past three years.", "2020-10-18", "2023-10-18"),
        ("It grew in the last two weeks.", "2023-10-04", "2023-10-18"),
        ("It has been shut since 29 January.", "2023-01-29", None),
        ("They had counted 34 by Monday.", None, "2023-10-16"),
    ],
)
def test_what_is_relative_is_reckoned_from_the_day_of_publication(text, first, last):
    (mention,) = times(text, WEDNESDAY)

    assert mention.period == period(first, last)
    assert mention.basis == "reckoned"
    assert text[mention.start : mention.end] == mention.text
    assert all(without.period is None for without in times(text))


@pytest.mark.parametrize(
    "text",
    [
        "Mr March may go.",
        "on the last day of the trial",
        "in the last two weeks of his life",
        "2,016 tonnes",
        "at 7.42",
    ],
)
def test_what_is_no_time_or_counts_from_another_event_is_left_alone(text):
    assert times(text, WEDNESDAY) == ()


def test_the_verb_nearest_before_decides_which_day_is_meant():
    found = times("He said on Monday that he will meet him on Friday.", WEDNESDAY)

    assert [mention.period for mention in found] == [
        period("2023-10-16", "2023-10-16"),
        period("2023-10-20", "2023-10-20"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2023-10-16", "2023-10-16", "October 16, 2023"),
        ("2023-10-09", "2023-10-15", "October 9 to 15, 2023"),
        ("2024-03-01", "2024-03-31", "March 2024"),
        ("2004-03-01", "2004-05-31", "March to May 2004"),
        ("2022-01-01", "2022-12-31", "2022"),
        ("2004-01-01", "2006-12-31", "2004 to 2006"),
        ("2024-01-29", "2024-03-04", "January 29 to March 4, 2024"),
        ("2023-12-30", "2024-01-02", "December 30, 2023 to January 2, 2024"),
        ("2024-02-14", None, "since February 14, 2024"),
    ],
)
def test_a_period_is_written_no_finer_than_it_is(first, last, expected):
    assert written(period(first, last)) == expected


def test_what_was_reckoned_is_told_once_a_wording_and_without_its_preposition():
    found = reckoned("By Monday it had shut, as last year; on Monday it was dark. It opened in 1999.", WEDNESDAY)

    assert [(mention.text, written(mention.period)) for mention in found] == [
        ("Monday", "October 16, 2023"),
        ("last year", "2022"),
    ]
    assert reckoned("It began on Monday.", None) == ()


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("Who led it in 2005?", "2005-01-01", "2005-12-31"),
        ("Who led it as of March 2012?", "2012-03-01", "2012-03-31"),
        ("Which team did she play for from 2004 to 2006?", "2004-01-01", "2006-12-31"),
        ("Whom was he married to from Oct 1988 to May 1994?", "1988-10-01", "1994-05-31"),
        ("Who led it before 2010?", None, "2009-12-31"),
    ],
)
def test_a_question_asks_of_the_time_it_names(question, first, last):
    assert asked_period(question) == period(first, last)


def test_a_question_without_a_time_asks_of_none():
    assert asked_period("Who led it?") is None
    assert asked_period("Who led it last year?") is None
    assert asked_period("Who led it last year?", as_of=WEDNESDAY) == period("2022-01-01", "2022-12-31")


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("From 2004 to 2006 he played for Bari.", "From 2006 to 2009 he played for Rome."),
        ("From 2004 to 2006 he played for Bari.", "From 2001 to 2004 he played for Lyon."),
        ("In 2004 he joined Bari.", "In 2006 he joined Rome."),
        ("In 2004 he joined Bari.", "In 2003 he joined Lyon."),
        ("In 2003 he joined Lyon.", "In 2007 he joined Kiel."),
        ("In 2004 he joined Bari.", "He left Lyon in 2004."),
        ("He played for Bari.", "He was born in 1980."),
        ("Between 2001 and 2010 he taught.", "He taught."),
        ("He has taught since 1999.", "He taught until 1999."),
    ],
)
def test_evidence_of_the_time_asked_for_fits_better(better, worse):
    asked = period("2004-01-01", "2006-12-31")

    assert period_fit(asked, better) > period_fit(asked, worse)


def test_a_text_without_a_time_is_judged_by_its_publication():
    asked = period("2021-02-01", "2021-02-28")
    text = "At least 17 fighters were killed overnight."

    assert (
        period_fit(asked, text, day("2021-02-26"))
        > period_fit(asked, text)
        > period_fit(asked, text, day("2015-01-01"))
    )
    assert period_fit(None, text) == 1.0


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("at 7.42 p.m.", [1182]), ("at 19:41", [1181]), ("8 a.m. to 6 p.m.", [480, 1080]), ("6.2 million, 12 people", [])],
)
def test_times_of_day_are_read_as_minutes(text, minutes):
    assert [found for found, _ in clock_times(text)] == minutes


@given(st.text(max_size=200), st.dates())
def test_any_text_is_read_and_every_mention_is_where_it_says(text, published):
    for mention in times(text, published):
        assert text[mention.start : mention.end] == mention.text
        assert mention.period is None or 0.0 <= period_fit(mention.period, text, published) <= 1.0


@given(
    st.sampled_from(["last week", "two weeks ago", "next year", "on Monday", "in March", "999 years ago"]), st.dates()
)
def test_every_day_of_the_calendar_can_be_reckoned_from(text, published):
    assert all(mention.basis == "reckoned" for mention in times(text, published))


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        (
            "When will the mill be finished?",
            "Tarn, who has been mayor since 2016, wants to see the mill finished.",
            True,
        ),
        ("When will the mill be finished?", "The mill was begun on 3 May 2021.", True),
        ("When will the mill be finished?", "The mill will be finished in spring 2027.", False),
        ("When will the mill be finished?", "The mill, begun in 2021, will be finished in spring 2027.", False),
        ("When will the mill be finished?", "Nobody says when the mill will be finished.", False),
        ("On what date is the new report expected?", "The first report appeared on 3 May 2021.", True),
        ("When was the mill begun?", "The mill was begun on 3 May 2021.", False),
    ],
)
def test_what_will_be_is_not_told_by_times_before_the_publication(question, text, expected):
    assert is_too_early(question, text, datetime.date(2024, 4, 19)) == expected
    assert not is_too_early(question, text)
