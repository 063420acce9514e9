"""True statements with one thing changed: a number, date, name, role, negation, hedge, quantifier or opposite.

Every maker returns the changed statement with the place of the change, or None where nothing can be changed. What a
name becomes is drawn from the evidence first: a wrong name that stands in the source is the harder defect.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from training.statements import CONTRADICTED, NOT_ENOUGH, UNSUPPORTED
from training.swaps import OPPOSITE, names_in

_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w])")
_COUNTS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty"]
_COUNT = re.compile(rf"\b(?:{'|'.join(_COUNTS)})\b", re.I)
_MONTHS = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
]  # fmt: skip
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_CALENDAR = re.compile(rf"\b(?:{'|'.join([*_MONTHS[:4], *_MONTHS[5:], *_DAYS])})\b|(?<=in )May\b")
_UNITS = [
    ("million", "billion"), ("thousand", "million"), ("hundred", "thousand"), ("percent", "percentage points"),
    ("hours", "days"), ("days", "weeks"), ("weeks", "months"), ("months", "years"), ("minutes", "hours"),
    ("miles", "kilometres"), ("feet", "metres"), ("pounds", "dollars"), ("euros", "dollars"), ("tonnes", "kilograms"),
]  # fmt: skip
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|should|must|may|did|does|do)(?! not|n't)\b"
)
_DENIED = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|should|must|may|did|does|do) not\b")
_HEDGE = re.compile(
    r"\b(?:allegedly|reportedly|apparently|possibly|probably|perhaps|nearly|almost|about|around|approximately|at least|"
    r"up to|more than|less than|some|most|many|several|often|usually|sometimes|mainly|partly) ",
    re.I,
)
_STRONGER = {
    "some": "all", "most": "all", "many": "all", "several": "all", "often": "always", "usually": "always",
    "sometimes": "always", "mainly": "only", "partly": "entirely", "may": "will", "might": "will", "could": "will",
    "can": "must", "likely": "certain", "suggests": "proves", "suggest": "prove", "believes": "knows",
    "plans": "has begun", "expected": "known", "considering": "carrying out", "proposed": "adopted",
    "first": "only", "one": "every", "few": "most",
}  # fmt: skip
_TURNED = {
    "increased": "decreased", "decreased": "increased", "rose": "fell", "fell": "rose", "more": "less",
    "less": "more", "higher": "lower", "lower": "higher", "before": "after", "after": "before", "won": "lost",
    "lost": "won", "accepted": "rejected", "rejected": "accepted", "approved": "rejected", "supported": "opposed",
    "opposed": "supported", "killed": "injured", "injured": "killed", "arrested": "released", "began": "ended",
    "opened": "closed", "closed": "opened", "bought": "sold", "sold": "bought", "joined": "left", "left": "joined",
    "denied": "confirmed", "confirmed": "denied", "allowed": "banned", "banned": "allowed", "best": "worst",
    "largest": "smallest", "highest": "lowest", "oldest": "youngest", "first": "last", "last": "first",
    "north": "south", "south": "north", "east": "west", "west": "east", "father": "brother", "mother": "sister",
    "son": "nephew", "daughter": "niece", "wife": "sister", "husband": "brother", "he": "she", "she": "he",
    "his": "her", "men": "women", "women": "men", "boys": "girls", "always": "never", "never": "always",
    "agreed": "refused", "refused": "agreed", "praised": "criticised", "criticized": "praised", "success": "failure",
    "guilty": "innocent", "started": "finished", "founded": "dissolved", "gained": "lost", "early": "late",
    "included": "excluded", "with": "without", "without": "with", "up": "down", "down": "up", "over": "under",
    "president": "vice president", "morning": "evening", "evening": "morning", "home": "away", "young": "old",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A statement that is no longer true: text[start:end] was changed; an empty place means that words were left out."""

    text: str
    start: int
    end: int
    label: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a change may draw from: the evidence, and names of other texts."""

    evidence: str
    names: tuple[str, ...]  # of the evidence
    others: Sequence[str]  # of other texts


Maker = Callable[[random.Random, str, Around], Defect | None]


def around(evidence: str, others: Sequence[str]) -> Around:
    return Around(evidence=evidence, names=tuple(dict.fromkeys(names_in(evidence))), others=others)


def defect_of(rng: random.Random, text: str, place: Around) -> Defect | None:
    """Return the statement with one change, of a kind drawn at random among those that it allows."""
    makers = list(_MAKERS)
    rng.shuffle(makers)
    for make in makers:
        found = make(rng, text, place)
        if found is not None and found.text != text:
            return found
    return None


def _put(text: str, start: int, end: int, new: str, label: int, kind: str) -> Defect:
    if text[start:end][:1].isupper() and new[:1].islower() and start == 0:
        new = new[0].upper() + new[1:]
    return Defect(text=text[:start] + new + text[end:], start=start, end=start + len(new), label=label, kind=kind)


def _number(rng: random.Random, text: str, place: Around) -> Defect | None:
    found = [m for m in _NUMBER.finditer(text) if not _YEAR.fullmatch(m.group())]
    if not found:
        return None
    match = rng.choice(found)
    old = match.group()
    written = [
        m.group() for m in _NUMBER.finditer(place.evidence) if m.group() != old and not _YEAR.fullmatch(m.group())
    ]
    if written and rng.random() < 0.5:
        new = rng.choice(written)
    else:
        value = float(old.replace(",", ""))
        changed = (
            value + rng.choice([1, -1, 2, 3, 5, 10])
            if value < 40
            else value * rng.choice([0.5, 0.9, 1.1, 1.2, 1.5, 2, 10])
        )
        digits = len(old.partition(".")[2])
        new = f"{abs(changed):,.{digits}f}" if "," in old else f"{abs(changed):.{digits}f}"
    return (
        None
        if new == old or (new in place.evidence and rng.random() < 0.3)
        else _put(text, *match.span(), new, CONTRADICTED, "number")
    )


def _count(rng: random.Random, text: str, place: Around) -> Defect | None:
    found = list(_COUNT.finditer(text))
    if not found:
        return None
    match = rng.choice(found)
    return _put(
        text, *match.span(), rng.choice([c for c in _COUNTS if c != match.group().lower()]), CONTRADICTED, "number"
    )


def _year(rng: random.Random, text: str, place: Around) -> Defect | None:
    found = list(_YEAR.finditer(text))
    if not found:
        return None
    match = rng.choice(found)
    near = [y for y in _YEAR.findall(place.evidence) if y != match.group()]
    step = rng.choice([1, 1, 2, 3, 5, 10, 20]) * rng.choice([-1, 1])
    new = rng.choice(near) if near and rng.random() < 0.5 else str(int(match.group()) + step)
    return _put(text, *match.span(), new, CONTRADICTED, "date")


def _calendar(rng: random.Random, text: str, place: Around) -> Defect | None:
    found = list(_CALENDAR.finditer(text))
    if not found:
        return None
    match = rng.choice(found)
    kin = _DAYS if match.group() in _DAYS else _MONTHS
    return _put(text, *match.span(), rng.choice([k for k in kin if k != match.group()]), CONTRADICTED, "date")


def _unit(rng: random.Random, text: str, place: Around) -> Defect | None:
    found = [
        (m, new)
        for pair in _UNITS
        for old, new in (pair, pair[::-1])
        for m in re.finditer(rf"\b{old}\b", text)
        if re.search(
            r"\d|\b(?:an?|two|three|four|five|six|ten|several|few)\s*$", text[max(0, m.start() - 9) : m.start()]
        )
    ]
    if not found:
        return None
    match, new = rng.choice(found)
    return _put(text, *match.span(), new, CONTRADICTED, "unit")


def _name(rng: random.Random, text: str, place: Around) -> Defect | None:
    mine = [n for n in names_in(text) if len(n) > 2]
    if not mine:
        return None
    old = rng.choice(mine)
    start = text.find(old)
    if start == 0 and " " not in old and not re.search(rf"[a-z,;] {re.escape(old)}\b", place.evidence):
        return None  # most likely a common word that begins the sentence
    near = [n for n in place.names if not _kin(n, text)]
    if near and rng.random() < 0.7:
        new = rng.choice(near)
    elif place.others:
        alike = [n for n in rng.sample(place.others, min(30, len(place.others))) if len(n.split()) == len(old.split())]
        alike = [n for n in alike if not _kin(n, text) and n not in place.evidence]
        if not alike:
            return None
        new = rng.choice(alike)
    else:
        return None
    return _put(text, start, start + len(old), new, UNSUPPORTED, "name")


def _kin(name: str, text: str) -> bool:
    low = text.lower()
    return any(word.lower() in low for word in name.split() if len(word) > 2)


def _roles(rng: random.Random, text: str, place: Around) -> Defect | None:
    """Two names of the statement change places."""
    mine = list(dict.fromkeys(n for n in names_in(text) if len(n) > 2))
    pairs = [(a, b) for n, a in enumerate(mine) for b in mine[n + 1 :] if not _kin(a, b)]
    if not pairs:
        return None
    left, right = rng.choice(pairs)
    first, second = text.find(left), text.find(right)
    if first < 0 or second < first + len(left):
        return None
    between = text[first + len(left) : second]
    if re.fullmatch(r",? (?:and|or|,) ", between) or re.fullmatch(r", ", between):
        return None  # a list says the same either way round
    swapped = text[:first] + right + between + left + text[second + len(right) :]
    return Defect(text=swapped, start=first, end=second + len(right), label=UNSUPPORTED, kind="roles")


def _negated(rng: random.Random, text: str, place: Around) -> Defect | None:
    denied = _DENIED.search(text)
    if denied:
        return _put(text, *denied.span(), denied.group(1), CONTRADICTED, "negation")
    found = list(_AUXILIARY.finditer(text))
    if not found or "?" in text:
        return None
    match = found[0]
    return _put(text, *match.span(), f"{match.group(1)} not", CONTRADICTED, "negation")


def _unhedged(rng: random.Random, text: str, place: Around) -> Defect | None:
    found = [
        m
        for m in _HEDGE.finditer(text)
        if m.group().strip().lower() in ("allegedly", "reportedly", "apparently", "possibly", "probably", "perhaps")
    ]
    if not found:
        return None
    match = rng.choice(found)
    rest = text[match.end() :]
    changed = text[: match.start()] + (rest[:1].upper() + rest[1:] if match.start() == 0 else rest)
    return Defect(
        text=changed, start=match.start(), end=match.start() + len(rest.split(" ")[0]), label=NOT_ENOUGH, kind="hedge"
    )


def _stronger(rng: random.Random, text: str, place: Around) -> Defect | None:
    found = [m for m in re.finditer(r"\b[a-z]+\b", text) if m.group() in _STRONGER]
    if not found:
        return None
    match = rng.choice(found)
    return _put(text, *match.span(), _STRONGER[match.group()], NOT_ENOUGH, "hedge")


def _opposite(rng: random.Random, text: str, place: Around) -> Defect | None:
    found = [m for m in re.finditer(r"\b[A-Za-z]+\b", text) if m.group().lower() in _TURNED or m.group() in OPPOSITE]
    if not found:
        return None
    match = rng.choice(found)
    new = _TURNED.get(match.group().lower()) or OPPOSITE[match.group()]
    return _put(text, *match.span(), new, CONTRADICTED, "opposite")


def _word(rng: random.Random, text: str, place: Around) -> Defect | None:
    """A content word becomes another content word of the evidence: the right words about the wrong thing."""
    mine = [m for m in re.finditer(r"\b[a-z]{5,}\b", text) if re.search(rf"\b{m.group()}", place.evidence, re.I)]
    fresh = [w for w in re.findall(r"\b[a-z]{5,}\b", place.evidence) if w[:5] not in text.lower()]
    if not mine or not fresh:
        return None
    match = rng.choice(mine)
    alike = [w for w in fresh if w[-2:] == match.group()[-2:]]
    if not alike:
        return None
    return _put(text, *match.span(), rng.choice(alike), UNSUPPORTED, "word")


_MAKERS: tuple[Maker, ...] = (
    _number, _number, _count, _year, _calendar, _unit, _name, _name, _name, _roles, _roles, _negated, _unhedged,
    _stronger, _opposite, _opposite, _word, _word,
)  # fmt: skip
