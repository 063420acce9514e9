"""Answers and hits in the JSON shapes that users rely on (CONTRACT: `ask --json`, `search --json`). Pure."""

from __future__ import annotations

from typing import Any

from index.types import Hit
from qa.types import Answer, Citation, Claim, Conflict


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as `ask --json` prints it."""
    timings = answer.timings
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "status": answer.status,
        "text": answer.text,
        "reason": answer.reason,
        "claims": [_claim(claim) for claim in answer.claims],
        "citations": [_citation(citation) for citation in answer.citations],
        "conflicts": [_conflict(conflict) for conflict in answer.conflicts],
        "model": answer.model,
        "index_fingerprint": answer.index_fingerprint,
        "timings": {
            name: round(getattr(timings, name), 4)
            for name in ("rewrite", "retrieve", "first_token", "generate", "verify", "total")
        },
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "text": claim.text,
        "start": claim.start,
        "end": claim.end,
        "citations": list(claim.citations),
        "verdict": claim.verdict.label,
        "probability": None if claim.verdict.probability is None else round(claim.verdict.probability, 4),
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.number,
        "source": citation.source,
        "article": citation.article,
        "date": citation.date.value.isoformat() if citation.date else None,
        "date_basis": citation.date.basis if citation.date else None,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
    }


def _conflict(conflict: Conflict) -> dict[str, Any]:
    return {
        "about": conflict.about,
        "sides": [{"value": side.value, "citation": side.citation} for side in conflict.sides],
    }


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """Return a hit as one element of `search --json`."""
    return {
        "source": hit.source,
        "article": hit.article,
        "date": hit.date.value.isoformat() if hit.date else None,
        "text": hit.text,
        "start": hit.start,
        "end": hit.end,
        "score": hit.score,
        "rank": hit.rank,
        "dense_rank": hit.dense_rank,
        "lexical_rank": hit.lexical_rank,
    }
