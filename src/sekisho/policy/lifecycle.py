"""Where a version stands at a moment (P-003, P-004). Three things are written: approval, withdrawal, shadow.

    draft ──approved──▶ scheduled ──effective_at──▶ in force ──the next one's effective_at──▶ archived
      ▲                     └──────── rolled back ──────┴──▶ withdrawn
      └──▶ shadow: judged by, never acted on

Everything else follows from the clock, so no job has to run for a version to take effect.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    """Proposed. Judges nothing, and only staff see it."""
    SHADOW = "shadow"
    """A draft by which gateways judge too, recording what it would decide, and on which nothing acts."""
    SCHEDULED = "scheduled"
    """Approved, and not in force yet."""
    IN_FORCE = "in_force"
    ARCHIVED = "archived"
    """Was in force until the next one took its place; stays readable for ever."""
    WITHDRAWN = "withdrawn"
    """Rolled back. Stays readable, because decisions cite it."""


@dataclass(frozen=True, slots=True)
class Dates:
    """What is known of one version."""

    label: str
    """`name@version`"""
    effective_at: datetime
    activated_at: datetime | None
    """When a second person approved it; None for a draft."""
    withdrawn_at: datetime | None = None
    shadow_since: datetime | None = None

    def stands_at(self, at: datetime) -> bool:
        """Return whether it is approved and not withdrawn at the moment `at`, in force or to come."""
        return self.activated_at is not None and (self.withdrawn_at is None or at < self.withdrawn_at)


def in_force(versions: Iterable[Dates], at: datetime) -> Dates | None:
    """Return the version in force at the moment `at`, its first instant included; None before the first."""
    begun = (one for one in versions if one.stands_at(at) and one.effective_at <= at)
    return max(begun, key=lambda one: (one.effective_at, one.label), default=None)


def state_of(version: Dates, versions: Iterable[Dates], at: datetime) -> State:
    """Return where `version` stands among all `versions` at the moment `at`."""
    if version.activated_at is None:
        return State.SHADOW if version.shadow_since else State.DRAFT
    if not version.stands_at(at):
        return State.WITHDRAWN
    if version.effective_at > at:
        return State.SCHEDULED
    return State.IN_FORCE if in_force(versions, at) == version else State.ARCHIVED
