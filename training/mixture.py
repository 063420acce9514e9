"""The pairs of a run: made from the rows, split, thinned by the course, and described."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from index.embed import default_embedder
from training.claims import ClaimPair, pairs_of_passages, pairs_of_statements, premises_as_passages
from training.courses import thinned
from training.encode import Encoded, encode, encode_claims, open_tokenizer
from training.mined import Mine, mine, mined_claims, mined_reading
from training.pairs import SOURCES, SPAN_SOURCES, Corpus, Pair, group_of, pairs_of, split
from training.recipe import Recipe
from training.rows import read_rows
from training.statements import CAPS, Statement, read_statements

HELD_OUT_KEPT = 4000
HELD_OUT_MEASURED = 1200  # of each task


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The pairs of a run, to train on and held out, of both tasks, and which licences they come with."""

    reading: list[Pair]
    claims: list[ClaimPair]
    held: list[Pair]
    held_claims: list[ClaimPair]
    licences: Counter[tuple[str, str]]


def made_pairs(data: Path, recipe: Recipe) -> Made:
    """Return the pairs of a recipe, shuffled; a text of the held-out share (by its hash) is in no training pair.

    Of several rounds each makes its pairs anew of the same rows, with a seed of its own; the first gives the held-out
    ones.
    """
    sources = [source for source in SOURCES if source not in recipe.left_out]
    corpus = Corpus.of(read_rows(data / "read", sources=sources))
    caps = {source: cap for source, cap in CAPS.items() if source not in recipe.left_out}
    statements = list(read_statements(data / "verify", seed=recipe.seed, caps=caps))
    makers = _Makers(corpus, statements, recipe)
    rounds = [makers.made(recipe.seed + 1000 * number) for number in range(recipe.rounds)]
    licences = [(row.source, row.licence) for row in corpus.rows] + [(row.source, row.licence) for row in statements]
    return Made(
        reading=[pair for made in rounds for pair in made[0]],
        claims=[pair for made in rounds for pair in made[1]],
        held=rounds[0][2],
        held_claims=rounds[0][3],
        licences=Counter(licences),
    )


@dataclass(slots=True)
class _Makers:
    """Makes the pairs of one round after the other; what is nearest to what is looked up once."""

    corpus: Corpus
    statements: list[Statement]
    recipe: Recipe
    mine: Mine | None = None

    def made(self, seed: int) -> tuple[list[Pair], list[ClaimPair], list[Pair], list[ClaimPair]]:
        """Return training pairs of reading and claims, and the held-out ones of both."""
        recipe = self.recipe
        reading = pairs_of(self.corpus, seed=seed)
        claims = list(pairs_of_statements(self.statements, seed=seed))
        if recipe.mined:
            self.mine = self.mine or mine(self.corpus, self.statements, claims, default_embedder())
            premises = {group_of(row.premise): row.premise for row in self.statements}
            reading += mined_reading(self.corpus, self.mine, seed=seed)
            claims += list(mined_claims(claims, premises, self.mine, seed=seed))
        if "passages" not in recipe.left_out:
            spans = [row for row in self.corpus.rows if row.source in SPAN_SOURCES and row.answerable]
            passages = spans + premises_as_passages(self.statements)
            claims += pairs_of_passages(passages, seed=seed, limit=recipe.passage_pairs)
        rng = random.Random(seed)
        rng.shuffle(reading)
        rng.shuffle(claims)
        reading, held = split(reading, held_out_percent=recipe.held_out_percent)
        claims, held_claims = split(claims, held_out_percent=recipe.held_out_percent)
        reading = thinned(reading, recipe.course, rng)[: recipe.reading_pairs]
        return reading, thinned(claims, recipe.course, rng), held, held_claims


def build(data: Path, out: Path, recipe: Recipe, trunk: Path) -> tuple[list[Encoded], list[Encoded]]:
    """Return the encoded training pairs and a held-out sample; say in `data.json` what they are made of."""
    made = made_pairs(data, recipe)
    describe(made, out / "data.json")
    tokenizer = open_tokenizer(trunk / "tokenizer.json")
    held = encode(tokenizer, made.held[:HELD_OUT_MEASURED]) if made.reading else []
    return (
        encode(tokenizer, made.reading) + encode_claims(tokenizer, made.claims),
        held + encode_claims(tokenizer, made.held_claims[:HELD_OUT_MEASURED]),
    )


def describe(made: Made, path: Path) -> None:
    """Write the sources with their licences, the kinds of pairs, and the held-out pairs for the calibration."""
    count = Counter([pair.source for pair in made.reading] + [pair.source for pair in made.claims])
    told = {
        "sources": [
            {"source": source, "licence": licence, "rows": rows, "pairs_made": count[source]}
            for (source, licence), rows in sorted(made.licences.items())
        ],
        "reading_kinds": dict(sorted(Counter(pair.kind for pair in made.reading).items())),
        "claim_kinds": dict(sorted(Counter(pair.kind for pair in made.claims).items())),
        "held_out": [asdict(pair) for pair in made.held[:HELD_OUT_KEPT]],
        "held_out_claims": [asdict(pair) for pair in made.held_claims[:HELD_OUT_KEPT]],
    }
    path.write_text(json.dumps(told), encoding="utf-8")
