"""Files on their way into the index."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from index.embed import HashingEmbedder
from index.errors import IndexMissing
from index.index import Index
from index.types import DocumentOverview, FileStep, Stage
from qa.pipeline import Assistant
from ui.adding import Adding, Job, placed, safe_name
from ui.desk import Desk
from ui.documents import matching, row_of
from ui.progress import FAILED, LISTED, WORKING, rest_of, rows_html, told_html
from ui.reading import NOT_QUOTED, Reading, document_html


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
    assert not adding.job.running
    assert [(step.source, step.passages) for step in adding.job.at("added")] == [("ferry.txt", 1)]
    assert [step.source for step in adding.job.at("failed")] == ["broken.pdf"]
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


@pytest.mark.parametrize(
    ("query", "is_found"),
    [("2023", True), ("2023-10-16", True), ("2023-11", True), ("2023-09", False), ("2023-11-03", False), ("16", False)],
)
def test_a_list_is_searched_by_a_date_between_a_documents_first_and_last(query: str, is_found: bool) -> None:
    diary = DocumentOverview(
        source="diary.txt", path="/p/diary.txt", media_type="text/plain", title="Diary",
        first_day=datetime.date(2023, 10, 15), last_day=datetime.date(2023, 11, 2), language="en", articles=2,
        passages=3, tags=(),
    )  # fmt: skip
    undated = replace(diary, source="undated.txt", first_day=None, last_day=None)
    assert matching([diary, undated], query) == ([diary] if is_found else [])


def test_a_document_of_a_subfolder_is_indexed_again_under_the_name_that_it_has(tmp_path: Path) -> None:
    page = tmp_path / "papers" / "2023" / "ferry.txt"
    page.parent.mkdir(parents=True)
    page.write_text("The ferry struck the pier.")
    with Index.open(tmp_path / "i", embedder=HashingEmbedder()) as documents:
        documents.sync([tmp_path / "papers"])
        page.write_text("The ferry struck the mole.")
        desk = Desk(lambda: documents, lambda documents: Assistant(documents))
        desk.index_again("2023/ferry.txt")
        desk.adding.wait()
        assert [(step.source, step.stage) for step in desk.adding.job.files] == [("2023/ferry.txt", "updated")]
        assert documents.sources() == ["2023/ferry.txt"]
        assert documents.text_of("2023/ferry.txt") == "The ferry struck the mole."
        page.unlink()
        desk.index_again("2023/ferry.txt")
        desk.adding.wait()
        assert "nothing is at" in (desk.adding.job.problem or "")
        assert documents.sources() == ["2023/ferry.txt"]


class SlowEmbedder(HashingEmbedder):
    """Waits at its first text until it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.at_work, self.go_on = threading.Event(), threading.Event()

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.at_work.set()
        assert self.go_on.wait(30)
        return super().embed_passages(texts)


def test_a_stop_keeps_what_is_added_and_no_copy_of_the_rest(tmp_path: Path) -> None:
    embedder = SlowEmbedder()
    names = [f"mill{n}.txt" for n in range(4)]
    for name in names:
        (tmp_path / name).write_text(f"The mill {name} burned down.")
    with Index.open(tmp_path / "i", embedder=embedder) as documents:
        adding = Adding(lambda: documents)
        adding.take([tmp_path / name for name in names[:3]])
        adding.take([tmp_path / names[3]])
        assert embedder.at_work.wait(30)
        assert adding.job.waiting == ("mill3.txt",)
        assert adding.job.at("embedding", "reading", "waiting")
        adding.stop()
        embedder.go_on.set()
        adding.wait()
        job = adding.job
        assert (job.running, job.stopping) == (False, True)
        assert [step.source for step in job.files] == names
        assert [step.source for step in job.at("added")] == ["mill0.txt"]
        assert documents.sources() == ["mill0.txt"]
        assert documents.files_folder is not None
        assert [path.name for path in documents.files_folder.iterdir()] == ["mill0.txt"]
        adding.take([tmp_path / names[1]])
        adding.wait()
        assert [step.stage for step in adding.job.files] == ["added"]


def job_of(**stages: int) -> Job:
    """Return a running job with so many files at each stage."""
    steps = [
        FileStep(
            source=f"{stage}{n}.txt", stage=cast(Stage, stage), reason="it is <cut>" if stage == "failed" else None
        )
        for stage, number in stages.items()
        for n in range(number)
    ]
    return Job(files=tuple(steps), running=True)


def test_a_few_files_have_a_row_each_without_markup_of_theirs() -> None:
    steps = (
        FileStep(source="<b>.txt", stage="embedding", passages=8, embedded=4),
        FileStep(source="<i>.pdf", stage="failed", reason="it is <cut>"),
        FileStep(source="toll.txt", stage="added", passages=3, embedded=3),
        FileStep(source="mill.txt", stage="reading"),
    )
    drawn = rows_html(Job(files=steps, waiting=("papers",), running=True))
    assert drawn.count("<li") == 5
    bar = '<div class="or-bar" role="progressbar">'
    assert f'embedding 4 of 8 passages</span>{bar}<span class="or-filled-55">' in drawn
    assert "it is &lt;cut&gt;" in drawn
    assert "added, 3 passages" in drawn
    assert f'reading</span>{bar}<span class="or-moving">' in drawn
    assert rest_of(Job(files=steps, running=True)) == ("", "")
    assert rows_html(Job()) == told_html(Job()) == ""


def test_of_hundreds_of_files_those_at_work_and_failed_have_rows_and_the_rest_is_counted() -> None:
    job = job_of(added=300, failed=20, embedding=40, reading=2, waiting=900)
    drawn = rows_html(job)
    assert drawn.count('<li class="or-row') == 1 + WORKING + FAILED
    assert "320 of 1,262 done" in drawn
    label, names = rest_of(job)
    assert label == "37 at work, 900 waiting, 300 added, 8 failed"
    assert names.count("<li") == 37 + LISTED + 1 + LISTED + 1 + 8
    assert "and 840 more" in names


def test_what_is_announced_changes_at_the_beginning_and_the_end_alone() -> None:
    early, later = job_of(waiting=3), job_of(added=2, embedding=1)
    assert told_html(early) == told_html(later)
    assert 'role="status"' not in rows_html(later)
    ended = replace(job_of(added=2, waiting=1), running=False, stopping=True)
    assert "2 added, 1 not added" in told_html(ended)
    assert "not added</span>" in rows_html(ended)
    assert "no <room>" not in told_html(replace(ended, problem="no <room>"))


def test_a_document_is_drawn_with_its_articles_and_what_is_not_indexed(documents: Index, tmp_path: Path) -> None:
    text = "Ferry strikes pier\n\nOctober 15, 2023\n\nThe ferry <struck> the pier. Nobody was hurt.\n\nShare this:\n"
    (tmp_path / "ferry.txt").write_text(text)
    documents.add([tmp_path / "ferry.txt"])
    reading = Reading(source="ferry.txt", text=text, articles=tuple(documents.articles_of("ferry.txt")))
    drawn = document_html(reading, 1000)
    assert "<span>The ferry &lt;struck&gt; the pier.</span>" in drawn
    assert "Article 1 of 1 · 15 October 2023, stated in the text" in drawn
    assert '<span class="or-boilerplate">Share this:</span>' in drawn
    assert NOT_QUOTED in drawn
    assert NOT_QUOTED not in document_html(replace(reading, text=" " * len(reading.text)), 1000)
    assert "The first 40 of" in document_html(reading, 40)
