"""A question and its short answer as one declarative sentence, by rules; None where the rules are not sure. Pure.

The way is short: the question becomes a `Frame`, a statement with one hole, and the answer is put into the hole.
"""

from __future__ import annotations

import re
from dataclasses import replace

from qa.frame import CLAUSE_VERBS, MOTION, Frame, frame_of
from qa.grammar import (
    DETERMINERS,
    MONTHS,
    MORE_OFTEN_NOUNS,
    PASTS,
    PREPOSITIONS,
    PRONOUNS,
    is_base,
    is_ing,
    is_past,
    is_present,
    lemma,
    low,
    word_set,
)

MAX_ANSWER_WORDS = 22

_NUMBERED = word_set("season chapter grade week round episode volume version phase stage")
_MASS = word_set(
    "music art food water energy research literature architecture software data media work government equipment "
    "treatment training education evidence power gas oil rock metal wood material behavior weather information "
    "transportation technology fuel land soil meat cuisine care support clothing money trade dance poetry"
)
_AT_PLACES = re.compile(
    r"\b(?:School|University|Stadium|Airport|Hall|Church|Museum|Theat(?:re|er)|Center|Centre|Institute|Hospital|Palace|"
    r"Hotel|Station|College|Academy|Arena|Garden|Cathedral|Cemetery|Abbey)\b"
)
_ON_PLACES = re.compile(r"\b(?:River|Street|Avenue|Road|Route|Broadway|[Cc]oast|[Bb]ank|[Ff]loor|[Cc]ampus)\b")
_YEAR_OR_MONTH = re.compile(
    rf"(?:(?:early|late|mid|spring|summer|autumn|fall|winter)[ -])?(?:of )?(?:{MONTHS},? )?"
    r"\d{3,4}(?: ?(?:BC|AD|BCE|CE))?"
)
_AMOUNT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundreds?|thousands?|"
    r"millions?|billion|dozens?|half|no|none|zero|several|many|few|most|double|twice|all)\b",
    re.I,
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_CLAUSE_IN_ANSWER = re.compile(
    r"\b(?:is|are|was|were|had|has|have|did|does|do|could|would|can|will|should|may|might|must|he|she|they|it)\b", re.I
)


def statement_of(question: str, answer: str) -> str | None:
    """Return the question and its answer as one declarative sentence; None where that cannot be done safely."""
    said = _trimmed(answer)
    frame = frame_of(question) if said else None
    if frame is None or len(said.split()) > MAX_ANSWER_WORDS or re.search(r"[?!\n]|\.\s+[A-Z][a-z]+ \w+ ", said):
        return None
    if frame.slot == "truth":
        yes = re.match(r"(?:yes|no)\b", said, re.I)
        if not yes:
            return None
        return frame.filled("") if yes.group().lower() == "yes" else replace(frame, before=frame.negative).filled("")
    filler = _filler(frame, said)
    return _agreeing(frame, filler).filled(filler) if filler else None


def _trimmed(answer: str) -> str:
    said = " ".join(answer.split()).strip()
    if not re.search(r"\b(?:[A-Z]\.?[A-Z]|[a-z]\.[a-z]|Jr|Sr|Inc|etc|Co|Ltd)\.$", said):
        said = said.rstrip(".")
    said = said.rstrip(",;: ")
    return said[1:-1] if re.fullmatch(r"\([^()]*\)", said) else said


def _filler(frame: Frame, said: str) -> str | None:
    """Return the answer in the form that the hole needs."""
    lowered = _lowered(said)
    match frame.slot:
        case "when":
            return _time(frame, lowered)
        case "where":
            return _place(frame, lowered)
        case "why":
            return _reason(lowered)
        case "how":
            return _manner(lowered)
        case "count":
            return _counted(frame, lowered)
        case "share":
            return _shared(frame, lowered)
        case "kind":
            return _kind(frame, lowered)
        case "adverb":
            return _measure(frame, lowered)
        case "owner":
            return _owned(said, frame.head)
        case _:
            return _thing(frame, lowered)


def _owned(said: str, head: str) -> str:
    if said.endswith(("'s", "s'", "’s", "s’")):
        return f"{said} {head}"
    return f"{said}' {head}" if said.endswith("s") else f"{said}'s {head}"


def _lowered(said: str) -> str:
    """Lower an article or preposition that began the answer as a sentence."""
    first, _, rest = said.partition(" ")
    small = first.lower() in DETERMINERS | PREPOSITIONS | {
        "around",
        "approximately",
        "early",
        "late",
        "due",
        "he",
        "she",
    }
    opening = rest[:1].islower() or (first.lower() in PREPOSITIONS and len(first) > 1 and not rest.istitle())
    return f"{first.lower()} {rest}".strip() if small and first.istitle() and opening else said


def _thing(frame: Frame, said: str) -> str | None:
    first = low(said.split()[0])
    if frame.head in _NUMBERED and re.fullmatch(
        r"\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve", said
    ):
        said = f"{frame.head} {said}"
    if is_base(first) and first not in MORE_OFTEN_NOUNS and re.match(r"\S+ (?:the|a|an|his|her|their|its|[A-Z])", said):
        return None  # a verb phrase
    if frame.main_verb == "give" and frame.head in ("name", "title", "nickname"):
        return f"the {frame.head} {said}"
    if frame.preposition:
        if first == frame.preposition:
            return said
        return f"{frame.preposition} {said}" if first not in PREPOSITIONS and not _is_sentence(said) else None
    if frame.head == "be" and not frame.subject:
        return None if first in ("because", "yes", "no") or _is_sentence(said) else said
    ending = low(frame.before.split()[-1]) if frame.before else ""
    if first in PREPOSITIONS - {"over", "about", "around", "under", "per", "up"}:
        if ending == first and " " in said:
            return said.split(maxsplit=1)[1]
        infinitive = first == "to" and frame.main_verb in (
            "want",
            "try",
            "plan",
            "need",
            "agree",
            "refuse",
            "hope",
            "decide",
        )
        return said if infinitive else None
    if _is_sentence(said) or re.match(r"(?:yes|no|because)\b", said, re.I):
        return said if frame.main_verb in CLAUSE_VERBS and ending not in PREPOSITIONS else None
    if is_past(first) and first != "united" and not frame.before:
        return None
    return said


def _is_sentence(said: str) -> bool:
    """Return whether an answer is a clause of its own, not a noun phrase."""
    plain = re.split(r"\b(?:who|which|that|where|when|whose)\b", said)[0].strip()
    if not plain:
        return True
    if low(plain.split()[0]) in ("he", "she", "they", "we", "i") and " " in plain:
        return True
    titled = all(w[:1].isupper() for w in plain.split())
    return (
        len(plain.split()) > 2
        and not titled
        and bool(_CLAUSE_IN_ANSWER.search(plain.split(maxsplit=1)[1]))
        and plain[:1] not in '"“'
    )


def _time(frame: Frame, said: str) -> str | None:
    first = low(said.split()[0])
    if frame.head == "century" and re.fullmatch(r"(?:the )?(?:\d+(?:st|nd|rd|th)|\w+(?:th|nd|rst|ird))", said):
        said = f"{'' if said.startswith('the ') else 'the '}{said} century"
    if frame.preposition:
        return said if first == frame.preposition else f"{frame.preposition} {said}"
    if first in PREPOSITIONS | {
        "when",
        "while",
        "last",
        "this",
        "next",
        "every",
        "today",
        "yesterday",
        "once",
    }:
        return said
    if re.search(rf"(?:{MONTHS} \d{{1,2}}(?!\d)|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{MONTHS}|{_WEEKDAY})", said):
        return f"on {said}"
    if re.fullmatch(r"(?:the )?(?:early |late |mid-?|beginning of |end of )?(?:the )?.*(?:\d0s|'\d0s)", said):
        return f"in {said}" if re.match(r"the\b|\d", said) and said.startswith("the") else f"in the {said}"
    if re.search(r"\b(?:centur(?:y|ies)|millennium|decade)\b", said):
        return f"in {said}" if said.startswith("the ") else f"in the {said}"
    if _YEAR_OR_MONTH.fullmatch(said):
        return f"in {said}"
    if re.fullmatch(rf"(?:early |late |mid-?)?{MONTHS}(?: of)?(?: \d{{4}})?", said) or re.fullmatch(
        r"(?:the )?(?:spring|summer|autumn|fall|winter)(?: of)?(?: \d{4})?", said
    ):
        return f"in {said}"
    if re.search(r"\b\d{1,2}(?:[.:]\d\d)? ?(?:[ap]\.?m\.?|o'clock)|^(?:noon|midnight)$", said):
        return f"at {said}"
    if re.search(r"\b(?:ago|later|earlier|after|before|daily|annually|once|twice)\b", said):
        return said
    if re.search(r"\b(?:War|dynasty|Dynasty|era|Era|period|Period|age|Age|reign|Revolution|Empire)\b", said):
        return f"during {said}"
    return (
        f"in {said}"
        if re.fullmatch(r"(?:BC|AD|\d{3,4})[\s\d–-]*(?:BC|AD|BCE|CE)?", said) and "-" not in said and "–" not in said
        else None
    )


def _place(frame: Frame, said: str) -> str | None:
    first = low(said.split()[0])
    if first in PREPOSITIONS | {
        "outside",
        "inside",
        "north",
        "south",
        "east",
        "west",
        "there",
        "abroad",
        "overseas",
        "home",
    }:
        return said
    if _is_sentence(said) or is_ing(first):
        return None
    if frame.main_verb in MOTION:
        return f"to {said}"
    if re.fullmatch(r"[\d.,%]+|first|second|third|fourth|fifth|\d+\w\w", said):
        return said if frame.main_verb in ("rank", "finish", "place", "come", "stand") else None
    if _ON_PLACES.search(said):
        return f"on {said}"
    return f"at {said}" if _AT_PLACES.search(said) and "," not in said else f"in {said}"


def _reason(said: str) -> str | None:
    first = low(said.split()[0])
    if first in (
        "to",
        "because",
        "for",
        "due",
        "in",
        "so",
        "as",
        "since",
        "after",
        "out",
        "through",
        "by",
        "from",
        "over",
        "on",
    ):
        return said
    if first in PREPOSITIONS or (is_past(first) and said[:1].islower()) or first.endswith("ly"):
        return None
    if _is_sentence(said) or first in PRONOUNS or len(_CLAUSE_IN_ANSWER.findall(said)) > 1:
        return f"because {said}"
    if any(low(w) in PASTS for w in said.split()[1:]) and not re.search(r"\b(?:of|the|a|an)\b", said):
        return None
    if is_base(first) and low(said.split()[1] if " " in said else "") in DETERMINERS:
        return f"to {said}"
    return f"because of {said}"


def _manner(said: str) -> str | None:
    first = low(said.split()[0])
    if first in ("by", "through", "with", "via", "using", "from", "as", "in", "on", "without", "because"):
        return said
    if first.endswith("ly") and " " not in said:
        return said
    return f"by {said}" if is_ing(first) and " " in said else None


def _counted(frame: Frame, said: str) -> str | None:
    if not _AMOUNT.search(said) or is_past(low(said.split()[0])):
        return None
    if frame.preposition:
        return f"{frame.preposition} {said if _holds_head(said, frame.head) else f'{said} {frame.head}'.strip()}"
    head = (
        re.sub(r"^(?:total|different|other|more) ", r"", frame.head)
        if re.search(r"\b(?:total|different|more)\b", said)
        else frame.head
    )
    if (
        not head
        or low(head.split()[0]) in ("money", "of", "time")
        or _holds_head(said, head)
        or re.search(r"%|percent|[$€£]", said)
    ):
        return said
    if len(said.split()) > 5 or low(said.split()[-1]) in PREPOSITIONS:
        return None
    if re.search(r"\b(?:majority|half|quarter|third|hundreds|thousands|millions|dozens)$", said):
        return f"{said} of {head}"
    if re.fullmatch(r"(?:none|zero)", said, re.I):
        return f"no {head}"
    if re.search(
        r"\d$|\b(?:\w+teen|\w+ty|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|million|billion)$",
        said,
        re.I,
    ):
        return f"{said} {_singular(head) if said in ('1', 'one') else head}"
    return said if len(said.split()) > 1 else f"{said} {head}"


def _singular(head: str) -> str:
    first, *others = head.split(" of ", maxsplit=1)
    *rest, noun = first.split()
    return " ".join([*rest, lemma(noun.lower()) if noun.islower() else noun, *(f"of {o}" for o in others)])


def _holds_head(said: str, head: str) -> bool:
    mine = {lemma(low(w)) for w in said.split()}
    core = head.split(" of ")[0].split()
    return any(lemma(low(w)) in mine for w in core[-1:]) or (
        len(core) > 1 and lemma(low(core[0])) in mine and core[0].islower()
    )


def _shared(frame: Frame, said: str) -> str | None:
    if not re.search(r"%|\d|\b(?:percent|per cent|half|third|quarter|fifth|most|all|majority|none|\w+ths?)\b", said):
        return None
    return said if " of " in said or _holds_head(said, frame.head) else f"{said} {frame.head}"


def _kind(frame: Frame, said: str) -> str | None:
    head = re.sub(r"^(?:other|different) ", "", frame.head)
    if _thing(frame, said) is None:
        return None
    noun = low(head.split()[-1]) if head else ""
    if not noun or _holds_head(said, head) or " " in said or re.search(r"[^s]s$", said) or " of " in f" {head} ":
        return said
    adjective = re.search(r"(?:al|ic|an|ish|ese|ous|ive|ed|ary)$", said)
    if not said.islower() and (said.isupper() or not (adjective or (noun.endswith("s") and noun != "species"))):
        return said
    plural = (noun.endswith("s") and not noun.endswith("ss")) or noun in ("people", "men", "women", "children")
    if plural or noun in _MASS or not head.split()[-1].islower() or said.split()[0] in DETERMINERS:
        return f"{said} {head}"
    return f"{'an' if said[0] in 'aeiou' else 'a'} {said} {head}"


def _measure(frame: Frame, said: str) -> str | None:
    first = low(said.split()[0])
    if frame.head:
        if not re.search(
            r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|\w+teen|\w+ty|half|hundred|thousand)\b", said
        ):
            return None
        if frame.head == "old" and not re.search(r"years?|months?|days?|weeks?", said):
            return f"{said} years" if re.fullmatch(r"\d+|[a-z-]+", said) else None
        return said if re.search(r"[a-z%]", said) else None
    if (
        frame.main_verb in ("last", "take", "spend", "run", "be")
        or first in PREPOSITIONS
        or re.search(r"\b(?:every|daily|times?|once|until)\b", said)
    ):
        return said
    return (
        f"for {said}"
        if re.search(r"\b(?:years?|days?|weeks?|months?|hours?|minutes?|seconds?|decades?|centuries|nights?)\b", said)
        else None
    )


def _agreeing(frame: Frame, filler: str) -> Frame:
    """Return the frame with its verb in the number of its subject, where the answer is plainly plural."""
    head, _, rest = frame.after.partition(" ")
    if frame.subject and frame.slot == "thing" and _is_plural(filler):
        plural = {"is": "are", "was": "were", "has": "have"}.get(head, head)
        if plural == head and is_present(head) and head.islower():
            plural = lemma(head)
        return replace(frame, after=f"{plural} {rest}")
    return frame


def _is_plural(said: str) -> bool:
    """Return whether a noun phrase is plainly plural: two names, or a lower-case head that ends in "s"."""
    core = re.split(rf"[,(]|\b(?:{'|'.join(PREPOSITIONS)}|that|who|which)\b", said)[0].split()
    if re.search(r"\band\b", " ".join(core)) and not said.startswith(("the ", "The ")):
        return True
    if re.search(r" and (?:the|his|her|their|its) ", said):
        return True
    head = core[-1] if core else ""
    if re.match(r"(?:an?|one|each|every)\b", said) or not head.islower():
        return False
    return head in ("people", "children", "men", "women") or (
        head.endswith("s") and not head.endswith(("ss", "us", "is", "ics")) and lemma(head) != head
    )
