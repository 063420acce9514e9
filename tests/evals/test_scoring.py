"""What an asked case was worth: outcomes, judged claims, gold pieces, and where a failure lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from evals.scoring import blame_of, forbidden_in, judge_claims, outcome_of, pieces_of, score
from evals.types import Case, Found, Outcome, Shown, Stage, Trace
from qa.errors import VerifierError
from qa.types import Answer, Evidence, Verdict
from qa.verify import RuleVerifier
from tests.evals.ferry import (
    ENGINE,
    HURT,
    RECOUNT,
    RUDDER,
    SPEED,
    TableJudge,
    answer,
    asked,
    case,
    found,
    gold,
    refusal,
    said,
    shown,
    trace,
)

RIGHT = answer(said("17 people were hurt.", HURT))
WRONG = answer(said("19 people were hurt.", HURT))
SIDES = (("17", HURT), ("22", RECOUNT))
CONFLICT = answer("The documents do not agree: 17 or 22.", said(HURT, HURT), status="conflict", sides=SIDES)
STRANGE = replace(CONFLICT, text="The documents do not agree: 17, 22 or 99.")
NAMELESS = replace(CONFLICT, text="Accounts differ.")
BOTH = (("17",), ("22",))


@pytest.mark.parametrize(
    ("asked_case", "given", "expected"),
    [
        (case(), RIGHT, "answered right"),
        (case(), WRONG, "answered wrong"),
        (case(), refusal(), "over-abstained"),
        (case(answers=BOTH), RIGHT, "answered wrong"),
        (case(), CONFLICT, "answered right"),
        (case(), NAMELESS, "answered wrong"),
        (case(answers=None), WRONG, "answered right"),
        (case(answers=None, forbidden=("19",)), WRONG, "answered wrong"),
        (case(answers=None, forbidden=("22",)), WRONG, "answered right"),
        (case(answers=None, forbidden=("22",)), CONFLICT, "answered wrong"),
        (case(answers=None), CONFLICT, "answered right"),
        (case(answers=None), refusal(), "over-abstained"),
        (case(forbidden=("22",)), RIGHT, "answered right"),
        (case(forbidden=("22",)), CONFLICT, "answered wrong"),
        (case(forbidden=("22",)), replace(CONFLICT, text="It was 17."), "answered wrong"),
        (case(answers=None, expect="abstain"), refusal(), "rightly abstained"),
        (case(answers=None, expect="abstain"), RIGHT, "answered wrong"),
        (case(answers=None, expect="abstain"), CONFLICT, "answered wrong"),
        (case(answers=BOTH, expect="conflict"), CONFLICT, "conflict reported"),
        (case(answers=BOTH, expect="conflict"), NAMELESS, "conflict reported"),
        (case(answers=BOTH, expect="conflict", forbidden=("22",)), CONFLICT, "conflict reported"),
        (case(answers=BOTH, expect="conflict", forbidden=("99",)), STRANGE, "answered wrong"),
        (case(expect="answer or conflict", sides=BOTH, forbidden=("22",)), CONFLICT, "conflict reported"),
        (case(expect="answer or conflict", sides=BOTH, forbidden=("99",)), STRANGE, "answered wrong"),
        (case(expect="answer or conflict", forbidden=("22",)), CONFLICT, "answered wrong"),
        (case(answers=(*BOTH, ("30",)), expect="conflict"), CONFLICT, "answered wrong"),
        (case(answers=BOTH, expect="conflict"), replace(CONFLICT, status="answered"), "answered wrong"),
        (case(answers=BOTH, expect="conflict"), replace(CONFLICT, claims=()), "conflict reported"),
        (case(answers=BOTH, expect="conflict"), replace(CONFLICT, citations=()), "answered wrong"),
        (case(answers=BOTH, expect="conflict"), refusal(), "over-abstained"),
        (case(answers=None, expect="conflict"), CONFLICT, "conflict reported"),
        (case(expect="answer or conflict", sides=BOTH), RIGHT, "answered right"),
        (case(expect="answer or conflict", sides=BOTH), WRONG, "answered wrong"),
        (case(expect="answer or conflict", sides=BOTH), NAMELESS, "conflict reported"),
        (case(expect="answer or conflict", sides=(*BOTH, ("30",))), CONFLICT, "answered wrong"),
        (case(expect="answer or conflict"), CONFLICT, "conflict reported"),
        (case(expect="answer or conflict", forbidden=("hurt",)), RIGHT, "answered wrong"),
        (case(expect="answer or conflict", sides=BOTH), refusal(), "over-abstained"),
        (case(), replace(RIGHT, citations=()), "answered wrong"),
        (case(), answer(said("17 people were hurt."), nearest=(HURT,)), "answered wrong"),
        (case(answers=None), answer(), "answered wrong"),
    ],
)
def test_a_case_ends_as_its_expectation_says(asked_case: Case, given: Answer, expected: Outcome) -> None:
    assert outcome_of(asked_case, trace(given)) == expected


@pytest.mark.parametrize("expect", ["answer", "abstain", "conflict", "answer or conflict"])
def test_an_error_is_an_error_whatever_was_expected(expect: str) -> None:
    assert outcome_of(case(expect=expect), Trace(answer=None, error="ModelUnreachable: gone")) == "error"


@pytest.mark.parametrize(
    ("hits", "expected"),
    [(found(SPEED, HURT), "answered right"), (found(*[SPEED] * 10, HURT), "answered wrong"), ((), "answered wrong")],
)
def test_a_search_alone_is_right_when_it_finds_a_gold_piece(hits: tuple[Found, ...], expected: Outcome) -> None:
    assert outcome_of(case(evidence=(gold(HURT),)), Trace(answer=None, hits=hits)) == expected


def test_forbidden_strings_are_whole_words_that_are_stated() -> None:
    asked_case = case(forbidden=("22", "thirty"))
    assert forbidden_in(asked_case, answer(said("Eleven, not 22; see page 122.", HURT))) == ("22",)
    assert forbidden_in(asked_case, answer(said("Eleven.", HURT))) == ()
    assert forbidden_in(asked_case, answer("It was 22.", status="abstained")) == ()


def test_a_side_that_the_case_asks_for_is_not_forbidden_in_a_conflict() -> None:
    either = case(expect="answer or conflict", sides=BOTH, forbidden=("22", "30"))
    assert forbidden_in(either, CONFLICT) == ()
    assert forbidden_in(either, answer(said("It was 22.", RECOUNT))) == ("22",)
    assert forbidden_in(either, replace(CONFLICT, text="17, 22 or 30.")) == ("30",)


# --- the judge --------------------------------------------------------------------------------------------------------


def judged_needs(supports: list[set[str]], *quotes: str) -> tuple[str, tuple[bool, ...]]:
    judge = TableJudge({"The claim.": supports})
    [claim] = judge_claims(trace(answer(said("The claim.", *quotes))), judge)
    return claim.label, claim.needed


@pytest.mark.parametrize(
    ("supports", "quotes", "label", "needed"),
    [
        ([{HURT}], (HURT,), "supported", (True,)),
        ([], (HURT,), "not_enough", (False,)),
        ([{HURT}], (HURT, SPEED), "supported", (True, False)),
        ([{HURT}, {SPEED}], (HURT, SPEED), "supported", (True, True)),
        ([{HURT, SPEED}], (HURT, SPEED), "supported", (True, True)),
        ([{HURT, SPEED}], (HURT, SPEED, ENGINE), "supported", (True, True, False)),
        ([], (HURT, SPEED), "not_enough", (False, False)),
        ([{HURT}], (), "uncited", ()),
    ],
)
def test_a_citation_is_needed_when_the_claim_does_not_stand_without_it(
    supports: list[set[str]], quotes: tuple[str, ...], label: str, needed: tuple[bool, ...]
) -> None:
    assert judged_needs(supports, *quotes) == (label, needed)


def test_a_claim_under_the_wrong_marker_names_the_citation_that_supports_it() -> None:
    judge = TableJudge({"One.": [{HURT}], "Two.": [{SPEED}], "Three.": [{ENGINE}]})
    given = answer(said("One.", HURT), said("Two.", ENGINE), said("Three.", SPEED), said("Four.", HURT))
    claims = judge_claims(trace(given), judge)
    assert [(claim.label, claim.better) for claim in claims] == [
        ("supported", None),
        ("not_enough", 3),
        ("not_enough", 2),
        ("not_enough", None),
    ]


def test_a_claim_that_one_of_its_own_citations_supports_is_not_misattributed() -> None:
    class Alone(TableJudge):
        """Finds support in the listed words only where nothing else is cited with them."""

        def verify(self, claim: str, evidence: Sequence[Evidence], *, question: str | None = None) -> Verdict:
            alone = {piece.text for piece in evidence} in self.supports[claim]
            return Verdict(label="supported" if alone else "contradicted")

    judge = Alone({"One.": [{HURT}]})
    [claim] = judge_claims(trace(answer(said("One.", HURT, SPEED))), judge)
    assert (claim.label, claim.needed, claim.better) == ("contradicted", (False, False), None)


class ListeningJudge:
    """Finds everything supported, and keeps what it was given."""

    name = "listening"

    def __init__(self) -> None:
        self.heard: list[tuple[str, list[tuple[str, str | None, object]], str | None]] = []

    def verify(self, claim: str, evidence: Sequence[Evidence], *, question: str | None = None) -> Verdict:
        self.heard.append((claim, [(piece.text, piece.article, piece.date) for piece in evidence], question))
        return Verdict(label="supported", probability=0.8)


def test_the_judge_sees_the_raw_cited_words_and_nothing_else() -> None:
    judge = ListeningJudge()
    given = answer(said("17 people were hurt.", HURT), question="How many?")
    titled = tuple(replace(citation, article="The Hollin") for citation in given.citations)
    [claim] = judge_claims(trace(replace(given, citations=titled)), judge)
    assert judge.heard == [("17 people were hurt.", [(HURT, None, None)], None)]
    assert (claim.supported, claim.probability, claim.citations) == (True, 0.8, (1,))


def test_the_judge_is_given_the_words_that_are_shown() -> None:
    judge = ListeningJudge()
    given = answer(said("17 people were hurt.", HURT))
    judge_claims(trace(replace(given, text=given.text.replace("17", "71"))), judge)
    judge_claims(trace(replace(given, text=given.text.replace("17 people", "17\u00a0people"))), judge)
    assert [claim for claim, _, _ in judge.heard] == ["71 people were hurt.", "17 people were hurt."]


def test_a_sentence_of_an_answer_that_no_claim_covers_is_uncited() -> None:
    claims = judge_claims(
        trace(answer("It is sad.", said("17 people were hurt.", HURT), "So it is said.")), ListeningJudge()
    )
    assert [(claim.text, claim.label) for claim in claims] == [
        ("17 people were hurt.", "supported"),
        ("It is sad.", "uncited"),
        ("So it is said.", "uncited"),
    ]


def test_the_frame_of_a_conflict_and_an_abstention_are_no_claims() -> None:
    assert [claim.text for claim in judge_claims(trace(CONFLICT), ListeningJudge())] == [HURT]
    assert judge_claims(trace(refusal(HURT)), ListeningJudge()) == ()
    assert judge_claims(Trace(answer=None, error="x"), ListeningJudge()) == ()


class BrokenJudge:
    name = "broken"

    def verify(self, claim: str, evidence: Sequence[Evidence], *, question: str | None = None) -> Verdict:
        raise VerifierError("its weights are gone; fetch them again")


def test_a_judge_that_fails_is_kept_as_an_error_and_changes_no_outcome() -> None:
    result = score(case(), asked(trace(RIGHT)), BrokenJudge())
    assert result.judge_error == "VerifierError: its weights are gone; fetch them again"
    assert (result.claims, result.outcome) == ((), "answered right")


def test_a_judge_that_fails_in_any_other_way_is_not_hidden() -> None:
    class Buggy(BrokenJudge):
        def verify(self, claim: str, evidence: Sequence[Evidence], *, question: str | None = None) -> Verdict:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        score(case(), asked(trace(RIGHT)), Buggy())


def test_without_a_judge_nothing_is_judged() -> None:
    result = score(case(), asked(trace(RIGHT)), None, repeat=2)
    assert (result.claims, result.judge_error, result.outcome, result.key) == ((), None, "answered right", "a#2")


def test_a_case_is_scored_whole() -> None:
    asked_case = case(evidence=(gold(HURT),))
    result = score(asked_case, asked(trace(WRONG, hits=found(HURT), shown=shown(HURT), draft="19.")), RuleVerifier())
    assert (result.outcome, result.blame, result.repeat) == ("answered wrong", "reading", 0)
    assert [(claim.label, claim.reason) for claim in result.claims] == [
        ("contradicted", "19 is not in the source, which says 17")
    ]


# --- gold -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passages", "expected"),
    [
        ([("a.txt", "He said “yes”  and\nleft.")], [True]),
        ([("news/a.txt", 'He said "yes" and left.')], [True]),
        ([("c.txt", "He said “yes” and left.")], [False]),
        ([("a.txt", "He said no.")], [False]),
        ([], [False]),
        ([("b.txt", "He said “yes” and left.")], [True]),
    ],
)
def test_one_text_in_two_documents_is_one_piece_that_either_may_give(
    passages: list[tuple[str, str]], expected: list[bool]
) -> None:
    pieces = pieces_of(case(evidence=(gold("“yes” and left", "a.txt"), gold('"Yes" and left', "b.txt", grade=3))))
    hits = [Found(source=source, text=text, start=0, end=1, rank=1) for source, text in passages]
    assert [any(piece.in_passage(hit) for hit in hits) for piece in pieces] == expected
    assert [piece.grade for piece in pieces] == [3]


def test_a_piece_has_the_best_of_its_grades() -> None:
    pieces = pieces_of(case(evidence=(gold(HURT, "a.txt", grade=3), gold(HURT, "b.txt", grade=1))))
    assert [(piece.sources, piece.grade) for piece in pieces] == [({"a.txt", "b.txt"}, 3)]


def test_a_whole_document_is_one_piece_and_two_are_two() -> None:
    pieces = pieces_of(case(evidence=(gold(None, "a.txt"), gold(None, "b.txt"), gold(None, "a.txt"))))
    hit = Found(source="b.txt", text="anything", start=0, end=8, rank=1)
    assert [piece.in_passage(hit) for piece in pieces] == [False, True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"A lead. {HURT}", True),
        ("and 17 people were hurt.", True),
        ("17 people.", False),
        (SPEED, False),
    ],
)
def test_a_shown_sentence_holds_a_quote_or_is_a_telling_part_of_it(text: str, expected: bool) -> None:
    [piece] = pieces_of(case(evidence=(gold(HURT),)))
    assert piece.in_sentence(Shown(number=1, source="ferry.txt", text=text, score=1.0)) is expected
    assert not piece.in_sentence(Shown(number=1, source="office.txt", text=text, score=1.0))


# --- blame ------------------------------------------------------------------------------------------------------------

GOLD = case(evidence=(gold(HURT),))
WHOLE = case(evidence=(gold(None),))
TWO_SIDED = case(answers=BOTH, expect="conflict", evidence=(gold(HURT), gold(RUDDER)))
LATE = tuple(replace(hit, rank=11) for hit in found(HURT))
SEEN = {"hits": found(HURT), "shown": shown(HURT)}


@pytest.mark.parametrize(
    ("asked_case", "outcome", "fields", "with_gold", "expected"),
    [
        (GOLD, "answered right", {}, None, None),
        (GOLD, "error", {}, None, None),
        (case(), "over-abstained", SEEN, None, None),
        (GOLD, "over-abstained", {}, None, "retrieval"),
        (GOLD, "answered wrong", {"hits": LATE}, None, "retrieval"),
        (GOLD, "answered wrong", {"hits": found(SPEED), "shown": shown(HURT)}, None, "retrieval"),
        (GOLD, "over-abstained", {"hits": found(SPEED, HURT)}, None, "selection"),
        (GOLD, "over-abstained", {"hits": found(HURT), "shown": shown(SPEED)}, None, "selection"),
        (GOLD, "answered wrong", {**SEEN, "draft": "19 people [1]."}, None, "reading"),
        (GOLD, "over-abstained", {**SEEN, "draft": "17 people [1]."}, None, "checking"),
        (GOLD, "over-abstained", SEEN, None, "checking"),
        (replace(GOLD, answers=(("22",),)), "over-abstained", SEEN, None, "reading"),
        (replace(GOLD, answers=None), "over-abstained", SEEN, None, None),
        (GOLD, "over-abstained", SEEN, trace(WRONG, draft="19 people."), "reading"),
        (GOLD, "over-abstained", SEEN, trace(refusal(), draft="17 people."), "checking"),
        (GOLD, "over-abstained", {**SEEN, "draft": "17 people."}, trace(WRONG, draft="19 people."), "checking"),
        (case(answers=None, expect="abstain"), "answered wrong", {}, None, "checking"),
        (TWO_SIDED, "answered wrong", {"hits": found(HURT)}, None, "retrieval"),
        (TWO_SIDED, "over-abstained", {"hits": found(HURT, RUDDER), "shown": shown(HURT)}, None, "selection"),
        (TWO_SIDED, "answered wrong", {"hits": found(HURT, RUDDER), "shown": shown(HURT, RUDDER)}, None, "checking"),
        (WHOLE, "answered wrong", {"hits": found(SPEED)}, None, "selection"),
        (WHOLE, "answered wrong", {"hits": found(SPEED), "shown": shown(SPEED)}, None, "reading"),
    ],
)
def test_a_failure_is_laid_at_the_door_of_the_first_stage_that_lost_the_answer(
    asked_case: Case, outcome: Outcome, fields: dict[str, object], with_gold: Trace | None, expected: Stage | None
) -> None:
    assert blame_of(asked_case, asked(trace(WRONG, **fields), with_gold=with_gold), outcome) == expected
