"""What the page asks of: one index and one assistant on it, opened in the background and shared by all pages."""

from __future__ import annotations

import contextlib
import datetime
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import IndexingError
from index.filters import Filter
from qa.errors import AnsweringError
from ui.adding import Adding
from ui.originals import page_of
from ui.reading import Reading
from ui.removing import Removing, clear_old
from ui.sources import Paragraph, paragraph_around

if TYPE_CHECKING:
    from index import Index
    from index.types import DocumentOverview, Hit, IndexStats
    from qa.engine import LanguageModel
    from qa.feedback import FeedbackStore
    from qa.pipeline import Assistant
    from qa.types import Answer, Event, Question, Turn

OpenAssistant = Callable[["Index"], "Assistant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of the documents is asked, of what moment, and how long the answer may be."""

    where: Filter | None = None
    as_of: datetime.date | None = None
    short: bool = False  # one sentence
    history: tuple[Turn, ...] = ()  # what was said before, outside of the conversation


class Desk:
    """Opens documents and model once, on first need; an opening that failed is tried again at the next need.

    Args:
        open_documents: gives the index; raises IndexingError when there is none yet.
        open_assistant: gives an assistant on those documents, ready to answer; raises AnsweringError when its model
            cannot be used.
        use: what a question is answered within; the assistant stays as it is meanwhile.
        open_feedback: gives what keeps readers' words on the answers; None: they are not kept.
    """

    def __init__(
        self,
        open_documents: Callable[[], Index],
        open_assistant: OpenAssistant,
        *,
        use: Callable[[], AbstractContextManager[None]] = nullcontext,
        open_feedback: Callable[[], FeedbackStore] | None = None,
    ) -> None:
        self._use = use
        self._open_documents = open_documents
        self._open_assistant = open_assistant
        self._open_feedback = open_feedback
        self._opening_feedback = threading.Lock()
        self._feedback: FeedbackStore | None = None
        self._opening_documents = threading.Lock()
        self._opening_assistant = threading.Lock()  # search does not wait for the model
        self._documents: Index | None = None
        self._assistant: Assistant | None = None
        self._adding = Adding(self.documents)
        self._removing = Removing(self.documents)

    def warm(self) -> None:
        """Open everything in the background, so that the first question finds it ready."""
        threading.Thread(target=self._warm, name="onrecord-warm", daemon=True).start()

    def documents(self) -> Index:
        """Return the index.

        Raises:
            IndexingError: it cannot be opened; the message says what to do.
        """
        with self._opening_documents:
            if self._documents is None:
                self._documents = self._open_documents()
                with contextlib.suppress(OSError):  # the next opening tries again
                    clear_old(self._documents)
            return self._documents

    def assistant(self) -> Assistant:
        """Return the assistant.

        Raises:
            IndexingError: the index cannot be opened.
            AnsweringError: the model cannot be used.
        """
        documents = self.documents()
        with self._opening_assistant:
            if self._assistant is None:
                self._assistant = self._open_assistant(documents)
            return self._assistant

    def forget_assistant(self) -> None:
        """Have the next question open an assistant anew; who opened the present one lets go of its models."""
        with self._opening_assistant:
            self._assistant = None

    def feedback(self) -> FeedbackStore | None:
        """Return what keeps readers' words; None: they are not kept; raises FeedbackError."""
        with self._opening_feedback:
            if self._feedback is None and self._open_feedback is not None:
                self._feedback = self._open_feedback()
            return self._feedback

    @property
    def adding(self) -> Adding:
        """What is being added to the documents."""
        return self._adding

    @property
    def removing(self) -> Removing:
        """What was removed from the documents, and can be brought back."""
        return self._removing

    def overview(self) -> list[DocumentOverview]:
        """Return what is known of every document; raises IndexingError."""
        return self.documents().overview()

    def reading(self, source: str) -> Reading:
        """Return a document as it is indexed, with its articles; raises IndexingError."""
        documents = self.documents()
        return Reading(source=source, text=documents.text_of(source), articles=tuple(documents.articles_of(source)))

    def remove(self, source: str) -> None:
        """Remove a document from the index, and its file where it is the index's own; raises IndexingError, OSError."""
        self._removing.remove(source)

    def index_again(self, source: str) -> None:
        """Read a document's file again, in the background, under the name it has; raises IndexingError."""
        place = self.documents().place_of(source)
        if place is not None:
            self._adding.again(source, Path(place[0]))

    def original(self, source: str) -> tuple[Path, str] | None:
        """Return a document's file, if it is still there, and its media type; raises IndexingError."""
        place = self.documents().place_of(source)
        if place is None or not Path(place[0]).is_file():
            return None
        return Path(place[0]), place[1]

    def stats(self) -> IndexStats:
        """Return how much is indexed; raises IndexingError like `documents`."""
        return self.documents().stats()

    def stream(self, question: Question, *, short: bool = False) -> Generator[Event, None, None]:
        """Yield the events of an answer, of one sentence where it is short; raises IndexingError, AnsweringError."""
        with self._use():
            assistant = self.assistant()
            if short:
                assistant = assistant.on(assistant.documents, settings=replace(assistant.settings, max_claims=1))
            yield from assistant.stream(question)

    def search(self, query: str, *, limit: int, as_of: datetime.date | None, where: Filter | None = None) -> list[Hit]:
        """Return the passages nearest to a query, best first; raises IndexingError."""
        return self.documents().search(query, limit=limit, as_of=as_of, where=where)

    def paragraphs(self, answer: Answer) -> dict[int, Paragraph]:
        """Return each citation's paragraph by its number; none where the document has changed since."""
        found: dict[int, Paragraph] = {}
        for citation in answer.citations:
            try:
                text = self.documents().text_of(citation.source)
            except IndexingError:
                continue
            if text[citation.start : citation.end] == citation.quote:
                page = page_of(self.documents().page_starts(citation.source), citation.start)
                found[citation.number] = paragraph_around(text, citation.start, citation.end, page=page)
        return found

    def close(self) -> None:
        """Let go of the model, the index and the feedback."""
        with self._opening_assistant, self._opening_documents, self._opening_feedback:
            if self._feedback is not None:
                self._feedback.close()
                self._feedback = None
            if self._assistant is not None:
                self._assistant.close()
            if self._documents is not None:
                self._documents.close()
            self._documents = self._assistant = None

    def _warm(self) -> None:
        try:
            with self._use():
                self.assistant()
        except (IndexingError, AnsweringError):
            return  # the page says so when it is opened; the next question tries again


def desk_of(
    index: Path,
    *,
    open_assistant: OpenAssistant,
    use: Callable[[], AbstractContextManager[None]] = nullcontext,
    embedder: str | None = None,
) -> Desk:
    """Return a desk on an index folder, with the given embedder or the packaged one; feedback is kept in the folder."""

    def open_documents() -> Index:
        from index import Index

        return Index.open(index, embedder=embedder, create=False)

    def open_feedback() -> FeedbackStore:
        from qa.feedback import FILE_NAME, FeedbackStore

        return FeedbackStore(index / FILE_NAME)

    return Desk(open_documents, open_assistant, use=use, open_feedback=open_feedback)


def ready_assistant(documents: Index, model: LanguageModel) -> Assistant:
    """Return an assistant with a language model, loaded and ready to answer; raises AnsweringError."""
    from qa.pipeline import Assistant

    assistant = Assistant(documents, model=model)
    assistant.warm()
    documents.search("warm", limit=1)  # loads the embedder
    return assistant
