"""The judge is judged: figures against references written out by hand, and whole measurements on invented sets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from evals.errors import DataMissing, JudgeError
from evals.human import SETS, Labelled
from evals.judge import (
    as_markdown,
    as_text,
    auc,
    balanced_accuracy,
    best_threshold,
    claim_length,
    expected_calibration_error,
    kappa,
    load_report,
    measure,
    said_by_other_half,
    save_report,
    verdict_on,
    word_overlap,
)
from evals.types import JudgeQuality, JudgeReport
from qa.errors import VerifierError
from qa.types import Evidence, Label, Verdict


class TableVerifier:
    """Gives each claim the verdict written down for it, and keeps what it was asked."""

    name = "table"

    def __init__(self, table: Mapping[str, tuple[Label, float | None]]) -> None:
        self._table = table
        self.asked: list[tuple[str, tuple[str, ...], str | None]] = []

    def verify(self, claim: str, evidence: Sequence[Evidence], *, question: str | None = None) -> Verdict:
        self.asked.append((claim, tuple(piece.text for piece in evidence), question))
        if claim not in self._table:
            raise VerifierError(f"nothing is written down for {claim!r}")
        label, probability = self._table[claim]
        return Verdict(label=label, probability=probability, reason=None if label == "supported" else f"not {claim}")


def booleans(text: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array([letter == "y" for letter in text], dtype=bool)


# --- figures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "truth", "expected"),
    [
        ("yynn", "yynn", 1.0),
        ("nnyy", "yynn", 0.0),
        ("yyyy", "yynn", 0.5),
        ("yyyn", "yyyn", 1.0),
        ("ynnnnn", "yynnnn", 0.75),
        ("yy", "yy", None),
        ("", "", None),
    ],
)
def test_balanced_accuracy_is_the_mean_over_both_labels(said: str, truth: str, expected: float | None) -> None:
    assert balanced_accuracy(booleans(said), booleans(truth)) == expected


def test_kappa_of_a_worked_example() -> None:
    """50 rows: both yes 20, both no 15, 5 and 10 apart: observed 0.7, by chance 0.5, so 0.4."""
    said = booleans("y" * 25 + "n" * 25)
    truth = booleans("y" * 20 + "n" * 5 + "y" * 10 + "n" * 15)
    assert kappa(said, truth) == pytest.approx(0.4)


@pytest.mark.parametrize(("said", "truth", "expected"), [("yn", "yn", 1.0), ("yy", "yn", 0.0), ("yy", "yy", None)])
def test_kappa_is_nothing_where_no_disagreement_was_possible(said: str, truth: str, expected: float | None) -> None:
    assert kappa(booleans(said), booleans(truth)) == expected


def auc_of(scores: Sequence[float], truth: str) -> float | None:
    values, place = np.unique(np.array(scores), return_inverse=True)
    return auc(place, booleans(truth), len(values))


@pytest.mark.parametrize(
    ("scores", "truth", "expected"),
    [
        ([0.9, 0.8, 0.2, 0.1], "yynn", 1.0),
        ([0.1, 0.2, 0.8, 0.9], "yynn", 0.0),
        ([0.5, 0.5, 0.5], "yyn", 0.5),
        ([0.9, 0.5, 0.5, 0.1], "ynyn", 0.875),
        ([0.9, 0.5], "yy", None),
    ],
)
def test_the_area_counts_ties_half(scores: list[float], truth: str, expected: float | None) -> None:
    assert auc_of(scores, truth) == expected


def test_the_area_is_the_share_of_ordered_pairs() -> None:
    draw = np.random.default_rng(3)
    scores, truth = draw.integers(0, 6, 80) / 5, draw.random(80) < 0.4
    pairs = [(s > t) + 0.5 * (s == t) for s in scores[truth] for t in scores[~truth]]
    found = auc_of(list(scores), "".join("y" if yes else "n" for yes in truth))
    assert found == pytest.approx(sum(pairs) / len(pairs))


def test_the_calibration_error_weighs_the_gap_of_each_bin_by_its_rows() -> None:
    """Two rows at 0.95 of which one is true: a gap of 0.45; two at 0.05, none true: 0.05."""
    probability = np.array([0.95, 0.95, 0.05, 0.05])
    assert expected_calibration_error(probability, booleans("ynnn")) == pytest.approx((0.45 + 0.05) / 2)


def test_the_calibration_error_takes_a_certain_probability_into_the_last_bin() -> None:
    assert expected_calibration_error(np.array([1.0, 0.0]), booleans("yn")) == 0.0
    assert expected_calibration_error(np.array([1.0, 0.92]), booleans("yn")) == pytest.approx(0.46)
    assert expected_calibration_error(np.array([]), booleans("")) is None


def test_the_best_threshold_is_where_saying_yes_begins() -> None:
    assert best_threshold(np.array([0.1, 0.4, 0.6, 0.9]), booleans("nnyy")) == 0.6
    assert best_threshold(np.array([0.1, 0.4, 0.6, 0.9]), booleans("nyny")) == 0.4
    assert best_threshold(np.array([0.1, 0.4]), booleans("yy")) is None


def test_each_half_is_judged_by_the_threshold_of_the_other() -> None:
    scores = np.array([0.1, 0.3, 0.5, 0.7])
    first = np.array([True, True, False, False])
    said = said_by_other_half(scores, booleans("nyny"), first)
    assert said is not None
    assert list(said) == [False, False, True, True]


def test_a_half_with_one_label_only_gives_no_threshold() -> None:
    assert said_by_other_half(np.array([0.1, 0.2, 0.3]), booleans("yyn"), booleans("ynn")) is None


# --- claims and floors ------------------------------------------------------------------------------------------------


def labelled(claim: str, evidence: str) -> Labelled:
    return Labelled(id="1", set="s", claim=claim, evidence=evidence, question=None, supported=True, cluster="1")


def test_word_overlap_is_the_share_of_content_words_in_the_evidence() -> None:
    assert word_overlap(labelled("The old mill burned.", "A mill was burning.")) == pytest.approx(2 / 3)
    assert word_overlap(labelled("It was so.", "A mill was burning.")) == 0.0


def test_claim_length_prefers_short_claims() -> None:
    assert claim_length(labelled("It burned.", "")) > claim_length(labelled("It burned down.", ""))


def test_a_claim_of_one_sentence_goes_to_the_judge_as_it_is() -> None:
    judge = TableVerifier({"The mill burned": ("supported", 0.8)})
    verdict = verdict_on(judge, "The mill burned", "It burned. It was old.", question="What burned?")
    assert verdict == Verdict(label="supported", probability=0.8)
    assert judge.asked == [("The mill burned", ("It burned.", "It was old."), "What burned?")]


def test_several_sentences_are_supported_when_each_is() -> None:
    judge = TableVerifier({"It burned.": ("supported", 0.9), "Tarn left.": ("supported", 0.7)})
    assert verdict_on(judge, "It burned. Tarn left.", "Text.") == Verdict(label="supported", probability=0.7)


def test_one_contradicted_sentence_contradicts_the_whole_claim() -> None:
    judge = TableVerifier(
        {"It burned.": ("supported", 0.9), "Tarn left.": ("not_enough", 0.3), "Reyes sang.": ("contradicted", 0.1)}
    )
    verdict = verdict_on(judge, "It burned. Tarn left. Reyes sang.", "Text.")
    assert verdict == Verdict(label="contradicted", probability=0.1, reason="not Reyes sang.")


def test_the_probability_is_unknown_where_one_sentence_has_none() -> None:
    judge = TableVerifier({"It burned.": ("supported", None), "Tarn left.": ("supported", 0.7)})
    assert verdict_on(judge, "It burned. Tarn left.", "Text.").probability is None


# --- whole measurements -----------------------------------------------------------------------------------------------

CLAIMS = 24


def claim_of(number: int) -> str:
    return f"Mill {number} burned."


def is_true(number: int) -> bool:
    return number % 3 != 0


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with an invented WiCE: 24 claims in twelve clusters, two in three supported."""
    rows = [
        {
            "label": "supported" if is_true(number) else "partially_supported",
            "claim": claim_of(number),
            "evidence": [f"Mill {number} burned." if is_true(number) else "A boat sank."],
            "meta": {"id": f"w{number // 2}"},
        }
        for number in range(CLAIMS)
    ]
    write_set(tmp_path, "wice", rows)
    return tmp_path


def write_set(data: Path, name: str, rows: Sequence[Mapping[str, object]]) -> None:
    path = data / SETS[name].file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def judge_that(says: Callable[[int], tuple[Label, float | None]]) -> TableVerifier:
    return TableVerifier({claim_of(number): says(number) for number in range(CLAIMS)})


def perfect(number: int) -> tuple[Label, float | None]:
    return ("supported", 0.95) if is_true(number) else ("not_enough", 0.15)


def by_scorer(report: JudgeReport) -> dict[str, JudgeQuality]:
    return {row.scorer: row for row in report.rows}


def test_a_perfect_judge_has_perfect_figures_and_its_calibration_error(data: Path) -> None:
    report = measure(judge_that(perfect), data, sets=["wice"])
    row = by_scorer(report)["table"]
    assert (row.set, row.n, row.clusters, row.errors) == ("wice", 24, 12, 0)
    assert row.positive_share == pytest.approx(2 / 3)
    assert (row.balanced_accuracy.value, row.auc.value, row.kappa.value) == (1.0, 1.0, 1.0)
    assert row.ece is not None
    assert row.ece.value == pytest.approx(2 / 3 * 0.05 + 1 / 3 * 0.15)


def test_both_floors_stand_beside_the_judge_without_a_calibration_error(data: Path) -> None:
    rows = by_scorer(measure(judge_that(perfect), data, sets=["wice"]))
    assert list(rows) == ["table", "word overlap", "claim length"]
    assert rows["word overlap"].auc.value == 1.0
    assert rows["word overlap"].balanced_accuracy.value == 1.0
    assert rows["claim length"].auc.value == 0.5
    assert rows["word overlap"].ece is None
    assert rows["claim length"].ece is None


def test_a_judge_that_is_sometimes_wrong_has_an_interval_around_its_figure(data: Path) -> None:
    def wrong_on_four(number: int) -> tuple[Label, float | None]:
        return ("supported", 0.6) if number % 6 == 0 else perfect(number)

    figure = by_scorer(measure(judge_that(wrong_on_four), data, sets=["wice"]))["table"].balanced_accuracy
    assert figure.value == pytest.approx(0.75)
    assert figure.interval is not None
    assert 0.5 <= figure.interval.low < 0.75 < figure.interval.high <= 1.0
    assert (figure.n, figure.clusters) == (24, 12)


def test_a_judge_without_probabilities_is_ranked_by_its_labels_and_has_no_calibration_error(data: Path) -> None:
    def bare(number: int) -> tuple[Label, float | None]:
        return ("supported" if number % 3 != 0 or number == 0 else "contradicted", None)

    row = by_scorer(measure(judge_that(bare), data, sets=["wice"]))["table"]
    assert row.auc.value == pytest.approx((16 * 7 + 16 * 1 / 2) / (16 * 8))
    assert row.ece is None


def test_rows_on_which_the_judge_fails_are_counted_and_left_out(data: Path) -> None:
    judge = TableVerifier({claim_of(number): perfect(number) for number in range(CLAIMS) if number != 5})
    row = by_scorer(measure(judge, data, sets=["wice"]))["table"]
    assert (row.n, row.errors) == (23, 1)
    assert row.balanced_accuracy.value == 1.0
    assert row.balanced_accuracy.n == 23


def test_a_judge_that_fails_from_the_start_cannot_be_used(data: Path) -> None:
    with pytest.raises(JudgeError, match=r"table failed on each of the first 5 rows of wice .nothing is written down"):
        measure(TableVerifier({}), data, sets=["wice"])


def test_a_limit_takes_the_same_rows_each_time_and_keeps_clusters_whole(data: Path) -> None:
    first, second = judge_that(perfect), judge_that(perfect)
    row = by_scorer(measure(first, data, sets=["wice"], limit=8))["table"]
    measure(second, data, sets=["wice"], limit=8)
    assert first.asked == second.asked
    assert (row.n, row.clusters) == (8, 4)


def test_the_same_seed_gives_the_same_figures(data: Path) -> None:
    first, again = (measure(judge_that(perfect), data, sets=["wice"], seed=5) for _ in range(2))
    assert first.rows == again.rows


def test_progress_names_the_set_and_ends_at_the_total(data: Path) -> None:
    told: list[tuple[str, int, int]] = []
    measure(judge_that(perfect), data, sets=["wice"], progress=lambda *each: told.append(each))
    assert told[0] == ("wice", 0, 24)
    assert told[-1] == ("", 24, 24)
    assert [done for _, done, _ in told] == [*range(24), 24]


def test_a_set_that_is_not_there_is_missing_data(data: Path) -> None:
    with pytest.raises(DataMissing, match=r"rte_dev\.jsonl"):
        measure(judge_that(perfect), data, sets=["wice", "rte"])


def test_pairs_say_how_often_the_true_one_scores_higher(tmp_path: Path) -> None:
    edited = ["It sank in May .", "It burned in June .", "It froze in May ."]
    rows = [
        {"id": number, "article_id": number % 2, "article": "It burned.", "reference_summary": "It burned in May .",
         "edited_summary": text}
        for number, text in enumerate(edited)
    ]  # fmt: skip
    write_set(tmp_path, "bump", rows)
    probabilities = {"It burned in May .": 0.5, edited[0]: 0.1, edited[1]: 0.5, edited[2]: 0.9}
    judge = TableVerifier({claim: ("not_enough", value) for claim, value in probabilities.items()})
    report = measure(judge, tmp_path, sets=["bump"])
    pairs = next(row for row in report.rows if row.set == "bump pairs" and row.scorer == "table")
    assert (pairs.n, pairs.clusters) == (3, 2)
    assert pairs.auc.value == pytest.approx((1 + 0.5 + 0) / 3)
    assert (pairs.balanced_accuracy.value, pairs.kappa.value, pairs.ece) == (None, None, None)


def test_a_report_comes_back_as_it_was_saved(data: Path, tmp_path: Path) -> None:
    report = measure(judge_that(perfect), data, sets=["wice"])
    folder = tmp_path / "cache" / "judges"
    path = save_report(report, folder)
    assert path == folder / f"{report.judge_fingerprint}.json"
    assert load_report(report.judge_fingerprint, folder) == report
    assert [each.name for each in folder.iterdir()] == [path.name]


def test_a_judge_that_was_never_measured_has_no_report(tmp_path: Path) -> None:
    assert load_report("0123456789abcdef", tmp_path) is None


def test_a_fingerprint_never_leads_out_of_the_folder(data: Path, tmp_path: Path) -> None:
    judge = judge_that(perfect)
    judge.fingerprint = "../../outside"  # type: ignore[attr-defined]
    report = measure(judge, data, sets=["wice"])
    assert save_report(report, tmp_path / "judges").parent == tmp_path / "judges"
    assert load_report("../../outside", tmp_path / "judges") == report


def test_a_damaged_report_says_how_to_replace_it(tmp_path: Path) -> None:
    (tmp_path / "abc.json").write_text('{"judge": "x"}', encoding="utf-8")
    with pytest.raises(JudgeError, match="is damaged; run `onrecord eval judge` again to replace it"):
        load_report("abc", tmp_path)


def test_the_tables_show_each_scorer_with_its_figures(data: Path) -> None:
    report = measure(judge_that(perfect), data, sets=["wice"])
    line = next(line for line in as_text(report).splitlines() if line.startswith("wice") and "table" in line)
    assert line.split()[:5] == ["wice", "table", "24", "0.67", "1.000"]
    markdown = as_markdown(report).splitlines()
    assert markdown[2] == "| set | scorer | n | supported | balanced accuracy | AUC | kappa | ECE | errors |"
    assert markdown[3] == "| " + " | ".join(["---"] * 9) + " |"
    assert markdown[4].startswith("| wice | table | 24 | 0.67 | 1.000 ")
    assert markdown[6].endswith("| – | 0 |")
