"""Who has been trained to hear appeals of minors (R-SUP-127)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import as_of_now, not_found, viewer
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.errors import NotAllowedError
from sekisho.base.text import Text
from sekisho.enforcement.appeals.models import Training


@transaction.atomic
def train(actor: Viewer, person: str, valid_until: datetime) -> None:
    """Register that a person of the appeals desk has been trained for minors, until then. Again replaces the date.

    Raises `NotAllowedError` for who does not register qualifications, `NotFoundError` for nobody of the desk.
    """
    _allowed(actor)
    if not may(viewer(person), Permission.STAFF_APPEAL_DECIDE):
        raise not_found("person_not_found")
    Training.objects.update_or_create(
        person=person, defaults={"valid_until": valid_until, "registered_by": actor.id}
    )
    record(actor.id, "training.registered", person, valid_until=valid_until)


@transaction.atomic
def end_training(actor: Viewer, person: str) -> None:
    """Take the registration back."""
    _allowed(actor)
    if Training.objects.filter(person=person).delete()[0]:
        record(actor.id, "training.ended", person)


def _allowed(actor: Viewer) -> None:
    if not may(as_of_now(actor), Permission.STAFF_PROFESSIONAL_REGISTER):
        permission = Permission.STAFF_PROFESSIONAL_REGISTER
        raise NotAllowedError("not_allowed", _NOT_ALLOWED, permission=permission.value)


_NOT_ALLOWED = Text(
    "Only those who register qualifications register this training. Ask somebody who prepares policy.",
    "研修の登録は、資格を登録する担当者だけが行えます。ポリシーの担当者にご依頼ください。",
)
