"""Filters as they come in a row of a batch or over the API, and what they leave of the evidence."""

import datetime
import json

import pytest

from index.embed import HashingEmbedder
from index.filters import Filter
from index.index import Index, PassageInput
from index.times import Period
from qa import Assistant
from qa.cases import parse_filter, read_cases
from qa.engine import ScriptedModel
from qa.errors import CasesError
from qa.ranker import WordOverlapRanker


def test_a_filter_is_read_from_its_object():
    given = {"from": "2021-01-01", "to": "2021-12-31", "sources": ["papers/"], "media_types": ["text/html"], "tags": ["sea"],
             "languages": ["en"], "happened_from": "2020-12-01"}  # fmt: skip
    assert parse_filter(given) == Filter(
        published_from=datetime.date(2021, 1, 1),
        published_to=datetime.date(2021, 12, 31),
        sources=("papers/",),
        media_types=("text/html",),
        tags=("sea",),
        languages=("en",),
        happened=Period(first=datetime.date(2020, 12, 1), last=None),
    )
    assert not parse_filter({})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["papers/"], "expected an object with from, to, happened_from"),
        ({"since": "2021-01-01"}, "holds since; expected"),
        ({"from": "May"}, "not a date"),
        ({"sources": "papers/"}, "expected a list of strings"),
        ({"tags": [1]}, "expected a list of strings"),
        ({"from": "2021-02-01", "to": "2021-01-01"}, "swap the dates"),
        ({"happened_from": "2021-02-01", "happened_to": "2021-01-01"}, "swap the dates"),
    ],
)
def test_what_is_no_filter_says_what_is_expected(given, said):
    with pytest.raises(ValueError, match=said):
        parse_filter(given)
    with pytest.raises(CasesError, match=said):
        read_cases([json.dumps({"id": 1, "question": "Who?", "where": given})])


def test_a_row_may_bring_its_filter():
    (with_one, without) = read_cases(
        [
            json.dumps({"id": 1, "question": "Who?", "where": {"tags": ["sea"]}}),
            json.dumps({"id": 2, "question": "Who?", "where": None}),
        ]
    )
    assert with_one.question.where == Filter(tags=("sea",))
    assert without.question.where is None


def test_evidence_is_only_what_passes():
    passages = [
        PassageInput(source="herald.txt", text="The keeper of Varn lighthouse is Ada Holm."),
        PassageInput(source="courier.txt", text="The keeper of Varn lighthouse is Olen Vell."),
    ]
    documents = Index.of_passages(passages, embedder=HashingEmbedder())
    model = ScriptedModel({"": "The keeper of Varn lighthouse is Olen Vell [1]."})
    asked = Assistant(documents, model=model, ranker=WordOverlapRanker())

    answer = asked.ask("Who is the keeper of Varn lighthouse?", where=Filter(sources=("courier.txt",)))

    assert answer.status == "answered"
    assert {citation.source for citation in answer.citations} == {"courier.txt"}
