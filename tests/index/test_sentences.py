from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import MAX_SENTENCE_CHARACTERS, split_sentences
from index.types import Span


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(text)]


@pytest.mark.parametrize(
    "whole",
    [
        "James Jeffrey, the U.S. Special Envoy to Syria, resigned.",
        "The U.N. Security Council met at 5 p.m. Monday in New York.",
        "Mr. Assad met Dr. Haddad and Gen. Ivanov in St. Petersburg.",
        "Apple Inc. Chief Executive Tim Cook spoke on Jan. 5 about No. 7.",
        "Some groups, e.g. the YPG, i.e. Kurdish fighters, vs. Turkey, stayed.",
        "J. K. Rowling and George W. Bush met in Washington.",
        "“Our forces will continue,” he said.",
        "“There were many attacks.” he said.",
        "“Stop the attacks!” he said.",
        "“Who did it?” Putin asked.",
        "“They left at dawn.” Lavrov said.",
        "Growth was 3.5 per cent, at $1.2 billion (2.4 per cent more).",
        "See https://www.un.org/en/news.html?Page=2.Final for more.",
        "“Allegedly they will never leave … up to the point of destroying this country.”",
        "He wrote to envoy@Example.Com about Booking.Com prices.",
        "1. The first point of the plan",
        "A ceasefire came into effect last week. to end a siege, among five. million people.",
        "Yahoo! shares rose.",
        "Rep. Adam Schiff and Sen. John McCain (R-Ariz.) spoke.",
    ],
)
def test_stays_one_sentence(whole: str) -> None:
    assert texts(whole) == [whole]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("He left the U.S.", "The talks went on."),
        ("It began at 5 p.m.", "Putin spoke first."),
        ("“We condemn the strikes.”", "Russia has been a key ally."),
        ("“They left.”", "Lavrov said the talks would go on in Geneva next week."),
        ("Did he resign?", "Nobody knows."),
        ("It happened in 2015.", "22 fighters died."),
        ("He paid $5.", "It was enough."),
        ("They chose Plan B.", "The others agreed."),
        ("He spoke.", "“We will stay,” he said."),
        ("He left (see below.)", "She stayed."),
        ("Prices rose.[12]", "Wages did not."),
        ("he went home early.", "the others stayed."),
        ("Oil, gas, etc.", "Turkey buys both."),
        ("The meeting is in Dec.", "Nobody objected."),
    ],
)
def test_two_sentences_are_parted(first: str, second: str) -> None:
    assert texts(f"{first} {second}") == [first, second]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The talks are about Syria.", "Negotiations began on Monday."),
        ("It ended in 2015.", "The rest is known."),
        ("“There were attacks.”", "The army denied it."),
        ("停火。", "谈判开始。"),
    ],
)
def test_glued_sentences_are_parted(first: str, second: str) -> None:
    assert texts(first + second) == [first, second]


def test_a_wrapped_paragraph_is_one_text() -> None:
    text = (
        "The United Nations and Western officials warned that the refugees\n"
        "would return soon, before conditions in the country improved. They\n"
        "Also emphasised the principle of voluntary repatriation.\n"
    )
    assert texts(text) == [
        "The United Nations and Western officials warned that the refugees\nwould return soon, before conditions "
        "in the country improved.",
        "They\nAlso emphasised the principle of voluntary repatriation.",
    ]


def test_a_heading_ends_at_its_line() -> None:
    text = "Clashes Reported In Syria Despite Truce\nFighting between government and rebel forces has been reported."
    assert texts(text) == text.split("\n")


def test_a_paragraph_without_an_end_mark_ends_at_the_blank_line() -> None:
    assert texts("as stated by the Russian Foreign Ministry\n\n\nLeave A Reply") == [
        "as stated by the Russian Foreign Ministry",
        "Leave A Reply",
    ]


def test_paragraphs_a_line_each_are_parted() -> None:
    long_line = "The operation killed at least 22 fighters, " * 5 + "a monitor said"
    assert texts(f"{long_line}\nReuters saw it.") == [long_line, "Reuters saw it."]


def test_list_items_and_table_rows_stand_alone() -> None:
    text = "- first item of the list which is fairly long\n- second item\n| a | b. C |\n| 1 | 2 |\nName\tAge"
    assert texts(text) == text.split("\n")


def test_fields_stand_alone() -> None:
    text = "Name: The Harbour Authority of Sollum\nCity: The old town beside the river\n"
    assert texts(text) == text.strip().split("\n")


def test_what_is_skipped_belongs_to_no_sentence_and_ends_one() -> None:
    text = "He said it was READ ALSO: other news over."
    low = text.index("READ")
    high = text.index(" over")
    found = split_sentences(text, skip=[Span(start=low, end=high)])
    assert [sentence.text for sentence in found] == ["He said it was", "over."]


def test_only_the_part_asked_for_is_split() -> None:
    text = "One is here. Two is here. Three is here."
    found = split_sentences(text, text.index("Two"), text.index(" Three"))
    assert [(sentence.start, sentence.text) for sentence in found] == [(13, "Two is here.")]


def test_a_sentence_that_is_too_long_is_cut_at_a_semicolon() -> None:
    clause = "the delegates spoke of water and of roads " * 14
    found = texts(f"{clause.strip()}; {clause.strip()}.")
    assert [piece[-6:] for piece in found] == ["roads;", "roads."]


pieces = st.sampled_from(
    [
        "He left.",
        "U.S. ",
        "“Go!” he said. ",
        "\n",
        "\n\n",
        " ",
        "5 p.m. ",
        "…",
        "Syria.Then ",
        "- item\n",
        "| a | b |\n",
        "x" * 300,
        "; ",
        "é",
        "。",
        "\r\n",
        "\t",
    ]
)


@given(st.one_of(st.text(max_size=300), st.lists(pieces, max_size=30).map("".join)), st.data())
def test_every_character_outside_what_is_skipped_lies_in_exactly_one_sentence(text: str, data: st.DataObject) -> None:
    bounds = data.draw(st.lists(st.integers(0, len(text)), max_size=6).map(sorted))
    skip = [Span(start=low, end=high) for low, high in zip(bounds[::2], bounds[1::2], strict=False) if low < high]
    found = split_sentences(text, skip=skip)
    covered = [offset for sentence in found for offset in range(sentence.start, sentence.end)]
    skipped = {offset for span in skip for offset in range(span.start, span.end)}
    assert covered == sorted(set(covered))
    assert not skipped & set(covered)
    assert {i for i, c in enumerate(text) if not c.isspace()} - skipped <= set(covered)
    for sentence in found:
        assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip()
        assert len(sentence.text) <= MAX_SENTENCE_CHARACTERS


def test_prose_with_a_list_of_links_in_its_line_is_no_table_row() -> None:
    prose = "The council met on Monday and heard the harbour master. " * 6
    text = f"{prose}Alder | Birch | Cedar | Damson"
    assert len(split_sentences(text)) == 7
