"""E-mails, tables and JSON: records as sentences and lines that can be quoted."""

from __future__ import annotations

import datetime
import json
from email.message import EmailMessage

import pytest

from index.articles import split_articles
from index.errors import LoadError
from index.load.eml import load as load_eml
from index.load.json_ import load as load_json
from index.load.tabular import load as load_table
from index.types import Dated

BRIDGE_ROW = "Crossing: Bridge; Cars: 14,000."
LONG = "The harbour bridge closes for seven weeks from May, the council said, and a ferry will carry 40 cars an hour."


def mail(*, text: str | None = LONG, html: str | None = None) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ana Ruiz <ana@example.org>"
    message["To"] = "bob@example.org"
    message["Date"] = "Mon, 04 Mar 2024 09:30:00 +0100"
    message["Subject"] = "Brücke closes in May"
    if text is not None:
        message.set_content(text)
    if html is not None and text is None:
        message.set_content(html, subtype="html")
    elif html is not None:
        message.add_alternative(html, subtype="html")
    return message


def test_an_email_keeps_its_header_lines_and_its_text() -> None:
    document = load_eml(mail().as_bytes(), source="a.eml")
    assert document.text == (
        "From: Ana Ruiz <ana@example.org>\nTo: bob@example.org\nDate: Mon, 04 Mar 2024 09:30:00 +0100\n"
        f"Subject: Brücke closes in May\n\n{LONG}"
    )
    assert document.title == "Brücke closes in May"
    assert document.date == Dated(value=datetime.date(2024, 3, 4), basis="metadata")


def test_an_email_is_one_article_with_its_subject_and_its_header_s_date() -> None:
    (article,) = split_articles(load_eml(mail().as_bytes(), source="a.eml"))
    assert article.title == "Brücke closes in May"
    assert article.title_span is not None
    assert article.title_span.of(article.document.text) == article.title
    assert article.date == Dated(value=datetime.date(2024, 3, 4), basis="metadata")


def test_the_html_part_is_read_when_there_is_no_text_part() -> None:
    markup = f"<html><style>p{{}}</style><p>{LONG}</p><p>Regards<br>Ana</p></html>"
    assert load_eml(mail(text=None, html=markup).as_bytes(), source="a.eml").text.endswith(f"{LONG}\n\nRegards\nAna")
    assert "<p>" not in load_eml(mail(html=markup).as_bytes(), source="a.eml").text


def test_a_forwarded_message_is_read_and_an_attachment_named() -> None:
    outer = mail(text="See below.")
    outer.add_attachment(mail())
    outer.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
    text = load_eml(outer.as_bytes(), source="a.eml").text
    assert text.count("Subject: Brücke closes in May") == 2
    assert LONG in text
    assert text.endswith("Attachment: plan.pdf")


@pytest.mark.parametrize(
    "data",
    [
        b"From: a\nSubject: x\nContent-Type: text/plain; charset=nosuch\n\nCaf\xc3\xa9 text here",
        b"From: a\nDate: not a date\nSubject: x\nContent-Transfer-Encoding: base64\n\n!!!! Q2Fmw6kgdGV4dA==",
        b"From: =?utf-8?b?broken\nSubject: x\nContent-Type: multipart/mixed\n\nno boundary: Caf\xc3\xa9",
    ],
)
def test_a_malformed_email_is_read_as_far_as_it_goes(data: bytes) -> None:
    document = load_eml(data, source="a.eml")
    assert document.title == "x"
    assert document.date is None


@pytest.mark.parametrize("data", [b"just a note without header\n", b"\n\nbody only"])
def test_a_file_without_email_header_is_refused(data: bytes) -> None:
    with pytest.raises(LoadError, match="no e-mail header"):
        load_eml(data, source="a.eml")


@pytest.mark.parametrize(
    ("source", "data", "expected"),
    [
        ("a.csv", b'Crossing,Cars\nFerry,40\nBridge,"14,000"\n', ["Crossing: Ferry; Cars: 40.", BRIDGE_ROW]),
        ("a.csv", "Stra\xdfe;L\xe4nge\nHauptstra\xdfe;3,5\n".encode("cp1252"), ["Straße: Hauptstraße; Länge: 3,5."]),
        ("a.tsv", b"name\tage\nAna, Dr.\t40\n", ["name: Ana, Dr.; age: 40."]),
        ("a.csv", b"\xef\xbb\xbfname,note\r\nAna,\"two\r\nlines\"\r\n,\r\n", ["name: Ana; note: two lines."]),
        ("a.csv", b"2023,17\n2024,22\n", ["2023; 17.", "2024; 22."]),
        ("a.csv", b"one column\nonly here\n", ["one column.", "only here."]),
        ("a.csv", b"a,b\n1,2,3\n4\n", ["a: 1; b: 2; 3.", "a: 4."]),
    ],
)  # fmt: skip
def test_every_row_of_a_table_is_one_sentence(source: str, data: bytes, expected: list[str]) -> None:
    assert load_table(data, source=source).text.split("\n") == expected


def test_a_table_of_nothing_but_commas_is_refused() -> None:
    with pytest.raises(LoadError, match="no cells"):
        load_table(b",,,\n,,,\n", source="a.csv")


def test_writing_in_json_becomes_articles_with_title_and_date() -> None:
    items = [
        {"title": "Bridge closes", "date": "2024-03-03", "text": LONG, "tags": ["a", "b"]},
        {"headline": "Ferry starts", "publishedAt": "2024-05-01T08:00:00Z", "body": LONG},
    ]
    data = json.dumps(items)
    document = load_json(data.encode(), source="a.json")
    articles = split_articles(document)
    assert [article.title for article in articles] == ["Bridge closes", "Ferry starts"]
    assert [article.date.value.isoformat() for article in articles if article.date] == ["2024-03-03", "2024-05-01"]
    assert articles[0].text == f"Bridge closes\nPublished: 2024-03-03\n\n{LONG}\n\ntags: a, b"


@pytest.mark.parametrize(
    ("source", "data", "expected"),
    [
        ("a.json", '{"pump": {"open": true, "bars": [3, 4.5], "note": null}}', "pump.open: yes\npump.bars: 3, 4.5"),
        ("a.json", '[{"name": "Ana", "age": 40}, {"name": "Bob"}]', "name: Ana; age: 40.\nname: Bob."),
        ("a.jsonl", '{"name": "Ana"}\n\n{"name": "Bob"}\n', "name: Ana.\nname: Bob."),
        ("a.json", '{"name": "Ana"}\n{"name": "Bob"}\n', "name: Ana.\nname: Bob."),
        ("a.json", '{"rooms": [{"size": 4}, {"size": 5}]}', "rooms[1].size: 4\nrooms[2].size: 5"),
        ("a.json", '"just words"', "just words"),
    ],
)  # fmt: skip
def test_other_json_becomes_lines_of_path_and_value(source: str, data: str, expected: str) -> None:
    assert load_json(data.encode(), source=source).text == expected


@pytest.mark.parametrize(
    ("source", "data", "expected"),
    [
        ("a.json", b'{"a": 1,}', "not JSON"),
        ("a.json", b"[" * 100_000, "nests too deeply|not JSON"),
        ("a.jsonl", b'{"a": 1}\n{"b": \n', "line 2"),
        ("a.json", b"[]", "no text"),
        ("a.json", b"null", "no text"),
    ],
)
def test_json_that_cannot_be_read_is_refused_with_the_place(source: str, data: bytes, expected: str) -> None:
    with pytest.raises(LoadError, match=expected):
        load_json(data, source=source)
