"""Statements that join what stands in two places of a passage: rightly, as a summary does, and wrongly.

The wrong ones have the right words about the wrong thing: the end of one sentence on the head of another, a name before
what another one did, a description given to another person, a detail that stands in another text. The right ones look
the same, so that a seam is no sign by itself.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from training.statements import NOT_ENOUGH, SUPPORTED, UNSUPPORTED
from training.swaps import names_in, words_of

_NAME = r"[A-Z][\w’'-]+(?: (?:[A-Z]\.|[A-Z][\w’'-]+|de|van|von|of)){0,3} ?(?:[A-Z][\w’'-]+)?"
_DESCRIBED = re.compile(rf"({_NAME}), ((?:the|an?|its|their) [a-z][^,.;:()]{{4,60}})(?=[,.;])")
_VERB = (
    r"(?:was|were|is|are|had|has|became|began|won|lost|led|made|took|gave|went|said|wrote|left|held|ran|met|said|told|"
    r"[a-z]{3,}ed)"
)
_HEAD = re.compile(rf"({_NAME}) ({_VERB} .+)$")
_PRONOUN = re.compile(rf"(?:He|She|It|They) ({_VERB} .+)$")
_TAIL = re.compile(
    r" (in|at|by|for|with|from|after|before|because|during|when|on|to|as|under|through|against|until|near) (?=[\w\"“])"
)
_NOT_HEADS = words_of(
    "The This That These Those There It He She They We In On At But And As When While After However Therefore Thus "
    "Furthermore Moreover Although Since For Its Their His Her If"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused:
    """A statement; text[start:end] is what nothing supports, an empty place where everything is."""

    text: str
    start: int
    end: int
    label: int
    kind: str


def fused(rng: random.Random, sentences: Sequence[str], others: Sequence[str]) -> Iterator[Fused]:
    """Yield at most one statement of each maker, of a passage's sentences and of sentences of other passages."""
    makers = [_tail_of_another, _head_on_another, _described, _pronoun_resolved, _two_in_one]
    for make in makers:
        found = make(rng, sentences)
        if found is not None:
            yield found
    added = _added(rng, sentences, others)
    if added is not None:
        yield added


def _tail_of_another(rng: random.Random, sentences: Sequence[str]) -> Fused | None:
    """The head of one sentence and, from the same preposition on, the end of another."""
    tails = [(n, m) for n, s in enumerate(sentences) for m in _TAIL.finditer(s) if 18 <= m.start() <= 160]
    rng.shuffle(tails)
    for number, match in tails[:12]:
        rivals = [
            (n, m) for n, m in tails if n != number and m.group(1) == match.group(1) and len(sentences[n]) - m.end() > 6
        ]
        if rivals:
            other, theirs = rng.choice(rivals)
            return _spliced(sentences[number], match.start(1), sentences[other][theirs.start(1) :], "tail")
    return None


def _spliced(head: str, at: int, tail: str, kind: str) -> Fused | None:
    tail = _first_clause(tail)
    own = head[at:]
    if len(tail.split()) < 2 or _same(tail, own):
        return None
    text = head[:at] + tail
    return Fused(text=text, start=at, end=len(text), label=UNSUPPORTED, kind=kind)


def _first_clause(text: str) -> str:
    cut = re.search(r"[,;:(]| (?:and|but|which|who|while) ", text)
    short = text[: cut.start()] if cut and cut.start() > 8 else text
    return short.rstrip(" .,;:") + "."


def _same(left: str, right: str) -> bool:
    words = {w.lower() for w in re.findall(r"\w{4,}|\d+", left)}
    return bool(words) and words <= {w.lower() for w in re.findall(r"\w{4,}|\d+", right)}


def _heads(sentences: Sequence[str]) -> list[tuple[int, re.Match[str]]]:
    found = [(n, _HEAD.match(s)) for n, s in enumerate(sentences)]
    return [(n, m) for n, m in found if m and m.group(1).split()[0] not in _NOT_HEADS]


def _head_on_another(rng: random.Random, sentences: Sequence[str]) -> Fused | None:
    """A name before what another name did."""
    heads = _heads(sentences)
    names = [name for s in sentences for name in names_in(s)]
    rng.shuffle(heads)
    for number, match in heads:
        mine = match.group(1)
        rivals = [
            name for name in names
            if not set(name.split()) & set(mine.split()) and name not in sentences[number] and len(name) > 3
        ]  # fmt: skip
        if rivals:
            name = rng.choice(rivals)
            text = f"{name} {match.group(2)}"
            return Fused(text=text, start=0, end=len(name), label=UNSUPPORTED, kind="subject")
    return None


def _described(rng: random.Random, sentences: Sequence[str]) -> Fused | None:
    """What a name is called, said of it or of another name."""
    found = [(m.group(1).strip(), m.group(2).strip()) for s in sentences for m in _DESCRIBED.finditer(s)]
    found = [(name, role) for name, role in found if name.split()[0] not in _NOT_HEADS]
    if not found:
        return None
    name, role = rng.choice(found)
    verb = rng.choice(("is", "was"))
    asked = rng.random() < 0.4
    names = [n for s in sentences for n in names_in(s) if not set(n.split()) & set(name.split()) and len(n) > 3]
    names = [n for n in names if n not in role and all(not (n in other and r == role) for other, r in found)]
    wrong = bool(names) and rng.random() < 0.6
    given = rng.choice(names) if wrong else name
    text = f"Who {verb} {role}? {given}" if asked else f"{given} {verb} {role}."
    start = text.find(given)
    label = UNSUPPORTED if wrong else SUPPORTED
    return Fused(text=text, start=start, end=start + len(given) if wrong else start, label=label, kind="described")


def _pronoun_resolved(rng: random.Random, sentences: Sequence[str]) -> Fused | None:
    """The subject of a sentence in place of the next one's pronoun: right as a rule, where only one name is near."""
    for number, match in _heads(sentences):
        after = _PRONOUN.match(sentences[number + 1]) if number + 1 < len(sentences) else None
        if after and not set(names_in(match.group(2))) and rng.random() < 0.7:
            return Fused(text=f"{match.group(1)} {after.group(1)}", start=0, end=0, label=SUPPORTED, kind="resolved")
    return None


def _two_in_one(rng: random.Random, sentences: Sequence[str]) -> Fused | None:
    """Two neighbouring sentences as one, the second one's pronoun left out or kept."""
    pairs = [
        (left, right) for left, right in pairwise(sentences)
        if len(left.split()) + len(right.split()) < 40 and re.match(r"(?:He|She|It|They) [a-z]", right)
    ]  # fmt: skip
    if not pairs:
        return None
    left, right = rng.choice(pairs)
    joint = rng.choice((", and ", " and ", "; "))
    text = left.rstrip(" .") + joint + right[0].lower() + right[1:]
    return Fused(text=text, start=0, end=0, label=SUPPORTED, kind="joined")


def _added(rng: random.Random, sentences: Sequence[str], others: Sequence[str]) -> Fused | None:
    """A detail of another text on the end of a sentence."""
    if not others:
        return None
    short = [s for s in sentences if len(s.split()) < 28]
    for _ in range(6):
        tails = list(_TAIL.finditer(rng.choice(others)))
        if tails and short:
            match = rng.choice(tails)
            tail = _first_clause(match.string[match.start(1) :])
            head = rng.choice(short).rstrip(" .")
            if 2 <= len(tail.split()) <= 9:
                text = f"{head} {tail}"
                return Fused(text=text, start=len(head) + 1, end=len(text), label=NOT_ENOUGH, kind="added")
    return None
