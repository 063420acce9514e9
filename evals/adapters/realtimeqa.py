"""Weekly news questions with the dated articles that a search found for them (RealTime QA).

Kasai et al. 2023, "RealTime QA: What's the Answer Right Now?". The repository has no licence, and the articles are
third-party news texts: for local evaluation only. A question is asked as of its own day, of the articles found for
it, of which none is evidence that was published later. It is to be answered where the answer stands verbatim in an
article of that day or before ("verbatim"), else to be abstained from: because it stands in later articles only
("later-only"), or in none ("answer-not-verbatim"). Questions for which nothing was found are left out. Questions of
one week are one cluster.

The abstentions are noisy: an article may give the answer in other words, and answering from it counts as wrong; and
the answer's word may stand in an article that is about something else, where answering would be a guess. Read the
figures of "answer-not-verbatim" as a lower bound, and do not mix them with the rest. Questions were quizzes with four
choices, which are not shown here: scores are far below those of multiple choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from evals.adapters.reading import day_of, rows_of, spellings, suite_of_cases
from evals.cases import Row
from evals.types import Case, Gold, Suite
from index import PassageInput


def suite(data: Path) -> Suite:
    """Return the suite. Raises DataMissing when its files are not there."""
    articles = {row["doc_id"]: _passage(row) for row in rows_of(data, "realtimeqa/corpus.jsonl")}
    rows = rows_of(data, "realtimeqa/questions.jsonl")
    return suite_of_cases("realtimeqa", __doc__, (_case(row, articles) for row in rows if row["search_doc_ids"]))


def _passage(row: Row) -> PassageInput:
    published = row["publish_date"]
    date = day_of(published) if published else None
    return PassageInput(source=row["doc_id"], text=row["text"], title=row["title"] or None, date=date)


def _case(row: Row, articles: Mapping[str, PassageInput]) -> Case:
    asked = day_of(row["question_date"])
    holding = [articles[name] for name in row["docs_containing_answer"]]
    known = [article for article in holding if article.date is None or article.date <= asked]
    return Case(
        id=row["question_id"],
        question=row["question"].strip(),
        expect="answer" if known else "abstain",
        answers=(spellings(*row["answer"]),) if known else None,
        as_of=asked,
        evidence=tuple(Gold(source=article.source) for article in known),
        passages=_passages(row["search_doc_ids"], articles),
        tags=("verbatim" if known else "later-only" if holding else "answer-not-verbatim",),
        cluster=asked.isoformat(),
    )


def _passages(names: Iterable[str], articles: Mapping[str, PassageInput]) -> tuple[PassageInput, ...]:
    return tuple(articles[name] for name in dict.fromkeys(names))
