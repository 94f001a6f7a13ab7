"""Ingest's end of the local journal: every journal file in a folder, those of dead gateways too."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sekisho.link.carriers.local.locks import try_lock
from sekisho.link.journal import Delivery

log = logging.getLogger(__name__)


class JournalFolder:
    """A `JournalReader` over a folder of journal files.

    Entries of one gateway come in the order in which it wrote them; gateways take turns in coming first, so
    that a busy one cannot keep another's entries waiting for ever.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = 0

    def read(self, limit: int) -> list[Delivery]:
        """Return up to `limit` entries that were not acknowledged. A file that cannot be read is logged and
        left."""
        found: list[Delivery] = []
        for path in self._in_turn():
            if len(found) >= limit:
                break
            with _reporting(path):
                found += _read(path, limit - len(found))
        return found

    def acknowledge(self, deliveries: Iterable[Delivery]) -> None:
        """Forget these entries and all before them of the same gateway. Clears away what dead gateways
        left."""
        reached: dict[str, int] = {}
        for delivery in deliveries:
            reached[delivery.source] = max(delivery.position, reached.get(delivery.source, 0))
        for source, position in reached.items():
            path = self._folder / source
            with _reporting(path):
                _prune(path, position)

    def clear_orphans(self) -> int:
        """Remove the empty files of gateways that no longer run, and return how many."""
        return sum(_clear(path) for path in self._files())

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.sqlite3"))

    def _in_turn(self) -> list[Path]:
        files = self._files()
        self._turn = (self._turn + 1) % (len(files) or 1)
        return files[self._turn :] + files[: self._turn]


def _read(path: Path, limit: int) -> list[Delivery]:
    with _connection(path) as database:
        rows = database.execute("SELECT position, data FROM entries ORDER BY position LIMIT ?", (limit,))
        return [Delivery(path.name, position, data) for position, data in rows]


def _prune(path: Path, position: int) -> None:
    """Delete up to `position`. Not fsynced: after a power cut the entries merely come again, and ingest knows
    them."""
    with _connection(path) as database:
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("PRAGMA secure_delete = ON")
        database.execute("DELETE FROM entries WHERE position <= ?", (position,))


def _clear(path: Path) -> bool:
    """Remove the file if its gateway is dead and nothing in it waits. The lock is held meanwhile, and removed
    last."""
    lock_path = path.with_suffix(".lock")
    lock = try_lock(lock_path)
    if lock is None:
        return False
    try:
        with _reporting(path):
            if _waits(path):
                return False
            for name in (
                path,
                path.with_name(f"{path.name}-wal"),
                path.with_name(f"{path.name}-shm"),
                lock_path,
            ):
                name.unlink(missing_ok=True)
            return True
        return False
    finally:
        os.close(lock)


def _waits(path: Path) -> bool:
    with _connection(path) as database:
        return bool(database.execute("SELECT EXISTS (SELECT 1 FROM entries)").fetchone()[0])


@contextmanager
def _connection(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file, which must exist, for one piece of work. Opened anew each time: the file may have been
    removed."""
    with closing(
        sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=5)
    ) as database:
        yield database


@contextmanager
def _reporting(path: Path) -> Iterator[None]:
    """Let one unreadable file be one unreadable file: the others still come in, and this one stays for a
    person."""
    try:
        yield
    except sqlite3.Error as problem:
        if "no such table" not in str(problem):  # a gateway that has just made its file
            log.warning("journal.unreadable", extra={"file": path.name, "problem": type(problem).__name__})
