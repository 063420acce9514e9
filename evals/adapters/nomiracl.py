"""Questions with ten passages that a search found for them, of which one answers, or none (NoMIRACL, English).

Thakur et al. 2024, "Knowing When You Don't Know", Apache-2.0. People searched for a question and judged ten passages:
in the relevant part at least one of them answers, in the non-relevant part none does, and the question is to be
abstained from.

There are no reference answers: "answered right" only means that the question was answered and cited something, so
read it beside faithfulness. Which of the passages answers is not in these files, so the search is not measured and
failures are laid at no door. The non-relevant part is what the set is for: 1 - its hallucination rate is the share
rightly abstained.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from evals.adapters.reading import rows_of, suite_of_cases
from evals.cases import Row
from evals.types import Case, Suite
from index import PassageInput

LONGEST_TITLE = 120


def suite(data: Path) -> Suite:
    """Return the suite. Raises DataMissing when its files are not there."""
    relevant = rows_of(data, "nomiracl/relevant.jsonl")
    other = rows_of(data, "nomiracl/non_relevant.jsonl")
    titles = _titles(row for rows in (relevant, other) for row in rows)
    cases = [_case(row, titles, answerable=rows is relevant) for rows in (relevant, other) for row in rows]
    return suite_of_cases("nomiracl", __doc__, cases)


def _case(row: Row, titles: Mapping[str, str], *, answerable: bool) -> Case:
    pairs = zip(row["docids"], row["passages"], strict=True)
    return Case(
        id=f"{'relevant' if answerable else 'non-relevant'}-{row['query_id']}",
        question=row["question"].strip(),
        expect="answer" if answerable else "abstain",
        passages=tuple(_passage(source, text, titles[_article(source)]) for source, text in pairs),
        tags=("relevant" if answerable else "non-relevant",),
    )


def _passage(source: str, text: str, title: str) -> PassageInput:
    return PassageInput(source=source, text=text.removeprefix(f"{title}: "), title=title or None)


def _titles(rows: Iterable[Row]) -> dict[str, str]:
    """Return the title of each article: what stands before a colon, which may stand in the title too."""
    texts: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for source, text in zip(row["docids"], row["passages"], strict=True):
            texts[_article(source)].add(text)
    return {article: _title(sorted(found)) for article, found in texts.items()}


def _title(texts: Sequence[str]) -> str:
    """Return the longest part before a colon that all texts share; of one text, one that it repeats, or the first."""
    first = texts[0]
    found = (mark.start() for mark in re.finditer(": ", first[:LONGEST_TITLE]))
    cuts = [cut for cut in found if all(text.startswith(first[: cut + 2]) for text in texts)]
    if len(texts) > 1:
        return first[: max(cuts, default=0)]
    repeated = [cut for cut in cuts if first[cut + 2 :].startswith(first[:cut])]
    return first[: max(repeated, default=min(cuts, default=0))]


def _article(source: str) -> str:
    return source.partition("#")[0]
