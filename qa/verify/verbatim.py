"""Claims that the source says word for word: a whole clause of one sentence, and nothing before takes it back. Pure.

The network, trained on claims in other words, now and then doubts a clause that was copied out of a long sentence.
"""

from __future__ import annotations

import re
from functools import lru_cache

from qa.verify.clauses import is_statement
from qa.verify.source import Source
from qa.verify.speech import SPOKEN_OF
from qa.words import Word, words

LEAST_WORDS = 5
_SENTENCE = re.compile(r"[.!?][”\"’']?\s*$")
# A clause may begin here, and end here.
_OPENS = re.compile(r"(?:[,;:—–]|\b(?:after|and|but|because|while|whereas))\s*[“\"(]?$", re.I)
_CLOSES = re.compile(r"\s*(?:[,;:.!?)”\"—–]|$)")
# What stands before it and may take it back or leave it open; what follows and does.
_TAKES_BACK = re.compile(
    r"\b(?:if|unless|whether|not|no|never|nor|neither|either|or|den(?:y|ies|ied)|doubt\w*|false\w*|untrue|would|could|might|may|"
    r"suppose\w*|imagine\w*|unclear)\b|n['’]t\b",
    re.I,
)
_EXCEPTS = re.compile(r"\s*,?\s*(?:if|unless|or|but not|except)\b", re.I)


def is_word_for_word(claim: str, source: Source) -> bool:
    """Return whether a sentence of the evidence's own words holds the whole claim as a clause that stands by itself."""
    own = words(claim)
    if len(own) < LEAST_WORDS or not _SENTENCE.search(claim) or not is_statement(claim):
        return False
    return any(_holds(sentence, tuple(word.lower for word in own)) for sentence in source.sentences)


def _holds(sentence: str, wanted: tuple[str, ...]) -> bool:
    held = _words(sentence)
    for first in range(len(held) - len(wanted) + 1):
        stretch = held[first : first + len(wanted)]
        if all(word.lower == other for word, other in zip(stretch, wanted, strict=True)):
            before, after = sentence[: stretch[0].start], sentence[stretch[-1].end :]
            if _is_opened(before) and _CLOSES.match(after) and not _EXCEPTS.match(after):
                return True
    return False


def _is_opened(before: str) -> bool:
    """Return whether a clause may begin after these words and nothing in them takes it back or puts it in a mouth."""
    taken = _TAKES_BACK.search(before) or SPOKEN_OF.search(before)
    return not words(before) or (bool(_OPENS.search(before)) and not taken)


@lru_cache(maxsize=256)
def _words(sentence: str) -> tuple[Word, ...]:
    return tuple(words(sentence))
