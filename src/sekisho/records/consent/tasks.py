"""What consent does by itself: it ends where nobody may hold it any more."""

from __future__ import annotations

import logging

from sekisho.base.clock import Clock, system_clock
from sekisho.records.consent import actions, queries

log = logging.getLogger(__name__)


def on_access_changed(organisation_id: str, **_: object) -> None:
    """End the account's consent if nobody may hold it any more. A failure is logged: gateways are told the narrower
    truth all the same (`queries.consents_for_gateway`), and the duty below tries again."""
    try:
        actions.end_where_nobody_may_hold(organisation_id, system_clock())
    except Exception as problem:
        log.error("worker.failed", extra={"problem": type(problem).__name__})


def end_what_nobody_may_hold(clock: Clock = system_clock) -> int:
    """End every consent that nobody may hold any more, and return how many there were. A duty of the worker."""
    return sum(actions.end_where_nobody_may_hold(one, clock()) for one in queries.accounts_with_consent())
