"""Claims that are copied, and what around a copied clause takes it back."""

import pytest

from qa.evidence import evidence_from_text
from qa.verify.joined import WORD_FOR_WORD, Fusion, JoinedVerifier
from qa.verify.source import Source
from qa.verify.verbatim import is_word_for_word
from tests.qa.test_joined import MARGIN, Said

COPIED = [
    ("The meeting comes after Norland declared victory in Alder last week.", "Norland declared victory in Alder last week."),
    ("The mill burned down in May, and nobody was hurt there that day.", "The mill burned down in May."),
    ("In 1994, the yard built “the Maid of Hethe”; it closed soon after.", 'In 1994, the yard built "the Maid of Hethe".'),
]  # fmt: skip
TAKEN_BACK = [
    ("If the mill burned down in May, the insurer must pay.", "The mill burned down in May."),
    ("Nobody believes it, but the mill burned down in May.", "The mill burned down in June."),
    ("It is not so; the mill burned down in May.", "The mill burned down in May."),
    ("The mill burned down in May or June.", "The mill burned down in May."),
    ("The mayor denied it, and the mill burned down in May.", "The mill burned down in May."),
    ("They said the mill burned down in May.", "The mill burned down in May."),
    ("The mill burned down in May.", "The mill burned"),
    ("No mill burned down in May without a guard.", "No mill burned down in May."),
    ("The mill is in Alder. It burned down in May.", "The mill burned down in May."),
]


@pytest.mark.parametrize(("text", "claim"), COPIED)
def test_a_whole_clause_of_one_sentence_is_word_for_word(text, claim):
    assert is_word_for_word(claim, Source.of(evidence_from_text(text)))


@pytest.mark.parametrize(("text", "claim"), TAKEN_BACK)
def test_a_clause_that_is_left_open_or_cut_or_put_together_is_not(text, claim):
    assert not is_word_for_word(claim, Source.of(evidence_from_text(text)))


@pytest.mark.parametrize("strict", [True, False])
def test_a_copied_claim_is_supported_whatever_the_network_says_but_not_whatever_the_rules_say(strict):
    def verdict(claim, text):
        return JoinedVerifier(Said(0.01), MARGIN, strict=strict).verify(claim, evidence_from_text(text))

    text, claim = COPIED[0]
    assert verdict(claim, text).label == "supported"
    assert verdict(claim, text).probability == WORD_FOR_WORD
    assert verdict(claim.replace("Norland", "Sudland"), text).label != "supported"
    hedged = "After the fire, it is claimed by the mayor: the ferry is unsafe for people."
    assert verdict("The ferry is unsafe for people.", hedged).label != "supported"


def test_a_copied_claim_is_worth_no_less_than_the_network_says():
    sure = Fusion(intercept=9.0, weights={"margin": 0.0})
    text, claim = COPIED[0]
    verdict = JoinedVerifier(Said(0.99), sure).verify(claim, evidence_from_text(text))

    assert verdict.probability is not None
    assert verdict.probability > WORD_FOR_WORD
