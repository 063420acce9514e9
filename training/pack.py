"""Make a run's pairs beforehand, for a machine with a GPU: `python -m training.pack --data ROWS --out RUN`.

Writes `pairs.npz` (the training pairs and a held-out sample as token ids) and `data.json` beside it; what decides the
pairs is kept in it. `training.checker --data RUN/pairs.npz` reads it and needs no rows and no tokenizer.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from index.weights import EMBEDDER
from training.mixture import build
from training.packed import pack
from training.recipe import Recipe, add_pair_options, pair_options

FILE = "pairs.npz"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with `read` and `verify`, one file a source")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    add_pair_options(parser)
    given = parser.parse_args(arguments)
    recipe = Recipe(**pair_options(given))
    given.out.mkdir(parents=True, exist_ok=True)
    training, held = build(given.data, given.out, recipe, given.trunk or EMBEDDER.path())
    pack(given.out / FILE, training, held, recipe)
    print(f"{len(training)} pairs, {len(held)} held out")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
