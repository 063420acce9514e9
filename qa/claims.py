"""The model's draft becomes claims: sentences, each with the markers that it carries. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.sentences import split_sentences
from qa.prompt import REFUSAL

_MARKER = re.compile(r"\s*\[(\d{1,3})\]")
_YES_NO = re.compile(r"^(?:yes|no)\s*[,.:;–—-]\s*(?=\S)", re.I)
_REFUSING = re.compile(
    r"\b(?:the )?(?:documents?|evidence|sources?|texts?|articles?|passages?) (?:do(?:es)? not|don['’]t|doesn['’]t) "
    r"(?:say|mention|state|specify|provide|contain|answer|give|include|indicate)|\bnot (?:mentioned|stated|specified|provided) in the "
    r"(?:documents?|evidence|sources?|text)|\bno (?:information|evidence) (?:about|on|is|was)",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A sentence as the model wrote it, without its markers."""

    text: str
    markers: tuple[int, ...]


def parse_claims(reply: str, *, known: Sequence[int]) -> list[Draft]:
    """Return the sentences of a reply with the markers inside or right after each; unknown markers are dropped."""
    plain, places = _without_markers(reply)
    drafts: list[Draft] = []
    for sentence in split_sentences(plain):
        inside = [number for number, offset in places if sentence.start < offset <= sentence.end]
        markers = tuple(dict.fromkeys(number for number in inside if number in known))
        text = _cleaned(sentence.text)
        if text and not is_refusal(text):
            drafts.append(Draft(text=text, markers=markers))
    return drafts


def is_refusal(reply: str) -> bool:
    """Return whether the model says that the evidence does not answer."""
    return not reply.strip() or reply.strip().startswith(REFUSAL.rstrip(".")) or bool(_REFUSING.search(reply))


def _without_markers(reply: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the reply without markers, and where each stood: the offset in what is returned."""
    plain, places, last = "", [], 0
    for match in _MARKER.finditer(reply):
        plain += reply[last : match.start()]
        places.append((int(match.group(1)), len(plain.rstrip())))
        last = match.end()
        if plain.endswith((".", "!", "?", "”")) and reply[last : last + 1] == ".":
            last += 1  # "burned. [1]." ends twice
    return plain + reply[last:], places


def _cleaned(text: str) -> str:
    text = _YES_NO.sub("", " ".join(text.split()))
    text = re.sub(r"\s+([.,;:!?])", r"\1", text)
    if text and text[0].islower() and not re.match(r"al-|e-|i[A-Z]", text):
        text = text[0].upper() + text[1:]
    if text and text[-1] not in ".!?”\"'…":
        text += "."
    return text
