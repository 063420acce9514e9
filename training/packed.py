"""Pairs in a file: token ids, labels and places as arrays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from training.encode import READ, VERIFY, Encoded
from training.recipe import Recipe


def pack(path: Path, training: Sequence[Encoded], held: Sequence[Encoded], recipe: Recipe) -> None:
    """Write pairs as arrays over all of them: token ids one after the other, one number a pair of the rest."""
    items = [*training, *held]
    names = sorted({name for item in items for name in (item.source, item.kind)})
    place = {name: n for n, name in enumerate(names)}
    faults = [item.faults or (-1,) * len(item.ids) for item in items]
    np.savez_compressed(
        path,
        ids=np.fromiter((i for item in items for i in item.ids), dtype=np.uint16),
        faults=np.fromiter((f for some in faults for f in some), dtype=np.int8),
        lengths=np.array([len(item.ids) for item in items], dtype=np.int16),
        firsts=np.array([item.types.count(0) for item in items], dtype=np.int16),
        reads=np.array([item.task == READ for item in items]),
        labels=np.array([item.label for item in items], dtype=np.int8),
        spans=np.array([(item.start, item.end) for item in items], dtype=np.int16),
        names=np.array([(place[item.source], place[item.kind]) for item in items], dtype=np.int16),
        listed=np.array(json.dumps({"names": names, "held": len(held), "recipe": asdict(recipe)})),
    )


def unpack(path: Path) -> tuple[list[Encoded], list[Encoded], dict[str, Any]]:
    """Return the training pairs, the held-out sample and the recipe that they were made by."""
    with np.load(path) as arrays:
        held = {name: arrays[name] for name in arrays.files}
    listed = json.loads(str(held["listed"]))
    names = listed["names"]
    ends = np.cumsum(held["lengths"], dtype=np.int64)
    items = []
    for n, end in enumerate(ends.tolist()):
        begin, first = end - int(held["lengths"][n]), int(held["firsts"][n])
        faults = held["faults"][begin:end]
        items.append(
            Encoded(
                task=READ if held["reads"][n] else VERIFY,
                ids=tuple(held["ids"][begin:end].tolist()),
                types=(0,) * first + (1,) * (end - begin - first),
                label=int(held["labels"][n]),
                start=int(held["spans"][n][0]),
                end=int(held["spans"][n][1]),
                faults=() if held["reads"][n] else tuple(faults.tolist()),
                source=names[held["names"][n][0]],
                kind=names[held["names"][n][1]],
            )
        )
    cut = len(items) - listed["held"]
    return items[:cut], items[cut:], listed["recipe"]
