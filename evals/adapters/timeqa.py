"""TimeQA, the questions that people wrote (BSD-3-Clause, Wikipedia text CC BY-SA): what held at a stated time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from evals.adapters.reading import rows_of
from evals.types import Case, Gold, Suite
from index import PassageInput

NOTE = (
    "Each question is asked of all paragraphs of its page. Questions without an annotated answer expect an abstention. "
    "The text is tokenised; answers are looked for in that spelling and in the usual one."
)
_BEFORE = re.compile(r" ([.,;:!?%)\]]|'s\b|n't\b)")
_AFTER = re.compile(r"([(\[$]) ")


def suite(data: Path) -> Suite:
    """Return one case a question; the questions on one page are one cluster."""
    cases = tuple(case for row in rows_of(data, "timeqa/human.jsonl") for case in _cases(row))
    return Suite(name="timeqa", description="time-scoped questions on biographies", note=NOTE, cases=cases)


def _cases(row: dict[str, Any]) -> Iterator[Case]:
    title = row["link"].rpartition("/")[2].replace("_", " ")
    passages = tuple(
        PassageInput(source=f"paragraph-{place}", text=text, title=title)
        for place, text in enumerate(row["paras"])
        if len(text.split()) > 3
    )
    kept = {passage.source for passage in passages}
    for number, (question, targets) in enumerate(row["questions"]):
        yield _case(f"{row['index']}-{number}", " ".join(question.split()), targets, passages, kept, row["link"])


def _case(
    identity: str,
    question: str,
    targets: Sequence[dict[str, Any]],
    passages: tuple[PassageInput, ...],
    kept: set[str],
    page: str,
) -> Case:
    answering = [target for target in targets if target.get("answer")]
    spellings = dict.fromkeys(word for target in answering for word in (target["answer"], usual(target["answer"])))
    sources = dict.fromkeys(f"paragraph-{target['para']}" for target in answering)
    return Case(
        id=identity,
        question=question,
        expect="answer" if answering else "abstain",
        answers=(tuple(spellings),) if answering else None,
        evidence=tuple(Gold(source=source) for source in sources if source in kept),
        passages=passages,
        tags=("answerable" if answering else "unanswerable",),
        cluster=page,
    )


def usual(text: str) -> str:
    """Return tokenised text in the usual spelling: "GMM Holding Co. , Ltd." becomes "GMM Holding Co., Ltd."."""
    return _AFTER.sub(r"\1", _BEFORE.sub(r"\1", text))
