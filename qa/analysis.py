"""What a question asks for: the kind of answer, the noun it counts, the names and dates it is about. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from index.numbers import DateMention, dates, numbers
from qa.words import STOPWORDS, alias, content_stems, name_stems, names, words

Kind = Literal["number", "duration", "date", "person", "place", "reason", "boolean", "thing"]

_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (
        "duration",
        r"\bhow (?:long|soon|often|quickly)\b|\bfor how (?:long|many (?:hours|days|weeks|months|years|minutes))\b",
    ),
    ("number", r"\bhow (?:many|much|old|big|large|high|tall|deep|far|wide|heavy|fast|large)\b"),
    (
        "number",
        r"\b(?:what|which) (?:(?:was|is|were|are) the )?(?:\w+ ){0,3}?(?:share|percentage|proportion|number|amount|total|toll|"
        r"price|cost|value|rate|population|size|sum|budget|age|fine|salary|turnout|margin|distance|speed|score)\b(?! of \w+ (?:is|are) called)",
    ),
    (
        "date",
        r"\bwhen\b|\b(?:what|which|on what|in what|in which|on which) (?:exact )?(?:date|day|year|month|time|century|week)\b|\bsince when\b|\bby when\b",
    ),
    (
        "person",
        r"\bwho(?:m|se)?\b|\b(?:what|which) (?:\w+ )?(?:person|man|woman|minister|official|author|president|leader|spokes\w+|judge|doctor|mayor)\b",
    ),
    (
        "place",
        r"\bwhere\b|\b(?:what|which|from which|in which|to which) (?:\w+ ){0,2}?(?:city|cities|town|towns|country|countries|place|port|village|"
        r"state|province|region|resort|district|island|street|location|nation|continent|county)\b|"
        r"^(?!.*\b(?:how|what|which|who|whom|why|when|where|is|are|was|were|do|does|did|give|name|tell|list|show|of|at|by|to|"
        r"into|that|for|and|per|number|this)\b)\W*(?:[\w’'.-]+\s+){1,5}(?:location|venue)\W*$",
    ),
    ("reason", r"\bwhy\b|\b(?:for what|what was the|what is the) reason\b|\bwhat (?:caused|led to|made)\b"),
)
_BOOLEAN = re.compile(
    r"^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)\b", re.I
)
_FOCUS = re.compile(
    r"\b(?:how many|how much|how (?:large|big|high|long) an?|what|which|whose)\s+((?:[\w’'-]+\s+){0,3}?[\w’'-]+?)\s+(?:did|does|do|is|are|was|were|has|have|had|will|would|can|"
    r"could|should|may|might|must|in|of|on|at|from|to|for|with|by|that|who|[a-z]+ed|live|lived|die|join|leave|left|met|won|took|went|gave|said)\b",
    re.I,
)
_GENERIC = frozenset(
    [
        "people",
        "person",
        "persons",
        "thing",
        "one",
        "kind",
        "sort",
        "type",
        "name",
        "number",
        "amount",
        "total",
        "share",
        "country",
        "city",
        "town",
        "place",
    ]
)


# What "how fast" asks for is told in other words: a noun, or a unit.
_MEASURES: dict[str, str] = {
    "fast": "speed speeds velocity pace knots mph kph km/h kmh hour",
    "quickly": "speed pace knots mph km/h hour",
    "old": "age aged years months",
    "tall": "height metres meters feet foot storeys stories",
    "high": "height altitude metres meters feet foot level",
    "deep": "depth metres meters feet fathoms",
    "wide": "width breadth metres meters feet lanes",
    "long": "length metres meters kilometres kilometers miles feet",
    "far": "distance kilometres kilometers miles metres meters km",
    "heavy": "weight weighs weighed weighing tonnes tons kilograms kilos kg pounds",
    "large": "size area hectares acres square",
    "big": "size area hectares acres square",
    "hot": "temperature degrees celsius fahrenheit",
    "cold": "temperature degrees celsius fahrenheit",
    "warm": "temperature degrees celsius fahrenheit",
    "loud": "decibels volume",
}
ALWAYS_SAID = frozenset(("fast", "deep", "wide", "heavi", "hot", "cold", "warm", "loud"))  # never without noun or unit
_HOW = re.compile(rf"\bhow ({'|'.join(_MEASURES)})\b(?! an? )", re.I)
_GOING = frozenset(("go", "travel", "move"))  # stems that say nothing beside "how fast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an answer to the question must be, and must be about."""

    text: str
    kind: Kind
    focus: tuple[str, ...]  # stems of the noun asked for: "fighters", "vaccines"; empty when none is named
    names: tuple[str, ...]  # proper names, as written
    dates: tuple[DateMention, ...]
    stems: tuple[str, ...]  # content stems, names and numbers included, question words left out
    numbers: tuple[float, ...]  # figures that the question itself gives
    measure: str | None = None  # the stem of "fast" in "how fast",
    measured_in: frozenset[str] = frozenset()  # and the stems of the words that tell it: "speed", "knots"


@lru_cache(maxsize=1024)
def analyse(question: str) -> Profile:
    """Return what `question` asks for."""
    kind = _kind(question)
    measure, measured_in = _measure(question)
    stems = [s for s in _question_stems(question) if measure is None or s not in _GOING]
    return Profile(
        text=question,
        kind=kind,
        focus=_focus(question),
        names=names(_decapitalised(question)),
        dates=dates(question),
        stems=tuple(dict.fromkeys(stems)),
        numbers=tuple(number.value for number in numbers(question)),
        measure=measure,
        measured_in=measured_in,
    )


def _measure(question: str) -> tuple[str | None, frozenset[str]]:
    """Return the stem of what a question with "how" measures, and those of the words that tell it."""
    found = _HOW.search(question)
    if found is None:
        return None, frozenset()
    stems = content_stems(found[1])
    return (stems[0], frozenset(content_stems(_MEASURES[found[1].lower()]))) if stems else (None, frozenset())


def _kind(question: str) -> Kind:
    if _BOOLEAN.match(question):
        return "boolean"
    matches = [
        (m.start(), order, kind) for order, (kind, p) in enumerate(_PATTERNS) if (m := re.search(p, question, re.I))
    ]
    return min(matches)[2] if matches else "thing"


def _focus(question: str) -> tuple[str, ...]:
    match = _FOCUS.search(question)
    if not match:
        return ()
    head = [word.text for word in words(match.group(1)) if word.lower not in STOPWORDS and not numbers(word.text)]
    return tuple(alias(word) for word in head[-1:])


def _question_stems(question: str) -> list[str]:
    asking = {
        "happen",
        "mention",
        "name",
        "say",
        "tell",
        "call",
        "accord",
        "state",
        "document",
        "article",
        "sourc",
        "report",
    }
    return [stem_ for stem_ in content_stems(question) if stem_ not in asking]


def _decapitalised(question: str) -> str:
    """Lower the first word, which is a question word or a verb, unless it is the only sign of a name."""
    first = words(question)[:1]
    if first and first[0].lower in STOPWORDS and not first[0].text.isupper():
        return question[: first[0].start] + first[0].text.lower() + question[first[0].end :]
    return question


def is_generic(stem_: str) -> bool:
    """Return whether the noun asked for says little: "people", "number", "name"."""
    return stem_ in {alias(word) for word in _GENERIC}


def own_name_stems(profile: Profile) -> tuple[tuple[str, ...], ...]:
    """Return the stems of each name that the question gives, longest names first."""
    stems = [tuple(name_stems(name)) for name in profile.names]
    return tuple(sorted((s for s in stems if s), key=len, reverse=True))
