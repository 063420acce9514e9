"""A sentence-transformers model of the BERT family as an int8 network, made of its own weights when it is loaded.

Nothing is exported beforehand and nothing is kept: the graph is written down here and the weights of the folder are
rounded to whole numbers on the way in, which takes less time than importing torch. Activations are scaled as they
come (`DynamicQuantizeLinear`), so nothing has to be calibrated. What is not usual:

- Weights have 7 bits. The int8 product of a CPU without VNNI adds pairs in 16 bits, which 8 bits overflow; with 7 the
  vectors are nearer to float32 and the same on every CPU.
- A text is run by itself, so its scales, and its vector, do not depend on the texts beside it, and nothing is padded.
- The widest activation, behind the GELU, is scaled a token at a time: one token far out would else cost all of them
  their precision.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from index.errors import WeightsError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnx import ModelProto

    Arrays: TypeAlias = Mapping[str, NDArray[Any]]
    FloatVector: TypeAlias = NDArray[np.float32]

RECIPE = "int8 weights of 7 bits, 1"  # raise the number whenever a vector changes
MAX_WEIGHT = 63  # 7 bits and a sign
MIN_GELU = 0.17  # a GELU gives nothing below -0.17
_OPSET, _IR_VERSION = 18, 9
_MICROSOFT = "com.microsoft"  # the operators of onnxruntime beyond the standard


@dataclass(frozen=True, slots=True, kw_only=True)
class BertSettings:
    """What of a model's settings decides its graph."""

    layers: int
    heads: int
    width: int  # of a vector
    epsilon: float  # of the layer normalisations
    max_tokens: int  # of a text, with the two marks around it; the rest is not read

    @classmethod
    def read(cls, folder: Path) -> BertSettings:
        """Return the settings of a sentence-transformers folder.

        Raises:
            WeightsError: a file of it is missing, or this module does not compute what it asks for.
        """
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
            sentence = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
            (pooling,) = [module["path"] for module in modules if module["type"].endswith(".Pooling")]
            pooled = json.loads((folder / pooling / "config.json").read_text(encoding="utf-8"))
            _check_supported(folder, config, modules, sentence, pooled)
            positions = int(config["max_position_embeddings"])
            return cls(
                layers=int(config["num_hidden_layers"]),
                heads=int(config["num_attention_heads"]),
                width=int(config["hidden_size"]),
                epsilon=float(config["layer_norm_eps"]),
                max_tokens=min(int(sentence.get("max_seq_length") or positions), positions),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise WeightsError(
                f"{folder} is not a whole sentence-transformers model ({error}); install the model again"
            ) from error


def _check_supported(folder: Path, config: Any, modules: Any, sentence: Any, pooled: Any) -> None:
    """Raise WeightsError unless a BERT with mean pooling and nothing else is asked for."""
    kinds = [module["type"].rpartition(".")[2] for module in modules]
    modes = {name for name, value in pooled.items() if name.startswith("pooling_mode") and value is True}
    extra = folder / "config_sentence_transformers.json"
    prompts = json.loads(extra.read_text(encoding="utf-8")).get("prompts") if extra.is_file() else None
    found = {
        "architecture": config["model_type"] == "bert"
        and config.get("position_embedding_type", "absolute") == "absolute",
        "activation": config["hidden_act"] == "gelu",
        "modules": kinds in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]),
        "pooling": modes == {"pooling_mode_mean_tokens"} or pooled.get("pooling_mode") == "mean",
        "prompts": not any((prompts or {}).values()),
        "lower case": not sentence.get("do_lower_case"),
    }
    for what, supported in found.items():
        if not supported:
            raise WeightsError(f"{folder} cannot be run in int8 (its {what}); give the folder without `int8:`")


class BertNetwork:
    """The network in memory, ready to run from many threads at once."""

    def __init__(self, folder: Path) -> None:
        """Raises WeightsError when the folder holds no whole BERT, or one that is not supported."""
        self.settings = BertSettings.read(folder)
        self._tokenizer = _open_tokenizer(folder / "tokenizer.json", self.settings.max_tokens)
        weights = _read_weights(folder / "model.safetensors")
        try:
            self._words = weights["embeddings.word_embeddings.weight"]
            types = weights["embeddings.token_type_embeddings.weight"]
            self._positions = weights["embeddings.position_embeddings.weight"] + types[0]
            self._check_shapes()
            self._session = _session(_graph(self.settings, weights), self.settings)
        except (KeyError, ValueError, IndexError) as error:
            raise WeightsError(
                f"{folder} holds other weights than its settings say ({error}); install it again"
            ) from error

    def _check_shapes(self) -> None:
        """Raise ValueError where a text could be looked up wrongly, or not at all."""
        settings, known = self.settings, self._tokenizer.get_vocab_size()
        if self._words.shape[1:] != (settings.width,) or settings.width % settings.heads:
            raise ValueError(f"{settings.heads} heads of {self._words.shape[1:]}, not of {settings.width}")
        if len(self._words) < known or len(self._positions) < settings.max_tokens:
            raise ValueError(f"{len(self._words)} words of {known}, {len(self._positions)} positions")

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the word pieces of each text, cut to the most that is read."""
        # A lone surrogate is no character; the tokenizer takes none.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return [encoding.ids for encoding in self._tokenizer.encode_batch(clean)]

    def mean(self, tokens: Sequence[int]) -> FloatVector:
        """Return (width,) float32: the mean of the last layer over the tokens, of any length."""
        embedded = self._words[list(tokens)] + self._positions[: len(tokens)]
        (found,) = self._session.run(["mean"], {"embedded": embedded[None]})
        vector: FloatVector = found[0]
        return vector


def _read_weights(path: Path) -> dict[str, NDArray[Any]]:
    import numpy as np
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return {name: np.asarray(array, dtype=np.float32) for name, array in load_file(path).items()}
    except FileNotFoundError as error:
        raise WeightsError(f"{path} is missing; install the model again") from error
    except (OSError, ValueError, TypeError, KeyError, SafetensorError) as error:
        reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
        raise WeightsError(f"{path} cannot be loaded ({reason}); install the model again") from error


def _open_tokenizer(path: Path, max_tokens: int) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:  # the binding raises bare Exception for what is not a tokenizer
        reason = str(error).strip().split("\n")[0][:200]
        raise WeightsError(f"{path} cannot be read as a tokenizer ({reason}); install the model again") from error
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return tokenizer


def _session(graph: _Graph, settings: BertSettings) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # texts run side by side instead, which keeps every core busier
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    held = {name: onnxruntime.OrtValue.ortvalue_from_numpy(array) for name, array in graph.weights.items()}
    options.add_external_initializers(list(held), list(held.values()))
    model = graph.model(settings).SerializeToString()
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


class _Graph:
    """An ONNX graph that is written node by node; the weights are kept beside it."""

    def __init__(self) -> None:
        self.weights: dict[str, NDArray[Any]] = {}
        self._small: list[Any] = []
        self._nodes: list[Any] = []

    def weight(self, array: NDArray[Any]) -> str:
        """Add an array and return its name."""
        import numpy as np

        name = f"w{len(self.weights)}"
        self.weights[name] = np.ascontiguousarray(array)
        return name

    def constant(self, array: NDArray[Any]) -> str:
        """Add what the graph itself has to hold, such as an axis, and return its name."""
        from onnx.numpy_helper import from_array

        name = f"c{len(self._small)}"
        self._small.append(from_array(array, name))
        return name

    def node(self, operator: str, *inputs: str, outputs: Sequence[str] = (), domain: str = "", **given: Any) -> str:
        """Add a node and return the name of its first output."""
        from onnx.helper import make_node

        names = list(outputs) or [f"n{len(self._nodes)}"]
        self._nodes.append(make_node(operator, list(inputs), names, domain=domain, **given))
        return names[0]

    def model(self, settings: BertSettings) -> ModelProto:
        """Return the graph from `embedded`, (1, tokens, width), to `mean`, (1, width)."""
        from onnx import TensorProto
        from onnx.helper import make_graph, make_model, make_opsetid, make_tensor_value_info

        read = make_tensor_value_info("embedded", TensorProto.FLOAT, [1, "tokens", settings.width])
        given = make_tensor_value_info("mean", TensorProto.FLOAT, [1, settings.width])
        held = [*self._small, *(_placeholder(name, array) for name, array in self.weights.items())]
        return make_model(
            make_graph(self._nodes, "bert", [read], [given], held),
            opset_imports=[make_opsetid("", _OPSET), make_opsetid(_MICROSOFT, 1)],
            ir_version=_IR_VERSION,
        )


def _placeholder(name: str, array: NDArray[Any]) -> Any:
    """Return the mention of a weight whose values the session is given beside the graph."""
    from onnx import StringStringEntryProto, TensorProto
    from onnx.helper import np_dtype_to_tensor_dtype

    tensor = TensorProto(name=name, dims=array.shape, data_type=np_dtype_to_tensor_dtype(array.dtype))
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.append(StringStringEntryProto(key="location", value="weights"))
    return tensor


def _graph(settings: BertSettings, weights: Arrays) -> _Graph:
    """Return the graph of a BERT behind its embeddings, with the mean over the tokens at its end."""
    import numpy as np

    graph = _Graph()
    x = _layer_norm(graph, settings, weights, "embeddings.LayerNorm", "embedded")
    for layer in range(settings.layers):
        x = _layer(graph, settings, weights, f"encoder.layer.{layer}", x)
    graph.node("ReduceMean", x, graph.constant(np.array([1])), outputs=["mean"], keepdims=0)
    return graph


def _layer(graph: _Graph, settings: BertSettings, weights: Arrays, layer: str, x: str) -> str:
    """Add a layer: attention, then two products with a GELU between, each added to what came in."""
    mixed = _attention(graph, settings, weights, f"{layer}.attention.self", x)
    attended = _product(graph, weights, [f"{layer}.attention.output.dense"], mixed)
    x = _layer_norm(graph, settings, weights, f"{layer}.attention.output.LayerNorm", graph.node("Add", attended, x))
    wide = graph.node("Gelu", _product(graph, weights, [f"{layer}.intermediate.dense"], x), domain=_MICROSOFT)
    narrow = _product_by_token(graph, weights, f"{layer}.output.dense", wide)
    return _layer_norm(graph, settings, weights, f"{layer}.output.LayerNorm", graph.node("Add", narrow, x))


def _attention(graph: _Graph, settings: BertSettings, weights: Arrays, name: str, x: str) -> str:
    """Add the attention of all heads; queries, keys and values come of one product."""
    joined = _product(graph, weights, [f"{name}.{part}" for part in ("query", "key", "value")], x)
    parts = [f"{joined}_{part}" for part in ("query", "key", "value")]
    graph.node("Split", joined, outputs=parts, axis=-1, num_outputs=3)
    return graph.node("MultiHeadAttention", *parts, domain=_MICROSOFT, num_heads=settings.heads)


def _product(graph: _Graph, weights: Arrays, names: Sequence[str], x: str) -> str:
    """Add x times the int8 weights of these linear layers, side by side, plus their bias."""
    import numpy as np

    bias = np.concatenate([weights[f"{name}.bias"] for name in names])
    return _rounded_product(graph, weights, names, x, graph.weight(bias))


def _product_by_token(graph: _Graph, weights: Arrays, name: str, x: str) -> str:
    """Add the same for what a GELU gave, with a scale for each token rather than one for all."""
    import numpy as np

    most = graph.node("ReduceMax", x, graph.constant(np.array([-1])), keepdims=1)
    scale = graph.node("Max", most, graph.constant(np.array(MIN_GELU, dtype=np.float32)))
    found = _rounded_product(graph, weights, [name], graph.node("Div", x, scale))
    return graph.node("Add", graph.node("Mul", found, scale), graph.weight(weights[f"{name}.bias"]))


def _rounded_product(graph: _Graph, weights: Arrays, names: Sequence[str], x: str, *bias: str) -> str:
    import numpy as np

    rounded = [round_weights(weights[f"{name}.weight"]) for name in names]
    values = np.concatenate([part for part, _ in rounded]).T
    scales = np.concatenate([scale for _, scale in rounded])
    inputs = [x, graph.weight(values), graph.weight(scales), graph.weight(np.zeros(len(scales), dtype=np.int8)), *bias]
    return graph.node("DynamicQuantizeMatMul", *inputs, domain=_MICROSOFT)


def round_weights(weights: NDArray[Any]) -> tuple[NDArray[np.int8], FloatVector]:
    """Return weights as whole numbers in [-MAX_WEIGHT, MAX_WEIGHT], and what one of them is worth in each row.

    Args:
        weights: (outputs, inputs) float32.

    Returns:
        (outputs, inputs) int8 and (outputs,) float32; their product is within half a step of the weights.
    """
    import numpy as np

    most = np.abs(weights).max(axis=1)
    scales = np.where(most > 0, most / MAX_WEIGHT, 1).astype(np.float32)
    return np.rint(weights / scales[:, None]).astype(np.int8), scales


def _layer_norm(graph: _Graph, settings: BertSettings, weights: Arrays, name: str, x: str) -> str:
    held = [graph.weight(weights[f"{name}.{part}"]) for part in ("weight", "bias")]
    return graph.node("LayerNormalization", x, *held, axis=-1, epsilon=settings.epsilon)
