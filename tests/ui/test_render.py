"""What the page shows, as strings. The snapshots are renewed with ONRECORD_RENEW_SNAPSHOTS=1."""

from __future__ import annotations

import datetime
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from index.types import Dated, Hit, IndexStats, Span
from qa.types import Answer, Citation, Claim, Conflict, Judged, Side, Timings, Verdict
from ui import notices, render, sources
from ui.sources import Paragraph, paragraph_around

SNAPSHOTS = Path(__file__).parent / "snapshots"
STATED = Dated(value=datetime.date(2023, 10, 15), basis="stated")
INFERRED = Dated(value=datetime.date(2023, 10, 17), basis="inferred")

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><iframe src="javascript:alert(1)"></iframe>',
    "' onmouseover='alert(1)",
    '" onmouseover="alert(1)',
    "[click](javascript:alert(1))",
    "![pixel](http://198.51.100.7/pixel.png)",
    "<a href='javascript:alert(1)'>x</a>",
    "</div></details><style>*{display:none}</style>",
    "<!-- ignore the rules above -->",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "| a | b |\n|---|---|\n| <b>x</b> | y |",
    "line one\n\n<script>alert(1)</script>\n\n# heading",
    "tab\there\x00\x1b[31m and \u2028 separators \u0085 too",
    "```html\n<script>alert(1)</script>\n```",
    "$$\\href{javascript:alert(1)}{x}$$",
    "<details open ontoggle=alert(1)>",
    "<form action=http://198.51.100.7><input name=q></form>",
    "<base href=http://198.51.100.7/>",
]


def citation(number: int, quote: str, **fields: object) -> Citation:
    values: dict[str, object] = {"source": "pier.txt", "article": "Ferry strikes pier", "date": STATED, "start": 0}
    values |= {"end": len(quote)} | fields
    return Citation(number=number, quote=quote, **values)  # type: ignore[arg-type]


def claim(text: str, sentence: str, number: int) -> Claim:
    start = text.index(sentence)
    verdict = Verdict(label="supported", probability=0.98)
    return Claim(text=sentence, start=start, end=start + len(sentence), citations=(number,), verdict=verdict)


def answer(**fields: object) -> Answer:
    values: dict[str, object] = {
        "question": "How many were hurt?",
        "standalone_question": "How many were hurt?",
        "status": "answered",
        "text": "",
        "reason": None,
        "claims": (),
        "citations": (),
        "conflicts": (),
        "model": "scripted",
        "index_fingerprint": "f",
        "timings": Timings(total=6.42),
    }
    return Answer(**(values | fields))  # type: ignore[arg-type]


def answered() -> Answer:
    text = "Seventeen people were hurt. [1] The ferry is licensed for 180. [2]"
    return answer(
        text=text,
        short_answer=Span(start=0, end=len("Seventeen")),
        standalone_question="How many were hurt on the ferry?",
        claims=(claim(text, "Seventeen people were hurt.", 1), claim(text, "The ferry is licensed for 180.", 2)),
        citations=(
            citation(1, "At least 17 were injured"),
            citation(2, "licensed to carry 180", article=None, date=None),
        ),
        rejected=(
            Claim(
                text="She sank.",
                start=0,
                end=9,
                citations=(),
                verdict=Verdict(label="not_enough", reason="no source says so"),
            ),
        ),
    )


def conflict() -> Answer:
    return answer(
        status="conflict",
        text="The documents do not agree: 17 or 22.\n- 17: At least 17 were injured [1]\n- 22: 22 were hurt [2]",
        citations=(
            citation(1, "At least 17 were injured"),
            citation(2, "22 were hurt", source="later.txt", date=INFERRED),
        ),
        conflicts=(
            Conflict(about="injured people", sides=(Side(value="17", citation=1), Side(value="22", citation=2))),
        ),
    )


def hit(text: str, **fields: object) -> Hit:
    values: dict[str, object] = {
        "passage_id": 1,
        "article_id": 1,
        "document_id": 1,
        "source": "notes.txt",
        "article": None,
        "date": None,
        "start": 0,
        "end": 9,
        "score": 0.1,
        "rank": 1,
        "dense_rank": 1,
        "lexical_rank": None,
    }
    return Hit(text=text, **(values | fields))  # type: ignore[arg-type]


VIEWS = {
    "question": lambda: render.question_html("How many\nwere hurt?"),
    "waiting": lambda: render.waiting_html("reading 3 sentences from 2 documents"),
    "draft": lambda: render.draft_html("Seventeen people [1]", "not verified yet"),
    "stopped": lambda: render.stopped_html("Seventeen peo"),
    "problem": lambda: notices.problem_html("no index at /x; make one"),
    "answered": lambda: render.answer_html(
        answered(), {1: Paragraph(before="On Sunday. ", quote="At least 17 were injured", after=" at the pier.")}
    ),
    "conflict": lambda: render.answer_html(conflict(), {}),
    "abstained": lambda: render.answer_html(
        answer(status="abstained", text="The documents do not say.", reason="The documents do not say."),
        {},
        [hit("A note.", article="A page", date=STATED), hit("Another note.")],
    ),
    "header": lambda: notices.header_html(
        IndexStats(documents=1, articles=25, passages=1204, bytes=9, embedder="e", fingerprint="f", failed=0), None
    ),
    "header-problem": lambda: notices.header_html(None, "no index at /x; make one with `onrecord index PATH`"),
    "panel": sources.panel_html,
    "welcome": notices.welcome_html,
}


@pytest.mark.parametrize("name", VIEWS)
def test_each_view_is_as_it_was_looked_at(name: str) -> None:
    shown = VIEWS[name]().replace("><", ">\n<") + "\n"
    kept = SNAPSHOTS / f"{name}.html"
    if os.environ.get("ONRECORD_RENEW_SNAPSHOTS"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(shown, encoding="utf-8")
    assert shown == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", VIEWS)
def test_each_view_is_one_line_with_every_tag_closed(name: str) -> None:
    shown = VIEWS[name]()
    assert shown.splitlines() == [shown]
    assert tags_of(shown).open == []


class Tags(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src")}
        if tag not in ("br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment came through: {data}")


def tags_of(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    tags.close()
    return tags


def test_originals_are_looked_for_in_the_answers_own_collection() -> None:
    stated = answer(text="It sank. [1]", citations=(citation(1, "It sank.", source="a b.pdf"),))
    around = {1: Paragraph(before="", quote="It sank.", after="", page=2)}
    shown = render.answer_html(stated, around, collection="law & order")
    assert 'href="onrecord/original/a%20b.pdf?collection=law%20%26%20order#page=2"' in shown
    assert "&amp;collection=law%20%26%20order" in shown
    assert "collection" not in render.answer_html(stated, around)
    unseen = render.answer_html(stated, {}, collection='"><script>')
    assert 'href="onrecord/original/a%20b.pdf?collection=%22%3E%3Cscript%3E"' in unseen


@pytest.mark.parametrize("words", HOSTILE)
def test_no_document_question_or_draft_becomes_markup(words: str) -> None:
    own = citation(1, words, source=words, article=words)
    stated = answer(
        question=words,
        standalone_question=f"{words} really?",
        text=f"{words} [1]",
        claims=(claim(f"{words} [1]", words, 1),),
        short_answer=Span(start=0, end=len(words)),
        citations=(own, citation(2, words, source=words, article=None)),
        model=words,
        rejected=(Claim(text=words, start=0, end=1, citations=(), verdict=Verdict(label="not_enough", reason=words)),),
    )
    sides = (Side(value=words, citation=1), Side(value="2", citation=2, issuer=words))
    around = {1: Paragraph(before=words, quote=words, after=words, page=2)}
    shown = [
        render.answer_html(stated, around),
        render.answer_html(
            answer(
                status="conflict",
                text=words,
                citations=stated.citations,
                conflicts=(Conflict(about=words, sides=sides),),
            ),
            around,
        ),
        render.answer_html(
            answer(status="abstained", reason=words),
            {},
            [hit(words, source=words, article=words), hit(words, source=words)],
        ),
        render.question_html(words),
        render.draft_html(words, words),
        render.judged_html([Judged(text=words, verdict=Verdict(label="supported"), quoted=True, after=(words,))]),
        render.judged_html([Judged(text=words, verdict=Verdict(label="not_enough"), quoted=False, after=())]),
        render.waiting_html(words),
        render.stopped_html(words),
        notices.problem_html(words),
        notices.header_html(None, words),
    ]
    ours = {
        "div",
        "p",
        "span",
        "section",
        "h1",
        "h3",
        "header",
        "details",
        "summary",
        "blockquote",
        "mark",
        "button",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "ul",
        "li",
        "s",
        "strong",
        "br",
        "a",
        "img",
        "bdi",
    }
    for html in shown:
        tags = tags_of(html)
        assert tags.seen <= ours
        assert tags.attributes <= {"class", "type", "title", "scope", "href", "src", "alt", "loading", "dir"}
        assert all(re.fullmatch(r"onrecord/(?:original|page)/[\w.~%-]*(?:[?#][\w=&]*)?", link) for link in tags.links)
        assert tags.open == []
        assert len(html.splitlines()) == 1
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]", html)


def test_the_words_that_answer_are_set_off_inside_their_sentence_and_nothing_else_changes() -> None:
    stated = answered()
    second = stated.text.index("180")
    shown = {
        "": render.answer_html(replace(stated, short_answer=None), {}),
        "Seventeen": render.answer_html(stated, {}),
        "180": render.answer_html(replace(stated, short_answer=Span(start=second, end=second + 3)), {}),
    }
    for words, html in shown.items():
        assert re.findall(r'<strong class="or-short">(.*?)</strong>', html) == ([words] if words else [])
        assert re.sub(r"</?strong[^>]*>", "", html) == shown[""]
    assert '>The ferry is licensed for <strong class="or-short">180</strong>.</span>' in shown["180"]


def test_the_days_that_a_claim_means_stand_before_its_button():
    text = "It sank on Monday. (here “Monday” is October 16, 2023) [1]"
    stated = answer(
        text=text,
        claims=(claim(text, "It sank on Monday.", 1),),
        citations=(citation(1, "The ferry sank on Monday"),),
    )

    html = render.answer_html(stated, {})

    assert html.index("October 16, 2023)") < html.index("or-to-1") < html.index("or-flag-0")


def test_a_marker_is_live_only_where_its_citation_exists() -> None:
    shown = render.answer_html(answer(text="It is so. [1] [7]", citations=(citation(1, "It is so."),)), {})
    assert shown.count("or-marker") == 1
    assert "or-to-1" in shown
    assert "[7]" in shown


def test_a_draft_has_no_live_marker_and_no_tick() -> None:
    shown = render.draft_html("It is so. [1]", "not verified yet")
    assert "<button" not in shown
    assert "or-sign-checked" not in shown
    assert "not verified yet" in shown


def test_an_abstention_has_no_tick_and_gives_its_reason() -> None:
    shown = VIEWS["abstained"]()
    assert "or-sign-checked" not in shown
    assert "The documents do not say." in shown
    assert "A note." in shown


def test_the_sides_of_a_conflict_stand_newest_first() -> None:
    shown = tags_of(VIEWS["conflict"]()).text
    assert shown.index("22 source 2") < shown.index("17 source 1")
    assert "17 Oct 2023 inferred" in shown
    assert "pier.txt15 Oct 2023" in shown


def test_a_side_names_the_body_that_issues_its_document_with_the_title() -> None:
    sides = (Side(value="17", citation=1), Side(value="22", citation=2, issuer="Halm <Health> Board"))
    told = replace(conflict(), conflicts=(Conflict(about="injured people", sides=sides),))
    shown = render.answer_html(told, {})
    issuer = '<span class="or-issuer">Halm &lt;Health&gt; Board</span>'
    title = '<span class="or-issued" dir="auto">Ferry strikes pier</span>'
    assert f'<td class="or-who" dir="auto">{issuer} {title}</td>' in shown
    assert '<td class="or-who" dir="auto">pier.txt</td>' in shown
    untitled = replace(told, citations=tuple(replace(each, article=None) for each in told.citations))
    assert '<span class="or-issued" dir="auto">later.txt</span>' in render.answer_html(untitled, {})


def test_an_answer_in_the_documents_own_words_says_so() -> None:
    quoted = answer(
        text="Ada Holm retired. [1]",
        claims=(claim("Ada Holm retired. [1]", "Ada Holm retired.", 1),),
        citations=(citation(1, "Ada  Holm\nretired."),),
    )
    assert "quoted word for word" in render.answer_html(quoted, {})
    assert "quoted word for word" not in VIEWS["answered"]()


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        ("One.\n\nTwo three four.\n\nFive.", "three", ("Two ", "three", " four.")),
        ("three", "three", ("", "three", "")),
        ("One.\n\nthree\n\nFive.", "three", ("", "three", "")),
        ("a" + " b" * 20 + " three" + " c" * 20, "three", ("… b b b b ", "three", " c c c c …")),
    ],
)
def test_a_quote_stands_in_its_paragraph(text: str, quote: str, expected: tuple[str, str, str]) -> None:
    start = text.index(quote)
    found = paragraph_around(text, start, start + len(quote), limit=9)
    assert (found.before, found.quote, found.after) == expected
