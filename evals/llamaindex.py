"""The judge alone for users of llama-index: faithfulness of a response to its contexts, without a language model."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from llama_index.core.evaluation import BaseEvaluator, EvaluationResult
from llama_index.core.prompts.mixin import PromptDictType

from evals.grounding import judged_sentences
from evals.types import JudgedClaim
from qa.errors import VerifierError
from qa.verify import RuleVerifier, Verifier


class OnrecordFaithfulnessEvaluator(BaseEvaluator):
    """Scores the share of a response's sentences that its contexts support; passes when all are.

    [1] markers in the response are used: a sentence that carries some is judged by these contexts alone. A response
    that says nothing, or a judge that fails, is an invalid result with its reason, never 0 or 1.
    """

    def __init__(self, verifier: Verifier | None = None) -> None:
        """Args: verifier: any `qa.Verifier`; None for the one that is built in, which asks no model."""
        self._verifier = verifier if verifier is not None else RuleVerifier()

    def _get_prompts(self) -> PromptDictType:
        return {}

    def _update_prompts(self, prompts: PromptDictType) -> None:
        """Do nothing: there are no prompts."""

    async def aevaluate(
        self,
        query: str | None = None,
        response: str | None = None,
        contexts: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> EvaluationResult:
        """Return what `evaluate` returns; the judge works in another thread."""
        return await asyncio.to_thread(self.evaluate, query, response, contexts)

    def evaluate(
        self,
        query: str | None = None,
        response: str | None = None,
        contexts: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> EvaluationResult:
        """Return the share of supported sentences as `score`, and in `feedback` those that are not, with reasons.

        `contexts=None` is invalid; an empty list supports nothing.
        """
        result = EvaluationResult(query=query, response=response, contexts=contexts)
        if response is None or not response.strip():
            return _invalid(result, "the response is empty")
        if contexts is None:
            return _invalid(result, "no contexts were given; give the texts that the response was written from")
        try:
            claims = judged_sentences(response, contexts, judge=self._verifier, question=query or None)
        except VerifierError as error:
            return _invalid(result, f"the judge {self._verifier.name} failed: {error}")
        if not claims:
            return _invalid(result, "the response states nothing that could be checked")
        supported = sum(claim.supported for claim in claims)
        result.score = supported / len(claims)
        result.passing = supported == len(claims)
        result.feedback = _feedback(claims)
        return result


def _invalid(result: EvaluationResult, reason: str) -> EvaluationResult:
    result.invalid_result = True
    result.invalid_reason = reason
    return result


def _feedback(claims: Sequence[JudgedClaim]) -> str:
    failed = [claim for claim in claims if not claim.supported]
    if not failed:
        return f"all sentences are supported ({len(claims)} of {len(claims)})"
    head = f"{len(failed)} of {len(claims)} sentences are not supported:"
    return "\n".join(
        [head, *(f"- {claim.text} ({claim.label}: {claim.reason or 'no reason given'})" for claim in failed)]
    )
