"""How fast the vector store for llama-index adds, finds, filters and follows changes, on random embeddings.

    python benchmarks/vector_store.py [NODES]

Prints a line each: the median, and the range. The last line is llama-index's own store in memory, for comparison.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores import SimpleVectorStore
from llama_index.core.vector_stores.types import MetadataFilter, MetadataFilters, VectorStoreQuery

from index.llamaindex import OnrecordVectorStore

WIDTH = 384
BATCH = 2048  # what a VectorStoreIndex adds at once
RUNS = 15
SEED = 7


def nodes(number: int) -> list[TextNode]:
    vectors = np.random.default_rng(SEED).normal(size=(number, WIDTH)).astype(np.float32)
    return [
        TextNode(id_=str(i), text="word " * 100, embedding=row.tolist(), metadata={"page": i, "tag": f"t{i % 100}"})
        for i, row in enumerate(vectors)
    ]


def query(**options: Any) -> VectorStoreQuery:
    return VectorStoreQuery(query_embedding=[1.0] * WIDTH, similarity_top_k=10, **options)


def tag(number: int) -> MetadataFilters:
    return MetadataFilters(filters=[MetadataFilter(key="tag", value=f"t{number % 100}")])


def timed(action: Callable[[], Any], *, runs: int = RUNS) -> list[float]:
    """Return the milliseconds of each run."""
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        action()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def figures(number: int, folder: Path) -> Iterator[tuple[str, list[float]]]:
    """Yield what was timed, and the milliseconds of each run."""
    made = nodes(number)
    batches = iter([made[start : start + BATCH] for start in range(0, number, BATCH)])
    store = OnrecordVectorStore(folder / "nodes.sqlite")
    yield f"add {min(BATCH, number)} nodes", timed(lambda: store.add(next(batches)), runs=-(-number // BATCH))
    store.close()
    store = OnrecordVectorStore(folder / "nodes.sqlite")
    numbers = count(1)
    yield "first query after opening", timed(lambda: store.query(query()), runs=1)
    yield "query", timed(lambda: store.query(query()))
    yield "first filtered query after opening", timed(lambda: store.query(query(filters=tag(0))), runs=1)
    yield "query with a filter not used before", timed(lambda: store.query(query(filters=tag(next(numbers)))))
    yield "query with the same filter again", timed(lambda: store.query(query(filters=tag(0))))
    yield "add one node", timed(lambda: store.add(made[:1]))
    yield "add one node and query", timed(lambda: (store.add(made[:1]), store.query(query())))
    store.close()
    simple = SimpleVectorStore()
    simple.add(made)
    yield "query of SimpleVectorStore", timed(lambda: simple.query(query()), runs=3)


def main(arguments: list[str]) -> None:
    number = int(arguments[0]) if arguments else 20_000
    with tempfile.TemporaryDirectory() as folder:
        for name, taken in figures(number, Path(folder)):
            spread = f"{min(taken):.1f} to {max(taken):.1f}, n {len(taken)}"
            print(f"{name}: {statistics.median(taken):.1f} ms ({spread})")
        size = (Path(folder) / "nodes.sqlite").stat().st_size
        print(f"on disk: {size / number:.0f} bytes a node of 500 characters and {WIDTH} floats, n {number}")


if __name__ == "__main__":
    main(sys.argv[1:])
