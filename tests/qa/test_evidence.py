"""Which sentences are read as evidence, and with which before them."""

from dataclasses import replace
from datetime import date

import pytest

from index import Index, PassageInput
from index.embed import HashingEmbedder
from index.types import Dated, Span
from qa.about import Aboutness
from qa.analysis import analyse
from qa.config import Settings
from qa.evidence import as_evidence, candidates, evidence_line, is_dateline, select, shortlist


def found_in(text):
    with Index.of_passages([PassageInput(source="page.txt", text=text)], embedder=HashingEmbedder()) as documents:
        hits = documents.search("page", limit=5)
        articles = {a.article_id: a for a in documents.articles({hit.article_id for hit in hits})}
        return sorted(candidates(hits, articles), key=lambda candidate: candidate.position)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("3 May 2024", True),
        ("Tuesday, May 3, 2024", True),
        ("3 May 2024 14:00 BST", True),
        ("May 3, 2024, 10.30 a.m.", True),
        ("May 3, 2024 at 10:30 AM", True),
        ("Published on 3 May 2024", False),
        ("2019", False),
        ("At noon", False),
        ("The 3 May 2024 vote", False),
    ],
)
def test_a_dateline_is_a_date_and_nothing_more(text, is_one):
    assert is_dateline(text) is is_one


@pytest.mark.parametrize(
    ("question", "is_one"),
    [
        ("When was the contract signed?", True),
        ("What was the date of the meeting?", True),
        ("When was this published?", True),
        ("At what time was the gate opened?", False),
        ("When will the gate be finished?", False),
        ("How many gates were opened?", False),
    ],
)
def test_a_dateline_is_a_candidate_only_where_a_day_is_asked_for_that_is_past(question, is_one):
    found = found_in("May 3, 2024\n\nThe gate was opened by the mayor of the town on Monday.")
    found = [replace(c, article=replace(c.article, date=Dated(value=date(2024, 5, 3), basis="page"))) for c in found]
    chosen = shortlist(analyse(question), found, limit=9)
    assert any(is_dateline(candidate.sentence.text) for candidate in chosen) is is_one


def test_speech_of_a_pronoun_has_the_sentence_before_it_with_it():
    first, second, third = found_in(
        "Aldous Prake was asked why he was standing. “You do not change pilot in the channel,” he said. "
        "“You do,” said Ada Pike, who is standing too."
    )
    assert second.lead == first.sentence
    assert third.lead is None


def selected(first, second, *, coverage):
    """Select of two sentences, of which the second points back to the first, where the answer stands."""
    lead, pointing = found_in(f"{first} {second}")
    lead = replace(lead, about=Aboutness(own_coverage=0.5), score=0.4)
    answer = Span(start=lead.sentence.start, end=lead.sentence.start + 5)
    pointing = replace(pointing, answer=answer, about=Aboutness(own_coverage=coverage), score=0.5)
    chosen = select([pointing, lead], Settings(), count_tokens=lambda text: len(text.split()))
    return [candidate.sentence.text for candidate in chosen]


def test_a_sentence_that_adds_nothing_to_its_answering_lead_leaves_it_its_place():
    first, second = "Seven of the pupils have measles.", "All of them are at home."
    assert selected(first, second, coverage=0.5) == [first]
    assert selected(first, second, coverage=0.8) == [second, first]


def test_a_row_of_a_table_is_read_with_the_row_that_names_its_columns():
    head, first, second = found_in("Item | For | Against\nDelay of the car park | 17 | 14\nSale of the pool | 6 | 25")
    assert head.lead is None
    assert first.lead == second.lead == head.sentence
    assert second.window().text.startswith("Item | For | Against;")
    assert second.window().text.endswith(" Sale of the pool | 6 | 25")
    assert evidence_line(1, as_evidence([second])[0]) == "[1] Item | For | Against. Sale of the pool | 6 | 25"


def test_a_row_far_from_the_head_of_its_table_stands_alone():
    rows = "\n".join(f"Measure number {n} of the council | {n} | {31 - n}" for n in range(1, 20))
    *_, last = found_in(f"Item | For | Against\n{rows}")
    assert last.lead is None
