"""The newsroom in llama-index: articles and passages, an upserting pipeline, a filter by date, exact quotes.

    python examples/llamaindex_newsroom.py

Prints, for each question, where the nearest passage stands and how it begins.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters

from index.embed import Embedder, default_embedder
from index.llamaindex import ArticleSplitter, EmbeddingAdapter, OnrecordVectorStore, SentencePassageParser
from index.load import load

NEWSROOM = Path(__file__).parent / "newsroom"
QUESTIONS = ("How many jobs will be lost at the cannery?", "How many children have measles?", "Who is the new mayor?")


def pages() -> list[Document]:
    """Return every page, whatever its format, as a document whose id is its name."""
    loaded = [load(path, source=path.name) for path in sorted(NEWSROOM.iterdir())]
    return [
        Document(id_=page.source, text=page.text, metadata={"file_name": page.source, "file_type": page.media_type})
        for page in loaded
    ]


def answers(folder: Path, embedder: Embedder, *, since: str) -> Iterator[str]:
    """Yield a line a question: the nearest passage of an article dated `since` (ISO) or later."""
    model = EmbeddingAdapter(embedder)
    with_store = OnrecordVectorStore(folder / "newsroom.sqlite", embedding_model=model)
    pipeline = IngestionPipeline(
        transformations=[ArticleSplitter(), SentencePassageParser(), model],
        docstore=SimpleDocumentStore(),
        docstore_strategy=DocstoreStrategy.UPSERTS_AND_DELETE,
        vector_store=with_store,
    )
    pipeline.run(documents=pages())
    recent = MetadataFilters(filters=[MetadataFilter(key="date", value=since, operator=FilterOperator.GTE)])
    index = VectorStoreIndex.from_vector_store(with_store, embed_model=model)
    retriever = index.as_retriever(similarity_top_k=1, filters=recent)
    for question in QUESTIONS:
        node = retriever.retrieve(question)[0].node
        place = f"{node.ref_doc_id}, {node.metadata['date']}, {node.start_char_idx}–{node.end_char_idx}"
        yield f"{question}\n  [{place}] {node.get_content()[:100]}…"
    with_store.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for line in answers(Path(folder), default_embedder(), since="2023-09-01"):
            print(line)


if __name__ == "__main__":
    main()
