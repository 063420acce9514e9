"""Fit how the verdict weighs network and rules, on texts that the network was never trained on.

    python -m training.verdict --data ROWS --run RUN            # writes `verdict` into its card

A logistic over the log-odds of the network and the rules' findings. Supported and unsupported claims weigh the same, and
so does each source, so that no set's share of supported claims or size decides. The figures are measured on the sources
left out in turn, which is what a set that nobody has seen would meet.

Some of the claims stand among other texts, as they do in use, and held-out rows of `LONG` come with their whole premise.
Rows that the network was trained on are left out: it is surer of them than of anything that it meets in use, and a verdict
fit on them would be too sure of everything.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from index.sentences import split_sentences
from qa.checker import Checker
from qa.evidence import evidence_from_text
from qa.verify.joined import FEATURES, LENGTH_FEATURES, reasons_for
from training.claims import (
    FUSED_SHARE,
    ClaimPair,
    pairs_of_passages,
    pairs_of_statements,
    premises_as_passages,
)
from training.export import WEIGHTS, record_section
from training.metrics import area_under_curve, calibration_error, fit_signed, sigmoid
from training.pairs import SPAN_SOURCES, group_of, is_held_out
from training.rows import read_rows
from training.statements import SUPPORTED, Statement, read_statements
from training.windows import content_words

WHOLE_SHARE = 0.5  # of the pairs whose premise is long are judged by the whole of it
PENALTY = 0.01
SEED = 20
MADE, PASSAGES = "made", "passages"  # changed statements, and claims made from plain passages
PADDED_SHARE = 0.4  # of the pairs stand in a page of other texts, some of them about the same
PADDING = (2, 8)  # so many other texts
FEW = 60  # a source with fewer examples of a label counts less
# What answers are like: sentences about the world with evidence about it. Captions, dialogue, logic and yes/no questions are left out.
SOURCES = (
    "begin", "check_covid", "factcheck_gpt_stance", "fever_dev", "fever_symmetric", "feverous_dev", "fool_me_twice", "halueval_summ",
    "mnli_dev_rest", "q2_wow", "scifact", "summedits_other", "wice_dev", MADE, PASSAGES,
)  # fmt: skip
LONG = (
    "begin", "check_covid", "factcheck_gpt_stance", "feverous_dev", "fool_me_twice", "halueval_summ", "scifact", "summedits_other",
    "wice_dev",
)  # fmt: skip
LONG_KEPT = 110  # of each label


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    claim: str
    evidence: str
    supported: bool
    source: str


def examples_of(pairs: Sequence[ClaimPair], premises: dict[int, str], *, seed: int) -> list[Example]:
    """Return the held-out pairs that are like answers.

    Half of those with a long premise come with the whole of it, and many with other texts around them: what a claim is
    checked by in use is seldom only the right sentence.
    """
    rng = random.Random(seed)
    others = sorted({pair.evidence for pair in pairs if len(pair.evidence.split()) > 12})
    kept = []
    for pair in pairs:
        source = _source_of(pair)
        if source not in SOURCES or pair.kind in ("answer", "wrong answer", "both"):
            continue
        premise = premises.get(pair.group)
        whole = premise is not None and pair.kind not in ("without", "lookalike") and rng.random() < WHOLE_SHARE
        evidence = premise if whole and premise is not None else pair.evidence
        if rng.random() < PADDED_SHARE:
            evidence = padded(rng, pair.claim, evidence, others)
        kept.append(Example(claim=pair.claim, evidence=evidence, supported=pair.label == SUPPORTED, source=source))
    return kept


def held_out_examples(rows: Sequence[Statement], data: Path, *, limit: int, seed: int = SEED) -> list[Example]:
    """Return examples of texts that no run has trained on, at most `limit` of each source: real claims and made ones."""
    held = [row for row in rows if is_held_out(group_of(row.premise))]
    spans = [row for row in read_rows(data / "read", sources=SPAN_SOURCES) if row.answerable]
    passages = [row for row in spans if is_held_out(group_of(row.passage))] + premises_as_passages(held)
    pairs = [*pairs_of_statements(held, seed=seed), *pairs_of_passages(passages, seed=seed, limit=4 * limit)]
    premises = {group_of(row.premise): row.premise for row in held}
    random.Random(seed).shuffle(pairs)
    found, kept = examples_of(pairs, premises, seed=seed), Counter[tuple[str, bool]]()
    chosen = []
    for example in found:
        kept[example.source, example.supported] += 1
        if kept[example.source, example.supported] <= limit // 2:
            chosen.append(example)
    return chosen


def _source_of(pair: ClaimPair) -> str:
    if pair.kind == "real":
        return pair.source
    return PASSAGES if pair.source in SPAN_SOURCES or pair.kind in FUSED_SHARE or pair.kind == "told" else MADE


def padded(rng: random.Random, claim: str, evidence: str, others: Sequence[str]) -> str:
    """Return the evidence among other texts, half of which share most words with the claim of some drawn."""
    asked = content_words(claim)
    drawn = [text for text in rng.sample(others, min(len(others), 120)) if text not in evidence]
    drawn = [text for text in drawn if len(asked - content_words(text)) > 1]  # none that might support it
    drawn.sort(key=lambda text: -len(asked & content_words(text)))
    count = min(rng.randint(*PADDING), len(drawn))
    around = drawn[: count // 2] + rng.sample(drawn[count // 2 :], count - count // 2)
    rng.shuffle(around)
    place = rng.randint(0, len(around))
    return "\n".join([*around[:place], evidence, *around[place:]])


def long_examples(rows: Sequence[Statement], *, seed: int) -> list[Example]:
    """Return held-out rows of `LONG` with their whole premise; of a supported claim of several sentences one of them."""
    rng = random.Random(seed)
    listed = [row for row in rows if is_held_out(group_of(row.premise))]
    rng.shuffle(listed)
    kept: Counter[tuple[str, bool]] = Counter()
    made = []
    for row in listed:
        supported = row.label == SUPPORTED
        if row.source not in LONG or kept[row.source, supported] >= LONG_KEPT:
            continue
        kept[row.source, supported] += 1
        sentences = [sentence.text for sentence in split_sentences(row.claim())]
        if len(sentences) > 1 and not supported:
            continue  # which of them is wrong is not known
        claim = rng.choice(sentences) if len(sentences) > 1 else row.claim()
        made.append(Example(claim=claim, evidence=row.premise, supported=supported, source=f"{row.source}, long"))
    return made


def features_of(example: Example, folder: Path) -> list[float]:
    """Return the features in the order of `qa.verify.joined.FEATURES`."""
    found = reasons_for(example.claim, evidence_from_text(example.evidence), _checker(folder)).features
    return [found[name] for name in FEATURES]


_OPENED: dict[Path, Checker] = {}


def _checker(folder: Path) -> Checker:
    if folder not in _OPENED:
        _OPENED[folder] = Checker(folder, threads=1)
    return _OPENED[folder]


def weights_of(examples: Sequence[Example]) -> Any:
    """Return what each example counts: every source the same, and in it supported and unsupported claims the same."""
    sizes = Counter((example.source, example.supported) for example in examples)
    return np.array([1.0 / max(sizes[example.source, example.supported], FEW) for example in examples])


AGAINST = ("contradiction", "fault", "least fault", "second fault")


def fit(features: Any, labels: Any, weights: Any) -> tuple[float, Any]:
    """Return intercept and weights of a logistic regression for the features as they come.

    What speaks against a claim may not count for it, nor the reverse: a finding too rare to be learned would else be
    given the wrong sign by chance.
    """
    return fit_signed(features, labels, weights, signs=[_sign(name) for name in FEATURES], penalty=PENALTY)


def _sign(name: str) -> int:
    """Return 1 for what may only speak for a claim, -1 for what may only speak against it, 0 for either."""
    if name in LENGTH_FEATURES:
        return 0
    return -1 if name in AGAINST or name.startswith(("rule_", "missing_")) else 1


def chances_of(model: tuple[float, Any], features: Any) -> Any:
    return sigmoid(features @ model[1] + model[0])


def measured(features: Any, labels: Any, sources: Any, weights: Any) -> dict[str, dict[str, float]]:
    """Return AUC, balanced accuracy at one half and calibration error of each source by a fit on all the others."""
    figures = {}
    for source in sorted({str(name).removesuffix(", long") for name in sources}):
        out = np.char.startswith(sources, source)
        if min(labels[out].sum(), (~labels[out]).sum()) < 10:
            continue
        chances = chances_of(fit(features[~out], labels[~out], weights[~out]), features[out])
        truth = labels[out]
        said = chances >= 0.5
        figures[source] = {
            "n": int(out.sum()),
            "auc": round(area_under_curve(chances[truth], chances[~truth]), 3),
            "balanced_accuracy": round(float((said[truth].mean() + (~said[~truth]).mean()) / 2), 3),
            "calibration_error": round(calibration_error(chances, truth.astype(np.float64)), 3),
        }
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with `verify`, as for training")
    parser.add_argument("--run", type=Path, required=True, help="folder of the training run")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--limit", type=int, default=600, help="examples of a source")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args(arguments)
    statements = list(read_statements(given.data / "verify", seed=SEED))
    examples = held_out_examples(statements, given.data, limit=given.limit) + long_examples(statements, seed=SEED)
    with ProcessPoolExecutor(given.processes, mp_context=get_context("spawn")) as pool:
        rows = list(pool.map(partial(features_of, folder=given.weights), examples, chunksize=32))
    features = np.array(rows)
    labels = np.array([example.supported for example in examples])
    sources = np.array([example.source for example in examples])
    weights = weights_of(examples)
    np.savez(given.run / "verdict.npz", features=features, labels=labels, sources=sources, names=np.array(FEATURES))
    figures = measured(features, labels, sources, weights)
    intercept, found = fit(features, labels, weights)
    fitted = {name: round(float(w), 4) for name, w in zip(FEATURES, found, strict=True)}
    verdict = {"intercept": round(intercept, 4), "weights": fitted, "examples": len(examples), "left_out": figures}
    record_section(given.weights, "verdict", verdict)
    for source, row in figures.items():
        print(f"{source:24s} {row}")
    print(intercept, fitted)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
