"""Any text with the passages it was written from: which of its sentences they support."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evals.types import JudgedClaim
from index.sentences import split_sentences
from qa.claims import is_refusal
from qa.evidence import evidence_from_text
from qa.types import Evidence
from qa.verify import Verifier

_MARKER = re.compile(r"\s*\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t].*$", re.M)
_ITEM = r"[ \t]*(?:[-*•+]|\d{1,2}[.)])[ \t]+"
_BLOCK = re.compile(rf"\n\s*\n|\n(?={_ITEM})")
_MARKUP = re.compile(rf"^{_ITEM}|\*\*|__|`")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSentence:
    """A sentence of a text without its markers, and the numbers of those that stood in it or right after it."""

    text: str
    markers: tuple[int, ...]


def sentences_of(text: str) -> list[MarkedSentence]:
    """Return the sentences of a text with their [1] and [1, 2] markers; headings and marks of lists are left out."""
    blocks = _BLOCK.split(_HEADING.sub("\n", text))
    return [sentence for block in blocks for sentence in _of_block(_MARKUP.sub("", block))]


def _of_block(block: str) -> list[MarkedSentence]:
    plain, places = _without_markers(" ".join(block.split()))
    found = []
    for sentence in split_sentences(plain):
        inside = (number for number, offset in places if sentence.start < offset <= sentence.end)
        if any(character.isalnum() for character in sentence.text):
            text = re.sub(r"\s+([.,;:!?])", r"\1", sentence.text)
            found.append(MarkedSentence(text=text, markers=tuple(dict.fromkeys(inside))))
    return found


def _without_markers(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the text without markers, and each number with the offset where it stood in what is returned."""
    plain, places, last = "", [], 0
    for match in _MARKER.finditer(text):
        plain += text[last : match.start()]
        last = match.end()
        places += [(int(number), len(plain.rstrip())) for number in match.group(1).split(",")]
        if plain.endswith((".", "!", "?")) and text[last : last + 1] == ".":
            last += 1  # "burned. [1]." ends twice
    return plain + text[last:], places


def judged_sentences(
    text: str, contexts: Sequence[str], *, judge: Verifier, question: str | None = None
) -> tuple[JudgedClaim, ...]:
    """Return each sentence with its verdict; none where the whole text only says that it cannot tell.

    A sentence with markers is judged by these contexts alone, counted from 1; one without by all of them.

    Raises:
        VerifierError: the judge is broken.
    """
    sentences = sentences_of(text)
    if all(is_refusal(sentence.text) for sentence in sentences):
        return ()
    pieces = {number: tuple(evidence_from_text(context)) for number, context in enumerate(contexts, start=1)}
    return tuple(_judged(sentence, pieces, judge, question) for sentence in sentences)


def _judged(
    sentence: MarkedSentence, pieces: dict[int, tuple[Evidence, ...]], judge: Verifier, question: str | None
) -> JudgedClaim:
    unknown = [number for number in sentence.markers if number not in pieces]
    if unknown:
        return JudgedClaim(
            text=sentence.text,
            citations=sentence.markers,
            label="uncited",
            probability=None,
            reason=f"[{unknown[0]}] is not among the {len(pieces)} contexts",
        )
    evidence = [piece for number in sentence.markers or pieces for piece in pieces[number]]
    verdict = judge.verify(sentence.text, evidence, question=question)
    return JudgedClaim(
        text=sentence.text,
        citations=sentence.markers,
        label=verdict.label,
        probability=verdict.probability,
        reason=verdict.reason,
    )
