"""The values that the steps of the pipeline hand to each other.

Structs, because some are made for each request: a frozen dataclass of their size takes five times as long.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime
from enum import StrEnum
from time import perf_counter_ns

import msgspec

from sekisho.base.content import Content
from sekisho.gateway.dialects import Adapter
from sekisho.gateway.disclosure import Disclosure, Evidence
from sekisho.gateway.exchange import Headers
from sekisho.gateway.screen import Case
from sekisho.gateway.types import Principal, Request
from sekisho.link.journal import Block, DecisionEntry, Usage
from sekisho.link.snapshot import Route, Snapshot


class Outcome(StrEnum):
    """How a request ended; the words of `Entry.outcome`."""

    COMPLETED = "completed"
    MODIFIED = "modified"
    BLOCKED = "blocked"
    HELD = "held"
    UPSTREAM_ERROR = "upstream_error"
    UPSTREAM_BROKEN = "upstream_broken"
    CLIENT_GONE = "client_gone"


class Laps:
    """Microseconds per stage, for the entry and the meter."""

    __slots__ = ("_at", "us")

    def __init__(self) -> None:
        self._at = perf_counter_ns()
        self.us: dict[str, int] = {}

    def lap(self, stage: str) -> None:
        now = perf_counter_ns()
        self.us[stage] = self.us.get(stage, 0) + (now - self._at) // 1000
        self._at = now


class Turn(msgspec.Struct, frozen=True):
    """One request once it is read: everything that the later steps may depend on."""

    id: str
    received_at: datetime
    snapshot: Snapshot
    principal: Principal
    adapter: Adapter
    request: Request
    route: Route
    conversation: str
    """Keyed digest that groups the turns of one conversation."""
    disclosure: Disclosure
    """What is owed to the person before the answer."""
    case: Case
    """The policy in force, and the words for its reader."""
    laps: Laps

    product: str = "api"
    """Through what it came: `coding` for a client that names its session (R-DATA-045)."""

    @property
    def zero_retention(self) -> bool:
        return self.principal.zero_retention

    def silenced(self) -> Turn:
        """Return the turn as one under zero retention."""
        return msgspec.structs.replace(
            self, principal=dataclasses.replace(self.principal, zero_retention=True)
        )


NO_USAGE = Usage()


class Told(Content, msgspec.Struct, frozen=True):
    """What the client is told, all but the last byte of it sent: that waits until the entry is durable."""

    outcome: Outcome
    status: int
    headers: Headers = []
    body: bytes = b""
    """The whole answer; for a stream, its terminal part."""
    decisions: tuple[DecisionEntry, ...] = ()
    usage: Usage = NO_USAGE
    answer: tuple[Block, ...] = ()
    withheld: tuple[Block, ...] = ()
    review: str = ""
    disclosure: Evidence = Evidence.NONE

    def silenced(self) -> Told:
        """Return it as it may be recorded under zero retention: what would wait for a person cannot."""
        if self.outcome is not Outcome.HELD:
            return self
        return msgspec.structs.replace(self, outcome=Outcome.BLOCKED, review="")
