"""Cases as rows of JSONL, and back: the shape of every row is checked before anything is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args

from evals.errors import SuiteError
from evals.types import Case, Expectation, Gold
from index import PassageInput
from qa.cases import parse_day
from qa.types import Turn

CONFLICT, REFUSED = "conflict", frozenset({"unanswerable", "false-premise"})
FIELDS = frozenset(
    ["id", "question", "answers", "answerable", "expect", "kind", "sides", "history", "as_of", "evidence", "forbidden", "injected", "passages", "tags", "cluster"]
)


def read_cases(lines: Iterable[str], where: str = "the cases") -> tuple[Case, ...]:
    """Return the cases of a JSONL file, in order; blank lines are passed over.

    `answers` is a list of groups, of each of which one spelling must be said; a plain list of strings is one group of
    spellings. `kind` becomes the first tag: "conflict" expects a conflict, "unanswerable" and "false-premise" an
    abstention.

    Raises:
        SuiteError: a line is not a case, or an id comes twice; the message names the line and the field.
    """
    cases = tuple(case_of(row, place) for row, place in _rows(lines, where))
    check_ids(cases, where)
    return cases


def check_ids(cases: Sequence[Case], where: str) -> None:
    """Raise SuiteError where two cases have one id."""
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise SuiteError(f"{where}: the id {case.id!r} comes twice; give every case its own")
        seen.add(case.id)


def _rows(lines: Iterable[str], where: str) -> Iterator[tuple[dict[str, Any], str]]:
    for number, line in enumerate(lines, 1):
        text = line.removeprefix("\ufeff").strip()
        if not text:
            continue
        place = f"{where}, line {number}"
        try:
            row = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SuiteError(f"{place} is not JSON ({error}); expected one object a line") from error
        if not isinstance(row, dict):
            raise SuiteError(f"{place} is not a JSON object; expected one with id, question, answers")
        yield row, place


def case_of(row: Mapping[str, Any], where: str) -> Case:
    """Return the case of one row. Raises SuiteError, naming `where` and the field, when it is none."""
    unknown = sorted(set(row) - FIELDS)
    if unknown:
        raise SuiteError(f"{where}: unknown field {unknown[0]!r}; expected some of {', '.join(sorted(FIELDS))}")
    kind = row.get("kind")
    answers = _groups(row, "answers", where)
    return Case(
        id=_identity(row, where),
        question=_string(row, "question", where),
        expect=_expectation(row, kind, answers, where),
        answers=answers,
        sides=_groups(row, "sides", where) or (),
        history=tuple(_turn(item, where) for item in _list(row, "history", where)),
        as_of=_day(row, "as_of", where),
        evidence=tuple(_gold(item, where) for item in _list(row, "evidence", where)),
        forbidden=_strings(row, "forbidden", where),
        injected=_strings(row, "injected", where),
        passages=_passages(row, where),
        tags=((str(kind),) if kind else ()) + _strings(row, "tags", where),
        cluster=None if row.get("cluster") is None else str(row["cluster"]),
    )


def _expectation(
    row: Mapping[str, Any], kind: object, answers: tuple[tuple[str, ...], ...] | None, where: str
) -> Expectation:
    given = row.get("expect")
    if given is not None:
        for known in get_args(Expectation):
            if given == known:
                return known  # type: ignore[no-any-return]
        raise SuiteError(f'{where}: "expect" is {given!r}; expected one of {", ".join(get_args(Expectation))}')
    answerable = row.get("answerable")
    if answerable is not None and not isinstance(answerable, bool):
        raise SuiteError(f'{where}: "answerable" is {answerable!r}; expected true or false')
    if kind in REFUSED or answerable is False or (answers is None and answerable is None):
        return "abstain"
    return "conflict" if kind == CONFLICT else "answer"


def _groups(row: Mapping[str, Any], name: str, where: str) -> tuple[tuple[str, ...], ...] | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return (tuple(value),)
    good = isinstance(value, list) and all(
        isinstance(group, list) and group and all(isinstance(word, str) and word.strip() for word in group)
        for group in value
    )
    if not good or not value:
        raise SuiteError(f'{where}: "{name}" must be a list of groups of spellings such as [["17", "seventeen"]]')
    return tuple(tuple(group) for group in value)


def _gold(item: object, where: str) -> Gold:
    if not isinstance(item, dict) or not isinstance(item.get("source"), str):
        raise SuiteError(f'{where}: an element of "evidence" must be {{"source": "…", "quote": "…"}}')
    if "start" in item or "end" in item:
        raise SuiteError(f'{where}: evidence is given by its words, not by offsets; put them in "quote"')
    quote, grade = item.get("quote"), item.get("grade", 1)
    if quote is not None and (not isinstance(quote, str) or not quote.strip()):
        raise SuiteError(f'{where}: "quote" of the evidence in {item["source"]} must be words of that document')
    if isinstance(grade, bool) or not isinstance(grade, int) or grade < 1:
        raise SuiteError(f'{where}: "grade" is {grade!r}; expected a whole number of 1 or more')
    return Gold(source=item["source"], quote=quote, grade=grade)


def _turn(item: object, where: str) -> Turn:
    if isinstance(item, str):
        return Turn(role="user", content=item)
    if isinstance(item, dict) and isinstance(item.get("content"), str):
        role = item.get("role")
        if role == "user" or role == "assistant":
            return Turn(role=role, content=item["content"])
    raise SuiteError(f'{where}: "history" must hold earlier questions, or turns {{"role", "content"}}')


def _passages(row: Mapping[str, Any], where: str) -> tuple[PassageInput, ...] | None:
    if row.get("passages") is None:
        return None
    return tuple(_passage(item, where) for item in _list(row, "passages", where))


def _passage(item: object, where: str) -> PassageInput:
    if not isinstance(item, dict):
        raise SuiteError(f'{where}: a passage must be {{"source", "text", "title"?, "date"?}}')
    place = f"{where}: a passage"
    title = item.get("title")
    return PassageInput(
        source=_string(item, "source", place),
        text=_string(item, "text", place),
        title=None if title is None else str(title),
        date=_day(item, "date", place),
    )


def _identity(row: Mapping[str, Any], where: str) -> str:
    value = row.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise SuiteError(f'{where}: "id" must be a string or a whole number of its own')
    return str(value)


def _string(row: Mapping[str, Any], name: str, where: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise SuiteError(f'{where}: "{name}" is missing or empty; expected a string')
    return value


def _list(row: Mapping[str, Any], name: str, where: str) -> list[Any]:
    value = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise SuiteError(f'{where}: "{name}" must be a list')
    return value


def _strings(row: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    value = _list(row, name, where)
    if not all(isinstance(item, str) and item.strip() for item in value):
        raise SuiteError(f'{where}: "{name}" must be a list of strings')
    return tuple(value)


def _day(row: Mapping[str, Any], name: str, where: str) -> Any:
    value = row.get(name)
    if value is None or value == "":
        return None
    try:
        return parse_day(str(value))
    except ValueError as error:
        raise SuiteError(f'{where}: "{name}": {error}') from error


def case_to_json(case: Case) -> dict[str, Any]:
    """Return a case as a row that `read_cases` gives back as it was; what is empty is left out."""
    row: dict[str, Any] = {"id": case.id, "question": case.question, "expect": case.expect}
    row["answers"] = None if case.answers is None else [list(group) for group in case.answers]
    row["sides"] = [list(group) for group in case.sides]
    row["history"] = [{"role": turn.role, "content": turn.content} for turn in case.history]
    row["as_of"] = case.as_of.isoformat() if case.as_of else None
    row["evidence"] = [_gold_to_json(gold) for gold in case.evidence]
    row |= {"forbidden": list(case.forbidden), "injected": list(case.injected), "tags": list(case.tags)}
    row["passages"] = None if case.passages is None else [_passage_to_json(passage) for passage in case.passages]
    row["cluster"] = case.cluster
    return {
        name: value
        for name, value in row.items()
        if value or name == "answers" or (name == "passages" and value is not None)
    }


def _gold_to_json(gold: Gold) -> dict[str, Any]:
    row: dict[str, Any] = {"source": gold.source}
    if gold.quote is not None:
        row["quote"] = gold.quote
    return row | ({"grade": gold.grade} if gold.grade != 1 else {})


def _passage_to_json(passage: PassageInput) -> dict[str, Any]:
    row = {"source": passage.source, "text": passage.text, "title": passage.title}
    row["date"] = passage.date.isoformat() if passage.date else None
    return {name: value for name, value in row.items() if value is not None}
