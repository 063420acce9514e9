"""When files below some paths have changed and are quiet again: the only module that knows watchfiles."""

from __future__ import annotations

import contextlib
import math
import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.load import SUFFIXES

_TICK_SECONDS = 0.2
_LONGEST_WAIT = 5  # times the quiet seconds, while files go on changing


class Changes:
    """Gives a turn at the start, and one after each burst of changes; a turn is the files still being written.

    A path that goes away and comes back, or is replaced by another, is followed again.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        *,
        leave_out: Path | None = None,
        quiet_seconds: float = 2.0,
        stop: threading.Event | None = None,
    ) -> None:
        """Follow files and folders, without `leave_out`, the index's own folder.

        Args:
            quiet_seconds: how long a file must not have changed to be taken as written.
            stop: ends the turns when it is set; Ctrl-C raises KeyboardInterrupt.
        """
        self._paths = [Path(os.path.abspath(path.expanduser())) for path in paths]
        self._leave_out = None if leave_out is None else leave_out.expanduser().resolve()
        self._quiet = quiet_seconds
        self._stop = stop or threading.Event()
        self._retry_at = math.inf

    def retry(self, seconds: float = 10.0) -> None:
        """Give another turn after some seconds, whether or not anything changes: the last one did not succeed."""
        self._retry_at = time.monotonic() + seconds

    def __iter__(self) -> Iterator[frozenset[Path]]:
        while not self._stop.is_set():
            there = self._there()
            if None in there:
                self._stop.wait(_TICK_SECONDS)
            else:
                yield from self._turns(there)

    def _turns(self, there: list[tuple[int, int] | None]) -> Iterator[frozenset[Path]]:
        """Give turns for as long as the paths are what they are now."""
        from watchfiles import watch

        pending_since: float | None = time.monotonic()  # the start counts as a change
        changed: dict[Path, float] = {}
        ticks = watch(
            *{path.resolve() for path in self._paths},
            watch_filter=lambda _, path: self._concerns(Path(path)),
            debounce=int(1000 * _TICK_SECONDS),
            rust_timeout=int(1000 * _TICK_SECONDS),
            yield_on_timeout=True,
            raise_interrupt=True,
            stop_event=self._stop,
        )
        with contextlib.suppress(FileNotFoundError):  # a path went away between the look and the watch
            for found in ticks:
                now = time.monotonic()
                changed |= {Path(path): now for _, path in found}
                changed = {path: at for path, at in changed.items() if now - at < self._quiet}
                if found and pending_since is None:
                    pending_since = now
                waited = pending_since is not None and now - pending_since >= _LONGEST_WAIT * self._quiet
                if waited or (pending_since is not None and not changed) or now >= self._retry_at:
                    pending_since, self._retry_at = (now if changed else None), math.inf
                    yield frozenset(changed)
                if self._there() != there:
                    return

    def _there(self) -> list[tuple[int, int] | None]:
        """Return what each path is on its device; None: nothing is there."""
        return [_identity(path) for path in self._paths]

    def _concerns(self, path: Path) -> bool:
        """Say whether a change may change what is indexed: of a file that can be read, or of a folder."""
        if self._leave_out is not None and path.is_relative_to(self._leave_out):
            return False
        root = next((root for root in map(Path.resolve, self._paths) if path.is_relative_to(root)), path)
        if any(part.startswith(".") for part in path.relative_to(root).parts):
            return False
        return path.suffix.lower() in SUFFIXES or path.is_dir() or not path.exists()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
