"""What a question takes for granted, and whether the evidence says the opposite. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.analysis import Profile, analyse, own_name_stems
from qa.denial import affirms, denial, on_topic, told
from qa.frame import Frame, frame_of
from qa.grammar import AUX, BE, PREPOSITIONS, is_adverb, is_base, is_ing, is_past, is_present, lemma, low, past
from qa.types import Evidence
from qa.verify.rules import negated
from qa.words import alias, contains_word, content_stems, name_stems, names, stem, words

_FOR = frozenset(
    stem(w)
    for w in [
        "support",
        "back",
        "help",
        "aid",
        "assist",
        "defend",
        "favour",
        "favor",
        "ally",
        "endorse",
        "praise",
        "arm",
        "fund",
        "sponsor",
        "supporter",
        "backer",
        "sponsor",
        "join",
        "welcome",
        "approve",
    ]
)
_AGAINST = frozenset(
    stem(w)
    for w in [
        "against",
        "oppose",
        "fight",
        "attack",
        "condemn",
        "criticise",
        "criticize",
        "topple",
        "overthrow",
        "insurgency",
        "rebel",
        "resist",
        "reject",
        "block",
        "ban",
        "opponent",
        "enemy",
        "foe",
    ]
)
_REACH = 4
_WHY = re.compile(
    r"^\W*(?:why|how come|for what reason|how|when|since when|where)\s+(?P<aux>has|have|had|did|do|does|is|are|was|were|will|would|could|can)\s+(?P<rest>.+?)\W*$",
    re.I | re.S,
)


Judge = Callable[[str, Evidence], tuple[float, float]]

MIN_CONTRADICTED = 0.8  # of a judge, for a false premise to be named
MAX_SUPPORTED = 0.4  # of a judge, on any piece of evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class FalsePremise:
    """What the question takes for granted and the evidence says is not so."""

    premise: str
    evidence: Evidence
    probability: float  # that the evidence says it is not so


def false_premise(
    question: str,
    evidence: Sequence[Evidence],
    judge: Judge | None = None,
    *,
    min_contradicted: float = MIN_CONTRADICTED,
) -> FalsePremise | None:
    """Return what the question wrongly takes for granted, with the evidence that says otherwise; None where nothing does.

    A premise that is only not mentioned is no false premise, and one that any piece of evidence bears out is none.

    Args:
        evidence: what was found, best first; ties keep that order.
        judge: gives (P(supported), P(contradicted)) of a statement on one piece; without it rules alone decide.
        min_contradicted: what the judge must give a piece on which no rule finds a contradiction.
    """
    for premise in presuppositions(question):
        found = _contradicted(premise, evidence, judge, min_contradicted)
        if found is not None:
            return found
    return None


def _contradicted(
    premise: str, evidence: Sequence[Evidence], judge: Judge | None, min_contradicted: float
) -> FalsePremise | None:
    if any(affirms(premise, piece) for piece in evidence):
        return None
    judged = [judge(sentence(premise), piece) if judge else None for piece in evidence]
    if any(scores is not None and scores[0] > MAX_SUPPORTED for scores in judged):
        return None
    found = []
    for piece, scores in zip(evidence, judged, strict=True):
        sure = denial(premise, piece) or (0.8 if _other_side(premise, piece) else 0.0)
        if scores is not None and sure:
            sure = (sure + scores[1]) / 2 if scores[1] > scores[0] else 0.0
        elif scores is not None and scores[1] >= min_contradicted and on_topic(premise, piece):
            sure = scores[1]
        if sure:
            found.append(FalsePremise(premise=premise, evidence=piece, probability=sure))
    return max(found, key=lambda one: one.probability, default=None)


def sentence(premise: str) -> str:
    """Return a premise as a sentence of its own, with a capital and a full stop."""
    return f"{premise[:1].upper()}{premise[1:]}."


def _other_side(premise: str, piece: Evidence) -> bool:
    """Return whether the piece has the premise's subject on the other side of someone: supporting, opposing."""
    claim = told(premise)
    if claim is None or not names(f"x {claim.subject}"):
        return False
    asked, said = stances(premise), stances(piece.text)
    names_ = [name_stems(name) for name in names(f"x {premise}")]
    stems = frozenset(content_stems(f"{piece.lead or ''} {piece.text}"))
    if not names_ or not all(contains_word(stems, name[-1]) for name in names_ if name):
        return False
    return any(said.get(name, side) != side for name, side in asked.items())


# --- what is taken for granted ---------------------------------------------------------------------------------------

_WHEN = re.compile(r"(?:^|\s)(?P<word>after|when|since|once|while|because)\s+(?P<clause>[^,?]+)", re.I)
_CLEFT = re.compile(
    r"^(?:why|when|how|where) (?:was|is|were) it (?P<who>.+?) (?:that|who|which) (?P<rest>.+)$|"
    r"^(?P<ask>who|what) (?:was|is) it (?:that|who) (?P<did>.+)$",
    re.I,
)
_RELATIVE = re.compile(
    r"\b(?P<noun>(?:the|a|an|his|her|their)\s+(?:[\w’'-]+\s+){1,5}?)(?:who|that|which)\s+(?P<rest>[^,?]+)", re.I
)
_FIRST = re.compile(
    r"\bthe (?:very )?(?:first|last|only|\w+est)\s+(?P<noun>(?:[\w’'-]+\s+){1,3}?)to\s+(?P<verb>[a-z]+)(?P<rest>[^,?]*)",
    re.I,
)
_OWNED = re.compile(
    r"(?P<who>(?:[A-Z][\w-]+\s+)*[A-Z][\w-]+)(?:’s|'s|’|')\s+(?P<noun>[a-z]+)(?P<rest>(?:\s+(?:as|in)\s[^,?]+)?)"
)
# Nouns of what happened to a name, and how it is said with a verb; the others are only said to have been.
_HAPPENED = {
    "resignation": "resigned",
    "death": "died",
    "murder": "was murdered",
    "assassination": "was assassinated",
    "arrest": "was arrested",
    "conviction": "was convicted",
    "acquittal": "was acquitted",
    "dismissal": "was dismissed",
    "retirement": "retired",
    "victory": "won",
    "defeat": "lost",
    "apology": "apologised",
    "suspension": "was suspended",
    "marriage": "married",
    "divorce": "divorced",
}
_THINGS = frozenset(
    ["recount", "trial", "appeal", "lawsuit", "strike", "boycott", "visit", "ban", "merger", "bankruptcy"]
)


def presuppositions(question: str) -> tuple[str, ...]:
    """Return the statements that a question takes for granted, most specific first, without full stops.

    A yes/no question asks for its own clause and takes only what stands under it for granted; so does "who is".
    """
    text = " ".join(question.split()).rstrip("?. ")
    main = _main(text)
    subject = _subject(main) if main else ""
    derived = [*_clefts(text), *([main] if main else []), *_under(text, subject), *_relatives(text), *_firsts(text)]
    derived += [*_owned(text), *(_before_the_change(main) if main else [])]
    return tuple(dict.fromkeys(statement for statement in derived if len(statement.split()) > 1))


def _main(text: str) -> str | None:
    """Return the clause that the question asks something about, with a placeholder where its answer belongs."""
    frame = frame_of(text)
    if frame is None:
        return None if re.search(r"\b(?:who|that|which)\b", text) else premise_of(analyse(text))
    if (
        frame.slot in ("truth", "owner", "share", "kind")
        or frame.head == "be"
        or (frame.slot == "adverb" and frame.head)
    ):
        return None
    someone = "someone" if re.search(r"\bwho(?:m|se)?\b", text, re.I) else "something"
    if frame.subject:
        return _of_subject(frame, someone)
    if frame.slot == "count" and frame.preposition == "":
        return _joined(
            frame.before, frame.head if low(frame.before.split()[-1]) not in PREPOSITIONS else "", frame.after
        )
    if frame.slot == "thing" and not frame.preposition:
        return _joined(frame.before, "" if low(frame.before.split()[-1]) in PREPOSITIONS else someone, frame.after)
    return _joined(frame.before, "", frame.after)


def _of_subject(frame: Frame, someone: str) -> str | None:
    words_ = [low(t) for t in frame.after.split()]
    if words_[0] in BE and not any(is_past(w) or is_ing(w) for w in words_[1:3]):
        return None  # "Which city is the capital": who or what is asked, not that there is one
    if frame.slot == "count":
        return _joined("", frame.head, frame.after)
    return _joined("", _one_of(frame.head) if frame.head else someone, frame.after)


def _one_of(noun: str) -> str:
    return noun if noun.endswith("s") or noun in ("people", "men", "women", "children") else f"a {noun}"


def _joined(*parts: str) -> str:
    """Return the parts as one clause, a preposition at the end that governs nothing left out."""
    tokens = " ".join(parts).split()
    while len(tokens) > 2 and low(tokens[-1]) in PREPOSITIONS - {"out", "up", "down", "off", "over", "away"}:
        tokens.pop()
    return " ".join(tokens).strip(" ,")


def _subject(statement: str) -> str:
    claim = told(statement)
    return claim.subject if claim else ""


def _under(text: str, subject: str) -> list[str]:
    """Return the clauses of time and cause: "after the bridge collapsed", "after winning the race"."""
    found = []
    for match in _WHEN.finditer(text):
        tokens = match["clause"].split()
        if low(tokens[0]) in ("when", "what", "which"):
            continue
        if is_ing(low(tokens[0])) and subject:
            found.append(_joined(subject, past(lemma(low(tokens[0]))), *tokens[1:]))
        elif low(tokens[0]) not in AUX and _has_verb(tokens):
            found.append(_joined(match["clause"]))
    return found


def _has_verb(tokens: Sequence[str]) -> bool:
    """Return whether a clause has a finite verb after its subject, and that before any other clause begins."""
    for n, token in enumerate(tokens):
        if n and low(token) in ("that", "who", "which", "when", "if", "did", "does", "do"):
            return False
        if n and (low(token) in AUX or is_past(low(token))) and low(tokens[n - 1]) not in ("the", "a", "an"):
            return True
    return False


def _clefts(text: str) -> list[str]:
    match = _CLEFT.match(text)
    if not match:
        return []
    if match["who"]:
        return [_joined(match["who"], match["rest"])]
    return [_joined("someone" if match["ask"].lower() == "who" else "something", match["did"])]


def _relatives(text: str) -> list[str]:
    """Return "the minister resigned in March" of "the minister who resigned in March"."""
    found = []
    asks = bool(re.match(r"\W*(?:\w+ ){0,4}?(?:did|does|do)\b", text, re.I))
    for match in _RELATIVE.finditer(text):
        noun, tokens = match["noun"].strip(), match["rest"].split()
        first = low(tokens[0])
        if first in AUX or is_past(first) or (is_present(first) and len(tokens) > 1):
            found.append(_joined(noun, *_to_its_end(tokens, asks)))
        elif len(tokens) > 1 and (tokens[0][:1].isupper() or first in ("the", "a", "an")):
            verb = next((n for n in range(1, min(4, len(tokens))) if is_past(low(tokens[n]))), None)
            found += [_joined(*tokens[: verb + 1], noun)] if verb else []
    return found


def _to_its_end(tokens: Sequence[str], asks: bool) -> Sequence[str]:
    """Return the words up to where the clause around goes on: its auxiliary, or after "did" its base form."""
    for n in range(2, len(tokens)):
        word, previous = low(tokens[n]), low(tokens[n - 1])
        goes_on = (
            asks and is_base(word) and previous not in PREPOSITIONS | {"the", "a", "an", "to"} and not is_past(word)
        )
        if word in AUX or goes_on:
            return tokens[:n]
    return tokens


def _firsts(text: str) -> list[str]:
    """Return "a woman won the race" of "the first woman to win the race"."""
    return [
        _joined("a", match["noun"], past(match["verb"]), match["rest"])
        for match in _FIRST.finditer(text)
        if is_base(match["verb"])
    ]


def _owned(text: str) -> list[str]:
    """Return what a name's own event takes for granted: "Holt's resignation", "Prake's recount of the election"."""
    found = []
    for match in _OWNED.finditer(text):
        noun = match["noun"]
        who = re.sub(r"^(?:What|Why|When|Where|How|Who|Which|Did|Was|After|Before|Since)\s+", "", match["who"])
        if noun in _HAPPENED:
            found.append(
                _joined(who, _HAPPENED[noun], match["rest"] if match["rest"].startswith((" in", " as")) else "")
            )
        elif noun in _THINGS:
            found.append(f"there was {who}’s {noun}")
    return found


def _before_the_change(main: str) -> list[str]:
    """Return what a verb of change says was so before, or is so still: stop, resume, again, still."""
    tokens = main.split()
    lower = [low(t) for t in tokens]
    for n, word in enumerate(lower[:-1]):
        if lemma(word) in ("stop", "cease", "quit", "resume") and is_ing(lower[n + 1]):
            return [_joined(*tokens[:n], "used to", lemma(lower[n + 1]), *tokens[n + 2 :])]
    kept = [t for t, w in zip(tokens, lower, strict=True) if w not in ("again", "still", "anymore")]
    return [_joined(*kept)] if len(kept) < len(tokens) and not is_adverb(lower[-1][:0]) else []


def premise_of(profile: Profile) -> str | None:
    """Return what a why, how, when or where question takes for granted, as a statement; None for other questions."""
    match = _WHY.match(profile.text)
    if not match:
        return None
    rest, aux = match["rest"].strip(), match["aux"].lower()
    subject = next((name for name in profile.names if rest.startswith((name, f"the {name}"))), None)
    if subject is None:
        return rest if aux in ("do", "does", "did") else None  # where "is" belongs in it is not known
    cut = rest.index(subject) + len(subject)
    return f"{rest[:cut]} {aux}{rest[cut:]}"


def contradicting(profile: Profile, evidence: Sequence[Evidence]) -> Evidence | None:
    """Return the evidence that takes the other side of what the question takes for granted, if one does.

    Two signs are read: a name that the question has supported and the evidence opposed (or the reverse), with the
    question's other names present; and a verb of the question that the evidence denies.
    """
    asked = stances(profile.text)
    own = own_name_stems(profile)
    for piece in evidence:
        stems = frozenset(content_stems(f"{piece.lead or ''} {piece.text}"))
        if not own or not all(any(contains_word(stems, s) for s in name) for name in own):
            continue
        said = stances(piece.text)
        if any(said.get(name, side) != side for name, side in asked.items()):
            return piece
        if negated(piece.text) & (frozenset(profile.stems) - negated(profile.text)) and _mostly(profile, stems):
            return piece
    return None


def _mostly(profile: Profile, stems: frozenset[str]) -> bool:
    found = [s for s in profile.stems if contains_word(stems, s)]
    return len(found) >= 0.75 * len(profile.stems)


def stances(text: str) -> dict[str, bool]:
    """Return, for each name that something in the text is for (True) or against (False), which it is."""
    found: dict[str, bool] = {}
    tokens = words(text)
    for name in names(text):
        stems = name_stems(name)
        place = next((n for n, w in enumerate(tokens) if stems and alias(w.text.split("-")[-1]) == stems[-1]), None)
        if place is None:
            continue
        first = place - len(words(name)) + 1
        before = [stem(w.text) for w in tokens[max(0, first - _REACH) : first]]
        sides = [side for s in before if (side := _side(s)) is not None]
        if sides:
            found[stems[-1]] = sides[-1]
    return found


def _side(stem_: str) -> bool | None:
    if stem_ in _AGAINST:
        return False
    return True if stem_ in _FOR else None
