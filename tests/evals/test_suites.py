"""Suites are opened from folders, from tables alone and by name; what cannot be measured is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from evals.errors import DataMissing, SuiteError
from evals.suites import built_in_names, chosen, csv_cases, examples_folder, open_suite
from evals.types import Case, Gate, Gold, Suite
from index import PassageInput
from qa.types import Turn

ROOT = Path(__file__).resolve().parents[2]
COUNCIL = "Notes\n\nThe Norbury council has 21 members.\n"
CASE = {"id": "members", "question": "How many members?", "answers": ["21"]}
QUOTED = CASE | {"evidence": [{"source": "council.txt", "quote": "has 21 members"}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "council"
    (path / "papers").mkdir(parents=True)
    (path / "papers" / "council.txt").write_text(COUNCIL, encoding="utf-8")
    write_cases(path, QUOTED)
    return path


def write_cases(folder: Path, *rows: Mapping[str, object]) -> None:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "cases.jsonl").write_text(text, encoding="utf-8")


def write_toml(folder: Path, text: str) -> None:
    (folder / "suite.toml").write_text(text, encoding="utf-8")


def refusal(name: Path | str, **options: Path) -> str:
    with pytest.raises(SuiteError) as raised:
        open_suite(str(name), **options)
    assert "\n" not in str(raised.value)
    return str(raised.value)


# --- folders ----------------------------------------------------------------------------------------------------------


def test_a_folder_with_everything_is_a_suite(folder: Path) -> None:
    write_toml(
        folder,
        """
        name = "norbury"
        description = "The council."
        note = "Invented."
        corpus = ["papers"]
        metrics = ["recall_at_10", "mrr"]
        retrieval_only = true

        [[gates]]
        metric = "mrr"
        at_least = 0.8

        [[gates]]
        metric = "mrr"
        not_worse_than = "../runs/0001"
        by = 0.03
        """,
    )

    suite = open_suite(str(folder))

    assert replace(suite, cases=()) == Suite(
        name="norbury",
        cases=(),
        description="The council.",
        note="Invented.",
        documents=(folder / "papers",),
        metrics=("recall_at_10", "mrr"),
        gates=(
            Gate(metric="mrr", at_least=0.8),
            Gate(metric="mrr", not_worse_than=folder / "../runs/0001", by=0.03),
        ),
        retrieval_only=True,
    )
    assert [case.evidence for case in suite.cases] == [(Gold(source="council.txt", quote="has 21 members"),)]


def test_a_folder_of_cases_alone_has_its_own_name_and_no_documents(folder: Path) -> None:
    suite = open_suite(str(folder))

    assert (suite.name, suite.documents, len(suite.cases)) == ("council", (), 1)


def test_a_folder_may_hold_a_csv_table_instead(folder: Path) -> None:
    (folder / "cases.jsonl").unlink()
    (folder / "cases.csv").write_text("question,answer\nHow many?,21\n", encoding="utf-8")

    assert open_suite(str(folder)).cases == (Case(id="1", question="How many?", expect="answer", answers=(("21",),)),)


def test_cases_may_lie_in_several_files(folder: Path) -> None:
    (folder / "more.csv").write_text("question,answer\nWho?,\n", encoding="utf-8")
    write_toml(folder, 'cases = ["cases.jsonl", "more.csv"]')

    assert [case.id for case in open_suite(str(folder)).cases] == ["members", "1"]


def test_an_id_may_be_in_one_file_only(folder: Path) -> None:
    (folder / "more.csv").write_text("id,question,answer\nmembers,Who?,\n", encoding="utf-8")
    write_toml(folder, 'cases = ["cases.jsonl", "more.csv"]')

    assert "the id 'members' is in an earlier file too" in refusal(folder)


@pytest.mark.parametrize("name", ["table.jsonl", "table.csv"])
def test_a_table_alone_is_a_suite(tmp_path: Path, name: str) -> None:
    text = json.dumps(CASE) if name.endswith("jsonl") else "id,question,answer\nmembers,How many members?,21"
    (tmp_path / name).write_text(text, encoding="utf-8")

    suite = open_suite(str(tmp_path / name))

    assert (suite.name, suite.documents) == ("table", ())
    assert suite.cases == (Case(id="members", question="How many members?", expect="answer", answers=(("21",),)),)


def test_a_suite_is_opened_by_its_toml_file_too(folder: Path) -> None:
    write_toml(folder, 'name = "norbury"')

    assert open_suite(str(folder / "suite.toml")).name == "norbury"


def test_documents_can_be_given_as_passages(folder: Path) -> None:
    (folder / "passages.jsonl").write_text(
        '{"source": "council.txt", "text": "It has 21 members."}\n', encoding="utf-8"
    )
    write_toml(folder, 'passages = "passages.jsonl"')

    assert open_suite(str(folder)).passages == (PassageInput(source="council.txt", text="It has 21 members."),)


def test_a_span_is_read_from_the_corpus(folder: Path) -> None:
    start = COUNCIL.index("21 members")
    write_cases(folder, CASE | {"evidence": [{"source": "council.txt", "start": start, "end": start + 10}]})
    write_toml(folder, 'corpus = "papers"')

    assert open_suite(str(folder)).cases[0].evidence == (Gold(source="council.txt", quote="21 members"),)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("nmae = 'x'", '"nmae" is not known; did you mean "name"?'),
        ("zzz = 1", '"zzz" is not known; expected one of: name, description'),
        ("name = 1", '"name" is a number; expected a string'),
        ("name = ", "is not TOML"),
        ("corpus = 'paper'", "paper, which is not there"),
        ("corpus = 1", '"corpus" is a number'),
        ("cases = 'other.jsonl'", "other.jsonl, which is not there"),
        ("retrieval_only = 'yes'", '"retrieval_only" is a string; expected true or false'),
        ("metrics = 'mrr'", '"metrics" is a string; expected a list of names'),
        ("metrics = ['mmr']", '"mmr" is not a metric; did you mean "mrr"?'),
        ("gates = 1", '"gates" is a number; expected tables'),
        ("[[gates]]\nmetric = 'mrr'", "gate 1 has none of at_least, at_most and not_worse_than"),
        ("[[gates]]\nmetric = 'mrr'\nat_least = 1\nat_most = 2", "has at_least and at_most of"),
        ("[[gates]]\nmetric = 'mmr'\nat_least = 1", '"mmr" is not a metric'),
        ("[[gates]]\nmetric = 'mrr'\nat_lest = 1", 'did you mean "at_least"?'),
        ("[[gates]]\nmetric = 'mrr'\nat_least = 'x'", '"at_least" is a string; expected a number'),
        ("[[gates]]\nmetric = 'mrr'\nat_least = nan", '"at_least" is a number; expected a number'),
        ("[[gates]]\nmetric = 'mrr'\nat_least = 1\nby = 0.1", "belong to not_worse_than"),
        ("[[gates]]\nmetric = 'mrr'\nnot_worse_than = 'x'\nby = -1", '"by" is -1.0'),
        ("[[gates]]\nmetric = 'mrr'\nnot_worse_than = 'x'\nconfidence = 95", '"confidence" is 95.0'),
    ],
)
def test_a_wrong_suite_file_is_refused_with_its_key(folder: Path, toml: str, said: str) -> None:
    write_toml(folder, toml)

    message = refusal(folder)
    assert "suite.toml" in message
    assert said in message


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        ({"source": "cuoncil.txt"}, "cuoncil.txt, which is not among its documents"),
        ({"source": "council.txt", "quote": "has 22 members"}, "council.txt does not hold the words 'has 22 members'"),
    ],
)
def test_evidence_that_cannot_be_found_is_refused(folder: Path, evidence: dict[str, str], said: str) -> None:
    write_cases(folder, CASE | {"evidence": [evidence]})
    write_toml(folder, 'corpus = "papers"')

    assert said in refusal(folder)


def test_evidence_of_a_case_must_stand_in_its_own_passages(folder: Path) -> None:
    write_cases(folder, QUOTED | {"passages": [{"source": "other.txt", "text": "It has 21 members."}]})
    write_toml(folder, 'corpus = "papers"')

    assert "council.txt, which is not among its documents" in refusal(folder)


def test_a_quote_may_differ_in_quotes_and_spaces(folder: Path) -> None:
    (folder / "papers" / "council.txt").write_text("It “has 21\nmembers”.", encoding="utf-8")
    write_cases(folder, CASE | {"evidence": [{"source": "council.txt", "quote": '"has 21 members"'}]})
    write_toml(folder, 'corpus = "papers"')

    assert len(open_suite(str(folder)).cases) == 1


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_evidence_is_looked_for_in_documents_of_any_encoding(folder: Path, encoding: str) -> None:
    (folder / "papers" / "council.txt").write_text("Pâques: it has 21 members – all told.", encoding=encoding)
    write_cases(folder, CASE | {"evidence": [{"source": "council.txt", "quote": "Pâques: it has 21 members – all"}]})
    write_toml(folder, 'corpus = "papers"')
    assert len(open_suite(str(folder)).cases) == 1

    write_cases(folder, CASE | {"evidence": [{"source": "council.txt", "quote": "22 members"}]})
    assert "council.txt does not hold the words" in refusal(folder)


def test_a_document_that_is_cut_off_within_a_letter_is_refused(folder: Path) -> None:
    (folder / "papers" / "council.txt").write_bytes("It has 21 members.".encode("utf-16")[:-1])
    write_cases(folder, QUOTED)
    write_toml(folder, 'corpus = "papers"')

    assert "council.txt is not the UTF-16-LE text that its first bytes promise; save it as UTF-8" in refusal(folder)


def test_a_table_of_cases_is_utf_8(folder: Path) -> None:
    (folder / "cases.jsonl").write_bytes(json.dumps(CASE | {"id": "é"}, ensure_ascii=False).encode("cp1252"))

    assert "cases.jsonl is not UTF-8 text" in refusal(folder)


def test_documents_are_given_as_files_or_as_passages(folder: Path) -> None:
    (folder / "passages.jsonl").write_text('{"source": "a", "text": "It has 21 members."}\n', encoding="utf-8")
    write_toml(folder, 'corpus = "papers"\npassages = "passages.jsonl"')

    assert 'suite.toml has both "corpus" and "passages"; take one of them out' in refusal(folder)


def test_half_a_letter_in_a_passage_is_refused(folder: Path) -> None:
    (folder / "passages.jsonl").write_text('{"source": "a", "text": "It has \\ud800"}\n', encoding="utf-8")
    write_toml(folder, 'passages = "passages.jsonl"')

    assert 'passages.jsonl, line 1: "text" holds half a letter' in refusal(folder)


def test_a_folder_without_cases_is_refused(tmp_path: Path) -> None:
    assert "holds neither suite.toml nor cases.jsonl nor cases.csv" in refusal(tmp_path)
    write_toml(tmp_path, "name = 'x'")
    assert "holds neither cases.jsonl nor cases.csv" in refusal(tmp_path)


def test_a_table_without_a_case_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text("\n", encoding="utf-8")

    assert "holds no cases" in refusal(tmp_path)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cases.txt").write_text("Who?", encoding="utf-8")
    (tmp_path / "cases.jsonl").write_bytes(b"\xff\xfe")

    assert "expected a folder, a .jsonl or a .csv file" in refusal(tmp_path / "cases.txt")
    assert "is not UTF-8 text (byte 0)" in refusal(tmp_path / "cases.jsonl")


# --- names ------------------------------------------------------------------------------------------------------------


def test_the_examples_are_built_in() -> None:
    suite = open_suite("examples")

    assert [path.resolve() for path in suite.documents] == [ROOT / "examples" / "newsroom"]
    assert examples_folder() == ROOT / "examples"
    assert {case.expect for case in suite.cases} == {"answer", "abstain", "conflict"}


def test_a_built_in_name_is_known_even_where_a_folder_of_that_name_is_no_suite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "examples").mkdir()
    monkeypatch.chdir(tmp_path)

    assert open_suite("examples").name == "examples"


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    message = refusal("squad", data=tmp_path)

    assert all(name in message for name in built_in_names())
    assert message.endswith('did you mean "squad2"?')


def test_missing_data_names_the_file_and_the_option(tmp_path: Path) -> None:
    with pytest.raises(DataMissing) as raised:
        open_suite("squad2", data=tmp_path)

    assert str(tmp_path / "evals/squad2/dev_half.jsonl") in str(raised.value)
    assert "--data" in str(raised.value)


# --- a part of a suite ------------------------------------------------------------------------------------------------


def many(name: str = "many") -> Suite:
    cases = tuple(
        Case(id=str(n), question="Who?", expect="abstain", tags=("even",) if n % 2 == 0 else ("odd",))
        for n in range(40)
    )
    return Suite(name=name, cases=cases)


def ids(suite: Suite) -> list[str]:
    return [case.id for case in suite.cases]


def test_cases_are_chosen_by_tag_or_id_in_their_order() -> None:
    assert ids(chosen(many(), only=["1", "even"]))[:4] == ["0", "1", "2", "4"]


def test_the_limit_takes_a_fixed_sample_in_file_order() -> None:
    sample = ids(chosen(many(), limit=5))

    assert sample == ["2", "11", "26", "28", "29"]  # the smallest of SHA-256("many", unit separator, id)
    assert set(sample) < set(ids(chosen(many(), limit=6)))
    assert sample != ids(chosen(many("other"), limit=5))
    assert ids(chosen(many(), limit=100)) == ids(many())


def test_a_tag_that_no_case_has_is_refused_with_those_there_are() -> None:
    with pytest.raises(SuiteError, match="no case of many has a tag or id of od; its tags: even, odd"):
        chosen(many(), only=["od"])


# --- CSV --------------------------------------------------------------------------------------------------------------


def test_the_table_of_the_guide_is_read() -> None:
    table = (
        "question,answer,source,quote,tags\n"
        "How many members has it?,21|twenty-one,council.txt,The council has 21 members,number\n"
        "Who resigned and who followed?,Ana Tarn;Paul Reyes,council.txt,,fact\n"
        "What is the population of Tarsk?,,,,unanswerable\n"
    )

    assert csv_cases(table, "table") == (
        Case(
            id="1",
            question="How many members has it?",
            expect="answer",
            answers=(("21", "twenty-one"),),
            evidence=(Gold(source="council.txt", quote="The council has 21 members"),),
            tags=("number",),
        ),
        Case(
            id="2",
            question="Who resigned and who followed?",
            expect="answer",
            answers=(("Ana Tarn",), ("Paul Reyes",)),
            evidence=(Gold(source="council.txt"),),
            tags=("fact",),
        ),
        Case(id="3", question="What is the population of Tarsk?", expect="abstain", tags=("unanswerable",)),
    )


def test_a_table_of_a_spreadsheet_with_semicolons_is_read() -> None:
    table = '\ufeffQuestion;Answer;As of;History;Tags\r\n"Who, then?";"Ana;Paul";2024-05-01;Who?|And?;a, b\r\n;;;;\r\n'

    (case,) = csv_cases(table, "table")

    assert (case.question, case.answers) == ("Who, then?", (("Ana",), ("Paul",)))
    assert str(case.as_of) == "2024-05-01"
    assert case.history == (Turn(role="user", content="Who?"), Turn(role="user", content="And?"))
    assert case.tags == ("a", "b")


def test_several_sources_have_a_quote_each() -> None:
    (case,) = csv_cases("question,answer,source,quote\nWho?,Ana,a.txt|b.txt,Ana came|\n", "table")

    assert case.evidence == (Gold(source="a.txt", quote="Ana came"), Gold(source="b.txt"))


def test_marks_that_are_part_of_the_words_are_escaped() -> None:
    (case,) = csv_cases("question,answer\nWho?,a\\|b|c\\;d\n", "table")

    assert case.answers == (("a|b", "c;d"),)


def test_an_empty_answer_may_be_unknown_instead() -> None:
    first, second = csv_cases("question,answer,answerable\nWho?,,Yes\nWho?,,no\n", "table")

    assert (first.expect, first.answers, second.expect) == ("answer", None, "abstain")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("query,answer\nWho?,Ana\n", 'expected a head with a column "question"'),
        ("question,anwser\nWho?,Ana\n", '"anwser" is not a column; did you mean "answer"?'),
        ("question,answer\nWho, then?,Ana\n", "row 1 has 3 cells for 2 columns"),
        ("question,answer\n,Ana\n", 'row 1: "question" is empty'),
        ("question,answer,answerable\nWho?,,perhaps\n", "\"answerable\" is 'perhaps'; expected yes or no"),
        ("question,answer,quote\nWho?,Ana,Ana came\n", 'has a "quote" and no "source"'),
        ("question,answer,source,quote\nWho?,Ana,a|b,x\n", "has 2 sources and 1 quotes"),
        ("question,answer,as_of\nWho?,Ana,May\n", "row 1: \"as_of\": 'May' is not a date"),
        ("id,question,answer\nx,Who?,Ana\nx,Who?,Ana\n", "row 2: the \"id\" 'x' comes a second time"),
    ],
)
def test_a_wrong_table_is_refused_with_its_row(table: str, said: str) -> None:
    with pytest.raises(SuiteError) as raised:
        csv_cases(table, "table")

    assert str(raised.value).startswith("table")
    assert said in str(raised.value)
