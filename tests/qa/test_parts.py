"""A question that asks two things: its parts, what an answer leaves out of it, and one decision on both."""

import pytest

from qa.decide import Bound, Decision, SideOf
from qa.parts import covers, joined, leans_on, parts_of, standing_alone
from qa.types import Evidence, Verdict

SUPPORTED = Verdict(label="supported", probability=1.0)


def evidence(text):
    return Evidence(
        number=1,
        article_id=1,
        document_id=1,
        source="pier.txt",
        article=None,
        date=None,
        text=text,
        start=0,
        end=len(text),
        score=1.0,
    )


def claim(text):
    return Bound(text=text, evidence=(evidence(text),), verdict=SUPPORTED)


def answered(*texts):
    return Decision(status="answered", claims=tuple(claim(text) for text in texts))


ABSTAINED = Decision(status="abstained", reason="The documents do not say.")
CONFLICT = Decision(
    status="conflict",
    relation="conflict",
    sides=tuple(SideOf(value=n, evidence=evidence(f"There were {n} seals.")) for n in ("17", "22")),
)
COUNTED = "How many seal pups were counted at Osk, and who is the warden?"
FIRST, SECOND = "How many seal pups were counted at Osk?", "who is the warden?"


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (COUNTED, (FIRST, SECOND)),
        ("Which ship sank and how many people died?", ("Which ship sank?", "how many people died?")),
        (
            "From which port did she sail, and where to did she sail?",
            ("From which port did she sail?", "where to did she sail?"),
        ),
        ("Did the ferry sink and who was to blame?", ("Did the ferry sink?", "who was to blame?")),
    ],
)
def test_a_question_for_two_things_has_two_parts(question, parts):
    assert parts_of(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "How many seal pups were counted?",
        "The speeches take between five and how many minutes?",
        "The drink is ice, juice and which spirit?",
        "How many seals and how many pups were there?",
        "Who owns the mill and what?",
        "Who was the mayor, and when was he elected, and why did he resign?",
        "Who was the mayor when the mill burned and when the bridge opened?",
        "What is the difference between what was promised and what was built?",
        "Who is the woman who runs the shop and who was elected mayor?",
        "Did Tarn say who paid and how the money was spent?",
        "She asked what it cost and who would pay, and left.",
    ],
)
def test_a_question_for_one_thing_has_none(question):
    assert parts_of(question) == ()


def test_the_second_part_takes_what_it_points_to_from_the_first_and_its_answer():
    first = "Which vessel took over the service to Hethe?"
    alone = standing_alone(
        "how many passengers does it carry?", first, "The Swift Petrel took over the service to Hethe."
    )
    assert "Swift Petrel" in alone
    assert standing_alone(SECOND, FIRST, "") == "who is the warden? (Osk)"
    assert standing_alone("when was Mayor Tarn elected?", FIRST, "") == "when was Mayor Tarn elected?"


def test_a_part_that_points_to_the_other_leans_on_it():
    assert leans_on("how many passengers does it carry?", "Which vessel took over the service to Hethe?")
    assert not leans_on(SECOND, FIRST)


def test_an_answer_covers_the_part_whose_words_and_kind_it_holds():
    whole = answered("Volunteers counted 311 seal pups at Osk.")
    assert covers(FIRST, whole)
    assert not covers(SECOND, whole)
    assert covers(SECOND, answered("Isbet Crane is the warden."))
    assert not covers(FIRST, ABSTAINED)
    opened = answered("Viktor Saal said that the line at the Lindmoor plant was opened in May.")
    assert covers("When was the line at Lindmoor opened?", opened)
    assert not covers("who painted the plant?", opened)
    quota = answered("This year's herring quota is 6,300 tonnes, down from 7,800 last year.")
    assert covers("how large was last year's?", quota)


def test_both_answers_are_shown_and_what_nothing_answers_is_named():
    number, warden = answered("Volunteers counted 311 seal pups at Osk."), answered("Isbet Crane is the warden.")
    both = joined([(FIRST, number), (SECOND, warden)])
    assert [claim.text for claim in both.claims] == [number.claims[0].text, warden.claims[0].text]
    assert both.reason is None
    one = joined([(FIRST, number), (SECOND, ABSTAINED)])
    assert (one.status, one.reason) == ("answered", "The documents do not answer “who is the warden?”.")
    assert joined([(FIRST, ABSTAINED), (SECOND, ABSTAINED)]).status == "abstained"
    assert joined([(FIRST, number), (SECOND, number)]).claims == number.claims


def test_a_disagreement_on_one_part_is_shown_beside_the_answer_to_the_other():
    both = joined([(FIRST, CONFLICT), (SECOND, answered("Isbet Crane is the warden."))])
    assert (both.status, len(both.sides), both.claims[0].text) == ("conflict", 2, "Isbet Crane is the warden.")
    one = joined([(FIRST, CONFLICT), (SECOND, ABSTAINED)])
    assert (one.status, one.reason) == ("conflict", "The documents do not answer “who is the warden?”.")
    twice = joined([(FIRST, CONFLICT), (SECOND, CONFLICT)])
    assert [claim.text for claim in twice.claims] == ["There were 17 seals.", "There were 22 seals."]
