"""Having an appeal on the desk: one person at a time, for a while, and giving it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.enforcement.appeals import queries
from sekisho.enforcement.appeals.actions.parts import locked, noting_refusals, refusal
from sekisho.enforcement.appeals.models import Appeal
from sekisho.enforcement.appeals.rules.deciding import may_decide
from sekisho.enforcement.appeals.types import State
from sekisho.enforcement.types import Allowed, Refused

LEASE = timedelta(hours=2)
"""How long an appeal is left to who took it; taking it again prolongs it. Our decision: long enough to read, short
enough that one forgotten in the evening waits for nobody in the morning."""


@noting_refusals
@transaction.atomic
def take(actor: Viewer, appeal_id: str, clock: Clock = system_clock) -> None:
    """Take an appeal onto one's desk, for `LEASE`; whoever has it prolongs it so.

    Raises `SekishoError` with a code of `may_decide`, or `held_by_other`, `rests`, `decided_already`.
    """
    now, at, row = as_of_now(actor), clock(), locked(appeal_id)
    answer = may_decide(queries.hearing(row, at), now, queries.is_trained(now.id, at))
    if isinstance(answer, Refused):
        raise refusal(answer.code)
    free = Q(held_by="") | Q(held_by=now.id) | Q(held_until__lte=at)
    if not queries.waiting(at).filter(free, id=row.id).update(held_by=now.id, held_until=at + LEASE):
        raise refusal(_why_not(row, at))
    record(now.id, "appeal.taken", row.id, organisation=row.organisation)


def take_next(actor: Viewer, clock: Clock = system_clock) -> str:
    """Take the appeal with the next deadline that this person may decide, and return its id; empty when none waits."""
    now, at = as_of_now(actor), clock()
    is_trained = queries.is_trained(now.id, at)
    for row in queries.waiting(at).filter(Q(held_by="") | Q(held_until__lte=at)).iterator(50):
        if isinstance(may_decide(queries.hearing(row, at), now, is_trained), Allowed):
            take(actor, row.id, clock)
            return row.id
    return ""


@transaction.atomic
def give_back(actor: Viewer, appeal_id: str) -> None:
    """Put an appeal back into the queue. Raises `SekishoError` (`not_held`) for one that one does not have."""
    rows = Appeal.objects.filter(id=appeal_id, held_by=actor.id).exclude(state=State.DECIDED.value)
    if not rows.update(held_by="", held_until=None):
        raise refusal("not_held")
    record(actor.id, "appeal.given_back", appeal_id)


def _why_not(row: Appeal, at: datetime) -> str:
    return "rests" if row.rests_until and row.rests_until > at else "held_by_other"
