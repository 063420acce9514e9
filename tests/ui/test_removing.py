"""A removed document comes back under its name where its file is there, and is offered to where it is not."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Index
from index.embed import HashingEmbedder
from index.errors import SourceError, SourceMissing
from ui.adding import Adding
from ui.removing import FOLDER_NAME, Removing, clear_old

TEXT = "The ferry struck the pier."


@pytest.fixture
def documents(tmp_path: Path) -> Iterator[Index]:
    with Index.open(tmp_path / "i", embedder=HashingEmbedder()) as opened:
        yield opened


@pytest.fixture
def removing(documents: Index) -> Removing:
    return Removing(lambda: documents)


def dropped(documents: Index, tmp_path: Path, name: str, text: str = TEXT) -> Path:
    """Add a file as the page does when it is dropped there, and return where the index keeps it."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    adding = Adding(lambda: documents)
    adding.take([tmp_path / name])
    adding.wait()
    (tmp_path / name).unlink()
    assert documents.files_folder is not None
    return documents.files_folder / name


def test_a_file_of_the_indexs_own_is_held_and_comes_back(documents: Index, removing: Removing, tmp_path: Path) -> None:
    own = dropped(documents, tmp_path, "ferry.txt")
    removing.remove("ferry.txt")
    assert documents.sources() == []
    assert not own.exists()
    assert removing.last is not None
    assert removing.bring_back() is None
    assert documents.text_of("ferry.txt") == TEXT
    assert own.read_text(encoding="utf-8") == TEXT
    assert removing.last is None
    assert documents.search("ferry", limit=1)[0].source == "ferry.txt"


def test_a_document_of_a_folder_comes_back_under_the_name_that_it_had(
    documents: Index, removing: Removing, tmp_path: Path
) -> None:
    (tmp_path / "papers" / "2023").mkdir(parents=True)
    for name in ("2023/ferry.txt", "mill.txt"):
        (tmp_path / "papers" / name).write_text(TEXT, encoding="utf-8")
    documents.sync([tmp_path / "papers"])
    removing.remove("2023/ferry.txt")
    assert (tmp_path / "papers" / "2023" / "ferry.txt").is_file()
    assert removing.bring_back() is None
    assert sorted(documents.sources()) == ["2023/ferry.txt", "mill.txt"]
    assert documents.sync([tmp_path / "papers"]).unchanged == ("2023/ferry.txt", "mill.txt")


def test_where_the_file_is_gone_nothing_is_offered(documents: Index, removing: Removing, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(TEXT, encoding="utf-8")
    documents.sync([tmp_path / "ferry.txt"])
    (tmp_path / "ferry.txt").unlink()
    removing.remove("ferry.txt")
    assert removing.last is None
    with pytest.raises(SourceMissing, match="add it again"):
        removing.bring_back()


def test_the_next_removal_ends_the_undo_of_the_one_before(documents: Index, removing: Removing, tmp_path: Path) -> None:
    for name in ("ferry.txt", "mill.txt"):
        dropped(documents, tmp_path, name, f"{TEXT} {name}")
    removing.remove("ferry.txt")
    removing.remove("mill.txt")
    held = [path.name for path in (tmp_path / "i" / FOLDER_NAME).rglob("*.txt")]
    assert held == ["mill.txt"]
    removing.bring_back()
    assert documents.sources() == ["mill.txt"]


def test_another_document_of_that_name_is_not_overwritten(documents: Index, removing: Removing, tmp_path: Path) -> None:
    dropped(documents, tmp_path, "ferry.txt")
    removing.remove("ferry.txt")
    own = dropped(documents, tmp_path, "ferry.txt", "Another ferry.")
    with pytest.raises(SourceError, match=r"another ferry\.txt was added since"):
        removing.bring_back()
    assert own.read_text(encoding="utf-8") == "Another ferry."
    assert removing.last is not None


def test_what_is_held_goes_for_good_a_day_later(documents: Index, removing: Removing, tmp_path: Path) -> None:
    dropped(documents, tmp_path, "ferry.txt")
    removing.remove("ferry.txt")
    clear_old(documents)
    [folder] = (tmp_path / "i" / FOLDER_NAME).iterdir()
    os.utime(folder, (time.time() - 90_000,) * 2)
    clear_old(documents)
    assert not (tmp_path / "i" / FOLDER_NAME).exists()
    assert removing.last is None
