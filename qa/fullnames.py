"""Whom a surname stands for: the full name that the same article gives of its bearer, where it gives only one. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.types import StoredArticle
from qa.grammar import word_set
from qa.words import TITLES, is_common, name_stems, names

_OF_PLACES = word_set(
    "port fort mount mt lake river cape bay north south east west new old great upper lower central saint st san santa "
    "los las el la le royal united national"
)
_NO_PERSON = re.compile(r"\b(?:the|in|at|near|from|of|to|into)\s+$", re.I)  # "the Sarrow", "in Sarrow"


def full_names(article: StoredArticle, text: str) -> tuple[str, ...]:
    """Return the full names of the people whom a text of an article names by their surname alone.

    None of a surname that two people in the article bear, nor of what may be a place ("Port Sarrow" of "in Sarrow").
    """
    alone = [(name, name_stems(name)) for name in names(text)]
    surnames = {stems[0] for name, stems in alone if len(stems) == 1 and _is_person(name, text)}
    if not surnames:
        return ()
    whole = "\n".join([article.title or "", *(sentence.text for sentence in article.sentences)])
    bearers: dict[str, list[str]] = {}
    for name in (name.split(" of ")[0] for name in names(whole)):  # "Duncan Rooke of the Civic List"
        stems = name_stems(name)
        if len(stems) > 1 and stems[-1] in surnames:
            bearers.setdefault(stems[-1], []).append(name)
    return tuple(found[0] for found in map(_of_one_person, bearers.values()) if found)


def named_in_full(text: str, known: Sequence[str]) -> str:
    """Return a text with the full name in place of the first surname that stands alone, for each of some full names."""
    for name in known:
        surname = name.split()[-1]
        if not re.search(rf"\b[A-Z](?:[\w’'-]*|\.) {re.escape(surname)}\b", text):
            text = re.sub(rf"(?<!\w){re.escape(surname)}(?!\w)", name, text, count=1)
    return text


def _of_one_person(found: list[str]) -> list[str]:
    """Return the shortest of some names, where all others are longer forms of it: "Councillor Duncan Rooke"."""
    shortest, *others = sorted(map(_without_office, found), key=len)
    stems = name_stems(shortest)
    one = all(name_stems(other)[-len(stems) :] == stems for other in others)
    return [shortest] if one and len(stems) > 1 and shortest.split()[0].lower() not in _OF_PLACES else []


def _without_office(name: str) -> str:
    """Return a name of three words or more without the titles and common words before it."""
    parts = name.split()
    while len(parts) > 2 and (parts[0].lower().strip(".") in TITLES or is_common(parts[0])):
        parts = parts[1:]
    return " ".join(parts)


def _is_person(name: str, text: str) -> bool:
    """Return whether a name stands once where no place would: without "the" or "in" before it."""
    return any(not _NO_PERSON.search(text[: found.start()]) for found in re.finditer(rf"\b{re.escape(name)}\b", text))
