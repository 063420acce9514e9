"""Numbers and dates as people write them. Pure."""

from __future__ import annotations

from index.types import Dated

BASIS = {"stated": "stated in the text", "metadata": "from the file’s metadata", "inferred": "inferred"}


def counted(number: int, noun: str) -> str:
    """Return "1 document", "2 documents", "1,204 documents"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def date_text(date: Dated | None) -> str:
    """Return a date as people write it, with how it is known."""
    if date is None:
        return "undated"
    return f"{date.value.day} {date.value:%B} {date.value.year}, {BASIS[date.basis]}"
