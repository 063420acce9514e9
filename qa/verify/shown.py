"""What a claim must pass besides before it is shown as fact: stricter than people label. Pure."""

from __future__ import annotations

import re

from index.numbers import dates
from qa.grammar import word_set
from qa.superlatives import WORD, alike, is_superlative
from qa.verify.clauses import is_past, tokens
from qa.verify.crossed import crossed, listed, other_object, repeated
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
_UNIT = r"(?:second|minute|hour|day|night|week|month|year)"
_KIND_OF_UNIT = r"(?:(?:financial|fiscal|calendar|school|working|single) )?"
_ADVERBS = {"hourly": "hour", "daily": "day", "nightly": "night", "weekly": "week", "monthly": "month"} | dict.fromkeys(
    ("yearly", "annual", "annually", "per annum", "p.a."), "year"
)
_SHORT = {
    "yr": "year",
    "mo": "month",
    "pcm": "month",
    "pw": "week",
    "wk": "week",
    "min": "minute",
    "s": "second",
} | dict.fromkeys(("h", "hr", "mph", "kph", "kmh", "kmph"), "hour")
_NOT_A_SPAN = r"(?! (?:earlier|later|before|after|ago|long|old|off|of|for)\b)(?![-’'\w])"  # "a year earlier"
_PER = re.compile(
    rf"\b(?:per|an?|each|every)[ -]{_KIND_OF_UNIT}(?P<each>{_UNIT}){_NOT_A_SPAN}|"
    rf"/ ?(?P<slash>{_UNIT}|hr|h|s|yr|mo|wk|min)\b|(?<![a-z])(?P<short>mph|kph|kmp?h|pcm|pw)\b|"
    rf"\b(?P<adverb>{'|'.join(map(re.escape, _ADVERBS))})(?!\w)",
    re.I,
)
# Of a claim it counts only where a figure stands close before: "three cups a day", and not "lasted a day".
_SPANS = word_set(
    "lasted lasting lasts took takes take spent nearly about over within in for to after than just only almost least "
    "half under around roughly during more"
)
_TIMED = re.compile(
    r"(?:[\d%€£$]|\b(?:million|billion|thousand|hundred|twice|once|times))[^.;:]{0,24}?"
    rf"{''.join(rf'(?<!{word} )' for word in sorted(_SPANS))}\b"
    rf"(?:(?:per|an?|each|every) {_KIND_OF_UNIT}(?P<each>{_UNIT}){_NOT_A_SPAN}|"
    r"(?P<adverb>hourly|daily|nightly|weekly|monthly|yearly|annually|per annum)\b)",
    re.I,
)
_UNTIL = re.compile(r"\b(?:until|till) (?:early |late |mid-?|about |at least )*(?:the )?$", re.I)
_ON_OR_FROM = re.compile(r"\b(?:in|on|since|from|after) (?:early |late |mid-?|about )*(?:the )?$", re.I)
_TO_COME = word_set("will would to may might could shall")
_GONE_ON = word_set("continue continues continued began begun started still keeps")
_GOES_ON = re.compile(r"\b(?:is|are) (?:\w+ly |now |also |still )?(?!going to\b)(?P<verb>[a-z]{2,}ing)\b")
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
            going_on,
            untold,
            other_moment,
            superlative,
            unreached,
            other_rate,
            until,
            turned_trend,
            repeated,
            listed,
            crossed,
            other_object,
        )
        if (failure := rule(claim, source)) is not None
    )


def _dropped_word(claim: str, source: Source) -> Failure | None:
    """As `dropped_word`, where a name between quotation marks is nobody's speech."""
    return dropped_word(QUOTED.sub(lambda found: found[1] if is_title(found[1]) else found[0], claim), source)


def other_rate(claim: str, source: Source) -> Failure | None:
    """What comes "per year" must be told by the year: of "three cups a day, or 587 million" it is not."""
    told = {_unit_of(match) for match in _PER.finditer(f"{source.own}\n{source.heading}")}
    for match in _TIMED.finditer(claim):
        if _unit_of(match) not in told:
            said = (match["each"] and f"per {match['each']}") or match["adverb"]
            return Failure(rule="rate", label="not_enough", reason=f"the source does not say “{said}”")
    return None


def until(claim: str, source: Source) -> Failure | None:
    """What is so until a day is not so on it, nor from it on: "the last until 2044" was not in 2044."""
    for mention in dates(claim):
        if not _ON_OR_FROM.search(claim[: mention.start]):
            continue
        before = [source.own[: other.start] for other in dates(source.own) if other.agrees(mention)]
        if before and all(_UNTIL.search(text) for text in before):
            return Failure(rule="until", label="contradicted", reason=f"the source says “until {mention.text}”")
    return None


def _unit_of(match: re.Match[str]) -> str:
    """Return the unit of time that something is counted by."""
    unit = next(unit for unit in match.groupdict().values() if unit).lower()
    return _ADVERBS.get(unit) or _SHORT.get(unit, unit)


def superlative(claim: str, source: Source) -> Failure | None:
    """The first, the worst or the most of its kind is what the source says is so: "an example" is not "the best"."""
    told = " ".join(f"{source.own} {source.heading}".lower().split())
    for match in _SUPERLATIVE.finditer(claim):
        word = match.group("word").lower()
        if is_superlative(word) and not any(re.search(rf"\b{each}\b", told) for each in alike(word)):
            reason = f"the source does not say “{match.group()}”"
            return Failure(rule="superlative", label="not_enough", reason=reason)
    return None


def unstated(claim: str, source: Source) -> Failure | None:
    """Words that a claim takes from its question alone, or from sentences that it does not cite, prove nothing."""
    known = source.stems | source.around_stems
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


def going_on(claim: str, source: Source) -> Failure | None:
    """What is said to go on now must be said so in the cited words: "will begin testing" is not "is testing"."""
    known = _said_of_now(source.own) | _said_of_now(source.heading)
    for match in _GOES_ON.finditer(claim):
        if not all(contains_word(known, stem_) for stem_ in content_stems(match["verb"])):
            return Failure(rule="verb", label="not_enough", reason=f"the source does not say “{match.group()}”")
    return None


def _said_of_now(text: str) -> frozenset[str]:
    """Return the stems of the words of a text that are not said of what is to come: "will begin testing", "to test"."""
    found = tokens(text)
    before = [{token.lower for token in found[max(0, n - 3) : n]} for n in range(len(found))]
    return frozenset(
        token.stem for token, near in zip(found, before, strict=True) if near & _GONE_ON or not near & _TO_COME
    )


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
