"""Writes about how organisations protect minors (P-031)."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.db.models import Max

from sekisho.accounts.actions.checks import own_role, tell
from sekisho.accounts.models import ComplianceStatement, Organisation
from sekisho.accounts.queries import compliance_view
from sekisho.accounts.rules import Permission, unsaid
from sekisho.accounts.types import ComplianceView, Protection, Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text


@transaction.atomic
def state_compliance(
    actor: Viewer, organisation_id: str, protection: Protection, *, clock: Clock = system_clock
) -> ComplianceView:
    """State how the organisation protects minors, as a version of its own that holds for a year.

    Only then can a key be declared for minors, and only while it holds do gateways serve such keys. Raises
    `SekishoError` (`statement_incomplete`) when a question is left open, `NotAllowedError` and `NotFoundError`.
    """
    own_role(actor, Permission.ORG_USE_DECLARE, organisation_id)
    if open_questions := unsaid(protection):
        raise SekishoError("statement_incomplete", _INCOMPLETE, questions=list(open_questions))
    Organisation.objects.select_for_update().get(id=organisation_id)  # two at once would take one version
    rows = ComplianceStatement.objects.filter(organisation_id=organisation_id)
    last = rows.aggregate(last=Max("version"))["last"] or 0
    said = {name: words.strip() for name, words in asdict(protection).items()}
    row = ComplianceStatement.objects.create(
        organisation_id=organisation_id,
        version=last + 1,
        stated_by=actor.id,
        stated_at=clock(),
        **said,
    )
    record(actor.id, "compliance.stated", row.id, organisation=organisation_id, version=row.version)
    tell(organisation_id)
    return compliance_view(row)


_INCOMPLETE = Text(
    "Answer each of the four questions, in at most 2,000 characters each.",
    "四つの質問すべてに、それぞれ 2,000 文字以内でお答えください。",
)
