"""How fast the packaged embedder is in int8 and in float32 (sentence-transformers), and what int8 costs in finding.

    python benchmarks/embedding.py --data DIR

DIR holds cranfield/ and squad2/, as `onrecord eval` takes them. The two embed the same texts in turn, in one process,
so that what else the machine does slows both.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402

from benchmarks.start import seconds_of  # noqa: E402
from evals.adapters.cranfield import suite as cranfield_suite  # noqa: E402
from evals.adapters.reading import rows_of  # noqa: E402
from evals.errors import EvaluationError  # noqa: E402
from evals.fingerprints import machine  # noqa: E402
from evals.statistics import bootstrap_rows  # noqa: E402
from index.embed import Embedder, default_embedder, float_embedder  # noqa: E402
from index.passages import embedded_text  # noqa: E402
from index.weights import EMBEDDER  # noqa: E402

Floats = npt.NDArray[np.float32]

TOKENS = 128  # of a passage whose speed is measured
BEST = 10
SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Searches:
    """Queries, the passages to find, and how good each is for each query."""

    name: str
    passages: tuple[str, ...]
    queries: tuple[str, ...]
    grades: npt.NDArray[np.float64]  # (queries, passages); 0: not relevant
    clusters: tuple[str, ...]  # of each query: those that succeed and fail together


def cranfield(data: Path) -> Searches:
    """Return the abstracts of aerodynamics. Raises DataMissing when they are not there."""
    suite = cranfield_suite(data)
    places = {passage.source: place for place, passage in enumerate(suite.passages)}
    grades = np.zeros((len(suite.cases), len(places)))
    for row, case in zip(grades, suite.cases, strict=True):
        for gold in case.evidence:
            row[places[gold.source]] = gold.grade
    return Searches(
        name="cranfield",
        passages=tuple(embedded_text(passage.title, passage.text) for passage in suite.passages),
        queries=tuple(case.question for case in suite.cases),
        grades=grades,
        clusters=tuple(case.id for case in suite.cases),
    )


def squad2(data: Path) -> Searches:
    """Return the questions on encyclopedia paragraphs, each to find its own. Raises DataMissing, as above."""
    rows = rows_of(data, "squad2/dev_half.jsonl")
    asked = [(question["question"], place) for place, row in enumerate(rows) for question in row["qas"]]
    return Searches(
        name="squad2",
        passages=tuple(row["context"] for row in rows),
        queries=tuple(question for question, _ in asked),
        grades=np.eye(len(rows))[[place for _, place in asked]],
        clusters=tuple(rows[place]["title"] for _, place in asked),
    )


def ndcg(cosines: Floats, grades: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the normalised discounted cumulative gain of each query's BEST passages (linear gain, as in `evals`)."""
    found = np.take_along_axis(grades, np.argsort(-cosines, axis=1, kind="stable")[:, :BEST], axis=1)
    ideal = -np.sort(-grades, axis=1)[:, :BEST]
    discounts = 1 / np.log2(np.arange(found.shape[1]) + 2)
    return np.asarray((found * discounts).sum(axis=1) / (ideal * discounts).sum(axis=1))


def recall(cosines: Floats, grades: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the share of each query's relevant passages among its BEST."""
    found = np.take_along_axis(grades, np.argsort(-cosines, axis=1, kind="stable")[:, :BEST], axis=1)
    return np.asarray((found > 0).sum(axis=1) / (grades > 0).sum(axis=1))


def compared(name: str, exact: npt.NDArray[np.float64], other: npt.NDArray[np.float64], clusters: Sequence[str]) -> str:
    """Return a line with both means and by what share the second is above the first, with its 95 % interval."""

    def change(rows: npt.NDArray[np.intp]) -> float:
        return float(other[rows].mean() / exact[rows].mean() - 1)

    found = bootstrap_rows(change, clusters, seed=SEED)
    within = f" ({found.low:+.2%} to {found.high:+.2%})" if found else ""
    whole = change(np.arange(len(exact)))
    return f"{name}: float32 {exact.mean():.4f}, int8 {other.mean():.4f}, {whole:+.2%}{within}, n {len(exact)}"


def of_length(texts: Sequence[str], *, tokens: int, limit: int) -> list[str]:
    """Return the heads of those texts that are long enough, each of exactly so many word pieces with the two marks."""
    from tokenizers import Tokenizer

    tokenizer: Any = Tokenizer.from_file(str(EMBEDDER.path() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    cut = []
    for text, encoding in zip(texts, tokenizer.encode_batch(list(texts)), strict=True):
        if len(encoding.ids) >= tokens:
            cut.append(text[: encoding.offsets[tokens - 2][1]])
    return [text for text in cut if len(tokenizer.encode(text).ids) == tokens][:limit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What an embedder took for some passages."""

    rate: float  # passages a second
    processor_ms: float  # a passage, on all cores together: what other work on the machine changes less


def turns(embedders: Sequence[Embedder], texts: Sequence[str], *, rounds: int) -> list[list[Turn]]:
    """Return what each embedder took in each round, one after the other."""
    found: list[list[Turn]] = [[] for _ in embedders]
    for _ in range(rounds):
        for embedder, taken in zip(embedders, found, strict=True):
            began, busy = time.perf_counter(), time.process_time()
            embedder.embed_passages(texts)
            seconds, busy = time.perf_counter() - began, time.process_time() - busy
            taken.append(Turn(rate=len(texts) / seconds, processor_ms=1000 * busy / len(texts)))
    return found


def print_speed(embedders: Sequence[Embedder], texts: Sequence[str], *, rounds: int) -> None:
    print(f"\n{len(texts)} passages of {TOKENS} tokens, {rounds} rounds; the median, and the range")
    found = turns(embedders, texts, rounds=rounds)
    for embedder, taken in zip(embedders, found, strict=True):
        rates = [turn.rate for turn in taken]
        middle, bounds = statistics.median(rates), f"{min(rates):.1f} to {max(rates):.1f}"
        least = min(turn.processor_ms for turn in taken)
        print(
            f"{embedder.name}: {middle:.1f} passages/s ({bounds}), {middle * TOKENS:.0f} tokens/s, "
            f"at least {least:.1f} ms of processor time a passage"
        )
    ratios = [int8.rate / exact.rate for exact, int8 in zip(*found, strict=True)]
    print(f"int8 is {statistics.median(ratios):.2f} times as fast ({min(ratios):.2f} to {max(ratios):.2f})")


def print_starts(embedders: Sequence[Embedder], *, starts: int) -> None:
    print(f"\nfrom a fresh process to the first vector, {starts} times; the median, and the range")
    for embedder in embedders:
        script = f"from index.embed import open_embedder; open_embedder({embedder.name!r}).embed_queries(['hello'])"
        taken = seconds_of([sys.executable, "-c", script], starts=starts)
        print(f"{embedder.name}: {statistics.median(taken):.2f} s ({min(taken):.2f} to {max(taken):.2f})")


def print_finding(embedders: Sequence[Embedder], searches: Searches, *, share: float) -> None:
    """Print cosines, nDCG, recall and the time for passages as long as they are; of a share of the queries."""
    chosen = np.arange(0, len(searches.queries), max(1, round(1 / share)))
    queries = [searches.queries[place] for place in chosen]
    passages, taken, cosines = [], [], []
    for embedder in embedders:
        began = time.perf_counter()
        passages.append(embedder.embed_passages(searches.passages))
        taken.append(time.perf_counter() - began)
        cosines.append(embedder.embed_queries(queries) @ passages[-1].T)
    grades, clusters = searches.grades[chosen], [searches.clusters[place] for place in chosen]
    alike = (passages[0] * passages[1]).sum(axis=1)
    rates = [len(searches.passages) / seconds for seconds in taken]
    print(f"\n{searches.name}: {len(searches.passages)} passages as long as they are")
    print(f"speed: float32 {rates[0]:.1f} passages/s, int8 {rates[1]:.1f}, {rates[1] / rates[0]:.2f} times as fast")
    print(f"cosine of int8 to float32: mean {alike.mean():.4f}, 1st percentile {np.percentile(alike, 1):.4f}")
    for name, metric in (("nDCG@10", ndcg), ("recall@10", recall)):
        print(compared(name, metric(cosines[0], grades), metric(cosines[1], grades), clusters))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with cranfield/ and squad2/")
    parser.add_argument("--passages", type=int, default=128, help="whose speed is measured (default: 128)")
    parser.add_argument("--rounds", type=int, default=5, help="each embedder's turns (default: 5)")
    parser.add_argument("--starts", type=int, default=3, help="of fresh processes; 0: none (default: 3)")
    parser.add_argument("--share", type=float, default=1.0, help="of the queries that are searched for (default: 1)")
    given = parser.parse_args(arguments)
    try:
        sets = [cranfield(given.data), squad2(given.data)]
    except EvaluationError as error:
        print(f"benchmarks/embedding.py: {error}", file=sys.stderr)
        return 1
    embedders = [float_embedder(), default_embedder()]
    for embedder in embedders:
        embedder.embed_queries(["load the weights"])
    texts = of_length([text for each in sets for text in each.passages], tokens=TOKENS, limit=given.passages)
    print(machine())
    print_speed(embedders, texts, rounds=given.rounds)
    if given.starts:
        print_starts(embedders, starts=given.starts)
    for searches in sets:
        print_finding(embedders, searches, share=given.share)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
