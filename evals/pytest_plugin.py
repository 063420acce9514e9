"""`assert_grounded` for a user's own tests, and the plugin that gives it as the fixture `grounded`.

pytest imports this module at every start, so it imports nothing of onrecord until a test asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from evals.types import JudgedClaim
    from qa.types import Answer
    from qa.verify import Verifier


def assert_grounded(
    answer: Answer | str,
    contexts: Sequence[str] | None = None,
    *,
    verifier: Verifier | None = None,
    min_probability: float | None = None,
    question: str | None = None,
) -> None:
    """Pass when every sentence of an answer is cited and supported by the words it cites.

    An answer of onrecord brings its citations. Any other text needs `contexts`, the texts that it was written from: a
    sentence with [1] markers must be supported by these, one without by all of them together. An abstention states
    nothing and passes; check `answer.status` where it must answer.

    Args:
        verifier: the judge; None for the one that is built in.
        min_probability: what the judge must give each sentence at least; None: its verdict is enough.
        question: what a text answers; an answer of onrecord brings it.

    Raises:
        AssertionError: what failed, a line a sentence.
        VerifierError: the judge is broken; that says nothing about the answer.
    """
    __tracebackhide__ = True
    claims = _judged(answer, contexts, verifier, question)
    failed = [reason for claim in claims if (reason := _failure(claim, min_probability)) is not None]
    if failed:
        head = f"{len(failed)} of {len(claims)} sentences are not grounded:"
        raise AssertionError("\n".join([head, *(f"  {line}" for line in failed)]))


def _judged(
    answer: Answer | str, contexts: Sequence[str] | None, verifier: Verifier | None, question: str | None
) -> tuple[JudgedClaim, ...]:
    __tracebackhide__ = True
    from evals.grounding import judged_sentences
    from evals.scoring import judge_claims
    from evals.types import Trace
    from qa.verify import RuleVerifier

    judge = verifier if verifier is not None else RuleVerifier()
    if not isinstance(answer, str):
        return judge_claims(Trace(answer=answer), judge)
    if contexts is None or isinstance(contexts, str):
        raise TypeError("a text needs contexts=[...], the texts that it was written from")
    if not answer.strip():
        raise AssertionError("the text is empty: there is nothing that could be grounded")
    return judged_sentences(answer, contexts, judge=judge, question=question)


def _failure(claim: JudgedClaim, min_probability: float | None) -> str | None:
    """Return what is wrong with a claim, in a line; None where nothing is."""
    marks = "".join(f"[{number}]" for number in claim.citations)
    said = f"{claim.text} {marks}".strip()
    if not claim.supported:
        return f"{said}: {claim.label.replace('_', ' ')}" + (f" ({claim.reason})" if claim.reason else "")
    if min_probability is None:
        return None
    if claim.probability is None:
        return f"{said}: the judge gives no probability, expected at least {min_probability:g}"
    if claim.probability < min_probability:
        return f"{said}: supported with a probability of {claim.probability:.2f}, expected at least {min_probability:g}"
    return None


# --- the plugin -------------------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("onrecord", "onrecord: is every sentence of an answer grounded?")
    group.addoption(
        "--onrecord-judge",
        metavar="URL#MODEL",
        help="an OpenAI-compatible judge for the fixture `grounded`, instead of the built-in one",
    )
    group.addoption(
        "--onrecord-min-probability",
        metavar="P",
        type=float,
        help="what the judge must give each sentence at least (default: its verdict is enough)",
    )
    parser.addini("onrecord_judge", "the same as --onrecord-judge")
    parser.addini("onrecord_min_probability", "the same as --onrecord-min-probability")


@pytest.fixture(scope="session")
def grounded(pytestconfig: pytest.Config) -> Callable[..., None]:
    """`assert_grounded` with the judge and the least probability of the command line or the ini file."""
    from functools import partial

    given: dict[str, object] = {}
    if (least := _least_probability(pytestconfig)) is not None:
        given["min_probability"] = least
    judge = pytestconfig.getoption("--onrecord-judge") or pytestconfig.getini("onrecord_judge")
    if judge:
        from evals.outside import OutsideJudge
        from qa.config import api_key

        given["verifier"] = OutsideJudge(str(judge), api_key=api_key())
    return partial(assert_grounded, **given)  # type: ignore[arg-type]


def _least_probability(config: pytest.Config) -> float | None:
    option: float | None = config.getoption("--onrecord-min-probability")
    written = config.getini("onrecord_min_probability")
    try:
        least = option if option is not None else float(written) if written else None
    except ValueError as error:
        raise pytest.UsageError(f"onrecord_min_probability = {written} is not a number; expected 0 to 1") from error
    if least is not None and not 0 <= least <= 1:
        raise pytest.UsageError(f"onrecord_min_probability {least:g} is no probability; expected 0 to 1")
    return least
