"""What counts as right: pure functions over question rows and what was answered to them.

A row says what must stand in the answer (`answers`: of every group one spelling), or that the documents do not answer
(`answers` is null). Spellings are compared without regard to case, to the shape of quotes and dashes and to spaces, and
as whole words and numbers: 17 does not stand in "2017" or in "17,000", nor in the marker "[17]".
"""

from __future__ import annotations

import json
import math
import re
import statistics
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Outcome = Literal["right", "wrong", "abstained", "answered", "failed"]

REFUSED_KINDS = frozenset({"unanswerable", "false-premise"})
CONFLICT = "conflict"
_MARKER = re.compile(r"\s?\[\d+(?:\s*,\s*\d+)*\]")
_QUOTES = dict.fromkeys(map(ord, "‘’‚‛ʼ`´"), "'") | dict.fromkeys(map(ord, "“”„‟«»"), '"')
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_FOLDED = _QUOTES | _DASHES
_Z95 = 1.959963984540054


class RowsError(Exception):
    """A file of questions is not in its shape; the message names the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """Words that stand in a document."""

    source: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question and what a right answer to it is."""

    id: str
    kind: str
    question: str
    answers: tuple[tuple[str, ...], ...] | None  # None: the documents do not answer it
    evidence: tuple[Quoted, ...] = ()
    history: tuple[str, ...] = ()
    as_of: str | None = None  # YYYY-MM-DD
    forbidden: tuple[str, ...] = ()

    @property
    def to_refuse(self) -> bool:
        return self.answers is None

    @property
    def answerable(self) -> bool:
        return self.answers is not None and self.kind != CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What came back for a row, reduced to what is scored."""

    status: str  # answered, conflict, abstained, or failed where asking raised an error
    text: str
    sides: tuple[str, ...] = ()  # the values of the conflicts that were reported


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A passage that a search found."""

    source: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    low: float
    high: float


def read_rows(lines: Iterable[str]) -> list[Row]:
    """Return the rows of a JSONL file, in order; blank lines are passed over.

    Raises:
        RowsError: a line is not JSON, or lacks a field, or an id comes twice.
    """
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise RowsError(
                f"line {number} is not a question row ({error}); expected id, kind, question, answers"
            ) from error
    ids = [row.id for row in rows]
    if len(set(ids)) != len(ids):
        raise RowsError(f"the id {statistics.mode(ids)!r} comes twice; give every row its own")
    return rows


def _row(fields: dict[str, Any]) -> Row:
    answers = fields["answers"]
    return Row(
        id=str(fields["id"]),
        kind=str(fields["kind"]),
        question=str(fields["question"]),
        answers=None if answers is None else tuple(tuple(map(str, group)) for group in answers),
        evidence=tuple(Quoted(source=item["source"], quote=item["quote"]) for item in fields.get("evidence", ())),
        history=tuple(_user_turns(fields.get("history") or ())),
        as_of=fields.get("as_of"),
        forbidden=tuple(map(str, fields.get("forbidden") or ())),
    )


def _user_turns(history: Sequence[Any]) -> Iterable[str]:
    for turn in history:
        yield turn if isinstance(turn, str) else str(turn["content"])


def folded(text: str) -> str:
    """Return the text as it is compared: NFKC, one shape of quotes and dashes, single spaces, no case."""
    shaped = unicodedata.normalize("NFKC", text).translate(_FOLDED)
    return " ".join(shaped.split()).casefold()


def without_markers(text: str) -> str:
    """Return the text without its [1] and [1, 2] markers."""
    return _MARKER.sub("", text)


def says(text: str, spelling: str) -> bool:
    """Return whether the spelling stands in the text as whole words and whole numbers."""
    wanted = folded(spelling)
    if not wanted:
        return False
    before = r"(?<!\w)(?<!\d[.,])" if wanted[0].isalnum() else ""
    after = r"(?!\w)" + (r"(?![.,]\d)" if wanted[-1].isdigit() else "") if wanted[-1].isalnum() else ""
    return re.search(before + re.escape(wanted) + after, folded(without_markers(text))) is not None


def says_all(text: str, groups: Sequence[Sequence[str]]) -> bool:
    """Return whether of every group at least one spelling stands in the text."""
    return all(any(says(text, spelling) for spelling in group) for group in groups)


def outcome(row: Row, given: Given) -> Outcome:
    """Return what became of a row.

    A row to be refused is right when the answer abstained and `answered` when it did not; any other row is right when
    the answer did not abstain and has all that it must have (for a conflict: reported as one, with every side in the
    text or among the sides), else `abstained` or `wrong`.
    """
    if given.status == "failed":
        return "failed"
    if row.answers is None:
        return "right" if given.status == "abstained" else "answered"
    if given.status == "abstained":
        return "abstained"
    if row.kind != CONFLICT:
        return "right" if says_all(given.text, row.answers) else "wrong"
    told = "\n".join((given.text, *given.sides))
    return "right" if given.status == "conflict" and says_all(told, row.answers) else "wrong"


def forbidden_said(row: Row, given: Given) -> tuple[str, ...]:
    """Return the forbidden strings of a row that stand in the answer."""
    return tuple(spelling for spelling in row.forbidden if says(given.text, spelling))


def quotes_found(row: Row, found: Sequence[Found]) -> list[bool]:
    """Return for each different quote of a row whether a passage holds it; one text in two documents is one quote."""
    sources: dict[str, set[str]] = {}
    for item in row.evidence:
        sources.setdefault(folded(item.quote), set()).add(item.source)
    return [
        any(_same_source(passage.source, names) and quote in folded(passage.text) for passage in found)
        for quote, names in sources.items()
    ]


def _same_source(source: str, names: set[str]) -> bool:
    return any(source == name or source.endswith("/" + name) for name in names)


def wilson(successes: int, n: int) -> Interval:
    """Return the 95 % score interval of a share (Wilson 1927).

    Raises:
        ValueError: there is nothing to take a share of, or more successes than cases.
    """
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"a share needs 0 <= successes <= n and n > 0, not {successes} of {n}")
    share, z2 = successes / n, _Z95**2
    middle = share + z2 / (2 * n)
    half = _Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    scale = 1 + z2 / n
    return Interval(low=max(0.0, (middle - half) / scale), high=min(1.0, (middle + half) / scale))


def median_interval(values: Sequence[float]) -> Interval:
    """Return an interval that holds the median with at least 95 % (order statistics), or the range where n < 6.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("a median needs at least one value")
    ordered, n = sorted(values), len(values)
    below, left_out, chance = 0.0, 0, 0.5**n
    for rank in range(n // 2):
        below += chance * math.comb(n, rank)
        if below > 0.025:
            break
        left_out = rank
    return Interval(low=ordered[left_out], high=ordered[n - 1 - left_out])
