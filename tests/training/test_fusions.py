"""Statements that join what stands in two places; what a run keeps; shipped weights as a start."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from training.courses import thinned
from training.fusions import Fused, fused
from training.pairs import Pair
from training.statements import NOT_ENOUGH, SUPPORTED, UNSUPPORTED

PASSAGE = [
    "Marek Dunn, the keeper of the light, painted the tower in 1998.",
    "He sold the boat of his uncle in the spring.",
    "Ines Talvery opened the harbour office in Orlo after a long dispute.",
    "The council met in the old school because the hall was flooded.",
]
OTHERS = ["The museum of Tarsk was rebuilt with money from the lottery."]


def made() -> dict[str, list[Fused]]:
    found: dict[str, list[Fused]] = {}
    for seed in range(80):
        for each in fused(random.Random(seed), PASSAGE, OTHERS):
            found.setdefault(each.kind, []).append(each)
    return found


def test_right_and_wrong_joins_are_made() -> None:
    assert {"tail", "subject", "described", "joined", "added"} <= set(made())


def test_a_wrong_join_says_where_it_is_wrong() -> None:
    for each in (each for found in made().values() for each in found):
        assert (each.end > each.start) == (each.label != SUPPORTED)
        assert each.label in (SUPPORTED, UNSUPPORTED, NOT_ENOUGH)
        assert not each.text[each.start : each.end].startswith(" ")


def test_the_end_of_one_sentence_is_never_its_own() -> None:
    for each in made()["tail"]:
        assert each.text not in PASSAGE
        assert not any(each.text.rstrip(".") in sentence for sentence in PASSAGE)


def test_a_description_is_given_to_its_own_name_or_to_another() -> None:
    texts = {(each.label == SUPPORTED, each.text) for each in made()["described"]}
    assert (True, "Marek Dunn was the keeper of the light.") in texts
    assert all("Marek Dunn" in text for right, text in texts if right)
    assert all("Marek Dunn" not in text for right, text in texts if not right)


def test_a_course_keeps_its_share_of_each_kind() -> None:
    pairs = [
        Pair(question="q", evidence="e", answerable=False, kind=kind, source="s", group=n)
        for n, kind in enumerate(["neighbour", "word"] * 1000)
    ]
    kept = [pair.kind for pair in thinned(pairs, "second", random.Random(1))]
    assert kept.count("word") == 1000
    assert 300 < kept.count("neighbour") < 400
    assert len(thinned(pairs, "first", random.Random(1))) == 2000


@pytest.mark.model
@pytest.mark.filterwarnings("ignore")  # of the exporter
def test_shipped_weights_are_a_start_that_reads_nearly_as_they_do(tmp_path: Path) -> None:
    import torch

    from index.weights import EMBEDDER
    from training.encode import open_tokenizer
    from training.export import export
    from training.network import CheckerNetwork
    from training.shipped import load_shipped

    torch.manual_seed(4)
    shipped = CheckerNetwork(EMBEDDER.path(), layers=2).eval()
    export(shipped, tmp_path / "checker.onnx")
    torch.manual_seed(5)
    network = CheckerNetwork(EMBEDDER.path(), layers=2).eval()
    claim, text = "The ferry carries 180 passengers.", "The Maid of Hethe carries 180 passengers to Orlo."
    encoding = open_tokenizer(EMBEDDER.path() / "tokenizer.json").encode(claim, text)
    inputs = [torch.tensor([values]) for values in (encoding.ids, encoding.type_ids, encoding.attention_mask)]
    with torch.no_grad():
        before = network(*inputs)[3]
        load_shipped(network, tmp_path / "checker.onnx")
        after, wanted = network(*inputs)[3], shipped(*inputs)[3]
    assert torch.allclose(after, wanted, atol=0.05)
    assert not torch.allclose(before, wanted, atol=0.05)


@pytest.mark.model
def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    import onnx

    from index.weights import EMBEDDER
    from training.network import CheckerNetwork
    from training.shipped import load_shipped

    graph = onnx.helper.make_graph([], "empty", [], [])
    onnx.save(onnx.helper.make_model(graph), str(tmp_path / "other.onnx"))
    with pytest.raises(ValueError, match="does not fit"):
        load_shipped(CheckerNetwork(EMBEDDER.path()), tmp_path / "other.onnx")
