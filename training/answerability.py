"""Fit how the language model's word on an answer is weighed, and from where on answers are shown then.

    python -m training.answerability --data ROWS --run RUN      # writes `answerability` into the card of qa/weights

The questions are those of `training.abstention`, on texts that the network was never trained on. On one half of the
texts the best sentence of each question is read by the network and asked about of the language model; right is a
sentence that holds the gold answer, and a logistic of two features is fit, with a fixed share of the model's word.
Those of the other half are answered by the whole assistant, and give the thresholds. What was asked is kept in the
run's folder, row by row, and not asked again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from qa.abstention import Asked, Thresholds, selective, thresholds_of
from qa.analysis import analyse
from qa.answerability import FEATURES, Weights, YesNoModel, asked_of, features_of
from qa.pipeline import Assistant
from training.abstention import RISKS, Posed, answered, holds, index_of, is_of_second_half, questions_of
from training.evaluate import auc_of, interval
from training.export import WEIGHTS, record_section
from training.metrics import calibration_error, fit_signed, sigmoid
from training.pairs import SPAN_SOURCES
from training.rows import read_rows

PENALTY = 0.01
# How much the model's log-odds count for one of the network's. The network was trained on questions of the very kind
# that the calibration asks and the model was not, so a fit to them would undervalue it for everybody else's questions;
# the share was chosen on development questions of other kinds (docs/abstention.md) and costs little here.
SHARE = 1.5
EVERYTHING = Thresholds(risks=(0.0,), confidences=(0.0,))


def kept(path: Path, posed: Sequence[Posed], ask: Callable[[Posed], dict[str, Any] | None]) -> list[dict[str, Any]]:
    """Return a row a question, asking and adding those that are not in the file; none where `ask` gives none."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.is_file() else []
    known = {row["question"]: row for row in rows}
    with path.open("a", encoding="utf-8") as file:
        for each in posed:
            if each.question not in known:
                known[each.question] = {"question": each.question, **(ask(each) or {})}
                print(json.dumps(known[each.question]), file=file, flush=True)
    found = [known[each.question] for each in posed]
    return [row for row in found if len(row) > 1]


def read_best(assistant: Assistant, posed: Posed) -> dict[str, Any] | None:
    """Return what network and language model make of the best sentence, and whether it holds the gold answer."""
    ranked = assistant.rank(posed.question)
    model = assistant.model
    if not ranked or not isinstance(model, YesNoModel):
        return None
    best = max(ranked[:3], key=lambda candidate: candidate.confidence)
    asked = asked_of(model, analyse(posed.question), best)
    return {"confidence": best.confidence, "asked": asked, "right": holds(posed, best)}


def table_of(rows: Sequence[dict[str, Any]]) -> tuple[Any, Any]:
    """Return the log-odds (n, 2) of confidence and model, and whether each is right."""
    features = [list(features_of(row["confidence"], row["asked"]).values()) for row in rows]
    return np.array(features), np.array([row["right"] for row in rows])


def fit(features: Any, labels: Any) -> tuple[float, dict[str, float]]:
    """Return intercept and weights of a logistic of the two log-odds, of which the model's counts `SHARE` times."""
    joined = (features @ [1.0, SHARE])[:, None]
    shares = np.full(len(labels), 1.0 / len(labels))
    intercept, (slope,) = fit_signed(joined, labels, shares, signs=[1], penalty=PENALTY)
    return intercept, {"confidence": float(slope), "asked": float(slope) * SHARE}


def measured(features: Any, labels: Any, joined: Any) -> Iterator[str]:
    """Yield the area under the curve of the confidence, of the model's word and of both."""
    columns = {**{name: features[:, n] for n, name in enumerate(FEATURES)}, "joined, on the rows it was fit on": joined}
    for name, scores in columns.items():
        value, low, high = interval(partial(_area, scores, labels), len(labels), seed=0)
        yield f"{name}: AUC {value:.3f} ({low:.3f}–{high:.3f}), n {len(labels)}"
    yield f"calibration error {calibration_error(joined, labels.astype(np.float64)):.3f}"


def _area(scores: Any, labels: Any, drawn: Any) -> float:
    return auc_of(scores[drawn], labels[drawn])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with `read`, as for training")
    parser.add_argument("--run", type=Path, required=True, help="folder for what was asked")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--fitted", type=int, default=300, help="questions of the first half that are read")
    parser.add_argument("--answers", type=int, default=150, help="questions of the second half that are answered")
    given = parser.parse_args(arguments)
    posed, passages = questions_of(list(read_rows(given.data / "read", sources=SPAN_SOURCES)))
    random.Random(20).shuffle(posed)
    first = [each for each in posed if not is_of_second_half(each.group)][: given.fitted]
    second = [each for each in posed if is_of_second_half(each.group)][: given.answers]
    given.run.mkdir(parents=True, exist_ok=True)
    with index_of(passages) as documents, Assistant(documents) as assistant:
        read = kept(given.run / "asked.jsonl", first, lambda each: read_best(assistant, each))
        features, labels = table_of(read)
        intercept, weights = fit(features, labels)
        joined = sigmoid(features @ np.array(list(weights.values())) + intercept)
        print("\n".join(measured(features, labels, joined)), flush=True)
        found = Weights(intercept=intercept, weights=weights, model=assistant.model.name, thresholds=EVERYTHING)
        fitted = hashlib.sha256(repr((intercept, weights)).encode()).hexdigest()[:8]  # what was answered hangs on it
        asking = Assistant(documents, model=assistant.model, answerability=found)
        shown = kept(given.run / f"answered-{fitted}.jsonl", second, lambda each: asdict(answered(asking, each)))
    judged = [Asked(confidence=row["confidence"], wrong=row["wrong"]) for row in shown]
    thresholds = thresholds_of(judged, RISKS)
    for risk, value in zip(thresholds.risks, thresholds.confidences, strict=True):
        print(risk, round(value, 3), selective(judged, value))
    section = {
        "model": found.model,
        "intercept": round(intercept, 4),
        "weights": {name: round(weight, 4) for name, weight in weights.items()},
        "thresholds": thresholds.kept(),
        "auc": round(auc_of(joined, labels), 4),
        "auc_of_each": {name: round(auc_of(features[:, n], labels), 4) for n, name in enumerate(FEATURES)},
        "questions_fitted": len(read),
        "questions_answered": len(shown),
    }
    record_section(given.weights, "answerability", section)
    print(section)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
