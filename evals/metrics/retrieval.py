"""Was the evidence found? Every case with known evidence counts, whatever its answer did."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

from evals.metrics.base import Contribution, per_case
from evals.scoring import BEST, GoldPiece, pieces_of
from evals.types import Found, Result

_REFUSALS = (
    "Abstentions count like any other case: only what was found matters. An error before the search finds nothing."
)


@per_case(title="Recall at 1", refusals=_REFUSALS, group="retrieval")
def recall_at_1(result: Result) -> Contribution | None:
    """Mean over cases of the share of distinct gold pieces that the best passage holds. A piece is a gold quote, or a
    gold document where no quote is known; the same words in two documents are one piece. Defined as in Manning,
    Raghavan & Schütze 2008, "Introduction to Information Retrieval", chapter 8, with the cut-off of BEIR.
    """
    return _recall(result, 1)


@per_case(title="Recall at 5", refusals=_REFUSALS, group="retrieval")
def recall_at_5(result: Result) -> Contribution | None:
    """Mean over cases of the share of distinct gold pieces that the five best passages hold. Defined as in Manning,
    Raghavan & Schütze 2008, "Introduction to Information Retrieval", chapter 8, with the cut-off of BEIR.
    """
    return _recall(result, 5)


@per_case(title="Recall at 10", refusals=_REFUSALS, group="retrieval")
def recall_at_10(result: Result) -> Contribution | None:
    """Mean over cases of the share of distinct gold pieces that the ten best passages hold. Defined as in Manning,
    Raghavan & Schütze 2008, "Introduction to Information Retrieval", chapter 8, with the cut-off of BEIR.
    """
    return _recall(result, 10)


@per_case(title="Any evidence in 10", refusals=_REFUSALS, group="retrieval")
def any_at_10(result: Result) -> Contribution | None:
    """Share of cases with at least one gold piece among the ten best passages. Known as success at 10 or hit rate, as
    in TREC's evaluation (trec_eval).
    """
    pieces = pieces_of(result.case)
    if not pieces:
        return None
    return float(any(_relevance(result))), 1.0


@per_case(title="nDCG at 10", refusals=_REFUSALS, group="retrieval", unit="score")
def ndcg_at_10(result: Result) -> Contribution | None:
    """Mean normalised discounted cumulative gain of the ten best passages: Järvelin & Kekäläinen 2002, "Cumulated
    gain-based evaluation of IR techniques". The gain is the grade itself (linear, as in trec_eval and BEIR) over
    log2(rank + 1); each gold piece counts once, where it is first found. The ideal has one piece a rank, best grade
    first; where one passage holds several pieces the value is held to 1.
    """
    pieces = pieces_of(result.case)
    if not pieces:
        return None
    gained = _discounted([sum(piece.grade for piece in new) for new in _first_found(pieces, _best(result, BEST))])
    ideal = _discounted(sorted((piece.grade for piece in pieces), reverse=True)[:BEST])
    return min(1.0, gained / ideal), 1.0


@per_case(title="Mean reciprocal rank", refusals=_REFUSALS, group="retrieval", unit="score")
def mrr(result: Result) -> Contribution | None:
    """Mean over cases of one over the rank of the first passage that holds a gold piece, 0 where none of the ten best
    does: Voorhees 1999, "The TREC-8 Question Answering Track Report".
    """
    if not pieces_of(result.case):
        return None
    return next((1.0 / rank for rank, relevant in enumerate(_relevance(result), start=1) if relevant), 0.0), 1.0


@per_case(title="Context precision", refusals=_REFUSALS, group="retrieval", unit="score")
def context_precision(result: Result) -> Contribution | None:
    """Mean over cases of the mean precision at the ranks of the relevant passages among the ten best, 0 where none is
    relevant: RAGAS' context precision (Es et al. 2023, "RAGAS: Automated Evaluation of Retrieval Augmented
    Generation"). There a model says what is relevant; here a passage is when it holds a gold piece, so the figure is
    the same in every run.
    """
    if not pieces_of(result.case):
        return None
    relevance = _relevance(result)
    precisions = [sum(relevance[:rank]) / rank for rank, relevant in enumerate(relevance, start=1) if relevant]
    return (sum(precisions) / len(precisions) if precisions else 0.0), 1.0


@per_case(title="Evidence shown", refusals=_REFUSALS, group="retrieval")
def evidence_shown(result: Result) -> Contribution | None:
    """Mean over cases of the share of distinct gold pieces among the sentences that were shown to the model: recall
    after the selection of sentences, defined here. Runs that only search have none.
    """
    pieces = pieces_of(result.case)
    if not pieces or (result.answer is None and result.asked.trace.error is None):
        return None
    shown = result.asked.trace.shown
    return sum(any(piece.in_sentence(sentence) for sentence in shown) for piece in pieces) / len(pieces), 1.0


def _recall(result: Result, limit: int) -> Contribution | None:
    pieces = pieces_of(result.case)
    if not pieces:
        return None
    best = _best(result, limit)
    return sum(any(piece.in_passage(passage) for passage in best) for piece in pieces) / len(pieces), 1.0


def _best(result: Result, limit: int) -> list[Found]:
    """Return the passages of the best ranks in order of rank."""
    return sorted((hit for hit in result.asked.trace.hits if hit.rank <= limit), key=lambda hit: hit.rank)


def _relevance(result: Result) -> list[bool]:
    """Return for each of the ten best passages, in order, whether it holds a gold piece."""
    pieces = pieces_of(result.case)
    return [any(piece.in_passage(passage) for piece in pieces) for passage in _best(result, BEST)]


def _first_found(pieces: Sequence[GoldPiece], passages: Sequence[Found]) -> list[list[GoldPiece]]:
    """Return for each passage the pieces that no passage before it holds."""
    missing = list(pieces)
    new = []
    for passage in passages:
        new.append([piece for piece in missing if piece.in_passage(passage)])
        missing = [piece for piece in missing if piece not in new[-1]]
    return new


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, start=1))
