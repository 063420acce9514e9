"""Which files a set of paths stands for, and the name each has in the index."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import SourceError, SourceMissing, SourceUnreadable
from index.types import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    source: str  # its name in the index
    path: Path  # absolute


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    files: tuple[SourceFile, ...]  # ordered by source
    failures: tuple[Failure, ...]  # folders inside a given one that may not be read


def find_sources(paths: Sequence[Path], *, suffixes: frozenset[str], leave_out: Path | None = None) -> Found:
    """Return the files that the paths stand for: files as given, folders with all their files of a known suffix.

    Hidden files and links inside a folder are left out, and so is `leave_out`, the index's own folder. A name is the
    path below the given folder, or the file's name; where two files would have the same, the folder's stands before it.

    Raises:
        SourceMissing, SourceUnreadable: of a path that was given.
        SourceError: no path was given, or the folders hold no file that can be read.
    """
    if not paths:
        raise SourceError("no path was given; name files or folders to index")
    failures: list[Failure] = []
    found: dict[Path, tuple[str, str]] = {}  # real path -> short name, name with the folder before it
    for given in paths:
        root = given.expanduser().absolute()
        for path, short, long in _files(root, given, suffixes, leave_out, failures):
            found.setdefault(path, (short, long))
    if not found and not failures:
        names = ", ".join(str(path) for path in paths)
        raise SourceError(f"no file to index in {names}; files that can be read end in {' '.join(sorted(suffixes))}")
    return Found(files=tuple(_named(found)), failures=tuple(failures))


def _files(
    root: Path, given: Path, suffixes: frozenset[str], leave_out: Path | None, failures: list[Failure]
) -> Iterator[tuple[Path, str, str]]:
    """Give the real path, the short and the long name of every file below a given path."""
    try:
        real = root.resolve(strict=True)
        if real.is_file():
            with real.open("rb"):
                yield real, root.name, f"{root.parent.name}/{root.name}"
            return
        os.scandir(real).close()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceMissing(f"nothing is at {given}; check the path") from error
    except PermissionError as error:
        raise SourceUnreadable(f"no right to read {given}; change its permissions or name another path") from error
    except OSError as error:
        raise SourceUnreadable(f"{given} cannot be read ({error.strerror}); name another path") from error
    for path in _walk(real, suffixes, leave_out, failures):
        short = path.relative_to(real).as_posix()
        yield path, short, f"{real.name}/{short}"


def _walk(root: Path, suffixes: frozenset[str], leave_out: Path | None, failures: list[Failure]) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        name = Path(error.filename).relative_to(root).as_posix()
        failures.append(Failure(source=name, reason=f"the folder cannot be read ({error.strerror})"))

    for folder, folders, names in os.walk(root, onerror=unreadable):
        here = Path(folder)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and (leave_out is None or here / name != leave_out)
        )
        for name in sorted(names):
            path = here / name
            # A link either leaves the folder or leads to a file that is found anyway.
            if not name.startswith(".") and path.suffix.lower() in suffixes and not path.is_symlink():
                yield path


def _named(found: dict[Path, tuple[str, str]]) -> list[SourceFile]:
    short = Counter(name for name, _ in found.values())
    long = Counter(name for _, name in found.values())
    files = []
    for path, (name, longer) in found.items():
        source = name if short[name] == 1 else longer if long[longer] == 1 else path.as_posix()
        files.append(SourceFile(source=source, path=path))
    return sorted(files, key=lambda file: file.source)
