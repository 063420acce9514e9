"""Results and reports made by hand for the statistics: what counts is their outcome, their claims and their cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from evals.metrics.base import Metric
from evals.types import Asked, Case, Estimate, JudgedClaim, Manifest, Outcome, Report, Result, Times, Trace
from qa.types import Answer

MANIFEST = Manifest(
    suite="ferries",
    suite_fingerprint="s",
    data_fingerprint="d",
    code="c",
    scoring="e",
    model="scripted",
    model_fingerprint="m",
    prompt="p",
    settings="t",
    embedder="hashing",
    embedder_fingerprint="h",
    ranker="words",
    verifier="rules",
    checks="c",
    judge="rules",
    judge_fingerprint="j",
    seed=0,
    temperature=0.0,
    repeats=1,
    limit=None,
    only=(),
    diagnose="all",
    cases=0,
)


def result(
    key: str,
    outcome: Outcome = "answered right",
    *,
    cluster: str | None = None,
    claims: Sequence[bool] = (),
    seconds: float = 1.0,
    repeat: int = 0,
    **case: Any,
) -> Result:
    """Return a result; `claims` says of each claim whether it is supported."""
    asked = Case(
        **{"question": f"What of {key}?", "expect": "answer", "answers": (("21",),)} | case, id=key, cluster=cluster
    )
    return Result(
        case=asked,
        asked=Asked(trace=trace(asked, outcome), times=Times(total=seconds)),
        outcome=outcome,
        claims=tuple(
            JudgedClaim(text="It is so.", citations=(), label="supported" if good else "not_enough", probability=None)
            for good in claims
        ),
        repeat=repeat,
    )


def trace(case: Case, outcome: Outcome) -> Trace:
    if outcome == "error":
        return Trace(answer=None, error="ModelUnreachable: the server is gone; start it again")
    abstained = outcome in ("rightly abstained", "over-abstained")
    answer = Answer(
        question=case.question,
        standalone_question=case.question,
        status="abstained" if abstained else "conflict" if outcome == "conflict reported" else "answered",
        text="" if abstained else "The ferry carries 21 cars.",
        reason="The documents do not say." if abstained else None,
        claims=(),
        citations=(),
        conflicts=(),
        model="scripted",
        index_fingerprint="i",
    )
    return Trace(answer=answer)


def report(results: Sequence[Result], *metrics: str, **manifest: Any) -> Report:
    """Return a report that names metrics without figures, as `compare` takes them anew over the paired cases."""
    named = tuple(Estimate(metric=name, value=None, interval=None, n=0) for name in metrics)
    return Report(manifest=replace(MANIFEST, **manifest), results=tuple(results), estimates=named)


def outcomes(right: Mapping[str, bool] | Sequence[bool], *, clusters: int | None = None) -> list[Result]:
    """Return results that are right or wrong; with `clusters`, dealt to that many in turn."""
    items = right.items() if isinstance(right, Mapping) else ((f"c{n}", value) for n, value in enumerate(right))
    return [
        result(
            key,
            "answered right" if value else "answered wrong",
            cluster=None if clusters is None else f"k{n % clusters}",
        )
        for n, (key, value) in enumerate(items)
    ]


def a_metric(name: str = "made", **given: Any) -> Metric:
    return Metric(**{"title": name, "definition": "Made.", "refusals": "None.", "group": "outcomes"} | given, name=name)
