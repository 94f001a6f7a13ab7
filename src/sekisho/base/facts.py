"""What a report counts: things with an id, said in a few words each. Every room tells of its own in `tallies.py`."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple


class Fact(NamedTuple):
    """One thing that happened."""

    id: str
    """By which staff find it."""
    values: tuple[str, ...]
    """What it is counted by, in the order that the report expects; short words, no names of people."""
    took: timedelta | None = None
    """How long somebody waited for it; None where nobody did, or still does."""
