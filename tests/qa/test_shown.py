"""What a claim must pass besides before it is shown as fact."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.evidence import evidence_from_text
from qa.verify.shown import shown_failures
from qa.verify.source import Source


def broken(claim: str, text: str, question: str | None = None) -> list[str]:
    return [failure.rule for failure in shown_failures(claim, Source.of(evidence_from_text(text), question))]


SOURCE = "The film of 2002 had Ana Tarn and Ines Prake in the lead."


def test_words_that_only_the_question_says_are_nobodys_evidence() -> None:
    question = "Ana Tarn is about to repeat her stage success as whom?"
    assert broken("Ana Tarn will repeat her stage success as Ines Prake.", SOURCE, question) == ["unstated"]
    assert broken("Ana Tarn and Ines Prake had the lead in the film.", SOURCE, question) == []


def test_what_somebody_did_must_stand_in_the_source() -> None:
    text = "The bill would allow teachers to carry arms. The duke fled with the emperor to Quzhou."
    assert broken("The Senate passed the bill.", text) == ["verb"]
    assert broken("The duke stayed with the emperor.", text) == ["verb"]
    assert broken("The duke fled with the emperor.", text) == []
    assert broken("The bill allowed teachers to carry arms.", text) == []


def test_the_most_of_its_kind_is_what_the_source_says_is_so() -> None:
    text = "The castle is an interesting example of brickwork. It is the largest of the county and stands in the west."
    assert broken("The castle is the most interesting example of brickwork.", text) == ["superlative"]
    assert broken("It is the county's oldest castle.", text) == ["superlative"]
    assert broken("It is the biggest castle of the county.", text) == []
    assert broken("The castle stands in the west.", text) == []


def test_a_claim_none_of_whose_words_are_cited_rests_on_nothing() -> None:
    assert broken("Alderton.", "He wanted to stay. He was moved.") == ["untold"]
    assert broken("Alderton.", "He wanted to stay in Alderton.") == []


@pytest.mark.parametrize("moment", ["this week", "last year", "next Monday", "today"])
def test_a_claim_takes_over_this_week_only_from_its_source(moment: str) -> None:
    claim = f"The council closed the pier {moment}."
    assert broken(claim, "The council closed the pier on 3 May.") == ["moment"]
    assert broken(claim, f"Prake said that {moment} the council closed the pier.") == ["word"]
    assert broken(claim, f"The council closed the pier {moment}.") == []


def test_a_claim_does_not_rest_on_a_heading_alone() -> None:
    cited = replace(
        evidence_from_text("When is the eclipse?")[0], article="Diner drops new slush float to honour eclipse"
    )
    source = Source.of([cited])
    assert [each.rule for each in shown_failures("The diner honours the eclipse with a new slush float.", source)] == [
        "untold"
    ]
