"""Which figures are drawn over time, and where their points and labels stand."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

import pytest

from index.types import Dated
from qa.types import Answer, Citation, Conflict, Figure, Side
from tests.ui.test_render import answer, citation, tags_of
from ui import timeline


def day(number: int) -> datetime.date:
    return datetime.date(2024, 3, number)


def development(*figures: tuple[str, datetime.date]) -> Answer:
    return answer(
        citations=tuple(citation(n, f"It killed {value} people.") for n, (value, _) in enumerate(figures, 1)),
        development=tuple(
            Figure(value=value, first=at, last=at, citation=n) for n, (value, at) in enumerate(figures, 1)
        ),
    )


def dispute(*sides: tuple[str, datetime.date | None], rest: str = " people") -> tuple[Conflict, list[Citation]]:
    citations = [
        citation(n, f"There were {value}{rest}.", date=Dated(value=at, basis="stated") if at else None)
        for n, (value, at) in enumerate(sides, 1)
    ]
    shown = tuple(Side(value=value, citation=n) for n, (value, _) in enumerate(sides, 1))
    return Conflict(about="x", sides=shown), citations


def points(html: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'<circle[^>]* cx="([\d.]+)%" cy="([\d.]+)"', html)]


def label(html: str) -> str:
    found = re.search(r'role="img" title="([^"]*)"', html)
    assert found is not None
    return found[1]


def test_a_running_count_is_drawn_from_left_to_right_upward_from_zero() -> None:
    html = timeline.development_html(development(("40", day(21)), ("at least 20", day(11)), ("10", day(1))))
    assert points(html) == [(7.0, 97.0), (51.5, 76.0), (96.0, 34.0)]
    assert html.count('class="or-run"') == 2
    assert label(html) == "How the figure changed: 10, 1 Mar 2024; at least 20, 11 Mar 2024; 40, 21 Mar 2024"
    assert tags_of(html).open == []


def test_rivals_are_not_joined_by_a_line() -> None:
    html = timeline.conflict_html(*dispute(("900", day(4)), ("4,000", day(3)), ("2.6 thousand", day(9))))
    assert len(points(html)) == 3
    assert "or-run" not in html
    assert label(html) == "The figures by date: 4,000, 3 Mar 2024; 900, 4 Mar 2024; 2.6 thousand, 9 Mar 2024"


def test_a_running_count_with_rivals_is_drawn_with_what_it_was_before_and_without_a_line() -> None:
    told = development(("29", day(21)), ("34", day(21)), ("11", day(1)))
    disputed = replace(told, conflicts=(Conflict(about="x", sides=(Side(value="29", citation=1),)),))
    html = timeline.development_html(disputed)
    assert [x for x, _ in points(html)] == [7.0, 96.0, 96.0]
    assert "or-run" not in html
    assert label(html) == "The figures by date: 11, 1 Mar 2024; 29, 21 Mar 2024; 34, 21 Mar 2024"
    assert timeline.development_html(replace(disputed, development=disputed.development[:2])) == ""


def test_what_has_no_number_or_no_date_is_named_below() -> None:
    sides = dispute(("9", day(1)), ("8", day(2)), ("7", day(3)), ("dozens", day(4)), ("6", None))
    html = timeline.conflict_html(*sides)
    assert len(points(html)) == 3
    assert "Not drawn, without a number or a date: dozens, 6" in html


@pytest.mark.parametrize(
    "sides",
    [
        (("9", day(1)), ("8", day(2))),
        (("9", day(1)), ("8", day(2)), ("7", None)),
        (("9", day(1)), ("8", day(2)), ("7 to 12", day(3))),
        (("9", day(1)), ("8", day(1)), ("7", day(1))),
        (("9", day(1)), ("8", day(2)), ("7 per cent", day(3))),
        (("$9", day(1)), ("$8", day(2)), ("£7", day(3))),
        (("Ana Tarn", day(1)), ("Paul Reyes", day(2)), ("Ada Holm", day(3))),
        (("third", day(1)), ("fourth", day(2)), ("first", day(3))),
        (("3 May 1971", day(1)), ("4 May 1971", day(2)), ("5 May 1971", day(3))),
    ],
)
def test_nothing_else_is_drawn(sides: tuple[tuple[str, datetime.date | None], ...]) -> None:
    assert timeline.conflict_html(*dispute(*sides)) == ""


def test_figures_of_two_measures_are_not_drawn() -> None:
    conflict, citations = dispute(("9", day(1)), ("8", day(2)), ("7", day(3)), rest=" km from the pier")
    assert len(points(timeline.conflict_html(conflict, citations))) == 3
    miles = [*citations[:2], citation(3, "There were 7 miles.", date=citations[2].date)]
    assert timeline.conflict_html(conflict, miles) == ""


def test_figures_of_several_bearers_of_a_name_are_not_drawn() -> None:
    conflict, citations = dispute(("9", day(1)), ("8", day(2)), ("7", day(3)))
    assert timeline.conflict_html(conflict, citations) != ""
    assert timeline.conflict_html(replace(conflict, one_subject=False), citations) == ""


def test_a_year_is_written_as_a_year() -> None:
    years = [
        Figure(value=value, first=datetime.date(year, 1, 1), last=datetime.date(year, 12, 31), citation=1)
        for value, year in (("3,506", 2020), ("3,559", 2010))
    ]
    html = timeline.development_html(answer(development=tuple(years)))
    assert label(html) == "How the figure changed: 3,559, 2010; 3,506, 2020"


def test_a_date_without_room_is_left_out() -> None:
    html = timeline.development_html(development(("9", day(1)), ("10", day(2)), ("40", datetime.date(2024, 5, 1))))
    assert re.findall(r'or-plot-soft[^>]*y="138.0"[^>]*>([^<]*)<', html) == ["1 Mar 2024", "1 May 2024"]


def test_a_label_moves_below_its_point_where_it_would_cover_the_next_one() -> None:
    html = timeline.development_html(development(("at least 17", day(5)), ("22", day(7)), ("31", day(19))))
    heights = [float(y) for y in re.findall(r'or-plot-said[^>]*y="([\d.]+)"', html)]
    below = [height > y for height, (_, y) in zip(heights, points(html), strict=True)]
    assert below == [True, False, False]


def test_text_of_documents_is_never_markup() -> None:
    html = timeline.conflict_html(
        *dispute(("9", day(1)), ("8", day(2)), ("7", day(3)), ('<img src=x onerror="alert(1)">\n', day(4)))
    )
    assert "img" not in tags_of(html).seen
    assert html.splitlines() == [html]
