"""What a claim must pass besides before it is shown as fact: stricter than people label. Pure."""

from __future__ import annotations

import re

from index.numbers import numbers
from qa.superlatives import WORD, alike, is_superlative
from qa.verify.clauses import is_past, tokens
from qa.verify.grounds import is_title, own_coverage
from qa.verify.hedges import unreached
from qa.verify.source import Failure, Source
from qa.verify.speech import QUOTED, SPOKEN_OF, dropped_word
from qa.verify.trends import turned_trend
from qa.words import contains_word, content_stems, words

UNSTATED_LEAST, UNSTATED_SHARE = 3, 0.3  # so many of a claim's words, and such a share, may not stand nowhere
OWN_SHARE = 0.5  # of a claim's words, in the cited ones, where its heading lends as many
_NAMING = frozenset(["called", "named", "titled"])
_MOMENT = re.compile(
    r"\b(?:(?:this|last|next|past) (?:week|weekend|month|year|season|spring|summer|autumn|fall|winter|\w+day)|"
    r"today|yesterday|tomorrow|tonight)\b",
    re.I,
)
_UNIT_OF = {"daily": "day", "annual": "year", "annually": "year", "yearly": "year"} | {
    f"{unit}ly": unit for unit in ("week", "month", "hour", "night")
}
_RATE = re.compile(
    r"(?i:(?<!\bin )(?<!\bover )(?<!\bfor )(?<!\bwithin )(?<!\bafter )(?<!\blast )(?<!\blasts )\b(?:per|a|each|every)) "
    r"(?P<each>hour|day|night|week|month|year)(?! (?:earlier|later|before|after|ago|long|old|off|of|for)\b)(?![-’'\w])|"
    r"\b(?P<adverb>hourly|daily|nightly|weekly|monthly|yearly|annual|annually)\b"
)
_SUPERLATIVE = re.compile(
    r"\b(?:the|its|his|her|their|our|[’']s|s[’'])\s(?:(?:second|third|fourth|fifth|next|single|very)[ -])?"
    rf"(?P<word>{WORD})\b",
    re.I,
)


def shown_failures(claim: str, source: Source) -> tuple[Failure, ...]:
    """Return what speaks against showing the claim as fact, whatever the probability."""
    return tuple(
        failure
        for rule in (
            _dropped_word,
            unstated,
            unheard_verb,
            untold,
            other_moment,
            superlative,
            unreached,
            other_rate,
            turned_trend,
        )
        if (failure := rule(claim, source)) is not None
    )


def _dropped_word(claim: str, source: Source) -> Failure | None:
    """As `dropped_word`, where a name between quotation marks is nobody's speech."""
    return dropped_word(QUOTED.sub(lambda found: found[1] if is_title(found[1]) else found[0], claim), source)


def other_rate(claim: str, source: Source) -> Failure | None:
    """What comes "per year" must be told by the year: of "three cups a day, or 587 million" it is not."""
    told = _rates(f"{source.own}\n{source.heading}")
    for period, written in _rates(claim).items():
        if period not in told and numbers(claim):
            return Failure(rule="rate", label="not_enough", reason=f"the source does not say “{written}”")
    return None


def _rates(text: str) -> dict[str, str]:
    """Return the units of time that something is counted by, with the words that say so."""
    found: dict[str, str] = {}
    for match in _RATE.finditer(text):
        unit = next(unit for unit in (match["each"], match["adverb"]) if unit).lower()
        found.setdefault(_UNIT_OF.get(unit, unit), match.group())
    return found


def superlative(claim: str, source: Source) -> Failure | None:
    """The first, the worst or the most of its kind is what the source says is so: "an example" is not "the best"."""
    told = " ".join(f"{source.own} {source.heading} {source.context}".lower().split())
    for match in _SUPERLATIVE.finditer(claim):
        word = match.group("word").lower()
        if is_superlative(word) and not any(re.search(rf"\b{each}\b", told) for each in alike(word)):
            reason = f"the source does not say “{match.group()}”"
            return Failure(rule="superlative", label="not_enough", reason=reason)
    return None


def unstated(claim: str, source: Source) -> Failure | None:
    """Words that a claim takes from its question alone ("is set to reprise her film role") are nobody's evidence."""
    known = source.stems | source.around_stems | frozenset(content_stems(source.context))
    stems = content_stems(claim)
    loose = [word.text for word in words(claim) if any(not contains_word(known, s) for s in content_stems(word.text))]
    if len(loose) < UNSTATED_LEAST or len(loose) < UNSTATED_SHARE * len(stems):
        return None
    return Failure(rule="unstated", label="not_enough", reason=f"the source says nothing of “{' '.join(loose[:5])}”")


def unheard_verb(claim: str, source: Source) -> Failure | None:
    """What somebody did must stand in the source: "passed" is not "would allow", and "stayed with" not "fled with"."""
    known = source.stems | source.around_stems | frozenset(content_stems(source.context))
    for token in tokens(claim):
        told = "-" in token.text or token.lower in _NAMING or SPOKEN_OF.fullmatch(token.text)
        if not told and token.content and is_past(token) and not contains_word(known, token.stem):
            return Failure(rule="verb", label="not_enough", reason=f"the source does not say “{token.text}”")
    return None


def untold(claim: str, source: Source) -> Failure | None:
    """A claim most of whose words stand in no cited sentence rests on a heading, or on nothing."""
    stems, own = content_stems(claim), own_coverage(claim, source)
    lent = sum(contains_word(source.around_stems, s) and not contains_word(source.stems, s) for s in stems)
    if not stems or own >= OWN_SHARE or 0 < lent < own * len(stems) or (own and not lent):
        return None
    return Failure(rule="untold", label="not_enough", reason="the cited words say nothing of it")


def other_moment(claim: str, source: Source) -> Failure | None:
    """ "This week" is the week of whoever says it: a claim may say so only in its source's words."""
    told = " ".join(f"{source.own} {source.heading}".lower().split())
    for match in _MOMENT.finditer(claim):
        if " ".join(match.group().lower().split()) not in told:
            reason = f"the source does not say “{match.group()}”"
            return Failure(rule="moment", label="not_enough", reason=reason)
    return None
