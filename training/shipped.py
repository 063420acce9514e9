"""Shipped int8 weights as a start for more training: what was rounded for shipping is learned again within minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from training.network import CheckerNetwork

NEVER_TRAINED = "trunk.embeddings.word_embeddings.weight"
_ENDINGS = ("/Gemm_MatMul_quant", "/MatMul_quant")


def load_shipped(network: CheckerNetwork, path: Path) -> None:
    """Give the network the weights of an exported one; word embeddings stay, they are never trained.

    Raises:
        ValueError: the file holds a network of another shape.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    held = {value.name: numpy_helper.to_array(value) for value in graph.initializer}
    found: dict[str, Any] = {name: held[name] for name in network.state_dict() if name in held}
    for node in graph.node:
        ending = next((end for end in _ENDINGS if node.op_type == "MatMulInteger" and node.name.endswith(end)), None)
        if ending is not None:
            name = node.name.removesuffix(ending).strip("/").replace("/", ".") + ".weight"
            found[name] = _whole(held, node.input[1].removesuffix("_quantized")).T
    for name in network.state_dict():
        if name not in found and f"{name}_quantized" in held:
            found[name] = _whole(held, name)
    found.pop(NEVER_TRAINED, None)
    values = {name: torch.from_numpy(np.array(value)) for name, value in found.items()}
    shapes = {name: value.shape for name, value in network.state_dict().items()}
    wrong = [name for name, value in values.items() if shapes.get(name) != value.shape]
    left = set(shapes) - set(values) - {NEVER_TRAINED}
    if wrong or left:
        name = sorted([*wrong, *left])[0]
        raise ValueError(f"{path} does not fit this network at {name}; start from weights of the same code")
    network.load_state_dict(values, strict=False)


def _whole(held: dict[str, Any], name: str) -> Any:
    scale, zero = held[f"{name}_scale"], held[f"{name}_zero_point"]
    return (held[f"{name}_quantized"].astype(np.float32) - zero.astype(np.float32)) * scale
