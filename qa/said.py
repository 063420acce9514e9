"""What did somebody say about something? A sentence that reports their words on it is the answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.about import stems_of
from qa.analysis import Profile
from qa.evidence import Candidate
from qa.verify.speech import reports
from qa.words import contains_word, content_stems, name_stems, names

CERTAIN = 0.9  # how sure the answer is of a sentence that reports the words of the one asked of, on what is asked
_ASKED = re.compile(
    r"^\W*what (?:did|does|has|have|had) (?P<speaker>[^?,]+?) (?:say|said|tell|told|write|written|stated?|remark\w*|"
    r"comment\w*)(?: [^?,]{2,30}?)?? (?:about|on|of|regarding|concerning) (?P<topic>[^?]+?)\W*$",
    re.I,
)
_OF = re.compile(r"\s(?:of|in|at|on|for|from|to|by|with|between|during|after|before)\s", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose words on what are asked for, as stems."""

    speaker: frozenset[str]  # of the name's last word, or of all words where it is no name
    head: frozenset[str]  # what they spoke of: "the steering" of "the steering of the new ferry",
    rest: frozenset[str]  # and what is said of it: "the new ferry"


def words_asked_for(profile: Profile) -> Asked | None:
    """Return whose words on what a question asks for; None where it asks for something else."""
    found = _ASKED.match(profile.text)
    if found is None:
        return None
    named = names(found["speaker"])
    speaker = name_stems(named[-1])[-1:] if named else content_stems(found["speaker"])
    topic = content_stems(found["topic"])
    head = content_stems(_OF.split(found["topic"], maxsplit=1)[0])
    if not speaker or not head:
        return None
    return Asked(speaker=frozenset(speaker), head=frozenset(head), rest=frozenset(topic) - frozenset(head))


def said_first(profile: Profile, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with those first, and certain, that report the words asked for."""
    asked = words_asked_for(profile)
    if asked is None:
        return list(ranked)
    found = [candidate for candidate in ranked if _reports(asked, candidate)]
    raised = [replace(each, score=max(each.score, CERTAIN), confidence=CERTAIN) for each in found]
    return [*raised, *(candidate for candidate in ranked if candidate not in found)]


def _reports(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a sentence reports words of the speaker that name the topic; the rest of it may stand around."""
    around = stems_of(f"{candidate.window().text}\n{candidate.surroundings()}")
    if not all(contains_word(around, stem_) for stem_ in asked.rest):
        return False
    return any(
        all(contains_word(stems_of(report.speaker), stem_) for stem_ in asked.speaker)
        and all(contains_word(stems_of(report.content), stem_) for stem_ in asked.head)
        for report in reports(candidate.sentence.text)
    )
