"""Files read by child processes: a file that hangs, eats memory or kills its reader costs itself alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.errors import LoadError, ReaderError
from index.reading import Readers, ReadingLimits, content_hash, processes_for
from index.sources import SourceFile
from index.store import Prepared

linux_only = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
Write = Callable[[str, str], Path]


@pytest.fixture
def source(write: Write) -> Callable[[str, str], SourceFile]:
    def made(name: str, text: str) -> SourceFile:
        path = write(name, text)
        return SourceFile(source=name, path=path, inside=path.parent)

    return made


@pytest.fixture
def readers() -> Iterator[Readers]:
    with Readers(ReadingLimits(processes=1), max_tokens=128) as opened:
        yield opened


def state_and_parent(process: int) -> tuple[str, int] | None:
    """What /proc says of a process; None: there is none."""
    try:
        state, parent = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return None
    return state, int(parent)


def children() -> set[int]:
    """The ids of this process's living children."""
    processes = {int(folder.name) for folder in Path("/proc").glob("[0-9]*")}
    known = {process: state_and_parent(process) for process in processes}
    return {process for process, at in known.items() if at is not None and at[0] != "Z" and at[1] == os.getpid()}


def test_files_come_back_in_order_as_documents_or_reasons(
    readers: Readers, source: Callable[[str, str], SourceFile]
) -> None:
    files = [source("b.txt", "The keeper slept."), source("a.json", "{"), source("c.txt", "The pier burned.")]
    answers = list(readers.read(files))
    assert [file.source for file, _ in answers] == ["b.txt", "a.json", "c.txt"]
    first, second, third = (answer for _, answer in answers)
    assert isinstance(first, Prepared)
    assert first.document.text == "The keeper slept."
    assert first.content_hash == content_hash(files[0])
    assert isinstance(second, LoadError)
    assert "not JSON" in str(second)
    assert isinstance(third, Prepared)


@linux_only
def test_a_reader_that_is_killed_costs_its_file_alone_and_is_replaced(
    readers: Readers, source: Callable[[str, str], SourceFile]
) -> None:
    slow = "a," * 4_000_000 + "\n"  # a table of one row that takes seconds
    files = [source("a.txt", "The keeper slept."), source("b.csv", slow), source("c.txt", "The pier burned.")]
    before = children()
    answers = readers.read(files)
    assert isinstance(next(answers)[1], Prepared)
    (child,) = children() - before
    os.kill(child, signal.SIGKILL)
    _, killed = next(answers)
    assert isinstance(killed, LoadError)
    assert "died (SIGKILL)" in str(killed)
    assert isinstance(next(answers)[1], Prepared)


def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_read(
    source: Callable[[str, str], SourceFile],
) -> None:
    files = [source("a.csv", "a," * 25_000_000), source("b.txt", "The pier burned.")]
    with Readers(ReadingLimits(seconds=1.0, processes=1), max_tokens=128) as readers:
        (_, slow), (_, good) = readers.read(files)
    assert str(slow) == "reading it took more than 1 s; split it, or allow more time"
    assert isinstance(good, Prepared)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory holds on Linux alone")
def test_a_file_that_takes_too_much_memory_is_given_up_and_the_next_one_read(
    source: Callable[[str, str], SourceFile],
) -> None:
    files = [source("a.csv", "a," * 20_000_000), source("b.txt", "The pier burned.")]
    with Readers(ReadingLimits(memory_bytes=500_000_000, processes=1), max_tokens=128) as readers:
        (_, large), (_, good) = readers.read(files)
    assert str(large) == "reading it took more than 0.5 GB of memory; split it"
    assert isinstance(good, Prepared)


def test_what_no_reader_foresaw_is_one_line(readers: Readers, source: Callable[[str, str], SourceFile]) -> None:
    path = source("a.txt", "words").path
    odd = SourceFile(source="a.txt", path=path, inside=path.parent / "elsewhere")  # no path leads from there to it
    ((_, answer),) = readers.read([odd])
    assert isinstance(answer, LoadError)
    assert "broke down (ValueError)" in str(answer)


def test_no_reader_is_started_without_files(readers: Readers) -> None:
    assert list(readers.read([])) == []


def test_a_reader_that_does_not_start_is_an_error(
    readers: Readers, source: Callable[[str, str], SourceFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ReaderError, match="no process can be started"):
        list(readers.read([source("a.txt", "words")]))
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with (
        Readers(ReadingLimits(), max_tokens=128) as others,
        pytest.raises(ReaderError, match="does not start"),
    ):
        list(others.read([source("a.txt", "words")]))


@linux_only
def test_closing_in_the_middle_leaves_no_child(source: Callable[[str, str], SourceFile]) -> None:
    files = [source("a.txt", "The keeper slept."), source("b.csv", "a," * 25_000_000)]
    before = children()
    with Readers(ReadingLimits(processes=1), max_tokens=128) as readers:
        next(readers.read(files))
        assert len(children() - before) == 1
    assert children() == before


@linux_only
def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time, os, pathlib\nfrom index.reading import Readers, ReadingLimits\n"
        "from index.sources import SourceFile\n"
        "path = pathlib.Path(sys.argv[1])\nwith Readers(ReadingLimits(processes=1), max_tokens=9) as readers:\n"
        "    next(readers.read([SourceFile(source='a.txt', path=path)] * 2))\n"
        "    print(readers._children[0]._process.pid, flush=True)\n    time.sleep(60)\n"
    )
    path = tmp_path / "a.txt"
    path.write_text("The keeper slept.")
    parent = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    assert ends_within(child, 10)


def ends_within(process: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        at = state_and_parent(process)
        if at is None or at[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_a_small_job_has_one_reader_and_a_large_one_as_many_as_allowed(
    source: Callable[[str, str], SourceFile],
) -> None:
    few = [source(f"{number}.txt", "words") for number in range(3)]
    assert processes_for(few, ReadingLimits(processes=8)) == 1
    assert processes_for(few * 100, ReadingLimits(processes=8)) == 7
    assert processes_for(few * 1000, ReadingLimits(processes=8)) == 8
    assert processes_for([source("big.txt", "x" * 5_000_000), *few], ReadingLimits(processes=8)) == 3


@pytest.mark.parametrize("wrong", [{"seconds": 0.0}, {"memory_bytes": 0}, {"processes": 0}])
def test_limits_of_nothing_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        ReadingLimits(**wrong)  # type: ignore[arg-type]


def test_reading_works_from_a_script_without_a_main_guard(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The keeper slept.")
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\nfrom index.reading import Readers, ReadingLimits\n"
        "from index.sources import SourceFile\n"
        "with Readers(ReadingLimits(), max_tokens=9) as readers:\n"
        "    files = [SourceFile(source='a.txt', path=Path(__file__).with_name('a.txt'))]\n"
        "    print([answer.document.text for _, answer in readers.read(files)])\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "['The keeper slept.']\n"


def test_readers_work_in_a_thread(source: Callable[[str, str], SourceFile]) -> None:
    answers: list[object] = []

    def read() -> None:
        with Readers(ReadingLimits(), max_tokens=128) as readers:
            answers.extend(answer for _, answer in readers.read([source("a.txt", "The keeper slept.")]))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert isinstance(answers[0], Prepared)
