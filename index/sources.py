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
    path: Path  # absolute, without links
    inside: Path | None = None  # the folder that was given, below which no link is followed; None: the file was given

    @property
    def stored_path(self) -> str:
        """The path as it is stored and shown."""
        return _storable(str(self.path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    files: tuple[SourceFile, ...]  # ordered by source
    failures: tuple[Failure, ...]  # folders inside a given one that may not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    short: str
    long: str  # with the folder before it
    inside: Path | None


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
    found: dict[Path, _Names] = {}  # by real path
    for given in paths:
        root = given.expanduser().absolute()
        for path, names in _files(root, given, suffixes, leave_out, failures):
            found.setdefault(path, names)
    if not found and not failures:
        given_paths = ", ".join(str(path) for path in paths)
        raise SourceError(
            f"no file to index in {given_paths}; files that can be read end in {' '.join(sorted(suffixes))}"
        )
    return Found(files=tuple(_named(found)), failures=tuple(failures))


def _files(
    root: Path, given: Path, suffixes: frozenset[str], leave_out: Path | None, failures: list[Failure]
) -> Iterator[tuple[Path, _Names]]:
    """Give the real path and the names of every file below a given path."""
    try:
        real = root.resolve(strict=True)
        if real.is_file():
            with real.open("rb"):
                yield real, _Names(short=root.name, long=f"{root.parent.name}/{root.name}", inside=None)
            return
        if not real.is_dir():
            raise SourceUnreadable(f"{given} is neither a file nor a folder; name another path")
        os.scandir(real).close()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceMissing(f"nothing is at {given}; check the path") from error
    except PermissionError as error:
        raise SourceUnreadable(f"no right to read {given}; change its permissions or name another path") from error
    except OSError as error:
        raise SourceUnreadable(f"{given} cannot be read ({error.strerror}); name another path") from error
    for path in _walk(real, suffixes, leave_out, failures):
        short = path.relative_to(real).as_posix()
        yield path, _Names(short=short, long=f"{real.name}/{short}", inside=real)


def _walk(root: Path, suffixes: frozenset[str], leave_out: Path | None, failures: list[Failure]) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        name = Path(error.filename).relative_to(root).as_posix()
        failures.append(Failure(source=_storable(name), reason=f"the folder cannot be read ({error.strerror})"))

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


def _named(found: dict[Path, _Names]) -> list[SourceFile]:
    short = Counter(names.short for names in found.values())
    long = Counter(names.long for names in found.values())
    files = []
    for path, names in found.items():
        unique = names.short if short[names.short] == 1 else names.long if long[names.long] == 1 else path.as_posix()
        files.append(SourceFile(source=_storable(unique), path=path, inside=names.inside))
    return sorted(files, key=lambda file: file.source)


def _storable(name: str) -> str:
    """Return a name with what is not UTF-8 in it spelled out, which no database would store."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
