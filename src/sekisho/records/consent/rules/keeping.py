"""What changing the days for which turns are kept does (R-DATA-116). Pure."""

from __future__ import annotations

from sekisho.records.consent.types import Step

SHORTEST_DAYS = 1
"""Below a day is zero retention, which is a switch of its own."""


def step(held: int, wanted: int) -> Step:
    """Return whether so many days are fewer, more, or the same."""
    if wanted == held:
        return Step.SAME
    return Step.SHORTER if wanted < held else Step.LONGER


def is_permitted(wanted: int, longest: int) -> bool:
    """Return whether so many days may be chosen where the installation permits `longest`."""
    return SHORTEST_DAYS <= wanted <= longest
