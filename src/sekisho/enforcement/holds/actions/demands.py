"""What an organisation demands of the professionals who decide on its answers."""

from __future__ import annotations

from django.db import transaction

from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.errors import NotAllowedError
from sekisho.base.text import Text
from sekisho.enforcement.holds.actions.professionals import place
from sekisho.enforcement.holds.models import Demand


@transaction.atomic
def demand(actor: Viewer, organisation: str, jurisdiction: str) -> None:
    """Demand a licence of this place (ISO 3166, `JP` or `US-CA`) for answers that arrive from now on; empty for any.

    Raises `NotFoundError` for outsiders, `NotAllowedError` without the permission, `SekishoError`
    (`jurisdiction_unknown`) for what is no code of a place.
    """
    now = as_of_now(actor)
    if not may(now, Permission.ORG_DECISION_READ, organisation):
        raise not_found("organisation_not_found")
    if not may(now, Permission.ORG_USE_DECLARE, organisation):
        raise NotAllowedError("not_allowed", _NOT_ALLOWED, permission=Permission.ORG_USE_DECLARE)
    wanted = place(jurisdiction) if jurisdiction.strip() else ""
    Demand.objects.update_or_create(organisation=organisation, defaults={"jurisdiction": wanted})
    record(now.id, "hold.jurisdiction_demanded", organisation, jurisdiction=wanted)


_NOT_ALLOWED = Text(
    "Your role does not allow this. Ask an administrator of the organisation.",
    "現在の役割ではこの操作を行えません。組織の管理者にご相談ください。",
)
