"""Measure rankers on sets never trained on: `python -m training.evaluate --evals DIR --corpora DIR [--weights DIR]`.

Each question's candidate sentences are read with the sentence before them, by the shipped ranker, the embedder's
cosine and shared words. Figures: is the best text one that holds the answer, and the area under the curve of the best
score for answerable against unanswerable questions; with their n and a 95 % bootstrap interval.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.sentences import split_sentences
from index.weights import EMBEDDER
from qa.checker import WEIGHTS, Checker
from qa.ranker import CheckerRanker, Ranked, Ranker, WordOverlapRanker
from training.export import record_section
from training.metrics import area_under_curve

FloatArray = npt.NDArray[np.float64]
NEWS_PASSAGES = 10
NEWS_PASSAGE_SENTENCES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question with the texts to choose from. `holds[i]`: text i holds the answer; None: nobody knows."""

    question: str
    texts: tuple[str, ...]
    answerable: bool
    holds: tuple[bool, ...] | None = None
    answers: tuple[str, ...] = ()


class CosineRanker:
    """The embedder alone: the baseline that needs no training."""

    name = "embedder cosine"

    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(str(EMBEDDER.path()), device="cpu")

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Return unit rows, (texts, dimension)."""
        rows = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, dtype=np.float64)

    def score(self, question: str, texts: Sequence[str]) -> list[Ranked]:
        cosines = self.embed(texts) @ self.embed([question])[0]
        return [Ranked(probability=float(value)) for value in cosines]


def led_sentences(text: str) -> list[tuple[str, str]]:
    """Return (the sentence with the one before it, the sentence alone) in order."""
    found = split_sentences(text)
    starts = [found[max(0, number - 1)].start for number in range(len(found))]
    return [(text[start : sentence.end], sentence.text) for start, sentence in zip(starts, found, strict=True)]


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def squad2_cases(evals: Path, *, limit: int, seed: int) -> list[Case]:
    cases = []
    for row in rows_of(evals / "squad2" / "dev_half.jsonl"):
        texts = tuple(led for led, _ in led_sentences(row["context"]))
        for asked in row["qas"]:
            answers = tuple(asked["answers"])
            holds = tuple(any(a in text for a in answers) for text in texts)
            cases.append(
                Case(
                    question=asked["question"],
                    texts=texts,
                    answerable=not asked["is_impossible"],
                    holds=holds if any(holds) else None,
                    answers=answers,
                )
            )
    return random.Random(seed).sample(cases, min(limit, len(cases)))


def nomiracl_cases(evals: Path, *, limit: int, seed: int) -> list[Case]:
    cases = []
    for name in ("relevant", "non_relevant"):
        rows = list(rows_of(evals / "nomiracl" / f"{name}.jsonl"))
        for row in random.Random(seed).sample(rows, min(limit // 2, len(rows))):
            texts = tuple(text for passage in row["passages"] for text in _titled(passage))
            cases.append(Case(question=row["question"], texts=texts, answerable=row["answerable"]))
    return cases


def _titled(passage: str) -> list[str]:
    title, colon, body = passage.partition(": ")
    if not colon:
        return [led for led, _ in led_sentences(passage)]
    return [f"{title}. {led}" for led, _ in led_sentences(body)]


def news_cases(evals: Path, corpora: Path, cosine: CosineRanker) -> list[Case]:
    """Pair the questions without history with the sentences of the ten passages nearest to them."""
    passages: list[list[tuple[str, str]]] = []
    for path in sorted((corpora / "news").glob("*.txt")):
        sentences = led_sentences(path.read_text(encoding="utf-8"))
        step = NEWS_PASSAGE_SENTENCES
        passages.extend(sentences[begin : begin + step] for begin in range(0, len(sentences), step))
    vectors = cosine.embed([" ".join(alone for _, alone in passage) for passage in passages])
    cases = []
    for row in rows_of(evals / "news" / "questions.jsonl"):
        if row.get("history"):
            continue
        nearest = np.argsort(-(vectors @ cosine.embed([row["question"]])[0]), kind="stable")[:NEWS_PASSAGES]
        texts = tuple(led for number in nearest for led, _ in passages[number])
        quotes = [evidence["quote"] for evidence in row["evidence"]]
        holds = tuple(any(quote in text for quote in quotes) for text in texts)
        cases.append(Case(question=row["question"], texts=texts, answerable=row["answers"] is not None, holds=holds))
    return cases


def figures(ranker: Ranker, cases: Sequence[Case], *, seed: int) -> dict[str, Any]:
    """Return the figures of the set; a figure that needs labels the set does not have is left out."""
    began, pairs = time.monotonic(), sum(len(case.texts) for case in cases)
    results = [ranker.score(case.question, case.texts) for case in cases]
    seconds = time.monotonic() - began
    scores = [np.array([result.probability for result in found]) for found in results]
    best = np.array([values.max() for values in scores])
    answerable = np.array([case.answerable for case in cases])
    made: dict[str, Any] = {"n": len(cases), "pairs": pairs, "ms_per_pair": round(1000 * seconds / pairs, 2)}
    made["auc_answerable"] = interval(lambda picked: auc_of(best[picked], answerable[picked]), len(cases), seed=seed)
    known = [n for n, case in enumerate(cases) if case.answerable and case.holds is not None]
    if known:
        ranks = np.array([_rank(scores[n], cases[n].holds or ()) for n in known])
        made["n_ranked"] = len(known)
        made["best_holds_answer"] = interval(lambda p: float((ranks[p] <= 1).mean()), len(known), seed=seed)
        made["in_best_five"] = interval(lambda p: float((ranks[p] <= 5).mean()), len(known), seed=seed)
        made["reciprocal_rank"] = interval(lambda p: float((1 / ranks[p]).mean()), len(known), seed=seed)
    spans = [n for n in known if cases[n].answers and results[n][0].answer_text is not None]
    if spans:
        right = np.array([_f1_of(results[n], cases[n].answers) for n in spans])
        made["answer_words_f1"] = interval(lambda p: float(right[p].mean()), len(spans), seed=seed)
    if isinstance(ranker, CheckerRanker):
        made["accuracy_at_half"] = round(float(((best > 0.5) == answerable).mean()), 3)
        made["mean_best"] = {str(side): round(float(best[answerable == side].mean()), 3) for side in (True, False)}
    return made


def interval(figure: Callable[[npt.NDArray[np.int64]], float], n: int, *, seed: int, rounds: int = 500) -> list[float]:
    """Return [figure, low, high] with a 95 % bootstrap interval over the cases."""
    rng = np.random.default_rng(seed)
    drawn = [figure(rng.integers(0, n, n)) for _ in range(rounds)]
    low, high = np.percentile([value for value in drawn if value is not None], [2.5, 97.5])
    return [round(float(value), 3) for value in (figure(np.arange(n)), low, high)]


def auc_of(best: FloatArray, answerable: npt.NDArray[np.bool_]) -> float:
    if answerable.all() or not answerable.any():
        return 0.5
    return area_under_curve(best[answerable], best[~answerable])


def _rank(scores: FloatArray, holds: Sequence[bool]) -> float:
    """Return the rank of the first text that holds the answer, ties in the middle; infinity where none was found."""
    if not any(holds):
        return float("inf")
    held = scores[np.array(holds)].max()
    return float((scores > held).sum() + 1 + ((scores == held) & ~np.array(holds)).sum() / 2)


def _f1_of(results: Sequence[Ranked], answers: Sequence[str]) -> float:
    """Return the best F1 of words between the best text's likeliest answer and the answers."""
    best = max(results, key=lambda result: result.probability)
    said = (best.answer_text or "").lower().split()
    return max(_f1(said, answer.lower().split()) for answer in answers)


def _f1(said: list[str], wanted: list[str]) -> float:
    rest, shared = list(wanted), 0
    for word in said:
        if word in rest:
            rest.remove(word)
            shared += 1
    return 2 * shared / (len(said) + len(wanted)) if shared else 0.0


def record(folder: Path, rows: Sequence[dict[str, Any]], *, seed: int) -> None:
    """Write the figures into the weights' card, with the day and the seed."""
    day = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    figures = {"date": day, "seed": seed, "interval": "95 % bootstrap over questions", "rows": list(rows)}
    record_section(folder, "figures", figures)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evals", type=Path, required=True)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--weights", type=Path, help="folder of checker.onnx; by default the shipped one")
    parser.add_argument("--squad2", type=int, default=500, help="questions of squad2")
    parser.add_argument("--nomiracl", type=int, default=267)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--record", action="store_true", help="write the figures into the weights' card")
    parser.add_argument("--no-baselines", action="store_true")
    given = parser.parse_args(arguments)
    cosine = CosineRanker()
    sets = {
        "squad2": squad2_cases(given.evals, limit=given.squad2, seed=given.seed),
        "nomiracl": nomiracl_cases(given.evals, limit=given.nomiracl, seed=given.seed),
        "news": news_cases(given.evals, given.corpora, cosine),
    }
    baselines: list[Ranker] = [] if given.no_baselines else [cosine, WordOverlapRanker()]
    rows = []
    for ranker in [CheckerRanker(Checker(given.weights)), *baselines]:
        for name, cases in sets.items():
            rows.append({"set": name, "ranker": ranker.name, **figures(ranker, cases, seed=given.seed)})
            print(json.dumps(rows[-1]), flush=True)
    if given.record:
        record(given.weights or WEIGHTS, rows, seed=given.seed)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
