"""The benchmark's own rules: what counts as right, how sure a figure is, and how a file is read again."""

from __future__ import annotations

import datetime
import json
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.news import ask, corpus_file, is_exact, main, plain_text, start_lines
from benchmarks.surroundings import corpus_fingerprint
from benchmarks.table import Asked, quality_lines, report, speed_lines, verbose_block
from evals.scoring import (
    Found,
    Given,
    Quoted,
    Row,
    RowsError,
    forbidden_said,
    median_interval,
    outcome,
    quotes_found,
    read_rows,
    says,
    wilson,
)
from index import Index
from index.embed import HashingEmbedder
from index.errors import IndexingError
from index.types import Hit
from qa import Assistant
from qa.engine import ScriptedModel
from qa.ranker import WordOverlapRanker
from qa.types import Answer, Citation, Completed, Conflict, Event, Question, Retrieved, Side, Token


@pytest.mark.parametrize(
    ("text", "spelling", "expected"),
    [
        ("At least 17 people were hurt [1].", "17", True),
        ("They met in 2017.", "17", False),
        ("It cost 17,000 crowns.", "17", False),
        ("It cost 17.5 crowns.", "17", False),
        ("It rose by 3.17 per cent.", "17", False),
        ("Nobody knows [17].", "17", False),
        ("Some say so [1, 17].", "17", False),
        ("In all 17.", "17", True),
        ("The 17-year-old won.", "17", True),
        ("the 17th of May", "17", False),
        ("MS HOLLIN said so", "Hollin", True),
        ("Prake’s “levy”", 'Prake\'s "levy"', True),
        ("four\u00a0or\nfive minutes", "four or five minutes", True),
        ("6,721,603 refugees", "6,721,603", True),
        ("a three-hour meeting", "three", True),
        ("It was disrespected.", "respected", False),
        ("Al‑Bukamal fell.", "Al-Bukamal", True),
        ("90% of it", "90", True),
        ("90% of it", "90%", True),
        ("anything at all", "", False),
    ],
)
def test_a_spelling_stands_in_a_text_as_whole_words_and_numbers(text: str, spelling: str, expected: bool) -> None:
    assert says(text, spelling) is expected


def row(kind: str = "fact", answers: tuple[tuple[str, ...], ...] | None = (("17",),), **fields: object) -> Row:
    return Row(id="r1", kind=kind, question="How many?", answers=answers, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "given", "expected"),
    [
        (row(), Given(status="answered", text="It was 17 [1]."), "right"),
        (row(), Given(status="answered", text="It was 22 [1]."), "wrong"),
        (row(), Given(status="abstained", text="The nearest passage speaks of 17 [1]."), "abstained"),
        (row(answers=(("17", "seventeen"),)), Given(status="answered", text="Seventeen [1]."), "right"),
        (row(answers=(("Iran",), ("Russia",))), Given(status="answered", text="Iran [1]."), "wrong"),
        (row(answers=(("Iran",), ("Russia",))), Given(status="answered", text="Russia and Iran [1]."), "right"),
        (row(), Given(status="conflict", text="17 [1] or 22 [2]."), "right"),
        (row("conflict", (("17",), ("22",))), Given(status="conflict", text="17 [1] or 22 [2]."), "right"),
        (row("conflict", (("17",), ("22",))), Given(status="answered", text="17 [1] or 22 [2]."), "wrong"),
        (row("conflict", (("17",), ("22",))), Given(status="conflict", text="17 [1]."), "wrong"),
        (
            row("conflict", (("17",), ("22",))),
            Given(status="conflict", text="Accounts differ.", sides=("17", "22")),
            "right",
        ),
        (row("conflict", (("17",), ("22",))), Given(status="abstained", text="17, 22"), "abstained"),
        (row("unanswerable", None), Given(status="abstained", text=""), "right"),
        (row("unanswerable", None), Given(status="answered", text="It was 17 [1]."), "answered"),
        (row("false-premise", None), Given(status="conflict", text="17 [1] or 22 [2]."), "answered"),
        (row("unanswerable", None), Given(status="failed", text=""), "failed"),
        (row(), Given(status="failed", text="17"), "failed"),
    ],
)
def test_a_row_is_right_only_when_the_answer_says_what_it_must(asked: Row, given: Given, expected: str) -> None:
    assert outcome(asked, given) == expected


def test_forbidden_strings_are_looked_for_as_whole_words() -> None:
    asked = row(forbidden=("29", "thirty"))
    assert forbidden_said(asked, Given(status="answered", text="Eleven, not 29 [1]; see page 129.")) == ("29",)
    assert forbidden_said(asked, Given(status="answered", text="Eleven [1].")) == ()


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([Found(source="a.txt", text="He said “yes”  and\nleft.")], [True]),
        ([Found(source="news/a.txt", text='He said "yes" and left.')], [True]),
        ([Found(source="c.txt", text="He said “yes” and left.")], [False]),
        ([Found(source="a.txt", text="He said no.")], [False]),
        ([], [False]),
        ([Found(source="b.txt", text="He said “yes” and left.")], [True]),
    ],
)
def test_one_text_in_two_documents_is_one_quote_that_either_may_give(found: list[Found], expected: list[bool]) -> None:
    evidence = (Quoted(source="a.txt", quote="“yes” and left"), Quoted(source="b.txt", quote="“yes” and left"))
    assert quotes_found(row(evidence=evidence), found) == expected


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_of_a_share_is_wilsons(successes: int, n: int, low: float, high: float) -> None:
    interval = wilson(successes, n)
    assert [interval.low, interval.high] == pytest.approx([low, high], abs=5e-5)


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (3, 2), (-1, 2)])
def test_a_share_of_nothing_has_no_interval(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="a share needs"):
        wilson(successes, n)


@pytest.mark.parametrize(
    ("n", "low", "high"),
    [(1, 1, 1), (5, 1, 5), (6, 1, 6), (9, 2, 8), (10, 2, 9), (20, 6, 15), (36, 12, 25)],  # table of order statistics
)
def test_the_interval_of_a_median_is_two_of_its_values(n: int, low: int, high: int) -> None:
    interval = median_interval([float(value) for value in reversed(range(1, n + 1))])
    assert (interval.low, interval.high) == (low, high)


@pytest.mark.parametrize(
    "line",
    ["not json", "[]", '{"id": "a", "kind": "fact", "question": "Why?"}', '{"id": 1, "kind": "k", "answers": null}'],
)
def test_a_line_that_is_no_question_row_is_named(line: str) -> None:
    with pytest.raises(RowsError, match="line 2 is not a question row"):
        read_rows(['{"id": "z", "kind": "fact", "question": "Who?", "answers": [["x"]]}', line])


def test_two_rows_of_one_id_are_refused() -> None:
    line = '{"id": "z", "kind": "fact", "question": "Who?", "answers": null}'
    with pytest.raises(RowsError, match="'z' comes twice"):
        read_rows([line, "", line])


def test_a_row_keeps_everything_that_its_line_says() -> None:
    line = json.dumps(
        {
            "id": 7,
            "kind": "follow-up",
            "question": "And then?",
            "answers": [["a", "b"], ["c"]],
            "evidence": [{"source": "x.txt", "quote": "q"}],
            "history": ["Who?", {"role": "user", "content": "When?"}],
            "as_of": "2024-01-02",
            "forbidden": ["no"],
        }
    )
    assert read_rows([line]) == [
        Row(
            id="7",
            kind="follow-up",
            question="And then?",
            answers=(("a", "b"), ("c",)),
            evidence=(Quoted(source="x.txt", quote="q"),),
            history=("Who?", "When?"),
            as_of="2024-01-02",
            forbidden=("no",),
        )
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("Zoë said “no”\r\n".encode(), "Zoë said “no”\r\n"),
        (b"\xef\xbb\xbfZo\xc3\xab", "Zoë"),
        ("\ufeffZoë".encode("utf-16-le"), "Zoë"),
        ("\ufeffZoë".encode("utf-16-be"), "Zoë"),
        ("Zoë – “no”".encode("cp1252"), "Zoë – “no”"),
    ],
)
def test_a_text_file_is_decoded_without_touching_its_line_ends(data: bytes, expected: str) -> None:
    assert plain_text(data) == expected


def test_a_source_is_found_however_much_of_its_path_is_named(tmp_path: Path) -> None:
    corpus = tmp_path / "news"
    (corpus / "deep").mkdir(parents=True)
    page = corpus / "deep" / "page.txt"
    page.write_text("x", encoding="utf-8")
    assert corpus_file(corpus, "deep/page.txt") == page
    assert corpus_file(corpus, "news/deep/page.txt") == page
    assert corpus_file(corpus, str(page)) == page
    assert corpus_file(corpus, "page.txt") is None


def test_a_corpus_has_another_fingerprint_when_a_byte_or_a_name_changes(tmp_path: Path) -> None:
    page = tmp_path / "a.txt"
    page.write_text("one", encoding="utf-8")
    first = corpus_fingerprint(tmp_path)
    assert corpus_fingerprint(tmp_path) == first
    page.write_text("two", encoding="utf-8")
    second = corpus_fingerprint(tmp_path)
    page.rename(tmp_path / "b.txt")
    assert len({first, second, corpus_fingerprint(tmp_path)}) == 3


def citation(quote: str, start: int, *, source: str = "page.txt") -> Citation:
    return Citation(number=1, source=source, article=None, date=None, quote=quote, start=start, end=start + len(quote))


def no_text(source: str) -> str:
    raise AssertionError(f"{source} must be read from its file")


def test_a_plain_text_citation_is_checked_against_the_file_itself(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_bytes("Zoë: “17 hurt”.\r\nMore.".encode())
    assert is_exact(citation("17 hurt", 6), tmp_path, no_text)
    assert is_exact(citation("More.", 17), tmp_path, no_text)
    assert not is_exact(citation("17 hurt", 7), tmp_path, no_text)
    assert not is_exact(citation("", 6), tmp_path, no_text)


def test_a_citation_of_another_format_is_checked_against_its_indexed_text(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.4")
    assert is_exact(citation("six died", 4, source="report.pdf"), tmp_path, lambda source: "Now six died.")
    assert not is_exact(citation("six died", 4, source="report.pdf"), tmp_path, lambda source: "Now 6 people died.")


PAGE = "Four people were killed. The hospital treated 22."


class FakeDocuments:
    def search(self, query: str, *, limit: int, as_of: datetime.date | None = None) -> list[Hit]:
        if "killed" not in query or as_of == datetime.date(2020, 1, 1):
            return []
        return [
            Hit(
                passage_id=1,
                article_id=1,
                document_id=1,
                source="page.txt",
                article=None,
                date=None,
                text=PAGE,
                start=0,
                end=len(PAGE),
                score=1.0,
                rank=1,
                dense_rank=1,
                lexical_rank=None,
            )
        ][:limit]

    def text_of(self, source: str) -> str:
        raise AssertionError(source)


class FakeAssistant:
    """Answers `killed` with a conflict, abstains on the rest, and fails on `broken`."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def stream(self, question: Question) -> Iterator[Event]:
        self.asked.append(question)
        if "broken" in question.text:
            raise IndexingError("the index is broken")
        yield Retrieved(standalone_question=question.text, hits=(), evidence=())
        if "killed" in question.text:
            yield Token(text="Four")
        yield Completed(answer=self._answer(question.text))

    def _answer(self, question: str) -> Answer:
        known = "killed" in question
        sides = (Side(value="4", citation=1), Side(value="22", citation=1))
        return Answer(
            question=question,
            standalone_question=question,
            status="conflict" if known else "abstained",
            text="Four people were killed [1]." if known else "",
            reason=None if known else "the documents do not say",
            claims=(),
            citations=(citation("Four people", 0),) if known else (),
            conflicts=(Conflict(about="killed", sides=sides),) if known else (),
            model="fake",
            index_fingerprint="f",
        )


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    return tmp_path


def asked_rows(rows: Sequence[Row], corpus: Path) -> list[Asked]:
    assistant = FakeAssistant()
    return [ask(item, assistant, FakeDocuments(), corpus) for item in rows]  # type: ignore[arg-type]


def test_a_row_is_asked_with_its_history_and_its_day(corpus: Path) -> None:
    assistant = FakeAssistant()
    item = row(history=("Who?",), as_of="2024-01-02")
    ask(item, assistant, FakeDocuments(), corpus)  # type: ignore[arg-type]
    [question] = assistant.asked
    assert [(turn.role, turn.content) for turn in question.history] == [("user", "Who?")]
    assert question.as_of == datetime.date(2024, 1, 2)


def test_the_table_counts_each_row_where_it_belongs(corpus: Path) -> None:
    evidence = (
        Quoted(source="page.txt", quote="Four people were killed"),
        Quoted(source="page.txt", quote="not there"),
    )
    rows = [
        Row(id="a", kind="number", question="How many killed?", answers=(("four",),), evidence=evidence),
        Row(id="b", kind="conflict", question="Were 4 or 22 killed?", answers=(("4",), ("22",)), forbidden=("four",)),
        Row(id="c", kind="unanswerable", question="Who paid?", answers=None),
        Row(id="d", kind="false-premise", question="Why was nobody killed?", answers=None),
        Row(id="e", kind="fact", question="Is it broken?", answers=(("no",),)),
    ]
    asked = asked_rows(rows, corpus)
    assert [item.outcome for item in asked] == ["right", "right", "right", "answered", "failed"]
    table = {line.name: (line.measured, line.n) for line in quality_lines(asked)}
    assert table == {
        "answerable questions right": (0.5, 2),
        "unanswerable and false-premise questions refused": (0.5, 2),
        "conflicts reported with all sides": (1.0, 1),
        "forbidden strings absent": (0.0, 1),
        "citations whose offsets give exactly their quote": (1.0, 3),
        "answers with at least one citation": (1.0, 3),
        "an evidence sentence among the 10 best passages": (1.0, 1),
        "each evidence sentence among the 10 best passages": (0.5, 2),
        "answerable questions wrongly called a conflict": (0.5, 2),
    }
    assert [line.n for line in speed_lines(asked)] == [4, 3]


def test_the_report_shows_every_line_each_kind_and_every_failure(corpus: Path) -> None:
    asked = asked_rows([row(), Row(id="e", kind="fact", question="broken?", answers=(("x",),))], corpus)
    shown = report([*quality_lines(asked), *speed_lines(asked)], asked, {"machine": "a loom"})
    assert "| answerable questions right | 0.00 | 0.00–0.66 | 2 | 0.75 |" in shown
    assert "| conflicts reported with all sides | not measured | – | 0 | 2 of 3 |" in shown
    assert "fact: 1 abstained, 1 failed" in shown
    assert "machine: a loom" in shown
    assert "failed: e: IndexingError: the index is broken" in shown


def test_a_verbose_block_tells_right_from_wrong(corpus: Path) -> None:
    right, wrong = asked_rows([Row(id="a", kind="fact", question="killed?", answers=(("four",),)), row()], corpus)
    assert verbose_block(right).startswith("ok   a fact: killed?")
    assert "sides: 4 | 22" in verbose_block(right)
    assert verbose_block(wrong).startswith("MISS r1 fact: How many?")
    assert "reason: the documents do not say" in verbose_block(wrong)


def test_a_missing_question_file_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--questions", str(tmp_path / "none.jsonl"), "--corpus", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_asking_only_rows_that_are_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = tmp_path / "q.jsonl"
    questions.write_text('{"id": "a", "kind": "fact", "question": "Who?", "answers": null}\n', encoding="utf-8")
    assert main(["--questions", str(questions), "--corpus", str(tmp_path), "--only", "b"]) == 1
    assert "none of 1 rows is 'b'" in capsys.readouterr().err


def test_the_starts_are_timed_in_fresh_processes(tmp_path: Path) -> None:
    command = tmp_path / "onrecord"
    command.write_text('#!/bin/sh\necho run >> "$0.log"\n', encoding="utf-8")
    command.chmod(0o755)
    lines = start_lines(command)
    assert (tmp_path / "onrecord.log").read_text(encoding="utf-8").splitlines() == ["run"] * 5
    assert [(line.name, line.n, line.wanted) for line in lines] == [
        ("seconds of `onrecord --help`", 5, "0.5"),
        ("seconds of `import index, qa`", 5, "0.5"),
    ]


@contextmanager
def fake_parts(folder: Path, options: Namespace) -> Iterator[tuple[Index, Assistant]]:
    with Index.open(folder, embedder=HashingEmbedder()) as documents:
        model = ScriptedModel({"": "The pier was hit at noon [1]."})
        yield documents, Assistant(documents, model=model, ranker=WordOverlapRanker())


def test_the_whole_measurement_runs_with_fakes_and_keeps_every_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, questions, kept = tmp_path / "pages", tmp_path / "q.jsonl", tmp_path / "out.json"
    corpus.mkdir()
    (corpus / "pier.txt").write_text("The Pier\n\nThe ferry hit the pier at noon on Sunday.\n", encoding="utf-8")
    quote = "The ferry hit the pier at noon"
    evidence = [{"source": "pier.txt", "quote": quote}]
    fact = {"id": "a", "kind": "fact", "question": "When did the ferry hit the pier?", "answers": [["noon"]]}
    asked = [
        {**fact, "evidence": evidence},
        {"id": "b", "kind": "unanswerable", "question": "Who painted the opera house?", "answers": None},
    ]
    questions.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    arguments = ["--questions", str(questions), "--corpus", str(corpus), "--json", str(kept), "--no-starts", "-v"]
    assert main(arguments, parts=fake_parts) == 0
    out, err = capsys.readouterr()
    whole = json.loads(kept.read_text(encoding="utf-8"))
    found = "| an evidence sentence among the 10 best passages | 1.00 | 0.21–1.00 | 1 | 0.95 |"
    assert found in out
    assert "model: scripted" in out
    assert " a fact: When did the ferry hit the pier?" in err
    assert "ok   b unanswerable: Who painted the opera house?" in err
    assert [item["row"]["id"] for item in whole["rows"]] == ["a", "b"]
    assert whole["rows"][1]["outcome"] == "right"
    assert whole["rows"][0]["quotes_found"] == [True]
    assert whole["about"]["embedder"] == "hashing-256"
