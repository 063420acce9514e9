"""What rose and what fell, of each thing that a claim says it of, as the source has it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from qa.verify.clauses import tokens
from qa.verify.source import Failure, Source

Direction = Literal["up", "down"]

_UP = (
    "rose|risen|rises?|climb(?:s|ed)?|increas(?:ed?|es)|grew|grown|grows?|gain(?:s|ed)|surged?|surges|soar(?:s|ed)?|"
    "jump(?:s|ed)"
)
_DOWN = (
    "fell|fallen|falls?|dropp?(?:s|ed)?|decreas(?:ed?|es)|declin(?:ed?|es)|shrank|shrunk|shrinks|plung(?:ed?|es)|"
    "slump(?:s|ed)?|sank|dipp?(?:s|ed)?|slipp?(?:s|ed)?|tumbled?|tumbles"
)
_WENT = "(?:was|were|is|are|went|goes|go)"
_MOVED = re.compile(rf"\b(?:(?P<up>{_UP}|{_WENT} up)|(?P<down>{_DOWN}|{_WENT} down))\b", re.I)
_CLAUSE = re.compile(
    r"[,;:.!?“”\"()—–]\s*|\b(?:while|whereas|but|although|though|as|when|after|because|which|who|that)\b", re.I
)
_ADVERBS = re.compile(r"\b(?:both|all|each|also|then|have|has|had|sharply|slightly|not|n[’']t|never)\b", re.I)
_AND = re.compile(r",\s*|\b(?:and|as well as)\b", re.I)
_NOT = re.compile(r"\b(?:not|never|no|neither|nor)\b|n[’']t\b", re.I)
_OF = re.compile(r"\b(?:of|in|for|at|on|to|from|by)\b", re.I)


@lru_cache(maxsize=2048)
def moves(text: str) -> tuple[tuple[str, Direction], ...]:
    """Return the heads (stems) of what a text says rose or fell, each with where it went: "sales and prices fell"."""
    return tuple(pair for clause in _CLAUSE.split(text) if clause for pair in _moves_of(clause))


def _moves_of(clause: str) -> Iterator[tuple[str, Direction]]:
    found = _MOVED.search(clause)
    if found is None or _NOT.search(clause):
        return
    for part in _AND.split(_ADVERBS.sub(" ", clause[: found.start()])):
        named = [token for token in tokens(_OF.split(part, maxsplit=1)[0]) if token.content]
        if named:
            yield named[-1].stem, "up" if found["up"] else "down"


def turned_trend(claim: str, source: Source) -> Failure | None:
    """Of "sales fell while the price rose" the price did not fall, though the source speaks of it and of falling."""
    told = moves(source.own)
    for head, direction in moves(claim):
        known = {where for other, where in told if other == head}
        if known and direction not in known:
            reason = f"the source says that it went {'up' if direction == 'down' else 'down'}, not {direction}"
            return Failure(rule="trend", label="contradicted", reason=reason)
    return None
