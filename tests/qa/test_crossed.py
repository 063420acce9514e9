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


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Paul Tarn was recovering in Alder after an operation.", "Paul Tarn handed over to Ann Reyes, while Mr Tarn was recovering in Alder after an operation."),
        ("Princess Ada was on a tour of Norland.", "Princess Ada became queen, while the princess was on a tour of Norland."),
    ],
)  # fmt: skip
def test_one_person_named_twice_is_not_two(claim, text):
    assert crossed(claim, source(text)) is None


def test_a_clause_of_the_claim_s_own_is_not_taken_from_the_source():
    text = "Packet switching is slow, while line switching is controlled by operators at an exchange in the city."
    assert crossed(text, source(text)) is None
    assert crossed(text.removesuffix(" in the city.") + ".", source(text)) is None


def test_of_plural_subjects_too():
    text = "Electric cars are exempt, while petrol cars are taxed by weight at the border."
    assert crossed("Electric cars are taxed by weight at the border.", source(text)).rule == "crossed"
    assert crossed("Petrol cars are taxed by weight at the border.", source(text)) is None


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
        ("Holt Holt was born in 1948.", "Ada Holt (born 1948) is a poet.", True),
        ("Duran Duran played in 1981.", "In 1981 Duran Duran played.", False),
        ("Gallia was replaced by Gallia.", "Sarnia was replaced by Gallia.", True),
        (
            "New Sarn is the most populous city in the state of Sarn.",
            "It is the most populous of the state of Sarn.",
            False,
        ),
        (
            "The Orrin Wall was built in 1961, and the Orrin Wall fell in 1989.",
            "It was built in 1961 and fell in 1989.",
            False,
        ),
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
        ("The drink is orange juice, sugar, and milk.", True),
        ("The drink holds juice, sugar and vodka, respectively.", False),
        ("The drink holds juice, sugar, and more recently, in total, vodka.", False),
        ("The drink, however, is orange juice, and vodka.", False),
        ("The drink is had in Alder, Norland, and vodka.", False),
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


@pytest.mark.parametrize(
    ("claim", "first", "second"),
    [
        ("Ada Lund introduced the phone in 2007.", "Lund introduced the player in 2001.", "The phone was introduced by Lund in 2007."),
        ("The Bees released Help in 1965.", "Help came out in 1965.", "In 1965 the Stones released Satisfaction."),
        ("Officials said the fire killed nine.", "Nine died, said officials in a statement.", "A fire broke out."),
        ("The club signed the striker.", "The club signed Jones for three million.", "Jones is a striker."),
        ("Lund discovered two elements.", "Lund discovered polonium and radium.", "Both are elements."),
        ("Lund scored twice.", "Lund scored two goals.", "Lund left."),
    ],
)  # fmt: skip
def test_a_deed_that_is_told_otherwise_or_of_another_is_no_fault(claim, first, second):
    assert other_object(claim, source(first, second)) is None
