"""The files behind documents: pages of PDFs as pictures, the cited words boxed. pypdfium2 is imported here alone."""

from __future__ import annotations

import io
import re
import threading
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

SCALE = 1.6  # pixels a point
_BOX = (253, 230, 138)  # the highlight
_rendering = threading.Lock()  # pdfium is not safe to use from several threads


def page_of(page_starts: Sequence[int], start: int) -> int | None:
    """Return the number, from 1, of the page that a place in the text stands on; None where there are no pages."""
    return bisect_right(page_starts, start) or None if page_starts else None


@lru_cache(maxsize=32)
def page_picture(path: Path, modified: float, page: int, quote: str) -> bytes | None:
    """Return a page of a PDF as PNG with the words of a quote boxed; None where there is no such page to be drawn.

    Args:
        path: the file.
        modified: when it was last changed, so that a changed file is drawn anew.
        page: from 1.
        quote: what to box; words that are not found are not boxed.
    """
    import pypdfium2
    from PIL import Image, ImageChops, ImageDraw

    with _rendering:
        try:
            document = pypdfium2.PdfDocument(path)
        except (pypdfium2.PdfiumError, OSError):
            return None
        try:
            if not 1 <= page <= len(document):
                return None
            drawn = document[page - 1]
            picture = drawn.render(scale=SCALE).to_pil().convert("RGB")
            over = Image.new("RGB", picture.size, (255, 255, 255))
            pen = ImageDraw.Draw(over)
            for left, bottom, right, top in _boxes(drawn, quote):
                height = drawn.get_height()
                corners = (left, height - top, right, height - bottom)
                pen.rectangle([SCALE * corner for corner in corners], fill=_BOX)
            stream = io.BytesIO()
            ImageChops.multiply(picture, over).save(stream, "PNG")  # the words stay as dark as they are
            return stream.getvalue()
        finally:
            document.close()


def _boxes(page: Any, quote: str) -> list[tuple[float, float, float, float]]:
    """Return where a quote stands on a page, in points from its lower left corner, a box a line.

    The text of a document joins lines and hyphens that the page parts, so letters and digits alone are compared.
    """
    text = page.get_textpage()
    whole = text.get_text_range()
    places = [place for place, character in enumerate(whole) if character.isalnum()]
    plain = "".join(whole[place].lower() for place in places)
    wanted = "".join(character.lower() for character in quote if character.isalnum())
    at = plain.find(wanted) if wanted else -1
    if at < 0:
        return []
    first, last = places[at], places[at + len(wanted) - 1]
    count = text.count_rects(first, last - first + 1)
    return [text.get_rect(number) for number in range(count)]


MEDIA_SHOWN = {
    "application/pdf": "application/pdf",
    "text/plain": "text/plain; charset=utf-8",
    "text/markdown": "text/plain; charset=utf-8",
    "text/csv": "text/plain; charset=utf-8",
}


def media_type_of(media_type: str) -> tuple[str, bool]:
    """Return as what a file is sent, and whether the browser may show it: nothing that could run in the page's name."""
    shown = MEDIA_SHOWN.get(re.sub(r";.*", "", media_type).strip())
    return (shown, True) if shown else ("application/octet-stream", False)
