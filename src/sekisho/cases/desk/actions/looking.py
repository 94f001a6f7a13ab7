"""Looking at a case: others see that one does, and to see what is masked one says why."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.cases.actions.parts import for_staff, reasoned
from sekisho.cases.desk.models import Look, Unmasking
from sekisho.cases.desk.queries.cases import staff_row
from sekisho.cases.vault import key_of, shut_text

UNMASKED_FOR = timedelta(minutes=30)
"""How long one sees what was masked. As long as a case is held."""


def look(actor: Viewer, case_id: str, *, is_answering: bool = False, clock: Clock = system_clock) -> None:
    """Say that one has the case open. Raises `NotFoundError` for who is not staff of its queue."""
    row = staff_row(actor, case_id)
    facts = {"at": clock(), "is_answering": is_answering}
    Look.objects.update_or_create(case=row, person=actor.id, defaults=facts)


@transaction.atomic
def unmask(actor: Viewer, case_id: str, reason: str, *, clock: Clock = system_clock) -> datetime:
    """Let oneself see what leads to people in a case, for `UNMASKED_FOR`, and return until when. It is logged, with the
    reason, which is for the case's staff. Raises `SekishoError` (`reason_missing`)."""
    (now, row), at = for_staff(actor, case_id), clock()
    said, key = reasoned(reason), key_of(row.key)
    made = Unmasking(case=row, by=now.id, at=at, until=at + UNMASKED_FOR)
    made.reason = shut_text(key, row.id, f"unmasking {made.id}", said) if key else b""
    made.save(force_insert=True)
    record(
        now.id, "case.unmasked", row.id, unmasking=made.id, organisation=row.organisation, until=made.until
    )
    return made.until
