"""Cases as they are written down, one JSON object a line, and back again."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from evals.errors import EvaluationError, SuiteError
from evals.types import Case, Expectation, Gold
from index import PassageInput
from qa.cases import parse_day, read_history
from qa.errors import CasesError
from qa.types import Turn

FIELDS = (
    "id",
    "question",
    "answers",
    "answerable",
    "expect",
    "kind",
    "sides",
    "history",
    "as_of",
    "evidence",
    "forbidden",
    "injected",
    "passages",
    "tags",
    "cluster",
)
EXPECTATIONS: tuple[Expectation, ...] = get_args(Expectation)
REFUSED_KINDS = frozenset({"unanswerable", "false-premise"})

PASSAGE_FIELDS = ("source", "text", "title", "date")
_HALF = re.compile("[\ud800-\udfff]")  # of a letter that UTF-16 writes in two: valid in JSON, in no text

TextOf = Callable[[str], str]
Row = dict[str, Any]


def read_cases(lines: Iterable[str], where: str = "the cases", *, text_of: TextOf | None = None) -> tuple[Case, ...]:
    """Return the cases of a JSONL text, in order; blank lines are passed over.

    Args:
        where: what the messages call the text.
        text_of: the text of a document, for evidence that is given as `start` and `end`; None: there is none at hand.

    Raises:
        SuiteError: a line is not a case, or an id comes twice; the message names the line and the field.
    """
    found: dict[str, Case] = {}
    for row, place in json_rows(lines, where):
        case = case_of(row, place, text_of=text_of)
        if case.id in found:
            raise SuiteError(f'{place}: the "id" {case.id!r} comes a second time; give every case its own')
        found[case.id] = case
    return tuple(found.values())


def json_rows(lines: Iterable[str], where: str) -> Iterable[tuple[Row, str]]:
    """Yield the objects of a JSONL text, each with its place for messages.

    Raises:
        SuiteError: a line is not a JSON object.
    """
    for number, line in enumerate(lines, 1):
        place = f"{where}, line {number}"
        stripped = line.removeprefix("\ufeff").strip() if number == 1 else line.strip()
        if not stripped:
            continue
        try:
            row = json.loads(stripped)
        except (ValueError, RecursionError) as error:
            raise SuiteError(f"{place} is not JSON ({error}); expected one JSON object a line") from error
        if not isinstance(row, dict):
            raise SuiteError(f"{place} is {kind_of(row)}; expected one JSON object a line")
        yield row, place


def case_of(row: Row, where: str, *, text_of: TextOf | None = None) -> Case:
    """Return the case that a row says.

    Raises:
        SuiteError: a field is missing, misspelt or of another kind, or two of them contradict each other.
    """
    _check_names(row, where)
    _check_letters(row, FIELDS, where)
    kind = _optional_string(row, "kind", where)
    tags = _strings(row, "tags", where)
    answers = _groups(row, "answers", where)
    passages = passages_of(row["passages"], where) if row.get("passages") is not None else None
    evidence = _evidence(row, where, passages, text_of)
    case = Case(
        id=_identity(row, where),
        question=_string(row, "question", where),
        expect=_expectation(row, where, kind, answers, evidence),
        answers=answers,
        sides=_groups(row, "sides", where) or (),
        history=_history(row, where),
        as_of=_day(row, "as_of", where),
        evidence=evidence,
        forbidden=_strings(row, "forbidden", where),
        injected=_strings(row, "injected", where),
        passages=passages,
        tags=tuple(dict.fromkeys((*((kind,) if kind else ()), *tags))),
        cluster=_optional_string(row, "cluster", where),
    )
    _check_agreement(case, where)
    return case


def case_to_json(case: Case) -> Row:
    """Return the row that `read_cases` reads as this case; what is empty is left out."""
    row: Row = {
        "id": case.id,
        "question": case.question,
        "expect": case.expect,
        "answers": None if case.answers is None else [list(group) for group in case.answers],
        "sides": [list(group) for group in case.sides],
        "history": [_turn_to_json(turn) for turn in case.history],
        "as_of": case.as_of.isoformat() if case.as_of else None,
        "evidence": [_gold_to_json(gold) for gold in case.evidence],
        "forbidden": list(case.forbidden),
        "injected": list(case.injected),
        "passages": None if case.passages is None else [passage_to_json(passage) for passage in case.passages],
        "tags": list(case.tags),
        "cluster": case.cluster,
    }
    kept = {"answers", "passages"}  # an empty list of passages is not the same as none
    return {name: value for name, value in row.items() if value or (name in kept and value is not None)}


def passage_to_json(passage: PassageInput) -> Row:
    """Return the row that `passages_of` reads as this passage."""
    date = passage.date.isoformat() if passage.date else None
    row = {"source": passage.source, "text": passage.text, "title": passage.title, "date": date}
    return {name: value for name, value in row.items() if value is not None}


def _turn_to_json(turn: Turn) -> str | Row:
    return turn.content if turn.role == "user" else {"role": turn.role, "content": turn.content}


def _gold_to_json(gold: Gold) -> Row:
    row: Row = {"source": gold.source}
    if gold.quote is not None:
        row["quote"] = gold.quote
    if gold.grade != 1:
        row["grade"] = gold.grade
    return row


# --- what is expected -------------------------------------------------------------------------------------------------


def _expectation(
    row: Row,
    where: str,
    kind: str | None,
    answers: Sequence[Sequence[str]] | None,
    evidence: Sequence[Gold],
) -> Expectation:
    """Return what the row says by `expect`, else by `answerable`, else by its kind, else by having answers."""
    said = row.get("expect")
    if said is not None:
        if said not in EXPECTATIONS:
            names = ", ".join(EXPECTATIONS)
            raise SuiteError(f'{where}: "expect" is {json.dumps(said, ensure_ascii=False)}; expected one of: {names}')
        expect: Expectation = said
        return expect
    answerable = row.get("answerable")
    if answerable is not None and not isinstance(answerable, bool):
        raise SuiteError(f'{where}: "answerable" is {kind_of(answerable)}; expected true or false')
    if answerable is False or (answerable is None and kind in REFUSED_KINDS):
        return "abstain"
    if kind == "conflict":
        return "conflict"
    if answerable or answers is not None or ("answers" not in row and evidence):
        return "answer"
    if "answers" not in row:
        raise SuiteError(f'{where}: "answers" is missing; expected a list, or null where the documents do not say')
    return "abstain"


def _check_agreement(case: Case, where: str) -> None:
    if case.expect == "abstain" and case.answers is not None:
        raise SuiteError(f'{where}: has "answers" and is to be abstained from; make "answers" null or mend the rest')
    if case.expect == "conflict" and len(case.answers or ()) < 2:
        raise SuiteError(f'{where}: a conflict needs two groups of "answers" or more, one for each side')


def _groups(row: Row, name: str, where: str) -> tuple[tuple[str, ...], ...] | None:
    """Return groups of spellings; a list of plain strings is one group."""
    value = row.get(name)
    if value is None:
        return None
    expected = "expected a list of groups of spellings, or null"
    if not isinstance(value, list):
        raise SuiteError(f'{where}: "{name}" is {kind_of(value)}; {expected}')
    if not value:
        raise SuiteError(f'{where}: "{name}" is an empty list; {expected}')
    groups = [value] if all(isinstance(item, str) for item in value) else value
    for group in groups:
        if not isinstance(group, list) or not group or not all(isinstance(item, str) for item in group):
            raise SuiteError(f'{where}: "{name}" holds {_shown(group)}; {expected}')
        if not all(item.strip() for item in group):
            raise SuiteError(f'{where}: "{name}" holds an empty spelling, which stands in every answer; take it out')
    return tuple(tuple(group) for group in groups)


# --- evidence and passages --------------------------------------------------------------------------------------------


def _evidence(
    row: Row, where: str, passages: Sequence[PassageInput] | None, text_of: TextOf | None
) -> tuple[Gold, ...]:
    value = row.get("evidence")
    if value is None:
        return ()
    if not isinstance(value, list):
        raise SuiteError(f'{where}: "evidence" is {kind_of(value)}; expected a list of {{"source", "quote"?}} objects')
    own = {passage.source: passage.text for passage in passages or ()}
    return tuple(_gold(item, f'{where}: "evidence"', own, text_of) for item in value)


def _gold(value: object, where: str, own: dict[str, str], text_of: TextOf | None) -> Gold:
    if not isinstance(value, dict):
        raise SuiteError(f'{where} holds {kind_of(value)}; expected {{"source", "quote"?, "grade"?}}')
    grade = value.get("grade", 1)
    if isinstance(grade, bool) or not isinstance(grade, int) or grade < 1:
        raise SuiteError(f'{where}: "grade" is {_shown(grade)}; expected a whole number of 1 or more')
    source = _string(value, "source", where)
    quote = _optional_string(value, "quote", where) or _optional_string(value, "text", where)
    if quote is None and ("start" in value or "end" in value):
        quote = _span(value, source, where, own, text_of)
    return Gold(source=source, quote=quote, grade=grade)


def _span(value: Row, source: str, where: str, own: dict[str, str], text_of: TextOf | None) -> str:
    start, end = value.get("start"), value.get("end")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end:
        raise SuiteError(f'{where}: "start" and "end" are {_shown(start)} and {_shown(end)}; expected 0 <= start < end')
    if source not in own and text_of is None:
        raise SuiteError(f'{where} gives "start" and "end", and {source} is not at hand; give its words as "quote"')
    try:
        text = own[source] if source in own or text_of is None else text_of(source)
    except EvaluationError as error:
        raise SuiteError(f"{where}: {error}") from error
    if end > len(text):
        raise SuiteError(f'{where}: "end" is {end}, and {source} has {len(text)} characters; give a span inside it')
    return text[start:end]


def passages_of(value: object, where: str) -> tuple[PassageInput, ...]:
    """Return the passages of a list of `{"source", "text", "title"?, "date"?}` objects.

    Raises:
        SuiteError: it is not such a list.
    """
    if not isinstance(value, list):
        raise SuiteError(f'{where}: "passages" is {kind_of(value)}; expected a list of {{"source", "text"}} objects')
    return tuple(passage_of(item, f'{where}: "passages"') for item in value)


def passage_of(value: object, where: str) -> PassageInput:
    """Return the passage of one object. Raises SuiteError when it is none."""
    if not isinstance(value, dict):
        raise SuiteError(f'{where} holds {kind_of(value)}; expected {{"source", "text", "title"?, "date"?}}')
    _check_letters(value, PASSAGE_FIELDS, where)
    return PassageInput(
        source=_string(value, "source", where),
        text=_string(value, "text", where),
        title=_optional_string(value, "title", where),
        date=_day(value, "date", where),
    )


# --- single fields ----------------------------------------------------------------------------------------------------


def _check_names(row: Row, where: str) -> None:
    """Raise for a field that looks like a misspelt one; others are the author's own notes."""
    for name in row:
        near = nearest(name, FIELDS)
        if name not in FIELDS and near:
            raise SuiteError(f'{where}: "{name}" is not a field of a case; did you mean "{near}"?')


def _check_letters(row: Row, names: Iterable[str], where: str) -> None:
    """Raise for a string with half a letter in it, which cannot be written down or given to a model."""
    for name in names:
        half = next((found[0] for text in _strings_in(row.get(name)) if (found := _HALF.search(text))), None)
        if half is not None:
            raise SuiteError(f'{where}: "{name}" holds half a letter (\\u{ord(half):04x}); write the whole letter')


def _strings_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings_in(item)


def nearest(name: str, names: Iterable[str], *, likeness: float = 0.75) -> str | None:
    """Return the known name that this one was probably meant to be: the likest, of at least this likeness, 0 to 1."""
    found = get_close_matches(name.casefold().replace("-", "_"), list(names), n=1, cutoff=likeness)
    return found[0] if found else None


def _history(row: Row, where: str) -> tuple[Turn, ...]:
    if row.get("history") is None:
        return ()
    try:
        return read_history(json.dumps(row["history"], ensure_ascii=False), f'{where}: "history"')
    except CasesError as error:
        raise SuiteError(str(error)) from error


def _identity(row: Row, where: str) -> str:
    value = row.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise SuiteError(f'{where}: "id" is {kind_of(value)}; expected a string or a whole number')
    return str(value)


def _string(row: Row, name: str, where: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        found = "empty" if isinstance(value, str) else kind_of(value)
        raise SuiteError(f'{where}: "{name}" is {found}; expected a string with words in it')
    return value


def _optional_string(row: Row, name: str, where: str) -> str | None:
    return None if row.get(name) in (None, "") else _string(row, name, where)


def _strings(row: Row, name: str, where: str) -> tuple[str, ...]:
    value = row.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        found = f"holds {_shown(value)}" if isinstance(value, list) else f"is {kind_of(value)}"
        raise SuiteError(f'{where}: "{name}" {found}; expected a list of strings')
    return tuple(value)


def _day(row: Row, name: str, where: str) -> datetime.date | None:
    value = _optional_string(row, name, where)
    try:
        return None if value is None else parse_day(value.strip())
    except ValueError as error:
        raise SuiteError(f'{where}: "{name}": {error}') from error


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:80]


def kind_of(value: object) -> str:
    """Name what JSON gave, in JSON's own words."""
    if value is None:
        return "missing"
    names = {bool: "true or false", int: "a number", float: "a number", str: "a string", list: "a list"}
    return names.get(type(value), "an object")
