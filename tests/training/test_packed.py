from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.test_checker_training import write_rows
from training.encode import READ, VERIFY, Encoded
from training.packed import pack, unpack
from training.recipe import Recipe

ITEMS = [
    Encoded(
        task=READ, ids=(0, 2004, 2, 30526, 2), types=(0, 0, 0, 1, 1), label=1, start=3, end=3, source="a",
        kind="answer",
    ),
    Encoded(task=READ, ids=(0, 2004, 2, 9, 2), types=(0, 0, 0, 1, 1), label=0, source="a", kind="cut"),
    Encoded(
        task=VERIFY, ids=(0, 7, 8, 2, 9, 2), types=(0, 0, 0, 0, 1, 1), label=3, faults=(-1, 0, 1, -1, -1, -1),
        source="b", kind="real",
    ),
]  # fmt: skip


def test_packed_pairs_come_back_as_they_were(tmp_path: Path) -> None:
    recipe = Recipe(seed=9, rounds=3, left_out=("b",))
    pack(tmp_path / "pairs.npz", ITEMS[:2], ITEMS[2:], recipe)
    training, held, made_by = unpack(tmp_path / "pairs.npz")
    assert training == ITEMS[:2]
    assert held == ITEMS[2:]
    assert (made_by["seed"], made_by["rounds"], made_by["left_out"]) == (9, 3, ["b"])


@pytest.mark.model
def test_training_on_packed_pairs_gives_the_weights_of_training_on_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from training import checker, mixture, pack

    write_rows(tmp_path / "data")
    monkeypatch.setattr(mixture, "SOURCES", ("small",))
    monkeypatch.setattr(mixture, "SPAN_SOURCES", ("small",))
    monkeypatch.setattr(mixture, "CAPS", {"claims": 40})
    recipe = Recipe(seed=5, pairs=64, batch_tokens=256, threads=1, rounds=2)
    assert pack.main(["--data", str(tmp_path / "data"), "--out", str(tmp_path), "--seed", "5", "--rounds", "2"]) == 0
    rows = checker.train(tmp_path / "data", tmp_path / "rows", recipe).state_dict()
    packed = checker.train(tmp_path / "pairs.npz", tmp_path / "packed", replace(recipe, rounds=1))
    assert all(torch.equal(rows[name], value) for name, value in packed.state_dict().items())
    recipe_kept = torch.load(tmp_path / "packed" / "checkpoint.pt", weights_only=True)["recipe"]
    assert (recipe_kept["seed"], recipe_kept["pairs_seed"], recipe_kept["rounds"]) == (5, 5, 2)
