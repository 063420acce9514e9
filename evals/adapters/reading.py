"""What the adapters share: rows of a public set, a fixed order, spellings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from evals.errors import DataMissing, SuiteError
from index import PassageInput


def rows_of(data: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of a set's file, which lies in `data/evals/`, or in `data` itself.

    Raises:
        DataMissing: it is in neither.
        SuiteError: a line is not a JSON object.
    """
    path = path_of(data, f"evals/{name}", name)
    return list(_rows(path))


def path_of(data: Path, *names: str) -> Path:
    """Return the first of some places below `data` that is there. Raises DataMissing when none is."""
    for name in names:
        if (data / name).exists():
            return data / name
    raise DataMissing(f"{data / names[0]} is not there; give the folder with the evaluation data as --data")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise SuiteError(f"{path}, line {number} is not JSON ({error}); fetch the file again") from error
            if not isinstance(row, dict):
                raise SuiteError(f"{path}, line {number} is no JSON object; fetch the file again")
            yield row


def digest(*parts: object) -> str:
    """Return a hash of some values, for choosing and ordering without chance."""
    return sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def mixed(key: str, passages: Sequence[PassageInput]) -> tuple[PassageInput, ...]:
    """Return passages in an order that depends on nothing but the key and themselves."""
    return tuple(sorted(passages, key=lambda passage: digest(key, passage.source, passage.text)))
