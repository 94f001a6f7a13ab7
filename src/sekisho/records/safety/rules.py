"""How little is kept of what was blocked, for how long, and who may let it be read. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from sekisho.records.redaction import redact
from sekisho.records.safety.types import Access, MayApprove, MayNotApprove, State
from sekisho.records.types import Calendar

AROUND = 160
"""Characters before and after the place that the detector named: enough to see how it was meant. Our decision."""
MOST = 1_000
"""Characters of a copy at most, also of a place that is longer, and where no place was named (R-DATA-240)."""
OPEN_FOR = timedelta(hours=24)
"""How long an approved request opens the text. Our decision: a working day, and no standing access."""


def excerpt(text: str, span: tuple[int, int] | None) -> str:
    """Return the least of a text that shows why it was blocked, secrets redacted; a bound, never the conversation."""
    start, end = span if span and 0 <= span[0] < span[1] <= len(text) else (0, 0)
    if end:
        start, end = max(0, start - AROUND), min(len(text), end + AROUND)
    else:
        end = len(text)
    return redact(text[start : min(end, start + MOST)]).text[: 2 * MOST]


def kept_until(state: State, received_at: datetime, calendar: Calendar) -> datetime:
    """Return when a copy is destroyed, counted from the turn's receipt: confirming never gives it more than that."""
    days = calendar.safety_confirmed if state is State.CONFIRMED else calendar.safety_unconfirmed
    return received_at + days


def access(approved_by: str, open_until: datetime | None, at: datetime) -> Access:
    if not approved_by or open_until is None:
        return Access.WAITING
    return Access.OPEN if at < open_until else Access.ENDED


def may_approve(asked_by: str, approver: str, now: Access) -> MayApprove | MayNotApprove:
    """Return whether somebody may let another read: two people, never one (R-DATA-243)."""
    if asked_by == approver:
        return MayNotApprove("own_request")
    return MayApprove() if now is Access.WAITING else MayNotApprove("not_waiting")
