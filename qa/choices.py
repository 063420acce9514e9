"""The language models that can be used on this machine, to choose one from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.config import cache_path
from qa.engine import QUOTES_ONLY, model_name
from qa.errors import ModelMissing
from qa.models import LANGUAGE_MODEL, is_whole, language_model_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    spec: str | None  # as `open_model` takes it
    name: str  # what its answers say they were written by


def usable_models(named: Sequence[str] = (), *, cache: Path | None = None) -> tuple[ModelChoice, ...]:
    """Return the models that were named, the packaged one, the other GGUF files of the cache folder, and none.

    The first is what answers where nobody chooses. No two have the same name.

    Args:
        named: as `open_model` takes them; they are not looked at before they are opened.
        cache: None: `$ONRECORD_CACHE`, else the user's cache folder.
    """
    found: dict[str, ModelChoice] = {}
    for spec in [*named, *_installed(cache or cache_path()), QUOTES_ONLY]:
        name = model_name(spec)
        if name in found and found[name].spec != spec:
            name = str(spec)
        found.setdefault(name, ModelChoice(spec=spec, name=name))
    return tuple(found.values())


def _installed(cache: Path) -> Iterator[str | None]:
    if is_whole(cache / LANGUAGE_MODEL.file, LANGUAGE_MODEL) or _has_parts():
        yield None
    for path in sorted(cache.glob("*.gguf")):
        if path.name != LANGUAGE_MODEL.file:
            yield str(path)


def _has_parts() -> bool:
    try:
        language_model_parts()
    except ModelMissing:
        return False
    return True
