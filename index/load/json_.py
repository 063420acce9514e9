"""JSON and JSON Lines: pieces of writing where objects hold them, "path: value" lines elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from index.errors import LoadError
from index.load.decode import decode
from index.load.pieces import clean, join_pieces, one_line
from index.types import Document

_TITLES = ("title", "headline", "subject", "name")
_TEXTS = ("text", "body", "content", "article", "description", "summary", "message")
_DATES = ("date", "published", "published_at", "publish_date", "publishedAt", "datePublished", "pubDate", "created_at")
_WRITING_CHARACTERS = 80  # a text value at least this long is a piece of writing


def load(data: bytes, *, source: str) -> Document:
    """Return readable text of a JSON value or of one value a line.

    An object with a title and a long text becomes a piece: title, "Published: date", text, then its other fields.

    Raises:
        LoadError: the file is not JSON, nests too deeply, or holds no values.
    """
    value = _parse(decode(data), is_lines=PurePath(source).suffix.lower() in (".jsonl", ".ndjson"))
    try:
        pieces = _pieces(value)
    except RecursionError as error:
        raise LoadError("the JSON nests too deeply to be read; flatten it") from error
    text, starts = join_pieces(pieces)
    return Document(
        source=source,
        text=text,
        media_type="application/json",
        article_starts=starts if len(starts) > 1 else (),
    )


def _parse(text: str, *, is_lines: bool) -> object:
    try:
        return _value(text)
    except RecursionError as error:
        raise LoadError("the JSON nests too deeply to be read; flatten it") from error
    except json.JSONDecodeError as error:
        rows = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if not is_lines and len(rows) < 2:
            raise LoadError(f"the file is not JSON (line {error.lineno}: {error.msg}); mend it there") from error
        return _parse_lines(rows, error if not is_lines else None)


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError as error:  # Python turns no number of thousands of digits into one of its own
        raise LoadError("the JSON holds a number of thousands of digits; put it in quotes") from error


def _parse_lines(rows: Sequence[tuple[int, str]], whole: json.JSONDecodeError | None) -> list[object]:
    values: list[object] = []
    for number, line in rows:
        try:
            values.append(_value(line))
        except (json.JSONDecodeError, RecursionError) as error:
            at = f"line {number}" if whole is None else f"line {whole.lineno}: {whole.msg}"
            raise LoadError(f"the file is not JSON ({at}); mend it there") from error
    return values


def _pieces(value: object) -> list[str]:
    """Return the pieces of writing in a value; one piece of plain lines when it holds none."""
    items = _items(value)
    if items is not None and any(_writing(item) for item in items):
        return [_piece(item) for item in items]
    if isinstance(value, list):
        return ["\n".join(_row(item) for item in value)]
    return ["\n".join(_lines(value, ""))]


def _items(value: object) -> list[object] | None:
    """Return the list of a file: the value itself, or the only list of objects in an object around it."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        if _writing(value):
            return [value]
        lists = [inner for inner in value.values() if isinstance(inner, list) and any(map(_writing, inner))]
        if len(lists) == 1:
            others = {name: inner for name, inner in value.items() if inner is not lists[0]}
            return [*([others] if others else []), *lists[0]]
    return None


def _writing(item: object) -> str | None:
    """Return the name of the field that holds a long text, if there is one."""
    if not isinstance(item, dict):
        return None
    return next(
        (
            name
            for name in _named(item, _TEXTS)
            if isinstance(item[name], str) and len(item[name]) >= _WRITING_CHARACTERS
        ),
        None,
    )


def _named(item: Mapping[str, object], names: Sequence[str]) -> list[str]:
    """Return the item's own spelling of those of `names` that it has, in the order of `names`."""
    spelled = {name.lower(): name for name in reversed(list(item))}
    return [spelled[name.lower()] for name in names if name.lower() in spelled]


def _piece(item: object) -> str:
    body = _writing(item)
    if body is None or not isinstance(item, dict):
        return "\n".join(_lines(item, ""))
    title = next((name for name in _named(item, _TITLES) if isinstance(item[name], str) and item[name].strip()), None)
    date = next((name for name in _named(item, _DATES) if isinstance(item[name], str) and item[name].strip()), None)
    head = [one_line(item[title])] if title else []
    head += [f"Published: {one_line(item[date])}"] if date else []
    rest = {name: value for name, value in item.items() if name not in (title, date, body)}
    parts = ["\n".join(head), _paragraphs(item[body]), "\n".join(_lines(rest, ""))]
    return "\n\n".join(part for part in parts if part)


def _paragraphs(text: str) -> str:
    return "\n".join(clean(line) for line in text.splitlines()).strip("\n")


def _row(item: object) -> str:
    """Return one item as a sentence, as a table's row is."""
    return "; ".join(_lines(item, "")).rstrip(".") + "."


def _lines(value: object, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _lines(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
        for number, inner in enumerate(value, 1):
            yield from _lines(inner, f"{path}[{number}]" if path else f"[{number}]")
    else:
        shown = ", ".join(map(_scalar, value)) if isinstance(value, list) else _scalar(value)
        if shown:
            yield f"{path}: {shown}" if path else shown


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(str(value))
