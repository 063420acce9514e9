"""What somebody said about something: the sentence that reports it."""

import pytest

from index import Index, PassageInput
from index.embed import HashingEmbedder
from qa import Assistant
from qa.analysis import analyse
from qa.engine import ScriptedModel
from qa.ranker import Ranked, WordOverlapRanker
from qa.said import is_speaker, words_asked_for

PAGE = (
    "Sarrow Lines has ordered a new ferry. The ferry will have a bar. “It will have two separate steering systems,” "
    "Hollin said. “The steering was never at fault,” said the engineer, Ada Pike. Petra Hollin denied that it was late."
)


@pytest.mark.parametrize(
    ("question", "name", "role", "head", "rest"),
    [
        ("What did Petra Hollin say about the steering of the ferry?", ("petra", "hollin"), (), {"steer"}, {"ferri"}),
        (
            "What did the harbour master tell reporters about the channel?",
            (),
            ("harbour", "master"),
            {"channel"},
            {"report"},
        ),
        ("What has the ministry said on the quota?", (), ("ministri",), {"quota"}, set()),
    ],
)
def test_speaker_and_topic_are_read_from_the_question(question, name, role, head, rest):
    asked = words_asked_for(analyse(question))
    assert (asked.name, asked.role, asked.head, asked.rest) == (name, set(role), head, rest)


@pytest.mark.parametrize(
    "question",
    [
        "What did she say?",
        "Who said this about the steering?",
        "What did the ferry cost on Monday?",
        "What did Holt say on Tuesday?",
        "What did Holt not say about the steering?",
    ],
)
def test_other_questions_ask_for_nobodys_words(question):
    assert words_asked_for(analyse(question)) is None


@pytest.mark.parametrize(
    ("asked", "speaker", "is_it"),
    [
        ("Ann Holt", "Ms Holt", True),
        ("Ann Holt", "the mayor, Ann Holt", True),
        ("Ann Holt", "Peter Holt", False),
        ("Holt", "Holt’s lawyer", False),
        ("Holt", "a spokesman for Holt", False),
        ("Holt", "critics of Holt", False),
        ("the mayor of London", "London transport officials", False),
        ("the mayor", "the mayor", True),
        ("the mayor", "the mayor’s lawyer", False),
        ("the mayor", "the deputy mayor", False),
        ("the deputy mayor", "the deputy mayor", True),
        ("the mayor", "a critic of the mayor", False),
        ("the mayor of Norbury", "the mayor of Norbury", True),
    ],
)
def test_nobody_else_is_the_speaker(asked, speaker, is_it):
    profile = analyse(f"What did {asked} say about the bridge?")
    assert is_speaker(words_asked_for(profile), speaker) is is_it


class ConstantRanker:
    name = "constant"

    def score(self, question, texts):
        return [Ranked(probability=0.3) for _ in texts]


def ranked(question):
    documents = Index.of_passages([PassageInput(source="page.txt", text=PAGE)], embedder=HashingEmbedder())
    with Assistant(documents, model=ScriptedModel([]), ranker=WordOverlapRanker()) as asked:
        return asked.rank(question)


@pytest.mark.parametrize(
    ("speaker", "words"),
    [("Petra Hollin", "“It will have two separate steering systems,” Hollin said."), ("Ada Pike", "never at fault")],
)
def test_the_sentence_that_reports_it_comes_first_and_is_certain(speaker, words):
    best = ranked(f"What did {speaker} say about the steering?")[0]
    assert words in best.sentence.text
    assert best.confidence >= 0.9


@pytest.mark.parametrize(("first", "is_certain"), [("Michelle", False), ("Barack", True)])
def test_a_surname_alone_is_that_of_the_article_s_one_bearer(first, is_certain):
    text = "Barack Obama spoke in Norbury. Obama said that the schools need more money."
    documents = Index.of_passages([PassageInput(source="page.txt", text=text)], embedder=HashingEmbedder())
    with Assistant(documents, model=ScriptedModel([]), ranker=ConstantRanker()) as asked:
        ranked = asked.rank(f"What did {first} Obama say about the schools?")
    assert any(candidate.confidence == 0.9 for candidate in ranked) is is_certain


def test_no_sentence_is_certain_of_a_topic_that_the_one_asked_of_did_not_speak_on():
    assert all(each.confidence < 0.9 for each in ranked("What did Petra Hollin say about the bar?"))
    assert all(each.confidence < 0.9 for each in ranked("What did Petra Hollin say about the steering of the tram?"))
