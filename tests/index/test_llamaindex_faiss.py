"""What goes wrong with llama-index's two FAISS stores, and does not with ours.

The stock ones (llama-index-vector-stores-faiss 0.7.0) are no dependency of this project; where they are installed, each
story is told of them too, so that a claim about them does not outlive the fault. `FaissVectorStore` keeps vectors by
position and can neither delete nor filter; `FaissMapVectorStore` numbers a vector by how many there are, and deletes by
node id what llama-index asks it to delete by document id.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.vector_stores.types import MetadataFilter, MetadataFilters, VectorStoreQuery

from index.embed import HashingEmbedder
from index.errors import StoreError
from index.llamaindex import EmbeddingAdapter, OnrecordVectorStore

EAST, NORTH, WEST = [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]


def node(name: str, embedding: list[float], document: str = "d", **metadata: Any) -> TextNode:
    source = {NodeRelationship.SOURCE: RelatedNodeInfo(node_id=document)}
    return TextNode(id_=name, text=name, embedding=embedding, metadata=metadata, relationships=source)


def found(store: Any, embedding: list[float], limit: int = 10, **options: Any) -> list[str]:
    return list(store.query(VectorStoreQuery(query_embedding=embedding, similarity_top_k=limit, **options)).ids)


def plain_faiss(width: int = 2) -> Any:
    stock = pytest.importorskip(
        "llama_index.vector_stores.faiss", reason="llama-index-vector-stores-faiss is not there"
    )
    faiss = pytest.importorskip("faiss")
    return stock.FaissVectorStore(faiss_index=faiss.IndexFlatIP(width))


def mapped_faiss(width: int = 2) -> Any:
    stock = pytest.importorskip(
        "llama_index.vector_stores.faiss", reason="llama-index-vector-stores-faiss is not there"
    )
    faiss = pytest.importorskip("faiss")
    return stock.FaissMapVectorStore(faiss_index=faiss.IndexIDMap2(faiss.IndexFlatIP(width)))


# --- a document is deleted --------------------------------------------------------------------------------------------


def test_ours_does_not_find_a_deleted_document() -> None:
    store = OnrecordVectorStore()
    store.add([node("a", EAST, "d1"), node("b", NORTH, "d2")])
    store.delete("d1")
    assert found(store, EAST) == ["b"]


def test_the_plain_one_cannot_delete_and_the_mapped_one_silently_does_not() -> None:
    with pytest.raises(NotImplementedError):
        plain_faiss().delete("d1")
    store = mapped_faiss()
    store.add([node("a", EAST, "d1"), node("b", NORTH, "d2")])
    store.delete("d1")
    assert found(store, EAST) == ["a", "b"]


# --- a number is used again -------------------------------------------------------------------------------------------


def test_ours_gives_a_new_node_a_new_number() -> None:
    store = OnrecordVectorStore()
    store.add([node("a", EAST), node("b", NORTH)])
    store.delete_nodes(["a"])
    store.add([node("c", WEST)])
    assert found(store, NORTH, 1) == ["b"]
    assert found(store, WEST, 1) == ["c"]
    store.delete_nodes(["c"])
    assert found(store, NORTH) == ["b"]


def test_the_mapped_one_gives_a_vector_to_another_node_and_loses_both() -> None:
    store = mapped_faiss()
    store.add([node("a", EAST), node("b", NORTH)])
    store.delete_nodes(["a"])
    store.add([node("c", WEST)])
    assert found(store, NORTH, 1) == ["c"]  # the vector is that of b
    store.delete_nodes(["c"])
    assert found(store, NORTH) == []


# --- a document changes -----------------------------------------------------------------------------------------------


def upserted(store: Any, model: EmbeddingAdapter) -> None:
    pipeline = IngestionPipeline(
        transformations=[SentenceSplitter(chunk_size=64, chunk_overlap=0), model],
        docstore=SimpleDocumentStore(),
        docstore_strategy=DocstoreStrategy.UPSERTS,
        vector_store=store,
    )
    for text in ("The cannery will close in June.", "The cannery will stay open."):
        pipeline.run(documents=[Document(id_="page", text=text)])


def test_ours_holds_the_new_version_of_a_document_alone() -> None:
    model, store = EmbeddingAdapter(HashingEmbedder()), OnrecordVectorStore()
    upserted(store, model)
    result = store.query(
        VectorStoreQuery(
            query_embedding=model.get_query_embedding("The cannery will close in June."), similarity_top_k=9
        )
    )
    assert [made.get_content() for made in result.nodes or []] == ["The cannery will stay open."]


def test_the_mapped_one_keeps_the_old_vector_and_the_plain_one_stops() -> None:
    model = EmbeddingAdapter(HashingEmbedder())
    store = mapped_faiss(256)
    upserted(store, model)
    assert len(found(store, model.get_query_embedding("The cannery will close in June."))) == 2
    with pytest.raises(NotImplementedError):
        upserted(plain_faiss(256), model)


# --- a filter is asked for --------------------------------------------------------------------------------------------

ONLY_TWO = MetadataFilters(filters=[MetadataFilter(key="page", value=2)])


def test_ours_filters_before_it_searches() -> None:
    store = OnrecordVectorStore()
    store.add([*(node(f"a{i}", EAST, page=1) for i in range(50)), node("b", WEST, page=2)])
    assert found(store, EAST, 1, filters=ONLY_TWO) == ["b"]
    store.delete_nodes(filters=ONLY_TWO)
    assert found(store, EAST, 1, filters=ONLY_TWO) == []


def test_neither_stock_one_filters() -> None:
    for store in (plain_faiss(), mapped_faiss()):
        store.add([node("a", EAST, page=1)])
        with pytest.raises(ValueError, match="filters not implemented"):
            found(store, EAST, filters=ONLY_TWO)


# --- saved and opened -------------------------------------------------------------------------------------------------


def test_ours_is_opened_with_its_texts_and_without_the_docstore(tmp_path: Path) -> None:
    model = EmbeddingAdapter(HashingEmbedder())
    context = StorageContext.from_defaults(vector_store=OnrecordVectorStore())
    pages = [Document(id_="page", text="The cannery will close in June.")]
    VectorStoreIndex.from_documents(pages, storage_context=context, embed_model=model)
    context.persist(str(tmp_path))
    index = VectorStoreIndex.from_vector_store(OnrecordVectorStore.from_persist_dir(str(tmp_path)), embed_model=model)
    assert [s.node.get_content() for s in index.as_retriever().retrieve("cannery")] == [
        "The cannery will close in June."
    ]


def test_a_stock_one_is_not_enough_to_open_an_index() -> None:
    with pytest.raises(ValueError, match="does not store text"):
        VectorStoreIndex.from_vector_store(mapped_faiss(), embed_model=EmbeddingAdapter(HashingEmbedder()))


def test_ours_is_saved_by_adding(tmp_path: Path) -> None:
    OnrecordVectorStore(tmp_path / "nodes.sqlite").add([node("a", EAST)])
    assert found(OnrecordVectorStore(tmp_path / "nodes.sqlite"), EAST) == ["a"]


# --- two stores and one folder ----------------------------------------------------------------------------------------


def test_two_of_ours_share_a_file_and_do_not_overwrite_each_others_folder(tmp_path: Path) -> None:
    one, other = OnrecordVectorStore(tmp_path / "nodes.sqlite"), OnrecordVectorStore(tmp_path / "nodes.sqlite")
    one.add([node("a", EAST)])
    other.add([node("b", NORTH)])
    assert found(one, EAST) == found(other, EAST) == ["a", "b"]

    path = str(tmp_path / "storage" / "default__vector_store.json")
    mine, yours = OnrecordVectorStore(), OnrecordVectorStore()
    mine.add([node("mine", EAST)])
    yours.add([node("yours", EAST)])
    mine.persist(path)
    with pytest.raises(StoreError, match="written by another store"):
        yours.persist(path)
    assert found(OnrecordVectorStore.from_persist_path(path), EAST) == ["mine"]


def test_two_namespaces_of_ours_live_in_one_folder(tmp_path: Path) -> None:
    stores = {name: OnrecordVectorStore() for name in ("news", "notes")}
    for name, store in stores.items():
        store.add([node(name, EAST)])
    StorageContext.from_defaults(vector_stores=dict(stores)).persist(str(tmp_path))
    for name in stores:
        assert found(OnrecordVectorStore.from_persist_dir(str(tmp_path), name), EAST) == [name]


def test_two_mapped_ones_mix_up_one_folder(tmp_path: Path) -> None:
    one, other = mapped_faiss(), mapped_faiss()
    one.add([node("news", EAST)])
    other.add([node("notes", EAST)])
    one.persist(str(tmp_path / "news__vector_store.json"))
    other.persist(str(tmp_path / "notes__vector_store.json"))
    opened = type(one).from_persist_path(str(tmp_path / "news__vector_store.json"))
    assert found(opened, EAST) == ["notes"]  # both wrote their names to one id_map.json
