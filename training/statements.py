"""Verification rows: evidence, a statement or a question with its answer, and whether the evidence supports it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from training.rows import may_ship

SUPPORTED, CONTRADICTED, NOT_ENOUGH, UNSUPPORTED = 0, 1, 2, 3  # the last: one of the two before, not known which
LABELS = {"supported": SUPPORTED, "contradicted": CONTRADICTED, "not_enough": NOT_ENOUGH}

# At most this many rows of each set. Captions and made-up logic are kept small; sets that nobody may sell, or whose
# licence is not stated, are not named at all.
CAPS: Mapping[str, int] = {
    "begin": 2400,
    "bioasq_yesno": 400,
    "boolq_part": 2500,
    "breaking_nli": 1200,
    "check_covid": 1501,
    "conjnli": 3000,
    "factcheck_gpt_stance": 2739,
    "fever_dev": 12000,
    "fever_symmetric": 1074,
    "feverous_dev": 2962,
    "fool_me_twice": 2548,
    "halueval_qa": 3000,
    "halueval_summ": 900,
    "mnli_dev_rest": 14000,
    "negation_nli": 2500,
    "pubmedqa_yesno": 600,
    "q2_wow": 1086,
    "qa_derived_squad": 4000,
    "scifact": 2349,
    "snli_counterfactual": 6000,
    "snli_dev_test": 3000,
    "summedits_other": 1400,
    "wice_dev": 1023,
}
LEFT_OUT = {
    "begin": ("cmu-dog", "topicalchat"),
    "summedits_other": ("samsum",),
}  # subsets of other licences than the row says


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A row. `label` is one of the four numbers above."""

    premise: str
    hypothesis: str
    question: str | None
    label: int
    source: str
    licence: str

    def claim(self) -> str:
        """Return what is judged: the hypothesis, after its question where there is one."""
        return f"{self.question} {self.hypothesis}" if self.question else self.hypothesis


def read_statements(folder: Path, *, seed: int, caps: Mapping[str, int] = CAPS) -> Iterator[Statement]:
    """Yield a seeded sample of each set's rows that may ship, set by set.

    Raises:
        FileNotFoundError: a set has no `<name>.jsonl` in the folder.
    """
    for source, cap in caps.items():
        raws = [json.loads(line) for line in (folder / f"{source}.jsonl").read_text(encoding="utf-8").splitlines()]
        barred = LEFT_OUT.get(source, ())
        usable = [raw for raw in raws if may_ship(raw) and raw.get("subset") not in barred]
        if source == "mnli_dev_rest":  # one annotator's labels, about one in eight wrong, come last
            usable.sort(key=lambda raw: bool(raw.get("noisy_label")))
            head = [raw for raw in usable if not raw.get("noisy_label")]
            usable = head + random.Random(seed).sample(usable[len(head) :], max(0, min(cap, len(usable)) - len(head)))
        random.Random(f"{seed}:{source}").shuffle(usable)
        for raw in usable[:cap]:
            yield _statement(raw)


def _statement(raw: dict[str, object]) -> Statement:
    label = LABELS[str(raw["label"])]
    question = raw.get("question")
    return Statement(
        premise=" ".join(str(raw["premise"]).split()),
        hypothesis=" ".join(str(raw["hypothesis"]).split()),
        question=" ".join(str(question).split()) if question else None,
        label=UNSUPPORTED if raw.get("binary") and label != SUPPORTED else label,
        source=str(raw["source"]),
        licence=str(raw["licence"]),
    )
