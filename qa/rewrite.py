"""A follow-up becomes a standalone question: what its pronouns stand for is carried over from earlier turns. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.analysis import analyse
from qa.types import Turn
from qa.words import ALIASES, fold, names

_PERSON = re.compile(r"\b(he|him|his|she|her|hers)\b", re.I)
_PLURAL = re.compile(r"\b(they|them|their|both|the two)\b", re.I)
_THING = re.compile(
    r"\b(it|its|this|that|these|those|there|then)\b(?! (?:there|the|a|an|\w+ (?:had|has|have|was|were|is|are))\b)", re.I
)
_ELLIPSIS = re.compile(
    r"^\W*(?:and|but|or|so|what about|how about|also|since when|why(?: not)?\W*$|when\W*$|where\W*$|who\W*$)\b", re.I
)
_INTRODUCED = re.compile(r"^\W*(?i:who (?:is|was)) (?:[A-Z]|(?:mr|mrs|ms|dr)\b)")  # "Who is Ada Holm?"
_POSSESSIVE = {"his", "its", "their", "hers"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """`text` can be understood alone; `carried` are the names that came from earlier turns."""

    text: str
    carried: tuple[str, ...] = ()


def rewrite(question: str, history: Sequence[Turn]) -> Rewritten:
    """Return the question with what it takes from the history made explicit; unchanged when it needs nothing."""
    if not history or not _depends(question):
        return Rewritten(text=question)
    person = _PERSON.search(question)
    candidates = _candidates(history)
    people = [name for name in candidates if fold(name) not in ALIASES and not _is_place(name, history)]
    if person and people and (len(people) == 1 or _asked_about(history, people)):
        chosen = _asked_about(history, people) or people[0]
        return Rewritten(text=_replace(question, person, chosen), carried=(chosen,))
    own = {fold(name) for name in names(question)}
    carried = tuple(name for name in candidates if fold(name) not in own)[:5]
    if not carried or (_ELLIPSIS.search(question) and not person):
        return _with_previous(question, history)
    return Rewritten(text=f"{question.rstrip()} ({', '.join(carried)})", carried=carried)


def unanswered_who(question: str, history: Sequence[Turn]) -> str | None:
    """Return the earlier "who" question whose answer a pronoun stands for, where the history does not hold it."""
    if not history or history[-1].role != "user" or not (_PERSON.search(question) and _depends(question)):
        return None
    previous = history[-1].content
    return previous if analyse(previous).kind == "person" and not _INTRODUCED.search(previous) else None


def _is_place(name: str, history: Sequence[Turn]) -> bool:
    """Return whether a question speaks of the name as a place: "in Sochi", "the mayor of Port Alder"."""
    asked = " ".join(turn.content for turn in history if turn.role == "user")
    return bool(re.search(rf"\b(?:in|at|from|near|on|into|of)\s+{re.escape(name)}", asked))


def _depends(question: str) -> bool:
    if _ELLIPSIS.search(question):
        return True
    if _PERSON.search(question) or _PLURAL.search(question):
        before = re.split(r"\b(?:he|him|his|she|her|hers|they|them|their)\b", question, maxsplit=1, flags=re.I)[0]
        return not [name for name in names(before) if fold(name) not in ALIASES] or not before.strip()
    return bool(_THING.search(question)) and not names(question)


def _candidates(history: Sequence[Turn]) -> list[str]:
    """Return names from the latest question that has some, then from the answer to it."""
    for position in range(len(history) - 1, -1, -1):
        turn = history[position]
        if turn.role != "user":
            continue
        found = list(analyse(turn.content).names)
        reply = history[position + 1] if position + 1 < len(history) else None
        if reply is not None and reply.role == "assistant":
            found += [name for name in names(reply.content) if name not in found]
        if found:
            return found[:6]
    return []


def _asked_about(history: Sequence[Turn], people: Sequence[str]) -> str | None:
    """Return the person whom the last exchange was about: the answer to a "who", or the only one it names."""
    last = next((n for n in range(len(history) - 1, -1, -1) if history[n].role == "user"), None)
    if last is None:
        return None
    asked = analyse(history[last].content)
    own = [name for name in asked.names if name in people]
    replied = [name for name in people if name not in own]
    if own and _INTRODUCED.search(asked.text):
        return own[0]
    if asked.kind == "person" and replied and last + 1 < len(history):
        return replied[0]
    return own[0] if len(own) == 1 else None


def _replace(question: str, pronoun: re.Match[str], name: str) -> str:
    word = pronoun.group(1).lower()
    object_her = word == "her" and re.match(r"\s+[a-z]", question[pronoun.end() :])
    written = f"{name}’s" if word in _POSSESSIVE or object_her else name
    return question[: pronoun.start()] + written + question[pronoun.end() :]


def _with_previous(question: str, history: Sequence[Turn]) -> Rewritten:
    previous = next((turn.content for turn in reversed(history) if turn.role == "user"), "").strip()
    if not previous:
        return Rewritten(text=question)
    other = _for_another(previous, question)
    if other is not None:
        return Rewritten(text=other)
    if re.search(r"\b(?:who|what|which|how|when|where|why)\b.*\w+.*\w+", question, re.I) and len(question.split()) > 3:
        return Rewritten(text=f"{question.strip()} (after: {previous})", carried=analyse(previous).names)
    return Rewritten(text=f"{previous.rstrip(' ?')} — {question.strip()}", carried=analyse(previous).names)


def _for_another(previous: str, question: str) -> str | None:
    """Return the earlier question with its one date or name exchanged: "And in 2019?", "What about Turkey?"."""
    match = re.match(
        r"^\W*(?:and|but|what about|how about|and what about|and how about)\s+(?:(?:in|on|for|by|at|from)\s+)?(.+?)\W*$",
        question,
        re.I,
    )
    if not match or len(match.group(1).split()) > 5:
        return None
    before, after = analyse(previous), analyse(question)
    if len(before.dates) == 1 and len(after.dates) == 1 and not after.names:
        old = before.dates[0]
        return previous[: old.start] + after.dates[0].text + previous[old.end :]
    if len(before.names) == 1 and len(after.names) == 1 and not after.dates:
        return previous.replace(before.names[0], after.names[0])
    return None
