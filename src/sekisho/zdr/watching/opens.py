"""What interpreters open for writing, as they tell it themselves (`hook/sitecustomize.py`)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

HOOK = Path(__file__).parent.parent / "hook"


class Opened(NamedTuple):
    pid: int
    event: str
    path: str


class Tap(asyncio.DatagramProtocol):
    """Hears of opens on a port of loopback."""

    def __init__(self) -> None:
        self.opened: list[Opened] = []
        self._transport: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> Tap:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.sleep(0)
        if self._transport is not None:
            self._transport.close()

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to tell of its opens."""
        assert self._transport is not None
        port = self._transport.get_extra_info("sockname")[1]
        return {"PYTHONPATH": str(HOOK), "SEKISHO_ZDR_TAP": str(port)}

    def datagram_received(self, data: bytes, addr: object) -> None:
        pid, event, path = data.decode("utf-8", "replace").split("\t", 2)
        self.opened.append(Opened(int(pid), event, path))
