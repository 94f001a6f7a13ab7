"""Everything one gateway process holds between requests: what it knows, what it counts, and where it
writes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from sekisho.base.clock import Clock, system_clock
from sekisho.gateway.admit import Capacity, Paces, Spending
from sekisho.gateway.disclosure import Remembered
from sekisho.gateway.judge import JudgeLine
from sekisho.gateway.meter import Meter
from sekisho.gateway.relay import Relay
from sekisho.gateway.screen import Screen
from sekisho.gateway.terms import Terms
from sekisho.gateway.turn import Told, Turn
from sekisho.gateway.upstream import Upstream
from sekisho.link.journal import JournalWriter
from sekisho.link.sealing import Sealer
from sekisho.link.snapshot import Snapshot, SnapshotSource

LAST_ENTRIES_S = 5.0
"""Seconds for answers that were cut off at the end of the drain to be recorded."""
JOURNAL_DOUBT_S = 5.0
"""Seconds after a failed append in which the gate calls itself not ready."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Every wait has a deadline, every buffer a bound."""

    body_bytes: int = 32 * 1024 * 1024
    answer_bytes: int = 32 * 1024 * 1024
    """Of an answer that is not streamed, or that is held for a person."""
    client_idle_s: float = 60.0
    upstream_connect_s: float = 10.0
    upstream_idle_s: float = 300.0
    drain_s: float = 30.0


@dataclass(slots=True)
class Gate:
    name: str
    """Of this gateway process, as records show it."""
    snapshots: SnapshotSource
    journal: JournalWriter
    upstream: Upstream
    screen: Screen
    capacity: Capacity
    limits: Limits = Limits()
    clock: Clock = system_clock
    monotonic: Callable[[], float] = monotonic
    problems: Callable[[], tuple[str, ...]] = tuple
    """Names of detectors that failed their self-test; not empty means not ready."""
    paces: Paces = field(default_factory=Paces)
    spending: Spending = field(default_factory=Spending)
    disclosed: Remembered = field(default_factory=Remembered)
    """Conversations in which people were told that they speak with an AI."""
    quiet: Remembered = field(default_factory=Remembered)
    """Sessions in which a request demanded zero retention."""
    keeps_nothing: bool = False
    """Whether everything that passes here is under zero retention (the pool of `zdr/`)."""
    make_sealer: Callable[[bytes], Sealer] = Sealer
    """Makes what seals content to a public key."""
    is_confined: bool = False
    """Whether the kernel forbids this process to write, and it is not a promise alone."""
    terms: Terms = field(default_factory=Terms)
    meter: Meter = field(default_factory=Meter)
    relay: Relay = field(default_factory=lambda: Relay(""))
    """The way to the control plane, for its own paths."""
    judge: JudgeLine | None = None
    """The judge that is asked about what the detectors leave open; none unless it is configured."""
    _journal_failed_at: float = float("-inf")
    _sealer: tuple[bytes, Sealer] | None = None
    _watch: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.meter.gauge("sekisho_requests_in_flight", "Requests in flight.", lambda: self.capacity.taken)
        self.meter.gauge("sekisho_snapshot_revision", "Revision of the snapshot held.", self._revision)
        self.meter.gauge("sekisho_snapshot_age_seconds", "Age of the snapshot held.", self._age)

    async def open(self) -> None:
        """Open the way to the judge and keep the snapshot current from now on."""
        if self.judge is not None:
            await self.judge.open()
        self._watch = asyncio.create_task(self.snapshots.watch())

    async def close(self) -> None:
        """Let the last answers write their entries, then close everything."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_ENTRIES_S):
                while self.capacity.taken:
                    await asyncio.sleep(0.02)
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        await self.upstream.close()
        await self.relay.close()
        if self.judge is not None:
            await self.judge.close()
        await self.journal.close()

    def sealer(self, snapshot: Snapshot) -> Sealer:
        """Return the sealer to the control plane's present key; a new key gets a new one."""
        if self._sealer is None or self._sealer[0] != snapshot.sealing_key:
            self._sealer = (snapshot.sealing_key, self.make_sealer(snapshot.sealing_key))
        return self._sealer[1]

    def journal_failed(self) -> None:
        self._journal_failed_at = self.monotonic()

    def count(self, turn: Turn, told: Told) -> None:
        """Add a recorded request to the numbers."""
        endpoint = turn.request.endpoint.value
        self.meter.count(
            "sekisho_requests_total", endpoint=endpoint, outcome=told.outcome.value, status=str(told.status)
        )
        for decision in told.decisions:
            if decision.action != "allow":
                self.meter.count(
                    "sekisho_decisions_total",
                    stage=decision.stage,
                    action=decision.action,
                    clause=decision.clause,
                )
        for stage, us in turn.laps.us.items():
            self.meter.time(stage, us / 1e6)
        taken, given = told.usage.input_tokens, told.usage.output_tokens
        if taken or given:
            self.meter.count("sekisho_tokens_total", taken, kind="input")
            self.meter.count("sekisho_tokens_total", given, kind="output")
            self.spending.add(turn.principal.organisation.id, taken + given, turn.received_at)

    def missing(self) -> tuple[str, ...]:
        """Return what keeps this gate from letting requests through; empty when it is ready."""
        found = [f"detector:{name}" for name in self.problems()]
        if self.judge is not None and self.judge.problem:
            found.append(f"setting:{self.judge.problem}")
        if self.snapshots.usable() is None:
            found.append("snapshot")
        if self.monotonic() - self._journal_failed_at < JOURNAL_DOUBT_S:
            found.append("journal")
        if self.capacity.draining:
            found.append("draining")
        return tuple(found)

    def _revision(self) -> float:
        return self.snapshots.current.revision if self.snapshots.current else -1

    def _age(self) -> float:
        held = self.snapshots.current
        return (self.clock() - held.issued_at).total_seconds() if held else -1
