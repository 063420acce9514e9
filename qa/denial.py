"""Does a piece of evidence say that a statement is not so? Rules for what may be named, quick to give up. Pure.

A statement is read as who, did what, to what. Evidence denies it where it speaks of the same and says that it did not
happen, that its opposite did, that another did what only one can do, or that the figure, the day or the place of what
happens once is another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.numbers import Number, dates, numbers, same_value
from qa.grammar import (
    AUX,
    BE,
    DETERMINERS,
    HAVE,
    MODAL,
    PREPOSITIONS,
    is_adverb,
    is_base,
    is_irregular,
    is_past,
    is_present,
    lemma,
    low,
    more_often_noun,
)
from qa.types import Evidence
from qa.words import ALIASES, alias, contains_word, content_stems, is_common, name_stems, names, stems_of_names, words

_NOT = frozenset({"not", "never", "cannot", "neither", "nor"})
_NOBODY = re.compile(
    r"\b(?:nobody|no[ -]one|none(?: of (?:\w+ ){1,3}?)?|no (?:\w+ ){1,2}?)"
    r"(?= ?(?:was|were|is|are|has|had|have|did|died)\b)|\b(?:nobody|no[ -]one) (?=\w+ed\b)",
    re.I,
)
_REFUSED = re.compile(
    r"\b(?:refus\w+|declin(?:ed|es|ing) to|fail(?:ed|s) to|rul(?:ed|es) out|"
    r"reject(?:ed|s) (?:all |any )?(?:calls?|demands?) to|"
    r"(?:ha[sd]|have) no (?:plans?|intention)(?: to| of)?|vot(?:ed|es?) against|decid(?:ed|es) against|chose not to)\b"
    r"(?:\W+\w+){0,3}?\W+$",
    re.I,
)
_UNSURE = re.compile(
    r"\b(?:if|whether|unless|would have|could have|(?-i:may)|might|should|must|alleged\w*|rumou?r\w*|claim\w*|fear\w*|"
    r"expect\w*|not only|not just|yet|until|by then|initially|at first|had hoped|almost|nearly)\b",
    re.I,
)
_LIMITED = frozenset("because until only just before immediately again yet alone merely simply solely".split())  # noqa: SIM905
_SOME = frozenset({"several", "some", "most", "all", "many", "every", "enough", "both"})
_INDEFINITE = frozenset({"someone", "something", "somebody", "people", "a", "an"})
_PRONOUNS = frozenset({"he", "she", "it", "they", "who", "which"})

# What is opposite, and the share of the event that tells whose it is: of the doer, or of what it is done to.
_OPPOSITES = (
    "agent|win beat defeat triumph|lose",
    "agent|resign quit step|stay remain refuse",
    "theme|die kill drown perish murder|survive",
    "agent|accept agree|refuse decline reject",
    "agent|admit confess|deny",
    "agent|support back endorse favour favor praise defend|oppose condemn criticise criticize denounce",
    "theme|convict|acquit clear",
    "theme|approve pass adopt ratify|reject refuse block veto",
    "theme|rise increase grow climb jump soar|fall decrease drop shrink decline slump plunge",
    "theme|raise increase lift|cut lower reduce slash",
    "theme|strengthen|weaken",
    "theme|expand widen|shrink narrow",
    "agent|succeed|fail",
    "theme|lengthen extend|shorten",
    "theme|destroy|spare survive",
    "agent|attend|miss boycott skip",
    "agent|keep|lose abandon",
    "theme|cancel|hold",
)
# Opposites that follow one another: a door that was opened was closed before. Only a state or the same day tells.
_REVERSIBLE = (
    "close shut|open reopen",
    "start begin|end stop finish",
    "join|leave",
    "arrive|depart leave",
    "buy|sell",
    "build|demolish",
    "appoint hire|dismiss sack fire",
    "ban prohibit|allow permit",
    "imprison jail arrest detain|release free",
    "sink|float",
)
_STATE = re.compile(r"\b(?:stays?|stayed|remain(?:s|ed)?|ke(?:ep|pt|eps)|still|continues? to be|leaves?|left)\b", re.I)
_IMPLIED = {
    "kill": ("die", "hurt", "harm"),
    "die": ("kill", "hurt", "harm"),
    "injur": ("hurt", "harm"),
    "wound": ("hurt", "harm"),
}
_ONLY_ONE = ("win", "invent", "discover", "write", "compose", "assassinate", "succeed", "captain")
_ONCE = (
    "resign die kill bear birth found open close sink collapse elect election sign marry launch approve "
    "build end begin start murder assassinate crash explode burn adopt reject invent discover publish "
    "establish wed retire drown abolish inaugurate arrest happen occur derail capsize strike hit bury "
    "baptise crown "
)
_PLACE = re.compile(r"\b(in|at|near|off|on)\s+(?:the\s+)?((?:[A-Z][\w’'-]+)(?:\s+[A-Z][\w’'-]+)*)")
_FACILITY = re.compile(r"\b(?:Street|Road|Lane|Hall|Hospital|Square|Avenue|Church|School|House|Station|Monday|Tuesday|"
                       r"Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|"
                       r"September|October|November|December)\b")  # fmt: skip
_THERE_WAS = re.compile(r"there was (?P<who>.+)’s (?P<noun>\w+)")
_ADVISED = re.compile(r"\b(?:should|could|would|might|must|ought)\b")
_GENERIC = frozenset(
    alias(word)
    for word in (
        *(
            "university",
            "college",
            "school",
            "company",
            "party",
            "council",
            "bank",
            "river",
            "bridge",
            "street",
            "church",
        ),
        *("museum", "airport", "hospital", "station", "island", "islands", "city", "county", "club", "union", "court"),
        *("war", "award", "prize", "cup", "act", "house", "hall", "park", "team", "group", "government", "ministry"),
    )
)
_ANOTHER = re.compile(r"\b(?:another|similar|other|earlier|previous|first)\s+[a-z]", re.I)
_DECLINING = frozenset(map(alias, ["refuse", "fail", "decline"]))
_BREAK = re.compile(rf"\b(?:{'|'.join(sorted(PREPOSITIONS))}|when|while|that)\b")  # ends a direct object
_BOUND = re.compile(r"\b(?:before|after|since|until|till|by|between|from|to)\s+(?:the\s+|early\s+|late\s+)?$", re.I)
_ADJUNCT = re.compile(r"(?:^|\s)(?:after|before|when|since|during|while|because|despite)\s.*$", re.I)
_SAYING = frozenset(map(alias, ["say", "tell", "announce", "think", "believe", "claim", "argue", "report", "write"]))
_SAYING |= frozenset(map(alias, ["ask", "be", "have", "do"]))
_PART = re.compile(
    r"\b(?:including|among them|of whom|of them|other|another|more|of the|at least|up to|over|more than)\W*$", re.I
)


_NOUNS = {
    "close": "closure",
    "depart": "departure",
    "sell": "sale",
    "win": "victory",
    "lose": "loss",
    "fail": "failure",
}


def event(word: str) -> str:
    """Return the stem that the forms of a verb share: "rose", "risen"."""
    lower = low(word)
    return alias(lemma(lower)) if is_irregular(lower) else alias(word)


@lru_cache(maxsize=1)
def _opposites() -> dict[str, dict[str, str]]:
    """Return, for each verb's stem, its opposites with the share that binds them, "state" for the reversible ones."""
    found: dict[str, dict[str, str]] = {}
    for row in [*_OPPOSITES, *(f"state|{row}" for row in _REVERSIBLE)]:
        share, left, right = row.split("|")
        for one, other in [(left, right), (right, left)]:
            for word in one.split():
                found.setdefault(alias(word), {}).update({alias(w): share for w in other.split()})
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A statement taken apart."""

    text: str
    subject: str
    verbs: tuple[str, ...]  # stems of what is said to have happened: ("decide", "close")
    rest: str
    denied: bool

    @property
    def indefinite(self) -> bool:
        return low(self.subject.split()[0]) in _INDEFINITE if self.subject else True

    def heads(self) -> frozenset[str]:
        """Return the stems that tell the subject: of its last name, else of its noun."""
        return _heads(self.subject)

    def object_heads(self) -> frozenset[str]:
        """Return the stems of what directly follows the verb, up to a preposition."""
        return _heads(re.split(_BREAK, self.rest)[0])

    def stems(self) -> frozenset[str]:
        """Return the content stems besides the verbs, figures left out."""
        subject = self.heads() if names(f"x {self.subject}") else frozenset(content_stems(self.subject))
        kept = {s for s in subject | set(content_stems(_ADJUNCT.sub("", self.rest))) if not re.search(r"\d", s)}
        figures = {s for n in numbers(self.text) for s in content_stems(n.text)}
        return frozenset(
            kept - figures - set(self.verbs) - {alias(w) for w in ("someone", "something", "people", "decide")}
        )


def _heads(phrase: str) -> frozenset[str]:
    core = re.split(r"\b(?:of|in|at|for|from|who|that|which|with|on)\b", phrase)[0]
    called = [key_stems(name) for name in names(f"x {core}") if name_stems(name)]
    if called:
        return frozenset(s for key in called for s in key)
    return frozenset([s for s in content_stems(core) if s.isalpha()][-1:])


def key_stems(name: str) -> list[str]:
    """Return the stems that a name is known by: its last word, or all where that is what many are called."""
    stems = name_stems(name)
    return stems if stems and stems[-1] in _GENERIC else stems[-1:]


def told(statement: str) -> Told | None:
    """Return who did what in a statement; None where its verb is not found."""
    tokens = statement.rstrip(".").split()
    at = _finite_at(tokens)
    if at is None:
        return None
    last, denied = at, False
    verbs: list[str] = []
    for n in range(at, min(len(tokens), at + 9)):
        word = low(tokens[n])
        if word in _NOT or word.endswith("n't") or word == "no":
            denied, last = True, n
        elif word in AUX or word in ("been", "be", "being", "to") or is_adverb(word):
            last = n
        elif not verbs or low(tokens[n - 1]) == "to":
            verbs.append(event(word))
            last = n
        else:
            break
    if not verbs:
        return None
    return Told(
        text=statement,
        subject=" ".join(tokens[:at]),
        verbs=tuple(verbs),
        rest=" ".join(tokens[last + 1 :]),
        denied=denied or bool(_NOT & {low(t) for t in tokens[:at]}) or verbs[0] in _DECLINING,
    )


def _finite_at(tokens: Sequence[str]) -> int | None:
    """Return the place of the first word that is surely a finite verb, else of the first that may be one."""
    lower = [low(t) for t in tokens]
    skipped = PREPOSITIONS | {"the", "a", "an"}
    end = next((n for n, w in enumerate(lower) if n and w in ("when", "while", "that", "who", "which")), len(tokens))
    small = [n for n in range(1, end) if tokens[n][:1].islower() and lower[n - 1] not in skipped]
    sure = next((n for n in small if lower[n] in AUX or is_past(lower[n])), None)
    if sure is not None:
        return sure
    maybe = [n for n in small if is_present(lower[n]) or is_base(lower[n])]
    return next((n for n in maybe if not more_often_noun(lemma(lower[n]))), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A piece of evidence, read once."""

    own: str
    around: frozenset[str]  # stems of its words and of what stands around them
    stems: frozenset[str]
    clauses: tuple[str, ...]


@lru_cache(maxsize=1024)
def said(piece: Evidence) -> Said:
    own = f"{piece.lead or ''} {piece.text}".strip()
    stems = frozenset(content_stems(own))
    parts = re.split(r"(?<=[.!?])\s+|[;:—]|,?\s+(?:but|while|whereas|although|though)\s+|,\s+and\s+", own)
    return Said(
        own=own,
        around=stems | frozenset(content_stems(f"{piece.article or ''} {piece.context}")),
        stems=stems,
        clauses=tuple(part for part in parts if part.strip()),
    )


def denial(statement: str, piece: Evidence) -> float | None:
    """Return how sure it is that the piece says the statement is not so; None where no rule says it.

    The piece must speak of the same: the statement's names, what is done, and to what.
    """
    thing = _THERE_WAS.fullmatch(statement)
    if thing:
        return 0.85 if _spoken_of(thing, said(piece)) is False else None
    claim = told(statement)
    if claim is None or claim.denied or _ADVISED.search(statement):
        return None
    view = said(piece)
    if _other_doer(claim, view):
        return 0.8
    if _same_subject(claim, view, elsewhere=True) and _other_place(claim, view):
        return 0.75
    if claim.verbs[-1] in _SAYING or not _same_subject(claim, view):
        return None
    rules = ((_negated, 0.95), (_opposite, 0.9), (_swapped, 0.9), (_other_figure, 0.9), (_other_day, 0.85))
    return next((sure for rule, sure in rules if rule(claim, view)), None)


def affirms(statement: str, piece: Evidence) -> bool:
    """Return whether the piece says what the statement says: the same names, verb and figures, and no denial."""
    thing = _THERE_WAS.fullmatch(statement)
    if thing:
        return _spoken_of(thing, said(piece)) is True
    claim = told(statement)
    if claim is None:
        return False
    view = said(piece)
    if not _same_subject(claim, view) or any(not _has_number(n, view) for n in _figures(claim)):
        return False
    if dates(statement) and not all(any(d.agrees(o) for o in dates(view.own)) for d in dates(statement)):
        return False
    if not all(contains_word(view.stems, s) for s in claim.object_heads()):
        return False
    return any(
        _bound(claim, clause, place) and not _denied_at(clause, place) and _done_to(claim, clause, place)
        for clause in view.clauses
        for place in _places(clause, {claim.verbs[-1]})
    )


def _done_to(claim: Told, clause: str, place: int) -> bool:
    """Return whether the clause has a named object after its verb, or is in the passive; only names are looked for."""
    if not names(f"x {re.split(_BREAK, claim.rest)[0]}"):
        return True
    tokens = words(clause)
    after = {alias(w.text) for w in tokens[place:]}
    passive = any(w.lower in BE or w.lower == "been" for w in tokens[:place])
    return passive or any(contains_word(after, s) for s in claim.object_heads())


def _spoken_of(thing: re.Match[str], view: Said) -> bool | None:
    """Return whether the piece says that there was such a thing, or that there was none; None: neither."""
    who, noun = name_stems(thing["who"])[-1:], alias(thing["noun"])
    near_by = view.around if _only_pronoun(view) else view.stems
    if not who or not contains_word(near_by, who[0]):
        return None
    found = None
    for clause in view.clauses:
        tokens = words(clause)
        for place in _places(clause, {noun}):
            near = {w.lower for w in tokens[max(0, place - 9) : place]}
            if near & (_NOT | {"no", "without"}) or any(w.endswith("n't") for w in near):
                found = False if found is None and not _UNSURE.search(clause) else found
            else:
                found = True
    return found


def on_topic(statement: str, piece: Evidence) -> bool:
    """Return whether the piece speaks of the statement's subject and of its event, or of the opposite of it."""
    claim = told(statement)
    if claim is None:
        return False
    view = said(piece)
    verb = claim.verbs[-1]
    about = {verb, *_opposites().get(verb, ()), *_IMPLIED.get(verb, ())} | {
        alias(_NOUNS[verb]) for _ in [0] if verb in _NOUNS
    }
    return _same_subject(claim, view) and any(contains_word(view.stems, one) for one in about)


def _same_subject(claim: Told, view: Said, *, elsewhere: bool = False) -> bool:
    """Return whether the piece is about the statement's names, those of the subject in its own words."""
    places = {name for _, name in _PLACE.findall(claim.rest)} if elsewhere else set()
    for name in names(f"x {claim.text}"):
        stems = name_stems(name)
        if name in places:
            continue
        if stems and not all(contains_word(view.around, s) for s in key_stems(name)):
            return False
    if claim.indefinite:
        asked = claim.stems() or frozenset(content_stems(claim.rest))
        return bool(asked) and sum(contains_word(view.around, s) for s in asked) >= 0.8 * len(asked)
    heads = claim.heads()
    if names(f"x {claim.subject}") and _only_pronoun(view) and all(contains_word(view.around, s) for s in heads):
        return True
    return bool(heads) and (
        all(contains_word(view.stems, s) for s in heads)
        or bool(claim.object_heads() & view.stems and not names(f"x {claim.subject}"))
    )


def _only_pronoun(view: Said) -> bool:
    """Return whether the piece names nobody and says "he" or "she": who is meant stands around it."""
    return not _names_in(view.own, frozenset()) and any(w.lower in ("he", "she") for w in words(view.own))


def _covers(claim: Told, view: Said, share: float) -> bool:
    """Return whether the object stands in the piece, and enough of the other words in or around it."""
    objects = claim.object_heads()
    asked = claim.stems() - (claim.heads() if objects else set())
    if objects and not all(contains_word(view.around, s) for s in objects):
        return False
    return not asked or sum(contains_word(view.around, s) for s in asked) >= share * len(asked)


def _places(clause: str, stems: set[str]) -> list[int]:
    """Return the numbers of the words of a clause that have one of these stems."""
    return [n for n, word in enumerate(words(clause)) if event(word.text) in stems]


def _bound(claim: Told, clause: str, place: int) -> bool:
    """Return whether the verb at `place` is said of the statement's subject or object: no other name stands nearer."""
    tokens = words(clause)
    before = clause[: tokens[place].start]
    mine = stems_of_names(f"x {claim.text}")
    nearest = _names_in(before, mine)[-1:]
    if nearest and not any(contains_word(mine - _GENERIC, s) for s in nearest[0]):
        return False
    if claim.indefinite or nearest:
        return True
    own = claim.heads() | claim.object_heads()
    spoken = {alias(w.text) for w in tokens}
    pronoun = any(w.lower in _PRONOUNS for w in tokens[:place])
    return bool(own & spoken) or pronoun or place == 0


def _names_in(text: str, known: set[str] | frozenset[str]) -> list[list[str]]:
    """Return the stems of each name; a dictionary word that begins the text is one only where it is known to be."""
    found = []
    for name in names(f"x {text}"):
        stems = name_stems(name)
        opening = text.lstrip(" \"“'").startswith(name) and " " not in name and is_common(name.lower())
        if stems and not (opening and not contains_word(known, stems[-1])):
            found.append(stems)
    return found


def _denied_at(clause: str, place: int) -> bool:
    """Return whether the verb at `place` is denied: "did not resign", "nobody resigned", "refused to resign"."""
    tokens = words(clause)
    after = [w.lower for w in tokens[place + 1 :]]
    if _LIMITED & set(after[:2]) or _SOME & set(after[:3]) or {"before", "until", "because"} & set(after):
        return False
    if tokens[place].lower.endswith("ing") and not any(w.lower in BE for w in tokens[:place]):
        return bool(_REFUSED.search(clause[: tokens[place].start]))
    before = clause[: tokens[place].start]
    for word in reversed(tokens[max(0, place - 5) : place]):
        lower = word.lower
        if lower in _NOT or lower.endswith("n't") or word.text.lower().endswith(("n't", "n’t")):
            return True
        if (
            lower not in AUX
            and lower not in ("be", "been", "being", "to", "have", "decided", "voted", "chose")
            and not is_adverb(lower)
        ):
            break
    return bool(_REFUSED.search(before)) or _nobody_did(clause, tokens[place].start)


def _nobody_did(clause: str, start: int) -> bool:
    """Return whether "nobody" or "no firm" is the subject of the verb that begins at `start`."""
    for found in _NOBODY.finditer(clause):
        between = [w.lower for w in words(clause[found.end() : start])] if found.end() <= start else ["not before it"]
        if all(w in AUX or w in ("been", "be") or is_adverb(w) for w in between):
            return True
    return False


def _negated(claim: Told, view: Said) -> bool:
    """The piece denies the verb, or what follows from it: "nobody was hurt" of "someone was killed"."""
    if not _covers(claim, view, 0.6) or _days_differ(claim, view):
        return False
    events = {claim.verbs[-1], *_IMPLIED.get(claim.verbs[-1], ())}
    for clause in view.clauses:
        if _UNSURE.search(clause):
            continue
        if claim.indefinite and not _NOBODY.search(clause):
            continue
        if any(_denied_at(clause, n) and _bound(claim, clause, n) for n in _places(clause, events)):
            return True
    return False


def _opposite(claim: Told, view: Said) -> bool:
    """The piece says the opposite of the same doer or thing, and nowhere the verb itself."""
    verb = claim.verbs[-1]
    against = _opposites().get(verb, {})
    if (
        claim.indefinite
        or not against
        or contains_word(view.stems, verb)
        or not _covers(claim, view, 0.6)
        or _days_differ(claim, view)
    ):
        return False
    if any(d.year for d in dates(view.own)) and not dates(claim.text):
        return False  # what was so in another year
    for clause in view.clauses:
        if _UNSURE.search(clause) or _ANOTHER.search(clause):
            continue
        for place in _places(clause, set(against)):
            share = against[event(words(clause)[place].text)]
            if place and words(clause)[place - 1].lower in DETERMINERS:
                continue  # a noun: "after its defeat"
            if _denied_at(clause, place) or (share == "state" and not _is_state(claim, clause, view)):
                continue
            if _shares_role(claim, clause, place, share):
                return True
    return _beaten(claim, view)


def _is_state(claim: Told, clause: str, view: Said) -> bool:
    day = dates(claim.text)
    return bool(_STATE.search(clause)) or bool(day and any(d.agrees(o) for d in day for o in dates(view.own)))


def _shares_role(claim: Told, clause: str, place: int, share: str) -> bool:
    """Return whether the opposite is said of the same doer (before it) or of the same thing (in its clause)."""
    tokens = words(clause)
    if not _bound(claim, clause, place):
        return False
    before = {alias(w.text) for w in tokens[:place]}
    everywhere = before | {alias(w.text) for w in tokens[place:]}
    pronoun = any(w.lower in _PRONOUNS for w in tokens[:place])
    if share == "agent":
        return any(contains_word(before, s) for s in claim.heads()) or (pronoun and bool(names(f"x {claim.subject}")))
    target = claim.object_heads() or claim.heads()
    return any(contains_word(everywhere, s) for s in target)


def _beaten(claim: Told, view: Said) -> bool:
    """Talvery beat Prake: Prake did not win."""
    if claim.verbs[-1] != alias("win"):
        return False
    heads = claim.heads()
    for clause in view.clauses:
        for found in re.finditer(r"\b(?:beat|defeated)\s+((?:\w+\s+){0,3}?[A-Z]\w+)", clause):
            if heads & set(content_stems(found.group(1))):
                return True
    return False


def _swapped(claim: Told, view: Said) -> bool:
    """Vessen beat Orland: Orland did not beat Vessen there."""
    verb = claim.verbs[-1]
    if verb not in (alias("beat"), alias("defeat")) or _days_differ(claim, view) or not _covers(claim, view, 0.99):
        return False
    for clause in view.clauses:
        for place in _places(clause, {verb}):
            tokens = words(clause)
            before, after = ({alias(w.text) for w in part} for part in (tokens[:place], tokens[place + 1 :]))
            passive = any(w.lower in BE | {"been"} for w in tokens[:place])
            turned = claim.object_heads() & before and claim.heads() & after
            if turned and not passive and not _denied_at(clause, place) and not _UNSURE.search(clause):
                return True
    return False


def _figures(claim: Told) -> list[Number]:
    return [n for n in numbers(claim.text) if n.unit != "ordinal" and not (n.value == 1 and not n.text.isdigit())]


def _has_number(number: Number, view: Said) -> bool:
    return any(same_value(number.value, other.value) for other in numbers(view.own))


def _other_figure(claim: Told, view: Said) -> bool:
    """The piece counts the same thing in the same event and comes to another figure."""
    figures = _figures(claim)
    if (
        len(figures) != 1
        or _has_number(figures[0], view)
        or _days_differ(claim, view)
        or not _covers(claim, view, 0.99)
    ):
        return False
    mine = figures[0]
    if not _counts(mine, claim):
        return False
    events = {claim.verbs[-1], *(e for e in _IMPLIED.get(claim.verbs[-1], ()) if e in ("die", "kill"))}
    counted = content_stems(claim.text[claim.text.find(mine.text) + len(mine.text) :])[:1]
    for clause in view.clauses:
        if (
            _UNSURE.search(clause)
            or not _places(clause, events)
            or any(_denied_at(clause, n) for n in _places(clause, events))
        ):
            continue
        theirs = [
            n
            for n in numbers(clause)
            if n.unit == mine.unit and n.unit != "ordinal" and not _PART.search(clause[: n.start])
        ]
        same = [
            n
            for n in theirs
            if content_stems(clause[n.end :])[:1] == counted or (len(theirs) == 1 and _counts_people(mine, claim))
        ]
        if len(theirs) == 1 and same and same[0].approximator is None and mine.approximator is None:
            return True
    return False


def _counts(number: Number, claim: Told) -> bool:
    """Return whether a noun follows the figure: "40 people", not "series 5 was released"."""
    following = words(claim.text[claim.text.find(number.text) + len(number.text) :])[:1]
    return (
        bool(following) and following[0].lower not in AUX | PREPOSITIONS and event(following[0].text) not in claim.verbs
    )


def _counts_people(number: Number, claim: Told) -> bool:
    return bool(re.match(r"\s*people\b", claim.text[claim.text.find(number.text) + len(number.text) :]))


def _days_differ(claim: Told, view: Said) -> bool:
    """Return whether both name days and none agrees: then it may be another event."""
    mine, theirs = dates(claim.text), dates(view.own)
    return bool(mine and theirs) and not any(d.agrees(o) for d in mine for o in theirs)


@lru_cache(maxsize=1)
def _once() -> frozenset[str]:
    return frozenset(alias(w) for w in _ONCE.split())


def _single_clause(claim: Told, view: Said) -> str | None:
    """Return the clause that says, undenied, that the same thing happened, where it happens once."""
    verb = claim.verbs[-1]
    if verb not in _once() or claim.indefinite or any(not _has_number(n, view) for n in _figures(claim)):
        return None
    for clause in view.clauses:
        spots = _places(clause, {verb})
        if (
            spots
            and not _UNSURE.search(clause)
            and all(_bound(claim, clause, n) and not _denied_at(clause, n) for n in spots)
        ):
            return clause
    return None


def _other_day(claim: Told, view: Said) -> bool:
    """The piece gives another day or year of what happens once."""
    mine = dates(claim.text)
    clause = _single_clause(claim, view) if len(mine) == 1 else None
    if clause is None or _BOUND.search(claim.text[: mine[0].start]):
        return False
    theirs = dates(clause)
    if theirs and _BOUND.search(clause[: theirs[0].start]):
        return False
    without = claim.stems() - {s for d in mine for s in content_stems(d.text)}
    if len(theirs) != 1 or not all(contains_word(view.around, s) for s in without):
        return False
    pairs = [(mine[0].year, theirs[0].year), (mine[0].month, theirs[0].month), (mine[0].day, theirs[0].day)]
    return any(a != b for a, b in pairs if a is not None and b is not None)


def _other_doer(claim: Told, view: Said) -> bool:
    """The piece says that another won, wrote or found the same."""
    if (
        claim.verbs[-1] not in {alias(w) for w in _ONLY_ONE}
        or not names(f"x {claim.subject}")
        or not claim.object_heads()
    ):
        return False
    without = claim.stems() - frozenset(content_stems(claim.subject))
    if any(contains_word(view.stems, s) for s in claim.heads()):
        return False
    if not all(contains_word(view.stems, s) for s in without) or (dates(view.own) and not dates(claim.text)):
        return False
    if _days_differ(claim, view):
        return False
    for clause in view.clauses:
        for place in _places(clause, {claim.verbs[-1]}):
            tokens = words(clause)
            mine = claim.heads()
            doers = _names_in(clause[: tokens[place].start], mine)
            adjacent = doers and not any(contains_word(set(doers[-1]), s) for s in mine)
            if (
                adjacent
                and not _denied_at(clause, place)
                and not _UNSURE.search(clause)
                and _directly_before(clause, place)
            ):
                return all(contains_word({alias(w.text) for w in tokens[place:]}, s) for s in claim.object_heads())
    return False


def _directly_before(clause: str, place: int) -> bool:
    """Return whether a name and nothing but helping verbs stand directly before the verb, so that it is its doer."""
    tokens = list(words(clause)[:place])
    while tokens and (tokens[-1].lower in HAVE | MODAL | {"then"} or is_adverb(tokens[-1].lower)):
        tokens.pop()
    joined = bool(tokens) and "," not in clause[tokens[-1].end : words(clause)[place].start]
    return joined and tokens[-1].text[:1].isupper() and tokens[-1].lower not in BE


def _other_place(claim: Told, view: Said) -> bool:
    """The piece gives another place of what happens once; with care, for a town lies in a country."""
    mine = _PLACE.findall(claim.rest)
    clause = _single_clause(claim, view) if len(mine) == 1 else None
    if clause is None:
        return False
    theirs = _PLACE.findall(clause)
    if len(theirs) != 1 or theirs[0][0] != mine[0][0] or _FACILITY.search(f"{mine[0][1]} {theirs[0][1]}"):
        return False
    here, there = set(name_stems(mine[0][1])), set(name_stems(theirs[0][1]))
    countries = set(ALIASES.values())
    if (
        here & there
        or any(contains_word(view.around, s) for s in here)
        or bool(here & countries) != bool(there & countries)
    ):
        return False
    without = claim.stems() - here
    return all(contains_word(view.around, s) for s in without)
