"""Pairs of a question and an evidence text, made from reading rows: does the text hold the answer, and where."""

from __future__ import annotations

import random
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import log
from typing import Protocol, TypeVar

from training import swaps
from training.recipe import HELD_OUT_PERCENT
from training.rows import ReadRow
from training.windows import Window, content_words, sentence_spans, window

SPAN_SOURCES = (
    "squad11_train_part",
    "squad_train_nospan_offsets",
    "squad11_dev_other_half",
    "adversarialqa_dev",
    "bioasq_factoid",
    "covid_qa_windows",
    "qed_nq_dev",
    "quoref_part",
    "musique_hotpot_part",
    "hotpot_2wiki_sampled",
    "squad11_weak_unanswerable",
)
SENTENCE_SOURCES = ("squad_train_sentence_pairs", "qnli_dev_rest")
SOURCES = SPAN_SOURCES + SENTENCE_SOURCES
WINDOW_SIZES = (1, 1, 1, 1, 2, 2, 2, 2, 3, 3)
TITLED_SHARE = 0.25


class Grouped(Protocol):
    """A pair that says which texts it is of."""

    @property
    def group(self) -> int: ...


P = TypeVar("P", bound=Grouped)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    question: str
    evidence: str
    answerable: bool
    start: int | None = None  # the answer in `evidence`; None: unanswerable, or where it stands is not known
    end: int | None = None
    kind: str  # how the pair was made
    source: str
    group: int  # pairs of one passage share it, so that a split can keep them together


@dataclass(slots=True)
class Corpus:
    """All rows, with what is needed to draw distractors from them."""

    rows: list[ReadRow]
    spans: list[list[tuple[int, int]]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    postings: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    idf: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[ReadRow]) -> Corpus:
        corpus = cls(rows=list(rows))
        corpus.spans = [sentence_spans(row.passage) for row in corpus.rows]
        corpus.names = [name for row in corpus.rows for name in swaps.names_in(row.question)]
        seen: set[str] = set()
        for index, row in enumerate(corpus.rows):
            if row.passage in seen:
                continue
            seen.add(row.passage)
            for number, (start, end) in enumerate(corpus.spans[index]):
                for word in content_words(row.passage[start:end]):
                    corpus.postings[word].append((index, number))
        total = sum(len(s) for s in corpus.spans)
        corpus.idf = {word: log(1 + total / len(found)) for word, found in corpus.postings.items()}
        return corpus

    def lookalikes(self, rng: random.Random, row: ReadRow, *, limit: int) -> list[tuple[int, int]]:
        """Return sentences of other passages that share the question's rare words and not its answers."""
        words = sorted(content_words(row.question) & self.idf.keys(), key=lambda w: (-self.idf[w], w))[:5]
        scores: Counter[tuple[int, int]] = Counter()
        for word in words:
            found = self.postings[word]
            for place in found if len(found) <= 150 else rng.sample(found, 150):
                scores[place] += self.idf[word]  # type: ignore[assignment]
        best = [place for place, _ in scores.most_common(limit * 6) if self.rows[place[0]].passage != row.passage]
        rng.shuffle(best)
        kept = [p for p in best if not holds(self.rows[p[0]].passage, row.answer_texts())]
        return kept[:limit]


def group_of(passage: str) -> int:
    return zlib.crc32(passage.encode())


def pairs_of(corpus: Corpus, *, seed: int) -> list[Pair]:
    """Return every row's pairs, about two and a half unanswerable ones for an answerable one, in row order."""
    pairs: list[Pair] = []
    for index, row in enumerate(corpus.rows):
        rng = random.Random(f"{seed}:{index}:{row.question}")
        if row.source in SENTENCE_SOURCES:
            pairs.append(_sentence_pair(row))
        elif not row.answerable:
            pairs.extend(_unanswerable(rng, row, corpus.spans[index]))
        elif row.answers:
            pairs.extend(_answerable(rng, row, corpus, index))
    return [pair for pair in pairs if len(pair.evidence) >= 12]


def _sentence_pair(row: ReadRow) -> Pair:
    return Pair(
        question=row.question,
        evidence=row.passage,
        answerable=row.answerable,
        kind="labelled",
        source=row.source,
        group=group_of(row.passage),
    )


def _unanswerable(rng: random.Random, row: ReadRow, spans: list[tuple[int, int]]) -> list[Pair]:
    """Pair the question with the sentences that look most like an answer."""
    asked = content_words(row.question)
    shared = [(len(asked & content_words(row.passage[s:e])) + rng.random(), n) for n, (s, e) in enumerate(spans)]
    best = [number for _, number in sorted(shared, reverse=True)[: 1 if row.multi_hop else 2]]
    pairs = [_pair(row, window(spans, n, rng.choice(WINDOW_SIZES)), "unanswerable") for n in best]
    return pairs if row.multi_hop else [_titled(rng, pair, row.passage) for pair in pairs]


def _answerable(rng: random.Random, row: ReadRow, corpus: Corpus, index: int) -> list[Pair]:
    spans = corpus.spans[index]
    answer = rng.choice(row.answers)
    held = [n for n, (s, e) in enumerate(spans) if s <= answer.start and answer.end <= e]
    if not held:
        return []
    size = 3 if row.source == "quoref_part" else rng.choice(WINDOW_SIZES)
    last = min(held[0] + (rng.randrange(size) if size > 1 and rng.random() < 0.4 else 0), len(spans) - 1)
    place = window(spans, last, size)
    plain = replace(
        _pair(row, place, "answer", answerable=True), start=answer.start - place.start, end=answer.end - place.start
    )
    positive = _titled(rng, plain, row.passage)
    alone = row.multi_hop or row.source in ("quoref_part", "hotpot_2wiki_sampled")
    if alone and len(content_words(row.question) & content_words(positive.evidence)) < 3:
        return []
    neighbours = [_titled(rng, pair, row.passage) for pair in _neighbours(rng, row, spans)]
    made = [positive, *neighbours, *_of_others(rng, row, corpus)]
    return made if alone else made + _moved(rng, positive, row, corpus)


def _titled(rng: random.Random, pair: Pair, passage: str) -> Pair:
    """Put what the passage is about before some of the evidence, as the title of an article stands there in use."""
    names = Counter(swaps.names_in(passage)).most_common(1)
    if not names or rng.random() > TITLED_SHARE:
        return pair
    title = names[0][0] + ". "
    shifted = None if pair.start is None else pair.start + len(title)
    end = None if pair.end is None else pair.end + len(title)
    return replace(pair, evidence=title + pair.evidence, start=shifted, end=end)


def _neighbours(rng: random.Random, row: ReadRow, spans: list[tuple[int, int]]) -> list[Pair]:
    """The other sentences of the passage that do not hold the answer, the likeliest looking first."""
    asked = content_words(row.question)
    texts = row.answer_texts()
    free = []
    for number in range(len(spans)):
        place = window(spans, number, rng.choice(WINDOW_SIZES))
        text = row.passage[place.start : place.end]
        if not holds(text, texts):
            free.append((len(asked & content_words(text)) + 2 * rng.random(), number, place))
    best = [place for _, _, place in sorted(free, key=lambda f: (-f[0], f[1]))[: rng.choice((1, 1, 2))]]
    return [_pair(row, place, "neighbour") for place in best]


def _of_others(rng: random.Random, row: ReadRow, corpus: Corpus) -> list[Pair]:
    pairs = []
    for index, number in corpus.lookalikes(rng, row, limit=rng.choice((0, 1))):
        place = window(corpus.spans[index], number, rng.choice(WINDOW_SIZES))
        text = corpus.rows[index].passage[place.start : place.end]
        if not holds(text, row.answer_texts()):
            pair = replace(_pair(row, window([(0, 1)], 0, 1), "lookalike"), evidence=text)
            pairs.append(_titled(rng, pair, corpus.rows[index].passage))
    return pairs


def _moved(rng: random.Random, positive: Pair, row: ReadRow, corpus: Corpus) -> list[Pair]:
    """The answer moved to the wrong question, by a change of one side; sometimes of both, which leaves it right."""
    pairs: list[Pair] = []
    answer = positive.evidence[positive.start : positive.end]
    near = [n for n in swaps.names_in(row.passage) if n not in positive.evidence and n not in answer]
    swap = swaps.find_swap(rng, row.question, positive.evidence, names=corpus.names, near=near, banned=answer)
    if swap is not None:
        pairs.append(_swapped(rng, positive, swap))
        if rng.random() < 0.35:
            pairs.extend(_both_swapped(positive, swap))
    if rng.random() < 0.6:
        other = row.passage if rng.random() < 0.7 else rng.choice(corpus.rows).question
        swap = swaps.find_word_swap(rng, row.question, positive.evidence, words=re.findall(r"\b[a-z]+\b", other))
        if swap is not None:
            asked = swaps.replace(row.question, swap)
            pairs.append(replace(positive, question=asked, answerable=False, start=None, end=None, kind="word"))
    if rng.random() < 0.2:
        pairs.extend(_cut_short(rng, positive))
    return pairs


def _swapped(rng: random.Random, positive: Pair, swap: swaps.Swap) -> Pair:
    if rng.random() < 0.5:
        question, evidence = swaps.replace(positive.question, swap), positive.evidence
    else:
        question, evidence = positive.question, swaps.replace(positive.evidence, swap)
    return replace(
        positive, question=question, evidence=evidence, answerable=False, start=None, end=None, kind="swapped"
    )


def _both_swapped(positive: Pair, swap: swaps.Swap) -> list[Pair]:
    text, start, end = positive.evidence, positive.start, positive.end
    assert start is not None
    assert end is not None
    before, answer, after = swaps.replace(text[:start], swap), text[start:end], swaps.replace(text[end:], swap)
    if swap.new in answer or answer in swap.new:
        return []
    return [
        replace(
            positive,
            question=swaps.replace(positive.question, swap),
            evidence=before + answer + after,
            start=len(before),
            end=len(before) + len(answer),
            kind="both_swapped",
        )
    ]


def _cut_short(rng: random.Random, positive: Pair) -> list[Pair]:
    """The evidence without its answer: cut off before it, or with the answer's words taken out."""
    assert positive.start is not None
    assert positive.end is not None
    before, after = positive.evidence[: positive.start], positive.evidence[positive.end :]
    text = before.rstrip(" ,;:(\"'“") if rng.random() < 0.5 else before.rstrip() + " " + after.lstrip()
    if len(text) < 40 or holds(text, (positive.evidence[positive.start : positive.end],)):
        return []
    return [replace(positive, evidence=text, answerable=False, start=None, end=None, kind="cut")]


def _pair(row: ReadRow, place: Window, kind: str, *, answerable: bool = False) -> Pair:
    return Pair(
        question=row.question,
        evidence=row.passage[place.start : place.end],
        answerable=answerable,
        kind=kind,
        source=row.source,
        group=group_of(row.passage),
    )


def holds(text: str, answers: Sequence[str]) -> bool:
    """Return whether one of the answers stands in a text as whole words."""
    low = text.lower()
    return any(re.search(rf"(?<!\w){re.escape(a.lower())}(?!\w)", low) for a in answers)


def is_held_out(group: int, percent: int = HELD_OUT_PERCENT) -> bool:
    """Return whether no run trains on the texts of a group."""
    return group % 100 < percent


def split(pairs: Sequence[P], *, held_out_percent: int) -> tuple[list[P], list[P]]:
    """Return training and held-out pairs; no passage is in both."""
    held = [pair for pair in pairs if is_held_out(pair.group, held_out_percent)]
    return [pair for pair in pairs if not is_held_out(pair.group, held_out_percent)], held
