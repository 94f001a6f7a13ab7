"""Registers that staff keep: trusted flaggers, domains of authorities, disputes before out-of-court bodies."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.compliance.actions.parts import allowed
from sekisho.compliance.models import Authority, Dispute, Flagger
from sekisho.compliance.words import refusal


def register_flagger(
    actor: Viewer, number: str, name: str, until: datetime | None = None, *, clock: Clock = system_clock
) -> None:
    """Register a trusted flagger under the number of its award. Raises `SekishoError` (`registered_already`)."""
    now = allowed(actor)
    row = Flagger(number=number.strip(), name=name.strip(), until=until, registered_by=now.id)
    row.registered_at = clock()
    _registered(row)
    record(now.id, "flagger.registered", row.number)


def register_authority(
    actor: Viewer, domain: str, name: str, country: str, *, clock: Clock = system_clock
) -> None:
    """Register a domain from which an authority writes. Raises `SekishoError` (`registered_already`)."""
    now = allowed(actor)
    row = Authority(domain=domain.strip().lower().lstrip("@"), name=name.strip(), country=country)
    row.registered_by, row.registered_at = now.id, clock()
    _registered(row)
    record(now.id, "authority.registered", row.domain)


@transaction.atomic
def begin_dispute(actor: Viewer, about: str, body: str, *, clock: Clock = system_clock) -> str:
    """Note that somebody took a decision to an out-of-court body, and return the dispute's id."""
    now = allowed(actor)
    row = Dispute.objects.create(about=about.strip(), body=body.strip(), begun_at=clock())
    record(now.id, "dispute.begun", row.id, about=row.about)
    return str(row.id)


@transaction.atomic
def end_dispute(
    actor: Viewer, dispute: str, outcome: str, *, implemented: bool, clock: Clock = system_clock
) -> None:
    """Note how a dispute ended: for whom, and whether its outcome was carried out. Raises `NotFoundError` for one that
    is none, or has ended."""
    now = allowed(actor)
    ended = {"outcome": outcome, "implemented": implemented, "ended_at": clock()}
    if not Dispute.objects.filter(id=dispute, ended_at=None).update(**ended):
        raise not_found("dispute_not_found")
    record(now.id, "dispute.ended", dispute, outcome=outcome, implemented=implemented)


def _registered(row: Flagger | Authority) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise refusal("registered_already") from None
