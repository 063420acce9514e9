"""Tables: one sentence a row, "Header: value; Header: value.", so that a row is found and quoted with its meaning."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from index.errors import LoadError
from index.load.decode import decode
from index.load.pieces import one_line
from index.types import Document

_DELIMITERS = ",;\t|"
_SAMPLE_CHARACTERS = 20_000


def load(data: bytes, *, source: str) -> Document:
    """Return a CSV or TSV file as one line a row. The first row names the columns unless it holds a number.

    Raises:
        LoadError: the file is empty, not text, or not in the form of a table.
    """
    text = decode(data)
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        rows = [[one_line(cell) for cell in row] for row in csv.reader(io.StringIO(text), _dialect(text, source))]
    except csv.Error as error:
        raise LoadError(f"the table cannot be read ({error}); save it again as CSV in UTF-8") from error
    rows = [row for row in rows if any(row)]
    lines = list(_sentences(rows))
    if not lines:
        raise LoadError("the table holds no cells; there is nothing to index")
    return Document(source=source, text="\n".join(lines), media_type="text/csv")


class _Plain(csv.excel):
    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        super().__init__()


def _dialect(text: str, source: str) -> csv.Dialect:
    """Return the delimiter that gives the same number of columns, above one, on most of the first rows."""
    if PurePath(source).suffix.lower() == ".tsv":
        return _Plain("\t")
    sample = io.StringIO(text[:_SAMPLE_CHARACTERS]).readlines()[:50]
    return _Plain(max(_DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter)))


def _evenness(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    widths = [len(row) for row in csv.reader(lines, _Plain(delimiter)) if row]
    if not widths or widths[0] < 2:
        return 0, 0
    return sum(width == widths[0] for width in widths), widths[0]


def _sentences(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    header = rows[0]
    if len(rows) == 1 or len(header) < 2 or any(_is_number(cell) for cell in header) or not all(header[:1]):
        yield from ("; ".join(cell for cell in row if cell) + "." for row in rows)
        return
    for row in rows[1:]:
        named = (
            f"{header[i]}: {cell}" if i < len(header) and header[i] else cell for i, cell in enumerate(row) if cell
        )
        yield "; ".join(named).rstrip(".") + "."


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "").rstrip("%"))
    except ValueError:
        return False
    return True
