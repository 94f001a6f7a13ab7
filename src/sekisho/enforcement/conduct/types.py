"""Words of conduct: what is counted, remembered and found about behaviour beyond one message (P-045). No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sekisho.enforcement.types import Unit, UnitKind


class Kind(StrEnum):
    """What a counter counts, a day (UTC) and unit."""

    TURNS = "turns"
    """Requests."""
    ACTED = "acted"
    """Requests that a standard modified, held or blocked."""
    NOTED = "noted"
    """Requests that a standard only noted."""
    DOMAIN = "domain"
    """Requests that looked like a high-risk domain."""


class Slot(NamedTuple):
    """Where something is counted, in the words of its row. A plain tuple: every request makes three or more."""

    organisation: str
    unit_kind: str
    unit_id: str
    kind: str
    about: str
    """The clause or domain; empty for whichever."""
    day: str
    """Of the request, UTC, as ISO 8601 writes it."""


@dataclass(frozen=True, slots=True)
class Concern:
    """A standard that a prompt came near to, or violated. Codes and numbers, as in its decision; no content."""

    decision: str
    clause: str
    unit: Unit
    """The speaker: the end user where one is named, else the key."""
    conversation: str
    at: datetime
    milli: int
    """Score in thousandths."""
    acted: bool
    """Whether the gate held or blocked it. What it let pass is what adds up to a slow burn."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What is remembered of a request for a few weeks: who, when, and a keyed sketch of what was newly asked."""

    turn: str
    unit: Unit
    """The speaker."""
    key: str
    conversation: str
    at: datetime
    until: datetime
    pattern: str
    """How it was sent: dialect, endpoint and model."""
    sketch: bytes = b""
    """See `sketches.py`; empty where there was too little new text."""
    clause: str = ""
    """The gravest standard that the prompt concerned; empty for a benign verdict."""
    decision: str = ""


class LabelName(StrEnum):
    """What a label says of a unit. None of them restricts anything by itself."""

    CAMPAIGN = "campaign"
    """Takes part in near-identical prompts about one clause, from many units or in many variants."""
    SLOW_BURN = "slow_burn"
    """What the gate let pass about one clause adds up over days."""
    SHARED = "shared"
    """Used by more people than it was given to."""
    EVASION = "evasion"
    """Resembles a unit whose access was terminated."""
    UNDECLARED = "undeclared"
    """Keeps looking like a high-risk domain that was not declared (P-023)."""
    RISING = "rising"
    """An organisation in whose traffic the gate acts more often than it used to (P-063)."""


Facts = Mapping[str, object]
"""Codes, ids and numbers that a label rests on."""


@dataclass(frozen=True, slots=True)
class UnitLabel:
    """What somebody or something says of a unit, from a moment to another."""

    id: str
    unit: Unit
    name: LabelName
    about: str
    """Clause, domain, campaign or unit that it is about; empty for none."""
    present: bool
    """False where a person has looked and found that it is not so."""
    set_by: str
    """`usr_…`, or `system:conduct`."""
    since: datetime
    until: datetime
    """Excluded."""
    facts: Facts = field(default_factory=dict)

    @property
    def is_manual(self) -> bool:
        return not self.set_by.startswith("system:")

    def is_live(self, at: datetime) -> bool:
        return self.since <= at < self.until


class CampaignKind(StrEnum):
    MANY = "many"
    """Many units put near-identical prompts that concern a clause."""
    TEMPLATED = "templated"
    """One unit puts many variants of one prompt that concerns a clause."""
    HARVEST = "harvest"
    """One unit puts very many variants of one prompt; by volume alone, so it labels nobody."""


@dataclass(frozen=True, slots=True)
class Found:
    """A campaign in the window that was looked at."""

    kind: CampaignKind
    clause: str
    sketch: bytes
    """Of its earliest prompt: by it the campaign is recognised again."""
    first_at: datetime
    last_at: datetime
    turns: int
    units: tuple[Unit, ...]
    """In a fixed order; never empty."""
    decisions: tuple[str, ...]
    """Some of its decisions, the earliest first, for a person to look at."""


@dataclass(frozen=True, slots=True)
class Signal:
    """Something for a reviewer to look at. It decides nothing."""

    id: str
    """`cmp_…` or `clb_…`; stable while it lasts."""
    kind: str
    """A `LabelName`, or `campaign`."""
    about: str
    units: tuple[Unit, ...]
    since: datetime
    last_at: datetime
    decisions: tuple[str, ...]
    """Ids of examples; empty where it rests on numbers alone."""
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EndUserConduct:
    """One end user of an organisation, in numbers."""

    pseudonym: str
    turns: int
    acted: int
    """Requests in which the gate acted."""
    noted: int
    """Requests that it only noted."""
    clauses: Mapping[str, int]
    """Requests in which it acted, a clause; the most frequent first."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """How an organisation's day went."""

    day: date
    turns: int
    acted: int
    noted: int


def speaker_of(organisation: str, key: str, end_user: str) -> Unit:
    """Return the smallest unit that can have meant it: the end user where one is named, else the key (P-001)."""
    if end_user:
        return Unit(UnitKind.END_USER, end_user, organisation)
    return Unit(UnitKind.KEY, key, organisation)
