"""Words and sentences of a text, and which sentences a claim rests on. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from qa.words import alias, contains_word, content_stems, fold, is_function_word, words

_SENTENCE_END = re.compile(
    r"(?<![A-Z]\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bGen\.)(?<!\bCol\.)(?<!\bSen\.)"
    r"(?<=[.!?])[”\"’')]*\s+(?=[“\"‘'(]?[A-Z0-9])|\n+"
)
ALIGNED = 0.6  # of the claim's content, in the sentence it is held against
NEARLY = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word with what its inflections share."""

    text: str
    lower: str
    stem: str
    start: int
    end: int

    @property
    def content(self) -> bool:
        return not is_function_word(self.text)


@lru_cache(maxsize=8192)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of a text in order, function words included."""
    return tuple(
        Token(text=word.text, lower=fold(word.text), stem=alias(word.text), start=word.start, end=word.end)
        for word in words(text)
    )


@lru_cache(maxsize=4096)
def sentences(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _SENTENCE_END.split(text) if part.strip())


@lru_cache(maxsize=8192)
def stems_of(text: str) -> frozenset[str]:
    return frozenset(content_stems(text))


def is_statement(claim: str) -> bool:
    """Return whether a claim says something by itself: it is no question, and no bare answer of a word or two."""
    return not claim.rstrip().endswith("?") and len(stems_of(claim)) >= 2 and len(tokens(claim)) >= 4


def share(claim: frozenset[str], text: frozenset[str]) -> float:
    """Return the share of the claim's stems that the text holds; 0 where the claim has none."""
    return sum(contains_word(text, stem_) for stem_ in claim) / len(claim) if claim else 0.0


@lru_cache(maxsize=1024)
def aligned(claim: str, texts: tuple[str, ...], *, least: float = ALIGNED) -> tuple[str, ...]:
    """Return the texts that hold most of the claim's content, best first: those nearly as good as the best.

    Nothing where the best holds less than `least` of it: then no text can be said to be what the claim rests on.
    """
    wanted = stems_of(claim)
    rated = sorted(((share(wanted, stems_of(text)), -n) for n, text in enumerate(texts)), reverse=True)
    if not rated or rated[0][0] < least:
        return ()
    return tuple(texts[-n] for rate, n in rated if rate >= max(least, rated[0][0] - NEARLY))


def is_past(token: Token) -> bool:
    """Return whether a word is the past or participle of a verb: "sued", "won"."""
    return token.text.islower() and _is_past(token.lower)


@lru_cache(maxsize=8192)
def _is_past(word: str) -> bool:
    import simplemma

    if word in _NO_VERBS:
        return False
    lemma = simplemma.lemmatize(word, lang="en").lower()
    return lemma != word and (
        word.endswith("ed") or not word.startswith(lemma[:3]) or not word.endswith(("s", "ing", "er", "est"))
    )


_NO_VERBS = frozenset(
    [
        "men",
        "women",
        "children",
        "people",
        "feet",
        "teeth",
        "mice",
        "better",
        "best",
        "worse",
        "worst",
        "more",
        "most",
        "less",
        "least",
        "was",
        "were",
        "had",
        "has",
        "did",
    ]
)
