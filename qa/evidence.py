"""Passages become a short list of sentences that answer the question, each with what it needs to be understood."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from math import sqrt
from typing import TYPE_CHECKING

from index.numbers import dates
from index.types import Dated, Hit, Sentence, Span, StoredArticle
from qa.about import Aboutness, aboutness, stems_of, tells_measure, with_measure
from qa.analysis import Profile
from qa.config import Settings
from qa.fullnames import full_names
from qa.selection import evidence_score
from qa.types import Evidence
from qa.when import APART, asked_period, is_too_early, period_fit
from qa.words import CALENDAR, folded_words, words

if TYPE_CHECKING:
    from qa.ranker import Ranked, Ranker

_POINTS_BACK = re.compile(
    r"^[\W_]*(?:he|she|it|they|his|her|its|their|this|that|these|those|there|both|but|and|also|so|then|such|another|others|nobody|none|all|"
    r"the (?:operation|move|attack|statement|decision|meeting|deal|agreement|truce|figure|region|city|town|group|two|pair|former|latter|"
    r"country|company|court|report|study|bill|law|plan|party|ship|ferry|vessel|area|incident|number|toll|article|document|rule|"
    r"survey|trial|contract|project|bridge|firm|president|minister|secretary|official|spokes\w+|leader|monitor|rebels|army)|"
    r"the [\w ]{2,30}\bat (?:that|this|the) (?:moment|time|point))\b",
    re.I,
)
CERTAIN = 0.9  # how sure a sentence is that tells what is asked in so many words, whatever a reader makes of it
FRAGMENT_WORDS = 6
CELLS = " | "  # between the cells of a row
NEAR_HEAD = 400  # characters between a row and the one that names its columns, for it to be read and cited with it
OTHER_MEASURE = 0.2  # of the score is left where "how fast" is asked and neither a speed nor a unit of it is told
_TIME_OF_DAY = re.compile(
    r"(?:\bat )?\b\d{1,2}[:.]\d\d(?: ?(?i:[ap]\.?m\b\.?))?|\b\d{1,2} ?(?i:[ap]\.?m\b\.?)|\b(?:[A-Z]{2,4}T|UTC)\b"
)
_ASKS_DAY = re.compile(r"\b(?:date|day)\b", re.I)
_ASKS_TIME_OF_DAY = re.compile(r"\b(?:what|which) (?:exact )?time\b|\bwhat o[’']clock\b", re.I)
_SPOKEN = re.compile(r"^\s*[“\"‘']")
_SAID_BY_PRONOUN = re.compile(
    r"[”\"’'][,.]?\s+(?:(?:he|she|they) (?:said|says|told|added|wrote|asked|noted|stated)|(?:said|says|added) (?:he|she|they))\b"
)
_SAYING = re.compile(r"\b(?:said|says|told|added|stated|wrote|asked|noted|according to|quoted)\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may answer, with the sentences around it in its article."""

    article: StoredArticle
    position: int  # among the article's sentences
    retrieval: float  # 1 for the best passage, falling with rank
    lead: Sentence | None = None
    answer: Span | None = None  # the words that answer, in the document's offsets
    probability: float = 0.0  # that it answers the question, from the ranker alone
    about: Aboutness = field(default_factory=Aboutness)
    score: float = 0.0  # how well it answers, all signals together; 0 to 1
    confidence: float = 0.0  # that its answer is right (`qa.confidence`); 0 where that was not looked at
    asked: str | None = None  # the question without its time, where the sentence tells of that time (`qa.dated`)

    @property
    def sentence(self) -> Sentence:
        return self.article.sentences[self.position]

    @property
    def published(self) -> datetime.date | None:
        return self.article.date.value if self.article.date else None

    @property
    def place(self) -> tuple[int, int]:
        """Article and start of the sentence, which name it."""
        return self.article.article_id, self.sentence.start

    @property
    def answer_text(self) -> str | None:
        if self.answer is None:
            return None
        whole = self.window()
        return self.answer.of(" " * whole.start + whole.text)

    @property
    def is_told_by_lead(self) -> bool:
        """Whether the words that answer stand in the lead alone."""
        return self.lead is not None and self.answer is not None and self.answer.start < self.lead.end

    def window(self) -> Sentence:
        """Return the lead and the sentence as one span where they are neighbours, else the sentence."""
        if self.lead is None:
            return self.sentence
        gap = self.sentence.start - self.lead.end
        mark = ";" if CELLS in self.lead.text and gap > 0 else ""  # two rows are no sentence
        text = f"{self.lead.text}{mark}{' ' * (gap - len(mark))}{self.sentence.text}"
        return Sentence(start=self.lead.start, end=self.sentence.end, text=text)

    def surroundings(self) -> str:
        """Return what the sentence is about by its place: title, first sentence, three sentences before, one after."""
        sentences = self.article.sentences
        near = sentences[max(0, self.position - 3) : self.position + 2]
        parts = [self.article.title or "", sentences[0].text, *(s.text for s in near if s != self.sentence)]
        return " \n".join(part for part in parts if part)


def candidates(hits: Sequence[Hit], articles: Mapping[int, StoredArticle]) -> list[Candidate]:
    """Return the sentences of the hits and one on either side, best passage first, each once."""
    found: dict[tuple[int, int], Candidate] = {}
    for hit in hits:
        article = articles[hit.article_id]
        inside = [n for n, s in enumerate(article.sentences) if s.start < hit.end and hit.start < s.end]
        if not inside:
            continue
        for position in range(max(0, inside[0] - 1), min(len(article.sentences), inside[-1] + 2)):
            found.setdefault(
                (article.article_id, position),
                Candidate(
                    article=article, position=position, retrieval=1.0 / hit.rank**0.5, lead=_lead(article, position)
                ),
            )
    return list(found.values())


def _lead(article: StoredArticle, position: int) -> Sentence | None:
    """Return the sentence before, where this one points back to it or is speech without its speaker.

    Of a row of a table it is the row that names the columns.
    """
    if position == 0:
        return None
    text = article.sentences[position].text
    if CELLS in text:
        head = first_row(article, position)
        return head if head and article.sentences[position].start - head.end <= NEAR_HEAD else None
    is_spoken = _SPOKEN.match(text) and (_SAID_BY_PRONOUN.search(text) or not _SAYING.search(text))
    unclear = points_back(text) or is_spoken or len(text.split()) < 6
    before = article.sentences[position - 1]
    near = article.sentences[position].start - before.end <= 12
    return before if unclear and near else None


def first_row(article: StoredArticle, position: int) -> Sentence | None:
    """Return the first of the rows with as many cells that lead up to a row; None where it is the first itself."""
    width = article.sentences[position].text.count(CELLS)
    above = reversed(article.sentences[:position])
    rows = list(takewhile(lambda sentence: sentence.text.count(CELLS) == width, above))
    return rows[-1] if rows else None


def points_back(text: str) -> bool:
    """Return whether a text begins with what only the text before it explains: "It", "The company"."""
    return _POINTS_BACK.match(text) is not None


def shortlist(profile: Profile, found: Sequence[Candidate], *, limit: int) -> list[Candidate]:
    """Return the candidates that share most with the question, weighed by how rare a word is among them.

    A date that stands alone is the day of the page: it answers at most when something was.
    """
    found = [candidate for candidate in found if not _is_beside_dateline(profile, candidate)]
    stems = [with_measure(profile, stems_of(c.window().text)) for c in found]
    surroundings = [stems_of(c.article.title or "") for c in found]
    weight = {s: 1.0 / sqrt(1 + sum(s in own for own in stems)) for s in profile.stems}

    def overlap(index: int) -> float:
        own, around = stems[index], surroundings[index]
        shared = sum(weight[s] for s in profile.stems if s in own) + 0.3 * sum(
            weight[s] for s in profile.stems if s in around
        )
        return shared / (sum(weight.values()) or 1.0) + 0.35 * found[index].retrieval

    order = sorted(range(len(found)), key=lambda index: (-overlap(index), index))
    return [found[index] for index in order[:limit]]


def _is_beside_dateline(profile: Profile, candidate: Candidate) -> bool:
    """Return whether a candidate is a date alone where no day is asked for, or a later one, or a time of day."""
    text = candidate.sentence.text
    if not is_dateline(text):
        return False
    asks_day = (profile.kind == "date" or _ASKS_DAY.search(profile.text)) and not _ASKS_TIME_OF_DAY.search(profile.text)
    return not asks_day or is_too_early(profile.text, text, candidate.published)


def is_dateline(text: str) -> bool:
    """Return whether a text is a date and nothing more, or with the time of day: "Tuesday, May 3, 2024, 10:30"."""
    found = dates(text)
    if len(found) != 1 or found[0].year is None or found[0].month is None:
        return False
    rest = _TIME_OF_DAY.sub(" ", f"{text[: found[0].start]} {text[found[0].end :]}")
    return all(word.lower in CALENDAR for word in words(rest))


def scored(profile: Profile, found: Sequence[Candidate], ranker: Ranker) -> list[Candidate]:
    """Return the candidates with what the ranker and the words say of them, best first; ties keep order."""
    if not found:
        return []
    texts = [_ranked_text(candidate) for candidate in found]
    ranked = ranker.score(profile.text, [text for text, _ in texts])
    judged = [
        _with_answer(_judged(profile, c, r.probability, text), r, offset)
        for c, r, (text, offset) in zip(found, ranked, texts, strict=True)
    ]
    return sorted(judged, key=lambda c: -c.score)


def certain_first(found: Sequence[Candidate], ranked: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with those that were found first, and certain."""
    raised = [replace(each, score=max(each.score, CERTAIN), confidence=CERTAIN) for each in found]
    places = {candidate.place for candidate in found}
    return [*raised, *(candidate for candidate in ranked if candidate.place not in places)]


def _judged(profile: Profile, candidate: Candidate, probability: float, text: str) -> Candidate:
    about = aboutness(profile, text, candidate.surroundings(), candidate.article)
    score = evidence_score(probability, about, candidate.retrieval) * _of_the_time(profile, candidate, text)
    score *= 1.0 if tells_measure(profile, text) else OTHER_MEASURE
    return replace(candidate, probability=probability, about=about, score=score)


def _of_the_time(profile: Profile, candidate: Candidate, text: str) -> float:
    """Return 1 where the sentence speaks of the time that is asked for, or none is; less where of another."""
    asked = asked_period(profile.text)
    if profile.kind == "date" and is_too_early(profile.text, text, candidate.published):
        return APART
    return 1.0 if asked is None else period_fit(asked, text, candidate.published)


def _ranked_text(candidate: Candidate) -> tuple[str, int]:
    """Return what the ranker reads and where the document's window begins in it."""
    heading = _heading(candidate.article.title, candidate.sentence.text)
    return f"{heading}{candidate.window().text}", len(heading)


def _heading(title: str | None, text: str) -> str:
    """Return the title to read before a fragment, such as a byline, that says nothing alone; else nothing."""
    return f"{title.rstrip('.')}. " if title and len(text.split()) < FRAGMENT_WORDS else ""


def _with_answer(candidate: Candidate, ranked: Ranked, offset: int) -> Candidate:
    if ranked.answer_start is None or ranked.answer_end is None:
        return candidate
    window = candidate.window()
    start = window.start + ranked.answer_start - offset
    end = window.start + ranked.answer_end - offset
    if start < window.start or end <= start or end > window.end:
        return candidate
    return replace(candidate, answer=Span(start=start, end=end))


def select(ranked: Sequence[Candidate], settings: Settings, *, count_tokens: Callable[[str], int]) -> list[Candidate]:
    """Return the evidence: the best candidates within the budget, repeated texts once, at least one."""
    chosen: list[Candidate] = []
    seen: list[frozenset[str]] = []
    spent = 0
    for candidate in _told_where(ranked):
        if len(chosen) == settings.evidence_sentences:
            break
        if chosen and candidate.score < settings.evidence_share * chosen[0].score:
            break
        own = folded_words(candidate.sentence.text)
        if any(len(own & other) > 0.8 * max(len(own), len(other)) for other in seen):
            continue
        cost = count_tokens(evidence_line(1, _as_evidence(candidate, 1)))
        if chosen and spent + cost > settings.evidence_tokens:
            continue
        chosen.append(candidate)
        seen.append(own)
        spent += cost
    return chosen


def _told_where(ranked: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield the candidates in order; for one that adds nothing to its lead, which answers, the sentence that is its lead.

    With "All of them are at home" beside the sentence before it, which tells how many, a model writes of the former.
    """
    by_place = {candidate.place: candidate for candidate in ranked}
    for candidate in ranked:
        lead = candidate.lead if candidate.is_told_by_lead else None
        telling = by_place.get((candidate.article.article_id, lead.start)) if lead else None
        adds = telling is not None and (
            telling.about.own_coverage < candidate.about.own_coverage or telling.about.names < candidate.about.names
        )
        if telling is None or adds:
            yield candidate
        else:
            yield replace(telling, score=candidate.score, confidence=max(telling.confidence, candidate.confidence))


def as_evidence(chosen: Sequence[Candidate]) -> list[Evidence]:
    """Return the evidence with its markers, from 1."""
    return [_as_evidence(candidate, number) for number, candidate in enumerate(chosen, start=1)]


def _as_evidence(candidate: Candidate, number: int) -> Evidence:
    article, lead = candidate.article, candidate.lead
    return Evidence(
        number=number,
        document_id=article.document_id,
        article_id=article.article_id,
        source=article.source,
        article=article.title,
        date=article.date,
        text=candidate.sentence.text,
        start=candidate.sentence.start,
        end=candidate.sentence.end,
        lead=lead.text if lead else None,
        lead_span=Span(start=lead.start, end=lead.end) if lead else None,
        context=candidate.surroundings(),
        full_names=full_names(article, candidate.window().text),
        score=candidate.score,
    )


def evidence_line(number: int, evidence: Evidence) -> str:
    """Return how a piece of evidence is shown to the model."""
    when = f" ({evidence.date.value:%B %-d, %Y})" if evidence.date else ""
    heading = _heading(evidence.article, evidence.text)
    return f"[{number}]{when} {' '.join((heading + with_lead(evidence.lead, evidence.text)).split())}"


def with_lead(lead: str | None, text: str) -> str:
    """Return a sentence behind the one that it is read with; a row behind the one that names its columns."""
    return text if lead is None else f"{lead}{'.' if CELLS in lead else ''} {text}"


def evidence_from_text(
    text: str, *, source: str = "evidence", title: str | None = None, date: Dated | None = None
) -> list[Evidence]:
    """Return a plain text as evidence, one piece a sentence, for checking a claim outside an index."""
    from index.sentences import split_sentences

    sentences = split_sentences(text)
    return [
        Evidence(
            number=number,
            document_id=0,
            article_id=0,
            source=source,
            article=title,
            date=date,
            text=sentence.text,
            start=sentence.start,
            end=sentence.end,
            context=" ".join(s.text for s in sentences[max(0, number - 3) : number + 1] if s is not sentence),
        )
        for number, sentence in enumerate(sentences, start=1)
    ]
