"""Who did what to whom, and which figure is whose. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from index.numbers import Number, numbers, same_value
from qa.verify.clauses import Token, aligned, sentences, tokens
from qa.verify.source import Failure, Source
from qa.words import contains_word, content_stems, name_stems, names

_SYMMETRIC = frozenset(
    [
        "meet",
        "marri",
        "wed",
        "fight",
        "play",
        "agre",
        "face",
        "join",
        "merg",
        "talk",
        "negoti",
        "discuss",
        "divorc",
        "collid",
        "argu",
        "share",
        "border",
        "resembl",
        "be",
        "have",
        "do",
        "say",
        "includ",
        "clash",
        "tie",
        "draw",
        "star",
        "appear",
        "work",
        "collabor",
        "team",
        "part",
    ]
)
_PREPOSITIONS = frozenset(["to", "from", "by", "with", "against", "for", "over", "of", "at"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    name: str
    stems: frozenset[str]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Somebody does something to somebody: "Norline bought (the ferry) from Sundal"."""

    verb: str  # stem
    doer: Mention
    relation: str  # "" for the one it is done to, else the preposition
    other: Mention


@lru_cache(maxsize=8192)
def mentions(text: str) -> tuple[Mention, ...]:
    """Return the names of a text with their places, in order, each time they are written."""
    found = []
    for name in names(text):
        stems = frozenset(name_stems(name))
        start = text.find(name) if stems else -1
        while start >= 0:
            found.append(Mention(name=name, stems=stems, start=start, end=start + len(name)))
            start = text.find(name, start + len(name))
    found.sort(key=lambda m: (m.start, -m.end))
    return tuple(m for n, m in enumerate(found) if n == 0 or m.start >= max(o.end for o in found[:n]))


@lru_cache(maxsize=4096)
def deeds(sentence: str) -> tuple[Deed, ...]:
    """Return what names of a sentence do to each other, verbs in the passive turned to the active."""
    named = mentions(sentence)
    found: list[Deed] = []
    for token in tokens(sentence):
        if not _is_verb(token) or any(m.start <= token.start < m.end for m in named):
            continue
        before = [m for m in named if m.end <= token.start]
        after = [m for m in named if m.start >= token.end]
        if not before or not after:
            continue
        doer = before[-1]
        if re.search(r"\b(?:and|but|or)\b|[;:]", sentence[doer.end : token.start]):
            continue  # "Ann sued Bob and left": who left is further ahead
        for other in after[:2]:
            between = sentence[token.end : other.start]
            if re.search(r"[.;:“”\"]|, (?:and|but|which|who)\b", between):
                break
            relation = _relation(between)
            if relation is not None:
                found.append(_active(token.stem, doer, relation, other))
    return tuple(found)


def _active(verb: str, doer: Mention, relation: str, other: Mention) -> Deed:
    if relation == "by":
        return Deed(verb=verb, doer=other, relation="", other=doer)
    return Deed(verb=verb, doer=doer, relation=relation, other=other)


def _relation(between: str) -> str | None:
    """Return the preposition before the other name; "" where it follows the verb directly."""
    if any(_is_verb(token) for token in tokens(between)):
        return None
    last = [t.lower for t in tokens(between)]
    while last and last[-1] in ("the", "a", "an", "his", "her", "its", "their", "mr", "president", "former", "then"):
        last.pop()
    if not last:
        return ""
    return last[-1] if last[-1] in _PREPOSITIONS and len(last) <= 7 else None


def _is_verb(token: Token) -> bool:
    """Return whether a word looks like a verb: an inflected form, in lower case, that is no plural."""
    if not token.text.islower() or not token.content or token.stem in _SYMMETRIC:
        return False
    return token.lower.endswith(("ed", "es", "s")) or _irregular(token.lower)


@lru_cache(maxsize=8192)
def _irregular(word: str) -> bool:
    import simplemma

    lemma = simplemma.lemmatize(word, lang="en").lower()
    return (lemma != word and not word.startswith(lemma)) or word in ("beat", "hit", "cut", "put")


def swapped_roles(claim: str, source: Source) -> Failure | None:
    """Who does it in the claim must not be whom it is done to in the source."""
    asserted = deeds(claim)
    theirs = [deed for sentence in source.sentences for deed in deeds(sentence)] if asserted else []
    for mine in asserted:
        same = [d for d in theirs if d.verb == mine.verb and d.relation == mine.relation]
        straight = any(_same(d.doer, mine.doer) or _same(d.other, mine.other) for d in same)
        turned = next((d for d in same if _same(d.doer, mine.other) and _same(d.other, mine.doer)), None)
        if turned is not None and not straight:
            reason = f"in the source it is {turned.doer.name} that does it, not {mine.doer.name}"
            return Failure(rule="roles", label="contradicted", reason=reason)
    return None


def _same(left: Mention, right: Mention) -> bool:
    return bool(left.stems & right.stems)


# --- whose figure -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def figures_of_names(text: str) -> tuple[tuple[Mention, Number], ...]:
    """Return the pairs of a name and a figure that stand alone together between commas and conjunctions."""
    found = []
    for sentence in sentences(text):
        ends = [match.end() for match in _PART_END.finditer(sentence)]
        for start, end in pairwise([0, *ends, len(sentence)]):
            named = [m for m in mentions(sentence) if start <= m.start < end]
            counted_here = [n for n in numbers(sentence) if start <= n.start < end]
            if len(named) == 1 and len(counted_here) == 1:
                found.append((named[0], counted_here[0]))
    return tuple(found)


_PART_END = re.compile(r"[;,]\s|\b(?:and|but|while|against|compared (?:to|with))\b")


def misplaced_figure(claim: str, source: Source) -> Failure | None:
    """The figure of one in a list is not the figure of another in it."""
    for name, number in figures_of_names(claim):
        for sentence in source.sentences:
            listed = [(m, n) for m, n in figures_of_names(sentence) if n.unit == number.unit]
            own = [n for m, n in listed if _same(m, name)]
            other = next((m for m, n in listed if same_value(n.value, number.value) and not _same(m, name)), None)
            if other is not None and own and not any(same_value(n.value, number.value) for n in own):
                reason = f"in the source {number.text} is the figure of {other.name}, not of {name.name}"
                return Failure(rule="misplaced", label="contradicted", reason=reason)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure of a sentence with what it measures: "minute" and "hour" are time, "vote" is votes."""

    number: Number
    kind: str
    sentence: str
    text: str  # "nine hours"


@lru_cache(maxsize=4096)
def measures(sentence: str) -> tuple[Measure, ...]:
    """Return the figures of a sentence that say what they measure; dates and ranks do not."""
    found = []
    for number in numbers(sentence):
        after = re.match(r"[\s-]*([A-Za-z]+)", sentence[number.end :])
        kind, text = _kind(number, after[1] if after else ""), number.text
        if kind:
            text = text if number.unit or after is None else f"{text} {after[1]}"
            found.append(Measure(number=number, kind=kind, sentence=sentence, text=text))
    return tuple(found)


def _kind(number: Number, after: str) -> str:
    """Return what a figure measures, by its sign or by the word after it; "" for dates, ranks and bare figures."""
    if number.unit is not None:
        return number.unit if number.unit in ("percent", "money") else ""
    word = after.lower().removesuffix("s")
    stems = content_stems(word)
    return next((kind for kind, words in _SCALES.items() if word in words), stems[0] if stems else "")


_SCALES = {
    "time": ("second", "minute", "hour", "day", "night", "week", "month", "year", "decade"),
    "length": (
        "millimetre", "centimetre", "metre", "meter", "kilometre", "kilometer", "km", "mile", "inch", "feet", "foot",
        "yard",
    ),
    "weight": ("gram", "kilogram", "kg", "kilo", "tonne", "ton", "pound", "ounce"),
}  # fmt: skip


def borrowed_figure(claim: str, source: Source) -> Failure | None:
    """ "35 minutes. By hand it takes nine hours" does not make it 35 minutes by hand.

    Nor where only the sentence beside the evidence says so: its words may say what the evidence is about, but not with a
    time or a price of their own. The names in it may, since the subject often stands in another sentence.
    """
    wanted = [stem_ for stem_ in content_stems(claim) if not stem_[:1].isdigit()]
    theirs = [measure for sentence in source.sentences for measure in measures(sentence)]
    beside = [m for s in sentences(source.context) for m in measures(s) if m.kind in _SCALES or m.number.unit]
    heading = frozenset(content_stems(source.heading))
    named = frozenset(stem_ for mention in mentions(claim) for stem_ in mention.stems)
    for mine in measures(claim):
        alike = [m for m in theirs if m.kind == mine.kind]
        own = {m.sentence for m in alike if same_value(m.number.value, mine.number.value)}
        said = frozenset(stem_ for sentence in own for stem_ in content_stems(sentence)) | heading
        elsewhere = frozenset(stem_ for stem_ in wanted if not contains_word(said, stem_))
        rivals = [m for m in alike if m.sentence not in own and _holds_any(m.sentence, elsewhere)]
        rivals += [
            m for m in beside
            if m.kind == mine.kind and _holds_any(m.sentence, elsewhere - named - source.stems)
            and not same_value(m.number.value, mine.number.value)
        ]  # fmt: skip
        if own and rivals:
            reason = f"of that the source says {rivals[0].text}, not {mine.text}"
            return Failure(rule="borrowed", label="contradicted", reason=reason)
    return None


def _holds_any(sentence: str, stems: frozenset[str]) -> bool:
    held = frozenset(content_stems(sentence))
    return any(contains_word(held, stem_) for stem_ in stems)


@lru_cache(maxsize=4096)
def counted(text: str) -> tuple[tuple[Number, tuple[str, ...]], ...]:
    """Return each figure with the stems of what it may count: the content words that follow it directly."""
    found = []
    for number in numbers(text):
        after = _COUNTED.match(text, number.end)
        stems = tuple(content_stems(after.group())) if after else ()
        if stems and number.unit is None:
            found.append((number, stems))
    return tuple(found)


_COUNTED = re.compile(
    r"\s+(?!(?:was|were|is|are|had|have|has|of|in|at|on|to|and|or|more|other|others)\b)[A-Za-z-]+(?:\s+[A-Za-z-]+){0,2}"
)


def miscounted(claim: str, source: Source) -> Failure | None:
    """ "12 adults and 30 children" are not 30 adults."""
    near = aligned(claim, source.sentences)
    for number, things in counted(claim):
        own = [_rival(number, things[0], sentence) for sentence in near]
        first = own[0] if own else None
        if first is not None and all(own) and _all_counted(number, source):
            reason = f"the source counts {first.text} of them, not {number.text}"
            return Failure(rule="miscounted", label="contradicted", reason=reason)
    return None


def _rival(number: Number, thing: str, sentence: str) -> Number | None:
    """Return how many of a thing a sentence counts, where it has the figure too, and that for something else."""
    listed = counted(sentence)
    own = [n for n, things in listed if things[0] == thing]
    same = [things for n, things in listed if same_value(n.value, number.value)]
    if not own or not same or any(thing in things for things in same):
        return None
    return None if any(same_value(n.value, number.value) for n in own) else own[0]


def _all_counted(number: Number, source: Source) -> bool:
    """Return whether the source says what it counts wherever it has the figure."""
    said = sum(same_value(n.value, number.value) for n in numbers(source.own))
    return said == sum(same_value(n.value, number.value) for n, _ in counted(source.own))
