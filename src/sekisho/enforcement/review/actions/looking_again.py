"""Opening a report again, when an appeal has found that it should not have been left at that (DSA art. 20(4))."""

from __future__ import annotations

from django.db import transaction

from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.enforcement.review.models import Case
from sekisho.enforcement.review.rules.intake import due
from sekisho.enforcement.review.types import Gravity, State


@transaction.atomic
def look_again(actor: Viewer, case_id: str, because: str, clock: Clock = system_clock) -> None:
    """Let a closed case wait once more, with a deadline of its own, for somebody who has not answered it yet.

    The first answer stays and is not shown to them. Only for people who hear appeals; `because` is the appeal's id.
    Raises `NotFoundError` for everybody else, for automation, and for a case that is not closed.
    """
    now, at = as_of_now(actor), clock()
    row = Case.objects.filter(id=case_id).exclude(closed_at=None).first()
    if row is None or now.is_system or not may(now, Permission.STAFF_APPEAL_DECIDE):
        raise not_found("case_not_found")
    opened = {"closed_at": None, "state": State.SECOND.value, "outcome": "", "note": ""}
    Case.objects.filter(id=row.id).exclude(closed_at=None).update(due=due(Gravity(row.gravity), at), **opened)
    record(now.id, "case.opened_again", row.id, appeal=because)
