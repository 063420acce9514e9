"""Make a store match a set of files: read what changed, embed what is new, remove what is gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from index.config import IndexConfig
from index.embed import Embedder
from index.errors import LoadError
from index.language import language_of
from index.published import day_of_name
from index.reading import Readers, ReadingLimits, content_hash
from index.sources import Found, SourceFile
from index.store import Prepared, Store, StoredDocument
from index.types import Failure, FileStep, Stage, SyncReport

if TYPE_CHECKING:
    from index.embed import FloatMatrix

Progress = Callable[[str, int, int], None]

_BATCH_PASSAGES = 256  # embedded together, whichever documents they are of
_WATCHED_PASSAGES = 32  # and where somebody watches, so that the bars move
_HASHING_THREADS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Who follows files one by one on their way into the index, and may end it early.

    Args:
        tell: told each step of each file, from several threads.
        stop: asked after each file; once it says so, the file at work is finished and no other is begun.
    """

    tell: Callable[[FileStep], None]
    stop: Callable[[], bool]


UNWATCHED = Watch(tell=lambda step: None, stop=lambda: False)


@dataclass(slots=True)
class _Outcome:
    """What happened so far, by source."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    failed_before: list[Failure] = field(default_factory=list)  # of files that this run is not about
    new_paths: dict[str, str] = field(default_factory=dict)  # of files whose name and content stayed


class _Counter:
    """Tells the caller of each file that is done with."""

    def __init__(self, report: Progress | None, total: int) -> None:
        self._report = report
        self._total = total
        self._done = 0

    def at(self, source: str) -> None:
        if self._report is not None:
            self._report(source, self._done, self._total)

    def done(self, source: str) -> None:
        self._done += 1
        self.at(source)


def synchronise(
    store: Store,
    embedder: Embedder,
    config: IndexConfig,
    found: Found,
    *,
    limits: ReadingLimits,
    unsettled: Collection[Path] = (),
    keep_others: bool = False,
    progress: Progress | None = None,
    watch: Watch = UNWATCHED,
) -> SyncReport:
    """Make the store hold exactly the files that were found, or those too, and say what was done.

    Every document is stored in a transaction of its own, so whatever interrupts this leaves a store that is whole and
    is finished by the next call. A file that has the content of one that is gone is that document under another name:
    nothing is read or embedded, and its passages keep their ids. The files of `unsettled` stay as they are stored.
    With `keep_others`, what is stored of other files stays, and nothing counts as renamed; only then may `watch` end
    this early.
    """
    if (store.meta("settings_begun") or store.meta("settings")) != config.fingerprint:
        store.begin_settings(config.fingerprint)
    known = store.documents()
    outcome = _Outcome(failed=list(found.failures))
    files = [file for file in found.files if file.path not in unsettled]
    outcome.unchanged += [file.source for file in found.files if file.path in unsettled and file.source in known]
    for file in files:
        watch.tell(FileStep(source=file.source, stage="waiting"))
    counter = _Counter(progress, len(files))
    changed = _changed(store, files, known, outcome, counter, renames=not keep_others)
    _tell_settled(outcome, watch)
    with Readers(limits, max_tokens=config.max_passage_tokens) as readers:
        for batch in _batches(_documents(readers, changed, outcome, counter, watch)):
            for prepared in _stored(store, embedder, batch, watch):
                source = prepared.document.source
                (outcome.updated if source in known else outcome.added).append(source)
                watch.tell(_step(prepared, "updated" if source in known else "added"))
                if watch.stop():
                    break
    present = {file.source for file in found.files}
    removed = [] if keep_others else sorted(set(known) - present - {failure.source for failure in outcome.failed})
    if keep_others:
        reached = {*outcome.added, *outcome.updated, *outcome.unchanged, *(each.source for each in outcome.failed)}
        outcome.failed_before += [failure for failure in store.failures() if failure.source not in reached]
    _finish(store, config, outcome, removed)
    return SyncReport(
        added=tuple(sorted(outcome.added)),
        updated=tuple(sorted(outcome.updated)),
        removed=tuple(removed),
        unchanged=tuple(sorted(outcome.unchanged)),
        failed=tuple(sorted(outcome.failed, key=lambda failure: failure.source)),
    )


def _changed(
    store: Store,
    files: Sequence[SourceFile],
    known: Mapping[str, StoredDocument],
    outcome: _Outcome,
    counter: _Counter,
    *,
    renames: bool = True,
) -> list[SourceFile]:
    """Return the files that have to be read; rename what is there under another name, and note the others."""
    untouched = set(outcome.unchanged)
    hashes = _hashes([file for file in files if file.source in known], outcome, counter)
    same = {source for source, digest in hashes.items() if known[source].content_hash == digest}
    kept = same | untouched
    free = [document for source, document in known.items() if source not in kept] if renames else []
    if free:
        hashes |= _hashes([file for file in files if file.source not in known], outcome, counter)
    failed = {failure.source for failure in outcome.failed}
    done = same | failed
    pending = [file for file in files if file.source not in done]
    moves = _moves(pending, hashes, free)
    if moves:
        store.rename({old: (file.source, file.stored_path) for old, file in moves.items()})
    arrived = {file.source for file in moves.values()}
    for file in files:
        if file.source in arrived:
            (outcome.updated if file.source in known else outcome.added).append(file.source)
        elif file.source in same:
            outcome.unchanged.append(file.source)
            if known[file.source].path != file.stored_path:
                outcome.new_paths[file.source] = file.stored_path
        else:
            continue
        counter.done(file.source)
    return [file for file in pending if file.source not in arrived]


def _hashes(files: Sequence[SourceFile], outcome: _Outcome, counter: _Counter) -> dict[str, bytes]:
    """Return the hash of each file's content by source; note the files that cannot be read."""
    hashes: dict[str, bytes] = {}
    with ThreadPoolExecutor(_HASHING_THREADS) as pool:
        for file, digest in zip(files, pool.map(_hash_or_reason, files), strict=True):
            if isinstance(digest, bytes):
                hashes[file.source] = digest
            else:
                outcome.failed.append(Failure(source=file.source, reason=digest))
                counter.done(file.source)
    return hashes


def _hash_or_reason(file: SourceFile) -> bytes | str:
    try:
        return content_hash(file)
    except LoadError as error:
        return str(error)


def _moves(
    files: Sequence[SourceFile], hashes: Mapping[str, bytes], free: Sequence[StoredDocument]
) -> dict[str, SourceFile]:
    """Return which file is which document under another name, by the document's present source."""
    by_content: dict[bytes, list[StoredDocument]] = {}
    for document in reversed(free):
        by_content.setdefault(document.content_hash, []).append(document)
    moves: dict[str, SourceFile] = {}
    for file in files:
        candidates = by_content.get(hashes.get(file.source, b""), [])
        if candidates and _read_alike(candidates[-1].source, file.source):
            moves[candidates.pop().source] = file
    return moves


def _read_alike(one: str, other: str) -> bool:
    """Say whether the same bytes give the same passages under both names: a suffix and a day in a name count."""
    suffixes = {PurePath(name).suffix.lower() for name in (one, other)}
    return len(suffixes) == 1 and day_of_name(one) == day_of_name(other)


def _documents(
    readers: Readers, files: Sequence[SourceFile], outcome: _Outcome, counter: _Counter, watch: Watch
) -> Iterator[Prepared]:
    """Give the documents of the files; note those that have none."""

    def tell(file: SourceFile, answer: Prepared | LoadError | None) -> None:
        if answer is None:
            watch.tell(FileStep(source=file.source, stage="reading"))
        elif isinstance(answer, Prepared):
            watch.tell(_step(answer, "embedding", left=_count(answer)))
        elif not watch.stop():  # a stop ends the reading of the others with an error that is none of theirs
            watch.tell(FileStep(source=file.source, stage="failed", reason=str(answer)))

    if files:
        counter.at(files[0].source)
    for file, answer in readers.read(files, tell=tell):
        if isinstance(answer, LoadError):
            outcome.failed.append(Failure(source=file.source, reason=str(answer)))
            watch.tell(FileStep(source=file.source, stage="failed", reason=str(answer)))
        else:
            yield answer
        counter.done(file.source)
        if watch.stop():
            return


def _batches(documents: Iterator[Prepared]) -> Iterator[list[Prepared]]:
    """Gather documents until they have enough passages to be embedded together."""
    batch: list[Prepared] = []
    passages = 0
    for prepared in documents:
        batch.append(prepared)
        passages += _count(prepared)
        if passages >= _BATCH_PASSAGES:
            yield batch
            batch, passages = [], 0
    if batch:
        yield batch


def _stored(store: Store, embedder: Embedder, batch: Sequence[Prepared], watch: Watch) -> Iterator[Prepared]:
    """Embed what has no vector yet, store the documents one after another, and give each once it is stored."""
    owned = [prepared.embedded_texts() for prepared in batch]
    texts = {key: text for own in owned for key, text in own.items()}
    known = store.known_vectors(texts)
    missing = [key for key in texts if key not in known]
    size = len(missing) if watch is UNWATCHED else _WATCHED_PASSAGES
    vectors: dict[bytes, FloatMatrix] = {}
    for at, (prepared, own) in enumerate(zip(batch, owned, strict=True)):
        new = [key for key in own if key not in known]
        while any(key not in vectors for key in new):
            piece = missing[len(vectors) : len(vectors) + size]
            vectors |= zip(piece, embedder.embed_passages([texts[key] for key in piece]), strict=True)
            _tell_embedding(batch[at:], owned[at:], {*known, *vectors}, watch)
        prepared = replace(prepared, language=language_of(prepared.document.text))
        store.put(prepared, {key: vectors[key] for key in new})
        yield prepared


def _tell_embedding(
    batch: Sequence[Prepared], owned: Sequence[Mapping[bytes, str]], there: Collection[bytes], watch: Watch
) -> None:
    """Tell how many passages of each document have a vector; there are `there`."""
    for prepared, own in zip(batch, owned, strict=True):
        watch.tell(_step(prepared, "embedding", left=sum(key not in there for key in own)))


def _tell_settled(outcome: _Outcome, watch: Watch) -> None:
    """Tell of the files that need not, or cannot, be read."""
    settled: list[tuple[Stage, list[str]]] = [
        ("added", outcome.added), ("updated", outcome.updated), ("unchanged", outcome.unchanged)
    ]  # fmt: skip
    for stage, sources in settled:
        for source in sources:
            watch.tell(FileStep(source=source, stage=stage))
    for failure in outcome.failed:
        watch.tell(FileStep(source=failure.source, stage="failed", reason=failure.reason))


def _step(prepared: Prepared, stage: Stage, *, left: int = 0) -> FileStep:
    count = _count(prepared)
    return FileStep(source=prepared.document.source, stage=stage, passages=count, embedded=count - left)


def _count(prepared: Prepared) -> int:
    return sum(len(passages) for _, passages in prepared.articles)


def _finish(store: Store, config: IndexConfig, outcome: _Outcome, removed: Sequence[str]) -> None:
    """Store what did not concern a single document, and drop the vectors of passages that are gone."""
    if removed:
        store.remove(removed)
    if outcome.new_paths:
        store.set_paths(outcome.new_paths)
    failed = [*outcome.failed, *outcome.failed_before]
    if sorted(failed, key=lambda failure: failure.source) != store.failures():
        store.set_failures(failed)
    if store.meta("settings") != config.fingerprint:
        store.set_meta({"settings": config.fingerprint})
    store.drop_unused_vectors()
