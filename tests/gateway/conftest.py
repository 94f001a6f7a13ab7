"""A gate between a real client and the fake provider, everything over HTTP on loopback and in one process."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from sekisho import policy
from sekisho.accounts.types import Plan
from sekisho.base.clock import system_clock
from sekisho.base.text import Text
from sekisho.detection.cascade import Cascade
from sekisho.detection.types import Finding, Passage, Role
from sekisho.gateway.admit import Capacity
from sekisho.gateway.fake import FakeUpstream, FixedDetector
from sekisho.gateway.gate import Gate, Limits
from sekisho.gateway.judge import JudgeLine
from sekisho.gateway.screen import Screen
from sekisho.gateway.screen.detectors import CascadeDetectors
from sekisho.gateway.server import DrainingServer, make_server
from sekisho.gateway.upstream import Upstream
from sekisho.link.journal import Entry, JournalUnavailableError, TurnContent, decode_content
from sekisho.link.sealing import Opener, generate_private_key, public_key_of
from sekisho.link.snapshot import Dialect, KeyEntry, OrganisationEntry, Route, Snapshot, supersedes
from sekisho.policy.load import load_file
from sekisho.policy.types import (
    Action,
    Clause,
    FailMode,
    Pack,
    Part,
    Severity,
    StreamMode,
    Threshold,
)

DEFAULT_LIMITS = Limits()
KEY = "sk-test-of-ben"
DETECTOR = {"patterns": {"*": Threshold(1.0, 1.0)}}
PRIVATE = generate_private_key()


def clause(id: str, on_input: Action, on_output: Action, part: Part = Part.STANDARD, **more: Any) -> Clause:
    return Clause(
        id=id,
        part=part,
        title=Text(f"Title of {id}", f"{id} の題"),
        text=Text("Text.", "本文。"),
        covers=(),
        spares=(),
        severity=Severity.HIGH,
        hard=False,
        on_input=on_input,
        on_output=on_output,
        fail=FailMode.HOLD,
        stream=StreamMode.WINDOW,
        thresholds=DETECTOR,
        reason=Text(f"Reason of {id}.", f"{id} の理由です。"),
        advice=Text("Ask about something else.", "別のことをお尋ねください。"),
        **more,
    )


PACK = Pack(
    name="test",
    version="2025-09-15",
    title=Text("Policy", "ポリシー"),
    preamble=Text("For all.", "すべての方へ。"),
    canonical="ja",
    announced_at=datetime(2025, 8, 15, tzinfo=UTC),
    effective_at=datetime(2025, 9, 15, tzinfo=UTC),
    clauses=(
        clause("weapons", Action.BLOCK, Action.BLOCK),
        clause("privacy_identity", Action.ANNOTATE, Action.MODIFY),
        clause("hr_legal", Action.ANNOTATE, Action.HOLD, Part.HIGH_RISK),
    ),
    unscreened=Action.ANNOTATE,
)
WORDS = {
    "pipe bomb": "weapons",
    "パイプ爆弾": "weapons",
    "4242 4242 4242 4242": "privacy_identity",
    "three steps": "hr_legal",
}


class Detectors:
    """Fixed words, found in whole passages and in streams."""

    reads_whole = False

    def __init__(self) -> None:
        self.detector = FixedDetector(WORDS)

    def find(self, passage: Passage) -> tuple[Finding, ...]:
        return self.detector.find(passage)

    def find_at_once(self, passage: Passage) -> tuple[Finding, ...] | None:
        return self.find(passage)

    def watch(self, role: Role) -> Watch:
        return Watch(self.detector)

    def score(self, passages: Sequence[Passage]) -> list[tuple[Finding, ...]]:
        return [() for _ in passages]

    def score_at_once(self, passages: Sequence[Passage]) -> list[tuple[Finding, ...]] | None:
        return self.score(passages)

    def language(self, text: str) -> str:
        return "ja" if any("\u3040" <= letter <= "\u30ff" for letter in text) else "en"


class Watch:
    bound = max(map(len, WORDS))

    def __init__(self, detector: FixedDetector) -> None:
        self._detector, self._text, self._found = detector, "", 0
        self.settled = 0

    def feed(self, text: str) -> tuple[Finding, ...]:
        self._text += text
        self.settled = max(self.settled, len(self._text) - self.bound)
        return self._new()

    def finish(self, text: str = "") -> tuple[Finding, ...]:
        self._text += text
        self.settled = len(self._text)
        return self._new()

    def _new(self) -> tuple[Finding, ...]:
        found = sorted(self._detector.find(Passage(self._text)), key=lambda finding: finding.span.end)
        new, self._found = found[self._found :], len(found)
        return tuple(new)


class MemorySnapshots:
    """A snapshot source without a file."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.current: Snapshot | None = snapshot
        self.clock = system_clock

    def usable(self) -> Snapshot | None:
        held = self.current
        return None if held is None or held.is_stale(self.clock()) else held

    def publish(self, **changes: Any) -> None:
        assert self.current
        new = msgspec.structs.replace(self.current, revision=self.current.revision + 1, **changes)
        assert supersedes(new, self.current)
        self.current = new

    async def watch(self) -> None:
        await asyncio.Event().wait()


@dataclass
class MemoryJournal:
    """A journal without a file, which can be made to fail."""

    entries: list[Entry] = field(default_factory=list)
    fails: bool = False
    on_append: Callable[[Entry], None] | None = None

    async def append(self, entry: Entry) -> None:
        if self.fails:
            raise JournalUnavailableError("The test's journal is full.")
        self.entries.append(entry)
        if self.on_append:
            self.on_append(entry)

    async def close(self) -> None:
        return None


def key_entry(**more: Any) -> KeyEntry:
    return KeyEntry(
        id="key_ben", organisation="org_atelier", scopes=frozenset({"messages", "models"}), **more
    )


def snapshot(**changes: Any) -> Snapshot:
    fields: dict[str, Any] = {
        "format": 1,
        "revision": 1,
        "issued_at": system_clock(),
        "stale_after": timedelta(hours=1),
        "keys": {hashlib.sha256(KEY.encode()).hexdigest(): key_entry()},
        "organisations": {
            "org_atelier": OrganisationEntry(id="org_atelier", plan=Plan.API, minors_statement=True)
        },
        "packs": (PACK,),
        "routes": (
            Route(id="fake-anthropic", dialect=Dialect.ANTHROPIC, base_url="", fake=True),
            Route(id="fake-openai", dialect=Dialect.OPENAI, base_url="", fake=True),
        ),
        "sealing_key": public_key_of(PRIVATE),
        "pseudonym_key": b"p" * 32,
        "public_url": "https://gate.test",
    }
    return Snapshot(**(fields | changes))


def reference() -> tuple[Pack, ...]:
    """The shipped policy, every version."""
    folder = Path(policy.__file__).parent / "packs" / "reference"
    return tuple(load_file(path) for path in sorted(folder.glob("*.yaml")))


@dataclass
class Site:
    """A running gate, what it writes, and a client in front of it."""

    url: str
    gate: Gate
    server: DrainingServer
    fake: FakeUpstream
    snapshots: MemorySnapshots
    journal: MemoryJournal
    client: aiohttp.ClientSession

    @property
    def entry(self) -> Entry:
        """The one entry there is."""
        [entry] = self.journal.entries
        return entry

    def content(self, entry: Entry) -> TurnContent:
        opened = Opener([PRIVATE]).open(
            entry.content, entry=entry.id, organisation=entry.organisation, key=entry.key
        )
        return decode_content(opened)

    def with_key(self, **changes: Any) -> None:
        """Publish the key with other fields."""
        self.snapshots.publish(keys={hashlib.sha256(KEY.encode()).hexdigest(): key_entry(**changes)})

    async def messages(self, prompt: str, *, headers: dict[str, str] | None = None, **body: Any) -> Reply:
        sent = {"model": "claude-fake-1", "max_tokens": 64, "messages": [{"role": "user", "content": prompt}]}
        return await self.post("/v1/messages", sent | body, headers=headers)

    async def chat(self, prompt: str, *, headers: dict[str, str] | None = None, **body: Any) -> Reply:
        sent = {"model": "gpt-fake-1", "messages": [{"role": "user", "content": prompt}]}
        return await self.post("/v1/chat/completions", sent | body, headers=headers)

    async def post(self, path: str, body: Any, *, headers: dict[str, str] | None = None) -> Reply:
        data = body if isinstance(body, bytes) else msgspec.json.encode(body)
        given = {"x-api-key": KEY, "anthropic-version": "2023-06-01", "content-type": "application/json"}
        async with self.client.post(self.url + path, data=data, headers=given | (headers or {})) as response:
            return Reply(response.status, response.headers, await response.read())

    async def get(self, path: str, headers: dict[str, str] | None = None) -> Reply:
        async with self.client.get(self.url + path, headers=headers or {"x-api-key": KEY}) as response:
            return Reply(response.status, response.headers, await response.read())


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def error(self) -> str:
        return str(self.json["error"]["type"])

    @property
    def events(self) -> list[Any]:
        """The data of each server-sent event, `[DONE]` as a word."""
        lines = [line[6:] for line in self.body.split(b"\n") if line.startswith(b"data: ")]
        return [line.decode() if line == b"[DONE]" else msgspec.json.decode(line) for line in lines]

    @property
    def text(self) -> str:
        """What the answer says, of any of the four shapes."""
        if self.headers["content-type"].startswith("application/json"):
            if "choices" in self.json:
                return str(self.json["choices"][0]["message"]["content"])
            return "".join(block.get("text", "") for block in self.json["content"])
        return "".join(_delta(event) for event in self.events)


def _delta(event: Any) -> str:
    if isinstance(event, str):
        return ""
    if "choices" in event:
        return "".join(choice["delta"].get("content") or "" for choice in event["choices"])
    return str(event.get("delta", {}).get("text", ""))


@asynccontextmanager
async def running(
    limits: Limits = DEFAULT_LIMITS,
    capacity: int = 64,
    cascade: Cascade | None = None,
    detectors: Detectors | None = None,
    judge: JudgeLine | None = None,
    **changes: Any,
) -> AsyncIterator[Site]:
    """A whole gate, started and stopped; `changes` are fields of its snapshot. Without a cascade, fixed words."""
    found = CascadeDetectors(cascade) if cascade else detectors or Detectors()
    fake, snapshots, journal = FakeUpstream(), MemorySnapshots(snapshot(**changes)), MemoryJournal()
    gate = Gate(
        name="gate-1",
        snapshots=snapshots,
        journal=journal,
        upstream=Upstream({}, limits.upstream_connect_s, limits.upstream_idle_s, fake),
        screen=Screen(found),
        capacity=Capacity(capacity),
        limits=limits,
        judge=judge,
    )
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = make_server(gate)
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup(sockets=[listener])
    try:
        async with aiohttp.ClientSession(auto_decompress=False) as client:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            yield Site(url, gate, server, fake, snapshots, journal, client)
    finally:
        await stop(server)


async def stop(server: DrainingServer) -> None:
    """Stop without uvicorn's own pauses: connections first, then what the gate holds."""
    for listener in server.servers:
        listener.close()
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    await server.lifespan.shutdown()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running() as site:
        yield site
