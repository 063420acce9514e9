"""An index as a retriever of llama-index."""

from __future__ import annotations

import asyncio
import datetime
from typing import TYPE_CHECKING

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.types import Hit

if TYPE_CHECKING:
    from index.filters import Filter
    from index.index import Index


class OnrecordRetriever(BaseRetriever):
    """A llama-index retriever over an index. Scores are those of `Index.search`, best first.

    Args:
        documents: what is searched.
        limit: at most so many nodes.
        as_of: leaves out what was published later.
        where: what else a passage must be of to be found.
        callback_manager: llama-index's own.
    """

    def __init__(
        self,
        documents: Index,
        *,
        limit: int = 10,
        as_of: datetime.date | None = None,
        where: Filter | None = None,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        self._documents = documents
        self._limit = limit
        self._as_of = as_of
        self._where = where
        super().__init__(callback_manager=callback_manager)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._documents.search(query_bundle.query_str, limit=self._limit, as_of=self._as_of, where=self._where)
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
