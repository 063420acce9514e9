"""Suites and runs go out in the shapes of other tools and come back."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.errors import DataMissing, SuiteError
from evals.exchange import from_beir, from_ragas, read_ragas, to_beir, to_csv, to_ragas, to_trec, write_suite
from evals.suites import csv_cases, open_suite
from evals.types import Case, Found, Gate, Gold, Report, Result, Suite
from index import PassageInput
from qa.types import Turn
from tests.evals.norbury import CASES

PASSAGES = (
    PassageInput(source="wings", text="Lift of wings.", title="Wings"),
    PassageInput(source="plates", text="Heat of plates."),
    PassageInput(source="jets", text="Noise of jets."),
)
SEARCHED = Suite(
    name="search",
    cases=(
        Case(id="q1", question="lift?", expect="answer", evidence=(Gold(source="wings", grade=3), Gold(source="jets"))),
        Case(id="q2", question="heat?", expect="answer", evidence=(Gold(source="plates"),)),
    ),
    passages=PASSAGES,
    retrieval_only=True,
)


@pytest.fixture
def report(suite: Suite, fresh_assistant) -> Report:  # type: ignore[no-untyped-def]
    from evals.runner import run

    return run(suite, fresh_assistant())


# --- folders ----------------------------------------------------------------------------------------------------------


def test_a_suite_written_as_a_folder_is_opened_as_the_same(tmp_path: Path) -> None:
    suite = Suite(
        name='the "Norbury" suite',
        cases=(
            *SEARCHED.cases,
            Case(
                id="own",
                question="Who?",
                expect="conflict",
                answers=(("Ana", "Tarn"), ("Paul",)),
                as_of=datetime.date(2024, 5, 1),
                passages=(PassageInput(source="a", text="x", date=datetime.date(2024, 4, 1)),),
                tags=("fact",),
                cluster="c",
            ),
        ),
        description="Line one.",
        note="A note with \\ and\ttabs – and ümlauts.\n\nA second paragraph.",
        passages=PASSAGES,
        metrics=("recall_at_10",),
        gates=(Gate(metric="mrr", at_least=0.5), Gate(metric="mrr", at_most=1.0)),
        retrieval_only=True,
    )

    write_suite(suite, tmp_path / "new")

    assert open_suite(str(tmp_path / "new")) == suite


def test_the_documents_and_baselines_of_a_written_suite_are_found_again(tmp_path: Path, suite: Suite) -> None:
    gate = Gate(metric="mrr", not_worse_than=tmp_path / "runs" / "0001", by=0.03, confidence=0.9)
    write_suite(replace(suite, gates=(gate,)), tmp_path / "new")

    opened = open_suite(str(tmp_path / "new"))

    assert opened.cases == suite.cases
    assert [path.resolve() for path in opened.documents] == [path.resolve() for path in suite.documents]
    (read,) = opened.gates
    assert read.not_worse_than is not None
    assert read.not_worse_than.resolve() == (tmp_path / "runs" / "0001").resolve()
    assert (read.by, read.confidence) == (0.03, 0.9)


@pytest.mark.parametrize("write", [write_suite, to_beir])
def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, write: Any) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(SuiteError, match="holds something already"):
        write(SEARCHED, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


# --- BEIR -------------------------------------------------------------------------------------------------------------


def test_a_searched_suite_comes_back_from_beir_as_it_was(tmp_path: Path) -> None:
    to_beir(SEARCHED, tmp_path / "beir")

    assert from_beir(tmp_path / "beir", name="search") == SEARCHED


def test_a_beir_folder_has_the_files_of_beir(tmp_path: Path) -> None:
    to_beir(SEARCHED, tmp_path / "beir")

    def lines(name: str) -> list[str]:
        return (tmp_path / "beir" / name).read_text(encoding="utf-8").splitlines()

    assert json.loads(lines("corpus.jsonl")[1]) == {"_id": "plates", "title": "", "text": "Heat of plates."}
    assert json.loads(lines("queries.jsonl")[0]) == {"_id": "q1", "text": "lift?"}
    assert lines("qrels/test.tsv") == ["query-id\tcorpus-id\tscore", "q1\twings\t3", "q1\tjets\t1", "q2\tplates\t1"]


def test_the_files_of_a_suite_are_the_corpus_of_beir(tmp_path: Path, suite: Suite) -> None:
    to_beir(suite, tmp_path / "beir")

    back = from_beir(tmp_path / "beir")

    assert sorted(passage.source for passage in back.passages) == ["council.txt", "mill.txt", "note.txt"]
    assert {case.id: case.evidence for case in back.cases} == {
        "hurt": (Gold(source="mill.txt"),),
        "built": (Gold(source="mill.txt"),),
        "wanted": (Gold(source="council.txt"),),
        "own": (Gold(source="note.txt"),),
    }


def test_documents_of_one_name_in_different_cases_are_told_apart(tmp_path: Path) -> None:
    def case(name: str, text: str) -> Case:
        own = (PassageInput(source="document 1", text=text), PassageInput(source="shared", text="same"))
        return Case(id=name, question="?", expect="answer", evidence=(Gold(source="document 1"),), passages=own)

    to_beir(Suite(name="own", cases=(case("a", "one"), case("b", "two"))), tmp_path / "beir")
    back = from_beir(tmp_path / "beir")

    assert {passage.source: passage.text for passage in back.passages} == {
        "a/document_1": "one",
        "b/document_1": "two",
        "shared": "same",
    }
    assert [case.evidence for case in back.cases] == [(Gold(source="a/document_1"),), (Gold(source="b/document_1"),)]


def test_a_suite_without_evidence_cannot_be_measured_by_beir(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="no case of search says where its answer stands"):
        to_beir(replace(SEARCHED, cases=(replace(SEARCHED.cases[0], evidence=()),)), tmp_path / "beir")
    assert not (tmp_path / "beir").exists()


def test_judgements_of_zero_and_queries_without_any_are_left_out(tmp_path: Path) -> None:
    to_beir(SEARCHED, tmp_path / "beir")
    (tmp_path / "beir" / "qrels" / "test.tsv").write_text(
        "q1\twings\t2\r\nq1\tjets\t0\nq2\tplates\t0\n", encoding="utf-8"
    )

    assert [(case.id, case.evidence) for case in from_beir(tmp_path / "beir").cases] == [
        ("q1", (Gold(source="wings", grade=2),))
    ]


@pytest.mark.parametrize(
    ("qrels", "said"),
    [
        ("q1\tnothing\t1\n", "line 1 names the document 'nothing', which is not in corpus.jsonl"),
        ("q1\twings\n", "line 1 is not query, document and whole score"),
        ("q1\twings\tmuch\n", "line 1 is not query, document and whole score"),
    ],
)
def test_wrong_judgements_are_named(tmp_path: Path, qrels: str, said: str) -> None:
    to_beir(SEARCHED, tmp_path / "beir")
    (tmp_path / "beir" / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")

    with pytest.raises(SuiteError, match=said):
        from_beir(tmp_path / "beir")


def test_a_missing_file_of_beir_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match=r"corpus\.jsonl is not there"):
        from_beir(tmp_path)


def test_what_a_run_found_is_a_trec_run(tmp_path: Path, report: Report) -> None:
    def hit(source: str, rank: int) -> Found:
        return Found(source=source, text="x", start=0, end=1, rank=rank)

    def found(result: Result) -> Result:
        trace = replace(result.asked.trace, hits=(hit("my mill.txt", 1), hit("my mill.txt", 2), hit("council.txt", 3)))
        return replace(result, asked=replace(result.asked, trace=trace))

    first = found(report.results[0])
    run = replace(report, results=(first, replace(first, repeat=1)))

    expected = "hurt Q0 my_mill.txt 1 1.000000 onrecord\nhurt Q0 council.txt 2 0.500000 onrecord\n"
    assert to_trec(run) == expected
    to_beir(SEARCHED, tmp_path / "beir", report=run)
    assert (tmp_path / "beir" / "results" / "run.trec").read_text(encoding="utf-8") == expected


# --- RAGAS ------------------------------------------------------------------------------------------------------------


def test_ragas_rows_become_cases_with_the_retrieved_contexts_as_passages() -> None:
    row = {
        "user_input": "How many members?",
        "response": "It has 30.",
        "retrieved_contexts": ["Notes. It has 21 members.", "Other."],
        "reference": "21",
        "reference_contexts": ["It has 21 members.", "Ana leads it."],
    }

    suite = from_ragas([row], name="mine")

    assert suite.name == "mine"
    assert suite.cases == (
        Case(
            id="1",
            question="How many members?",
            expect="answer",
            answers=(("21",),),
            evidence=(
                Gold(source="context 1", quote="It has 21 members."),
                Gold(source="reference context 1", quote="Ana leads it."),
            ),
            passages=(
                PassageInput(source="context 1", text="Notes. It has 21 members."),
                PassageInput(source="context 2", text="Other."),
                PassageInput(source="reference context 1", text="Ana leads it."),
            ),
        ),
    )


def test_ragas_rows_without_retrieved_contexts_share_their_reference_contexts() -> None:
    suite = from_ragas(
        [
            {"user_input": "Who?", "reference": "Ana", "reference_contexts": ["Ana leads it."]},
            {"user_input": "Who leads?", "reference": None, "reference_contexts": ["Ana leads it.", "Paul left."]},
        ]
    )

    assert [passage.text for passage in suite.passages] == ["Ana leads it.", "Paul left."]
    assert [case.passages for case in suite.cases] == [None, None]
    assert suite.cases[0].evidence == (Gold(source="reference context 1", quote="Ana leads it."),)
    assert (suite.cases[1].answers, suite.cases[1].expect) == (None, "answer")


def test_the_last_question_of_a_ragas_conversation_is_asked() -> None:
    messages = [
        {"content": "Who leads it?", "type": "human"},
        {"content": "Ana.", "type": "ai"},
        {"content": "Since when?", "type": "human"},
        {"content": "1990.", "type": "ai"},
    ]

    (case,) = from_ragas([{"user_input": messages}]).cases

    assert case.question == "Since when?"
    assert case.history == (Turn(role="user", content="Who leads it?"), Turn(role="assistant", content="Ana."))


def test_a_run_goes_out_as_ragas_rows(report: Report) -> None:
    hurt, _, _, tarsk, own = to_ragas(report)

    assert hurt["user_input"] == "How many people did the fire at the Norbury mill injure?"
    assert hurt["response"] == "The fire at the Norbury mill injured nearly 40 people."
    assert hurt["reference"] == "40"
    assert hurt["reference_contexts"] == ["injured nearly 40 people"]
    assert any("injured nearly 40 people" in text for text in hurt["retrieved_contexts"])
    assert "reference" not in tarsk
    assert own["reference_contexts"] == ["A fire at the Norbury mill injured nearly 40 people."]


def test_a_run_comes_back_from_ragas_with_its_questions_and_answers(report: Report) -> None:
    text = "".join(json.dumps(row) + "\n" for row in to_ragas(report))

    back = from_ragas(read_ragas(text, "rows")).cases

    assert [case.question for case in back] == [case.question for case in CASES]
    assert [case.answers for case in back] == [case.answers for case in CASES]
    assert [gold.quote for gold in back[0].evidence] == [gold.quote for gold in CASES[0].evidence]


def test_a_conversation_goes_out_and_comes_back(report: Report) -> None:
    history = (Turn(role="user", content="Who leads it?"), Turn(role="assistant", content="Ana."))
    asked = replace(report.results[0], case=replace(report.results[0].case, history=history))

    (case,) = from_ragas(to_ragas(replace(report, results=(asked,)))).cases

    assert (case.question, case.history) == (asked.case.question, history)


def test_an_error_has_no_response(report: Report) -> None:
    first = report.results[0]
    failed = replace(first, asked=replace(first.asked, trace=replace(first.asked.trace, answer=None, error="Broken")))

    assert to_ragas(replace(report, results=(failed,)))[0]["response"] is None


@pytest.mark.parametrize(
    "text", ['[{"user_input": "Who?"}]', '{"user_input": "Who?"}\n\n', '\ufeff [{"user_input": "Who?"}]']
)
def test_ragas_rows_are_read_from_a_list_and_from_lines(text: str) -> None:
    assert read_ragas(text, "rows") == [{"user_input": "Who?"}]


@pytest.mark.parametrize("text", ["[1]", "[", "1", '{"a": '])
def test_other_text_is_no_ragas_data(text: str) -> None:
    with pytest.raises(SuiteError, match="rows"):
        read_ragas(text, "rows")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, 'row 1: "user_input" is missing'),
        ({"user_input": [{"content": "Hello", "type": "ai"}]}, 'row 1: "user_input" is a list'),
        ({"user_input": "Who?", "reference": 1}, 'row 1: "reference" is a number'),
        ({"user_input": "Who?", "reference_contexts": "x"}, 'row 1: "reference_contexts" is a string'),
    ],
)
def test_a_wrong_ragas_row_is_named(row: dict[str, Any], said: str) -> None:
    with pytest.raises(SuiteError, match=said):
        from_ragas([row])


def test_no_rows_are_no_suite() -> None:
    with pytest.raises(SuiteError, match="holds no rows"):
        from_ragas([])


# --- CSV --------------------------------------------------------------------------------------------------------------


def test_cases_come_back_from_csv_as_they_were() -> None:
    cases = (
        *CASES[:4],
        Case(
            id="all",
            question='Who, "then"?\nAnd when?',
            expect="answer or conflict",
            answers=(("Ana|Tarn", "a;b"), ("Paul",)),
            history=(Turn(role="user", content="Who | what?"), Turn(role="user", content="When?")),
            as_of=datetime.date(2024, 5, 1),
            evidence=(Gold(source="a.txt", quote="x | y"), Gold(source="b.txt")),
            forbidden=("no", "never; ever"),
            tags=("fact", "long"),
            cluster="c",
        ),
        Case(id="one", question="Who?", expect="answer", evidence=(Gold(source="a.txt", quote="x | y; z"),)),
        Case(id="two", question="Who?", expect="answer", evidence=(Gold(source="a.txt"), Gold(source="b.txt"))),
    )

    assert csv_cases(to_csv(Suite(name="x", cases=cases)), "table") == cases


@pytest.mark.parametrize(
    ("case", "lost"),
    [
        (CASES[4], "case own has passages"),
        (replace(CASES[0], injected=("x",), sides=(("1",), ("2",))), "case hurt has injected and sides"),
        (replace(CASES[0], evidence=(Gold(source="a", grade=2),)), "case hurt has grades"),
        (replace(CASES[0], history=(Turn(role="assistant", content="x"),)), "case hurt has turns of the assistant"),
    ],
)
def test_what_a_table_cannot_hold_is_refused(case: Case, lost: str) -> None:
    with pytest.raises(SuiteError, match=lost):
        to_csv(Suite(name="x", cases=(case,)))
