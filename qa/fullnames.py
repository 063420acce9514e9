"""Whom a surname stands for: the full name that the same article gives of its bearer, where it gives only one. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.types import StoredArticle
from qa.grammar import word_set
from qa.words import TITLES, is_common, name_stems, names

_OF_PLACES = word_set(
    "port fort mount mt lake river cape bay north south east west new old great upper lower central saint st san santa "
    "los las el la le royal united national mr mrs ms miss lord lady sir dame"
)
_NO_NAMES = TITLES | word_set(
    "senator congressman congresswoman representative mayor councillor councilor cllr judge justice minister secretary "
    "governor chancellor premier sheriff officer inspector captain major colonel general sergeant superintendent "
    "bishop rep sen gov supt insp democrat republican conservative labour liberal independent king queen prince "
    "princess pope later meanwhile now what why how who where which that this however yet so only even once here there "
    "first monday tuesday wednesday thursday friday saturday sunday but and when as in on after before if while then "
    "today yesterday although since for with by at the a an"
)
_NO_PERSON = re.compile(r"\b(?:the|in|at|near|from|of|to|into)\s+$|& $", re.I)  # "the Sarrow", "in Sarrow"
_OF_A_COUPLE = re.compile(r"\b(?:mr|mrs|ms|miss|lord|lady|sir|dame)\.?\s+$", re.I)
_FIRM = re.compile(r"^(?: &| and (?:Sons?|Co|Partners)\b|,? (?:Inc|Ltd|Co|Corp|Group|Bank|Street|Road|Avenue)\b)")
_YOUNGER = re.compile(r",? (?:Jr|Sr|II|III|Junior|Senior)\b")
MOST_BEFORE = 80  # letters before a surname in which the first names stand
_FIRST = r"[A-Z\u00c0-\u00de][\w’'.-]*"
_BEFORE = re.compile(rf"((?:\b{_FIRST}[ ]){{1,3}})$")
_AND_BEFORE = re.compile(rf"\b{_FIRST} (?:and|or|&) (?:{_FIRST} ){{1,2}}$")


def full_names(article: StoredArticle, text: str) -> tuple[str, ...]:
    """Return the full names of the people whom a text of an article names by their surname alone.

    None of a surname that two people in the article bear ("Charles and David Koch"), nor of what may be a place ("Port
    Sarrow" of "in Sarrow") or a firm; none of "Mrs Vale", whom the article may name as her husband's wife alone.
    """
    surnames = [name for name in names(text) if len(name_stems(name)) == 1 and _is_person(name, text)]
    found = (_bearer(surname, article) for surname in surnames)
    return tuple(name for name in found if name)


def _is_person(name: str, text: str) -> bool:
    """Return whether a name stands once where no place and no firm would, without a title that two may share."""
    places = [(text[: found.start()], text[found.end() :]) for found in re.finditer(rf"\b{re.escape(name)}\b", text)]
    if any(_OF_A_COUPLE.search(before) or _FIRM.match(after) for before, after in places):
        return False
    return any(not _NO_PERSON.search(before) for before, _ in places)


def _bearer(surname: str, article: StoredArticle) -> str | None:
    """Return the full name of the one person of a surname in an article; None where there is none, or another."""
    bearers: set[str] = set()
    for text in (sentence.text for sentence in article.sentences if surname in sentence.text):
        for found in re.finditer(rf"\b{re.escape(surname)}\b(?![-–]\w)", text):
            before = text[max(0, found.start() - MOST_BEFORE) : found.start()]
            if _AND_BEFORE.search(before) or _YOUNGER.match(text, found.end()):
                return None
            first = _first_names(before)
            if first:
                bearers.add(first)
    shortest = min(bearers, key=len, default="")
    if not shortest or any(not other.endswith(shortest) for other in bearers):
        return None
    return f"{shortest} {surname}" if shortest.split()[0].lower().strip(".") not in _OF_PLACES else None


def _first_names(before: str) -> str:
    """Return the first names that end a text, without titles and offices: "Ann" of "Secretary of State Ann "."""
    found = _BEFORE.search(before)
    parts = found[1].split() if found else []
    while parts and (parts[0].lower().strip(".") in _NO_NAMES or (len(parts) > 1 and is_common(parts[0]))):
        parts = parts[1:]
    return " ".join(parts)


def named_in_full(text: str, known: Sequence[str]) -> str:
    """Return a text with the full name in place of the first surname that stands alone, for each of some full names."""
    for name in known:
        surname = name.split()[-1]
        if not re.search(rf"\b[A-Z](?:[\w’'-]*|\.) {re.escape(surname)}\b", text):
            text = re.sub(rf"(?<!\w){re.escape(surname)}(?!\w)", name, text, count=1)
    return text
