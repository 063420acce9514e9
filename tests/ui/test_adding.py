"""Files on their way into the index."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.embed import HashingEmbedder
from index.errors import IndexMissing
from index.index import Index
from index.types import DocumentOverview
from ui.adding import Adding, Job, placed, safe_name
from ui.documents import matching, row_of
from ui.render import Reading, adding_html, document_html


@pytest.fixture
def documents(tmp_path: Path) -> Iterator[Index]:
    with Index.open(tmp_path / "i", embedder=HashingEmbedder()) as opened:
        yield opened


def test_files_are_copied_and_added_and_failures_are_told(documents: Index, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text("The ferry struck the pier.")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 cut short")
    adding = Adding(lambda: documents)
    adding.take([tmp_path / "ferry.txt", tmp_path / "broken.pdf"])
    adding.wait()
    assert (adding.job.running, adding.job.added) == (False, ("ferry.txt",))
    assert [source for source, _ in adding.job.failed] == ["broken.pdf"]
    assert documents.sources() == ["ferry.txt"]
    (tmp_path / "ferry.txt").unlink()
    assert documents.files_folder is not None
    assert (documents.files_folder / "ferry.txt").read_text() == "The ferry struck the pier."


def test_what_cannot_be_added_says_why(documents: Index, tmp_path: Path) -> None:
    adding = Adding(lambda: documents)
    adding.add([tmp_path / "none"])
    adding.wait()
    assert "nothing is at" in (adding.job.problem or "")

    def missing() -> Index:
        raise IndexMissing("no index at /x")

    with pytest.raises(IndexMissing):
        Adding(missing).take([tmp_path / "x.txt"])


def test_another_file_of_the_same_name_is_kept_beside_it_and_a_copy_is_not_copied(tmp_path: Path) -> None:
    one, two, folder = tmp_path / "a" / "x.txt", tmp_path / "b" / "x.txt", tmp_path / "files"
    for file, text in ((one, "one"), (two, "two")):
        file.parent.mkdir()
        file.write_text(text)
    assert [placed(file, folder).name for file in (one, two, one)] == ["x.txt", "x (2).txt", "x.txt"]
    assert sorted(path.name for path in folder.iterdir()) == ["x (2).txt", "x.txt"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        (".hidden.txt", "hidden.txt"),
        ('a<b>"c.pdf', "a_b_c.pdf"),
        ("Fähre & Mole (2).docx", "Fähre & Mole (2).docx"),
        ("...", "file"),
    ],
)
def test_a_name_is_made_safe(name: str, kept: str) -> None:
    assert safe_name(name) == kept


def test_a_list_is_searched_by_every_word() -> None:
    ferry = DocumentOverview(
        source="ferry.txt", path="/p/ferry.txt", media_type="text/plain", title="Ferry strikes pier",
        first_day=datetime.date(2023, 10, 15), last_day=datetime.date(2023, 10, 17), language="en", articles=2,
        passages=3, tags=("sea",),
    )  # fmt: skip
    assert row_of(ferry) == ["ferry.txt", "Ferry strikes pier", "2023-10-15 to 2023-10-17", "2", "en"]
    assert matching([ferry], "2023-10 PIER sea") == [ferry]
    assert matching([ferry], "pier mill") == []


def test_progress_and_failures_are_drawn_without_markup_of_theirs() -> None:
    job = Job(running=True, at="<b>.txt", done=1, total=4, failed=(("<i>.pdf", "it is <cut>"),))
    drawn = adding_html(job)
    assert "1 of 4" in drawn
    assert "or-filled-25" in drawn
    assert "&lt;b&gt;.txt" in drawn
    assert "it is &lt;cut&gt;" in drawn
    assert adding_html(Job()) == ""


def test_a_document_is_drawn_with_its_articles_and_what_is_not_indexed(documents: Index, tmp_path: Path) -> None:
    text = "Ferry strikes pier\n\nOctober 15, 2023\n\nThe ferry <struck> the pier. Nobody was hurt.\n\nShare this:\n"
    (tmp_path / "ferry.txt").write_text(text)
    documents.add([tmp_path / "ferry.txt"])
    reading = Reading(source="ferry.txt", text=text, articles=tuple(documents.articles_of("ferry.txt")))
    drawn = document_html(reading, 1000)
    assert "<span>The ferry &lt;struck&gt; the pier.</span>" in drawn
    assert "Article 1 of 1 · 15 October 2023, stated in the text" in drawn
    assert '<span class="or-boilerplate">Share this:</span>' in drawn
    assert "The first 40 of" in document_html(reading, 40)
