"""Where suites come from: a folder with `suite.toml`, a table of cases alone, the examples, or a public set.

A table may be JSONL (see `evals.cases`) or CSV with a head. Its columns, of which only `question` must be there:

    question, answer            `|` between spellings of one answer, `;` between parts that must all be said; no answer:
                                the documents do not say, and the right reaction is to abstain
    source, quote               where the answer stands; `|` between several sources, and then between their quotes
    tags                        `,`, `;` or `|` between them
    history                     earlier questions of the chat, `|` between them
    as_of                       YYYY-MM-DD
    id                          by default the number of the row, from 1
    answerable                  yes or no, where an empty answer does not say it: yes means that none is known
    expect, forbidden, cluster  as in JSONL; `|` between forbidden strings

A `|` or `;` that is part of the words is written `\\|` or `\\;`. Columns may be parted by commas, semicolons or tabs.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

from evals.cases import Row, TextOf, case_of, json_rows, kind_of, nearest, passage_of, read_cases
from evals.errors import SuiteError
from evals.matching import folded, same_source
from evals.types import Case, Gate, Suite
from index import PassageInput

SUITE_FILE = "suite.toml"
CASES_FILES = ("cases.jsonl", "cases.csv")
EXAMPLES = "examples"
SUITE_KEYS = (
    "name",
    "description",
    "note",
    "corpus",
    "passages",
    "cases",
    "metrics",
    "retrieval_only",
    "gates",
)
GATE_KEYS = ("metric", "at_least", "at_most", "not_worse_than", "by", "confidence")
COLUMNS = (
    "question",
    "answer",
    "source",
    "quote",
    "tags",
    "history",
    "as_of",
    "id",
    "answerable",
    "expect",
    "forbidden",
    "cluster",
)
UNKNOWN_NAME = 0.6  # where every other name is an error, a less like one is worth naming
_PLAIN = frozenset({".txt", ".md", ".markdown", ".text"})
_YES, _NO = frozenset({"yes", "true", "1", "y"}), frozenset({"no", "false", "0", "n"})


def open_suite(name: str, *, data: Path | None = None) -> Suite:
    """Return the suite of a folder, of a JSONL or CSV file, or of a built-in name.

    Args:
        name: a path, or one of `built_in_names()`; a path that is a suite comes first.
        data: the folder with the data of the public sets; None: where the settings say.

    Raises:
        SuiteError: it is none of these, or not in its shape.
        DataMissing: it is a public set whose files are not below `data`.
    """
    path = Path(name)
    if path.is_dir() and any((path / file).is_file() for file in (SUITE_FILE, *CASES_FILES)):
        return _folder(path)
    if path.is_file():
        return _single_file(path)
    if name == EXAMPLES:
        return _folder(examples_folder())
    return _by_name(name, path, data)


def built_in_names() -> tuple[str, ...]:
    """Return the names that `open_suite` knows: the examples first, then the public sets."""
    from evals.adapters import ADAPTERS

    return (EXAMPLES, *ADAPTERS)


def chosen(suite: Suite, *, only: Sequence[str] = (), limit: int | None = None) -> Suite:
    """Return the suite with some of its cases, in their order.

    Args:
        only: cases that have one of these tags, or ids.
        limit: a fixed sample of so many: those whose SHA-256 of suite name and id is smallest, the same everywhere.

    Raises:
        SuiteError: nothing is left.
    """
    wanted = set(only)
    cases = [case for case in suite.cases if not wanted or case.id in wanted or wanted & set(case.tags)]
    if not cases and wanted:
        tags = ", ".join(sorted({tag for case in suite.cases for tag in case.tags})[:20]) or "none"
        raise SuiteError(f"no case of {suite.name} has a tag or id of {', '.join(only)}; its tags: {tags}")
    if limit is not None and limit < len(cases):
        by_hash = sorted(cases, key=lambda case: sha256(f"{suite.name}\x1f{case.id}".encode()).digest())
        kept = {case.id for case in by_hash[:limit]}
        cases = [case for case in cases if case.id in kept]
    return replace(suite, cases=tuple(cases))


def examples_folder() -> Path:
    """Return the example corpus with its suite: of the checkout, else of the installed package.

    Raises:
        SuiteError: it is in neither.
    """
    here = Path(__file__).resolve().parent
    places = (here.parent / "examples", here / "builtin" / "examples")
    for place in places:
        if (place / SUITE_FILE).is_file():
            return place
    raise SuiteError(f"the examples are not installed: {places[-1]} is not there; install onrecord again")


def _by_name(name: str, path: Path, data: Path | None) -> Suite:
    from evals.adapters import ADAPTERS, suite_of
    from qa.config import evaluation_data_path

    if name in ADAPTERS:
        return suite_of(name, evaluation_data_path() if data is None else data)
    names = ", ".join(built_in_names())
    if path.is_dir():
        raise SuiteError(f"{path} holds neither {SUITE_FILE} nor {' nor '.join(CASES_FILES)}; write one of them")
    near = nearest(name, built_in_names(), likeness=UNKNOWN_NAME)
    meant = f'; did you mean "{near}"?' if near else ""
    raise SuiteError(f"{name} is neither a file or folder nor a suite that is built in ({names}){meant}")


# --- folders and files ------------------------------------------------------------------------------------------------


def _folder(folder: Path) -> Suite:
    fields: Row = {}
    if (folder / SUITE_FILE).is_file():
        fields = _toml(folder / SUITE_FILE)
    where = str(folder / SUITE_FILE)
    _check_keys(fields, SUITE_KEYS, where)
    documents = tuple(_existing(folder / name, where) for name in _names(fields, "corpus", where))
    given = tuple(_existing(folder / name, where) for name in _names(fields, "passages", where))
    if documents and given:
        raise SuiteError(f'{where} has both "corpus" and "passages"; take one of them out')
    passages = tuple(passage for path in given for passage in _passages(path))
    cases = _cases(_cases_files(folder, fields, where), documents)
    _check_evidence(cases, documents, passages)
    return Suite(
        name=_text(fields, "name", where) or folder.resolve().name,
        cases=cases,
        description=_text(fields, "description", where),
        note=_text(fields, "note", where),
        documents=documents,
        passages=passages,
        metrics=_metrics(fields, where),
        gates=_gates(fields, folder, where),
        retrieval_only=_flag(fields, "retrieval_only", where),
    )


def _single_file(path: Path) -> Suite:
    if path.name == SUITE_FILE:
        return _folder(path.parent)
    if path.suffix.lower() not in {".jsonl", ".csv"}:
        raise SuiteError(f"{path} is not a suite; expected a folder, a .jsonl or a .csv file of cases")
    cases = _cases((path,), ())
    _check_evidence(cases, (), ())
    return Suite(name=path.stem, cases=cases)


def _cases_files(folder: Path, fields: Row, where: str) -> tuple[Path, ...]:
    named = _names(fields, "cases", where)
    if named:
        return tuple(_existing(folder / name, where) for name in named)
    for name in CASES_FILES:
        if (folder / name).is_file():
            return (folder / name,)
    raise SuiteError(f"{folder} holds neither {' nor '.join(CASES_FILES)}; write one, or name the file as `cases`")


def _cases(files: Sequence[Path], documents: tuple[Path, ...]) -> tuple[Case, ...]:
    found: dict[str, Case] = {}
    text_of = _reader(documents) if documents else None
    for file in files:
        text = _utf8(file)
        read = csv_cases(text, str(file)) if file.suffix.lower() == ".csv" else _jsonl(text, str(file), text_of)
        for case in read:
            if case.id in found:
                raise SuiteError(f"{file}: the id {case.id!r} is in an earlier file too; give every case its own")
            found[case.id] = case
    if not found:
        raise SuiteError(f"{', '.join(map(str, files))} holds no cases; write one case a line")
    return tuple(found.values())


def _jsonl(text: str, where: str, text_of: TextOf | None) -> tuple[Case, ...]:
    return read_cases(text.split("\n"), where, text_of=text_of)


def _passages(path: Path) -> Iterator[PassageInput]:
    for row, place in json_rows(_utf8(path).split("\n"), str(path)):
        yield passage_of(row, place)


def _utf8(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error


def _document_text(path: Path) -> str:
    """Return the text of a plain file as it is read when its citations are checked."""
    from evals.ask import plain_text

    try:
        return plain_text(path.read_bytes())
    except UnicodeDecodeError as error:
        promised = f"{error.encoding.upper()} text that its first bytes promise"
        raise SuiteError(f"{path} is not the {promised}; save it as UTF-8") from error


def _reader(documents: tuple[Path, ...]) -> TextOf:
    """Return a way to the text of documents as they are indexed."""
    from index.errors import IndexingError
    from index.load import load

    files = tuple(_files(documents))

    def text_of(source: str) -> str:
        for path in files:
            if same_source(path.as_posix(), source):
                try:
                    return load(path, source=source).text
                except IndexingError as error:
                    raise SuiteError(f"{source} cannot be read: {error}") from error
        raise SuiteError(f"{source} is not in the corpus; name a document as it is called there")

    return text_of


def _files(documents: Iterable[Path]) -> Iterator[Path]:
    for path in documents:
        yield from sorted(inside for inside in path.rglob("*") if inside.is_file()) if path.is_dir() else (path,)


# --- evidence that cannot be found would count as never found ---------------------------------------------------------


def _check_evidence(cases: Iterable[Case], documents: tuple[Path, ...], passages: tuple[PassageInput, ...]) -> None:
    """Raise for evidence whose document is not among those that are searched, or does not hold the quote."""
    files = {path.resolve().as_posix(): path for path in _files(documents)}
    shared = {passage.source: passage.text for passage in passages}
    read: dict[str, str | None] = {}
    for case in cases:
        own = shared if case.passages is None else {passage.source: passage.text for passage in case.passages}
        if case.passages is None and not own and not files:
            continue  # an index that is given is asked; what it holds is not known here
        for gold in case.evidence:
            names = chain(own, files if case.passages is None else ())
            known = gold.source if gold.source in own else None
            name = known or next((name for name in names if same_source(name, gold.source)), None)
            if name is None:
                raise SuiteError(f"case {case.id}: its evidence is in {gold.source}, which is not among its documents")
            if name not in own and name not in read:
                read[name] = _document_text(files[name]) if files[name].suffix.lower() in _PLAIN else None
            text = own[name] if name in own else read[name]
            if text is not None and gold.quote and folded(gold.quote) not in folded(text):
                raise SuiteError(f"case {case.id}: {gold.source} does not hold the words {gold.quote[:60]!r}")


# --- suite.toml -------------------------------------------------------------------------------------------------------


def _toml(path: Path) -> Row:
    try:
        return tomllib.loads(_utf8(path))
    except tomllib.TOMLDecodeError as error:
        raise SuiteError(f"{path} is not TOML: {error}") from error


def _check_keys(fields: Row, known: Sequence[str], where: str) -> None:
    for name in fields:
        if name not in known:
            near = nearest(name, known, likeness=UNKNOWN_NAME)
            meant = f'did you mean "{near}"?' if near else f"expected one of: {', '.join(known)}"
            raise SuiteError(f'{where}: "{name}" is not known; {meant}')


def _text(fields: Row, name: str, where: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise SuiteError(f'{where}: "{name}" is {kind_of(value)}; expected a string')
    return value.strip()


def _names(fields: Row, name: str, where: str) -> tuple[str, ...]:
    value = fields.get(name, [])
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(item, str) and item.strip() for item in names):
        raise SuiteError(f'{where}: "{name}" is {kind_of(value)}; expected a path or a list of paths')
    return tuple(names)


def _flag(fields: Row, name: str, where: str) -> bool:
    value = fields.get(name, False)
    if not isinstance(value, bool):
        raise SuiteError(f'{where}: "{name}" is {kind_of(value)}; expected true or false')
    return value


def _existing(path: Path, where: str) -> Path:
    if not path.exists():
        raise SuiteError(f"{where} names {path}, which is not there; paths are relative to the suite's folder")
    return path


def _metrics(fields: Row, where: str) -> tuple[str, ...]:
    value = fields.get("metrics", [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SuiteError(f'{where}: "metrics" is {kind_of(value)}; expected a list of names')
    return tuple(_metric(name, where) for name in value)


def _metric(name: str, where: str) -> str:
    from evals.metrics import METRICS

    if name not in METRICS:
        near = nearest(name, METRICS, likeness=UNKNOWN_NAME)
        meant = f'did you mean "{near}"?' if near else f"expected one of: {', '.join(METRICS)}"
        raise SuiteError(f'{where}: "{name}" is not a metric; {meant}')
    return name


def _gates(fields: Row, folder: Path, where: str) -> tuple[Gate, ...]:
    value = fields.get("gates", [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise SuiteError(f'{where}: "gates" is {kind_of(value)}; expected tables, each under [[gates]]')
    return tuple(_gate(item, folder, f"{where}, gate {number}") for number, item in enumerate(value, 1))


def _gate(fields: Row, folder: Path, where: str) -> Gate:
    _check_keys(fields, GATE_KEYS, where)
    asked = [name for name in ("at_least", "at_most", "not_worse_than") if name in fields]
    if len(asked) != 1:
        found = " and ".join(asked) or "none"
        raise SuiteError(f"{where} has {found} of at_least, at_most and not_worse_than; expected exactly one")
    if "not_worse_than" not in fields and {"by", "confidence"} & set(fields):
        raise SuiteError(f'{where}: "by" and "confidence" belong to not_worse_than; take them out')
    baseline = _text(fields, "not_worse_than", where)
    by, confidence = _number(fields, "by", where), _number(fields, "confidence", where)
    if by is not None and by < 0:
        raise SuiteError(f'{where}: "by" is {by}; expected how much may be lost, 0 or more')
    if confidence is not None and not 0.5 <= confidence < 1:
        raise SuiteError(f'{where}: "confidence" is {confidence}; expected a share such as 0.95')
    return Gate(
        metric=_metric(_text(fields, "metric", where), where),
        at_least=_number(fields, "at_least", where),
        at_most=_number(fields, "at_most", where),
        not_worse_than=folder / baseline if baseline else None,
        by=0.0 if by is None else by,
        confidence=0.95 if confidence is None else confidence,
    )


def _number(fields: Row, name: str, where: str) -> float | None:
    value: Any = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise SuiteError(f'{where}: "{name}" is {kind_of(value)}; expected a number')
    return float(value)


# --- CSV --------------------------------------------------------------------------------------------------------------


def csv_cases(text: str, where: str) -> tuple[Case, ...]:
    """Return the cases of a CSV table, in order; empty rows are passed over. For its columns see the module.

    Raises:
        SuiteError: a column or a row is not in its shape; the message names the row and the column.
    """
    table = text.removeprefix("\ufeff")
    rows = csv.reader(io.StringIO(table, newline=""), delimiter=_delimiter(table), skipinitialspace=True)
    head: tuple[str, ...] | None = None
    found: dict[str, Case] = {}
    for number, cells in enumerate(_parsed(rows, where)):
        if head is None:
            head = _head(cells, where)
            continue
        place = f"{where}, row {number}"
        if len(cells) > len(head) and any(cell.strip() for cell in cells[len(head) :]):
            raise SuiteError(
                f"{place} has {len(cells)} cells for {len(head)} columns; put quotes around words with commas"
            )
        case = case_of(_row_of(dict(zip(head, map(str.strip, cells), strict=False)), number, place), place)
        if case.id in found:
            raise SuiteError(f'{place}: the "id" {case.id!r} comes a second time; give every case its own')
        found[case.id] = case
    return tuple(found.values())


def _parsed(rows: Iterable[list[str]], where: str) -> Iterator[list[str]]:
    try:
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield cells
    except csv.Error as error:
        raise SuiteError(f"{where} is not a CSV table ({error}); save it again as CSV") from error


def _delimiter(text: str) -> str:
    """Return what parts the columns, by the head: the cells may hold all of them."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=head.count)


def _head(cells: Sequence[str], where: str) -> tuple[str, ...]:
    names = tuple(cell.strip().casefold().replace(" ", "_").replace("-", "_") for cell in cells)
    if "question" not in names:
        raise SuiteError(f'{where} has the columns {", ".join(names)}; expected a head with a column "question"')
    for name in names:
        near = nearest(name, COLUMNS)
        if name not in COLUMNS and near:
            raise SuiteError(f'{where}: "{name}" is not a column; did you mean "{near}"?')
    return names


def _row_of(cells: dict[str, str], number: int, where: str) -> Row:
    answer = cells.get("answer", "")
    row: Row = {
        "id": cells.get("id") or str(number),
        "question": cells.get("question", ""),
        "answers": [_parts(group, "|") for group in _parts(answer, ";", keep=True)] if answer else None,
        "evidence": _evidence(cells, where),
        "tags": [tag for part in re.split(r"[,;|]", cells.get("tags", "")) if (tag := part.strip())],
        "history": _parts(cells.get("history", ""), "|"),
        "forbidden": _parts(cells.get("forbidden", ""), "|"),
    }
    row |= {name: cells[name] for name in ("as_of", "expect", "cluster") if cells.get(name)}
    said = cells.get("answerable", "").casefold()
    if said and said not in _YES | _NO:
        raise SuiteError(f'{where}: "answerable" is {said!r}; expected yes or no')
    return row | ({"answerable": said in _YES} if said else {})


def _evidence(cells: dict[str, str], where: str) -> list[dict[str, str]]:
    sources, quote = _parts(cells.get("source", ""), "|"), cells.get("quote", "")
    if not sources:
        if quote:
            raise SuiteError(f'{where} has a "quote" and no "source"; name the document that it stands in')
        return []
    quotes = [_plain(quote)] if len(sources) == 1 else [_plain(part.strip()) for part in _split(quote, "|")]
    if len(quotes) not in (1, len(sources)) or (len(quotes) == 1 and len(sources) > 1 and quotes[0]):
        raise SuiteError(f"{where} has {len(sources)} sources and {len(quotes)} quotes; expected as many, parted by |")
    quotes += [""] * (len(sources) - len(quotes))
    return [{"source": source, "quote": part} for source, part in zip(sources, quotes, strict=True)]


def _parts(text: str, mark: str, *, keep: bool = False) -> list[str]:
    """Return the parts of a cell between marks; `keep`: escapes stay, for parting the parts again."""
    parts = [part.strip() for part in _split(text, mark)]
    return [part if keep else _plain(part) for part in parts if part]


def _split(text: str, mark: str) -> list[str]:
    return re.split(rf"(?<!\\){re.escape(mark)}", text)


def _plain(text: str) -> str:
    return text.replace("\\|", "|").replace("\\;", ";")
