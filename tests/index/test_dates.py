"""Dates in text: what is read, what is left alone, and that spans are exact."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import find_dates, full_dates, is_day_first, weekdays_in

Parts = tuple[str, int | None, int | None, int | None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on September 15, 2021 in Moscow", [("September 15, 2021", 2021, 9, 15)]),
        ("SEPTEMBER 15, 2021", [("SEPTEMBER 15, 2021", 2021, 9, 15)]),
        ("Sept. 15, 2021", [("Sept. 15, 2021", 2021, 9, 15)]),
        ("15 Sept 2021", [("15 Sept 2021", 2021, 9, 15)]),
        ("15-Sep-2021", [("15-Sep-2021", 2021, 9, 15)]),
        ("the 1st of May 2020", [("1st of May 2020", 2020, 5, 1)]),
        ("Mon, 04 Mar 2024 09:30", [("04 Mar 2024", 2024, 3, 4)]),
        ("2021-09-15T10:00:00Z", [("2021-09-15", 2021, 9, 15)]),
        ("2021/9/5", [("2021/9/5", 2021, 9, 5)]),
        ("15.09.2021", [("15.09.2021", 2021, 9, 15)]),
        ("9/15/2021 and 15/9/2021", [("9/15/2021", 2021, 9, 15), ("15/9/2021", 2021, 9, 15)]),
        ("03/04/2021", [("03/04/2021", 2021, None, None)]),
        ("04/04/2021", [("04/04/2021", 2021, 4, 4)]),
        ("Putin’s March 14 declaration", [("March 14", None, 3, 14)]),
        ("due in Sochi on November 22.", [("November 22", None, 11, 22)]),
        ("on 22 November, he", [("22 November", None, 11, 22)]),
        ("countries on October 7. Of these", [("October 7", None, 10, 7)]),
        ("in February 2021", [("February 2021", 2021, 2, None)]),
        ("the release of 2024-02", [("2024-02", 2024, 2, None)]),
        ("began in March 2011 with protests", [("March 2011", 2011, 3, None)]),
        ("brokered in February by Washington", [("February", None, 2, None)]),
        ("in 2016", [("2016", 2016, None, None)]),
        ("early 2016, mid-2017", [("2016", 2016, None, None), ("2017", 2017, None, None)]),
        ("between 2011 and 2015", [("2011", 2011, None, None), ("2015", 2015, None, None)]),
        ("the census (1911)", [("1911", 1911, None, None)]),
        ("the 2014 summit and 2015’s", [("2014", 2014, None, None), ("2015", 2015, None, None)]),
        ("March 3-5, 2021", [("March 3-5, 2021", 2021, 3, None)]),
        ("3–5 March 2021", [("3–5 March 2021", 2021, 3, None)]),
        ("29 February 2024", [("29 February 2024", 2024, 2, 29)]),
        ("29 February 2023", [("February 2023", 2023, 2, None)]),
    ],
)  # fmt: skip
def test_dates_are_found_with_what_is_certain(text: str, expected: list[Parts]) -> None:
    assert [(found.text, found.year, found.month, found.day) for found in find_dates(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "2200 GMT on", "1,297,168 from 15 countries", "$2000 and €1999", "in 2000 homes", "the 1990s", "March 14.5 km",
        "They may march 3 miles", "version 2.10.2021.4", "10 Downing Street", "90 per cent", "call 2021-555-0199",
        "It may 5 times", "Chapter 12.3", "a 1080p screen",
    ],
)  # fmt: skip
def test_numbers_that_are_no_dates_are_left_alone(text: str) -> None:
    assert find_dates(text) == []


@given(st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2099, 12, 31)), st.text(max_size=20))
def test_a_written_day_is_read_back_whatever_stands_around(day: datetime.date, around: str) -> None:
    for written in (f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%b} {day.year}", day.isoformat()):
        text = f"{around}\n{written}\n{around}"
        assert day in [found for found, _ in full_dates(text)]


PARTS = [
    "March",
    "2021",
    " ",
    "14",
    "-",
    "/",
    ".",
    ",",
    "of",
    "3rd",
    "in",
    "Sept",
    "May",
    "(",
    ")",
    "2016",
    "1 ",
    "T10:",
]


@given(st.lists(st.sampled_from(PARTS), max_size=14).map("".join))
def test_mentions_are_in_order_disjoint_and_exact(text: str) -> None:
    end = 0
    for found in find_dates(text):
        assert found.start >= end
        assert text[found.start : found.end] == found.text
        assert found.full is None or found.full.year == found.year
        end = found.end


def test_weekdays_are_named_from_monday_as_zero() -> None:
    assert weekdays_in("On Friday and Sundays, not on fridays or Mondayish") == {4, 6}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Due 23/05/2021, not 03/05/2021.", True),
        ("Due 05/23/2021, not 03/05/2021.", False),
        ("Due 23/05/2021 or 05/24/2021.", None),
        ("Due 03/05/2021 or 05/05/2021.", None),
        ("Nothing is due.", None),
    ],
)
def test_one_date_shows_the_order_of_day_and_month_for_all(text: str, expected: bool | None) -> None:
    assert is_day_first(text) is expected


@pytest.mark.parametrize(
    ("order", "expected"), [(True, datetime.date(2021, 5, 3)), (False, datetime.date(2021, 3, 5)), (None, None)]
)
def test_a_date_in_slashes_is_read_in_the_order_that_is_known(
    order: bool | None, expected: datetime.date | None
) -> None:
    assert find_dates("Due 03/05/2021.", is_day_first=order)[0].full == expected
