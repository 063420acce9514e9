"""Times that passages tell of, and languages: kept in the index, and what a search may find by them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.embed import HashingEmbedder
from index.events import events_of
from index.filters import Filter, happened_between
from index.index import Index
from index.language import language_of
from index.sentences import split_sentences
from index.times import Period

MONDAY = datetime.date(2023, 10, 16)


def days(text: str, published: datetime.date | None = MONDAY) -> list[tuple[str, str, str, str]]:
    return [
        (text[event.start : event.end], str(event.period.first), str(event.period.last), event.basis)
        for event in events_of(split_sentences(text), published)
    ]


def test_relative_times_are_reckoned_from_the_day_of_publication() -> None:
    assert days("The ferry struck the pier on Monday. It was built last year.") == [
        ("Monday", "2023-10-16", "2023-10-16", "reckoned"),
        ("last year", "2022-01-01", "2022-12-31", "reckoned"),
    ]


def test_a_week_may_lie_across_the_end_of_a_year() -> None:
    assert days("It sank on Thursday.", datetime.date(2024, 1, 2)) == [
        ("Thursday", "2023-12-28", "2023-12-28", "reckoned")
    ]


def test_without_a_day_of_publication_only_what_is_stated_is_kept() -> None:
    assert days("It sank on Thursday. On 3 October 2021 it was raised.", None) == [
        ("3 October 2021", "2021-10-03", "2021-10-03", "stated")
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The council met in the old town hall on Monday and heard the harbour master speak of his plans.", "en"),
        (
            "Der Rat trat am Montag im alten Rathaus zusammen und hörte den Hafenmeister über seine Pläne sprechen.",
            "de",
        ),
        ("Short.", None),
        ("1234 5678 " * 30, None),
    ],
)
def test_a_language_is_told_only_where_it_is_sure(text: str, code: str | None) -> None:
    assert language_of(text) == code


FILES = {
    "early.txt": "Ferry strikes pier\n\nOctober 16, 2023\n\nThe ferry struck the pier of Port Sarrow on Sunday and was "
    "towed away in the evening by two tugs.\n",
    "late.txt": "Ferry returns\n\nMarch 4, 2024\n\nThe ferry came back to the pier of Port Sarrow on Friday after four "
    "months in the yard across the bay.\n",
    "fähre.txt": "Die Fähre fährt wieder\n\nDie Fähre legte im März 2024 wieder am Pier von Port Sarrow an, nachdem "
    "sie vier Monate lang in der Werft gelegen hatte.\n",
}


@pytest.fixture
def documents(tmp_path: Path) -> Iterator[Index]:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with Index.open(tmp_path / "i", embedder=HashingEmbedder()) as opened:
        opened.sync([tmp_path])
        yield opened


def found(documents: Index, **where: object) -> set[str]:
    return {hit.source for hit in documents.search("ferry pier Port Sarrow", where=Filter(**where))}  # type: ignore[arg-type]


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_a_search_finds_only_passages_that_tell_of_the_time(documents: Index) -> None:
    october = happened_between(day("2023-10-15"), day("2023-10-15"))
    assert found(documents, happened=october) == {"early.txt"}
    assert found(documents, happened=happened_between(day("2024-03-01"), None)) == {"late.txt", "fähre.txt"}
    assert found(documents, happened=happened_between(None, day("1900-01-01"))) == set()


def test_a_search_finds_only_documents_in_a_language(documents: Index) -> None:
    assert found(documents, languages=("de",)) == {"fähre.txt"}
    assert found(documents, languages=("EN",)) == {"early.txt", "late.txt"}


def test_the_kept_times_are_the_words_of_the_document(documents: Index) -> None:
    hit = documents.search("ferry struck", limit=1, where=Filter(sources=("early.txt",)))[0]
    text = documents.text_of("early.txt")
    told = {text[event.start : event.end]: event.period for event in documents.events(hit.article_id)}
    assert told["Sunday"] == Period(first=day("2023-10-15"), last=day("2023-10-15"))


def test_what_is_removed_takes_its_times_with_it(documents: Index, tmp_path: Path) -> None:
    (tmp_path / "early.txt").unlink()
    documents.sync([tmp_path])
    assert found(documents, happened=happened_between(day("2023-10-15"), day("2023-10-15"))) == set()
    assert documents.check() == []


def test_a_time_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="swap the dates"):
        happened_between(day("2024-01-02"), day("2024-01-01"))
