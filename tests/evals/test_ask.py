"""What is kept of an asking: exact places, own reading of the files, paragraphs, gold evidence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.ask import PARAGRAPH_CHARACTERS, ask, file_of, gold_passages, paragraph_around, plain_text, reader_of
from evals.cache import Cache
from evals.errors import RunError
from evals.types import Case, Gold
from index import Index, PassageInput
from index.embed import HashingEmbedder
from qa import Assistant
from qa.engine import ScriptedModel
from qa.prompt import fixed_prefix
from qa.ranker import WordOverlapRanker

POOL = "The pool has 21 lanes.\n\nThe pool was closed in May, the council said. It opens again in June.\n\nNobody fell."


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"caf\xc3\xa9", "café"),
        (b"caf\xe9", "café"),
        ("\ufeffcafé".encode(), "café"),
        ("\ufeffcafé".encode("utf-16-le"), "café"),
        (b"one\r\ntwo", "one\r\ntwo"),
        (b"\x81", "\ufffd"),
    ],
)
def test_a_plain_file_is_read_without_the_product(data: bytes, text: str) -> None:
    assert plain_text(data) == text


def test_a_source_is_found_below_a_folder_above_it_or_as_a_file(tmp_path: Path) -> None:
    page = tmp_path / "papers" / "a" / "page.txt"
    page.parent.mkdir(parents=True)
    page.write_text("x", encoding="utf-8")

    assert file_of([tmp_path / "papers"], "a/page.txt") == page
    assert file_of([tmp_path / "papers"], "papers/a/page.txt") == page
    assert file_of([page], "page.txt") == page
    assert file_of([page], "other.txt") is None
    assert file_of([tmp_path], "nowhere.txt") is None


def test_plain_files_are_read_from_disk_and_others_as_indexed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("from disk", encoding="utf-8")
    (tmp_path / "b.html").write_text("<p>markup</p>", encoding="utf-8")
    read = reader_of([tmp_path], [PassageInput(source="given", text="as given")], lambda source: f"indexed {source}")

    assert [read("a.txt"), read("b.html"), read("given"), read("gone.txt")] == [
        "from disk",
        "indexed b.html",
        "as given",
        "indexed gone.txt",
    ]


def test_the_paragraph_of_a_quote_ends_at_blank_lines() -> None:
    start = POOL.index("closed")

    assert paragraph_around(POOL, start, start + 6) == (
        24,
        "The pool was closed in May, the council said. It opens again in June.",
    )


@given(st.text(alphabet="ab \n", max_size=3000), st.data())
def test_a_paragraph_holds_its_span_and_is_not_long(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, paragraph = paragraph_around(text, start, end)

    assert first <= start
    assert text[first : first + len(paragraph)] == paragraph
    assert first + len(paragraph) >= end
    assert len(paragraph) <= max(PARAGRAPH_CHARACTERS, end - start)


def test_gold_evidence_alone_is_the_paragraphs_of_its_quotes_once_each() -> None:
    gold = (Gold(source="pool", quote="closed in May"), Gold(source="pool", quote="opens again in June"))
    case = Case(id="a", question="?", expect="answer", evidence=gold)

    assert [p.text for p in gold_passages(case, {"pool": POOL}.__getitem__)] == [
        "The pool was closed in May, the council said. It opens again in June."
    ]


def test_gold_evidence_of_a_whole_document_is_the_document_with_its_title() -> None:
    own = (PassageInput(source="pool", text=POOL, title="The pool"), PassageInput(source="other", text="Other."))
    case = Case(id="a", question="?", expect="answer", evidence=(Gold(source="pool"),), passages=own)

    assert gold_passages(case, {}.__getitem__) == (own[0],)


def test_what_is_kept_of_an_asking_does_not_depend_on_what_was_asked_before() -> None:
    documents = Index.of_passages([PassageInput(source="pool", text=POOL)], embedder=HashingEmbedder())
    model = ScriptedModel({"": "The pool has 21 lanes [1]."})
    assistant = Assistant(documents, model=model, ranker=WordOverlapRanker())
    case = Case(id="a", question="How many lanes has the pool?", expect="answer", answers=(("21",),))
    other = Case(id="b", question="When was the pool closed?", expect="answer", answers=(("May",),))

    first = ask(case, assistant)[0]
    ask(other, assistant)
    again = ask(case, assistant)[0]

    assert again == first
    assert first.answer is not None
    assert first.answer.timings.total == 0.0
    assert first.draft == "The pool has 21 lanes [1]."
    assert first.draft_tokens == 6
    assert first.checked[0].exact
    assert model.warmed.count(fixed_prefix()) >= 3


def test_a_citation_that_is_not_what_the_file_says_is_not_exact() -> None:
    documents = Index.of_passages([PassageInput(source="pool", text=POOL)], embedder=HashingEmbedder())
    assistant = Assistant(
        documents, model=ScriptedModel({"": "The pool has 21 lanes [1]."}), ranker=WordOverlapRanker()
    )
    case = Case(id="a", question="How many lanes has the pool?", expect="answer")
    trace = ask(case, assistant, own_text_of=lambda source: f" {POOL}")[0]

    assert [checked.exact for checked in trace.checked] == [False]


def test_a_question_that_cannot_be_asked_is_an_error_of_the_trace() -> None:
    documents = Index.of_passages([PassageInput(source="pool", text=POOL)], embedder=HashingEmbedder())
    assistant = Assistant(documents, model=ScriptedModel([]), ranker=WordOverlapRanker())
    trace = ask(Case(id="a", question="?!", expect="answer"), assistant)[0]

    assert trace.answer is None
    assert (trace.error or "").startswith("QuestionError: the question holds no words")


def test_a_cache_keeps_values_between_openings(tmp_path: Path) -> None:
    with Cache(tmp_path / "deep" / "answers.sqlite") as cache:
        assert cache.get("a") is None
        cache.put("a", b"one")
        cache.put("a", b"two")
    with Cache(tmp_path / "deep" / "answers.sqlite") as cache:
        assert cache.get("a") == b"two"


def test_a_damaged_cache_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "answers.sqlite").write_bytes(b"not a database, not a database, not a database" * 100)

    with pytest.raises(RunError, match=r"cannot be used .*; delete it"):
        Cache(tmp_path / "answers.sqlite")
