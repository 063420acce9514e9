"""Answers as HTML. Pure: values in, one line of markup out.

Everything that comes from a document, a question or a model goes through `html.escape`; no link is ever made from it
but one to the document's own file, by its name.
The markup holds no line break, since the chat reads it as Markdown: there an HTML block ends at the first blank line,
and inside a block nothing is read as Markdown. `style.css` dresses the classes, `script.js` opens a marker's source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from index.types import Dated, Hit, IndexStats, StoredArticle
from qa.types import Answer, Citation, Claim, Conflict, Judged, Turn
from ui import timeline
from ui.markup import lines as _lines
from ui.markup import one_line as _one_line
from ui.markup import plain as _plain
from ui.models import ModelState

CONTEXT_CHARACTERS = 700  # of a paragraph, on either side of the quote
NEAREST = 3  # passages shown under an abstention
_MARKER = re.compile(r"\[(\d{1,4})\]")
_MARKERS = re.compile(r"(?: ?\[\d{1,4}\])+")
_BASIS = {"stated": "stated in the text", "metadata": "from the file’s metadata", "inferred": "inferred"}


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


def model_html(state: ModelState, chooser: str | None) -> str:
    """Return what becomes of the choice of a language model.

    Args:
        chooser: who may choose; None: the reader may.
    """
    if state.loading is not None:
        waiting = f"Loading {state.loading}. Questions under way are answered by {state.chosen}; new ones wait."
        return f'<p class="or-soft" role="status">{_plain(waiting)}</p>'
    if state.problem is not None:
        return problem_html(f"{state.problem}; {state.chosen} goes on answering")
    if state.changed:
        return f'<p class="or-soft" role="status">{_plain(state.chosen)} answers from now on, on every page.</p>'
    return f'<p class="or-soft">{_plain(chooser)} chooses it for everybody.</p>' if chooser is not None else ""


def document_html(reading: Reading, limit: int) -> str:
    """Return a document's text with its articles apart and what is not indexed (boilerplate) greyed.

    Args:
        limit: characters of the text; what comes after is left out, and said to be.
    """
    parts = [f'<h3 class="or-title" dir="auto">{_plain(reading.source)}</h3>']
    at = 0
    for number, article in enumerate(reading.articles, 1):
        if article.start >= limit:
            break
        parts.append(_greyed(reading.text[at : article.start]))
        meta = f"Article {number} of {len(reading.articles)} · {date_text(article.date)}"
        title = f"<b>{_plain(article.title or '')}</b>"
        parts.append(f'<p class="or-article-head" dir="auto">{title} <bdi>{_plain(meta)}</bdi></p>')
        parts.append(_indexed(reading.text, article, limit))
        at = article.end
    if len(reading.text) > limit:
        parts.append(f'<p class="or-soft">The first {limit:,} of {len(reading.text):,} characters.</p>')
    else:
        parts.append(_greyed(reading.text[at:]))
    return f'<div class="or-document" dir="auto">{"".join(parts)}</div>'


def _indexed(text: str, article: StoredArticle, limit: int) -> str:
    parts, at = [], article.start
    for sentence in article.sentences:
        if sentence.start >= limit:
            break
        parts += [_greyed(text[at : sentence.start]), f"<span>{_lines(sentence.text)}</span>"]
        if text[sentence.end : article.end].startswith("\n"):
            parts.append("<br>")
        at = sentence.end
    end = min(article.end, max(limit, at))
    return f'<div class="or-article" dir="auto">{"".join(parts)}{_greyed(text[at:end])}</div>'


def _greyed(text: str) -> str:
    """Return text that is no part of any passage, if there is any."""
    return f' <span class="or-boilerplate">{_lines(text.strip())}</span> ' if text.strip() else " "


def question_html(
    text: str, earlier: Sequence[Turn] = (), *, number: int | None = None, instead: str | None = None
) -> str:
    """Return the user's words, as typed; above them what was asked before, outside of this conversation.

    Args:
        number: of the exchange, which the button to edit it names; None: it cannot be edited.
        instead: the question whose place it is to take.
    """
    asked = " ".join(f"“{_plain(turn.content)}”" for turn in earlier if turn.role == "user")
    before = f'<p class="or-earlier">Asked after {asked}</p>' if asked else ""
    before += f'<p class="or-earlier">Instead of “{_plain(instead)}”</p>' if instead is not None else ""
    label = "Edit this question"
    edit = f'<button type="button" class="or-edit or-q-{number}" title="{label}" aria-label="{label}"></button>'
    words = f'<span class="or-asked">{_lines(text)}</span>{edit}' if number is not None else _lines(text)
    return f'<div class="or-question" dir="auto">{before}{words}</div>'


def replaced_html(number: int) -> str:
    """Return how many questions an answer took the place of, with a button that brings them back; nothing for none."""
    if not number:
        return ""
    told = f"This took the place of {counted(number, 'question')}."
    return f'<p class="or-replaced">{told} <button type="button" class="or-undo">Undo</button></p>'


def waiting_html(note: str) -> str:
    """Return the sign that an answer is being sought."""
    return f'<div class="or-answer or-draft">{_sign("draft", "Searching", note)}</div>'


def draft_html(text: str, note: str) -> str:
    """Return a draft that is not checked yet, greyed, without live markers."""
    body = f'<p class="or-text" dir="auto">{_lines(text)}</p>'
    return f'<div class="or-answer or-draft">{_sign("draft", "Checking", note)}{body}</div>'


def judged_html(judged: Sequence[Judged]) -> str:
    """Return a draft that is being checked: what holds with its sign, what failed struck out, the rest greyed.

    A sentence that holds has no sign as long as the answer as a whole may still be withdrawn.

    Args:
        judged: at least one; the last tells what is still to be checked, and what is settled.
    """
    rest, settled = judged[-1].after, judged[-1].settled
    held = any(each.verdict.label == "supported" for each in judged[settled:])
    note = f"{len(judged)} of {counted(len(judged) + len(rest), 'sentence')} checked"
    note += "; the answer as a whole is not" if held else ""
    sentences = [_judged(each, settled=n <= settled) for n, each in enumerate(judged, 1)]
    sentences += [_lines(text) for text in rest]
    body = f'<p class="or-text" dir="auto">{" ".join(sentences)}</p>'
    return f'<div class="or-answer or-draft">{_sign("draft", "Checking", note)}{body}</div>'


def _judged(judged: Judged, *, settled: bool) -> str:
    if judged.verdict.label != "supported":
        return f"<s>{_lines(judged.text)}</s>"
    if not settled:
        return f'<span class="or-held">{_lines(judged.text)}</span>'
    kind = "quoted" if judged.quoted else "supported"
    return f'<span class="or-claim or-claim-{kind}">{_lines(judged.text)}</span>'


def stopped_html(text: str = "") -> str:
    """Return what is left of an answer that the user stopped: never shown as a fact."""
    body = f'<p class="or-text" dir="auto">{_lines(text)}</p>' if text else ""
    note = "the draft below was not checked" if text else "nothing was checked"
    return f'<div class="or-answer or-stopped">{_sign("stopped", "Stopped", note)}{body}</div>'


def problem_html(message: str) -> str:
    """Return an error as one calm line."""
    sign = _sign("problem", "Not possible now", "")
    return f'<div class="or-answer or-problem">{sign}<p class="or-text" dir="auto">{_lines(message)}</p></div>'


def answer_html(
    answer: Answer,
    paragraphs: Mapping[int, Paragraph],
    nearest: Sequence[Hit] = (),
    *,
    collection: str | None = None,
) -> str:
    """Return the checked answer with its sources.

    Args:
        answer: as the pipeline completed it.
        paragraphs: by citation number; a citation without one shows its quote alone.
        nearest: passages shown when it abstained and cites nothing.
        collection: where the originals are looked for; None: there is no choice.
    """
    body = {"answered": _answered, "conflict": _disagreement, "abstained": _abstained}[answer.status](answer)
    passages = _nearest(nearest) if answer.status == "abstained" and not answer.citations else ""
    sources = _sources(answer, paragraphs, collection)
    return (
        f'<div class="or-answer or-{answer.status}">{body}{_understood(answer)}{sources}{passages}'
        f"{_rejected(answer.rejected)}{_footnote(answer)}</div>"
    )


def header_html(stats: IndexStats | None, problem: str | None) -> str:
    """Return the page's head: the name, and what is asked."""
    if stats is not None:
        numbers = ((stats.documents, "document"), (stats.articles, "article"), (stats.passages, "passage"))
        line = " · ".join(counted(number, noun) for number, noun in numbers)
    else:
        line = problem or "opening the documents …"
    state = "ready" if stats is not None else "problem" if problem else "opening"
    return (
        '<header class="or-header"><h1 class="or-name">onrecord</h1>'
        '<p class="or-promise">Every sentence bound to the words it rests on, and checked before it is shown.</p>'
        f'<p class="or-stats or-stats-{state}">{_plain(line)}</p></header>'
    )


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


def welcome_html() -> str:
    """Return what an empty chat says."""
    return (
        '<div class="or-welcome"><h2>Ask your documents</h2>'
        "<p>Answers quote their sources. Where the documents disagree you see every side; "
        "where they are silent you are told so.</p></div>"
    )


EXPORTS = (("md", "Markdown"), ("html", "HTML"), ("docx", "Word"), ("json", "JSON"))


def exports_html(conversation_id: str | None) -> str:
    """Return links that save a conversation, one a format."""
    if conversation_id is None:
        return '<p class="or-exports or-soft">Nothing to save yet.</p>'
    links = "".join(
        f'<a href="onrecord/export/{escape(conversation_id)}.{suffix}" download>{name}</a>' for suffix, name in EXPORTS
    )
    return f'<p class="or-exports">Save as {links}</p>'


def deleted_html(title: str) -> str:
    """Return that a conversation is gone, beside which a button brings it back."""
    return f'<p class="or-soft" role="status">Deleted “<bdi>{_plain(title)}</bdi>”.</p>'


def removed_html(source: str) -> str:
    """Return that a document is removed, beside which a button brings it back."""
    return f'<p class="or-soft" role="status">Removed “<bdi>{_plain(source)}</bdi>”.</p>'


def returning_html() -> str:
    """Return that a document is on its way back into the index."""
    return '<p class="or-soft" role="status">Bringing it back …</p>'


def here_html(conversation_id: str | None, trouble: str | None = None, *, collection: str | None = None) -> str:
    """Return which conversation the page shows, for `script.js`, and why it is not kept, for the reader.

    Args:
        collection: what an empty conversation will ask; None: what is asked without a choice.
    """
    name = f" or-c-{escape(conversation_id)}" if conversation_id else ""
    chosen = f'<span class="or-here-collection">{escape(collection)}</span>' if collection else ""
    return f'<p class="or-here{name}">{_plain(trouble or "")}{chosen}</p>'


def date_text(date: Dated | None) -> str:
    """Return a date as people write it, with how it is known."""
    if date is None:
        return "undated"
    return f"{date.value.day} {date.value:%B} {date.value.year}, {_BASIS[date.basis]}"


def _answered(answer: Answer) -> str:
    quoted = all(_is_quote(claim, answer.citations) for claim in answer.claims)
    note = "quoted word for word" if quoted else "every sentence rests on the words it cites"
    sign = _sign("checked", "Checked", note)
    return f'{sign}<div class="or-text" dir="auto">{_claims(answer)}</div>{timeline.development_html(answer)}'


def _disagreement(answer: Answer) -> str:
    sign = _sign("conflict", "The documents disagree", "every side is shown, newest first")
    asked = {answer.question, answer.standalone_question}
    tables = "".join(
        _table(conflict, answer.citations, heading=None if conflict.about in asked else conflict.about)
        + timeline.conflict_html(conflict, answer.citations)
        for conflict in answer.conflicts
    )
    opening = answer.text.partition("\n")[0]  # the sides that follow it stand in the table
    return f'{sign}<div class="or-text" dir="auto">{_marked(opening, answer.citations)}</div>{tables}'


def _abstained(answer: Answer) -> str:
    sign = _sign("abstained", "Not on the record", "")
    reason = f'<p class="or-text" dir="auto">{_marked(answer.reason or answer.text, answer.citations)}</p>'
    items = "".join(f"<li>{_plain(each)}</li>" for each in tries(answer))
    return f'{sign}{reason}<ul class="or-tries">{items}</ul>'


def tries(answer: Answer) -> tuple[str, ...]:
    """Return what a reader can try after an abstention."""
    if answer.reason and "takes it that" in answer.reason:
        return ("Ask without what the question takes for granted; the words that deny it are cited.",)
    if answer.citations:
        return (
            "Read the nearest words: they may say it in a way that could not be checked.",
            "Ask for one thing at a time, in the words of the documents.",
        )
    return (
        "Use the names and words that the documents use, or name the date you mean.",
        "Widen the scope below the question, where it is narrowed.",
        "Add the files that may say so, under Documents.",
    )


def _claims(answer: Answer) -> str:
    """Return the text with every checked sentence in a span of its own."""
    parts, at = [], 0
    for number, claim in sorted(enumerate(answer.claims), key=lambda each: each[1].start):
        if claim.start < at or claim.end > len(answer.text):
            continue
        parts.append(_marked(answer.text[at : claim.start], answer.citations))
        words = _marked(answer.text[claim.start : claim.end], answer.citations)
        markers = _MARKERS.match(answer.text, claim.end)
        at = markers.end() if markers else claim.end
        cited = _marked(answer.text[claim.end : at], answer.citations)
        parts.append(_claim(claim, words, cited, number, quoted=_is_quote(claim, answer.citations)))
    parts.append(_marked(answer.text[at:], answer.citations))
    return "".join(parts)


def _claim(claim: Claim, words: str, cited: str, number: int, *, quoted: bool) -> str:
    """Return a checked sentence with its sign, and a button to say that its source does not say so."""
    kind = "quoted" if quoted else claim.verdict.label.replace("_", "-")
    told = "Quoted word for word" if quoted else "Checked against the words it cites"
    flag = "This is not what the source says"
    return (
        f'<span class="or-claim or-claim-{kind}" title="{told}">{words}</span>{cited}'
        f'<button type="button" class="or-flag or-flag-{number}" title="{flag}">'
        f'<span class="or-unseen">{flag}</span>⚑</button>'
    )


def _is_quote(claim: Claim, citations: Sequence[Citation]) -> bool:
    return _one_line(claim.text) in {_one_line(citation.quote) for citation in citations}


def _marked(text: str, citations: Sequence[Citation]) -> str:
    """Return the text escaped, its markers as buttons."""
    by_number = {citation.number: citation for citation in citations}
    parts, at = [], 0
    for found in _MARKER.finditer(text):
        citation = by_number.get(int(found[1]))
        if citation is not None:
            parts += [_lines(text[at : found.start()]), _marker(citation)]
            at = found.end()
    return "".join([*parts, _lines(text[at:])])


def _marker(citation: Citation) -> str:
    number = citation.number
    words = f'<span class="or-unseen">source </span>{number}'
    return f'<button type="button" class="or-marker or-to-{number}">{words}</button>'


def _table(conflict: Conflict, citations: Sequence[Citation], *, heading: str | None) -> str:
    by_number = {citation.number: citation for citation in citations}
    sides = [(side.value, by_number[side.citation]) for side in conflict.sides if side.citation in by_number]
    sides.sort(key=lambda side: -side[1].date.value.toordinal() if side[1].date else 0)
    rows = "".join(
        f'<tr><th scope="row" class="or-value" dir="auto">{_lines(value)} {_marker(citation)}</th>'
        f'<td class="or-who" dir="auto">{_plain(citation.source)}</td><td class="or-when">{_day(citation.date)}</td>'
        f'<td class="or-said" dir="auto">“{_plain(citation.quote)}”</td></tr>'
        for value, citation in sides
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Says", "Source", "Date", "In these words"))
    caption = f'<caption dir="auto">{_plain(heading)}</caption>' if heading else ""
    return (
        f'<div class="or-sides"><table class="or-conflict">{caption}'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _sources(answer: Answer, paragraphs: Mapping[int, Paragraph], collection: str | None) -> str:
    if not answer.citations:
        return ""
    heading = "Nearest in the documents" if answer.status == "abstained" else "Sources"
    cards = "".join(_card(citation, paragraphs.get(citation.number), collection) for citation in answer.citations)
    return f'<section class="or-sources"><h3>{heading}</h3>{cards}</section>'


def _card(citation: Citation, paragraph: Paragraph | None, collection: str | None) -> str:
    words = paragraph or Paragraph(before="", quote=citation.quote, after="")
    cited = re.sub(r"\n\s*\n", "\n", words.quote)
    marked = f"{_lines(words.before)}<mark>{_lines(cited)}</mark>{_lines(words.after)}"
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


def _nearest(hits: Sequence[Hit]) -> str:
    cards = "".join(
        f'<details class="or-source or-near">{_summary("·", hit.source, hit.article, hit.date)}'
        f'<blockquote class="or-paragraph" dir="auto">{_lines(hit.text)}</blockquote></details>'
        for hit in hits[:NEAREST]
    )
    return f'<section class="or-sources"><h3>Nearest in the documents</h3>{cards}</section>' if cards else ""


def _summary(number: str, source: str, article: str | None, date: Dated | None) -> str:
    meta = (f"<bdi>{_plain(source)}</bdi> · " if article else "") + _plain(date_text(date))
    return (
        f'<summary><span class="or-number">{number}</span><span class="or-origin">'
        f'<span class="or-title" dir="auto">{_plain(article or source)}</span>'
        f'<span class="or-meta">{meta}</span></span></summary>'
    )


def _rejected(claims: Sequence[Claim]) -> str:
    if not claims:
        return ""
    items = "".join(
        f'<li><s dir="auto">{_lines(claim.text)}</s>'
        + (f' <span class="or-why">{_plain(claim.verdict.reason)}</span>' if claim.verdict.reason else "")
        + "</li>"
        for claim in claims
    )
    were = "was" if len(claims) == 1 else "were"
    return (
        f'<details class="or-rejected"><summary>{counted(len(claims), "sentence")} failed the check and {were} left out'
        f"</summary><ul>{items}</ul></details>"
    )


def _understood(answer: Answer) -> str:
    if answer.standalone_question.strip() == answer.question.strip():
        return ""
    return f'<p class="or-understood">Asked as: <bdi>{_plain(answer.standalone_question)}</bdi></p>'


def _footnote(answer: Answer) -> str:
    return f'<p class="or-footnote">{answer.timings.total:.1f} s · {_plain(answer.model)}</p>'


def _sign(kind: str, label: str, note: str) -> str:
    words = f'<span class="or-note">{_plain(note)}</span>' if note else ""
    return f'<p class="or-sign or-sign-{kind}"><span class="or-label">{_plain(label)}</span>{words}</p>'


def _day(date: Dated | None) -> str:
    if date is None:
        return "undated"
    day = f"{date.value.day} {date.value:%b} {date.value.year}"
    return day if date.basis == "stated" else f'{day} <span class="or-basis">{_BASIS[date.basis]}</span>'


def counted(number: int, noun: str) -> str:
    """Return "1 document", "2 documents", "1,204 documents"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
