"""The parent of the pool: listens, starts workers, records their metadata, writes their log lines, and never reads
traffic."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from sekisho.base import settings
from sekisho.gateway.zdr.clerk import keep_record
from sekisho.gateway.zdr.lines import MOST_BYTES, is_catalogued
from sekisho.link.carriers.local import JournalFile, journal_path
from sekisho.link.journal import JournalWriter

AGAIN_S = 0.5
"""Seconds before a worker that died is started anew."""
log = logging.getLogger(__name__)


class Pool:
    """Workers over one listening socket and one journal."""

    def __init__(
        self, folder: Path, listener: socket.socket, workers: int, output: BinaryIO | None = None
    ) -> None:
        self._folder, self._listener, self._count = folder, listener, workers
        self._output = output or sys.stderr.buffer
        self._name = settings.text("gateway_name") or f"{socket.gethostname()}-{os.getpid()}"
        self._running: dict[int, Process] = {}
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Serve until `stop` is called, then let the workers finish what runs."""
        journal = JournalFile(journal_path(self._folder / "link" / "journal", f"{self._name}-zdr"))
        with tempfile.NamedTemporaryFile(prefix="sekisho-zdr-") as canary:
            canary.write(b"before")
            canary.flush()
            try:
                async with asyncio.TaskGroup() as group:
                    for number in range(self._count):
                        group.create_task(self._keep_running(number, journal, Path(canary.name)))
            finally:
                await journal.close()

    def stop(self) -> None:
        """Tell the workers to finish what runs and to take nothing new."""
        self._stopping.set()
        for worker in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                worker.terminate()

    async def _keep_running(self, number: int, journal: JournalWriter, canary: Path) -> None:
        while not self._stopping.is_set():
            await self._run_one(number, journal, canary)
            if not self._stopping.is_set():
                log.warning("worker.restarted")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), AGAIN_S)

    async def _run_one(self, number: int, journal: JournalWriter, canary: Path) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            worker = await self._start(number, theirs, canary)
        self._running[number] = worker
        if self._stopping.is_set():
            worker.terminate()
        try:
            assert worker.stdout is not None
            assert worker.stderr is not None
            async with asyncio.TaskGroup() as group:
                group.create_task(keep_record(ours, journal))
                group.create_task(self._write_on(worker.stdout))
                group.create_task(self._write_on(worker.stderr))
                group.create_task(worker.wait())
        finally:
            del self._running[number]
            if worker.returncode is None:
                worker.kill()
                await worker.wait()

    async def _start(self, number: int, line: socket.socket, canary: Path) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "sekisho.gateway.zdr.worker",
            *(str(self._listener.fileno()), str(line.fileno()), str(canary)),
            *(f"{self._name}-zdr-{number}", str(self._folder)),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            pass_fds=(self._listener.fileno(), line.fileno()),
            limit=MOST_BYTES,
        )

    async def _write_on(self, lines: asyncio.StreamReader) -> None:
        """Write a worker's lines on, those alone that cannot quote anything; what is withheld is counted."""
        while True:
            try:
                line = await lines.readline()
            except ValueError:  # longer than any line of ours
                line = b"\0"
            if not line:
                return
            if is_catalogued(line):
                self._output.write(line)
                self._output.flush()
            elif line.strip():
                log.warning("output.withheld")


async def _serve(pool: Pool) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, pool.stop)
    await pool.run()


def run_pool(
    folder: Path, listener: socket.socket, workers: int, on_listen: Callable[[], None] | None = None
) -> None:
    """Serve until SIGTERM or SIGINT. Workers that die are started anew; what they were given meanwhile waits in the
    listening socket."""
    listener.listen(2048)
    if on_listen is not None:
        on_listen()
    asyncio.run(_serve(Pool(folder, listener, workers)))
