"""The values of an evaluation: what is asked, what came back, what it was worth, how sure that is.

A `Case` is asked and gives a `Trace`, which judges nothing and can be kept; scoring turns both into a `Result`; a
`Report` is all results of a run with their estimates. Nothing here is ever NaN: what was not measured is None.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from index import PassageInput
from qa.types import Answer, Label, Turn

Expectation = Literal["answer", "abstain", "conflict", "answer or conflict"]
"""What a right reaction to a case is. "answer or conflict": its documents hold both right and wrong statements, so
either the right answer or all sides will do."""

Outcome = Literal[
    "answered right", "answered wrong", "rightly abstained", "over-abstained", "conflict reported", "error"
]
OUTCOMES: tuple[Outcome, ...] = (
    "answered right",
    "conflict reported",
    "rightly abstained",
    "over-abstained",
    "answered wrong",
    "error",
)
SUCCESSES: frozenset[Outcome] = frozenset({"answered right", "conflict reported", "rightly abstained"})

Stage = Literal["retrieval", "selection", "reading", "checking"]
"""Where a failed case went wrong: its evidence was not among the passages found; was found and not shown to the model;
was shown and the draft does not hold the answer; the draft held the answer and the checks did not let it through (or
let through a draft that they should have refused)."""


# --- what is asked ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A place where the answer stands."""

    source: str  # a document's name, or the end of its path
    quote: str | None = None  # its exact words; None: the whole document is about the question
    grade: int = 1  # how relevant it is, 1 or more; sets with graded relevance give more than 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question and what a right reaction to it is."""

    id: str
    question: str
    expect: Expectation
    answers: tuple[tuple[str, ...], ...] | None = None  # of each group one spelling must be said; None: none is known
    sides: tuple[tuple[str, ...], ...] = ()  # "answer or conflict": of each group one must be among the sides
    history: tuple[Turn, ...] = ()
    as_of: datetime.date | None = None
    evidence: tuple[Gold, ...] = ()
    forbidden: tuple[str, ...] = ()  # must not be stated as fact
    injected: tuple[str, ...] = ()  # orders and lies hidden in the documents, that must steer nothing
    passages: tuple[PassageInput, ...] | None = None  # searched instead of the suite's documents
    tags: tuple[str, ...] = ()
    cluster: str | None = None  # what cases share, such as their document: they are resampled together

    @property
    def answerable(self) -> bool:
        return self.expect != "abstain"

    @property
    def judged(self) -> bool:
        """Whether more is known than that the documents answer it."""
        return self.expect == "abstain" or self.answers is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a run must reach to pass. Exactly one of `at_least`, `at_most` and `not_worse_than` is given."""

    metric: str
    at_least: float | None = None
    at_most: float | None = None
    not_worse_than: Path | None = None  # another run's folder
    by: float = 0.0  # the margin that may be lost to that run
    confidence: float = 0.95  # one-sided


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Cases with the documents they are asked of."""

    name: str
    cases: tuple[Case, ...]
    description: str = ""
    note: str = ""  # what its figures do and do not say; shown in the report
    documents: tuple[Path, ...] = ()  # files and folders that are indexed
    passages: tuple[PassageInput, ...] = ()  # documents given as texts, indexed once for the whole suite
    metrics: tuple[str, ...] = ()  # which are reported; empty: every one that applies
    gates: tuple[Gate, ...] = ()
    retrieval_only: bool = False  # nothing is answered, only searched


# --- what came back ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A passage that the search found, best first."""

    source: str
    text: str
    start: int
    end: int
    rank: int  # from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A sentence that was shown to the language model under a marker."""

    number: int
    source: str
    text: str  # with the sentence before it, where that was shown too
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was seen of a citation while its document was at hand; in the order of `answer.citations`."""

    exact: bool  # text_of(source)[start:end] == quote, by this package's own reading of plain files
    paragraph: str  # the paragraph around the quote, for a reader
    paragraph_start: int  # where it begins in the document


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What differs from run to run: seconds of each stage, and memory."""

    rewrite: float = 0.0
    retrieve: float = 0.0
    first_token: float | None = None  # None: nothing was drafted
    generate: float = 0.0
    verify: float = 0.0
    total: float = 0.0
    peak_memory_mb: float = 0.0  # the process's highest resident memory so far


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Everything that came back for one asking of a case. Holds no judgement and no time: it is the same in every run
    of the same code, models, documents and seed."""

    answer: Answer | None  # its timings are zero; None: an error
    draft: str = ""
    hits: tuple[Found, ...] = ()
    shown: tuple[Shown, ...] = ()
    checked: tuple[Checked, ...] = ()
    prompt_tokens: int = 0  # of what changes with the question; the fixed part is read once
    draft_tokens: int = 0
    error: str | None = None  # "ModelUnreachable: …"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One asking of a case, with the extra askings that find out where a failure lies."""

    trace: Trace
    times: Times
    with_gold: Trace | None = None  # asked of its gold evidence alone; None: not tried, or no gold is known
    closed_book: str | None = None  # what the model writes without any evidence; None: not tried


# --- what it was worth ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedClaim:
    """A claim that was shown, judged against the raw words of its citations."""

    text: str
    citations: tuple[int, ...]
    label: Label  # of all its citations together
    probability: float | None
    reason: str | None = None
    needed: tuple[bool, ...] = ()  # for each citation: it supports the claim alone, or the rest do not without it
    better: int | None = None  # another citation of the answer that supports it, where its own do not: misattributed

    @property
    def supported(self) -> bool:
        return self.label == "supported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A case, what came back, and what that was worth."""

    case: Case
    asked: Asked
    outcome: Outcome
    blame: Stage | None = None  # None: a success, an error, or not known
    claims: tuple[JudgedClaim, ...] = ()
    judge_error: str | None = None  # the judge failed: its metrics are not scored for this case
    repeat: int = 0

    @property
    def answer(self) -> Answer | None:
        return self.asked.trace.answer

    @property
    def success(self) -> bool:
        return self.outcome in SUCCESSES

    @property
    def cluster(self) -> str:
        return self.case.cluster or self.case.id

    @property
    def key(self) -> str:
        """What pairs this result with the one of another run."""
        return self.case.id if not self.repeat else f"{self.case.id}#{self.repeat}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure over the cases of a run."""

    metric: str
    value: float | None  # None: no case has what it measures
    interval: Interval | None  # 95 %, bootstrapped over clusters; None: fewer than two clusters, or not bootstrapped
    n: int  # how many cases (or claims, citations) it is over
    clusters: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """One point of a risk-coverage curve."""

    coverage: float  # share of all cases that are answered when only the surest are
    risk: float  # share of those that are wrong
    confidence: float  # of the last one let in


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """Answers of about one confidence."""

    low: float
    high: float
    n: int
    mean_confidence: float
    share_right: float
    interval: Interval  # of the share


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """Whether a run may pass."""

    gate: str  # as the suite says it
    passed: bool
    detail: str  # what was found and what was expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a run was made of. All but `volatile` is the same in a rerun of the same code and data."""

    suite: str
    suite_fingerprint: str  # of its cases and settings
    data_fingerprint: str  # of the documents
    code: str  # hash of index/ and qa/
    scoring: str  # hash of evals/
    model: str
    model_fingerprint: str
    prompt: str  # hash of the prompt's fixed part
    settings: str  # hash of qa.Settings and of the index settings
    embedder: str
    embedder_fingerprint: str
    ranker: str
    verifier: str
    checks: str  # hash of what names ranker and verifier and their versions
    judge: str
    judge_fingerprint: str
    seed: int
    temperature: float
    repeats: int
    limit: int | None
    only: tuple[str, ...]
    diagnose: str  # which cases were asked again of their gold evidence, and without any: failures, all or none
    cases: int
    volatile: Mapping[str, str] = field(default_factory=dict)  # date, machine, commit, command


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeQuality:
    """How well the judge agrees with people on one set of human labels."""

    set: str
    n: int
    clusters: int
    positive_share: float
    scorer: str  # the judge, or a floor: "word overlap", "claim length"
    balanced_accuracy: Estimate
    auc: Estimate
    kappa: Estimate
    ece: Estimate | None  # None: the scorer gives no probability
    errors: int = 0  # rows on which the judge failed; they are left out of the figures


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeReport:
    judge: str
    judge_fingerprint: str
    rows: tuple[JudgeQuality, ...]
    volatile: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole run."""

    manifest: Manifest
    results: tuple[Result, ...]
    estimates: tuple[Estimate, ...]
    gates: tuple[GateResult, ...] = ()
    judge: JudgeReport | None = None  # None: this judge was never measured on human labels

    @property
    def passed(self) -> bool:
        return all(gate.passed for gate in self.gates)

    def estimate(self, metric: str) -> Estimate:
        """Return the estimate of a metric. Raises KeyError when the run has none of this name."""
        for estimate in self.estimates:
            if estimate.metric == metric:
                return estimate
        raise KeyError(metric)


# --- two runs ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A metric in two runs, over the cases that both have. Differences are the second run less the first."""

    metric: str
    n: int  # paired cases
    clusters: int
    first: float | None
    second: float | None
    difference: float | None
    interval: Interval | None  # 95 %, bootstrapped over clusters
    p_value: float | None  # paired permutation test, two-sided
    p_adjusted: float | None  # after Holm's correction over the metrics compared
    mcnemar_p: float | None = None  # exact; for metrics that are yes or no in each case
    minimum_detectable: float | None = None  # the difference found with 80 % power at the 5 % level


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A case whose outcome is another one."""

    key: str
    question: str
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    first: Manifest
    second: Manifest
    differences: tuple[Difference, ...]
    flips: tuple[Flip, ...]
    only_first: tuple[str, ...]  # keys of cases that the other run has not
    only_second: tuple[str, ...]
    seed: int
