"""Following folders: a burst is one turn, files being written are left out, and paths may come and go."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.watch import Changes

QUIET_SECONDS = 0.6
Write = Callable[[str, str], Path]


class Turns:
    """The turns so far, taken in a thread."""

    def __init__(self, paths: list[Path], leave_out: Path) -> None:
        self.stop = threading.Event()
        self.changes = Changes(paths, leave_out=leave_out, quiet_seconds=QUIET_SECONDS, stop=self.stop)
        self.seen: list[frozenset[Path]] = []
        self._thread = threading.Thread(target=self._take)
        self._thread.start()

    def _take(self) -> None:
        for turn in self.changes:
            self.seen.append(turn)

    def end(self) -> None:
        self.stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive()

    def wait_for(self, number: int) -> None:
        end = time.monotonic() + 30
        while len(self.seen) < number:
            assert time.monotonic() < end, f"{len(self.seen)} turns, not {number}"
            time.sleep(0.02)


@pytest.fixture
def turns(write: Write, tmp_path: Path) -> Iterator[Turns]:
    docs = write("a.txt", "The keeper slept.").parent
    taken = Turns([docs], docs / "index")
    taken.wait_for(1)
    yield taken
    taken.end()


def test_the_first_turn_comes_at_once_and_nothing_changes_gives_none(turns: Turns) -> None:
    time.sleep(3 * QUIET_SECONDS)
    assert turns.seen == [frozenset()]


def test_a_burst_of_changes_is_one_turn(turns: Turns, write: Write) -> None:
    for number in range(20):
        write(f"{number}.txt", "The pier burned.")
    turns.wait_for(2)
    time.sleep(3 * QUIET_SECONDS)
    assert turns.seen == [frozenset(), frozenset()]


def test_what_cannot_be_indexed_gives_no_turn(turns: Turns, write: Write) -> None:
    write("index/index.sqlite", "x")
    write("index/a.txt", "x")
    write(".hidden/a.txt", "x")
    write("a.xyz", "x")
    time.sleep(4 * QUIET_SECONDS)
    # The folders themselves are new, which counts, but for the hidden one and the index's own.
    assert turns.seen == [frozenset()]


def test_a_file_that_goes_on_growing_is_left_out_until_it_is_quiet(turns: Turns, write: Write) -> None:
    path = write("growing.txt", "The pier")
    end = time.monotonic() + 8 * QUIET_SECONDS
    while time.monotonic() < end:
        with path.open("a") as file:
            file.write(" burned.")
        time.sleep(QUIET_SECONDS / 6)
    turns.wait_for(3)
    assert turns.seen[1] == frozenset([path.resolve()])
    assert turns.seen[-1] == frozenset()


def test_a_removed_file_and_a_renamed_folder_give_turns(turns: Turns, write: Write, tmp_path: Path) -> None:
    write("deep/b.txt", "The pier burned.")
    turns.wait_for(2)
    (tmp_path / "docs" / "deep").rename(tmp_path / "docs" / "deeper")
    turns.wait_for(3)
    (tmp_path / "docs" / "a.txt").unlink()
    turns.wait_for(4)


def test_a_folder_that_goes_away_and_comes_back_is_followed_again(turns: Turns, write: Write, tmp_path: Path) -> None:
    (tmp_path / "docs").rename(tmp_path / "elsewhere")
    time.sleep(2 * QUIET_SECONDS)
    before = len(turns.seen)
    (tmp_path / "elsewhere").rename(tmp_path / "docs")
    turns.wait_for(before + 1)
    before = len(turns.seen)
    write("b.txt", "The pier burned.")
    turns.wait_for(before + 1)


def test_a_turn_that_did_not_succeed_is_given_again(turns: Turns) -> None:
    turns.changes.retry(seconds=0.1)
    turns.wait_for(2)
    time.sleep(3 * QUIET_SECONDS)
    assert len(turns.seen) == 2
