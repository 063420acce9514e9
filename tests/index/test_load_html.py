"""Web pages: what is kept, what is left out, and what the metadata say."""

from __future__ import annotations

import datetime

import pytest

from index.articles import split_articles
from index.errors import LoadError
from index.load.html import body_text, load
from index.types import Dated, Document

LEDE = "The mayor of Exampleville said on Monday that the harbour bridge would close for seven weeks, starting in May."
BODY = "Inspectors found 17 cracks in the deck in February, and the council voted to repair them before the winter."
FERRY = "A ferry will replace the bridge while it is closed, the council said. It carries 40 cars on every crossing."


def page(body: str, head: str = "<title>Bridge closes | Example Times</title>") -> Document:
    markup = f"<!doctype html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    return load(markup.encode("utf-8"), source="page.html")


def single(extra: str = "") -> str:
    return (
        "<nav><a href='/'>Home</a> <a href='/news'>World news</a></nav>"
        f"<article><h1>Bridge closes for seven weeks</h1><p>{LEDE}</p><h2>Why it closes</h2><p>{BODY}</p>"
        f"<ul><li>Cars use the ferry.</li><li>Buses turn round.</li></ul>"
        f"<table><tr><th>Crossing</th><th>Cars</th></tr><tr><td>Ferry</td><td>40</td></tr></table><p>{FERRY}</p>"
        f"{extra}</article><script>var secret = 'tracked';</script><footer>Copyright 2024 Example Times</footer>"
    )


def test_paragraphs_headings_items_and_rows_are_lines_of_their_own() -> None:
    lines = page(single()).text.splitlines()
    expected = [
        "Bridge closes for seven weeks",
        LEDE,
        "Why it closes",
        BODY,
        "- Cars use the ferry.",
        "Ferry | 40",
        FERRY,
    ]
    assert [line for line in lines if line in expected] == expected


@pytest.mark.parametrize("word", ["secret", "tracked", "World news", "Copyright"])
def test_navigation_scripts_and_footers_are_not_in_the_text(word: str) -> None:
    assert word not in page(single()).text


def test_the_byline_under_the_headline_is_kept() -> None:
    line = "By Jane Doe, harbour reporter. Published 3 March 2024"
    document = page(single().replace("</h1>", f"</h1><p class='byline'>{line}</p>"))
    assert document.text.splitlines().count(line) == 1
    assert split_articles(document)[0].date == Dated(value=datetime.date(2024, 3, 3), basis="stated")


def test_an_advertisement_above_an_article_is_left_out() -> None:
    document = page(f"<div class='ad' id='ad-top'>Advertisement: {BODY}</div>{single()}")
    assert "Advertisement" not in document.text
    assert len(split_articles(document)) == 1


def test_the_title_is_the_headline_without_the_site_name() -> None:
    assert page(single(), "<title>Bridge closes for seven weeks | Example Times</title>").title == (
        "Bridge closes for seven weeks"
    )


@pytest.mark.parametrize(
    "head",
    [
        "<meta property='article:published_time' content='2024-03-03T10:00:00Z'>",
        "<meta name='date' content='3 March 2024'>",
        "<meta name='dc.date.issued' content='2024-03-03'>",
        '<script type=\'application/ld+json\'>{"@graph": [{"datePublished": "2024-03-03T08:00"}]}</script>',
        "<script type='application/ld+json'>{broken</script><meta itemprop='datePublished' content='2024-03-03'>",
    ],
)
def test_the_date_of_publication_comes_from_the_metadata(head: str) -> None:
    assert page(single(), head).date == Dated(value=datetime.date(2024, 3, 3), basis="metadata")


def test_a_date_of_change_is_not_taken_for_that_of_publication() -> None:
    assert page(single(), "<meta property='article:modified_time' content='2024-03-03'>").date is None


def several(tag: str = "article") -> str:
    stories = [("Bridge closes", LEDE), ("Cracks in the deck", BODY), ("Ferry takes over", FERRY)]
    return "".join(f"<{tag} class='post'><h1>{title}</h1><p>{text}</p></{tag}>" for title, text in stories)


@pytest.mark.parametrize("tag", ["article", "div"])
def test_every_one_of_several_pieces_is_kept_and_becomes_an_article(tag: str) -> None:
    document = page(f"<header>Example Times</header><main>{several(tag)}</main>")
    articles = split_articles(document)
    assert [article.title for article in articles] == ["Bridge closes", "Cracks in the deck", "Ferry takes over"]
    assert [article.text.splitlines()[-1] for article in articles] == [LEDE, BODY, FERRY]


def test_a_short_piece_among_long_ones_is_not_lost() -> None:
    brief = "<article><h2>In brief</h2><p>The library opens late.</p></article>"
    document = page(several() + brief)
    assert [article.title for article in split_articles(document)][-1] == "In brief"
    assert document.text.endswith("The library opens late.")


def test_linked_cards_beside_an_article_are_no_articles() -> None:
    link = "<a href='/x'><h3>Ten bridges you should see before you die, says our travel desk</h3></a>"
    card = f"<article class='card'>{link}</article>"
    document = page(single() + f"<section class='related'><h2>Related</h2>{card * 3}</section>")
    assert len(split_articles(document)) == 1
    assert "Ten bridges" not in document.text


def test_the_day_of_a_relative_time_is_written_beside_it() -> None:
    dated = (
        "<article><h1>Fees rise</h1><time datetime='2024-03-10T09:00'>3 days ago</time><p>" + BODY + "</p></article>"
    )
    document = page(several() + dated)
    assert "3 days ago (2024-03-10)" in document.text
    assert split_articles(document)[-1].date == Dated(value=datetime.date(2024, 3, 10), basis="stated")


def test_a_page_that_its_scripts_would_fill_is_refused() -> None:
    with pytest.raises(LoadError, match="unless its scripts run"):
        page("<div id='root'></div><script>render('words words words')</script>")


@pytest.mark.parametrize("data", [b"<html></html>", b"<!-- only a comment -->", b"<?xml version='1.0'?>"])
def test_a_page_without_elements_or_text_is_refused(data: bytes) -> None:
    with pytest.raises(LoadError):
        load(data, source="a.html")


def test_a_page_in_the_encoding_that_it_names_is_read() -> None:
    markup = f"<html><head><meta charset='iso-8859-1'></head><body><p>Café “Zürich”. {LEDE}</p></body></html>"
    assert "Café “Zürich”." in load(markup.encode("cp1252"), source="a.html").text


def test_a_page_inside_a_form_is_read() -> None:
    assert LEDE in page(f"<form><div><p>{LEDE}</p><p>{BODY}</p></div></form>").text


def test_an_unclosed_page_is_read_as_far_as_it_goes() -> None:
    assert LEDE in load(f"<html><body><article><h1>Cut<p>{LEDE}<p>{BODY[:50]}".encode(), source="a.html").text


def test_body_text_keeps_every_word_that_is_shown() -> None:
    text, heading = body_text("<h1>One</h1><p>a<br>b</p><aside>c <b>d</b>e</aside><style>x{}</style><p hidden>no</p>")
    assert (text, heading) == ("One\n\na\nb\n\nc de", "One")
