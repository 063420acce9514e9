"""Sets of human labels: each shape of row becomes a claim, a text and a yes or no."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.errors import DataMissing, JudgeError, SuiteError
from evals.human import SETS, Labelled, in_first_half, read_set, sample, sets_named


def rows_of(data: Path, name: str, *lines: dict[str, Any]) -> list[Labelled]:
    path = data / SETS[name].file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return read_set(SETS[name], data)


def attribution(id_: str, question: str, label: str = "attributable", **fields: Any) -> dict[str, Any]:
    row = {
        "id": id_,
        "question": question,
        "claim": "The mill\nburned.",
        "references": ["Title: Mill\n\nIt burned.", "It was old."],
        "attribution_label": label,
    }
    return row | fields


def votes(*responses: str) -> list[dict[str, Any]]:
    return [{"worker_id": number, "response": response} for number, response in enumerate(responses)]


def test_the_references_of_an_attribution_are_joined_by_blank_lines(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "attributionbench-dev", attribution("a1", "What burned?"))
    assert row == Labelled(
        id="a1",
        set="attributionbench-dev",
        claim="The mill burned.",
        evidence="Title: Mill\n\nIt burned.\n\nIt was old.",
        question="What burned?",
        supported=True,
        cluster=row.cluster,
    )


def test_rows_of_one_question_share_a_cluster_and_others_do_not(tmp_path: Path) -> None:
    first, second, third = rows_of(
        tmp_path,
        "attributionbench-ood",
        attribution("a1", "What burned?"),
        attribution("a2", "What burned?", "not attributable"),
        attribution("a3", "Who left?"),
    )
    assert first.cluster == second.cluster != third.cluster
    assert [first.supported, second.supported] == [True, False]


def test_partial_support_is_no_support(tmp_path: Path) -> None:
    labels = ["supported", "partially_supported", "not_supported"]
    found = rows_of(
        tmp_path,
        "wice",
        *(
            {"label": label, "claim": "It burned.", "evidence": ["One.", "Two."], "meta": {"id": "w1"}}
            for label in labels
        ),
    )
    assert [row.supported for row in found] == [True, False, False]
    assert [row.id for row in found] == ["1", "2", "3"]
    assert {(row.evidence, row.cluster) for row in found} == {("One.\nTwo.", "w1")}


def test_the_majority_of_workers_decides_for_each_sentence_of_a_summary(tmp_path: Path) -> None:
    sentences = [
        {"sentence": "It burned.", "responses": votes("yes", "no", "yes")},
        {"sentence": "It stands.", "responses": votes("yes", "no", "no")},
    ]
    found = rows_of(tmp_path, "qags-cnndm", {"article": "The mill burned.", "summary_sentences": sentences})
    assert [(row.id, row.claim, row.supported) for row in found] == [
        ("1.0", "It burned.", True),
        ("1.1", "It stands.", False),
    ]
    assert found[0].cluster == found[1].cluster


def test_an_equal_vote_is_no_majority(tmp_path: Path) -> None:
    sentences = [{"sentence": "It burned.", "responses": votes("yes", "no")}]
    (row,) = rows_of(tmp_path, "qags-cnndm", {"article": "The mill.", "summary_sentences": sentences})
    assert not row.supported


def test_an_edited_summary_is_consistent_when_its_label_is_one(tmp_path: Path) -> None:
    lines = [
        {"id": f"s{label}", "doc": "The mill burned.", "summary": "It burned.", "label": label} for label in (1, 0)
    ]
    assert [(row.id, row.supported) for row in rows_of(tmp_path, "summedits-news", *lines)] == [
        ("s1", True),
        ("s0", False),
    ]


def test_a_summary_with_several_planted_errors_is_one_true_row(tmp_path: Path) -> None:
    lines = [
        {
            "id": number,
            "article_id": 7,
            "article": "The mill burned in May.",
            "reference_summary": "It burned in May .",
            "edited_summary": edited,
        }
        for number, edited in enumerate(["It burned in June .", "It stood in May ."])
    ]
    found = rows_of(tmp_path, "bump", *lines)
    assert [(row.claim, row.supported) for row in found] == [
        ("It burned in May .", True),
        ("It burned in June .", False),
        ("It stood in May .", False),
    ]
    assert {row.cluster for row in found} == {"7"}
    assert len({row.pair for row in found}) == 1


@pytest.mark.parametrize(
    ("label", "supported"),
    [
        ("e", True),
        ("entailment", True),
        ("Entailment", True),
        ("n", False),
        ("c", False),
        ("neutral", False),
        ("contradiction", False),
        ("not_entailment", False),
        ("not-entailment", False),
    ],
)
def test_every_spelling_of_an_entailment_label_is_known(tmp_path: Path, label: str, supported: bool) -> None:
    (row,) = rows_of(tmp_path, "snli", {"premise": "A mill burns.", "hypothesis": "A fire.", "label": label})
    assert row.supported is supported
    assert (row.claim, row.evidence) == ("A fire.", "A mill burns.")


def test_an_unknown_label_names_file_line_and_label(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"rte_dev\.jsonl, line 1: .*the label '-' is none of e, entailment"):
        rows_of(tmp_path, "rte", {"premise": "A.", "hypothesis": "B.", "label": "-"})


def test_a_missing_field_names_the_line(tmp_path: Path) -> None:
    good = {"premise": "A.", "hypothesis": "B.", "label": "e"}
    with pytest.raises(SuiteError, match=r"line 2: not a row of mnli \(KeyError: 'hypothesis'\)"):
        rows_of(tmp_path, "mnli", good, {"premise": "A.", "label": "e"})


def test_a_line_that_is_not_json_names_the_line(tmp_path: Path) -> None:
    rows_of(tmp_path, "mnli", {"premise": "A.", "hypothesis": "B.", "label": "e"})
    (tmp_path / SETS["mnli"].file).write_text("{\n", encoding="utf-8")
    with pytest.raises(SuiteError, match="line 1: not a row of mnli"):
        read_set(SETS["mnli"], tmp_path)


def test_a_unicode_line_separator_inside_a_text_does_not_break_its_row(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "snli", {"premise": "A mill.\u2028It burns.", "hypothesis": "A fire.", "label": "e"})
    assert row.evidence == "A mill. It burns."


def test_the_folder_above_the_sets_will_do(tmp_path: Path) -> None:
    rows_of(tmp_path / "evals", "rte", {"premise": "A.", "hypothesis": "B.", "label": "e"})
    assert len(read_set(SETS["rte"], tmp_path)) == 1


def test_a_missing_file_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match=r"wice/claims\.jsonl is not below .*--data"):
        read_set(SETS["wice"], tmp_path)


def test_a_family_names_all_its_sets() -> None:
    assert [each.name for each in sets_named(["attributionbench", "rte"])] == [
        "attributionbench-dev",
        "attributionbench-ood",
        "rte",
    ]
    assert len(sets_named(["nli"])) == 7
    assert len(sets_named(None)) == len(SETS)


def test_an_unknown_set_is_refused_with_the_known_ones() -> None:
    with pytest.raises(JudgeError, match=r"no set 'qnli' .* expected one of .*wice"):
        sets_named(["qnli"])


def many(clusters: int, size: int) -> list[Labelled]:
    return [
        Labelled(
            id=f"{cluster}.{number}",
            set="invented",
            claim="It burned.",
            evidence="It burned.",
            question=None,
            supported=True,
            cluster=str(cluster),
        )
        for number in range(size)
        for cluster in range(clusters)
    ]


def test_a_sample_keeps_clusters_whole_and_the_order_of_the_file() -> None:
    rows = many(40, 3)
    chosen = sample(rows, 12)
    assert len(chosen) == 12
    assert len({row.cluster for row in chosen}) == 4
    assert chosen == [row for row in rows if row in chosen]


def test_a_larger_sample_holds_the_smaller_one() -> None:
    rows = many(40, 3)
    assert {row.id for row in sample(rows, 11)} < {row.id for row in sample(rows, 30)}
    assert sample(rows, 500) == rows == sample(rows, None)


def test_a_sample_does_not_depend_on_the_order_of_rows() -> None:
    rows = many(40, 3)
    assert {row.id for row in sample(rows, 12)} == {row.id for row in sample(rows[::-1], 12)}


def test_halves_keep_clusters_together_and_are_about_equal() -> None:
    rows = many(200, 2)
    halves = {row.cluster: in_first_half(row) for row in rows}
    assert all(halves[row.cluster] == in_first_half(row) for row in rows)
    assert 70 < sum(halves.values()) < 130
