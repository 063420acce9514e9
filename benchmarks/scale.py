"""What searching costs in an index of many passages.

    python benchmarks/scale.py --sizes 10000,100000,1000000 --texts DATA --cache /tmp/scale

Real passages are cut from the `.jsonl` files below DATA and embedded once, as many as `--real` says. A corpus of any
size is made of them: a passage's text takes its sentences from two real ones that are near each other, and its vector
lies between theirs, with noise. The queries are the real questions of the same files. `dimensionality` (the estimate of
Levina and Bickel from the 20 nearest) of the real vectors and of as many generated ones is printed beside the figures:
they should be alike. Stores are kept in the cache and used again. The embedding of the query is not part of the times.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import random
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index import Index
from index.embed import default_embedder
from index.filters import Filter
from index.store import Prepared, Store, vector_key
from index.types import Article, Dated, Document, Passage, Sentence

if TYPE_CHECKING:
    from index.embed import FloatMatrix

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_PASSAGE_CHARACTERS = 500
_A_DOCUMENT = 10  # passages
_NEIGHBOURS = 15  # a generated passage lies between a real one and one of so many near it
_NOISE = 0.5  # its length, beside 1 of the vector
_FIRST_DAY = datetime.date(2000, 1, 1).toordinal()
_DAYS = 9000


class Prepared384:
    """An embedder that looks its queries up: what is measured is the index."""

    name = "looked up"
    fingerprint = "looked up"

    def __init__(self, questions: Sequence[str], vectors: FloatMatrix) -> None:
        self.dimension = vectors.shape[1]
        spaced = (" ".join(text.split()) for text in questions)  # as the index asks them
        self._vectors = dict(zip(spaced, vectors, strict=True))

    def embed_queries(self, texts: Sequence[str]) -> FloatMatrix:
        return np.stack([self._vectors[text] for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
        raise AssertionError("passages are stored with their vectors")


# --- the passages -----------------------------------------------------------------------------------------------------


def real_texts(data: Path) -> tuple[list[str], list[str]]:
    """Return passages and questions of all files below a folder, in a random order that is always the same."""
    passages: dict[str, None] = {}
    questions: dict[str, None] = {}

    def walk(key: str, value: Any) -> None:
        if isinstance(value, str) and key in {"question", "query"}:
            if 15 < len(value) < 200:
                questions[" ".join(value.split())] = None
        elif isinstance(value, str):
            passages.update(dict.fromkeys(_passages(value)))
        elif isinstance(value, dict):
            for name, inner in value.items():
                walk(name, inner)
        elif isinstance(value, list):
            for inner in value:
                walk(key, inner)

    for path in sorted(data.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            walk("", json.loads(line))
    found = [sorted(passages), sorted(questions)]
    for texts in found:
        random.Random(0).shuffle(texts)
    return found[0], found[1]


def _passages(text: str) -> Iterator[str]:
    held = ""
    for sentence in _SENTENCE_END.split(text):
        if held and len(held) + len(sentence) > _PASSAGE_CHARACTERS:
            yield held
            held = ""
        held = f"{held} {sentence}".strip()[: 2 * _PASSAGE_CHARACTERS]
    if len(held) > 80:
        yield held


def real_vectors(cache: Path, data: Path, count: int) -> tuple[list[str], list[str], FloatMatrix, FloatMatrix]:
    """Return real passages, questions, and the vectors of both; embedded once."""
    texts, numbers = cache / "real.json", cache / "real.npz"
    if not numbers.is_file():
        passages, questions = real_texts(data)
        passages, questions = passages[:count], questions[:1000]
        embedder = default_embedder()
        texts.write_text(json.dumps([passages, questions]), encoding="utf-8")
        np.savez(numbers, p=embedder.embed_passages(passages), q=embedder.embed_queries(questions))
    passages, questions = json.loads(texts.read_text(encoding="utf-8"))
    found = np.load(numbers)
    return passages, questions, found["p"], found["q"]


class Corpus:
    """Any number of passages made of real ones. The same number always gives the same passage."""

    def __init__(self, passages: Sequence[str], vectors: FloatMatrix) -> None:
        self.passages, self.vectors = passages, vectors
        parts = range(0, len(vectors), 1000)
        near = [np.argsort(-(vectors[n : n + 1000] @ vectors.T), axis=1)[:, 1 : _NEIGHBOURS + 1] for n in parts]
        self._near = np.concatenate(near)

    def part(self, start: int, count: int) -> tuple[list[str], FloatMatrix]:
        """Return the texts and the vectors of passages `start` to `start + count`."""
        rng = np.random.default_rng([7, start])
        first = rng.integers(0, len(self.vectors), count)
        second = self._near[first, rng.integers(0, self._near.shape[1], count)]
        share = rng.uniform(0.5, 0.9, (count, 1)).astype(np.float32)
        vectors = _unit(share * self.vectors[first] + (1 - share) * self.vectors[second])
        vectors += rng.normal(size=vectors.shape).astype(np.float32) * (_NOISE / np.sqrt(vectors.shape[1]))
        texts = [
            _mixed(self.passages[a], self.passages[b], float(s), start + n)
            for n, (a, b, s) in enumerate(zip(first, second, share[:, 0], strict=True))
        ]
        return texts, _unit(vectors)


def _mixed(left: str, right: str, share: float, number: int) -> str:
    """Return as many words of two texts as share says, and a number that no other passage has."""
    words, others = left.split(), right.split()
    mixed = words[: round(share * len(words))] + others[round(share * len(others)) :]
    return f"{' '.join(mixed)} No {number}."


def _unit(vectors: FloatMatrix) -> FloatMatrix:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def dimensionality(vectors: FloatMatrix, nearest: int = 20, sample: int = 300) -> float:
    """Return the median local dimension (Levina and Bickel 2004)."""
    cosines = -np.sort(-(vectors[:sample] @ vectors.T), axis=1)[:, 1 : nearest + 1]
    distances = np.sqrt(np.maximum(2 - 2 * cosines, 1e-9))
    return float(np.median(-1 / np.mean(np.log(distances[:, :-1] / distances[:, -1:]), axis=1)))


def prepared(texts: Sequence[str], name: str, day: int) -> Prepared:
    """Return a document whose passages are these texts, without cutting it again."""
    text = "\n\n".join(texts)
    document = Document(source=name, text=text, media_type="text/plain")
    date = Dated(value=datetime.date.fromordinal(day), basis="metadata")
    article = Article(document=document, start=0, end=len(text), date=date)
    start, passages = 0, []
    for words in texts:
        sentence = Sentence(start=start, end=start + len(words), text=words)
        passages.append(Passage(article=article, sentences=(sentence,)))
        start += len(words) + 2
    return Prepared(document=document, path=name, content_hash=name.encode(), articles=((article, tuple(passages)),))


def fill(store: Store, corpus: Corpus, start: int, count: int) -> None:
    """Store passages, 10 a document, 5000 a transaction."""
    for low in range(start, start + count, 5000):
        texts, vectors = corpus.part(low, min(5000, start + count - low))
        documents = [
            prepared(texts[n : n + _A_DOCUMENT], f"{(low + n) // 1000}/{low + n}.txt", _FIRST_DAY + (low + n) % _DAYS)
            for n in range(0, len(texts), _A_DOCUMENT)
        ]
        store.put_many(documents, {vector_key(text): vector for text, vector in zip(texts, vectors, strict=True)})


# --- measuring --------------------------------------------------------------------------------------------------------


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def percentiles(seconds: Sequence[float]) -> str:
    low, high = np.percentile(np.array(seconds) * 1000, [50, 95])
    return f"{low:.1f} / {high:.1f} ms"


def exact(store: Store, queries: FloatMatrix, wanted: Callable[[Any], Any], last_id: int) -> list[set[int]]:
    """Return the ten nearest passages of each query, by comparing all vectors of the store."""
    best: list[list[tuple[float, int]]] = [[] for _ in queries]
    for ids, vectors in store.vectors_between((0, last_id)):
        keep = wanted(ids)
        ids, vectors = ids[keep], vectors[keep]
        for row, cosines in enumerate(queries @ vectors.T):
            top = np.argsort(-cosines)[:10]
            best[row] = sorted([*best[row], *zip(-cosines[top], ids[top], strict=True)])[:10]
    return [{int(number) for _, number in pairs} for pairs in best]


def recall(found: Sequence[Sequence[int]], expected: Sequence[set[int]]) -> float:
    return float(np.mean([len(set(ids) & best) / len(best) for ids, best in zip(found, expected, strict=True)]))


def measure(size: int, corpus: Corpus, questions: Sequence[str], vectors: FloatMatrix, cache: Path) -> None:
    """Print the figures of one size."""
    folder, before = cache / f"index-{size}", resident_bytes()
    embedder = Prepared384(questions, vectors)
    if not (folder / "filled").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        store = Store.open(folder, create=True)
        print(f"  storing: {timed(lambda: fill(store, corpus, 0, size))[0]:.0f} s", flush=True)
        store.close()
        with Index.open(folder, embedder=embedder) as documents:
            print(f"  making the derived parts: {timed(documents.warm)[0]:.0f} s", flush=True)
        (folder / "filled").touch()
    opened, documents = timed(lambda: Index.open(folder, embedder=embedder))
    warmed = timed(documents.warm)[0]
    print(f"  to open: {opened + warmed:.2f} s; {documents.search_kind}")
    last_id = documents._store.state().last_id
    _search(documents, questions, vectors, last_id)
    print(f"  resident while serving: {(resident_bytes() - before) / 1e6:.0f} MB beside {before / 1e6:.0f} MB before")
    rows = last_id + int(time.time())  # other passages at every run
    added = timed(lambda: (fill(documents._store, corpus, rows, 1000), documents.search(questions[0])))[0]
    print(f"  1000 passages added, durable and searchable after {added:.2f} s")
    documents.close()


def _search(documents: Index, questions: Sequence[str], vectors: FloatMatrix, last_id: int) -> None:
    store, (_, dense) = documents._store, documents._dense_now()
    seconds = [timed(lambda q=q: documents.search(q))[0] for q in questions]
    print(f"  hybrid search, p50 / p95: {percentiles(seconds)} (n={len(questions)})")
    found = [dense.search(v[None], limit=50, fetch=store.vectors)[0].ids[:10] for v in vectors]
    expected = exact(store, vectors, lambda ids: np.ones(len(ids), dtype=bool), last_id)
    print(f"  dense recall@10: {recall(found, expected):.4f}")
    day = datetime.date.fromordinal(_FIRST_DAY + 10)
    where = Filter(published_from=day, published_to=day + datetime.timedelta(days=max(0, _DAYS // 1000 - 1)))
    mask = documents._mask(where, store.state())
    assert mask is not None
    documents.search(questions[0], where=where)
    seconds = [timed(lambda q=q: documents.search(q, where=where))[0] for q in questions]
    found = [dense.search(v[None], limit=50, fetch=store.vectors, only=mask)[0].ids[:10] for v in vectors]
    expected = exact(store, vectors, lambda ids: mask[ids], last_id)
    share = f"{mask.sum() / last_id:.2%} of the passages"
    print(f"  filtered to {share}: {percentiles(seconds)}, recall@10 {recall(found, expected):.4f}")


def serve(size: int, corpus: Corpus, questions: Sequence[str], vectors: FloatMatrix, cache: Path, seconds: int) -> None:
    """Print how eight readers fare while one writer adds and removes."""
    folder, embedder = cache / f"index-{size}", Prepared384(questions, vectors)
    until, took, errors = time.monotonic() + seconds, [], []

    def read() -> None:
        with Index.open(folder, embedder=embedder) as documents:
            for number in range(10**9):
                if time.monotonic() > until:
                    return
                try:
                    took.append(timed(lambda n=number: documents.search(questions[n % len(questions)]))[0])
                except Exception as error:  # counted
                    errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    with Index.open(folder, embedder=embedder) as documents:
        changes, start = 0, 2 * size + int(time.time())
        while time.monotonic() < until:
            fill(documents._store, corpus, start + 100 * changes, 100)
            documents.search(questions[0])
            changes += 1
    for thread in threads:
        thread.join()
    print(f"  8 readers beside a writer, {seconds} s: {len(took)} searches, {percentiles(took)}, {changes} changes, "
          f"{len(errors)} errors {errors[:1]}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--texts", type=Path, required=True, help="a folder of .jsonl files with real texts")
    parser.add_argument("--cache", type=Path, required=True, help="where vectors and indexes are kept between runs")
    parser.add_argument("--real", type=int, default=50_000, help="real passages to embed")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--readers", type=int, default=0, metavar="SECONDS", help="also eight readers and a writer")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    passages, questions, known, asked = real_vectors(options.cache, options.texts, options.real)
    corpus = Corpus(passages, known)
    made = corpus.part(0, len(known))[1]
    print(f"{datetime.date.today()}, {platform.processor() or platform.machine()}, {os.cpu_count()} cores, load "
          f"{os.getloadavg()[0]:.1f}; {len(passages)} real passages; dimensionality real {dimensionality(known):.1f}, "
          f"generated {dimensionality(made):.1f}")  # fmt: skip
    for size in map(int, options.sizes.split(",")):
        print(f"{size} passages", flush=True)
        measure(size, corpus, questions[: options.queries], asked[: options.queries], options.cache)
        if options.readers:
            serve(size, corpus, questions[: options.queries], asked[: options.queries], options.cache, options.readers)


if __name__ == "__main__":
    main()
