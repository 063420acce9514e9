"""Do the documents disagree on what is asked? Values are taken from each answering sentence and compared. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Span
from qa.about import stems_of
from qa.analysis import Profile
from qa.config import Settings
from qa.evidence import Candidate
from qa.numbers import DateMention, Number, dates, numbers, same_value
from qa.words import CALENDAR, contains_word, content_stems, name_stems, names

_PERCENT = re.compile(r"\b(?:share|percent|per cent|percentage|proportion|rate|turnout)\b|%", re.I)
_MONEY = re.compile(r"\b(?:how much|cost|price|budget|pay|paid|salary|fine|worth|spend|spent)\b", re.I)
_PLACE = re.compile(r"\b(?:in|at|near|around|across)\s+(?:the\s+)?((?:[A-Z][\w’'-]+)(?:\s+[A-Z][\w’'-]+)*)")
_OTHERWISE = re.compile(
    r"\b(?:puts?|gives?|gave|sa(?:id|ys?)|told|spoke|claims?|estimates?|counted|according to|however|but|while|whereas|instead|disput\w+|later|correct\w+)\b",
    re.I,
)
_CLOCK_AFTER = re.compile(r"^\s?[ap]\.?m\b", re.I)
_CLOCK_BEFORE = re.compile(r"\b(?:at|by|until|since|from|around|shortly (?:before|after))\s+$", re.I)
_TIME_UNIT = re.compile(r"^[\s-]*(?:second|minute|hour|day|week|month|year|decade)s?\b", re.I)
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
    wide = [c for c in ranked if not _narrower(profile, c, ranked)]
    valued = [value for c in wide if (value := value_of(profile, c))]
    if not valued or valued[0].candidate.score < settings.conflict_answerability:
        return []
    best = valued[0].candidate
    values = [v for v in valued if _as_specific(v.candidate, best) and _as_sure(v.candidate, best, settings)]
    values = [
        v for n, v in enumerate(values) if not any(_goes_on(v.candidate, earlier.candidate) for earlier in values[:n])
    ]
    if profile.kind in ("person", "place"):
        return _of_different_articles(values, settings)
    return values


def _as_sure(candidate: Candidate, best: Candidate, settings: Settings) -> bool:
    """Return whether the ranker finds the answer nearly as surely; more is asked where the names only stand nearby."""
    share = settings.conflict_share if candidate.about.names >= 0.9 else settings.conflict_share_nearby
    likely = candidate.score >= max(settings.conflict_floor, settings.conflict_floor_share * best.score)
    return likely and candidate.probability >= share * best.probability


def _goes_on(candidate: Candidate, other: Candidate) -> bool:
    """Return whether two sentences of one article tell one story, so that their figures are not rivals."""
    near = (
        candidate.article.article_id == other.article.article_id and 0 < abs(candidate.position - other.position) <= 2
    )
    exact = other.about.own_coverage > 0.99 > candidate.about.own_coverage
    told_otherwise = _OTHERWISE.search(candidate.sentence.text) or _OTHERWISE.search(other.sentence.text)
    return near and (exact or not told_otherwise)


def _narrower(profile: Profile, candidate: Candidate, ranked: Sequence[Candidate]) -> bool:
    """Return whether a sentence tells of a place that the question does not name and most of the others do not either."""
    asked = frozenset(profile.stems) | {s for name in profile.names for s in name_stems(name)}
    for match in _PLACE.finditer(candidate.window().text):
        stems = [s for s in name_stems(match.group(1)) if s not in asked]
        if match.group(1).split()[0].lower() in CALENDAR or not stems or any(contains_word(asked, s) for s in stems):
            continue
        sharing = sum(contains_word(stems_of(f"{c.window().text} {c.surroundings()}"), stems[-1]) for c in ranked)
        if 2 * sharing < len(ranked):
            return True
    return False


def _as_specific(candidate: Candidate, best: Candidate) -> bool:
    """Return whether a sentence answers the same question as the best one, not a wider or narrower one."""
    about, top = candidate.about, best.about
    retold = _OTHERWISE.search(candidate.sentence.text) is not None and about.coverage >= top.coverage - 0.15
    own = about.own_coverage >= 0.5 * top.own_coverage or retold
    return (
        own
        and about.coverage >= top.coverage - 0.35
        and about.names >= min(0.8, top.names)
        and about.date >= 0.7 * top.date
    )


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
    """Return the number whose own clause shares most with the question; of equals the ranker's, then the first."""
    found = numbers(text)
    rated = []
    for n, number in enumerate(found):
        if not _fits(profile, number, text):
            continue
        start = max(found[n - 1].end if n else 0, _clause_start(text, number.start))
        end = found[n + 1].start if n + 1 < len(found) else len(text)
        shared = _shared(profile, text[max(start, number.start - 60) : min(end, number.end + 60)])
        inside = answer is not None and number.start < answer.end and answer.start < number.end
        rated.append((shared, inside, -n, number))
    best = max(rated, key=lambda r: r[:3], default=None)
    return best[3] if best and (best[1] or best[0] >= min(2, len(profile.stems))) else None


def _clause_start(text: str, before: int) -> int:
    """Return where the clause that holds the place begins: after the last comma, semicolon or "and"."""
    return max((match.end() for match in re.finditer(r"[,;:]\s|\b(?:and|but)\b", text[:before])), default=0)


def _shared(profile: Profile, clause: str) -> int:
    stems = frozenset(content_stems(clause))
    return sum(2 if s in profile.focus else 1 for s in profile.stems if contains_word(stems, s))


def _fits(profile: Profile, number: Number, text: str) -> bool:
    timed = profile.kind == "duration" or any(
        s in ("hour", "day", "week", "month", "year", "minut", "old", "age") for s in profile.stems
    )
    if not timed and (_TIME_UNIT.match(text[number.end :]) or _is_clock(number, text)):
        return False
    if any(same_value(number.value, own) for own in profile.numbers) or number.unit == "ordinal":
        return False
    if _PERCENT.search(profile.text):
        return number.unit == "percent"
    if number.unit == "percent":
        return False
    return number.unit != "money" or bool(_MONEY.search(profile.text))


def _is_clock(number: Number, text: str) -> bool:
    """Return whether a number is a time of day: "7.42 a.m.", "at 7.42"."""
    written = bool(re.fullmatch(r"\d{1,2}(?:[.:]\d\d)?", number.text))
    before = re.fullmatch(r"\d{1,2}[.:]\d\d", number.text) and _CLOCK_BEFORE.search(text[: number.start])
    return written and bool(before or _CLOCK_AFTER.match(text[number.end :]))


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
