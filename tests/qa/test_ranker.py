import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qa.checker import (
    MAX_ANSWER_TOKENS,
    NAME,
    WEIGHTS,
    Checker,
    CheckerCard,
    best_span,
    packaged_tokenizer,
    tokenizer_of,
)
from qa.errors import ModelCorrupt, ModelMissing, VerifierError
from qa.ranker import CheckerRanker, WordOverlapRanker, default_ranker

QUESTION = "How many fighters were killed in the strikes near Deir ez-Zor?"
TEXTS = [
    "The ministry said that talks on the harbour would go on next week.",
    "At least 17 fighters were killed in the strikes near Deir ez-Zor, the observatory said on Friday.",
    "The strikes near Deir ez-Zor were ordered by the president.",
    "",
    "Nine fighters were killed in the strikes near Aleppo.",
]


@pytest.fixture(scope="module")
def shipped() -> CheckerRanker:
    return CheckerRanker()


def test_shared_content_words_decide_the_fallbacks_score() -> None:
    ranked = WordOverlapRanker().score(
        "Who resigned as envoy?", ["The envoy resigned.", "The envoy spoke.", "Rain fell."]
    )
    assert [round(r.probability, 2) for r in ranked] == [1.0, 0.5, 0.0]


def test_the_fallback_scores_a_question_without_content_words_as_zero() -> None:
    assert [r.probability for r in WordOverlapRanker().score("Who is it?", ["It is he."])] == [0.0]


def test_the_likeliest_span_never_ends_before_it_starts() -> None:
    starts, ends = np.array([0.0, 0.0, 9.0]), np.array([9.0, 0.0, 5.0])
    first, last, probability = best_span(starts, ends)
    assert (first, last) == (2, 2)
    assert 0.0 < probability < 0.1


def test_a_span_is_never_wider_than_the_widest_answer() -> None:
    starts, ends = np.zeros(60), np.zeros(60)
    starts[0] = ends[MAX_ANSWER_TOKENS] = 8.0
    ends[MAX_ANSWER_TOKENS - 1] = 7.0
    assert best_span(starts, ends)[:2] == (0, MAX_ANSWER_TOKENS - 1)


def test_a_certain_span_has_a_probability_near_one() -> None:
    starts, ends = np.array([0.0, 30.0, 0.0]), np.array([0.0, 0.0, 30.0])
    assert best_span(starts, ends) == (1, 2, pytest.approx(1.0))


def test_a_missing_card_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="install onrecord again"):
        Checker(tmp_path)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"name": "x", "sha256": "y", "max_tokens": 3, "calibration": null}']
)
def test_a_damaged_card_is_one_clear_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "checker.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelCorrupt, match="damaged"):
        CheckerCard.read(tmp_path / "checker.json")


def test_a_network_that_only_judges_cannot_read(tmp_path: Path) -> None:
    card = json.loads((WEIGHTS / f"{NAME}.json").read_text(encoding="utf-8"))
    del card["calibration"]
    (tmp_path / f"{NAME}.json").write_text(json.dumps(card), encoding="utf-8")
    for name in (f"{NAME}.onnx", f"{NAME}-tokenizer.json"):
        shutil.copy(WEIGHTS / name, tmp_path)
    judge = Checker(tmp_path)
    pair = ("Nine died.", "Nine people died.")
    assert judge.judge([pair]) == Checker().judge([pair])
    with pytest.raises(VerifierError, match="judges claims and cannot read"):
        judge.read("How many died?", ["Nine people died."])


def test_a_networks_own_tokenizer_is_used_where_there_is_one(tmp_path: Path) -> None:
    assert tokenizer_of(tmp_path) == packaged_tokenizer()
    own = tmp_path / f"{NAME}-tokenizer.json"
    own.write_text("{}")
    assert tokenizer_of(tmp_path) == own


def test_weights_that_are_not_the_cards_are_refused(tmp_path: Path) -> None:
    shutil.copy(WEIGHTS / "checker.json", tmp_path)
    (tmp_path / "checker.onnx").write_bytes(b"something else")
    with pytest.raises(ModelCorrupt, match="SHA-256"):
        Checker(tmp_path)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    shutil.copy(WEIGHTS / "checker.json", tmp_path)
    with pytest.raises(ModelMissing, match=r"checker\.onnx"):
        Checker(tmp_path)


def test_a_missing_tokenizer_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="tokenizer"):
        Checker(tokenizer=tmp_path / "tokenizer.json")


def test_the_card_names_size_data_and_licences() -> None:
    card = json.loads((WEIGHTS / f"{NAME}.json").read_text(encoding="utf-8"))
    assert card["bytes"] == (WEIGHTS / f"{NAME}.onnx").stat().st_size <= 105_000_000
    assert {row["source"] for row in card["data"]} >= {
        "squad11_train_part",
        "adversarialqa_dev",
        "fever_dev",
        "wice_dev",
    }
    assert not [row for row in card["data"] if "research" in row["licence"].lower() or "NC" in row["licence"]]


@pytest.mark.model
def test_the_text_that_answers_comes_first(shipped: CheckerRanker) -> None:
    probabilities = [ranked.probability for ranked in shipped.score(QUESTION, TEXTS)]
    assert max(range(len(TEXTS)), key=probabilities.__getitem__) == 1
    assert all(0.0 <= probability <= 1.0 for probability in probabilities)


@pytest.mark.model
def test_the_answers_offsets_give_its_words(shipped: CheckerRanker) -> None:
    ranked = shipped.score(QUESTION, TEXTS)
    for result, text in zip(ranked, TEXTS, strict=True):
        if result.answer_text is not None:
            assert text[result.answer_start : result.answer_end] == result.answer_text != ""
    assert "17" in (ranked[1].answer_text or "")
    assert ranked[3].answer_text is None


@pytest.mark.model
def test_a_texts_result_does_not_depend_on_the_others(shipped: CheckerRanker) -> None:
    together = shipped.score(QUESTION, TEXTS)
    assert together == [shipped.score(QUESTION, [text])[0] for text in TEXTS]
    assert together == shipped.score(QUESTION, TEXTS)


@pytest.mark.model
def test_no_texts_give_no_results(shipped: CheckerRanker) -> None:
    assert shipped.score(QUESTION, []) == []


@pytest.mark.model
@pytest.mark.parametrize(
    "question", ["", "why " * 5000, "\x00\u200b", "¿Cuántos combatientes murieron?", "敘利亞有多少難民？"]
)
def test_odd_questions_and_long_texts_still_get_a_probability(shipped: CheckerRanker, question: str) -> None:
    for ranked in shipped.score(question, ["word " * 5000, "🙂", TEXTS[1]]):
        assert 0.0 <= ranked.probability <= 1.0


@pytest.mark.model
def test_another_name_or_year_in_the_question_lowers_the_score(shipped: CheckerRanker) -> None:
    text = "In 2019 Maria Okafor was appointed head of the harbour authority of Lagos."
    right, year, name = (
        shipped.score(question, [text])[0].probability
        for question in (
            "Who was appointed head of the harbour authority of Lagos in 2019?",
            "Who was appointed head of the harbour authority of Lagos in 2003?",
            "Who was appointed head of the harbour authority of Rotterdam in 2019?",
        )
    )
    assert right > year
    assert right > name


@pytest.mark.model
def test_the_packaged_ranker_is_opened_once() -> None:
    assert default_ranker() is default_ranker()
    assert packaged_tokenizer().is_file()


def test_importing_the_ranker_loads_no_heavy_library() -> None:
    heavy = "{'numpy', 'onnxruntime', 'tokenizers', 'torch'}"
    code = f"import sys, qa.ranker; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
