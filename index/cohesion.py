"""Whether pieces of text under heads of one kind are articles of their own or the sections of one. Pure.

Sections of one article speak of the same people and things (lexical cohesion: Hearst 1997, "TextTiling") and lean on
what stands above them; headlines say in their own words what the paragraph below says again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from index.units import WORD, stems, words_set

_LEANING = re.compile(
    r"[\"“‘']?(?:He|She|They|This|That|These|Those|But|However|Meanwhile|Also|Moreover|Furthermore|In addition|Then|"
    r"His|Her|Their|Here|Both|Another|So|And|Such)\b"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:][\"'”’)\]]*\s+)[\"'“‘(]*[A-Z]")
_PLACE = re.compile(r"\b(?:in|at|from|to|near|of|off|outside) [A-Z]")
_NO_NAMES = words_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december mr mrs ms dr the i"
)
ENOUGH = 2  # signs that speak for articles more than against
_HEADLINE_WORDS = 4.0  # headlines have more than subheadings
_SHARED = 0.6  # of the sections name what they are all about


def are_articles(
    sections: Sequence[tuple[str, str]], *, title: str | None, is_under_headline: bool, enough: int = ENOUGH
) -> bool:
    """Say whether these pieces, each a head and its text, are articles of their own.

    Args:
        sections: three or more; fewer are never taken for articles.
        title: of the page or of what stands above them.
        is_under_headline: that title is signed, dated or followed by its own text, as the headline of one article is.
        enough: how much more must speak for articles than against.
    """
    if len(sections) < 3:
        return False
    heads, texts = zip(*sections, strict=True)
    n = len(sections)
    named = [names(text) for text in texts]
    most = max(Counter(name for found in named for name in found).values(), default=0)
    own = stems(title or "")
    score: int = -2 if is_under_headline else 1
    score += 2 * sum(len(stems(head) & stems(text)) >= 1 for head, text in sections) >= n
    score += sum(len(head.split()) for head in heads) / n > _HEADLINE_WORDS
    score += 2 * sum(map(bool, named)) >= n and most <= max(1.0, 0.4 * n)
    score -= 2 * (most >= max(2.0, _SHARED * n))
    score -= 2 * (bool(own) and sum(bool(own & stems(f"{head} {text}")) for head, text in sections) >= _SHARED * n)
    score -= sum(map(is_leaning, texts)) >= 0.4 * n
    score -= 2 * sum(head.rstrip('"”’').endswith("?") for head in heads) >= n
    return score >= enough


def is_leaning(text: str) -> bool:
    """Say whether a text begins with a word that points back at what stands above it ("He", "But")."""
    return bool(_LEANING.match(text))


def names(text: str) -> set[str]:
    """Return the stems of the words with a capital letter that neither begin a sentence nor say where."""
    starts = {found.end() - 1 for found in (*_SENTENCE_START.finditer(text), *_PLACE.finditer(text))}
    words = (word for word in WORD.finditer(text) if word.start() not in starts and word[0][0].isupper())
    return {stem for word in words if word[0].lower() not in _NO_NAMES for stem in stems(word[0])}
