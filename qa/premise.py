"""What a question takes for granted, and whether the evidence says the opposite. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.analysis import Profile, own_name_stems
from qa.types import Evidence
from qa.verify.rules import negated
from qa.words import alias, contains_word, content_stems, name_stems, names, stem, words

_FOR = frozenset(
    stem(w)
    for w in [
        "support",
        "back",
        "help",
        "aid",
        "assist",
        "defend",
        "favour",
        "favor",
        "ally",
        "endorse",
        "praise",
        "arm",
        "fund",
        "sponsor",
        "supporter",
        "backer",
        "sponsor",
        "join",
        "welcome",
        "approve",
    ]
)
_AGAINST = frozenset(
    stem(w)
    for w in [
        "against",
        "oppose",
        "fight",
        "attack",
        "condemn",
        "criticise",
        "criticize",
        "topple",
        "overthrow",
        "insurgency",
        "rebel",
        "resist",
        "reject",
        "block",
        "ban",
        "opponent",
        "enemy",
        "foe",
    ]
)
_REACH = 4
_WHY = re.compile(
    r"^\W*(?:why|how come|for what reason|how|when|since when|where)\s+(?P<aux>has|have|had|did|do|does|is|are|was|were|will|would|could|can)\s+(?P<rest>.+?)\W*$",
    re.I | re.S,
)


def premise_of(profile: Profile) -> str | None:
    """Return what a why, how, when or where question takes for granted, as a statement; None for other questions."""
    match = _WHY.match(profile.text)
    if not match:
        return None
    rest, aux = match["rest"].strip(), match["aux"].lower()
    subject = next((name for name in profile.names if rest.startswith((name, f"the {name}"))), None)
    if subject is None:
        return rest
    cut = rest.index(subject) + len(subject)
    return f"{rest[:cut]} {aux}{rest[cut:]}"


def contradicting(profile: Profile, evidence: Sequence[Evidence]) -> Evidence | None:
    """Return the evidence that takes the other side of what the question takes for granted, if one does.

    Two signs are read: a name that the question has supported and the evidence opposed (or the reverse), with the
    question's other names present; and a verb of the question that the evidence denies.
    """
    asked = stances(profile.text)
    own = own_name_stems(profile)
    for piece in evidence:
        stems = frozenset(content_stems(f"{piece.lead or ''} {piece.text}"))
        if not own or not all(any(contains_word(stems, s) for s in name) for name in own):
            continue
        said = stances(piece.text)
        if any(said.get(name, side) != side for name, side in asked.items()):
            return piece
        if negated(piece.text) & (frozenset(profile.stems) - negated(profile.text)) and _mostly(profile, stems):
            return piece
    return None


def _mostly(profile: Profile, stems: frozenset[str]) -> bool:
    found = [s for s in profile.stems if contains_word(stems, s)]
    return len(found) >= 0.75 * len(profile.stems)


def stances(text: str) -> dict[str, bool]:
    """Return, for each name that something in the text is for (True) or against (False), which it is."""
    found: dict[str, bool] = {}
    tokens = words(text)
    for name in names(text):
        stems = name_stems(name)
        place = next((n for n, w in enumerate(tokens) if stems and alias(w.text.split("-")[-1]) == stems[-1]), None)
        if place is None:
            continue
        first = place - len(words(name)) + 1
        before = [stem(w.text) for w in tokens[max(0, first - _REACH) : first]]
        sides = [side for s in before if (side := _side(s)) is not None]
        if sides:
            found[stems[-1]] = sides[-1]
    return found


def _side(stem_: str) -> bool | None:
    if stem_ in _AGAINST:
        return False
    return True if stem_ in _FOR else None
