"""What an answer costs: seconds, tokens, memory. Times differ from run to run; tokens do not."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from math import ceil

from evals.metrics.base import Contribution, per_case, whole
from evals.types import Result, Times

_ALL = "Abstentions take time like any other case and count. Errors are left out."
_DRAFTED = "Cases in which nothing was drafted, as in many abstentions, are left out, and so are errors."


@whole(title="Median seconds", refusals=_ALL, group="cost", unit="seconds", higher_is_better=False)
def median_seconds(results: Sequence[Result]) -> float | None:
    """Median wall-clock seconds from question to checked answer. Defined here."""
    return _median([times.total for times in _times(results)])


@whole(title="95th percentile of seconds", refusals=_ALL, group="cost", unit="seconds", higher_is_better=False)
def p95_seconds(results: Sequence[Result]) -> float | None:
    """Seconds within which 95 of 100 answers were there: the nearest rank, which is a time that was measured (Hyndman &
    Fan 1996, "Sample Quantiles in Statistical Packages", definition 1).
    """
    ordered = sorted(times.total for times in _times(results))
    return ordered[ceil(len(ordered) * 95 / 100) - 1] if ordered else None


@whole(title="Median seconds to first word", refusals=_DRAFTED, group="cost", unit="seconds", higher_is_better=False)
def median_first_token_seconds(results: Sequence[Result]) -> float | None:
    """Median wall-clock seconds from question to the first piece of the draft. Defined here."""
    return _median([times.first_token for times in _times(results) if times.first_token is not None])


@whole(title="Median seconds of search", refusals=_ALL, group="cost", unit="seconds", higher_is_better=False)
def median_retrieve_seconds(results: Sequence[Result]) -> float | None:
    """Median seconds of searching, ranking and selecting evidence. Defined here."""
    return _median([times.retrieve for times in _times(results)])


@whole(title="Median seconds of writing", refusals=_DRAFTED, group="cost", unit="seconds", higher_is_better=False)
def median_generate_seconds(results: Sequence[Result]) -> float | None:
    """Median seconds in which the language model read the evidence and wrote the draft. Defined here."""
    return _median([times.generate for times in _times(results) if times.first_token is not None])


@whole(title="Median seconds of checking", refusals=_ALL, group="cost", unit="seconds", higher_is_better=False)
def median_verify_seconds(results: Sequence[Result]) -> float | None:
    """Median seconds of checking the draft and deciding what is shown. Defined here; runs that only search have
    none.
    """
    return _median([times.verify for times in _times([result for result in results if result.answer is not None])])


@per_case(title="Prompt tokens", refusals=_DRAFTED, group="cost", unit="tokens", higher_is_better=False)
def mean_prompt_tokens(result: Result) -> Contribution | None:
    """Mean tokens of what the language model reads for one question, without the fixed part of the prompt. Defined
    here.
    """
    trace = result.asked.trace
    return (float(trace.prompt_tokens), 1.0) if trace.prompt_tokens and trace.error is None else None


@per_case(title="Draft tokens", refusals=_DRAFTED, group="cost", unit="tokens", higher_is_better=False)
def mean_draft_tokens(result: Result) -> Contribution | None:
    """Mean tokens that the language model writes for one question. Defined here."""
    trace = result.asked.trace
    return (float(trace.draft_tokens), 1.0) if trace.draft_tokens and trace.error is None else None


@whole(title="Peak memory", refusals=_ALL, group="cost", unit="MB", higher_is_better=False)
def peak_memory_mb(results: Sequence[Result]) -> float | None:
    """Highest resident memory of the process, models and index included, in megabytes. Defined here."""
    return max((times.peak_memory_mb for times in _times(results) if times.peak_memory_mb > 0), default=None)


def _times(results: Sequence[Result]) -> list[Times]:
    return [result.asked.times for result in results if result.asked.trace.error is None]


def _median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None
