"""What rose and what fell, of each thing that a claim says it of, as the source has it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from qa.verify.clauses import stems_of, tokens
from qa.verify.source import Failure, Source

Direction = Literal["up", "down"]

_UP = (
    "rose|risen|rises?|climb(?:s|ed)?|increas(?:ed?|es)|grew|grown|grows?|gain(?:s|ed)|surged?|surges|soar(?:s|ed)?|"
    "jump(?:s|ed)"
)
_DOWN = (
    "fell(?! short)|fallen|falls?|dropp?(?:s|ed)?|decreas(?:ed?|es)|declin(?:ed?|es)|shrank|shrunk|shrinks|"
    "plung(?:ed?|es)|slump(?:s|ed)?|sank|dipp?(?:s|ed)?|slipp?(?:s|ed)?|tumbled?|tumbles"
)
_RISING = "rising|climbing|increasing|growing|surging|soaring|gaining|up|higher|growth|increase|more"
_FALLING = "falling|dropping|decreasing|declining|shrinking|sinking|slipping|down|lower|cut|reduc\\w+|less|fewer"
_WENT = "(?:was|were|is|are|went|goes|go)"
_MOVED = re.compile(rf"\b(?:(?P<up>{_UP}|{_WENT} up)|(?P<down>{_DOWN}|{_WENT} down))\b", re.I)
_OF_DIRECTION: dict[Direction, re.Pattern[str]] = {
    "up": re.compile(rf"\b(?:{_UP}|{_RISING})\b", re.I),
    "down": re.compile(rf"\b(?:{_DOWN}|{_FALLING})\b", re.I),
}
_CLAUSE = re.compile(
    r"[,;:.!?“”\"()—–]\s*|\b(?:while|whereas|but|although|though|as|when|after|because|which|who|that)\b", re.I
)
_AND = re.compile(r"\b(?:and|as well as)\b", re.I)
_NOT = re.compile(r"\b(?:not|never|no|neither|nor)\b|n[’']t\b", re.I)
_OF = re.compile(r"\b(?:of|in|for|at|on|to|from|by)\b", re.I)
_BOTH = re.compile(r"\b(?:both|all|each|also|then|later|again|soon|still|have|has|had|\w+ly)\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """That something rose or fell."""

    head: str  # stem of the noun: "price" of "the price of oil"
    subject: frozenset[str]  # the stems of all words that name it
    direction: Direction


@lru_cache(maxsize=2048)
def moves(text: str) -> tuple[Move, ...]:
    """Return what a text says rose or fell, where it names it before the verb: "sales and prices fell" are two."""
    return tuple(move for clause in _CLAUSE.split(text) if clause for move in _moves_of(clause))


def _moves_of(clause: str) -> Iterator[Move]:
    found = _MOVED.search(clause)
    if found is None or _NOT.search(clause):
        return
    parts = _AND.split(_BOTH.sub(" ", clause[: found.start()]))
    if not stems_of(parts[-1]):
        return  # "it fell in May and later rose"
    for part in parts:
        named = [token for token in tokens(_OF.split(part, maxsplit=1)[0]) if token.content]
        if named:
            yield Move(head=named[-1].stem, subject=stems_of(part), direction="up" if found["up"] else "down")


def turned_trend(claim: str, source: Source) -> Failure | None:
    """Of "sales fell while the price rose" the price did not fall, though the source speaks of it and of falling.

    Only where each word of falling in the source belongs to something else that it names.
    """
    told = moves(source.own)
    for move in moves(claim):
        turned = [each for each in told if each.head == move.head]
        if not turned or any(each.direction == move.direction for each in turned):
            continue
        clauses = _CLAUSE.split(source.own)
        said = sum(len(_OF_DIRECTION[move.direction].findall(clause)) for clause in clauses)
        named = sum(any(each.direction == move.direction for each in _moves_of(clause)) for clause in clauses)
        others = (each for each in told if each.direction == move.direction)
        if said == named and not any(each.subject & move.subject for each in others):
            reason = f"the source says that it went {turned[0].direction}, not {move.direction}"
            return Failure(rule="trend", label="contradicted", reason=reason)
    return None
