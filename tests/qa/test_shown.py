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


@pytest.mark.parametrize(
    ("near", "claim"),
    [
        ("Prake is within arm’s reach of winning the vote.", "Prake won the vote."),
        ("The firm was on the verge of closing its plant.", "The firm closed its plant."),
        ("The council came close to selling the pool.", "The council sold the pool."),
        ("The vote may push Prake over the threshold.", "The vote pushed Prake over the threshold."),
    ],
)
def test_what_was_nearly_done_was_not_done(near: str, claim: str) -> None:
    assert "unreached" in broken(claim, near)
    assert "unreached" not in broken(near, near)
    assert "unreached" not in broken(claim, f"{near} {claim}")


def test_what_comes_by_the_year_is_told_by_the_year() -> None:
    text = "The figure was up from 78 a year earlier. People drink three cups a day, or 587 million cups."
    assert broken("People drink 587 million cups per year.", text) == ["rate"]
    assert broken("People drink three cups daily.", text) == []
    assert broken("People drink 587 million cups.", text) == []
    assert broken("Some drink 587 million cups in a year.", text) == []


@pytest.mark.parametrize(
    ("claim", "rules"),
    [
        ("Sales and the median price both dipped.", ["trend"]),
        ("The price of homes dipped.", ["trend"]),
        ("Sales dipped.", []),
        ("The price rose, and sales dipped.", []),
        ("The price did not fall.", []),
        ("The wages rose.", []),
    ],
)
def test_each_thing_that_rose_or_fell_went_where_the_source_says(claim: str, rules: list[str]) -> None:
    text = "Home sales dipped in May, while the median price rose. Wages are told of elsewhere."
    assert broken(claim, text) == rules


def test_a_name_between_quotation_marks_is_nobodys_speech() -> None:
    text = "“I have always understood that the name Murder River is taken from the Dutch,” Ada Pike said."
    assert broken("The name “Murder River” is taken from the Dutch.", text) == ["word"]
    assert broken("Ada Pike said the name “Murder River” is taken from the Dutch.", text) == []
