"""What a question takes for granted."""

import pytest

from qa.analysis import analyse
from qa.premise import contradicting, premise_of, stances
from qa.types import Evidence


def evidence(text):
    return Evidence(
        number=1, document_id=1, article_id=1, source="a", article=None, date=None, text=text, start=0, end=len(text)
    )


@pytest.mark.parametrize(
    ("question", "premise"),
    [
        (
            "Why has Norland been supporting Tarn against the rebels?",
            "Norland has been supporting Tarn against the rebels",
        ),
        ("When did Holt resign?", "Holt did resign"),
        ("How many boats sank?", None),
        ("Who resigned?", None),
    ],
)
def test_a_why_or_when_question_takes_a_statement_for_granted(question, premise):
    assert premise_of(analyse(question)) == premise


def test_stances_are_read_from_the_words_before_a_name():
    assert stances("Norland, a major backer of the insurgency against President Tarn") == {"tarn": False}
    assert stances("Norland has been supporting Tarn") == {"tarn": True}


def test_evidence_on_the_other_side_contradicts_the_premise():
    question = analyse("Why has Norland been supporting Tarn against the rebels?")
    against = evidence(
        "Norland, a major backer of the insurgency against President Tarn, entered the conflict in August."
    )

    assert contradicting(question, [evidence("The pool is closed."), against]) is against


def test_a_denied_verb_contradicts_the_premise():
    question = analyse("Why did Mayor Holt resign in May?")

    assert contradicting(question, [evidence("Mayor Holt did not resign in May.")]) is not None


def test_evidence_on_the_same_side_does_not_contradict():
    question = analyse("Why has Norland been supporting Tarn?")

    assert contradicting(question, [evidence("Norland supports Tarn because it needs the port.")]) is None
