"""Training pairs of claims: what is changed, where, and what stays true."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from training.claims import differences, pairs_of_passages, pairs_of_statements, retold
from training.defects import around, defect_of
from training.rows import AnswerSpan, ReadRow
from training.statements import CONTRADICTED, NOT_ENOUGH, SUPPORTED, UNSUPPORTED, Statement

PREMISE = (
    "Ines Talvery won the vote in Orlo by 214 votes on 3 May 2024. The count was watched by Marek Dunn of the Harbour "
    "League. He said that the hall was cold. Two boxes had been opened before noon."
)
TRUE = Statement(
    premise=PREMISE,
    hypothesis="Ines Talvery won the vote in Orlo by 214 votes.",
    question=None,
    label=SUPPORTED,
    source="small",
    licence="MIT",
)


def made(count: int, text: str = TRUE.hypothesis) -> dict[str, list[str]]:
    """Return the defects of a statement by kind, as texts, over many seeds."""
    place = around(PREMISE, ["Anna Berg", "Jon Vik", "Lisbon"])
    found: dict[str, list[str]] = {}
    for seed in range(count):
        defect = defect_of(random.Random(seed), text, place)
        assert defect is not None
        assert defect.text != text
        assert 0 <= defect.start <= defect.end <= len(defect.text)
        assert defect.label in (CONTRADICTED, NOT_ENOUGH, UNSUPPORTED)
        found.setdefault(defect.kind, []).append(defect.text)
    return found


def test_a_statement_is_changed_in_many_ways() -> None:
    assert {"number", "name", "opposite", "roles"} <= set(made(120))


def test_the_place_of_a_change_is_what_differs() -> None:
    place = around(PREMISE, ["Anna Berg"])
    for seed in range(60):
        defect = defect_of(random.Random(seed), TRUE.hypothesis, place)
        assert defect is not None
        if defect.kind != "roles":
            head, tail = defect.text[: defect.start], defect.text[defect.end :]
            assert TRUE.hypothesis.startswith(head)
            assert TRUE.hypothesis.endswith(tail)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("The dam was not inspected.", "negation", "The dam was inspected."),
        ("The dam allegedly leaked.", "hedge", "The dam leaked."),
        ("The toll rose.", "opposite", "The toll fell."),
        ("It lasted three days.", "unit", "It lasted three hours."),
    ],
)
def test_changes_by_rule(text: str, kind: str, expected: str) -> None:
    place = around(text, [])
    found = {d.text for seed in range(80) if (d := defect_of(random.Random(seed), text, place)) and d.kind == kind}
    assert expected in found


def test_a_list_is_no_swap_of_roles() -> None:
    place = around("Anna Berg and Jon Vik spoke.", [])
    kinds = {
        d.kind for seed in range(60) if (d := defect_of(random.Random(seed), "Anna Berg and Jon Vik spoke.", place))
    }
    assert "roles" not in kinds


def test_what_is_made_of_a_true_row_carries_its_label_and_place() -> None:
    pairs = [pair for seed in range(40) for pair in pairs_of_statements([TRUE], seed=seed)]
    real = [pair for pair in pairs if pair.kind == "real"]
    assert {(pair.label, pair.faults) for pair in real} == {(SUPPORTED, ())}
    changed = [pair for pair in pairs if pair.kind not in ("real", "without", "both")]
    assert changed
    assert all(pair.label != SUPPORTED and pair.faults for pair in changed)
    without = [pair for pair in pairs if pair.kind == "without"]
    assert without
    assert all("214" not in pair.evidence and pair.label == NOT_ENOUGH for pair in without)
    both = [pair for pair in pairs if pair.kind == "both"]
    assert both
    assert all(pair.label == SUPPORTED for pair in both)


def test_the_twin_of_a_true_statement_shows_what_is_wrong() -> None:
    false = replace(TRUE, hypothesis="Ines Talvery lost the vote in Orlo by 214 votes.", label=CONTRADICTED)
    (pair,) = [p for p in pairs_of_statements([TRUE, false], seed=1) if p.kind == "real" and p.label == CONTRADICTED]
    assert pair.faults is not None
    assert [pair.claim[s:e] for s, e in pair.faults] == ["lost"]


def test_a_false_statement_without_a_twin_has_unknown_faults() -> None:
    false = replace(TRUE, hypothesis="Nobody in town had heard of any vote.", label=NOT_ENOUGH)
    (pair,) = [p for p in pairs_of_statements([TRUE, false], seed=1) if p.kind == "real" and p.label == NOT_ENOUGH]
    assert pair.faults is None


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        ("a b c d", "a x c d", ["b"]),
        ("a b c d", "a c d", ["b"]),
        ("a c d", "a b c d", ["c"]),
        ("a b", "a b", []),
    ],
)
def test_differences_are_places_of_words(text: str, other: str, expected: list[str]) -> None:
    assert [text[s:e] for s, e in differences(text, other)] == expected


def test_a_sentence_told_differently_keeps_its_figures_and_names() -> None:
    sentence = "In 1998, Marek Dunn, who came from Orlo, purchased 214 boats (all of oak)."
    told = {retold(random.Random(seed), sentence) for seed in range(40)}
    assert len(told) > 3
    assert all("214" in text and "Marek Dunn" in text and "oak" not in text for text in told)


def test_passages_give_claims_and_answers() -> None:
    passage = (
        PREMISE + " In 1998 the hall was bought by Anna Berg for 4,000 crowns, and in 2003 it was sold to Jon Vik."
    )
    rows = [
        ReadRow(
            question="How many votes did Ines Talvery win by?",
            passage=passage,
            answers=(AnswerSpan(start=passage.index("214"), end=passage.index("214") + 3),),
            answerable=True,
            source="small",
            licence="MIT",
        )
    ]
    pairs = [pair for seed in range(60) for pair in pairs_of_passages(rows, seed=seed, limit=10)]
    kinds = {pair.kind for pair in pairs}
    assert {"told", "answer", "wrong answer"} <= kinds
    assert all(pair.label == SUPPORTED for pair in pairs if pair.kind in ("told", "answer"))
    wrong = [pair for pair in pairs if pair.kind == "wrong answer"]
    assert all(pair.claim[s:e] != "214" for pair in wrong for s, e in pair.faults or ())
