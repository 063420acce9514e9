"""Ship a trained ranker: `python -m training.export --run DIR` writes int8 ONNX and its card."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch

from index.weights import EMBEDDER
from training.encode import MAX_TOKENS, encode, open_tokenizer
from training.metrics import area_under_curve, calibration_error, fit_platt, sigmoid
from training.network import RankerNetwork
from training.pairs import Pair

WEIGHTS = Path(__file__).parents[1] / "qa" / "weights"
INPUTS = ["ids", "types", "mask"]
OUTPUTS = ["logit", "starts", "ends"]


def load_network(run: Path) -> tuple[RankerNetwork, dict[str, Any]]:
    """Return the run's network, ready to score, and its checkpoint."""
    saved = torch.load(run / "checkpoint.pt", weights_only=True)
    network = RankerNetwork(EMBEDDER.path())
    network.load_state_dict(saved["network"])
    return network.eval(), saved


def export(network: RankerNetwork, path: Path) -> None:
    """Write the network as int8 ONNX: weights per channel, activations scaled as they come."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    sample = torch.ones((2, 16), dtype=torch.int64)
    axes = {name: {0: "pairs", 1: "tokens"} for name in [*INPUTS, "starts", "ends"]} | {"logit": {0: "pairs"}}
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


def logits_of(path: Path, pairs: Sequence[Pair]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the shipped network's logits, each pair read alone as it is in use."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    items = encode(open_tokenizer(EMBEDDER.path() / "tokenizer.json"), pairs)
    found = []
    for item in items:
        feed = {"ids": item.ids, "types": item.types, "mask": (1,) * len(item.ids)}
        arrays = {name: np.array([values], dtype=np.int64) for name, values in feed.items()}
        found.append(float(session.run(["logit"], arrays)[0][0]))
    return np.array(found, dtype=np.float64)


def calibrate(path: Path, held_out: Sequence[Pair]) -> dict[str, float]:
    """Fit the probability on one half of the held-out passages and measure it on the other."""
    logits = logits_of(path, held_out)
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


def card(path: Path, saved: dict[str, Any], data: dict[str, Any], note: str | None) -> dict[str, Any]:
    """Return the model card: what `qa.ranker` needs and what a reader should know."""
    return {
        "name": f"onrecord-ranker-{saved['progress'][1] // 1000}k",
        "task": "the probability that a text answers a question, and the likeliest words of the answer",
        "trunk": "all-MiniLM-L6-v2 (Apache-2.0), word embeddings kept as they were",
        "format": "ONNX, int8 weights, dynamic activations",
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "bytes": path.stat().st_size,
        "max_tokens": MAX_TOKENS,
        "input": "[CLS] question [SEP] (title. )(sentence before )sentence [SEP]",
        "licence": "the trunk is Apache-2.0; the training texts are under the licences named in data",
        "recipe": saved["recipe"],
        "pairs_seen": saved["progress"][1],
        "note": note,
        "training_seconds": round(saved["progress"][2]),
        "calibration": calibrate(path, [Pair(**raw) for raw in data["held_out"]]),
        "data": data["sources"],
        "made_pairs": data["kinds"],
        "limits": LIMITS,
    }


LIMITS = [
    "English only; encyclopedia, biomedical and some news text; questions that a span of words answers",
    "texts are cut after 128 tokens, question included",
    "yes/no questions, sums over several sentences and multi-hop questions were hardly trained on",
    "the probability is calibrated on held-out pairs of the training mixture; the maximum over many texts is higher",
]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder of a training run")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--note", help="what the recipe does not say of the run, for the card")
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)
    network, saved = load_network(given.run)
    given.out.mkdir(parents=True, exist_ok=True)
    export(network, given.out / "ranker.onnx")
    data = json.loads((given.run / "data.json").read_text(encoding="utf-8"))
    found = card(given.out / "ranker.onnx", saved, data, given.note)
    (given.out / "ranker.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(found["calibration"]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
