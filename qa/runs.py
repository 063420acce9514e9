"""Evaluation runs as a reader goes through them: `evals` makes these values and the page shows them.

Numbers are in the words of a report ("83.3 %", "66.1 to 94.0"), so that page and report say the same.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from qa.types import Answer, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of a run."""

    title: str
    value: str  # with its unit
    interval: str  # 95 %, in the same unit; "" where there is none
    n: int  # how many cases, claims or citations it is over


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureGroup:
    """Figures that belong together."""

    title: str
    main: bool  # whether a reader looks at them first
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A finished run in a list."""

    name: str  # its folder, below the folder of runs
    suite: str
    model: str
    commit: str  # "" where it is not known
    made: datetime.datetime  # with its time zone
    cases: int
    right: Figure | None  # the share of right reactions; None: not measured


@dataclass(frozen=True, slots=True, kw_only=True)
class RunList:
    rows: tuple[RunRow, ...]  # newest first
    damaged: tuple[str, ...] = ()  # runs that cannot be read


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine:
    gate: str  # as the suite says it
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Surrounding:
    """The paragraph around a quote, as it was when the case was asked."""

    text: str
    start: int  # where it begins in the document


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedCase:
    """A case whose reaction was not right."""

    key: str
    question: str
    expected: str
    outcome: str
    stage: str  # where it went wrong; "" where that is not known
    why: str  # the same in a sentence
    answer: Answer | None  # None: asking raised an error
    error: str | None
    surroundings: Mapping[int, Surrounding]  # by citation number
    history: tuple[Turn, ...]
    as_of: datetime.date | None
    sources: tuple[str, ...]  # where its evidence stands: a document's name, or the end of its path
    own_passages: int  # how many the case brings, to be searched instead of documents


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A run with its figures and failures."""

    row: RunRow
    note: str  # what its figures do and do not say
    verdict: str  # of all gates, in a few words
    gates: tuple[GateLine, ...]
    groups: tuple[FigureGroup, ...]
    answered: bool  # False: it only searched, so no reaction is right or wrong
    failures: tuple[FailedCase, ...]  # the worst outcome first
    documents: str  # fingerprint of the documents that were asked
    report: bool  # whether it has a report to be opened


class Runs(Protocol):
    """The runs of a folder."""

    @property
    def folder(self) -> Path: ...

    def listed(self) -> RunList:
        """Return the finished runs."""
        ...

    def opened(self, name: str) -> RunView:
        """Return a run. Raises RunsError: there is none of this name, or it cannot be read."""
        ...

    def report(self, name: str) -> Path:
        """Return the file of a run's report. Raises RunsError: there is none inside the folder."""
        ...
