"""What the accused says to it: an accusation is not shown without the denial that stands beside it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.types import Sentence, StoredArticle
from qa.evidence import Candidate
from qa.types import Evidence
from qa.words import names, stems_of_names

WITHIN = 3  # sentences after an accusation that are looked at; after another statement it is the next one alone
_ACCUSES = re.compile(
    r"\b(?:accus(?:e|es|ed|ing|ations?)|alleg(?:e|es|ed|edly|ing|ations?)|blam(?:e|es|ed|ing)|charged with)\b", re.I
)
_WHO = (
    r"^[\W_]*(?P<who>(?:(?:Mr|Mrs|Ms|Dr)\. )?[^.;:“”\"]{2,60}?),?\s(?:(?:has|have|had|also|both|all|later|since|"
    r"repeatedly|always|strongly|firmly|flatly|strenuously|categorically|consistently|vehemently)\s+)*"
)
_SAID = r"(?:(?:the|these|those|such|his|her|their|its|both|any|all|all the)\s+(?:\w+\s+)?)"
_ENDS = r"\b(?!\s+(?:that|by|made|about|from|of the|of [A-Z])\b)"
_STOPS = r"(?=[.,;!?]|\s*$|\s(?:and|but|on|in|at|when|through|as|again|all)\b)"  # and not "denied them entry"
_DENIES = re.compile(
    rf"{_WHO}den(?:y|ies|ied)\s+(?:(?:it|this|that|them|everything){_STOPS}|"
    rf"wrongdoing|responsibility|involvement|having|doing so|"
    rf"{_SAID}(?:wrongdoing|responsibility|involvement|knowledge|guilt|claims|allegations?|accusations?|charges?|reports?))"
    rf"{_ENDS}",
)
_REJECTS = re.compile(
    rf"{_WHO}(?:reject(?:s|ed)?|disput(?:es?|ed)|dismiss(?:es|ed)?|contest(?:s|ed)?)\s+{_SAID}"
    rf"(?:claims?|allegations?|accusations?|charges?|figures?|accounts?|suggestions?|criticisms?|assertions?){_ENDS}",
)
_NO_ANSWER = re.compile(
    r"\b(?:not|never|no|nobody|none|neither|few|hardly|cannot|judges?|courts?|tribunals?|jury|jurors|magistrates?|prosecutors?|confirm|refus\w+|declin\w+)\b|"
    r"n[’']t\b",
    re.I,
)  # "nobody disputes that"; what a court rejects is no denial
_PRONOUN = re.compile(r"(?:he|she|they|it|both)$", re.I)


def denial_of(cited: Sequence[Evidence], ranked: Sequence[Candidate]) -> Candidate | None:
    """Return the sentence after a piece of evidence that denies it; None where there is none, or it is cited itself.

    Args:
        cited: what an answer rests on.
        ranked: candidates of the same articles.
    """
    articles = {candidate.article.article_id: candidate.article for candidate in ranked}
    shown = {(piece.article_id, piece.start) for piece in cited}
    for piece in cited:
        article = articles.get(piece.article_id)
        position = None if article is None else _denied_at(piece, article)
        if article is None or position is None:
            continue
        if (article.article_id, article.sentences[position].start) in shown:
            continue
        return Candidate(article=article, position=position, retrieval=0.0)
    return None


def _denied_at(piece: Evidence, article: StoredArticle) -> int | None:
    """Return which sentence of the article denies a piece of evidence."""
    after = [(n, sentence) for n, sentence in enumerate(article.sentences) if sentence.start >= piece.end][:WITHIN]
    told = " ".join(part for part in (piece.lead, piece.text) if part)
    for steps, (position, sentence) in enumerate(after):
        if _denies(sentence, told, is_next=steps == 0):
            return position
        if not _ACCUSES.search(told) or (_ACCUSES.search(sentence.text) and not _speaks_on(sentence, told)):
            return None  # what is denied further on is another matter
    return None


def _denies(sentence: Sentence, told: str, *, is_next: bool) -> bool:
    """Return whether a sentence is somebody's denial of what was told: after it at once, or by one whom it names."""
    found = _DENIES.match(sentence.text) or _REJECTS.match(sentence.text)
    if found is None or _NO_ANSWER.search(found["who"]):
        return False
    return is_next or _PRONOUN.match(found["who"]) is not None or _names_one_of(found["who"], told)


def _speaks_on(sentence: Sentence, told: str) -> bool:
    """Return whether a sentence goes on about those whom an accusation names."""
    return not names(sentence.text) or _names_one_of(sentence.text, told)


def _names_one_of(text: str, told: str) -> bool:
    return not stems_of_names(told).isdisjoint(stems_of_names(f"so {text}"))
