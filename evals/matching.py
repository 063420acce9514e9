"""Whether an answer says something: spellings compared without regard to case, quotes, dashes and spaces. Pure.

Spellings are compared as whole words and numbers: 17 does not stand in "2017" or in "17,000", nor in the marker "[17]".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_MARKER = re.compile(r"\s?\[\d+(?:\s*,\s*\d+)*\]")
_QUOTES = dict.fromkeys(map(ord, "‘’‚‛ʼ`´"), "'") | dict.fromkeys(map(ord, "“”„‟«»"), '"')
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_FOLDED = _QUOTES | _DASHES


def folded(text: str) -> str:
    """Return the text as it is compared: NFKC, one shape of quotes and dashes, single spaces, no case."""
    shaped = unicodedata.normalize("NFKC", text).translate(_FOLDED)
    return " ".join(shaped.split()).casefold()


def without_markers(text: str) -> str:
    """Return the text without its [1] and [1, 2] markers."""
    return _MARKER.sub("", text)


def says(text: str, spelling: str) -> bool:
    """Return whether the spelling stands in the text as whole words and whole numbers."""
    wanted = folded(spelling)
    if not wanted:
        return False
    before = r"(?<!\w)(?<!\d[.,])" if wanted[0].isalnum() else ""
    after = r"(?!\w)" + (r"(?![.,]\d)" if wanted[-1].isdigit() else "") if wanted[-1].isalnum() else ""
    return re.search(before + re.escape(wanted) + after, folded(without_markers(text))) is not None


def says_all(text: str, groups: Sequence[Sequence[str]]) -> bool:
    """Return whether of every group at least one spelling stands in the text."""
    return all(any(says(text, spelling) for spelling in group) for group in groups)


def same_source(source: str, name: str) -> bool:
    """Return whether a document is the one that a case names, by its name or the end of its path."""
    return source == name or source.endswith("/" + name)
