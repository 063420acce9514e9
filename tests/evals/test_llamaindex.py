"""The judge as a llama-index evaluator, and the sentences of a text that it judges."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from llama_index.core import Response
from llama_index.core.evaluation import BaseEvaluator
from llama_index.core.schema import NodeWithScore, TextNode

from evals.grounding import judged_sentences, sentences_of
from evals.llamaindex import OnrecordFaithfulnessEvaluator
from qa.errors import VerifierError
from qa.types import Evidence, Verdict
from qa.verify import RuleVerifier

MILL = "The mill at Norbury burned down in May 2019. Ana Tarn rang the bell."
COUNCIL = "The Norbury council has 21 members."


class BrokenVerifier:
    name = "broken"

    def verify(self, claim: str, evidence: Sequence[Evidence], *, question: str | None = None) -> Verdict:
        raise VerifierError("its weights are gone")


@pytest.fixture
def evaluator() -> OnrecordFaithfulnessEvaluator:
    return OnrecordFaithfulnessEvaluator()


def test_a_supported_response_passes_with_the_score_one(evaluator: OnrecordFaithfulnessEvaluator) -> None:
    result = evaluator.evaluate(
        query="What burned?", response="The mill at Norbury burned down in May 2019.", contexts=[MILL, COUNCIL]
    )
    assert isinstance(evaluator, BaseEvaluator)
    assert (result.passing, result.score, result.invalid_result) == (True, 1.0, False)
    assert result.feedback == "all sentences are supported (1 of 1)"
    assert (result.query, result.contexts) == ("What burned?", [MILL, COUNCIL])


def test_the_score_is_the_share_of_supported_sentences_and_the_feedback_lists_the_others(
    evaluator: OnrecordFaithfulnessEvaluator,
) -> None:
    result = evaluator.evaluate(
        response="The Norbury council has 21 members. The Norbury council has 34 members.", contexts=[COUNCIL]
    )
    assert (result.passing, result.score) == (False, 0.5)
    assert result.feedback == (
        "1 of 2 sentences are not supported:\n"
        "- The Norbury council has 34 members. (contradicted: 34 is not in the source, which says 21)"
    )


def test_a_response_object_brings_its_own_contexts(evaluator: OnrecordFaithfulnessEvaluator) -> None:
    response = Response(
        response="The Norbury council has 21 members.", source_nodes=[NodeWithScore(node=TextNode(text=COUNCIL))]
    )
    assert evaluator.evaluate_response(response=response).score == 1.0
    assert asyncio.run(evaluator.aevaluate_response(response=response)).passing is True


def test_a_sentence_with_a_marker_is_judged_by_that_context_alone(evaluator: OnrecordFaithfulnessEvaluator) -> None:
    right = evaluator.evaluate(response="The Norbury council has 21 members [2].", contexts=[MILL, COUNCIL])
    wrong = evaluator.evaluate(response="The Norbury council has 21 members [1].", contexts=[MILL, COUNCIL])
    assert (right.score, wrong.score) == (1.0, 0.0)


def test_a_marker_of_no_context_supports_nothing(evaluator: OnrecordFaithfulnessEvaluator) -> None:
    result = evaluator.evaluate(response="The Norbury council has 21 members [3].", contexts=[MILL, COUNCIL])
    assert result.score == 0.0
    assert result.feedback is not None
    assert "uncited: [3] is not among the 2 contexts" in result.feedback


@pytest.mark.parametrize("response", [None, "", "  \n"])
def test_an_empty_response_is_invalid_and_has_no_score(
    evaluator: OnrecordFaithfulnessEvaluator, response: str | None
) -> None:
    result = evaluator.evaluate(response=response, contexts=[MILL])
    assert (result.invalid_result, result.invalid_reason) == (True, "the response is empty")
    assert (result.score, result.passing) == (None, None)


def test_a_refusal_is_invalid_and_has_no_score(evaluator: OnrecordFaithfulnessEvaluator) -> None:
    result = evaluator.evaluate(response="The documents do not say who rang.", contexts=[MILL])
    assert (result.invalid_result, result.score) == (True, None)
    assert result.invalid_reason == "the response states nothing that could be checked"


def test_a_refusing_sentence_hides_no_invented_one(evaluator: OnrecordFaithfulnessEvaluator) -> None:
    result = evaluator.evaluate(
        response="The documents do not mention a boat. Paul Reyes sold a boat.", contexts=[MILL]
    )
    assert result.passing is False


def test_missing_contexts_are_invalid_and_empty_ones_support_nothing(
    evaluator: OnrecordFaithfulnessEvaluator,
) -> None:
    missing = evaluator.evaluate(response="The mill burned.")
    empty = evaluator.evaluate(response="The mill burned.", contexts=[])
    assert (missing.invalid_result, missing.score) == (True, None)
    assert (empty.invalid_result, empty.score) == (False, 0.0)


def test_a_broken_judge_is_invalid_and_has_no_score() -> None:
    result = OnrecordFaithfulnessEvaluator(BrokenVerifier()).evaluate(response="The mill burned.", contexts=[MILL])
    assert (result.invalid_result, result.score) == (True, None)
    assert result.invalid_reason == "the judge broken failed: its weights are gone"


def test_it_has_no_prompts(evaluator: OnrecordFaithfulnessEvaluator) -> None:
    assert evaluator.get_prompts() == {}


# --- the sentences of a text ------------------------------------------------------------------------------------------


def marked(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(sentence.text, sentence.markers) for sentence in sentences_of(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It burned [1].", [("It burned.", (1,))]),
        ("It burned. [1] It was old.[2]", [("It burned.", (1,)), ("It was old.", (2,))]),
        ("It burned [1][3] in May [1, 2].", [("It burned in May.", (1, 3, 2))]),
        ("It burned. [1].", [("It burned.", (1,))]),
        ("It burned [2019 edition].", [("It burned [2019 edition].", ())]),
        ("Dr. Tarn left. It burned.", [("Dr. Tarn left.", ()), ("It burned.", ())]),
    ],
)
def test_markers_belong_to_the_sentence_that_they_stand_in_or_after(
    text: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert marked(text) == expected


def test_headings_and_marks_of_lists_are_no_claims() -> None:
    assert marked("## The fire\n\n- **It** burned [1]\n- It was old [2]\n\n1. Nobody died.") == [
        ("It burned", (1,)),
        ("It was old", (2,)),
        ("Nobody died.", ()),
    ]


def test_a_sentence_over_two_lines_stays_one() -> None:
    assert marked("It burned down\nin May [1].") == [("It burned down in May.", (1,))]


def test_a_text_without_words_has_no_sentences() -> None:
    assert judged_sentences("... !\n---", [MILL], judge=RuleVerifier()) == ()
