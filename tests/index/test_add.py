"""Files added to an index beside what it holds, and documents taken out of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.embed import HashingEmbedder
from index.errors import SourceMissing
from index.index import Index
from index.sync import Watch
from index.types import FileStep

MILL = "The mill of Kellmar burned down in May."


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "ferry.txt").write_text("Ferry strikes pier\n\nOctober 15, 2023\n\nThe ferry struck the pier.\n")
    (folder / "mill.md").write_text("---\ntags: [mill, fire]\n---\n# Mill\n\nThe mill burned down.\n")
    return folder


@pytest.fixture
def documents(tmp_path: Path, papers: Path) -> Iterator[Index]:
    with Index.open(tmp_path / "i", embedder=HashingEmbedder()) as opened:
        opened.sync([papers])
        yield opened


def test_what_is_added_stands_beside_what_was_there(documents: Index, tmp_path: Path) -> None:
    (tmp_path / "later.txt").write_text("The toll rises.")
    report = documents.add([tmp_path / "later.txt"])
    assert (report.added, report.removed) == (("later.txt",), ())
    assert documents.sources() == ["ferry.txt", "later.txt", "mill.md"]
    assert documents.search("toll", limit=1)[0].source == "later.txt"
    assert documents.add([tmp_path / "later.txt"]).unchanged == ("later.txt",)
    assert documents.check() == []


def test_a_copy_that_is_added_is_no_renaming(documents: Index, tmp_path: Path, papers: Path) -> None:
    (tmp_path / "copy.txt").write_bytes((papers / "ferry.txt").read_bytes())
    documents.add([tmp_path / "copy.txt"])
    assert documents.sources() == ["copy.txt", "ferry.txt", "mill.md"]


def test_a_failure_of_another_file_is_still_known(documents: Index, tmp_path: Path, papers: Path) -> None:
    (papers / "empty.txt").write_text("")
    documents.sync([papers])
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 cut short")
    documents.add([tmp_path / "broken.pdf"])
    assert [failure.source for failure in documents.failures()] == ["broken.pdf", "empty.txt"]


def test_files_of_the_index_itself_stay_when_it_is_made_to_match_a_folder(documents: Index, papers: Path) -> None:
    own = documents.files_folder
    assert own is not None
    own.mkdir()
    (own / "given.txt").write_text("Somebody gave this to the page.")
    documents.add([own / "given.txt"])
    (papers / "mill.md").unlink()
    documents.sync([papers])
    assert documents.sources() == ["ferry.txt", "given.txt"]


def test_a_document_is_removed_and_the_others_stay(documents: Index) -> None:
    documents.remove(["ferry.txt"])
    assert documents.sources() == ["mill.md"]
    assert {hit.source for hit in documents.search("ferry pier")} <= {"mill.md"}
    with pytest.raises(SourceMissing, match=r"no document ferry\.txt"):
        documents.remove(["mill.md", "ferry.txt"])
    assert documents.sources() == ["mill.md"]
    assert documents.check() == []


def test_the_overview_says_what_each_document_is(documents: Index) -> None:
    ferry, mill = documents.overview()
    assert (ferry.source, ferry.media_type, ferry.articles, ferry.passages) == ("ferry.txt", "text/plain", 1, 1)
    assert (ferry.first_day, ferry.last_day) == (datetime.date(2023, 10, 15), datetime.date(2023, 10, 15))
    assert (mill.tags, mill.first_day) == (("fire", "mill"), None)


def written(folder: Path, **texts: str) -> None:
    (folder / "papers").mkdir()
    for name, text in texts.items():
        (folder / "papers" / f"{name}.txt").write_text(text)


def test_each_file_is_followed_from_waiting_to_its_passages(tmp_path: Path) -> None:
    written(tmp_path, long="\n\n".join(f"Ferry number {n} was built in {1900 + n}." * 40 for n in range(40)), mill=MILL)
    (tmp_path / "papers" / "broken.pdf").write_bytes(b"%PDF-1.7 cut short")
    steps: list[FileStep] = []
    with Index.open(tmp_path / "i", embedder=HashingEmbedder()) as documents:
        documents.add([tmp_path / "papers"], watch=Watch(tell=steps.append, stop=lambda: False))
        passages = {each.source: each.passages for each in documents.overview()}
        documents.add([tmp_path / "papers" / "mill.txt"], watch=Watch(tell=steps.append, stop=lambda: False))
    stages = {name: [step for step in steps if step.source == name] for name in ("long.txt", "mill.txt", "broken.pdf")}
    assert list(dict.fromkeys(step.stage for step in stages["long.txt"])) == [
        "waiting",
        "reading",
        "embedding",
        "added",
    ]
    embedded = [step.embedded for step in stages["long.txt"] if step.stage == "embedding"]
    assert embedded == sorted(embedded)
    assert len(set(embedded)) > 2
    assert (stages["long.txt"][-1].passages, embedded[-1]) == (passages["long.txt"], passages["long.txt"])
    assert [step.stage for step in stages["mill.txt"]][-2:] == ["waiting", "unchanged"]
    assert list(dict.fromkeys(step.stage for step in stages["broken.pdf"])) == ["waiting", "reading", "failed"]
    assert "cut short" in (stages["broken.pdf"][-1].reason or "")


def test_a_stop_finishes_the_file_at_work_and_begins_no_other(tmp_path: Path) -> None:
    written(tmp_path, **{f"mill{n}": f"{MILL} It is mill {n}." for n in range(6)})
    steps: list[FileStep] = []
    with Index.open(tmp_path / "i", embedder=HashingEmbedder()) as documents:
        watch = Watch(tell=steps.append, stop=lambda: any(step.stage == "added" for step in steps))
        report = documents.add([tmp_path / "papers"], watch=watch)
        assert report.added == ("mill0.txt",)
        assert documents.sources() == ["mill0.txt"]
        assert documents.check() == []
        assert len(documents.add([tmp_path / "papers"]).added) == 5


def test_a_stop_keeps_what_is_known_of_files_that_failed_before(tmp_path: Path) -> None:
    written(tmp_path, aaa=MILL)
    (tmp_path / "papers" / "broken.pdf").write_bytes(b"%PDF-1.7 cut short")
    with Index.open(tmp_path / "i", embedder=HashingEmbedder()) as documents:
        documents.add([tmp_path / "papers" / "broken.pdf"])
        documents.add([tmp_path / "papers"], watch=Watch(tell=lambda step: None, stop=lambda: True))
        assert documents.sources() == ["aaa.txt"]
        assert documents.stats().failed == 1
