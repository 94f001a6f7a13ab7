"""The log of who read content: one way to write it, so that its subject can be shown it (R-DATA-238, R-DATA-250)."""

from __future__ import annotations

from collections.abc import Sequence

from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.records.types.purposes import Purpose

READ, READ_MANY = "content.read", "contents.read"
"""What the audit log calls a reading of one turn, and of many."""
REASON_CHARS = 300
"""A sentence of 200 characters, and the id of what it is for."""


def log_reading(
    viewer: Viewer,
    organisation: str,
    turns: Sequence[str],
    purpose: Purpose,
    reason: str,
    *,
    ticket: str = "",
    role: str = "",
) -> None:
    """Write down that the viewer reads these turns of one organisation, in the role they hold now. For rooms whose own
    rules say who may read; call it in the transaction that hands the content out.

    `reason` is ids and words, never content. Nothing is written for no turns.
    """
    if not turns:
        return
    facts = {"organisation": organisation, "purpose": purpose, "role": role or role_of(viewer)}
    facts |= {"reason": reason[:REASON_CHARS]} | ({"ticket": ticket} if ticket else {})
    if len(turns) == 1:
        record(viewer.id, READ, turns[0], **facts)
    else:
        record(viewer.id, READ_MANY, turns[0], turns=list(turns), **facts)


def role_of(viewer: Viewer) -> str:
    """Return in which roles somebody reads: what the subject is shown in place of a name."""
    return "system" if viewer.is_system else "+".join(sorted(viewer.staff)) or "member"
