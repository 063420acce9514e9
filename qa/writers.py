"""Who speaks in a document: the body that issues it, or the writer of a letter and whom it is sent to. Pure."""

from __future__ import annotations

import re

from index.heads import is_issuer
from index.types import StoredArticle

_FIRST_PERSON = re.compile(r"\b(?:[Ww]e|[Oo]urs?|us|I|[Mm]y)\b")
_LINES_OF_HEAD = re.compile(r"(?:From|To): ")
_ADDRESS = re.compile(r"\s*<[^<>]*@[^<>]*>")
HEAD_LINES = 4  # of a letter, in which sender and receivers stand


def issuer_of(article: StoredArticle) -> str | None:
    """Return the name of a body that stands above the headline of an article, or opens one whose title is elsewhere."""
    if not article.sentences:
        return None
    first = article.sentences[0]
    is_above = article.title_span is None or first.end <= article.title_span.start
    return first.text if is_above and is_issuer(first.text) else None


def letterhead_of(article: StoredArticle, sentence: str) -> str:
    """Return from whom and to whom a letter goes, where a sentence of it says "we" or "I"; empty otherwise."""
    head = [each.text for each in article.sentences[:HEAD_LINES] if _LINES_OF_HEAD.match(each.text)]
    if not head or not _FIRST_PERSON.search(sentence):
        return ""
    return ". ".join(_ADDRESS.sub("", line) for line in head)
