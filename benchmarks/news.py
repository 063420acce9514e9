"""Ask every question of a set in one warm process and print the table of what came back.

    python benchmarks/news.py --data ../shared
    python benchmarks/news.py --questions examples/questions.jsonl --corpus examples/newsroom -v
    python benchmarks/news.py --data ../shared --only n24,n25 --json rows.json -v

The table goes to stdout; progress and, with -v, a block per question go to stderr; `--json` keeps every row. What
counts as right is said in benchmarks/scoring.py. The citations are checked against this script's own reading of the
files for plain text and Markdown, and against the indexed text for other formats.
"""

from __future__ import annotations

import argparse
import codecs
import datetime
import hashlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.scoring import (  # noqa: E402
    REFUSED_KINDS,
    Found,
    Given,
    Interval,
    Outcome,
    Row,
    RowsError,
    folded,
    forbidden_said,
    median_interval,
    outcome,
    quotes_found,
    read_rows,
    wilson,
)

if TYPE_CHECKING:
    from index import Index
    from qa.types import Answer, Citation, Event, Question

PLAIN_SUFFIXES = frozenset({".txt", ".md", ".markdown", ".text"})
BEST_PASSAGES = 10
STARTS = 5
WARM_UP = "What do these documents say?"


class Answering(Protocol):
    """What is measured: `qa.Assistant`, or a fake in a test."""

    def stream(self, question: Question) -> Iterator[Event]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One row with everything that came back for it."""

    row: Row
    given: Given
    outcome: Outcome
    reason: str | None
    standalone_question: str
    forbidden_said: tuple[str, ...]
    citations_exact: tuple[bool, ...]
    quotes_found: tuple[bool, ...]
    rejected: tuple[str, ...]
    seconds: float
    first_token_seconds: float | None  # None: no token was streamed
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the table; `measured` is a share, or seconds."""

    name: str
    measured: float | None  # None: there was nothing to measure
    interval: Interval | None
    n: int
    wanted: str


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    questions = options.questions or options.data / "evals" / "news" / "questions.jsonl"
    corpus = options.corpus or options.data / "corpora" / "news"
    try:
        rows = _chosen(read_rows(questions.read_text(encoding="utf-8").splitlines()), options.only)
        with _index_folder(options.index) as folder:
            asked, about = _measure(rows, corpus, folder, options)
    except (OSError, RowsError) as error:
        print(f"{questions}: {error}", file=sys.stderr)
        return 1
    about = {"questions": str(questions), "questions_sha256": _sha256(questions), **about}
    lines = [*quality_lines(asked), *speed_lines(asked)]
    if not options.no_starts:
        lines += start_lines(options.onrecord)
    print(report(lines, asked, about))
    if options.json:
        _write_json(options.json, lines, asked, about)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Ask every question of a set and print what came back.")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared", help="folder with corpora/ and evals/")
    parser.add_argument("--questions", type=Path, help="another set of the same shape (JSONL)")
    parser.add_argument("--corpus", type=Path, help="the folder that set asks about")
    parser.add_argument("--index", type=Path, help="keep the index here and use it again; else a temporary folder")
    parser.add_argument("--model", help="as `onrecord ask --model`; by default the packaged model")
    parser.add_argument("--embedder", help="as `onrecord index --embedder`")
    parser.add_argument("--only", default="", help="ids or kinds to ask, separated by commas")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the table and every row here")
    parser.add_argument("--no-starts", action="store_true", help="do not time the command line and the import")
    parser.add_argument("--onrecord", type=Path, help="the onrecord command to time; else the one beside this Python")
    parser.add_argument("-v", "--verbose", action="store_true", help="every question with its answer, to stderr")
    return parser


def _chosen(rows: list[Row], only: str) -> list[Row]:
    wanted = {name.strip() for name in only.split(",") if name.strip()}
    chosen = [row for row in rows if not wanted or row.id in wanted or row.kind in wanted]
    if not chosen:
        raise RowsError(f"none of {len(rows)} rows is {only!r}; name ids or kinds that it holds")
    return chosen


@contextmanager
def _index_folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="onrecord-benchmark-") as folder:
        yield Path(folder) / "index"


def _measure(
    rows: list[Row], corpus: Path, folder: Path, options: argparse.Namespace
) -> tuple[list[Asked], dict[str, Any]]:
    from index import Index
    from qa import Assistant
    from qa.config import Settings
    from qa.engine import open_model
    from qa.prompt import fixed_prefix

    began = time.perf_counter()
    load_before = os.getloadavg()[0]
    with Index.open(folder, embedder=options.embedder) as documents:
        synced = documents.sync([corpus])
        indexing_seconds = time.perf_counter() - began
        for failure in synced.failed:
            print(f"not indexed: {failure.source}: {failure.reason}", file=sys.stderr)
        assistant = Assistant(documents, model=open_model(options.model) if options.model else None)
        try:
            model = _last_answer(assistant.stream(_question(WARM_UP))).model
            asked = _ask_all(rows, assistant, documents, corpus, verbose=options.verbose)
        finally:
            assistant.close()
        about = {
            "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="minutes"),
            "machine": machine(),
            "load_average_before": round(load_before, 2),
            "corpus": str(corpus),
            "corpus_fingerprint": corpus_fingerprint(corpus),
            "index_fingerprint": documents.fingerprint,
            "embedder": documents.embedder.fingerprint,
            "model": model,
            "prompt": _digest(repr(fixed_prefix()).encode()),
            "settings": _digest(repr(Settings()).encode()),
            "code": f"{code_version()}, sources {code_fingerprint()}",
            "seed": "none: temperature 0",
            "indexing_seconds": round(indexing_seconds, 1),
        }
    return asked, about


def _ask_all(rows: list[Row], assistant: Answering, documents: Index, corpus: Path, *, verbose: bool) -> list[Asked]:
    asked = []
    for place, row in enumerate(rows, start=1):
        asked.append(ask(row, assistant, documents, corpus))
        if verbose:
            print(verbose_block(asked[-1]), file=sys.stderr, flush=True)
        else:
            print(f"\r{place}/{len(rows)} asked", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return asked


def ask(row: Row, assistant: Answering, documents: Index, corpus: Path) -> Asked:
    """Return what came back for one row; an error of the product is kept as a failed row."""
    from index.errors import IndexingError
    from qa.errors import AnsweringError

    began = time.perf_counter()
    try:
        return _asked(row, assistant, documents, corpus)
    except (AnsweringError, IndexingError) as error:
        given = Given(status="failed", text="")
        return Asked(
            row=row,
            given=given,
            outcome=outcome(row, given),
            reason=None,
            standalone_question=row.question,
            forbidden_said=(),
            citations_exact=(),
            quotes_found=(),
            rejected=(),
            seconds=time.perf_counter() - began,
            first_token_seconds=None,
            error=f"{type(error).__name__}: {error}",
        )


def _asked(row: Row, assistant: Answering, documents: Index, corpus: Path) -> Asked:
    question = _question(row.question, row.history, row.as_of)
    began = time.perf_counter()
    first: float | None = None
    answer: Answer | None = None
    for event in assistant.stream(question):
        if type(event).__name__ == "Token" and first is None:
            first = time.perf_counter() - began
        answer = getattr(event, "answer", answer)
    seconds = time.perf_counter() - began
    if answer is None:
        raise RuntimeError(f"{row.id}: the stream ended without a Completed event")
    given = Given(
        status=answer.status,
        text=answer.text,
        sides=tuple(side.value for conflict in answer.conflicts for side in conflict.sides),
    )
    hits = documents.search(answer.standalone_question, limit=BEST_PASSAGES, as_of=question.as_of)
    return Asked(
        row=row,
        given=given,
        outcome=outcome(row, given),
        reason=answer.reason,
        standalone_question=answer.standalone_question,
        forbidden_said=forbidden_said(row, given),
        citations_exact=tuple(is_exact(citation, corpus, documents.text_of) for citation in answer.citations),
        quotes_found=tuple(quotes_found(row, [Found(source=hit.source, text=hit.text) for hit in hits])),
        rejected=tuple(claim.text for claim in answer.rejected),
        seconds=seconds,
        first_token_seconds=first,
    )


def _question(text: str, history: Sequence[str] = (), as_of: str | None = None) -> Question:
    from qa.types import Question, Turn

    return Question(
        text=text,
        history=tuple(Turn(role="user", content=earlier) for earlier in history),
        as_of=datetime.date.fromisoformat(as_of) if as_of else None,
    )


def _last_answer(events: Iterator[Event]) -> Answer:
    from qa.types import Completed

    for event in events:
        if isinstance(event, Completed):
            return event.answer
    raise RuntimeError("the stream ended without a Completed event")


def is_exact(citation: Citation, corpus: Path, text_of: Callable[[str], str]) -> bool:
    """Return whether the citation's offsets give exactly its quote in the file as this script reads it."""
    path = corpus_file(corpus, citation.source)
    if path is not None and path.suffix.lower() in PLAIN_SUFFIXES:
        text = plain_text(path.read_bytes())
    else:
        text = text_of(citation.source)
    return bool(citation.quote) and text[citation.start : citation.end] == citation.quote


def corpus_file(corpus: Path, source: str) -> Path | None:
    """Return the file of a source, which may be named from the folder, from above it, or in full."""
    if corpus.is_file():
        return corpus if corpus.name == Path(source).name else None
    parts = Path(source).parts
    for skipped in range(len(parts)):
        path = corpus.joinpath(*parts[skipped:])
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


def share(name: str, hits: Sequence[bool], wanted: str) -> Line:
    """Return a line for the share of hits with its Wilson interval."""
    n = len(hits)
    if n == 0:
        return Line(name=name, measured=None, interval=None, n=0, wanted=wanted)
    return Line(name=name, measured=sum(hits) / n, interval=wilson(sum(hits), n), n=n, wanted=wanted)


def seconds(name: str, values: Sequence[float], wanted: str) -> Line:
    """Return a line for the median of some seconds with the interval of the median."""
    if not values:
        return Line(name=name, measured=None, interval=None, n=0, wanted=wanted)
    return Line(
        name=name, measured=statistics.median(values), interval=median_interval(values), n=len(values), wanted=wanted
    )


def quality_lines(asked: Sequence[Asked]) -> list[Line]:
    """Return the shares of the table, over the rows each is about."""

    def right(wanted: Callable[[Row], bool]) -> list[bool]:
        return [item.outcome == "right" for item in asked if wanted(item.row)]

    return [
        share("answerable questions right", right(lambda row: row.answerable), "0.75"),
        share(
            "unanswerable and false-premise questions refused",
            right(lambda row: row.to_refuse or row.kind in REFUSED_KINDS),
            "0.75",
        ),
        share("conflicts reported with all sides", right(lambda row: row.kind == "conflict"), "2 of 3"),
        share("forbidden strings absent", [not item.forbidden_said for item in asked if item.row.forbidden], "1.00"),
        share(
            "citations whose offsets give exactly their quote",
            [exact for item in asked for exact in item.citations_exact],
            "1.00",
        ),
        share(
            "answers with at least one citation",
            [bool(item.citations_exact) for item in asked if item.given.status in {"answered", "conflict"}],
            "1.00",
        ),
        share(
            f"an evidence sentence among the {BEST_PASSAGES} best passages",
            [any(item.quotes_found) for item in asked if item.row.evidence],
            "0.95",
        ),
        share(
            f"each evidence sentence among the {BEST_PASSAGES} best passages",
            [found for item in asked for found in item.quotes_found],
            "–",
        ),
        share(
            "answerable questions wrongly called a conflict",
            [item.given.status == "conflict" for item in asked if item.row.answerable],
            "–",
        ),
    ]


def speed_lines(asked: Sequence[Asked]) -> list[Line]:
    """Return the medians of the seconds to the final answer and to the first token."""
    whole = [item.seconds for item in asked if item.error is None]
    first = [item.first_token_seconds for item in asked if item.first_token_seconds is not None]
    return [
        seconds("median seconds to the final answer", whole, "9"),
        seconds("median seconds to the first token", first, "5"),
    ]


def start_lines(onrecord: Path | None = None) -> list[Line]:
    """Return how long `onrecord --help` and the import take, each the median of five fresh processes."""
    beside = Path(sys.executable).with_name("onrecord")
    command = onrecord or (beside if beside.exists() else None)
    help_command = [str(command), "--help"] if command else [sys.executable, "-m", "qa.cli", "--help"]
    return [
        seconds("seconds of `onrecord --help`", _timed(help_command), "0.5"),
        seconds("seconds of `import index, qa`", _timed([sys.executable, "-c", "import index, qa"]), "0.5"),
    ]


def _timed(command: list[str]) -> list[float]:
    taken = []
    for _ in range(STARTS):
        began = time.perf_counter()
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - began)
    return taken


def report(lines: Sequence[Line], asked: Sequence[Asked], about: dict[str, Any]) -> str:
    """Return the table in Markdown, then the outcomes by kind and what was measured on what."""
    table = ["| | measured | 95 % interval | n | wanted |", "|---|---|---|---|---|", *map(_table_line, lines)]
    facts = [f"{name}: {value}" for name, value in about.items()]
    failed = [f"failed: {item.row.id}: {item.error}" for item in asked if item.error]
    return "\n".join([*table, "", *_by_kind(asked), "", *facts, *failed])


def _table_line(line: Line) -> str:
    if line.measured is None or line.interval is None:
        return f"| {line.name} | not measured | – | 0 | {line.wanted} |"
    spread = f"{line.interval.low:.2f}–{line.interval.high:.2f}"
    return f"| {line.name} | {line.measured:.2f} | {spread} | {line.n} | {line.wanted} |"


def _by_kind(asked: Sequence[Asked]) -> list[str]:
    counts: dict[str, Counter[str]] = {}
    for item in asked:
        counts.setdefault(item.row.kind, Counter())[item.outcome] += 1
    return [
        f"{kind}: " + ", ".join(f"{count} {name}" for name, count in sorted(counter.items()))
        for kind, counter in counts.items()
    ]


def verbose_block(item: Asked) -> str:
    """Return what a person needs to see why a row was right or wrong."""
    row = item.row
    groups = "refuse" if row.answers is None else " + ".join("|".join(group) for group in row.answers)
    first = "–" if item.first_token_seconds is None else f"{item.first_token_seconds:.1f}"
    parts = [
        f"{'ok  ' if item.outcome == 'right' else 'MISS'} {row.id} {row.kind}: {row.question}",
        f"     wanted {groups}; got {item.given.status}, {item.outcome}; {item.seconds:.1f} s, first token {first} s",
    ]
    if folded(item.standalone_question) != folded(row.question):
        parts.append(f"     asked as: {item.standalone_question}")
    parts.append(f"     text: {item.given.text}")
    for label, values in (("sides", item.given.sides), ("rejected", item.rejected), ("forbidden", item.forbidden_said)):
        if values:
            parts.append(f"     {label}: {' | '.join(values)}")
    for label, value in (("reason", item.reason), ("error", item.error)):
        if value:
            parts.append(f"     {label}: {value}")
    if not all(item.citations_exact):
        parts.append("     a citation is not exact")
    if row.evidence and not all(item.quotes_found):
        parts.append(f"     evidence found: {sum(item.quotes_found)} of {len(item.quotes_found)}")
    return "\n".join(parts)


def machine() -> str:
    """Return the processor's name and the number of cores this process may use."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [line for line in cpuinfo.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        name = named[0].split(":", 1)[1].strip() if named else name
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores, Python {platform.python_version()}"


def corpus_fingerprint(corpus: Path) -> str:
    """Return a hash over the names and bytes of the corpus files."""
    digest = hashlib.sha256()
    for path in sorted(path for path in corpus.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(corpus).as_posix()}\0{_sha256(path)}\n".encode())
    return digest.hexdigest()[:16]


def code_version() -> str:
    """Return the commit the code is at, with "-dirty" where it was changed, or "unknown" outside a checkout."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def code_fingerprint() -> str:
    """Return a hash over the Python sources of index/ and qa/, which names what a dirty checkout ran."""
    digest = hashlib.sha256()
    for package in ("index", "qa"):
        for path in sorted((ROOT / package).rglob("*.py")):
            digest.update(f"{path.relative_to(ROOT).as_posix()}\0{_sha256(path)}\n".encode())
    return digest.hexdigest()[:16]


def _sha256(path: Path) -> str:
    return _digest(path.read_bytes())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _write_json(path: Path, lines: Sequence[Line], asked: Sequence[Asked], about: dict[str, Any]) -> None:
    whole = {"about": about, "table": [asdict(line) for line in lines], "rows": [asdict(item) for item in asked]}
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
