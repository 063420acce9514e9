"""Pairs of a claim and the evidence that is to support it, with the words of the claim that nothing supports.

Real rows come first; from the supported ones follow statements with one thing changed, evidence without the sentence
that carries them, and evidence of a lookalike. Sentences of plain passages give claims of their own, told a little
differently, and questions with the right answer or a wrong one.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from qa.verify.windows import WORDS, covering
from training.defects import Around, around, defect_of
from training.fusions import fused
from training.pairs import group_of
from training.rows import ReadRow
from training.statements import NOT_ENOUGH, SUPPORTED, UNSUPPORTED, Statement
from training.swaps import names_in
from training.windows import content_words, sentence_spans

CHANGED_SHARE = 0.75  # of the supported rows become a changed statement as well
DISTRACTED_SHARE = 0.2  # of them lose the sentence that carries them
LOOKALIKE_SHARE = 0.12  # of them are put beside the evidence of a lookalike
LONG_SOURCES = ("halueval_summ", "wice_dev", "summedits_other", "begin", "factcheck_gpt_stance", "scifact")
TWINS = 0.7  # two statements of one premise are twins from this likeness on


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPair:
    claim: str
    evidence: str
    label: int  # of training.statements
    faults: tuple[tuple[int, int], ...] | None  # places in the claim that nothing supports; None: not known
    kind: str
    source: str
    group: int  # pairs of one premise share it


def pairs_of_statements(rows: Sequence[Statement], *, seed: int) -> Iterator[ClaimPair]:
    """Yield the pairs of real rows and what is made of the supported ones, in row order."""
    names = [name for row in rows for name in names_in(row.hypothesis)]
    twins = _twins(rows)
    lookalikes = _Lookalikes(rows)
    for number, row in enumerate(rows):
        rng = random.Random(f"{seed}:{number}:{row.hypothesis}")
        for claim in _sentences(row):
            pair = _real(row, claim, twins.get(number))
            yield pair
            if row.label != SUPPORTED:
                continue
            place = around(row.premise, names)
            if rng.random() < CHANGED_SHARE:
                yield from _changed(rng, pair, place, row)
            if rng.random() < DISTRACTED_SHARE:
                yield from _without(pair, row.premise)
            if rng.random() < LOOKALIKE_SHARE:
                yield from _beside(rng, pair, row, lookalikes)


def _sentences(row: Statement) -> list[str]:
    """Return the row's claims: each sentence where the row is a supported summary, else the whole."""
    if row.label == SUPPORTED and row.question is None and len(row.hypothesis.split()) > 22:
        parts = [row.hypothesis[s:e] for s, e in sentence_spans(row.hypothesis)]
        return [part for part in parts if len(part.split()) > 3] or [row.hypothesis]
    return [row.claim()]


def _real(row: Statement, claim: str, faults: tuple[tuple[int, int], ...] | None) -> ClaimPair:
    known = () if row.label == SUPPORTED else faults
    if known and len(claim.split()) > 40:  # of a long changed summary only the changed sentence is a claim
        for start, end in sentence_spans(claim):
            inside = tuple((s - start, e - start) for s, e in known if start <= s and e <= end)
            if inside:
                claim, known = claim[start:end], inside
                break
    return ClaimPair(
        claim=claim,
        evidence=covering(claim, row.premise),
        label=row.label,
        faults=known,
        kind="real",
        source=row.source,
        group=group_of(row.premise),
    )


def _twins(rows: Sequence[Statement]) -> dict[int, tuple[tuple[int, int], ...]]:
    """Return, by row number, where an unsupported statement differs from a supported one of the same premise."""
    supported: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.label == SUPPORTED and row.question is None:
            supported[row.premise].append(row.hypothesis)
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for number, row in enumerate(rows):
        if row.label == SUPPORTED or row.question is not None:
            continue
        nearest = max(supported[row.premise], key=lambda other: _likeness(row.hypothesis, other), default=None)
        if nearest is not None and _likeness(row.hypothesis, nearest) >= TWINS:
            places = differences(row.hypothesis, nearest)
            if places:
                found[number] = places
    return found


def _likeness(left: str, right: str) -> float:
    return SequenceMatcher(None, left.split(), right.split(), autojunk=False).ratio()


def differences(text: str, other: str) -> tuple[tuple[int, int], ...]:
    """Return the places in `text` of the words that `other` does not have there; of words left out, the next word."""
    places = [(m.start(), m.end()) for m in re.finditer(r"\S+", text)]
    matcher = SequenceMatcher(
        None,
        [text[s:e].lower().strip(".,") for s, e in places],
        [w.lower().strip(".,") for w in other.split()],
        autojunk=False,
    )
    found = []
    for tag, first, last, _, _ in matcher.get_opcodes():
        if tag == "equal" or not places:
            continue
        last = max(last, first + 1)
        if first < len(places):
            found.append((places[first][0], places[min(last, len(places)) - 1][1]))
    return tuple(found)


def _changed(rng: random.Random, pair: ClaimPair, place: Around, row: Statement) -> Iterator[ClaimPair]:
    made = defect_of(rng, pair.claim, place)
    if made is None or (row.question and made.start < len(row.question) and rng.random() < 0.5):
        return
    yield replace(
        pair, claim=made.text, evidence=covering(made.text, row.premise), label=made.label,
        faults=((made.start, made.end),), kind=made.kind,
    )  # fmt: skip
    if made.kind in ("name", "number", "date") and rng.random() < 0.2:
        # The same change on both sides leaves it true, so that an odd name or number is no sign by itself.
        old, new = (
            pair.claim[made.start : len(pair.claim) - (len(made.text) - made.end)],
            made.text[made.start : made.end],
        )
        both = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, pair.evidence)
        if old and both != pair.evidence and new not in pair.evidence:
            yield replace(pair, claim=made.text, evidence=both, faults=(), kind="both")


def _without(pair: ClaimPair, premise: str) -> Iterator[ClaimPair]:
    """The evidence without the sentence that shares most with the claim."""
    spans = sentence_spans(premise)
    if len(spans) < 2:
        return
    asked = content_words(pair.claim)
    shared = [len(asked & content_words(premise[s:e])) for s, e in spans]
    best = max(shared)
    if best < 2 or sum(s >= 0.7 * best for s in shared) > 1:
        return  # another sentence may carry it as well
    rest = " ".join(premise[s:e] for (s, e), share in zip(spans, shared, strict=True) if share != best)
    yield replace(pair, evidence=covering(pair.claim, rest), label=NOT_ENOUGH, faults=None, kind="without")


class _Lookalikes:
    """Premises by their rare words."""

    def __init__(self, rows: Sequence[Statement]) -> None:
        self._rows = rows
        self._postings: dict[str, list[int]] = defaultdict(list)
        seen: set[str] = set()
        for number, row in enumerate(rows):
            if row.premise not in seen and row.source not in ("snli_dev_test", "snli_counterfactual", "mnli_dev_rest"):
                seen.add(row.premise)
                for word in content_words(row.premise):
                    self._postings[word].append(number)

    def of(self, rng: random.Random, row: Statement) -> str | None:
        words = sorted(content_words(row.hypothesis) & self._postings.keys(), key=lambda w: (len(self._postings[w]), w))
        scores: Counter[int] = Counter()
        for word in words[:6]:
            found = self._postings[word]
            scores.update(found if len(found) <= 100 else rng.sample(found, 100))
        others = [n for n, shared in scores.most_common(8) if shared > 1 and self._rows[n].premise != row.premise]
        return self._rows[rng.choice(others[:3])].premise if others else None


def _beside(rng: random.Random, pair: ClaimPair, row: Statement, lookalikes: _Lookalikes) -> Iterator[ClaimPair]:
    other = lookalikes.of(rng, row)
    if other is not None and len(content_words(pair.claim) - content_words(other)) > 1:
        yield replace(pair, evidence=covering(pair.claim, other), label=NOT_ENOUGH, faults=None, kind="lookalike")


def pairs_of_passages(rows: Iterable[ReadRow], *, seed: int, limit: int) -> Iterator[ClaimPair]:
    """Yield claims from the sentences of passages, told a little differently, true and changed; and answers to questions."""
    listed = [row for row in rows if row.passage.count(" ") > 40]
    random.Random(seed).shuffle(listed)
    names = [name for row in listed[:4000] for name in names_in(row.passage)]
    others = [row.passage[s:e] for row in listed[:2000] for s, e in sentence_spans(row.passage)]
    made = 0
    for number, row in enumerate(listed):
        rng = random.Random(f"{seed}:p{number}:{row.question}")
        place = around(row.passage, names)
        for pair in [*_told(rng, row, place), *_fused(rng, row, others), *_answers(rng, row)]:
            yield pair
            made += 1
        if made >= limit:
            return


def _told(rng: random.Random, row: ReadRow, place: Around) -> Iterator[ClaimPair]:
    spans = [(s, e) for s, e in sentence_spans(row.passage) if 7 <= len(row.passage[s:e].split()) <= 38]
    if not spans:
        return
    start, end = rng.choice(spans)
    claim = retold(rng, row.passage[start:end])
    if len(claim.split()) < 5:
        return
    evidence = covering(claim, row.passage, words=rng.choice((40, 70, WORDS)))
    true = ClaimPair(
        claim=claim, evidence=evidence, label=SUPPORTED, faults=(), kind="told", source=row.source,
        group=group_of(row.passage),
    )  # fmt: skip
    if rng.random() < 0.45:
        yield true
    made = defect_of(rng, claim, place)
    if made is not None:
        yield replace(true, claim=made.text, label=made.label, faults=((made.start, made.end),), kind=made.kind)
    if rng.random() < 0.2:
        rest = row.passage[:start] + row.passage[end:]
        yield replace(true, evidence=covering(claim, rest), label=NOT_ENOUGH, faults=None, kind="without")


FUSED_SHARE = {"resolved": 0.8, "described": 0.8, "joined": 0.5, "tail": 0.4, "subject": 0.4, "added": 0.2}


def _fused(rng: random.Random, row: ReadRow, others: Sequence[str]) -> Iterator[ClaimPair]:
    """Claims that join what stands in two places, with the evidence that covers them."""
    sentences = [row.passage[s:e] for s, e in sentence_spans(row.passage)]
    for made in fused(rng, sentences, rng.sample(others, min(6, len(others)))):
        if rng.random() < FUSED_SHARE[made.kind] and 4 <= len(made.text.split()) <= 45:
            yield ClaimPair(
                claim=made.text,
                evidence=covering(made.text, row.passage),
                label=made.label,
                faults=((made.start, made.end),) if made.end > made.start else (),
                kind=made.kind,
                source=row.source,
                group=group_of(row.passage),
            )


def premises_as_passages(rows: Iterable[Statement], *, sources: Sequence[str] = LONG_SOURCES) -> list[ReadRow]:
    """Return each long premise of the sets named, twice, as a passage without a question: news and pages of the web."""
    seen = {row.premise: row for row in rows if row.source in sources and row.premise.count(" ") > 60}
    return [
        ReadRow(question=f"{row.source} {turn}", passage=premise, answers=(), answerable=False, source=row.source,
                licence=row.licence)
        for turn in range(2) for premise, row in seen.items()
    ]  # fmt: skip


def retold(rng: random.Random, sentence: str) -> str:
    """Return the sentence said a little differently: brackets and asides dropped, the opening phrase moved, a tail cut."""
    text = re.sub(r"\s*[(\[][^)\]]*[)\]]", "", sentence)
    if rng.random() < 0.6:
        text = re.sub(
            r", (?:who|which|whose|where|including|such as|also known as|called)\b[^,.;]{3,80}(?=,|\.$)", "", text
        ).replace(",,", ",")
    opening = re.match(
        r"((?:In|On|At|During|After|Before|By|Since|Under|With|For|According to) [^,]{3,50}), (.+?)([.!?]?)$", text
    )
    if opening and rng.random() < 0.5:
        phrase, rest, stop = opening.groups()
        text = f"{rest[0].upper()}{rest[1:]} {phrase[0].lower()}{phrase[1:]}{stop}"
    tail = re.search(r"(?:;|, (?:and|but|while|although|because|so)) .{15,}$", text)
    if tail and tail.start() > 35 and rng.random() < 0.5:
        text = text[: tail.start()] + "."
    for old, new in _SAME:
        if rng.random() < 0.5:
            text = re.sub(rf"\b{old}\b", new, text)
    return " ".join(text.split())


_SAME = [
    ("however, ", ""), ("also ", ""), ("a number of", "several"), ("began", "started"), ("approximately", "about"),
    ("located in", "in"), ("prior to", "before"), ("purchased", "bought"), ("attempted", "tried"), ("large", "big"),
    ("is not", "isn't"), ("was not", "wasn't"), ("did not", "didn't"), ("per cent", "percent"), ("people", "persons"),
    ("United States", "US"), ("assist", "help"), ("obtain", "get"), ("received", "got"), ("created", "made"),
    ("primarily", "mainly"), ("numerous", "many"), ("commenced", "began"), ("died", "passed away"), ("said", "stated"),
    ("although", "though"), ("nearly", "almost"), ("children", "kids"), ("job", "work"), ("ended", "finished"),
]  # fmt: skip

_KINDS = {
    "number": re.compile(r"(?<![\w.,])\$?\d[\d,]*(?:\.\d+)?%?(?!\w)"),
    "year": re.compile(r"\b(?:1[0-9]|20)\d\d\b"),
}


def _answers(rng: random.Random, row: ReadRow) -> Iterator[ClaimPair]:
    """A question with its answer, or with another thing of the same kind from the passage."""
    if not row.answers or row.multi_hop or rng.random() > 0.6:
        return
    answer = rng.choice(row.answer_texts())
    wrong = [
        w for w in _rivals(answer, row.passage) if w.lower() not in answer.lower() and answer.lower() not in w.lower()
    ]
    given = answer if not wrong or rng.random() < 0.4 else rng.choice(wrong)
    claim, start = _answered(rng, row.question, given)
    right = given == answer
    yield ClaimPair(
        claim=claim,
        evidence=covering(f"{row.question} {answer}", row.passage),
        label=SUPPORTED if right else UNSUPPORTED,
        faults=() if right else ((start, start + len(given)),),
        kind="answer" if right else "wrong answer",
        source=row.source,
        group=group_of(row.passage),
    )


def _rivals(answer: str, passage: str) -> list[str]:
    if _KINDS["year"].fullmatch(answer):
        return _KINDS["year"].findall(passage)
    if re.search(r"\d", answer):
        return [m.group() for m in _KINDS["number"].finditer(passage)]
    if answer[:1].isupper():
        return names_in(passage)
    return []


def _answered(rng: random.Random, question: str, answer: str) -> tuple[str, int]:
    """Return question and answer as one claim, and where the answer begins: a statement where that is easy."""
    subject = re.match(
        r"(Who|What|Which [a-z]+(?: [a-z]+)?) ((?!do\b|does\b|did\b)[a-z]+ed|is|are|was|were|has|had|won|wrote|led|made)\b (.+?)\??$",
        question,
    )
    if subject and not re.search(r"\b(?:do|does|did)\b", question) and rng.random() < 0.7:
        text = f"{answer[0].upper()}{answer[1:]} {subject[2]} {subject[3]}."
        return text, 0
    return f"{question} {answer}", len(question) + 1
