"""A question that asks two things is answered in two parts where one answer does not give both. Pure.

"How many seal pups were counted, and who is the warden?": an answer that gives the number alone looks whole and is not.
What an answer leaves out is asked again by itself, and what nothing answers is named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.about import stems_of, with_measure
from qa.analysis import Profile, analyse
from qa.answers import gives_answer
from qa.decide import Bound, Decision, quotation
from qa.grammar import is_past, low
from qa.rewrite import rewrite
from qa.types import Turn
from qa.words import contains_word

_ASKS = r"(?:who|whom|whose|what|when|where|why|which|how)"
_AND = re.compile(rf",?\s+and\s+(?={_ASKS}\b)", re.I)
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|should|may|might|must)\b", re.I
)
_BEGINS = re.compile(
    rf"^\W*(?:(?:in|on|at|by|from|to|for|of|with|under|since|until)\s+)?(?:{_ASKS}|is|are|was|were|did|does|do|has|have|had|"
    r"will|would|can|could|should|may|might|must)\b",
    re.I,
)
_DOES = re.compile(r"^\W*(?:who|what) [a-z]+s\b", re.I)  # "who runs"
_BETWEEN = re.compile(r"\bbetween (?:what|who|how|when|where|which)\b", re.I)
_ADVERBS = frozenset(("when", "where", "why", "how"))
_DETERMINER = r"(?:the|an?|his|her|its|their)\b"
_ASKED_BY = re.compile(
    rf"(?:when|where|why)(?: to)? {_AUXILIARY.pattern}|how (?:{_AUXILIARY.pattern}|(?!{_DETERMINER})\w+ )", re.I
)
LEAST_WORDS = 3  # of each of two questions
COVERED = 0.6  # of a part's words stand in the claims that answer it, and what they rest on


def parts_of(question: str) -> tuple[str, ...]:
    """Return the two questions that "and" joins, each with its question mark; none where the question is one.

    "Which spirit and which juice are in it?" and "between five and how many?" ask one thing.
    """
    found = [match for match in _AND.finditer(question) if _is_question(question[match.end() :])]
    if len(found) != 1 or not _BEGINS.match(question):
        return ()
    first, second = question[: found[0].start()], question[found[0].end() :]
    if not _is_question(first) or _goes_on(first, second):
        return ()
    return tuple(f"{part.strip().rstrip('?., ')}?" for part in (first, second))


def _is_question(text: str) -> bool:
    """Return whether some words are a whole question: of three words or more, with a verb."""
    words = text.strip(" ?").split()
    has_verb = _AUXILIARY.search(text) or _DOES.match(text) or any(is_past(low(word)) for word in words[1:])
    return len(words) >= LEAST_WORDS and bool(has_verb)


def _goes_on(first: str, second: str) -> bool:
    """Return whether the second is no question but goes on with a clause of the first: "the woman who … and who …"."""
    opening = second.split()[0].lower()
    inner = re.search(rf"\w\W+{opening}\b", first, re.I)
    return bool(inner or _BETWEEN.search(first) or (opening in _ADVERBS and not _ASKED_BY.match(second)))


def standing_alone(part: str, before: str, said: str) -> str:
    """Return the second part of a question as one of its own: with what it takes from the first and from its answer.

    Args:
        before: the first part.
        said: what it was answered with; empty where it was not.
    """
    history = [Turn(role="user", content=before)]
    if said:
        history.append(Turn(role="assistant", content=said))
    text = rewrite(part, history).text
    named = analyse(before).names
    return f"{part} ({', '.join(named)})" if text == part and named and not analyse(part).names else text


def leans_on(part: str, before: str) -> bool:
    """Return whether the second part of a question cannot be asked without an answer to the first: "does it carry?"."""
    return rewrite(part, [Turn(role="user", content=before)]).text != part


def covers(part: str, decision: Decision) -> bool:
    """Return whether an answer gives what one part of its question asks: the kind of thing, beside the part's words."""
    profile = analyse(part)
    return decision.status == "answered" and any(_gives(profile, claim) for claim in decision.claims)


def _gives(profile: Profile, claim: Bound) -> bool:
    grounds = (text for piece in claim.evidence for text in (piece.lead, piece.text, piece.article) if text)
    held = with_measure(profile, stems_of("\n".join((claim.text, *grounds))))
    found = sum(contains_word(held, stem_) for stem_ in profile.stems)
    return gives_answer(profile, claim.text) and found >= COVERED * len(profile.stems)


def joined(decisions: Sequence[tuple[str, Decision]]) -> Decision:
    """Return one decision from those on the parts of a question, given with each part, in their order.

    One disagreement is shown with all of its sides beside what the other part is answered with; of a second one the
    sentences are. A part that nothing answers is named.
    """
    claims: list[Bound] = []
    unanswered: list[str] = []
    disputed: Decision | None = None
    for part, decision in decisions:
        if decision.status == "conflict" and disputed is None:
            disputed = decision
        elif decision.status == "conflict":
            claims += [*decision.claims, *(quotation(side.evidence) for side in decision.sides)]
        elif decision.status == "answered":
            claims += decision.claims
        else:
            unanswered.append(part)
    shown = tuple({claim.text: claim for claim in claims}.values())
    rejected = tuple(claim for _, decision in decisions for claim in decision.rejected)
    told = " and ".join(f"“{part}”" for part in unanswered)
    reason = f"The documents do not answer {told}." if told else None
    if disputed is not None:
        return replace(disputed, claims=(*shown, *disputed.claims), rejected=rejected, reason=reason)
    if not shown:
        _, first = decisions[0]
        return replace(first, rejected=rejected)
    return Decision(status="answered", claims=shown, rejected=rejected, reason=reason)
