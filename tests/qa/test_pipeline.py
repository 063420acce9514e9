"""A question's way from passages to an answer on the record, with a scripted model."""

import datetime

import pytest

from index.embed import HashingEmbedder
from index.index import Index, PassageInput
from qa.engine import ScriptedModel
from qa.errors import QuestionError
from qa.pipeline import Assistant
from qa.ranker import WordOverlapRanker
from qa.types import Completed, Retrieved, Token

MILL = (
    "A fire at the Norbury mill injured nearly 40 people on Friday. The mill was built in 1911 by the Aldous family. "
    "Mayor Ana Tarn said the cause of the fire was not known. “We have seen no sign of arson,” Fire Chief Paul Reyes told reporters."
)
COUNCIL = "The Norbury council did not close the harbour pool in May. The Norbury council has 21 members. Ana Tarn leads the council."
PASSAGES = [
    PassageInput(source="mill.txt", text=MILL, title="Fire at the Norbury mill", date=datetime.date(2019, 5, 3)),
    PassageInput(source="council.txt", text=COUNCIL, title="Council notes"),
]


def assistant(replies, passages=PASSAGES):
    documents = Index.of_passages(passages, embedder=HashingEmbedder())
    return Assistant(documents, model=ScriptedModel(replies), ranker=WordOverlapRanker())


def ask(reply, question, passages=PASSAGES, **options):
    with assistant([reply], passages) as asked:
        return asked.ask(question, **options)


def text_of(source):
    return {passage.source: passage.text for passage in PASSAGES}[source]


def test_a_supported_sentence_is_the_answer_with_its_exact_words():
    answer = ask(
        "The fire at the Norbury mill injured nearly 40 people [1].",
        "How many people did the fire at the Norbury mill injure?",
    )

    assert answer.status == "answered"
    assert answer.text == "The fire at the Norbury mill injured nearly 40 people. [1]"
    (claim,), (citation,) = answer.claims, answer.citations
    assert answer.text[claim.start : claim.end] == claim.text
    assert claim.verdict.label == "supported"
    assert citation.quote == "A fire at the Norbury mill injured nearly 40 people on Friday."
    assert text_of("mill.txt")[citation.start : citation.end] == citation.quote
    assert citation.date is not None and citation.date.value == datetime.date(2019, 5, 3)


def test_an_invented_figure_is_never_shown():
    answer = ask(
        "The fire at the Norbury mill injured 400 people [1].",
        "How many people did the fire at the Norbury mill injure?",
    )

    assert "400" not in answer.text
    assert answer.text.startswith("A fire at the Norbury mill injured nearly 40 people on Friday.")
    assert [claim.text for claim in answer.rejected] == ["The fire at the Norbury mill injured 400 people."]


def test_a_marker_on_the_wrong_sentence_is_moved_to_the_right_one():
    question = "Who built the Norbury mill in 1911?"
    with assistant(["The Aldous family built the Norbury mill in 1911 [2]."]) as asked:
        answer = asked.ask(question)

    assert answer.status == "answered"
    assert [c.quote for c in answer.citations] == ["The mill was built in 1911 by the Aldous family."]


def test_a_question_on_what_is_not_there_is_declined_with_the_nearest_words():
    answer = ask("The documents do not say.", "What is the population of Tarsk?")

    assert answer.status == "abstained"
    assert answer.claims == ()
    assert "Tarsk" in (answer.reason or "")
    assert answer.text == answer.reason


def test_a_figure_of_something_else_does_not_answer():
    answer = ask("The Norbury council has 21 members [1].", "What is the population of Tarsk?")

    assert answer.status == "abstained"
    assert "21" not in answer.text


def test_what_the_documents_do_not_know_is_an_answer():
    answer = ask(
        "Mayor Ana Tarn said the cause of the fire was not known [1].", "What was the cause of the fire at the mill?"
    )

    assert answer.status == "answered"
    assert "not known" in answer.text


def test_a_false_premise_is_named_and_what_is_said_instead_is_cited():
    answer = ask(
        "The council closed the pool because of May [1].", "Why did the Norbury council close the harbour pool in May?"
    )

    assert answer.status == "abstained"
    assert "close the harbour pool" in (answer.reason or "")
    assert answer.citations[0].quote == "The Norbury council did not close the harbour pool in May."


def test_two_figures_for_one_thing_are_both_given():
    later = PassageInput(
        source="later.txt",
        text="A fire at the Norbury mill injured at least 52 people on Friday, the clinic said.",
        title="Mill fire: clinic speaks",
    )
    answer = ask("unused", "How many people did a fire at the Norbury mill injure on Friday?", [*PASSAGES, later])

    assert answer.status == "conflict"
    assert {side.value for side in answer.conflicts[0].sides} == {"nearly 40", "at least 52"}
    assert "nearly 40" in answer.text and "52" in answer.text
    assert len({side.citation for side in answer.conflicts[0].sides}) == 2
    assert all(answer.text[claim.start : claim.end] == claim.text for claim in answer.claims)


def test_a_follow_up_is_asked_as_a_standalone_question():
    answer = ask(
        "Fire Chief Paul Reyes told reporters: “We have seen no sign of arson” [1].",
        "What did he tell reporters about arson?",
        history=["Who is Paul Reyes?"],
    )

    assert answer.standalone_question == "What did Paul Reyes tell reporters about arson?"
    assert answer.question == "What did he tell reporters about arson?"
    assert answer.status == "answered"


def test_nothing_published_after_the_as_of_date_is_evidence():
    answer = ask(
        "The documents do not say.",
        "How many people did the fire at the Norbury mill injure?",
        as_of=datetime.date(2019, 5, 2),
    )

    assert answer.status == "abstained"
    assert all(citation.source != "mill.txt" for citation in answer.citations)


def test_the_events_come_in_order_and_the_last_replaces_the_draft():
    with assistant(["The Norbury council has 21 members [1]."]) as asked:
        events = list(asked.stream("How many members has the Norbury council?"))

    assert isinstance(events[0], Retrieved) and isinstance(events[-1], Completed)
    assert all(isinstance(event, Token) for event in events[1:-1])
    assert "".join(event.text for event in events[1:-1]) == "The Norbury council has 21 members [1]."
    assert events[-1].answer.text == "The Norbury council has 21 members. [1]"


def test_the_grammar_allows_only_markers_of_evidence_that_is_shown():
    with assistant(["The Norbury council has 21 members [1]."]) as asked:
        events = list(asked.stream("How many members has the Norbury council?"))
        shown = len(events[0].evidence)
        (grammar,) = asked.model.grammars

    assert f'"{shown}"' in grammar
    assert f'"{shown + 1}"' not in grammar


@pytest.mark.parametrize("question", ["", "   ", "?!", "\x00\x07", "word " * 10_000])
def test_a_question_that_cannot_be_asked_says_why(question):
    with assistant([]) as asked, pytest.raises(QuestionError, match="question"):
        asked.ask(question)


def test_a_question_in_another_language_is_declined_not_invented():
    answer = ask("The documents do not say.", "¿Cuántos habitantes tiene la ciudad de Zaragoza?")

    assert answer.status == "abstained"


def test_an_empty_index_is_an_abstention():
    answer = ask("unused", "How many people?", [])

    assert answer.status == "abstained"
    assert answer.reason


def test_nobody_as_the_answer_to_who_is_a_false_premise():
    quiet = PassageInput(
        source="quiet.txt",
        text="A fire broke out at the Aldous cannery. Nobody was hurt in the fire at the Aldous cannery.",
    )
    answer = ask(
        "Nobody was hurt in the fire at the Aldous cannery [1].",
        "Who was hurt in the fire at the Aldous cannery?",
        [quiet],
    )

    assert answer.status == "abstained"
    assert "Nobody was hurt" in (answer.reason or "")
    assert answer.citations[0].quote.endswith("Nobody was hurt in the fire at the Aldous cannery.")
