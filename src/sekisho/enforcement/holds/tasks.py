"""What the worker does for held answers by the clock."""

from __future__ import annotations

from sekisho.enforcement.holds import actions


def watch_deadlines() -> None:
    """Remind, escalate and expire what is due."""
    actions.tick()


def watch_licences() -> None:
    """Remind those whose registration ends soon."""
    actions.remind_of_licences()
