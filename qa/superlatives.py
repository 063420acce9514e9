"""Superlatives: "the largest", its kin, and what says less ("the second largest", "the largest private bank"). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.words import alias, contains_word, content_stems, is_function_word, words

WORD = r"(?:first|best|worst|most|least|[a-z]{2,}est)"  # what looks like one
_WORD = re.compile(rf"\b{WORD}\b", re.I)
_LESS = re.compile(
    r"\b(?:(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|2nd|3rd|\d+th|next)[ -]+|"
    r"(?:one|some|two|three|many|several|most) of (?:the|its|his|her|their|our|\w+[’']s) (?:\w+ )?|"
    r"among (?:the|its|his|her|their) (?:\w+ )?)$",
    re.I,
)
_OF_THESE = re.compile(
    r"^\W*(?:of|among|out of) (?:the|these|those) "
    r"(?P<these>(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?!(?:\w+ )?(?:children|siblings|"
    r"brothers|sisters|sons|daughters|members?|nations|states|countries|candidates|people|men|women|players|teams|cities)\b)"
    r"[^,;]{3,90}), [^,;]{0,40}$",
    re.I,
)
_NO_SUPERLATIVES = frozenset((
    "arrest", "behest", "bequest", "chest", "conquest", "contest", "crest", "digest", "forest", "guest",
    "harvest", "honest", "inquest", "interest", "invest", "manifest", "midwest", "modest", "nest",
    "northwest", "pest", "priest", "protest", "quest", "request", "rest", "retest", "southwest", "budapest",
    "bucharest", "everest", "brest", "ernest", "suggest", "tempest", "test", "unrest", "vest", "west", "zest",
))  # fmt: skip
_ALIKE = (
    frozenset(("biggest", "largest", "greatest", "most", "highest", "record", "main", "top", "major")),
    frozenset(("worst", "deadliest", "bloodiest", "gravest", "most", "severest")),
    frozenset(("best", "finest", "greatest", "top", "most", "favourite", "favorite")),
    frozenset(("first", "1st", "earliest", "maiden", "inaugural", "oldest", "never", "debut")),
    frozenset(("least", "fewest", "smallest", "lowest")),
    frozenset(("latest", "newest", "last", "recent", "most")),
    frozenset(("nearest", "closest")),
    frozenset(("fastest", "quickest", "record")),
    frozenset(("richest", "wealthiest")),
)


_AFTER = 5  # words after a superlative in which its noun is looked for
_KINDS = frozenset(("type", "kind", "sort", "form", "example"))  # "the oldest type of calendar" is the oldest calendar
_NOT_NARROWING = frozenset(("latest", "newest", "most", "least"))  # "the latest official figure" is the latest figure
_SAY_NOTHING = frozenset(alias(word) for word in (
    "possible", "available", "current", "present", "serving", "living", "surviving", "annual", "overall",
    "practical", "actual", "advertised", "ever", "known", "recorded", "single", "new", "own", "official",
    "confirmed", "reported", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Superlative:
    """A superlative as it stands in a text."""

    word: str  # in lower case
    is_behind: bool  # "the second largest", "one of the largest"
    after: tuple[str, ...]  # stems of the words after it, as far as the next function word
    among: tuple[str, ...] = ()  # and of those it is one of, where they are named before it: "of the seven objects"


def is_superlative(word: str) -> bool:
    """Return whether a lower-case word that looks like a superlative is one: "largest", not "forest"."""
    return word not in _NO_SUPERLATIVES


def alike(word: str) -> frozenset[str]:
    """Return the superlatives that may stand for one, itself included: "largest" for "biggest"."""
    return next((group for group in _ALIKE if word in group and word != "most"), frozenset((word,)))


def says_less(question: str, text: str) -> bool:
    """Return whether a question asks for the first of a kind and a text tells only of less.

    That is one behind it, several ("one of the largest"), or the first of a narrower kind ("the oldest European
    calendar" for the oldest calendar). A text without such a word says neither.
    """
    asked = list(_superlatives(question))
    if any(each.is_behind for each in asked):
        return False
    stems = frozenset(content_stems(question))
    told = [
        told.is_behind or _is_narrower(each, told, stems)
        for told in _superlatives(text)
        for each in asked
        if told.word in alike(each.word)
    ]
    return bool(told) and all(told)


def _is_narrower(asked: Superlative, told: Superlative, stems: frozenset[str]) -> bool:
    """Return whether words that the question does not know stand between the superlative and the noun asked for."""
    if not asked.after or told.word in _NOT_NARROWING or asked.after[0] not in told.after[1:]:
        return False
    between = told.after[: told.after.index(asked.after[0])]
    return any(stem_ not in _SAY_NOTHING and not contains_word(stems, stem_) for stem_ in between)


def is_of_others(question: str, text: str) -> bool:
    """Return whether a text tells the first of some that a question does not speak of.

    Of the planets the closest to the sun is not what "of the seven objects" is the closest. Of "the three sisters" that
    cannot be told, so it is no ground to take a text for no answer.
    """
    asked, stems = list(_superlatives(question)), frozenset(content_stems(question))
    told = [each for each in _superlatives(text) if any(each.word in alike(other.word) for other in asked)]
    return bool(told) and all(
        each.among and not any(contains_word(stems, stem_) for stem_ in each.among) for each in told
    )


def _superlatives(text: str) -> Iterator[Superlative]:
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if is_superlative(word):
            before = text[: match.start()]
            among = _OF_THESE.search(before)
            yield Superlative(
                word=word,
                is_behind=bool(_LESS.search(before)),
                after=_words_after(text[match.end() :]),
                among=_words_after(among["these"]) if among else (),
            )


def _words_after(text: str) -> tuple[str, ...]:
    """Return the stems of the words up to the next function word or mark; "type of" is passed over."""
    clause = re.split(r"[,.;:!?()–—]", text, maxsplit=1)[0]
    found: list[str] = []
    for word in words(clause)[:_AFTER]:
        if word.lower in _KINDS or (word.lower == "of" and not found):
            continue
        if is_function_word(word.lower):
            break
        found.append(alias(word.text))
    return tuple(found)
