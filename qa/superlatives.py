"""Superlatives: "the largest", its kin, and what says less ("the second largest", "one of the largest"). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

WORD = r"(?:first|best|worst|most|least|[a-z]{2,}est)"  # what looks like one
_WORD = re.compile(rf"\b{WORD}\b", re.I)
_LESS = re.compile(
    r"\b(?:(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|2nd|3rd|\d+th|next)[ -]+|"
    r"(?:one|some|two|three|many|several|most) of (?:the|its|his|her|their|our|\w+[’']s) (?:\w+ )?|"
    r"among (?:the|its|his|her|their) (?:\w+ )?)$",
    re.I,
)
_NO_SUPERLATIVES = frozenset((
    "arrest", "behest", "bequest", "chest", "conquest", "contest", "crest", "digest", "forest",
    "guest", "harvest", "honest", "inquest", "interest", "invest", "manifest", "midwest", "modest",
    "nest", "northwest", "pest", "priest", "protest", "quest", "request", "rest", "retest",
    "southwest", "suggest", "tempest", "test", "unrest", "vest", "west", "zest",
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


def is_superlative(word: str) -> bool:
    """Return whether a lower-case word that looks like a superlative is one: "largest", not "forest"."""
    return word not in _NO_SUPERLATIVES


def alike(word: str) -> frozenset[str]:
    """Return the superlatives that may stand for one, itself included: "largest" for "biggest"."""
    return next((group for group in _ALIKE if word in group and word != "most"), frozenset((word,)))


def says_less(question: str, text: str) -> bool:
    """Return whether a question asks for the first of a kind and a text only tells of one behind it, or of several.

    A text without such a word says neither.
    """
    asked = list(_superlatives(question))
    if any(is_less for _, is_less in asked):
        return False
    told = [is_less for word, is_less in _superlatives(text) if any(word in alike(each) for each, _ in asked)]
    return bool(told) and all(told)


def _superlatives(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each superlative in lower case, and whether the words before it make it less than the first."""
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if is_superlative(word):
            yield word, bool(_LESS.search(text[: match.start()]))
