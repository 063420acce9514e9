"""The files behind documents, and the pages of a PDF with the cited words boxed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.index.test_load_pdf import pdf
from ui.originals import SCALE, media_type_of, page_of, page_picture


def test_a_place_stands_on_the_page_that_began_last() -> None:
    assert [page_of((0, 100, 250), place) for place in (0, 99, 100, 400)] == [1, 1, 2, 3]
    assert page_of((), 5) is None


def coloured(picture: bytes) -> int:
    """Count the pixels of the highlight, which is neither grey nor white."""
    pixels = Image.open(io.BytesIO(picture)).convert("RGB").get_flattened_data()
    return sum(red - blue > 40 for red, _, blue in pixels)


def test_the_words_of_a_quote_are_boxed_on_their_page(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("The ferry carries\n180 passengers.", "Another page."))
    found = page_picture(path, 1.0, 1, "carries 180 passengers")
    plain = page_picture(path, 1.0, 1, "words that are not there")
    assert found is not None
    assert plain is not None
    assert coloured(plain) == 0
    assert coloured(found) > 100 * SCALE
    assert page_picture(path, 1.0, 3, "Another") is None


def test_what_is_no_pdf_has_no_pages(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 cut short")
    assert page_picture(tmp_path / "a.pdf", 1.0, 1, "x") is None


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "message/rfc822"])
def test_nothing_that_could_run_is_shown_by_the_browser(kind: str) -> None:
    assert media_type_of(kind) == ("application/octet-stream", False)
    assert media_type_of("text/markdown") == ("text/plain; charset=utf-8", True)
