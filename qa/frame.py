"""A question as a statement with one hole where the answer belongs; None where the rules are not sure. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from qa.grammar import (
    AUX,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    DO,
    ENDS,
    HAVE,
    MODAL,
    MORE_OFTEN_NOUNS,
    PASTS,
    PREDICATES,
    PREPOSITIONS,
    PRONOUNS,
    WH,
    Clause,
    clause_of,
    is_adverb,
    is_base,
    is_ing,
    is_participle,
    is_past,
    is_present,
    lemma,
    low,
    may_be_verb,
    participle_at,
    predicate_at,
    word_set,
)

Slot = Literal["thing", "count", "share", "kind", "when", "where", "why", "how", "owner", "adverb", "truth"]


MAX_QUESTION_WORDS = 32

_PAST_BUT_OFTEN_DONE = word_set("left set cut cost hit split spread saw lay felt found ground")
_ATTRIBUTES = word_set("nationality religion rank color colour age size race ethnicity gender height length")
_NAMING = word_set("call name consider dub nickname term title label deem declare rename entitle designate")
_DITRANSITIVE = word_set("give tell teach offer show grant award pay send ask cost lend hand bring")
CLAUSE_VERBS = word_set("think believe say claim feel state suggest argue know assert hope suspect note")
_DO_LIKE = word_set("do happen occur")
_TIME_NOUNS = word_set("year day date month century decade time season week years days era")
_MEASURED = word_set("long old tall high deep wide big large far heavy thick fast hot cold")
MOTION = word_set("go move travel sail flee emigrate return migrate march relocate transfer head send fly walk bring")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A statement with one hole: `before`, the answer, `after`."""

    before: str
    after: str
    slot: Slot
    head: str = ""  # the noun that is counted or classified: "boats" of "how many boats"
    preposition: str = ""  # that the question put before its question word: "In what year"
    subject: bool = False  # the hole is the subject
    main_verb: str = ""  # base form of the verb before the hole, where it is known
    negative: str = ""  # for a yes/no question, the denied statement

    def filled(self, filler: str) -> str:
        """Return the sentence with `filler` in the hole."""
        before = self.before.rstrip(",") if self.main_verb else self.before
        text = re.sub(r"\s+([,.;])", r"\1", " ".join(f"{before} {filler} {self.after}".split())).strip(" ,")
        first = text.partition(" ")[0]
        end = "" if text.endswith(".") else "."
        return f"{text}{end}" if first[1:] != first[1:].lower() else f"{text[:1].upper()}{text[1:]}{end}"


@lru_cache(maxsize=2048)
def frame_of(question: str) -> Frame | None:
    """Return the question as a statement with a hole where the answer belongs; None where the rules are not sure."""
    text = " ".join(question.replace("’", "'").split()).rstrip("?. ")
    tokens = text.split()
    if not 2 < len(tokens) <= MAX_QUESTION_WORDS or re.search(r"[?!;:]|\.\s+[A-Z][a-z]+ ", text):
        return None
    tokens = _uncontracted_wh(tokens)
    if re.search(r"\bor\b|\band,? (?:who|what|when|where|why|how|in what|in which)\b", text, re.I):
        return None
    first = low(tokens[0])
    if first in WH:
        return _wh_first(tokens)
    if first in AUX:
        return _yes_no(tokens)
    if first in PREPOSITIONS and len(tokens) > 3 and low(tokens[1]) in WH:
        return _fronted(tokens[0], tokens[1:])
    if first in ("starting", "beginning") and low(tokens[1]) in PREPOSITIONS and low(tokens[2]) in WH:
        return _fronted(f"{tokens[0]} {tokens[1]}", tokens[2:])
    return _prefixed(tokens) or _in_place(tokens)


def _uncontracted_wh(tokens: list[str]) -> list[str]:
    short = {"who's": ["Who", "is"], "what's": ["What", "is"], "where's": ["Where", "is"], "when's": ["When", "is"]}
    return [*short.get(tokens[0].lower(), [tokens[0]]), *tokens[1:]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The question phrase: what kind of hole it leaves, with its noun."""

    slot: Slot
    head: str
    noun: tuple[str, ...]  # the words of "which N" or "how many N"
    end: int  # place of the verb
    bare: bool  # "who" or "what" alone


def _wh_first(tokens: list[str]) -> Frame | None:
    asked = _asked(tokens)
    if asked is None or asked.end >= len(tokens):
        return None
    if (CONJUNCTIONS | {"before", "after", "until"}) & {low(t) for t in asked.noun}:
        return None
    word = low(tokens[asked.end])
    rest = tokens[asked.end + 1 :]
    if asked.noun and asked.slot == "when" and word in BE | HAVE | MODAL and rest and _subject_asked(asked, word, rest):
        return _as_subject(replace(asked, slot="thing"), [word, *rest])
    if asked.slot in ("when", "where", "why", "how"):
        return _adverbial(asked, word, rest)
    if word in AUX:
        return _with_auxiliary(asked, word, rest)
    return _as_subject(asked, [tokens[asked.end], *rest])


def _asked(tokens: list[str]) -> _Asked | None:
    first, second = low(tokens[0]), low(tokens[1])
    if first in ("when", "where", "why"):
        return _Asked(slot=first, head="", noun=(), end=1, bare=True)  # type: ignore[arg-type]
    if first in ("who", "whom"):
        return _Asked(slot="thing", head="", noun=(), end=1, bare=True)
    if first == "how":
        return _asked_how(tokens, second)
    end = _verb_after(tokens, 1)
    if end is None:
        return None
    noun = tuple(tokens[1:end])
    if first == "whose":
        return _Asked(slot="owner", head=" ".join(noun), noun=noun, end=end, bare=False) if noun else None
    if not noun:
        return _Asked(slot="thing", head="", noun=(), end=1, bare=True)
    return _asked_noun(noun, end)


def _asked_noun(noun: tuple[str, ...], end: int) -> _Asked | None:
    words_ = [low(t) for t in noun]
    owner = next((n for n, t in enumerate(noun) if t.endswith(("'s", "s'"))), None)
    if owner is not None and owner + 1 < len(noun) and not PREPOSITIONS & set(words_[:owner]):
        return _Asked(slot="owner", head=" ".join(noun[owner + 1 :]), noun=noun, end=end, bare=False)
    of = words_.index("of") if "of" in words_ else None
    if words_[-1] in _TIME_NOUNS and of is None and words_[-1] != "season":
        return _Asked(slot="when", head=words_[-1], noun=noun, end=end, bare=False)
    if of and words_[of - 1] in ("kind", "type", "sort", "kinds", "types", "sorts", "form"):
        return _Asked(slot="kind", head=" ".join(noun[of + 1 :]), noun=noun, end=end, bare=False)
    if of and words_[of - 1] in ("percentage", "percent", "fraction", "portion", "share", "proportion"):
        return _Asked(slot="share", head=" ".join(noun[of:]), noun=noun, end=end, bare=False)
    return _Asked(slot="thing", head=words_[-1], noun=noun, end=end, bare=False)


def _asked_how(tokens: list[str], second: str) -> _Asked | None:
    if second in ("many", "much"):
        end = _verb_after(tokens, 2)
        if end is None:
            return None
        noun = tuple(tokens[2:end])
        share = bool(noun) and low(noun[0]) == "of"
        return _Asked(slot="share" if share else "count", head=" ".join(noun), noun=noun, end=end, bare=not noun)
    if second in ("long", "often", "far") and len(tokens) > 3 and low(tokens[2]) in AUX - BE:
        return _Asked(slot="adverb", head="", noun=(), end=2, bare=True)
    if second in _MEASURED and low(tokens[2]) in BE:
        return _Asked(slot="adverb", head=second, noun=(), end=2, bare=True)
    return _Asked(slot="how", head="", noun=(), end=1, bare=True) if second in AUX else None


def _verb_after(tokens: Sequence[str], start: int) -> int | None:
    """Return the place of the first finite verb from `start` on; None where there is none or it is not sure."""
    if start < len(tokens) and low(tokens[start]) in AUX:
        return start
    limit = next((n for n in range(start + 1, len(tokens)) if low(tokens[n]) in CONJUNCTIONS), len(tokens))
    helper = next((n for n in range(start, limit) if low(tokens[n]) in AUX), None)
    for n in range(start, limit):
        word = tokens[n]
        if not word[:1].islower() or (n > start and low(tokens[n - 1]) in PREPOSITIONS | DETERMINERS):
            continue
        if n == helper:
            return n
        if low(word) in PASTS and low(word) not in _PAST_BUT_OFTEN_DONE:
            return n
        if helper is None and (is_past(low(word)) or _is_bare_verb(tokens, n, start, limit)):
            return n
    return helper


def _is_bare_verb(tokens: Sequence[str], n: int, start: int, limit: int) -> bool:
    """Return whether a word is the verb "-s" of a singular noun or the base form of a plural one."""
    word = low(tokens[n])
    later = next((m for m in range(n + 1, limit) if not is_adverb(low(tokens[m]))), limit)
    if later < limit and is_past(low(tokens[later])):
        return False
    if is_present(word):
        return n == start or not low(tokens[n - 1]).endswith("s") or low(tokens[n - 1]).endswith("ss")
    plural = n > start and low(tokens[n - 1]).endswith("s")
    return (plural or (n > start and low(tokens[n - 1]) in ("people", "men", "women", "children"))) and is_base(word)


def _adverbial(asked: _Asked, word: str, rest: list[str]) -> Frame | None:
    """When, where, why, how, or "what year": the whole clause, then the answer."""
    if word not in AUX:
        return None
    clause = clause_of(word, rest)
    if clause is None or _is_nested(clause):
        return None
    if clause.verb == "be" and clause.main is None and not clause.predicate[1:]:
        if asked.slot in ("why", "how") or low(clause.subject[0]) == "there":
            return None
        if re.match(r"(?:the )?(?:date|year|day|month|time|location)\b", " ".join(clause.subject), re.I):
            return Frame(before=clause.text(), after="", slot="thing")
    slot = asked.slot
    stranded = _stranded_at(clause) if slot == "where" else None
    if stranded:
        return _hole_at(clause, stranded, "thing")
    moved = slot == "where" and clause.verb in MOTION and clause.main is not None
    if moved and clause.main is not None and low(" ".join(clause.predicate[clause.main + 1 :][:1])) == "to":
        return _hole_at(clause, clause.main + 1, "where")
    if slot in ("when", "where") and not asked.head and low(clause.predicate[-1]) in ("from", "to", "until", "since"):
        return Frame(before=clause.text(), after="", slot="thing")
    if slot == "how" and clause.verb in ("feel", "call", "know", "describe", "react", "view", "be", "look", "compare"):
        return None
    return Frame(before=clause.text(), after="", slot=slot, head=asked.head, main_verb=clause.verb)


def _is_nested(clause: Clause) -> bool:
    """Return whether the clause holds another one to which the answer may belong: "When did Holt say he left?"."""
    if clause.verb not in CLAUSE_VERBS or clause.main is None:
        return False
    after = [low(t) for t in clause.predicate[clause.main + 1 :]]
    return any(is_past(w) or w in AUX for w in after)


def _with_auxiliary(asked: _Asked, word: str, rest: list[str]) -> Frame | None:
    if not rest:
        return None
    if word in BE and low(rest[0]) == "there":
        noun = "" if asked.slot != "count" else asked.head
        after = " ".join(rest[1:])
        return Frame(before=f"there {word}", after=after, slot=asked.slot, head=noun) if not asked.bare else None
    if asked.slot == "adverb":
        return _measured(asked, word, rest)
    if _subject_asked(asked, word, rest):
        return _as_subject(asked, [word, *rest])
    clause = clause_of(word, rest)
    if clause is None or _is_nested(clause):
        return None
    if clause.main is None and word in BE:
        return _copula(asked, word, rest, clause)
    return _object_frame(asked, clause)


def _measured(asked: _Asked, word: str, rest: list[str]) -> Frame | None:
    """How long is the bridge: The bridge is A long. How long did it last: It lasted A."""
    if asked.head:
        cut = next((n for n, t in enumerate(rest) if low(t) in CONJUNCTIONS), len(rest))
        if not cut or (len(rest) > cut and low(rest[cut]) in ("that", "who", "which", "whose", "where")):
            return None
        after = " ".join([asked.head, *rest[cut:]])
        return Frame(before=f"{' '.join(rest[:cut])} {word}", after=after, slot="adverb", head=asked.head)
    clause = clause_of(word, rest)
    if clause is None or clause.main is None or _is_nested(clause):
        return None
    gap = _gap(clause)
    at = len(clause.predicate) if gap is None or clause.predicate[gap - 1 : gap] == clause.predicate[-1:] else gap
    return _hole_at(clause, at, "adverb")


def _subject_asked(asked: _Asked, word: str, rest: list[str]) -> bool:
    """Return whether the question phrase is the subject of the auxiliary: "Who has won", "What can cause"."""
    n = 0
    while n < len(rest) - 1 and is_adverb(low(rest[n])):
        n += 1
    first = low(rest[n])
    if word in DO:
        return word.endswith("n't") and n == 0 and is_base(first) and first not in MORE_OFTEN_NOUNS
    if not rest[n][:1].islower():
        return False
    if word in HAVE:
        return (
            (is_participle(first) and first != "had")
            or first == "to"
            or (first in DETERMINERS and not participle_at(rest))
        )
    if word in MODAL:
        later = [m for m in range(n + 1, len(rest)) if may_be_verb(rest, m) and low(rest[m]) not in MORE_OFTEN_NOUNS]
        return first == "be" or (is_base(first) and not (later and first in MORE_OFTEN_NOUNS))
    if first in DETERMINERS and not asked.bare:
        return (
            asked.slot != "count"
            and asked.head not in _ATTRIBUTES
            and not _stranded(rest)
            and predicate_at(rest) in (None, len(rest))
        )
    following = low(rest[n + 1]) if n + 1 < len(rest) else ""
    attributive = following and rest[n + 1][:1].islower() and following not in PREPOSITIONS | DETERMINERS | ENDS
    if is_participle(first) or (is_ing(first) and following):
        return not (attributive and not is_adverb(following) and _stranded(rest)) and not (
            attributive and asked.bare and not is_adverb(following) and following != "to"
        )
    return n > 0 or first in PREDICATES or first in PREPOSITIONS


def _copula(asked: _Asked, word: str, rest: list[str], clause: Clause) -> Frame | None:
    """What is NP: NP is A. Which N is NP: A is NP."""
    if _stranded(rest) or clause.predicate[1:]:
        if not clause.predicate[1:] or not _stranded(rest):
            return None
        return Frame(before=clause.text(), after="", slot=asked.slot, head=asked.head)
    words_ = [low(t) for t in rest]
    if any(
        a in (PREPOSITIONS - _LEADING) | {"as"} and b in ("in", "for", "by", "during", "at")
        for a, b in pairwise(words_)
    ):
        return None  # a preposition of the predicate that governs nothing: "changed to in 1903"
    if asked.head in _ATTRIBUTES and not asked.bare and asked.slot == "thing":
        return Frame(before=f"{' '.join(rest)} {word}", after="", slot="thing", head="be")
    if not asked.bare:
        if asked.slot == "count" or is_ing(words_[-1]):
            return None
        named = (rest[0][:1].isupper() and len(rest) > 1 and words_[1] in PREPOSITIONS) or words_[0] in PRONOUNS
        return None if named else _as_subject(asked, [word, *rest])
    if low(rest[-1]) in ("like", "about") or (is_past(low(rest[-1])) and not CONJUNCTIONS & {low(t) for t in rest}):
        return None
    return Frame(before=f"{' '.join(rest)} {word}", after="", slot=asked.slot, head="be")


def _stranded(tokens: Sequence[str]) -> bool:
    return low(tokens[-1]) in PREPOSITIONS


_NAME_NOUNS = word_set("name names term title word nickname number phrase amount")


def _object_frame(asked: _Asked, clause: Clause) -> Frame | None:
    """The answer is what the verb or a preposition at its end governs."""
    if clause.verb in _DO_LIKE or (clause.verb == "be" and clause.main is not None and clause.main < 0):
        return None
    passive = (
        low(clause.predicate[0]) in BE and clause.main is not None and is_participle(low(clause.predicate[clause.main]))
    )
    if passive and _NAME_NOUNS & {low(t) for t in clause.subject}:
        if not asked.bare:
            return None
        rest = " ".join([*clause.subject, *clause.predicate[1:]])
        return Frame(before=f"{rest} {clause.predicate[0]}", after="", slot=asked.slot, head="be")
    gap = _gap(clause)
    if gap is None:
        return None
    if (
        (
            passive
            and not _stranded(clause.predicate[:gap])
            and clause.verb not in _NAMING | _DITRANSITIVE | {"elect", "appoint"}
        )
        and asked.slot not in ("count", "share")
        and not _ends_chain(clause, gap)
    ):
        return None
    return _hole_at(clause, gap, asked.slot, asked.head)


def _ends_chain(clause: Clause, gap: int) -> bool:
    """Return whether the gap follows an infinitive: "was asked to do A"."""
    return clause.main is not None and gap - clause.main > 1


def _gap(clause: Clause) -> int | None:
    """Return the place in the predicate where the answer belongs; None where it is not sure."""
    if clause.main is None:
        return None
    words_ = [low(t) for t in clause.predicate]
    if clause.main < len(words_) - 1 and words_[-1] in PREPOSITIONS:
        return len(words_)
    return _stranded_at(clause) or _after_verb(clause, words_)


def _stranded_at(clause: Clause) -> int | None:
    """Return the place after a preposition inside the predicate that governs nothing: "known for | in Germany"."""
    words_ = [low(t) for t in clause.predicate]
    for at in range((clause.main or 0) + 1, len(words_) - 1):
        if (
            words_[at] in PREPOSITIONS - _LEADING
            and words_[at + 1] in PREPOSITIONS | ENDS
            and words_[at + 1] not in _TRAILING
        ):
            return at + 1
    return None


def _hole_at(clause: Clause, at: int, slot: Slot, head: str = "") -> Frame:
    return Frame(
        before=" ".join([*clause.subject, *clause.predicate[:at]]),
        after=" ".join(clause.predicate[at:]),
        slot=slot,
        head=head,
        main_verb=clause.verb,
    )


_LEADING = word_set("out up because away off along together as from")
_TRAILING = word_set("of than")


def _after_verb(clause: Clause, words_: list[str]) -> int | None:
    at = clause.main
    assert at is not None
    while at + 2 < len(words_) and words_[at + 1] == "to" and is_base(words_[at + 2]):
        at += 2
    if at + 1 < len(words_) and words_[at] in ("help", "helped", "helps") and is_base(words_[at + 1]):
        at += 1
    verb = clause.verb if at == clause.main else words_[at]
    if at + 1 == len(words_):
        return at + 1
    following = words_[at + 1]
    if following == "that":
        return None
    if following in ("up", "out", "off", "down", "over", "away"):
        return at + 2
    if following in PREPOSITIONS | ENDS or (is_adverb(following) and following not in ("more", "most", "best")):
        return at + 1
    if is_ing(words_[-1]):
        return None
    holds_more = any(w in PREPOSITIONS | ENDS for w in words_[at + 1 :])
    if verb in _NAMING | _DITRANSITIVE and not holds_more and low(clause.predicate[0]) not in BE:
        return len(words_)
    return None


def _as_subject(asked: _Asked, tail: list[str]) -> Frame | None:
    """The answer takes the place of the question phrase; the rest stays."""
    if _stranded(tail) and low(tail[-1]) not in ("up", "out", "off", "down", "over", "in", "on", "by"):
        return None
    if asked.slot in ("when", "where"):
        return None
    return Frame(before="", after=" ".join(tail), slot=asked.slot, head=asked.head, subject=True)


def _yes_no(tokens: list[str]) -> Frame | None:
    clause = clause_of(tokens[0], tokens[1:])
    if clause is None or (not clause.predicate[1:] and clause.main is None) or _WITH_OR.search(" ".join(tokens)):
        return None
    return Frame(
        before=clause.text(),
        after="",
        slot="truth",
        negative=" ".join([*clause.subject, *clause.denied]),
        main_verb=clause.verb,
    )


_WITH_OR = re.compile(r"\bor\b", re.I)


def _fronted(preposition: str, tokens: list[str]) -> Frame | None:
    """In what year did S V: S V in A."""
    if low(tokens[0]) == "how" and low(tokens[1]) == "long":
        end: int | None = 2
    elif low(tokens[0]) == "how" and low(tokens[1]) in ("many", "much"):
        end = _verb_after(tokens, 2)
    else:
        end = _verb_after(tokens, 1)
    if end is None or low(tokens[end]) not in AUX or CONJUNCTIONS & {low(t) for t in tokens[1:end]}:
        return None
    clause = clause_of(tokens[end], tokens[end + 1 :])
    if clause is None or _is_nested(clause) or (clause.main is None and not clause.predicate[1:]):
        return None
    if low(clause.predicate[-1]) in PREPOSITIONS:
        return None
    noun = tokens[1:end]
    counted = low(tokens[0]) == "how" and low(tokens[1]) == "many"
    return Frame(
        before=clause.text(),
        after="",
        slot="count" if counted else "when" if noun and low(noun[-1]) in _TIME_NOUNS - {"season"} else "thing",
        head=" ".join(noun[1:]) if counted else low(noun[-1]) if noun else "",
        preposition=preposition.lower(),
        main_verb=clause.verb,
    )


def _prefixed(tokens: list[str]) -> Frame | None:
    """Along with X, which N is based in P: Along with X, A is based in P."""
    for n, token in enumerate(tokens[:-3]):
        if token.endswith(",") and (
            low(tokens[n + 1]) in WH or (low(tokens[n + 1]) in PREPOSITIONS and low(tokens[n + 2]) in WH)
        ):
            if any(low(t) in WH - {"when", "where"} for t in tokens[: n + 1]):
                return None
            if tokens[0].lower() not in PREPOSITIONS | {
                "according",
                "when",
                "while",
                "although",
                "besides",
                "other",
                "if",
            }:
                return None
            inner = frame_of(" ".join(tokens[n + 1 :]))
            if inner is None or inner.slot == "truth":
                return None
            return replace(inner, before=f"{' '.join(tokens[: n + 1])} {inner.before}", subject=inner.subject)
    return None


def _in_place(tokens: list[str]) -> Frame | None:
    """Rationalism is an example of what: Rationalism is an example of A."""
    at = next((n for n, t in enumerate(tokens) if n and low(t) in ("what", "which", "who", "whom")), None)
    if at is None or low(tokens[0]) in AUX or sum(low(t) in WH for t in tokens) > 1:
        return None
    before = tokens[:at]
    if not any(low(t) in AUX or is_past(low(t)) or is_present(low(t)) for t in before[1:]):
        return None
    previous = low(before[-1])
    verbal = is_base(lemma(previous)) or previous in AUX
    if (
        before[-1].endswith(",")
        or not (previous in PREPOSITIONS or verbal)
        or (previous in ("than", "like") and at + 1 < len(tokens))
    ):
        return None
    rest = tokens[at + 1 :]
    if (low(tokens[at]) in ("who", "whom") and rest) or any(low(t) in AUX for t in rest):
        return None
    if rest and low(rest[0]) in PREPOSITIONS | ENDS:
        return Frame(before=" ".join(before), after=" ".join(rest), slot="thing", head="be" if previous in BE else "")
    if len(rest) > 4 or any(is_past(low(t)) for t in rest):
        return None
    cut = next((n for n, t in enumerate(rest) if low(t) in PREPOSITIONS), len(rest))
    if cut < len(rest) and low(rest[cut]) == "of":
        return (
            None if low(rest[0]) in ("kind", "type", "sort") else Frame(before=" ".join(before), after="", slot="thing")
        )
    return Frame(before=" ".join(before), after=" ".join(rest[cut:]), slot="thing")
