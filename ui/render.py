"""A conversation as HTML: questions, drafts and checked answers. Pure: values in, one line of markup out.

Everything that comes from a document, a question or a model goes through `html.escape`, here and in the modules that
make the rest of the page's markup: `sources`, `timeline`, `reading`, `notices`, `progress`, `figures`.
The markup holds no line break, since the chat reads it as Markdown: there an HTML block ends at the first blank line,
and inside a block nothing is read as Markdown. `style.css` dresses the classes, `script.js` opens a marker's source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from index.types import Dated, Hit
from qa.types import Answer, Citation, Claim, Conflict, Judged, Side, Turn
from ui import sources, timeline
from ui.export import cited
from ui.markup import lines, one_line, plain, sign
from ui.sources import Paragraph
from ui.wording import BASIS, counted

_MARKER = re.compile(r"\[(\d{1,4})\]")
_MARKERS = re.compile(r"(?: \(here [^()\n]*\))?(?: ?\[\d{1,4}\])+")  # with the days that a claim's "Monday" is


def question_html(
    text: str, earlier: Sequence[Turn] = (), *, number: int | None = None, instead: str | None = None
) -> str:
    """Return the user's words, as typed; above them what was asked before, outside of this conversation.

    Args:
        number: of the exchange, which the button to edit it names; None: it cannot be edited.
        instead: the question whose place it is to take.
    """
    asked = " ".join(f"“{plain(turn.content)}”" for turn in earlier if turn.role == "user")
    before = f'<p class="or-earlier">Asked after {asked}</p>' if asked else ""
    before += f'<p class="or-earlier">Instead of “{plain(instead)}”</p>' if instead is not None else ""
    label = "Edit this question"
    edit = f'<button type="button" class="or-edit or-q-{number}" title="{label}" aria-label="{label}"></button>'
    words = f'<span class="or-asked">{lines(text)}</span>{edit}' if number is not None else lines(text)
    return f'<div class="or-question" dir="auto">{before}{words}</div>'


def replaced_html(number: int) -> str:
    """Return how many questions an answer took the place of, with a button that brings them back; nothing for none."""
    if not number:
        return ""
    told = f"This took the place of {counted(number, 'question')}."
    return f'<p class="or-replaced">{told} <button type="button" class="or-undo">Undo</button></p>'


def waiting_html(note: str) -> str:
    """Return the sign that an answer is being sought."""
    return f'<div class="or-answer or-draft">{sign("draft", "Searching", note)}</div>'


def draft_html(text: str, note: str) -> str:
    """Return a draft that is not checked yet, greyed, without live markers."""
    body = f'<p class="or-text" dir="auto">{lines(text)}</p>'
    return f'<div class="or-answer or-draft">{sign("draft", "Checking", note)}{body}</div>'


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
    sentences += [lines(text) for text in rest]
    body = f'<p class="or-text" dir="auto">{" ".join(sentences)}</p>'
    return f'<div class="or-answer or-draft">{sign("draft", "Checking", note)}{body}</div>'


def _judged(judged: Judged, *, settled: bool) -> str:
    if judged.verdict.label != "supported":
        return f"<s>{lines(judged.text)}</s>"
    if not settled:
        return f'<span class="or-held">{lines(judged.text)}</span>'
    kind = "quoted" if judged.quoted else "supported"
    return f'<span class="or-claim or-claim-{kind}">{lines(judged.text)}</span>'


def stopped_html(text: str = "") -> str:
    """Return what is left of an answer that the user stopped: never shown as a fact."""
    body = f'<p class="or-text" dir="auto">{lines(text)}</p>' if text else ""
    note = "the draft below was not checked" if text else "nothing was checked"
    return f'<div class="or-answer or-stopped">{sign("stopped", "Stopped", note)}{body}</div>'


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
    passages = sources.nearest_html(nearest) if answer.status == "abstained" and not answer.citations else ""
    cards = sources.cards_html(answer, paragraphs, collection)
    return (
        f'<div class="or-answer or-{answer.status}">{body}{_understood(answer)}{cards}{passages}'
        f"{_rejected(answer.rejected)}{_footnote(answer)}</div>"
    )


def _answered(answer: Answer) -> str:
    quoted = all(_is_quote(claim, answer.citations) for claim in answer.claims)
    note = "quoted word for word" if quoted else "every sentence rests on the words it cites"
    if answer.reason:
        note = "a part of the question is not answered"
    head = sign("checked", "Checked", note)
    return f'{head}<div class="or-text" dir="auto">{_claims(answer)}</div>{timeline.development_html(answer)}'


def _disagreement(answer: Answer) -> str:
    head = sign("conflict", "The documents disagree", "every side is shown, newest first")
    drawn = timeline.development_html(answer)  # of a running count with what it was before
    asked = {answer.question, answer.standalone_question}
    tables = "".join(
        _table(conflict, answer.citations, heading=None if conflict.about in asked else conflict.about)
        + ("" if drawn else timeline.conflict_html(conflict, answer.citations))
        for conflict in answer.conflicts
    )
    opening = answer.text.partition("\n")[0]  # the sides that follow it stand in the table
    return f'{head}<div class="or-text" dir="auto">{_marked(opening, answer.citations)}</div>{tables}{drawn}'


def _abstained(answer: Answer) -> str:
    head = sign("abstained", "Not on the record", "")
    reason = f'<p class="or-text" dir="auto">{_marked(answer.reason or answer.text, answer.citations)}</p>'
    items = "".join(f"<li>{plain(each)}</li>" for each in tries(answer))
    return f'{head}{reason}<ul class="or-tries">{items}</ul>'


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
        words = _with_short_answer(answer, claim)
        markers = _MARKERS.match(answer.text, claim.end)
        at = markers.end() if markers else claim.end
        cited = _marked(answer.text[claim.end : at], answer.citations)
        parts.append(_claim(claim, words, cited, number, quoted=_is_quote(claim, answer.citations)))
    parts.append(_marked(answer.text[at:], answer.citations))
    return "".join(parts)


def _with_short_answer(answer: Answer, claim: Claim) -> str:
    """Return the words of a claim, those that give what was asked set off where they are in it."""
    short = answer.short_answer
    if short is None or not claim.start <= short.start < short.end <= claim.end:
        return _marked(answer.text[claim.start : claim.end], answer.citations)
    before, after = answer.text[claim.start : short.start], answer.text[short.end : claim.end]
    set_off = f'<strong class="or-short">{_marked(short.of(answer.text), answer.citations)}</strong>'
    return f"{_marked(before, answer.citations)}{set_off}{_marked(after, answer.citations)}"


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
    return one_line(claim.text) in {one_line(citation.quote) for citation in citations}


def _marked(text: str, citations: Sequence[Citation]) -> str:
    """Return the text escaped, its markers as buttons."""
    by_number = {citation.number: citation for citation in citations}
    parts, at = [], 0
    for found in _MARKER.finditer(text):
        citation = by_number.get(int(found[1]))
        if citation is not None:
            parts += [lines(text[at : found.start()]), _marker(citation)]
            at = found.end()
    return "".join([*parts, lines(text[at:])])


def _marker(citation: Citation) -> str:
    number = citation.number
    words = f'<span class="or-unseen">source </span>{number}'
    return f'<button type="button" class="or-marker or-to-{number}">{words}</button>'


def _table(conflict: Conflict, citations: Sequence[Citation], *, heading: str | None) -> str:
    by_number = {citation.number: citation for citation in citations}
    sides = [(side, by_number[side.citation]) for side in conflict.sides if side.citation in by_number]
    sides.sort(key=lambda each: -each[1].date.value.toordinal() if each[1].date else 0)
    rows = "".join(
        f'<tr><th scope="row" class="or-value" dir="auto">{lines(side.value)} {_marker(citation)}</th>'
        f'<td class="or-who" dir="auto">{_who(side, citation)}</td><td class="or-when">{_day(citation.date)}</td>'
        f'<td class="or-said" dir="auto">“{plain(citation.quote)}”</td></tr>'
        for side, citation in sides
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Answer", "Source", "Date", "In these words"))
    caption = f'<caption dir="auto">{plain(heading)}</caption>' if heading else ""
    return (
        f'<div class="or-sides"><table class="or-conflict">{caption}'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _who(side: Side, citation: Citation) -> str:
    """Return who says so: the body that issues the document with its title, else the file's name."""
    if side.issuer is None:
        return plain(citation.source)
    title = plain(citation.article or citation.source)
    return f'<span class="or-issuer">{plain(side.issuer)}</span> <span class="or-issued" dir="auto">{title}</span>'


def _rejected(claims: Sequence[Claim]) -> str:
    if not claims:
        return ""
    items = "".join(
        f'<li><s dir="auto">{lines(claim.text)}</s>'
        + (f' <span class="or-why">{plain(claim.verdict.reason)}</span>' if claim.verdict.reason else "")
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
    return f'<p class="or-understood">Asked as: <bdi>{plain(answer.standalone_question)}</bdi></p>'


def _footnote(answer: Answer) -> str:
    made = f"<span>{answer.timings.total:.1f} s · {plain(answer.model)}</span>"
    copy = f'<button type="button" class="or-copy">Copy{" with sources" if answer.citations else ""}</button>'
    return f'<p class="or-footnote">{made} {copy}<span class="or-cited">{lines(cited(answer))}</span></p>'


def _day(date: Dated | None) -> str:
    if date is None:
        return "undated"
    day = f"{date.value.day} {date.value:%b} {date.value.year}"
    return day if date.basis == "stated" else f'{day} <span class="or-basis">{BASIS[date.basis]}</span>'
