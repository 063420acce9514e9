"""Rules that a claim must pass, what they find, and the figures that a model makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from qa.analysis import analyse, own_name_stems
from qa.types import Evidence, Verdict
from qa.verify.grounds import (
    cause,
    day,
    figures,
    missing_dates,
    missing_figures,
    missing_names,
    named,
    own_coverage,
    own_words,
    quotes,
)
from qa.verify.hedges import (
    dropped_bound,
    dropped_condition,
    dropped_hedge,
    turned_bound,
    unheard_universal,
    widened_quantifier,
)
from qa.verify.opposites import negated, negation, opposite
from qa.verify.roles import borrowed_figure, miscounted, misplaced_figure, swapped_roles
from qa.verify.source import Failure, Rule, Source
from qa.verify.speech import dropped_reporter, dropped_speaker, named_speaker, other_speaker
from qa.words import contains_word, content_stems

__all__ = [
    "FEATURES",
    "FEATURE_NAMES",
    "MIN_COVERAGE",
    "RULES",
    "Failure",
    "RuleVerifier",
    "Source",
    "coverage",
    "features",
    "findings",
    "negated",
    "own_coverage",
]

MIN_COVERAGE = 0.6
_INTERCEPT, _COVERAGE_WEIGHT, _FAILURE_WEIGHT = -1.41, 2.15, 0.64

RULES: tuple[Rule, ...] = (
    quotes,
    figures,
    day,
    named,
    negation,
    opposite,
    swapped_roles,
    misplaced_figure,
    borrowed_figure,
    miscounted,
    turned_bound,
    dropped_bound,
    dropped_hedge,
    dropped_condition,
    widened_quantifier,
    unheard_universal,
    dropped_speaker,
    dropped_reporter,
    other_speaker,
    named_speaker,
    cause,
    own_words,
)
FEATURES = (
    "quotes",
    "figures",
    "dates",
    "names",
    "negation",
    "opposite",
    "roles",
    "misplaced",
    "borrowed",
    "miscounted",
    "bound",
    "dropped_bound",
    "hedge",
    "condition",
    "quantifier",
    "universal",
    "speaker",
    "reporter",
    "other_speaker",
    "named_speaker",
    "cause",
    "own_words",
    "question_names",
    "coverage",
)
# On labels of people these are wrong as often as right: a verdict leaves them out, a model need not.
SOFT = frozenset(["condition", "dropped_bound", "reporter"])
FEATURE_NAMES = (
    "coverage",
    "own_coverage",
    *(f"rule_{rule}" for rule in FEATURES),
    "missing_figures",
    "missing_dates",
    "missing_names",
)


class RuleVerifier:
    """Checks by rules alone: quick, explainable, and blind to what only meaning tells apart."""

    name = "rules-2"

    def verify(self, claim: str, evidence: Sequence[Evidence], *, question: str | None = None) -> Verdict:
        if not evidence:
            return Verdict(label="uncited", reason="the sentence cites nothing")
        source = Source.of(evidence, question)
        failures = [failure for failure in _findings(claim, source, question) if failure.rule not in SOFT]
        broken = sum(failure.rule != "coverage" for failure in failures)
        probability = _probability(coverage(claim, source), broken)
        if not failures:
            return Verdict(label="supported", probability=max(probability, 0.5))
        worst = next((f for f in failures if f.label == "contradicted"), failures[0])
        return Verdict(label=worst.label, probability=min(probability, 0.49), reason=worst.reason)


def findings(claim: str, evidence: Sequence[Evidence], question: str | None = None) -> tuple[Failure, ...]:
    """Return every rule that the claim does not pass, in the order of `FEATURES`, the weak ones of `SOFT` too."""
    return _findings(claim, Source.of(evidence, question), question)


def _findings(claim: str, source: Source, question: str | None) -> tuple[Failure, ...]:
    found = [failure for rule in RULES if (failure := rule(claim, source)) is not None]
    if question:
        found += _question_names(question, source)
    if coverage(claim, source) < MIN_COVERAGE:
        found.append(Failure(rule="coverage", label="not_enough", reason="too few of its words stand in the source"))
    return tuple(found)


def features(claim: str, evidence: Sequence[Evidence], question: str | None = None) -> tuple[float, ...]:
    """Return what the rules see, in the order of `FEATURE_NAMES`: two shares, a flag for each rule, three counts."""
    return findings_and_features(claim, evidence, question)[1]


def findings_and_features(
    claim: str, evidence: Sequence[Evidence], question: str | None = None
) -> tuple[tuple[Failure, ...], tuple[float, ...]]:
    """Return `findings` and `features` from one reading."""
    source = Source.of(evidence, question)
    failures = _findings(claim, source, question)
    broken = {failure.rule for failure in failures}
    counts = (missing_figures(claim, source), missing_dates(claim, source), missing_names(claim, source))
    return failures, (
        coverage(claim, source),
        own_coverage(claim, source),
        *(float(rule in broken) for rule in FEATURES),
        *(float(len(list(missing))) for missing in counts),
    )


def _probability(coverage: float, failures: int) -> float:
    """Return a logistic of coverage and failed rules; its weights are fit in `training/rules.py`."""
    return 1 / (1 + exp(-(_INTERCEPT + _COVERAGE_WEIGHT * coverage - _FAILURE_WEIGHT * failures)))


def coverage(claim: str, source: Source) -> float:
    """Return the share of the claim's content words in the evidence; half where they stand only around it."""
    stems = content_stems(claim)
    if not stems:
        return 0.0
    found = [
        1.0 if contains_word(source.stems, s) else 0.6 if contains_word(source.around_stems, s) else 0.0 for s in stems
    ]
    return sum(found) / len(found)


def _question_names(question: str, source: Source) -> list[Failure]:
    """The names that the question gives must be what the evidence is about."""
    known = source.stems | source.around_stems
    for name in own_name_stems(analyse(question)):
        if not any(contains_word(known, stem_) for stem_ in name[-1:]) and not all(
            contains_word(known, s) for s in name
        ):
            return [
                Failure(rule="question_names", label="not_enough", reason=f"the source is not about {' '.join(name)}")
            ]
    return []
