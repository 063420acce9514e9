from index.embed import HashingEmbedder
from training.claims import ClaimPair
from training.mined import mine, mined_claims, mined_reading, nearest
from training.pairs import Corpus, group_of, is_held_out
from training.rows import AnswerSpan, ReadRow
from training.statements import NOT_ENOUGH, SUPPORTED, Statement


def reading_row(town: str, year: int) -> ReadRow:
    passage = f"The harbour of {town} closed in {year}. The closing of the harbour of {town} was a blow to its sailors."
    start = passage.index(str(year))
    return ReadRow(
        question=f"When did the harbour of {town} close?", passage=passage,
        answers=(AnswerSpan(start=start, end=start + 4),), answerable=True, source="squad11_train_part", licence="MIT",
    )  # fmt: skip


def statement(town: str) -> Statement:
    premise = (
        f"The harbour of {town} closed in winter. Some sailors of {town} left for good. Nobody there was surprised."
    )
    return Statement(
        premise=premise, hypothesis=f"The harbour of {town} closed in winter after a storm of ash.", question=None,
        label=SUPPORTED, source="fever_dev", licence="MIT",
    )  # fmt: skip


TOWNS = [f"{a}{b}ham" for a in ("Ost", "Nor", "Wel", "Kir", "Lan", "Bir") for b in ("er", "al", "in", "or", "un", "ey")]
CORPUS = Corpus.of([reading_row(town, 1900 + n // 2) for n, town in enumerate(TOWNS)])
STATEMENTS = [statement(town) for town in TOWNS]
CLAIMS = [
    ClaimPair(
        claim=row.hypothesis, evidence=row.premise, label=row.label, faults=(), kind="real", source=row.source,
        group=group_of(row.premise),
    )
    for row in STATEMENTS
]  # fmt: skip
FOUND = mine(CORPUS, STATEMENTS, CLAIMS, HashingEmbedder())


def test_the_nearest_come_first() -> None:
    near = nearest(["red boats sail"], ["blue hills", "red boats", "red boats sail fast"], HashingEmbedder())
    assert near.tolist()[0][:2] == [2, 1]


def test_a_mined_sentence_is_of_another_text_and_does_not_hold_the_answer() -> None:
    pairs = list(mined_reading(CORPUS, FOUND, seed=3))
    assert len(pairs) > len(TOWNS) / 2
    answers = {row.question: row.answer_texts()[0] for row in CORPUS.rows}
    own = {row.question: row.passage for row in CORPUS.rows}
    assert all(answers[pair.question] not in pair.evidence for pair in pairs)
    assert all(pair.evidence not in own[pair.question] for pair in pairs)
    assert {pair.answerable for pair in pairs} == {False}


def test_what_is_held_out_is_mined_for_held_out_pairs_alone() -> None:
    passages = {row.passage: is_held_out(group_of(row.passage)) for row in CORPUS.rows}
    assert set(passages.values()) == {True, False}
    for pair in mined_reading(CORPUS, FOUND, seed=3):
        sides = {held for passage, held in passages.items() if pair.evidence in passage}
        assert sides == {is_held_out(pair.group)}


def test_a_claim_beside_anothers_evidence_is_not_supported_and_among_it_stays_so() -> None:
    premises = {group_of(row.premise): row.premise for row in STATEMENTS}
    pairs = list(mined_claims(CLAIMS, premises, FOUND, seed=3))
    mined = [pair for pair in pairs if pair.kind == "mined"]
    among = [pair for pair in pairs if pair.kind == "among"]
    assert mined
    assert among
    assert {pair.label for pair in mined} == {NOT_ENOUGH}
    for pair in pairs:
        town = pair.claim.split()[3]
        assert (town in pair.evidence) == (pair.kind == "among")
    assert {pair.label for pair in among} == {SUPPORTED}


def test_the_same_seed_mines_the_same() -> None:
    assert list(mined_reading(CORPUS, FOUND, seed=3)) == list(mined_reading(CORPUS, FOUND, seed=3))
    assert list(mined_reading(CORPUS, FOUND, seed=3)) != list(mined_reading(CORPUS, FOUND, seed=4))
