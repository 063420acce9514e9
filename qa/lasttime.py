"""When was something last so? A sentence that says "for the first time since" tells it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.times import times
from index.types import Span
from qa.about import stems_of
from qa.analysis import Profile
from qa.evidence import CERTAIN, Candidate, certain_first
from qa.words import contains_word, content_stems, name_stems

_LAST = (
    r"last\b(?! (?:week|month|year|season|night|summer|winter|spring|autumn|fall|weekend|term|[A-Z]?\w+day|"
    r"January|February|March|April|May|June|July|August|September|October|November|December)\b|[’']s)"
)
_ASKS = re.compile(
    rf"\bwhen (?:was|were|did|had|has|have|is)\b[^?]*\b(?:{_LAST}|previously\b|most recently\b)|"
    rf"\b(?:what|which) (?:was|is) the last (?:time|year|month)\b|\b(?:in )?(?:what|which) year did [^?]* {_LAST}",
    re.I,
)
# "since 2018", "since early May", "since they met in Norbury in 2018", and not "since taking office in 2018"
_SINCE = re.compile(
    r"\bfirst\b(?! (?:minister|lady|half|quarter|team|deputy|nation|responder))"
    r"(?:(?!\b(?:and|without|not|never|no|has|have|had|fail\w*)\b|n[’']t)[^.,;:]){0,40}?\bsince\s+"
    r"(?P<then>(?:(?:he|she|it|they|the two)\s+(?:last\s+)?(?P<did>\w+)\s)?[^;:,]+)",
    re.I,
)
_AT_ONCE = re.compile(r"(?:in|on|early|late|the|of|mid|about|around|at least|\s|-)*", re.I)
_MEETS = frozenset(("held", "had", "did", "spoke", "came", "was", "were"))
_SAYS_LITTLE = frozenset(content_stems("last previous previously recently time year first before after"))
LEAST_NAMES = 0.7  # how well the names of the question are found in or near the sentence (`qa.about`)


def since_first(profile: Profile, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with those first, and certain, that say since when it is the first, where that is asked."""
    if not _ASKS.search(profile.text):
        return list(ranked)
    return certain_first([told for candidate in ranked if (told := _told(profile, candidate))], ranked)


def _told(profile: Profile, candidate: Candidate) -> Candidate | None:
    """Return a candidate with the time since which something is the first, as its answer; None where it tells none."""
    since = _SINCE.search(candidate.sentence.text)
    if since is None or candidate.about.names < LEAST_NAMES or not _is_of_it(profile, candidate):
        return None
    mention = next(iter(times(since["then"])), None)
    if mention is None or not (
        _AT_ONCE.fullmatch(since["then"][: mention.start]) or _is_same_deed(profile, since["did"])
    ):
        return None
    start = candidate.sentence.start + since.start("then") + mention.start
    return replace(
        candidate,
        answer=Span(start=start, end=start + len(mention.text)),
        probability=max(candidate.probability, CERTAIN),
    )


def _is_same_deed(profile: Profile, verb: str | None) -> bool:
    """Return whether "since they met" tells of what is asked: the question's own verb, or one that says little."""
    return verb is not None and (
        verb.lower() in _MEETS or contains_word(frozenset(profile.stems), content_stems(verb)[0])
    )


def _is_of_it(profile: Profile, candidate: Candidate) -> bool:
    """Return whether a sentence holds all that is asked of beside names and dates: "met" of "had they last met?"."""
    named = {stem_ for name in profile.names for stem_ in name_stems(name)}
    dated = {stem_ for mention in profile.dates for stem_ in content_stems(mention.text)}
    asked = [stem_ for stem_ in profile.stems if stem_ not in named | dated | _SAYS_LITTLE]
    own = stems_of(candidate.sentence.text)
    return bool(asked) and all(contains_word(own, stem_) for stem_ in asked)
