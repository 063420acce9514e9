"""When was something last so? A sentence that says "for the first time since" tells it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.times import times
from index.types import Span
from qa.about import stems_of
from qa.analysis import Profile
from qa.evidence import Candidate
from qa.said import CERTAIN
from qa.words import contains_word, content_stems, name_stems

_ASKS = re.compile(
    r"\bwhen (?:was|were|did|had|has|have|is)\b[^?]*\b(?:last|previously|most recently)\b|"
    r"\b(?:what|which) (?:was|is) the last (?:time|year|month)\b|\b(?:in )?(?:what|which) year did [^?]* last\b",
    re.I,
)
_SINCE = re.compile(r"\bfirst\b[^.;:]{0,60}?\bsince\s+(?P<then>[^;:]+)", re.I)
_SAYS_LITTLE = frozenset(content_stems("last previous previously recently time year first before after"))
LEAST_NAMES = 0.7  # how well the names of the question are found in or near the sentence (`qa.about`),
LEAST_WORDS = 0.5  # and which share of its other words in the sentence


def since_first(profile: Profile, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with those first, and certain, that say since when it is the first, where that is asked."""
    if not _ASKS.search(profile.text):
        return list(ranked)
    found = {candidate.place: told for candidate in ranked if (told := _told(profile, candidate))}
    return [*found.values(), *(candidate for candidate in ranked if candidate.place not in found)]


def _told(profile: Profile, candidate: Candidate) -> Candidate | None:
    """Return a candidate with the time since which something is the first, as its answer; None where it tells none."""
    since = _SINCE.search(candidate.sentence.text)
    if since is None or candidate.about.names < LEAST_NAMES or not _is_of_it(profile, candidate):
        return None
    mention = next(iter(times(since["then"])), None)
    if mention is None:
        return None
    start = candidate.sentence.start + since.start("then") + mention.start
    return replace(
        candidate,
        answer=Span(start=start, end=start + len(mention.text)),
        score=max(candidate.score, CERTAIN),
        probability=max(candidate.probability, CERTAIN),
        confidence=CERTAIN,
    )


def _is_of_it(profile: Profile, candidate: Candidate) -> bool:
    """Return whether a sentence holds what is asked of beside names and dates: "met" of "when had they last met?"."""
    named = {stem_ for name in profile.names for stem_ in name_stems(name)}
    dated = {stem_ for mention in profile.dates for stem_ in content_stems(mention.text)}
    asked = [stem_ for stem_ in profile.stems if stem_ not in named | dated | _SAYS_LITTLE]
    own = stems_of(candidate.sentence.text)
    return bool(asked) and sum(contains_word(own, s) for s in asked) >= LEAST_WORDS * len(asked)
