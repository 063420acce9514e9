"""How good the answers are: suites of questions whose answers are known, and what is measured on them.

from evals import open_suite, run
report = run(open_suite("my-suite"), assistant)
print(report.estimate("answered_right"))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evals.errors import EvaluationError
    from evals.folder import open_run
    from evals.metrics import METRICS
    from evals.pytest_plugin import assert_grounded
    from evals.runner import Options, run
    from evals.suites import open_suite
    from evals.types import Case, Comparison, Estimate, Gold, Report, Result, Suite

_PLACES = {
    "METRICS": "evals.metrics",
    "Case": "evals.types",
    "Comparison": "evals.types",
    "Estimate": "evals.types",
    "EvaluationError": "evals.errors",
    "Gold": "evals.types",
    "Options": "evals.runner",
    "Report": "evals.types",
    "Result": "evals.types",
    "Suite": "evals.types",
    "assert_grounded": "evals.pytest_plugin",
    "open_run": "evals.folder",
    "open_suite": "evals.suites",
    "run": "evals.runner",
}
__all__ = [
    "METRICS",
    "Case",
    "Comparison",
    "Estimate",
    "EvaluationError",
    "Gold",
    "Options",
    "Report",
    "Result",
    "Suite",
    "assert_grounded",
    "open_run",
    "open_suite",
    "run",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
