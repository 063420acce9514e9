"""From texts to vectors of unit length."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from index.errors import WeightsError
from index.weights import EMBEDDER, cached_sha256

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.bert import BertNetwork

    FloatMatrix: TypeAlias = NDArray[np.float32]

BATCH_SIZE = 32
INT8_PREFIX, INT8_SUFFIX = "int8:", "-int8"
_TOKENIZED_TOGETHER = 1024  # texts; the tokenizer's own record of each takes more room than its vector


class Embedder(Protocol):
    """What turns texts into vectors."""

    @property
    def name(self) -> str:
        """What a user calls it."""

    @property
    def fingerprint(self) -> str:
        """A hash of whatever decides the vectors; vectors of two fingerprints are never compared."""

    @property
    def dimension(self) -> int:
        """The width of a vector."""

    def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
        """Return (n_texts, dimension) float32, rows of unit length, in the order of the texts."""

    def embed_queries(self, texts: Sequence[str]) -> FloatMatrix:
        """Return (n_texts, dimension) float32, rows of unit length, in the order of the texts."""


def default_embedder() -> Embedder:
    """Return the embedder that comes with the project: all-MiniLM-L6-v2 in int8, from its package, checked by hash."""
    return QuantizedEmbedder(EMBEDDER.verified_path(), name=f"{EMBEDDER.name}{INT8_SUFFIX}")


def float_embedder() -> Embedder:
    """Return the same in float32: the default of earlier versions, and what their indexes go on with."""
    return SentenceTransformerEmbedder(EMBEDDER.verified_path(), name=EMBEDDER.name)


def open_embedder(name: str) -> Embedder:
    """Return the embedder that a user calls so: one of the two above, a model's folder, or an id of a model hub.

    In front of a folder `int8:` asks for whole-number weights, where the model is a BERT with mean pooling.

    Raises:
        WeightsError: there is none, or it cannot be run so.
    """
    if name == EMBEDDER.name:
        return float_embedder()
    if name == f"{EMBEDDER.name}{INT8_SUFFIX}":
        return default_embedder()
    if name.startswith(INT8_PREFIX):
        return QuantizedEmbedder(name.removeprefix(INT8_PREFIX), name=name)
    return SentenceTransformerEmbedder(name)


class SentenceTransformerEmbedder:
    """A sentence-transformers model on the CPU. It is loaded by the first text, not by the constructor.

    A folder is read as it is and nothing is ever fetched for it. An id of a model hub is looked up in the local cache
    first, then on the hub.
    """

    def __init__(self, path_or_id: str | Path, *, name: str | None = None) -> None:
        """Raises WeightsError when there is no model at the path, or the id cannot be had."""
        self._folder = _model_folder(path_or_id)
        self.name = name or str(path_or_id)
        self.fingerprint = _fingerprint(self._folder)
        self.dimension = _dimension(self._folder)
        self._model: Any = None
        self._lock = threading.Lock()

    def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
        return self._embed(texts, task="encode_document")

    def embed_queries(self, texts: Sequence[str]) -> FloatMatrix:
        return self._embed(texts, task="encode_query")

    def warm(self) -> None:
        """Load the model now, so that the first text does not wait for it."""
        with self._lock:
            if self._model is None:
                self._model = _load(self._folder)

    def _embed(self, texts: Sequence[str], *, task: str) -> FloatMatrix:
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        self.warm()
        with self._lock:
            # The library sorts a call's texts by length, so that a batch pads little.
            vectors = getattr(self._model, task)(
                list(texts), batch_size=BATCH_SIZE, normalize_embeddings=True, show_progress_bar=False
            )
        return np.ascontiguousarray(vectors, dtype=np.float32)


def _model_folder(path_or_id: str | Path) -> Path:
    folder = Path(path_or_id).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
            raise WeightsError(f"{folder} holds no sentence-transformers model (no modules.json); name its folder")
        return folder.resolve()
    if not re.fullmatch(r"[\w.-]+(?:/[\w.-]+)?", str(path_or_id)):
        raise WeightsError(f"no embedder at {path_or_id}; give the folder of a sentence-transformers model, or its id")
    return _from_hub(str(path_or_id))


def _from_hub(model_id: str) -> Path:
    """Return the local copy of a hub's model, fetching it when there is none."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    name = model_id if "/" in model_id else f"sentence-transformers/{model_id}"
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, FileNotFoundError):
        pass
    try:
        return Path(snapshot_download(name, ignore_patterns=["*.onnx", "*.bin", "*.h5", "openvino/*", "onnx/*"]))
    except Exception as error:  # the hub's client raises its own, requests' and OS errors
        reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
        raise WeightsError(
            f"no embedder at {model_id}, and the hub has none ({reason}); give a model folder"
        ) from error


def _fingerprint(folder: Path) -> str:
    """Return a hash of the weights and of every setting that changes a vector."""
    weights = sorted({*folder.glob("**/*.safetensors"), *folder.glob("**/pytorch_model*.bin")})
    if not weights:
        raise WeightsError(f"{folder} holds no weights (no .safetensors); install the model again")
    settings = [
        path
        for pattern in ("*.json", "*_Pooling/config.json", "*_Dense/config.json")
        for path in sorted(folder.glob(pattern))
        if path.name != "data_config.json"
    ]
    parts = [f"{path.relative_to(folder)} {cached_sha256(path)}" for path in (*weights, *settings)]
    return hashlib.sha256("\n".join([*parts, "unit length"]).encode()).hexdigest()[:16]


def _dimension(folder: Path) -> int:
    """Return the width of the model's vectors, read from its settings."""
    config = _json(folder / "config.json")
    for path in sorted(folder.glob("*_Dense/config.json"), reverse=True):
        return int(_json(path)["out_features"])
    for path in sorted(folder.glob("*_Pooling/config.json")):
        pooling = _json(path)
        return int(pooling.get("word_embedding_dimension") or config["hidden_size"])
    return int(config["hidden_size"])


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path} cannot be read as JSON; install the model again") from error
    if not isinstance(found, dict):
        raise WeightsError(f"{path} is not a JSON object; install the model again")
    return found


def _load(folder: Path) -> Any:
    with _offline():
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(str(folder), device="cpu", local_files_only=True, trust_remote_code=False)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
            raise WeightsError(f"{folder} cannot be loaded ({reason}); install the model again") from error


@contextlib.contextmanager
def _offline() -> Iterator[None]:
    """Keep the hub's client from looking for newer files while a local model is loaded."""
    names = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class QuantizedEmbedder:
    """A BERT with mean pooling in int8 on the CPU, without torch. It is loaded by the first text.

    Each text is run by itself, on as many threads as there are cores, the longest first so that all end together. The
    same text always gives the same vector, whatever is embedded beside it.
    """

    def __init__(self, path: str | Path, *, name: str | None = None) -> None:
        """Raises WeightsError when there is no model in the folder, or one of another kind."""
        from index.bert import RECIPE, BertSettings

        folder = Path(path).expanduser()
        if not folder.is_dir():
            raise WeightsError(f"no embedder at {path}; give the folder of a sentence-transformers model")
        self._folder = _model_folder(folder)
        self.name = name or str(path)
        self.dimension = BertSettings.read(self._folder).width
        self.fingerprint = hashlib.sha256(f"{_fingerprint(self._folder)} {RECIPE}".encode()).hexdigest()[:16]
        self._network: BertNetwork | None = None
        self._lock = threading.Lock()

    def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
        return self._embed(texts)

    def embed_queries(self, texts: Sequence[str]) -> FloatMatrix:
        return self._embed(texts)

    def warm(self) -> None:
        """Load the model now, so that the first text does not wait for it."""
        self._loaded()

    def _loaded(self) -> BertNetwork:
        from index.bert import BertNetwork

        with self._lock:
            if self._network is None:
                self._network = BertNetwork(self._folder)
            return self._network

    def _embed(self, texts: Sequence[str]) -> FloatMatrix:
        import numpy as np

        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _TOKENIZED_TOGETHER):
            self._fill(vectors[start : start + _TOKENIZED_TOGETHER], texts[start : start + _TOKENIZED_TOGETHER])
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _fill(self, vectors: FloatMatrix, texts: Sequence[str]) -> None:
        network = self._loaded()
        tokens = network.tokens(texts)

        def fill(row: int) -> None:
            vectors[row] = network.mean(tokens[row])

        longest_first = sorted(range(len(tokens)), key=lambda row: -len(tokens[row]))
        if len(tokens) == 1:
            return fill(0)
        with ThreadPoolExecutor(_cores()) as pool:
            list(pool.map(fill, longest_first))
        return None


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class HashingEmbedder:
    """A fake for tests: words hashed to places of a vector. The same words always give the same vector."""

    def __init__(self, dimension: int = 256) -> None:
        self.name = "hashing"
        self.dimension = dimension
        self.fingerprint = f"hashing-{dimension}"
        self.embedded: list[str] = []  # every passage that was ever embedded, in order

    def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
        self.embedded.extend(texts)
        return self._embed(texts)

    def embed_queries(self, texts: Sequence[str]) -> FloatMatrix:
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> FloatMatrix:
        import numpy as np

        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
                vectors[row, int.from_bytes(digest, "big") % self.dimension] += 1.0
            if not vectors[row].any():
                vectors[row, 0] = 1.0
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors
