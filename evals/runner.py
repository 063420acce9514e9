"""A suite is asked, scored and written down: the whole story of a run, top to bottom.

Each case is looked up in the run's folder, then in the cache of answers, and only then asked. So a run that was
stopped goes on where it stopped, and a rerun asks nothing.
"""

from __future__ import annotations

import contextlib
import datetime
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from evals.ask import ask, closed_book, gold_passages, reader_of, search_only
from evals.cache import Cache
from evals.errors import EvaluationError, GateError, RunError
from evals.fingerprints import (
    code_fingerprint,
    code_version,
    digest_of,
    documents_fingerprint,
    fingerprint_of,
    judge_fingerprint,
    machine,
)
from evals.folder import RunFolder, adapter, open_run
from evals.scoring import outcome_of, score
from evals.types import (
    SUCCESSES,
    Asked,
    Case,
    Estimate,
    Gate,
    JudgeReport,
    Manifest,
    Report,
    Result,
    Suite,
    Times,
    Trace,
)
from index import Index, PassageInput
from index.errors import IndexingError
from qa import Assistant, RuleVerifier, Settings, Verifier
from qa.errors import AnsweringError

Diagnose = Literal["failures", "all", "none"]
SEARCH_GROUPS = frozenset({"retrieval", "cost"})  # what a suite for the search alone can say

Progress = Callable[[str, int, int], None]  # what is at hand, how many are done, how many there are


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a suite is run; nothing here says what is measured."""

    judge: Verifier = field(default_factory=RuleVerifier)
    judge_report: JudgeReport | None = None  # how good the judge is, where that was measured
    seed: int = 0  # of resampling, and of the first repeat's draws
    repeats: int = 1
    diagnose: Diagnose = "failures"  # which cases are asked again of their gold evidence, and without any
    index_folder: Path | None = None  # where the suite's documents are indexed; None: a temporary folder
    index_progress: Progress | None = None  # told how far that is
    given_index: bool = False  # ask the assistant's own index, even where the suite brings documents
    limit: int | None = None  # as the suite was cut down, for the manifest
    only: tuple[str, ...] = ()
    volatile: Mapping[str, str] = field(default_factory=dict)


def run(
    suite: Suite,
    assistant: Assistant,
    *,
    out: Path | None = None,
    options: Options | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Report:
    """Return the report of a suite; with `out` it is also written there, row by row as it goes.

    Raises:
        RunError: `out` holds another run or cannot be written; repeats were asked for of a model that does not sample.
        GateError: a gate asks for a metric or a run that is not there.
        IndexingError, AnsweringError: the documents or the models cannot be used at all.
    """
    from evals.gates import judge_gates

    options = options or Options()
    _check(suite, assistant, options)
    check_gates(suite.gates, out)
    manifest = manifest_of(suite, assistant, options)
    folder = RunFolder(out, manifest) if out is not None else None
    try:
        results = tuple(_results(suite, assistant, manifest, options, folder, cache, progress or _silent))
        report = Report(
            manifest=manifest,
            results=results,
            estimates=_estimates(suite, results, options.seed),
            judge=options.judge_report,
        )
        if folder is not None:
            folder.finish(report)  # whatever the gates come to, the figures are kept
        gates = judge_gates(suite.gates, report, open_run=open_run, seed=options.seed)
        report = replace(report, gates=gates)
        if folder is not None:
            folder.finish(report)
        return report
    finally:
        if folder is not None:
            folder.close()


def check_gates(gates: Sequence[Gate], out: Path | None) -> None:
    """Raise GateError before anything is asked, where a gate's metric or the run it compares with is not there."""
    from evals.metrics import METRICS

    for gate in gates:
        if gate.metric not in METRICS:
            raise GateError(f"a gate asks for the metric {gate.metric!r}, which is none; see docs/evaluation.md")
        if gate.not_worse_than is None:
            continue
        if out is not None and gate.not_worse_than.resolve() == out.resolve():
            raise GateError(
                f"the gate on {gate.metric} compares {out} with itself; name a run that is kept, or give another --out"
            )
        try:
            open_run(gate.not_worse_than)
        except RunError as error:
            raise GateError(f"the gate on {gate.metric} cannot be judged: {error}") from error


def rescore(report: Report, *, judge: Verifier, judge_report: JudgeReport | None = None, seed: int = 0) -> Report:
    """Return a run scored again with the metrics and the judge of today; nothing is asked. Its gates are left out."""
    results = tuple(score(r.case, r.asked, judge, repeat=r.repeat) for r in report.results)
    manifest = replace(
        report.manifest,
        scoring=code_fingerprint(("evals",)),
        judge=judge.name,
        judge_fingerprint=judge_fingerprint(judge),
        seed=seed,
    )
    searched = all(r.asked.trace.answer is None and r.asked.trace.error is None for r in report.results)
    suite = Suite(name=manifest.suite, cases=tuple(r.case for r in results), retrieval_only=searched)
    return Report(
        manifest=manifest,
        results=results,
        estimates=_estimates(suite, results, seed),
        judge=judge_report,
    )


def _silent(name: str, done: int, total: int) -> None:
    """Say nothing."""


def _check(suite: Suite, assistant: Assistant, options: Options) -> None:
    if options.repeats > 1 and assistant.settings.temperature == 0.0:
        raise RunError(
            f"{options.repeats} repeats were asked for, but at temperature 0 every one is the same; "
            "set a temperature above 0, or one repeat"
        )
    if not suite.cases:
        raise RunError(f"the suite {suite.name} has no cases; nothing was run")


def manifest_of(suite: Suite, assistant: Assistant, options: Options) -> Manifest:
    """Return what the run is made of."""
    from qa.prompt import fingerprint as prompt_fingerprint

    model, embedder = assistant.model, assistant.documents.embedder
    settings = replace(assistant.settings, seed=0)
    return Manifest(
        suite=suite.name,
        suite_fingerprint=digest_of(adapter(Suite).dump_json(replace(suite, documents=(), gates=()))),
        data_fingerprint=_data_fingerprint(suite, assistant, options),
        code=code_fingerprint(),
        scoring=code_fingerprint(("evals",)),
        model=model.name,
        model_fingerprint=str(getattr(model, "fingerprint", model.name)),
        prompt=prompt_fingerprint(),
        settings=digest_of(repr([asdict(settings), asdict(assistant.documents.config)]).encode()),
        embedder=embedder.name,
        embedder_fingerprint=embedder.fingerprint,
        ranker=assistant.ranker.name,
        verifier=assistant.verifier.name,
        checks=digest_of("\n".join(map(fingerprint_of, (assistant.ranker, assistant.verifier))).encode()),
        judge=options.judge.name,
        judge_fingerprint=judge_fingerprint(options.judge),
        seed=options.seed,
        temperature=settings.temperature,
        repeats=options.repeats,
        limit=options.limit,
        only=options.only,
        diagnose=options.diagnose,
        cases=len(suite.cases),
        volatile={
            "date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
            "machine": machine(),
            "commit": code_version(),
            "note": suite.note,
            "description": suite.description,
            **options.volatile,
        },
    )


def _data_fingerprint(suite: Suite, assistant: Assistant, options: Options) -> str:
    if suite.documents and not options.given_index:
        return documents_fingerprint(suite.documents)
    if suite.passages and not options.given_index:
        return digest_of(adapter(tuple[PassageInput, ...]).dump_json(suite.passages))
    if all(case.passages is not None for case in suite.cases):
        return "with each case"
    return assistant.documents.fingerprint


def _estimates(suite: Suite, results: Sequence[Result], seed: int) -> tuple[Estimate, ...]:
    """Return the figures that the suite names, or every one that any of its cases has."""
    from evals.metrics import METRICS
    from evals.statistics import estimate

    if suite.metrics:
        return tuple(estimate(METRICS[name], results, seed=seed) for name in suite.metrics)
    groups = SEARCH_GROUPS if suite.retrieval_only else {metric.group for metric in METRICS.values()}
    found = (estimate(metric, results, seed=seed) for metric in METRICS.values() if metric.group in groups)
    return tuple(figure for figure in found if figure.value is not None)


def _results(
    suite: Suite,
    assistant: Assistant,
    manifest: Manifest,
    options: Options,
    folder: RunFolder | None,
    cache: Cache | None,
    progress: Progress,
) -> Iterator[Result]:
    """Yield the result of every case, in order; new ones are written as they come."""
    kept = folder.kept if folder is not None else []
    wanted = [(case, repeat) for repeat in range(options.repeats) for case in suite.cases]
    with Grounds(suite, assistant, options) as grounds:
        asker = Asker(suite, manifest, grounds, options, cache)
        for place, (case, repeat) in enumerate(wanted):
            if place < len(kept):
                _check_row(kept[place], case, repeat)
                result = kept[place]
            else:
                result = asker.result(case, repeat)
                if folder is not None:
                    folder.add(result)
            progress(f"{case.id}: {result.outcome}", place + 1, len(wanted))
            yield result


def _check_row(found: Result, case: Case, repeat: int) -> None:
    if found.case != case or found.repeat != repeat:
        raise RunError(f"the run's folder holds {found.key} where {case.id} was expected; give another --out")


class Grounds:
    """Where cases are asked: the suite's documents, the assistant's own, or the passages that a case brings.

    Nothing is indexed before the first case needs it.
    """

    def __init__(self, suite: Suite, assistant: Assistant, options: Options) -> None:
        self._suite = suite
        self._assistant = assistant
        self._options = options
        self._stack = contextlib.ExitStack()
        self._shared: Index | None = None

    def __enter__(self) -> Grounds:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def model_owner(self) -> Assistant:
        return self._assistant

    @contextlib.contextmanager
    def of(self, case: Case, settings: Settings) -> Iterator[Assistant]:
        """Give an assistant on what the case is asked of."""
        if case.passages is None:
            yield self._on(self.shared(), settings)
            return
        with self.passages(case.passages, settings) as own:
            yield own

    @contextlib.contextmanager
    def passages(self, passages: Sequence[PassageInput], settings: Settings) -> Iterator[Assistant]:
        """Give an assistant on nothing but these passages."""
        given = self._assistant.documents
        with Index.of_passages(passages, embedder=given.embedder, config=given.config) as own:
            yield self._on(own, settings)

    def shared(self) -> Index:
        """Return the index of the whole suite, made or brought up to date when it is first asked for."""
        if self._shared is None:
            self._shared = self._opened()
        return self._shared

    def _opened(self) -> Index:
        given = self._assistant.documents
        if self._options.given_index or not (self._suite.documents or self._suite.passages):
            return given
        if self._suite.passages:
            made = Index.of_passages(self._suite.passages, embedder=given.embedder, config=given.config)
            return self._stack.enter_context(made)
        folder = self._options.index_folder
        if folder is None:
            folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory())) / "index"
        opened = Index.open(folder, embedder=given.embedder, config=given.config)
        documents = self._stack.enter_context(opened)
        documents.sync(self._suite.documents, progress=self._options.index_progress)
        return documents

    def _on(self, documents: Index, settings: Settings) -> Assistant:
        return self._assistant.on(documents, settings=settings)


class Asker:
    """Asks cases, or finds what came back for the same fingerprint before."""

    def __init__(
        self, suite: Suite, manifest: Manifest, grounds: Grounds, options: Options, cache: Cache | None
    ) -> None:
        self._suite = suite
        self._manifest = manifest
        self._grounds = grounds
        self._options = options
        self._cache = cache
        self._asking = code_fingerprint(("evals/ask.py", "evals/types.py", "evals/matching.py"))

    def result(self, case: Case, repeat: int) -> Result:
        """Return the scored case."""
        trace, times = self._kept("answer", case, repeat, self._answer)
        failed = outcome_of(case, trace) not in SUCCESSES and trace.error is None
        asked = Asked(trace=trace, times=times)
        if not self._suite.retrieval_only and self._diagnosed(failed):
            asked = self._diagnosis(asked, case, repeat)
        return score(case, asked, self._options.judge, repeat=repeat)

    def _diagnosed(self, failed: bool) -> bool:
        return self._options.diagnose == "all" or (self._options.diagnose == "failures" and failed)

    def _diagnosis(self, asked: Asked, case: Case, repeat: int) -> Asked:
        """Add what comes back with the gold evidence alone, and from memory, for a case that the documents answer."""
        if not case.answerable:
            return asked
        if case.evidence:
            asked = replace(asked, with_gold=self._kept("gold", case, repeat, self._with_gold)[0])
        if case.answers is not None:
            trace = self._kept("closed", case, repeat, self._closed_book)[0]
            asked = replace(asked, closed_book=trace.draft if trace.error is None else None)
        return asked

    def _settings(self, repeat: int) -> Settings:
        settings = self._grounds.model_owner.settings
        return replace(settings, seed=draw_seed(settings.seed, self._options.seed, repeat))

    def _answer(self, case: Case, repeat: int) -> tuple[Trace, Times]:
        with self._grounds.of(case, self._settings(repeat)) as assistant:
            if self._suite.retrieval_only:
                return search_only(case, assistant.documents)
            reader = reader_of(
                self._suite.documents, case.passages or self._suite.passages, assistant.documents.text_of
            )
            return ask(case, assistant, own_text_of=reader)

    def _with_gold(self, case: Case, repeat: int) -> tuple[Trace, Times]:
        try:
            text_of = self._grounds.shared().text_of if case.passages is None else _nowhere
            passages = gold_passages(case, text_of)
            with self._grounds.passages(passages, self._settings(repeat)) as assistant:
                return ask(replace(case, as_of=None), assistant)
        except (IndexingError, AnsweringError, EvaluationError) as error:
            return Trace(answer=None, error=f"{type(error).__name__}: {error}"), Times()

    def _closed_book(self, case: Case, repeat: int) -> tuple[Trace, Times]:
        model = self._grounds.model_owner.model
        try:
            return Trace(answer=None, draft=closed_book(case, model, seed=self._settings(repeat).seed)), Times()
        except AnsweringError as error:
            return Trace(answer=None, error=f"{type(error).__name__}: {error}"), Times()

    def _kept(
        self, arm: str, case: Case, repeat: int, make: Callable[[Case, int], tuple[Trace, Times]]
    ) -> tuple[Trace, Times]:
        """Return what is kept under the fingerprint of this asking, else ask and keep; errors are asked again."""
        if self._cache is None or not hasattr(self._grounds.model_owner.model, "fingerprint"):
            return make(case, repeat)  # a model that cannot say what it is may be another one next time
        fingerprint = self._fingerprint(arm, case, repeat)
        known = self._cache.get(fingerprint)
        if known is not None:
            with contextlib.suppress(ValidationError):  # of another shape: asked again
                return adapter(tuple[Trace, Times]).validate_json(known)
        made = make(case, repeat)
        if made[0].error is None:
            self._cache.put(fingerprint, adapter(tuple[Trace, Times]).dump_json(made))
        return made

    def _fingerprint(self, arm: str, case: Case, repeat: int) -> str:
        """Return a hash of all that decides what comes back."""
        made_of = self._manifest
        asked = Case(
            id="",
            question=case.question,
            expect="answer",
            history=case.history,
            as_of=case.as_of,
            evidence=case.evidence if arm == "gold" else (),
            passages=case.passages,
        )
        parts = [
            arm,
            adapter(Case).dump_json(asked).decode(),
            made_of.data_fingerprint if case.passages is None else "",
            made_of.code,
            self._asking,
            made_of.model_fingerprint,
            made_of.settings,
            made_of.embedder_fingerprint,
            made_of.checks,
            str(self._settings(repeat).seed) if made_of.temperature else "",
            "search" if self._suite.retrieval_only else "",
        ]
        return digest_of("\x1f".join(parts).encode())


def draw_seed(model_seed: int, run_seed: int, repeat: int) -> int:
    """Return the seed of one repeat's draws: repeats of neighbouring seeds share none."""
    if not run_seed and not repeat:
        return model_seed
    return int(digest_of(f"{model_seed} {run_seed} {repeat}".encode()), 16) % 2**31


class TimeLeft:
    """Says how long the rest takes, from how long what was really asked has taken."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._asked = 0
        self._last = self._began
        self._spent = 0.0

    def after(self, done: int, total: int) -> str:
        """Return the time left in words; empty while nothing slow has been done."""
        now = time.monotonic()
        if now - self._last > 0.2:  # quicker than that, it was not asked
            self._asked += 1
            self._spent += now - self._last
        self._last = now
        if not self._asked or done >= total:
            return ""
        left = (total - done) * self._spent / self._asked
        return f"{left / 60:.0f} min left" if left >= 90 else f"{left:.0f} s left"


def _nowhere(source: str) -> str:
    raise RunError(f"{source} is not among the passages of its case; name the evidence as the passages are named")
