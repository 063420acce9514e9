"""What questions, stops, undos and late pieces make of a conversation, without a page."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from index import Index
from index.embed import HashingEmbedder
from index.errors import IndexMissing
from qa.engine import QuotesOnly, ScriptedModel
from qa.errors import CasesError, QuestionError
from qa.pipeline import Assistant
from qa.ranker import WordOverlapRanker
from qa.types import Answer, Completed, Event, Judged, Question, Retrieved, Token, Turn, Verdict
from ui import chat
from ui.answering import answers
from ui.chat import Conversation, Exchanges
from ui.conversations import Conversations
from ui.desk import Asked, Desk, desk_of, ready_assistant
from ui.models import SharedModels


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


def scripted(*events: Event) -> Callable[[Question], Generator[Event, None, None]]:
    return lambda question: (event for event in events)


def asked(*questions: str) -> Conversation:
    conversation = Conversation()
    for question in questions:
        conversation.ask(question)
    return conversation


def answering(conversation: Conversation, *events: Event) -> Iterator[Exchanges]:
    return answers(conversation, scripted(*events), lambda answer: {})


def answered(question: str, reply: str, conversation: Conversation | None = None) -> Conversation:
    conversation = conversation or Conversation()
    conversation.ask(question)
    list(answering(conversation, completed(reply)))
    return conversation


def drafting(conversation: Conversation, *words: str) -> Iterator[Exchanges]:
    """Return an answer whose next step is a late piece: the words are in the draft, more are to come."""
    steps = answering(conversation, *(Token(text=word) for word in words), Token(text="late"), completed("Too late."))
    for _ in range(1 + len(words)):
        next(steps)
    return steps


def stop(conversation: Conversation) -> None:
    conversation.stop(conversation.exchanges[-1].number)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw every piece."""
    monkeypatch.setattr("ui.answering.REDRAW_SECONDS", 0.0)


def test_a_question_waits_and_an_empty_one_is_none() -> None:
    conversation = asked("  Who retired? ")
    waiting = conversation.exchanges
    assert [exchange.question for exchange in waiting] == ["Who retired?"]
    assert not waiting[0].done
    conversation.ask(" \n ")
    assert conversation.exchanges == waiting


@pytest.mark.usefixtures("eager")
def test_a_draft_is_shown_unchecked_until_the_answer_replaces_it() -> None:
    events = (
        Retrieved(standalone_question="q", hits=(), evidence=()),
        Token(text="Ada "),
        Token(text="Bo"),
        completed("Cy retired."),
    )
    shown = [exchanges[-1] for exchanges in answering(asked("Who retired?"), *events)]
    assert ["or-draft" in each.html for each in shown] == [True, True, True, True, False]
    assert "Ada Bo" in shown[3].html
    assert "not verified yet" in shown[3].html
    assert shown[4].done
    assert "Cy retired." in shown[4].html
    assert "Ada" not in shown[4].html


def test_what_was_said_before_a_conversation_comes_first_in_its_history_and_outlives_a_retry() -> None:
    said = (Turn(role="user", content="Who built her?"), Turn(role="assistant", content="Ada Holm."))
    conversation = Conversation()
    conversation.ask("When?", Asked(history=said))
    conversation.ask_again()
    questions: list[Question] = []

    def stream(question: Question) -> Generator[Event, None, None]:
        questions.append(question)
        yield completed("In 1994.")

    list(answers(conversation, stream, lambda answer: {}))
    conversation.ask("And where?")
    list(answers(conversation, stream, lambda answer: {}))
    assert questions[0].history == said
    assert [turn.content for turn in questions[1].history] == ["Who built her?", "Ada Holm.", "When?", "In 1994."]
    shown = [message["content"] for message in chat.messages(conversation.exchanges)]
    assert "Asked after “Who built her?”" in shown[0]
    assert "Asked after" not in shown[2]


@pytest.mark.usefixtures("eager")
def test_each_sentence_settles_as_it_is_judged() -> None:
    good, bad = Verdict(label="supported"), Verdict(label="not_enough")
    events = (
        Token(text="One. Two. Three."),
        Judged(text="One.", verdict=good, quoted=True, after=("Two.", "Three."), settled=1),
        Judged(text="Two.", verdict=bad, quoted=False, after=("Three.",), settled=1),
        Judged(text="Three.", verdict=good, quoted=False, after=(), settled=3),
        completed("One. Three."),
    )
    shown = [exchanges[-1].html for exchanges in answering(asked("Which?"), *events)][2:]
    one, two, three = '<span class="or-claim or-claim-quoted">One.</span>', "<s>Two.</s>", "or-claim-supported"
    assert [(one in each, two in each, three in each) for each in shown] == [
        (True, False, False),
        (True, True, False),
        (True, True, True),
        (False, False, False),
    ]
    assert all("or-sign-draft" in each for each in shown[:3])
    assert "1 of 3 sentences checked" in shown[0]
    assert "Two. Three." in shown[0]


@pytest.mark.usefixtures("eager")
def test_no_sentence_has_its_sign_while_the_answer_may_still_be_withdrawn() -> None:
    good = Verdict(label="supported")
    events = (
        Token(text="One. Two."),
        Judged(text="One.", verdict=good, quoted=False, after=("Two.",)),
        Judged(text="Two.", verdict=good, quoted=False, after=(), settled=2),
        completed("One. Two."),
    )
    held, settled = [exchanges[-1].html for exchanges in answering(asked("Which?"), *events)][2:4]
    assert "or-claim" not in held
    assert '<span class="or-held">One.</span>' in held
    assert "1 of 2 sentences checked; the answer as a whole is not" in held
    assert settled.count("or-claim-supported") == 2
    assert "as a whole" not in settled


def test_the_history_holds_finished_answers_only() -> None:
    conversation = answered("Who retired?", "Ada Holm.")
    conversation.ask("And then?")
    stop(conversation)
    conversation.ask("When?")
    questions: list[Question] = []

    def stream(question: Question) -> Generator[Event, None, None]:
        questions.append(question)
        yield completed("In March.")

    list(answers(conversation, stream, lambda answer: {}))
    assert [(turn.role, turn.content) for turn in questions[0].history] == [
        ("user", "Who retired?"),
        ("assistant", "Ada Holm."),
    ]


@pytest.mark.usefixtures("eager")
def test_a_stopped_draft_is_kept_but_never_as_a_fact() -> None:
    conversation = asked("Who?")
    drafting(conversation, "Perhaps Ada")
    stop(conversation)
    [stopped] = conversation.exchanges
    assert stopped.done
    assert stopped.reply is None
    assert "Perhaps Ada" in stopped.html
    assert "or-stopped" in stopped.html


def test_a_stop_leaves_a_finished_answer_alone() -> None:
    conversation = answered("Who?", "Ada.")
    finished = conversation.exchanges
    stop(conversation)
    assert conversation.exchanges == finished


def test_a_stop_leaves_a_question_alone_that_was_asked_since() -> None:
    conversation = asked("Where was she built?")
    number = conversation.exchanges[-1].number
    conversation.stop(number)
    conversation.ask("And when?")
    conversation.stop(number)
    assert [exchange.done for exchange in conversation.exchanges] == [True, False]
    assert chat.running(conversation.exchanges) == conversation.exchanges[-1].number


@pytest.mark.usefixtures("eager")
def test_a_piece_that_comes_after_a_stop_changes_nothing_and_closes_the_stream() -> None:
    closed: list[str] = []

    def stream(question: Question) -> Generator[Event, None, None]:
        try:
            yield Token(text="Perhaps ")
            stop(conversation)  # while the next piece is being written
            yield Token(text="late")
            yield completed("Too late.")
        finally:
            closed.append(question.text)

    conversation = asked("Who?")
    *_, before, last = answers(conversation, stream, lambda answer: {})
    assert "Perhaps" in before[-1].html
    assert "or-stopped" in last[-1].html
    assert "Perhaps" in last[-1].html
    assert "late" not in last[-1].html
    assert last == conversation.exchanges
    assert closed == ["Who?"]


@pytest.mark.usefixtures("eager")
def test_a_piece_that_comes_after_an_undo_brings_nothing_back() -> None:
    conversation = answered("One?", "1.")
    conversation.ask("Two?")
    steps = drafting(conversation, "Perhaps")
    conversation.undo()
    assert [[exchange.question for exchange in exchanges] for exchanges in steps] == [["One?"]]


@pytest.mark.usefixtures("eager")
def test_a_piece_that_comes_after_a_clear_brings_nothing_back() -> None:
    conversation = asked("One?")
    steps = drafting(conversation, "Perhaps")
    conversation.clear()
    assert list(steps) == [()]
    conversation.ask("Two?")
    assert conversation.exchanges[0].number > 1  # a number is not given again, or a late piece could fit


@pytest.mark.usefixtures("eager")
def test_a_piece_that_comes_after_a_retry_is_not_the_new_answer() -> None:
    conversation = asked("Who?")
    late = drafting(conversation, "Perhaps")
    conversation.ask_again()
    [again] = conversation.exchanges
    fresh = answering(conversation, completed("Ada."))
    next(fresh)  # begins to answer the new exchange
    list(late)
    assert conversation.exchanges == (again,)
    list(fresh)
    assert conversation.exchanges[0].reply == "Ada."


@pytest.mark.usefixtures("eager")
def test_a_question_asked_between_a_stop_and_a_late_piece_is_answered() -> None:
    conversation = asked("One?")
    late = drafting(conversation, "Perhaps")
    stop(conversation)
    conversation.ask("Two?")
    fresh = answering(conversation, completed("2."))
    next(fresh)
    *_, drawn = late
    assert [(exchange.question, exchange.done) for exchange in drawn] == [("One?", True), ("Two?", False)]
    list(fresh)
    assert [exchange.reply for exchange in conversation.exchanges] == [None, "2."]


def test_one_answering_takes_up_every_question_that_waits_and_a_second_none() -> None:
    conversation = asked("One?", "Two?")
    list(answering(conversation, completed("Ada.")))
    assert [exchange.reply for exchange in conversation.exchanges] == ["Ada.", "Ada."]
    assert list(answering(conversation, completed("Bo."))) == [conversation.exchanges]
    assert conversation.exchanges[-1].reply == "Ada."


def test_two_answerings_never_take_up_the_same_question() -> None:
    conversation = asked("One?")
    drafting(conversation)
    assert conversation.claim() is None


@pytest.mark.usefixtures("eager")
def test_an_answer_that_nobody_waits_for_any_more_is_stopped_and_its_stream_closed() -> None:
    closed: list[str] = []

    def stream(question: Question) -> Generator[Event, None, None]:
        try:
            yield Token(text="Perhaps")
            yield Token(text="late")
        finally:
            closed.append(question.text)

    conversation = asked("Who?")
    steps = answers(conversation, stream, lambda answer: {})
    next(steps)
    next(steps)
    assert isinstance(steps, Generator)
    steps.close()
    assert closed == ["Who?"]
    assert "or-stopped" in conversation.exchanges[0].html


def test_a_copy_of_a_conversation_shares_nothing_with_it() -> None:
    conversation = asked("One?")
    other = copy.deepcopy(conversation)
    other.ask("Two?")
    assert [exchange.question for exchange in conversation.exchanges] == ["One?"]
    assert [exchange.question for exchange in other.exchanges] == ["Two?"]


def test_undo_gives_the_question_back() -> None:
    conversation = answered("Two?", "2.", answered("One?", "1."))
    assert conversation.undo() == "Two?"
    assert [exchange.question for exchange in conversation.exchanges] == ["One?"]
    assert Conversation().undo() == ""


def test_asking_again_replaces_the_last_answer() -> None:
    conversation = answered("Two?", "2.", answered("One?", "1."))
    conversation.ask_again()
    assert [(each.question, each.done) for each in conversation.exchanges] == [("One?", True), ("Two?", False)]
    nothing = Conversation()
    nothing.ask_again()
    assert nothing.exchanges == ()


def three() -> Conversation:
    """Return a conversation of three answered questions, the first with what was said before it."""
    conversation = Conversation()
    conversation.ask("One?", Asked(history=(Turn(role="user", content="Zero?"),)))
    conversation.ask("Two?")
    conversation.ask("Three?")
    list(answering(conversation, completed("So.")))
    return conversation


def questions_of(conversation: Conversation) -> list[str]:
    return [each.question for each in conversation.exchanges]


def test_an_edited_question_follows_what_was_before_it_and_replaces_the_rest_once_answered() -> None:
    conversation = three()
    conversation.edit(conversation.exchanges[1].number, " Deux? ")
    histories: list[list[str]] = []
    during: list[list[str]] = []

    def stream(question: Question) -> Generator[Event, None, None]:
        histories.append([turn.content for turn in question.history])
        during.append(questions_of(conversation))
        yield completed("Yes.")

    assert "Instead of “Two?”" in chat.messages(conversation.exchanges)[-2]["content"]
    list(answers(conversation, stream, lambda answer: {}))
    assert histories == [["Zero?", "One?", "So."]]
    assert during == [["One?", "Two?", "Three?", "Deux?"]]
    assert questions_of(conversation) == ["One?", "Deux?"]
    last = chat.messages(conversation.exchanges)[-1]["content"]
    assert "took the place of 2 questions" in last
    assert conversation.undo() == "Deux?"
    assert questions_of(conversation) == ["One?", "Two?", "Three?"]
    assert "took the place" not in chat.messages(conversation.exchanges)[-1]["content"]


def test_what_was_said_before_the_first_question_is_said_before_its_edited_form_too() -> None:
    conversation = three()
    conversation.edit(conversation.exchanges[0].number, "Un?")
    assert chat.history(conversation.exchanges, conversation.exchanges[-1]) == (Turn(role="user", content="Zero?"),)


@pytest.mark.parametrize("ending", ["stopped", "failed"])
def test_a_stop_or_a_failure_of_an_edited_question_keeps_what_it_was_to_replace(ending: str) -> None:
    conversation = three()
    conversation.edit(conversation.exchanges[1].number, "Deux?")

    def stream(question: Question) -> Generator[Event, None, None]:
        yield Token(text="Perhaps")
        if ending == "failed":
            raise OSError("disk gone")
        stop(conversation)
        yield completed("Too late.")

    list(answers(conversation, stream, lambda answer: {}))
    assert questions_of(conversation) == ["One?", "Two?", "Three?", "Deux?"]
    assert conversation.exchanges[-1].reply is None
    conversation.ask_again()
    list(answering(conversation, completed("Yes.")))
    assert questions_of(conversation) == ["One?", "Deux?"]


def test_an_edit_of_an_edit_that_failed_takes_the_same_place() -> None:
    conversation = three()
    conversation.edit(conversation.exchanges[1].number, "Deux?")
    stop(conversation)
    conversation.edit(conversation.exchanges[-1].number, "Zwei?")
    list(answering(conversation, completed("Yes.")))
    assert questions_of(conversation) == ["One?", "Zwei?"]
    conversation.undo()
    assert questions_of(conversation) == ["One?", "Two?", "Three?", "Deux?"]


def test_asking_an_edited_question_again_keeps_the_way_back() -> None:
    conversation = three()
    conversation.edit(conversation.exchanges[1].number, "Deux?")
    list(answering(conversation, completed("Yes.")))
    conversation.ask_again()
    list(answering(conversation, completed("No.")))
    conversation.undo()
    assert questions_of(conversation) == ["One?", "Two?", "Three?"]


def test_an_edit_of_what_is_not_there_or_to_nothing_changes_nothing() -> None:
    conversation = three()
    before = conversation.exchanges
    conversation.edit(99, "Deux?")
    conversation.edit(before[0].number, " \n")
    assert conversation.exchanges == before


def test_what_an_edit_replaced_is_kept_no_longer_and_is_kept_again_after_an_undo(tmp_path: Path) -> None:
    store = Conversations(tmp_path / "c.sqlite")
    conversation = Conversation(store)
    for question in ("One?", "Two?"):
        answered(question, "So.", conversation)
    assert conversation.id is not None
    conversation.edit(conversation.exchanges[0].number, "Un?")
    conversation.keep()
    assert [each.replaces for each in store.exchanges(conversation.id)] == [None, None, 1]
    list(answering(conversation, completed("Yes.")))
    assert [each.question for each in store.exchanges(conversation.id)] == ["Un?"]
    conversation.undo()
    conversation.keep()
    assert [each.question for each in store.exchanges(conversation.id)] == ["One?", "Two?"]
    store.close()


def test_what_was_said_before_a_conversation_is_still_shown_and_said_when_it_is_opened_again(tmp_path: Path) -> None:
    said = (Turn(role="user", content="Who built her?"), Turn(role="assistant", content="Ada Holm."))
    store = Conversations(tmp_path / "c.sqlite")
    conversation = Conversation(store)
    conversation.ask("When?", Asked(history=said))
    list(answering(conversation, completed("In 1994.")))
    assert conversation.id is not None
    kept = tuple(chat.restored(each, lambda answer: {}) for each in store.exchanges(conversation.id))
    again = Conversation(store)
    again.become(conversation.id, kept, None)
    assert "Asked after “Who built her?”" in chat.messages(again.exchanges)[0]["content"]
    again.ask("And where?")
    told = [turn.content for turn in chat.history(again.exchanges, again.exchanges[-1])]
    assert told == ["Who built her?", "Ada Holm.", "When?", "In 1994."]
    store.close()


def test_nothing_is_asked_when_nothing_is_open() -> None:
    conversation = answered("Who?", "Ada.")
    finished = conversation.exchanges
    assert list(answering(conversation, completed("Bo."))) == [finished]


@pytest.mark.parametrize(
    "error", [QuestionError("the question holds no words"), IndexMissing("no index at /x"), OSError("disk gone")]
)
def test_an_error_is_a_calm_line(error: Exception) -> None:
    def failing(question: Question) -> Generator[Event, None, None]:
        yield Token(text="half a draft")
        raise error

    *_, last = answers(asked("Who?"), failing, lambda answer: {})
    assert str(error) in last[-1].html
    assert "or-problem" in last[-1].html
    assert "half a draft" not in last[-1].html
    assert last[-1].done


def test_an_unforeseen_error_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    def failing(question: Question) -> Generator[Event, None, None]:
        raise ZeroDivisionError("secret detail")
        yield

    with caplog.at_level(logging.ERROR):
        *_, last = answers(asked("Who?"), failing, lambda answer: {})
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
        desk_of(tmp_path / "none", open_assistant=SharedModels(ready_assistant, {"none": QuotesOnly})).stats()


def test_examples_show_what_sets_the_chat_apart(tmp_path: Path) -> None:
    from ui.examples import example_questions

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
    from ui.examples import example_questions

    (tmp_path / "q.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(CasesError, match="line 1"):
        example_questions(tmp_path / "q.jsonl")
