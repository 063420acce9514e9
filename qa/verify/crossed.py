"""Words of the source put together anew: the subject of one clause with what is said of another. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations

from qa.grammar import BE, HAVE, MODAL, word_set
from qa.verify.clauses import Token, is_past, sentences, stems_of, tokens
from qa.verify.source import Failure, Source
from qa.words import contains_word

_AGAINST = re.compile(r",?\s(?:while|whereas)\s", re.I)
LEAST_TAKEN = 2  # words of the other clause
_VERBS = BE | HAVE | MODAL
_STOP = word_set("who which that and or but when while because as after before")  # no object goes on behind these
_DETERMINERS = word_set("the a an his her its their this that these two of")


def repeated(claim: str, source: Source) -> Failure | None:
    """What something is, or is known as, is not that thing again: "Gallia was replaced by Gallia"."""
    found = [token for token in tokens(claim) if token.content or token.lower in BE]
    at = next((n for n, token in enumerate(found) if token.lower in BE), 0)
    subject = [token.stem for token in found[:at]][:2]
    rest = [token.stem for token in found[at:]]
    if len(subject) < 2 or subject not in _pairs(rest) or _pairs(_content(source.own)).count(subject) > 1:
        return None
    return Failure(rule="repeated", label="not_enough", reason=f"it says “{' '.join(subject)}” of itself")


def _content(text: str) -> list[str]:
    return [token.stem for token in tokens(text) if token.content]


def _pairs(stems: Sequence[str]) -> list[list[str]]:
    return [[a, b] for a, b in pairwise(stems)]


def listed(claim: str, source: Source) -> Failure | None:
    """Each of several things that a claim counts up must stand in the source: that a question names it is no proof."""
    known = source.stems | source.around_stems
    for item in _items(claim):
        stems = stems_of(item)
        if stems and not any(contains_word(known, stem_) for stem_ in stems):
            return Failure(rule="listed", label="not_enough", reason=f"the source says nothing of “{item}”")
    return None


def _items(claim: str) -> Iterator[str]:
    """Yield what stands between the commas of "juice, ice and vodka", where it is short."""
    parts = re.split(r",\s+(?:and |or )?|\s(?:and|or)\s", claim)
    if "," not in claim or len(parts) < 3:
        return
    yield from (part for part in parts[1:-1] if len(part.split()) <= 2)


def crossed(claim: str, source: Source) -> Failure | None:
    """Of "A is told by x, while B is told by y" it does not follow that A is told by y."""
    subject, rest = _parted(claim)
    for sentence in sentences(source.own):
        sides = [stems_of(part) for part in _AGAINST.split(sentence)]
        for mine, other in permutations(sides, 2) if len(sides) == 2 else ():
            owned, shared = _only_in(mine, other, subject), _in_both(mine, other, subject)
            theirs, ours = _only_in(other, mine, rest), _only_in(mine, other, rest)
            if owned and shared and len(theirs) >= LEAST_TAKEN and len(theirs) > 2 * len(ours):
                return Failure(rule="crossed", label="contradicted", reason="the source says it of another")
    return None


def _only_in(text: frozenset[str], other: frozenset[str], stems: frozenset[str]) -> frozenset[str]:
    return frozenset(s for s in stems if contains_word(text, s) and not contains_word(other, s))


def _in_both(text: frozenset[str], other: frozenset[str], stems: frozenset[str]) -> bool:
    return any(contains_word(text, s) and contains_word(other, s) for s in stems)


def _parted(claim: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems before the first verb of a claim, and after it."""
    found = tokens(claim)
    at = next((n for n, token in enumerate(found) if n and _is_verb(token, found[n - 1])), None)
    if at is None:
        return frozenset(), frozenset()
    return stems_of(claim[: found[at].start]), stems_of(claim[found[at].start :])


def _is_verb(token: Token, before: Token) -> bool:
    return token.lower in _VERBS or (
        token.content and (is_past(token) or (token.lower.endswith("s") and before.content))
    )


def other_object(claim: str, source: Source) -> Failure | None:
    """Who "chose the profession" did not choose what another sentence speaks of: of claims that join two sentences."""
    found = tokens(claim)
    own = [tokens(sentence) for sentence in sentences(source.own)]
    if source.pieces < 2:
        return None
    for n, token in enumerate(found):
        taken = _object(found, n)
        if not _is_deed(found, n) or taken is None:
            continue
        told = [
            _object(words_, m)
            for words_ in own
            for m in range(len(words_))
            if words_[m].stem == token.stem and _is_deed(words_, m)
        ]
        if told and all(other is not None and not other & taken for other in told):
            reason = f"the source says “{token.text}” of something else"
            return Failure(rule="object", label="not_enough", reason=reason)
    return None


def _is_deed(found: tuple[Token, ...], at: int) -> bool:
    """Return whether a word is a verb in the past and no participle: "chose", and not "was chosen"."""
    return found[at].content and is_past(found[at]) and not (at and found[at - 1].lower in _VERBS)


def _object(found: tuple[Token, ...], at: int) -> frozenset[str] | None:
    """Return the stems of the words that follow a verb, its object; None where a preposition or nothing does."""
    taken: list[str] = []
    for token in found[at + 1 : at + 9]:
        if token.lower in _STOP:
            break
        if not token.content and not taken and token.lower not in _DETERMINERS:
            return None
        if token.content:
            taken.append(token.stem)
    return frozenset(taken) or None
