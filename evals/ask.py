"""A case is asked, and what came back is kept as it is: nothing here says what it was worth.

Every question starts from the same state of the model (the prompt's fixed part, read once), so that what comes back
does not depend on what was asked before it, and a run that was stopped goes on with the same words.
"""

from __future__ import annotations

import codecs
import re
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from evals.matching import same_source
from evals.types import Case, Checked, Found, Gold, Shown, Times, Trace
from index import Index, PassageInput
from index.errors import IndexingError, QueryError
from index.types import Hit
from qa import Assistant
from qa.engine import LanguageModel, Prompt
from qa.errors import AnsweringError
from qa.prompt import fixed_prefix, prompt_for
from qa.types import Answer, Citation, Completed, Evidence, Question, Retrieved, Timings, Token, Turn

CLOSED_BOOK = Prompt(
    system="Answer the question from memory in one short sentence. If you do not know, write: I do not know."
)
CLOSED_BOOK_TOKENS = 48
PARAGRAPH_CHARACTERS = 1200  # a longer paragraph is cut to this much around the quote
PLAIN_SUFFIXES = frozenset({".txt", ".md", ".markdown", ".text"})
_BREAK = re.compile(r"\n\s*\n")

TextOf = Callable[[str], str]


def ask(case: Case, assistant: Assistant, *, own_text_of: TextOf | None = None) -> tuple[Trace, Times]:
    """Return what came back for a case; an error of the product is part of it.

    Args:
        own_text_of: the documents read without the product's help, for checking citations; None: only as indexed.
    """
    began = time.perf_counter()
    try:
        return _asked(case, assistant, own_text_of or assistant.documents.text_of)
    except (AnsweringError, IndexingError) as error:
        return _failed(error), Times(total=time.perf_counter() - began, peak_memory_mb=peak_memory_mb())


def _failed(error: Exception) -> Trace:
    return Trace(answer=None, error=f"{type(error).__name__}: {error}")


def _asked(case: Case, assistant: Assistant, own_text_of: TextOf) -> tuple[Trace, Times]:
    assistant.model.warm(fixed_prefix())
    began = time.perf_counter()
    first: float | None = None
    draft = ""
    retrieved, answer = None, None
    for event in assistant.stream(question_of(case)):
        match event:
            case Retrieved():
                retrieved = event if retrieved is None else _with_shown(retrieved, event)
                draft += "\n" if draft else ""
            case Token():
                first = time.perf_counter() - began if first is None else first
                draft += event.text
            case Completed():
                answer = event.answer
    if answer is None or retrieved is None:
        raise AnsweringError("the pipeline ended without an answer")
    times = _times(answer.timings, first, time.perf_counter() - began)
    return _trace(answer, retrieved, draft, assistant, own_text_of), times


def question_of(case: Case) -> Question:
    """Return the case as the product is asked it."""
    return Question(text=case.question, history=case.history, as_of=case.as_of)


def _trace(answer: Answer, retrieved: Retrieved, draft: str, assistant: Assistant, own_text_of: TextOf) -> Trace:
    count = assistant.model.count_tokens
    prompt = prompt_for(answer.standalone_question, retrieved.evidence).turns[-1].content if draft else ""
    return Trace(
        answer=replace(answer, timings=Timings()),
        draft=draft,
        hits=_found(retrieved.hits),
        shown=tuple(_shown(piece) for piece in retrieved.evidence),
        checked=tuple(_checked(citation, assistant.documents.text_of, own_text_of) for citation in answer.citations),
        prompt_tokens=count(prompt) if prompt else 0,
        draft_tokens=count(draft) if draft else 0,
    )


def _with_shown(first: Retrieved, other: Retrieved) -> Retrieved:
    """Return what was found for the whole question, with what the model was shown for a part of it too."""
    return replace(first, evidence=first.evidence + other.evidence)


def _found(hits: Iterable[Hit]) -> tuple[Found, ...]:
    return tuple(Found(source=h.source, text=h.text, start=h.start, end=h.end, rank=h.rank) for h in hits)


def _shown(piece: Evidence) -> Shown:
    text = f"{piece.lead} {piece.text}" if piece.lead else piece.text
    return Shown(number=piece.number, source=piece.source, text=text, score=round(piece.score, 6))


def _checked(citation: Citation, text_of: TextOf, own_text_of: TextOf) -> Checked:
    own = own_text_of(citation.source)
    start, paragraph = paragraph_around(text_of(citation.source), citation.start, citation.end)
    exact = bool(citation.quote) and own[citation.start : citation.end] == citation.quote
    return Checked(exact=exact, paragraph=paragraph, paragraph_start=start)


def paragraph_around(text: str, start: int, end: int) -> tuple[int, str]:
    """Return where the paragraph of a span begins, and its words; a long one is cut to what is near the span."""
    breaks = [0, *(found.end() for found in _BREAK.finditer(text))]
    first = max((place for place in breaks if place <= start), default=0)
    after = _BREAK.search(text, min(end, len(text)))
    last = after.start() if after else len(text)
    spare = max(0, PARAGRAPH_CHARACTERS - (end - start)) // 2
    first, last = max(first, start - spare), min(last, end + spare)
    return first, text[first:last]


def _times(timings: Timings, first: float | None, total: float) -> Times:
    return Times(
        rewrite=round(timings.rewrite, 4),
        retrieve=round(timings.retrieve, 4),
        first_token=None if first is None else round(first, 4),
        generate=round(timings.generate, 4),
        verify=round(timings.verify, 4),
        total=round(total, 4),
        peak_memory_mb=peak_memory_mb(),
    )


def peak_memory_mb() -> float:
    """Return the highest resident memory that this process has had, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)


def search_only(case: Case, documents: Index, *, limit: int = 10) -> tuple[Trace, Times]:
    """Return what a search alone finds for a case; there is no answer."""
    began = time.perf_counter()
    try:
        hits = documents.search(case.question, limit=limit, as_of=case.as_of)
    except QueryError as error:
        return _failed(error), Times(total=time.perf_counter() - began, peak_memory_mb=peak_memory_mb())
    seconds = round(time.perf_counter() - began, 4)
    return Trace(answer=None, hits=_found(hits)), Times(
        retrieve=seconds, total=seconds, peak_memory_mb=peak_memory_mb()
    )


def closed_book(case: Case, model: LanguageModel, *, seed: int) -> str:
    """Return what the model writes from memory, without any evidence. Raises ModelError when it cannot."""
    model.warm(CLOSED_BOOK)
    prompt = Prompt(system=CLOSED_BOOK.system, turns=(Turn(role="user", content=case.question),))
    return "".join(model.stream(prompt, max_tokens=CLOSED_BOOK_TOKENS, seed=seed)).strip()


def gold_passages(case: Case, text_of: TextOf) -> tuple[PassageInput, ...]:
    """Return the gold evidence alone, as passages: the paragraphs of its quotes, or the whole documents."""
    own = {passage.source: passage for passage in case.passages or ()}
    made: dict[str, PassageInput] = {}
    for gold in case.evidence:
        passage = own.get(gold.source)
        text = passage.text if passage else text_of(gold.source)
        found = _paragraph_of(gold, text)
        made.setdefault(
            found,
            PassageInput(
                source=gold.source,
                text=found,
                title=passage.title if passage else None,
                date=passage.date if passage else None,
            ),
        )
    return tuple(made.values())


def _paragraph_of(gold: Gold, text: str) -> str:
    if gold.quote is None or gold.quote not in text:
        return gold.quote or text
    start = text.index(gold.quote)
    return paragraph_around(text, start, start + len(gold.quote))[1]


def reader_of(documents: Sequence[Path], passages: Sequence[PassageInput], indexed: TextOf) -> TextOf:
    """Return a way to the text of documents that does not go through the index where the files are plain text."""
    own = {passage.source: passage.text for passage in passages}

    def text_of(source: str) -> str:
        if source in own:
            return own[source]
        path = file_of(documents, source)
        plain = path is not None and path.suffix.lower() in PLAIN_SUFFIXES
        return plain_text(path.read_bytes()) if path is not None and plain else indexed(source)

    return text_of


def file_of(documents: Sequence[Path], source: str) -> Path | None:
    """Return the file of a source, which may be named from the folder, from above it, or in full."""
    parts = Path(source).parts
    for root in documents:
        if root.is_file() and same_source(root.as_posix(), Path(source).name):
            return root
        for skipped in range(len(parts)):
            path = root.joinpath(*parts[skipped:])
            if path.is_file():
                return path
    return None


def plain_text(data: bytes) -> str:
    """Return the decoded bytes of a text file: by its byte-order mark, else UTF-8, else Windows-1252."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
