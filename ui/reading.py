"""A document as it is indexed, as HTML: its articles apart, what is not searched greyed. Pure.

Its text is escaped, and all is one line (`render`).
"""

from __future__ import annotations

from dataclasses import dataclass

from index.types import StoredArticle
from ui.markup import lines, plain
from ui.wording import counted, date_text

NOT_QUOTED = "In small italics: headings, captions and notices, which no answer quotes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A document as it is indexed."""

    source: str
    text: str
    articles: tuple[StoredArticle, ...]


def reading_hint_html() -> str:
    """Return what stands where a document will be read."""
    return '<p class="or-hint">Choose a document to read it as it is indexed.</p>'


def counted_html(number: int, listed: int) -> str:
    """Return how many documents a list holds."""
    rest = f"; the first {listed:,} are listed" if number > listed else ""
    return f'<p class="or-soft">{counted(number, "document")}{rest}</p>'


def document_html(reading: Reading, limit: int) -> str:
    """Return a document's text with its articles apart and what is not indexed (boilerplate) greyed.

    Args:
        limit: characters of the text; what comes after is left out, and said to be.
    """
    parts, at = [], 0
    for number, article in enumerate(reading.articles, 1):
        if article.start >= limit:
            break
        parts.append(_greyed(reading.text[at : article.start]))
        meta = f"Article {number} of {len(reading.articles)} · {date_text(article.date)}"
        title = f"<b>{plain(article.title or '')}</b>"
        parts.append(f'<p class="or-article-head" dir="auto">{title} <bdi>{plain(meta)}</bdi></p>')
        parts.append(_indexed(reading.text, article, limit))
        at = article.end
    if len(reading.text) > limit:
        parts.append(f'<p class="or-soft">The first {limit:,} of {len(reading.text):,} characters.</p>')
    else:
        parts.append(_greyed(reading.text[at:]))
    body = "".join(parts)
    head = f'<h3 class="or-title" dir="auto">{plain(reading.source)}</h3>'
    note = f'<p class="or-soft">{NOT_QUOTED}</p>' if '<span class="or-boilerplate">' in body else ""
    return f'<div class="or-document" dir="auto">{head}{note}{body}</div>'


def _indexed(text: str, article: StoredArticle, limit: int) -> str:
    parts, at = [], article.start
    for sentence in article.sentences:
        if sentence.start >= limit:
            break
        parts += [_greyed(text[at : sentence.start]), f"<span>{lines(sentence.text)}</span>"]
        if text[sentence.end : article.end].startswith("\n"):
            parts.append("<br>")
        at = sentence.end
    end = min(article.end, max(limit, at))
    return f'<div class="or-article" dir="auto">{"".join(parts)}{_greyed(text[at:end])}</div>'


def _greyed(text: str) -> str:
    """Return text that is no part of any passage, if there is any."""
    return f' <span class="or-boilerplate">{lines(text.strip())}</span> ' if text.strip() else " "
