"""What a claim is held against: the evidence's own words, its heading, and what stands around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.numbers import Number, dates, numbers, same_value
from qa.types import Evidence, Label
from qa.verify.clauses import sentences
from qa.words import contains_word, content_stems, folded_words, words

WEEKDAYS = frozenset(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A rule that the claim does not pass."""

    rule: str
    label: Label
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The evidence of one claim, read once: its own words, what its article is called and when, what stands around it.

    What a claim asserts must stand in the own words. The heading may give names, subject and date, and the full names
    of those whom the words name by their surname. What the question already says ("the strikes", "in Syria") may stand
    in the sentences around: that is what the evidence is about.
    """

    own: str
    heading: str
    around: str  # the dates and figures of the question that neighbouring sentences hold too
    context: str  # the neighbouring sentences themselves
    stems: frozenset[str]
    around_stems: frozenset[str]
    pieces: int = 1  # of evidence

    @classmethod
    def of(cls, evidence: Sequence[Evidence], question: str | None = None) -> Source:
        own = "\n".join(f"{piece.lead or ''} {piece.text}".strip() for piece in evidence)
        heading = "\n".join("\n".join((piece.article or "", _written(piece), *piece.full_names)) for piece in evidence)
        context = "\n".join(piece.context for piece in evidence)
        near = frozenset(content_stems(context))
        asked = [s for s in content_stems(question or "") if contains_word(near, s)]
        return cls(
            own=own,
            heading=heading,
            around=_said_around(question or "", context),
            context=context,
            stems=frozenset(content_stems(own)),
            around_stems=frozenset([*content_stems(heading), *asked]),
            pieces=len(evidence),
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        return sentences(self.own)


Rule = Callable[[str, Source], Failure | None]


def same_figure(left: Number, right: Number) -> bool:
    """Return whether two numbers have the same value and both or neither say a rank."""
    return same_value(left.value, right.value) and (left.unit == "ordinal") == (right.unit == "ordinal")


def _said_around(question: str, context: str) -> str:
    """Return the dates, figures and weekdays of the question that stand in the context too."""
    known_dates, known_numbers = dates(context), numbers(context)
    kept = [m.text for m in dates(question) if any(m.agrees(other) for other in known_dates)]
    kept += [n.text for n in numbers(question) if any(same_figure(n, other) for other in known_numbers)]
    kept += [w.text for w in words(question) if w.lower in WEEKDAYS and w.lower in folded_words(context)]
    return "; ".join(kept)


def _written(piece: Evidence) -> str:
    return f"{piece.date.value:%B %-d, %Y}" if piece.date else ""
