"""Words of the source put together anew: the subject of one clause with what is said of another. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations

from index.numbers import numbers
from qa.grammar import BE, HAVE, MODAL, is_adverb, word_set
from qa.verify.clauses import Token, is_past, sentences, stems_of, tokens
from qa.verify.source import Failure, Source
from qa.verify.speech import SPOKEN_OF
from qa.words import CALENDAR, contains_word, is_function_word, stems_of_names

_AGAINST = re.compile(r",\s(?:while|whereas)\s(?!\w+ing\b)", re.I)
_BETWEEN = re.compile(r",\s+(?:and |or )?|\s(?:and|or)\s")
_ITEM = re.compile(r"[a-z][a-z-]+(?: [a-z][a-z-]+)?")
_ASIDES = word_set(
    "however meanwhile too also instead though then now still indeed perhaps therefore eventually among "
    "more most together combined alike overall respectively"
)
_ARTICLES = word_set("the a an")
LEAST_TAKEN = 2  # words of the other clause
_VERBS = BE | HAVE | MODAL
_STOP = word_set("who which that and or but when while because as after before")  # no object goes on behind these
_NO_OBJECT = word_set("twice once again there here later early first well badly together home")
_BACK = word_set("the this that these those its his her their it him them both several many some")
_DETERMINERS = word_set("the a an his her its their this that these two of")


def repeated(claim: str, source: Source) -> Failure | None:
    """What something is, or is known as, is not that thing again: "Gallia was replaced by Gallia", "Holt Holt"."""
    doubled = next((a.text for a, b in pairwise(tokens(claim)) if a.text == b.text and a.text[:1].isupper()), None)
    if doubled is not None and f"{doubled} {doubled}" not in " ".join(f"{source.own} {source.heading}".split()):
        return Failure(rule="repeated", label="not_enough", reason=f"the source does not say “{doubled} {doubled}”")
    found = [token for token in tokens(claim) if token.lower not in _ARTICLES]
    at = next((n for n, token in enumerate(found) if token.lower in BE), 0)
    subject = [token.stem for token in found[:at]]
    is_name = len(subject) > 1 or (at and found[0].text[:1].isupper())
    if not is_name or subject != [token.stem for token in found[-at:]] or len(found) < 2 * at + 1:
        return None
    if _is_verbatim(claim, source):
        return None
    return Failure(rule="repeated", label="not_enough", reason=f"it says “{' '.join(subject)}” of itself")


def _is_verbatim(claim: str, source: Source) -> bool:
    return " ".join(claim.split()).rstrip(".") in " ".join(source.own.split())


def listed(claim: str, source: Source) -> Failure | None:
    """Each of several things that a claim counts up must stand in the source: that a question names it is no proof."""
    known = source.stems | source.around_stems
    for item in _items(claim):
        stems = stems_of(item)
        if stems and not any(contains_word(known, stem_) for stem_ in stems):
            return Failure(rule="listed", label="not_enough", reason=f"the source says nothing of “{item}”")
    return None


def _items(claim: str) -> Iterator[str]:
    """Yield the short ones of "juice, ice and vodka" but the first; no names, which may say where another one lies."""
    parts = _BETWEEN.split(claim.rstrip(". "))
    if "," in claim and len(parts) > 2:
        yield from (part for part in parts[1:] if _ITEM.fullmatch(part) and not _is_aside(part))


def _is_aside(part: str) -> bool:
    """Return whether words between commas are none of several things: "however", "in total", "more recently"."""
    first, *_, last = (*part.split(), "")[:3]
    return first in _ASIDES or is_function_word(first) or is_adverb(last or first)


def crossed(claim: str, source: Source) -> Failure | None:
    """Of "A lines are told by x, while B lines are told by y" it does not follow that A lines are told by y."""
    if _AGAINST.search(claim) or _is_verbatim(claim, source):
        return None
    subject, rest = _parted(claim)
    for sentence in sentences(source.own):
        parts = _AGAINST.split(sentence)
        for mine, other in permutations(parts, 2) if len(parts) == 2 else ():
            if not _is_of_another_kind(subject, mine, other):
                continue
            theirs = _only_in(stems_of(other), stems_of(mine), rest)
            ours = _only_in(stems_of(mine), stems_of(other), rest)
            if len(theirs) >= LEAST_TAKEN and len(theirs) > 2 * len(ours):
                return Failure(rule="crossed", label="contradicted", reason="the source says it of another")
    return None


def _is_of_another_kind(subject: frozenset[str], mine: str, other: str) -> bool:
    """Return whether the other clause speaks of the subject's noun with a word before it that the subject has not.

    It does of "packet switching" beside "line switching", and not of "Mr Tarn" beside "Paul Tarn".
    """
    own, told = stems_of(mine), tokens(other)
    has_kin = any(
        noun.text.islower() and noun.stem in subject & own and kind.content and kind.stem not in own
        for n, (kind, noun) in enumerate(pairwise(told))
        if kind.text.islower() or n == 0
    )
    return has_kin and bool(_only_in(own, stems_of(other), subject))


def _only_in(text: frozenset[str], other: frozenset[str], stems: frozenset[str]) -> frozenset[str]:
    return frozenset(s for s in stems if contains_word(text, s) and not contains_word(other, s))


def _parted(claim: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems before the first verb of a claim, and after it."""
    found = tokens(claim)
    plain = (n for n, token in enumerate(found) if n and (token.lower in _VERBS or (token.content and is_past(token))))
    present = (
        n for n, (before, token) in enumerate(pairwise(found), 1) if before.content and token.lower.endswith("s")
    )
    at = next(plain, None) or next(present, None)
    if at is None:
        return frozenset(), frozenset()
    return stems_of(claim[: found[at].start]), stems_of(claim[found[at].start :])


def other_object(claim: str, source: Source) -> Failure | None:
    """Who "chose the profession" did not choose what another sentence speaks of: of claims that join two sentences."""
    found = tokens(claim)
    own = [tokens(sentence) for sentence in sentences(source.own)] if source.pieces > 1 else []
    named = stems_of_names(f"so {claim}")
    for n, token in enumerate(found):
        taken = _object(found, n)
        if not _is_deed(found, n) or taken is None or _points_back(found[n + 1]) or SPOKEN_OF.fullmatch(token.text):
            continue
        told = [
            (words, m)
            for words in own
            for m, other in enumerate(words)
            if m and other.stem == token.stem and other.content
        ]
        if not told or any(words[m - 1].lower in _VERBS or not _is_deed(words, m) for words, m in told):
            continue  # it may be told of it otherwise: "was chosen"
        objects = [_object(words, m) for words, m in told if not _is_of_other_name(words[:m], named)]
        if objects and all(other is not None and not other & taken for other in objects):
            reason = f"the source says “{token.text}” of something else"
            return Failure(rule="object", label="not_enough", reason=reason)
    return None


def _points_back(token: Token) -> bool:
    """Return whether an object begins with a word that tells it otherwise than by its name: "the club", "two acids"."""
    return token.lower in _BACK or token.lower in CALENDAR or bool(numbers(token.text))


def _is_of_other_name(before: Sequence[Token], named: frozenset[str]) -> bool:
    """Return whether the words before a verb name somebody, and nobody whom the claim names."""
    there = {token.stem for token in before[1:] if token.text[:1].isupper() and token.content}
    return bool(there) and not there & named


def _is_deed(found: tuple[Token, ...], at: int) -> bool:
    """Return whether a word is a verb in the past and no participle: "chose", and not "was chosen"."""
    return found[at].content and is_past(found[at]) and not (at and found[at - 1].lower in _VERBS)


def _object(found: tuple[Token, ...], at: int) -> frozenset[str] | None:
    """Return the stems of the words that follow a verb, its object; None where a preposition or nothing does."""
    taken: list[str] = []
    for token in found[at + 1 : at + 9]:
        if token.lower in _STOP or (not taken and token.lower in _NO_OBJECT):
            break
        if not token.content and not taken and token.lower not in _DETERMINERS:
            return None
        if token.content:
            taken.append(token.stem)
    return frozenset(taken) or None
