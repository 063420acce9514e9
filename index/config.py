"""The settings of an index."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

# Raised whenever loading, splitting or embedding gives other passages for the same file: what was indexed before is
# then indexed anew by the next sync.
INDEXING_VERSION = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseConfig:
    """When and how vectors are partitioned; docs/performance.md has the measurements behind the numbers."""

    exact_limit: int = 50_000  # up to so many passages are searched exactly
    recent_limit: int = 20_000  # with so many beside the base, a new base is written
    probes: int = 64  # partitions searched for an unfiltered query
    candidates: int = 100  # of the base, at least so many are scored again
    retrain_growth: float = 2.0  # partitions are learned anew when there are so many times as many passages,
    retrain_drift: float = 0.9  # or when what is added is this much less near its partition than what they were made of


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexConfig:
    """How documents are cut and how the two rankings are put together."""

    max_passage_tokens: int = 128  # counted with tiktoken's cl100k_base
    candidates: int = 50  # passages taken from each ranking
    fusion_constant: int = 60  # the k of reciprocal rank fusion
    dense_weight: float = 1.0
    lexical_weight: float = 1.0
    title_boost: float = 0.5  # of a title's words, beside 1 for the text's
    dense: DenseConfig = DenseConfig()

    def __post_init__(self) -> None:
        if self.max_passage_tokens < 1 or self.candidates < 1 or self.fusion_constant < 0:
            raise ValueError("max_passage_tokens and candidates must be at least 1, fusion_constant at least 0")
        if min(self.dense_weight, self.lexical_weight, self.title_boost) < 0:
            raise ValueError("weights must not be negative")

    @property
    def fingerprint(self) -> str:
        """A short hash of what decides the passages; the settings of ranking are not part of it."""
        settings = json.dumps({"version": INDEXING_VERSION, "max_passage_tokens": self.max_passage_tokens})
        return hashlib.sha256(settings.encode()).hexdigest()[:16]
