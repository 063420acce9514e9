"""The verdict: rules and network joined into one calibrated probability, and the sentences that carry the claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import log
from pathlib import Path

from index.sentences import split_sentences
from qa.checker import (
    NAME,
    WEIGHTS,
    Judgement,
    Logistic,
    default_checker,
    log_odds,
    logistic,
    logistic_fields,
    reading_card,
)
from qa.fullnames import named_in_full
from qa.types import Evidence, Label, Verdict
from qa.verify import rules
from qa.verify.model import ClaimModel
from qa.verify.shown import shown_failures
from qa.verify.source import Source
from qa.verify.verbatim import is_word_for_word
from qa.verify.windows import WORDS, covering, neighbourhoods, plain_claim, plain_evidence

LEAST = 0.7  # of the log-odds of a claim are those of its least probable sentence, the rest the mean
NEIGHBOURHOODS = 2  # of long evidence, beside the sentences that cover the claim
MODEL_FEATURES = ("margin", "best margin", "contradiction", "fault", "least fault", "second fault")
LENGTH_FEATURES = ("long", "long margin")
FEATURES = (*MODEL_FEATURES, *LENGTH_FEATURES, *rules.FEATURE_NAMES)
# Whatever the network says, a claim is not supported when one of these finds something: what is said by whom and how
# surely, and who did it.
BARRING = frozenset(
    ["opposite", "roles", "misplaced", "bound", "quantifier", "hedge", "speaker", "other_speaker", "named_speaker",
     "own_words"]
)  # fmt: skip
# What is to be shown as fact must pass these too. They compare what is written, and often miss what a page says without
# repeating whom it is about: of 266 held-out claims that were called supported all the same and lacked a name, 8 in 10
# were true. So a verdict that is a probability only weighs them.
STRICT = BARRING | frozenset(
    [
        "quotes",
        "figures",
        "dates",
        "names",
        "negation",
        "borrowed",
        "question_names",
        "word",
        "unstated",
        "verb",
        "untold",
        "moment",
        "superlative",
        "unreached",
        "rate",
        "trend",
        "until",
        "repeated",
        "listed",
        "crossed",
        "object",
    ]
)
WORD_FOR_WORD = 0.94  # what a claim that is copied is at least worth, where no strict rule finds anything
BARRED_ODDS = 1.5  # what such a finding takes from the log-odds, which then stay below even


@dataclass(frozen=True, slots=True, kw_only=True)
class Fusion(Logistic):
    """How features of network and rules make P(supported)."""

    @classmethod
    def read(cls, path: Path) -> Fusion:
        """Return the fusion of a card.

        Raises:
            ModelMissing: there is no card.
            ModelCorrupt: it holds no fusion of the features known here.
        """
        with reading_card(path) as card:
            return cls(**logistic_fields(card["verdict"], FEATURES, path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """What speaks for or against one sentence of a claim."""

    claim: str  # as it was read
    features: Mapping[str, float]
    judgement: Judgement  # on the sentences that cover it
    failures: tuple[rules.Failure, ...]


class JoinedVerifier:
    """Rules and network as one.

    A claim of several sentences is judged sentence by sentence; the least probable one decides most (`joined`).

    Args:
        model: what judges a claim by a text; None: the network in the package.
        fusion: how its word is weighed beside the rules'; None: as in the package.
        strict: refuse what a rule of `STRICT` finds, whatever the probability: for sentences to be shown as fact.

    Raises:
        ModelMissing, ModelCorrupt: the packaged network cannot be opened.
    """

    splits_claims = True

    def __init__(self, model: ClaimModel | None = None, fusion: Fusion | None = None, *, strict: bool = False) -> None:
        self.model = model or default_checker()
        self.fusion = fusion or packaged_fusion()
        self.strict = strict
        self.name = f"rules+{self.model.name}"

    def verify(self, claim: str, evidence: Sequence[Evidence], *, question: str | None = None) -> Verdict:
        """Return whether the evidence supports the claim.

        Args:
            claim: a sentence, or several, without markers.
            evidence: what it cites; empty gives the verdict `uncited`.
            question: what was asked; its own names and dates must be what the evidence is about.
        """
        if not evidence:
            return Verdict(label="uncited", reason="the sentence cites nothing")
        parts = [sentence.text for sentence in split_sentences(claim)] or [claim]
        return joined([self._verdict(part, evidence, question) for part in parts])

    def _verdict(self, claim: str, evidence: Sequence[Evidence], question: str | None) -> Verdict:
        reasons = reasons_for(claim, evidence, self.model, question=question)
        probability = self.fusion.probability(reasons.features)
        source = Source.of(evidence, question)
        if self.strict:
            reasons = replace(reasons, failures=(*reasons.failures, *shown_failures(reasons.claim, source)))
        if not is_barred(reasons) and is_word_for_word(reasons.claim, source):
            probability = max(probability, WORD_FOR_WORD)
        if is_barred(reasons, STRICT if self.strict else BARRING):
            probability = logistic(min(log_odds(probability) - BARRED_ODDS, -0.05))
        if probability >= 0.5:
            return Verdict(label="supported", probability=probability)
        barring = STRICT if self.strict else BARRING
        findings = tuple(failure.rule for failure in reasons.failures if failure.rule in barring)
        return Verdict(label=_label(reasons), probability=probability, reason=_reason(reasons), findings=findings)


def is_barred(reasons: Reasons, barring: frozenset[str] = STRICT) -> bool:
    """Return whether one of some rules refuses the claim whatever the network says."""
    return any(failure.rule in barring for failure in reasons.failures)


def joined(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the verdict on a claim from those on its sentences, with the label and reason of the least probable one.

    The log-odds of the whole are those of the least probable sentence and of the mean, weighed: the mean still tells
    two claims apart that share their weakest sentence.
    """
    least = min(verdicts, key=lambda verdict: verdict.probability or 0.0)
    if len(verdicts) == 1:
        return least
    odds = [log_odds(verdict.probability or 0.0) for verdict in verdicts]
    total = LEAST * min(odds) + (1.0 - LEAST) * sum(odds) / len(odds)
    probability = logistic(total)
    if probability >= 0.5:
        return Verdict(label="supported", probability=probability)
    label = "not_enough" if least.label == "supported" else least.label
    return Verdict(label=label, probability=probability, reason=least.reason, findings=least.findings)


def reasons_for(claim: str, evidence: Sequence[Evidence], model: ClaimModel, *, question: str | None = None) -> Reasons:
    """Return the features of one sentence of a claim, by name, with what they come from."""
    claim, text = plain_claim(claim), plain_evidence(read_as(evidence))
    texts = [covering(claim, text)]
    if len(text.split()) > WORDS:
        texts += neighbourhoods(claim, text, count=NEIGHBOURHOODS)
    judged = model.judge([(claim, text) for text in texts])
    found = dict(zip(MODEL_FEATURES, model_features(judged), strict=True))
    long = log(max(len(text.split()), WORDS) / WORDS)  # the longer the evidence, the less one reading of it decides
    found |= dict(zip(LENGTH_FEATURES, (long, long * found["margin"]), strict=True))
    failures, seen = rules.findings_and_features(claim, evidence, question)
    found |= dict(zip(rules.FEATURE_NAMES, seen, strict=True))
    return Reasons(claim=claim, features=found, judgement=judged[0], failures=failures)


def read_as(evidence: Sequence[Evidence]) -> str:
    """Return evidence as the network reads it: each piece after its title and what it points back to, once.

    Whom it names by the surname alone it names in full, where the article does.
    """
    pieces: list[str] = []
    for piece in evidence:
        title = f"{piece.article.rstrip('.')}." if piece.article else None
        for text in (title, piece.lead, piece.text):
            if text and (told := named_in_full(text, piece.full_names)) not in pieces:
                pieces.append(told)
    return "\n".join(pieces)


def model_features(judged: Sequence[Judgement]) -> tuple[float, ...]:
    """Return the network's features, log-odds all: on the covering sentences first, and the best of all texts."""
    first = judged[0]
    faults = sorted((probability for _, _, probability in first.faults), reverse=True) or [0.0]
    least = min(judgement.worst_fault for judgement in judged)
    return (
        log_odds(first.supported),
        max(log_odds(judgement.supported) for judgement in judged),
        log_odds(first.contradicted),
        log_odds(faults[0]),
        log_odds(least),
        log_odds(faults[min(1, len(faults) - 1)]),
    )


def _label(reasons: Reasons) -> Label:
    if any(failure.label == "contradicted" for failure in reasons.failures):
        return "contradicted"
    if reasons.failures and reasons.judgement.supported >= 0.5:
        return "not_enough"  # the network sees nothing wrong, and no rule sees a contradiction
    return "contradicted" if reasons.judgement.contradicted > reasons.judgement.not_enough else "not_enough"


def _reason(reasons: Reasons) -> str:
    """Return the failed rule that says most, else the words that nothing supports."""
    if reasons.failures:
        worst = next((f for f in reasons.failures if f.label == "contradicted"), reasons.failures[0])
        return worst.reason
    loose = [reasons.claim[start:end] for start, end, probability in reasons.judgement.faults if probability >= 0.5]
    return f"nothing in the source supports “{' '.join(loose[:6])}”" if loose else "the source does not say this"


@cache
def packaged_fusion() -> Fusion:
    """Return how the package weighs network and rules."""
    return Fusion.read(WEIGHTS / f"{NAME}.json")


@cache
def default_verifier() -> JoinedVerifier:
    """Return the verifier of the package, opened once.

    Raises:
        ModelMissing, ModelCorrupt: its network cannot be opened.
    """
    return JoinedVerifier()


@cache
def strict_verifier() -> JoinedVerifier:
    """Return the verifier of what an assistant shows, opened once; raises as `default_verifier` does."""
    return JoinedVerifier(strict=True)
