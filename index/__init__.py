"""From a folder of files to passages that can be searched, each bound to an exact span of its document."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.config import IndexConfig
    from index.embed import Embedder
    from index.errors import IndexingError
    from index.index import Index, PassageInput
    from index.types import (
        Article,
        Dated,
        Document,
        Failure,
        Hit,
        IndexStats,
        Passage,
        Sentence,
        Span,
        StoredArticle,
        SyncReport,
    )

__all__ = [
    "Article",
    "Dated",
    "Document",
    "Embedder",
    "Failure",
    "Hit",
    "Index",
    "IndexConfig",
    "IndexStats",
    "IndexingError",
    "Passage",
    "PassageInput",
    "Sentence",
    "Span",
    "StoredArticle",
    "SyncReport",
]

_HOMES = {
    "Embedder": "index.embed",
    "Index": "index.index",
    "IndexConfig": "index.config",
    "IndexingError": "index.errors",
    "PassageInput": "index.index",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for, so that `import index` is quick."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES.get(name, "index.types")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
