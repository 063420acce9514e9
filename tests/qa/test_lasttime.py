"""When something was last so, told by "the first time since"."""

import pytest

from index import Index, PassageInput
from index.embed import HashingEmbedder
from qa import Assistant
from qa.engine import ScriptedModel
from qa.ranker import WordOverlapRanker

PAGE = (
    "Tarn and Reyes met in Norbury on Monday for the first time since 2018. The harbour froze for the first time since "
    "the war began. It was the first cold winter. Ana Tarn was first elected in 2011. The pier closed for the first time "
    "since it opened in 1932. Norbury reached the cup final for the first time since 1998. Reyes visited Alder for the "
    "first time since taking office in 2021. Ada Pike, first elected in 2010 and mayor since 2014, left. Pike and Lund "
    "spoke on Friday, the first time since they spoke in Alder in 2017. The first minister has met the unions since 2021. "
    "It was the first winter without a flood of the river since 2016."
)


def ranked(question):
    documents = Index.of_passages([PassageInput(source="page.txt", text=PAGE)], embedder=HashingEmbedder())
    with Assistant(documents, model=ScriptedModel([]), ranker=WordOverlapRanker()) as asked:
        return asked.rank(question)


@pytest.mark.parametrize(
    "question", ["When had Tarn and Reyes last met?", "When was the last time Tarn and Reyes met in Norbury?"]
)
def test_the_time_since_which_it_is_the_first_is_the_answer(question):
    best = ranked(question)[0]
    assert best.answer_text == "2018"
    assert best.confidence == 0.9


def test_what_they_did_may_be_told_again():
    assert ranked("When had Pike and Lund last spoken?")[0].answer_text == "2017"


@pytest.mark.parametrize(
    "question",
    [
        "When did Tarn and Reyes meet?",
        "When had the harbour last frozen?",
        "When did Tarn and Reyes last quarrel?",
        "When was the pier last closed?",
        "When did Norbury last win the cup?",
        "When did Reyes last visit Alder?",
        "When was Ada Pike last elected?",
        "When did Tarn and Reyes meet last month?",
        "When did the first minister last meet the unions?",
        "When did the river last flood?",
    ],
)
def test_other_questions_and_sentences_without_a_time_are_left_as_they_are(question):
    assert all(candidate.answer_text is None for candidate in ranked(question))
