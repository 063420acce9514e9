"""What a sync does to what is stored: renames, repeats, interruptions, and folders that change under it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.kill import kill_many_times
from index import Index
from index.config import IndexConfig
from index.embed import HashingEmbedder
from index.errors import DiskFull, IndexLocked, StoreError
from index.store import FILE_NAME, Store
from index.types import Failure
from tests.fixtures_bad import undecodable_name

ROOT = Path(__file__).resolve().parents[2]
Write = Callable[[str, str], Path]


@pytest.fixture
def opened(tmp_path: Path, hashing: HashingEmbedder) -> Iterator[Index]:
    with Index.open(tmp_path / "index", embedder=hashing) as documents:
        yield documents


@contextlib.contextmanager
def small_batches() -> Iterator[None]:
    """Store each document before the next one is read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.sync._BATCH_PASSAGES", 1)
        yield


def passages(documents: Index) -> dict[int, tuple[str, str]]:
    """Every passage by its id: its source and its words."""
    store = documents._store
    found = store.passages(store.passage_ids().tolist())
    return {number: (passage.source, passage.text) for number, passage in found.items()}


# --- renames ----------------------------------------------------------------------------------------------------------


def test_a_file_that_was_moved_keeps_its_passages_and_their_ids(
    opened: Index, write: Write, hashing: HashingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = write("a.txt", "The keeper slept.").parent
    write("b.txt", "The pier burned.")
    opened.sync([docs])
    before = passages(opened)
    (docs / "deep").mkdir()
    (docs / "a.txt").rename(docs / "deep" / "c.txt")
    hashing.embedded.clear()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")  # no reader could be started
    report = opened.sync([docs])
    assert (report.added, report.updated, report.removed) == (("deep/c.txt",), (), ("a.txt",))
    assert report.unchanged == ("b.txt",)
    assert hashing.embedded == []
    assert passages(opened) == {
        number: ("deep/c.txt" if source == "a.txt" else source, text) for number, (source, text) in before.items()
    }
    assert opened.search("keeper")[0].source == "deep/c.txt"
    assert opened.check() == []


def test_files_that_take_each_others_names_keep_their_passages(opened: Index, write: Write) -> None:
    docs = write("log.1.txt", "The first night.").parent
    write("log.2.txt", "The second night.")
    write("log.3.txt", "The third night.")
    opened.sync([docs])
    before = {text: number for number, (_, text) in passages(opened).items()}
    (docs / "log.2.txt").rename(docs / "log.3.txt")
    (docs / "log.1.txt").rename(docs / "log.2.txt")
    write("log.1.txt", "The fourth night.")
    report = opened.sync([docs])
    assert report.updated == ("log.1.txt", "log.2.txt", "log.3.txt")
    after = passages(opened)
    assert after[before["The first night."]] == ("log.2.txt", "The first night.")
    assert after[before["The second night."]] == ("log.3.txt", "The second night.")
    assert sorted(text for _, text in after.values()) == ["The first night.", "The fourth night.", "The second night."]


def test_a_name_that_changes_how_a_file_is_read_has_it_read_again(opened: Index, write: Write) -> None:
    docs = write("2024-03-03-log.txt", "name\tnights\nkeeper\t44\n").parent
    opened.sync([docs])
    assert str(opened.search("keeper")[0].date.value) == "2024-03-03"  # type: ignore[union-attr]
    (docs / "2024-03-03-log.txt").rename(docs / "log.txt")
    opened.sync([docs])
    assert opened.search("keeper")[0].date is None
    (docs / "log.txt").rename(docs / "log.tsv")
    assert opened.sync([docs]).added == ("log.tsv",)
    assert opened.text_of("log.tsv") == "name: keeper; nights: 44."


def test_two_files_with_equal_bytes_are_both_there_and_one_can_go(opened: Index, write: Write) -> None:
    docs = write("a.txt", "The keeper slept.").parent
    opened.sync([docs])
    (number,) = passages(opened)
    shutil.copy(docs / "a.txt", docs / "b.txt")
    assert opened.sync([docs]).added == ("b.txt",)
    assert {source for source, _ in passages(opened).values()} == {"a.txt", "b.txt"}
    (docs / "a.txt").rename(docs / "c.txt")
    (docs / "b.txt").unlink()
    report = opened.sync([docs])
    assert (report.added, report.removed) == (("c.txt",), ("a.txt", "b.txt"))
    assert passages(opened) == {number: ("c.txt", "The keeper slept.")}


def test_ten_papers_with_one_text_are_all_found_and_embedded_once(
    opened: Index, write: Write, hashing: HashingEmbedder
) -> None:
    text = "The ferry struck the pier at 19:41, the agency reported.\n"
    for number in range(10):
        docs = write(f"paper {number}.txt", text).parent
    assert len(opened.sync([docs]).added) == 10
    assert hashing.embedded == [text.strip()]
    assert {hit.source for hit in opened.search("ferry struck the pier", limit=20)} == {
        f"paper {number}.txt" for number in range(10)
    }


# --- what cannot be read ----------------------------------------------------------------------------------------------


def test_a_file_that_failed_is_tried_again_though_its_bytes_are_the_same(opened: Index, write: Write) -> None:
    docs = write("a.json", "{The keeper slept.").parent
    write("b.txt", "The pier burned.")
    first = opened.sync([docs])
    assert [failure.source for failure in first.failed] == ["a.json"]
    assert opened.sync([docs]).failed == first.failed
    (docs / "a.json").rename(docs / "a.txt")
    assert opened.sync([docs]).added == ("a.txt",)
    assert opened.failures() == []


def test_a_clock_that_jumps_hides_no_change(opened: Index, write: Write) -> None:
    path = write("a.txt", "The keeper slept.")
    opened.sync([path.parent])
    before = path.stat()
    path.write_text("The keeper woke.!")  # as many bytes
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert opened.sync([path.parent]).updated == ("a.txt",)
    os.utime(path, (4e9, 4e9))
    assert opened.sync([path.parent]).unchanged == ("a.txt",)


def test_files_that_are_being_written_stay_as_they_are_stored(opened: Index, write: Write) -> None:
    known, new = write("a.txt", "The keeper slept."), None
    opened.sync([known.parent])
    write("a.txt", "The keep")
    new = write("b.txt", "The pi")
    report = opened.sync([known.parent], unsettled={known, new})
    assert (report.added, report.updated, report.removed, report.unchanged) == ((), (), (), ("a.txt",))
    assert opened.text_of("a.txt") == "The keeper slept."
    report = opened.sync([known.parent])
    assert (report.added, report.updated) == (("b.txt",), ("a.txt",))


def test_a_file_whose_name_is_not_utf8_is_indexed_under_a_name_that_is(opened: Index, write: Write) -> None:
    docs = write("a.txt", "The keeper slept.").parent
    undecodable_name(docs)
    report = opened.sync([docs])
    assert report.added == ("a.txt", "caf\\udce9.txt")
    assert opened.text_of("caf\\udce9.txt").startswith("Edda Mornay")
    assert len(opened.sync([docs]).unchanged) == 2


def test_links_pipes_and_what_lies_outside_are_not_read(opened: Index, write: Write, tmp_path: Path) -> None:
    docs = write("a.txt", "The keeper slept.").parent
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "s.txt").write_text("The secret.")
    (docs / "link.txt").symlink_to(secret / "s.txt")
    (docs / "folder").symlink_to(secret, target_is_directory=True)
    os.mkfifo(docs / "pipe.txt")
    report = opened.sync([docs])
    assert report.added == ("a.txt",)
    assert [failure.source for failure in report.failed] == ["pipe.txt"]
    assert "not a regular file" in report.failed[0].reason


# --- no room, no rights, no turn --------------------------------------------------------------------------------------


def test_a_full_disk_keeps_what_was_stored_and_the_next_sync_goes_on(
    opened: Index, write: Write, hashing: HashingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = write("a.txt", "The keeper slept.").parent
    opened.sync([docs])
    write("b.txt", "The pier burned.")

    def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorname = "SQLITE_FULL"
        raise error

    monkeypatch.setattr(Store, "_put_article", full)
    with pytest.raises(DiskFull, match="free some space"):
        opened.sync([docs])
    monkeypatch.undo()
    assert opened.sources() == ["a.txt"]
    assert opened.sync([docs]).added == ("b.txt",)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """A disk of two megabytes at tmp_path/disk, and a function that mounts it again with other options."""
    disk = tmp_path / "disk"
    disk.mkdir()

    def mount(options: str) -> None:
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)], check=True, capture_output=True)

    try:
        mount("size=2m")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("nothing may be mounted here")
    yield lambda options: mount(f"remount,{options}")
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_disk_that_fills_up_keeps_a_whole_index_which_goes_on_when_there_is_room(
    tmp_path: Path, write: Write, hashing: HashingEmbedder, small_disk: Callable[[str], None]
) -> None:
    for number in range(12):
        docs = write(f"{number}.txt", " ".join(f"Keeper {number} wrote line {line}." for line in range(2000))).parent
    with Index.open(tmp_path / "disk" / "index", embedder=hashing) as documents:
        with small_batches(), pytest.raises(DiskFull, match="free some space"):
            documents.sync([docs])
        held = documents.sources()
        assert len(held) < 12
        assert {source for source, _ in passages(documents).values()} == set(held)
        small_disk("size=200m")
        report = documents.sync([docs])
        assert set(held) <= set(report.unchanged)
        assert len(documents.sources()) == 12
        assert documents.check() == []


def test_an_index_on_a_read_only_disk_is_searched_and_not_written(
    tmp_path: Path, write: Write, hashing: HashingEmbedder, small_disk: Callable[[str], None]
) -> None:
    docs = write("a.txt", "The keeper slept.").parent
    with Index.open(tmp_path / "disk" / "index", embedder=hashing) as documents:
        documents.sync([docs])
    small_disk("ro")
    with Index.open(tmp_path / "disk" / "index", embedder=hashing) as documents:
        assert documents.search("keeper")[0].source == "a.txt"
        with pytest.raises(StoreError, match="no right to write"):
            documents.sync([docs])


def test_a_second_writer_is_told_to_wait_and_the_first_goes_on(tmp_path: Path, opened: Index, write: Write) -> None:
    docs = write("a.txt", "The keeper slept.").parent
    with (
        Index.open(tmp_path / "index", embedder=HashingEmbedder()) as second,
        second._writing(),
        pytest.raises(IndexLocked, match="try again when it is done"),
    ):
        opened.sync([docs])
    assert opened.sync([docs]).added == ("a.txt",)


# --- interruptions ----------------------------------------------------------------------------------------------------


def test_an_interrupted_first_sync_goes_on_where_it_was(opened: Index, write: Write, hashing: HashingEmbedder) -> None:
    for number in range(6):
        docs = write(f"{number}.txt", f"The keeper slept {number} hours.").parent

    def interrupt(source: str, done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with small_batches(), pytest.raises(KeyboardInterrupt):
        opened.sync([docs], progress=interrupt)
    held = opened.sources()
    assert 0 < len(held) < 6
    report = opened.sync([docs])
    assert list(report.unchanged) == held
    assert report.updated == ()
    assert len(hashing.embedded) == len(set(hashing.embedded)) == 6


def test_an_interrupted_sync_with_other_settings_goes_on_where_it_was(
    tmp_path: Path, write: Write, hashing: HashingEmbedder
) -> None:
    for number in range(4):
        docs = write(f"{number}.txt", f"The keeper slept {number} hours. He woke. He ate.").parent
    with Index.open(tmp_path / "index", embedder=hashing) as documents:
        documents.sync([docs])

    def interrupt(source: str, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    settings = IndexConfig(max_passage_tokens=5)
    with Index.open(tmp_path / "index", embedder=hashing, config=settings) as documents:
        with small_batches(), pytest.raises(KeyboardInterrupt):
            documents.sync([docs], progress=interrupt)
        assert any("other settings" in problem for problem in documents.check())
        report = documents.sync([docs])
        assert report.unchanged
        assert report.updated
        assert documents.check() == []
    with Index.open(tmp_path / "index", embedder=hashing) as documents:
        assert len(documents.sync([docs]).updated) == 4


_COMMAND = """
import signal, sys
import index.index, index.sync
from index.embed import HashingEmbedder
index.index.default_embedder = HashingEmbedder
index.sync._BATCH_PASSAGES = 1
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
from qa.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_in_the_middle_of_a_sync_stops_it_cleanly(
    tmp_path: Path, write: Write, hashing: HashingEmbedder, number: int, status: int
) -> None:
    docs = write("a.txt", "The keeper slept.").parent
    write("b.csv", "a," * 25_000_000)  # takes many seconds to read
    folder = tmp_path / "index"
    command = [sys.executable, "-c", _COMMAND, "index", str(docs), "--index", str(folder), "--json"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while time.monotonic() < end and not _stored(folder):
        time.sleep(0.05)
    process.send_signal(number)
    out, errors = process.communicate(timeout=30)
    assert (process.returncode, out) == (status, "")
    assert errors == "onrecord: interrupted; what was indexed so far is kept, run the same command again to go on\n"
    (docs / "b.csv").unlink()
    with Index.open(folder, embedder=hashing) as documents:
        assert documents.sync([docs]).unchanged == ("a.txt",)
        assert documents.check() == []


def _stored(folder: Path) -> bool:
    if not (folder / FILE_NAME).is_file():
        return False
    try:
        with sqlite3.connect(f"file:{folder / FILE_NAME}?mode=ro", uri=True) as connection:
            return bool(connection.execute("SELECT count(*) FROM documents").fetchone()[0])
    except sqlite3.Error:
        return False


def test_kills_at_random_moments_lose_and_double_nothing(tmp_path: Path) -> None:
    killed, writing = kill_many_times(tmp_path, times=4, seed=3)
    assert 4 >= killed >= writing


def test_a_failure_is_reported_with_its_source(opened: Index, write: Write) -> None:
    docs = write("a.txt", "The keeper slept.").parent
    (docs / "b.txt").write_bytes(b"")
    assert opened.sync([docs]).failed == (
        Failure(source="b.txt", reason="the file is empty (0 bytes); there is nothing to index"),
    )
