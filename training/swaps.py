"""Right answers moved to the wrong question: one name, year, number or key word changed.

Each maker returns None where nothing can be changed. A change of one side alone makes an unanswerable pair; the same
change of both sides keeps it answerable, so that an odd-looking text is no sign of either.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from training.windows import STOPWORDS, content_words


def words_of(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_NAME = re.compile(r"\b[A-Z][\w’'-]*[a-z][\w’'-]*(?:\s+(?:of\s+|the\s+|de\s+)?[A-Z][\w’'-]*)*|\b[A-Z]{2,}\b")
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_NUMBER = re.compile(r"\b\d[\d,]*(?:\.\d+)?\b")
_MONTHS = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
]  # fmt: skip
_NOT_NAMES = words_of(
    "What Who Whom Whose Which When Where Why How In On At The A An Of To For From By With Is Are Was Were Do Does "
    "Did Has Have Had Can Could After Before During Besides Along Under According If Name It He She They His Her "
    "Their This That I"
)
_OPPOSITES = [
    "first last", "largest smallest", "biggest smallest", "highest lowest", "most least", "more fewer",
    "before after", "oldest youngest", "oldest newest", "north south", "east west", "northern southern",
    "eastern western", "increase decrease", "increased decreased", "won lost", "win lose", "winner loser",
    "started ended", "start end", "began ended", "begin end", "born killed", "founded dissolved",
    "opened closed", "married divorced", "father mother", "son daughter", "brother sister", "husband wife",
    "male female", "men women", "king queen", "rise fall", "rose fell", "above below", "maximum minimum",
    "longest shortest", "early late", "earliest latest", "best worst", "gained lost", "arrived left",
    "bought sold", "accepted rejected", "supported opposed", "allowed banned", "killed injured",
    "wounded killed", "arrested released", "appointed dismissed", "resigned joined", "attacked defended",
    "import export", "imports exports", "inside outside", "positive negative", "president vice-president",
    "prime deputy", "minister ambassador", "next previous", "high low", "strong weak", "hot cold",
    "public private", "rural urban", "teacher student", "lent borrowed", "buyer seller",
]  # fmt: skip
OPPOSITE: dict[str, str] = {}
for _pair in _OPPOSITES:
    _left, _right = _pair.split()
    OPPOSITE.setdefault(_left, _right)
    OPPOSITE.setdefault(_right, _left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """What stood in the question, and what is to stand there instead."""

    old: str
    new: str


def names_in(text: str) -> list[str]:
    """Return the runs of capitalised words that look like names, without question words at their head."""
    found = []
    for match in _NAME.finditer(text):
        words = match.group().removesuffix("'s").removesuffix("’s").split()
        while words and (words[0] in _NOT_NAMES or words[0].lower() in STOPWORDS):
            words = words[1:]
        if words and len(words[0]) > 1:
            found.append(" ".join(words))
    return found


def find_swap(
    rng: random.Random, question: str, evidence: str, *, names: Sequence[str], near: Sequence[str], banned: str
) -> Swap | None:
    """Return a change of one anchor that question and evidence share, to another of the same kind.

    Args:
        names: names of other questions, to draw from.
        near: names of the same passage; preferred, since they fit the topic.
        banned: text whose words are not to be an anchor (the answer).
    """
    makers = [_swap_year, _swap_number, _swap_name, _swap_name, _swap_month]
    rng.shuffle(makers)
    for make in makers:
        swap = make(rng, question, evidence, names, near)
        if swap is not None and swap.old not in banned and not _stands(swap.new, evidence):
            return swap
    return None


def find_word_swap(rng: random.Random, question: str, evidence: str, *, words: Sequence[str]) -> Swap | None:
    """Return a change of a key word of the question: to its opposite, else to one of `words`."""
    mine = re.findall(r"\b[a-z-]{3,}\b", question)
    opposites = [w for w in mine if w in OPPOSITE and not _stands(OPPOSITE[w], evidence)]
    if opposites:
        old = rng.choice(opposites)
        return Swap(old=old, new=OPPOSITE[old])
    shared = [w for w in mine if len(w) > 4 and w not in STOPWORDS and content_words(w) & content_words(evidence)]
    fresh = [w for w in words if len(w) > 4 and not content_words(w) & content_words(evidence + " " + question)]
    if not shared or not fresh:
        return None
    old = rng.choice(shared)
    alike = [w for w in fresh if w[-2:] == old[-2:]]  # most often of the same part of speech
    return Swap(old=old, new=rng.choice(alike or fresh))


def replace(text: str, swap: Swap) -> str:
    """Return the text with every whole occurrence of the old words changed."""
    return re.sub(rf"(?<!\w){re.escape(swap.old)}(?!\w)", lambda _: swap.new, text)


def _stands(words: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None


def _swap_year(
    rng: random.Random, question: str, evidence: str, names: Sequence[str], near: Sequence[str]
) -> Swap | None:
    years = [y for y in _YEAR.findall(question) if _stands(y, evidence)]
    if not years:
        return None
    old = rng.choice(years)
    step = rng.choice([1, 1, 2, 3, 4, 5, 8, 10, 20, 30]) * rng.choice([-1, 1])
    return Swap(old=old, new=str(int(old) + step))


def _swap_number(
    rng: random.Random, question: str, evidence: str, names: Sequence[str], near: Sequence[str]
) -> Swap | None:
    numbers = [n for n in _NUMBER.findall(question) if not _YEAR.fullmatch(n) and _stands(n, evidence)]
    if not numbers:
        return None
    old = rng.choice(numbers)
    value = float(old.replace(",", "")) * rng.choice([0.5, 2, 3]) + rng.choice([0, 1, 2, 5])
    return Swap(old=old, new=f"{value:,.0f}" if "," in old else f"{value:.0f}")


def _swap_month(
    rng: random.Random, question: str, evidence: str, names: Sequence[str], near: Sequence[str]
) -> Swap | None:
    months = [m for m in _MONTHS if _stands(m, question) and m in question and _stands(m, evidence)]
    if not months:
        return None
    old = rng.choice(months)
    kin = _MONTHS[:12] if old in _MONTHS[:12] else _MONTHS[12:]
    return Swap(old=old, new=rng.choice([m for m in kin if m != old]))


def _swap_name(
    rng: random.Random, question: str, evidence: str, names: Sequence[str], near: Sequence[str]
) -> Swap | None:
    mine = [n for n in names_in(question) if n not in _MONTHS and _stands(n, evidence)]
    if not mine:
        return None
    old = rng.choice(mine)
    close = [n for n in near if not _stands(n, question) and n not in _MONTHS and not _stands(n, old)]
    if close and rng.random() < 0.5:
        return Swap(old=old, new=rng.choice(close))
    alike = [n for n in rng.sample(names, min(40, len(names))) if len(n.split()) == len(old.split()) and n != old]
    return Swap(old=old, new=rng.choice(alike)) if alike else None
