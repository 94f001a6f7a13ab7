"""The gateway as a process: built from settings, served by uvicorn, drained on SIGTERM."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sekisho.base import settings
from sekisho.gateway.admit import Capacity
from sekisho.gateway.app import make_app
from sekisho.gateway.fake import FakeUpstream
from sekisho.gateway.gate import Gate, Limits
from sekisho.gateway.screen import Detectors, Screen
from sekisho.gateway.upstream import Upstream
from sekisho.link.carriers.local import JournalFile, SnapshotHolder, journal_path


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
    """On SIGTERM, refuses what is new at once and lets what runs finish."""

    def __init__(self, config: uvicorn.Config, gate: Gate) -> None:
        super().__init__(config)
        self._gate = gate

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._gate.capacity.draining = True
        super().handle_exit(sig, frame)


def make_gate(data_dir: Path, detectors: Detectors, credentials: Mapping[str, str] | None = None) -> Gate:
    """Return a gateway process's state over the local carriers in `data_dir`, from the declared settings."""
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
    if credentials is None:
        credentials = {name: settings.text(name) for name in ("anthropic_api_key", "openai_api_key")}
    return Gate(
        name=name,
        snapshots=snapshots,
        journal=JournalFile(journal_path(data_dir / "link" / "journal", name)),
        upstream=Upstream(credentials, limits.upstream_connect_s, limits.upstream_idle_s, FakeUpstream()),
        screen=Screen(detectors),
        capacity=Capacity(settings.integer("max_concurrent")),
        limits=limits,
    )


def make_server(gate: Gate, host: str, port: int) -> DrainingServer:
    """Return a server for the gateway alone; `await server.serve()` runs it until SIGTERM."""
    config = uvicorn.Config(
        make_app(gate),
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
    return DrainingServer(config, gate)


def run_gateway(data_dir: Path, detectors: Detectors, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; answers that run then have `drain_s` seconds to finish."""
    make_server(make_gate(data_dir, detectors), host, port).run()
