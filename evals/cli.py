"""`onrecord eval`: runs suites, compares runs, judges the judge; each command calls one or two functions.

Progress goes to stderr, results to stdout. Exit status: 0 when the command did its job, 1 when a gate was not passed
or something failed (with one line that says what to do), 2 on wrong usage.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.errors import EvaluationError, RunError, SuiteError
from qa.options import add_risk

if TYPE_CHECKING:
    from evals.runner import Options, Progress
    from evals.types import Comparison, Manifest, Report, Suite
    from index import Index
    from index.embed import Embedder
    from qa import Assistant, Verifier

COMMANDS = ("run", "compare", "judge", "suites", "report", "rescore", "label", "correct", "export", "import",
            "from-feedback")  # fmt: skip
MADE_BY_EVAL = "made-by-eval"  # in an index that holds a suite's documents: it is kept up to date with them


def main(argv: Sequence[str]) -> int:
    """Run one `onrecord eval` command and return its exit status; wrong usage raises SystemExit(2).

    Raises:
        EvaluationError, IndexingError, AnsweringError, OSError: for `qa.cli` to say in one line.
    """
    named = next((word for word in argv if not word.startswith("-")), None)
    arguments = _parser().parse_args(argv if named in COMMANDS or named is None else ["run", *argv])
    status: int = arguments.run(arguments)
    return status


# --- commands ---------------------------------------------------------------------------------------------------------


def _run(arguments: argparse.Namespace) -> int:
    from evals.folder import DEFAULT_RUNS
    from evals.runner import manifest_of, run
    from evals.suites import chosen, open_suite

    suite = open_suite(arguments.suite, data=_data(arguments))
    suite = chosen(suite, only=arguments.only, limit=arguments.limit)
    with contextlib.ExitStack() as stack:
        assistant, given = stack.enter_context(_assistant(arguments, suite))
        options = _options(arguments, suite, assistant, given=given, indexing=stack.enter_context(_plain_bar()))
        parent = DEFAULT_RUNS / _file_name(suite.name)
        out = arguments.out or _next_folder(parent, manifest_of(suite, assistant, options))
        against = _against(arguments, out)
        report = run(
            suite,
            assistant,
            out=out,
            options=options,
            cache=None if arguments.no_cache else stack.enter_context(_cache()),
            progress=stack.enter_context(_bar()),
        )
    comparison = _write_report(report, out, against, named=arguments.against is not None)
    _print_report(report, out, comparison, as_json=arguments.json)
    return _gate_status(report)


def _compare(arguments: argparse.Namespace) -> int:
    from evals.compare import as_text, compare, to_json
    from evals.folder import open_run

    metrics = arguments.metrics or None
    found = compare(open_run(arguments.first), open_run(arguments.second), metrics=metrics, seed=arguments.seed)
    print(json.dumps(to_json(found), ensure_ascii=False, indent=2) if arguments.json else as_text(found))
    return 0


def _judge(arguments: argparse.Namespace) -> int:
    from evals.folder import adapter
    from evals.judge import as_markdown, as_text, measure, save_report
    from evals.types import JudgeReport

    with _bar() as progress:
        report = measure(
            _judge_of(arguments.judge),
            _data(arguments),
            sets=arguments.sets or None,
            limit=arguments.limit,
            seed=arguments.seed,
            progress=progress,
        )
    if arguments.limit is None and not arguments.sets:
        save_report(report, _judges_folder())
    if arguments.json:
        _print_bytes(adapter(JudgeReport).dump_json(report, indent=2))
    else:
        print(as_markdown(report) if arguments.markdown else as_text(report))
    return 0


def _suites(arguments: argparse.Namespace) -> int:
    from evals.suites import built_in_names

    print("\n".join(built_in_names()))
    return 0


def _report(arguments: argparse.Namespace) -> int:
    from evals.folder import open_run

    report = open_run(arguments.folder)
    comparison = _write_report(report, arguments.folder, arguments.against, named=True)
    _print_report(report, arguments.folder, comparison, as_json=arguments.json)
    return 0


def _rescore(arguments: argparse.Namespace) -> int:
    from evals.fingerprints import judge_fingerprint
    from evals.folder import open_run, write_run
    from evals.judge import load_report
    from evals.runner import rescore

    judge = _judge_of(arguments.judge)
    known = load_report(judge_fingerprint(judge), _judges_folder())
    report = rescore(open_run(arguments.folder), judge=judge, judge_report=known, seed=arguments.seed)
    write_run(report, arguments.out)
    comparison = _write_report(report, arguments.out, None, named=False)
    _print_report(report, arguments.out, comparison, as_json=arguments.json)
    return 0


def _label(arguments: argparse.Namespace) -> int:
    from evals.folder import open_run
    from evals.labels import labelling_sheet

    sys.stdout.write(labelling_sheet(open_run(arguments.folder), n=arguments.n, seed=arguments.seed))
    return 0


def _correct(arguments: argparse.Namespace) -> int:
    from evals.folder import open_run
    from evals.labels import corrected, corrected_as_text, read_labels

    labels = read_labels(_text_of(arguments.labels), str(arguments.labels))
    print(corrected_as_text(corrected(open_run(arguments.folder), labels)))
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from evals.exchange import to_beir, to_csv, to_ragas, to_trec
    from evals.suites import open_suite

    if arguments.format == "ragas":
        rows = to_ragas(_finished_run(arguments.what))
        _write_text(arguments.to, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    elif arguments.format == "trec":
        _write_text(arguments.to, to_trec(_finished_run(arguments.what)))
    elif arguments.format == "csv":
        _write_text(arguments.to, to_csv(open_suite(arguments.what, data=_data(arguments))))
    elif arguments.to is None:
        raise SuiteError("BEIR is a folder of files; give the new folder as --to")
    else:
        to_beir(open_suite(arguments.what, data=_data(arguments)), arguments.to)
    return 0


def _import(arguments: argparse.Namespace) -> int:
    from evals.exchange import from_beir, from_ragas, read_ragas, write_suite

    if arguments.format == "beir":
        suite = from_beir(arguments.what)
    else:
        suite = from_ragas(read_ragas(_text_of(arguments.what), str(arguments.what)), name=arguments.what.stem)
    write_suite(suite, arguments.to)
    print(f"{len(suite.cases)} cases written to {arguments.to}")
    return 0


def _from_feedback(arguments: argparse.Namespace) -> int:
    from evals.exchange import write_rows, write_suite
    from evals.feedback import suite_of_feedback
    from qa.config import index_path
    from qa.feedback import FILE_NAME, FeedbackStore

    where = arguments.what or (arguments.index or index_path()) / FILE_NAME
    with contextlib.closing(FeedbackStore(where, create=False)) as store:
        suite, to_complete = suite_of_feedback(store.all(), name=arguments.to.name)
    if not suite.cases and not to_complete:
        raise SuiteError(f"nobody has said anything in {where} yet; readers do so under an answer in the chat")
    write_suite(suite, arguments.to)
    print(f"{len(suite.cases)} cases written to {arguments.to}; ask them with --index, of the same documents")
    if to_complete:
        write_rows(arguments.to / TO_COMPLETE, to_complete)
        print(f"{len(to_complete)} more need their right answer: fill in {arguments.to / TO_COMPLETE}")
    return 0


TO_COMPLETE = "to-complete.jsonl"


def _finished_run(name: str) -> Report:
    from evals.folder import is_run, open_run

    if not is_run(Path(name)):
        raise RunError(f"{name} holds no finished run; give the --out folder of `onrecord eval`")
    return open_run(Path(name))


# --- what the commands share ------------------------------------------------------------------------------------------


def _data(arguments: argparse.Namespace) -> Path:
    from qa.config import evaluation_data_path

    given: Path | None = arguments.data
    return given if given is not None else evaluation_data_path()


def _against(arguments: argparse.Namespace, out: Path) -> Path | None:
    """Return the run to compare with: the one named, else the newest other one beside `out` of the same suite."""
    from evals.folder import is_run

    if arguments.against is not None:
        if not is_run(arguments.against):
            raise RunError(f"--against {arguments.against} holds no finished run; give the --out of an earlier one")
        named: Path = arguments.against
        return named
    if arguments.out is not None:
        return None
    earlier = [path for path in out.parent.glob("*") if is_run(path) and path.name != out.name]
    return max(earlier, key=lambda path: path.name, default=None)


def _next_folder(parent: Path, manifest: Manifest) -> Path:
    """Return the folder of the newest run where that is the same one and was not finished, else a new one."""
    from evals.folder import RESULTS, is_same, read_manifest

    numbers = sorted(int(path.name) for path in parent.glob("[0-9]*") if path.name.isdecimal())
    last = parent / f"{numbers[-1] if numbers else 0:04d}"
    if numbers and not (last / RESULTS).exists():
        with contextlib.suppress(RunError):
            if is_same(read_manifest(last), manifest):
                return last
    return parent / f"{(numbers[-1] if numbers else 0) + 1:04d}"


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "suite"


@contextlib.contextmanager
def _assistant(arguments: argparse.Namespace, suite: Suite) -> Iterator[tuple[Assistant, bool]]:
    """Give an assistant with the models named, and whether its own index is to be asked."""
    from dataclasses import replace

    from qa.opening import open_assistant

    with _index(arguments, suite) as (documents, given), _model_bar() as bar:
        with open_assistant(documents, model=arguments.model, progress=bar) as assistant:
            assistant.settings = replace(assistant.settings, temperature=arguments.temperature, risk=arguments.risk)
            yield assistant, given


@contextlib.contextmanager
def _index(arguments: argparse.Namespace, suite: Suite) -> Iterator[tuple[Index, bool]]:
    """Give the index to ask, and whether it is to be asked as it is; an empty one where the suite brings documents."""
    from evals.fingerprints import code_fingerprint
    from index import Index
    from qa.config import index_path

    needed = any(case.passages is None for case in suite.cases)
    brings = bool(suite.documents or suite.passages)
    if needed and (arguments.index is not None or not brings):
        path = index_path() if arguments.index is None else Path(arguments.index)
        if brings and _is_made_by_eval(path):
            with Index.open(path, embedder=arguments.embedder) as documents:
                yield documents, False
            return
        with Index.open(path, embedder=arguments.embedder, create=brings) as documents:
            holds = documents.stats().documents
            if not holds and not brings:
                raise SuiteError(f"{path} holds no documents to ask; run `onrecord index PATH --index {path}` first")
            if holds:
                print(f"asking the index at {path} as it is ({holds} documents)", file=sys.stderr)
                yield documents, True
                return
        (path / MADE_BY_EVAL).write_text(code_fingerprint(("index",)), encoding="utf-8")
    with Index.of_passages((), embedder=_embedder(arguments)) as documents:
        yield documents, False


def _is_made_by_eval(path: Path) -> bool:
    """Tell whether an index holds a suite's documents because a run put them there.

    Raises:
        SuiteError: other code of index/ put them there, so that they may be split otherwise than now.
    """
    from evals.fingerprints import code_fingerprint

    mark = path / MADE_BY_EVAL
    if not mark.is_file():
        return False
    if mark.read_text(encoding="utf-8") != code_fingerprint(("index",)):
        raise SuiteError(f"the index at {path} was made for a run by other code of index/; delete it, it is made again")
    return True


def _embedder(arguments: argparse.Namespace) -> Embedder:
    from index.embed import default_embedder, open_embedder

    return default_embedder() if arguments.embedder is None else open_embedder(arguments.embedder)


def _options(
    arguments: argparse.Namespace, suite: Suite, assistant: Assistant, *, given: bool, indexing: Progress
) -> Options:
    from evals.fingerprints import code_fingerprint, documents_fingerprint, judge_fingerprint
    from evals.judge import load_report
    from evals.runner import Options
    from qa.config import cache_path

    judge = _judge_of(arguments.judge)
    folder = Path(arguments.index) if arguments.index is not None else None
    if folder is None and suite.documents:
        made_of = (assistant.documents.embedder.fingerprint, code_fingerprint(("index",)))
        key = "-".join((documents_fingerprint(suite.documents), *(part[:8] for part in made_of)))
        folder = cache_path() / "evals" / "indexes" / key
    return Options(
        judge=judge,
        judge_report=load_report(judge_fingerprint(judge), _judges_folder()),
        seed=arguments.seed,
        repeats=arguments.repeats,
        diagnose=arguments.diagnose,
        index_folder=folder,
        index_progress=indexing,
        given_index=given,
        limit=arguments.limit,
        only=tuple(arguments.only),
        volatile={"command": shlex.join(["onrecord", "eval", *_shown_command(arguments)])},
    )


def _shown_command(arguments: argparse.Namespace) -> list[str]:
    """Return the words that name what is measured, without the folders of one machine."""
    shown = [Path(arguments.suite).name]
    for name, value in (("--limit", arguments.limit), ("--only", ",".join(arguments.only)), ("--seed", arguments.seed)):
        shown += [name, str(value)] if value else []
    if arguments.risk is not None:
        shown += ["--risk", str(arguments.risk)]
    if arguments.temperature:
        shown += ["--temperature", str(arguments.temperature), "--repeats", str(arguments.repeats)]
    return shown


def _judge_of(spec: str | None) -> Verifier:
    from qa import RuleVerifier
    from qa.config import api_key
    from qa.verify import default_verifier

    if spec is None:
        return default_verifier()
    if spec == "rules":
        return RuleVerifier()
    from evals.outside import OutsideJudge

    return OutsideJudge(spec, api_key=api_key())


def _judges_folder() -> Path:
    from qa.config import cache_path

    return cache_path() / "evals" / "judges"


def _cache() -> Any:
    from evals.cache import Cache
    from qa.config import cache_path

    return Cache(cache_path() / "evals" / "answers.sqlite")


def _write_report(report: Report, out: Path, against: Path | None, *, named: bool) -> Comparison | None:
    from evals.junit import as_junit, gates_as_json
    from evals.report import write
    from index.files import replace_file

    comparison = _compared(report, against, named=named)
    write(report, out, comparison=comparison)
    replace_file(out / "junit.xml", as_junit(report).encode())
    replace_file(out / "gates.json", (json.dumps(gates_as_json(report), indent=2) + "\n").encode())
    return comparison


def _compared(report: Report, against: Path | None, *, named: bool) -> Comparison | None:
    """Return the comparison with another run; one that nobody named is left out, with a line, where it does not fit."""
    from evals.compare import compare
    from evals.folder import open_run

    if against is None:
        return None
    try:
        return compare(open_run(against), report, seed=report.manifest.seed)
    except EvaluationError as error:
        if named:
            raise
        print(f"onrecord: not compared with the run before: {error}", file=sys.stderr)
        return None


def _print_report(report: Report, out: Path, comparison: Comparison | None, *, as_json: bool) -> None:
    from evals.compare import as_text
    from evals.terminal import report_as_text, summary

    if as_json:
        print(json.dumps(summary(report, out), ensure_ascii=False, indent=2))
        return
    print(report_as_text(report))
    if comparison is not None:
        print(f"\n{as_text(comparison)}")
    print(f"\n{out / 'report.html'}")


def _gate_status(report: Report) -> int:
    failed = [gate for gate in report.gates if not gate.passed]
    for gate in failed:
        print(f"onrecord: gate not passed: {gate.gate}: {gate.detail}", file=sys.stderr)
    return 1 if failed else 0


@contextlib.contextmanager
def _bar() -> Iterator[Progress]:
    """Give a progress bar with the time left."""
    from evals.runner import TimeLeft
    from qa.terminal import ProgressBar

    bar, clock = ProgressBar(sys.stderr), TimeLeft()
    try:
        yield lambda name, done, total: bar(f"{clock.after(done, total)}  {name}".strip(), done, total)
    finally:
        bar.clear()


@contextlib.contextmanager
def _plain_bar() -> Iterator[Progress]:
    """Give a progress bar for the indexing of a suite's documents."""
    from qa.terminal import ProgressBar

    bar = ProgressBar(sys.stderr)
    try:
        yield lambda name, done, total: bar(f"indexing {name}", done, total)
    finally:
        bar.clear()


@contextlib.contextmanager
def _model_bar() -> Iterator[Callable[[int, int], None]]:
    from qa.terminal import ProgressBar

    bar = ProgressBar(sys.stderr)
    try:
        yield lambda done, total: bar("MB of the language model put together", done // 10**6, total // 10**6)
    finally:
        bar.clear()


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error


def _write_text(path: Path | None, text: str) -> None:
    from index.files import replace_file

    if path is None:
        sys.stdout.write(text)
    else:
        replace_file(path, text.encode())


def _print_bytes(value: bytes) -> None:
    sys.stdout.write(value.decode() + "\n")


# --- options ----------------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="onrecord eval",
        description="Measure retrieval, answers, citations, faithfulness, abstention and speed on a suite.",
        epilog="`onrecord eval SUITE` means `onrecord eval run SUITE`; `onrecord eval COMMAND --help` lists options.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_run(commands)
    _add_compare(commands)
    _add_judge(commands)
    command = _command(commands, "suites", _suites, "list the built-in suites and the sets that have an adapter")
    command = _command(commands, "report", _report, "write the report of a run again")
    command.add_argument("folder", metavar="RUN", type=Path, help="a run's folder")
    command.add_argument("--against", metavar="RUN", type=Path, help="an earlier run to compare with")
    command.add_argument("--json", action="store_true", help="print one JSON value")
    _add_rescore(commands)
    _add_labels(commands)
    _add_exchange(commands)
    return parser


def _add_run(commands: Any) -> None:
    command = _command(commands, "run", _run, "run a suite and write its report")
    command.add_argument("suite", metavar="SUITE", help="a suite's folder, a JSONL or CSV file, or a built-in name")
    command.add_argument("--index", metavar="DIR", help="index to ask; an empty one gets the suite's documents")
    command.add_argument("--out", metavar="DIR", type=Path, help="the run's folder (onrecord-runs/SUITE/0001, …)")
    command.add_argument("--data", metavar="DIR", type=Path, help="data of the adapters ($ONRECORD_EVAL_DATA)")
    command.add_argument("--against", metavar="RUN", type=Path, help="an earlier run to compare with")
    command.add_argument("--limit", metavar="N", type=_count, help="a fixed, hash-chosen sample of N cases")
    command.add_argument(
        "--only", metavar="TAGS", type=_words, action="extend", default=[], help="cases with one of these tags or ids"
    )
    command.add_argument("--seed", metavar="N", type=_whole, default=0, help="of resampling and of sampling (0)")
    command.add_argument(
        "--repeats", metavar="N", type=_count, default=1, help="ask each case N times (needs sampling)"
    )
    command.add_argument("--temperature", metavar="T", type=_temperature, default=0.0, help="0: no sampling (0)")
    add_risk(command)
    command.add_argument(
        "--diagnose",
        choices=("failures", "all", "none"),
        default="failures",
        help="which cases are asked again of their gold evidence alone, and without any (failures)",
    )
    command.add_argument(
        "--judge", metavar="URL#MODEL", help="an OpenAI-compatible judge, or `rules`, instead of the verifier"
    )
    command.add_argument("--model", metavar="SPEC", help="GGUF path, hf:org/repo/file.gguf, or OpenAI-compatible URL")
    command.add_argument("--embedder", metavar="SPEC", help="sentence-transformers path or id")
    command.add_argument("--no-cache", action="store_true", help="ask every question again")
    command.add_argument("--json", action="store_true", help="print one JSON value")


def _add_compare(commands: Any) -> None:
    command = _command(commands, "compare", _compare, "say whether a second run is better than a first, case by case")
    command.add_argument("first", metavar="RUN_A", type=Path, help="the run before")
    command.add_argument("second", metavar="RUN_B", type=Path, help="the run after")
    command.add_argument("--metrics", metavar="NAMES", type=_words, default=[], help="only these metrics")
    command.add_argument("--seed", metavar="N", type=_whole, default=0, help="of resampling (0)")
    command.add_argument("--json", action="store_true", help="print one JSON value")


def _add_judge(commands: Any) -> None:
    command = _command(commands, "judge", _judge, "measure the judge itself on labels of people")
    command.add_argument("--data", metavar="DIR", type=Path, help="folder with the labelled sets ($ONRECORD_EVAL_DATA)")
    command.add_argument(
        "--judge", metavar="URL#MODEL", help="an OpenAI-compatible judge, or `rules`, instead of the verifier"
    )
    command.add_argument("--sets", metavar="NAMES", type=_words, default=[], help="only these sets")
    command.add_argument("--limit", metavar="N", type=_count, help="a fixed sample of N rows of each set")
    command.add_argument("--seed", metavar="N", type=_whole, default=0, help="of resampling (0)")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON value")
    form.add_argument("--markdown", action="store_true", help="print a Markdown table")


def _add_rescore(commands: Any) -> None:
    command = _command(commands, "rescore", _rescore, "score a run again with the metrics and judge of today")
    command.add_argument("folder", metavar="RUN", type=Path, help="a run's folder; nothing in it is changed")
    command.add_argument("--out", metavar="DIR", type=Path, required=True, help="the new run's folder")
    command.add_argument(
        "--judge", metavar="URL#MODEL", help="an OpenAI-compatible judge, or `rules`, instead of the verifier"
    )
    command.add_argument("--seed", metavar="N", type=_whole, default=0, help="of resampling (0)")
    command.add_argument("--json", action="store_true", help="print one JSON value")


def _add_labels(commands: Any) -> None:
    command = _command(commands, "label", _label, "print a sheet of claims for a person to label")
    command.add_argument("folder", metavar="RUN", type=Path, help="a run's folder")
    command.add_argument("-n", metavar="N", type=_count, default=50, help="how many claims (50)")
    command.add_argument("--seed", metavar="N", type=_whole, default=0, help="of the draw (0)")
    command = _command(commands, "correct", _correct, "correct a run's faithfulness for the judge's errors")
    command.add_argument("folder", metavar="RUN", type=Path, help="a run's folder")
    command.add_argument("--labels", metavar="FILE", type=Path, required=True, help="the labelled sheet (CSV)")


def _add_exchange(commands: Any) -> None:
    command = _command(commands, "export", _export, "write a suite as BEIR or CSV, a run as RAGAS or TREC")
    command.add_argument("what", metavar="SUITE|RUN", help="a suite (beir, csv) or a run's folder (ragas, trec)")
    command.add_argument("--format", choices=("beir", "csv", "ragas", "trec"), required=True, help="what to write")
    command.add_argument("--to", metavar="PATH", type=Path, help="folder (beir) or file; by default stdout")
    command.add_argument("--data", metavar="DIR", type=Path, help="data of the adapters ($ONRECORD_EVAL_DATA)")
    command = _command(commands, "import", _import, "make a suite of a BEIR folder or of RAGAS rows")
    command.add_argument("what", metavar="PATH", type=Path, help="a BEIR folder, or a JSON or JSONL file of RAGAS rows")
    command.add_argument("--format", choices=("beir", "ragas"), required=True, help="what it is")
    command.add_argument("--to", metavar="DIR", type=Path, required=True, help="the suite's new folder")

    command = _command(commands, "from-feedback", _from_feedback, "make a suite of what readers said of answers")
    command.add_argument("what", metavar="FILE", type=Path, nargs="?", help="their feedback (beside the index)")
    command.add_argument("--index", metavar="DIR", type=Path, help="the index whose chat they used ($ONRECORD_INDEX)")
    command.add_argument("--to", metavar="DIR", type=Path, required=True, help="the suite's new folder")


def _command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], summary: str
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=summary[0].upper() + summary[1:]
    )
    command.set_defaults(run=run)
    return command


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number; expected 1 or more")
    return int(text)


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 0 or more")
    return int(text)


def _temperature(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 2.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a temperature; expected 0 to 2")
    return value


def _words(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := part.strip())]
