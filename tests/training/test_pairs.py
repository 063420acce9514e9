import random

import pytest

from training.pairs import Corpus, Pair, pairs_of, split
from training.rows import AnswerSpan, ReadRow, may_ship
from training.swaps import Swap, find_swap, find_word_swap, names_in, replace
from training.windows import content_words, sentence_spans, window

PASSAGE = (
    "Martin Luther met John Calvin in 1541. The two men talked for 3 days in Geneva. "
    "Luther left the town on Monday with a letter from the council. Dr. Karl Barth read it later."
)


def row(question: str, answer: str | None, *, passage: str = PASSAGE, source: str = "squad11_train_part") -> ReadRow:
    spans = (
        () if answer is None else (AnswerSpan(start=passage.index(answer), end=passage.index(answer) + len(answer)),)
    )
    return ReadRow(
        question=question,
        passage=passage,
        answers=spans,
        answerable=answer is not None,
        source=source,
        licence="CC-BY-4.0",
    )


ROWS = [
    row("Where did the two men talk for 3 days?", "Geneva"),
    row("When did Martin Luther meet John Calvin?", "1541"),
    row("Who gave Luther a letter when he left the town?", "the council"),
    row("Who burned the letter of the council?", None, source="squad11_weak_unanswerable"),
    row(
        "How long was the harbour of Lagos closed in 2019?",
        "six weeks",
        passage="The harbour of Lagos was closed for six weeks in 2019. The council of the town talked with Ada Obi.",
    ),
]


def made(seed: int) -> list[Pair]:
    return pairs_of(Corpus.of(ROWS), seed=seed)


def test_the_same_seed_makes_the_same_pairs() -> None:
    assert made(1) == made(1)


@pytest.mark.parametrize("seed", range(8))
def test_an_answerable_pair_holds_its_answer_where_it_says(seed: int) -> None:
    answers = {"Geneva", "1541", "the council", "six weeks"}
    for pair in made(seed):
        if pair.answerable:
            assert pair.evidence[pair.start : pair.end] in answers


@pytest.mark.parametrize("seed", range(8))
def test_a_neighbour_or_lookalike_never_holds_the_answer(seed: int) -> None:
    answers = {r.question: r.answer_texts()[0] for r in ROWS if r.answers}
    kinds = set()
    for pair in made(seed):
        if pair.kind in ("neighbour", "lookalike", "cut"):
            kinds.add(pair.kind)
            assert answers[pair.question].lower() not in pair.evidence.lower()
    assert "neighbour" in kinds


def test_no_passage_is_on_both_sides_of_the_split() -> None:
    training, held_out = split(made(1), held_out_percent=50)
    assert len(training) + len(held_out) == len(made(1))
    assert not {p.group for p in training} & {p.group for p in held_out}


def test_an_abbreviation_or_initial_does_not_end_a_sentence() -> None:
    text = "Dr. J. Smith met the U.S. envoy. He left at 5 p.m. on Monday."
    assert [text[s:e] for s, e in sentence_spans(text)] == [
        "Dr. J. Smith met the U.S. envoy.",
        "He left at 5 p.m. on Monday.",
    ]


def test_a_window_at_the_start_is_shorter() -> None:
    spans = [(0, 4), (5, 9), (10, 14)]
    assert (window(spans, 0, 3).start, window(spans, 0, 3).end) == (0, 4)
    assert (window(spans, 2, 2).start, window(spans, 2, 2).end, window(spans, 2, 2).last) == (5, 14, 10)


def test_inflections_meet_in_content_words() -> None:
    assert content_words("the envoys returned") == content_words("an envoy returning")


def test_names_lose_the_question_word_before_them() -> None:
    assert names_in("When did Martin Luther leave Geneva for the UN?") == ["Martin Luther", "Geneva", "UN"]


def test_a_swapped_anchor_stands_in_both_and_its_replacement_in_neither() -> None:
    question, evidence = "When did Martin Luther meet John Calvin in 1541?", PASSAGE.split(". ")[0]
    for seed in range(30):
        swap = find_swap(random.Random(seed), question, evidence, names=["Ada Obi", "Karl Barth"], near=[], banned="")
        assert swap is not None
        assert swap.old in question
        assert swap.old in evidence
        assert swap.new not in evidence


def test_the_answer_itself_is_never_the_anchor() -> None:
    swaps = (
        find_swap(random.Random(n), "Did it end in 1541?", "It ended in 1541.", names=["X"], near=[], banned="1541")
        for n in range(10)
    )
    assert set(swaps) == {None}


def test_a_word_with_an_opposite_is_turned_round() -> None:
    swap = find_word_swap(random.Random(1), "who was the first king?", "The first king was Olaf.", words=[])
    assert swap in (Swap(old="first", new="last"), Swap(old="king", new="queen"))


def test_only_whole_words_are_replaced() -> None:
    assert replace("Iran and Iranians in Iran.", Swap(old="Iran", new="Oman")) == "Oman and Iranians in Oman."


@pytest.mark.parametrize(
    ("raw", "allowed"),
    [
        ({"source": "squad11_train_part", "licence": "CC-BY-SA-4.0"}, True),
        ({"source": "squad11_train_part", "licence": "CC-BY-SA-4.0", "non_commercial": True}, False),
        ({"source": "x", "licence": "MIT", "licence_unclear": True}, False),
        ({"source": "policyqa_part", "licence": "OPP115-research-only"}, False),
        ({"source": "x", "licence": "unspecified-research"}, False),
    ],
)
def test_only_rows_whose_licence_allows_it_are_used(raw: dict[str, object], allowed: bool) -> None:
    assert may_ship(raw) is allowed
