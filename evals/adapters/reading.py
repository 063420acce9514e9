"""What the adapters share: rows of a public set, a fixed order, spellings."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from inspect import cleandoc
from pathlib import Path

from evals.cases import Row, json_rows
from evals.errors import DataMissing, SuiteError
from evals.types import Case, Suite
from index import PassageInput
from qa.cases import parse_day

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTH_FIRST = re.compile(rf"({_MONTH}) (\d{{1,2}}),? (\d{{4}})")
_DAY_FIRST = re.compile(rf"(\d{{1,2}}) ({_MONTH}),? (\d{{4}})")
_AMOUNT = re.compile(r"(?:(?:about|around|approximately|over|nearly) )?([\d,.]*\d)(?: [a-z]+)?", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_BEFORE_MARK = re.compile(r"(?<=\S) +([.,;:!?%)\]]|n't\b|'s\b)")
_AFTER_BRACKET = re.compile(r"([(\[]) +")


def described(doc: str | None) -> tuple[str, str]:
    """Return the first line of an adapter's docstring, which describes its set, and the rest of it, its note."""
    first, _, rest = cleandoc(doc or "").partition("\n")
    paragraphs = re.split(r"\n\s*\n", rest.strip())
    return first.strip(), "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def suite_of_cases(name: str, doc: str | None, cases: Iterable[Case]) -> Suite:
    """Return the suite of cases that bring their own passages, described by the adapter's docstring."""
    description, note = described(doc)
    return Suite(name=name, cases=tuple(cases), description=description, note=note)


def rows_of(data: Path, name: str) -> list[Row]:
    """Return the rows of a set's file, which lies in `data/evals/`, or in `data` itself.

    Raises:
        DataMissing: it is in neither.
        SuiteError: a line is not a JSON object.
    """
    path = path_of(data, f"evals/{name}", name)
    try:
        with path.open(encoding="utf-8") as lines:
            return [row for row, _ in json_rows(lines, str(path))]
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path} is not UTF-8 text (byte {error.start}); fetch the file again") from error


def path_of(data: Path, *names: str) -> Path:
    """Return the first of some places below `data` that is there. Raises DataMissing when none is."""
    for name in names:
        if (data / name).exists():
            return data / name
    raise DataMissing(f"{data / names[0]} is not there; give the folder with the evaluation data as --data")


def digest(*parts: object) -> str:
    """Return a hash of some values, for choosing and ordering without chance."""
    return sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def mixed(key: str, passages: Iterable[PassageInput]) -> tuple[PassageInput, ...]:
    """Return passages in an order that depends on nothing but the key and their texts, under names that tell nothing.

    They are called "document 1" and so on in the new order: a name such as "wrong-1" would give the answer away.
    """
    ordered = sorted(passages, key=lambda passage: digest(key, passage.text))
    return tuple(
        PassageInput(source=f"document {number}", text=passage.text, title=passage.title, date=passage.date)
        for number, passage in enumerate(ordered, 1)
    )


def sources_of(texts: Iterable[str], passages: Sequence[PassageInput]) -> tuple[str, ...]:
    """Return the names of the passages that have one of some texts, in the order of the passages."""
    wanted = set(texts)
    return tuple(passage.source for passage in passages if passage.text in wanted)


def day_of(text: str) -> datetime.date:
    """Return the day of 2024/03/01 or 2024-03-01."""
    return parse_day(text.replace("/", "-"))


def flat(value: object) -> list[str]:
    """Return the strings of a string or of nested lists of strings."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for item in value for text in flat(item)]
    raise TypeError(f"an answer is {value!r}; expected a string or lists of strings")


def detokenised(text: str) -> str:
    """Return text that was cut into words and marks as people write it: "Co. , Ltd ." becomes "Co., Ltd."."""
    return _AFTER_BRACKET.sub(r"\1", _BEFORE_MARK.sub(r"\1", text)).strip()


def spellings(*answers: str) -> tuple[str, ...]:
    """Return the ways of writing reference answers that mean no more and no less.

    Without what is in brackets, without an article, without marks around it; a date with the day or the month first;
    a number without its unit, and with or without commas between its thousands.
    """
    found: list[str] = []
    for answer in answers:
        bare = answer.strip(" .\"'")
        without = _IN_BRACKETS.sub("", bare).strip(" .\"'")
        for form in (bare, without, *_other_forms(without or bare)):
            if any(character.isalnum() for character in form):
                found.append(form)
    return tuple(dict.fromkeys(found))


def _other_forms(text: str) -> tuple[str, ...]:
    if (date := _MONTH_FIRST.fullmatch(text)) is not None:
        return _date_forms(day=date[2], month=date[1], year=date[3])
    if (date := _DAY_FIRST.fullmatch(text)) is not None:
        return _date_forms(day=date[1], month=date[2], year=date[3])
    if (amount := _AMOUNT.fullmatch(text)) is not None:
        return number_forms(amount[1])
    return (re.sub(r"^(?:the|a|an) ", "", text, flags=re.IGNORECASE),)


def _date_forms(*, day: str, month: str, year: str) -> tuple[str, ...]:
    day = str(int(day))
    return (f"{month} {day}, {year}", f"{day} {month} {year}", f"{month} {day} {year}", f"{day} {month}, {year}")


def number_forms(text: str) -> tuple[str, ...]:
    """Return a number as it is, without commas, and with commas between its thousands."""
    bare = text.replace(",", "")
    whole, point, rest = bare.partition(".")
    if not whole.isdecimal() or len(whole) < 4:
        return (text, bare)
    return (text, bare, f"{int(whole):,}{point}{rest}")
