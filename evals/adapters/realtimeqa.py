"""RealTime QA: dated news questions with the articles that a search engine found on the day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.adapters.reading import rows_of
from evals.types import Case, Gold, Suite
from index import PassageInput

NOTE = (
    "Whether the documents answer is known only by whether the answer stands in them word for word: cases tagged answer-not-verbatim expect "
    "an abstention, but some of their documents give the answer in other words. News text without a licence: for local evaluation alone."
)


def suite(data: Path) -> Suite:
    """Return one case a question that has documents, asked of them as of the question's day; a day is one cluster."""
    documents = {row["doc_id"]: row for row in rows_of(data, "realtimeqa/corpus.jsonl")}
    rows = rows_of(data, "realtimeqa/questions.jsonl")
    cases = tuple(_case(row, documents) for row in rows if any(name in documents for name in row["search_doc_ids"]))
    return Suite(name="realtimeqa", description="dated news questions", note=NOTE, cases=cases)


def _case(row: dict[str, Any], documents: Mapping[str, dict[str, Any]]) -> Case:
    found = [documents[name] for name in dict.fromkeys(row["search_doc_ids"]) if name in documents]
    answering = [name for name in row["docs_containing_answer"] if any(d["doc_id"] == name for d in found)]
    return Case(
        id=row["question_id"],
        question=row["question"],
        expect="answer" if answering else "abstain",
        answers=(tuple(map(str, row["answer"])),) if answering else None,
        as_of=_day(row["question_date"]),
        evidence=tuple(Gold(source=name) for name in answering),
        passages=tuple(_passage(document) for document in found),
        tags=("answer-verbatim" if answering else "answer-not-verbatim",),
        cluster=row["question_date"],
    )


def _passage(row: dict[str, Any]) -> PassageInput:
    day = _day(row["publish_date"]) if row["publish_date"] else None
    return PassageInput(source=row["doc_id"], text=row["text"], title=row["title"] or None, date=day)


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text.strip()[:10].replace("/", "-"))
