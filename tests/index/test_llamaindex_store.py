"""The vector store for llama-index: alone, in a VectorStoreIndex, in an IngestionPipeline, and in two processes."""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from llama_index.core import Document, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import BaseNode, ImageNode, IndexNode, NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.vector_stores import SimpleVectorStore
from llama_index.core.vector_stores.types import (
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
)
from llama_index.core.vector_stores.utils import build_metadata_filter_fn

from index.embed import HashingEmbedder
from index.errors import (
    DimensionMismatch,
    EmbedderMismatch,
    IndexCorrupt,
    IndexingError,
    IndexLocked,
    IndexMissing,
    IndexTooNew,
    QueryError,
    StoreError,
)
from index.llamaindex import EmbeddingAdapter, OnrecordVectorStore
from index.llamaindex import node_store as node_store_module
from index.llamaindex.filters import predicate_of


@pytest.fixture
def model(hashing: HashingEmbedder) -> EmbeddingAdapter:
    return EmbeddingAdapter(hashing)


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> OnrecordVectorStore:
    return OnrecordVectorStore(tmp_path / "nodes.sqlite" if request.param == "file" else None)


def node(name: str, embedding: list[float] | None, document: str | None = None, **metadata: Any) -> TextNode:
    made = TextNode(id_=name, text=f"text of {name}", embedding=embedding, metadata=metadata)
    if document is not None:
        made.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=document)
    return made


def where(key: str, value: Any, operator: FilterOperator = FilterOperator.EQ) -> MetadataFilter:
    return MetadataFilter(key=key, value=value, operator=operator)


def all_of(*filters: MetadataFilter | MetadataFilters) -> MetadataFilters:
    return MetadataFilters(filters=list(filters))


def found(store: OnrecordVectorStore, embedding: list[float], limit: int = 10, **options: Any) -> list[str]:
    query = VectorStoreQuery(query_embedding=embedding, similarity_top_k=limit, **options)
    return store.query(query).ids or []


EAST, NORTH, WEST, NORTH_EAST = [1.0, 0.0], [0.0, 2.0], [-3.0, 0.0], [1.0, 1.0]


# --- alone ------------------------------------------------------------------------------------------------------------


def test_nodes_come_back_as_they_were_added_nearest_first_with_cosines(store: OnrecordVectorStore) -> None:
    nodes = [node("w", WEST, "d1"), node("e", EAST, "d1", page=1), node("n", NORTH, "d2", tags=["a", "b"])]
    assert store.add(nodes) == ["w", "e", "n"]
    result = store.query(VectorStoreQuery(query_embedding=[5.0, 5.0], similarity_top_k=3))
    assert result.ids == ["e", "n", "w"]
    assert result.similarities == pytest.approx([0.5**0.5, 0.5**0.5, -(0.5**0.5)])
    without = [made.model_copy(update={"embedding": None}) for made in (nodes[1], nodes[2], nodes[0])]
    assert list(result.nodes or []) == without
    assert store.get_nodes() == nodes


def test_a_store_without_nodes_finds_nothing(store: OnrecordVectorStore) -> None:
    assert found(store, EAST) == []
    assert store.get_nodes() == []
    assert store.add([]) == []
    store.delete("no such document")
    store.delete_nodes(["no such node"])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.data())
def test_any_mix_of_changes_leaves_what_a_list_would_hold(data: st.DataObject) -> None:
    store = OnrecordVectorStore()
    held: dict[str, tuple[str, list[float]]] = {}
    numbers = st.integers(-3, 3).map(float)
    for _ in range(data.draw(st.integers(1, 12))):
        action = data.draw(st.sampled_from(["add", "add", "delete", "delete_nodes", "query", "clear"]))
        name, document = data.draw(st.sampled_from("abcdef")), data.draw(st.sampled_from(["d1", "d2"]))
        if action == "add":
            embedding = data.draw(st.lists(numbers, min_size=3, max_size=3))
            store.add([node(name, embedding, document)])
            held.pop(name, None)
            held[name] = document, embedding
        elif action == "delete":
            store.delete(document)
            held = {key: value for key, value in held.items() if value[0] != document}
        elif action == "delete_nodes":
            store.delete_nodes([name])
            held.pop(name, None)
        elif action == "clear":
            store.clear()
            held.clear()
        query = np.array([1.0, 2.0, -1.0])
        result = store.query(VectorStoreQuery(query_embedding=query.tolist(), similarity_top_k=10))
        cosines = {key: _cosine(query, np.array(value[1])) for key, value in held.items()}
        assert dict(zip(result.ids or [], result.similarities or [], strict=True)) == pytest.approx(cosines, abs=1e-6)
        assert result.similarities == sorted(result.similarities or [], reverse=True)
        assert [made.node_id for made in store.get_nodes()] == list(held)
    store.close()


def _cosine(one: Any, other: Any) -> float:
    length = np.linalg.norm(one) * np.linalg.norm(other)
    return float(one @ other / length) if length else 0.0


def test_the_search_agrees_with_numpy_with_and_without_a_filter() -> None:
    random = np.random.default_rng(7)
    vectors = random.normal(size=(500, 16)).astype(np.float32)
    store = OnrecordVectorStore()
    store.add([node(str(i), vector.tolist(), parity=i % 2) for i, vector in enumerate(vectors)])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    for query in random.normal(size=(10, 16)):
        order = np.argsort(-(unit @ query))
        assert found(store, query.tolist(), 20) == [str(i) for i in order[:20]]
        odd = [str(i) for i in order if i % 2][:20]
        assert found(store, query.tolist(), 20, filters=all_of(where("parity", 1))) == odd


def test_every_kind_of_node_keeps_its_kind(store: OnrecordVectorStore) -> None:
    kinds: list[BaseNode] = [
        TextNode(id_="t", text="words \x00 \u2028 \U0001f600", embedding=EAST, start_char_idx=3, end_char_idx=9),
        ImageNode(id_="i", text="", image_url="https://example.org/a.png", embedding=EAST),
        IndexNode(id_="x", text="a table", index_id="table-1", embedding=EAST),
        Document(id_="d", text="whole", embedding=EAST, metadata={"n": 1.5, "none": None, "deep": {"a": [1, "b"]}}),
    ]
    store.add(kinds)
    assert store.get_nodes() == kinds
    assert [type(made) for made in store.get_nodes()] == [type(made) for made in kinds]


def test_nodes_are_got_and_deleted_by_id_by_filter_and_by_both(store: OnrecordVectorStore) -> None:
    store.add([node(name, EAST, "d", page=page) for name, page in [("a", 1), ("b", 2), ("c", 1), ("e", 2)]])
    first = all_of(where("page", 1))
    assert [made.node_id for made in store.get_nodes(["c", "gone", "a", "c"])] == ["c", "a"]
    assert [made.node_id for made in store.get_nodes(filters=first)] == ["a", "c"]
    assert [made.node_id for made in store.get_nodes(["b", "c"], first)] == ["c"]
    assert store.get_nodes([]) == []
    store.delete_nodes(["b", "c"], first)
    assert [made.node_id for made in store.get_nodes()] == ["a", "b", "e"]
    store.delete_nodes(filters=all_of(where("page", 2)))
    assert found(store, EAST) == ["a"]
    store.delete_nodes([])
    with pytest.raises(QueryError, match=r"neither node ids nor filters.*clear\(\)"):
        store.delete_nodes()
    with pytest.raises(QueryError, match="neither"):
        store.delete_nodes(filters=MetadataFilters(filters=[]))
    assert found(store, EAST) == ["a"]


def test_a_query_can_be_held_to_nodes_and_to_documents(store: OnrecordVectorStore) -> None:
    store.add([node("a", EAST, "d1"), node("b", NORTH_EAST, "d1"), node("c", NORTH, "d2")])
    assert found(store, EAST, node_ids=["c", "b", "gone"]) == ["b", "c"]
    assert found(store, EAST, node_ids=[]) == ["a", "b", "c"]  # what llama-index's retriever sends for "all"
    assert found(store, EAST, doc_ids=["d2"]) == ["c"]
    assert found(store, EAST, doc_ids=[]) == []
    assert found(store, EAST, node_ids=["a", "c"], doc_ids=["d1"]) == ["a"]
    assert found(store, EAST, filters=all_of(where("ref_doc_id", "d2"))) == ["c"]


def test_a_filter_sees_what_changed_since_it_was_last_asked(store: OnrecordVectorStore) -> None:
    only = all_of(where("page", 1))
    store.add([node("a", EAST, page=1)])
    assert found(store, EAST, filters=only) == ["a"]
    store.add([node("b", EAST, page=1), node("a", EAST, page=2)])
    assert found(store, EAST, filters=only) == ["b"]
    store.clear()
    assert found(store, EAST, filters=only) == []


def test_everything_can_be_awaited(store: OnrecordVectorStore) -> None:
    async def story() -> list[list[str]]:
        steps = []
        await store.async_add([node("a", EAST, "d1"), node("b", NORTH, "d2", page=1), node("c", WEST, "d3")])
        query = VectorStoreQuery(query_embedding=EAST, similarity_top_k=5)
        steps.append((await store.aquery(query)).ids or [])
        await store.adelete("d1")
        steps.append([made.node_id for made in await store.aget_nodes()])
        await store.adelete_nodes(filters=all_of(where("page", 1)))
        steps.append([made.node_id for made in await store.aget_nodes(["b", "c"])])
        await store.aclear()
        steps.append((await store.aquery(query)).ids or [])
        return steps

    assert asyncio.run(story()) == [["a", "b", "c"], ["b", "c"], ["c"], []]


def test_many_threads_may_add_and_query_at_once(store: OnrecordVectorStore) -> None:
    async def story() -> None:
        adding = [store.async_add([node(f"{i}", [1.0, float(i)])]) for i in range(40)]
        asking = [store.aquery(VectorStoreQuery(query_embedding=EAST, similarity_top_k=3)) for _ in range(40)]
        await asyncio.gather(*adding, *asking)

    asyncio.run(story())
    assert found(store, EAST, 3) == ["0", "1", "2"]
    assert len(store.get_nodes()) == 40


def test_diverse_results_are_those_of_llama_index(model: EmbeddingAdapter) -> None:
    texts = ["harbour fire", "harbour fire", "harbour fire crew", "fire in the old mill", "wheat prices"]
    nodes = [TextNode(id_=str(i), text=text, embedding=model.get_text_embedding(text)) for i, text in enumerate(texts)]
    ours, theirs = OnrecordVectorStore(), SimpleVectorStore()
    ours.add(nodes)
    theirs.add(nodes)
    query = VectorStoreQuery(
        query_embedding=model.get_query_embedding("harbour fire"), similarity_top_k=3, mode=VectorStoreQueryMode.MMR
    )
    for threshold in (0.2, 0.5, 1.0):
        one, other = ours.query(query, mmr_threshold=threshold), theirs.query(query, mmr_threshold=threshold)
        assert one.ids == other.ids
        assert one.similarities == pytest.approx(other.similarities, abs=1e-6)
    query.filters = all_of(where("page", 1))
    assert ours.query(query).ids == []


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"query_embedding": None}, "no embedding"),
        ({"query_embedding": EAST, "similarity_top_k": 0}, "similarity_top_k to 1 or more"),
        ({"query_embedding": EAST, "mode": VectorStoreQueryMode.HYBRID}, "'hybrid' is not supported"),
        ({"query_embedding": [1.0, float("nan")]}, "NaN or infinity"),
        ({"query_embedding": [1.0, 0.0, 0.0]}, "3 wide, those stored 2"),
        ({"query_embedding": EAST, "filters": all_of(where("p", "x", FilterOperator.IN))}, "give it a list"),
    ],
)
def test_a_query_that_cannot_be_answered_is_told_in_one_line(query: dict[str, Any], said: str) -> None:
    store = OnrecordVectorStore()
    store.add([node("a", EAST)])
    with pytest.raises((QueryError, DimensionMismatch), match=said) as error:
        store.query(VectorStoreQuery(**query))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (node("b", None), "node b has no embedding"),
        (node("b", [1.0, float("nan")]), "NaN"),
        (node("b", [1.0, float("inf")]), "infinity"),
        (node("b", []), "empty"),
        (node("b", [1.0, 2.0, 3.0]), "3 wide, those at .* 2"),
        (node("b", EAST, thing=object()), "cannot be stored as JSON"),
    ],
)
def test_a_node_that_cannot_be_stored_stores_none_of_its_batch(bad: TextNode, said: str) -> None:
    store = OnrecordVectorStore()
    store.add([node("a", EAST)])
    with pytest.raises(IndexingError, match=said) as error:
        store.add([node("c", NORTH), bad])
    assert "\n" not in str(error.value)
    assert [made.node_id for made in store.get_nodes()] == ["a"]


def test_embeddings_of_two_models_are_not_mixed(tmp_path: Path, model: EmbeddingAdapter) -> None:
    path = tmp_path / "nodes.sqlite"
    store = OnrecordVectorStore(path, embedding_model=model)
    store.add([node("a", EAST)])
    with pytest.raises(EmbedderMismatch, match="were made by hashing, not other"):
        OnrecordVectorStore(path, embedding_model="other")
    with pytest.raises(EmbedderMismatch, match="2, 3 wide, all must be equally wide"):
        OnrecordVectorStore().add([node("a", EAST), node("b", [1.0, 2.0, 3.0])])
    also_open = OnrecordVectorStore(path)  # a name that is not given is not compared
    store.clear()
    also_open.add([node("a", [1.0, 2.0, 3.0])])
    assert found(store, [1.0, 2.0, 3.0]) == ["a"]


def test_two_processes_that_opened_an_empty_file_cannot_mix_models(tmp_path: Path) -> None:
    one, other = (OnrecordVectorStore(tmp_path / "n", embedding_model=name) for name in ("one", "other"))
    one.add([node("a", EAST)])
    with pytest.raises(EmbedderMismatch, match="were made by one, not other"):
        other.add([node("b", EAST)])


def test_a_file_that_is_no_vector_store_is_left_alone(tmp_path: Path) -> None:
    text, other, new = tmp_path / "notes.txt", tmp_path / "other.sqlite", tmp_path / "new.sqlite"
    text.write_text("words " * 1000, encoding="utf-8")
    with pytest.raises(IndexCorrupt, match=r"notes\.txt is no vector store"):
        OnrecordVectorStore(text)
    assert text.read_text(encoding="utf-8") == "words " * 1000
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    with pytest.raises(StoreError, match="another program's database"):
        OnrecordVectorStore(other)
    OnrecordVectorStore(new).close()
    with sqlite3.connect(new) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(IndexTooNew, match=r"format 99.*update onrecord"):
        OnrecordVectorStore(new)
    with pytest.raises(StoreError, match="name another file"):
        OnrecordVectorStore(tmp_path)


def test_a_second_writer_waits_and_then_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_store_module, "LOCK_SECONDS", 0.05)
    path = tmp_path / "nodes.sqlite"
    store = OnrecordVectorStore(path)
    store.add([node("a", EAST)])
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(IndexLocked, match="another process is writing"):
        store.add([node("b", EAST)])
    assert found(store, EAST) == ["a"]
    writer.execute("ROLLBACK")
    writer.close()
    store.add([node("b", EAST)])
    assert found(store, EAST) == ["a", "b"]


# --- filters ----------------------------------------------------------------------------------------------------------

_TEXT = st.sampled_from(["", "a", "A", "ab", "B", "2020-01-02"])
_NUMBER = st.one_of(st.integers(-2, 2), st.sampled_from([0.0, 0.5, 1.0, -1.5]))
_SUITED = {
    **dict.fromkeys([FilterOperator.EQ, FilterOperator.NE], st.one_of(_TEXT, _NUMBER)),
    **dict.fromkeys(
        [FilterOperator.GT, FilterOperator.GTE, FilterOperator.LT, FilterOperator.LTE], st.one_of(_TEXT, _NUMBER)
    ),
    **dict.fromkeys([FilterOperator.IN, FilterOperator.NIN, FilterOperator.ANY, FilterOperator.ALL], st.lists(_TEXT)),
    **dict.fromkeys([FilterOperator.TEXT_MATCH, FilterOperator.TEXT_MATCH_INSENSITIVE], _TEXT),
    FilterOperator.CONTAINS: st.one_of(_TEXT, _NUMBER),
    FilterOperator.IS_EMPTY: st.none(),
}
_METADATA = st.dictionaries(
    st.sampled_from(["k", "l"]), st.one_of(st.none(), _TEXT, _NUMBER, st.booleans(), st.lists(_TEXT), st.lists(_NUMBER))
)


@st.composite
def _filters(draw: st.DrawFn) -> MetadataFilter:
    operator = draw(st.sampled_from(list(FilterOperator)))
    return where(draw(st.sampled_from(["k", "l"])), draw(_SUITED[operator]), operator)


def test_every_operator_is_tried() -> None:
    assert set(_SUITED) == set(FilterOperator)


@settings(deadline=None, max_examples=500)
@given(_METADATA, st.lists(_filters(), max_size=3), st.sampled_from([*FilterCondition, None]))
def test_filters_pass_what_passes_in_llama_index(
    metadata: dict[str, Any], filters: list[MetadataFilter], condition: FilterCondition | None
) -> None:
    given_filters = MetadataFilters(filters=filters, condition=condition)
    try:
        expected = build_metadata_filter_fn(lambda _: metadata, given_filters)("")
    except TypeError:  # values that cannot be compared: there it stops, here it does not match
        assert isinstance(predicate_of(given_filters)(metadata), bool)
    else:
        assert predicate_of(given_filters)(metadata) == expected


@given(
    _METADATA,
    st.recursive(
        _filters(),
        lambda inner: st.builds(
            MetadataFilters,
            filters=st.lists(inner, min_size=1, max_size=3),
            condition=st.sampled_from([*FilterCondition]),
        ),
        max_leaves=6,
    ),
)
def test_nested_filters_join_as_their_conditions_say(
    metadata: dict[str, Any], filters: MetadataFilter | MetadataFilters
) -> None:
    def expected(part: MetadataFilter | MetadataFilters) -> bool:
        if isinstance(part, MetadataFilter):
            return predicate_of(all_of(part))(metadata)
        results = [expected(inner) for inner in part.filters]
        if part.condition == FilterCondition.NOT:
            return not any(results)
        return any(results) if part.condition == FilterCondition.OR else all(results)

    assert predicate_of(all_of(filters))(metadata) == expected(filters)


def test_values_of_another_kind_do_not_match_and_stop_nothing(store: OnrecordVectorStore) -> None:
    store.add([node("text", EAST, year="2020"), node("number", EAST, year=2020), node("none", EAST)])
    assert found(store, EAST, filters=all_of(where("year", 2019, FilterOperator.GT))) == ["number"]
    assert found(store, EAST, filters=all_of(where("year", "2019", FilterOperator.GT))) == ["text"]
    assert found(store, EAST, filters=all_of(where("year", "02", FilterOperator.TEXT_MATCH))) == ["text"]


@pytest.mark.parametrize(
    ("operator", "value", "said"),
    [
        (FilterOperator.EQ, None, "is_empty"),
        (FilterOperator.GT, ["a"], "a text or a number"),
        (FilterOperator.IN, "abc", "a list"),
        (FilterOperator.ALL, 1, "a list"),
        (FilterOperator.TEXT_MATCH, 1, "a text"),
        (FilterOperator.CONTAINS, ["a"], "a text or a number"),
    ],
)
def test_a_filter_that_could_never_match_is_told_in_one_line(operator: FilterOperator, value: Any, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        predicate_of(all_of(MetadataFilters(filters=[where("k", value, operator)])))


# --- on the disk ------------------------------------------------------------------------------------------------------


def test_what_was_added_is_there_after_a_kill(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_add_and_die, args=(str(tmp_path / "nodes.sqlite"),))
    process.start()
    process.join(60)
    assert process.exitcode == 9
    assert found(OnrecordVectorStore(tmp_path / "nodes.sqlite"), EAST) == ["a"]


def _add_and_die(path: str) -> None:
    import os

    OnrecordVectorStore(path).add([node("a", EAST)])
    os._exit(9)


def test_another_process_sees_what_is_added_and_removed(tmp_path: Path) -> None:
    path = tmp_path / "nodes.sqlite"
    store = OnrecordVectorStore(path)
    store.add([node("a", EAST, "d1")])
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        copy = pickle.loads(pickle.dumps(store))
        assert pool.apply(found, (copy, EAST)) == ["a"]
        pool.apply(_replace, (copy,))
        assert found(store, EAST) == ["c", "b"]
    with pytest.raises(StoreError, match="give it a path"):
        pickle.dumps(OnrecordVectorStore())


def _replace(store: OnrecordVectorStore) -> None:
    store.delete("d1")
    store.add([node("b", NORTH), node("c", EAST)])


def test_a_store_in_memory_is_persisted_and_opened_in_place(tmp_path: Path, model: EmbeddingAdapter) -> None:
    store = OnrecordVectorStore(embedding_model=model)
    store.add([node("a", EAST, page=1), node("b", NORTH)])
    store.persist(str(tmp_path / "default__vector_store.json"))
    assert [path.name for path in tmp_path.iterdir() if not path.name.endswith(("-wal", "-shm"))] == [
        "default__vector_store.sqlite"
    ]
    opened = OnrecordVectorStore.from_persist_dir(str(tmp_path), embedding_model=model)
    assert opened.get_nodes() == store.get_nodes()
    store.add([node("c", WEST)])
    store.persist(str(tmp_path / "default__vector_store.json"))  # nobody wrote to the copy since
    assert found(opened, WEST, 1) == ["c"]
    opened.add([node("d", WEST)])
    opened.persist(str(tmp_path / "default__vector_store.json"))
    assert len(OnrecordVectorStore.from_persist_dir(str(tmp_path)).get_nodes()) == 4
    with pytest.raises(StoreError, match="written by another store"):
        store.persist(str(tmp_path / "default__vector_store.json"))
    with pytest.raises(EmbedderMismatch):
        OnrecordVectorStore.from_persist_dir(str(tmp_path), embedding_model="other")


def test_what_cannot_be_opened_or_persisted_is_told_in_one_line(tmp_path: Path) -> None:
    import fsspec

    with pytest.raises(IndexMissing, match="no vector store at"):
        OnrecordVectorStore.from_persist_dir(str(tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(StoreError, match="a local file, not one of memory"):
        OnrecordVectorStore().persist("x.json", fs=fsspec.filesystem("memory"))
    OnrecordVectorStore().persist(str(tmp_path / "x.db"), fs=fsspec.filesystem("file"))
    assert (tmp_path / "x.db").is_file()


def test_the_store_describes_itself(tmp_path: Path) -> None:
    store = OnrecordVectorStore(tmp_path / "nodes.sqlite", embedding_model="m")
    store.add([node("a", EAST)])
    described = store.to_dict()
    assert (described["class_name"], described["stores_text"]) == ("OnrecordVectorStore", True)
    assert found(OnrecordVectorStore.from_dict(described), EAST) == ["a"]


# --- in what llama-index builds ---------------------------------------------------------------------------------------

_PAGES = {
    "fire": "The harbour fire began in the old cannery at night.",
    "vote": "Talvery won the vote for mayor of Port Sarrow.",
    "wheat": "Wheat prices rose by a third in the spring.",
}


def pages(**texts: str) -> list[Document]:
    return [Document(id_=name, text=text, metadata={"page": name}) for name, text in texts.items()]


def names(nodes: list[Any]) -> list[str | None]:
    return [scored.node.ref_doc_id for scored in nodes]


def test_a_vector_store_index_inserts_deletes_refreshes_and_filters(
    store: OnrecordVectorStore, model: EmbeddingAdapter
) -> None:
    context = StorageContext.from_defaults(vector_store=store)
    index = VectorStoreIndex.from_documents(pages(**_PAGES), storage_context=context, embed_model=model)
    retriever = index.as_retriever(similarity_top_k=1)
    assert names(retriever.retrieve("harbour fire")) == ["fire"]
    assert names(asyncio.run(retriever.aretrieve("who won the vote for mayor"))) == ["vote"]
    only = index.as_retriever(similarity_top_k=3, filters=all_of(where("page", "wheat")))
    assert names(only.retrieve("harbour fire")) == ["wheat"]
    index.insert(Document(id_="storm", text="Storm Bryony broke the harbour gate."))
    assert names(retriever.retrieve("storm gate")) == ["storm"]
    index.delete_ref_doc("storm", delete_from_docstore=True)
    assert "storm" not in names(index.as_retriever(similarity_top_k=9).retrieve("storm gate"))
    index.update_ref_doc(Document(id_="wheat", text="Barley prices fell.", metadata={"page": "wheat"}))
    assert [scored.node.get_content() for scored in only.retrieve("prices")] == ["Barley prices fell."]


def test_refreshing_an_index_keeps_one_version_of_each_document(
    store: OnrecordVectorStore, model: EmbeddingAdapter
) -> None:
    context = StorageContext.from_defaults(vector_store=store)
    index = VectorStoreIndex.from_documents(
        pages(**_PAGES), storage_context=context, embed_model=model, store_nodes_override=True
    )
    changed = _PAGES | {"vote": "Orrin won the vote for mayor after a recount."}
    assert index.refresh_ref_docs(pages(**changed)) == [False, True, False]
    assert index.refresh_ref_docs(pages(**changed)) == [False, False, False]
    found_texts = [s.node.get_content() for s in index.as_retriever(similarity_top_k=9).retrieve("won the vote")]
    assert found_texts[0] == changed["vote"]
    assert len(found_texts) == 3


def test_an_index_is_opened_from_the_store_alone(tmp_path: Path, model: EmbeddingAdapter) -> None:
    first = OnrecordVectorStore(tmp_path / "nodes.sqlite", embedding_model=model)
    context = StorageContext.from_defaults(vector_store=first)
    VectorStoreIndex.from_documents(pages(**_PAGES), storage_context=context, embed_model=model)
    second = OnrecordVectorStore(tmp_path / "nodes.sqlite", embedding_model=model)
    index = VectorStoreIndex.from_vector_store(second, embed_model=model)
    assert names(index.as_retriever(similarity_top_k=1).retrieve("wheat prices")) == ["wheat"]
    engine = index.as_query_engine(llm=MockLLM(), similarity_top_k=1)
    response = engine.query("wheat prices")
    assert _PAGES["wheat"] in str(response)  # the fake model repeats its prompt, which holds what was found
    assert names(response.source_nodes) == ["wheat"]


def test_a_storage_context_is_persisted_and_loaded(
    store: OnrecordVectorStore, model: EmbeddingAdapter, tmp_path: Path
) -> None:
    folder = str(tmp_path / "storage")
    context = StorageContext.from_defaults(vector_store=store)
    VectorStoreIndex.from_documents(pages(**_PAGES), storage_context=context, embed_model=model)
    context.persist(folder)
    loaded = StorageContext.from_defaults(vector_store=OnrecordVectorStore.from_persist_dir(folder), persist_dir=folder)
    index = load_index_from_storage(loaded, embed_model=model)
    assert names(index.as_retriever(similarity_top_k=1).retrieve("harbour fire")) == ["fire"]
    index.insert(Document(id_="storm", text="Storm Bryony broke the harbour gate."))
    loaded.persist(folder)
    again = VectorStoreIndex.from_vector_store(OnrecordVectorStore.from_persist_dir(folder), embed_model=model)
    assert names(again.as_retriever(similarity_top_k=1).retrieve("storm gate")) == ["storm"]


@pytest.mark.parametrize("strategy", [DocstoreStrategy.UPSERTS, DocstoreStrategy.UPSERTS_AND_DELETE])
@pytest.mark.parametrize("awaited", [False, True])
def test_a_pipeline_upserts_without_leaving_old_nodes(
    store: OnrecordVectorStore, model: EmbeddingAdapter, strategy: DocstoreStrategy, awaited: bool
) -> None:
    pipeline = IngestionPipeline(
        transformations=[SentenceSplitter(chunk_size=64, chunk_overlap=0), model],
        docstore=SimpleDocumentStore(),
        docstore_strategy=strategy,
        vector_store=store,
    )

    def run(documents: list[Document]) -> int:
        ran = asyncio.run(pipeline.arun(documents=documents)) if awaited else pipeline.run(documents=documents)
        return len(ran)

    assert run(pages(**_PAGES)) == 3
    assert run(pages(**_PAGES)) == 0
    rest = {name: text for name, text in _PAGES.items() if name != "wheat"}
    assert run(pages(**rest | {"vote": "Orrin won the vote after a recount."})) == 1
    held = {made.ref_doc_id: made.get_content() for made in store.get_nodes()}
    kept = {} if strategy == DocstoreStrategy.UPSERTS_AND_DELETE else {"wheat": _PAGES["wheat"]}
    assert held == {"fire": _PAGES["fire"], "vote": "Orrin won the vote after a recount."} | kept
    assert found(store, model.get_query_embedding("Talvery mayor"), 9).__len__() == len(held)
