"""What a run keeps of each kind of pair: all of it at first, then mostly what the network still gets wrong."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from training.claims import ClaimPair
    from training.pairs import Pair

P = TypeVar("P", "Pair", "ClaimPair")

# Shares by kind, else (of real claims) by source; what is not named is kept whole.
COURSES: Mapping[str, Mapping[str, float]] = {
    "first": {},
    "second": {
        "neighbour": 0.35,
        "lookalike": 0.35,
        "labelled": 0.2,
        "cut": 0.7,
        "answer": 0.85,
        "name": 0.45,
        "negation": 0.3,
        "opposite": 0.45,
        "told": 0.8,
        "without": 0.8,
        "mnli_dev_rest": 0.25,
        "snli_counterfactual": 0.15,
        "snli_dev_test": 0.15,
        "conjnli": 0.15,
        "breaking_nli": 0.1,
        "negation_nli": 0.3,
        "fever_dev": 0.35,
        "halueval_qa": 0.3,
        "boolq_part": 0.4,
        "bioasq_yesno": 0.5,
        "pubmedqa_yesno": 0.5,
    },
    # For a larger trunk that only judges claims: real ones first, and fewer of what is made of them.
    "claims": {
        "name": 0.6,
        "negation": 0.5,
        "opposite": 0.5,
        "snli_counterfactual": 0.6,
        "conjnli": 0.5,
        "negation_nli": 0.5,
        "breaking_nli": 0.4,
        "told": 0.8,
    },
}


def thinned(pairs: Sequence[P], course: str, rng: random.Random) -> list[P]:
    """Return what the course keeps, in the order given."""
    shares = COURSES[course]
    return [pair for pair in pairs if rng.random() < shares.get(_key(pair), 1.0)]


def _key(pair: Pair | ClaimPair) -> str:
    return pair.source if pair.kind == "real" else pair.kind
