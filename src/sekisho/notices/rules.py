"""When a mail that did not go out is tried again, and when it is given up. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from sekisho.notices.types import GivenUp, Later

FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=6)
MAX_TRIES = 25
"""After these a mail is given up: with the rests between them, more than four days have passed.

Source: RFC 5321, section 4.5.4.1: the time until giving up is at least 4 to 5 days."""

LEASE = timedelta(minutes=10)
"""How long one mail is left to the worker that took it. Longer than a mail server can keep it waiting: five steps of
`base.mail.TIMEOUT_S` seconds each."""


def after_failure(tries: int, at: datetime, *, for_good: bool = False) -> Later | GivenUp:
    """Return what follows when a mail could not be handed over, `tries` times by now.

    `for_good`: the server says that there is no such address, and is not to be asked again (RFC 5321, section 4.2.1).
    """
    if for_good:
        return GivenUp("refused")
    if tries >= MAX_TRIES:
        return GivenUp("tried_too_often")
    return Later(at + rest_after(tries))


def rest_after(tries: int) -> timedelta:
    """Return how long to wait after the failure number `tries`, from 1: doubling from a minute up to six hours."""
    return min(FIRST_REST * (1 << min(tries - 1, 16)), LONGEST_REST)
