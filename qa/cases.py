"""Cases, histories and claims as they come from the user's JSON: their shape is checked before anything is asked."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.errors import CasesError
from qa.types import Question, Turn

if TYPE_CHECKING:
    from index import PassageInput
    from index.filters import Filter

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row of `onrecord batch`."""

    id: str | int
    question: Question
    passages: tuple[PassageInput, ...] | None = None  # None: the index is searched


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCase:
    """One row of `onrecord verify`."""

    id: str | int
    claim: str
    evidence: str
    question: str | None = None


def read_cases(lines: Iterable[str]) -> list[Case]:
    """Return the cases of a JSONL file, in order; blank lines are passed over.

    Raises:
        CasesError: a line is not a case; the message names the line and the field.
    """
    return [_case(row, where) for row, where in _rows(lines)]


def read_claims(lines: Iterable[str]) -> Iterator[ClaimCase]:
    """Yield the claims of a JSONL stream as they arrive.

    Raises:
        CasesError: a line is not a claim with its evidence; the message names the line and the field.
    """
    for row, where in _rows(lines):
        evidence = row.get("evidence")
        if isinstance(evidence, list) and all(isinstance(item, str) for item in evidence):
            evidence = "\n\n".join(evidence)
        if not isinstance(evidence, str):
            raise CasesError(f'{where}: "evidence" is {_kind(evidence)}; expected a string or a list of strings')
        yield ClaimCase(
            id=_identity(row, where),
            claim=_string(row, "claim", where),
            evidence=evidence,
            question=_optional_string(row, "question", where),
        )


def read_history(text: str, where: str = "the history") -> tuple[Turn, ...]:
    """Return the turns of a JSON list of earlier user questions, or of `{"role", "content"}` turns.

    Raises:
        CasesError: the text is not such a list.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        raise CasesError(f"{where} is not JSON ({error}); expected a list of questions or turns") from error
    return _turns(value, where)


def parse_day(text: str) -> datetime.date:
    """Return the day of `YYYY-MM-DD`; a time of day after it is cut off.

    Raises:
        ValueError: it does not begin with a date, or something else follows it.
    """
    found = _DAY.fullmatch(text)
    try:
        return datetime.date.fromisoformat(found[1] if found else "")
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not a date; expected YYYY-MM-DD, such as 2021-09-23") from None


def _rows(lines: Iterable[str]) -> Iterator[tuple[dict[str, object], str]]:
    for number, line in enumerate(lines, 1):
        where = f"line {number}"
        stripped = line.removeprefix("\ufeff").strip() if number == 1 else line.strip()
        if not stripped:
            continue
        try:
            row = json.loads(stripped)
        except (ValueError, RecursionError) as error:
            raise CasesError(f"{where} is not JSON ({error}); expected one JSON object a line") from error
        if not isinstance(row, dict):
            raise CasesError(f"{where} is {_kind(row)}; expected one JSON object a line")
        yield row, where


def _case(row: dict[str, object], where: str) -> Case:
    passages = row.get("passages")
    if passages is not None and not isinstance(passages, list):
        raise CasesError(f'{where}: "passages" is {_kind(passages)}; expected a list of {{"source", "text"}} objects')
    history = row.get("history")
    return Case(
        id=_identity(row, where),
        question=Question(
            text=_string(row, "question", where),
            history=_turns(history, f'{where}: "history"') if history is not None else (),
            as_of=_optional_day(row, "as_of", where),
            where=None if row.get("where") is None else _filter(row["where"], f'{where}: "where"'),
        ),
        passages=None if passages is None else tuple(_passage(item, where) for item in passages),
    )


def parse_filter(value: object) -> Filter:
    """Return the filter of a JSON object: {"from"?, "to"?, "happened_from"?, "happened_to"?, "sources"?,
    "media_types"?, "tags"?, "languages"?}.

    Raises:
        ValueError: it is no such object.
    """
    try:
        return _filter(value, "the filter")
    except CasesError as error:
        raise ValueError(str(error)) from error


FILTER_KEYS = ("from", "to", "happened_from", "happened_to", "sources", "media_types", "tags", "languages")


def _filter(value: object, where: str) -> Filter:
    from index.filters import Filter, happened_between

    if not isinstance(value, dict) or set(value) - set(FILTER_KEYS):
        found = ", ".join(sorted(map(str, set(value) - set(FILTER_KEYS)))) if isinstance(value, dict) else _kind(value)
        raise CasesError(f"{where} holds {found}; expected an object with {', '.join(FILTER_KEYS)}, each optional")
    try:
        first, last, happened_from, happened_to = (_optional_day(value, name, where) for name in FILTER_KEYS[:4])
        return Filter(
            published_from=first,
            published_to=last,
            sources=_strings(value, "sources", where),
            media_types=_strings(value, "media_types", where),
            tags=_strings(value, "tags", where),
            languages=_strings(value, "languages", where),
            happened=happened_between(happened_from, happened_to),
        )
    except ValueError as error:
        raise CasesError(f"{where}: {error}") from error


def _strings(row: dict[str, object], name: str, where: str) -> tuple[str, ...]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise CasesError(f'{where}: "{name}" is {_kind(value)}; expected a list of strings')
    return tuple(value)


def _passage(value: object, where: str) -> PassageInput:
    from index import PassageInput

    if not isinstance(value, dict):
        raise CasesError(f'{where}: a passage is {_kind(value)}; expected {{"source", "text", "title"?, "date"?}}')
    place = f"{where}: a passage"
    return PassageInput(
        source=_string(value, "source", place),
        text=_string(value, "text", place),
        title=_optional_string(value, "title", place),
        date=_optional_day(value, "date", place),
    )


def _turns(value: object, where: str) -> tuple[Turn, ...]:
    if not isinstance(value, list):
        raise CasesError(f"{where} is {_kind(value)}; expected a list of questions or of role and content turns")
    return tuple(_turn(item, where) for item in value)


def _turn(value: object, where: str) -> Turn:
    if isinstance(value, str):
        return Turn(role="user", content=value)
    if isinstance(value, dict):
        role, content = value.get("role"), value.get("content")
        if (role == "user" or role == "assistant") and isinstance(content, str):
            return Turn(role=role, content=content)
    raise CasesError(
        f"{where} holds {json.dumps(value, ensure_ascii=False)[:80]}; "
        'expected a question, or a turn {"role": "user" or "assistant", "content": "…"}'
    )


def _identity(row: dict[str, object], where: str) -> str | int:
    value = row.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise CasesError(f'{where}: "id" is {_kind(value)}; expected a string or a whole number')
    return value


def _string(row: dict[str, object], name: str, where: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise CasesError(f'{where}: "{name}" is {_kind(value)}; expected a string')
    return value


def _optional_string(row: dict[str, object], name: str, where: str) -> str | None:
    return None if row.get(name) is None else _string(row, name, where)


def _optional_day(row: dict[str, object], name: str, where: str) -> datetime.date | None:
    value = _optional_string(row, name, where)
    if value is None or not value.strip():
        return None
    try:
        return parse_day(value.strip())
    except ValueError as error:
        raise CasesError(f'{where}: "{name}": {error}') from error


def _kind(value: object) -> str:
    """Name what JSON gave, in JSON's own words."""
    if value is None:
        return "missing"
    names = {bool: "true or false", int: "a number", float: "a number", str: "a string", list: "a list"}
    return names.get(type(value), "an object")
