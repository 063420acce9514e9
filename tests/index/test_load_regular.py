"""Which files are opened: regular ones, inside the folder that was given, whatever changed since it was listed."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import LoadError, SourceUnreadable
from index.load.regular import read_regular
from index.sources import find_sources

Write = Callable[[str, str], Path]
LINK = "a link stands in its way"


def test_a_file_deep_inside_a_folder_is_read(write: Write, tmp_path: Path) -> None:
    path = write("one/two/a.txt", "The keeper slept.")
    assert read_regular(path, limit=100, inside=tmp_path) == b"The keeper slept."
    assert read_regular(path, limit=100) == b"The keeper slept."


def test_a_file_that_became_a_link_is_not_followed(write: Write, tmp_path: Path) -> None:
    path, secret = write("a.txt", "The keeper slept."), write("../secret.txt", "The secret.")
    (file,) = find_sources([path.parent], suffixes=frozenset([".txt"])).files
    path.unlink()
    path.symlink_to(secret)
    with pytest.raises(LoadError, match=LINK):
        read_regular(file.path, limit=100, inside=file.inside)
    assert read_regular(path, limit=100) == b"The secret."  # a file that was named itself may be a link


def test_a_folder_that_became_a_link_is_not_followed(write: Write, tmp_path: Path) -> None:
    path, secret = write("docs/deep/a.txt", "The keeper slept."), write("secret/a.txt", "The secret.")
    (file,) = find_sources([path.parents[1]], suffixes=frozenset([".txt"])).files
    path.unlink()
    path.parent.rmdir()
    path.parent.symlink_to(secret.parent, target_is_directory=True)
    with pytest.raises(LoadError, match=LINK):
        read_regular(file.path, limit=100, inside=file.inside)


def test_a_link_that_is_swapped_in_while_files_are_read_never_leads_out(write: Write, tmp_path: Path) -> None:
    path, secret = write("docs/deep/a.txt", "The keeper slept."), write("secret/a.txt", "The secret.")
    deep, kept, link = path.parent, tmp_path / "kept", tmp_path / "link"
    link.symlink_to(secret.parent, target_is_directory=True)
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            deep.rename(kept)
            link.rename(deep)
            deep.rename(link)
            kept.rename(deep)

    swapping = threading.Thread(target=swap)
    swapping.start()
    outcomes = set()
    try:
        for _ in range(3000):
            try:
                outcomes.add(read_regular(path, limit=100, inside=path.parents[1]))
            except LoadError:
                outcomes.add(b"refused")
    finally:
        stop.set()
        swapping.join()
    assert outcomes <= {b"The keeper slept.", b"refused"}


def test_pipes_sockets_and_devices_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.txt")
        monkeypatch.setattr(os, "open", None)
        for path in (tmp_path / "pipe.txt", tmp_path / "socket.txt", Path("/dev/zero"), tmp_path):
            with pytest.raises(LoadError, match="not a regular file"):
                read_regular(path, limit=100)


def test_a_pipe_that_takes_a_files_place_at_the_last_moment_does_not_block(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a.txt", "The keeper slept.")
    really = os.open

    def late(name: str, *arguments: int, **options: int) -> int:
        if str(name).endswith("a.txt"):
            path.unlink()
            os.mkfifo(path)
        return really(name, *arguments, **options)

    monkeypatch.setattr(os, "open", late)
    with pytest.raises(LoadError, match="not a regular file"):
        read_regular(path, limit=100, inside=path.parent)


def test_a_file_that_grows_while_it_is_read_is_cut_off_at_the_limit(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a.txt", "The keeper slept.")
    really = os.fstat

    def grow(descriptor: int) -> os.stat_result:
        status = really(descriptor)
        with path.open("a") as file:
            file.write("x" * 1000)
        return status

    monkeypatch.setattr(os, "fstat", grow)
    with pytest.raises(LoadError, match="the limit of its kind"):
        read_regular(path, limit=100)


def test_a_file_that_vanished_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="nothing is at this path any more"):
        read_regular(tmp_path / "gone.txt", limit=100, inside=tmp_path)


def test_a_pipe_that_is_named_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(SourceUnreadable, match="neither a file nor a folder"):
        find_sources([tmp_path / "pipe.txt"], suffixes=frozenset([".txt"]))
