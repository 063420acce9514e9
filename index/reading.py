"""Files read by child processes, so that one that takes too long, too much memory or dies costs nothing but itself.

A child is a fresh interpreter (never a fork) that takes one file after another from its stdin and writes what it made
of each to its stdout. It ends with its stdin, so that none outlives the process that started it.
"""

from __future__ import annotations

import contextlib
import faulthandler
import hashlib
import json
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO

from index.errors import IndexingError, LoadError, ReaderError
from index.events import events_of
from index.load import load_bytes, max_bytes
from index.load.regular import read_regular
from index.passages import passages_of, token_counter
from index.sources import SourceFile
from index.store import Prepared
from index.types import Article, Document

_START = (
    "import signal, sys, json; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path[:] = json.loads(sys.argv[1]); "
    "from index.reading import serve; serve(float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))"
)
_START_SECONDS = 120.0
_OUT_OF_MEMORY = 77  # exit status
_FILES_A_CHILD = 500  # what parsers leak and cache must not add up to the limit
_AHEAD_FILES = 256  # read before they are asked for
_AHEAD_BYTES = 100_000_000
_FILES_A_PROCESS = 50  # a further child starts in about a second: not worth it for fewer files, or smaller ones
_BYTES_A_PROCESS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """What one file may cost, beside the limits on sizes and pages of its format."""

    seconds: float = 60.0  # of wall-clock time
    memory_bytes: int = 2 * 1024**3  # of a child's address space; macOS and Windows have no such limit
    processes: int | None = None  # children at a time; None: as many as there are cores

    def __post_init__(self) -> None:
        if self.seconds <= 0 or self.memory_bytes <= 0 or (self.processes is not None and self.processes < 1):
            raise ValueError("seconds and memory_bytes must be above 0, processes at least 1")


def prepare(document: Document, articles: Sequence[Article], *, path: str, digest: bytes, max_tokens: int) -> Prepared:
    """Return a document cut into passages, ready to be stored. Raises LoadError when there is nothing to index."""
    count = token_counter()
    cut = [(article, tuple(passages_of(article, max_tokens=max_tokens, count=count))) for article in articles]
    kept = tuple((article, passages) for article, passages in cut if passages)
    if not kept:
        raise LoadError("it holds no words to index")
    events = tuple(
        events_of(passage.sentences, article.date.value if article.date else None)
        for article, passages in kept
        for passage in passages
    )
    return Prepared(document=document, path=path, content_hash=digest, articles=kept, events=events)


def content_hash(file: SourceFile) -> bytes:
    """Return a hash of a file's bytes. Raises LoadError when it cannot be read."""
    return _digest(_bytes_of(file))


class Readers:
    """Child processes that read files, several at a time; started when they are needed. Use it as a context manager."""

    def __init__(self, limits: ReadingLimits, *, max_tokens: int) -> None:
        self._limits = limits
        self._max_tokens = max_tokens
        self._children: list[_Child] = []
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the children, whatever they are at."""
        for child in self._children:
            child.close()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def read(
        self, files: Sequence[SourceFile], *, tell: Callable[[SourceFile, _Answer | None], None] | None = None
    ) -> Iterator[tuple[SourceFile, Prepared | LoadError]]:
        """Give each file, in order, with its document or the reason why there is none. To be called once.

        Args:
            tell: told of each file when its reading begins, and again with what was read, both in other threads and
                ahead of what this gives.

        Raises:
            ReaderError: no child can be started.
        """
        number = processes_for(files, self._limits)
        self._children = [_Child(self._limits, self._max_tokens) for _ in range(number)]
        self._pool = ThreadPoolExecutor(number, thread_name_prefix="reader")
        idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        for child in self._children:
            idle.put(child)

        told = tell or (lambda file, answer: None)

        def read(file: SourceFile) -> _Answer:
            child = idle.get()  # there are as many as threads
            try:
                told(file, None)
                answer = child.read(file)
                told(file, answer)
                return answer
            finally:
                idle.put(child)

        for file, future in _ahead(self._pool, read, files):
            yield file, _result(future)


def processes_for(files: Sequence[SourceFile], limits: ReadingLimits) -> int:
    """Return how many children read these files: one for a small job, at most one a core."""
    size = sum(_size(file) for file in files)
    useful = 1 + max(len(files) // _FILES_A_PROCESS, size // _BYTES_A_PROCESS)
    return max(1, min(limits.processes or _cores(), useful, len(files)))


_Answer = Prepared | LoadError


def _ahead(
    pool: ThreadPoolExecutor, read: Callable[[SourceFile], _Answer], files: Iterable[SourceFile]
) -> Iterator[tuple[SourceFile, Future[_Answer]]]:
    """Have files read before they are asked for, but not so many that their documents fill the memory."""
    waiting: deque[tuple[SourceFile, int, Future[_Answer]]] = deque()
    ahead = 0
    for file in files:
        while waiting and (len(waiting) >= _AHEAD_FILES or ahead >= _AHEAD_BYTES):
            first, size, future = waiting.popleft()
            yield first, future
            ahead -= size
        size = _size(file)
        waiting.append((file, size, pool.submit(read, file)))
        ahead += size
    for file, _, future in waiting:
        yield file, future


def _result(future: Future[_Answer]) -> _Answer:
    while True:  # a wait without end cannot be interrupted on Windows
        with contextlib.suppress(TimeoutError):
            return future.result(timeout=0.5)


class _Child:
    """A process that reads one file at a time; started by the first, and anew after one that it did not survive."""

    def __init__(self, limits: ReadingLimits, max_tokens: int) -> None:
        self._limits = limits
        self._max_tokens = max_tokens
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._closed = False
        self._lock = threading.Lock()

    def read(self, file: SourceFile) -> _Answer:
        process = self._process or self._start()
        answer, seconds, timed_out = _asked(process, file, self._limits.seconds)
        self._files += 1
        if answer is None:
            status = self._end(patience_seconds=1.0)  # its pipe ends a moment before its status is known
            return LoadError(self._cause(status, seconds, timed_out))
        if timed_out or self._files >= _FILES_A_CHILD:
            self._end()
        if isinstance(answer, Prepared | LoadError):
            return answer
        raise answer

    def close(self) -> None:
        with self._lock:
            self._closed = True
        self._end()

    def _start(self) -> subprocess.Popen[bytes]:
        """Raises ReaderError when there is no child to be had, or the error that it started with."""
        limits = self._limits
        command = [sys.executable, "-c", _START, json.dumps([*map(str, sys.path)])]
        command += [str(limits.seconds), str(limits.memory_bytes), str(self._max_tokens)]
        with self._lock:
            if self._closed:
                raise ReaderError("reading was stopped; run the command again")
            try:
                process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )
            except OSError as error:
                raise ReaderError(f"no process can be started to read files ({error.strerror}); close some") from error
            self._process, self._files = process, 0
        started, _, _ = _asked(process, None, _START_SECONDS)
        if isinstance(started, IndexingError):
            raise started
        if started is None:
            status = self._end(patience_seconds=1.0)
            raise ReaderError(
                f"the process that reads files does not start (exit status {status}); run `onrecord doctor`, "
                "and allow it more memory"
            )
        return process

    def _end(self, *, patience_seconds: float = 0.0) -> int:
        """Kill the child unless it ends by itself, and return its exit status."""
        process, self._process = self._process, None
        if process is None:
            return 0
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=patience_seconds)
        process.kill()
        status = process.wait()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                stream.close() if stream is not None else None
        return status

    def _cause(self, status: int, seconds: float, timed_out: bool) -> str:
        if self._closed:
            return "reading was stopped"
        if timed_out or seconds > self._limits.seconds:
            return f"reading it took more than {self._limits.seconds:g} s; split it, or allow more time"
        if status == _OUT_OF_MEMORY:
            return f"reading it took more than {self._limits.memory_bytes / 1e9:.1f} GB of memory; split it"
        name = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        return f"the process that read it died ({name}); the file is damaged or made to do harm, or memory ran out"


def _asked(
    process: subprocess.Popen[bytes], file: SourceFile | None, seconds: float
) -> tuple[_Answer | IndexingError | None, float, bool]:
    """Return a child's answer (None: it died), the seconds it took, and whether it was killed for them."""
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        process.kill()

    assert process.stdin is not None
    assert process.stdout is not None
    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    began = time.monotonic()
    answer = None
    try:
        pickle.dump(file, process.stdin)
        process.stdin.flush()
        answer = pickle.load(process.stdout)
    except (EOFError, OSError, ValueError, pickle.UnpicklingError):  # ValueError: the pipe was closed
        pass
    finally:
        timer.cancel()
        timer.join()
    return answer, time.monotonic() - began, expired.is_set()


# --- in the child -----------------------------------------------------------------------------------------------------


def serve(seconds: float, memory_bytes: int, max_tokens: int) -> None:
    """Read the files named on stdin, one after another, until it ends."""
    jobs, answers = _pipes()
    _limit_memory(memory_bytes)
    named: queue.SimpleQueue[SourceFile | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(jobs, named), daemon=True).start()
    while True:
        file = named.get()
        # Should the parent die while this hangs where no thread of Python runs, the child still ends.
        faulthandler.dump_traceback_later(2 * seconds + 10, exit=True)
        answer = _ready() if file is None else _answer(file, max_tokens)
        pickle.dump(answer, answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()
        faulthandler.cancel_dump_traceback_later()


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return stdin and stdout, and let what a parser prints go elsewhere."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    return jobs, answers


def _listen(jobs: BinaryIO, named: queue.SimpleQueue[SourceFile | None]) -> None:
    try:
        while True:
            named.put(pickle.load(jobs))
    finally:  # the parent is gone, or closed the pipe
        os._exit(0)


def _limit_memory(memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    with contextlib.suppress(OSError, ValueError):  # macOS refuses it
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _ready() -> str | IndexingError:
    try:
        token_counter()
    except IndexingError as error:
        return error
    return "ready"


def _answer(file: SourceFile, max_tokens: int) -> _Answer:
    try:
        return read_document(file, max_tokens=max_tokens)
    except LoadError as error:
        return LoadError(str(error))  # without its cause, which may not be sent
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    except Exception as error:  # what no reader foresaw in a hostile file
        return LoadError(f"its reader broke down ({type(error).__name__}); the file is damaged, or please report this")


def read_document(file: SourceFile, *, max_tokens: int) -> Prepared:
    """Return a file as a document cut into passages. Raises LoadError."""
    from index.articles import split_articles

    data = _bytes_of(file)
    document = load_bytes(data, source=file.source, suffix=file.path.suffix)
    articles = split_articles(document)
    return prepare(document, articles, path=file.stored_path, digest=_digest(data), max_tokens=max_tokens)


# --- both -------------------------------------------------------------------------------------------------------------


def _bytes_of(file: SourceFile) -> bytes:
    return read_regular(file.path, limit=max_bytes(file.path.suffix), inside=file.inside)


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _size(file: SourceFile) -> int:
    try:
        return os.stat(file.path, follow_symlinks=False).st_size
    except OSError:
        return 0


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
