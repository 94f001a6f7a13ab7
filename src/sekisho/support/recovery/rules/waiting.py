"""How long things wait, so that whoever is concerned can stop them (R-SUP-093, R-SUP-095; R-DATA-231)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sekisho.support.recovery.types import Deed

OBJECTION = timedelta(hours=72)
"""How long known contacts have to object. Source: R-SUP-095, R-DATA-231."""
REGRET = timedelta(days=14)
"""How long an erasure that was asked for from outside can be taken back. Source: R-SUP-093."""
AFTER_CHANGE = timedelta(days=7)
"""How long after a change of address no copy is given out. Source: R-SUP-095."""


def begins_at(deed: Deed, at: datetime, changed_at: datetime | None = None) -> datetime:
    """Return from when a deed may be done that was asked for at `at`; `changed_at`: when the address on file was last
    changed by recovery. Ending a contract never waits (R-SUP-100)."""
    match deed:
        case Deed.DELETE:
            return at + REGRET
        case Deed.EXPORT:
            return max(at + OBJECTION, changed_at + AFTER_CHANGE) if changed_at else at + OBJECTION
        case Deed.CHANGE_ADDRESS:
            return at + OBJECTION
        case _:
            return at
