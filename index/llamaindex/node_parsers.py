"""Documents of llama-index as nodes: one an article, or one a passage, each with the exact place of its words."""

from __future__ import annotations

import datetime
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Self

from llama_index.core.bridge.pydantic import Field
from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, MetadataMode, NodeRelationship, RelatedNodeInfo, TextNode

from index.articles import split_articles
from index.config import IndexConfig
from index.passages import passages_of, token_counter
from index.types import Article, Dated, Document, Passage


class SpanParser(NodeParser):
    """A node parser whose nodes are spans of their source: `source.text[start_char_idx:end_char_idx] == node.text`.

    Of the source's metadata, "title" and "date" (ISO) help where the text does not say; "file_type" is the media type,
    and a date that begins "file_name" is read. A node that already is a span of a document gives spans of that
    document, so that one parser may follow another.
    """

    @abstractmethod
    def _pieces(self, article: Article) -> list[Article] | list[Passage]:
        """Return the spans of an article that become nodes, in order."""

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        return [made for node in nodes for made in self._split(node)]

    def _postprocess_parsed_nodes(self, nodes: list[BaseNode], parent_doc_map: Any) -> list[BaseNode]:
        """Return the nodes as they are: llama-index would look their text up again, and find it elsewhere."""
        return nodes

    def _split(self, node: BaseNode) -> list[TextNode]:
        source = node.source_node or node.as_related_node_info()
        pieces = [(article, piece) for article in split_articles(_document_of(node)) for piece in self._pieces(article)]
        made = [
            TextNode(
                id_=self.id_func(number, node),
                text=piece.text,
                metadata={**(node.metadata if self.include_metadata else {}), **_metadata_of(article)},
                excluded_embed_metadata_keys=_with(node.excluded_embed_metadata_keys, "date", "date_basis"),
                excluded_llm_metadata_keys=_with(node.excluded_llm_metadata_keys, "date_basis"),
                relationships={NodeRelationship.SOURCE: source},
                **_place_of(node, piece),
            )
            for number, (article, piece) in enumerate(pieces)
        ]
        if self.include_prev_next_rel:
            _link(made)
        return made

    @classmethod
    def from_dict(cls, data: dict[str, Any], **kwargs: Any) -> Self:
        """Return the parser that `to_dict` described, but for a function that makes node ids: give that again."""
        kept = {key: value for key, value in data.items() if key != "id_func" or callable(value)}
        return super().from_dict(kept, **kwargs)


class ArticleSplitter(SpanParser):
    """One node an article, boilerplate included. Metadata: "article" (its title), "date" (ISO) and "date_basis"."""

    @classmethod
    def class_name(cls) -> str:
        return "ArticleSplitter"

    def _pieces(self, article: Article) -> list[Article]:
        return [article]


class SentencePassageParser(SpanParser):
    """One node a passage: whole sentences of one article, no boilerplate, with the metadata of `ArticleSplitter`.

    These are the passages that `Index.sync` makes. A sentence longer than `max_passage_tokens` (of tiktoken's
    cl100k_base) stays whole.
    """

    max_passage_tokens: int = Field(default=IndexConfig().max_passage_tokens, ge=1)

    @classmethod
    def class_name(cls) -> str:
        return "SentencePassageParser"

    def _pieces(self, article: Article) -> list[Passage]:
        return passages_of(article, max_tokens=self.max_passage_tokens, count=token_counter())


def _document_of(node: BaseNode) -> Document:
    metadata = node.metadata
    title, date = metadata.get("article") or metadata.get("title"), metadata.get("date")
    return Document(
        source=str(metadata.get("file_name") or "document"),
        text=node.get_content(metadata_mode=MetadataMode.NONE),
        media_type=str(metadata.get("file_type") or "text/plain"),
        title=title if isinstance(title, str) else None,
        date=_dated(date, metadata.get("date_basis")),
    )


def _dated(date: Any, basis: Any) -> Dated | None:
    try:
        value = datetime.date.fromisoformat(str(date)[:10])
    except ValueError:
        return None
    return Dated(value=value, basis=basis if basis in ("stated", "inferred") else "metadata")


def _metadata_of(article: Article) -> dict[str, str]:
    """Return what is known of an article; what is not known has no key."""
    found = {} if article.title is None else {"article": article.title}
    if article.date is not None:
        found |= {"date": article.date.value.isoformat(), "date_basis": article.date.basis}
    return found


def _with(keys: Sequence[str], *more: str) -> list[str]:
    return list(dict.fromkeys((*keys, *more)))


def _place_of(node: BaseNode, piece: Article | Passage) -> dict[str, int]:
    """Return where a piece of a node stands in the node's source; nothing when the node's own place is not known."""
    if node.source_node is None:
        base: int | None = 0
    else:
        base = node.start_char_idx if isinstance(node, TextNode) else None
    return {} if base is None else {"start_char_idx": base + piece.start, "end_char_idx": base + piece.end}


def _link(nodes: Sequence[TextNode]) -> None:
    infos: list[RelatedNodeInfo] = [node.as_related_node_info() for node in nodes]
    for node, before in zip(nodes[1:], infos, strict=False):
        node.relationships[NodeRelationship.PREVIOUS] = before
    for node, after in zip(nodes, infos[1:], strict=False):
        node.relationships[NodeRelationship.NEXT] = after
