"""Words of the provider registry as plain values. No Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Provider:
    """What requests go to: a route, and the host behind it. A statement about one host says nothing of another, so it
    ends when the route is led elsewhere."""

    route: str
    host: str
    """Host of its address, in lower case; empty for the shipped fake provider."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a provider does with what it is sent, under the operator's own contract with it (design 6.8)."""

    retains: bool = True
    retention_days: int | None = None
    """How long it keeps what it is sent; None: it does not say."""
    trains: bool = True
    zero_retention_contract: bool = False
    """Whether the operator's contract has it keep nothing, although it keeps what others send."""
    requires_retention: tuple[str, ...] = ()
    """Shell patterns of model ids for which no contract keeps it from keeping."""
    region: str = ""
    """Where it is processed, such as `eu` or `jp`; empty when it is not known."""
    evidence: str = ""
    """Address of the terms or the contract that say so."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Facts, as somebody stated them."""

    id: str
    provider: Provider
    facts: Facts
    reviewed_at: datetime
    reviewed_by: str


class Standing(StrEnum):
    """What the facts of a provider rest on."""

    UNSTATED = "unstated"
    """Nobody has stated anything: it counts as keeping and training."""
    STALE = "stale"
    """The last review is too old, so it counts as unstated."""
    STATED = "stated"
    SHIPPED = "shipped"
    """Part of this release, which knows what it does."""


@dataclass(frozen=True, slots=True)
class ProviderState:
    """What holds for a provider at a moment."""

    provider: Provider
    standing: Standing
    facts: Facts
    """Those that count: the worst, where nothing is stated or the review is too old."""
    statement: Statement | None = None
    """The latest, also when it does not count any more."""
    stale_at: datetime | None = None
    """When its review is too old, or became so."""

    @property
    def keeps_nothing(self) -> bool:
        """Whether it may be given what is under zero retention (R-DATA-135)."""
        facts = self.facts
        return not facts.trains and (not facts.retains or facts.zero_retention_contract)
