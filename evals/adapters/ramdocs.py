"""Ambiguous questions with documents that are right, wrong or beside the point (RAMDocs).

Wang et al. 2025, "Retrieval-Augmented Generation with Conflicting Evidence", MIT. The documents of a question are its
passages, in a fixed order under names that tell nothing. As in the paper, the answer must say every right answer (a
name may be that of several people) and none of the wrong ones. Where there are several right answers, a conflict that
names all of them is right too. Wrong answers that are words of a right one are not forbidden, and the few questions
without any right document are left out.

With one right answer and a document that says otherwise, only stating the right answer alone counts, as in the paper.
Nothing in the documents tells right from wrong there except how many say it, so that a tool which reports both sides
with their sources is marked wrong for it: look at the tag "one-answer-and-misinformation" before reading the whole
figure. Right answers were taken from Wikipedia's lists and do not always stand in the documents in the same words.
"""

from __future__ import annotations

from pathlib import Path

from evals.adapters.reading import mixed, rows_of, sources_of, spellings, suite_of_cases
from evals.cases import Row
from evals.matching import says
from evals.types import Case, Gold, Suite
from index import PassageInput


def suite(data: Path) -> Suite:
    """Return the suite. Raises DataMissing when its file is not there."""
    rows = enumerate(rows_of(data, "ramdocs/questions.jsonl"), 1)
    return suite_of_cases("ramdocs", __doc__, (_case(row, number) for number, row in rows if _right_texts(row)))


def _case(row: Row, number: int) -> Case:
    name = f"ramdocs-{number:03d}"
    texts = dict.fromkeys(document["text"] for document in row["documents"])
    passages = mixed(name, (PassageInput(source="", text=text) for text in texts))
    answers = tuple(_group(row, gold) for gold in dict.fromkeys(row["gold_answers"]))
    return Case(
        id=name,
        question=row["question"].strip(),
        expect="answer or conflict" if len(answers) > 1 else "answer",
        answers=answers,
        evidence=tuple(Gold(source=source) for source in sources_of(_right_texts(row), passages)),
        forbidden=tuple(wrong for wrong in dict.fromkeys(row["wrong_answers"]) if not _in_one(wrong, answers)),
        passages=passages,
        tags=_tags(row, len(answers)),
    )


def _right_texts(row: Row) -> list[str]:
    return [document["text"] for document in row["documents"] if document["type"] == "correct"]


def _group(row: Row, gold: str) -> tuple[str, ...]:
    """Return the spellings of a right answer, also those that the right documents are labelled with."""
    labels = [document["answer"] for document in row["documents"] if document["type"] == "correct"]
    return spellings(gold, *(label for label in labels if label.strip().casefold() == gold.strip().casefold()))


def _in_one(wrong: str, answers: tuple[tuple[str, ...], ...]) -> bool:
    return any(says(spelling, wrong) for group in answers for spelling in group)


def _tags(row: Row, right: int) -> tuple[str, ...]:
    kinds = {document["type"] for document in row["documents"]}
    several = "several-answers" if right > 1 else "one-answer"
    mixture = f"{several}-and-misinformation" if "misinfo" in kinds else several
    return (mixture, *(("noise",) if "noise" in kinds else ()))
