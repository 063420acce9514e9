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
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.surroundings import (  # noqa: E402
    code_fingerprint,
    code_version,
    corpus_fingerprint,
    digest_of,
    machine,
    sha256_of_file,
)
from benchmarks.table import (  # noqa: E402
    BEST_PASSAGES,
    Asked,
    Line,
    quality_lines,
    report,
    seconds,
    speed_lines,
    verbose_block,
)
from evals.scoring import (  # noqa: E402
    Found,
    Given,
    Row,
    RowsError,
    forbidden_said,
    outcome,
    quotes_found,
    read_rows,
)

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from index import Index
    from qa import Assistant
    from qa.types import Answer, Citation, Event, Question

    Parts = Callable[[Path, argparse.Namespace], AbstractContextManager[tuple[Index, Assistant]]]

PLAIN_SUFFIXES = frozenset({".txt", ".md", ".markdown", ".text"})
STARTS = 5
WARM_UP = "What do these documents say?"


class Answering(Protocol):
    """What is measured: `qa.Assistant`, or a fake in a test."""

    def stream(self, question: Question) -> Iterator[Event]: ...


@contextmanager
def packaged_parts(folder: Path, options: argparse.Namespace) -> Iterator[tuple[Index, Assistant]]:
    """Open the index and the assistant as the options say, and close both at the end."""
    from index import Index
    from qa import Assistant, open_model

    with Index.open(folder, embedder=options.embedder) as documents:
        assistant = Assistant(documents, model=open_model(options.model) if options.model else None)
        try:
            yield documents, assistant
        finally:
            assistant.close()


def main(arguments: Sequence[str] | None = None, *, parts: Parts = packaged_parts) -> int:
    """Measure and print; return 0, or 1 after one line on stderr that says what was wrong."""
    from index.errors import IndexingError
    from qa.errors import AnsweringError

    options = _parser().parse_args(arguments)
    questions = options.questions or options.data / "evals" / "news" / "questions.jsonl"
    corpus = options.corpus or options.data / "corpora" / "news"
    try:
        rows = _chosen(read_rows(questions.read_text(encoding="utf-8").splitlines()), options.only)
        with _index_folder(options.index) as folder, parts(folder, options) as (documents, assistant):
            asked, about = measure(rows, corpus, documents, assistant, verbose=options.verbose)
    except RowsError as error:
        print(f"{questions}: {error}", file=sys.stderr)
        return 1
    except (OSError, IndexingError, AnsweringError) as error:
        print(error, file=sys.stderr)
        return 1
    about = {"questions": f"{questions} {sha256_of_file(questions)}", **about}
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


def measure(
    rows: list[Row], corpus: Path, documents: Index, assistant: Assistant, *, verbose: bool = False
) -> tuple[list[Asked], dict[str, Any]]:
    """Index the corpus, warm the models up, ask every row, and return the rows with what they were measured on."""
    from qa.prompt import fixed_prefix

    load_before = os.getloadavg()[0]
    began = time.perf_counter()
    synced = documents.sync([corpus])
    indexing_seconds = time.perf_counter() - began
    for failure in synced.failed:
        print(f"not indexed: {failure.source}: {failure.reason}", file=sys.stderr)
    assistant.warm()
    assistant.ask(WARM_UP)
    asked = _ask_all(rows, assistant, documents, corpus, verbose=verbose)
    return asked, {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="minutes"),
        "machine": machine(),
        "load average before": round(load_before, 2),
        "corpus": f"{corpus} {corpus_fingerprint(corpus)}",
        "index": documents.fingerprint,
        "embedder": documents.embedder.fingerprint,
        "model": assistant.model.name,
        "ranker": assistant.ranker.name,
        "prompt": digest_of(repr(fixed_prefix()).encode()),
        "settings": digest_of(repr(assistant.settings).encode()),
        "code": f"{code_version()}, sources {code_fingerprint()}",
        "seed": "none: temperature 0",
        "indexing seconds": round(indexing_seconds, 1),
    }


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


def _write_json(path: Path, lines: Sequence[Line], asked: Sequence[Asked], about: dict[str, Any]) -> None:
    whole = {"about": about, "table": [asdict(line) for line in lines], "rows": [asdict(item) for item in asked]}
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
