"""Everything that decides the weights of a run, and its options on the command line."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.weights import EMBEDDER
from training.courses import COURSES

HELD_OUT_PERCENT = 5  # of the groups of texts
PAIR_NUMBERS = ("reading_pairs", "passage_pairs", "rounds", "seed")
# What decides the pairs, beside their seed.
PAIR_FIELDS = ("reading_pairs", "passage_pairs", "rounds", "left_out", "course", "mined", "trunk", "held_out_percent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that decides the weights; kept beside them."""

    seed: int = 20
    pairs_seed: int | None = None  # of pairs that were made beforehand; None: the seed
    pairs: int = 165_000
    reading_pairs: int = 45_000
    passage_pairs: int = 22_000
    rounds: int = 1  # so many times are the pairs made anew of the same rows
    mined: bool = False  # with pairs that `training.mined` finds by meaning
    batch_tokens: int = 3072  # padded, about 40 pairs
    learning_rate: float = 2e-4
    head_learning_rate: float = 8e-4
    weight_decay: float = 0.01
    warm_up_share: float = 0.03
    fall_share: float = 0.4
    span_weight: float = 0.4
    fault_weight: float = 0.7
    held_out_percent: int = HELD_OUT_PERCENT
    threads: int = 2
    bf16: bool = True
    device: str = "cpu"
    dropout: float = 0.0  # where every pair is seen once or twice there is nothing to regularise
    left_out: tuple[str, ...] = ()  # sources, for an ablation
    course: str = "first"  # of training.courses: what is kept of each kind of pair
    started_from: str | None = None  # SHA-256 of exported weights; None: from the trunk
    frozen_layers: int = 0  # of the trunk, from below, with its embeddings
    trunk: str = EMBEDDER.name
    layers: int | None = None  # of the trunk that are kept, from below; None: all
    seconds: float | None = None  # the rate falls to its end after so long, if the pairs are not done before


def add_pair_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that decide which pairs are made."""
    for name in PAIR_NUMBERS:
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(Recipe(), name))
    parser.add_argument("--leave-out", nargs="*", default=(), help="sources to train without")
    parser.add_argument("--course", default="first", choices=sorted(COURSES), help="what is kept of each kind")
    parser.add_argument("--mined", action="store_true", help="with what the embedder finds nearest as hard pairs")
    parser.add_argument("--trunk", type=Path, help="folder of another trunk, as training.trunks writes it")


def pair_options(given: argparse.Namespace) -> dict[str, Any]:
    """Return the fields of a `Recipe` that those options set."""
    numbers = {name: getattr(given, name) for name in PAIR_NUMBERS}
    trunk = given.trunk.name if given.trunk else EMBEDDER.name
    return numbers | {
        "left_out": tuple(given.leave_out), "course": given.course, "mined": given.mined, "trunk": trunk,
    }  # fmt: skip
