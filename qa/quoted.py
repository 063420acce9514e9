"""Who said these words? The sentence that holds them word for word is the evidence, whatever a reader makes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.analysis import Profile
from qa.evidence import Candidate, certain_first
from qa.words import fold, words

PASSAGES = 40  # of the best passages for a quotation, those that hold it come first
LEAST_WORDS = 3  # fewer words between quotation marks are a name or a turn of phrase
_QUOTE = re.compile(r"[“\"]([^“”\"]{8,}?)[”\"]|(?<!\w)[‘']([^‘“”\"]{8,}?)[’'](?!\w)")
_SAID_IT = re.compile(
    r"\b(?:said|says?|saying|told(?: \w+){1,3}|asked(?: \w+){0,3}|remarked|declared|stated|uttered|complained|warned|"
    r"argued|replied|quoted as saying)[,:]?(?: that)?\s*$",
    re.I,
)
_SAID_THIS = re.compile(
    r"\bwho(?: (?:was|is) it that)? (?:said|says|told|asked) (?:this|that|it|so|these words)\b", re.I
)


def quotation_asked_of(profile: Profile) -> str:
    """Return the words whose speaker is asked for, in lower case and without marks; empty where it asks for none."""
    if profile.kind != "person":
        return ""
    for found in _QUOTE.finditer(profile.text):
        said = found[1] or found[2]
        plain = _plain(said)
        asked = _SAID_IT.search(profile.text[: found.start()]) or _SAID_THIS.search(profile.text)
        if asked and len(plain.split()) >= LEAST_WORDS and not _is_title(said):
            return plain
    return ""


def _is_title(said: str) -> bool:
    """Return whether words between marks are a name: all but the small ones begin with a capital."""
    long = [word.text for word in words(said) if len(word.text) > 3]
    return bool(long) and all(word[0].isupper() for word in long)


def is_said_in(quotation: str, text: str) -> bool:
    """Return whether a text holds the words of a quotation one after the other; False of an empty quotation."""
    return bool(quotation) and f" {quotation} " in f" {_plain(text)} "


def quoted_first(profile: Profile, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with those first, and certain, that hold the quotation whose speaker is asked for."""
    quotation = quotation_asked_of(profile)
    found = [candidate for candidate in ranked if is_said_in(quotation, candidate.window().text)]
    return certain_first(found, ranked)


def _plain(text: str) -> str:
    return " ".join(fold(word.text) for word in words(text))
