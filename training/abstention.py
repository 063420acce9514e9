"""Fit how sure an answer is and when to be silent, on questions whose texts the network was never trained on.

    python -m training.abstention --data ROWS --run RUN         # writes `confidence` into the card of qa/weights

The held-out passages and some others become one index. Its questions are of three kinds: the passage that answers is
there; it was left out; or the question has no answer although its passage is there. For each the best sentences are
read as in use; an answer is supported where the sentence that it rests on holds the gold one. One half of
the texts fits the logistic, the other gives the thresholds, so that the conformal guarantee is for questions that
the logistic has not seen. Those questions are answered by the whole assistant, language model and checks included.
What was read is kept in the run's `abstention.json` and not read again.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index import Index
from index.index import PassageInput
from qa.abstention import Asked, Thresholds, selective, thresholds_of
from qa.analysis import analyse
from qa.checker import Checker
from qa.confidence import FEATURES, CheckerConfidence, Weights, features_of
from qa.config import Settings
from qa.evidence import Candidate, candidates, scored, shortlist
from qa.pipeline import Assistant
from qa.ranker import CheckerRanker
from qa.selection import signals
from training.export import WEIGHTS, record_section
from training.metrics import area_under_curve, calibration_error, fit_signed
from training.pairs import SPAN_SOURCES, group_of, is_held_out
from training.rows import ReadRow, read_rows

ABSENT = 4  # one in so many held-out passages is left out of the index
OTHERS = 1200  # passages that the network knows, to search among
KEPT = 3  # candidates a question
RISKS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.06, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3)
RIGHT_F1 = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Posed:
    """A question, and what would be right; no answer where the index holds none."""

    question: str
    answers: tuple[str, ...]
    passage: str
    group: int


def questions_of(rows: Sequence[ReadRow]) -> tuple[list[Posed], list[str]]:
    """Return the held-out questions and the passages to index."""
    posed, indexed = [], set()
    for row in rows:
        group = group_of(row.passage)
        if not is_held_out(group) or row.multi_hop:
            continue
        there = not row.answerable or group // 100 % ABSENT != 0
        if there:
            indexed.add(row.passage)
        answers = row.answer_texts() if row.answerable and there else ()
        if answers or not there or not row.answerable:
            posed.append(Posed(question=row.question, answers=answers, passage=row.passage, group=group))
    others = sorted({row.passage for row in rows if not is_held_out(group_of(row.passage))})
    random.Random(20).shuffle(others)
    return posed, sorted(indexed) + others[:OTHERS]


def index_of(passages: Sequence[str]) -> Index:
    """Return the passages as an index in memory."""
    return Index.of_passages(PassageInput(source=f"p{n}", text=passage) for n, passage in enumerate(passages))


def is_of_second_half(group: int) -> bool:
    """Return whether a text gives the thresholds; those of the first half give the logistic."""
    return group // 1000 % 2 == 1


def found_for(posed: Posed, documents: Index, ranker: CheckerRanker, settings: Settings) -> list[Candidate]:
    """Return the candidates as the assistant ranks them."""
    profile = analyse(posed.question)
    hits = documents.search(profile.text, limit=settings.passages)
    articles = {article.article_id: article for article in documents.articles({hit.article_id for hit in hits})}
    return scored(profile, shortlist(profile, candidates(hits, articles), limit=settings.candidate_sentences), ranker)


def is_right(posed: Posed, candidate: Candidate) -> bool:
    """Return whether the candidate's answer shares most of its words with a gold one."""
    said = _words(candidate.answer_text or "")
    return any(_f1(said, _words(answer)) >= RIGHT_F1 for answer in posed.answers)


def _words(text: str) -> list[str]:
    return [w for w in re.findall(r"\w+", text.lower()) if w not in ("a", "an", "the")]


def _f1(said: Sequence[str], gold: Sequence[str]) -> float:
    shared = sum((Counter(said) & Counter(gold)).values())
    return 2 * shared / (len(said) + len(gold)) if shared else 0.0


def holds(posed: Posed, candidate: Candidate) -> bool:
    """Return whether the candidate's sentence holds a gold answer."""
    text = candidate.window().text.lower()
    return any(answer.lower() in text for answer in posed.answers)


def measured(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield what a reader wants to know of the search and of the reader, before any threshold."""
    answerable = [row for row in rows if row["answerable"]]
    yield f"questions {len(rows)}, answerable {len(answerable)}"
    yield f"first sentence holds the answer {np.mean([row['holds'][0] for row in answerable]):.3f}"
    yield f"one of {KEPT} holds it {np.mean([any(row['holds']) for row in answerable]):.3f}"
    yield f"first answer right {np.mean([row['right'][0] for row in answerable]):.3f}"


def ask_all(posed: Sequence[Posed], passages: Sequence[str], checker: Checker) -> list[dict[str, Any]]:
    """Return, for each question, the features and the rightness of its best candidates."""
    ranker, settings, made = CheckerRanker(checker), Settings(), []
    with index_of(passages) as documents:
        for each in posed:
            ranked = found_for(each, documents, ranker, settings)
            best = ranked[:KEPT]
            made.append(
                {
                    "group": each.group,
                    "answerable": bool(each.answers),
                    "features": [
                        [f[n] for n in FEATURES] for f in features_of(analyse(each.question), ranked[:8], checker)
                    ][:KEPT],
                    "right": [is_right(each, c) for c in best],
                    "holds": [holds(each, c) for c in best],
                    "signals": [[*signals(c.probability, c.about, c.retrieval), float(holds(each, c))] for c in ranked],
                }
            )
    return [row for row in made if row["features"]]


def answers_of(posed: Sequence[Posed], passages: Sequence[str], sure: CheckerConfidence) -> list[Asked]:
    """Return how sure the assistant's answer to each question is and whether it is wrong; 0 where it shows none.

    Everything is as in use, the language model and the checks included; only no answer is held back for its confidence.
    An answer is wrong where its text holds no gold answer.
    """
    unasked = Settings(ask_model=False)  # the language model's own word is joined by `training.answerability`
    with index_of(passages) as documents, Assistant(documents, confidence=sure, settings=unasked) as assistant:
        assistant.warm()
        return [answered(assistant, each) for each in posed]


def answered(assistant: Assistant, posed: Posed) -> Asked:
    """Return how sure the assistant's answer is and whether it is wrong; a confidence of 0 where it shows none."""
    answer = assistant.ask(posed.question)
    if answer.status == "abstained":
        return Asked(confidence=0.0, wrong=False)
    cited = {(citation.source, citation.end) for citation in answer.citations}
    resting = [c for c in assistant.rank(posed.question) if (c.article.source, c.sentence.end) in cited]
    surety = assistant.surety(analyse(posed.question))
    best = max((surety.of(candidate) for candidate in surety.surest(resting)), default=0.0)
    right = any(gold.lower() in answer.text.lower() for gold in posed.answers)
    return Asked(confidence=best, wrong=not right)


AGAINST = ("findings",)
PENALTY = 0.03


def fit(features: Any, labels: Any) -> tuple[float, list[float]]:
    """Return intercept and weights of a logistic regression on the features as they come; right and wrong weigh the same."""
    shares = np.where(labels, 1.0 / max(labels.sum(), 1), 1.0 / max((~labels).sum(), 1))
    signs = [-1 if name in AGAINST else 1 for name in FEATURES]
    intercept, weights = fit_signed(features, labels, shares, signs=signs, penalty=PENALTY)
    return intercept, [float(w) for w in weights]


def main(arguments: Sequence[str] | None = None) -> int:
    from sklearn.linear_model import LogisticRegression

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with `read`, as for training")
    parser.add_argument("--run", type=Path, required=True, help="folder for what was found")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--limit", type=int, default=1500)
    parser.add_argument("--answers", type=int, default=300, help="questions of the second half that are answered")
    given = parser.parse_args(arguments)
    rows = list(read_rows(given.data / "read", sources=SPAN_SOURCES))
    posed, passages = questions_of(rows)
    random.Random(20).shuffle(posed)
    kept = given.run / "abstention.json"
    if not kept.is_file():
        kept.write_text(json.dumps(ask_all(posed[: given.limit], passages, Checker(given.weights))), encoding="utf-8")
    asked = json.loads(kept.read_text(encoding="utf-8"))
    print("\n".join(measured(asked)))
    first = [row for row in asked if not is_of_second_half(row["group"])]
    second = [row for row in asked if is_of_second_half(row["group"])]
    intercept, weights = fit(
        np.array([row["features"][0] for row in first]),
        np.array([row["holds"][0] for row in first]),
    )

    def confidence(features: Sequence[float]) -> float:
        total = intercept + sum(w * f for w, f in zip(weights, features, strict=True))
        return float(1.0 / (1.0 + np.exp(-total)))

    judged = [Asked(confidence=confidence(row["features"][0]), wrong=not row["holds"][0]) for row in second]
    named = {name: round(w, 4) for name, w in zip(FEATURES, weights, strict=True)}
    open_to_all = Thresholds(risks=(0.0,), confidences=(0.0,))
    sure = CheckerConfidence(
        Checker(given.weights), Weights(intercept=intercept, weights=named, thresholds=open_to_all)
    )
    shown = [each for each in posed[: given.limit] if is_of_second_half(each.group)][: given.answers]
    found = answers_of(shown, passages, sure)
    (given.run / "answered.json").write_text(json.dumps([asdict(each) for each in found]), encoding="utf-8")
    thresholds = thresholds_of(found, RISKS)
    chances = np.array([each.confidence for each in judged])
    truth = np.array([not each.wrong for each in judged])
    figures = {
        "questions_fitted": len(first),
        "questions_read": len(second),
        "questions_answered": len(found),
        "auc": round(area_under_curve(chances[truth], chances[~truth]), 4),
        "calibration_error": round(calibration_error(chances, truth.astype(np.float64)), 4),
    }
    section = {"intercept": round(intercept, 4), "weights": named, "thresholds": thresholds.kept(), **figures}
    record_section(given.weights, "confidence", section)
    for risk, value in zip(thresholds.risks, thresholds.confidences, strict=True):
        print(risk, round(value, 3), selective(found, value))
    print(section)
    table = np.array([s for row in asked for s in row["signals"]])
    model = LogisticRegression(max_iter=2000).fit(table[:, :-1], table[:, -1] > 0)
    print("qa.selection:", round(float(model.intercept_[0]), 2), model.coef_[0].round(2).tolist())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
