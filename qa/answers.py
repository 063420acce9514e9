"""Does a sentence give what the question asks for: a figure, a date, a name, a reason? Pure."""

from __future__ import annotations

import re

from index.numbers import Number, dates, numbers, same_value
from qa.analysis import Profile, is_generic
from qa.superlatives import says_less
from qa.words import CALENDAR, contains_word, content_stems, fold, name_stems, names, words

UNKNOWN = re.compile(
    r"\b(?:not (?:yet )?(?:known|clear|disclosed|revealed|released|been (?:yet )?(?:disclosed|revealed|released|published|named|identified|announced|determined|established|explained)|"
    r"say|said|give|given|detailed|identified|named|specify|specified|publish\w*|comment\w*)|(?:has|have|had|did|does|do|would|could)(?: not|n['’]t) "
    r"(?:say|said|detail\w*|disclos\w*|reveal\w*|name\w*|identif\w*|specif\w*|giv\w+|confirm\w*|publish\w*|releas\w*|comment\w*|provid\w*|share\w*)|"
    r"unknown|unclear|undisclosed|was (?:a )?secret|is (?:a )?secret|declined to (?:say|comment|give|name|disclose|specify)|"
    r"refused to (?:say|comment|give|name|disclose)|no (?:figure|number|date|name|details?|reason|cause)s? (?:was|were|has|have|had)|remains? unknown|never (?:been )?(?:disclosed|found|published))\b",
    re.I,
)
_TIME = re.compile(
    r"\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)|fortnight|overnight|until|since|indefinite\w*|"
    r"permanent\w*|moments?|briefly|weekend|summer|winter|spring|autumn|fall)\b",
    re.I,
)
_WHEN = re.compile(
    r"\b(?:yesterday|today|tomorrow|tonight|overnight|last|next|this|earlier|ago|later|end of|early|late|mid|noon|midnight|morning|afternoon|evening|"
    r"night|a\.m|p\.m|hours?|days?|weeks?|months?|years?|century|decades?|during|after|before|weekend|summer|winter|spring|autumn)\b",
    re.I,
)
_SPEAKER = re.compile(
    r"\b(?:an?|the|one|two|some)\s+(?:[\w-]+\s+){0,4}(?:source|official|resident|witness|spokes\w+|officer|minister|doctor|expert|group|court|judge|"
    r"author|team|company|agency|council|police|committee|report|monitor|army|board|jury|firm|union|captain|crew|member|worker|farmer|driver|neighbour|researcher|scientist)s?\b",
    re.I,
)
_PEOPLE_WHO = re.compile(
    r"\b(?:people|persons|those|anyone|anybody|everyone|men|women|children|citizens|workers|owners|parents)\s+"
    r"(?:who|whose|that|with|without|from|aged|over|under|living|working)\s+[^.;:]{3,}",
    re.I,
)
_REASON = re.compile(
    r"\b(?:because|since|due to|as|so that|in order to|to|after|over|for|following|owing to|caused|led to|aimed|fear\w*|protest\w*|result\w*|therefore|why|reason)\b",
    re.I,
)


_VAGUE = re.compile(
    r"\b(?:no one|nobody|none|no [a-z]+s|dozens|scores|hundreds|thousands|millions|half|a third|a quarter|double|twice|several|all|majority|most)\b",
    re.I,
)


_DENIED = re.compile(
    r"\s+(?:(?:him|her|it|them)sel(?:f|ves)\s+)?(?:never|(?:was|were|is|are|has|have|had|did|does|do|could|would|will)(?:\s+(?:not|never)|n[’']t))\b",
    re.I,
)
_GOES_ON = re.compile(r"\b(?:but|yet|though|although|however|until|before|since|because|as)\b", re.I)
_ASKS_WHO_DID_NOT = re.compile(
    r"\b(?:not|never|no|without|refus\w+|declin\w+|den(?:y|ie[sd])\w*|fail\w*|miss\w*|lack\w*|absent|acquit\w*|los(?:t|e[sr]?|ing)|spared|cleared|abstain\w*|oppos\w+|reject\w*)\b|n[’']t\b",
    re.I,
)
# A text that is one question, or names one: "More news: Why did it close?"
_ASKS = re.compile(
    r"^(?:[^.!?“”\"]*:)?\W*(?i:who|whom|whose|what|which|when|where|why|how|is|are|was|were|did|does|do|has|have|can|will)\b"
    r"[^.!?“”\"]*\?\W*$"
)
_ASKS_WHAT_WAS_ASKED = re.compile(r"\b(?:ask(?:s|ed|ing)?|questions?|wonder\w*)\b", re.I)
_YES_OR_NO = re.compile(r"^\W*(?:yes|no)\b", re.I)
_OF_A_SET = re.compile(r"\b(?:all|both|the(?: (?:other|remaining))?)\s+$", re.I)
_NO_NOUN = re.compile(r"\s+(?!(?:people|men|women|children|persons)\b)[a-z]*[a-rt-z]\b")
_ASKS_OF_A_SET = re.compile(r"\bof (?:the|them|these|those|his|her|its|their)\b", re.I)


def says_unknown(text: str) -> bool:
    """Return whether a sentence says that something is not known or not disclosed."""
    return bool(UNKNOWN.search(text))


def gives_answer(profile: Profile, text: str) -> bool:
    """Return whether `text` holds the kind of thing that is asked for and that the question does not itself say.

    A question gives none. "The second largest" is not what "the largest" is asked for, and who "was not awarded" a
    prize did not win it.
    """
    if _ASKS.search(text) and not _ASKS_WHAT_WAS_ASKED.search(profile.text):
        return False
    if says_unknown(text):
        return True
    if says_less(profile.text, text):
        return False
    match profile.kind:
        case "number":
            return has_new_number(profile, text)
        case "duration":
            return bool(_TIME.search(text)) and (has_new_number(profile, text) or bool(new_stems(profile, text)))
        case "date":
            return has_new_date(profile, text)
        case "person":
            named = any(not is_denied(profile, text, name) for name in new_names(profile, text))
            return named or bool(_SPEAKER.search(text)) or _describes_people(profile, text)
        case "place":
            return bool(new_names(profile, text)) or bool(new_stems(profile, text))
        case "reason":
            return bool(_REASON.search(text)) and bool(new_stems(profile, text))
        case "boolean":
            return bool(_YES_OR_NO.match(text)) or len(new_stems(profile, text)) < len(content_stems(text))
        case _:
            return bool(new_stems(profile, text))


def _describes_people(profile: Profile, text: str) -> bool:
    """Return whether people are told by what they do or are, in words that the question does not give."""
    return any(new_stems(profile, found.group()) for found in _PEOPLE_WHO.finditer(text))


def has_new_number(profile: Profile, text: str) -> bool:
    """Return whether a figure stands here that the question does not give."""
    counts_it = not profile.focus or any(contains_word(frozenset(content_stems(text)), s) for s in profile.focus)
    if counts_it and _VAGUE.search(text):
        return True
    counted = [n for n in numbers(text) if n.unit != "ordinal" and not _points_back(profile, text, n)]
    return any(not any(same_value(number.value, own) for own in profile.numbers) for number in counted)


def _points_back(profile: Profile, text: str, number: Number) -> bool:
    """Return whether a figure only names a set told of before ("All eleven live here") where all people are asked for."""
    wide = bool(profile.focus) and all(map(is_generic, profile.focus)) and not _ASKS_OF_A_SET.search(profile.text)
    before, after = text[: number.start], text[number.end :]
    return wide and bool(_OF_A_SET.search(before) and _NO_NOUN.match(after))


def has_new_date(profile: Profile, text: str) -> bool:
    """Return whether a date or time stands here that the question does not give."""
    new = [mention for mention in dates(text) if not any(mention.text == own.text for own in profile.dates)]
    named = {word.lower for word in words(text)}
    named |= {word.removesuffix("s") for word in named if word.endswith("days")}  # "on Wednesdays"
    weekday = any(word in CALENDAR and word not in fold(profile.text) for word in named)
    return bool(new) or weekday or bool(_WHEN.search(text))


def new_names(profile: Profile, text: str) -> list[str]:
    """Return the names that the question does not give."""
    asked = {stem_ for name in profile.names for stem_ in name_stems(name)} | set(profile.stems)
    return [name for name in names(text) if not all(contains_word(asked, stem_) for stem_ in name_stems(name))]


def is_denied(profile: Profile, text: str, name: str) -> bool:
    """Return whether a text says of a name each time only that it did not do what is asked, where it is asked who did.

    "Ana Tarn did not start the match but scored" names who scored.
    """
    after = [text[found.end() :] for found in re.finditer(rf"\b{re.escape(name)}\b", text)]
    return bool(after) and not _ASKS_WHO_DID_NOT.search(profile.text) and all(_denies(profile, rest) for rest in after)


def _denies(profile: Profile, rest: str) -> bool:
    """Return whether what follows a name denies something that the question speaks of, and goes on with nothing else."""
    denied = _DENIED.match(rest)
    if denied is None or _GOES_ON.search(rest):
        return False
    clause = re.split(r"[,;:.!?]", rest[denied.end() :], maxsplit=1)[0]
    return any(contains_word(frozenset(profile.stems), stem_) for stem_ in content_stems(clause))


def new_stems(profile: Profile, text: str) -> list[str]:
    """Return the content words that the question does not give."""
    asked = frozenset(profile.stems)
    return [stem_ for stem_ in content_stems(text) if not contains_word(asked, stem_)]
