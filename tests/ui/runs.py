"""A folder of runs for the page: one on the ferry with failures of every kind and hostile words, and one without."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

from evals.folder import write_run
from evals.report import HTML
from evals.report.html import as_html
from evals.types import Estimate, GateResult, Gold, Interval, Report
from qa.types import Turn
from tests.evals.made import report, result
from tests.ui.conftest import LICENSED

HOSTILE = "</p><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> [a](javascript:1)"
AS_OF = datetime.date(2023, 10, 16)


def ferry_report() -> Report:
    """Return a run of five cases: two right, and one of each kind of failure."""
    results = [
        result("built", question="When was the Maid of Hethe built?"),
        replace(
            result(
                "licence",
                "answered wrong",
                question="How many passengers is it licensed to carry?",
                answers=(("180",),),
                as_of=AS_OF,
                history=(Turn(role="user", content="Who built the Maid of Hethe?"),),
                evidence=(Gold(source="ferry.txt", quote="licensed to carry 180 passengers"),),
            ),
            blame="reading",
        ),
        result("hostile", "over-abstained", question=f"What of {HOSTILE}?", answers=((HOSTILE,),)),
        result("gone", "error", question=LICENSED, evidence=(Gold(source="annals.txt"),)),
        result("silent", "rightly abstained", expect="abstain", answers=None),
    ]
    made = report(
        results,
        suite="ferry",
        cases=len(results),
        volatile={"date": "2026-11-20T10:30:00+00:00", "commit": "0a1b2c3d4e5f", "note": f"Small. {HOSTILE}"},
    )
    share = Estimate(metric="success", value=0.4, interval=Interval(low=0.12, high=0.77), n=5, clusters=5)
    wrong = Estimate(metric="answered_right", value=0.2, interval=Interval(low=0.04, high=0.62), n=5, clusters=5)
    gates = (
        GateResult(gate="success at least 0.9", passed=False, detail="40.0 % was found"),
        GateResult(gate="answered_right at least 0.1", passed=True, detail="20.0 % was found"),
    )
    return replace(made, estimates=(share, wrong), gates=gates)


def perfect_report() -> Report:
    results = [result("built", question="When was the Maid of Hethe built?")]
    share = Estimate(metric="success", value=1.0, interval=None, n=1, clusters=1)
    made = report(results, suite="built", cases=1, volatile={"date": "2026-11-22T09:00:00+00:00"})
    return replace(made, estimates=(share,))


def write_runs(folder: Path) -> None:
    """Write both runs where `onrecord eval` would, the first with its report."""
    write_run(ferry_report(), folder / "ferry" / "0001")
    (folder / "ferry" / "0001" / HTML).write_text(as_html(ferry_report()), encoding="utf-8")
    write_run(perfect_report(), folder / "built" / "0001")
