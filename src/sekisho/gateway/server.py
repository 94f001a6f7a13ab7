"""The gateway as a process: built from settings, served by uvicorn, drained on SIGTERM."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import FrameType

import uvicorn

from sekisho.base import settings
from sekisho.detection.cascade import Cascade, default_cascade
from sekisho.gateway.admit import Capacity
from sekisho.gateway.app import make_app
from sekisho.gateway.exchange import Message, Receive, Send
from sekisho.gateway.fake import FakeUpstream
from sekisho.gateway.gate import Gate, Limits
from sekisho.gateway.judge import configured
from sekisho.gateway.protocol import GuardedProtocol
from sekisho.gateway.relay import Relay
from sekisho.gateway.screen import Screen
from sekisho.gateway.screen.detectors import CascadeDetectors
from sekisho.gateway.upstream import Upstream
from sekisho.gateway.zdr.confine import forbid_dumps
from sekisho.link.carriers.local import JournalFile, SnapshotHolder, journal_path
from sekisho.link.journal import JournalWriter
from sekisho.telemetry.log import configure_process

App = Callable[[Message, Receive, Send], Awaitable[None]]
"""An ASGI application."""

log = logging.getLogger(__name__)


class DrainingServer(uvicorn.Server):
    """On SIGTERM, refuses what is new at once and lets what runs finish."""

    def __init__(
        self,
        config: uvicorn.Config,
        gate: Gate,
        on_ready: Callable[[], None] | None,
        on_drain: Callable[[], None] | None,
    ) -> None:
        super().__init__(config)
        self._gate = gate
        self._on_ready, self._on_drain = on_ready, on_drain

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _settle_memory()
        log.info("gateway.started")
        if self._on_ready is not None:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._gate.capacity.draining = True
        log.info("gateway.draining")
        if self._on_drain is not None:
            self._on_drain()
        await super().shutdown(sockets)
        log.info("gateway.stopped")

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals while serving. A drained stop is a success: uvicorn would raise the signal again, which
        ends the process with its status and skips whoever still has something to close."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._gate.capacity.draining = True
        super().handle_exit(sig, frame)


def _settle_memory() -> None:
    """Take what was loaded at start (models, policy, modules) out of the garbage collector's rounds.

    It lives as long as the process; walking it again and again costs every hundredth request milliseconds. What loading
    left free goes back to the system: the C library would keep it.
    """
    gc.collect()
    with contextlib.suppress(AttributeError, OSError):  # not every C library can
        ctypes.CDLL(None).malloc_trim(0)
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def make_gate(
    data_dir: Path, cascade: Cascade | None = None, journal: JournalWriter | None = None, name: str = ""
) -> Gate:
    """Return a gateway process's state over the local carriers in `data_dir`, from the declared settings.

    Without a `cascade`, the shipped one is loaded; without a `journal`, one is opened there. Raises
    `JournalUnavailableError` when the journal cannot be opened.
    """
    limits = Limits(
        body_bytes=settings.integer("max_body_bytes"),
        client_idle_s=settings.number("client_idle_s"),
        upstream_connect_s=settings.number("upstream_connect_s"),
        upstream_idle_s=settings.number("upstream_idle_s"),
        drain_s=settings.number("drain_s"),
    )
    name = name or settings.text("gateway_name") or f"{socket.gethostname()}-{os.getpid()}"
    snapshots = SnapshotHolder(data_dir / "link" / "snapshot.json")
    snapshots.poll()
    cascade = cascade or default_cascade(settings.flag("scorer"), settings.text("scorer_step"))
    unhealthy = tuple(name for name, is_healthy in cascade.health().items() if not is_healthy)
    return Gate(
        name=name,
        snapshots=snapshots,
        journal=journal or JournalFile(journal_path(data_dir / "link" / "journal", name)),
        upstream=Upstream(_credentials(), limits.upstream_connect_s, limits.upstream_idle_s, FakeUpstream()),
        screen=Screen(CascadeDetectors(cascade)),
        capacity=Capacity(settings.integer("max_concurrent")),
        limits=limits,
        problems=lambda: unhealthy,
        relay=Relay(settings.text("control_url")),
        judge=configured(),
    )


def _credentials() -> dict[str, str]:
    """Return the secrets that a route may name: the settings whose name ends in `_api_key`."""
    names = [
        setting.name for setting in settings.SETTINGS if setting.secret and setting.name.endswith("_api_key")
    ]
    return {name: settings.text(name) for name in names}


def make_server(
    gate: Gate,
    *,
    app: App | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    on_ready: Callable[[], None] | None = None,
    on_drain: Callable[[], None] | None = None,
) -> DrainingServer:
    """Return a server for the gateway, or for an `app` in which it is mounted; `run()` serves until SIGTERM.

    `on_ready` is called in the server's loop once requests are answered, and `on_drain` when it is told to stop: what
    `app` keeps open for long should end then.
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
    return DrainingServer(config, gate, on_ready, on_drain)


def run_gateway(data_dir: Path, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; answers that run then have `drain_s` seconds to finish."""
    configure_process()
    forbid_dumps()
    make_server(make_gate(data_dir), host=host, port=port).run()
