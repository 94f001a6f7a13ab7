"""The gateway's journal: one SQLite file, one writer thread, many entries a commit.

    append ─┐
    append ─┼─▶ queue ─▶ writer thread: BEGIN, all that waits, COMMIT (fsync) ─▶ every append of the batch
    returns append ─┘

A commit costs an fsync, whatever its size. While one runs, the next entries gather, so the busier the
gateway, the more entries share each fsync (group commit) and no entry waits for more than two.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sqlite3
import threading
import time
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from sekisho.base.deadlines import Deadline
from sekisho.link.carriers.local.locks import try_lock
from sekisho.link.journal import Entry, JournalUnavailableError, encode

QUEUE_ENTRIES = 4096
"""Most entries that may wait for a commit; further appends wait for room."""
BATCH_BYTES = 16 << 20
"""A commit takes no further entries once it holds this much, so that no entry waits behind an endless one."""
COMMIT_WITHIN_S = 10.0
"""Seconds an append may take. A disk that hangs is a disk that is gone."""
LOCK_WITHIN_S = 2.0
"""Seconds to wait for the lock at start: ingest holds it briefly while it clears away a dead gateway's
file."""

_SETUP = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS entries (position INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL);
"""


class _Waiting(NamedTuple):
    data: bytes
    done: asyncio.Future[None]


def journal_path(folder: Path, gateway: str) -> Path:
    """Return where the gateway of that name keeps its journal. Names become safe as file names."""
    return folder / f"{re.sub(r'[^A-Za-z0-9._-]', '_', gateway).lstrip('.') or 'gateway'}.sqlite3"


class JournalFile:
    """A `JournalWriter` on the local disk. Opened by one process; used from one event loop.

    Raises `JournalUnavailableError` when the file cannot be opened, or another process has it.
    """

    def __init__(self, path: Path, commit_within: float = COMMIT_WITHIN_S) -> None:
        self.path = path
        self._commit_within = commit_within
        self._room = asyncio.Semaphore(QUEUE_ENTRIES)
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._gathered: list[_Waiting] = []
        self._closed = False
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = _lock(path.with_suffix(".lock"))
        try:
            self._database = _open(path)
        except (sqlite3.Error, OSError) as problem:
            os.close(self._lock)
            raise JournalUnavailableError(f"The journal {path} cannot be opened: {problem}") from problem
        self._thread = threading.Thread(target=self._write, name=f"journal {path.stem}", daemon=True)
        self._thread.start()

    async def append(self, entry: Entry) -> None:
        """Return once the entry is on disk. Raises `JournalUnavailableError` if that fails or takes too long.

        An append that is cancelled or times out may still be written: what happened is then recorded although
        nobody was told that it was.
        """
        if self._closed:
            raise JournalUnavailableError("The journal is closed: this gateway is stopping.")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(encode(entry), loop.create_future())
        try:
            with Deadline(self._commit_within):
                async with self._room:
                    if not self._gathered:
                        loop.call_soon(self._hand_over)
                    self._gathered.append(waiting)
                    await waiting.done
        except TimeoutError:
            raise JournalUnavailableError(f"The journal took longer than {self._commit_within} s.") from None

    async def close(self) -> None:
        """Write what is queued, then close. Further appends are refused."""
        if not self._closed:
            self._closed = True
            self._hand_over()
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)
            os.close(self._lock)

    def _hand_over(self) -> None:
        """Give the writer all entries of this turn of the event loop at once.

        One by one, it would wake for the first and commit that alone: a commit takes 200 µs of processor, shared
        by as many entries as there are.
        """
        for waiting in self._gathered:
            self._queue.put(waiting)
        self._gathered.clear()

    def _write(self) -> None:
        more = True
        while more:
            batch, more = self._gather()
            if batch:
                _settle(batch, self._commit(batch))
        self._database.close()

    def _gather(self) -> tuple[list[_Waiting], bool]:
        """Return all that waits, at least one, and whether more may come."""
        batch: list[_Waiting] = []
        size = 0
        while size < BATCH_BYTES and not (batch and self._queue.empty()):
            waiting = self._queue.get()
            if waiting is None:
                return batch, False
            batch.append(waiting)
            size += len(waiting.data)
        return batch, True

    def _commit(self, batch: list[_Waiting]) -> Exception | None:
        try:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany("INSERT INTO entries (data) VALUES (?)", [(w.data,) for w in batch])
            self._database.execute("COMMIT")
        except sqlite3.Error as problem:
            if self._database.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    self._database.execute("ROLLBACK")
            return JournalUnavailableError(f"The journal cannot take entries: {problem}")
        return None


def _lock(path: Path) -> int:
    until = time.monotonic() + LOCK_WITHIN_S
    while (handle := try_lock(path)) is None:
        if time.monotonic() > until:
            raise JournalUnavailableError(
                f"Another process writes the journal that {path} guards. Stop it, or take another name."
            )
        time.sleep(0.02)
    return handle


def _open(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    database.executescript(_SETUP)
    return database


def _settle(batch: list[_Waiting], problem: Exception | None) -> None:
    """Wake every append of the batch, in one call into the event loop. A loop that is gone has nobody to
    wake."""
    with contextlib.suppress(RuntimeError):
        batch[0].done.get_loop().call_soon_threadsafe(_wake, batch, problem)


def _wake(batch: list[_Waiting], problem: Exception | None) -> None:
    for waiting in batch:
        if waiting.done.done():
            continue
        if problem is None:
            waiting.done.set_result(None)
        else:
            waiting.done.set_exception(problem)
