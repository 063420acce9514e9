"""The example corpus is whole: its questions fit their pages, and its binary pages are what the script writes."""

from __future__ import annotations

import functools
from collections import Counter
from pathlib import Path

import pytest

from evals.suites import open_suite
from evals.types import Case
from examples import make_binaries
from index.load import SUFFIXES, load

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
NEWSROOM = EXAMPLES / "newsroom"
CASES = open_suite(str(EXAMPLES)).cases
PAGES = sorted(NEWSROOM.iterdir())

FEWEST_OF_KIND = {
    "number": 8,
    "fact": 6,
    "attribution": 3,
    "date": 3,
    "conflict": 4,
    "false-premise": 3,
    "unanswerable": 6,
    "follow-up": 4,
    "as-of": 2,
    "hedged": 2,
    "not-disclosed": 2,
}

by_id = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)


def kind_of(case: Case) -> str:
    return case.tags[0]


@functools.cache
def indexed_text(source: str) -> str:
    return load(NEWSROOM / source, source=source).text


def test_every_kind_of_question_is_asked_often_enough() -> None:
    counts = Counter(map(kind_of, CASES))
    assert set(counts) == set(FEWEST_OF_KIND)
    assert {kind: counts[kind] for kind, fewest in FEWEST_OF_KIND.items() if counts[kind] < fewest} == {}


@by_id
def test_a_case_has_the_shape_of_its_kind(case: Case) -> None:
    kind = kind_of(case)
    refused = kind in {"unanswerable", "false-premise"}
    assert case.expect == ("abstain" if refused else "conflict" if kind == "conflict" else "answer")
    assert (case.answers is None) == refused
    assert bool(case.evidence) != refused
    assert bool(case.history) == (kind == "follow-up")
    assert (case.as_of is not None) == (kind == "as-of")
    assert all(group and all(spelling.strip() for spelling in group) for group in case.answers or ())
    if kind == "conflict":
        assert len(case.answers or ()) >= 2
    if case.as_of:
        assert case.as_of.year in {2023, 2024}


@by_id
def test_every_quote_stands_in_its_page(case: Case) -> None:
    assert [gold for gold in case.evidence if not gold.quote or gold.quote not in indexed_text(gold.source)] == []


def test_every_page_can_be_loaded_and_is_short() -> None:
    assert {page.suffix for page in PAGES} <= SUFFIXES
    lengths = {page.name: len(indexed_text(page.name)) for page in PAGES}
    assert {name: length for name, length in lengths.items() if not 300 < length < 6000} == {}


def test_the_web_pages_lose_their_navigation_and_scripts() -> None:
    for page in NEWSROOM.glob("*.html"):
        text = indexed_text(page.name)
        assert [
            leftover for leftover in ("dataLayer", "datePublished", "cookies", "Subscribe") if leftover in text
        ] == []


def test_the_binary_pages_are_what_the_script_writes(tmp_path: Path) -> None:
    make_binaries.main(tmp_path)
    names = [make_binaries.REPORT, make_binaries.MINUTES]
    assert [(tmp_path / name).read_bytes() for name in names] == [(NEWSROOM / name).read_bytes() for name in names]


def test_the_readme_names_every_page() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if f"`{page.name[:3]}" not in readme] == []
