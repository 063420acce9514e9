"""Do the documents disagree on what is asked? Values are taken from each answering sentence and compared. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Span
from qa.analysis import Profile
from qa.config import Settings
from qa.evidence import Candidate
from qa.numbers import DateMention, Number, dates, numbers, same_value
from qa.about import stems_of
from qa.words import contains_word, content_stems, name_stems, names

_PERCENT = re.compile(r"\b(?:share|percent|per cent|percentage|proportion|rate|turnout)\b|%", re.I)
_MONEY = re.compile(r"\b(?:how much|cost|price|budget|pay|paid|salary|fine|worth|spend|spent)\b", re.I)
_PLACE = re.compile(r"\b(?:in|at|near|around|across)\s+(?:the\s+)?((?:[A-Z][\w’'-]+)(?:\s+[A-Z][\w’'-]+)*)")
_RELATIVE = re.compile(r"\b(?:last|next|this|previous)\s+(?:year|month|week|summer|winter|spring|autumn)\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What one sentence gives as the answer, in a form that can be compared."""

    text: str
    candidate: Candidate
    number: Number | None = None
    dates: tuple[DateMention, ...] = ()
    name: frozenset[str] = frozenset()

    def same(self, other: Value) -> bool:
        """Return whether two values can both be the answer: equal, or one a part of the other."""
        if self.number is not None and other.number is not None:
            return same_value(self.number.value, other.number.value)
        if self.dates and other.dates:
            return any(a.agrees(b) for a in self.dates for b in other.dates)
        return bool(self.name & other.name)


def disagreement(profile: Profile, ranked: Sequence[Candidate], settings: Settings) -> list[list[Value]]:
    """Return the sides, each the values that agree with one another, best-supported first; fewer than two: no conflict."""
    rivals = _rivals(profile, ranked, settings)
    sides: list[list[Value]] = []
    for value in rivals:
        side = next((s for s in sides if s[0].same(value)), None)
        if side is None:
            sides.append([value])
        else:
            side.append(value)
    return sides if len(sides) > 1 else []


def _rivals(profile: Profile, ranked: Sequence[Candidate], settings: Settings) -> list[Value]:
    if profile.kind not in ("number", "duration", "date", "person", "place") or not ranked:
        return []
    wide = [c for c in ranked if not _narrower(profile, c, ranked)] or list(ranked)
    best = wide[0]
    floor = max(settings.conflict_answerability, settings.conflict_share * best.score)
    values = [value for c in wide if c.score >= floor and _as_specific(c, best) and (value := value_of(profile, c))]
    if profile.kind in ("person", "place"):
        return _of_different_articles(values, settings)
    return values


def _narrower(profile: Profile, candidate: Candidate, ranked: Sequence[Candidate]) -> bool:
    """Return whether a sentence tells of a place that the question does not name and most of the others do not either."""
    asked = frozenset(profile.stems) | {s for name in profile.names for s in name_stems(name)}
    for match in _PLACE.finditer(candidate.window().text):
        stems = [s for s in name_stems(match.group(1)) if s not in asked]
        if not stems or any(contains_word(asked, s) for s in stems):
            continue
        sharing = sum(contains_word(stems_of(f"{c.window().text} {c.surroundings()}"), stems[-1]) for c in ranked)
        if 2 * sharing < len(ranked):
            return True
    return False


def _as_specific(candidate: Candidate, best: Candidate) -> bool:
    """Return whether a sentence answers the same question as the best one, not a wider or narrower one."""
    about, top = candidate.about, best.about
    return about.coverage >= top.coverage - 0.25 and about.names >= min(0.8, top.names) and about.date >= 0.7 * top.date


def _of_different_articles(values: Sequence[Value], settings: Settings) -> list[Value]:
    """Names are rivals only where each of two articles gives one and is nearly as sure as the other."""
    strong = [v for v in values if v.candidate.score >= 0.75 * values[0].candidate.score] if values else []
    return strong if len({v.candidate.article.article_id for v in strong}) == len(strong) else []


def value_of(profile: Profile, candidate: Candidate) -> Value | None:
    """Return the value that a sentence gives for the question, or None where it gives none of the kind."""
    text = candidate.sentence.text
    answer = _answer_in_sentence(candidate)
    match profile.kind:
        case "number" | "duration":
            number = _asked_number(profile, text, answer)
            return Value(text=_worded(number), candidate=candidate, number=number) if number else None
        case "date":
            mentions = _asked_dates(profile, text, answer)
            written = answer.of(text) if answer and mentions else ", ".join(m.text for m in mentions)
            return Value(text=written, candidate=candidate, dates=mentions) if mentions else None
        case _:
            if answer is None:
                return None
            found = [name for name in names("x " + answer.of(text))]
            stems = frozenset(s for name in found for s in name_stems(name)) - frozenset(profile.stems)
            return Value(text=answer.of(text), candidate=candidate, name=stems) if stems else None


def _answer_in_sentence(candidate: Candidate) -> Span | None:
    """Return the ranker's answer in the sentence's own offsets, where it lies in the sentence and not in its lead."""
    answer, sentence = candidate.answer, candidate.sentence
    if answer is None or not (sentence.start <= answer.start and answer.end <= sentence.end):
        return None
    return Span(start=answer.start - sentence.start, end=answer.end - sentence.start)


def _worded(number: Number) -> str:
    return f"{number.approximator} {number.text}" if number.approximator else number.text


def _asked_number(profile: Profile, text: str, answer: Span | None) -> Number | None:
    """Return the number that counts the noun asked for, else the one inside the ranker's answer."""
    fitting = [n for n in numbers(text) if _fits(profile, n)]
    counting = next((n for n in fitting if profile.focus and profile.focus[0] in content_stems(text[n.end : n.end + 60])[:3]), None)
    if counting is not None:
        return counting
    return next((n for n in fitting if answer is not None and n.start < answer.end and answer.start < n.end), None)


def _fits(profile: Profile, number: Number) -> bool:
    if any(same_value(number.value, own) for own in profile.numbers) or number.unit == "ordinal":
        return False
    if _PERCENT.search(profile.text):
        return number.unit == "percent"
    if number.unit == "percent":
        return False
    return number.unit != "money" or bool(_MONEY.search(profile.text))


def _asked_dates(profile: Profile, text: str, answer: Span | None) -> tuple[DateMention, ...]:
    """Return the dates inside the ranker's answer that the question does not itself give."""
    if answer is None:
        return ()
    asked = {mention.text for mention in profile.dates}
    inside = [m for m in dates(text) if m.start < answer.end and answer.start < m.end and m.text not in asked]
    return tuple(inside) or _relative(answer.of(text))


def _relative(text: str) -> tuple[DateMention, ...]:
    match = _RELATIVE.search(text)
    if not match:
        return ()
    return (DateMention(year=None, month=None, day=None, text=match.group(), start=match.start(), end=match.end()),)
