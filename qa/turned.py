"""Does a sentence tell the opposite of what is asked, where only another word or a "not" tells them apart? Pure.

"Which ship did not sink?" is not answered by the ships that sank, nor what the internal wall is made of by "the
external wall is brick". A reader that goes by what the words are about takes them for the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from qa.analysis import Profile
from qa.grammar import is_past, is_present, word_set
from qa.verify.opposites import opposites_of
from qa.words import Word, alias, contains_word, content_stems, is_function_word, words

_ASKS_NOT = re.compile(
    r"(?<!\bfor )(?<!\bof )(?<!\bby )(?<!\bin )(?<![-\w])(?:not|never)\b(?!-)(?! (?:only|just|less|more|fewer)\b)|"
    r"(?i:n[’']t)\b"
)
_QUOTED = re.compile(r"[“\"‘][^“”\"‘]*[”\"’](?!\w)")  # a title's "not" asks nothing
_BESIDES = re.compile(r"(?<=\w )\b(?:that|if|when|who|which|whose|because|since|as|due|between)\b|[,:;]", re.I)
_IN_GENERAL = re.compile(
    r"^\W*(?i:when|where|how|by whom|in (?:what|which) \w+) "
    r"(?:(?:was|is) (?P<noun>[a-z]{4,}) (?:first|originally) [a-z]+|"
    r"did (?P<one>[a-z]{4,}) (?:first |originally )?(?:originate|start|begin|come|emerge|arise))\b"
)  # a noun without an article: "When was algebra first developed?"
_NO_KIND = word_set("early earliest first ancient original real true actual whole entire all")
_PRONOUNS = word_set("i you he she it we they who that to")
_OR_NOT = re.compile(r"\b(?:or not|is(?:n[’']t| not) it)\b", re.I)
_DENIES = re.compile(
    r"\b(?:not|no|none|never|nobody|nothing|neither|nor|without|cannot|only|except\w*|exclud\w+|besides|other than|"
    r"rather|instead|unlike|but|though|however|while|whereas|unable|unlikely|impossible|hardly|barely|rarely|seldom|few|"
    r"too|against|apart from|exclusion\w*|omit\w*|leaves? out|left out|yet to|outside|evad\w*|drop\w*|"
    r"refus\w+|declin\w+|den(?:y|ie[sd])\w*|fail\w*|miss\w*|lack\w*|absen\w+|abstain\w*|oppos\w+|reject\w*|prevent\w*|"
    r"avoid\w*|stop\w*|ban\w*|forb\w+|prohibit\w*|exempt\w*|spar(?:ed?|es|ing)|surviv\w+|withdr\w+|remain\w*|kept|free|"
    r"(?:un|non-?|dis|il|im|ir)[a-z]{4,}|in(?:ab|ac|cap|com|dep|eff|eli|suf|val)[a-z]{3,}|\w+less)\b|n[’']t\b",
    re.I,
)
_OPPOSITES = (
    "internal inner interior|external outer exterior", "northern|southern", "eastern|western", "north|south",
    "east|west", "upper|lower", "positive|negative", "public|private", "legal lawful|illegal unlawful",
    "possible|impossible", "common|uncommon rare", "usual|unusual", "domestic|foreign", "primary|secondary",
    "ancient|modern", "natural|artificial", "direct|indirect", "formal|informal", "permanent|temporary",
    "voluntary|compulsory involuntary mandatory", "maximum|minimum", "male|female", "urban|rural",
    "active|inactive", "left|right", "hot|cold", "wet|dry", "dark|light", "rich|poor", "young|old", "major|minor",
    "majority|minority", "fresh|salt", "increased increasing|decreased decreasing",
    "high higher highest|low lower lowest", "large larger largest big bigger biggest|small smaller smallest",
    "strong stronger strongest|weak weaker weakest", "best|worst",
    "oldest eldest|youngest newest", "longest|shortest", "even|odd",
    "simple|complex", "finite|infinite", "known|unknown", "dependent|independent", "equal|unequal",
    "visible|invisible", "solid|liquid", "northernmost|southernmost", "easternmost|westernmost", "civil|criminal",
    "winning|losing", "summer|winter", "morning|evening", "safe|dangerous unsafe",
)  # fmt: skip


def tells_opposite(profile: Profile, text: str) -> bool:
    """Return whether a sentence that may answer a question says the opposite of what it asks of.

    It does where the question asks what is not so and the sentence denies nothing, and where it says of the same noun
    the opposite of the question's adjective and never the adjective itself.
    """
    return _denies_nothing(profile, text) or _has_opposite(profile.text, text)


def tells_narrower(question: str, text: str) -> bool:
    """Return whether a text speaks of a kind alone of what a question asks of in general.

    When algebra was developed is not when "abstract algebra was developed". Of "the ferry" that cannot be told: one
    ferry is spoken of, whatever stands before the word.
    """
    asked = _IN_GENERAL.search(question)
    if asked is None:
        return False
    noun, known = alias(asked["noun"] or asked["one"]), frozenset(content_stems(question))
    found = words(text)
    told = [n for n, word in enumerate(found) if alias(word.text) == noun]
    return bool(told) and all(
        n > 0 and text[found[n - 1].end : found[n].start].isspace() and _is_kind(found[:n], known) for n in told
    )


def _is_kind(before: Sequence[Word], known: frozenset[str]) -> bool:
    """Return whether the word before a noun makes it a narrower one: no verb, and no verb's object is such a noun."""
    kind = before[-1]
    if kind.lower in _NO_KIND or is_function_word(kind.lower) or is_past(kind.lower) or is_present(kind.lower):
        return False
    behind = before[-2] if len(before) > 1 else None
    stands_alone = behind is None or (is_function_word(behind.lower) and behind.lower not in _PRONOUNS)
    return stands_alone and not kind.lower.endswith("ing") and not contains_word(known, alias(kind.text))


def _denies_nothing(profile: Profile, text: str) -> bool:
    """Return whether only the question denies something; why nothing happened may be told without a "not"."""
    question = _QUOTED.sub(lambda found: "_" * len(found[0]), profile.text)
    asked = _ASKS_NOT.search(question)
    if asked is None or profile.kind in ("boolean", "reason") or _OR_NOT.search(question):
        return False
    is_aside = _BESIDES.search(question, 0, asked.start()) or question[asked.end() :].count(",") > 1
    return not is_aside and not _DENIES.search(text)


def _has_opposite(question: str, text: str) -> bool:
    asked, told = _qualities(question), _qualities(text)
    held = {word.lower for word in words(text)}
    return any(
        not held & _kin(quality)
        and any(other in _table()[quality] and noun == other_noun for other, other_noun in told)
        for quality, noun in asked
    )


@lru_cache(maxsize=4096)
def _qualities(text: str) -> frozenset[tuple[str, str]]:
    """Return each word that has an opposite with the stem of the content word after it; names are left out."""
    return frozenset(
        (word.lower, alias(after.text))
        for word, after in pairwise(words(text))
        if word.lower in _table() and word.text.islower() and _is_noun(after)
    )


def _is_noun(word: Word) -> bool:
    return not is_function_word(word.lower) and bool(content_stems(word.text))


def _kin(word: str) -> frozenset[str]:
    """Return the words that say the same, itself included: those with the same opposites."""
    return frozenset().union(*(_table()[other] for other in _table()[word]))


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[str]]:
    return opposites_of(_OPPOSITES, keys=str.split)
