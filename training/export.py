"""Ship a trained checker: `python -m training.export --run DIR` writes int8 ONNX and its card."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch

from index.weights import EMBEDDER
from qa.checker import NAME, tokenizer_of
from training.claims import ClaimPair
from training.encode import MAX_TOKENS, Encoded, encode, encode_claims, open_tokenizer
from training.metrics import area_under_curve, calibration_error, fit_platt, sigmoid
from training.network import CheckerNetwork
from training.pairs import Pair
from training.shipped import load_shipped
from training.statements import SUPPORTED

WEIGHTS = Path(__file__).parents[1] / "qa" / "weights"
INPUTS = ["ids", "types", "mask"]
OUTPUTS = ["logit", "starts", "ends", "verdicts", "faults"]


def load_network(run: Path, trunk: Path | None = None) -> tuple[CheckerNetwork, dict[str, Any]]:
    """Return the run's network, ready to score, and its checkpoint."""
    saved = torch.load(run / "checkpoint.pt", weights_only=True)
    network = CheckerNetwork(trunk or EMBEDDER.path(), layers=saved["recipe"].get("layers"))
    network.load_state_dict(saved["network"])
    return network.eval(), saved


def averaged(network: CheckerNetwork, begin: Path, share: float) -> CheckerNetwork:
    """Return the network with each weight drawn back towards the one that the run began from.

    What was learned before and is not trained on again is kept better so (Wortsman et al. 2022, "Robust fine-tuning of
    zero-shot models").

    Args:
        begin: the exported weights that the run began from.
        share: of the run's own weights, in [0, 1].
    """
    before = CheckerNetwork(EMBEDDER.path())
    load_shipped(before, begin)
    old, new = before.state_dict(), network.state_dict()
    mixed = {
        name: torch.lerp(old[name], value, share) if value.is_floating_point() else value for name, value in new.items()
    }
    network.load_state_dict(mixed)
    return network.eval()


def export(network: CheckerNetwork, path: Path) -> None:
    """Write the network as int8 ONNX: weights per channel, activations scaled as they come."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    sample = torch.ones((2, 16), dtype=torch.int64)
    axes = {name: {0: "pairs", 1: "tokens"} for name in [*INPUTS, "starts", "ends", "faults"]}
    axes |= {"logit": {0: "pairs"}, "verdicts": {0: "pairs"}}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            network,
            (sample, sample, sample),
            str(whole),
            input_names=INPUTS,
            output_names=OUTPUTS,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(whole, path, weight_type=QuantType.QInt8, per_channel=True)


def run_each(path: Path, items: Sequence[Encoded], output: str) -> list[Any]:
    """Return one output of the shipped network a pair, each pair read alone as it is in use."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found = []
    for item in items:
        feed = {"ids": item.ids, "types": item.types, "mask": (1,) * len(item.ids)}
        arrays = {name: np.array([values], dtype=np.int64) for name, values in feed.items()}
        found.append(session.run([output], arrays)[0][0])
    return found


def calibrate(path: Path, held_out: Sequence[Pair]) -> dict[str, float]:
    """Fit the reading's probability on one half of the held-out passages and measure it on the other."""
    items = encode(open_tokenizer(tokenizer_of(path.parent)), held_out)
    logits = np.array(run_each(path, items, "logit"), dtype=np.float64)
    labels = np.array([pair.answerable for pair in held_out], dtype=np.float64)
    first = np.array([pair.group // 100 % 2 == 0 for pair in held_out])
    slope, offset = fit_platt(logits[first], labels[first])
    probabilities, truth = sigmoid(slope * logits[~first] + offset), labels[~first]
    return {
        "slope": round(slope, 4),
        "offset": round(offset, 4),
        "pairs_fitted": int(first.sum()),
        "pairs_measured": int((~first).sum()),
        "auc": round(area_under_curve(probabilities[truth == 1], probabilities[truth == 0]), 4),
        "accuracy_at_half": round(float(((probabilities > 0.5) == (truth == 1)).mean()), 4),
        "calibration_error": round(calibration_error(probabilities, truth), 4),
    }


def judged(path: Path, held_out: Sequence[ClaimPair]) -> dict[str, float]:
    """Measure the network's own P(supported) on held-out claims, whole and by source; nothing is fit here."""
    items = encode_claims(open_tokenizer(tokenizer_of(path.parent)), held_out)
    logits = np.array(run_each(path, items, "verdicts"), dtype=np.float64)
    score = logits[:, 0] - np.logaddexp(logits[:, 1], logits[:, 2])
    truth = np.array([pair.label == SUPPORTED for pair in held_out])
    names = np.array([pair.source if pair.kind == "real" else f"made: {pair.kind}" for pair in held_out])
    figures = {"pairs": float(len(truth)), "auc": round(area_under_curve(score[truth], score[~truth]), 4)}
    for name in sorted({str(name) for name in names}):
        mine = names == name
        if name.startswith("made") and not (truth & mine).any():
            figures[f"{name}, below 0"] = round(float((score[mine] < 0).mean()), 4)
        elif min((truth & mine).sum(), (~truth & mine).sum()) >= 10:
            figures[name] = round(area_under_curve(score[truth & mine], score[~truth & mine]), 4)
    return figures


def record_section(folder: Path, section: str, values: Any) -> None:
    """Write a section of the card of the weights in a folder, in place of the one that is there."""
    path = folder / f"{NAME}.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card[section] = values
    path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def card(path: Path, saved: dict[str, Any], data: dict[str, Any], note: str | None) -> dict[str, Any]:
    """Return the model card: what `qa.checker` needs and what a reader should know.

    A network that was trained on claims alone has no calibration of reading, which says that it only judges claims.
    """
    recipe = saved["recipe"]
    reads = bool(data["reading_kinds"])
    layers = f", its lowest {recipe['layers']} layers" if recipe.get("layers") else ""
    reading = {"calibration": calibrate(path, [Pair(**raw) for raw in data["held_out"]])} if reads else {}
    return {
        "name": f"onrecord-{path.stem}-{saved['progress'][1] // 1000}k",
        "task": ("reads a text for the answer to a question; " if reads else "")
        + "judges if a text supports a claim, and which words not",
        "trunk": f"{recipe.get('trunk', EMBEDDER.name)} (Apache-2.0){layers}, word embeddings kept as they were",
        "format": "ONNX, int8 weights, dynamic activations",
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "bytes": path.stat().st_size,
        "max_tokens": MAX_TOKENS,
        "input": "[CLS] question or claim [SEP] (title. )(sentence before )sentence [SEP]",
        "licence": "the trunk is Apache-2.0; the training texts are under the licences named in data",
        "recipe": saved["recipe"],
        "pairs_seen": saved["progress"][1],
        "note": note,
        "training_seconds": round(saved["progress"][2]),
        **reading,
        "judged": judged(path, [claim_pair(raw) for raw in data["held_out_claims"]]),
        "data": data["sources"],
        "made_reading_pairs": data["reading_kinds"],
        "claim_pairs": data["claim_kinds"],
        "limits": [*(READING_LIMITS if reads else ()), *LIMITS],
    }


def claim_pair(raw: dict[str, Any]) -> ClaimPair:
    """Return a pair as `data.json` keeps it."""
    faults = None if raw["faults"] is None else tuple((s, e) for s, e in raw["faults"])
    return ClaimPair(**{**raw, "faults": faults})


READING_LIMITS = [
    "questions that a span of words answers",
    "yes/no questions, sums over several sentences and multi-hop questions were hardly trained on",
    "the probability is calibrated on held-out pairs of the training mixture; the maximum over many texts is higher",
]
LIMITS = [
    "English only; encyclopedia, biomedical and some news text",
    "texts are cut after 160 tokens, question or claim included",
    "claims: encyclopedia sentences, captions and made-up changes make most of the training; long summaries are few",
    "P(supported) of the network itself is not calibrated: `qa.verify` joins it with rules and calibrates both",
]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder of a training run")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--trunk", type=Path, help="folder of the run's trunk, where it is not the embedder")
    parser.add_argument("--begin", type=Path, help="exported weights that the run began from, to average with")
    parser.add_argument("--share", type=float, default=0.7, help="of the run's own weights in that average")
    parser.add_argument("--note", help="what the recipe does not say of the run, for the card")
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)
    network, saved = load_network(given.run, given.trunk)
    note = given.note
    if given.begin:
        network = averaged(network, given.begin, given.share)
        note = f"{note or ''} averaged with the weights that it began from, {given.share} of the run's own".strip()
    given.out.mkdir(parents=True, exist_ok=True)
    path = given.out / f"{NAME}.onnx"
    export(network, path)
    if given.trunk:
        shutil.copy(given.trunk / "tokenizer.json", given.out / f"{NAME}-tokenizer.json")
    data = json.loads((given.run / "data.json").read_text(encoding="utf-8"))
    found = card(path, saved, data, note)
    path.with_suffix(".json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(found.get("calibration", found["judged"])))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
