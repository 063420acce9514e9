"""The sentence that holds the words whose speaker is asked for."""

import pytest

from index.embed import HashingEmbedder
from index.index import Index, PassageInput
from qa import Assistant
from qa.analysis import analyse
from qa.engine import ScriptedModel
from qa.quoted import is_said_in, quotation_asked_of
from qa.ranker import WordOverlapRanker


@pytest.mark.parametrize(
    ("question", "quotation"),
    [
        ("Who said “They are counting badges, not people”?", "they are counting badges not people"),
        ('Who told reporters: "We are counting badges!"?', "we are counting badges"),
        ("In the “Norbury Post”, who said “we are counting badges”?", "we are counting badges"),
        ("Who said 'they are counting badges'?", "they are counting badges"),
        ("“They are counting badges”: who said this?", "they are counting badges"),
        ("Who wrote “The Old Man and the Sea”?", ""),
        ("Who told the “Committee on Public Accounts” that it was late?", ""),
        ("Who is the author of “They are counting badges”?", ""),
        ("Who said that “the badges” were gone?", ""),
        ("When was it said that “they are counting badges”?", ""),
        ("Who said that they are counting badges?", ""),
    ],
)
def test_the_words_whose_speaker_is_asked_for_are_those_between_the_marks(question, quotation):
    assert quotation_asked_of(analyse(question)) == quotation


def test_words_are_found_whatever_stands_between_them_and_nothing_is_found_of_none():
    assert is_said_in("they are counting badges not people", "“They are counting badges, not people,” said Rhona Pike.")
    assert not is_said_in("they are counting badges", "They are counting the badges.")
    assert not is_said_in("", "They are counting badges.")


def test_a_passage_that_holds_them_is_found_though_others_share_more_words():
    others = [
        PassageInput(source=f"{n}.txt", text=f"Who said so? People said they are counting people, said number {n}.")
        for n in range(60)
    ]
    told = PassageInput(
        source="pike.txt", text="The plant closes. “They are counting badges, not people,” said Ada Pike."
    )
    documents = Index.of_passages([*others, told], embedder=HashingEmbedder())
    model = ScriptedModel(["Ada Pike said “They are counting badges, not people” [1]."])
    with Assistant(documents, model=model, ranker=WordOverlapRanker()) as asked:
        ranked = asked.rank("Who said “They are counting badges, not people”?")
        assert ranked[0].sentence.text == "“They are counting badges, not people,” said Ada Pike."
        assert ranked[0].confidence >= 0.9
