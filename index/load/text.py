"""Plain text and Markdown: the document's text is exactly the decoded file."""

from __future__ import annotations

import datetime
import re
from pathlib import PurePath

from index.dates import find_dates
from index.load.decode import decode
from index.types import Dated, Document

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(?P<body>.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^(?P<name>[A-Za-z_]+):[ \t]*(?P<value>\S.*?)[ \t]*\r?$", re.MULTILINE)

_TAGS = re.compile(
    r"^(?:tags|keywords):[ \t]*(?:(?P<value>\S[^\r\n]*)|\r?\n(?P<lines>(?:[ \t]*- [^\r\n]*(?:\r?\n|\Z))+))",
    re.MULTILINE | re.IGNORECASE,
)


def load(data: bytes, *, source: str) -> Document:
    """Return the file as text, line endings and all; only a byte-order mark is stripped.

    Of a Markdown file's front matter, `title`, `date` and `tags` (or `keywords`) become metadata.

    Raises:
        LoadError: the file is empty, blank or binary.
    """
    text = decode(data)
    if PurePath(source).suffix.lower() not in (".md", ".markdown"):
        return Document(source=source, text=text, media_type="text/plain")
    fields = front_matter(text)
    date = next((parsed for name in ("date", "published") if (parsed := _day(fields.get(name, "")))), None)
    return Document(
        source=source,
        text=text,
        media_type="text/markdown",
        title=fields.get("title"),
        date=Dated(value=date, basis="metadata") if date else None,
        tags=_tags(text),
    )


def front_matter(text: str) -> dict[str, str]:
    """Return the one-line fields of the block between "---" lines at the top, names in lower case."""
    block = _FRONT_MATTER.match(text)
    if block is None:
        return {}
    return {match["name"].lower(): match["value"].strip("\"'") for match in _FIELD.finditer(block["body"])}


def _tags(text: str) -> tuple[str, ...]:
    """Return the tags of the front matter, written `a, b`, `[a, b]` or as lines that begin with a dash."""
    block = _FRONT_MATTER.match(text)
    found = _TAGS.search(block["body"]) if block else None
    if found is None:
        return ()
    listed = found["lines"].splitlines() if found["lines"] else found["value"].strip(" []").split(",")
    tags = (tag.strip().removeprefix("- ").strip(" \"'") for tag in listed)
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _day(value: str) -> datetime.date | None:
    return next((mention.full for mention in find_dates(value) if mention.full), None)
