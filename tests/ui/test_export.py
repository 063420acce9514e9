"""A conversation as a file in each format, with footnotes of quotes, sources and dates."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import docx

from qa.types import Turn
from tests.ui.test_conversations import ANSWER, CITATION, FIRST, STOPPED
from ui.export import FORMATS, cited, to_docx, to_html, to_json, to_markdown
from ui.kept import KeptExchange

HOSTILE = "<script>alert(1)</script> *bold* [x](javascript:1)\x00 |"
SECOND = KeptExchange(
    number=2,
    question=HOSTILE,
    answer=replace(
        ANSWER, text="It sails. [1]\nOn Monday. [2]", citations=(CITATION, replace(CITATION, number=2, article=None))
    ),
)


def test_markdown_numbers_its_footnotes_through_the_conversation() -> None:
    text = to_markdown("The ferry", [FIRST, SECOND, STOPPED]).decode()
    assert "It carries 180.[^1]" in text
    assert "It sails.[^2]" in text
    assert "On Monday.[^3]" in text
    assert "[^1]: “180 passengers” (ferry.txt, Ferry, 15 October 2023, stated in the text)" in text
    assert "## \\<script\\>alert(1)" in text
    assert text.count("Stopped; nothing was checked.") == 1


def test_html_is_one_file_in_which_nothing_runs() -> None:
    text = to_html(HOSTILE, [FIRST, SECOND]).decode()
    assert "<script" not in text
    assert '<p dir="auto">It carries 180.<sup><a href="#n1">1</a></sup></p>' in text
    assert '<li id="n1" value="1">“180 passengers” (ferry.txt, Ferry, 15 October 2023, stated in the text)</li>' in text
    assert "src=" not in text


def test_word_can_be_opened_again() -> None:
    document = docx.Document(io.BytesIO(to_docx(HOSTILE, [FIRST, SECOND])))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert "It carries 180.1" in lines
    assert "1. “180 passengers” (ferry.txt, Ferry, 15 October 2023, stated in the text)" in lines
    assert any(line.startswith("<script>alert(1)") for line in lines)


def test_json_holds_the_answers_in_their_usual_shape() -> None:
    told = json.loads(to_json("The ferry", [FIRST, STOPPED]))
    assert told["title"] == "The ferry"
    assert told["exchanges"][0]["answer"]["citations"][0]["quote"] == "180 passengers"
    assert told["exchanges"][1]["answer"] is None


def test_what_was_asked_before_a_conversation_is_told_in_every_format() -> None:
    said = (Turn(role="user", content="Who <built> her?"), Turn(role="assistant", content="Ada Holm."))
    later = replace(FIRST, history=said)
    assert "Asked after “Who \\<built\\> her?”" in to_markdown("The ferry", [later]).decode()
    assert '<p class="status">Asked after “Who &lt;built&gt; her?”</p>' in to_html("The ferry", [later]).decode()
    lines = [paragraph.text for paragraph in docx.Document(io.BytesIO(to_docx("The ferry", [later]))).paragraphs]
    assert "Asked after “Who <built> her?”" in lines
    told = json.loads(to_json("The ferry", [later]))["exchanges"][0]["history"]
    assert told[0] == {"role": "user", "content": "Who <built> her?"}


def test_an_answer_can_be_pasted_with_its_footnotes() -> None:
    assert cited(ANSWER) == (
        "It carries 180. [1]\n\n[1] “180 passengers” (ferry.txt, Ferry, 15 October 2023, stated in the text)"
    )


def test_every_format_is_offered() -> None:
    assert sorted(FORMATS) == ["docx", "html", "json", "md"]
