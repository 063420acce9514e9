import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.checker import plan, rate_at
from training.claims import ClaimPair
from training.encode import READ, VERIFY, Encoded, batches, collate, encode, encode_claims, open_tokenizer
from training.metrics import area_under_curve, calibration_error, fit_platt, sigmoid
from training.pairs import Pair
from training.recipe import Recipe


def item(length: int, label: int = 0) -> Encoded:
    return Encoded(
        task=READ, ids=(101, *range(2000, 2000 + length - 1)), types=(0,) * length, label=label, start=-1, end=-1
    )


def test_every_item_is_in_one_batch_and_no_batch_is_too_large() -> None:
    rng = random.Random(3)
    items = [item(rng.randrange(5, 128)) for _ in range(700)]
    made = batches(items, tokens=512, seed=4)
    assert sorted(n for batch in made for n in batch) == list(range(700))
    assert max(max(len(items[n].ids) for n in batch) * len(batch) for batch in made) <= 512
    assert made == batches(items, tokens=512, seed=4)
    assert made != batches(items, tokens=512, seed=5)


def test_a_run_longer_than_the_data_goes_over_it_again() -> None:
    items = [item(10) for _ in range(100)]
    assert sum(len(b) for b in plan(items, Recipe(pairs=250, batch_tokens=100))) == 300


def test_short_items_are_padded_and_masked() -> None:
    batch = collate([item(3), item(5, label=1)])
    assert batch.ids.shape == (2, 5)
    assert batch.mask.tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]]
    assert batch.labels.tolist() == [0.0, 1.0]


def test_the_learning_rate_rises_stays_and_falls() -> None:
    recipe = Recipe()
    assert rate_at(0.0, recipe) == 0.05
    assert rate_at(0.5, recipe) == 1.0
    assert rate_at(0.9, recipe) == pytest.approx(0.25)
    assert rate_at(1.2, recipe) == 0.05


def test_the_area_under_the_curve_counts_ties_half() -> None:
    assert area_under_curve(np.array([0.9, 0.5]), np.array([0.5, 0.1])) == 0.875
    with pytest.raises(ValueError, match="both"):
        area_under_curve(np.array([]), np.array([0.1]))


def test_a_fitted_probability_is_calibrated() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 3, 4000)
    labels = (rng.random(4000) < sigmoid(0.5 * logits - 1)).astype(float)
    slope, offset = fit_platt(logits, labels)
    assert slope == pytest.approx(0.5, abs=0.05)
    assert offset == pytest.approx(-1, abs=0.1)
    assert calibration_error(sigmoid(slope * logits + offset), labels) < 0.03
    assert calibration_error(sigmoid(3 * logits), labels) > 0.1


@pytest.mark.model
def test_an_answers_characters_become_its_tokens() -> None:
    from index.weights import EMBEDDER

    evidence = "Iran pledged support on October 7, the ministry said."
    start = evidence.index("October 7")
    pair = Pair(
        question="When?",
        evidence=evidence,
        answerable=True,
        start=start,
        end=start + 9,
        kind="answer",
        source="s",
        group=1,
    )
    tokenizer = open_tokenizer(EMBEDDER.path() / "tokenizer.json")
    (encoded,) = encode(tokenizer, [pair])
    assert tokenizer.decode(encoded.ids[encoded.start : encoded.end + 1]) == "october 7"
    assert encoded.types[encoded.start] == 1


@pytest.mark.model
def test_a_resumed_run_ends_with_the_weights_of_an_unbroken_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from training import checker, mixture

    data = tmp_path / "data"
    write_rows(data)
    monkeypatch.setattr(mixture, "SOURCES", ("small",))
    monkeypatch.setattr(mixture, "SPAN_SOURCES", ("small",))
    monkeypatch.setattr(mixture, "CAPS", {"claims": 40})
    recipe = Recipe(pairs=96, batch_tokens=256, held_out_percent=20, threads=1)

    whole = checker.train(data, tmp_path / "whole", recipe)
    with monkeypatch.context() as patch:
        patch.setattr(checker, "plan", lambda items, asked: plan(items, asked)[:5])
        checker.train(data, tmp_path / "broken", recipe, save_every=5)
    resumed = checker.train(data, tmp_path / "broken", recipe)

    weights = resumed.state_dict()
    assert all(torch.equal(value, weights[name]) for name, value in whole.state_dict().items())
    assert (tmp_path / "broken" / "held_out.jsonl").read_text(encoding="utf-8").count("\n") == 2


def write_rows(data: Path) -> None:
    """Write reading and verification rows of forty invented towns."""
    read, verify = [], []
    for n in range(10, 50):
        passage = f"The harbour of town {n} closed in 19{n}. It was a cold year for every sailor there."
        row = {"source": "small", "licence": "MIT"}
        read.append(
            {
                "question": f"When did the harbour of town {n} close?",
                "passage": passage,
                "answers": [{"text": f"19{n}", "start": 33}],
                "answerable": True,
                **row,
            }
        )
        label, year = ("supported", n) if n % 2 else ("contradicted", n + 1)
        claim = f"The harbour of town {n} closed in 19{year}."
        verify.append({"premise": passage, "hypothesis": claim, "label": label, **row})
    for folder, name, rows in (("read", "small", read), ("verify", "claims", verify)):
        (data / folder).mkdir(parents=True)
        (data / folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


@pytest.mark.model
def test_a_claims_faults_become_its_tokens() -> None:
    from index.weights import EMBEDDER

    claim, evidence = "The ferry carried 180 passengers.", "The ferry carried 18 passengers."
    start = claim.index("180")
    pair = ClaimPair(
        claim=claim, evidence=evidence, label=1, faults=((start, start + 3),), kind="number", source="s", group=1
    )
    tokenizer = open_tokenizer(EMBEDDER.path() / "tokenizer.json")
    known, unknown = encode_claims(tokenizer, [pair, replace(pair, faults=None)])
    assert tokenizer.decode([t for t, fault in zip(known.ids, known.faults, strict=True) if fault == 1]) == "180"
    assert {fault for fault, kind in zip(known.faults, known.types, strict=True) if kind == 1} == {-1}
    assert set(unknown.faults) == {-1}
    assert known.task == VERIFY
