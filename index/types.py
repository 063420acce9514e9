"""The values that travel from a file to a passage, each bound to an exact span of its document.

All offsets are Unicode code points into `Document.text`, `start` inclusive, `end` exclusive.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

DateBasis = Literal["stated", "metadata", "inferred"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A publication date and how it is known; a file's modification time is never one."""

    value: datetime.date
    basis: DateBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, not {self.start}..{self.end}")

    def of(self, text: str) -> str:
        """Return the words that the span covers in `text`."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file as text. `text` is what `onrecord show` prints and what every offset counts in."""

    source: str  # name shown to the user: path relative to the indexed folder, file name, or URL
    text: str
    media_type: str
    title: str | None = None  # from metadata (<title>, PDF info, e-mail subject), not guessed from the text
    date: Dated | None = None  # from metadata only; dates stated in the text belong to articles
    page_starts: tuple[int, ...] = ()  # where each PDF page begins in `text`; empty for other formats
    tags: tuple[str, ...] = ()  # from metadata (the front matter of Markdown)
    article_starts: tuple[int, ...] = ()  # where the format begins a piece of writing (<article>, chapter, JSON item)
    article_dates: tuple[Dated | None, ...] = ()  # of those pieces, in their order; empty: the format dates none


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One piece of writing inside a document. No passage spans two of them."""

    document: Document
    start: int
    end: int
    title: str | None = None
    title_span: Span | None = None  # where the title stands in the document, if it stands there
    date: Dated | None = None
    boilerplate: tuple[Span, ...] = ()  # spans inside start..end that are not content ("Leave a Reply", bylines stay)

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.document.text):
            raise ValueError(f"an article must lie inside its document, not {self.start}..{self.end}")

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    start: int
    end: int
    text: str

    def __post_init__(self) -> None:
        if self.end - self.start != len(self.text) or not self.text.strip():
            raise ValueError(f"a sentence's text must fill its span {self.start}..{self.end}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Whole sentences of one article that are embedded together."""

    article: Article
    sentences: tuple[Sentence, ...]

    def __post_init__(self) -> None:
        text = self.article.document.text
        if not self.sentences:
            raise ValueError("a passage needs at least one sentence")
        for sentence in self.sentences:
            if text[sentence.start : sentence.end] != sentence.text:
                raise ValueError(f"{self.article.document.source}: sentence {sentence.start} is not in the document")

    @property
    def start(self) -> int:
        return self.sentences[0].start

    @property
    def end(self) -> int:
        return self.sentences[-1].end

    @property
    def text(self) -> str:
        return self.article.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that a search found. Ids are never used twice in one index."""

    passage_id: int
    article_id: int
    document_id: int
    source: str
    article: str | None  # the article's title
    date: Dated | None
    text: str
    start: int
    end: int
    score: float  # reciprocal rank fusion; comparable within one search only
    rank: int  # from 1
    dense_rank: int | None  # None: not among the dense candidates
    lexical_rank: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article as the index holds it, with its content sentences in order (boilerplate left out)."""

    article_id: int
    document_id: int
    source: str
    title: str | None
    title_span: Span | None
    date: Dated | None
    start: int
    end: int
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentOverview:
    """A document in a list."""

    source: str
    path: str  # where the file lay when it was last seen
    media_type: str
    title: str | None  # its own, else its first article's
    first_day: datetime.date | None  # of its articles' dates
    last_day: datetime.date | None
    language: str | None  # ISO 639-1
    articles: int
    passages: int
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    source: str
    reason: str


Stage = Literal["waiting", "reading", "embedding", "added", "updated", "unchanged", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStep:
    """How far one file is on its way into the index."""

    source: str
    stage: Stage
    passages: int | None = None  # None: not known before it is read
    embedded: int = 0  # of its passages
    reason: str | None = None  # why it failed


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What `Index.sync` did, by source; each list is in alphabetical order.

    A file that was renamed or moved is under `removed` by its old source and under `added` by its new one (`updated`
    where another file had that source before), with the same passages behind it. One that failed stands in `failed`
    alone, and is tried again by every sync.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStats:
    documents: int
    articles: int
    passages: int
    bytes: int  # size of the index folder on disk
    embedder: str
    fingerprint: str  # changes with the indexed content, the embedder and the indexing settings
    failed: int
