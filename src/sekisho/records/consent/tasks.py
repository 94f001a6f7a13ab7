"""What consent does by itself: it ends where nobody may hold it any more, members are told, participation lapses, and
who has not chosen is told once."""

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
    """End every consent that nobody may hold any more, and return how many there were."""
    return sum(actions.end_where_nobody_may_hold(one, clock()) for one in queries.no_longer_held())


def look_after_partners(clock: Clock = system_clock) -> None:
    """End participations that lapsed, tell members who have joined since, note who has been told, remind owners."""
    at = clock()
    for participation, _ in queries.participations():
        if not actions.end_lapsed(participation, at):
            actions.leave_out_guests(participation, at)
            actions.begin_telling(participation, at)
            actions.note_told(participation, at)
    for participation, organisation, lapses_at, days in queries.reminders_due(at):
        actions.remind(participation, organisation, lapses_at, days, at)


def tell_undecided(clock: Clock = system_clock) -> int:
    """Tell everybody who had an account before the programme, and has not chosen by the deadline, once (R-DATA-019).
    Return how many they were."""
    at, waiting = clock(), queries.undecided(clock())
    for account, person in waiting:
        actions.tell_undecided(account, person, at)
    return len(waiting)
