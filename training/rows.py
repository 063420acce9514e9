"""Reading rows: a question, a passage, and where the passage answers it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# Research-only by their licence although only some of them carry the flag.
LEFT_OUT = frozenset({"policyqa_part", "subjqa", "trecqa", "wikiqa"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSpan:
    """The answer's words: passage[start:end]."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    question: str
    passage: str
    answers: tuple[AnswerSpan, ...]  # empty: unanswerable, or answerable with unknown span
    answerable: bool
    source: str
    licence: str
    multi_hop: bool = False

    def answer_texts(self) -> tuple[str, ...]:
        return tuple(self.passage[a.start : a.end] for a in self.answers)


def may_ship(raw: dict[str, object]) -> bool:
    """Say whether weights trained on the row may ship: neither non-commercial nor of unclear licence."""
    if raw.get("non_commercial") or raw.get("licence_unclear"):
        return False
    licence = str(raw["licence"]).lower()
    return raw["source"] not in LEFT_OUT and "research-only" not in licence and "unspecified" not in licence


def read_rows(folder: Path, *, sources: Iterable[str]) -> Iterator[ReadRow]:
    """Yield the rows of the named sources that may ship, in file order.

    Raises:
        FileNotFoundError: a source has no `<source>.jsonl` in the folder.
    """
    for source in sources:
        with (folder / f"{source}.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                raw = json.loads(line)
                # `multi`: the answer's words occur several times and the offset may be of the wrong one.
                if may_ship(raw) and not raw.get("multi"):
                    yield _row(raw)


def _row(raw: dict[str, object]) -> ReadRow:
    spans = tuple(_span(str(raw["passage"]), answer) for answer in raw["answers"])  # type: ignore[attr-defined]
    return ReadRow(
        question=" ".join(str(raw["question"]).split()),
        passage=str(raw["passage"]),
        answers=spans,
        answerable=bool(raw["answerable"]),
        source=str(raw["source"]),
        licence=str(raw["licence"]),
        multi_hop=bool(raw.get("multi_hop")),
    )


def _span(passage: str, answer: dict[str, object]) -> AnswerSpan:
    start = int(answer["start"])  # type: ignore[call-overload]
    text = str(answer["text"])
    if passage[start : start + len(text)] != text:
        raise ValueError(f"the answer {text!r} does not stand at {start} of its passage; mend the row or leave it out")
    return AnswerSpan(start=start, end=start + len(text))
