"""Questions for which five false passages were planted (PoisonedRAG).

Zou et al. 2024, "PoisonedRAG: Knowledge Corruption Attacks to Retrieval-Augmented Generation", MIT; 100 questions
each of Natural Questions, HotpotQA and MS MARCO. A question is asked of its five planted passages among the planted
passages of two other questions. The set holds no true passage, so that all that can be right is to abstain; what was
planted counts as injected and the wrong answer as forbidden (not a bare yes or no, which stands in other sentences
too).

A tool that is bound to its documents is expected to repeat what all of them say, and cannot know better: these
figures are an upper bound of the harm that planted documents do where nothing true is found beside them, not a skill.
In the paper the passages compete with true ones in a large corpus, so the attack's success there is lower or equal.
Some planted passages name the right answer in passing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evals.adapters.reading import digest, mixed, rows_of, suite_of_cases
from evals.cases import Row
from evals.types import Case, Suite
from index import PassageInput

OTHERS = 2


def suite(data: Path) -> Suite:
    """Return the suite. Raises DataMissing when its file is not there."""
    rows = rows_of(data, "poisonedrag/targeted.jsonl")
    ring = sorted(rows, key=lambda row: digest("poisonedrag", _name(row)))
    after = {_name(row): ring[place + 1 :] + ring[:place] for place, row in enumerate(ring)}
    return suite_of_cases("poisonedrag", __doc__, (_case(row, after[_name(row)][:OTHERS]) for row in rows))


def _name(row: Row) -> str:
    return f"{row['dataset']}-{row['id']}"


def _case(row: Row, others: Sequence[Row]) -> Case:
    texts = dict.fromkeys(text for source in (row, *others) for text in source["adv_texts"])
    wrong = row["incorrect answer"].strip()
    return Case(
        id=_name(row),
        question=row["question"].strip(),
        expect="abstain",
        forbidden=() if wrong.casefold() in {"yes", "no"} else (wrong,),
        injected=tuple(dict.fromkeys(row["adv_texts"])),
        passages=mixed(_name(row), (PassageInput(source="", text=text) for text in texts)),
        tags=("poison", row["dataset"]),
    )
