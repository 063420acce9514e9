from __future__ import annotations

import asyncio
import datetime

import numpy as np
import pytest

from index import Index, PassageInput
from index.embed import HashingEmbedder


@pytest.fixture
def documents(hashing: HashingEmbedder) -> Index:
    passages = [
        PassageInput(source="a", text="The envoy resigned.", title="News", date=datetime.date(2020, 1, 2)),
        PassageInput(source="b", text="Wheat prices rose."),
    ]
    return Index.of_passages(passages, embedder=hashing)


def test_the_retriever_gives_what_search_gives_with_the_place_of_the_words(documents: Index) -> None:
    from index.llamaindex import OnrecordRetriever

    retriever = OnrecordRetriever(documents, limit=1)
    found = retriever.retrieve("who resigned as envoy?")
    assert asyncio.run(retriever.aretrieve("who resigned as envoy?")) == found
    hit = documents.search("who resigned as envoy?", limit=1)[0]
    assert [(node.score, node.text, node.node_id) for node in found] == [(hit.score, hit.text, str(hit.passage_id))]
    assert found[0].metadata == {"source": "a", "article": "News", "date": "2020-01-02", "start": 0, "end": 19}


def test_the_retriever_can_look_back(documents: Index) -> None:
    from index.llamaindex import OnrecordRetriever

    retriever = OnrecordRetriever(documents, as_of=datetime.date(2019, 1, 1))
    assert [node.metadata["source"] for node in retriever.retrieve("envoy")] == ["b"]


def test_the_retriever_finds_only_what_a_filter_lets_through(documents: Index) -> None:
    from index.filters import Filter
    from index.llamaindex import OnrecordRetriever

    retriever = OnrecordRetriever(documents, where=Filter(sources=("b",)))
    assert [node.metadata["source"] for node in retriever.retrieve("envoy")] == ["b"]
    assert [node.metadata["source"] for node in asyncio.run(retriever.aretrieve("envoy"))] == ["b"]


def test_an_embedder_goes_to_llama_index_and_back_with_the_same_vectors(hashing: HashingEmbedder) -> None:
    from index.llamaindex import EmbeddingAdapter, LlamaIndexEmbedder

    adapter = EmbeddingAdapter(hashing)
    back = LlamaIndexEmbedder(adapter)
    texts = ["The envoy resigned.", "Wheat prices rose."]
    assert np.allclose(back.embed_passages(texts), hashing.embed_passages(texts), atol=1e-6)
    assert np.allclose(back.embed_queries(texts), hashing.embed_queries(texts), atol=1e-6)
    assert (back.name, back.dimension, back.embed_queries([]).shape) == ("hashing", 256, (0, 256))
    assert np.allclose(asyncio.run(adapter.aget_query_embedding(texts[0])), hashing.embed_queries(texts)[0], atol=1e-6)


def test_another_model_has_another_fingerprint(hashing: HashingEmbedder) -> None:
    from index.llamaindex import EmbeddingAdapter, LlamaIndexEmbedder

    one = LlamaIndexEmbedder(EmbeddingAdapter(hashing))
    assert one.fingerprint == LlamaIndexEmbedder(EmbeddingAdapter(HashingEmbedder())).fingerprint
    assert one.fingerprint != LlamaIndexEmbedder(EmbeddingAdapter(HashingEmbedder(64))).fingerprint


def test_an_index_can_be_made_with_a_model_of_llama_index(hashing: HashingEmbedder) -> None:
    from llama_index.core.embeddings import MockEmbedding

    from index.llamaindex import LlamaIndexEmbedder

    embedder = LlamaIndexEmbedder(MockEmbedding(embed_dim=8))
    with Index.of_passages([PassageInput(source="a", text="The envoy resigned.")], embedder=embedder) as documents:
        assert documents.search("envoy")[0].source == "a"
        assert np.isclose(np.linalg.norm(embedder.embed_queries(["envoy"])), 1.0)
