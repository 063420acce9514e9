from __future__ import annotations

import os
import socket
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passages import embedded_text, passages_of, token_counter
from index.types import Article, Document, Passage, Span


def words(text: str) -> int:
    return len(text.split())


def cut(text: str, *, max_tokens: int = 10, boilerplate: tuple[Span, ...] = (), title: str = "") -> list[Passage]:
    document = Document(source="a.txt", text=text, media_type="text/plain")
    article = Article(
        document=document,
        start=0,
        end=len(text),
        title=title or None,
        title_span=Span(start=text.index(title), end=text.index(title) + len(title)) if title else None,
        boilerplate=boilerplate,
    )
    return passages_of(article, max_tokens=max_tokens, count=words)


def test_a_passage_holds_whole_sentences_up_to_the_limit() -> None:
    text = "One two three four. Five six seven eight. Nine ten eleven twelve. A b c d."
    assert [p.text for p in cut(text)] == [
        "One two three four. Five six seven eight.",
        "Nine ten eleven twelve. A b c d.",
    ]


def test_a_sentence_longer_than_the_limit_is_a_passage_of_its_own() -> None:
    long = " ".join(["Word"] * 15) + "."
    assert [p.text for p in cut(f"Short one. {long} Another rather short one here now.")] == [
        "Short one.",
        long,
        "Another rather short one here now.",
    ]


def test_a_short_last_passage_shares_with_the_one_before() -> None:
    text = "A b c d e. F g h i j. K l."
    assert [p.text for p in cut(text)] == ["A b c d e.", "F g h i j. K l."]


def test_the_title_is_in_no_passage_but_in_what_is_embedded() -> None:
    found = cut("The Title Here\n\nThe body is here.", title="The Title Here")
    assert [p.text for p in found] == ["The body is here."]
    assert embedded_text(found[0].article.title, found[0].text) == "The Title Here\nThe body is here."


def test_an_article_that_is_only_a_title_can_still_be_found() -> None:
    assert [p.text for p in cut("The Title Here\n", title="The Title Here")] == ["The Title Here"]


def test_no_passage_reaches_over_boilerplate() -> None:
    text = "He left.\n\nREAD ALSO: more\n\nShe stayed."
    low = text.index("READ")
    found = cut(text, boilerplate=(Span(start=low, end=low + len("READ ALSO: more")),))
    assert [p.text for p in found] == ["He left.", "She stayed."]


def test_rules_and_stars_are_not_content() -> None:
    assert [p.text for p in cut("* * *\n\n-----\n")] == []


@given(st.lists(st.integers(1, 14), min_size=1, max_size=20), st.integers(4, 30))
def test_every_sentence_lies_in_exactly_one_passage_in_order(lengths: list[int], limit: int) -> None:
    text = " ".join("W" + " w" * (length - 1) + "." for length in lengths)
    found = cut(text, max_tokens=limit)
    sentences = [sentence for passage in found for sentence in passage.sentences]
    assert " ".join(sentence.text for sentence in sentences) == text
    for passage in found:
        assert words(passage.text) <= limit or len(passage.sentences) == 1
    assert all(a.end < b.start for a, b in pairwise(found))


def test_tokens_are_counted_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "/nowhere")
    token_counter.cache_clear()
    assert token_counter()("Syria’s ceasefire holds.") == 6
    assert token_counter()("<|endoftext|>") > 1
    assert os.environ["TIKTOKEN_CACHE_DIR"] == "/nowhere"
