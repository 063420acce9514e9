"""Whose words a document holds: the body that issues it, or the writer of a letter."""

from pathlib import Path

from index import Index
from index.embed import HashingEmbedder
from qa.writers import issuer_of, letterhead_of

LETTER = """From: Tom Aske <head@varley.example>
To: Parents of Varley Street School <parents@varley.example>
Subject: Measles
Date: Tue, 20 Feb 2024 16:05:00 +0000
Content-Type: text/plain

Seven of our pupils have measles. The school is closed.
"""


def article_of(folder: Path, name: str, text: str):
    (folder / name).write_text(text, "utf-8")
    with Index.open(folder / "index", embedder=HashingEmbedder()) as documents:
        documents.sync([folder / name])
        (hit, *_) = documents.search("measles pier")
        (article,) = documents.articles({hit.article_id})
        return article


def test_a_letter_speaks_for_its_writer_where_it_says_we(tmp_path):
    letter = article_of(tmp_path, "letter.eml", LETTER)
    head = "From: Tom Aske. To: Parents of Varley Street School"
    assert letterhead_of(letter, "Seven of our pupils have measles.") == head
    assert letterhead_of(letter, "The school is closed.") == ""
    assert issuer_of(letter) is None


def test_a_body_above_the_headline_issues_the_document_and_no_letter_has_written_it(tmp_path):
    text = "Marine Accident Bureau\n\nFerry Strikes The North Pier\n\nMay 3, 2019\n\nWe found that the ferry hit the pier at noon.\n"
    report = article_of(tmp_path, "report.txt", text)
    assert issuer_of(report) == "Marine Accident Bureau"
    assert letterhead_of(report, "We found that the ferry hit the pier.") == ""


def test_a_page_without_such_a_line_has_no_issuer(tmp_path):
    page = article_of(
        tmp_path, "page.txt", "Ferry Strikes The Pier\n\nMay 3, 2019\n\nThe ferry hit the pier. It sank.\n"
    )
    assert issuer_of(page) is None
