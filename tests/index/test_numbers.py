"""Numbers and dates of a text, with their places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.numbers import DateMention, Interval, dates, interval, numbers, same_value, vague_numbers


@pytest.mark.parametrize(
    ("text", "value", "unit", "approximator"),
    [
        ("At least 17 fighters", 17, None, "at least"),
        ("seventeen fighters", 17, None, None),
        ("twenty-one children", 21, None, None),
        ("nearly 250 people", 250, None, "nearly"),
        ("more than five and a half million people", 5_500_000, None, "more than"),
        ("6,721,603 refugees", 6_721_603, None, None),
        ("13.5 million people", 13_500_000, None, None),
        ("four million others", 4_000_000, None, None),
        ("one hundred and five seats", 105, None, None),
        ("half a million voters", 500_000, None, None),
        ("two dozen boats", 24, None, None),
        ("90 per cent of it", 90, "percent", None),
        ("90% of it", 90, "percent", None),
        ("ninety percent of it", 90, "percent", None),
        ("$2.3bn in aid", 2.3e9, "money", None),
        ("a fourth term", 4, "ordinal", None),
        ("the 4th floor", 4, "ordinal", None),
        ("three-hours", 3, None, None),
    ],
)
def test_a_number_is_read_however_it_is_spelled(text, value, unit, approximator):
    (number,) = numbers(text)

    assert same_value(number.value, value)
    assert (number.unit, number.approximator) == (unit, approximator)
    assert text[number.start : number.end] == number.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on October 4, 2014", (2014, 10, 4)),
        ("on 15 Sept 2021", (2021, 9, 15)),
        ("on 2021-09-15", (2021, 9, 15)),
        ("since March 14", (None, 3, 14)),
        ("in February 2021", (2021, 2, None)),
        ("in 2016 and", (2016, None, None)),
        ("the 3rd of May 1999", (1999, 5, 3)),
    ],
)
def test_a_date_is_read_as_far_as_it_is_given(text, expected):
    (mention,) = dates(text)

    assert (mention.year, mention.month, mention.day) == expected
    assert text[mention.start : mention.end] == mention.text


def test_the_parts_of_a_date_are_not_numbers():
    assert [number.text for number in numbers("On October 4, 2014, 22 people met in 2015")] == ["22"]


def test_a_year_is_not_read_out_of_a_longer_figure():
    assert dates("about 2,016 people and 2016.5 tonnes") == ()


def test_dates_agree_when_the_parts_that_both_name_are_the_same():
    whole = DateMention(year=2021, month=9, day=15, text="", start=0, end=1)
    month = DateMention(year=2021, month=9, day=None, text="", start=0, end=1)
    other = DateMention(year=2020, month=9, day=None, text="", start=0, end=1)
    day = DateMention(year=None, month=None, day=3, text="", start=0, end=1)

    assert whole.agrees(month)
    assert not whole.agrees(other)
    assert not month.agrees(day)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("17 people", 17, 17),
        ("just 17 people", 17, 17),
        ("at least 17 people", 17, float("inf")),
        ("up to 30 people", float("-inf"), 30),
        ("nearly 40 people", 35, 40),
        ("some 250 people", 245, 255),
        ("about 8,000 people", 7_500, 8_500),
        ("close to 400,000 people", 350_000, 450_000),
        ("6.2 million crowns", 6_150_000, 6_250_000),
        ("nearly 5.5 million people", 5_450_000, 5_500_000),
    ],
)
def test_a_figure_with_its_approximator_is_an_interval(text, low, high):
    (number,) = numbers(text)

    assert (interval(number).low, interval(number).high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(
    ("left", "right", "agree", "compatible"),
    [
        ("17", "17", True, True),
        ("nearly 40", "38", True, True),
        ("nearly 40", "41", False, False),
        ("some 250", "247", True, True),
        ("at least 17", "22", False, True),
        ("at least 17", "at least 22", False, True),
        ("at least 17", "17", True, True),
        ("at least 52", "nearly 40", False, False),
        ("1.5 million", "1,523,000", True, True),
        ("1.5 million", "1.6 million", False, True),
        ("6,721,603", "6,721,604", False, False),
        ("87 per cent", "87.29 per cent", True, False),
        ("88 per cent", "87.29 per cent", False, False),
        ("13 per cent", "12.5 per cent", True, False),
        ("6 per cent", "6.2 per cent", False, False),
    ],
)
def test_a_bound_is_compatible_with_more_than_it_agrees_with(left, right, agree, compatible):
    ours, theirs = (interval(numbers(f"x {text} y")[0]) for text in (left, right))

    assert (ours.agrees(theirs), theirs.agrees(ours)) == (agree, agree)
    assert ours.compatible(theirs) == compatible


def test_counts_without_a_figure_are_intervals_too():
    text = "Dozens of people fled; tens of thousands of others stayed, and nobody died."

    assert [(text[start:end], found.low) for found, start, end in vague_numbers(text)] == [
        ("Dozens", 24),
        ("tens of thousands", 20_000),
        ("nobody", 0),
    ]
    assert vague_numbers(text)[0][0].agrees(Interval(figure=41, low=41, high=41))


@given(st.text(max_size=300))
def test_every_number_and_date_is_where_it_says(text):
    for found in (*numbers(text), *dates(text)):
        assert text[found.start : found.end] == found.text


@given(st.integers(min_value=0, max_value=10**9))
def test_thousands_separators_do_not_change_a_number(value):
    (number,) = numbers(f"x {value:,} y") or (None,)
    if number is None:
        (mention,) = dates(f"x {value:,} y")
        assert mention.year == value
    else:
        assert number.value == value
