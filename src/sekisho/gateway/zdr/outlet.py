"""A worker's only way out for metadata: the journal, as it looks from inside."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct

from sekisho.base.deadlines import Deadline
from sekisho.gateway.zdr.metadata import NotMetadataError, encode
from sekisho.link.journal import Entry, JournalUnavailableError

FRAME = struct.Struct(">IQ")
"""Before each entry: its bytes, and the number by which it is acknowledged."""
REPLY = struct.Struct(">QB")
"""That number, and whether the entry is durable."""
DURABLE, REFUSED = 1, 0
MOST_BYTES = 1 << 20
"""Of one entry. What is larger is no metadata."""
WITHIN_S = 10.0
"""Seconds an append may take, as for the journal on disk."""


class Outlet:
    """A `JournalWriter` over a socket to the parent process, which holds the journal. Used from one event loop."""

    def __init__(self, line: socket.socket, within_s: float = WITHIN_S) -> None:
        self._line = line
        self._within_s = within_s
        self._number = 0
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()

    async def append(self, entry: Entry) -> None:
        """Return once the parent has the entry on disk. Raises `JournalUnavailableError` if it has not in time, or if
        the entry is not what may leave."""
        try:
            data = encode(entry)
        except (NotMetadataError, TypeError) as problem:
            raise JournalUnavailableError("Not metadata.") from problem
        try:
            with Deadline(self._within_s):
                await self._send(data)
        except (TimeoutError, OSError) as problem:
            raise JournalUnavailableError("The parent process does not take entries.") from problem

    async def close(self) -> None:
        """Let go of the line. Entries that were appended are durable already."""
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
        if self._writer is not None:
            self._writer.close()

    async def _send(self, data: bytes) -> None:
        writer = await self._open()
        self._number += 1
        number = self._number
        done = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            writer.write(FRAME.pack(len(data), number) + data)
            await writer.drain()
            await done
        finally:
            del self._waiting[number]

    async def _open(self) -> asyncio.StreamWriter:
        async with self._opening:
            if self._writer is None:
                reader, self._writer = await asyncio.open_connection(sock=self._line)
                self._reading = asyncio.create_task(self._read(reader))
            return self._writer

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                number, state = REPLY.unpack(await reader.readexactly(REPLY.size))
                done = self._waiting.get(number)
                if done is None or done.done():
                    continue
                if state == DURABLE:
                    done.set_result(None)
                else:
                    done.set_exception(OSError("The parent process refused the entry."))
        for done in self._waiting.values():
            if not done.done():
                done.set_exception(OSError("The parent process is gone."))
