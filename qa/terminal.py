"""Answers, passages and progress as plain text for a terminal. Everything but `ProgressBar` is pure."""

from __future__ import annotations

import re
import textwrap
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TextIO

from index.types import Dated, Hit, IndexStats, SyncReport
from qa.types import Answer, Citation, Conflict

NEAREST = 3  # passages shown under an abstention
_LINE_SECONDS = 10.0
_PACE_SECONDS = 30.0
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def answer_as_text(answer: Answer, nearest: Sequence[Hit] = (), *, width: int = 88) -> str:
    """Return the answer, then what it rests on; `nearest` is shown when it abstained."""
    if answer.status == "abstained":
        parts = [_wrap(f"No answer on the record: {answer.reason or answer.text}", width)]
        if nearest and not answer.citations:
            parts.append(_passages("Nearest in the documents:", nearest[:NEAREST], width))
    else:
        # The sides that follow the first line of a disagreement stand in its table.
        parts = [_wrap(answer.text.partition("\n")[0] if answer.conflicts else answer.text, width)]
        parts += [_conflict(conflict, answer.citations) for conflict in answer.conflicts]
    if answer.citations:
        heading = "Nearest in the documents:" if answer.status == "abstained" else "Sources:"
        parts.append(_sources(heading, answer.citations, width))
    return printable("\n\n".join(parts)) + "\n"


def hits_as_text(hits: Sequence[Hit], *, width: int = 88) -> str:
    """Return the passages, best first, each under its rank, source and date."""
    if not hits:
        return "No passage found.\n"
    blocks = [f"{hit.rank}. {_origin(hit.source, hit.article, hit.date)}\n{_indented(hit.text, width)}" for hit in hits]
    return printable("\n\n".join(blocks)) + "\n"


def report_as_text(report: SyncReport) -> str:
    """Return what `sync` did in one line, and one line for each file that failed."""
    counts = ("added", "updated", "removed", "unchanged", "failed")
    summary = ", ".join(f"{len(getattr(report, name))} {name}" for name in counts)
    lines = [summary, *(f"  not indexed: {failure.source}: {failure.reason}" for failure in report.failed)]
    return printable("\n".join(lines)) + "\n"


def stats_as_text(stats: IndexStats) -> str:
    """Return one line a figure."""
    rows = [
        ("documents", str(stats.documents)),
        ("articles", str(stats.articles)),
        ("passages", str(stats.passages)),
        ("size", f"{stats.bytes / 1e6:.1f} MB"),
        ("failed", str(stats.failed)),
        ("embedder", stats.embedder),
        ("fingerprint", stats.fingerprint),
    ]
    return table(rows) + "\n"


def table(rows: Sequence[Sequence[str]], *, indent: str = "") -> str:
    """Return rows as columns of equal width; the last column is left ragged."""
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return "\n".join(
        indent + "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    )


def printable(text: str) -> str:
    """Return the text without control characters, so that no document can steer the terminal."""
    return _CONTROL.sub("", text)


def date_as_text(date: Dated | None) -> str:
    """Return the date with how it is known, where it was not simply stated."""
    if date is None:
        return "undated"
    return date.value.isoformat() + ("" if date.basis == "stated" else f" ({date.basis})")


class ProgressBar:
    """A one-line bar on a terminal, with the rate and the time left; anywhere else a line every ten seconds."""

    def __init__(self, stream: TextIO, *, cells: int = 24, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._cells = cells
        self._clock = clock
        self._live = stream.isatty()
        self._width = 0
        self._marks: deque[tuple[float, int]] = deque()  # when how many were done, of late
        self._next_line = clock() + _LINE_SECONDS

    def __call__(self, name: str, done: int, total: int) -> None:
        """Show that `done` of `total` are finished and that `name` is at hand."""
        now = self._clock()
        shown = f"{done}/{total}{self._pace(now, done, total)} {printable(name)[-40:]}"
        if self._live:
            filled = self._cells * done // max(total, 1)
            self.say(f"[{'█' * filled}{'·' * (self._cells - filled)}] {shown}")
        elif now >= self._next_line:
            self._next_line = now + _LINE_SECONDS
            self._stream.write(shown + "\n")
            self._stream.flush()

    def _pace(self, now: float, done: int, total: int) -> str:
        """Return the rate over the last half minute, and how long the rest takes at it."""
        self._marks.append((now, done))
        while now - self._marks[0][0] > _PACE_SECONDS:
            self._marks.popleft()
        seconds, finished = now - self._marks[0][0], done - self._marks[0][1]
        if seconds < 1 or finished <= 0:
            return ""
        left = round((total - done) * seconds / finished)
        minutes = f"{left // 3600} h {left % 3600 // 60} min" if left >= 3600 else f"{left // 60}:{left % 60:02d}"
        return f", {finished / seconds:.1f}/s, {minutes} left,"

    def say(self, text: str) -> None:
        """Show a line in place of the last one."""
        if self._live:
            self._stream.write("\r" + text.ljust(self._width))
            self._stream.flush()
            self._width = len(text)

    def clear(self) -> None:
        """Take the line away."""
        if self._live and self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0


def _conflict(conflict: Conflict, citations: Sequence[Citation]) -> str:
    by_number = {citation.number: citation for citation in citations}
    rows = [("value", "date", "source")]
    for side in conflict.sides:
        citation = by_number.get(side.citation)
        rows.append(
            (
                side.value,
                date_as_text(citation.date) if citation else "",
                f"{citation.source} [{side.citation}]" if citation else f"[{side.citation}]",
            )
        )
    return f"{conflict.about}\n{table(rows, indent='  ')}"


def _sources(heading: str, citations: Sequence[Citation], width: int) -> str:
    blocks = [
        f"  [{citation.number}] {_origin(citation.source, citation.article, citation.date)}\n"
        + _indented(f"“{citation.quote}”", width, indent=" " * 6)
        for citation in citations
    ]
    return "\n".join([heading, *blocks])


def _passages(heading: str, hits: Sequence[Hit], width: int) -> str:
    blocks = [
        f"  - {_origin(hit.source, hit.article, hit.date)}\n"
        + _indented(textwrap.shorten(hit.text, 240, placeholder=" …"), width, indent=" " * 6)
        for hit in hits
    ]
    return "\n".join([heading, *blocks])


def _origin(source: str, article: str | None, date: Dated | None) -> str:
    return ", ".join(part for part in (source, article, date_as_text(date)) if part)


def _wrap(text: str, width: int) -> str:
    return "\n".join(textwrap.fill(line, width) for line in text.splitlines())


def _indented(text: str, width: int, indent: str = "   ") -> str:
    return textwrap.fill(" ".join(text.split()), width, initial_indent=indent, subsequent_indent=indent)
