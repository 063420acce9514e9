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
from qa.grammar import word_set
from qa.superlatives import WORD, is_superlative
from qa.verify.clauses import is_past, tokens
from qa.when import asked_period, begins_or_ends
from qa.words import content_stems

if TYPE_CHECKING:
    from qa.confidence import Confidence
    from qa.ranker import Ranker

MONTH = 31  # days
LONG = 1.5  # of a figure: a period so many times as long as the one asked of is another one
SHORT = 0.6  # or of a shorter one so much of it
_LEADS_IN = re.compile(
    r"(?:,?\s*\b(?:in|on|during|throughout|over|at|for|as of)(?: the)?(?: (?:years?|months? of|early|late|mid))?|,)?"
    r"[\s,]*$",
    re.I,
)
_LED_IN = re.compile(r"(?:from|since|by|between|before|after|until|till|as of)\b", re.I)
_TITLED = re.compile(r"\b(?:film|movie|novel|book|album|song|game|series|play)\s+$", re.I)  # "the film 2012"
_OWNED = re.compile(r"(?:\b(?:the|this|an?|its|his|her|their)|[’']s|s[’'])\s+$", re.I)
_GOES_ON = re.compile(
    r"\s+(?!(?:did|does|do|was|were|is|are|had|has|have|who|what|which|how|and|or|by|for|to)\b)\w", re.I
)
_CUT_OFF = re.compile(
    r"\b(?:(?:fiscal|financial) year|than|with|ending|ended|half|quarter|part|rest|morning|afternoon|evening|night|"
    r"fiscal|later|earlier|no|not|the|an?|season|between|until|since|from|before|after|by|and|or)\W*$|-\W*$",
    re.I,
)  # what is left of "in the first half of 2012", "no later than 1990"
_PICKED = re.compile(r"\b(?:first|last|latest|next|previous|only)\b", re.I)  # with no year it is another one
_ELSEWHERE = re.compile(r",? (?:who|which|that|whose|when|where|while|after|before)\b", re.I)
_HAD = word_set("had has have")
_KINDS = ("date", "duration", "reason")  # what a time is the answer to, or is seldom told beside
HALF = 0.5  # of a span that is asked of, in which what is told is so
LEAST = 2  # content words that must be left


@lru_cache(maxsize=1024)
def without_time(question: str) -> str | None:
    """Return a question without the time it names.

    None where it names none or several, where the time tells which one is meant ("the first in 2010", "the mayor
    elected in 2008"), and where no whole question would be left.
    """
    found = times(question)
    if len(found) != 1 or found[0].period is None or found[0].basis != "stated" or _picks(question):
        return None
    (mention,) = found
    before, after = question[: mention.start], question[mention.end :]
    if after.lstrip().startswith(":") or _tells_which(before) or _TITLED.search(before):
        return None
    if not (_OWNED.search(before) and _GOES_ON.match(after)):  # of "the 2018 cup" the year alone is left out
        before = before.rstrip(" ,") if _LED_IN.match(mention.text) else _LEADS_IN.sub("", before)
    text = before + after if before.strip() else _capitalised(after.lstrip(" ,"))
    text = " ".join(text.split())
    return None if _CUT_OFF.search(text) or len(content_stems(text)) < LEAST else text


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _picks(question: str) -> bool:
    """Return whether a question asks for the first or the most of its kind, which is another one at another time."""
    return _PICKED.search(question) is not None or any(
        is_superlative(word.lower()) for word in re.findall(rf"\b{WORD}\b", question, re.I)
    )


def _tells_which(before: str) -> bool:
    """Return whether a time belongs to a noun: "the mayor elected in", "the morning of"; not "he was elected in"."""
    if re.search(r"\bof\s*$", before):
        return True
    found = tokens(_LEADS_IN.sub("", before))
    is_noun_and_verb = len(found) > 1 and found[-2].content and is_past(found[-1])
    return is_noun_and_verb and not any(token.lower in _HAD for token in found[:-2])


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
    window = candidate.window()
    found = [mention for mention in times(window.text, candidate.published) if mention.period is not None]
    if not found:
        return candidate.published is not None and _is_day_of(asked, day_period(candidate.published))
    told = _nearest(candidate, found)
    if told is None:
        return False
    is_span = any(mention.period == asked and mention.grain == "days" for mention in times(profile.text))
    return _is_same_time(asked, told, window.text, is_figure=profile.kind == "number", is_span=is_span)


def _is_day_of(asked: Period, day: Period) -> bool:
    """Return whether what a page of a day tells is of the time asked of: of a month at most, of "by 3 May" that day."""
    return asked.last == day.last if asked.days is None else asked.days <= MONTH and asked.holds(day)


def _is_same_time(asked: Period, told: TimeMention, text: str, *, is_figure: bool, is_span: bool) -> bool:
    """Return whether what is told of one time is so at another.

    A state of some years holds in each of them, a figure of them is no figure of one. What begins in the first year of
    a span that is asked of, or ends in its last one, is taken to be so in it.

    Args:
        is_figure: a number is asked for.
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
    if said.last is None and said.first is not None:  # "since 2003"
        return said.holds(asked)
    if not is_span:
        return asked.holds(said) or (told.grain == "days" and said.holds(asked))
    opened = begins_or_ends(told, text) or said
    if opened.days is None:
        return _same_year(opened.first, asked.first) or _same_year(opened.last, asked.last)
    return days >= HALF * asked.days


def _same_year(told: datetime.date | None, asked: datetime.date | None) -> bool:
    return told is not None and asked is not None and told.year == asked.year


def _nearest(candidate: Candidate, found: Sequence[TimeMention]) -> TimeMention | None:
    """Return which of the times that a candidate tells stands nearest to its answer, in one clause with it."""
    window, answer = candidate.window(), candidate.answer
    if answer is None:
        return found[0] if len(found) == 1 else None
    start, end = answer.start - window.start, answer.end - window.start
    told = min(found, key=lambda mention: max(mention.start - end, start - mention.end, 0))
    return None if _ELSEWHERE.search(window.text[end : told.start]) else told


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
