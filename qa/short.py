"""The exact words of an answer that give what was asked: "14.2 knots" of the sentence that says how fast.

They are read in the claim itself, and kept only where they say more than the question, are of the kind that it asks
for and stand in the words that the claim cites, so that they are as bound to the source as the claim. Pure but for the
ranker, which reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from index.numbers import dates, numbers
from index.types import Span
from qa.analysis import Kind, Profile
from qa.answers import gives_answer, new_stems, says_unknown
from qa.decide import Bound, Decision
from qa.evidence import Candidate
from qa.ranker import Ranker
from qa.types import Evidence
from qa.verify.source import same_figure
from qa.words import CALENDAR, Word, contains_word, name_stems, names, stem, stems_of_names, words

CLAIMS_READ = 2  # so many claims that answer are read at most
LEAST_CERTAINTY = 0.05  # below it the reader finds no words that stand out
_YES_OR_NO = re.compile(r"^\W*(yes|no)(?=\s*(?:[,.;:!—–]|$))", re.I)
_BESIDE = re.compile(r"\b(?:what|which|how|who|whom|whose|where|why)\b.*\bwhen\b", re.I)
_LEADING = frozenset(("in", "on", "at", "by", "for", "of", "the", "that", "because"))
_LOOSE = " \t\n\r,;:.!?…–—-"  # marks that no answer begins or ends with,
_FIGURE = re.compile(r"[.-]\d")  # but that a figure may begin with
_SIGN = re.compile(r"(?:^|[\s(])[-−]$")  # of a figure that follows
_PAIRS = (("“", "”"), ("(", ")"), ("[", "]"), ('"', '"'))
_DOTTED = re.compile(r"(?:\b\w\.){2,}$")  # "U.S.", "p.m."
_TIME_UNIT = r"seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centuries"
_UNIT = re.compile(
    r"[\s-]?(?:°\s?[CF]\b|(?:km/h|kph|mph|knots?|k?m|cm|mm|kg|ft|mi|kilomet(?:re|er)s?|met(?:re|er)s?|centimet(?:re|er)s?|"
    r"millimet(?:re|er)s?|miles?|feet|foot|inches|yards?|acres?|hectares?|litres?|liters?|gallons?|barrels?|tonnes?|tons?|"
    r"kilograms?|kilos?|grams?|pounds?|degrees?(?: (?:Celsius|Fahrenheit))?|(?:kilo|mega|giga)?watts?|volts?|hertz|"
    r"dollars?|euros?|cents?|pence|francs?|yen|crowns?|roubles?|rubles?|rupees?)(?![\w-]))"
)
_PART_OF_TIME = re.compile(r"\b(?:(?:end|beginning|start|middle) of (?:the )?|(?:early|mid|late)[ -])$", re.I)
_DURATION = re.compile(rf"[\s-](?:{_TIME_UNIT})\b", re.I)


def without_short_answer(decision: Decision) -> Decision:
    """Return the decision with no short answer: a question for two things has none."""
    return replace(decision, claims=tuple(replace(claim, short=None) for claim in decision.claims))


def with_short_answer(profile: Profile, decision: Decision, ranked: Sequence[Candidate], ranker: Ranker) -> Decision:
    """Return the decision with the short answer marked in one of its claims; as it is where nothing sure can be said.

    A conflict, a development and what a newer document takes back have no one answer.

    Args:
        ranked: the candidates, best first.
        ranker: reads the claims; one that finds no words leaves those that it found in the candidates, if any.
    """
    disputed = decision.relation is not None or any(claim.opening or claim.value for claim in decision.claims)
    if decision.status != "answered" or disputed:
        return decision
    answering = [n for n, claim in enumerate(decision.claims) if gives_answer(profile, claim.text)]
    for n in answering[:CLAIMS_READ]:
        span = short_answer(profile, decision.claims[n], ranked, ranker)
        if span is not None:
            marked = replace(decision.claims[n], short=span)
            return replace(decision, claims=(*decision.claims[:n], marked, *decision.claims[n + 1 :]))
    return decision


def short_answer(profile: Profile, claim: Bound, ranked: Sequence[Candidate], ranker: Ranker) -> Span | None:
    """Return the words of a claim that give what is asked, as a span of its text; None where they cannot be told.

    Of a question for yes or no they are a leading "Yes" or "No".
    """
    if profile.kind == "boolean":
        found = _YES_OR_NO.match(claim.text)
        return Span(start=found.start(1), end=found.end(1)) if found else None
    if says_unknown(claim.text):
        return None
    for proposed in _proposals(profile, claim, ranked, ranker):
        span = trimmed(claim.text, proposed, profile)
        if span is not None and is_short_answer(profile, claim, span):
            return span
    return None


def is_short_answer(profile: Profile, claim: Bound, span: Span) -> bool:
    """Return whether these words of a claim are new, of the kind asked for, and words of what the claim cites."""
    said = span.of(claim.text)
    return is_of_kind(profile, said) and any(is_said(said, _quote(piece)) for piece in claim.evidence)


def _quote(piece: Evidence) -> str:
    return f"{piece.lead} {piece.text}" if piece.lead else piece.text


def _proposals(profile: Profile, claim: Bound, ranked: Sequence[Candidate], ranker: Ranker) -> list[Span]:
    """Return the spans of a claim that may be the answer, likeliest first.

    What was read in the cited candidate and stands in the claim is preferred where the claim reads the same way.
    """
    stated = list(_stated(claim, ranked))
    (read,) = ranker.score(profile.text, [claim.text])
    if read.answer_start is None or read.answer_end is None or read.answer_end <= read.answer_start:
        return stated
    if read.span_probability is not None and read.span_probability < LEAST_CERTAINTY:
        return []
    own = Span(start=read.answer_start, end=read.answer_end)
    agreeing = [span for span in stated if span.start < own.end and own.start < span.end]
    return [*agreeing, own, *(span for span in stated if span not in agreeing)]


def _stated(claim: Bound, ranked: Sequence[Candidate]) -> Iterator[Span]:
    """Yield where the claim holds the answers that were read in its candidates, the best candidate's first."""
    cited = {(piece.article_id, piece.start) for piece in claim.evidence}
    answers = [candidate.answer_text for candidate in ranked if candidate.place in cited]
    for answer in dict.fromkeys(text for text in answers if text and text.strip()):
        pattern = r"\s+".join(map(re.escape, answer.split()))
        for found in re.finditer(rf"(?<!\w){pattern}(?!\w)", claim.text):
            yield Span(start=found.start(), end=found.end())


def is_of_kind(profile: Profile, said: str) -> bool:
    """Return whether words alone are of the kind asked for, and not the question's own.

    It is looser than for a sentence: the noun that is counted, the "because" and the verb stand around the words.
    """
    match _kind(profile):
        case "number" | "duration" | "date":
            return _new_figure(profile, said) or gives_answer(replace(profile, focus=()), said)
        case "person" | "place":
            return any(not _is_time_or_figure(word) for word in new_stems(profile, said))
        case _:
            return bool(new_stems(profile, said))


def _kind(profile: Profile) -> Kind:
    """Return what is asked for; a "when" after another question word only says at which time."""
    return "thing" if profile.kind == "date" and _BESIDE.search(profile.text) else profile.kind


def _new_figure(profile: Profile, said: str) -> bool:
    """Return whether the words hold digits that the question does not: "1332", "the 20th", "800 CE" are dates too."""
    asked = set(re.findall(r"\d+", profile.text))
    return any(figure not in asked for figure in re.findall(r"\d+", said))


def _is_time_or_figure(stem_: str) -> bool:
    return not any(letter.isalpha() for letter in stem_) or stem_ in {stem(day) for day in CALENDAR}


def is_said(said: str, quote: str) -> bool:
    """Return whether a quote says the words: one after the other, or each word with figures, dates and names by value.

    "17 people" is said by "Seventeen people", "3 May" by "May 3, 2019", "Syrian" by "Syria".
    """
    wanted, held = [word.lower for word in words(said)], [word.lower for word in words(quote)]
    if any(held[n : n + len(wanted)] == wanted for n in range(len(held) - len(wanted) + 1)):
        return bool(wanted)
    same = _said_by_value(said, quote)
    rest = [word for word in words(said) if not any(span.start <= word.start < span.end for span in same)]
    return bool(wanted) and all(word.lower in held for word in rest)


def _said_by_value(said: str, quote: str) -> list[Span]:
    """Return the figures, dates and names of some words whose value a quote gives."""
    figures, days = numbers(quote), dates(quote)
    same = [Span(start=n.start, end=n.end) for n in numbers(said) if any(same_figure(n, other) for other in figures)]
    same += [Span(start=d.start, end=d.end) for d in dates(said) if any(d.agrees(other) for other in days)]
    known = stems_of_names(quote)
    for name in names(f"it is {said}"):
        own = name_stems(name)
        start = said.find(name)
        if own and start >= 0 and all(contains_word(known, s) for s in own):
            same.append(Span(start=start, end=start + len(name)))
    return same


def trimmed(text: str, span: Span, profile: Profile) -> Span | None:
    """Return a span of whole words as a person would mark it; None where no word is left.

    Figures keep their unit, scale and sign, and a date which part of it is meant ("late 1993"); marks at the ends and
    leading "in", "by" or "the" are left out.
    """
    start, end = _of_whole_words(text, span)
    end = start + len(text[start:end].rstrip())  # a figure before a space has its unit too
    start, end = _with_part_of_time(text, start, profile), _with_unit(text, start, end, profile)
    start, end = _without_leading(text, *_without_marks(text, start, end))
    start, end = _without_marks(text, start, end)
    return Span(start=start, end=end) if start < end and words(text[start:end]) else None


def _of_whole_words(text: str, span: Span) -> tuple[int, int]:
    """Return the span widened to the words and figures that it cuts ("13.5" of "-13.5" or "$13.5 million")."""
    start, end = span.start, min(span.end, len(text))
    while 0 < start < end and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while start < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    for figure in numbers(text):
        if figure.start < end and start < figure.end:
            start, end = min(start, figure.start), max(end, figure.end)
    signed = text[start : start + 1].isdigit() and _SIGN.search(text[:start])
    return (start - 1 if signed else start), end


def _with_unit(text: str, start: int, end: int, profile: Profile) -> int:
    """Return the end behind the unit of the figure that the words end with, where the question does not name it."""
    measured = any(number.end == end and number.start >= start for number in numbers(text))
    if not measured or profile.kind in ("person", "place"):
        return end
    pattern = _DURATION if profile.kind == "duration" else _UNIT
    unit = pattern.match(text, end)
    if unit is None or any(stem(word.text) in profile.stems for word in words(unit.group())):
        return end
    return unit.end()


def _with_part_of_time(text: str, start: int, profile: Profile) -> int:
    """Return the start before "the end of" or "early", which belongs to the date that is asked for."""
    found = _PART_OF_TIME.search(text, 0, start) if profile.kind == "date" else None
    return found.start() if found else start


def _without_leading(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the function words that it begins with; a name's own "The" stays."""
    own = words(text[start:end])
    dropped = list(takewhile(lambda word: _is_leading(word, begins=start + word.start == 0), own[:-1]))
    return (start + dropped[-1].end if dropped else start), end


def _is_leading(word: Word, *, begins: bool) -> bool:
    """Return whether a word only leads to the answer; the one that `begins` the sentence is capitalised anyway."""
    return word.lower in _LEADING and (word.text.islower() or (begins and word.lower != "the"))


def _without_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without marks at its ends, and with both or neither of two quotes or brackets."""
    while start < end and _is_loose(text, start):
        start += 1
    while start < end and text[end - 1] in _LOOSE and not _DOTTED.search(text, start, end):
        end -= 1
    for opening, closing in _PAIRS:
        start, end = _paired(text, start, end, opening, closing)
    return _without_marks(text, start, end) if start < end and _is_loose(text, start) else (start, end)


def _is_loose(text: str, at: int) -> bool:
    """Return whether a mark that belongs to no answer stands at a place, and no figure begins with it."""
    return text[at] in _LOOSE and not _FIGURE.match(text, at)


def _paired(text: str, start: int, end: int, opening: str, closing: str) -> tuple[int, int]:
    """Return the span without the one of two marks that stands at its end alone, or with its fellow just outside."""
    inside = text[start:end]
    opened, closed = inside.count(opening), inside.count(closing)
    is_odd = opening == closing and opened % 2 == 1
    if is_odd or opened > closed:
        if inside.startswith(opening):
            return start + 1, end
        if text.startswith(closing, end):
            return start, end + 1
    if is_odd or closed > opened:
        if inside.endswith(closing):
            return start, end - 1
        if text[:start].endswith(opening):
            return start - 1, end
    return start, end
