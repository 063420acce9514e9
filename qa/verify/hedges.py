"""How sure a text is: doubts, plans, conditions, bounds and quantifiers that a claim must not drop or turn. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from index.numbers import Number, numbers
from qa.verify.clauses import Token, aligned, is_statement, share, stems_of, tokens
from qa.verify.source import Failure, Source, same_figure
from qa.verify.speech import says

Doubt = Literal["doubt", "modal", "plan", "weak"]

_DOUBT = (
    r"allegedly|reportedly|apparently|purportedly|supposedly|ostensibly|seemingly|possibly|perhaps|probably|presumably|maybe|"
    r"(?:is|are|was|were|has been|have been|be) (?:widely |also |generally |long )?"
    r"(?:alleged|believed|thought|rumou?red|suspected|said|reported|understood) to(?: have)?(?: been| be)?|"
    r"(?:is|are|was|were|been) (?:also )?(?:accused of|charged with|suspected of)|"
    r"alleged|unconfirmed|unverified|suspected|rumou?rs? (?:that|of)|likely(?: to)?|unlikely to"
)
_MODAL = r"(?-i:may)|might"
_PLAN = (
    r"(?:is|are|was|were|be|been) (?:\w+ly |now |also |still )?"
    r"(?:expected|set|due|scheduled|slated|supposed|poised|planned|intended|projected|forecast|going|proposed|meant) to(?: be)?|"
    r"(?:plans|planned|planning|hopes|hoped|hoping|aims|aimed|intends?|intended|seeks|sought|threatened|tries|tried|trying|"
    r"attempted|attempting|proposes|proposed) to(?: be)?|"
    r"(?:is|are|was|were|been) (?:also |still )?considering|proposals? (?:to|for)|plans? for"
)
_WEAK = r"(?:appears?|appeared|seems?|seemed) to(?: have| be)?|looks? (?:like|as if)|could|if|unless|provided that|in case|whether"
HEDGE = re.compile(
    rf"\b(?:(?P<doubt>{_DOUBT})|(?P<modal>{_MODAL})|(?P<plan>{_PLAN})|(?P<weak>{_WEAK}))(?![\w’'-])", re.I
)
_STOP = re.compile(r"[;:.!?“”\"()]|,\s|\b(?:and|but|while|whereas|which|who|because|although)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hedge:
    """A word of doubt and the first content word that it makes uncertain."""

    text: str
    kind: Doubt
    head: str  # stem
    scope: frozenset[str]  # the stems up to the end of the clause


@lru_cache(maxsize=4096)
def hedges(sentence: str) -> tuple[Hedge, ...]:
    found = []
    for match in HEDGE.finditer(sentence):
        stop = _STOP.search(sentence, match.end())
        inside = [
            t
            for t in tokens(sentence)
            if match.end() <= t.start < (stop.start() if stop else len(sentence)) and t.content
        ]
        if inside and inside[0].text[0].islower():
            kind: Doubt = next(k for k in ("doubt", "modal", "plan", "weak") if match[k])
            found.append(
                Hedge(text=match.group(), kind=kind, head=inside[0].stem, scope=frozenset(t.stem for t in inside))
            )
    return tuple(found)


def dropped_hedge(claim: str, source: Source) -> Failure | None:
    """What the source says with a doubt or as a plan the claim may not state as fact."""
    hedge = _unhedged(claim, source, kinds=("doubt", "modal", "plan"))
    return None if hedge is None else _unsure("hedge", hedge.text)


def dropped_condition(claim: str, source: Source) -> Failure | None:
    """As `dropped_hedge`, for "if" and "could", which often say no more than "when" and "can"."""
    hedge = _unhedged(claim, source, kinds=("weak",))
    return None if hedge is None else _unsure("condition", hedge.text)


def _unhedged(claim: str, source: Source, *, kinds: Sequence[Doubt]) -> Hedge | None:
    """Return the hedge that the claim leaves out: in every sentence that it may rest on, over the words that it uses."""
    mine = stems_of(claim)
    if not is_statement(claim) or _unsure_itself(claim):
        return None
    found = [
        next((h for h in hedges(s) if h.kind in kinds and _covers(h, mine)), None)
        for s in aligned(claim, source.sentences)
    ]
    first = found[0] if found and all(found) else None
    return first if first is not None and not _said_plainly(first.head, source) else None


def _covers(hedge: Hedge, claim: frozenset[str]) -> bool:
    """Return whether a claim uses the words that a hedge makes uncertain, and not the hedge's own ("planned to": "the plan")."""
    return hedge.head in claim and share(hedge.scope, claim) >= 0.5 and not stems_of(hedge.text) & claim


def _unsure_itself(claim: str) -> bool:
    return bool(HEDGE.search(claim) or _FUTURE.search(claim) or says(claim))


_FUTURE = re.compile(
    r"\b(?:will|would|should|can|wants?|promis\w+|pledg\w+|agreed|planned|suspicion|likelihood|possibilit\w+|risk)\b",
    re.I,
)


def _said_plainly(head: str, source: Source) -> bool:
    """Return whether the source says the word outside every doubt too."""
    said = sum(t.stem == head for t in tokens(source.own))
    doubted = sum(h.head == head for s in source.sentences for h in hedges(s))
    return said > doubted


_NEARLY = re.compile(
    r"\b(?:(?:within (?:[\w’']+ )?(?:reach|distance) of|on the (?:verge|brink|cusp|edge|point) of|"
    r"(?:is|are|was|were|been|be|come|came|comes) (?:very |so )?(?:close|near) to|one \w+ (?:away )?(?:from|short of))(?-i:(?= [a-z]+ing\b))(?! (?:housing|building|evening|morning|anything|something|nothing|everything)\b)|"
    r"about to|(?:may|might|could) (?:yet |still |soon )?push)\b",
    re.I,
)


def unreached(claim: str, source: Source) -> Failure | None:
    """What was nearly done was not done: "within reach of clinching" is not "clinched"."""
    mine = stems_of(claim)
    if _NEARLY.search(claim) or _unsure_itself(claim):
        return None
    for sentence in source.sentences:
        for match in _NEARLY.finditer(sentence):
            head = next((t.stem for t in tokens(sentence) if t.start >= match.end() and t.content), None)
            said = sum(t.stem == head for t in tokens(source.own))
            if head in mine and said == 1:
                return _unsure("unreached", match.group())
    return None


def _unsure(rule: str, said: str) -> Failure:
    return Failure(rule=rule, label="not_enough", reason=f"the source is not sure: it says “{said}”")


# --- bounds of figures ------------------------------------------------------------------------------------------------

_LOWER = frozenset(
    ["at least", "more than", "over", "as many as", "exceeding", "no fewer than", "no less than", "upwards of", "above"]
)
_UPPER = frozenset(
    [
        "at most",
        "less than",
        "fewer than",
        "up to",
        "under",
        "almost",
        "nearly",
        "below",
        "close to",
        "no more than",
        "as many as",
        "just under",
    ]
)
_EXACT = frozenset(["exactly", "only", "just", "precisely"])
_LOOSE = frozenset(["about", "around", "roughly", "approximately", "an estimated", "some", "estimated"])
_BEFORE = re.compile(
    rf"\b(?P<bound>{'|'.join(sorted(_LOWER | _UPPER | _EXACT | _LOOSE, key=len, reverse=True))})\s+(?:[$€£]\s?|a |the )?$",
    re.I,
)


def _bound_of(number: Number, text: str) -> str | None:
    match = _BEFORE.search(text[max(0, number.start - 28) : number.start])
    return match["bound"].lower() if match else None


def turned_bound(claim: str, source: Source) -> Failure | None:
    """ "At least 17" is neither "at most 17" nor "exactly 17"."""
    for number in numbers(claim):
        mine = _bound_of(number, claim)
        theirs = [_bound_of(n, source.own) for n in numbers(source.own) if same_figure(n, number)]
        if not theirs or any(not _turned(mine, other) for other in theirs):
            continue
        said = f"{theirs[0] or ''} {number.text}".strip()
        return Failure(
            rule="bound", label="contradicted", reason=f"the source says “{said}”, not “{mine} {number.text}”"
        )
    return None


def _turned(mine: str | None, theirs: str | None) -> bool:
    if mine is None or theirs is None or mine == theirs or mine == "just":
        return False
    if mine in _EXACT:
        return theirs not in _EXACT
    return (mine in _LOWER and theirs in _UPPER - _LOWER) or (mine in _UPPER and theirs in _LOWER - _UPPER)


def dropped_bound(claim: str, source: Source) -> Failure | None:
    """ "At least 17" is not 17."""
    for number in numbers(claim):
        theirs = [_bound_of(n, source.own) for n in numbers(source.own) if same_figure(n, number)]
        bounds = [bound for bound in theirs if bound in (_LOWER | _UPPER)]
        if bounds and len(bounds) == len(theirs) and _bound_of(number, claim) is None:
            return Failure(
                rule="dropped_bound", label="not_enough", reason=f"the source says “{bounds[0]} {number.text}”"
            )
    return None


# --- quantifiers ------------------------------------------------------------------------------------------------------

_ALL = frozenset(
    [
        "all",
        "every",
        "everyone",
        "everybody",
        "always",
        "entire",
        "entirely",
        "completely",
        "everything",
        "whole",
        "each",
    ]
)
_SOME = frozenset(
    [
        "some",
        "most",
        "many",
        "several",
        "few",
        "often",
        "usually",
        "sometimes",
        "mostly",
        "partly",
        "half",
        "part",
        "mainly",
        "generally",
        "occasionally",
        "frequently",
        "majority",
    ]
)


def widened_quantifier(claim: str, source: Source) -> Failure | None:
    """ "Some" and "most" are not "all"."""
    mine = [t for t in tokens(claim) if t.lower in _ALL]
    if not mine or any(t.lower in _ALL for t in tokens(source.own)):
        return None
    for token in mine:
        noun = _next_content(token, tokens(claim))
        for sentence in aligned(claim, source.sentences):
            theirs = next(
                (
                    t
                    for t in tokens(sentence)
                    if t.lower in _SOME and noun and _next_content(t, tokens(sentence)) == noun
                ),
                None,
            )
            if theirs is not None:
                return Failure(
                    rule="quantifier",
                    label="contradicted",
                    reason=f"the source says “{theirs.text}”, not “{token.text}”",
                )
    return None


def _next_content(token: Token, all_tokens: tuple[Token, ...]) -> str | None:
    return next((t.stem for t in all_tokens if t.start > token.start and t.content), None)


def unheard_universal(claim: str, source: Source) -> Failure | None:
    """ "All", "always", "only", "never" must be said by the source."""
    said = {t.lower for t in tokens(source.own)}
    for token in tokens(claim):
        if token.lower in _UNHEARD and not said & _KIN:
            return Failure(rule="universal", label="not_enough", reason=f"the source does not say “{token.text}”")
    return None


_UNHEARD = frozenset(
    [
        "all",
        "every",
        "always",
        "never",
        "only",
        "everyone",
        "everybody",
        "entirely",
        "completely",
        "solely",
        "exclusively",
    ]
)
_KIN = _UNHEARD | frozenset(
    [
        "each",
        "none",
        "no",
        "whole",
        "entire",
        "sole",
        "exclusive",
        "both",
        "any",
        "throughout",
        "not",
        "just",
        "alone",
        "everything",
        "wherever",
    ]
)
