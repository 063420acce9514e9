"""From draft, evidence and verdicts to a decision: answered, conflict or abstained, and why.

Pure but for what it is given: the verifier reads, and the surety may ask the language model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

from index.numbers import numbers, same_value
from index.types import Span
from qa.about import is_of_longer_name, stems_of, whole_text, with_measure
from qa.analysis import Profile, is_generic
from qa.answerability import Surety
from qa.answers import gives_answer, is_denied, says_unknown
from qa.claims import Draft, is_refusal, parse_claims
from qa.config import Settings
from qa.conflict import Disagreement, Relation, Value, newer_contradiction
from qa.evidence import Candidate, as_evidence
from qa.moments import Moment
from qa.premise import contradicting, false_premise, premise_of, presuppositions
from qa.replies import denial_of
from qa.sides import Subject
from qa.superlatives import says_less
from qa.turned import tells_narrower, tells_opposite
from qa.types import Evidence, Judged, Status, Verdict
from qa.verify.types import Verifier
from qa.when import is_too_early, spelled, written
from qa.words import contains_word, content_stems
from qa.writers import issuer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A sentence of the answer with the evidence it rests on."""

    text: str
    evidence: tuple[Evidence, ...]
    verdict: Verdict
    opening: str = ""  # said before it, not part of the claim: "As of March 3, 2024: "
    value: Value | None = None  # of a running count: what it gives
    short: Span | None = None  # the words of `text` that give just what was asked (`qa.short`)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideOf:
    value: str
    evidence: Evidence
    about: str | None = None  # of an ambiguity whom it speaks of, "Kevin Koger"; else the body that issues the document
    moment: Moment | None = None  # when the value held


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    status: Status
    claims: tuple[Bound, ...] = ()  # of a conflict: what a running count was before, or what answers another part
    rejected: tuple[Bound, ...] = ()
    sides: tuple[SideOf, ...] = ()
    relation: Relation | None = None  # how the documents disagree, where they do
    reason: str | None = None  # why it abstains, or which part of the question it does not answer
    nearest: tuple[Evidence, ...] = ()  # what the documents say instead, for an abstention


_NOBODY = re.compile(r"^(?:nobody|no one|none)\b", re.I)
_CONDITION = re.compile(r"\b(?:if|in case|provided that|unless)\b(.+)", re.I)
_MENTIONED = re.compile(
    r"\b(?:word|term|adjective|adverb|noun|verb|prefix|suffix|acronym|abbreviation)s?\s+[“\"‘']([^“”\"‘’'\s]{2,40})[”\"’'](?!\w)",
    re.I,
)
_TAKES_PLACE = re.compile(r"\b(?:tak(?:e|es|en|ing)|took) place\b", re.I)
_OF_TIME = frozenset(content_stems("second minute hour day date week month year decade century time"))
TOLD_BY = 3  # of the best sentences, how many are looked at for the case that is asked of
# Of a sentence that was refused for these alone the words of the source are the answer: with who said it, and the doubt.
MENDED_BY_ITS_WORDS = frozenset(("speaker", "other_speaker", "named_speaker", "word", "hedge", "condition"))
# Of a sentence that was refused for these the source says something else: its words answer another question.
TWISTED = frozenset(("crossed", "object"))
QUOTED = Verdict(label="supported", probability=1.0)
Stands = Callable[[Sequence[Bound], Sequence[str]], bool]


def decide(
    profile: Profile,
    reply: str,
    ranked: Sequence[Candidate],
    evidence: Sequence[Evidence],
    disagreement: Disagreement | None,
    verifier: Verifier,
    settings: Settings,
    *,
    surety: Surety,
) -> Generator[Judged, None, Decision]:
    """Yield the verdict on each sentence of the draft and return what is shown.

    Nothing that the verifier refuses is ever among `claims`.

    Args:
        surety: how sure the answer of a candidate is, and from where on it is shown (`qa.answerability`).
    """
    if not evidence:
        return Decision(status="abstained", reason="The documents hold nothing on this.")
    against = contradicting(profile, evidence) if profile.kind in ("reason", "date", "place", "thing") else None
    if against is not None:
        return _false_premise(profile, against)
    taken = false_premise(profile.text, evidence)
    if taken is not None:
        said = f"The question takes it that {taken.premise}; the documents say otherwise."
        return Decision(status="abstained", reason=said, nearest=(taken.evidence,))
    if disagreement is not None and _is_sure(profile, disagreement, ranked, settings, surety):
        return _disagreed(disagreement)
    drafts = parse_claims(reply, known=[piece.number for piece in evidence])
    stands = partial(_stands, profile, ranked, settings, surety)
    bound, stood = yield from _bound(drafts, evidence, verifier, profile, stands)
    kept = [claim for claim in bound if claim.verdict.label == "supported"]
    rejected = tuple(claim for claim in bound if claim.verdict.label != "supported")
    denied = _denied(profile, kept)
    if denied is not None:
        said = f"The question takes for granted what the documents deny: “{denied.text}”"
        return Decision(status="abstained", rejected=rejected, reason=said, nearest=denied.evidence)
    if stood:
        claims = _relevant(profile, kept)
        more = _said_to_it(profile, ranked, claims, settings, surety)
        return Decision(status="answered", claims=(*claims, *more), rejected=rejected)
    is_refused = is_refusal(reply) if not drafts else any(not _is_mended(claim) for claim in rejected)
    quoted = _quotation(profile, ranked, evidence, surety, rejected, is_refused=is_refused)
    if quoted is not None:
        more = _said_to_it(profile, ranked, [quoted], settings, surety)
        return Decision(status="answered", claims=(quoted, *more), rejected=rejected)
    return Decision(
        status="abstained", rejected=rejected, reason=_why_not(profile, ranked), nearest=tuple(evidence[:3])
    )


def _bound(
    drafts: Sequence[Draft], evidence: Sequence[Evidence], verifier: Verifier, profile: Profile, stands: Stands
) -> Generator[Judged, None, tuple[list[Bound], bool]]:
    """Yield each verdict; return the sentences with their evidence, and whether they are shown as the answer."""
    bound: list[Bound] = []
    stood = False
    for n, draft in enumerate(drafts, 1):
        bound.append(_bind(draft, evidence, verifier, profile.text))
        quoted = any(quotation(piece).text == draft.text for piece in bound[-1].evidence)
        after = tuple(each.text for each in drafts[n:])
        stood = stood or stands([claim for claim in bound if claim.verdict.label == "supported"], after)
        settled = _until_last_answer(profile, bound) if stood else 0
        yield Judged(text=draft.text, verdict=bound[-1].verdict, quoted=quoted, after=after, settled=settled)
    return bound, stood


def _stands(
    profile: Profile,
    ranked: Sequence[Candidate],
    settings: Settings,
    surety: Surety,
    kept: Sequence[Bound],
    after: Sequence[str],
) -> bool:
    """Return whether the claims that hold are an answer that nothing after them can take back.

    Args:
        after: the sentences that are still to be judged.
    """
    if not kept or any(_denies(profile, text) for text in (*(claim.text for claim in kept), *after)):
        return False
    if _passed_over(profile, kept, ranked) or _without_condition(profile, kept, ranked):
        return False
    return _answers(profile, kept, ranked, settings, surety)


def _until_last_answer(profile: Profile, bound: Sequence[Bound]) -> int:
    """Return how many sentences there are up to the last that holds and answers."""
    return max(
        n
        for n, claim in enumerate(bound, 1)
        if claim.verdict.label == "supported" and gives_answer(profile, claim.text)
    )


def _bind(draft: Draft, evidence: Sequence[Evidence], verifier: Verifier, question: str) -> Bound:
    """Return the draft with the evidence that supports it: what it cites, else any other one, else two of one article."""
    cited = tuple(piece for piece in evidence if piece.number in draft.markers)
    first = verifier.verify(draft.text, cited, question=question)
    if first.label == "supported":
        return Bound(text=draft.text, evidence=cited, verdict=first)
    pairs = [pair for pair in combinations(evidence, 2) if pair[0].article_id == pair[1].article_id]
    for others in [*((piece,) for piece in evidence if (piece,) != cited), *pairs]:
        verdict = verifier.verify(draft.text, others, question=question)
        if verdict.label == "supported":
            return Bound(text=draft.text, evidence=others, verdict=verdict)
    return Bound(text=draft.text, evidence=cited, verdict=first)


def _answers(
    profile: Profile, kept: Sequence[Bound], ranked: Sequence[Candidate], settings: Settings, surety: Surety
) -> bool:
    """Return whether a kept claim gives what is asked, from evidence that answers the question well enough."""
    places = _places(claim for claim in kept if gives_answer(profile, claim.text))
    return _reaches(profile, places, ranked, settings, surety)


def _is_sure(
    profile: Profile, disagreement: Disagreement, ranked: Sequence[Candidate], settings: Settings, surety: Surety
) -> bool:
    """Return whether a side answers the question surely enough; else the documents do not disagree, they do not say."""
    places = {value.candidate.place for side in disagreement.sides for value in side}
    return _reaches(profile, places, ranked, settings, surety)


def _reaches(
    profile: Profile, places: Set[tuple[int, int]], ranked: Sequence[Candidate], settings: Settings, surety: Surety
) -> bool:
    """Return whether the answer of one of the places is sure enough; less sure where words asked for are unheard of."""
    if _asks_of_unheard_word(profile, ranked):
        return False
    share = settings.unheard_share if unheard_words(profile, ranked) else 1.0
    found = [candidate for candidate in ranked if _answer_place(candidate) in places or candidate.place in places]
    found = [candidate for candidate in found if not _beside(profile, candidate, ranked)]
    return surety.reached_by_one(found, lambda candidate: min(share, _on_focus(profile, candidate, settings)))


def _answer_place(candidate: Candidate) -> tuple[int, int]:
    """Return article and start of the sentence that holds the answer: the lead of one that goes on from it, or its own."""
    lead = candidate.lead if candidate.is_told_by_lead else None
    return candidate.place if lead is None else (candidate.article.article_id, lead.start)


def _beside(profile: Profile, candidate: Candidate, ranked: Sequence[Candidate]) -> bool:
    """Return whether a sentence speaks of another time than the future asked of, of the opposite or of a narrower kind.

    Who "was not awarded" the prize is not who won it.
    """
    text, answer = candidate.window().text, candidate.answer_text or ""
    is_not_who = profile.kind == "person" and bool(answer.strip()) and is_denied(profile, text, answer.strip())
    others = {each.article.article_id: each.article for each in ranked}.values()
    return (
        is_not_who
        or _too_early(profile, candidate)
        or tells_opposite(profile, text)
        or tells_narrower(profile.text, text)
        or says_less(profile.text, text)
        or is_of_longer_name(profile, text, candidate.article, others)
    )


def _too_early(profile: Profile, candidate: Candidate) -> bool:
    """Return whether it is asked when something will be, and all times of a sentence lie before its publication."""
    return profile.kind == "date" and is_too_early(profile.text, candidate.window().text, candidate.published)


def unheard_words(profile: Profile, ranked: Sequence[Candidate]) -> list[str]:
    """Return the stems of the question that stand in none of the articles found: it may ask of what nobody wrote about."""
    heard: set[str] = set()
    for article in {c.article.article_id: c.article for c in ranked}.values():
        heard |= stems_of(whole_text(article))
    told = with_measure(profile, frozenset(heard))  # of "how fast" a speed is the word
    return [stem_ for stem_ in profile.stems if not _is_understood(profile, stem_) and not contains_word(told, stem_)]


def _is_understood(profile: Profile, stem_: str) -> bool:
    """Return whether a word of the question need not be said: "number", and "year" where a date is asked for."""
    if stem_ == "take" and _TAKES_PLACE.search(profile.text):
        return True
    return is_generic(stem_) or (profile.kind in ("date", "duration") and stem_ in _OF_TIME)


def _asks_of_unheard_word(profile: Profile, ranked: Sequence[Candidate]) -> bool:
    asked = mentioned(profile.text)
    return bool(asked) and not asked.isdisjoint(unheard_words(profile, ranked))


def mentioned(question: str) -> frozenset[str]:
    """Return the stems of the words that a question asks of as words: "the adjective ‘vespine’"."""
    return frozenset(stem_ for found in _MENTIONED.finditer(question) for stem_ in content_stems(found[1]))


def _on_focus(profile: Profile, candidate: Candidate, settings: Settings) -> float:
    """Return what is left of a score where the noun asked for ("which firm", "how large a fine") is not spoken of."""
    spoken = stems_of(f"{candidate.window().text} {candidate.surroundings()}")
    asked = [stem_ for stem_ in profile.focus if not _is_understood(profile, stem_)]
    return 1.0 if all(contains_word(spoken, stem_) for stem_ in asked) else settings.unheard_share


def _passed_over(profile: Profile, kept: Sequence[Bound], ranked: Sequence[Candidate]) -> bool:
    """Return whether the best sentence holds every word of the question and an answer, and no claim rests on it."""
    best = ranked[0]
    cited = _places(kept)
    exact = best.about.own_coverage > 0.99 and profile.kind in ("number", "duration", "date")
    return exact and best.place not in cited and gives_answer(profile, best.sentence.text)


def _without_condition(profile: Profile, kept: Sequence[Bound], ranked: Sequence[Candidate]) -> bool:
    """Return whether a sentence tells of the case that is asked of ("if both motors fail") and no claim rests on it."""
    found = _CONDITION.search(profile.text)
    wanted = frozenset(content_stems(found[1])) if found else frozenset()
    if not wanted or not any(_tells(wanted, c.sentence.text) for c in ranked[:TOLD_BY]):
        return False
    return not any(_tells(wanted, f"{claim.text} {ground}") for claim in kept for ground in _grounds(claim))


def _tells(wanted: frozenset[str], text: str) -> bool:
    stems = stems_of(text)
    return 2 * sum(contains_word(stems, stem_) for stem_ in wanted) >= len(wanted)


def _grounds(claim: Bound) -> list[str]:
    """Return the sentences that a claim rests on: of evidence and its lead, those that hold its figures."""
    sentences = [text for piece in claim.evidence for text in (piece.lead, piece.text) if text]
    figures = [number.value for number in numbers(claim.text)]
    held = [text for text in sentences if all(any(same_value(n.value, f) for n in numbers(text)) for f in figures)]
    return held or sentences


def _denied(profile: Profile, kept: Sequence[Bound]) -> Bound | None:
    """Return the claim that nobody did what the question asks the doer of."""
    return next((claim for claim in kept if _denies(profile, claim.text)), None)


def _denies(profile: Profile, text: str) -> bool:
    return profile.kind == "person" and _NOBODY.match(text) is not None


def _relevant(profile: Profile, kept: Sequence[Bound]) -> list[Bound]:
    """Return the claims up to the last that answers, repeated texts once."""
    answering = [n for n, claim in enumerate(kept) if gives_answer(profile, claim.text)]
    return list({claim.text: claim for claim in kept[: answering[-1] + 1]}.values())


def _quotation(
    profile: Profile,
    ranked: Sequence[Candidate],
    evidence: Sequence[Evidence],
    surety: Surety,
    rejected: Sequence[Bound],
    *,
    is_refused: bool,
) -> Bound | None:
    """Return the best sentence word for word, where it answers surely enough by itself.

    Less is asked of one that the model answered from, where its words mend what was wrong with that answer, and more
    where there was no answer or another fault. None is quoted of which the model made something else (`TWISTED`).
    """
    if _asks_of_unheard_word(profile, ranked):
        return None
    mended = _places(claim for claim in rejected if _is_mended(claim))
    twisted = _places(claim for claim in rejected if TWISTED.intersection(claim.verdict.findings))
    by_place = {(e.article_id, e.start): e for e in evidence}
    for candidate in ranked[:3]:
        piece = by_place.get(candidate.place) or by_place.get(_answer_place(candidate))
        if (
            piece is None
            or (piece.article_id, piece.start) in twisted
            or not gives_answer(profile, piece.text)
            or _beside(profile, candidate, ranked)
        ):
            continue
        tells = says_unknown(piece.text) or candidate.about.names > 0
        floor = surety.floors.refused if is_refused else surety.floors.quoted
        if candidate.place in mended and not is_refused:
            floor = surety.floors.shown
        if tells and surety.reaches(candidate, floor):
            return quotation(piece)
    return None


def _places(claims: Iterable[Bound]) -> set[tuple[int, int]]:
    """Return article and start of each sentence that some claims rest on."""
    return {(piece.article_id, piece.start) for claim in claims for piece in claim.evidence}


def _is_mended(claim: Bound) -> bool:
    """Return whether a sentence was refused only because it leaves out who said so, or how surely."""
    return bool(claim.verdict.findings) and MENDED_BY_ITS_WORDS.issuperset(claim.verdict.findings)


def quotation(piece: Evidence) -> Bound:
    """Return the words of a piece of evidence, with its lead where it has one, as a claim that rests on it."""
    text = f"{piece.lead} {piece.text}" if piece.lead else piece.text
    return Bound(text=" ".join(text.split()), evidence=(piece,), verdict=QUOTED)


def _said_to_it(
    profile: Profile, ranked: Sequence[Candidate], claims: Sequence[Bound], settings: Settings, surety: Surety
) -> tuple[Bound, ...]:
    """Return what an answer is not shown without: the denial beside it, and what a newer document says instead."""
    cited = [piece for claim in claims for piece in claim.evidence]
    denial = denial_of(cited, ranked)
    denied = () if denial is None else (quotation(as_evidence([denial])[0]),)
    return (*denied, *_newer(profile, ranked, cited, settings, surety))


def _newer(
    profile: Profile, ranked: Sequence[Candidate], cited: Sequence[Evidence], settings: Settings, surety: Surety
) -> tuple[Bound, ...]:
    """Return what a newer document says instead, as a claim of its own; nothing where none answers."""
    value = newer_contradiction(profile, ranked, cited, settings)
    if value is None or value.published is None or surety.denies(value.candidate):
        return ()
    said = quotation(_evidence_of(value))
    return (replace(said, opening=f"A newer document, of {spelled(value.published)}, says: "),)


def _disagreed(disagreement: Disagreement) -> Decision:
    """Return a development as an answer, latest figure first; every other disagreement with all of its sides."""
    if disagreement.relation == "development":
        claims = [_as_of(side[0], earlier=n > 0) for n, side in enumerate(disagreement.sides)]
        return Decision(status="answered", claims=tuple(claims), relation="development")
    subjects = disagreement.subjects or (None,) * len(disagreement.sides)
    return Decision(
        status="conflict",
        relation=disagreement.relation,
        claims=tuple(_as_of(side[0], earlier=True) for side in disagreement.earlier),
        sides=tuple(_side(side[0], subject) for side, subject in zip(disagreement.sides, subjects, strict=True)),
    )


def _side(value: Value, subject: Subject | None) -> SideOf:
    """Return a side with whom it speaks of, else with the body that issues its document, where the page says so."""
    about = subject.label if subject else issuer_of(value.candidate.article)
    return SideOf(value=value.text, evidence=_evidence_of(value), about=about, moment=value.moment)


def _as_of(value: Value, *, earlier: bool) -> Bound:
    """Return the sentence of a count with the day or year that it stands for."""
    when = f"as of {written(value.moment.shown)}: " if value.moment else ""
    opening = f"Earlier, {when}" if earlier else when[:1].upper() + when[1:]
    return replace(quotation(_evidence_of(value)), opening=opening, value=value)


def _evidence_of(value: Value) -> Evidence:
    return as_evidence([value.candidate])[0]


def _false_premise(profile: Profile, against: Evidence) -> Decision:
    premise = _taken_for_granted(profile)
    said = (
        f"The question takes it that {premise}; the documents say otherwise."
        if premise
        else ("The documents say the opposite of what the question takes for granted.")
    )
    return Decision(status="abstained", reason=said, nearest=(against,))


def _taken_for_granted(profile: Profile) -> str | None:
    """Return what the question takes for granted, as a statement."""
    return next(iter(presuppositions(profile.text)), None) or premise_of(profile)


def _why_not(profile: Profile, ranked: Sequence[Candidate]) -> str:
    """Return why nothing is answered, in one sentence."""
    missing = ranked[0].about.missing_names if ranked else ()
    everywhere = [name for name in missing if all(name in c.about.missing_names for c in ranked)]
    if everywhere:
        shown = next((n for n in profile.names if everywhere[0].split()[-1][:4].lower() in n.lower()), everywhere[0])
        return f"The documents found say nothing about {shown}."
    premise = _taken_for_granted(profile)
    if premise and profile.kind == "reason" and not premise.startswith(("something ", "someone ")):
        return f"The documents do not say that {premise}."
    return f"The documents do not answer “{profile.text}”."
