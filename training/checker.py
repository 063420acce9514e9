"""Train the checker: `python -m training.checker --data DIR --out DIR`; run it again to go on after a stop.

One trunk learns to read (does a text answer a question, and with which words) and to verify (does a text support a
claim, and which of its words it does not). The learning rate rises, stays, and falls over the last part, so that a run
may be resumed with more `--pairs` while it is still on the plateau. `curves.jsonl` keeps the losses, `held_out.jsonl`
the figures on texts never trained on.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch

from index.weights import EMBEDDER
from training.encode import READ, Batch, Encoded, batches, collate
from training.metrics import area_under_curve
from training.network import CheckerNetwork, read_loss, verdict_loss
from training.packed import unpack
from training.recipe import PAIR_FIELDS, Recipe, add_pair_options, pair_options
from training.shipped import load_shipped


@dataclass(slots=True)
class State:
    """A run between two steps."""

    network: CheckerNetwork
    optimizer: torch.optim.Optimizer
    batch: int = 0
    pairs: int = 0
    seconds: float = 0.0


def rate_at(done: float, recipe: Recipe) -> float:
    """Return the learning rate's factor after the share `done` of the pairs: up, level, down to a twentieth."""
    rise = done / recipe.warm_up_share
    fall = (1.0 - done) / recipe.fall_share
    return max(0.05, min(1.0, rise, fall))


def done(state: State, recipe: Recipe) -> float:
    """Return the share of the run that is behind it, by pairs or by time, whichever is more."""
    spent = state.seconds / recipe.seconds if recipe.seconds else 0.0
    return max(state.pairs / recipe.pairs, spent)


def start(recipe: Recipe, trunk: Path) -> State:
    torch.manual_seed(recipe.seed)
    network = CheckerNetwork(trunk, layers=recipe.layers, dropout=recipe.dropout).to(recipe.device)
    if recipe.frozen_layers:
        lower = [network.trunk.embeddings, network.shared, *network.trunk.encoder.layer[: recipe.frozen_layers]]
        for parameter in (p for part in lower for p in part.parameters()):
            parameter.requires_grad_(False)
    heads = [p for name, p in network.named_parameters() if p.requires_grad and not name.startswith("trunk.")]
    trunk_parameters = [p for p in network.trunk.parameters() if p.requires_grad]
    groups = [
        {"params": trunk_parameters, "lr": recipe.learning_rate, "base": recipe.learning_rate},
        {"params": heads, "lr": recipe.head_learning_rate, "base": recipe.head_learning_rate},
    ]
    return State(network=network, optimizer=torch.optim.AdamW(groups, weight_decay=recipe.weight_decay))


def tensors(batch: Batch, device: str | torch.device = "cpu") -> dict[str, torch.Tensor]:
    names = ("ids", "types", "mask", "labels", "starts", "ends", "faults")
    return {name: torch.from_numpy(getattr(batch, name)).to(device) for name in names}


def step(state: State, items: Sequence[Encoded], recipe: Recipe) -> dict[str, float]:
    """Learn from one batch; return its losses."""
    factor = rate_at(done(state, recipe), recipe)
    for group in state.optimizer.param_groups:
        group["lr"] = group["base"] * factor
    batch = collate(items)
    values = tensors(batch, recipe.device)
    network = state.network
    with torch.autocast(recipe.device, torch.bfloat16, enabled=recipe.bf16):
        states = network.states(values["ids"], values["types"], values["mask"])
        heads = network.read if batch.task == READ else network.judge
        outputs = heads(states, values["types"], values["mask"])
    if batch.task == READ:
        main, other = read_loss(outputs, values)
        loss, names = main + recipe.span_weight * other, ("answer_loss", "span_loss")
    else:
        main, other = verdict_loss(outputs, values)
        loss, names = main + recipe.fault_weight * other, ("verdict_loss", "fault_loss")
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_([p for p in network.parameters() if p.requires_grad], 1.0)
    state.optimizer.step()
    state.optimizer.zero_grad(set_to_none=True)
    state.batch += 1
    state.pairs += len(items)
    return dict(zip(names, (float(main.detach()), float(other.detach())), strict=True))


def measure(network: CheckerNetwork, items: Sequence[Encoded]) -> dict[str, float]:
    """Return the AUC of both tasks, the verdict's by source and kind, exact spans, and the pairs measured."""
    network.eval()
    device = next(network.parameters()).device
    found: dict[str, tuple[list[float], list[bool]]] = defaultdict(lambda: ([], []))
    exact = spans = 0
    order = sorted(range(len(items)), key=lambda n: (items[n].task, len(items[n].ids)))
    for task in ("read", "verify"):
        mine = [n for n in order if items[n].task == task]
        for begin in range(0, len(mine), 32):
            some = [items[n] for n in mine[begin : begin + 32]]
            values = tensors(collate(some), device)
            with torch.no_grad():
                logit, first, last, verdict, _ = network(values["ids"], values["types"], values["mask"])
            if task == READ:
                known = values["starts"] >= 0
                right = (first.argmax(1) == values["starts"]) & (last.argmax(1) == values["ends"]) & known
                exact, spans = exact + int(right.sum()), spans + int(known.sum())
                scores, truth = logit.tolist(), [item.label == 1 for item in some]
            else:
                scores, truth = torch.softmax(verdict.float(), -1)[:, 0].tolist(), [item.label == 0 for item in some]
            for item, score, label in zip(some, scores, truth, strict=True):
                names = [task, *([f"verify/{item.source}"] if item.kind == "real" else [f"{task}/made"])]
                for name in names:
                    found[name][0].append(score)
                    found[name][1].append(label)
    network.train()
    figures = {"span_exact": exact / max(spans, 1), "pairs": float(len(items))}
    for name, (scores, labels) in found.items():
        values_, truth_ = np.array(scores, dtype=np.float64), np.array(labels)
        if min(truth_.sum(), (~truth_).sum()) >= 5:
            figures[name] = round(area_under_curve(values_[truth_], values_[~truth_]), 4)
    return figures


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
        saved = torch.load(out / "checkpoint.pt", weights_only=True, map_location="cpu")
        state.network.load_state_dict(saved["network"])
        state.optimizer.load_state_dict(saved["optimizer"])
        state.batch, state.pairs, state.seconds = saved["progress"]


def append(path: Path, row: dict[str, float]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def plan(items: Sequence[Encoded], recipe: Recipe) -> list[list[int]]:
    """Return the batches of as many rounds over the pairs as the recipe's count needs; the same for the same recipe."""
    made: list[list[int]] = []
    rounds = -(-recipe.pairs // max(len(items), 1))
    for number in range(rounds):
        made.extend(batches(items, tokens=recipe.batch_tokens, seed=recipe.seed + number))
    return made


def pairs_for(data: Path, out: Path, recipe: Recipe, trunk: Path) -> tuple[list[Encoded], list[Encoded], Recipe]:
    """Return training pairs, a held-out sample, and the recipe with what decided the pairs."""
    if data.is_dir():
        from training.mixture import build  # needs more of the project than a machine with a GPU may hold

        return *build(data, out, recipe, trunk), recipe
    training, held_out, made_by = unpack(data)
    kept = {name: made_by[name] for name in PAIR_FIELDS}
    return training, held_out, replace(recipe, **kept, pairs_seed=made_by["seed"])


def train(
    data: Path,
    out: Path,
    recipe: Recipe,
    *,
    begin: Path | None = None,
    trunk: Path | None = None,
    save_every: int = 200,
    measure_every: int = 800,
) -> CheckerNetwork:
    """Train to the recipe's number of pairs and return the network; the folder's checkpoint is gone on with.

    Args:
        data: a folder of rows, or the file of pairs that `training.pack` made of them.
        begin: exported weights to begin with where there is no checkpoint; None: the bare trunk.
        trunk: its folder; None: the packaged embedder's.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(recipe.threads)
    trunk = trunk or EMBEDDER.path()
    training, held_out, recipe = pairs_for(data, out, recipe, trunk)
    state = start(recipe, trunk)
    if begin is not None:
        load_shipped(state.network, begin)
    resume(state, out)
    state.network.train()
    losses: dict[str, list[float]] = defaultdict(list)
    for numbers in plan(training, recipe)[state.batch :]:
        if done(state, recipe) >= 1.0:
            break
        began = time.monotonic()
        for name, loss in step(state, [training[n] for n in numbers], recipe).items():
            losses[name].append(loss)
        state.seconds += time.monotonic() - began
        if state.batch % 25 == 0:
            means = {name: round(float(np.mean(values)), 4) for name, values in losses.items()}
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
    parser.add_argument("--data", type=Path, required=True, help="folder of rows, or the pairs of training.pack")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and curves")
    add_pair_options(parser)
    for name in ("pairs", "threads", "batch_tokens"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(Recipe(), name))
    parser.add_argument("--begin", type=Path, help="exported weights to begin with instead of the bare trunk")
    parser.add_argument("--learning-rate", type=float, default=Recipe().learning_rate)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--fall-share", type=float, default=Recipe().fall_share, help="over which the rate falls")
    parser.add_argument("--frozen-layers", type=int, default=0, help="lower layers of the trunk that stay as they are")
    parser.add_argument("--layers", type=int, help="of the trunk that are kept, from below; else all")
    parser.add_argument("--minutes", type=float, help="end after so long, with the learning rate's fall done by then")
    parser.add_argument("--device", default="cpu", help="cuda where there is a GPU")
    parser.add_argument("--save-every", type=int, default=200, help="batches between two checkpoints")
    parser.add_argument(
        "--fp32", action="store_true", help="train without bfloat16, which a processor without AVX-512 only emulates"
    )
    given = parser.parse_args(arguments)
    recipe = Recipe(
        **pair_options(given),
        pairs=given.pairs,
        threads=given.threads,
        batch_tokens=given.batch_tokens,
        bf16=not given.fp32,
        device=given.device,
        dropout=given.dropout,
        fall_share=given.fall_share,
        learning_rate=given.learning_rate,
        head_learning_rate=given.learning_rate * Recipe().head_learning_rate / Recipe().learning_rate,
        frozen_layers=given.frozen_layers,
        layers=given.layers,
        seconds=given.minutes * 60 if given.minutes else None,
        started_from=sha256(given.begin.read_bytes()).hexdigest() if given.begin else None,
    )
    train(given.data, given.out, recipe, begin=given.begin, trunk=given.trunk, save_every=given.save_every)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
