"""Public sets as suites: each module says what its set is, how it becomes cases, and what its figures do not mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evals.adapters import bipia, cranfield, news, nomiracl, poisonedrag, ramdocs, realtimeqa, rgb, squad2, timeqa
from evals.types import Suite

ADAPTERS: dict[str, Callable[[Path], Suite]] = {
    "news": news.suite,
    "squad2": squad2.suite,
    "nomiracl": nomiracl.suite,
    "ramdocs": ramdocs.suite,
    "rgb": rgb.suite,
    "poisonedrag": poisonedrag.suite,
    "realtimeqa": realtimeqa.suite,
    "timeqa": timeqa.suite,
    "bipia": bipia.suite,
    "cranfield": cranfield.suite,
}
