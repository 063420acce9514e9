"""A vector store of llama-index whose truth is one SQLite file, searched exactly."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.indices.query.embedding_utils import get_top_k_mmr_embeddings
from llama_index.core.schema import BaseNode
from llama_index.core.vector_stores.simple import DEFAULT_VECTOR_STORE, NAMESPACE_SEP
from llama_index.core.vector_stores.types import (
    DEFAULT_PERSIST_DIR,
    DEFAULT_PERSIST_FNAME,
    BasePydanticVectorStore,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
    VectorStoreQueryResult,
)

from index.errors import IndexMissing, QueryError, StoreError
from index.llamaindex.node_search import NodeSearch
from index.llamaindex.node_store import NodeStore, unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MMR_PREFETCH = 4  # nodes looked at for each one that is wanted


class OnrecordVectorStore(BasePydanticVectorStore):
    """A llama-index vector store in one SQLite file, or in memory without a path. Similarities are cosines.

    What `add` stored is on the disk when it returns. Other processes may read and write the same file, one writing at
    a time; what they stored is seen by the next query. Safe to use from many threads. Filters decide before the
    search, so that as many nodes come back as there are.
    """

    stores_text: bool = True
    path: str | None = None
    embedding_model: str | None = None
    _nodes: NodeStore = PrivateAttr()
    _search: NodeSearch = PrivateAttr()

    def __init__(
        self, path: str | os.PathLike[str] | None = None, *, embedding_model: BaseEmbedding | str | None = None
    ) -> None:
        """Open the store in a file, making it where there is none.

        Args:
            path: the file; None: in memory, until `persist`.
            embedding_model: what the nodes are embedded with, or its name. It is noted in the file, and another one
                is refused. None: only the width is checked.

        Raises:
            EmbedderMismatch: the file was made with another embedding model.
            IndexCorrupt, IndexTooNew, IndexLocked, DiskFull, StoreError: the file cannot be used.
        """
        place = None if path is None else Path(path).expanduser().resolve()
        super().__init__(  # type: ignore[call-arg]
            stores_text=True, path=None if place is None else str(place), embedding_model=_name(embedding_model)
        )
        self._nodes = NodeStore.open(place)
        self._search = NodeSearch(self._nodes)
        try:
            self._nodes.check_model(self.embedding_model)
        except BaseException:
            self.close()
            raise

    @classmethod
    def class_name(cls) -> str:
        return "OnrecordVectorStore"

    @classmethod
    def from_dict(cls, data: dict[str, Any], **kwargs: Any) -> Self:
        """Open the file of the store that `to_dict` described; for one in memory, an empty one."""
        return cls(data.get("path"), embedding_model=data.get("embedding_model"), **kwargs)

    @property
    def client(self) -> None:
        """None: there is no client to reach behind the store for."""

    def close(self) -> None:
        """Close the file. The store cannot be used afterwards."""
        self._nodes.close()

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs to open the same file."""
        if self.path is None:
            raise StoreError("a vector store in memory cannot be sent to another process; give it a path")
        return {"__dict__": {"path": self.path, "embedding_model": self.embedding_model}}

    # --- writing ----------------------------------------------------------------------------------------------------

    def add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        """Store nodes with their embeddings, all or none, and return their ids; one with a known id is replaced.

        Raises:
            QueryError: a node has no embedding, one that is not finite, or metadata that are not JSON.
            EmbedderMismatch: the embeddings are not as wide as those stored, or from another model.
        """
        self._nodes.add(nodes, model=self.embedding_model)
        return [node.node_id for node in nodes]

    async def async_add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        return await asyncio.to_thread(self.add, nodes)

    def delete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """Remove the nodes of a document; none is no error."""
        self._nodes.remove_document(ref_doc_id)

    async def adelete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        await asyncio.to_thread(self.delete, ref_doc_id)

    def delete_nodes(
        self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None, **delete_kwargs: Any
    ) -> None:
        """Remove the nodes that are named and pass the filters; ids that are not there are no error.

        Raises:
            QueryError: neither ids nor filters are given.
        """
        with self._nodes.snapshot():
            chosen = self._search.chosen(filters=filters, node_ids=node_ids)
        if chosen is None:
            raise QueryError("neither node ids nor filters were given; use clear() to remove every node")
        self._nodes.remove(chosen)

    async def adelete_nodes(
        self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None, **delete_kwargs: Any
    ) -> None:
        await asyncio.to_thread(self.delete_nodes, node_ids, filters)

    def clear(self) -> None:
        """Remove every node; embeddings of another width or model may be added then."""
        self._nodes.clear()

    async def aclear(self) -> None:
        await asyncio.to_thread(self.clear)

    # --- reading ----------------------------------------------------------------------------------------------------

    def get_nodes(self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None) -> list[BaseNode]:
        """Return the nodes that are named and pass the filters, with their embeddings; all when nothing is given.

        They come in the order of `node_ids`, or in that in which they were added. Ids that are not there are left out.
        """
        with self._nodes.snapshot():
            chosen = self._search.chosen(filters=filters, node_ids=node_ids)
            found = self._nodes.nodes(self._nodes.ids() if chosen is None else chosen, embeddings=True)
        if node_ids is None:
            return list(found.values())
        by_id = {node.node_id: node for node in found.values()}
        return [by_id[node_id] for node_id in dict.fromkeys(node_ids) if node_id in by_id]

    async def aget_nodes(
        self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None
    ) -> list[BaseNode]:
        return await asyncio.to_thread(self.get_nodes, node_ids, filters)

    def query(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """Return the nodes nearest to the query's embedding, best first; ties go to the one added first.

        Modes are DEFAULT and MMR (`mmr_threshold`, `mmr_prefetch_k`: how many of the nearest it chooses from; its
        similarities are its own scores). An empty list of `node_ids` means all, because llama-index's retriever sends
        one; an empty list of `doc_ids` means none.

        Raises:
            QueryError: the mode is another one, the embedding is missing or not finite, or a filter's value unsuited.
            DimensionMismatch: the embedding is not as wide as those stored.
        """
        embedding = _checked(query)
        with self._nodes.snapshot():
            only = self._search.chosen(filters=query.filters, node_ids=query.node_ids or None, doc_ids=query.doc_ids)
            if query.mode == VectorStoreQueryMode.MMR:
                ids, similarities = self._diverse(query, embedding, only, kwargs)
            else:
                ids, similarities = self._search.nearest(embedding, limit=query.similarity_top_k, only=only)
            stored = self._nodes.nodes(_array(ids))
        nodes = [stored[number] for number in ids]
        return VectorStoreQueryResult(
            nodes=nodes, similarities=list(similarities), ids=[node.node_id for node in nodes]
        )

    async def aquery(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        return await asyncio.to_thread(self.query, query, **kwargs)

    def _diverse(
        self, query: VectorStoreQuery, embedding: list[float], only: NDArray[np.int64] | None, options: dict[str, Any]
    ) -> tuple[Sequence[int], Sequence[float]]:
        """Return the nodes chosen by maximal marginal relevance from the nearest, and their scores."""
        import numpy as np

        count = query.similarity_top_k
        limit = int(options.get("mmr_prefetch_k") or _MMR_PREFETCH * count)
        near, _ = self._search.nearest(embedding, limit=max(limit, count), only=only)
        numbers, vectors = self._nodes.vectors(_array(near))
        if not numbers:
            return (), ()
        threshold = query.mmr_threshold if query.mmr_threshold is not None else options.get("mmr_threshold")
        scores, ids = get_top_k_mmr_embeddings(
            unit(np.asarray([embedding], dtype=np.float32))[0],
            list(vectors),
            similarity_fn=np.dot,
            similarity_top_k=count,
            embedding_ids=numbers,
            mmr_threshold=threshold,
        )
        return ids, [float(score) for score in scores]

    # --- llama-index's way of saving ----------------------------------------------------------------------------------

    def persist(self, persist_path: str = "", fs: Any = None) -> None:
        """Copy the store to a file, unless it is there already.

        llama-index calls this with a name that ends in ".json"; the file is called ".sqlite" instead.

        Raises:
            StoreError: the file was written by another store, or is not a local one.
        """
        place = _file_of(persist_path or os.path.join(DEFAULT_PERSIST_DIR, _file_name(DEFAULT_VECTOR_STORE)), fs)
        if str(place) != self.path:
            self._nodes.copy_to(place)

    @classmethod
    def from_persist_dir(
        cls,
        persist_dir: str = DEFAULT_PERSIST_DIR,
        namespace: str = DEFAULT_VECTOR_STORE,
        fs: Any = None,
        *,
        embedding_model: BaseEmbedding | str | None = None,
    ) -> OnrecordVectorStore:
        """Open what `StorageContext.persist` wrote to a folder. Raises what `from_persist_path` raises."""
        path = os.path.join(persist_dir, _file_name(namespace))
        return cls.from_persist_path(path, fs, embedding_model=embedding_model)

    @classmethod
    def from_persist_path(
        cls, persist_path: str, fs: Any = None, *, embedding_model: BaseEmbedding | str | None = None
    ) -> OnrecordVectorStore:
        """Open what `persist` wrote. The file is used in place: what is added from now on is stored in it.

        Raises:
            IndexMissing: nothing is there.
            EmbedderMismatch: it was made with another embedding model.
        """
        place = _file_of(persist_path, fs)
        if not place.is_file():
            raise IndexMissing(f"no vector store at {place}; persist one there, or name its folder")
        return cls(place, embedding_model=embedding_model)


def _checked(query: VectorStoreQuery) -> list[float]:
    """Return the query's embedding, if the query is one that can be answered."""
    if query.mode not in (VectorStoreQueryMode.DEFAULT, VectorStoreQueryMode.MMR):
        raise QueryError(f"the query mode {query.mode.value!r} is not supported; use 'default' or 'mmr'")
    if query.query_embedding is None:
        raise QueryError("the query has no embedding; query through a VectorStoreIndex with an embedding model")
    if query.similarity_top_k < 1:
        raise QueryError(f"{query.similarity_top_k} results were asked for; set similarity_top_k to 1 or more")
    return query.query_embedding


def _name(model: BaseEmbedding | str | None) -> str | None:
    if model is None or isinstance(model, str):
        return model
    return model.class_name() if model.model_name == "unknown" else model.model_name


def _file_name(namespace: str) -> str:
    return f"{namespace}{NAMESPACE_SEP}{DEFAULT_PERSIST_FNAME}"


def _file_of(persist_path: str, fs: Any) -> Path:
    protocols = [fs.protocol] if fs is not None and isinstance(fs.protocol, str) else getattr(fs, "protocol", ["file"])
    if "file" not in protocols:
        raise StoreError(
            f"a vector store is a local file, not one of {protocols[0]}; persist it here and copy it there"
        )
    path = Path(persist_path).expanduser().resolve()
    return path.with_suffix(".sqlite") if path.suffix == ".json" else path


def _array(ids: Sequence[int]) -> NDArray[np.int64]:
    import numpy as np

    return np.array(ids, dtype=np.int64)
