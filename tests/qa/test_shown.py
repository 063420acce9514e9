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


def test_what_goes_on_now_must_be_said_in_the_cited_words() -> None:
    text = "The chain would experiment with new prices next year. The chain is closing three kitchens."
    assert broken("The chain is testing new prices.", text) == ["verb"]
    assert broken("The chain is going to experiment with new prices.", text) == []
    assert broken("The chain is testing prices.", "The chain will begin testing prices. It plans to test them.") == [
        "verb"
    ]
    assert broken("The chain is testing prices.", "The chain continues to test prices.") == []
    assert broken("The chain is now closing three kitchens.", text) == []


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


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("The boat sank within sight of the coast.", "The boat sank off the coast."),
        ("The plant is close to Beijing.", "The plant is near Beijing."),
        ("A fire broke out on the edge of the city of Alder.", "A fire broke out near the city of Alder."),
        ("They were within reach of winning the cup in May. They won it on Saturday.", "They won the cup on Saturday."),
    ],
)
def test_what_is_near_a_place_or_was_done_later_is_so(text: str, claim: str) -> None:
    assert "unreached" not in broken(claim, text)


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("People drink three cups daily.", "People drink three cups a day."),
        ("It does 70 miles per hour.", "It does 70 miles an hour."),
        ("It does 120 kilometres per hour.", "It does 120 km/h."),
        ("She earns £40,000 a year.", "She earns £40,000 per annum."),
        ("It costs £200 a month.", "It costs £200/month."),
        ("Holt, 34, was sentenced to a year in prison.", "Holt, 34, was sentenced: he is jailed for a year in prison."),
        ("The strike lasted a day and cost £3 million.", "The one-day strike lasted 24 hours and cost £3 million."),
        ("The boat came 12 times a year.", "The boat came 12 times in a year."),
        ("The rent is £950 per month.", "The rent is £950 pcm."),
        ("It earns £20m a year.", "It earns £20m each financial year."),
        ("They sold 3 million in less than a week.", "They sold 3 million in less than one week."),
    ],
)
def test_a_rate_may_be_told_in_other_words(claim: str, text: str) -> None:
    assert "rate" not in broken(claim, text)


def test_what_comes_by_the_year_is_told_by_the_year() -> None:
    text = "The figure was up from 78 a year earlier. People drink three cups a day, or 587 million cups."
    assert broken("People drink 587 million cups per year.", text) == ["rate"]
    assert broken("People drink 587 million cups.", text) == []


@pytest.mark.parametrize(
    ("claim", "rules"),
    [
        ("Sales and the median price both dipped.", ["trend"]),
        ("The price dipped.", ["trend"]),
        ("Sales dipped.", []),
        ("The price rose, and sales dipped.", []),
        ("The price did not fall.", []),
        ("The wages rose.", []),
    ],
)
def test_each_thing_that_rose_or_fell_went_where_the_source_says(claim: str, rules: list[str]) -> None:
    text = "Home sales dipped in May, while the median price rose. Wages are told of elsewhere."
    assert broken(claim, text) == rules


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Shares rose in early trading but fell 2 percent by the close.", "Shares fell 2 percent by the close."),
        ("Sales rose 5 percent in Europe and fell 3 percent in Asia.", "Sales fell 3 percent in Asia."),
        ("Sales rose 3 percent in May before falling 2 percent in June.", "Sales fell 2 percent in June."),
        ("Prices in France rose 2 percent while those in Spain fell.", "Prices fell in Spain."),
        ("Shares rose on Monday. They fell by the close.", "Shares fell by the close."),
        ("The price of gas fell 5 percent. Oil went up 3 percent.", "The price of oil went up 3 percent."),
        ("The number of deaths fell to 40. Births rose to 90.", "The number of births rose to 90."),
        ("The toll fell to 28 after a recount and later rose to 40.", "The toll rose to 40."),
        ("Revenue fell short of forecasts. It rose 4 percent.", "Revenue rose 4 percent."),
    ],
)
def test_what_rose_and_fell_may_be_said_to_have_done_either(text: str, claim: str) -> None:
    assert "trend" not in broken(claim, text)


def test_the_last_until_a_day_was_not_on_it() -> None:
    text = "The eclipse is the last one until 2044. The bridge is closed until May 3."
    assert broken("The last eclipse was in 2044.", text) == ["until"]
    assert broken("The bridge is closed from May 3.", text) == ["until"]
    assert broken("The bridge is closed until May 3.", text) == []


def test_words_of_sentences_that_are_not_cited_are_not_its_evidence() -> None:
    question = "What ruling will the council appeal?"
    pieces = evidence_from_text(
        "The law on postal votes of sailors was found unlawful. The council will appeal the ruling."
    )
    claim = "The council will appeal the ruling on postal votes of sailors."
    found = [failure.rule for failure in shown_failures(claim, Source.of(pieces[1:], question))]
    assert found == ["unstated"]
    assert shown_failures(claim, Source.of(pieces, question)) == ()


def test_a_name_between_quotation_marks_is_nobodys_speech() -> None:
    text = "“I have always understood that the name Murder River is taken from the Dutch,” Ada Pike said."
    assert broken("The name “Murder River” is taken from the Dutch.", text) == ["word"]
    assert broken("Ada Pike said the name “Murder River” is taken from the Dutch.", text) == []
