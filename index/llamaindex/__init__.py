"""Parts for llama-index: retriever, vector store, node parsers, embeddings. Only here is a passage a node."""

from index.llamaindex.embeddings import EmbeddingAdapter, LlamaIndexEmbedder
from index.llamaindex.node_parsers import ArticleSplitter, SentencePassageParser
from index.llamaindex.retriever import OnrecordRetriever, node_of
from index.llamaindex.vector_store import OnrecordVectorStore

__all__ = [
    "ArticleSplitter",
    "EmbeddingAdapter",
    "LlamaIndexEmbedder",
    "OnrecordRetriever",
    "OnrecordVectorStore",
    "SentencePassageParser",
    "node_of",
]
