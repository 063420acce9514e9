"""Train the evidence ranker: `python -m training.ranker --data DIR --out DIR`; run it again to go on after a stop.

The learning rate rises, stays, and falls over the last part, so that a run may be resumed with more `--pairs`
while it is still on the plateau. `curves.jsonl` keeps the losses, `held_out.jsonl` the figures on
passages never trained on.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from index.weights import EMBEDDER
from training.encode import Batch, Encoded, batches, collate, encode, open_tokenizer
from training.metrics import area_under_curve
from training.network import RankerNetwork, loss_of
from training.pairs import SOURCES, Corpus, Pair, pairs_of, split
from training.rows import read_rows

HELD_OUT_KEPT = 2400


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that decides the weights; kept beside them."""

    seed: int = 20
    pairs: int = 27_000
    batch_tokens: int = 2048  # padded, about 30 pairs
    learning_rate: float = 2e-4
    head_learning_rate: float = 1e-3
    weight_decay: float = 0.01
    warm_up_share: float = 0.05
    fall_share: float = 0.25
    span_weight: float = 0.4
    held_out_percent: int = 4
    threads: int = 1
    bf16: bool = True
    sources: tuple[str, ...] = SOURCES


@dataclass(slots=True)
class State:
    """A run between two steps."""

    network: RankerNetwork
    optimizer: torch.optim.Optimizer
    batch: int = 0
    pairs: int = 0
    seconds: float = 0.0


def rate_at(done: float, recipe: Recipe) -> float:
    """Return the learning rate's factor after the share `done` of the pairs: up, level, down to a twentieth."""
    rise = done / recipe.warm_up_share
    fall = (1.0 - done) / recipe.fall_share
    return max(0.05, min(1.0, rise, fall))


def build(data: Path, out: Path, recipe: Recipe, trunk: Path) -> tuple[list[Encoded], list[Encoded]]:
    """Return the encoded training pairs and a held-out sample; say in `data.json` what they are made of."""
    corpus = Corpus.of(read_rows(data, sources=recipe.sources))
    training, held_out = split(pairs_of(corpus, seed=recipe.seed), held_out_percent=recipe.held_out_percent)
    random.Random(recipe.seed).shuffle(held_out)
    describe(corpus, training, held_out, out / "data.json")
    tokenizer = open_tokenizer(trunk / "tokenizer.json")
    return encode(tokenizer, training), encode(tokenizer, held_out[:1500])


def describe(corpus: Corpus, training: Sequence[Pair], held_out: Sequence[Pair], path: Path) -> None:
    """Write the sources with their licences, the kinds of pairs, and the held-out pairs for the calibration."""
    rows = Counter((row.source, row.licence) for row in corpus.rows)
    pairs = Counter(pair.source for pair in training)
    sources = [
        {"source": source, "licence": licence, "rows": count, "pairs_made": pairs[source]}
        for (source, licence), count in sorted(rows.items())
    ]
    kinds = dict(sorted(Counter(pair.kind for pair in training).items()))
    kept = [asdict(pair) for pair in held_out[:HELD_OUT_KEPT]]
    path.write_text(json.dumps({"sources": sources, "kinds": kinds, "held_out": kept}), encoding="utf-8")


def start(recipe: Recipe, trunk: Path) -> State:
    torch.manual_seed(recipe.seed)
    network = RankerNetwork(trunk)
    heads = [p for name, p in network.named_parameters() if not name.startswith("trunk.")]
    trunk_parameters = [p for p in network.trunk.parameters() if p.requires_grad]
    groups = [
        {"params": trunk_parameters, "lr": recipe.learning_rate, "base": recipe.learning_rate},
        {"params": heads, "lr": recipe.head_learning_rate, "base": recipe.head_learning_rate},
    ]
    return State(network=network, optimizer=torch.optim.AdamW(groups, weight_decay=recipe.weight_decay))


def tensors(batch: Batch) -> dict[str, torch.Tensor]:
    return {
        name: torch.from_numpy(getattr(batch, name)) for name in ("ids", "types", "mask", "labels", "starts", "ends")
    }


def step(state: State, items: Sequence[Encoded], recipe: Recipe) -> dict[str, float]:
    """Learn from one batch; return its losses."""
    factor = rate_at(state.pairs / recipe.pairs, recipe)
    for group in state.optimizer.param_groups:
        group["lr"] = group["base"] * factor
    values = tensors(collate(items))
    with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bf16):
        outputs = state.network.read(values["ids"], values["types"], values["mask"])
    answer, span = loss_of(outputs, *(values[name] for name in ("types", "mask", "labels", "starts", "ends")))
    (answer + recipe.span_weight * span).backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_([p for p in state.network.parameters() if p.requires_grad], 1.0)
    state.optimizer.step()
    state.optimizer.zero_grad(set_to_none=True)
    state.batch += 1
    state.pairs += len(items)
    return {"answer_loss": float(answer.detach()), "span_loss": float(span.detach())}


def measure(network: RankerNetwork, items: Sequence[Encoded]) -> dict[str, float]:
    """Return AUC, accuracy at one half and exact spans of the held-out pairs."""
    network.eval()
    logits, labels, exact, spans = [], [], 0, 0
    order = sorted(range(len(items)), key=lambda n: len(items[n].ids))
    for begin in range(0, len(order), 32):
        values = tensors(collate([items[n] for n in order[begin : begin + 32]]))
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            logit, first, last = network(values["ids"], values["types"], values["mask"])
        logits.extend(logit.float().tolist())
        labels.extend(values["labels"].tolist())
        known = values["starts"] >= 0
        right = (first.argmax(1) == values["starts"]) & (last.argmax(1) == values["ends"]) & known
        exact, spans = exact + int(right.sum()), spans + int(known.sum())
    network.train()
    scores, truth = np.array(logits), np.array(labels) > 0.5
    return {
        "auc": area_under_curve(scores[truth], scores[~truth]),
        "accuracy": float(((scores > 0) == truth).mean()),
        "span_exact": exact / max(spans, 1),
        "pairs": float(len(items)),
    }


def save(state: State, recipe: Recipe, out: Path) -> None:
    """Write the checkpoint beside the old one and rename it, so that a kill leaves a whole one."""
    path, part = out / "checkpoint.pt", out / "checkpoint.pt.part"
    torch.save(
        {
            "network": state.network.state_dict(),
            "optimizer": state.optimizer.state_dict(),
            "progress": [state.batch, state.pairs, state.seconds],
            "recipe": asdict(recipe),
        },
        part,
    )
    os.replace(part, path)


def resume(state: State, out: Path) -> None:
    """Go on from the folder's checkpoint, if there is one."""
    if (out / "checkpoint.pt").is_file():
        saved = torch.load(out / "checkpoint.pt", weights_only=True)
        state.network.load_state_dict(saved["network"])
        state.optimizer.load_state_dict(saved["optimizer"])
        state.batch, state.pairs, state.seconds = saved["progress"]


def append(path: Path, row: dict[str, float]) -> None:
    with path.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({key: round(value, 5) for key, value in row.items()}) + "\n")
    print(path.stem, json.dumps(row), file=sys.stderr, flush=True)


def plan(items: Sequence[Encoded], recipe: Recipe) -> list[list[int]]:
    """Return every batch of the run: as many seeded passes over the data as the pairs need."""
    made: list[list[int]] = []
    while sum(len(b) for b in made) < recipe.pairs:
        made.extend(batches(items, tokens=recipe.batch_tokens, seed=recipe.seed + len(made)))
    return made


def train(data: Path, out: Path, recipe: Recipe, *, save_every: int = 150, measure_every: int = 300) -> RankerNetwork:
    """Train until `recipe.pairs` pairs were seen, from the folder's checkpoint if it has one."""
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(recipe.threads)
    trunk = EMBEDDER.path()
    training, held_out = build(data, out, recipe, trunk)
    state = start(recipe, trunk)
    resume(state, out)
    state.network.train()
    losses: list[dict[str, float]] = []
    for numbers in plan(training, recipe)[state.batch :]:
        if state.pairs >= recipe.pairs:
            break
        began = time.monotonic()
        losses.append(step(state, [training[n] for n in numbers], recipe))
        state.seconds += time.monotonic() - began
        if state.batch % 25 == 0:
            means = {key: float(np.mean([row[key] for row in losses])) for key in losses[0]}
            append(
                out / "curves.jsonl", {"batch": state.batch, "pairs": state.pairs, "seconds": state.seconds, **means}
            )
            losses.clear()
        if state.batch % save_every == 0:
            save(state, recipe, out)
        if state.batch % measure_every == 0:
            append(out / "held_out.jsonl", {"batch": state.batch, **measure(state.network, held_out)})
    save(state, recipe, out)
    append(out / "held_out.jsonl", {"batch": state.batch, **measure(state.network, held_out)})
    return state.network


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of reading rows, one file a source")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and curves")
    for name in ("pairs", "seed", "threads"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Recipe(), name))
    parser.add_argument("--fp32", action="store_true", help="train without bfloat16")
    given = parser.parse_args(arguments)
    recipe = Recipe(pairs=given.pairs, seed=given.seed, threads=given.threads, bf16=not given.fp32)
    train(given.data, given.out, recipe)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
