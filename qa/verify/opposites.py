"""What is denied or turned around: negation, opposite words, before and after. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from qa.verify.clauses import Token, aligned, stems_of, tokens
from qa.verify.source import Failure, Source
from qa.words import STOPWORDS, alias, content_stems, fold, words

NEGATORS = frozenset(["not", "no", "never", "neither", "nor", "without", "none", "nobody", "nothing", "cannot"])


@lru_cache(maxsize=4096)
def negated(text: str) -> frozenset[str]:
    """Return the stems of the verb or noun that each negator denies: the first content word after it in its clause."""
    found: set[str] = set()
    tokens_ = words(text)
    for index, word in enumerate(tokens_):
        lower = fold(word.text)
        if lower not in NEGATORS and not lower.endswith("n't"):
            continue
        if lower == "no" and index + 1 < len(tokens_) and tokens_[index + 1].lower in ("longer", "one", "doubt"):
            continue
        if lower == "not" and index + 1 < len(tokens_) and tokens_[index + 1].lower in ("only", "just"):
            continue
        after = [w for w in tokens_[index + 1 : index + 5] if w.lower not in STOPWORDS]
        clause_end = re.search(r"[,;:.!?“”\"]", text[word.end :])
        limit = word.end + clause_end.start() if clause_end else len(text)
        found.update(alias(w.text) for w in after[:1] if w.start < limit)
    return frozenset(found)


def negation(claim: str, source: Source) -> Failure | None:
    """Compare which words are denied: a word denied on one side only, and affirmed on the other, disagrees."""
    denied_here, denied_there = negated(claim), negated(source.own)
    held_against = "\n".join(aligned(claim, source.sentences)) or source.own
    affirmed_there = stems_of(held_against) - denied_there - refused(source.own)
    if denied_here & affirmed_there and not denied_here & denied_there:
        return Failure(rule="negation", label="contradicted", reason="the sentence denies what the source says")
    affirmed_here = stems_of(claim) - denied_here - refused(claim)
    if _only_denied(affirmed_here, denied_there, source) and not denied_here:
        return Failure(rule="negation", label="contradicted", reason="the source denies what the sentence says")
    return None


def _only_denied(affirmed: frozenset[str], denied: frozenset[str], source: Source) -> bool:
    """Return whether words that the source only ever denies are affirmed, where the denying clause is what is used."""
    again = [stem_ for stem_ in content_stems(source.own) if stem_ in denied]
    return any(again.count(stem_) == 1 for stem_ in affirmed & denied)


@lru_cache(maxsize=4096)
def refused(text: str) -> frozenset[str]:
    """Return the stems of what a text says did not come about without a "not": "failed to open", "a lack of funds"."""
    found = [
        next((t.stem for t in tokens(text) if t.start >= m.end() and t.content), None) for m in _REFUSED.finditer(text)
    ]
    return frozenset(stem_ for stem_ in found if stem_ is not None)


_REFUSED = re.compile(
    r"\b(?:fail\w*|refus\w+|declin\w+|unable|unwilling|forg[eo]t\w*) to\b|\b(?:lack\w*|absence|shortage|instead|free|prevent\w*|"
    r"stopp?\w*|kept|avoid\w*|den(?:y|ies|ied|ying)|ruled out|reject\w*|outside|unlikely|yet to|hardly|barely)\b",
    re.I,
)


# --- opposite words ---------------------------------------------------------------------------------------------------

_PAIRS = (
    "rise rose climb increase grow gain surge jump|fall drop decrease decline shrink plunge slump sink",
    "higher more greater|lower less fewer smaller",
    "win|lose", "buy purchase acquire|sell", "accept approve adopt|reject refuse", "support back favour favor|oppose",
    "open|close shut", "begin start|end finish", "arrest detain jail|release free acquit", "allow permit legalise legalize|ban prohibit forbid",
    "kill die|injure wound hurt", "north northern|south southern", "east eastern|west western", "northeast|southwest", "northwest|southeast",
    "largest biggest|smallest", "oldest|youngest newest", "best|worst", "highest|lowest", "longest|shortest", "maximum|minimum", "most|least fewest",
    "male man|female woman", "boy|girl", "father|mother", "husband|wife", "son|daughter", "brother|sister", "king|queen", "uncle|aunt",
    "guilty|innocent", "public|private", "always|never", "upper|lower", "above|below", "morning|evening afternoon", "legal|illegal",
    "possible|impossible", "include|exclude", "arrive|depart", "profit|loss", "majority|minority", "urban|rural", "day|night",
    "import|export", "strengthen|weaken", "improve|worsen deteriorate", "tighten|loosen ease", "expand|contract", "success|failure",
    "succeed|fail", "victory|defeat", "hot|cold", "praise|criticise criticize condemn", "positive|negative", "left|right", "indoor|outdoor",
    "domestic|foreign", "join|leave", "agree|disagree", "strong|weak", "old|young", "rich|poor", "up|down", "first|last", "before|after",
    "outside|inside", "prosecution|defence", "teacher|student", "hire|fire", "optimistic|pessimistic", "advantage|disadvantage",
    "earlier|later", "early|late", "more|less fewer", "ally|enemy", "deny|confirm", "same|different", "empty|full", "alive|dead", "simple|complex",
)  # fmt: skip


@lru_cache(maxsize=1)
def _opposites() -> dict[str, frozenset[str]]:
    return opposites_of(_PAIRS, keys=lambda side: [_key(token) for token in tokens(side)])


def opposites_of(pairs: Iterable[str], *, keys: Callable[[str], list[str]]) -> dict[str, frozenset[str]]:
    """Return the opposites of each word of some pairs ("rise climb|fall sink"), by the keys of the words of a side."""
    found: dict[str, set[str]] = {}
    for pair in pairs:
        left, right = (keys(side) for side in pair.split("|"))
        for words_, others in ((left, right), (right, left)):
            for word in words_:
                found.setdefault(word, set()).update(others)
    return {word: frozenset(others) for word, others in found.items()}


def _key(token: Token) -> str:
    return token.lower if token.lower in _AS_WRITTEN else token.stem


_AS_WRITTEN = frozenset(
    [
        "higher",
        "more",
        "greater",
        "lower",
        "less",
        "fewer",
        "smaller",
        "largest",
        "biggest",
        "smallest",
        "oldest",
        "youngest",
        "newest",
        "best",
        "worst",
        "highest",
        "lowest",
        "longest",
        "shortest",
        "most",
        "least",
        "fewest",
        "left",
        "right",
        "up",
        "down",
        "before",
        "after",
        "above",
        "below",
        "always",
        "never",
        "upper",
        "earlier",
        "later",
        "early",
        "late",
        "old",
        "young",
        "strong",
        "weak",
        "dead",
        "alive",
    ]
)


def opposite(claim: str, source: Source) -> Failure | None:
    """A word whose opposite the source says of the same thing turns it around."""
    near = aligned(claim, source.sentences)
    if not near or len(stems_of(claim)) < 3 or negated(claim) or any(negated(sentence) for sentence in near):
        return None
    everywhere = frozenset(_key(token) for token in tokens(source.own))
    for place, token in enumerate(tokens(claim)):
        others = _opposites().get(_key(token), frozenset())
        if not others or _key(token) in everywhere or (place and token.text[0].isupper()):
            continue
        turned = [_turned(claim, place, sentence, others) for sentence in near]
        first = turned[0]
        if first is not None and all(turned):
            reason = f"the source says “{first.text}”, not “{token.text}”"
            return Failure(rule="opposite", label="contradicted", reason=reason)
    return None


def _turned(claim: str, place: int, sentence: str, others: frozenset[str]) -> Token | None:
    """Return the word of a sentence that is the opposite of the claim's word at a place; short ones of the same thing."""
    mine, theirs = tokens(claim), tokens(sentence)
    kept = {_key(token) for token in mine}
    for position, token in enumerate(theirs):
        if _key(token) not in others or _key(token) in kept:
            continue
        if token.lower not in _AS_WRITTEN or _neighbours(mine, place) & _neighbours(theirs, position):
            return token
    return None


def _neighbours(all_tokens: tuple[Token, ...], place: int) -> set[str]:
    """Return the nearest content words on either side."""
    before = next((t.stem for t in reversed(all_tokens[:place]) if t.content), None)
    after = next((t.stem for t in all_tokens[place + 1 :] if t.content), None)
    return {stem_ for stem_ in (before, after) if stem_ is not None}
