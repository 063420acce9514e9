"""What many tests share: an embedder without a model, and files to index."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.embed import HashingEmbedder


@pytest.fixture
def hashing() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """A function that writes a text below tmp_path/docs and returns where."""

    def write_text(name: str, text: str) -> Path:
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_text
