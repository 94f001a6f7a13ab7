"""Having a case on one's desk: one person at a time, for a while, and giving it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.cases.actions.parts import for_staff
from sekisho.cases.desk.words import refusal
from sekisho.cases.models import Case
from sekisho.cases.queries.queue import EVERYTHING, queue
from sekisho.cases.rules.states import SETTLED
from sekisho.cases.types import State

LEASE = timedelta(minutes=30)
"""How long a case is left to who took it; taking it again, or answering, prolongs it. Our decision: long enough for one
answer, short enough that one forgotten in the evening waits for nobody."""


@transaction.atomic
def take(actor: Viewer, case_id: str, *, clock: Clock = system_clock) -> None:
    """Take a case onto one's desk, for `LEASE`. Raises `NotFoundError`, and `SekishoError`: `held_by_other`,
    `is_settled`."""
    (now, row), at = for_staff(actor, case_id), clock()
    if State(row.state) in SETTLED:
        raise refusal("is_settled")
    taken(now, row, at)
    record(now.id, "case.taken", row.id, organisation=row.organisation)


def taken(actor: Viewer, row: Case, at: datetime) -> None:
    """Give the case to who asks, by compare-and-set: of two at once one is told that the other has it."""
    free = Q(held_by="") | Q(held_by=actor.id) | Q(held_until__lte=at)
    if not Case.objects.filter(free, id=row.id).update(held_by=actor.id, held_until=at + LEASE):
        raise refusal("held_by_other")
    row.held_by, row.held_until = actor.id, at + LEASE


def take_next(actor: Viewer, *, clock: Clock = system_clock) -> str:
    """Take what is to be worked next and nobody has, and return its id; empty when nothing waits."""
    now, at, after = as_of_now(actor), clock(), ""
    while True:
        page = queue(now, EVERYTHING, after=after)
        for one in page.cases:
            if one.held_by in ("", now.id) or (one.held_until and one.held_until <= at):
                take(now, one.id, clock=clock)
                return one.id
        if not (after := page.next):
            return ""


@transaction.atomic
def give_back(actor: Viewer, case_id: str) -> None:
    """Put a case back into the queue. Raises `SekishoError` (`not_held`) for one that one does not have."""
    now = as_of_now(actor)
    if (
        not Case.objects.filter(id=case_id, held_by=now.id)
        .exclude(held_by="")
        .update(held_by="", held_until=None)
    ):
        raise refusal("not_held")
    record(now.id, "case.given_back", case_id)
