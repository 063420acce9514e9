"""Make a store match a set of files: read what changed, embed what is new, remove what is gone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.config import IndexConfig
from index.embed import Embedder
from index.errors import LoadError
from index.passages import passages_of, token_counter
from index.sources import Found, SourceFile
from index.store import Prepared, Store, StoredDocument
from index.types import Article, Document, Failure, SyncReport

Progress = Callable[[str, int, int], None]

_BATCH_PASSAGES = 256  # embedded together, whichever documents they are of


@dataclass(slots=True)
class _Outcome:
    """What happened so far, by source."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)  # source -> new path


def synchronise(
    store: Store, embedder: Embedder, config: IndexConfig, found: Found, progress: Progress | None
) -> SyncReport:
    """Make the store hold exactly the files that were found, and say what was done.

    Every document is stored in a transaction of its own, so whatever interrupts this leaves a store that is whole and
    is finished by the next call.
    """
    known = store.documents()
    outcome = _Outcome(failed=list(found.failures))
    same_settings = store.meta("settings") == config.fingerprint
    for batch in _batches(_prepared(found.files, known if same_settings else {}, config, outcome, progress)):
        _store_batch(store, embedder, batch)
        for prepared in batch:
            source = prepared.document.source
            (outcome.updated if source in known else outcome.added).append(source)
    present = {file.source for file in found.files}
    failed = {failure.source for failure in outcome.failed}
    removed = sorted(set(known) - present - failed)
    _finish(store, config, outcome, removed)
    return SyncReport(
        added=tuple(outcome.added),
        updated=tuple(outcome.updated),
        removed=tuple(removed),
        unchanged=tuple(outcome.unchanged),
        failed=tuple(sorted(outcome.failed, key=lambda failure: failure.source)),
    )


def prepare(document: Document, articles: Sequence[Article], *, path: str, digest: bytes, max_tokens: int) -> Prepared:
    """Return a document cut into passages, ready to be stored. Raises LoadError when there is nothing to index."""
    count = token_counter()
    cut = [(article, tuple(passages_of(article, max_tokens=max_tokens, count=count))) for article in articles]
    kept = tuple((article, passages) for article, passages in cut if passages)
    if not kept:
        raise LoadError("it holds no words to index")
    return Prepared(document=document, path=path, content_hash=digest, articles=kept)


def _prepared(
    files: Sequence[SourceFile],
    known: dict[str, StoredDocument],
    config: IndexConfig,
    outcome: _Outcome,
    progress: Progress | None,
) -> Iterator[Prepared]:
    """Give the documents that have to be stored; note the others in `outcome`."""
    for done, file in enumerate(files):
        if progress is not None:
            progress(file.source, done, len(files))
        before = known.get(file.source)
        try:
            digest = content_hash(file.path)
            if before is not None and before.content_hash == digest:
                outcome.unchanged.append(file.source)
                if before.path != str(file.path):
                    outcome.moved[file.source] = str(file.path)
                continue
            yield _read(file, digest, config)
        except LoadError as error:
            outcome.failed.append(Failure(source=file.source, reason=str(error)))
        except OSError as error:
            reason = f"the file cannot be read ({error.strerror}); check its permissions"
            outcome.failed.append(Failure(source=file.source, reason=reason))
    if progress is not None and files:
        progress(files[-1].source, len(files), len(files))


def _read(file: SourceFile, digest: bytes, config: IndexConfig) -> Prepared:
    from index.articles import split_articles
    from index.load import load

    document = load(file.path, source=file.source)
    articles = split_articles(document)
    return prepare(document, articles, path=str(file.path), digest=digest, max_tokens=config.max_passage_tokens)


def content_hash(path: Path) -> bytes:
    """Return a hash of a file's bytes; of its size alone where it is larger than what is read."""
    from index.load import MAX_PACKED_FILE_BYTES

    size = path.stat().st_size
    if size > MAX_PACKED_FILE_BYTES:
        return f"{size} bytes".encode()
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).digest()


def _batches(documents: Iterator[Prepared]) -> Iterator[list[Prepared]]:
    """Gather documents until they have enough passages to be embedded together."""
    batch: list[Prepared] = []
    passages = 0
    for prepared in documents:
        batch.append(prepared)
        passages += sum(len(group) for _, group in prepared.articles)
        if passages >= _BATCH_PASSAGES:
            yield batch
            batch, passages = [], 0
    if batch:
        yield batch


def _store_batch(store: Store, embedder: Embedder, batch: Sequence[Prepared]) -> None:
    """Embed what has no vector yet and store the documents one after another."""
    texts = {key: text for prepared in batch for key, text in prepared.embedded_texts().items()}
    known = store.known_vectors(texts)
    missing = [key for key in texts if key not in known]
    vectors = dict(zip(missing, embedder.embed_passages([texts[key] for key in missing]), strict=True))
    for prepared in batch:
        own = prepared.embedded_texts()
        store.put(prepared, {key: vectors[key] for key in own if key in vectors})


def _finish(store: Store, config: IndexConfig, outcome: _Outcome, removed: Sequence[str]) -> None:
    """Store what did not concern a single document, and drop the vectors of passages that are gone."""
    if removed:
        store.remove(removed)
    if outcome.moved:
        store.set_paths(outcome.moved)
    if sorted(outcome.failed, key=lambda failure: failure.source) != store.failures():
        store.set_failures(outcome.failed)
    if store.meta("settings") != config.fingerprint:
        store.set_meta({"settings": config.fingerprint})
    store.drop_unused_vectors()
