"""The parent's end of a worker's line: takes what is of the closed form, and nothing else, into the journal."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket

from sekisho.gateway.zdr.metadata import NotMetadataError, decode
from sekisho.gateway.zdr.outlet import DURABLE, FRAME, MOST_BYTES, REFUSED, REPLY
from sekisho.link.journal import JournalUnavailableError, JournalWriter

log = logging.getLogger(__name__)


async def keep_record(line: socket.socket, journal: JournalWriter) -> None:
    """Take entries from the worker at the other end of `line` until it is gone, many at a time."""
    reader, writer = await asyncio.open_connection(sock=line)
    running: set[asyncio.Task[None]] = set()
    try:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                size, number = FRAME.unpack(await reader.readexactly(FRAME.size))
                if size > MOST_BYTES:
                    log.error("metadata.refused")
                    return
                data = await reader.readexactly(size)
                task = asyncio.create_task(_take(data, number, journal, writer))
                running.add(task)
                task.add_done_callback(running.discard)
    finally:
        if running:
            await asyncio.wait(running)
        writer.close()


async def _take(data: bytes, number: int, journal: JournalWriter, writer: asyncio.StreamWriter) -> None:
    try:
        await journal.append(decode(data))
        state = DURABLE
    except NotMetadataError:
        log.error("metadata.refused")
        state = REFUSED
    except JournalUnavailableError:
        log.error("journal.unavailable")
        state = REFUSED
    with contextlib.suppress(OSError):
        writer.write(REPLY.pack(number, state))
