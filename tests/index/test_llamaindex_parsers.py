"""Documents of llama-index as articles and passages: exact offsets, what is known of each, and the pipeline's cache."""

from __future__ import annotations

import asyncio
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core import Document, VectorStoreIndex
from llama_index.core.ingestion import DocstoreStrategy, IngestionCache, IngestionPipeline
from llama_index.core.schema import BaseNode, MetadataMode, TextNode
from llama_index.core.storage.docstore import SimpleDocumentStore

from index.articles import split_articles
from index.config import IndexConfig
from index.embed import HashingEmbedder
from index.llamaindex import ArticleSplitter, EmbeddingAdapter, OnrecordVectorStore, SentencePassageParser
from index.llamaindex.node_parsers import SpanParser
from index.load import load
from index.passages import passages_of, token_counter

NEWSROOM = Path(__file__).resolve().parents[2] / "examples" / "newsroom"
WEEK = "011_week-in-port-sarrow.txt"
PARSERS: list[SpanParser] = [ArticleSplitter(), SentencePassageParser(), SentencePassageParser(max_passage_tokens=8)]

by_parser = pytest.mark.parametrize("parser", PARSERS, ids=["articles", "passages", "short passages"])


def page(name: str) -> Document:
    loaded = load(NEWSROOM / name, source=name)
    return Document(id_=name, text=loaded.text, metadata={"file_name": name, "file_type": loaded.media_type})


def texts_of(nodes: list[BaseNode]) -> list[TextNode]:
    assert all(isinstance(node, TextNode) for node in nodes)
    return [node for node in nodes if isinstance(node, TextNode)]


def check_places(documents: list[Document], nodes: list[BaseNode]) -> None:
    texts = {document.id_: document.text for document in documents}
    for node in texts_of(nodes):
        assert texts[node.ref_doc_id or ""][node.start_char_idx : node.end_char_idx] == node.text
        assert node.text.strip()


_LINES = st.sampled_from(
    [
        "Mayor Resigns After Vote In Port Sarrow",
        "2023-09-04",
        "By Ann Lee",
        "Leave a Reply",
        "- an item",
        "***",
        "# Head",
        "The mayor said on Monday that she would go. Nobody had asked her to.",
        "the same line.",
        "the same line.",
        "",
        " ",
        "\t x \u3000",
        "Zoë wrote “naïve” 👩‍👩‍👧 e\u0301.",
        "ﬁn\u00a0de\u2028siècle",
        "\x0b\x0c\x1c",
        "A. B. C. D.",
        "\ufeffBOM",
        "Long " * 200,
    ]
)
_ENDS = st.sampled_from(["\n", "\r\n", "\n\n\n", "\r", " "])
_TEXTS = st.one_of(st.text(max_size=300), st.lists(st.builds(str.__add__, _LINES, _ENDS)).map("".join))


@by_parser
@settings(deadline=None, max_examples=150)
@given(texts=st.lists(_TEXTS, min_size=1, max_size=3))
def test_every_node_is_exactly_the_span_it_names(parser: SpanParser, texts: list[str]) -> None:
    documents = [Document(id_=str(number), text=text) for number, text in enumerate(texts)]
    check_places(documents, parser.get_nodes_from_documents(documents))
    check_places(documents, SentencePassageParser()(ArticleSplitter()(documents)))


@by_parser
def test_every_page_of_the_newsroom_is_parted_exactly(parser: SpanParser) -> None:
    documents = [page(path.name) for path in sorted(NEWSROOM.iterdir())]
    nodes = parser.get_nodes_from_documents(documents)
    check_places(documents, nodes)
    assert {node.ref_doc_id for node in nodes} == {document.id_ for document in documents}


def test_a_page_becomes_its_articles_with_title_date_and_neighbours() -> None:
    document = page(WEEK)
    nodes = texts_of(ArticleSplitter().get_nodes_from_documents([document]))
    expected = split_articles(load(NEWSROOM / WEEK, source=WEEK))
    assert len(nodes) == 5
    assert [(node.start_char_idx, node.end_char_idx) for node in nodes] == [(a.start, a.end) for a in expected]
    assert [node.metadata.get("article") for node in nodes] == [article.title for article in expected]
    dates = [(node.metadata.get("date"), node.metadata.get("date_basis")) for node in nodes]
    assert dates == [(a.date.value.isoformat(), a.date.basis) if a.date else (None, None) for a in expected]
    assert any(date for date, _ in dates)
    assert {node.metadata["file_name"] for node in nodes} == {WEEK}
    ids = [node.node_id for node in nodes]
    assert [node.prev_node.node_id if node.prev_node else None for node in nodes] == [None, *ids[:-1]]
    assert [node.next_node.node_id if node.next_node else None for node in nodes] == [*ids[1:], None]
    assert "date_basis" not in nodes[0].get_content(MetadataMode.LLM)


def test_passages_are_those_that_our_index_makes() -> None:
    document = page(WEEK)
    nodes = texts_of(SentencePassageParser()([document]))
    expected = [
        (article.title, passage.start, passage.end)
        for article in split_articles(load(NEWSROOM / WEEK, source=WEEK))
        for passage in passages_of(article, max_tokens=IndexConfig().max_passage_tokens, count=token_counter())
    ]
    assert [(n.metadata.get("article"), n.start_char_idx, n.end_char_idx) for n in nodes] == expected
    short = SentencePassageParser(max_passage_tokens=8)([document])
    assert len(short) > len(nodes)


def test_passages_of_articles_belong_to_the_document(hashing: HashingEmbedder) -> None:
    document = page(WEEK)
    articles = ArticleSplitter()([document])
    nodes = texts_of(SentencePassageParser()(articles))
    assert {node.ref_doc_id for node in nodes} == {WEEK}
    assert {node.metadata.get("article") for node in nodes} == {node.metadata.get("article") for node in articles}
    assert all(node.excluded_embed_metadata_keys.count("date") == 1 for node in nodes)


def test_what_the_text_does_not_say_is_taken_from_the_metadata() -> None:
    text = "the gate will cost more than was said, and nobody knows by how much, the council was told last night."
    known = {"title": "Orrin Gate", "date": "2024-02-03T10:00:00", "creation_date": "1999-01-01"}
    (node,) = ArticleSplitter()([Document(text=text, metadata=known)])
    assert (node.metadata["article"], node.metadata["date"], node.metadata["date_basis"]) == (
        "Orrin Gate",
        "2024-02-03",
        "metadata",
    )
    (bare,) = ArticleSplitter(include_metadata=False)(
        [Document(text=text, metadata={"date": "soon", "creation_date": 1})]
    )
    assert bare.metadata == {}


@by_parser
def test_an_empty_document_has_no_nodes(parser: SpanParser) -> None:
    assert parser([Document(text=" \n "), Document(text="")]) == []
    assert asyncio.run(parser.acall([])) == []


def test_the_place_of_a_node_that_does_not_know_its_own_is_not_made_up() -> None:
    source = Document(text="An earlier line. The mayor resigned.").as_related_node_info()
    lost = TextNode(text="The mayor resigned.", relationships={"1": source})
    (node,) = texts_of(SentencePassageParser()([lost]))
    assert (node.text, node.start_char_idx, node.end_char_idx) == ("The mayor resigned.", None, None)


@by_parser
def test_a_parser_can_be_written_down_and_read_again(parser: SpanParser) -> None:
    described = parser.to_dict()
    assert described["class_name"] == type(parser).__name__
    again = type(parser).from_dict(described)
    document = page(WEEK)
    assert [node.get_content() for node in again([document])] == [node.get_content() for node in parser([document])]
    assert again.to_dict() == described
    assert pickle.loads(pickle.dumps(parser)).to_dict() == described


def test_ids_may_be_made_by_the_caller() -> None:
    parser = SentencePassageParser(id_func=lambda number, node: f"{node.node_id}#{number}")
    assert [node.node_id for node in parser([page(WEEK)])][:2] == [f"{WEEK}#0", f"{WEEK}#1"]


class Counting(SentencePassageParser):
    """Counts how often it is asked."""

    asked: int = 0

    def _parse_nodes(self, nodes: Any, show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        type(self).total += 1
        return super()._parse_nodes(nodes, show_progress, **kwargs)


Counting.total = 0  # type: ignore[attr-defined]


def test_a_pipeline_keeps_what_a_parser_made(tmp_path: Path) -> None:
    documents = [page(WEEK)]
    pipeline = IngestionPipeline(transformations=[ArticleSplitter(), Counting()], cache=IngestionCache())
    first = pipeline.run(documents=documents)
    pipeline.persist(str(tmp_path))
    again = IngestionPipeline(transformations=[ArticleSplitter(), Counting()])
    again.load(str(tmp_path))
    assert [node.to_dict() for node in again.run(documents=documents)] == [node.to_dict() for node in first]
    assert Counting.total == 1  # type: ignore[attr-defined]
    other = IngestionPipeline(transformations=[ArticleSplitter(), Counting(max_passage_tokens=9)], cache=pipeline.cache)
    other.run(documents=documents)
    assert Counting.total == 2  # type: ignore[attr-defined]


def test_parsers_store_and_index_work_together(tmp_path: Path, hashing: HashingEmbedder) -> None:
    model = EmbeddingAdapter(hashing)
    store = OnrecordVectorStore(tmp_path / "nodes.sqlite", embedding_model=model)
    pipeline = IngestionPipeline(
        transformations=[ArticleSplitter(), SentencePassageParser(), model],
        docstore=SimpleDocumentStore(),
        docstore_strategy=DocstoreStrategy.UPSERTS,
        vector_store=store,
    )
    documents = [page(path.name) for path in sorted(NEWSROOM.glob("*.txt"))]
    pipeline.run(documents=documents)
    index = VectorStoreIndex.from_vector_store(store, embed_model=model)
    hits = [s.node for s in index.as_retriever(similarity_top_k=5).retrieve("Kellmar cannery close jobs")]
    assert "010_kellmar-to-close.txt" in {hit.ref_doc_id for hit in hits}
    check_places(documents, hits)
    assert pipeline.run(documents=documents) == []
    changed = Document(id_=WEEK, text="A single new line about the week.", metadata={"file_name": WEEK})
    pipeline.run(documents=[changed])
    assert [node.get_content() for node in store.get_nodes() if node.ref_doc_id == WEEK] == [changed.text]
