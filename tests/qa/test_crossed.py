"""Claims that put words of their source together anew are not shown."""

from __future__ import annotations

import pytest

from qa.evidence import evidence_from_text
from qa.verify.crossed import crossed, listed, other_object, repeated
from qa.verify.source import Source

FEES = (
    "Line switching is billed by a fee per minute of connection, even when no data is moved, while packet switching may "
    "be billed by a fee per unit sent, such as characters, packets or messages."
)
TRAINED = "Trained as a lawyer he chose the profession of journalism, and wrote about law."
BOOKS = "His books placed Sarnism in a modern context. He chose it late."


def source(*texts):
    return Source.of([piece for text in texts for piece in evidence_from_text(text)])


@pytest.mark.parametrize(
    ("claim", "is_crossed"),
    [
        ("Line switching charges a fee for characters, packets or messages.", True),
        ("Packet switching charges a fee for characters, packets or messages.", False),
        ("Line switching is billed by a fee per minute of connection.", False),
        ("Packet switching is billed per minute of connection.", True),
    ],
)
def test_what_the_source_says_of_the_other_is_not_said_of_the_one(claim, is_crossed):
    assert (crossed(claim, source(FEES)) is not None) == is_crossed


def test_a_sentence_that_sets_nothing_against_anything_is_not_crossed():
    text = "Line switching is billed per minute, packet switching per unit sent, such as packets or messages."
    assert crossed("Line switching is billed for packets or messages.", source(text)) is None


@pytest.mark.parametrize(
    ("claim", "text", "is_repeated"),
    [
        ("The Orrin Suns are known by the other name Orrin Suns.", "The Orrin Suns, once the Orrin Bees, play.", True),
        ("The Orrin Suns are known by the other name Orrin Bees.", "The Orrin Suns, once the Orrin Bees, play.", False),
        ("Orrin Gate is a film on the Orrin Gate of 1902.", "Orrin Gate is a film on the Orrin Gate of 1902.", False),
        ("Tarn and Tarn’s sister are lawyers.", "Tarn and her sister are lawyers.", False),
    ],
)
def test_nothing_is_known_by_its_own_name(claim, text, is_repeated):
    assert (repeated(claim, source(text)) is not None) == is_repeated


@pytest.mark.parametrize(
    ("claim", "is_refused"),
    [
        ("The drink is orange juice, ice, and vodka.", True),
        ("The drink is orange juice, sugar, and vodka.", False),
        ("The drink is orange juice and ice.", False),
    ],
)
def test_each_of_several_things_stands_in_the_source(claim, is_refused):
    text = "The drink is made of vodka, orange juice and sugar."
    assert (listed(claim, source(text)) is not None) == is_refused


def test_who_chose_one_thing_did_not_choose_what_another_sentence_speaks_of():
    claim = "Maud was trained as a lawyer and chose Sarnism instead."
    assert other_object(claim, source(TRAINED, "His books placed Sarnism in a modern context.")).rule == "object"
    assert other_object(claim, source(TRAINED)) is None  # one sentence: the network reads it whole
    assert other_object("Maud chose journalism, and wrote books.", source(TRAINED, BOOKS)) is None
    assert other_object("Maud chose Sarnism.", source(TRAINED, "In 1932 Maud chose Sarnism.")) is None
