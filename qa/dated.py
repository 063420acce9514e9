"""A question with a date, and a sentence that tells of that time: read once more as if no date were asked.

"Who led the bank in March 2015?" is answered by "She led the bank from 2011 to 2019", and how many cases there were "by
26 February" by a page of that day. A network finds the question's date in neither and takes them for no answers. When
something was is reckoned (`index.times`), so it need not be read.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from index.times import Period, TimeMention, day_period, times
from qa.analysis import Profile, analyse
from qa.evidence import Candidate, scored
from qa.when import asked_period, begins_or_ends
from qa.words import content_stems

if TYPE_CHECKING:
    from qa.confidence import Confidence
    from qa.ranker import Ranker

LONG = 1.5  # of a figure: a period so many times as long as the one asked of is another one
SHORT = 0.6  # or of a shorter one so much of it
_LEADS_IN = re.compile(
    r"(?:,?\s*\b(?:in|on|during|within|throughout|over|for|at|of|around|about|between|the|years?|months?|period|"
    r"sometime|beginning|starting|early|late|mid|end|start|back|as))*[\s,]*$",
    re.I,
)
_OWNED = re.compile(r"(?:\b(?:the|this|an?|its|his|her|their)|[’']s|s[’'])\s+$", re.I)
_GOES_ON = re.compile(
    r"\s+(?!(?:did|does|do|was|were|is|are|had|has|have|who|what|which|how|and|or|by|for|to)\b)\w", re.I
)
_KINDS = ("date", "duration", "reason")  # what a time is the answer to, or is seldom told beside
LEAST = 2  # content words that must be left


@lru_cache(maxsize=1024)
def without_time(question: str) -> str | None:
    """Return a question without the times it names; None where it names none, or nothing else."""
    text = question
    for mention in reversed(times(question)):
        if mention.period is None or mention.basis != "stated":
            return None
        before, after = text[: mention.start], text[mention.end :]
        if not (_OWNED.search(before) and _GOES_ON.match(after)):  # of "the 2018 cup" the year alone is left out
            before = _LEADS_IN.sub("", before)
        text = before + after if before.strip() else _capitalised(after.lstrip(" ,"))
    text = " ".join(text.split())
    return text if text != question and len(content_stems(text)) >= LEAST else None


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def timeless(profile: Profile) -> Profile | None:
    """Return what is asked apart from its time; None where no time is named, or a time is what is asked for."""
    text = None if profile.kind in _KINDS else without_time(profile.text)
    return None if text is None else analyse(text)


def telling_of_its_time(profile: Profile, found: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates whose answers hold for the time that a question asks of."""
    asked = asked_period(profile.text)
    return [] if asked is None else [each for each in found if _holds_then(profile, asked, each)]


def _holds_then(profile: Profile, asked: Period, candidate: Candidate) -> bool:
    """Return whether the time told nearest to the answer, or the page's day where none is told, is the one asked of."""
    told = _nearest(candidate)
    if told is not None:
        is_span = any(mention.period == asked and mention.grain == "days" for mention in times(profile.text))
        is_figure = profile.kind == "number"
        return _is_same_time(asked, told, candidate.window().text, is_figure=is_figure, is_span=is_span)
    published = candidate.article.date.value if candidate.article.date else None
    return published is not None and _is_day_of(asked, day_period(published))


def _is_day_of(asked: Period, day: Period) -> bool:
    """Return whether what a page of a day tells is of the time asked of; of "by 26 February" it is that day alone."""
    return asked.holds(day) if asked.days is not None else asked.last == day.last


def _is_same_time(asked: Period, told: TimeMention, text: str, *, is_figure: bool, is_span: bool) -> bool:
    """Return whether what is told of one time is so at another.

    A state of some years holds in each of them, a figure of them is no figure of one. What begins in the first year of
    a span that is asked of, or ends in its last one, is taken to be so in it.

    Args:
        is_span: the question asks of a span with two ends: "from 2004 to 2006".
    """
    said = told.period
    if said is None or said == asked:
        return said is not None
    if asked.days is None:
        return asked.first is None and asked.last == said.last
    shared = asked.overlap(said)
    days = (shared.days or 0) if shared else 0
    if is_figure:
        return days >= SHORT * asked.days and said.days is not None and said.days <= LONG * asked.days
    if not is_span:
        return asked.holds(said) or (told.grain == "days" and said.holds(asked))
    opened = begins_or_ends(told, text) or said
    if opened.days is None:
        return _same_year(opened.first, asked.first) or _same_year(opened.last, asked.last)
    return days >= SHORT * asked.days


def _same_year(told: datetime.date | None, asked: datetime.date | None) -> bool:
    return told is not None and asked is not None and told.year == asked.year


def _nearest(candidate: Candidate) -> TimeMention | None:
    """Return the time that is told nearest to the answer of a candidate."""
    window, answer = candidate.window(), candidate.answer
    published = candidate.article.date.value if candidate.article.date else None
    found = [mention for mention in times(window.text, published) if mention.period is not None]
    if answer is None:
        return found[0] if len(found) == 1 else None
    start, end = answer.start - window.start, answer.end - window.start
    return min(found, key=lambda mention: max(mention.start - end, start - mention.end, 0), default=None)


def read_without_time(
    profile: Profile, ranked: Sequence[Candidate], read: Sequence[int], ranker: Ranker, confidence: Confidence
) -> list[Candidate]:
    """Return the candidates with those that tell of the time asked of as sure as they are when no date is asked.

    Args:
        ranked: best first, with their confidence.
        read: the numbers of those that are read again.
    """
    apart = timeless(profile)
    if apart is None:
        return list(ranked)
    again = scored(apart, [ranked[n] for n in read], ranker)
    sure = confidence.of(apart, again)
    told = {each.place for each in telling_of_its_time(profile, again)}
    surer = {
        each.place: replace(each, confidence=figure, asked=apart.text)
        for each, figure in zip(again, sure, strict=True)
        if each.place in told
    }
    found = [_surer(candidate, surer.get(candidate.place)) for candidate in ranked]
    return sorted(found, key=lambda candidate: -candidate.score)


def _surer(candidate: Candidate, again: Candidate | None) -> Candidate:
    """Return a candidate as it is read without a date, where that is surer."""
    if again is None or again.confidence <= candidate.confidence:
        return candidate
    return replace(
        candidate,
        answer=again.answer,
        score=max(candidate.score, again.score),
        confidence=again.confidence,
        asked=again.asked,
    )
