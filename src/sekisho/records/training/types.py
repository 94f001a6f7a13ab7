"""Words of training exports as plain values. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MODEL_IMPROVEMENT = "model_improvement"
"""The one purpose for which people were asked; another one would have to be asked for anew (R-DATA-034)."""


class Format(StrEnum):
    JSONL = "jsonl"
    PARQUET = "parquet"


class State(StrEnum):
    """Where a version of a dataset stands."""

    ASKED_FOR = "asked_for"
    """Somebody asked for it on the page; a worker begins within seconds."""
    BUILDING = "building"
    READY = "ready"
    ABANDONED = "abandoned"
    """The build broke off: what it wrote is no version, and is cleared away."""
    EXPIRED = "expired"
    """Its time is over: its files were removed, and nobody can tell any more whose turns were in it."""


class Withheld(StrEnum):
    """Why a block of an eligible turn is not given. Turns have the reasons of `records.rules.eligible`, and these."""

    EARLIER_TURN = "earlier_turn"
    """It repeats what an ineligible turn said: resent history gives nothing away (R-DATA-016, R-DATA-033)."""
    UNKNOWN_ORIGIN = "unknown_origin"
    """It is history that no eligible turn on record said: perhaps made under other terms."""
    DESTROYED = "destroyed"
    """Its content cannot be read any more, or is sealed."""


@dataclass(frozen=True, slots=True)
class Message:
    """One block of a turn as it is given: a text, or why there is none."""

    role: str
    kind: str
    text: str | None = field(default=None, repr=False)
    withheld: str | None = None
    repeats: bool | None = None
    """It repeats what the record has said already."""
    blocks: int = 1
    """How many neighbouring blocks a marker stands for."""


@dataclass(frozen=True, slots=True)
class Item:
    """One eligible turn as it is given."""

    turn: str
    """Id on record; it stays here."""
    item: str
    """What it is called in the files: drawn anew for each version, so that versions cannot be joined."""
    model: str
    prompt: tuple[Message, ...]
    answer: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """An ineligible turn: only that there was one, and why it is not given."""

    reason: str


@dataclass(frozen=True, slots=True)
class Record:
    """One conversation as it is given."""

    record: str
    product: str
    terms: str
    turns: tuple[Item | Gap, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(turn for turn in self.turns if isinstance(turn, Item))


@dataclass(frozen=True, slots=True)
class Sums:
    """What a build gave and what it left out."""

    records: int
    items: int
    reasons: Mapping[str, int]
    """Turns that were left out, by reason."""
    blocks: Mapping[str, int]
    """Blocks of eligible turns that were left out, by reason."""
    secrets: Mapping[str, int]
    """Secrets that were taken out of what is given, by kind."""


class Unfit(StrEnum):
    """Why a version may not be used."""

    UNKNOWN = "unknown"
    UNFINISHED = "unfinished"
    ALTERED = "altered"
    RECALLED = "recalled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a version may be used for a new run."""

    version: str
    unfit: Unfit | None = None

    @property
    def is_fit(self) -> bool:
        return self.unfit is None


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version as staff see it."""

    id: str
    purpose: str
    state: State
    format: Format
    as_of: datetime
    built_at: datetime
    built_by: str
    calendar: str
    high_water: int
    expires_at: datetime
    sums: Sums
    recalled_items: int
    recalled_at: datetime | None
    recalls: tuple[RecallView, ...] = ()
    runs: tuple[RunView, ...] = ()
    unfit: Unfit | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class RecallView:
    """That something happened after a version was built which takes items out of it."""

    version: str
    event: int
    reason: str
    happened_at: datetime
    recalled_at: datetime
    items: int


@dataclass(frozen=True, slots=True)
class RunView:
    """One training run and the versions that it uses."""

    id: str
    name: str
    registered_at: datetime
    registered_by: str
    finished_at: datetime | None
    versions: tuple[str, ...]
    recalled_since: tuple[str, ...]
    """Those of its versions that were recalled after it was registered: it may finish, and its model is not
    unlearned (R-DATA-026)."""


@dataclass(frozen=True, slots=True)
class Membership:
    """That a version holds turns of somebody."""

    version: str
    purpose: str
    built_at: datetime
    expires_at: datetime
    items: int
    recalled: int
