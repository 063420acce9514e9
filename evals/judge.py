"""The judge is judged: how well its verdicts agree with people's, beside two floors that need no understanding.

A judge that is no better than counting words judges nothing. So each set of human labels is scored three times: by the
judge, by the share of the claim's content words that stand in the evidence, and by how short the claim is.
"""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from evals.errors import JudgeError
from evals.fingerprints import code_version, digest_of, judge_fingerprint, machine
from evals.folder import adapter
from evals.human import Labelled, in_first_half, read_set, sample, sets_named
from evals.statistics import bootstrap_rows
from evals.types import Estimate, JudgeQuality, JudgeReport
from index.files import replace_file
from index.sentences import split_sentences
from qa.errors import VerifierError
from qa.evidence import evidence_from_text
from qa.terminal import printable, table
from qa.types import Evidence, Verdict
from qa.verify import Verifier
from qa.words import contains_word, content_stems

Progress = Callable[[str, int, int], None]  # what is at hand, how many rows are done, how many there are
Rows = NDArray[np.intp]
Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]

BINS = 10
PAIRS = "pairs"  # the row of a set that says how often the true one of two claims scores higher
HOPELESS = 5  # so many failures before the first verdict, and the judge cannot be used


def measure(
    judge: Verifier,
    data: Path,
    *,
    sets: Sequence[str] | None = None,
    limit: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> JudgeReport:
    """Return how well a judge agrees with people, for each set beside the two floors.

    Args:
        data: the folder of the labelled sets.
        sets: names or families of `evals.human.SETS`; None for all.
        limit: a fixed sample of so many rows of each set.
        seed: of resampling.

    Raises:
        DataMissing, SuiteError: a set is not there, or not in its shape.
        JudgeError: there is no set of that name, or the judge fails from the start.
    """
    started = time.monotonic()
    read = {each.name: sample(read_set(each, data), limit) for each in sets_named(sets)}
    total = sum(map(len, read.values()))
    qualities: list[JudgeQuality] = []
    done = 0
    for name, rows in read.items():
        scored = [_judged(judge, rows, _from(progress, name, done, total))]
        scored += [_floor(title, rows, score) for title, score in FLOORS.items()]
        qualities += [_quality(name, each, seed=seed) for each in scored]
        qualities += [pairs for each in scored if (pairs := _pairs(name, each, seed=seed)) is not None]
        done += len(rows)
    _tell(progress, "", done, total)
    return JudgeReport(
        judge=judge.name,
        judge_fingerprint=judge_fingerprint(judge),
        rows=tuple(qualities),
        volatile=_volatile(seed, limit, time.monotonic() - started),
    )


def _tell(progress: Progress | None, name: str, done: int, total: int) -> None:
    if progress is not None:
        progress(name, done, total)


def _from(progress: Progress | None, name: str, before: int, total: int) -> Callable[[int], None]:
    """Return what tells the progress of one set, whose rows come after `before` others."""
    return lambda index: _tell(progress, name, before + index, total)


def _volatile(seed: int, limit: int | None, seconds: float) -> Mapping[str, str]:
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": machine(),
        "code": code_version(),
        "seed": str(seed),
        "limit": "none" if limit is None else str(limit),
        "seconds": f"{seconds:.0f}",
    }


# --- what judge and floors say of each row ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What one scorer says of the rows of a set; all arrays are in the order of `rows`."""

    scorer: str
    rows: tuple[Labelled, ...]
    score: Floats  # higher: more surely supported
    said: Booleans | None  # whether it says supported; None: no threshold could be found
    probability: Floats | None  # where `stated`; None: the scorer states none at all
    stated: Booleans
    errors: int = 0

    @property
    def truth(self) -> Booleans:
        return np.array([row.supported for row in self.rows], dtype=bool)

    @property
    def clusters(self) -> list[str]:
        return [row.cluster for row in self.rows]


def verdict_on(judge: Verifier, claim: str, evidence: str, *, question: str | None = None) -> Verdict:
    """Return the verdict on a claim of one or more sentences.

    A judge that splits claims itself (`splits_claims`) is given the whole. Another takes one sentence at a time.
    Several are supported when each is, with the least of their probabilities; else it is that of a contradicted
    one, or of the first that is not supported.
    """
    pieces = _pieces(evidence)
    if getattr(judge, "splits_claims", False):
        return judge.verify(claim, pieces, question=question)
    sentences = [sentence.text for sentence in split_sentences(claim)]
    if len(sentences) < 2:
        return judge.verify(claim, pieces, question=question)
    verdicts = [judge.verify(sentence, pieces, question=question) for sentence in sentences]
    failed = [verdict for verdict in verdicts if verdict.label != "supported"]
    worst = next((v for v in failed if v.label == "contradicted"), failed[0] if failed else verdicts[0])
    stated = [v.probability for v in verdicts if v.probability is not None]
    probability = min(stated) if len(stated) == len(verdicts) else None
    return Verdict(label=worst.label, probability=probability, reason=worst.reason)


@lru_cache(maxsize=128)
def _pieces(evidence: str) -> tuple[Evidence, ...]:
    return tuple(evidence_from_text(evidence))


def _judged(judge: Verifier, rows: Sequence[Labelled], tell: Callable[[int], None]) -> Scored:
    """Return the judge's verdicts; rows on which it fails are counted and left out."""
    kept: list[Labelled] = []
    verdicts: list[Verdict] = []
    for index, row in enumerate(rows):
        tell(index)
        try:
            verdicts.append(verdict_on(judge, row.claim, row.evidence, question=row.question))
        except VerifierError as error:
            if not verdicts and index + 1 >= HOPELESS:
                raise JudgeError(
                    f"{judge.name} failed on each of the first {HOPELESS} rows of {row.set} ({error})"
                ) from error
            continue
        kept.append(row)
    said = np.array([verdict.label == "supported" for verdict in verdicts], dtype=bool)
    stated = np.array([verdict.probability is not None for verdict in verdicts], dtype=bool)
    score = np.array(
        [v.probability if v.probability is not None else float(s) for v, s in zip(verdicts, said, strict=True)]
    )
    return Scored(
        scorer=judge.name,
        rows=tuple(kept),
        score=score,
        said=said,
        probability=score if stated.any() else None,
        stated=stated,
        errors=len(rows) - len(kept),
    )


def word_overlap(row: Labelled) -> float:
    """Return the share of the claim's content words that stand in the evidence; 0 where the claim has none."""
    stems = content_stems(row.claim)
    there = _evidence_stems(row.evidence)
    return sum(contains_word(there, stem) for stem in stems) / len(stems) if stems else 0.0


@lru_cache(maxsize=128)
def _evidence_stems(evidence: str) -> frozenset[str]:
    return frozenset(content_stems(evidence))


def claim_length(row: Labelled) -> float:
    """Return minus the number of words: the longer a claim, the more can be wrong with it."""
    return float(-len(row.claim.split()))


FLOORS: dict[str, Callable[[Labelled], float]] = {"word overlap": word_overlap, "claim length": claim_length}


def _floor(title: str, rows: Sequence[Labelled], score: Callable[[Labelled], float]) -> Scored:
    scores = np.array([score(row) for row in rows], dtype=np.float64)
    first = np.array([in_first_half(row) for row in rows], dtype=bool)
    return Scored(
        scorer=title,
        rows=tuple(rows),
        score=scores,
        said=said_by_other_half(scores, np.array([row.supported for row in rows], dtype=bool), first),
        probability=None,
        stated=np.zeros(len(rows), dtype=bool),
    )


def said_by_other_half(scores: Floats, truth: Booleans, first: Booleans) -> Booleans | None:
    """Return verdicts of each half by the threshold that is best on the other; None where a half has one label only."""
    said = np.zeros(len(scores), dtype=bool)
    for half in (first, ~first):
        threshold = best_threshold(scores[~half], truth[~half])
        if threshold is None:
            return None
        said[half] = scores[half] >= threshold
    return said


def best_threshold(scores: Floats, truth: Booleans) -> float | None:
    """Return the score from which on saying yes gives the best balanced accuracy; the least of several.

    None where one of the labels does not occur.
    """
    if truth.all() or not truth.any():
        return None
    values, place = np.unique(scores, return_inverse=True)
    yes = np.bincount(place, weights=truth, minlength=len(values))
    no = np.bincount(place, weights=~truth, minlength=len(values))
    caught = yes[::-1].cumsum()[::-1] / yes.sum()
    passed = no[::-1].cumsum()[::-1] / no.sum()
    return float(values[int(np.argmax(caught - passed))])


# --- figures of a scorer: pure functions of arrays --------------------------------------------------------------------


def balanced_accuracy(said: Booleans, truth: Booleans) -> float | None:
    """Return the mean of the shares got right among supported and among unsupported claims (Brodersen et al. 2010).

    None where one of them does not occur.
    """
    yes = int(np.count_nonzero(truth))
    no = len(truth) - yes
    if not yes or not no:
        return None
    right_yes = int(np.count_nonzero(said & truth))
    wrong_yes = int(np.count_nonzero(said)) - right_yes
    return (right_yes / yes + (no - wrong_yes) / no) / 2


def kappa(said: Booleans, truth: Booleans) -> float | None:
    """Return the agreement beyond chance of two raters, (p_o - p_e) / (1 - p_e) (Cohen 1960).

    None where both say one and the same of every claim: then there is no chance of disagreeing.
    """
    n = len(truth)
    if not n:
        return None
    observed = np.count_nonzero(said == truth) / n
    first, second = np.count_nonzero(said) / n, np.count_nonzero(truth) / n
    expected = first * second + (1 - first) * (1 - second)
    return None if expected == 1 else float((observed - expected) / (1 - expected))


def auc(place: Rows, truth: Booleans, levels: int) -> float | None:
    """Return the chance that a supported claim scores above an unsupported one; ties count half (Hanley & McNeil 1982).

    None where one of them does not occur.

    Args:
        place: the rank of each row's score among all distinct scores, from 0; equal scores have one rank.
        levels: how many distinct scores there are.
    """
    yes = np.bincount(place[truth], minlength=levels)
    no = np.bincount(place[~truth], minlength=levels)
    pairs = int(yes.sum()) * int(no.sum())
    if not pairs:
        return None
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2)).sum() / pairs)


def expected_calibration_error(probability: Floats, truth: Booleans) -> float | None:
    """Return the mean gap of probability and share supported over ten bins of equal width, weighed by their rows.

    The error of Naeini et al. (2015) and Guo et al. (2017); 1.0 lies in the last bin. None without rows.
    """
    if not len(probability):
        return None
    number = np.minimum((probability * BINS).astype(np.intp), BINS - 1)
    gaps = np.bincount(number, weights=probability - truth, minlength=BINS)
    return float(np.abs(gaps).sum() / len(probability))


# --- with intervals ---------------------------------------------------------------------------------------------------


def _quality(name: str, scored: Scored, *, seed: int) -> JudgeQuality:
    truth, said = scored.truth, scored.said
    values, place = np.unique(scored.score, return_inverse=True)
    clusters = scored.clusters

    def of_said(figure: Callable[[Booleans, Booleans], float | None]) -> Callable[[Rows], float | None]:
        return lambda rows: None if said is None else figure(said[rows], truth[rows])

    return JudgeQuality(
        set=name,
        n=len(scored.rows),
        clusters=len(set(clusters)),
        positive_share=float(truth.mean()) if len(truth) else 0.0,
        scorer=scored.scorer,
        balanced_accuracy=_estimate("balanced_accuracy", of_said(balanced_accuracy), clusters, seed=seed),
        auc=_estimate("auc", lambda rows: auc(place[rows], truth[rows], len(values)), clusters, seed=seed),
        kappa=_estimate("kappa", of_said(kappa), clusters, seed=seed),
        ece=_calibration(scored, seed=seed),
        errors=scored.errors,
    )


def _calibration(scored: Scored, *, seed: int) -> Estimate | None:
    """Return the calibration error over the rows with a probability; a verdict may have none."""
    if scored.probability is None:
        return None
    probability, truth = scored.probability[scored.stated], scored.truth[scored.stated]
    clusters = [cluster for cluster, stated in zip(scored.clusters, scored.stated, strict=True) if stated]
    return _estimate(
        "ece", lambda rows: expected_calibration_error(probability[rows], truth[rows]), clusters, seed=seed
    )


def _pairs(name: str, scored: Scored, *, seed: int) -> JudgeQuality | None:
    """Return how often the true one of a pair scores higher, ties half, as the AUC within pairs; None without pairs."""
    true_one = {row.pair: score for row, score in zip(scored.rows, scored.score, strict=True) if row.supported}
    wins: list[float] = []
    clusters: list[str] = []
    for row, score in zip(scored.rows, scored.score, strict=True):
        if row.pair is not None and not row.supported and row.pair in true_one:
            wins.append(0.5 if score == true_one[row.pair] else float(true_one[row.pair] > score))
            clusters.append(row.cluster)
    if not wins:
        return None
    won = np.array(wins)
    return JudgeQuality(
        set=f"{name} {PAIRS}",
        n=len(wins),
        clusters=len(set(clusters)),
        positive_share=0.5,
        scorer=scored.scorer,
        balanced_accuracy=Estimate(metric="balanced_accuracy", value=None, interval=None, n=0),
        auc=_estimate("auc", lambda rows: float(won[rows].mean()), clusters, seed=seed),
        kappa=Estimate(metric="kappa", value=None, interval=None, n=0),
        ece=None,
        errors=scored.errors,
    )


def _estimate(
    metric: str, statistic: Callable[[Rows], float | None], clusters: Sequence[str], *, seed: int
) -> Estimate:
    value = statistic(np.arange(len(clusters), dtype=np.intp)) if clusters else None
    lowest = -1.0 if metric == "kappa" else 0.0
    interval = bootstrap_rows(statistic, clusters, seed=seed, within=(lowest, 1.0)) if value is not None else None
    if interval is not None and interval.low == interval.high:
        interval = None  # rows that are all alike show no spread; that is not certainty
    return Estimate(metric=metric, value=value, interval=interval, n=len(clusters), clusters=len(set(clusters)))


# --- kept and shown ---------------------------------------------------------------------------------------------------


def save_report(report: JudgeReport, folder: Path) -> Path:
    """Write a report where `load_report` finds it, whole or not at all, and return where."""
    path = _report_path(report.judge_fingerprint, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(path, adapter(JudgeReport).dump_json(report, indent=2) + b"\n")
    except OSError as error:
        raise JudgeError(
            f"{path} cannot be written ({error.strerror or error}); make room or set another cache"
        ) from error
    return path


def load_report(fingerprint: str, folder: Path) -> JudgeReport | None:
    """Return the kept report of a judge; None where it was never measured.

    Raises:
        JudgeError: the file is damaged.
    """
    path = _report_path(fingerprint, folder)
    if not path.is_file():
        return None
    try:
        report: JudgeReport = adapter(JudgeReport).validate_json(path.read_bytes())
    except ValidationError as error:
        raise JudgeError(f"{path} is damaged; run `onrecord eval judge` again to replace it") from error
    return report


def _report_path(fingerprint: str, folder: Path) -> Path:
    name = fingerprint if re.fullmatch(r"[\w-][\w.-]{0,99}", fingerprint) else digest_of(fingerprint.encode())
    return folder / f"{name}.json"


_HEADER = ("set", "scorer", "n", "supported", "balanced accuracy", "AUC", "kappa", "ECE", "errors")


def as_text(report: JudgeReport) -> str:
    """Return the report as a table for a terminal, with 95 % intervals."""
    rows = [_HEADER, *_cells(report)]
    return printable("\n\n".join([f"judge {report.judge}, measured on labels of people", table(rows), _NOTE]))


def as_markdown(report: JudgeReport) -> str:
    """Return the report as a Markdown table, with 95 % intervals."""
    lines = [_HEADER, ("---",) * len(_HEADER), *_cells(report)]
    body = "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
    made = ", ".join(f"{name} {value}" for name, value in report.volatile.items())
    return f"Judge {report.judge} ({report.judge_fingerprint}; {made})\n\n{body}\n\n{_NOTE}\n"


_NOTE = (
    "Figures with 95 % intervals, bootstrapped over clusters (question, article or premise). The floors' balanced "
    "accuracy and kappa are at the threshold that is best on the other half of the set. In a row of pairs the AUC is "
    "the share of pairs whose true one scores higher, ties half. An AUC below 0.5 orders claims the wrong way round."
)


def _cells(report: JudgeReport) -> Iterator[tuple[str, ...]]:
    for row in report.rows:
        yield (
            row.set,
            row.scorer,
            f"{row.n:,}",
            f"{row.positive_share:.2f}",
            *(_shown(figure) for figure in (row.balanced_accuracy, row.auc, row.kappa, row.ece)),
            str(row.errors),
        )


def _shown(figure: Estimate | None) -> str:
    if figure is None or figure.value is None:
        return "–"
    spread = figure.interval
    return f"{figure.value:.3f}" + (f" ({spread.low:.3f} to {spread.high:.3f})" if spread is not None else "")
