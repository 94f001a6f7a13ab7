"""A gateway as a process of its own, in a folder of its own, under watch; and a client that talks to it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

import aiohttp

from sekisho.accounts.types import Plan
from sekisho.gateway.fake import FakeUpstream
from sekisho.link.carriers.local import JournalFolder, SnapshotFile, journal_folder, snapshot_path
from sekisho.link.sealing import generate_private_key, public_key_of
from sekisho.link.snapshot import FORMAT, Dialect, KeyEntry, OrganisationEntry, Route, Snapshot
from sekisho.policy.load import load
from sekisho.policy.types import Audience, Pack
from sekisho.zdr.cases import Case, End
from sekisho.zdr.said import HIGH_RISK_KEY, KEY, Said
from sekisho.zdr.watching import syscalls
from sekisho.zdr.watching.processes import children, leaf

PATIENCE_S = 60.0
"""Seconds for a gateway to start or to stop."""
ORGANISATION = "org_zdrharness"
SILENT_S = 3
"""Seconds of silence after which a provider is given up: the road `timeout`, and no other on a busy machine."""
BODY_BYTES = 256 * 1024
"""Of a request that is taken: what is larger is the road `oversize`."""


class Mode(StrEnum):
    """Which gateway is watched."""

    KERNEL = "kernel"
    """`sekisho gateway --zdr`: nothing may be found."""
    POLICY = "policy"
    """`sekisho gateway`, zero retention by its organisation: nothing may be found."""
    SEALED = "sealed"
    """Control: it keeps, and seals. Nothing may be found, or sealing does not hold."""
    PLAIN = "plain"
    """Control: it keeps in plain text. Canaries must be found, or the layers see nothing."""

    @property
    def keeps_nothing(self) -> bool:
        return self in (Mode.KERNEL, Mode.POLICY)


class Site:
    """One gateway under watch, with everything that it can write to in `folder`, and logs of the watch beside it."""

    def __init__(
        self, mode: Mode, folder: Path, provider: FakeUpstream, environment: Mapping[str, str], trace: bool
    ) -> None:
        self.mode, self.folder = mode, folder
        self.logs: list[Path] = []
        """Of system calls, one a start."""
        self.pids: set[int] = set()
        """Of the processes that traffic goes through."""
        self.provider, self._environment, self._trace = provider, environment, trace
        self._process: subprocess.Popen[bytes] | None = None
        self._output: BinaryIO | None = None
        self._port = _free_port()
        for name in ("data", "tmp", "run"):
            (folder / name).mkdir(parents=True, mode=0o700)
        SnapshotFile(snapshot_path(folder / "data")).replace(_snapshot(provider.url, mode.keeps_nothing))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Return once the gateway answers; it is started where it does not run, and when it is seen to have ended."""
        end = time.monotonic() + PATIENCE_S
        while not await self._is_ready():
            if time.monotonic() > end:
                raise RuntimeError(
                    f"The gateway ({self.mode}) does not start. Its output is in {self.folder}."
                )
            if self._process is None or self._process.poll() is not None:
                await self._reap()
                self._spawn(self._command())
            await asyncio.sleep(0.05)
        self.pids.add(self.victim)

    @property
    def victim(self) -> int:
        """The process that traffic goes through."""
        return leaf(self._gateway())

    def kill(self, number: signal.Signals) -> None:
        os.kill(self.victim, number)

    async def stop(self) -> None:
        """Stop the gateway as an operator would, and wait for it."""
        if gateway := self._gateway():
            os.kill(gateway, signal.SIGTERM)
        await self._reap()

    async def take_in(self) -> None:
        """Have a control plane take in what the gateway has recorded, under the same watch, into a database of its
        own in the same folder."""
        await self._reap()
        self._spawn([sys.executable, "-m", "sekisho", "worker", "--data-dir", str(self.folder / "data")])
        reader, end = JournalFolder(journal_folder(self.folder / "data")), time.monotonic() + 2 * PATIENCE_S
        while reader.read(1):
            if time.monotonic() > end:
                raise RuntimeError(
                    f"The journal ({self.mode}) is not taken in. The output is in {self.folder}."
                )
            await asyncio.sleep(0.2)
        await self.stop()

    def _gateway(self) -> int:
        """The gateway's first process, 0 where there is none: under watch it is the watcher's child."""
        if self._process is None or self._process.poll() is not None:
            return 0
        if not self._trace:
            return self._process.pid
        return next(iter(children(self._process.pid)), 0)

    def _spawn(self, command: list[str]) -> None:
        number = len(self.logs)
        log = self.folder.parent / f"{self.folder.name}-{number}.strace"
        self._output = (self.folder / f"output-{number}").open("wb")
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [*(syscalls.command(log) if self._trace else []), *command],
            cwd=self.folder / "run",
            env=self._settings(),
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
            preexec_fn=_with_dumps,
        )
        self.logs.append(log)

    def _command(self) -> list[str]:
        folder, port = str(self.folder / "data"), str(self._port)
        if self.mode.keeps_nothing:
            flags = ["--zdr"] if self.mode is Mode.KERNEL else []
            return [sys.executable, "-m", "sekisho", "gateway", *flags, "--port", port, "--data-dir", folder]
        return [sys.executable, "-m", "sekisho.zdr.control", folder, port, self.mode.value]

    def _settings(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SEKISHO_", "COV"))}
        return kept | {
            "TMPDIR": str(self.folder / "tmp"),
            "SEKISHO_MAX_BODY_BYTES": str(BODY_BYTES),
            "SEKISHO_UPSTREAM_IDLE_S": str(SILENT_S),
            "SEKISHO_UPSTREAM_CONNECT_S": "2",
            "SEKISHO_GATEWAY_NAME": f"zdr-{self.mode.value}",
            **self._environment,
        }

    async def _is_ready(self) -> bool:
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            waits = aiohttp.ClientTimeout(5)
            async with (
                aiohttp.ClientSession(timeout=waits) as client,
                client.get(f"{self.url}/ready") as answer,
            ):
                return answer.status == 200
        return False

    async def _reap(self) -> None:
        if self._process is not None:
            await asyncio.to_thread(self._process.wait, PATIENCE_S)
        if self._output is not None:
            self._output.close()


async def exchange(site: Site, case: Case, told: Said) -> tuple[int, str]:
    """Send a request the way its case says, and return the status, 0 where nobody heard one, and what the answer said
    of its data."""
    if case.end is End.LOST:
        site.provider.hang_up()
    timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
    async with aiohttp.ClientSession(timeout=timeout) as client:
        try:
            async with client.post(site.url + told.path, data=told.body, headers=told.headers) as answer:
                if case.end in (End.HEARD, End.LOST):
                    await answer.read()
                    return answer.status, answer.headers.get("x-sekisho-data-policy", "")
                await answer.content.readany()
                await _break_off(site, case.end)
        except aiohttp.ClientError:
            return 0, ""
    return 0, ""


async def _break_off(site: Site, end: End) -> None:
    if end is End.LEFT:
        return
    site.kill(signal.SIGKILL if end is End.KILLED else signal.SIGABRT)
    await asyncio.sleep(0.1)
    await site.start()


def remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _with_dumps() -> None:
    """Let the process dump its memory if it does not forbid that itself."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _snapshot(provider: str, keeps_nothing: bool) -> Snapshot:
    """What the gateway knows: two keys, the reference policy, and three providers, of which one keeps."""
    scopes = frozenset({"messages", "models"})
    advice = {"audience": Audience.HIGH_RISK, "domain": "hr_legal", "product": "Harness"}
    keys = (
        (KEY, KeyEntry("key_zdrharness", ORGANISATION, scopes)),
        (HIGH_RISK_KEY, KeyEntry("key_zdradvice", ORGANISATION, scopes, **advice)),  # type: ignore[arg-type]
    )
    return Snapshot(
        format=FORMAT,
        revision=1,
        issued_at=datetime.now(UTC),
        stale_after=timedelta(hours=6),
        keys={hashlib.sha256(plain.encode()).hexdigest(): entry for plain, entry in keys},
        organisations={ORGANISATION: OrganisationEntry(ORGANISATION, Plan.API, zero_retention=keeps_nothing)},
        packs=(_latest_policy(),),
        routes=(
            Route(
                "gone",
                Dialect.ANTHROPIC,
                "http://127.0.0.1:9",
                models=("claude-unreachable",),
                zero_retention=True,
            ),
            Route("keeps", Dialect.ANTHROPIC, provider, models=("claude-keeps",)),
            Route("quiet", Dialect.ANTHROPIC, provider, models=("claude-zdr",), zero_retention=True),
            Route("quiet-openai", Dialect.OPENAI, provider, models=("gpt-zdr",), zero_retention=True),
        ),
        sealing_key=public_key_of(generate_private_key()),
        pseudonym_key=os.urandom(32),
        public_url="https://gate.example",
    )


def _latest_policy() -> Pack:
    """The shipped policy of today."""
    shipped = files("sekisho.policy.packs").joinpath("reference").iterdir()
    newest = max((one for one in shipped if one.name.endswith(".yaml")), key=lambda one: one.name)
    return load(newest.read_text("utf-8"), newest.name)
