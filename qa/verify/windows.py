"""What of long evidence a claim is judged by: the sentences that cover its words. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from index.sentences import split_sentences
from qa.words import content_stems

WORDS = 100  # evidence is cut to about as many; the network was trained with as many
AGAIN = 0.3  # what a word of the claim is worth in a sentence when another one covers it already

_LINKING = re.compile(
    r"^(?:however|additionally|furthermore|moreover|therefore|thus|hence|also|overall|in addition|in conclusion|"
    r"in summary|in this case|for (?:example|instance)|as a result|consequently|similarly|finally|in fact|of course|"
    r"nevertheless|meanwhile|that said|besides|still|so|and|but|yet)\b,?\s+(?=\S)",
    re.I,
)
_MARKER = re.compile(r"\s*\[\d{1,3}\](?=[\s.,;:!?\[]|$)")
_ADDRESS = re.compile(r"(?:\[\d{1,3}\]\s*)?(?:https?://|www\.)\S+")


def plain_claim(claim: str) -> str:
    """Return a claim without markers and without the word that only links it to the sentence before ("However, ")."""
    text = " ".join(_MARKER.sub("", claim).split())
    rest = _LINKING.sub("", text)
    return rest[:1].upper() + rest[1:] if len(rest.split()) > 2 else text


def plain_evidence(text: str) -> str:
    """Return evidence without web addresses, which say nothing."""
    return _ADDRESS.sub(" ", text)


def covering(claim: str, text: str, *, words: int = WORDS) -> str:
    """Return the sentences of a text that cover most of a claim, in their order, at most about `words` words.

    A short text comes back whole. Each next sentence is the one that adds most of the claim's words not covered yet, so
    that a claim that joins what stands in two places is judged by both.
    """
    if len(text.split()) <= words:
        return text
    sentences = _sentences(text)
    asked = frozenset(content_stems(claim))
    kept = chosen(asked, [stems for _, stems, _ in sentences], [size for _, _, size in sentences], words)
    return " ".join(sentences[number][0] for number in kept)


def neighbourhoods(claim: str, text: str, *, count: int, reach: int = 1) -> list[str]:
    """Return the `count` sentences that share most with a claim, each with `reach` sentences around it; best first."""
    sentences = _sentences(text)
    asked = frozenset(content_stems(claim))
    order = sorted(range(len(sentences)), key=lambda n: (-len(asked & sentences[n][1]), n))[:count]
    return [" ".join(s for s, _, _ in sentences[max(0, n - reach) : n + reach + 1]) for n in order]


@lru_cache(maxsize=128)
def _sentences(text: str) -> tuple[tuple[str, frozenset[str], int], ...]:
    found = (sentence.text for sentence in split_sentences(text))
    return tuple((" ".join(s.split()), frozenset(content_stems(s)), len(s.split())) for s in found)


def chosen(asked: frozenset[str], held: Sequence[frozenset[str]], sizes: Sequence[int], room: int) -> list[int]:
    """Return the numbers of the sentences kept, ascending; at least one where there is one.

    Args:
        asked: the claim's words.
        held: the words of each sentence.
        sizes: the length of each in words.
        room: how many words may be kept.
    """
    left, kept = set(asked), list[int]()
    free = set(range(len(held)))

    def gain(number: int) -> tuple[float, int]:
        return len(left & held[number]) + AGAIN * len(asked & held[number]), -number

    while free and room > 5:
        best = max(free, key=gain)
        free.discard(best)
        if kept and not asked & held[best]:
            break
        if not kept or sizes[best] <= room:
            kept.append(best)
            room -= sizes[best]
            left -= held[best]
    return sorted(kept)
