"""What each kind of training data is worth: the checker trained without it, everything else alike.

    python -m training.ablation --data ROWS --evals EVALS --out RUN      # run again to go on after a stop

The pairs of the first course are made once and a sample of them encoded. For each group of sources a network is trained
from the bare trunk on as many of the other pairs as all runs see, in the same order, with the same seed. Measured, as
areas under the curve: both tasks on the same held-out pairs, the left-out sources' among them, and the network alone,
without rules, on a fixed sample of each set of human labels. `ablation.json` keeps the rows and `--table` prints them.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from evals.human import Labelled, read_set, sample, sets_named
from index.weights import EMBEDDER
from qa.verify.windows import covering, plain_claim, plain_evidence
from training.checker import measure, start, step, tensors
from training.claims import ClaimPair
from training.encode import Encoded, batches, collate, encode, encode_claims, open_tokenizer
from training.metrics import area_under_curve
from training.mixture import HELD_OUT_MEASURED, made_pairs
from training.network import CheckerNetwork
from training.pairs import Pair
from training.recipe import Recipe

# Sources by what they hold: all pairs that come of them.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "nothing": (),
    "fact checking (fever, feverous, fool me twice)": (
        "fever_dev", "fever_symmetric", "feverous_dev", "fool_me_twice",
    ),
    "science and health": (
        "scifact", "check_covid", "pubmedqa_yesno", "bioasq_yesno", "bioasq_factoid", "covid_qa_windows",
    ),
    "general inference (mnli, snli)": ("mnli_dev_rest", "snli_counterfactual", "snli_dev_test"),
    "negation and logic": ("breaking_nli", "conjnli", "negation_nli"),
    "generated and grounded (begin, q2, wice, summaries)": (
        "begin", "q2_wow", "summedits_other", "halueval_summ", "wice_dev", "factcheck_gpt_stance",
    ),
    "questions with answers (boolq, halueval, squad)": ("boolq_part", "halueval_qa", "qa_derived_squad"),
    "reading of several texts (hotpot, musique)": ("musique_hotpot_part", "hotpot_2wiki_sampled"),
    "adversarial reading, quoref": ("adversarialqa_dev", "quoref_part"),
    "squad without a span, sentence pairs": (
        "squad_train_nospan_offsets", "squad_train_sentence_pairs", "qnli_dev_rest",
    ),
}  # fmt: skip
# Pairs by how they are made, of whatever source.
KINDS: Mapping[str, tuple[str, ...]] = {
    "made: one thing changed (number, date, name, role, hedge, ...)": (
        "number", "date", "unit", "name", "roles", "negation", "hedge", "opposite", "word", "quantifier", "both",
    ),
    "made: evidence cut short or a lookalike's": ("without", "lookalike", "cut", "neighbour"),
    "made: passages told, fused, answered": (
        "told", "answer", "wrong answer", "resolved", "described", "joined", "tail", "subject", "added",
    ),
    "made: right answers moved to another question": ("swapped", "both_swapped"),
}  # fmt: skip
SETS = ("attributionbench-dev", "wice", "qags", "summedits", "bump")
PAIRS, POOL, LABELLED = 16_000, 40_000, 300


def kept(item: Encoded, group: str) -> bool:
    """Return whether a pair is trained on when a group of sources, or of kinds, is left out."""
    return item.source not in GROUPS[group] if group in GROUPS else item.kind not in KINDS[group]


def pool(data: Path, out: Path, recipe: Recipe, trunk: Path) -> tuple[list[Encoded], list[Encoded]]:
    """Return a sample of the encoded training pairs and the held-out ones; made once, then read from the folder."""
    path = out / "pairs.pickle"
    if not path.is_file():
        made = made_pairs(data, recipe)
        both: list[Pair | ClaimPair] = [*made.reading, *made.claims]
        random.Random(recipe.seed).shuffle(both)
        some = both[:POOL]
        claims = [pair for pair in some if isinstance(pair, ClaimPair)]
        reading = [pair for pair in some if not isinstance(pair, ClaimPair)]
        tokenizer = open_tokenizer(trunk / "tokenizer.json")
        training = encode(tokenizer, reading) + encode_claims(tokenizer, claims)
        held = encode(tokenizer, made.held[:HELD_OUT_MEASURED])
        held += encode_claims(tokenizer, made.held_claims[: 2 * HELD_OUT_MEASURED])
        path.write_bytes(pickle.dumps((training, held)))
    made_before: tuple[list[Encoded], list[Encoded]] = pickle.loads(path.read_bytes())  # our own file of this run
    return made_before


def trained(items: Sequence[Encoded], recipe: Recipe, trunk: Path) -> CheckerNetwork:
    """Return a network that has seen the recipe's number of pairs of `items`, from the bare trunk."""
    state = start(recipe, trunk)
    state.network.train()
    for numbers in batches(items, tokens=recipe.batch_tokens, seed=recipe.seed):
        if state.pairs >= recipe.pairs:
            break
        step(state, [items[n] for n in numbers], recipe)
    return state.network


def on_labels_of_people(network: CheckerNetwork, rows: Sequence[Labelled], trunk: Path) -> float:
    """Return the area under the curve of P(supported) of the covering sentences for people's label."""
    tokenizer = open_tokenizer(trunk / "tokenizer.json")
    read = [(plain_claim(row.claim), plain_evidence(row.evidence)) for row in rows]
    pairs = [
        ClaimPair(claim=claim, evidence=covering(claim, text), label=0, faults=None, kind="real", source="", group=0)
        for claim, text in read
    ]
    items = encode_claims(tokenizer, pairs)
    scores: list[float] = []
    network.eval()
    for begin in range(0, len(items), 32):
        values = tensors(collate(items[begin : begin + 32]))
        with torch.no_grad():
            verdict = network(values["ids"], values["types"], values["mask"])[3]
        scores += torch.softmax(verdict.float(), -1)[:, 0].tolist()
    found, truth = np.array(scores), np.array([row.supported for row in rows])
    return round(float(area_under_curve(found[truth], found[~truth])), 4)


def run(data: Path, evals: Path, out: Path, recipe: Recipe, *, only: Sequence[str] = ()) -> None:
    """Train and measure each variant that `ablation.json` does not hold yet.

    Args:
        only: beginnings of the groups' names; empty: all.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(recipe.threads)
    trunk = EMBEDDER.path()
    items, held = pool(data, out, recipe, trunk)
    labelled = {each.name: sample(read_set(each, evals), LABELLED) for each in sets_named(SETS)}
    path = out / "ablation.json"
    rows = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    for group in (*GROUPS, *KINDS):
        wanted = not only or group.startswith(tuple(only))
        if not wanted or any(row["without"] == group for row in rows):
            continue
        began = time.monotonic()
        some = [item for item in items if kept(item, group)]
        network = trained(some, recipe, trunk)
        figures = measure(network, held)
        people = {name: on_labels_of_people(network, each, trunk) for name, each in labelled.items()}
        row = {"without": group, "left_out": len(items) - len(some), "of": len(items), "pairs": recipe.pairs}
        rows.append({**row, "seconds": round(time.monotonic() - began), "held_out": figures, "people": people})
        path.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Return the runs as a Markdown table: what was left out, and each area under the curve."""
    names = list(rows[0]["people"])  # type: ignore[call-overload]
    lines = [
        "| left out | of the pairs | read | verify | " + " | ".join(names) + " |",
        "|---|" + "---|" * (3 + len(names)),
    ]
    for row in rows:
        held, people = row["held_out"], row["people"]
        share = row["left_out"] / row["of"]  # type: ignore[operator]
        figures = [held["read"], held["verify"], *(people[name] for name in names)]  # type: ignore[index]
        lines.append(f"| {row['without']} | {share:.2f} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with `read` and `verify`, one file a source each")
    parser.add_argument("--evals", type=Path, help="folder with the sets of human labels")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pairs and figures")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="that each network sees")
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    parser.add_argument("--only", nargs="*", default=(), help="beginnings of the names of the groups to leave out")
    parser.add_argument("--table", action="store_true", help="print the figures that the folder holds")
    given = parser.parse_args(arguments)
    if given.table:
        print(table(json.loads((given.out / "ablation.json").read_text(encoding="utf-8"))))
        return 0
    if given.data is None or given.evals is None:
        parser.error("expected --data and --evals, or --table")
    run(given.data, given.evals, given.out, Recipe(pairs=given.pairs, seed=given.seed), only=given.only)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
