"""Hard pairs by meaning: the evidence that the embedder finds nearest to a question or a claim and that is not its own.

Words in common make lookalikes (`training.pairs`, `training.claims`); retrieval by meaning brings others, and those are
what the network meets in use (Karpukhin et al. 2020, "Dense passage retrieval", mine theirs with BM25).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from qa.verify.windows import covering
from training.claims import ClaimPair
from training.pairs import Corpus, Pair, group_of, holds, is_held_out
from training.statements import NOT_ENOUGH, SUPPORTED, Statement
from training.windows import content_words, sentence_spans, window

if TYPE_CHECKING:
    from index.embed import Embedder

SENTENCES = 70_000  # of each task are searched
NEAREST = 16
SIZES = (1, 1, 2, 2, 3)  # sentences of a mined window
OTHERS_SHARE = 0.3  # of the supported claims are put beside another's evidence
AMONG_SHARE = 0.35  # of all real claims have other evidence around their own
SHORT = ("snli_dev_test", "snli_counterfactual", "mnli_dev_rest", "conjnli", "breaking_nli", "negation_nli")
BLOCK = 512

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Place:
    """Sentence `number` of text `text`."""

    text: int
    number: int


@dataclass(frozen=True, slots=True)
class Mine:
    """What is nearest to each question of a corpus, and to each claim of the real pairs, best first."""

    of_questions: dict[str, list[Place]]  # by question; texts are rows of the corpus
    of_claims: dict[str, list[int]]  # by claim; numbers of `premises`
    premises: list[str]


def mine(corpus: Corpus, statements: Sequence[Statement], claims: Sequence[ClaimPair], embedder: Embedder) -> Mine:
    """Return the neighbours of all answerable questions and of all real claims that are not captions or logic."""
    rng = random.Random(0)
    rows = {row.passage: n for n, row in reversed(list(enumerate(corpus.rows)))}
    places = [Place(n, number) for n in sorted(rows.values()) for number in range(len(corpus.spans[n]))]
    places = sorted(rng.sample(places, min(SENTENCES, len(places))), key=lambda p: (p.text, p.number))
    questions = sorted({row.question for row in corpus.rows if row.answers})
    sentences = [corpus.rows[p.text].passage[slice(*corpus.spans[p.text][p.number])] for p in places]
    near = nearest(questions, sentences, embedder)
    of_questions = {q: [places[n] for n in found] for q, found in zip(questions, near, strict=True)}

    premises = sorted({row.premise for row in statements if row.source not in SHORT})
    parts = [(n, text[s:e]) for n, text in enumerate(premises) for s, e in sentence_spans(text)]
    parts = rng.sample(parts, min(SENTENCES, len(parts)))
    asked = sorted({pair.claim for pair in claims if pair.kind == "real" and pair.source not in SHORT})
    near = nearest(asked, [text for _, text in parts], embedder)
    of_claims = {
        claim: list(dict.fromkeys(parts[n][0] for n in found)) for claim, found in zip(asked, near, strict=True)
    }
    return Mine(of_questions, of_claims, premises)


def nearest(queries: Sequence[str], texts: Sequence[str], embedder: Embedder) -> IntArray:
    """Return the numbers of the nearest texts (queries, at most `NEAREST`), best first."""
    vectors = embedder.embed_passages(texts)
    asked = embedder.embed_queries(queries)
    count = min(NEAREST, len(texts))
    found = np.empty((len(queries), count), dtype=np.int64)
    for begin in range(0, len(queries), BLOCK):
        scores = asked[begin : begin + BLOCK] @ vectors.T
        best = np.argpartition(-scores, count - 1, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
        found[begin : begin + BLOCK] = np.take_along_axis(best, order, axis=1)
    return found


def mined_reading(corpus: Corpus, found: Mine, *, seed: int) -> Iterator[Pair]:
    """Yield up to two pairs a question with near sentences of other passages that do not hold its answer."""
    for number, row in enumerate(corpus.rows):
        if not row.answers or row.multi_hop:
            continue
        rng = random.Random(f"{seed}:m{number}:{row.question}")
        near = [
            p for p in found.of_questions.get(row.question, ()) if _is_other(corpus.rows[p.text].passage, row.passage)
        ]
        rng.shuffle(near)
        kept = 0
        for place in near:
            bounds = window(corpus.spans[place.text], place.number, rng.choice(SIZES))
            text = corpus.rows[place.text].passage[bounds.start : bounds.end]
            if kept < 2 and len(text) >= 12 and not holds(text, row.answer_texts()):
                kept += 1
                yield Pair(
                    question=row.question, evidence=text, answerable=False, kind="mined", source=row.source,
                    group=group_of(row.passage),
                )  # fmt: skip


def mined_claims(
    pairs: Sequence[ClaimPair], premise_of: dict[int, str], found: Mine, *, seed: int
) -> Iterator[ClaimPair]:
    """Yield real claims beside the nearest evidence of others, and with such evidence around their own.

    Args:
        premise_of: the whole premise of a pair's group.
    """
    for number, pair in enumerate(pairs):
        own = premise_of.get(pair.group)
        if pair.kind != "real" or own is None:
            continue
        rng = random.Random(f"{seed}:m{number}:{pair.claim}")
        near = [found.premises[n] for n in found.of_claims.get(pair.claim, ())]
        others = [text for text in near if _is_other(text, own) and _lacks(text, pair.claim)]
        if not others:
            continue
        if pair.label == SUPPORTED and rng.random() < OTHERS_SHARE:
            evidence = covering(pair.claim, rng.choice(others[:4]))
            yield replace(pair, evidence=evidence, label=NOT_ENOUGH, faults=None, kind="mined")
        if rng.random() < AMONG_SHARE:
            around = [own, *rng.sample(others, min(len(others), rng.choice((1, 2, 3))))]
            rng.shuffle(around)
            yield replace(pair, evidence=covering(pair.claim, "\n".join(around)), kind="among")


def _is_other(text: str, own: str) -> bool:
    """Return whether a text is another one, and of the same side of the split."""
    return text != own and is_held_out(group_of(text)) == is_held_out(group_of(own))


def _lacks(text: str, claim: str) -> bool:
    return len(_words(claim) - _words(text)) > 1


@lru_cache(maxsize=100_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(content_words(text))
