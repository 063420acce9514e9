"""What questions, stops and undos make of a conversation, without a page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Index
from index.embed import HashingEmbedder
from index.errors import IndexMissing
from qa.engine import ScriptedModel
from qa.errors import CasesError, QuestionError
from qa.pipeline import Assistant
from qa.ranker import WordOverlapRanker
from qa.types import Answer, Completed, Event, Question, Retrieved, Token
from ui import chat
from ui.app import _stop, _stop_again
from ui.desk import Desk, desk_of


def completed(text: str) -> Completed:
    return Completed(
        answer=Answer(
            question="q",
            standalone_question="q",
            status="answered",
            text=text,
            reason=None,
            claims=(),
            citations=(),
            conflicts=(),
            model="scripted",
            index_fingerprint="f",
        )
    )


def followed(now: chat.Chat, *events: Event) -> list[chat.Chat]:
    return list(chat.answering(now, lambda question: iter(events), lambda answer: {}))


def answered(now: chat.Chat, question: str, reply: str) -> chat.Chat:
    return followed(chat.asked(now, question), completed(reply))[-1]


def test_a_question_waits_and_an_empty_one_is_none() -> None:
    waiting = chat.asked((), "  Who retired? ")
    assert [exchange.question for exchange in waiting] == ["Who retired?"]
    assert not waiting[0].done
    assert chat.asked(waiting, " \n ") == waiting


def test_a_draft_is_shown_unchecked_until_the_answer_replaces_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "REDRAW_SECONDS", 0.0)
    events = (
        Retrieved(standalone_question="q", hits=(), evidence=()),
        Token(text="Ada "),
        Token(text="Bo"),
        completed("Cy retired."),
    )
    shown = [now[-1] for now in followed(chat.asked((), "Who retired?"), *events)]
    assert ["or-draft" in each.html for each in shown] == [True, True, True, False]
    assert "Ada Bo" in shown[2].html
    assert "not verified yet" in shown[2].html
    assert shown[3].done
    assert "Cy retired." in shown[3].html
    assert "Ada" not in shown[3].html


def test_the_history_holds_finished_answers_only() -> None:
    now = answered((), "Who retired?", "Ada Holm.")
    now = chat.stopped(chat.asked(now, "And then?"))
    now = chat.asked(now, "When?")
    asked: list[Question] = []
    list(
        chat.answering(
            now, lambda question: iter([asked.append(question) or completed("In March.")]), lambda answer: {}
        )
    )
    assert [(turn.role, turn.content) for turn in asked[0].history] == [
        ("user", "Who retired?"),
        ("assistant", "Ada Holm."),
    ]


def test_a_stopped_draft_is_kept_but_never_as_a_fact() -> None:
    steps = followed(chat.asked((), "Who?"), Token(text="Perhaps Ada"))
    now = chat.stopped(steps[-1])
    assert now[-1].done
    assert now[-1].reply is None
    assert "Perhaps Ada" in now[-1].html
    assert "or-stopped" in now[-1].html


def test_a_stop_leaves_a_finished_answer_alone() -> None:
    now = answered((), "Who?", "Ada.")
    assert chat.stopped(now) == now


def test_undo_gives_the_question_back() -> None:
    now = answered(answered((), "One?", "1."), "Two?", "2.")
    question, before = chat.undone(now)
    assert question == "Two?"
    assert [exchange.question for exchange in before] == ["One?"]
    assert chat.undone(()) == ("", ())


def test_asking_again_replaces_the_last_answer() -> None:
    now = chat.asked_again(answered(answered((), "One?", "1."), "Two?", "2."))
    assert [(exchange.question, exchange.done) for exchange in now] == [("One?", True), ("Two?", False)]
    assert chat.asked_again(()) == ()


def test_nothing_is_asked_when_nothing_is_open() -> None:
    now = answered((), "Who?", "Ada.")
    assert followed(now, completed("Bo.")) == [now]


@pytest.mark.parametrize(
    "error", [QuestionError("the question holds no words"), IndexMissing("no index at /x"), OSError("disk gone")]
)
def test_an_error_is_a_calm_line(error: Exception) -> None:
    def failing(question: Question) -> Iterator[Event]:
        yield Token(text="half a draft")
        raise error

    *_, last = chat.answering(chat.asked((), "Who?"), failing, lambda answer: {})
    assert str(error) in last[-1].html
    assert "or-problem" in last[-1].html
    assert "half a draft" not in last[-1].html
    assert last[-1].done


def test_an_unforeseen_error_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    def failing(question: Question) -> Iterator[Event]:
        raise ZeroDivisionError("secret detail")
        yield

    with caplog.at_level(logging.ERROR):
        *_, last = chat.answering(chat.asked((), "Who?"), failing, lambda answer: {})
    assert "secret detail" not in last[-1].html
    assert last[-1].done
    assert "secret detail" in caplog.text


def test_a_desk_opens_once_and_tries_again_after_a_failure(tmp_path: Path) -> None:
    opened: list[str] = []
    folder = tmp_path / "made"

    def open_documents() -> Index:
        opened.append("documents")
        return Index.open(folder, embedder=HashingEmbedder(), create=False)

    desk = Desk(
        open_documents, lambda documents: Assistant(documents, model=ScriptedModel([]), ranker=WordOverlapRanker())
    )
    with pytest.raises(IndexMissing):
        desk.stats()
    (tmp_path / "note.txt").write_text("The harbour is deep.", encoding="utf-8")
    with Index.open(folder, embedder=HashingEmbedder()) as documents:
        documents.sync([tmp_path / "note.txt"])
    assert desk.stats().documents == 1
    assert desk.search("harbour", limit=3, as_of=None)[0].source == "note.txt"
    assert desk.assistant() is desk.assistant()
    assert opened == ["documents", "documents"]
    desk.close()


def test_the_desk_of_a_missing_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="onrecord index"):
        desk_of(tmp_path / "none").stats()


def test_examples_show_what_sets_the_chat_apart(tmp_path: Path) -> None:
    from ui.app import example_questions

    rows = [
        '{"kind": "number", "question": "n1"}',
        '{"kind": "number", "question": "n2"}',
        '{"kind": "date", "question": "d"}',
        '{"kind": "false-premise", "question": "f", "history": ["x"]}',
        '{"kind": "false-premise", "question": "f2"}',
        '{"kind": "conflict", "question": "c"}',
    ]
    (tmp_path / "q.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert example_questions(tmp_path / "q.jsonl") == ["n1", "c", "f2", "d"]


@pytest.mark.parametrize("line", ["{", "[]", '{"kind": "x"}'])
def test_examples_in_another_shape_are_one_line(tmp_path: Path, line: str) -> None:
    from ui.app import example_questions

    (tmp_path / "q.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(CasesError, match="line 1"):
        example_questions(tmp_path / "q.jsonl")


def test_a_second_stop_leaves_a_question_alone_that_was_asked_since() -> None:
    halted, _, length = _stop(chat.asked((), "Where was she built?"))
    late = chat.asked((), "Where was she built?")

    assert _stop_again(late, length)[0][-1].done
    assert not _stop_again(chat.asked(halted, "And when?"), length)[0][-1].done
