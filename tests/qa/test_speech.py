"""Who said it and how surely: a claim keeps the speaker and the hedge of its source."""

from dataclasses import replace

import pytest

from qa.evidence import evidence_from_text
from qa.verify import RuleVerifier
from qa.verify.rules import SOFT, findings
from qa.verify.speech import reports


def broken(source, claim):
    return [failure.rule for failure in findings(claim, evidence_from_text(source))]


SAFE = "The dam is safe for everyone."

DROPPED = [
    ("The mayor mentioned that the ferry is unsafe.", "The ferry is unsafe.", "The mayor"),
    ("The minister said that the dam is safe.", "The dam is safe.", "minister"),
    ("“The dam is safe for everyone,” said Ana Tarn.", SAFE, "Ana Tarn"),
    ("“The dam is safe for everyone,” Ana Tarn said.", SAFE, "Ana Tarn"),
    ("According to Ana Tarn, the dam is safe for everyone.", SAFE, "Ana Tarn"),
    ("The dam is safe for everyone, according to Ana Tarn.", SAFE, "Ana Tarn"),
    ("Ana Tarn, the mayor of Norbury, said that the dam is safe for everyone.", SAFE, "Ana Tarn"),
    ("Ana Tarn, the mayor of Norbury, said the dam is safe for everyone.", SAFE, "Ana Tarn"),
    ("Ana Tarn told reporters that the dam is safe for everyone.", SAFE, "Ana Tarn"),
    ("Ana Tarn claimed the election was rigged.", "The election was rigged.", "Ana Tarn"),
    ("The union argues that the pay offer broke the law.", "The pay offer broke the law.", "The union"),
    ("Ana Tarn accused Olen Vell of stealing public money.", "Olen Vell stole public money.", "Ana Tarn"),
    ("Critics insisted that the vote was bought by Norline.", "The vote was bought by Norline.", "Critics"),
]  # fmt: skip
KEPT = [
    ("The minister said that the dam is safe.", "The minister said the dam is safe."),
    ("Ana Tarn said the dam is safe.", "According to Ana Tarn, the dam is safe."),
    ("“The dam is safe for everyone,” said Ana Tarn.", "Ana Tarn said “the dam is safe for everyone”."),
    ("Ana Tarn claimed the election was rigged.", "Ana Tarn claimed the election was rigged."),
    ("Ana Tarn opened the dam, and said the weather is fine.", "Ana Tarn opened the dam."),
    ("The dam is safe. Ana Tarn said that the dam is safe.", "The dam is safe."),
    ("The United States is the largest buyer of Norland steel.", "The largest buyer of Norland steel is the United States."),
    ("Ana Tarn, the mayor of Norbury, said the dam is safe.", "Ana Tarn said that the dam is safe."),
    ("The annual report of the port covers 12 ships.", "The report of the port covers 12 ships."),
]  # fmt: skip
EVENTS = [
    ("The police said 12 people were arrested on Monday.", "12 people were arrested on Monday."),
    ("The ministry announced that the school reopened in June.", "The school reopened in June."),
    ("At least 17 fighters were killed, the Observatory said on Monday.", "At least 17 fighters were killed."),
]
UNHEDGED = [
    ("The body of the mate was allegedly found in the hold.", "The body of the mate was found in the hold."),
    ("The bridge is expected to open in May.", "The bridge opened in May."),
    ("The council plans to sell the hall next year.", "The council sold the hall."),
    ("The drug may cause liver damage in children.", "The drug causes liver damage in children."),
    ("The company is alleged to have dumped waste in the river.", "The company dumped waste in the river."),
    ("The mate allegedly slept on the bridge.", "The mate slept on the bridge."),
    ("Ana Tarn was accused of stealing public money.", "Ana Tarn stole public money."),
    ("The painting is believed to be a copy from 1720.", "The painting is a copy from 1720."),
    ("Norline is considering closing the plant in Alder.", "Norline closed the plant in Alder."),
    ("The army probably shelled the village on Monday.", "The army shelled the village on Monday."),
]
HEDGED = [
    ("The bridge is expected to open in May.", "The bridge is expected to open in May."),
    ("The bridge is expected to open in May.", "The bridge will open in May."),
    ("The mate allegedly slept on the bridge.", "The mate reportedly slept on the bridge."),
    ("The mate, who may resign, slept on the bridge.", "The mate slept on the bridge."),
    ("The council plans to sell the hall, and it closed the pool.", "The council closed the pool."),
    ("Norline opened the plant, which is expected to employ 300 people.", "Norline opened the plant."),
    ("The bridge was due to open in May. The bridge opened in May.", "The bridge opened in May."),
    ("The accident happened in May.", "The accident happened in May."),
]
BOUNDS = [
    ("At least 17 people were hurt.", "Exactly 17 people were hurt.", "bound"),
    ("At least 17 people were hurt.", "Fewer than 17 people were hurt.", "bound"),
    ("Nearly 250 people died.", "More than 250 people died.", "bound"),
    ("Up to 40 ships were lost.", "More than 40 ships were lost.", "bound"),
    ("An estimated 40 ships were lost.", "Exactly 40 ships were lost.", "bound"),
    ("Some passengers were rescued by helicopter.", "All passengers were rescued by helicopter.", "quantifier"),
    ("Most schools in Alder closed.", "All schools in Alder closed.", "quantifier"),
    ("Passengers were rescued by helicopter.", "Every passenger was rescued by helicopter.", "universal"),
    ("The museum shows Norland painters.", "The museum shows only Norland painters.", "universal"),
]
WITHIN_BOUNDS = [
    ("At least 17 people were hurt.", "At least 17 people were hurt."),
    ("More than 40 ships were lost.", "At least 40 ships were lost."),
    ("About 40 ships were lost.", "Around 40 ships were lost."),
    ("All passengers were rescued by helicopter.", "Every passenger was rescued by helicopter."),
    ("Some passengers were rescued by helicopter.", "Some passengers were rescued by helicopter."),
]


@pytest.mark.parametrize(("source", "claim", "speaker"), DROPPED)
def test_a_claim_that_drops_the_speaker_is_not_supported_and_the_reason_names_them(source, claim, speaker):
    verdict = RuleVerifier().verify(claim, evidence_from_text(source))

    assert "speaker" in broken(source, claim)
    assert verdict.label == "not_enough"
    assert speaker in (verdict.reason or "")


@pytest.mark.parametrize(("source", "claim"), KEPT)
def test_a_claim_that_keeps_the_speaker_passes(source, claim):
    assert broken(source, claim) == []


@pytest.mark.parametrize(("source", "claim"), EVENTS)
def test_an_event_on_the_word_of_an_office_may_be_told_as_one(source, claim):
    assert set(broken(source, claim)) <= {"reporter"} <= SOFT
    assert RuleVerifier().verify(claim, evidence_from_text(source)).label == "supported"


def test_a_claim_that_names_another_speaker_is_contradicted():
    source = "Ana Tarn said the dam is unsafe, and Olen Vell spoke on taxes."
    verdict = RuleVerifier().verify("Olen Vell said the dam is unsafe.", evidence_from_text(source))

    assert verdict.label == "contradicted"
    assert "Ana Tarn" in (verdict.reason or "")


def test_a_speaker_whom_the_source_does_not_name_is_not_supported():
    assert "other_speaker" in broken("The mayor said the dam is safe.", "Ana Tarn said the dam is safe.")


COUNT = "She won 8,431 votes, 214 more than the incumbent, Aldous Prake, the returning officer said on Friday."


def test_whom_an_unnamed_speaker_speaks_of_is_not_the_speaker():
    assert "named_speaker" in broken(COUNT, "The returning officer is Aldous Prake.")
    assert "named_speaker" not in broken(COUNT, "The incumbent is Aldous Prake.")


def test_a_speaker_whom_another_sentence_names_is_known():
    source = f"{COUNT} Aldous Prake is the returning officer."
    assert "named_speaker" not in broken(source, "The returning officer is Aldous Prake.")


def test_a_comparison_is_no_opinion():
    assert "speaker" not in broken("Ana Tarn said that 214 more than last year came.", "214 more than last year came.")


def test_a_speaker_may_be_called_by_the_last_name():
    assert broken("Mayor Ana Tarn said the dam is safe.", "Tarn said the dam is safe.") == []


@pytest.mark.parametrize(("source", "claim"), UNHEDGED)
def test_a_claim_that_drops_the_hedge_is_not_supported(source, claim):
    assert "hedge" in broken(source, claim)
    assert RuleVerifier().verify(claim, evidence_from_text(source)).label == "not_enough"


@pytest.mark.parametrize(("source", "claim"), HEDGED)
def test_a_hedge_that_is_kept_or_of_another_clause_does_not_count(source, claim):
    assert broken(source, claim) == []


@pytest.mark.parametrize(("source", "claim", "rule"), BOUNDS)
def test_a_bound_or_quantifier_may_not_be_turned(source, claim, rule):
    assert rule in broken(source, claim)
    assert RuleVerifier().verify(claim, evidence_from_text(source)).label != "supported"


@pytest.mark.parametrize(("source", "claim"), WITHIN_BOUNDS)
def test_a_bound_that_says_no_more_than_the_source_passes(source, claim):
    assert broken(source, claim) == []


def test_a_dropped_bound_is_found_but_decides_nothing():
    source, claim = "At least 17 people were hurt.", "17 people were hurt."

    assert broken(source, claim) == ["dropped_bound"]
    assert RuleVerifier().verify(claim, evidence_from_text(source)).label == "supported"


def test_a_report_has_a_speaker_a_verb_and_what_is_said():
    report = reports("The minister told reporters that the dam is safe.")[0]

    assert (report.speaker, report.verb, report.content) == ("The minister", "told", "the dam is safe")


def test_he_said_goes_on_with_the_only_speaker_named_around_it():
    (said,) = evidence_from_text("“The dam is unsafe”, he said.")
    claim = "Olen Vell said the dam is unsafe."

    def failed(context):
        return [f.rule for f in findings(claim, [replace(said, context=context)])]

    assert "other_speaker" not in failed("“We looked at it,” Olen Vell said.")
    assert "other_speaker" in failed("“We looked at it,” Ana Tarn said.")
    assert "other_speaker" in failed("“We looked at it,” Olen Vell said.\n“I did not,” Ana Tarn said.")
    assert "other_speaker" in failed("Olen Vell built the dam.")
