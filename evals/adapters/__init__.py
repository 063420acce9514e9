"""The public sets that are turned into suites. Each module says what its set is and what its figures do not mean."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from evals.errors import SuiteError
from evals.types import Suite

ADAPTERS = (
    "news",
    "squad2",
    "nomiracl",
    "ramdocs",
    "rgb",
    "poisonedrag",
    "realtimeqa",
    "timeqa",
    "bipia",
    "cranfield",
)


def suite_of(name: str, data: Path) -> Suite:
    """Return the suite of a public set whose files lie below `data`.

    Raises:
        DataMissing: they do not.
        SuiteError: they are not in the shape that the set has.
    """
    try:
        suite: Suite = import_module(f"evals.adapters.{name}").suite(data)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        found = f"{type(error).__name__}: {error}"
        raise SuiteError(f"{name}: a row below {data} has not its shape ({found}); fetch the set again") from error
    if not suite.cases:
        raise SuiteError(f"{name}: the files below {data} hold no cases; fetch the set again")
    return suite
