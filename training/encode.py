"""Pairs as token ids: [CLS] question or claim [SEP] evidence [SEP], at most 160 tokens."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from training.claims import ClaimPair
    from training.pairs import Pair

MAX_TOKENS = 160
TOGETHER = 20_000  # pairs are made tokens of at once: the tokenizer's own record of one takes 15 kB
READ, VERIFY = "read", "verify"
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    task: str
    ids: tuple[int, ...]
    types: tuple[int, ...]  # 0 question or claim, 1 evidence
    label: int
    start: int = -1  # token of the answer's start and end, both inclusive; -1: not known
    end: int = -1
    faults: tuple[int, ...] = ()  # 1 where nothing supports the claim's token, 0 where something does; -1: not known
    source: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Arrays of shape (pairs, tokens), padded with 0 on the right, and (pairs,); all pairs are of one task."""

    task: str
    ids: IntArray
    types: IntArray
    mask: IntArray
    labels: IntArray
    starts: IntArray
    ends: IntArray
    faults: IntArray


def open_tokenizer(path: Path) -> Any:
    """Return the embedder's own tokenizer, cutting the longer text of a pair to fit."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(MAX_TOKENS, strategy="longest_first")
    tokenizer.no_padding()
    return tokenizer


def encode_claims(tokenizer: Any, pairs: Sequence[ClaimPair]) -> list[Encoded]:
    """Return the pairs as tokens, in order; their faults by token."""
    made: list[Encoded] = []
    for begin in range(0, len(pairs), TOGETHER):
        some = pairs[begin : begin + TOGETHER]
        encodings = tokenizer.encode_batch([(pair.claim, pair.evidence) for pair in some])
        made += [_encoded_claim(encoding, pair) for encoding, pair in zip(encodings, some, strict=True)]
    return made


def _encoded_claim(encoding: Any, pair: ClaimPair) -> Encoded:
    places = zip(encoding.offsets, encoding.sequence_ids, strict=True)
    known = pair.faults is not None
    faults = tuple(
        -1 if part != 0 or not known else int(any(s < end and e > start for start, end in pair.faults or ()))
        for (s, e), part in places
    )
    return Encoded(
        task=VERIFY, ids=tuple(encoding.ids), types=tuple(encoding.type_ids), label=pair.label, faults=faults,
        source=pair.source, kind=pair.kind,
    )  # fmt: skip


def encode(tokenizer: Any, pairs: Sequence[Pair]) -> list[Encoded]:
    """Return the pairs as tokens, in order; an answer that was cut off is unknown."""
    made: list[Encoded] = []
    for begin in range(0, len(pairs), TOGETHER):
        some = pairs[begin : begin + TOGETHER]
        encodings = tokenizer.encode_batch([(pair.question, pair.evidence) for pair in some])
        made += [_encoded(encoding, pair) for encoding, pair in zip(encodings, some, strict=True)]
    return made


def _encoded(encoding: Any, pair: Pair) -> Encoded:
    inside: list[int] = []
    if pair.start is not None and pair.end is not None:
        places = zip(encoding.offsets, encoding.sequence_ids, strict=True)
        inside = [n for n, ((s, e), part) in enumerate(places) if part == 1 and s < pair.end and e > pair.start]
    return Encoded(
        task=READ,
        ids=tuple(encoding.ids),
        types=tuple(encoding.type_ids),
        label=int(pair.answerable),
        start=inside[0] if inside else -1,
        end=inside[-1] if inside else -1,
        source=pair.source,
        kind=pair.kind,
    )


def batches(items: Sequence[Encoded], *, tokens: int, seed: int) -> list[list[int]]:
    """Return batches of item numbers of one task and like length, at most `tokens` tokens with padding each, seeded."""
    rng = random.Random(seed)
    order = list(range(len(items)))
    rng.shuffle(order)
    made: list[list[int]] = []
    pool = 4096  # sorted by length inside pools, so that batches stay random across the data
    for begin in range(0, len(order), pool):
        some = sorted(order[begin : begin + pool], key=lambda n: len(items[n].ids))
        for task in (READ, VERIFY):
            made.extend(_packed([n for n in some if items[n].task == task], items, tokens))
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
    types, mask, faults = np.zeros_like(ids), np.zeros_like(ids), np.full_like(ids, -1)
    for row, item in enumerate(items):
        ids[row, : len(item.ids)] = item.ids
        types[row, : len(item.ids)] = item.types
        mask[row, : len(item.ids)] = 1
        faults[row, : len(item.faults)] = item.faults
    return Batch(
        task=items[0].task,
        ids=ids,
        types=types,
        mask=mask,
        labels=np.array([item.label for item in items], dtype=np.int64),
        starts=np.array([item.start for item in items], dtype=np.int64),
        ends=np.array([item.end for item in items], dtype=np.int64),
        faults=faults,
    )
