"""Text made safe to stand in markup, in one line of it, and the sign that heads an answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape


def lines(text: str) -> str:
    """Return a text escaped, its lines kept apart, without control characters."""
    return "<br>".join(_kept(text))


def plain(text: str) -> str:
    """Return a text escaped, as one line."""
    return escape(one_line(text))


def one_line(text: str) -> str:
    """Return a text as one line, not escaped."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\s]+", " ", text).strip()


def sign(kind: str, label: str, note: str) -> str:
    """Return what an answer is, as a label with a note beside it."""
    words = f'<span class="or-note">{plain(note)}</span>' if note else ""
    return f'<p class="or-sign or-sign-{kind}"><span class="or-label">{plain(label)}</span>{words}</p>'


def status(markup: str) -> str:
    """Return a line that a screen reader says as soon as it appears."""
    return f'<p class="or-soft" role="status">{markup}</p>'


def _kept(text: str) -> Iterator[str]:
    for line in re.split(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", text):
        yield escape(re.sub(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]", "", line))
