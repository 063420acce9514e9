"""What the language model's own likelihoods say of its answers, beside the reader's confidence.

    python benchmarks/writer.py squad2 --data DATA --limit 40

For each question of a suite the model writes its draft as in use. Then the same model is made to write the refusal,
and the draft once more without any evidence; the mean log-likelihood of each is a signal. Printed: the area under the
curve of every signal for "this question is to be answered and the draft holds the answer" against all others, with its
95 % bootstrap interval, the same for each pair with the confidence (mean of ranks), and the seconds that each costs.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from evals.matching import says
from evals.suites import chosen, open_suite
from evals.types import Case
from index import Index
from qa import Assistant
from qa.analysis import analyse
from qa.engine import Prompt, open_model
from qa.evidence import as_evidence, select
from qa.prompt import REFUSAL, grammar_for, prompt_for
from qa.types import Turn
from training.evaluate import auc_of, interval

NOTHING_WRITTEN = -9.0  # the signal of a draft that answers nothing
ALONE = "Answer the question in one short sentence."


def likelihood(model: Any, prompt: Prompt, grammar: str) -> tuple[str, list[float]]:
    """Return what is written under a grammar and the log-likelihood of each of its tokens, the grammar left aside."""
    request = model._request(model._tokens(prompt), max_tokens=96, grammar=grammar)
    answer = model._post("/completion", {**request, "stream": False, "n_probs": 1})
    tokens = answer.get("completion_probabilities") or []
    return answer["content"], [token["logprob"] for token in tokens]


def literal(text: str) -> str:
    return "root ::= " + json.dumps(text.strip(), ensure_ascii=False)


def signals(assistant: Assistant, case: Case) -> dict[str, float] | None:
    """Return the signals of one question and whether it was answered right; None where there is no evidence."""
    ranked = assistant.rank(case.question)
    model: Any = assistant.model
    evidence = as_evidence(select(ranked, assistant.settings, count_tokens=model.count_tokens))
    if not evidence:
        return None
    prompt = prompt_for(analyse(case.question).text, evidence)
    began = time.perf_counter()
    draft, own = likelihood(model, prompt, grammar_for(evidence, max_claims=1))
    drafted = time.perf_counter()
    _, refused = likelihood(model, prompt, literal(REFUSAL))
    after_refusal = time.perf_counter()
    alone = Prompt(system=ALONE, turns=(Turn(role="user", content=case.question),))
    _, unaided = likelihood(model, alone, literal(draft.split("[")[0]))
    ended = time.perf_counter()
    answered = draft.strip() != REFUSAL
    right = case.expect != "abstain" and any(says(draft, s) for group in case.answers or () for s in group)
    return {
        "right": float(answered and right),
        "confidence": ranked[0].confidence,
        "reader": ranked[0].probability,
        "draft": float(np.mean(own)) if answered and own else NOTHING_WRITTEN,
        "worst token": float(min(own)) if answered and own else NOTHING_WRITTEN,
        "not refused": -float(np.sum(refused)),
        "evidence over none": float(np.mean(own) - np.mean(unaided))
        if answered and own and unaided
        else NOTHING_WRITTEN,
        "seconds draft": drafted - began,
        "seconds refusal": after_refusal - drafted,
        "seconds without": ended - after_refusal,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--model", help="as for `onrecord ask`")
    parser.add_argument("--rows", type=Path, help="a file to add the signals of each question to, as they come")
    given = parser.parse_args()
    cases = chosen(open_suite(given.suite, data=given.data), limit=given.limit).cases
    rows: list[dict[str, float]] = []
    first: Assistant | None = None
    kept = given.rows.open("a", encoding="utf-8") if given.rows else None
    for case in cases:
        with Index.of_passages(list(case.passages)) as documents:
            assistant = first.on(documents) if first else Assistant(documents, model=open_model(given.model))
            first = first or assistant
            row = signals(assistant, case)
            if row is not None:
                rows.append(row)
                if kept:
                    print(json.dumps(row), file=kept, flush=True)
    table = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    right = table.pop("right") > 0
    print(f"{given.suite}: {len(rows)} questions, {int(right.sum())} drafts right where an answer is due")
    sure = _ranks(table["confidence"])
    for name, scores in table.items():
        if name.startswith("seconds"):
            print(f"{name:22s} median {np.median(scores):.2f}")
            continue
        alone, low, high = interval(lambda drawn, s=scores: auc_of(s[drawn], right[drawn]), len(right), seed=0)
        both = auc_of(sure + _ranks(scores), right)
        print(f"{name:22s} {alone:.3f} ({low:.3f}–{high:.3f})   with confidence {both:.3f}")
    return 0


def _ranks(scores: Any) -> Any:
    return np.argsort(np.argsort(scores)) / len(scores)


if __name__ == "__main__":
    raise SystemExit(main())
