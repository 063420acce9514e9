"""Which of several people, places or works of one name an article speaks of: "Lost Springs, Kansas", "Kevin Koger". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from index.types import StoredArticle
from qa.analysis import Profile
from qa.words import content_stems, name_stems, names

HEAD_SENTENCES = 6  # where an article says what it is about
_BRACKETED = r"[\"”’']?\s*\((?P<inside>[^()]{2,60})\)(?!\s*[–—-])"
_LIVED = r"[^()\d]{0,40}\((?:[^()]*?\b(?P<born>[12]\d{3})\b[^()]*?\b(?P<died>[12]\d{3})\b[^()]*|born\b[^()]*?\b(?P<alive>[12]\d{3})\b[^()]*)\)"
_MIDDLE_NAMES = r"(?: [A-Z][\w.’'-]*){0,2} "
_BEARER = r"(?P<inside>[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){0,3})"
_PLACE = r"(?P<inside>[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){0,2})"
_IS_A = (
    r"[\"”’']?(?:\s*\([^)]*\))?(?:,[^,.]{0,60},)?\s+(?:is|was|are|were)\s+(?:an?|the|one of)\s+(?P<what>[^.;:]{4,140})"
)
_NOT_ALIKE = re.compile(r"\d{1,2},? [12]\d{3}|[12]\d{3}\s*[–—-]|\b(?:pronounced|listen|born as|née|also|abbreviated|or|formerly|known)\b|[;/ˈ]|[^\x00-\u024f–—\s]", re.I)  # fmt: skip
_QUOTED = re.compile(r"[“\"]([^“”\"]{2,80})[”\"]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What tells the bearer of a name from others of the name, as far as an article says it."""

    label: str  # as written: "Lost Springs, Kansas", "Kevin Koger"; the name alone where nothing is added
    added: frozenset[str] = frozenset()  # stems of what is added to the name: {"kansa"}, {"kevin"}
    names: frozenset[str] = frozenset()  # stems of the names in "is a city in Marion County, Kansas"
    nouns: frozenset[str] = frozenset()  # stems of its other words
    lived: frozenset[str] = frozenset()  # the years in brackets after the name: {"1848", "1912"}
    asked: frozenset[str] = frozenset()  # what of that the question itself says

    @property
    def told_apart(self) -> bool:
        """Return whether more than a description tells it from others of the name."""
        return bool(self.added or self.lived)

    def without(self, stems: frozenset[str]) -> Subject:
        """Return it with a description that leaves out some words."""
        return replace(self, names=self.names - stems, nouns=self.nouns - stems)

    def differs(self, other: Subject) -> bool:
        """Return whether two articles speak of different bearers; what only one of them says decides nothing."""
        if self.lived and other.lived:
            return not self.lived & other.lived
        if self.added and other.added:
            return not self.added & other.added
        if self.names and other.names:
            return not self.names & other.names
        return bool(self.nouns and other.nouns) and not self.nouns & other.nouns


@lru_cache(maxsize=2048)
def subject_of(profile: Profile, article: StoredArticle) -> Subject | None:
    """Return which bearer of the question's name an article is about; None where it does not say so at its head."""
    lines = [article.title or "", *(" ".join(s.text.split()) for s in article.sentences[:HEAD_SENTENCES])]
    for name in names_asked(profile):
        for line in filter(None, lines):
            found = _added(name, line)
            described, nouns = _described(name, line)
            lived = _lived(name, line)
            if found or described or nouns or lived:
                bare = f"{name} ({'–'.join(sorted(lived))})" if lived else name
                label, added = found or (bare, frozenset[str]())
                own = frozenset(name_stems(name)) | frozenset(profile.stems)
                return Subject(
                    label=label,
                    added=added - own,
                    names=described - own,
                    nouns=nouns - own,
                    lived=lived,
                    asked=added & own,
                )
    return None


def names_asked(profile: Profile) -> list[str]:
    """Return the titles in quotation marks, then the names of the question, longest first."""
    quoted = [match.strip(" ,.?") for match in _QUOTED.findall(profile.text)]
    inside = [name for name in profile.names if any(name in title for title in quoted)]
    return [*quoted, *sorted((name for name in profile.names if name not in inside), key=len, reverse=True)]


def _added(name: str, line: str) -> tuple[str, frozenset[str]] | None:
    """Return the name with what is added to it, and its stems: in brackets, after a comma, or as first names."""
    plain = rf"(?<!\w){re.escape(name)}"
    for match in re.finditer(plain + _BRACKETED, line, re.I):
        if not _NOT_ALIKE.search(match["inside"]):
            return match.group(), frozenset(content_stems(match["inside"]))
    place = re.search(rf"^{plain},\s+{_PLACE}(?=\s+{re.escape(name)}|$|\s+(?:is|was)\s+an?\b)", line) or re.search(
        rf"^{plain},\s+(?P<inside>[A-Z][\w’'-]+)\s+(?:The\s+)?{re.escape(name)}", line
    )
    if place:
        return f"{name}, {place['inside']}", frozenset(name_stems(place["inside"]))
    between = r"(?:,\s+(?:the\s+)?(?:\d+\w\w\s+)?|:\s+)" if " of " in name else r"(?:,\s+(?:the|\d+\w\w)\s+|:\s+)"
    bearer = re.match(f"{_BEARER}{between}{re.escape(name)}(?!\\w)", line)
    if bearer:
        return bearer.group(), frozenset(name_stems(bearer["inside"]))
    return _longer_name(name, line)


def _lived(name: str, line: str) -> frozenset[str]:
    """Return the years of birth and death, or that of birth, that stand in brackets after the name, also in full."""
    first, *rest = re.escape(name).split(r"\ ")
    full = rf"{first}{_MIDDLE_NAMES}{' '.join(rest)}" if len(rest) == 1 else re.escape(name)
    match = re.search(rf"(?<!\w){full}{_LIVED}", line)
    return frozenset(filter(None, match.group("born", "died", "alive"))) if match else frozenset()


def _longer_name(name: str, line: str) -> tuple[str, frozenset[str]] | None:
    """Return the longer name that a line begins with and that ends in a single-word one: "Kevin Koger" for "Koger"."""
    stems = name_stems(name)
    for found in names(f"x {line[:60]}")[:1] if len(stems) == 1 else ():
        longer = name_stems(found)
        first = re.match(rf"{re.escape(found)}(?:\s+{re.escape(found)}|\s*\(|,?\s+(?:is|was)\s+an?\b|$)", line)
        if first and 1 < len(longer) <= 3 and longer[-1] == stems[0] and "’" not in found and " of " not in found:
            return found, frozenset(longer[:-1])
    return None


def _described(name: str, line: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems of the names and of the other words in what a line says that the bearer is."""
    match = re.search(rf"(?<!\w){re.escape(name)}{_IS_A}", line[:400])
    if not match:
        return frozenset(), frozenset()
    what = re.split(r",|\b(?:who|which|that|and|located|situated|written|released|directed|based)\b", match["what"])[0]
    found = frozenset(s for each in names(f"x {what}") for s in name_stems(each))
    return found, frozenset(s for s in content_stems(what) if s not in found)
