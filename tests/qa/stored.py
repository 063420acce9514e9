"""Articles as an index holds them, made of plain text for tests."""

import datetime

from index.sentences import split_sentences
from index.types import Dated, StoredArticle


def article(number, text, *, day=None, title=None):
    """Return an article of a document of its own; `day` is that of its publication, as in "2024-05-03"."""
    return StoredArticle(
        article_id=number,
        document_id=number,
        source=f"{number}.txt",
        title=title,
        title_span=None,
        date=Dated(value=datetime.date.fromisoformat(day), basis="stated") if day else None,
        start=0,
        end=len(text),
        sentences=tuple(split_sentences(text)),
    )
