"""Embeddings, both ways: ours for llama-index, and those of llama-index for our index."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr

from index.embed import Embedder

if TYPE_CHECKING:
    from index.embed import FloatMatrix


class EmbeddingAdapter(BaseEmbedding):
    """An embedder of this project as a llama-index embedding."""

    _embedder: Any = PrivateAttr()

    def __init__(self, embedder: Embedder, **settings: Any) -> None:
        super().__init__(model_name=embedder.name, **settings)
        self._embedder = embedder

    @classmethod
    def class_name(cls) -> str:
        return "EmbeddingAdapter"

    def _get_query_embedding(self, query: str) -> list[float]:
        return _row(self._embedder.embed_queries([query]))

    def _get_text_embedding(self, text: str) -> list[float]:
        return _row(self._embedder.embed_passages([text]))

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [[float(value) for value in row] for row in self._embedder.embed_passages(texts)]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)


class LlamaIndexEmbedder:
    """A llama-index embedding as an embedder of this project: `Index.open(path, embedder=LlamaIndexEmbedder(model))`.

    llama-index does not say which weights a model has, so the fingerprint is that of its class, its name and the
    vector it gives for a fixed text.
    """

    def __init__(self, model: BaseEmbedding) -> None:
        self._model = model
        self.name = str(getattr(model, "model_name", None) or model.class_name())
        probe = _unit([model.get_text_embedding("Who said what, and when?")])
        self.dimension = int(probe.shape[1])
        rounded = ",".join(f"{value:.3f}" for value in probe[0])
        parts = f"{model.class_name()}\n{self.name}\n{rounded}"
        self.fingerprint = hashlib.sha256(parts.encode()).hexdigest()[:16]

    def embed_passages(self, texts: Sequence[str]) -> FloatMatrix:
        return self._embed(self._model.get_text_embedding_batch(list(texts)))

    def embed_queries(self, texts: Sequence[str]) -> FloatMatrix:
        return self._embed([self._model.get_query_embedding(text) for text in texts])

    def _embed(self, rows: Sequence[Sequence[float]]) -> FloatMatrix:
        import numpy as np

        return _unit(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)


def _row(matrix: FloatMatrix) -> list[float]:
    return [float(value) for value in matrix[0]]


def _unit(rows: Sequence[Sequence[float]]) -> FloatMatrix:
    """Return the rows at unit length; a row of zeros becomes the first axis, so that no cosine is undefined."""
    import numpy as np

    matrix = np.asarray(rows, dtype=np.float32)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    matrix = np.where(lengths > 0, matrix, np.eye(1, matrix.shape[1], dtype=np.float32))
    return np.ascontiguousarray(matrix / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)
