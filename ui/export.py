"""A conversation as a file: Markdown, HTML, Word or JSON, each quote in a footnote with its source and date. Pure."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

from qa.serialize import answer_to_json
from qa.types import Answer, Citation
from ui.kept import KeptExchange
from ui.wording import date_text

_MARKER = re.compile(r"\[(\d{1,4})\]")
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#+!|~-])")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STATUS = {"answered": "Checked", "conflict": "The documents disagree", "abstained": "Not on the record"}
_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1c1917}"
    "h2{font-size:1.15rem;margin-top:2rem}.status{color:#57534e;font-size:.9rem}ol{font-size:.9rem;color:#44403c}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    media_type: str
    write: Callable[[str, Sequence[KeptExchange]], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One question, as every format tells it: its footnotes are numbered through the whole conversation."""

    question: str
    status: str  # of an answer with the model that wrote it
    understood: tuple[str, ...]  # after what it was asked, and as what
    paragraphs: tuple[str, ...]  # with [n] where footnote n belongs
    notes: tuple[tuple[int, Citation], ...]


def _parts(exchanges: Sequence[KeptExchange]) -> Iterator[_Part]:
    given = 0
    for exchange in exchanges:
        answer = exchange.answer
        if answer is None:
            told = exchange.problem or "Stopped; nothing was checked."
            understood = tuple(_earlier(exchange))
            yield _Part(question=exchange.question, status=told, understood=understood, paragraphs=(), notes=())
            continue
        numbers = {citation.number: given + n for n, citation in enumerate(answer.citations, 1)}
        given += len(numbers)
        text = _renumbered(answer.text or answer.reason or "", numbers)
        yield _Part(
            question=exchange.question,
            status=f"{_STATUS[answer.status]} · {answer.model}",
            understood=(*_earlier(exchange), *_understood(answer)),
            paragraphs=tuple(line for line in text.splitlines() if line.strip()),
            notes=tuple((numbers[citation.number], citation) for citation in answer.citations),
        )


def _renumbered(text: str, numbers: Mapping[int, int]) -> str:
    return _MARKER.sub(lambda found: f"[{numbers.get(int(found[1]), int(found[1]))}]", text)


def _earlier(exchange: KeptExchange) -> Iterator[str]:
    asked = " ".join(f"“{turn.content}”" for turn in exchange.history if turn.role == "user")
    if asked:
        yield f"Asked after {asked}"


def _understood(answer: Answer) -> Iterator[str]:
    if answer.standalone_question.strip() != answer.question.strip():
        yield f"Asked as: {answer.standalone_question}"


def origin(citation: Citation) -> str:
    """Return a citation's file, article and date in one line."""
    return ", ".join(part for part in (citation.source, citation.article, date_text(citation.date)) if part)


def cited(answer: Answer) -> str:
    """Return an answer as plain text with its footnotes, to be pasted anywhere."""
    notes = "\n".join(f"[{each.number}] “{_line(each.quote)}” ({origin(each)})" for each in answer.citations)
    return f"{answer.text or answer.reason or ''}\n\n{notes}".strip()


def to_markdown(title: str, exchanges: Sequence[KeptExchange]) -> bytes:
    lines = [f"# {_plain(title)}", ""]
    notes: list[str] = []
    for part in _parts(exchanges):
        lines += [f"## {_plain(part.question)}", "", f"*{_plain(part.status)}*", ""]
        for said in part.understood:
            lines += [_plain(said), ""]
        for paragraph in part.paragraphs:
            lines += ["".join(_with_notes(paragraph, part, _plain, lambda number: f"[^{number}]")), ""]
        notes += [f"[^{number}]: “{_plain(each.quote)}” ({_plain(origin(each))})" for number, each in part.notes]
    return "\n".join([*lines, *notes, ""]).encode()


def to_html(title: str, exchanges: Sequence[KeptExchange]) -> bytes:
    body = [f"<h1>{_escaped(title)}</h1>"]
    for part in _parts(exchanges):
        body.append(f'<h2 dir="auto">{_escaped(part.question)}</h2><p class="status">{_escaped(part.status)}</p>')
        body += [f'<p class="status">{_escaped(said)}</p>' for said in part.understood]
        for paragraph in part.paragraphs:
            words = _with_notes(
                paragraph, part, _escaped, lambda number: f'<sup><a href="#n{number}">{number}</a></sup>'
            )
            body.append(f'<p dir="auto">{"".join(words)}</p>')
        if part.notes:
            items = "".join(
                f'<li id="n{number}" value="{number}">“{_escaped(each.quote)}” ({_escaped(origin(each))})</li>'
                for number, each in part.notes
            )
            body.append(f"<ol>{items}</ol>")
    head = f'<meta charset="utf-8"><title>{_escaped(title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>'.encode()


def to_docx(title: str, exchanges: Sequence[KeptExchange]) -> bytes:
    import docx

    document = docx.Document()
    document.core_properties.title = _xml(title)
    document.core_properties.author = "onrecord"
    document.add_heading(_xml(title), level=1)
    for part in _parts(exchanges):
        document.add_heading(_xml(part.question), level=2)
        document.add_paragraph().add_run(_xml(part.status)).italic = True
        for said in part.understood:
            document.add_paragraph(_xml(said))
        for paragraph in part.paragraphs:
            written = document.add_paragraph()
            for words, number in _pieces(paragraph, part):
                if number is None:
                    written.add_run(_xml(words))
                else:
                    written.add_run(str(number)).font.superscript = True
        for number, each in part.notes:
            document.add_paragraph(
                f"{number}. “{_xml(_line(each.quote))}” ({_xml(origin(each))})", style="Intense Quote"
            )
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def to_json(title: str, exchanges: Sequence[KeptExchange]) -> bytes:
    rows = [
        {
            "question": each.question,
            "history": [{"role": turn.role, "content": turn.content} for turn in each.history],
            "answer": None if each.answer is None else answer_to_json(each.answer),
            "problem": each.problem,
        }
        for each in exchanges
    ]
    return json.dumps({"title": title, "exchanges": rows}, ensure_ascii=False, indent=2).encode()


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "md": Format(media_type="text/markdown; charset=utf-8", write=to_markdown),
        "html": Format(media_type="text/html; charset=utf-8", write=to_html),
        "docx": Format(
            media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document", write=to_docx
        ),
        "json": Format(media_type="application/json", write=to_json),
    }
)


def _pieces(paragraph: str, part: _Part) -> Iterator[tuple[str, int | None]]:
    """Give the words of a paragraph, and between them the numbers of its footnotes."""
    known = {number for number, _ in part.notes}
    at = 0
    for found in _MARKER.finditer(paragraph):
        if int(found[1]) in known:
            yield paragraph[at : found.start()].rstrip(), None
            yield "", int(found[1])
            at = found.end()
    yield paragraph[at:], None


def _with_notes(paragraph: str, part: _Part, words: Callable[[str], str], note: Callable[[int], str]) -> Iterator[str]:
    for text, number in _pieces(paragraph, part):
        yield words(text) if number is None else note(number)


def _line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    """Return words that Markdown takes for nothing else."""
    lead = " " if text[:1].isspace() else ""
    return lead + _MARKUP.sub(r"\\\1", _line(text))


def _escaped(text: str) -> str:
    lead = " " if text[:1].isspace() else ""
    return lead + escape(_line(text))


def _xml(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)
