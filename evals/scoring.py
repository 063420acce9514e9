"""What an asked case was worth: its outcome, its claims judged, and at whose door a failure lies.

The judge sees what a reader can check: the words that were shown and the raw words that are cited, without title, date
or neighbouring sentences. All else is pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.matching import folded, same_source, says, says_all, without_markers
from evals.types import SUCCESSES, Asked, Case, Found, JudgedClaim, Outcome, Result, Shown, Stage, Trace
from index.sentences import split_sentences
from qa.errors import VerifierError
from qa.evidence import evidence_from_text
from qa.types import Answer, Claim, Evidence
from qa.verify import Verifier

BEST = 10  # how many passages count as found
MIN_SHARED_WORDS = 3  # a shorter sentence ("Yes.") does not show that a longer quote was shown


def score(case: Case, asked: Asked, judge: Verifier | None, *, repeat: int = 0) -> Result:
    """Return what an asked case was worth. A judge that fails is kept in `judge_error` and never becomes a score.

    Args:
        judge: checks the claims; None: they are not judged.
        repeat: which asking of the same case this is, from 0.
    """
    outcome = outcome_of(case, asked.trace)
    claims: tuple[JudgedClaim, ...] = ()
    judge_error = None
    if judge is not None:
        try:
            claims = judge_claims(asked.trace, judge)
        except VerifierError as error:
            judge_error = f"{type(error).__name__}: {error}"
    return Result(
        case=case,
        asked=asked,
        outcome=outcome,
        blame=blame_of(case, asked, outcome),
        claims=claims,
        judge_error=judge_error,
        repeat=repeat,
    )


# --- outcomes ---------------------------------------------------------------------------------------------------------


def outcome_of(case: Case, trace: Trace) -> Outcome:
    """Return how a case ended.

    What counts as right follows `case.expect`. Where no reference answer is known, any answer to an answerable case is
    right. Whatever is expected, an answer that cites nothing is wrong here, and so is an empty one and one that states
    something forbidden. Where only a search was made, it is right when a gold piece is among the ten best passages.
    """
    answer = trace.answer
    if trace.error is not None:
        return "error"
    if answer is None:
        found = any(piece.in_passage(passage) for piece in pieces_of(case) for passage in trace.hits[:BEST])
        return "answered right" if found else "answered wrong"
    if answer.status == "abstained":
        return "rightly abstained" if case.expect == "abstain" else "over-abstained"
    if case.expect == "abstain" or not without_markers(answer.text).strip() or not cites(answer):
        return "answered wrong"
    if forbidden_in(case, answer):
        return "answered wrong"
    if case.expect == "conflict":
        return _reported(answer, case.answers)
    if case.expect == "answer or conflict" and answer.status == "conflict":
        return _reported(answer, case.sides or case.answers)
    right = case.answers is None or says_all(answer.text, case.answers)
    return "answered right" if right else "answered wrong"


def _reported(answer: Answer, sides: Sequence[Sequence[str]] | None) -> Outcome:
    whole = answer.status == "conflict" and says_all(told(answer), sides or ())
    return "conflict reported" if whole else "answered wrong"


def told(answer: Answer) -> str:
    """Return all that an answer tells: its text, and the sides of its conflicts, each on its line."""
    return "\n".join((answer.text, *(side.value for conflict in answer.conflicts for side in conflict.sides)))


def cites(answer: Answer) -> bool:
    """Return whether a claim, or a side of a conflict, carries a citation that the answer has."""
    known = {citation.number for citation in answer.citations}
    carried = {number for claim in answer.claims for number in claim.citations}
    carried |= {side.citation for conflict in answer.conflicts for side in conflict.sides}
    return bool(known & carried)


def forbidden_in(case: Case, answer: Answer) -> tuple[str, ...]:
    """Return the forbidden strings that an answer states; an abstention states nothing.

    Where the case asks for all sides, a side that it asks for is not forbidden among the sides of a conflict.
    """
    if answer.status == "abstained":
        return ()
    wanted = case.sides or (case.answers if case.expect == "conflict" else None) or ()
    asked_for = {folded(spelling) for group in wanted for spelling in group} if answer.status == "conflict" else set()
    return tuple(word for word in case.forbidden if folded(word) not in asked_for and says(told(answer), word))


# --- the judge --------------------------------------------------------------------------------------------------------


def judge_claims(trace: Trace, judge: Verifier) -> tuple[JudgedClaim, ...]:
    """Return each sentence that was stated, judged against the raw words of its citations; an abstention has none.

    Which citations are needed follows Gao et al. 2023, "Enabling Large Language Models to Generate Text with
    Citations": a citation is, when all of the claim's citations support the claim and this one does so alone or the
    others do not without it. A sentence of an answer that belongs to no claim is uncited. The judge is not told the
    question: whether the words support the claim does not depend on what was asked.

    Raises:
        VerifierError: the judge failed.
    """
    answer = trace.answer
    if answer is None or answer.status == "abstained":
        return ()
    cited = {citation.number: tuple(evidence_from_text(citation.quote)) for citation in answer.citations}
    judged = tuple(_judged(claim, answer, cited, judge) for claim in answer.claims)
    return judged + tuple(_uncited(sentence) for sentence in _outside_claims(answer))


def _judged(claim: Claim, answer: Answer, cited: Mapping[int, tuple[Evidence, ...]], judge: Verifier) -> JudgedClaim:
    text = _shown_words(claim, answer)
    own = tuple(number for number in claim.citations if cited.get(number))
    if not own:
        return _uncited(text, claim.citations)

    def supported(numbers: Sequence[int]) -> bool:
        evidence = [piece for number in numbers for piece in cited.get(number, ())]
        return bool(evidence) and judge.verify(text, evidence).label == "supported"

    pieces = [piece for number in own for piece in cited[number]]
    verdict = judge.verify(text, pieces)
    holds = verdict.label == "supported"
    rest = {number: [other for other in own if other != number] for number in claim.citations}
    others = (number for number in cited if number not in claim.citations)
    return JudgedClaim(
        text=text,
        citations=claim.citations,
        label=verdict.label,
        probability=verdict.probability,
        reason=verdict.reason,
        needed=tuple(
            holds and number in own and (own == (number,) or supported([number]) or not supported(rest[number]))
            for number in claim.citations
        ),
        better=None if holds else next((number for number in others if supported([number])), None),
    )


def _uncited(text: str, citations: tuple[int, ...] = ()) -> JudgedClaim:
    return JudgedClaim(
        text=text,
        citations=citations,
        label="uncited",
        probability=None,
        reason="the sentence cites nothing",
        needed=tuple(False for _ in citations),
    )


def _shown_words(claim: Claim, answer: Answer) -> str:
    """Return what a reader reads where the claim stands: a claim that was checked must be the one that is shown."""
    shown = " ".join(without_markers(answer.text[claim.start : claim.end]).split())
    return claim.text if not shown or folded(shown) == folded(claim.text) else shown


def _outside_claims(answer: Answer) -> list[str]:
    """Return the sentences of a plain answer that no claim covers; a reported conflict has its own framing."""
    if answer.status != "answered":
        return []
    texts = [
        without_markers(sentence.text).strip()
        for sentence in split_sentences(answer.text)
        if not any(claim.start < sentence.end and sentence.start < claim.end for claim in answer.claims)
    ]
    return [text for text in texts if any(character.isalnum() for character in text)]


# --- the evidence that is known to answer -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPiece:
    """Words that answer, wherever they stand, or a whole document that does: the unit of recall."""

    quote: str | None  # folded; None: the document is relevant as a whole
    sources: frozenset[str]
    grade: int

    def in_passage(self, passage: Found) -> bool:
        """Return whether a passage holds the words, or is of the document."""
        return self._of(passage.source) and (self.quote is None or self.quote in folded(passage.text))

    def in_sentence(self, shown: Shown) -> bool:
        """Return whether a sentence that was shown holds the words, or is a part of them."""
        if not self._of(shown.source) or self.quote is None:
            return self._of(shown.source)
        text = folded(shown.text)
        return self.quote in text or (text in self.quote and len(text.split()) >= MIN_SHARED_WORDS)

    def _of(self, source: str) -> bool:
        return any(same_source(source, name) for name in self.sources)


def pieces_of(case: Case) -> tuple[GoldPiece, ...]:
    """Return the distinct gold pieces of a case, in order: the same words in two documents are one piece."""
    found: dict[tuple[str | None, str | None], GoldPiece] = {}
    for gold in case.evidence:
        quote = folded(gold.quote) if gold.quote else None
        key = (quote, gold.source if quote is None else None)
        known = found.get(key)
        found[key] = GoldPiece(
            quote=quote,
            sources=frozenset({gold.source}) | (known.sources if known else frozenset()),
            grade=max(gold.grade, known.grade if known else 0),
        )
    return tuple(found.values())


# --- where a failure lies ---------------------------------------------------------------------------------------------


def blame_of(case: Case, asked: Asked, outcome: Outcome) -> Stage | None:
    """Return the stage at whose door a failure lies; None for a success, an error, or where it cannot be known."""
    if outcome in SUCCESSES or outcome == "error":
        return None
    if case.expect == "abstain":
        return "checking"
    pieces = pieces_of(case)
    if not pieces:
        return None
    enough = all if case.expect == "conflict" else any
    best = [passage for passage in asked.trace.hits if passage.rank <= BEST]
    if not enough(any(piece.in_passage(passage) for passage in best) for piece in pieces):
        return "retrieval"
    if not enough(any(piece.in_sentence(shown) for shown in asked.trace.shown) for piece in pieces):
        return "selection"
    if case.expect == "conflict":
        return "checking"
    return _reading_or_checking(case, asked, case.answers)


def _reading_or_checking(case: Case, asked: Asked, answers: Sequence[Sequence[str]] | None) -> Stage | None:
    """Return "checking" where the draft held the answer; without a draft, where the evidence that was shown did.

    Without a draft of its own, a draft from the gold evidence alone that lacks the answer says that reading would fail.
    """
    if answers is None:
        return None
    draft = asked.trace.draft
    alone = asked.with_gold
    if not draft.strip() and alone is not None and alone.draft.strip():
        failed = outcome_of(case, alone) not in SUCCESSES
        if failed and not says_all(alone.draft, answers):
            return "reading"
    read = draft if draft.strip() else "\n".join(shown.text for shown in asked.trace.shown)
    return "checking" if says_all(read, answers) else "reading"
