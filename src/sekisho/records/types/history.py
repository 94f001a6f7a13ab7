"""What happened to an account, an organisation or a conversation, as far as it decides how long turns live and what
they may be used for. No Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What happened. The words are stored: they never change."""

    ALLOWED = "allowed"
    """The person behind a consumer account allows training (R-DATA-012)."""
    DENIED = "denied"
    """They do not, or no longer (R-DATA-109). Ends the consent epoch."""
    INCLUDED = "included"
    """They name a conversation of which earlier turns may be used too (R-DATA-016). Ends with the consent under which
    it was said."""
    PARTNER_JOINED = "partner_joined"
    """An administrator opted the organisation in to the Development Partner Program, or confirmed it anew
    (R-DATA-043, R-DATA-053)."""
    PARTNER_LEFT = "partner_left"
    MEMBER_TOLD = "member_told"
    """The member was notified that the organisation takes part (R-DATA-046)."""
    MEMBER_OBJECTED = "member_objected"
    """The member's own turns are not given, whatever the organisation says (R-DATA-047)."""
    OBJECTION_WITHDRAWN = "objection_withdrawn"
    MOVED = "moved"
    """A personal conversation was moved into an organisation (R-DATA-114)."""
    DELETED = "deleted"
    """A conversation, everything of an end user, of a member, or of an account (R-DATA-027, R-DATA-123)."""
    RETENTION_SET = "retention_set"
    """The organisation chose how many days turns live; `days` says so (R-DATA-116)."""
    ZERO_RETENTION_ON = "zero_retention_on"
    """From now on nothing is kept, and what was kept is destroyed (R-DATA-139)."""
    ZERO_RETENTION_OFF = "zero_retention_off"
    HOLD_PLACED = "hold_placed"
    """A legal hold; `hold` names it (R-DATA-117)."""
    HOLD_RELEASED = "hold_released"
    FLAGGED = "flagged"
    """The turn was found to violate the policy: never used for training, before or after review (R-DATA-032)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """To which turns something applies: each field that is not empty has to be the turn's own. All empty: every turn of
    the installation."""

    organisation: str = ""
    """A consumer account is an organisation with a consumer plan and one person."""
    member: str = ""
    end_user: str = ""
    conversation: str = ""
    turn: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. Events are ordered by `seq`; later ones never happened before earlier ones."""

    seq: int
    at: datetime
    kind: Kind
    scope: Scope = Scope()
    days: int | None = None
    """For `RETENTION_SET`."""
    hold: str = ""
    """Id of the legal hold, for `HOLD_PLACED` and `HOLD_RELEASED`."""
