"""A suite by its name: a folder, a file of cases, what is built in, or a public set that has an adapter."""

from __future__ import annotations

import csv
import difflib
import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from evals.cases import case_of, check_ids, read_cases
from evals.errors import DataMissing, SuiteError
from evals.fingerprints import ROOT
from evals.types import Case, Gate, Suite

SETTINGS = "suite.toml"
CASE_FILES = ("cases.jsonl", "cases.csv")
EXAMPLES = "examples"
_KEYS = ("name", "description", "note", "corpus", "cases", "metrics", "retrieval_only", "gates")
_GATE_KEYS = ("metric", "at_least", "at_most", "not_worse_than", "by", "confidence")
_COLUMNS = ("id", "question", "answer", "source", "quote", "tags", "history", "as_of", "answerable", "forbidden")


def open_suite(name: str, *, data: Path | None = None) -> Suite:
    """Return a suite.

    Args:
        name: a folder with suite.toml (or with cases.jsonl or cases.csv alone), a file of cases, or one of
            `built_in_names`; a name of a folder or file that exists comes first.
        data: where the data of the adapters lies.

    Raises:
        SuiteError: there is no such suite, or it is not in its shape.
        DataMissing: the data of an adapter is not there.
    """
    path = Path(name)
    if path.is_dir() and any((path / file).is_file() for file in (SETTINGS, *CASE_FILES)):
        return _from_folder(path)
    if path.is_file():
        return Suite(name=path.stem, cases=read_case_file(path))
    if name == EXAMPLES:
        return _from_folder(examples_folder())
    from evals.adapters import ADAPTERS

    if name in ADAPTERS:
        return _from_adapter(name, data)
    raise SuiteError(
        f"there is no suite {name!r}: expected a folder with {SETTINGS} or cases, a .jsonl or .csv file, or one of "
        f"{', '.join(built_in_names())}{_nearest(name, built_in_names())}"
    )


def built_in_names() -> list[str]:
    """Return the names that need no folder: the example corpus's own suite, and the sets that have an adapter."""
    from evals.adapters import ADAPTERS

    return [EXAMPLES, *ADAPTERS]


def _from_adapter(name: str, data: Path | None) -> Suite:
    from evals.adapters import ADAPTERS

    if data is None or not data.is_dir():
        raise DataMissing(f"the data of {name} was looked for in {data}, which is no folder; give it as --data")
    try:
        return ADAPTERS[name](data)
    except (KeyError, TypeError, ValueError) as error:
        raise SuiteError(
            f"the data of {name} in {data} is not in its shape ({type(error).__name__}: {error}); fetch it again"
        ) from error


def examples_folder() -> Path:
    """Return the folder of the example corpus: in the checkout, or in the installed package."""
    for folder in (ROOT / "examples", Path(__file__).parent / "builtin" / "examples"):
        if (folder / SETTINGS).is_file():
            return folder
    raise DataMissing("the example corpus is not installed; install onrecord again, or give a suite's folder")


def chosen(suite: Suite, *, only: Sequence[str] = (), limit: int | None = None) -> Suite:
    """Return the suite cut down to cases with one of some tags or ids, and to a fixed sample of at most `limit`.

    The sample is the cases whose hash of suite and id is smallest, in the order of the suite: the same everywhere, and
    a smaller sample is part of a larger one.

    Raises:
        SuiteError: nothing is left.
    """
    wanted = frozenset(only)
    cases = [case for case in suite.cases if not wanted or case.id in wanted or wanted & set(case.tags)]
    if not cases:
        tags = sorted({tag for case in suite.cases for tag in case.tags})
        raise SuiteError(f"no case of {suite.name} is or has {', '.join(only)}; its tags are {', '.join(tags[:20])}")
    if limit is not None and limit < len(cases):
        first = set(sorted(_place(suite.name, case.id) for case in cases)[:limit])
        cases = [case for case in cases if _place(suite.name, case.id) in first]
    return replace(suite, cases=tuple(cases))


def _place(suite: str, case: str) -> str:
    return sha256(f"{suite}\x1f{case}".encode()).hexdigest()


# --- folders ----------------------------------------------------------------------------------------------------------


def _from_folder(folder: Path) -> Suite:
    settings = _settings(folder / SETTINGS) if (folder / SETTINGS).is_file() else {}
    _check_keys(settings, _KEYS, str(folder / SETTINGS))
    files = _names(settings, "cases", folder) or [file for file in CASE_FILES if (folder / file).is_file()][:1]
    cases = tuple(case for file in files for case in read_case_file(folder / file))
    check_ids(cases, str(folder))
    gates = settings.get("gates", [])
    if not isinstance(gates, list):
        raise SuiteError(f"{folder / SETTINGS}: gates are written as [[gates]] tables")
    return Suite(
        name=str(settings.get("name", folder.resolve().name)),
        description=str(settings.get("description", "")),
        note=str(settings.get("note", "")),
        cases=cases,
        documents=tuple(_document(folder, name) for name in _names(settings, "corpus", folder)),
        metrics=tuple(_metric(name, folder) for name in _names(settings, "metrics", folder)),
        gates=tuple(_gate(gate, folder) for gate in gates),
        retrieval_only=bool(settings.get("retrieval_only", False)),
    )


def _settings(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SuiteError(f"{path} is not TOML in UTF-8 ({error}); see docs/evaluation.md for its shape") from error


def _check_keys(found: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for key in found:
        if key not in known:
            raise SuiteError(f"{where}: unknown key {key!r}; expected {', '.join(known)}{_nearest(key, known)}")


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _names(settings: Mapping[str, Any], key: str, folder: Path) -> list[str]:
    value = settings.get(key, [])
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SuiteError(f"{folder / SETTINGS}: {key} must be a string or a list of strings")
    return names


def _document(folder: Path, name: str) -> Path:
    if not (folder / name).exists():
        raise SuiteError(f"{folder / SETTINGS}: the corpus {name} is not there; paths are relative to the suite")
    return folder / name


def _metric(name: str, folder: Path) -> str:
    from evals.metrics import METRICS

    if name not in METRICS:
        raise SuiteError(f"{folder / SETTINGS}: there is no metric {name!r}{_nearest(name, list(METRICS))}")
    return name


def _gate(fields: object, folder: Path) -> Gate:
    where = f"{folder / SETTINGS}: a gate"
    if not isinstance(fields, dict) or not isinstance(fields.get("metric"), str):
        raise SuiteError(f"{where} needs a metric")
    _check_keys(fields, _GATE_KEYS, where)
    if sum(name in fields for name in ("at_least", "at_most", "not_worse_than")) != 1:
        raise SuiteError(f"{where} on {fields['metric']} needs exactly one of at_least, at_most and not_worse_than")
    confidence = _number(fields, "confidence", where) if "confidence" in fields else 0.95
    if not 0.5 <= confidence < 1.0:
        raise SuiteError(f"{where}: confidence is {confidence}; expected 0.5 to below 1, such as 0.95")
    return Gate(
        metric=_metric(fields["metric"], folder),
        at_least=_number(fields, "at_least", where) if "at_least" in fields else None,
        at_most=_number(fields, "at_most", where) if "at_most" in fields else None,
        not_worse_than=folder / str(fields["not_worse_than"]) if "not_worse_than" in fields else None,
        by=_number(fields, "by", where) if "by" in fields else 0.0,
        confidence=confidence,
    )


def _number(fields: Mapping[str, Any], name: str, where: str) -> float:
    value = fields[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SuiteError(f"{where}: {name} is {value!r}; expected a number")
    return float(value)


# --- files of cases ---------------------------------------------------------------------------------------------------


def read_case_file(path: Path) -> tuple[Case, ...]:
    """Return the cases of a .jsonl or .csv file. Raises SuiteError when it is not there or not in its shape."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise SuiteError(f"{path} cannot be read ({error.strerror}); give a file of cases") from error
    read = read_csv if path.suffix.lower() in (".csv", ".tsv") else _read_lines
    cases = read(text, str(path))
    if not cases:
        raise SuiteError(f"{path} holds no cases; write one a line")
    return cases


def _read_lines(text: str, where: str) -> tuple[Case, ...]:
    return read_cases(text.splitlines(), where)


def read_csv(text: str, where: str = "the table") -> tuple[Case, ...]:
    """Return the cases of a table with a line of column names; only `question` is needed.

    answer: spellings separated by "|"; parts that must all be said by ";"; empty: the documents do not say.
    source, quote: where the answer stands. tags, history: separated by "|". forbidden: separated by "|".
    answerable: yes or no, where an answer is known to be there but not what it is. id: else the line's number.

    Raises:
        SuiteError: a column is unknown, or a line is not a case.
    """
    reader = csv.reader(io.StringIO(text), dialect=_dialect(text))
    header = [name.strip().lower() for name in next(reader, [])]
    unknown = [name for name in header if name not in _COLUMNS]
    if unknown or "question" not in header:
        problem = f"unknown column {unknown[0]!r}" if unknown else "no column question"
        raise SuiteError(f"{where}: {problem} in its first line; expected some of {', '.join(_COLUMNS)}")
    cases: list[Case] = []
    for line in reader:
        if any(cell.strip() for cell in line):
            place = f"{where}, line {reader.line_num}"
            if len(line) > len(header):
                raise SuiteError(f"{place} has {len(line)} cells for {len(header)} columns; quote cells with commas")
            cells = {name: cell.strip() for name, cell in zip(header, line, strict=False)}
            cases.append(case_of(_row(cells, len(cases) + 1, place), place))
    check_ids(cases, where)
    return tuple(cases)


def _dialect(text: str) -> type[csv.Dialect]:
    """Return how the cells are separated, as the line of names says."""
    first = text.partition("\n")[0]

    class Found(csv.excel):
        delimiter = max(",;\t", key=first.count)

    return Found


def _row(cells: Mapping[str, str], number: int, where: str) -> dict[str, Any]:
    """Return a line of the table as a row of JSONL."""
    groups = [_parts(group) for group in cells.get("answer", "").split(";")]
    answers = [group for group in groups if group]
    row: dict[str, Any] = {"id": cells.get("id") or str(number), "question": cells["question"]}
    row |= {name: _parts(cells.get(name, "")) for name in ("tags", "history", "forbidden")}
    row |= {"answers": answers or None, "as_of": cells.get("as_of") or None}
    if cells.get("answerable"):
        row["answerable"] = _yes(cells["answerable"], where)
    if cells.get("source"):
        row["evidence"] = [{"source": cells["source"], "quote": cells.get("quote") or None}]
    return row


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


def _yes(text: str, where: str) -> bool:
    known = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if text.lower() not in known:
        raise SuiteError(f"{where}: answerable is {text!r}; expected yes or no")
    return known[text.lower()]
