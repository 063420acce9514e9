"""Text of formats that are not text themselves: clean lines joined into one document, pieces marked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.errors import LoadError

PIECE_GAP = "\n\n\n"

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"} | dict.fromkeys(
    "\xad\u200b\ufeff",
    "",  # soft hyphen, zero-width space, byte-order mark
)
_LIGATURE = re.compile("[" + "".join(_LIGATURES) + "]")
_SPACE = re.compile(r"[^\S\n]+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def clean(text: str) -> str:
    """Return `text` with ligatures spelled out, control characters gone and runs of blanks made one."""
    text = _LIGATURE.sub(lambda match: _LIGATURES[match[0]], text)
    return _SPACE.sub(" ", _CONTROL.sub(" ", text)).strip()


def one_line(text: str) -> str:
    """Return `text` cleaned and on one line."""
    return clean(text.replace("\n", " "))


def join_pieces(pieces: Sequence[str]) -> tuple[str, tuple[int, ...]]:
    """Return the pieces that hold text as one text, and where each begins in it.

    Raises:
        LoadError: none of them holds text.
    """
    kept = [piece.strip("\n") for piece in pieces if piece.strip()]
    if not kept:
        raise LoadError("the file holds no text; there is nothing to index")
    starts = [0]
    for piece in kept[:-1]:
        starts.append(starts[-1] + len(piece) + len(PIECE_GAP))
    return PIECE_GAP.join(kept), tuple(starts)
