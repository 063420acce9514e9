"""What each kind of training data is worth: the checker trained without it, everything else alike.

    python -m training.ablation --data ROWS --evals EVALS --out RUN      # run again to go on after a stop

The pairs of the first course are made once and a sample of them encoded. For each group of sources a network is trained
from the bare trunk on as many of the other pairs as all runs see, in the same order, with the same seed. Measured, as
areas under the curve: both tasks on the same held-out pairs, the left-out sources' among them, and the network alone,
without rules, on a fixed sample of each set of human labels. `ablation.json` keeps the rows and `--table` prints them.

Where a GPU is, both files are made beforehand, and no more of the project is needed there:

    python -m training.pack --data ROWS --out RUN
    python -m training.ablation --evals EVALS --trunk TRUNK --pack-labels RUN/labels.npz
    python -m training.ablation --data RUN/pairs.npz --evals RUN/labels.npz --trunk TRUNK --out RUN --device cuda
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from index.weights import EMBEDDER
from training.checker import measure, start, step, tensors
from training.encode import Encoded, batches, collate, encode_claims, open_tokenizer
from training.metrics import area_under_curve
from training.network import CheckerNetwork
from training.packed import pack, unpack
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
    "made: nearest by meaning": ("mined", "among"),
}  # fmt: skip
SETS = ("attributionbench-dev", "wice", "qags", "summedits", "bump")
PAIRS, POOL, LABELLED = 16_000, 40_000, 300


def kept(item: Encoded, group: str) -> bool:
    """Return whether a pair is trained on when a group of sources, or of kinds, is left out."""
    return item.source not in GROUPS[group] if group in GROUPS else item.kind not in KINDS[group]


def pool(data: Path, out: Path, recipe: Recipe, trunk: Path) -> tuple[list[Encoded], list[Encoded]]:
    """Return a sample of the encoded training pairs and the held-out ones.

    Args:
        data: a folder of rows, of which the pairs are made once and kept in `out`; or the file of `training.pack`.
    """
    path = data
    if data.is_dir():
        from training.mixture import build

        path = out / "pairs.npz"
        if not path.is_file():
            pack(path, *build(data, out, recipe, trunk), recipe)
    training, held, _ = unpack(path)
    size = min(max(POOL, 5 * recipe.pairs // 2), len(training))
    return random.Random(recipe.seed).sample(training, size), held


def trained(items: Sequence[Encoded], recipe: Recipe, trunk: Path) -> CheckerNetwork:
    """Return a network that has seen the recipe's number of pairs of `items`, from the bare trunk."""
    state = start(recipe, trunk)
    state.network.train()
    for numbers in batches(items, tokens=recipe.batch_tokens, seed=recipe.seed):
        if state.pairs >= recipe.pairs:
            break
        step(state, [items[n] for n in numbers], recipe)
    return state.network


def labelled(evals: Path, trunk: Path) -> list[Encoded]:
    """Return a fixed sample of each set of human labels, each claim beside the sentences that cover it.

    Args:
        evals: the folder of the sets, or the file that `--pack-labels` made of them.
    """
    if evals.is_file():
        return unpack(evals)[0]
    from evals.human import read_set, sample, sets_named
    from qa.verify.windows import covering, plain_claim, plain_evidence
    from training.claims import ClaimPair

    pairs = []
    for each in sets_named(SETS):
        for row in sample(read_set(each, evals), LABELLED):
            claim, text = plain_claim(row.claim), plain_evidence(row.evidence)
            pairs.append(
                ClaimPair(
                    claim=claim, evidence=covering(claim, text), label=int(not row.supported), faults=None, kind="real",
                    source=each.name, group=0,
                )
            )  # fmt: skip
    return encode_claims(open_tokenizer(trunk / "tokenizer.json"), pairs)


def on_labels_of_people(network: CheckerNetwork, items: Sequence[Encoded]) -> dict[str, float]:
    """Return, by set, the area under the curve of P(supported) for people's label."""
    device = next(network.parameters()).device
    scores: list[float] = []
    network.eval()
    for begin in range(0, len(items), 32):
        values = tensors(collate(items[begin : begin + 32]), device)
        with torch.no_grad():
            verdict = network(values["ids"], values["types"], values["mask"])[3]
        scores += torch.softmax(verdict.float(), -1)[:, 0].tolist()
    found, truth = np.array(scores), np.array([item.label == 0 for item in items])
    names = np.array([item.source for item in items])
    return {
        name: round(area_under_curve(found[truth & (names == name)], found[~truth & (names == name)]), 4)
        for name in dict.fromkeys(str(name) for name in names)
    }


def run(data: Path, evals: Path, out: Path, recipe: Recipe, trunk: Path, *, only: Sequence[str] = ()) -> None:
    """Train and measure each variant that `ablation.json` does not hold yet.

    Args:
        only: beginnings of the groups' names; empty: all.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(recipe.threads)
    items, held = pool(data, out, recipe, trunk)
    people = labelled(evals, trunk)
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
        row = {"without": group, "left_out": len(items) - len(some), "of": len(items), "pairs": recipe.pairs}
        rows.append(
            {
                **row,
                "seconds": round(time.monotonic() - began),
                "held_out": figures,
                "people": on_labels_of_people(network, people),
            }
        )
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
    parser.add_argument("--data", type=Path, help="folder with `read` and `verify`, or the file of training.pack")
    parser.add_argument("--evals", type=Path, help="folder with the sets of human labels, or the file of --pack-labels")
    parser.add_argument("--out", type=Path, help="folder for the pairs and figures")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="that each network sees")
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    parser.add_argument("--only", nargs="*", default=(), help="beginnings of the names of the groups to leave out")
    parser.add_argument("--table", action="store_true", help="print the figures that the folder holds")
    parser.add_argument("--trunk", type=Path, help="folder of another trunk, as training.trunks writes it")
    parser.add_argument("--layers", type=int, help="of the trunk that are kept, from below; else all")
    parser.add_argument("--device", default="cpu", help="cuda where there is a GPU")
    parser.add_argument("--learning-rate", type=float, default=Recipe().learning_rate)
    parser.add_argument("--batch-tokens", type=int, default=Recipe().batch_tokens)
    parser.add_argument("--pack-labels", type=Path, help="only write the sample of human labels to this file")
    given = parser.parse_args(arguments)
    trunk = given.trunk or EMBEDDER.path()
    recipe = Recipe(
        pairs=given.pairs, seed=given.seed, device=given.device, layers=given.layers, trunk=trunk.name,
        batch_tokens=given.batch_tokens, learning_rate=given.learning_rate,
        head_learning_rate=given.learning_rate * Recipe().head_learning_rate / Recipe().learning_rate,
    )  # fmt: skip
    if given.pack_labels and given.evals:
        pack(given.pack_labels, labelled(given.evals, trunk), [], recipe)
    elif given.table and given.out:
        print(table(json.loads((given.out / "ablation.json").read_text(encoding="utf-8"))))
    elif given.data and given.evals and given.out:
        run(given.data, given.evals, given.out, recipe, trunk, only=given.only)
    else:
        parser.error("expected --data, --evals and --out; --evals and --pack-labels; or --table and --out")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
