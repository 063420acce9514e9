"""Is a sentence about what the question is about: its own names, its own dates, its own words? Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from index.numbers import DateMention, dates
from index.types import StoredArticle
from qa.analysis import ALWAYS_SAID, Profile, is_generic, own_name_stems
from qa.words import contains_word, content_stems

OWN_WORDS, NEAR_WORDS, ARTICLE_WORDS = 1.0, 0.8, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Aboutness:
    """Where the question's names, dates and words are found. Each share is in [0, 1]."""

    names: float = 1.0  # the worst-found name: 1 in the sentence, 0.8 near it, 0.5 in its article, 0 nowhere
    missing_names: tuple[str, ...] = ()
    date: float = 1.0  # 1 agrees, 0.8 not said, 0 another date
    coverage: float = 1.0  # share of the question's other words, in the sentence or near it
    own_coverage: float = 1.0  # the same, in the sentence alone


@lru_cache(maxsize=8192)
def stems_of(text: str) -> frozenset[str]:
    """Return the content stems of a text as a set."""
    return frozenset(content_stems(text))


def aboutness(profile: Profile, window: str, surroundings: str, article: StoredArticle) -> Aboutness:
    """Return how far a window of an article is about the names, dates and words of the question."""
    own, near = stems_of(window), stems_of(surroundings)
    whole = stems_of(whole_text(article))
    own, near, whole = (with_measure(profile, stems) for stems in (own, near, whole))
    places = [(name, _name_place(name, own, near, whole)) for name in own_name_stems(profile)]
    rest = _other_stems(profile)
    return Aboutness(
        names=min((place for _, place in places), default=1.0),
        missing_names=tuple(" ".join(name) for name, place in places if place == 0.0),
        date=_date_agreement(profile.dates, window, surroundings, article),
        coverage=sum(_place(s, own, near, whole) for s in rest) / len(rest) if rest else 1.0,
        own_coverage=sum(contains_word(own, s) for s in rest) / len(rest) if rest else 1.0,
    )


def is_of_longer_name(profile: Profile, text: str, article: StoredArticle, others: Iterable[StoredArticle]) -> bool:
    """Return whether a text speaks of the bearer of a longer name: "the Fund of Norland" is not "the Fund".

    Only where another article has the name alone, so that the documents know both, and its own never does: there "the
    Fund" is short for it.
    """
    for name in profile.names:
        if len(name.split()) < 2 or name not in text or _has_alone(name, whole_text(article)):
            continue
        if any(_has_alone(name, whole_text(other)) for other in others):
            return True
    return False


def whole_text(article: StoredArticle) -> str:
    """Return title and sentences of an article, a line each."""
    return "\n".join([article.title or "", *(sentence.text for sentence in article.sentences)])


def _has_alone(name: str, text: str) -> bool:
    """Return whether a name stands in a text without "of" and a further name after it."""
    return re.search(rf"\b{re.escape(name)}\b(?!,? of (?:the )?[A-Z])", text) is not None


def tells_measure(profile: Profile, text: str) -> bool:
    """Say whether a text tells what is to be measured in words of its own, where no answer could do without them."""
    return profile.measure not in ALWAYS_SAID or bool(profile.measured_in & stems_of(text))


def with_measure(profile: Profile, stems: frozenset[str]) -> frozenset[str]:
    """Return the stems with that of "how fast", where others tell a speed."""
    return stems | {profile.measure} if profile.measure and profile.measured_in & stems else stems


def _other_stems(profile: Profile) -> list[str]:
    in_names = {stem_ for name in own_name_stems(profile) for stem_ in name}
    in_dates = {s for mention in profile.dates for s in content_stems(mention.text)}
    generic = {s for s in profile.focus if is_generic(s)}
    return [s for s in profile.stems if s not in in_names | in_dates | generic]


def _place(stem_: str, own: frozenset[str], near: frozenset[str], whole: frozenset[str]) -> float:
    if contains_word(own, stem_):
        return OWN_WORDS
    if contains_word(near, stem_):
        return NEAR_WORDS
    return 0.3 if contains_word(whole, stem_) else 0.0


def _name_place(name: tuple[str, ...], own: frozenset[str], near: frozenset[str], whole: frozenset[str]) -> float:
    """Return where a name is found: all its words, or its last one (a surname) with the rest somewhere near."""
    for stems, worth in ((own, OWN_WORDS), (own | near, NEAR_WORDS), (whole, ARTICLE_WORDS)):
        if all(contains_word(stems, word) for word in name):
            return worth
        if len(name) > 1 and contains_word(stems, name[-1]):
            return worth * 0.9
    return 0.0


def _date_agreement(asked: tuple[DateMention, ...], window: str, surroundings: str, article: StoredArticle) -> float:
    """Return 1 where a date of the question is said, 0.8 where none is, less where only other ones are."""
    if not asked:
        return 1.0
    return min(_one_date(mention, window, surroundings, article) for mention in asked)


def _one_date(asked: DateMention, window: str, surroundings: str, article: StoredArticle) -> float:
    said = dates(window)
    if any(asked.agrees(mention) for mention in said):
        return 1.0
    if any(asked.agrees(mention) for mention in dates(surroundings)):
        return 0.9
    if any(mention.year is not None and asked.year is not None for mention in said):
        return 0.2
    if article.date is not None and asked.year is not None:
        return 0.9 if article.date.value.year == asked.year else 0.3
    whole = "\n".join(sentence.text for sentence in article.sentences)
    return 0.85 if any(asked.agrees(mention) for mention in dates(whole)) else 0.7
