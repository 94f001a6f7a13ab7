"""From when somebody may have a copy. After their address was changed by recovery that is later: whoever has the new
one might be somebody else (R-SUP-095). Recovery knows, a floor above, and says here when it starts how it is found out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime


def _nobody(person: str) -> datetime | None:
    return None


_quiet_until: Callable[[str], datetime | None] = _nobody


def told_by(ask: Callable[[str], datetime | None]) -> None:
    """Take `ask` as what knows until when nobody is given a copy of a person's data; None for no such time."""
    global _quiet_until
    _quiet_until = ask


def not_before(person: str, at: datetime) -> datetime:
    """Return from when a person who asks at `at` may have a copy."""
    return max(at, _quiet_until(person) or at)
