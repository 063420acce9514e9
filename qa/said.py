"""What did somebody say about something? A sentence that reports their words on it is the answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.about import stems_of, whole_text
from qa.analysis import Profile
from qa.evidence import Candidate, certain_first
from qa.fullnames import full_names
from qa.verify.opposites import NEGATORS
from qa.verify.speech import reports
from qa.words import CALENDAR, TITLES, contains_word, content_stems, fold, name_stems, names, words

_ASKED = re.compile(
    r"^\W*what (?:did|does|has|have|had) (?P<speaker>[^?,]+?) (?:say|said|tell|told|write|written|stated?|remark\w*|"
    r"comment\w*)(?P<listener> [^?,]{2,30}?)?? (?:about|on|of|regarding|concerning) (?P<topic>[^?]+?)\W*$",
    re.I,
)
_OF = re.compile(r"\s(?:of|in|at|on|for|from|to|by|with|between|during|after|before)\s", re.I)
_FOR_ANOTHER = re.compile(r"[’']s\b|s[’'](?=\s)|\b(?:for|of|to|against)\s", re.I)  # "Holt's lawyer", "critics of Holt"
_OTHERS = frozenset(
    content_stems(
        "deputy vice former ex acting shadow assistant lawyer attorney spokesman spokeswoman spokesperson critic aide "
        "ally opponent rival adviser supporter wife husband brother sister son daughter widow"
    )
)
LEAST_DATE = 0.85  # how well the dates of the question agree (`qa.about`)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose words on what are asked for, as stems."""

    name: tuple[str, ...]  # the speaker's, where the question gives a name and no more
    role: frozenset[str]  # else all words that say who it is,
    is_of: bool  # and whether they say so by another: "the mayor of Norbury"
    head: frozenset[str]  # what they spoke of: "the steering" of "the steering of the new ferry",
    rest: frozenset[str]  # and what is said of it, and to whom: "the new ferry"


def words_asked_for(profile: Profile) -> Asked | None:
    """Return whose words on what a question asks for; None where it asks for something else."""
    found = _ASKED.match(profile.text)
    if found is None or any(fold(word.text) in NEGATORS for word in words(profile.text)):
        return None
    head = content_stems(_OF.split(found["topic"], maxsplit=1)[0])
    dated = any(fold(word.text) in CALENDAR for word in words(found["topic"])[:1])
    speaker = content_stems(found["speaker"])
    if not speaker or not head or dated:
        return None
    named = names(f"did {found['speaker']}")  # within a sentence, where a capital tells a name
    is_name = len(named) == 1 and set(name_stems(named[0])) == set(speaker) - TITLES
    in_dates = {stem_ for mention in profile.dates for stem_ in content_stems(mention.text)}
    rest = {*content_stems(found["topic"]), *content_stems(found["listener"] or "")} - set(head) - in_dates
    return Asked(
        name=tuple(name_stems(named[0])) if is_name else (),
        role=frozenset() if is_name else frozenset(speaker),
        is_of=_FOR_ANOTHER.search(found["speaker"]) is not None,
        head=frozenset(head),
        rest=frozenset(rest),
    )


def said_first(profile: Profile, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with those first, and certain, that report the words asked for."""
    asked = words_asked_for(profile)
    if asked is None:
        return list(ranked)
    found = [each for each in ranked if _reports(asked, each) and (not profile.dates or each.about.date >= LEAST_DATE)]
    return certain_first(found, ranked)


def _reports(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a sentence reports words of the speaker that name the topic; the rest of it may stand around."""
    around = stems_of(f"{candidate.window().text}\n{candidate.surroundings()}")
    if not all(contains_word(around, stem_) for stem_ in asked.rest):
        return False
    return any(
        is_speaker(asked, report.speaker)
        and _is_the_bearer(asked, report.speaker, candidate)
        and all(contains_word(stems_of(report.content), stem_) for stem_ in asked.head)
        for report in reports(candidate.sentence.text)
    )


def _is_the_bearer(asked: Asked, speaker: str, candidate: Candidate) -> bool:
    """Return whether a surname alone is that of the full name asked of, as far as its article tells."""
    if len(asked.name) < 2 or set(asked.name) <= stems_of(speaker):
        return True
    article = candidate.article
    known = stems_of(whole_text(article))
    namesakes = (set(name_stems(name)) for name in full_names(article, candidate.sentence.text))
    others = [name for name in namesakes if asked.name[-1] in name and not name & set(asked.name[:-1])]
    return not others and all(contains_word(known, stem_) for stem_ in asked.name)


def is_speaker(asked: Asked, speaker: str) -> bool:
    """Return whether words name the speaker asked of and nobody else: not "Holt's lawyer", nor Peter Holt for Ann."""
    said_by = stems_of(speaker)
    if asked.role:
        another = _FOR_ANOTHER.search(speaker) and not asked.is_of
        return (
            not another and not (said_by & _OTHERS) - asked.role and all(contains_word(said_by, s) for s in asked.role)
        )
    named = names(f"so {speaker}")
    if not named or _FOR_ANOTHER.search(speaker):
        return False
    given = name_stems(named[-1])
    return given[-1:] == list(asked.name[-1:]) and set(given) <= set(asked.name)
