"""What the tests of the evaluations share: a small corpus, its suite, and an assistant with fakes for every model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from evals.types import Suite
from index import Index
from index.embed import HashingEmbedder
from qa import Assistant
from qa.ranker import WordOverlapRanker
from tests.evals.norbury import CASES, COUNCIL, MILL, CountingModel


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "mill.txt").write_text(MILL, encoding="utf-8")
    (folder / "council.txt").write_text(COUNCIL, encoding="utf-8")
    return folder


@pytest.fixture
def suite(corpus: Path) -> Suite:
    return Suite(name="norbury", cases=CASES, documents=(corpus,))


@pytest.fixture
def fresh_assistant() -> Iterator[Callable[[], Assistant]]:
    """A function that makes an assistant on an empty index, with fakes for every model."""
    with ExitStack() as stack:

        def make() -> Assistant:
            documents = stack.enter_context(Index.of_passages((), embedder=HashingEmbedder()))
            return Assistant(documents, model=CountingModel(), ranker=WordOverlapRanker())

        yield make
