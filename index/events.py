"""When what a passage tells happened: the times its sentences speak of, as days, with their words and basis. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from index.times import Basis, Period, times
from index.types import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A time that a sentence speaks of. `start` and `end` are the place of its words in the document."""

    start: int
    end: int
    period: Period  # open on one side for "since 1999"
    basis: Basis  # stated in full, or reckoned from the day of publication ("on Monday", "last year")


def events_of(sentences: Iterable[Sentence], published: datetime.date | None) -> tuple[Event, ...]:
    """Return the times that sentences speak of, in order.

    What is relative and has no day of publication to be reckoned from is left out, not guessed.
    """
    return tuple(
        Event(
            start=sentence.start + mention.start,
            end=sentence.start + mention.end,
            period=mention.period,
            basis=mention.basis,
        )
        for sentence in sentences
        for mention in times(sentence.text, published)
        if mention.period is not None
    )
