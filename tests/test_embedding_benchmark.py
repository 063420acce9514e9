"""The script that measures embedding computes what it says, and prints every figure that it names."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.embedding import compared, cranfield, main, ndcg, of_length, recall, squad2


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two tiny sets in the shape of the real ones."""
    texts = ["the wing in a slipstream . " * 30, "heat in composite slabs .", "buckling of cylindrical shells ."]
    docs = [{"doc_id": n, "title": "a title", "text": text} for n, text in enumerate(texts, 1)]
    _write(tmp_path / "cranfield" / "docs.jsonl", docs)
    _write(tmp_path / "cranfield" / "queries.jsonl", [{"qid": 1, "orig_id": 1, "text": "conduction of heat ?"}])
    judged = [{"qid": 1, "doc_id": 2, "rel": 1}, {"qid": 1, "doc_id": 3, "rel": 4}, {"qid": 1, "doc_id": 1, "rel": -1}]
    _write(tmp_path / "cranfield" / "qrels.jsonl", judged)
    asked = [{"id": "q", "question": "Who kept the lighthouse?", "answers": ["Ada"], "is_impossible": False}]
    rows = [
        {"title": "Varn", "context": "Ada kept the lighthouse of Varn.", "qas": asked},
        {"title": "Bread", "context": "Bread is baked of flour and water.", "qas": []},
    ]
    _write(tmp_path / "squad2" / "dev_half.jsonl", rows)
    return tmp_path


def test_the_best_grade_is_the_first_of_the_set_and_what_is_not_judged_counts_as_none(data: Path) -> None:
    assert cranfield(data).grades.tolist() == [[0.0, 4.0, 1.0]]
    assert squad2(data).grades.tolist() == [[1.0, 0.0]]
    assert squad2(data).clusters == ("Varn",)


def test_ndcg_and_recall_are_what_is_found_by_hand() -> None:
    cosines = np.zeros((1, 12), dtype=np.float32)
    cosines[0] = np.linspace(1.0, 0.0, 12)  # the passages in their order
    grades = np.zeros((1, 12))
    grades[0, [1, 11]] = [4.0, 1.0]  # one is second, one is beyond the tenth place
    ideal = 4 / np.log2(2) + 1 / np.log2(3)
    assert ndcg(cosines, grades)[0] == pytest.approx(4 / np.log2(3) / ideal)
    assert recall(cosines, grades)[0] == 0.5


def test_a_change_is_given_in_shares_of_what_was_before() -> None:
    before, after = np.array([0.5, 0.5, 0.5, 0.5]), np.array([0.5, 0.5, 0.5, 0.4])
    assert compared("nDCG@10", before, after, "abcd").startswith("nDCG@10: float32 0.5000, int8 0.4750, -5.00% (")


def test_the_texts_that_are_timed_have_the_tokens_that_are_named(data: Path) -> None:
    (cut,) = of_length(["too short", "harbour " * 400], tokens=128, limit=5)
    assert cut == ("harbour " * 126).strip()


def test_data_that_is_missing_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 1
    assert "is not there; give the folder with the evaluation data as --data" in capsys.readouterr().err


@pytest.mark.model
def test_every_figure_gets_a_line(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(data), "--passages", "1", "--rounds", "1", "--starts", "0"]) == 0
    shown = capsys.readouterr().out
    assert "1 passages of 128 tokens, 1 rounds" in shown
    for figure in (
        "passages/s",
        "tokens/s",
        "times as fast",
        "1st percentile",
        "nDCG@10: float32",
        "recall@10: float32",
    ):
        assert shown.count(figure) >= 1
    assert "recall@10: float32 1.0000, int8 1.0000, +0.00%, n 1" in shown
