"""Whether somebody may appeal now. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from sekisho.enforcement.appeals.rules.window import Closed, window
from sekisho.enforcement.types import Allowed, Refused

MAX_CHARS = 10_000
"""Longest text of an appeal: some six pages. Our decision; attachments take the rest."""
A_DAY = 5
"""Most appeals against one matter in 24 hours, whoever writes them. Our decision: more is noise or an attack."""
DAY = timedelta(days=1)


def may_appeal(
    informed_at: datetime, at: datetime, *, own_open: bool, own_decided: bool, latest: int
) -> Allowed | Refused:
    """Return whether one more appeal against a matter may be made at the moment `at`.

    `own_open` and `own_decided`: whether the same person has one that waits, or was answered. `latest` counts those
    of everybody in the 24 hours before. Codes: `window_closed`, `appealed_already`, `answered_already`,
    `too_many_appeals`.
    """
    if isinstance(window(informed_at, at), Closed):
        return Refused("window_closed")
    if own_open:
        return Refused("appealed_already")
    if own_decided:
        return Refused("answered_already")
    return Refused("too_many_appeals") if latest >= A_DAY else Allowed()


def may_say(text: str) -> Allowed | Refused:
    """Return whether a text can be an appeal: any words will do, no legal ones are needed.

    Codes: `text_missing`, `text_too_long`.
    """
    if not text.strip():
        return Refused("text_missing")
    return Refused("text_too_long") if len(text) > MAX_CHARS else Allowed()
