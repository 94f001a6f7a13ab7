"""The snapshot as one file: written whole or not at all, read by polling."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sekisho.base.clock import Clock, system_clock
from sekisho.link.carriers.local.locks import exclusive
from sekisho.link.snapshot import Snapshot, SnapshotUnreadableError, decode, encode, supersedes

POLL_S = 0.2
"""Seconds between two looks at the file. A fifth of the second in which a revocation must bite (issue 2)."""


class SnapshotFile:
    """The control plane's end: puts a snapshot where gateways find it.

    The file has mode 0600: the pseudonym key in it is a secret, though it opens nothing alone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def replace(self, snapshot: Snapshot) -> bool:
        """Put `snapshot` in place of the file, durably. Return False, and leave the file, if it holds a later
        one.

        Several control plane processes may publish at once: each holds a lock while it compares and replaces,
        so a process that was slow to build its snapshot cannot undo the revocation that a quicker one
        published.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with exclusive(self.path.with_suffix(".lock")):
            if not supersedes(snapshot, self.read()):
                return False
            _write_atomically(self.path, encode(snapshot))
        return True

    def read(self) -> Snapshot | None:
        """Return what is in the file; None when there is no file, or only a damaged one."""
        try:
            return decode(self.path.read_bytes())
        except (FileNotFoundError, SnapshotUnreadableError):
            return None


class SnapshotHolder:
    """A gateway's end: holds the latest snapshot it has seen.

    `current` is replaced as a whole, so a request that took it at its start sees one consistent state to its
    end.
    """

    def __init__(self, path: Path, clock: Clock = system_clock) -> None:
        self._path = path
        self._clock = clock
        self._seen: tuple[int, int, int] | None = None
        self.current: Snapshot | None = None
        """The latest snapshot, however old; None before the first."""
        self.problem = ""
        """Why the file could not be read when last looked at; empty when all is well. For health pages and
        logs."""

    def usable(self) -> Snapshot | None:
        """Return the held snapshot if it may be acted on now; None when there is none, or it is stale."""
        held = self.current
        return None if held is None or held.is_stale(self._clock()) else held

    def poll(self) -> bool:
        """Look at the file and return whether a later snapshot was taken from it.

        A file that is missing, damaged, older, or of a later format leaves the held snapshot as it is: it
        goes stale by itself if nothing better comes. Never raises.
        """
        try:
            found = os.stat(self._path)
            mark = (found.st_ino, found.st_mtime_ns, found.st_size)
            if mark == self._seen:
                return False
            snapshot = decode(self._path.read_bytes())
        except (OSError, SnapshotUnreadableError) as problem:
            self.problem = f"{type(problem).__name__}: {problem}"
            return False
        self._seen, self.problem = mark, ""
        if not supersedes(snapshot, self.current):
            return False
        self.current = snapshot
        return True

    async def watch(self, every: float = POLL_S) -> None:
        """Poll for ever, every `every` seconds. Cancel to stop."""
        while True:
            self.poll()
            await asyncio.sleep(every)


def _write_atomically(path: Path, data: bytes) -> None:
    with _fresh(path) as temporary:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    _sync_folder(path.parent)


@contextmanager
def _fresh(path: Path) -> Iterator[Path]:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable: without this a power cut may bring the old file back."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
