"""Rules that a claim must pass: its quotes, figures, dates, names, negations and words must be the evidence's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp

from qa.analysis import analyse, own_name_stems
from qa.numbers import Number, dates, numbers, same_value
from qa.types import Evidence, Label, Verdict
from qa.words import STOPWORDS, alias, contains_word, content_stems, fold, folded_words, name_stems, names, words

QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
NEGATORS = frozenset(["not", "no", "never", "neither", "nor", "without", "none", "nobody", "nothing", "cannot"])
REFUSALS = frozenset({"deni", "reject", "refus", "fail", "lack", "unabl", "rule"})
HEDGES = re.compile(
    r"\b(?:allegedly|alleged|reportedly|apparently|purportedly|unconfirmed|expected to|likely|unlikely|(?-i:may)|might|could|possibl[ey]|"
    r"suggests?|suggested|believed|thought to|appears?|appeared|seems?|seemed|plans? to|planned to|hopes? to|aims? to|intends? to|"
    r"would|should|rumou?red|claims?|claimed|considering)\b",
    re.I,
)
SAYING = re.compile(
    r"\b(?:said|says|told|according to|accused|claims?|claimed|alleged|stated|warned|argued|believes?|reported|announced|added|wrote|suggested|insisted|denied|reports?)\b",
    re.I,
)
MIN_COVERAGE = 0.6
_INTERCEPT, _COVERAGE_WEIGHT, _FAILURE_WEIGHT = -1.41, 2.15, 0.64


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A rule that the claim does not pass."""

    label: Label
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The evidence of one claim, read once: its own words, what its article is called and when, what stands around it.

    What a claim adds must stand in the words or the heading. What the question already says ("the strikes", "in
    Syria") may stand in the sentences around: that is what the evidence is about.
    """

    own: str
    heading: str
    around: str  # the dates and figures of the question that neighbouring sentences hold too
    stems: frozenset[str]
    around_stems: frozenset[str]

    @classmethod
    def of(cls, evidence: Sequence[Evidence], question: str | None = None) -> Source:
        own = "\n".join(f"{piece.lead or ''} {piece.text}".strip() for piece in evidence)
        heading = "\n".join(f"{piece.article or ''}\n{_written(piece)}" for piece in evidence)
        context = "\n".join(piece.context for piece in evidence)
        near = frozenset(content_stems(context))
        asked = [s for s in content_stems(question or "") if contains_word(near, s)]
        return cls(
            own=own,
            heading=heading,
            around=_said_around(question or "", context),
            stems=frozenset(content_stems(own)),
            around_stems=frozenset([*content_stems(heading), *asked]),
        )


def _said_around(question: str, context: str) -> str:
    """Return the dates, figures and weekdays of the question that stand in the context too."""
    known_dates, known_numbers = dates(context), numbers(context)
    kept = [m.text for m in dates(question) if any(m.agrees(other) for other in known_dates)]
    kept += [n.text for n in numbers(question) if any(_same_figure(n, other) for other in known_numbers)]
    kept += [w.text for w in words(question) if w.lower in _WEEKDAYS and w.lower in folded_words(context)]
    return "; ".join(kept)


def _written(piece: Evidence) -> str:
    return f"{piece.date.value:%B %-d, %Y}" if piece.date else ""


class RuleVerifier:
    """Checks by rules alone: quick, explainable, and blind to what only meaning tells apart."""

    name = "rules-1"

    def verify(self, claim: str, evidence: Sequence[Evidence], *, question: str | None = None) -> Verdict:
        if not evidence:
            return Verdict(label="uncited", reason="the sentence cites nothing")
        source = Source.of(evidence, question)
        failures = [failure for rule in RULES if (failure := rule(claim, source)) is not None]
        if question:
            failures += _question_names(question, source)
        covered = coverage(claim, source)
        probability = _probability(covered, len(failures))
        if covered < MIN_COVERAGE:
            failures.append(Failure(label="not_enough", reason="too few of its words stand in the source"))
        if not failures:
            return Verdict(label="supported", probability=max(probability, 0.5))
        worst = next((f for f in failures if f.label == "contradicted"), failures[0])
        return Verdict(label=worst.label, probability=min(probability, 0.49), reason=worst.reason)


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


def _quotes(claim: str, source: Source) -> Failure | None:
    own = _plain(source.own)
    for match in QUOTED.finditer(claim):
        quoted = _plain(match.group(1)).strip(" .,;:!?")
        if len(quoted.split()) > 1 and quoted not in own:
            return Failure(label="not_enough", reason=f"“{match.group(1).strip()}” is not in the source word for word")
    return None


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"').lower().split())


def _figures(claim: str, source: Source) -> Failure | None:
    known = numbers(source.own) + numbers(source.heading) + numbers(source.around)
    years = [
        float(mention.year) for mention in dates(f"{source.own}\n{source.heading}\n{source.around}") if mention.year
    ]
    for number in numbers(claim):
        if number.unit is None and number.value == 1 and not number.text.isdigit():
            continue  # "one" is most often a pronoun
        if any(_same_figure(number, other) for other in known) or any(same_value(number.value, year) for year in years):
            continue
        rival = _rival(claim, number, source)
        if rival is not None:
            return Failure(label="contradicted", reason=f"{number.text} is not in the source, which says {rival.text}")
        return Failure(label="not_enough", reason=f"{number.text} is not in the source")
    return None


def _same_figure(left: Number, right: Number) -> bool:
    ordinal = (left.unit == "ordinal") == (right.unit == "ordinal")
    return same_value(left.value, right.value) and ordinal


def _rival(claim: str, number: Number, source: Source) -> Number | None:
    """Return the source's own number of the thing that the claim counts, where it is another one."""
    counted = content_stems(claim[number.end : number.end + 40])[:1]
    return next(
        (n for n in numbers(source.own) if counted and content_stems(source.own[n.end : n.end + 40])[:1] == counted),
        None,
    )


def _dates(claim: str, source: Source) -> Failure | None:
    known = dates(source.own) + dates(source.heading) + dates(source.around)
    for mention in dates(claim):
        if any(mention.agrees(other) for other in known):
            continue
        label: Label = "contradicted" if any(other.year for other in dates(source.own)) else "not_enough"
        return Failure(label=label, reason=f"the date {mention.text} is not in the source")
    said = folded_words(source.own) | folded_words(source.heading) | folded_words(source.around)
    for word in words(claim):
        if word.lower in _WEEKDAYS and word.lower not in said:
            return Failure(label="not_enough", reason=f"{word.text} is not in the source")
    return None


_WEEKDAYS = frozenset(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])


def _names(claim: str, source: Source) -> Failure | None:
    for name in names(claim):
        stems = name_stems(name)
        missing = [s for s in stems if not contains_word(source.stems, s) and not contains_word(source.around_stems, s)]
        if missing and not (len(stems) > 1 and missing != stems and _is_title(missing, name)):
            return Failure(label="not_enough", reason=f"{name} is not in the source")
    return None


def _is_title(missing: Sequence[str], name: str) -> bool:
    """Return whether what is missing is only an office before a name ("Minister", "Ambassador")."""
    return all(stem_ in {alias(w) for w in _OFFICES} for stem_ in missing)


_OFFICES = [
    "minister",
    "ambassador",
    "secretary",
    "envoy",
    "chief",
    "chairman",
    "chairwoman",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "director",
    "mayor",
    "governor",
    "senator",
    "judge",
    "king",
    "queen",
    "prince",
    "chancellor",
    "foreign",
    "defence",
    "defense",
    "prime",
    "state",
    "deputy",
    "former",
    "special",
]


def _negation(claim: str, source: Source) -> Failure | None:
    """Compare which words are denied: a word denied on one side only, and affirmed on the other, disagrees."""
    denied_here, denied_there = negated(claim), negated(source.own)
    affirmed_here = frozenset(content_stems(claim)) - denied_here
    if denied_here & (source.stems - denied_there) and not denied_here & denied_there:
        return Failure(label="contradicted", reason="the sentence denies what the source says")
    if _only_denied(affirmed_here, denied_there, source) and not denied_here:
        return Failure(label="contradicted", reason="the source denies what the sentence says")
    return None


def _only_denied(affirmed: frozenset[str], denied: frozenset[str], source: Source) -> bool:
    """Return whether words that the source only ever denies are affirmed, where the denying clause is what is used."""
    again = [stem_ for stem_ in content_stems(source.own) if stem_ in denied]
    return bool({s for s in affirmed & denied if again.count(s) == 1})


@lru_cache(maxsize=4096)
def negated(text: str) -> frozenset[str]:
    """Return the stems of the verb or noun that each negator denies: the first two content words after it."""
    found: set[str] = set()
    tokens = words(text)
    for index, word in enumerate(tokens):
        lower = fold(word.text)
        if lower not in NEGATORS and not lower.endswith("n't"):
            continue
        if lower == "no" and index + 1 < len(tokens) and tokens[index + 1].lower in ("longer", "one", "doubt"):
            continue
        if lower == "not" and index + 1 < len(tokens) and tokens[index + 1].lower in ("only", "just"):
            continue
        after = [w for w in tokens[index + 1 : index + 5] if w.lower not in STOPWORDS]
        clause_end = re.search(r"[,;:.!?“”\"]", text[word.end :])
        limit = word.end + clause_end.start() if clause_end else len(text)
        found.update(alias(w.text) for w in after[:1] if w.start < limit)
    return frozenset(found)


def _hedges(claim: str, source: Source) -> Failure | None:
    """A hedge of a one-sentence source must survive, or the claim must say who said it."""
    hedge = HEDGES.search(source.own)
    if hedge is None or HEDGES.search(claim) or SAYING.search(claim) or QUOTED.search(claim) or negated(claim):
        return None
    strong = re.fullmatch(
        r"(?i)alleged(ly)?|reportedly|apparently|purportedly|unconfirmed|expected to|believed|rumou?red", hedge.group()
    )
    near = frozenset(content_stems(source.own[hedge.end() : hedge.end() + 60])[:4])
    if strong and near & frozenset(content_stems(claim)):
        return Failure(label="not_enough", reason=f"the source is not sure: it says “{hedge.group()}”")
    return None


def _speaker(claim: str, source: Source) -> Failure | None:
    """Whoever the claim says spoke must be named by the source itself, not just somewhere around it."""
    for name in names(claim):
        stems = name_stems(name)
        spoke = re.search(rf"{re.escape(name)}(?:’s|'s)?(?:\s+\w+)?\s+{SAYING.pattern}", claim, re.I)
        if spoke and stems and not contains_word(source.stems, stems[-1]):
            return Failure(label="not_enough", reason=f"the source does not say that {name} said it")
    return None


def _cause(claim: str, source: Source) -> Failure | None:
    """A claim that says "because" needs a source that gives a cause."""
    if _BECAUSE.search(claim) and not _CAUSES.search(source.own):
        return Failure(label="not_enough", reason="the source does not say that one is the cause of the other")
    return None


_BECAUSE = re.compile(r"\b(?:because|due to|owing to|caused by|as a result of)\b", re.I)
_CAUSES = re.compile(
    r"\b(?:because|since|due to|owing to|caus\w+|reason\w*|so that|in order to|as a result|result\w* (?:of|from|in)|therefore|led to|after|following|"
    r"thanks to|fear\w*|aimed|blam\w+|why|prompted|triggered|over|amid|given that)\b",
    re.I,
)


def _question_names(question: str, source: Source) -> list[Failure]:
    """The names that the question gives must be what the evidence is about."""
    known = source.stems | source.around_stems
    for name in own_name_stems(analyse(question)):
        if not any(contains_word(known, stem_) for stem_ in name[-1:]) and not all(
            contains_word(known, s) for s in name
        ):
            return [Failure(label="not_enough", reason=f"the source is not about {' '.join(name)}")]
    return []


Rule = Callable[[str, Source], Failure | None]
RULES: tuple[Rule, ...] = (_quotes, _figures, _dates, _names, _negation, _hedges, _speaker, _cause)
