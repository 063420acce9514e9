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
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch

from index.weights import EMBEDDER
from training.claims import ClaimPair, pairs_of_passages, pairs_of_statements, premises_as_passages
from training.courses import COURSES, thinned
from training.encode import READ, Batch, Encoded, batches, collate, encode, encode_claims, open_tokenizer
from training.metrics import area_under_curve
from training.network import CheckerNetwork, read_loss, verdict_loss
from training.pairs import HELD_OUT_PERCENT, SOURCES, SPAN_SOURCES, Corpus, Pair, pairs_of, split
from training.rows import read_rows
from training.shipped import load_shipped
from training.statements import CAPS, read_statements

HELD_OUT_KEPT = 4000
HELD_OUT_MEASURED = 1200  # of each task


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that decides the weights; kept beside them."""

    seed: int = 20
    pairs: int = 165_000
    reading_pairs: int = 45_000
    passage_pairs: int = 22_000
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
    left_out: tuple[str, ...] = ()  # sources, for an ablation
    course: str = "first"  # of training.courses: what is kept of each kind of pair
    started_from: str | None = None  # SHA-256 of exported weights; None: from the trunk
    frozen_layers: int = 0  # of the trunk, from below, with its embeddings
    trunk: str = EMBEDDER.name
    layers: int | None = None  # of the trunk that are kept, from below; None: all
    seconds: float | None = None  # the rate falls to its end after so long, if the pairs are not done before


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The pairs of a run: those to train on and those held out, of both tasks, and which licences they come with."""

    reading: list[Pair]
    claims: list[ClaimPair]
    held: list[Pair]
    held_claims: list[ClaimPair]
    licences: Counter[tuple[str, str]]


def made_pairs(data: Path, recipe: Recipe) -> Made:
    """Return the pairs of a recipe, shuffled; a text of the held-out share (by its hash) is in no training pair."""
    sources = [source for source in SOURCES if source not in recipe.left_out]
    corpus = Corpus.of(read_rows(data / "read", sources=sources))
    reading = pairs_of(corpus, seed=recipe.seed)
    caps = {source: cap for source, cap in CAPS.items() if source not in recipe.left_out}
    statements = list(read_statements(data / "verify", seed=recipe.seed, caps=caps))
    claims = list(pairs_of_statements(statements, seed=recipe.seed))
    spans = [row for row in corpus.rows if row.source in SPAN_SOURCES and row.answerable]
    if "passages" not in recipe.left_out:
        passages = spans + premises_as_passages(statements)
        claims += pairs_of_passages(passages, seed=recipe.seed, limit=recipe.passage_pairs)
    rng = random.Random(recipe.seed)
    rng.shuffle(reading)
    rng.shuffle(claims)
    reading, held = split(reading, held_out_percent=recipe.held_out_percent)
    claims, held_claims = split(claims, held_out_percent=recipe.held_out_percent)
    licences = [(row.source, row.licence) for row in corpus.rows] + [(row.source, row.licence) for row in statements]
    return Made(
        reading=thinned(reading, recipe.course, rng)[: recipe.reading_pairs],
        claims=thinned(claims, recipe.course, rng),
        held=held,
        held_claims=held_claims,
        licences=Counter(licences),
    )


def build(data: Path, out: Path, recipe: Recipe, trunk: Path) -> tuple[list[Encoded], list[Encoded]]:
    """Return the encoded training pairs and a held-out sample; say in `data.json` what they are made of."""
    made = made_pairs(data, recipe)
    describe(made, out / "data.json")
    tokenizer = open_tokenizer(trunk / "tokenizer.json")
    held = encode(tokenizer, made.held[:HELD_OUT_MEASURED]) if made.reading else []
    return (
        encode(tokenizer, made.reading) + encode_claims(tokenizer, made.claims),
        held + encode_claims(tokenizer, made.held_claims[:HELD_OUT_MEASURED]),
    )


def describe(made: Made, path: Path) -> None:
    """Write the sources with their licences, the kinds of pairs, and the held-out pairs for the calibration."""
    count = Counter([pair.source for pair in made.reading] + [pair.source for pair in made.claims])
    told = {
        "sources": [
            {"source": source, "licence": licence, "rows": rows, "pairs_made": count[source]}
            for (source, licence), rows in sorted(made.licences.items())
        ],
        "reading_kinds": dict(sorted(Counter(pair.kind for pair in made.reading).items())),
        "claim_kinds": dict(sorted(Counter(pair.kind for pair in made.claims).items())),
        "held_out": [asdict(pair) for pair in made.held[:HELD_OUT_KEPT]],
        "held_out_claims": [asdict(pair) for pair in made.held_claims[:HELD_OUT_KEPT]],
    }
    path.write_text(json.dumps(told), encoding="utf-8")


def start(recipe: Recipe, trunk: Path) -> State:
    torch.manual_seed(recipe.seed)
    network = CheckerNetwork(trunk, layers=recipe.layers)
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


def tensors(batch: Batch) -> dict[str, torch.Tensor]:
    names = ("ids", "types", "mask", "labels", "starts", "ends", "faults")
    return {name: torch.from_numpy(getattr(batch, name)) for name in names}


def step(state: State, items: Sequence[Encoded], recipe: Recipe) -> dict[str, float]:
    """Learn from one batch; return its losses."""
    factor = rate_at(done(state, recipe), recipe)
    for group in state.optimizer.param_groups:
        group["lr"] = group["base"] * factor
    batch = collate(items)
    values = tensors(batch)
    network = state.network
    with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bf16):
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
    found: dict[str, tuple[list[float], list[bool]]] = defaultdict(lambda: ([], []))
    exact = spans = 0
    order = sorted(range(len(items)), key=lambda n: (items[n].task, len(items[n].ids)))
    for task in ("read", "verify"):
        mine = [n for n in order if items[n].task == task]
        for begin in range(0, len(mine), 32):
            some = [items[n] for n in mine[begin : begin + 32]]
            values = tensors(collate(some))
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
        saved = torch.load(out / "checkpoint.pt", weights_only=True)
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
        begin: exported weights to begin with where there is no checkpoint; None: the bare trunk.
        trunk: its folder; None: the packaged embedder's.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(recipe.threads)
    trunk = trunk or EMBEDDER.path()
    training, held_out = build(data, out, recipe, trunk)
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
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with `read` and `verify`, one file a source each"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and curves")
    for name in ("pairs", "reading_pairs", "passage_pairs", "seed", "threads"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(Recipe(), name))
    parser.add_argument("--leave-out", nargs="*", default=(), help="sources to train without")
    parser.add_argument("--begin", type=Path, help="exported weights to begin with instead of the bare trunk")
    parser.add_argument("--learning-rate", type=float, default=Recipe().learning_rate)
    parser.add_argument("--course", default="first", choices=sorted(COURSES), help="what is kept of each kind")
    parser.add_argument("--frozen-layers", type=int, default=0, help="lower layers of the trunk that stay as they are")
    parser.add_argument("--trunk", type=Path, help="folder of another trunk, as training.trunks writes it")
    parser.add_argument("--layers", type=int, help="of the trunk that are kept, from below; else all")
    parser.add_argument("--minutes", type=float, help="end after so long, with the learning rate's fall done by then")
    parser.add_argument(
        "--fp32", action="store_true", help="train without bfloat16, which a processor without AVX-512 only emulates"
    )
    given = parser.parse_args(arguments)
    recipe = Recipe(
        pairs=given.pairs,
        reading_pairs=given.reading_pairs,
        passage_pairs=given.passage_pairs,
        seed=given.seed,
        threads=given.threads,
        left_out=tuple(given.leave_out),
        bf16=not given.fp32,
        learning_rate=given.learning_rate,
        head_learning_rate=given.learning_rate * Recipe().head_learning_rate / Recipe().learning_rate,
        course=given.course,
        frozen_layers=given.frozen_layers,
        trunk=given.trunk.name if given.trunk else EMBEDDER.name,
        layers=given.layers,
        seconds=given.minutes * 60 if given.minutes else None,
        started_from=sha256(given.begin.read_bytes()).hexdigest() if given.begin else None,
    )
    train(given.data, given.out, recipe, begin=given.begin, trunk=given.trunk)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
