"""Rules and network as one verdict; the evidence it is read from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from qa.checker import Judgement
from qa.errors import ModelCorrupt, ModelMissing, VerifierError
from qa.evidence import evidence_from_text
from qa.types import Verdict
from qa.verify.joined import FEATURES, Fusion, JoinedVerifier, default_verifier, joined
from qa.verify.model import label_places
from qa.verify.windows import chosen, covering, neighbourhoods, plain_claim, plain_evidence

FERRY = "The Maid of Hethe carries 180 passengers. She was built in 1994. The pier of Port Sarrow is of oak."


class Said:
    """A network that gives the same word on every pair, and keeps what it was asked."""

    name = "said"

    def __init__(self, supported: float, contradicted: float = 0.0) -> None:
        self.judgement = Judgement(
            supported=supported, contradicted=contradicted, not_enough=1.0 - supported - contradicted
        )
        self.pairs: list[tuple[str, str]] = []

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        self.pairs += pairs
        return [self.judgement for _ in pairs]


MARGIN = Fusion(intercept=0.0, weights={"margin": 1.0})


def verdict(claim: str, supported: float, contradicted: float = 0.0, text: str = FERRY) -> Verdict:
    return JoinedVerifier(Said(supported, contradicted), MARGIN).verify(claim, evidence_from_text(text))


def test_the_networks_word_decides_where_no_rule_speaks() -> None:
    assert verdict("The Maid of Hethe takes 180 passengers.", 0.9).label == "supported"
    assert verdict("The Maid of Hethe takes 180 passengers.", 0.2).label == "not_enough"
    assert verdict("The Maid of Hethe takes 180 passengers.", 0.1, 0.8).label == "contradicted"


def test_a_strict_verifier_refuses_a_figure_that_the_source_does_not_hold_whatever_the_network_says() -> None:
    claim, evidence = "The Maid of Hethe carries 190 passengers.", evidence_from_text(FERRY)
    found = JoinedVerifier(Said(0.99), MARGIN, strict=True).verify(claim, evidence)
    assert found.label != "supported"
    assert found.probability is not None
    assert found.probability < 0.5
    assert "190" in (found.reason or "")


def test_a_verdict_that_is_a_probability_only_weighs_a_missing_name() -> None:
    claim, evidence = "Hethe Lines owns the ferry with 180 passengers.", evidence_from_text(FERRY)
    weighed = JoinedVerifier(Said(0.9), MARGIN).verify(claim, evidence)
    assert (weighed.probability or 0.0) > 0.5
    assert JoinedVerifier(Said(0.9), MARGIN, strict=True).verify(claim, evidence).label != "supported"


def test_a_dropped_speaker_bars_a_claim_always() -> None:
    text = "Ana Tarn claims that the dam is unsafe."
    assert verdict("The dam is unsafe.", 0.99, text=text).label != "supported"


def test_nothing_cited_is_uncited() -> None:
    assert JoinedVerifier(Said(0.9), MARGIN).verify("Anything.", []).label == "uncited"


def test_each_sentence_of_a_claim_is_read_alone_and_without_markers() -> None:
    network = Said(0.9)
    claim = "However, the Maid of Hethe carries 180 passengers [1]. She was built in 1994."
    JoinedVerifier(network, MARGIN).verify(claim, evidence_from_text(FERRY))
    assert [pair[0] for pair in network.pairs] == [
        "The Maid of Hethe carries 180 passengers.",
        "She was built in 1994.",
    ]


def test_long_evidence_is_read_by_what_covers_the_claim_and_around_what_shares_most() -> None:
    filler = " ".join(f"Number {n} of the harbour's many boats lay at the quay all winter." for n in range(30))
    network = Said(0.9)
    evidence = evidence_from_text(f"{filler} {FERRY} {filler}")
    JoinedVerifier(network, MARGIN).verify("The Maid of Hethe carries 180 passengers.", evidence)
    assert len(network.pairs) == 3
    assert all("180 passengers" in text for _, text in network.pairs[:2])
    assert all(len(text.split()) <= 110 for _, text in network.pairs)


def of(probability: float) -> Verdict:
    label = "supported" if probability >= 0.5 else "contradicted"
    return Verdict(label=label, probability=probability, reason=None if probability >= 0.5 else "no")


def test_one_false_sentence_makes_a_claim_unsupported() -> None:
    whole = joined([of(0.9), of(0.1), of(0.9)])
    assert whole.label == "contradicted"
    assert whole.reason == "no"


def test_the_mean_tells_claims_apart_that_share_their_weakest_sentence() -> None:
    better, worse = joined([of(0.3), of(0.9)]), joined([of(0.3), of(0.5)])
    assert (better.probability or 0) > (worse.probability or 0)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (None, ModelMissing),
        ("{", ModelCorrupt),
        ("{}", ModelCorrupt),
        (json.dumps({"verdict": {"intercept": 0, "weights": {"taste": 1}}}), ModelCorrupt),
        (json.dumps({"verdict": {"intercept": 0, "weights": [1]}}), ModelCorrupt),
    ],
)
def test_a_card_without_a_usable_fusion_is_refused(tmp_path: Path, content: str | None, error: type) -> None:
    if content is not None:
        (tmp_path / "checker.json").write_text(content, encoding="utf-8")
    with pytest.raises(error, match=r"checker\.json"):
        Fusion.read(tmp_path / "checker.json")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({0: "entailment", 1: "neutral", 2: "contradiction"}, (0, 2, 1)),
        ({0: "contradiction", 1: "entailment", 2: "neutral"}, (1, 0, 2)),
        ({0: "LABEL_0"}, None),
    ],
)
def test_labels_of_a_cross_encoder(labels: dict[int, str], expected: tuple[int, int, int] | None) -> None:
    assert label_places(labels) == expected


def test_a_cross_encoder_of_other_labels_is_refused() -> None:
    with pytest.raises(VerifierError, match="joy, anger"):
        label_places({0: "joy", 1: "anger"})


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("However, the dam held [2].", "The dam held."),
        ("In addition, two boats sank [1][3].", "Two boats sank."),
        ("The dam held [2].", "The dam held."),
        ("So it goes.", "So it goes."),
        ("Also sprach.", "Also sprach."),
    ],
)
def test_a_claim_is_read_without_links_and_markers(claim: str, expected: str) -> None:
    assert plain_claim(claim) == expected


def test_web_addresses_are_no_evidence() -> None:
    assert plain_evidence("[5] https://example.org/a?b The dam held.").split() == ["The", "dam", "held."]


def test_a_short_text_is_read_whole() -> None:
    assert covering("anything", FERRY) == FERRY


def test_sentences_are_kept_that_cover_a_claim_together() -> None:
    held = [frozenset("ab"), frozenset("ab"), frozenset("c"), frozenset("x")]
    assert chosen(frozenset("abc"), held, [10, 10, 10, 10], 25) == [0, 2]
    assert chosen(frozenset("abc"), held, [10, 10, 10, 10], 100) == [0, 1, 2]
    assert chosen(frozenset("z"), held, [10, 10, 10, 10], 100) == [0]
    assert chosen(frozenset("abc"), [], [], 100) == []


def test_neighbourhoods_stand_around_what_shares_most() -> None:
    text = "One is here. The dam held well. Three is here. Four is far. The dam is old."
    first, second = neighbourhoods("The dam held.", text, count=2)
    assert first == "One is here. The dam held well. Three is here."
    assert second == "Four is far. The dam is old."


@pytest.mark.model
def test_the_packaged_verifier_tells_a_true_sentence_from_a_false_one() -> None:
    verifier = default_verifier()
    evidence = evidence_from_text("Talvery beat Dunn by 214 votes in the election of the mayor of Orlo on 3 May 2024.")
    true = verifier.verify("Talvery won the mayoral election in Orlo by 214 votes.", evidence)
    false = verifier.verify("Dunn beat Talvery by 214 votes in the election of the mayor of Orlo.", evidence)
    assert true.label == "supported"
    assert (true.probability or 0) > (false.probability or 1)
    assert set(verifier.fusion.weights) <= set(FEATURES)


def test_the_network_reads_the_articles_title_once() -> None:
    network = Said(0.9)
    evidence = [replace(piece, article="Ferry news") for piece in evidence_from_text(FERRY)]
    JoinedVerifier(network, MARGIN).verify("The Maid of Hethe carries 180 passengers.", evidence)
    ((_, text),) = network.pairs
    assert text.count("Ferry news.") == 1
    assert text.startswith("Ferry news.\nThe Maid of Hethe")


@pytest.mark.parametrize(
    "text",
    [
        "The mayor took 4,000 pounds, according to his deputy.",
        "The mayor took 4,000 pounds,” Tarn said.",
        "Ana Tarn, the clerk, told reporters that the mayor took 4,000 pounds.",
    ],
)
def test_what_is_shown_as_fact_may_not_be_the_word_of_one_speaker(text: str) -> None:
    claim = "The mayor took 4,000 pounds."
    assert JoinedVerifier(Said(0.99), MARGIN).verify(claim, evidence_from_text(text)).label == "supported"
    found = JoinedVerifier(Said(0.99), MARGIN, strict=True).verify(claim, evidence_from_text(text))
    assert found.label == "not_enough"
    assert "who said it" in (found.reason or "")


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        (
            "Line switching is billed by packets and messages.",
            "Line switching is billed by the minute, while packet switching is billed by packets and messages.",
        ),
        ("The drink is made of juice, ice and vodka.", "The drink is made of juice and vodka."),
        ("The Orrin Suns are known as the Orrin Suns.", "The Orrin Suns, once known as the Bees, are a team."),
    ],
)
def test_words_of_the_source_put_together_anew_are_not_shown_as_fact(claim: str, text: str) -> None:
    found = JoinedVerifier(Said(0.99), MARGIN, strict=True).verify(claim, evidence_from_text(text))
    assert found.label != "supported"
    assert found.findings


def test_what_joins_two_sentences_is_not_shown_with_another_object_of_its_verb() -> None:
    told = "Trained as a lawyer he chose the profession of journalism, and wrote about Sarnism."
    evidence = [*evidence_from_text(told), *evidence_from_text("His books placed Sarnism in a modern context.")]
    found = JoinedVerifier(Said(0.99), MARGIN, strict=True).verify("He chose Sarnism.", evidence)
    assert found.findings == ("object",)


def test_the_word_of_an_office_may_be_shown_as_fact() -> None:
    text = "The storm killed 96 people, the Coastal Observatory said."
    found = JoinedVerifier(Said(0.99), MARGIN, strict=True).verify(
        "The storm killed 96 people.", evidence_from_text(text)
    )
    assert found.label == "supported"
