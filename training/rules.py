"""Fit the logistic that turns the rules' coverage and failures into a probability.

    python -m training.rules --data ../shared/train/verify

Prints the three weights that stand in `qa/verify/rules.py`, and the area under the curve of each set. Rows that may not
be used commercially, or whose licence is unclear, are left out.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

from qa.types import Evidence
from qa.verify.rules import RULES, Source, coverage

SETS = [
    "fever_dev",
    "feverous_dev",
    "fool_me_twice",
    "scifact",
    "check_covid",
    "snli_counterfactual",
    "mnli_dev_rest",
    "qa_derived_squad",
    "factcheck_gpt_stance",
    "wice_dev",
    "summedits_other",
]
MAX_PREMISE_CHARACTERS = 6000


def features(claim: str, premise: str) -> list[float]:
    """Return (coverage in [0, 1], number of failed rules)."""
    whole = Evidence(
        number=1,
        document_id=0,
        article_id=0,
        source="premise",
        article=None,
        date=None,
        text=premise,
        start=0,
        end=len(premise),
    )
    source = Source.of([whole])
    return [coverage(claim, source), float(sum(rule(claim, source) is not None for rule in RULES))]


def rows_of(path: Path, *, limit: int, rng: random.Random) -> list[dict[str, Any]]:
    """Return a seeded sample of the rows of a set that may be used."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    usable = [row for row in rows if not row.get("non_commercial") and not row.get("licence_unclear")]
    rng.shuffle(usable)
    return [row for row in usable if len(row["premise"]) <= MAX_PREMISE_CHARACTERS][:limit]


def main() -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=250, help="rows of each set")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    samples = {name: rows_of(arguments.data / f"{name}.jsonl", limit=arguments.limit, rng=rng) for name in SETS}
    seen = {name: [features(row["hypothesis"], row["premise"]) for row in rows] for name, rows in samples.items()}
    labels = {name: [row["label"] == "supported" for row in rows] for name, rows in samples.items()}
    model = LogisticRegression(C=100).fit(
        [f for name in SETS for f in seen[name]], [y for name in SETS for y in labels[name]]
    )
    print(
        f"n={sum(map(len, labels.values()))} intercept={model.intercept_[0]:.2f} coverage, failure={model.coef_[0].round(2)}"
    )
    for name in SETS:
        if len(set(labels[name])) == 2:
            print(
                f"{name:24s} n={len(labels[name])} AUC={roc_auc_score(labels[name], model.predict_proba(seen[name])[:, 1]):.2f}"
            )


if __name__ == "__main__":
    main()
