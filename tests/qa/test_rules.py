"""What the rules accept and refuse."""

import datetime

import pytest

from index.types import Dated
from qa.types import Evidence
from qa.verify import RuleVerifier
from qa.verify.rules import FEATURE_NAMES, FEATURES, RULES, features, findings, negated


def evidence(text, *, title=None, date=None, context=""):
    return Evidence(
        number=1,
        document_id=1,
        article_id=1,
        source="a.txt",
        article=title,
        date=date,
        text=text,
        start=0,
        end=len(text),
        context=context,
    )


STRIKE = (
    "At least 17 fighters were killed in US strikes near the Iraqi border, the Observatory said on February 26, 2021."
)

SUPPORTED = [
    (STRIKE, "At least 17 fighters were killed in US strikes near the Iraqi border."),
    (STRIKE, "At least seventeen fighters were killed in U.S. strikes, the Observatory said."),
    (
        "The council closed the pool for 90 per cent of the summer.",
        "The council closed the pool for 90% of the summer.",
    ),
    ("“We are ready,” said Mayor Ana Tarn.", "Mayor Ana Tarn said “we are ready”."),
    ("Nearly 250 people have died since April 22.", "Nearly 250 people have died since April 22."),
    ("The mayor did not resign.", "The mayor did not resign."),
    ("The ship left the Norland port of Alder for Tarsk.", "The ship left the port of Alder for Tarsk."),
]
REFUSED = [
    (STRIKE, "At least 22 fighters were killed in US strikes near the Iraqi border.", "contradicted"),
    (STRIKE, "At least 17 fighters were killed in Turkish strikes near the Iraqi border.", "not_enough"),
    (STRIKE, "At least 17 fighters were killed in US strikes near the Iraqi border on March 3, 2021.", "contradicted"),
    (STRIKE, "The strikes were ordered by Joe Biden after a rocket attack.", "not_enough"),
    ("“We are ready,” said Mayor Ana Tarn.", "Mayor Ana Tarn said “we are always ready”.", "not_enough"),
    ("The mayor did not resign on Friday.", "The mayor resigned on Friday.", "contradicted"),
    ("The mayor resigned on Friday.", "The mayor did not resign on Friday.", "contradicted"),
    ("The mayor resigned on Friday.", "The mayor resigned on Monday.", "not_enough"),
    ("The company allegedly dumped waste in the river.", "The company dumped waste in the river.", "not_enough"),
    ("The bridge is expected to open in May.", "The bridge opened in May.", "not_enough"),
    ("The town is home to four million people.", "The town is home to 14 million people.", "contradicted"),
    ("He won a fourth term in the May elections.", "He won a fifth term in the May elections.", "contradicted"),
]


@pytest.mark.parametrize(("source", "claim"), SUPPORTED)
def test_a_claim_in_the_words_of_its_source_is_supported(source, claim):
    verdict = RuleVerifier().verify(claim, [evidence(source)])

    assert verdict.label == "supported", verdict.reason
    assert verdict.probability is not None and verdict.probability >= 0.5


@pytest.mark.parametrize(("source", "claim", "label"), REFUSED)
def test_a_claim_that_changes_its_source_is_refused_with_a_reason(source, claim, label):
    verdict = RuleVerifier().verify(claim, [evidence(source)])

    assert verdict.label == label
    assert verdict.probability is not None and verdict.probability < 0.5
    assert verdict.reason


def test_a_claim_without_evidence_is_uncited():
    assert RuleVerifier().verify("Anything at all.", []).label == "uncited"


def test_a_name_may_stand_in_the_title_and_a_date_in_the_article():
    date = Dated(value=datetime.date(2021, 9, 15), basis="stated")
    piece = evidence("The operation killed 22 fighters.", title="Norland condemns strikes", date=date)

    assert (
        RuleVerifier().verify("The Norland operation killed 22 fighters on September 15, 2021.", [piece]).label
        == "supported"
    )


def test_evidence_on_somebody_else_does_not_answer_the_question():
    piece = evidence("The population of Alder is 40,000.")
    verdict = RuleVerifier().verify("The population is 40,000.", [piece], question="What is the population of Tarsk?")

    assert verdict.label == "not_enough"
    assert "tarsk" in (verdict.reason or "")


def test_figures_of_two_pieces_may_be_joined():
    pieces = [evidence("The fire injured 12 people."), evidence("The fire destroyed 30 homes.")]

    assert RuleVerifier().verify("The fire injured 12 people and destroyed 30 homes.", pieces).label == "supported"


def test_a_negator_denies_what_follows_it_in_its_clause():
    assert negated("The mayor did not resign, and the council met.") == {"resign"}
    assert negated("Not only did he win, he won twice.") == frozenset()


def test_a_date_that_only_the_question_gives_is_not_supported():
    piece = evidence("The fire killed 12 people.", context="It broke out in the mill.")
    question = "How many people died in the 2015 fire?"

    assert RuleVerifier().verify("The 2015 fire killed 12 people.", [piece], question=question).label != "supported"


def test_a_date_of_the_question_may_stand_in_the_sentence_before():
    piece = evidence("The fire killed 12 people.", context="A fire broke out in the mill in 2015.")
    question = "How many people died in the 2015 fire?"

    assert RuleVerifier().verify("The 2015 fire killed 12 people.", [piece], question=question).label == "supported"


def test_a_figure_that_only_a_neighbouring_sentence_gives_is_not_supported_by_this_one():
    piece = evidence("The mill was built by the Aldous family.", context="A fire injured 40 people.")

    assert (
        RuleVerifier().verify("The mill was built by 40 people.", [piece], question="Who built the mill?").label
        != "supported"
    )


def test_a_cause_that_the_source_does_not_give_is_refused():
    piece = evidence("The library keeps its opening hours. A proposal to close the branch was withdrawn.")
    claim = "The library keeps its opening hours because a proposal to close the branch was withdrawn."

    assert RuleVerifier().verify(claim, [piece]).label == "not_enough"


def test_words_are_not_put_into_the_mouth_of_somebody_named_nearby():
    piece = evidence("A costs judge would allow about 290,000.", context="Axel Norvane sold the company in May.")
    claim = "Axel Norvane said a costs judge would allow about 290,000."

    assert (
        RuleVerifier().verify(claim, [piece], question="What did Axel Norvane say about the costs judge?").label
        == "not_enough"
    )


THIRD_OF_MAY = Dated(value=datetime.date(2024, 5, 3), basis="stated")
HEADED = [
    ("3 May 2024", "Ines Talvery wins by 214 votes", "Ines Talvery won by 214 votes.", "own_words"),
    ("He spoke on Friday.", "Minister resigns over dam", "The minister resigned on Friday.", "own_words"),
    ("He spoke of a quiet win.", "Talvery wins by 214 votes", "Talvery spoke of a win by 214 votes.", "figures"),
    ("Photographs by Ana Tarn.", "Fire destroys mill", "A fire destroyed the mill.", "own_words"),
    ("She won by 214 votes.", "Ines Talvery wins", "Ines Talvery won by 214 votes on May 3, 2024.", None),
    ("The rover landed at noon.", "Apollo 11 returns", "The Apollo 11 rover landed at noon.", None),
    ("The fire left 12 people dead.", "Norland mill burns", "The Norland fire left 12 people dead.", None),
]


@pytest.mark.parametrize(("source", "title", "claim", "rule"), HEADED)
def test_a_heading_gives_names_and_dates_but_not_what_is_said_of_them(source, title, claim, rule):
    failures = findings(claim, [evidence(source, title=title, date=THIRD_OF_MAY)])

    assert ([failure.rule for failure in failures] == []) if rule is None else rule in {f.rule for f in failures}


def test_a_title_in_quotes_is_a_name_and_not_a_quotation():
    piece = evidence("Her second book, The Long Way to Home, sold well.")

    assert findings("Her second book, “The Long Way Home”, sold well.", [piece]) == ()


def test_every_rule_is_a_feature_and_every_finding_bears_the_name_of_one():
    claim = "At most 30 adults, Olen Vell never said, were killed because “all of them slept there” on 3 May 2012."
    found = findings(claim, [evidence("At least 30 children and 12 adults were hurt.")])

    assert {failure.rule for failure in found} <= set(FEATURES)
    assert len(found) > 4
    assert len(FEATURES) == len(set(FEATURES)) == len(RULES) + 2  # the names of the question, and coverage


def test_features_are_shares_flags_and_counts_in_the_order_of_their_names():
    claim = "Olen Vell counted 22 fighters on March 3, 2021."
    made = dict(zip(FEATURE_NAMES, features(claim, [evidence(STRIKE)]), strict=True))

    assert (made["missing_figures"], made["missing_dates"], made["missing_names"]) == (1.0, 1.0, 1.0)
    assert (made["rule_figures"], made["rule_dates"], made["rule_names"], made["rule_roles"]) == (1.0, 1.0, 1.0, 0.0)
    assert 0.0 < made["coverage"] < 0.6


def test_a_claim_in_the_words_of_its_source_has_full_coverage_and_no_flag():
    made = features(STRIKE, [evidence(STRIKE)])

    assert made[:2] == (1.0, 1.0)
    assert set(made[2:]) == {0.0}
