"""Which of several people, places or works of one name an article speaks of: "Lost Springs, Kansas", "Kevin Koger". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from index.types import StoredArticle
from qa.analysis import Profile
from qa.words import TITLES, content_stems, name_stems, names

HEAD_SENTENCES = 6  # where an article says what it is about
HEAD_CHARACTERS = 1_000  # of them, in which a title is looked for
_BRACKETED = r"[\"”’']?\s*\((?P<inside>[^()]{2,60})\)(?!\s*[–—-])"
_LIVED = r"(?:[^()\d]|\b\d{1,2}(?:st|nd|rd|th)\b){0,40}\(\s*(?:[^()]*?\b(?P<born>[12]\d{3})\b[^()]*?\b(?P<died>[12]\d{3})\b[^()]*|born\b[^()]*?\b(?P<alive>[12]\d{3})\b[^()]*)\)"
_MIDDLE_NAMES = r"(?: [“\"(]?[A-Z][\w.’'-]*[”\")]?){0,3} "
_BEARER = r"(?P<inside>[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){0,3})"
_PLACE = r"(?P<inside>[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){0,2})"
_PLACE_ONCE = r"(?P<inside>[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){0,2}?)"
_IS_A = (
    r"[\"”’']?(?:\s*\([^)]*\))?(?:,[^,.]{0,60},)?\s+(?:is|was|are|were)\s+(?:an?|the|one of)\s+(?P<what>[^.;:]{4,140})"
)
_NOT_ALIKE = re.compile(r"\d{1,2},? [12]\d{3}|[12]\d{3}\s*[–—-]|\b(?:pronounced|listen|born as|née|also|abbreviated|or|formerly|known)\b|[:;/ˈ]|[^\x00-\u024f–—\s]", re.I)  # fmt: skip
_KINDS_OF_PLACE = "borough|city|county|district|municipality|parish|province|region|state|town|township|village"
_KIND_AFTER = rf"(?:\s+(?i:{_KINDS_OF_PLACE}))?"
_GENERIC = frozenset(content_stems(_KINDS_OF_PLACE.replace("|", " ")))
_OF_LIVES = frozenset(content_stems("born died die"))
_RANKS = re.compile(
    r"(?:arch)?bishop|(?:vice[- ])?admiral|baron|brigadier|captain|chief|colonel|commander|commodore|corporal|count|doctor|"
    r"duke|earl|emp(?:eror|ress)|general|governor|judge|justice|king|lieutenant|major|marqu(?:ess|is)|marshal|"
    r"prince(?:ss)?|professor|queen|sergeant|senator|viscount",
    re.I,
)
_TITLE_TWICE = re.compile(
    r"(?:^|[.?!]\s+)(?:The\s+)?(?P<title>[A-Z0-9][^?!()]{3,80}?)\s+(?:The\s+)?(?P=title)\s*(?:\([^()]*\))?(?:,\s|,?\s+(?:is|was|are|were)\b)"
)
_GOES_ON = re.compile(r"[-–—:,]|\s(?:[-–—]|(?:at|by|d[ae]l?|des|du|for|from|in|of|on|to|with|without)\b)")
_QUOTED = re.compile(r"[“\"]([^“”\"]{2,80})[”\"]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What tells the bearer of a name from others of the name, as far as an article says it."""

    label: str  # as written: "Lost Springs, Kansas", "Kevin Koger"; the name alone where nothing is added
    added: frozenset[str] = frozenset()  # stems of what is added to the name: {"kansa"}, {"kevin"}
    names: frozenset[str] = frozenset()  # stems of the names in "is a city in Marion County, Kansas"
    nouns: frozenset[str] = frozenset()  # stems of its other words
    lived: frozenset[str] = frozenset()  # the years in brackets after the name: {"1848", "1912"}
    asked: frozenset[str] = frozenset()  # what of that the question itself says, but for "born" and "died"

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
            return bool(self.added - other.added) and bool(other.added - self.added)
        if self.names and other.names:
            return not self.names & other.names
        return bool(self.nouns and other.nouns) and not self.nouns & other.nouns


@lru_cache(maxsize=2048)
def subject_of(profile: Profile, article: StoredArticle) -> Subject | None:
    """Return which bearer of the question's name an article is about; None where it does not say so at its head."""
    head = [" ".join(s.text.split()) for s in article.sentences[:HEAD_SENTENCES]]
    for name in names_asked(profile):
        titled = _titled(name, article.title, " ".join(head))
        for line in filter(None, [article.title or "", *head, " ".join(head[:2])]):
            found = titled or _added(name, line)
            described, nouns = _described(name, line)
            lived = _lived(name, line)
            if found or described or nouns or lived:
                return _subject(profile, name, found, lived, described, nouns)
    return None


def subject_near(profile: Profile, article: StoredArticle, position: int) -> Subject | None:
    """Return which bearer a sentence speaks of, or the one before it, by the years of a life or a title that it begins.

    A page may go on to a second bearer after its head, and a passage may begin before the title of its page.
    """
    text = " ".join(" ".join(s.text.split()) for s in article.sentences[max(0, position - 1) : position + 1])
    for name in names_asked(profile):
        titled, lived = _titled(name, None, text), _lived(name, text)
        if titled or lived:
            return _subject(profile, name, titled, lived, frozenset(), frozenset())
    return None


def _subject(
    profile: Profile,
    name: str,
    found: tuple[str, frozenset[str]] | None,
    lived: frozenset[str],
    described: frozenset[str],
    nouns: frozenset[str],
) -> Subject:
    bare = f"{name} ({'–'.join(sorted(lived))})" if lived else name
    label, added = found or (bare, frozenset[str]())
    asked = frozenset(profile.stems)
    own = frozenset(name_stems(name)) | asked
    return Subject(
        label=label,
        added=frozenset(stem_ for stem_ in added - own if len(stem_) > 1),
        names=described - own,
        nouns=nouns - own,
        lived=lived,
        asked=added & asked - frozenset(name_stems(name)) - _OF_LIVES,
    )


def names_asked(profile: Profile) -> list[str]:
    """Return the titles in quotation marks, then the names of the question, longest first."""
    quoted = [match.strip(" ,.?") for match in _QUOTED.findall(profile.text)]
    inside = [name for name in profile.names if any(name in title for title in quoted)]
    named = sorted((name for name in profile.names if name not in inside), key=len, reverse=True)
    return [*quoted, *named, *(surname for name in named if (surname := _after_rank(name)))]


def _after_rank(name: str) -> str | None:
    """Return the surname of "General Koger", which stands on the General's page after his first name."""
    rank, _, surname = name.partition(" ")
    is_rank = _RANKS.fullmatch(rank) or rank.lower() in TITLES
    return surname if is_rank and re.fullmatch(r"[A-Z][\w’'-]{2,}", surname) else None


def _titled(name: str, title: str | None, head: str) -> tuple[str, frozenset[str]] | None:
    """Return the title that a text begins with, where it holds the name and more, and the stems of what is more.

    "Tarsk School for Girls" for "Tarsk School": the title stands above the text, or in its first line, and again as
    what the first sentence speaks of. The "Tarsk School Fair" is no school of the name.
    """
    opened = f"{title}. {title} {head}" if title and head.startswith((title, f"The {title}")) else head
    for match in _TITLE_TWICE.finditer(opened[:HEAD_CHARACTERS]):
        before, found, after = re.sub(r"\s+", " ", match["title"]).partition(name)
        if not found or before[-1:].isalnum() or (after and not _GOES_ON.match(after)):
            continue
        more = frozenset(content_stems(f"{before} {after}")) - frozenset(name_stems(name)) - _GENERIC
        return (match["title"], more) if more else None
    return None


def _added(name: str, line: str) -> tuple[str, frozenset[str]] | None:
    """Return the name with what is added to it, and its stems: in brackets, after a comma, or as first names."""
    plain = rf"(?<!\w){re.escape(name)}"
    for match in re.finditer(rf"{plain}[?!]?{_BRACKETED}", line, re.I):
        if not _NOT_ALIKE.search(match["inside"]):
            return match.group(), frozenset(content_stems(match["inside"]))
    place = _placed(name, line)
    if place:
        return f"{name}, {place}", frozenset(name_stems(place)) - _GENERIC
    between = r"(?:,\s+(?:the\s+)?(?:\d+\w\w\s+)?|:\s+)" if " of " in name else r"(?:,\s+(?:the|\d+\w\w)\s+|:\s+)"
    bearer = re.match(f"{_BEARER}{between}{re.escape(name)}(?!\\w)", line)
    if bearer:
        return bearer.group(), frozenset(name_stems(bearer["inside"]))
    return _longer_name(name, line)


def _placed(name: str, line: str) -> str | None:
    """Return the place that is added after a comma: "Kansas" of "Tarsk, Kansas Tarsk is a city", a line or its end."""
    plain = rf"(?<!\w){re.escape(name)}"
    again = rf"\s+(?:The\s+)?{re.escape(name)}"
    wider = r"(?:,\s+[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)?)?"
    forms = (
        rf"{plain}{_KIND_AFTER},\s+{_PLACE_ONCE}{wider}{again}{_KIND_AFTER}\s+(?:is|was)\b",
        rf"^{plain},\s+{_PLACE}(?=\s+{re.escape(name)}|$|\s+(?:is|was)\s+an?\b)",
        rf"^{plain},\s+(?P<inside>[A-Z][\w’'-]+)(?:{again}|\s+(?:The|An?)\s+[a-z])",
    )
    return next((match["inside"] for form in forms if (match := re.search(form, line))), None)


def _lived(name: str, line: str) -> frozenset[str]:
    """Return the years of birth and death, or that of birth, that stand in brackets after the name, also in full."""
    first, *rest = re.escape(name).split(r"\ ")
    full = rf"{first}{_MIDDLE_NAMES}{' '.join(rest)}" if len(rest) == 1 else re.escape(name)
    match = re.search(rf"(?<!\w){full}{_LIVED}", line)
    return frozenset(filter(None, match.group("born", "died", "alive"))) if match else frozenset()


def _longer_name(name: str, line: str) -> tuple[str, frozenset[str]] | None:
    """Return the longer name that a line begins with and that ends in a single-word one: "Kevin Koger" for "Koger"."""
    stems = name_stems(name)
    again = re.match(
        rf"(?P<title>(?P<first>[A-Z][\w’'-]+)(?: [A-Z][\w.’'-]*){{0,2}} {re.escape(name)})\s+(?:[A-Z][\w’'-]+ ){{0,4}}(?P=first)\b",
        line,
    )
    if again and len(stems) == 1:
        return again["title"], frozenset(name_stems(again["title"])) - frozenset(stems)
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
