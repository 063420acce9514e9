"""The bytes of a regular file: nothing else is opened, and no link leads out of the folder that was given."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from index.errors import LoadError

# Where a system lacks one of these, the check of the file's kind before and after the opening stays.
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | _NO_LINK
_STEPWISE = os.open in os.supports_dir_fd and bool(_NO_LINK)


def read_regular(path: Path, *, limit: int, inside: Path | None = None) -> bytes:
    """Return the bytes of a regular file of at most `limit` bytes; the size is looked at before anything is read.

    Pipes, devices and sockets are not opened. With `inside`, a folder above the path, no part of the path below it may
    be a link, even one that was put there after the folder was listed.

    Raises:
        LoadError: it is missing, not a regular file, too large, empty, a link, or may not be read.
    """
    try:
        _check_kind(os.stat(path, follow_symlinks=inside is None).st_mode)
        descriptor = _open_inside(path, inside) if inside is not None and _STEPWISE else _open(path, inside)
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            _check_kind(status.st_mode)
            _check_size(status.st_size, limit)
            data = stream.read(limit + 1)
    except FileNotFoundError as error:
        raise LoadError("nothing is at this path any more; check its spelling, or index again") from error
    except PermissionError as error:
        raise LoadError("there is no right to read the file; change its permissions") from error
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise LoadError("a link stands in its way, and links inside a folder are not followed") from error
        raise LoadError(f"the file cannot be read ({error.strerror or type(error).__name__})") from error
    _check_size(len(data), limit)
    if not data:
        raise LoadError("the file is empty (0 bytes); there is nothing to index")
    return data


def _open(path: Path, inside: Path | None) -> int:
    if inside is not None and Path(os.path.realpath(path)) != path:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return os.open(path, os.O_RDONLY | _BINARY | _NO_WAIT | (_NO_LINK if inside is not None else 0))


def _open_inside(path: Path, inside: Path) -> int:
    """Open one folder after another, so that none can be replaced by a link on the way."""
    *folders, name = path.relative_to(inside).parts
    here = os.open(inside, _FOLDER & ~_NO_LINK)
    try:
        for folder in folders:
            below = os.open(folder, _FOLDER, dir_fd=here)
            os.close(here)
            here = below
        return os.open(name, os.O_RDONLY | _NO_WAIT | _NO_LINK, dir_fd=here)
    finally:
        os.close(here)


def _check_kind(mode: int) -> None:
    if stat.S_ISLNK(mode):
        raise LoadError("a link stands in its way, and links inside a folder are not followed")
    if not stat.S_ISREG(mode):
        raise LoadError("this is not a regular file; give a file or a folder of files")


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise LoadError(
            f"the file is {size / 1e6:,.0f} MB and the limit of its kind is {limit / 1e6:,.0f} MB; split it into parts"
        )
