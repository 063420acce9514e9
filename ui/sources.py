"""The sources of an answer as HTML: a card each, with the words where they stand, and the panel beside the chat. Pure.

Everything that comes from a document is escaped, and all is one line (`render`). The only links are to a document's
own file, by its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from index.types import Dated, Hit
from qa.types import Answer, Citation
from ui.markup import lines, plain
from ui.wording import date_text

CONTEXT_CHARACTERS = 700  # of a paragraph, on either side of the quote
NEAREST = 3  # passages shown under an abstention


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A quote with the words around it, as they stand in the document."""

    before: str
    quote: str
    after: str
    page: int | None = None  # of a document that has pages, from 1


def paragraph_around(
    text: str, start: int, end: int, *, limit: int = CONTEXT_CHARACTERS, page: int | None = None
) -> Paragraph:
    """Return the paragraph of `text` that `start..end` stands in, at most `limit` characters on either side."""
    before = text[:start].rsplit("\n\n", 1)[-1]
    after = text[end:].split("\n\n", 1)[0]
    if len(before) > limit:
        before = "… " + before[-limit:].partition(" ")[2]
    if len(after) > limit:
        after = after[:limit].rpartition(" ")[0] + " …"
    return Paragraph(before=before.lstrip("\n"), quote=text[start:end], after=after.rstrip("\n"), page=page)


def panel_html() -> str:
    """Return the empty source panel that `script.js` fills."""
    return (
        '<aside class="or-panel"><div class="or-panel-bar"><h2 class="or-panel-title">Source</h2>'
        '<span class="or-panel-steps"><button type="button" class="or-step or-back" title="Previous source">‹</button>'
        '<span class="or-panel-place"></span>'
        '<button type="button" class="or-step or-forth" title="Next source">›</button></span></div>'
        '<div class="or-panel-body"><p class="or-hint">Choose a marker such as <span class="or-marker">1</span> in an '
        "answer to read the words it rests on, highlighted where they stand.</p></div></aside>"
    )


def cards_html(answer: Answer, paragraphs: Mapping[int, Paragraph], collection: str | None) -> str:
    """Return a card for each citation of an answer; nothing where it cites nothing.

    Args:
        paragraphs: by citation number; a citation without one shows its quote alone.
        collection: where the originals are looked for; None: there is no choice.
    """
    if not answer.citations:
        return ""
    heading = "Nearest in the documents" if answer.status == "abstained" else "Sources"
    cards = "".join(_card(citation, paragraphs.get(citation.number), collection) for citation in answer.citations)
    return f'<section class="or-sources"><h3>{heading}</h3>{cards}</section>'


def nearest_html(hits: Sequence[Hit]) -> str:
    """Return the first passages that were found, for an abstention that cites nothing; nothing for none."""
    cards = "".join(
        f'<details class="or-source or-near">{_summary("·", hit.source, hit.article, hit.date)}'
        f'<blockquote class="or-paragraph" dir="auto">{lines(hit.text)}</blockquote></details>'
        for hit in hits[:NEAREST]
    )
    return f'<section class="or-sources"><h3>Nearest in the documents</h3>{cards}</section>' if cards else ""


def _card(citation: Citation, paragraph: Paragraph | None, collection: str | None) -> str:
    words = paragraph or Paragraph(before="", quote=citation.quote, after="")
    cited = re.sub(r"\n\s*\n", "\n", words.quote)
    marked = f"{lines(words.before)}<mark>{lines(cited)}</mark>{lines(words.after)}"
    return (
        f'<details class="or-source or-n-{citation.number}">'
        f"{_summary(str(citation.number), citation.source, citation.article, citation.date)}"
        f'<blockquote class="or-paragraph" dir="auto">{marked}</blockquote>'
        f"{_original(citation, words.page, collection)}</details>"
    )


def _original(citation: Citation, page: int | None, collection: str | None) -> str:
    """Return a link to the file, and of a PDF the picture of the page; the browser fetches it when it is opened."""
    name = quote(citation.source, safe="")
    at, said = (f"#page={page}", f", page {page}") if page else ("", "")
    held = f"collection={quote(collection, safe='')}" if collection else ""
    href = f"onrecord/original/{name}{'?' if held else ''}{held}{at}"
    link = f'<a href="{href}" class="or-original">Open the original{said}</a>'
    if page is None:
        return f'<p class="or-file">{link}</p>'
    place = f"page={page}&amp;start={citation.start}&amp;end={citation.end}{'&amp;' if held else ''}{held}"
    alternative = f"Page {page} of the original, the cited words highlighted"
    picture = f'<img class="or-page" loading="lazy" alt="{alternative}" src="onrecord/page/{name}?{place}">'
    return f'<p class="or-file">{link}</p>{picture}'


def _summary(number: str, source: str, article: str | None, date: Dated | None) -> str:
    meta = (f"<bdi>{plain(source)}</bdi> · " if article else "") + plain(date_text(date))
    return (
        f'<summary><span class="or-number">{number}</span><span class="or-origin">'
        f'<span class="or-title" dir="auto">{plain(article or source)}</span>'
        f'<span class="or-meta">{meta}</span></span></summary>'
    )
