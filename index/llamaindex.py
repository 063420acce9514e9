"""The index as llama-index sees it: a retriever and embeddings. Here, and only here, a passage is a node."""

from __future__ import annotations

import asyncio
import datetime
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.embed import Embedder
from index.types import Hit

if TYPE_CHECKING:
    from index.embed import FloatMatrix
    from index.index import Index


class OnrecordRetriever(BaseRetriever):
    """A llama-index retriever over an index. Scores are those of `Index.search`, best first."""

    def __init__(
        self,
        documents: Index,
        *,
        limit: int = 10,
        as_of: datetime.date | None = None,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        self._documents = documents
        self._limit = limit
        self._as_of = as_of
        super().__init__(callback_manager=callback_manager)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._documents.search(query_bundle.query_str, limit=self._limit, as_of=self._as_of)
        return [NodeWithScore(node=node_of(hit), score=hit.score) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def node_of(hit: Hit) -> TextNode:
    """Return a hit as a llama-index node; its id is the passage's, its metadata say where the words stand."""
    metadata = {
        "source": hit.source,
        "article": hit.article,
        "date": None if hit.date is None else hit.date.value.isoformat(),
        "start": hit.start,
        "end": hit.end,
    }
    return TextNode(
        id_=str(hit.passage_id),
        text=hit.text,
        metadata=metadata,
        start_char_idx=hit.start,
        end_char_idx=hit.end,
        excluded_embed_metadata_keys=["source", "date", "start", "end"],
        excluded_llm_metadata_keys=["start", "end"],
    )


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
