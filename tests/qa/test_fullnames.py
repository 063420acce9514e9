"""Whom a surname stands for in an article."""

import pytest

from index import Index, PassageInput
from index.embed import HashingEmbedder
from qa.evidence import as_evidence, candidates
from qa.fullnames import full_names, named_in_full
from qa.verify import strict_verifier

DEBATE = (
    "Councillor Duncan Rooke of the Civic List spoke first. Aldous Prake has been mayor of Port Sarrow since 2016. "
    "Ann Vale and Tom Vale met Dr. Bo Lund in Port Sarrow. Rooke accused Prake of having accepted a holiday."
)


def article_of(text):
    with Index.of_passages([PassageInput(source="debate.txt", text=text)], embedder=HashingEmbedder()) as documents:
        hits = documents.search("holiday spoke left found was", limit=5)
        (article,) = documents.articles({hit.article_id for hit in hits})
        return article, hits


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rooke accused Prake of having accepted a holiday.", {"Duncan Rooke", "Aldous Prake"}),
        ("Dr Lund left.", {"Bo Lund"}),
        ("Vale left.", set()),
        ("Sarrow won.", set()),
        ("He lives in Sarrow.", set()),
        ("Duncan Rooke said so.", set()),
        ("Nobody spoke.", set()),
    ],
)
def test_a_surname_stands_for_the_one_person_that_the_article_names_in_full(text, found):
    article, _ = article_of(DEBATE)
    assert set(full_names(article, text)) == found


@pytest.mark.parametrize(
    ("page", "text", "found"),
    [
        ("Mr Rooke was found dead. His widow, Anna Rooke, called.", "Mr Rooke was found dead.", ()),
        ("Brothers Charles and David Koch spoke. Koch gave $3.", "Koch gave $3.", ()),
        ("April Jessop vanished. Her father, Paul Jessop, spoke. Jessop was five.", "Jessop was five.", ()),
        ("The Kremlin denied it. Later Kremlin officials spoke.", "Kremlin officials spoke.", ()),
        ("Boris Johnson spoke. Johnson & Johnson was fined.", "Johnson & Johnson was fined.", ()),
        ("Secretary of State Ada Lund met Bo Lund. On Monday Lund left.", "On Monday Lund left.", ()),
        ("Senator Ada Lund spoke. Senator Lund left. Later Lund spoke.", "Lund spoke.", ("Ada Lund",)),
        ("Ada Lund Jr. spoke. Later Lund left.", "Lund left.", ()),
        ("Ann Lund-Holt spoke. Later Lund left.", "Lund left.", ()),
        ("Secretary of State Ada Lund spoke. But Lund left.", "But Lund left.", ("Ada Lund",)),
        ("By Jane Smythe\nCoast News\n\nDuncan Rooke spoke. Rooke left.", "Rooke left.", ("Duncan Rooke",)),
    ],
)
def test_it_stands_for_nobody_where_it_may_be_anothers(page, text, found):
    article, _ = article_of(page)
    assert full_names(article, text) == found


def test_a_claim_may_give_the_full_name_of_whom_its_evidence_names_by_the_surname():
    article, hits = article_of(DEBATE)
    evidence = [e for e in as_evidence(candidates(hits, {article.article_id: article})) if "accused" in e.text]
    claim = "Duncan Rooke accused {} of having accepted a holiday."
    assert strict_verifier().verify(claim.format("Aldous Prake"), evidence).label == "supported"
    assert strict_verifier().verify(claim.format("Ann Prake"), evidence).label != "supported"


def test_a_text_names_in_full_whom_it_names_by_the_surname_alone():
    assert named_in_full("Rooke met Prake. Prake left.", ("Aldous Prake",)) == "Rooke met Aldous Prake. Prake left."
    assert named_in_full("Aldous Prake met Rooke.", ("Aldous Prake",)) == "Aldous Prake met Rooke."
