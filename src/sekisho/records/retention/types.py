"""Words of retention as plain values. No Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sekisho.base.inventory import How, Subject


class Result(StrEnum):
    """How a sweep ended (R-DATA-120)."""

    COMPLETE = "complete"
    """Right after it, nothing was past its deadline."""
    IN_PROGRESS = "in_progress"
    """It did its share; the rest comes with the next."""
    SKIPPED = "skipped"
    """It destroyed nothing; its reason says why."""


class Skipped(StrEnum):
    """Why a sweep destroys nothing."""

    CLOCK_JUMPED = "clock_jumped"
    """The machine's clock went forward further than it may between two sweeps (R-DATA-119)."""
    RESTORED = "restored"
    """The database is older than what was destroyed: that is replayed first (R-DATA-254)."""
    DRY_RUN = "dry_run"


@dataclass(frozen=True, slots=True)
class Go:
    """The time is believed."""

    at: datetime
    """The moment by which is judged what is due."""


@dataclass(frozen=True, slots=True)
class Halt:
    """The time is not believed until a person confirms it."""

    seen: datetime
    since: datetime
    """The last sweep that was good."""


class ErasureState(StrEnum):
    """Where an erasure stands. Never `done` before every table was counted and found empty (R-DATA-237)."""

    IN_PROGRESS = "in_progress"
    HELD = "held"
    """A legal hold needs some of it: what is not under it was destroyed, the rest follows its release."""
    DONE = "done"


class StepState(StrEnum):
    WAITING = "waiting"
    FAILED = "failed"
    """Tried again with the next round; `problem` says what stood in the way."""
    REMAINS = "remains"
    """All is erased but rows that stay for now, for the reason given; they are looked at again every day."""
    DONE = "done"


class HoldState(StrEnum):
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    OVERDUE = "overdue"
    """In force, and nobody has reviewed it in time. It is shown loudly, and not dropped."""
    RELEASED = "released"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SweepView:
    """One sweep as the page and the command tell of it."""

    id: str
    began_at: datetime
    ended_at: datetime | None
    result: str
    reason: str
    conversations: int
    turns: int
    keys: int
    """Keys of whole conversations that were destroyed."""
    cut: int
    """Keys from which single turns were cut, while the rest of the conversation lives on."""
    rows: int
    partitions: int
    past_due: int
    """What was past its deadline right after it, and under no hold."""
    pinned: int
    """What was past its deadline and waits under legal holds."""


@dataclass(frozen=True, slots=True)
class Health:
    """How destruction stands."""

    at: datetime
    past_due: int
    oldest_due: datetime | None
    pinned: int
    rows_waiting: int
    """Conversations whose keys are destroyed and whose rows have not gone yet."""
    rows_late: int
    """Those of them that have waited longer than the calendar allows (R-DATA-113)."""
    good_at: datetime | None
    """When the last sweep ended that left nothing."""
    halted_at: datetime | None
    seen_at: datetime | None
    """What the clock said when destruction was halted."""
    behind: int
    """Tombstones that the databases do not know: more than none after a restore."""


@dataclass(frozen=True, slots=True)
class TablePreview:
    """What erasing would do to one table."""

    table: str
    how: How
    rows: int
    stays: int
    """Rows that stay, for `reason`."""
    reason: str
    says: str
    """What the inventory says of it, in a sentence."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a deletion or erasure would destroy, before anything is destroyed."""

    subject: Subject
    conversations: int
    turns: int
    """Turns with content."""
    held: tuple[str, ...]
    """Legal holds that keep it from being destroyed for now."""
    tables: tuple[TablePreview, ...]
    content_backups_until: datetime
    key_backups_until: datetime


@dataclass(frozen=True, slots=True)
class StepView:
    table: str
    how: str
    state: str
    found: int
    kept: int
    reason: str
    problem: str
    tries: int
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class ErasureView:
    """One erasure and how far it has come."""

    id: str
    holder: str
    subject: str
    """Whom it is about, as the log names them: an id or a pseudonym."""
    organisation: str
    asked_at: datetime
    asked_by: str
    reason: str
    state: ErasureState
    held_by: tuple[str, ...]
    keys: int
    receipt: str
    done_at: datetime | None
    steps: tuple[StepView, ...]

    @property
    def failed(self) -> tuple[StepView, ...]:
        return tuple(step for step in self.steps if step.state == StepState.FAILED)


@dataclass(frozen=True, slots=True)
class HoldView:
    """One legal hold."""

    id: str
    state: HoldState
    organisation: str
    member: str
    end_user: str
    conversation: str
    reason: str
    tells_subject: bool
    why_silent: str
    """The law that forbids telling the subject; empty where they are told."""
    proposed_by: str
    proposed_at: datetime
    approved_by: str
    approved_at: datetime | None
    review_by: datetime | None
    released_by: str
    released_at: datetime | None
    release_reason: str
    pinned: int
    """Turns past their deadline that it keeps."""
