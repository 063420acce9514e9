"""Pairs as token ids: [CLS] question [SEP] evidence [SEP], at most 128 tokens."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.pairs import Pair

MAX_TOKENS = 128
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    ids: tuple[int, ...]
    types: tuple[int, ...]  # 0 question, 1 evidence
    label: int
    start: int  # token of the answer's start and end, both inclusive; -1: not known
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Arrays of shape (pairs, tokens), padded with 0 on the right."""

    ids: IntArray
    types: IntArray
    mask: IntArray
    labels: npt.NDArray[np.float32]
    starts: IntArray
    ends: IntArray


def open_tokenizer(path: Path) -> Any:
    """Return the embedder's own tokenizer, cutting the longer text of a pair to fit."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(MAX_TOKENS, strategy="longest_first")
    tokenizer.no_padding()
    return tokenizer


def encode(tokenizer: Any, pairs: Sequence[Pair]) -> list[Encoded]:
    """Return the pairs as tokens, in order; an answer that was cut off is unknown."""
    encodings = tokenizer.encode_batch([(pair.question, pair.evidence) for pair in pairs])
    return [_encoded(encoding, pair) for encoding, pair in zip(encodings, pairs, strict=True)]


def _encoded(encoding: Any, pair: Pair) -> Encoded:
    inside: list[int] = []
    if pair.start is not None and pair.end is not None:
        places = zip(encoding.offsets, encoding.sequence_ids, strict=True)
        inside = [n for n, ((s, e), part) in enumerate(places) if part == 1 and s < pair.end and e > pair.start]
    return Encoded(
        ids=tuple(encoding.ids),
        types=tuple(encoding.type_ids),
        label=int(pair.answerable),
        start=inside[0] if inside else -1,
        end=inside[-1] if inside else -1,
    )


def batches(items: Sequence[Encoded], *, tokens: int, seed: int) -> list[list[int]]:
    """Return batches of item numbers of like length, at most `tokens` padded tokens each, in a seeded order."""
    rng = random.Random(seed)
    order = list(range(len(items)))
    rng.shuffle(order)
    made: list[list[int]] = []
    pool = 4096  # sorted by length inside pools, so that batches stay random across the data
    for begin in range(0, len(order), pool):
        made.extend(_packed(sorted(order[begin : begin + pool], key=lambda n: len(items[n].ids)), items, tokens))
    rng.shuffle(made)
    return made


def _packed(order: list[int], items: Sequence[Encoded], tokens: int) -> Iterator[list[int]]:
    batch: list[int] = []
    for number in order:
        if batch and len(items[number].ids) * (len(batch) + 1) > tokens:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def collate(items: Sequence[Encoded]) -> Batch:
    width = max(len(item.ids) for item in items)
    ids = np.zeros((len(items), width), dtype=np.int64)
    types, mask = np.zeros_like(ids), np.zeros_like(ids)
    for row, item in enumerate(items):
        ids[row, : len(item.ids)] = item.ids
        types[row, : len(item.ids)] = item.types
        mask[row, : len(item.ids)] = 1
    return Batch(
        ids=ids,
        types=types,
        mask=mask,
        labels=np.array([item.label for item in items], dtype=np.float32),
        starts=np.array([item.start for item in items], dtype=np.int64),
        ends=np.array([item.end for item in items], dtype=np.int64),
    )
