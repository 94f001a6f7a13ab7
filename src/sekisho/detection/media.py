"""What no detector reads is said to be unread, never passed as clean."""

from __future__ import annotations

from collections.abc import Iterable

from sekisho.detection.types import EVERY_CLAUSE, Finding, Outcome

NAME = "media"


def unscreened(kinds: Iterable[str]) -> tuple[Finding, ...]:
    """Return a finding for each kind of media (`image`, `audio`, `document`, …) that went by unread."""
    return tuple(
        Finding(EVERY_CLAUSE, NAME, Outcome.UNSURE, 0.0, f"unscreened:{kind}") for kind in sorted(set(kinds))
    )
