"""Who did what to whom, whose figure it is, and words that turn a sentence around."""

from dataclasses import replace

import pytest

from qa.evidence import evidence_from_text
from qa.verify.rules import findings


def broken(source, claim):
    return [failure.rule for failure in findings(claim, evidence_from_text(source))]


PRICE = "The price of bread rose by 5 percent in March."
FIRE = "The fire injured 12 adults and 30 children."
GATE = "The gate takes 35 minutes to close. There is a hand pump: then it takes nine hours."
SOLD = "The ferry belongs to Norline, which bought it from Sundal in 2015."

TURNED = [
    ("Alder Works sued Norline in 2019.", "Norline sued Alder Works in 2019.", "roles"),
    ("Norline was sued by Alder Works in 2019.", "Norline sued Alder Works in 2019.", "roles"),
    ("Alder Works sued Norline in 2019.", "Alder Works was sued by Norline in 2019.", "roles"),
    ("Mary Tarn succeeded John Vell as mayor.", "John Vell succeeded Mary Tarn as mayor.", "roles"),
    ("Germany beat Brazil in the final.", "Brazil beat Germany in the final.", "roles"),
    (SOLD, "Sundal bought the ferry from Norline in 2015.", "roles"),
    ("Norbury has 10 schools, and Tarsk 20 schools.", "Tarsk has 10 schools.", "misplaced"),
    ("Turnout was 61% in Alder, 48% in Tarsk.", "Turnout was 48% in Alder.", "misplaced"),
    (FIRE, "The fire injured 30 adults.", "miscounted"),
    ("The crew of 14 saved 60 passengers.", "The crew saved 14 passengers.", "miscounted"),
    (GATE, "The gate takes 35 minutes to close by hand.", "borrowed"),
    ("The survey cost 4 million crowns. The harbour wall cost 9 million crowns.", "The wall cost 4 million crowns.", "borrowed"),
    (PRICE, "The price of bread fell by 5 percent in March.", "opposite"),
    ("The council voted before the march reached the hall.", "The council voted after the march reached the hall.", "opposite"),
    ("It was the first time that the river froze.", "It was the last time that the river froze.", "opposite"),
    ("The court accepted the appeal of the union.", "The court rejected the appeal of the union.", "opposite"),
    ("The ferry hit the pier and 17 people were hurt.", "The ferry hit the pier and 17 people were killed.", "opposite"),
    ("Imports of steel grew in the north.", "Exports of steel grew in the north.", "opposite"),
    ("Her brother opened the shop in Alder.", "Her sister opened the shop in Alder.", "opposite"),
    ("The mayor did not resign on Friday.", "The mayor resigned on Friday.", "negation"),
    ("The mayor resigned on Friday.", "The mayor never resigned on Friday.", "negation"),
]  # fmt: skip
KEPT = [
    ("Norline was sued by Alder Works in 2019.", "Alder Works sued Norline in 2019."),
    ("Mary Tarn succeeded John Vell as mayor.", "John Vell was succeeded by Mary Tarn as mayor."),
    ("Mary Tarn met John Vell in Oslo.", "John Vell met Mary Tarn in Oslo."),
    (SOLD, "Norline bought the ferry from Sundal in 2015."),
    ("The film was directed by Paul Vell and written by Ana Tarn.", "Ana Tarn wrote the film directed by Paul Vell."),
    ("Norbury has 10 schools, and Tarsk 20 schools.", "Tarsk has 20 schools."),
    ("Turnout was 61% in Alder, 48% in Tarsk.", "Turnout was 61% in Alder."),
    (FIRE, "The fire injured 30 children."),
    (GATE, "By hand it takes nine hours."),
    (GATE, "The gate takes 35 minutes to close."),
    ("The trip takes 20 minutes. By night it takes 20 minutes too.", "By night the trip takes 20 minutes."),
    ("The boat is 30 metres long. She can stay out for 12 days.", "The boat, 30 metres long, can stay out."),
    ("The ferry hit the pier, 17 people were hurt and two were killed.", "The ferry hit the pier and two people were killed."),
    (PRICE, "The price of bread increased by 5 percent in March."),
    ("Prices rose in March. Prices fell in April.", "Prices fell in April."),
    ("The mayor, who does not drive, opened the bridge.", "The mayor opened the bridge."),
    ("The firm failed to keep its promise.", "The firm did not keep its promise."),
    ("The firm did not keep its promise.", "The firm failed to keep its promise."),
    ("The council did not close the pool. It sold the hall.", "The council sold the hall."),
]  # fmt: skip


@pytest.mark.parametrize(("source", "claim", "rule"), TURNED)
def test_a_claim_that_turns_its_source_around_is_contradicted(source, claim, rule):
    failures = [failure for failure in findings(claim, evidence_from_text(source)) if failure.rule == rule]

    assert [failure.label for failure in failures] == ["contradicted"]


@pytest.mark.parametrize(("source", "claim"), KEPT)
def test_a_claim_that_keeps_who_did_what_passes(source, claim):
    assert broken(source, claim) == []


MEASURED = "The gate takes 35 minutes to close."


def beside(context, claim, question):
    """Return the rules that a claim breaks whose evidence stands beside another sentence."""
    (evidence,) = evidence_from_text(MEASURED)
    return [failure.rule for failure in findings(claim, [replace(evidence, context=context)], question)]


def test_a_time_does_not_take_on_what_the_sentence_beside_it_says_of_another_time():
    asked, claim = "How long does the gate take by hand?", "The gate takes 35 minutes to close by hand."

    assert "borrowed" in beside("By hand it takes nine hours.", claim, asked)
    assert "borrowed" not in beside("It can be closed by hand.", claim, asked)
    assert "borrowed" not in beside("By hand it takes 35 minutes too.", claim, asked)


def test_a_name_in_the_sentence_beside_it_may_be_what_a_time_is_about():
    claim, asked = "The gate in Orlo takes 35 minutes to close.", "How long does the gate in Orlo take?"

    assert "borrowed" not in beside("The Orlo lock was shut for two days.", claim, asked)
