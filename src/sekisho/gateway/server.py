"""The gateway as a process: built from settings, served by uvicorn, drained on SIGTERM."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import FrameType

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sekisho.base import settings
from sekisho.detection.cascade import Cascade, default_cascade
from sekisho.gateway.admit import Capacity
from sekisho.gateway.app import make_app
from sekisho.gateway.exchange import Message, Receive, Send
from sekisho.gateway.fake import FakeUpstream
from sekisho.gateway.gate import Gate, Limits
from sekisho.gateway.screen import Screen
from sekisho.gateway.screen.detectors import CascadeDetectors
from sekisho.gateway.upstream import Upstream
from sekisho.link.carriers.local import JournalFile, SnapshotHolder, journal_path


App = Callable[[Message, Receive, Send], Awaitable[None]]
"""An ASGI application."""


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which by itself would wait for ever for a request's headers.

    A connection that has not sent whole headers in `HEADERS_S`, the first time or after it began the next request, is
    closed (a slow client holds a socket, and ten thousand hold them all).
    """

    HEADERS_S = 20.0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._deadline = self.loop.call_later(self.HEADERS_S, transport.close)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.HEADERS_S, self.transport.close)

    def on_headers_complete(self) -> None:
        self._in_time()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        super().connection_lost(exc)

    def _in_time(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class DrainingServer(uvicorn.Server):
    """On SIGTERM, refuses what is new at once and lets what runs finish. Says when it is ready."""

    def __init__(
        self, config: uvicorn.Config, gate: Gate, on_ready: Callable[[], None] | None = None
    ) -> None:
        super().__init__(config)
        self._gate = gate
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._on_ready:
            self._on_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._gate.capacity.draining = True
        super().handle_exit(sig, frame)


def make_gate(data_dir: Path, cascade: Cascade | None = None) -> Gate:
    """Return a gateway process's state over the local carriers in `data_dir`, from the declared settings.

    Without a `cascade`, the shipped one is loaded. Raises `JournalUnavailableError` when the journal cannot be opened.
    """
    limits = Limits(
        body_bytes=settings.integer("max_body_bytes"),
        client_idle_s=settings.number("client_idle_s"),
        upstream_connect_s=settings.number("upstream_connect_s"),
        upstream_idle_s=settings.number("upstream_idle_s"),
        drain_s=settings.number("drain_s"),
    )
    name = settings.text("gateway_name") or f"{socket.gethostname()}-{os.getpid()}"
    snapshots = SnapshotHolder(data_dir / "link" / "snapshot.json")
    snapshots.poll()
    cascade = cascade or default_cascade(settings.flag("scorer"))
    unhealthy = tuple(name for name, is_healthy in cascade.health().items() if not is_healthy)
    return Gate(
        name=name,
        snapshots=snapshots,
        journal=JournalFile(journal_path(data_dir / "link" / "journal", name)),
        upstream=Upstream(_credentials(), limits.upstream_connect_s, limits.upstream_idle_s, FakeUpstream()),
        screen=Screen(CascadeDetectors(cascade)),
        capacity=Capacity(settings.integer("max_concurrent")),
        limits=limits,
        problems=lambda: unhealthy,
    )


def _credentials() -> dict[str, str]:
    """Return the secrets that a route may name: the settings whose name ends in `_api_key`."""
    names = [
        setting.name for setting in settings.SETTINGS if setting.secret and setting.name.endswith("_api_key")
    ]
    return {name: settings.text(name) for name in names}


def make_server(
    gate: Gate,
    host: str = "127.0.0.1",
    port: int = 0,
    app: App | None = None,
    on_ready: Callable[[], None] | None = None,
) -> DrainingServer:
    """Return a server for the gateway alone, or for an `app` that holds it; `await server.serve()` runs it until SIGTERM.

    `on_ready` is called once, in the server's loop, as soon as requests are taken.
    """
    config = uvicorn.Config(
        app or make_app(gate),
        host=host,
        port=port,
        http=GuardedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=int(gate.limits.drain_s),
        timeout_keep_alive=75,
    )
    return DrainingServer(config, gate, on_ready)


def run_gateway(data_dir: Path, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; answers that run then have `drain_s` seconds to finish."""
    make_server(make_gate(data_dir), host, port).run()
