from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import FOLDER_NAME, LexicalEntry, LexicalIndex, fold

WORDS = st.sampled_from(
    ["ceasefire", "envoy", "harbour", "resigned", "sanctions", "Aleppo", "Syria", "ministers", "trade", "wheat"]
)


def entry(number: int, text: str, *, title: str | None = None) -> LexicalEntry:
    return LexicalEntry(passage_id=number, title=title, text=text)


def index_of(*texts: str) -> LexicalIndex:
    index = LexicalIndex()
    index.update(add=[entry(number, text) for number, text in enumerate(texts, 1)], remove=[])
    return index


def found(index: LexicalIndex, query: str, *, boost: float = 0.5) -> list[int]:
    return list(index.search(query, limit=10, title_boost=boost).ids)


def reference_bm25(documents: list[list[str]], query: list[str], k1: float = 1.2, b: float = 0.75) -> list[float]:
    """Robertson and Zaragoza 2009, with Lucene's idf."""
    average = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        counts = Counter(document)
        score = 0.0
        for term in query:
            holding = sum(term in other for other in documents)
            idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            length = k1 * (1 - b + b * len(document) / average)
            score += idf * counts[term] * (k1 + 1) / (counts[term] + length)
        scores.append(score)
    return scores


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=30), min_size=1, max_size=8), st.lists(WORDS, min_size=1, max_size=4)
)
def test_the_scores_are_those_of_the_reference(texts: list[list[str]], query: list[str]) -> None:
    index = index_of(*(" ".join(text) for text in texts))
    hits = index.search(" ".join(query), limit=10, title_boost=0.0)
    stems = [index.analyze(" ".join(text)) for text in texts]
    expected = reference_bm25(stems, index.terms(" ".join(query)))
    assert sorted(hits.ids) == [number for number, score in enumerate(expected, 1) if score > 0]
    for number, score in zip(hits.ids, hits.scores, strict=True):
        assert score == pytest.approx(expected[number - 1], rel=1e-4)
    assert list(hits.scores) == sorted(hits.scores, reverse=True)


def test_forms_of_a_word_are_one_word() -> None:
    index = index_of("Leaders met the ministers.", "Café résumés", "1,200 soldiers of the U.S. army")
    assert found(index, "leader meets minister") == [1]
    assert found(index, "cafe resume") == [2]
    assert found(index, "1200 US") == [3]


def test_folding_gives_one_spelling() -> None:
    assert fold("the U.S. has 1,234,567 ﬁsh") == "the US  has 1234567 fish"
    assert LexicalIndex().analyze("cafe\u0301 CAFÉ cafe") == ["cafe"] * 3


def test_the_words_of_questions_are_not_searched_for_unless_they_are_all_there_is() -> None:
    index = index_of("What did who do, when and why?", "The envoy resigned.")
    assert found(index, "who is the envoy?") == [2]
    assert found(index, "who did what") == [1]


def test_a_title_counts_less_than_the_text() -> None:
    index = LexicalIndex()
    index.update(
        add=[entry(1, "wheat and trade", title="Aleppo"), entry(2, "Aleppo and trade", title="Wheat")], remove=[]
    )
    assert found(index, "Aleppo") == [2, 1]
    assert found(index, "Aleppo", boost=0.0) == [2]


@settings(deadline=None, max_examples=30)
@given(st.lists(WORDS, min_size=1, max_size=40), st.data(), st.integers(1, 10), st.sampled_from([0, 2000]))
def test_a_filter_leaves_the_best_of_what_it_lets_through(
    words: list[str], data: st.DataObject, limit: int, terms: int
) -> None:
    index = index_of(*words)
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=1, max_size=len(words) + 5)))
    query = "envoy wheat resigned"
    every = index.search(query, limit=1000, title_boost=0.5).ids
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.lexical._TERMS_OF_A_FILTER", terms)  # 0: asked of what is found; 2000: part of the query
        kept = index.search(query, limit=limit, title_boost=0.5, only=mask)
        everything = index.search(query, limit=1000, title_boost=0.5, only=mask).ids
    assert everything == tuple(number for number in every if number < len(mask) and mask[number])
    scores = dict(zip(*_ranked(index, query), strict=True))
    assert kept.scores == pytest.approx([scores[number] for number in everything[:limit]], rel=1e-5)


def _ranked(index: LexicalIndex, query: str) -> tuple[tuple[int, ...], tuple[float, ...]]:
    hits = index.search(query, limit=1000, title_boost=0.5)
    return hits.ids, hits.scores


@given(st.text(max_size=60))
def test_any_text_is_a_query(query: str) -> None:
    assert set(found(ODD, query)) <= {1, 2}


ODD = index_of('a AND b OR (c) title:x "quoted" ^2 ~1 [1 TO 2]', "\x00 control")


@pytest.mark.parametrize(
    "query", ['"', "title:", "a AND (", "id:1", "*", "/x/", "\\", '+-!(){}[]^"~*?:\\/', "\ud800", "x" * 10_000]
)
def test_query_syntax_is_only_words(query: str) -> None:
    assert set(found(ODD, query)) <= {1, 2}


def test_what_was_removed_is_not_found() -> None:
    index = index_of("envoy one", "envoy two")
    index.update(add=[entry(5, "envoy five")], remove=[1, 77])
    assert sorted(index.ids()) == [2, 5]
    assert found(index, "one") == []
    assert len(index) == 2


def test_what_was_written_is_loaded_with_the_state_it_holds(tmp_path: Path) -> None:
    index = LexicalIndex.create(tmp_path)
    index.update(add=[entry(4, "envoy")], remove=[])
    index.mark(12)
    loaded = LexicalIndex.load(tmp_path)
    assert loaded is not None
    assert (loaded.change, loaded.ids(), loaded.in_memory) == (12, [4], False)


@pytest.mark.parametrize("damage", ["meta", "note", "folder"])
def test_a_damaged_folder_is_not_loaded_and_can_be_made_anew(tmp_path: Path, damage: str) -> None:
    index = LexicalIndex.create(tmp_path)
    index.update(add=[entry(4, "envoy")], remove=[])
    if damage == "meta":
        (tmp_path / FOLDER_NAME / "meta.json").write_text("{")
    elif damage == "note":
        (tmp_path / "lexical.json").write_text("[]")
    else:
        (tmp_path / FOLDER_NAME).rename(tmp_path / "moved")
    assert LexicalIndex.load(tmp_path) is None
    assert len(LexicalIndex.create(tmp_path)) == 0
