"""How probably a text answers a question: the ranker chooses evidence and decides abstention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from qa.checker import Checker, default_checker
from qa.words import content_stems


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """What a ranker says of one text. Probabilities are in [0, 1]."""

    probability: float  # that the text answers the question
    answer_start: int | None = None  # the likeliest answer is text[answer_start:answer_end]; None: not looked for
    answer_end: int | None = None
    answer_text: str | None = None
    span_probability: float | None = None  # that just these words are the answer, if the text answers at all


class Ranker(Protocol):
    """Scores texts against a question."""

    @property
    def name(self) -> str: ...

    def score(self, question: str, texts: Sequence[str]) -> list[Ranked]:
        """Return one result a text, in the order given; a text's result does not depend on the others."""
        ...


class WordOverlapRanker:
    """The share of the question's content words that a text holds: no weights, a fake for tests and a baseline."""

    name = "word-overlap"

    def score(self, question: str, texts: Sequence[str]) -> list[Ranked]:
        asked = set(content_stems(question))
        shares = (len(asked & set(content_stems(text))) / max(len(asked), 1) for text in texts)
        return [Ranked(probability=share) for share in shares]


class CheckerRanker:
    """The shipped cross-encoder as a ranker.

    Args:
        checker: None: the one in the package.

    Raises:
        ModelMissing, ModelCorrupt: the packaged one cannot be opened.
    """

    def __init__(self, checker: Checker | None = None) -> None:
        self.checker = checker or default_checker()
        self.name = self.checker.name

    def score(self, question: str, texts: Sequence[str]) -> list[Ranked]:
        """Return one result a text, in the order given; of a text longer than the card's tokens the head is read."""
        return [
            Ranked(
                probability=reading.probability,
                answer_start=reading.start,
                answer_end=reading.end,
                answer_text=None if reading.start is None else text[reading.start : reading.end],
                span_probability=reading.span_probability,
            )
            for reading, text in zip(self.checker.read(question, texts), texts, strict=True)
        ]


@cache
def default_ranker() -> Ranker:
    """Return the ranker of the package, opened once."""
    return CheckerRanker()
