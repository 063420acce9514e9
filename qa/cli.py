"""The command line: each command parses its options, calls one or two functions and prints what they return.

Results go to stdout, progress and errors to stderr. Exit status: 0 when the command did its job, 1 on a failure with
one line that says what to do, 2 on wrong usage, 130 when interrupted, 143 when terminated. Heavy libraries are imported
inside the commands.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import errno
import io
import json
import os
import shutil
import signal
import sys
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from evals.errors import EvaluationError
from index.errors import IndexingError, QueryError
from qa.errors import AnsweringError, CasesError, QuestionError
from qa.options import add_risk
from ui.errors import UiError

if TYPE_CHECKING:
    from index import Index
    from index.embed import Embedder
    from index.filters import Filter
    from index.types import Hit, SyncReport
    from qa.cases import Case
    from qa.pipeline import Assistant
    from qa.types import Answer, Event, Question, Turn

DEFAULT_PORT = 7860
_MODEL_HELP = "GGUF path, hf:org/repo/file.gguf, OpenAI-compatible URL#model, or none (quotes only)"
_ADVICE = {
    errno.ENOSPC: "the disk is full; free some room and run the command again",
    errno.EDQUOT: "the disk quota is used up; free some room and run the command again",
    errno.EACCES: "permission denied; check who may read and write there",
    errno.EROFS: "the file system is read-only; choose another folder",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; wrong usage raises SystemExit(2)."""
    _use_utf8()
    run = _chosen_command(sys.argv[1:] if argv is None else list(argv))
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    try:
        status = run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _failed("interrupted", 130)
    except BrokenPipeError:
        _drop_stdout()
        return 1
    except (IndexingError, AnsweringError, EvaluationError, UiError) as error:
        return _failed(str(error))
    except OSError as error:
        _drop_stdout()
        return _failed(_os_error(error))
    return status


def _chosen_command(argv: list[str]) -> Callable[[], int]:
    """Return what runs the command; `eval` has a command line of its own."""
    if argv[:1] == ["eval"]:
        from evals.cli import main as evaluate

        return lambda: evaluate(argv[1:])
    arguments = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    return lambda: run(arguments)


# --- commands ---------------------------------------------------------------------------------------------------------


def _index(arguments: argparse.Namespace) -> int:
    status = 130

    def terminate(*_: object) -> None:
        nonlocal status
        status = 143
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        with _open_index(arguments, create=True) as documents:
            if arguments.watch:
                return _follow(arguments, documents)
            report = _synced(arguments, documents)
            method = documents.search_kind
    except KeyboardInterrupt:
        return _failed("interrupted; what was indexed so far is kept, run the same command again to go on", status)
    finally:
        signal.signal(signal.SIGTERM, before)
    if arguments.json:
        _print_json(_report_to_json(report))
    else:
        _print_report(report)
        print(f"  searched by meaning: {method}")
    return _index_status(report, arguments.paths)


def _synced(arguments: argparse.Namespace, documents: Index, unsettled: Collection[Path] = ()) -> SyncReport:
    from index.reading import ReadingLimits
    from qa.terminal import ProgressBar

    bar = ProgressBar(sys.stderr)
    paths = [Path(path) for path in arguments.paths]
    limits = ReadingLimits(seconds=arguments.timeout)
    try:
        return documents.sync(paths, progress=bar, limits=limits, unsettled=unsettled)
    finally:
        bar.clear()


def _follow(arguments: argparse.Namespace, documents: Index) -> int:
    """Sync after every burst of changes, until Ctrl-C or SIGTERM comes between two syncs."""
    from index.watch import Changes

    changes = Changes([Path(path) for path in arguments.paths], leave_out=_index_path(arguments))
    turns = iter(changes)
    last: SyncReport | str | None = None
    while (unsettled := _next_turn(turns)) is not None:
        try:
            report = _synced(arguments, documents, unsettled)
        except IndexingError as error:
            changes.retry()
            if last != str(error):
                _failed(str(error))
            last = str(error)
            continue
        if report.added or report.updated or report.removed or report != last:
            _print_row(_report_to_json(report)) if arguments.json else _print_report(report)
        last = report
    return 0


def _next_turn(turns: Iterator[frozenset[Path]]) -> frozenset[Path] | None:
    try:
        return next(turns, None)
    except KeyboardInterrupt:
        return None


def _ask(arguments: argparse.Namespace) -> int:
    from qa.serialize import answer_to_json
    from qa.terminal import answer_as_text
    from qa.types import Question

    text = sys.stdin.read().strip() if arguments.question == "-" else arguments.question
    question = Question(text=text, history=_history(arguments.history), as_of=arguments.as_of, where=_where(arguments))
    with _open_index(arguments) as documents, _open_assistant(arguments, documents) as assistant:
        answer, nearest = _drain(assistant.stream(question))
    if arguments.json:
        _print_json(answer_to_json(answer))
    else:
        sys.stdout.write(answer_as_text(answer, nearest, width=_width()))
    return 0


def _batch(arguments: argparse.Namespace) -> int:
    from qa.cases import read_cases
    from qa.terminal import ProgressBar

    with _lines(arguments.cases) as lines:
        cases = read_cases(lines)
    bar = ProgressBar(sys.stderr)
    try:
        for done, row in enumerate(_batch_rows(arguments, cases), 1):
            bar.clear()
            _print_row(row)
            bar(str(row["id"]), done, len(cases))
    finally:
        bar.clear()
    return 0


def _search(arguments: argparse.Namespace) -> int:
    from qa.serialize import hit_to_json
    from qa.terminal import hits_as_text

    query = sys.stdin.read().strip() if arguments.query == "-" else arguments.query
    with _open_index(arguments) as documents:
        hits = documents.search(query, limit=arguments.limit, as_of=arguments.as_of, where=_where(arguments))
    if arguments.json:
        _print_json([hit_to_json(hit) for hit in hits])
    else:
        sys.stdout.write(hits_as_text(hits, width=_width()))
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from qa.cases import read_claims
    from qa.evidence import evidence_from_text
    from qa.verify import default_verifier

    verifier = default_verifier()
    with _lines(arguments.claims) as lines:
        for case in read_claims(lines):
            verdict = verifier.verify(case.claim, evidence_from_text(case.evidence), question=case.question)
            _print_row({"id": case.id, "label": verdict.label, "probability": verdict.probability})
    return 0


def _show(arguments: argparse.Namespace) -> int:
    with _open_index(arguments) as documents:
        sys.stdout.write(documents.text_of(arguments.source))
    return 0


def _stats(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from qa.terminal import stats_as_text

    with _open_index(arguments) as documents:
        stats = documents.stats()
    if arguments.json:
        _print_json(asdict(stats))
    else:
        sys.stdout.write(stats_as_text(stats))
    return 0


def _models(arguments: argparse.Namespace) -> int:
    from qa.models import model_cards
    from qa.terminal import table

    cards = model_cards()
    rows = [
        {
            "role": card.role,
            "name": card.name,
            "origin": card.origin,
            "path": None if card.path is None else str(card.path),
            "bytes": card.bytes,
            "sha256": card.sha256,
            "licence": card.licence,
        }
        for card in cards
    ]
    if arguments.json:
        _print_json(rows)
    else:
        shown = [[(name, "" if value is None else str(value)) for name, value in row.items()] for row in rows]
        sys.stdout.write("\n\n".join(table(row) for row in shown) + "\n")
    return 0


def _chat(arguments: argparse.Namespace) -> int:
    if not arguments.model:
        from qa.models import language_model_path

        with _model_progress() as progress:
            language_model_path(progress)
    from evals.browse import RunsFolder
    from evals.folder import DEFAULT_RUNS
    from ui.app import serve

    serve(
        indexes=_chosen_indexes(arguments),
        collections=None if arguments.collections is None else Path(arguments.collections),
        host=arguments.host,
        port=arguments.port,
        models=arguments.model,
        embedder=arguments.embedder,
        examples=arguments.examples,
        conversations=None if arguments.conversations is None else Path(arguments.conversations),
        users=None if arguments.auth is None else Path(arguments.auth),
        runs=RunsFolder(DEFAULT_RUNS if arguments.runs is None else Path(arguments.runs)),
    )
    return 0


def _chosen_indexes(arguments: argparse.Namespace) -> list[Path]:
    """Return the indexes that were named, and the default one where nothing was."""
    from qa.config import index_path

    named = [Path(index) for index in arguments.index]
    return named or ([] if arguments.collections is not None else [index_path()])


def _doctor(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from qa.doctor import examine, findings_as_text

    named = arguments.index is not None or bool(os.environ.get("ONRECORD_INDEX"))
    findings = list(
        examine(
            _index_path(arguments),
            index_expected=named,
            embedder=arguments.embedder,
            full=arguments.full,
            mend=arguments.mend,
        )
    )
    if arguments.json:
        _print_json([asdict(finding) for finding in findings])
    else:
        sys.stdout.write(findings_as_text(findings))
    wrong = sum(not finding.ok for finding in findings)
    return _failed(f"{wrong} of {len(findings)} checks found something wrong; each says how to mend it") if wrong else 0


# --- what the commands share ------------------------------------------------------------------------------------------


def _index_path(arguments: argparse.Namespace) -> Path:
    from qa.config import index_path

    return index_path() if arguments.index is None else Path(arguments.index)


def _open_index(arguments: argparse.Namespace, *, create: bool = False) -> Index:
    from index import Index

    return Index.open(_index_path(arguments), embedder=getattr(arguments, "embedder", None), create=create)


def _open_assistant(arguments: argparse.Namespace, documents: Index) -> Assistant:
    from qa.opening import open_assistant

    with _model_progress() as progress:
        return open_assistant(documents, model=arguments.model, risk=arguments.risk, progress=progress)


@contextlib.contextmanager
def _model_progress() -> Iterator[Callable[[int, int], None]]:
    """Give a bar for the first run, which puts the language model together."""
    from qa.terminal import ProgressBar

    bar = ProgressBar(sys.stderr)
    try:
        yield lambda done, total: bar("MB of the language model put together", done // 10**6, total // 10**6)
    finally:
        bar.clear()


def _drain(events: Iterable[Event]) -> tuple[Answer, tuple[Hit, ...]]:
    """Follow a question to its answer, saying on a terminal how far it is; return it with what was found."""
    from qa.terminal import ProgressBar
    from qa.types import Completed, Retrieved, Token

    line = ProgressBar(sys.stderr)
    hits: tuple[Hit, ...] = ()
    answer: Answer | None = None
    try:
        line.say("searching …")
        for event in events:
            match event:
                case Retrieved():
                    hits += event.hits
                    line.say(f"reading {len(event.evidence)} sentences …")
                case Token():
                    line.say("writing and checking …")
                case Completed():
                    answer = event.answer
    finally:
        line.clear()
    if answer is None:
        raise AnsweringError("the pipeline ended without an answer; please report this with your question")
    return answer, hits


def _batch_rows(arguments: argparse.Namespace, cases: Sequence[Case]) -> Iterator[dict[str, Any]]:
    """Yield one JSON row a case, in order; the models are opened once for all of them."""
    with contextlib.ExitStack() as stack:
        documents = stack.enter_context(_open_index(arguments)) if any(c.passages is None for c in cases) else None
        embedder = documents.embedder if documents else _embedder(arguments)
        first: Assistant | None = None
        for case in cases:
            with _searched(case, documents, embedder) as searched:
                if arguments.search:
                    yield {"id": case.id} | _found(case.question, searched, arguments.limit)
                    continue
                if first is None:
                    first = stack.enter_context(_open_assistant(arguments, searched))
                yield {"id": case.id} | _answered(case.question, _on(searched, first))


def _on(searched: Index, first: Assistant) -> Assistant:
    """Return an assistant on another index that shares the models of the first."""
    return first if searched is first.documents else first.on(searched)


def _found(question: Question, searched: Index, limit: int) -> dict[str, Any]:
    from qa.serialize import hit_to_json

    try:
        hits = searched.search(question.text, limit=limit, as_of=question.as_of, where=question.where)
    except QueryError as error:
        return {"hits": [], "reason": str(error)}
    return {"hits": [hit_to_json(hit) for hit in hits]}


def _answered(question: Question, assistant: Assistant) -> dict[str, Any]:
    from qa.serialize import answer_to_json

    try:
        return answer_to_json(assistant.ask(question))
    except QuestionError as error:
        return answer_to_json(_unasked(question, str(error), assistant))


def _unasked(question: Question, reason: str, assistant: Assistant) -> Answer:
    from qa.types import Answer

    return Answer(
        question=question.text,
        standalone_question=question.text,
        status="abstained",
        text=reason,
        reason=reason,
        claims=(),
        citations=(),
        conflicts=(),
        model=assistant.model.name,
        index_fingerprint=assistant.documents.fingerprint,
    )


@contextlib.contextmanager
def _searched(case: Case, documents: Index | None, embedder: Embedder) -> Iterator[Index]:
    """Give the index that a case is asked of: its own passages where it brings some."""
    if case.passages is None:
        assert documents is not None
        yield documents
        return
    from index import Index

    with Index.of_passages(case.passages, embedder=embedder) as own:
        yield own


def _embedder(arguments: argparse.Namespace) -> Embedder:
    from index.embed import default_embedder, open_embedder

    return default_embedder() if arguments.embedder is None else open_embedder(arguments.embedder)


def _history(name: str | None) -> tuple[Turn, ...]:
    from qa.cases import read_history

    if name is None:
        return ()
    with _lines(name) as lines:
        return read_history("".join(lines), where=name)


@contextlib.contextmanager
def _lines(name: str) -> Iterator[Iterable[str]]:
    """Give the lines of a UTF-8 file, or of stdin for `-`."""
    try:
        if name == "-":
            yield sys.stdin
        else:
            with open(name, encoding="utf-8-sig") as file:
                yield file
    except UnicodeDecodeError as error:
        raise CasesError(f"{name} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error


def _report_to_json(report: SyncReport) -> dict[str, Any]:
    return {
        "added": list(report.added),
        "updated": list(report.updated),
        "removed": list(report.removed),
        "unchanged": list(report.unchanged),
        "failed": [{"source": failure.source, "reason": failure.reason} for failure in report.failed],
    }


def _index_status(report: SyncReport, paths: Sequence[str]) -> int:
    """Return 1, with one line, when nothing was indexed or a file that was named could not be."""
    if not (report.added or report.updated or report.unchanged):
        reason = f"{len(report.failed)} files failed" if report.failed else "no file of a known format was found"
        return _failed(f"nothing was indexed from {', '.join(paths)}: {reason}; give a folder or files to index")
    named = {Path(path).name for path in paths if Path(path).is_file()}
    for failure in report.failed:
        if Path(failure.source).name in named:
            return _failed(f"{failure.source} was not indexed: {failure.reason}")
    return 0


def _print_report(report: SyncReport) -> None:
    from qa.terminal import report_as_text

    sys.stdout.write(report_as_text(report))
    sys.stdout.flush()


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _print_row(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _width() -> int:
    return max(40, min(100, shutil.get_terminal_size((88, 24)).columns))


def _use_utf8() -> None:
    """Read and write UTF-8 whatever the locale says, with newlines as they are: offsets count on it."""
    for stream, errors, newline in (
        (sys.stdin, "strict", None),
        (sys.stdout, "backslashreplace", ""),
        (sys.stderr, "backslashreplace", None),
    ):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors, newline=newline)


def _failed(message: str, status: int = 1) -> int:
    from qa.terminal import printable

    with contextlib.suppress(OSError):
        print(f"onrecord: {printable(' '.join(message.split()))}", file=sys.stderr)
    return status


def _os_error(error: OSError) -> str:
    advice = _ADVICE.get(error.errno or 0, error.strerror or str(error))
    return f"{error.filename}: {advice}" if error.filename is not None else advice


def _drop_stdout() -> None:
    """Send what is left in stdout's buffer nowhere, so that the interpreter can end in peace."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# --- options ----------------------------------------------------------------------------------------------------------


class _ShowVersion(argparse.Action):
    """Look the version up only when it is asked for."""

    def __call__(self, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"onrecord {version('onrecord')}")
        raise SystemExit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="onrecord",
        description="Ask your own documents; every sentence of the answer is on the record, bound to the exact words "
        "it rests on, and checked before it is shown.",
        epilog="`onrecord COMMAND --help` lists a command's options.",
    )
    parser.add_argument("--version", action=_ShowVersion, nargs=0, help="print the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_index_commands(commands)
    _add_answer_commands(commands)
    _add_upkeep_commands(commands)
    return parser


def _add_index_commands(commands: Any) -> None:
    command = _command(commands, "index", _index, "make an index match files and folders", json=True, embedder=True)
    command.add_argument(
        "paths", metavar="PATH", nargs="+", help="files and folders; what is gone from them is removed"
    )
    command.add_argument("--watch", action="store_true", help="go on, and index what changes, until Ctrl-C")
    command.add_argument(
        "--timeout", metavar="SECONDS", type=_seconds, default=60.0, help="longest time for reading one file (60)"
    )
    command = _command(commands, "search", _search, "find passages, without a language model", json=True, embedder=True)
    command.add_argument("query", metavar="QUERY", help="what to look for; - reads it from stdin")
    command.add_argument("-k", dest="limit", metavar="N", type=_count, default=10, help="how many passages (10)")
    _add_filters(command)
    command = _command(commands, "show", _show, "print the text of a document as indexed")
    command.add_argument("source", metavar="SOURCE", help="a document's name, as citations give it")
    _command(commands, "stats", _stats, "say how much is indexed", json=True)


def _add_answer_commands(commands: Any) -> None:
    command = _command(commands, "ask", _ask, "answer a question, with citations", json=True, embedder=True, model=True)
    command.add_argument("question", metavar="QUESTION", help="the question; - reads it from stdin")
    add_risk(command)
    command.add_argument("--history", metavar="FILE", help="JSON list of earlier questions or turns; - reads stdin")
    _add_filters(command)
    command = _command(commands, "batch", _batch, "answer many questions in one process", embedder=True, model=True)
    add_risk(command)
    command.add_argument(
        "cases",
        metavar="CASES.jsonl",
        help='rows {"id","question","history"?,"as_of"?,"where"?,"passages"?}; - reads stdin',
    )
    command.add_argument("--search", action="store_true", help="give each row's passages instead of an answer")
    command.add_argument("-k", dest="limit", metavar="N", type=_count, default=10, help="passages with --search (10)")
    command = _command(commands, "verify", _verify, "check claims against their evidence", index=False)
    command.add_argument(
        "claims",
        metavar="CLAIMS.jsonl",
        nargs="?",
        default="-",
        help='rows {"id","claim","evidence","question"?} (stdin)',
    )
    commands.add_parser("eval", add_help=False, help="measure answers on a suite of questions, compare runs")
    command = _command(commands, "chat", _chat, "open the chat page", index=False, embedder=True)
    command.add_argument(
        "--model",
        metavar="SPEC",
        action="append",
        default=[],
        help=f"{_MODEL_HELP}; may be repeated: the page offers all",
    )
    command.add_argument(
        "--index",
        metavar="DIR",
        action="append",
        default=[],
        help="index folder ($ONRECORD_INDEX, else the user's data folder); may be repeated: each is a collection",
    )
    command.add_argument(
        "--collections", metavar="DIR", help="folder whose index folders are collections; new ones are made there"
    )
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    command.add_argument("--port", type=_port, default=DEFAULT_PORT, help=f"port to listen on ({DEFAULT_PORT}); 0: any")
    command.add_argument("--examples", metavar="FILE", help="JSONL file of example questions to offer")
    command.add_argument("--conversations", metavar="FILE", help="where conversations are kept (beside the index)")
    command.add_argument("--runs", metavar="DIR", help="evaluation runs to show (where `onrecord eval` writes them)")
    command.add_argument(
        "--auth", metavar="FILE", help="who may use the page: a file with a line name:password for each"
    )


def _add_upkeep_commands(commands: Any) -> None:
    _command(commands, "models", _models, "list the models, their origin and licence", index=False, json=True)
    command = _command(commands, "doctor", _doctor, "check the installation and the index", json=True, embedder=True)
    command.add_argument("--full", action="store_true", help="read the model files in full and compare their hashes")
    command.add_argument("--mend", action="store_true", help="make the searchable parts of a damaged index anew")


def _command(
    commands: Any,
    name: str,
    run: Callable[[argparse.Namespace], int],
    summary: str,
    *,
    index: bool = True,
    json: bool = False,
    embedder: bool = False,
    model: bool = False,
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=summary[0].upper() + summary[1:]
    )
    command.set_defaults(run=run)
    if index:
        command.add_argument(
            "--index", metavar="DIR", help="index folder ($ONRECORD_INDEX, else the user's data folder)"
        )
    if json:
        command.add_argument("--json", action="store_true", help="print one JSON value")
    if embedder:
        command.add_argument("--embedder", metavar="SPEC", help="sentence-transformers path or id")
    if model:
        command.add_argument("--model", metavar="SPEC", help=_MODEL_HELP)
    return command


def _add_filters(command: argparse.ArgumentParser) -> None:
    """Add what may be found: dates of publication, documents, kinds of file and tags."""
    command.add_argument("--as-of", metavar="YYYY-MM-DD", type=_day, help="leave out what was published later")
    command.add_argument("--from", dest="since", metavar="YYYY-MM-DD", type=_day, help="only what was published since")
    command.add_argument("--to", dest="until", metavar="YYYY-MM-DD", type=_day, help="only what was published until")
    for name, place, said in (("from", "since", "or later"), ("to", "until", "or earlier")):
        told = f"only passages that tell of this day {said}"
        command.add_argument(f"--happened-{name}", dest=f"happened_{place}", metavar="YYYY-MM-DD", type=_day, help=told)
    for name, metavar, said in (
        ("source", "NAME", "only this document, this folder (papers/) or this pattern (papers/*.pdf); may be repeated"),
        ("type", "MEDIA", "only files of this media type, such as application/pdf; may be repeated"),
        ("tag", "TAG", "only documents with this tag in their front matter; may be repeated"),
        ("language", "CODE", "only documents in this language (en, de, ...); may be repeated"),
    ):
        command.add_argument(f"--{name}", dest=f"{name}s", metavar=metavar, action="append", default=[], help=said)


def _where(arguments: argparse.Namespace) -> Filter | None:
    """Return the filter of the options; None where none is given."""
    from index.filters import Filter, happened_between

    try:
        found = Filter(
            published_from=arguments.since,
            published_to=arguments.until,
            sources=tuple(arguments.sources),
            media_types=tuple(arguments.types),
            tags=tuple(arguments.tags),
            languages=tuple(arguments.languages),
            happened=happened_between(arguments.happened_since, arguments.happened_until),
        )
    except ValueError as error:
        raise QueryError(str(error)) from error
    return found or None


def _day(text: str) -> datetime.date:
    from qa.cases import parse_day

    try:
        return parse_day(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of passages; expected 1 or more")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.0 < seconds < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time; expected a number of seconds above 0")
    return seconds


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; expected 0 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
