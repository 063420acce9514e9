"""What the scope's controls say."""

from __future__ import annotations

import datetime

import pytest

from index.filters import Filter
from ui.desk import Asked
from ui.errors import ScopeError
from ui.scope import SHORT, USUAL, asked_within, described, shown_as

DAY = datetime.date(2023, 10, 15)


def test_nothing_said_is_all_documents() -> None:
    asked = asked_within("", None, " ", [], None, [], USUAL)
    assert asked == Asked()
    assert described(asked) == "Scope: all documents"


def test_what_is_said_becomes_a_filter_a_moment_and_a_length() -> None:
    asked = asked_within("2023-10-15", "", "2024-01-01", ["papers/"], ["sea", "fire"], ["en"], SHORT)
    where = Filter(published_from=DAY, sources=("papers/",), tags=("sea", "fire"), languages=("en",))
    assert asked == Asked(where=where, as_of=datetime.date(2024, 1, 1), short=True)
    assert described(asked) == "Scope: from 2023-10-15, as of 2024-01-01, papers/, 2 tags, en, one sentence"


@pytest.mark.parametrize("days", [("May", "", ""), ("2024-01-02", "2024-01-01", ""), ("", "", "2023-13-01")])
def test_what_is_no_date_is_said_to_be_none(days: tuple[str, str, str]) -> None:
    with pytest.raises(ScopeError, match="the scope cannot be used"):
        asked_within(*days, [], [], [], USUAL)


@pytest.mark.parametrize(
    "asked",
    [
        Asked(),
        Asked(as_of=DAY),
        Asked(where=Filter(published_to=DAY, sources=("papers/",), tags=("sea",), languages=("en",)), short=True),
    ],
)
def test_a_scope_that_is_put_into_the_controls_is_read_back(asked: Asked) -> None:
    assert asked_within(*shown_as(asked)) == asked
