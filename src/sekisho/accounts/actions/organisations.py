"""Writes about organisations as a whole."""

from __future__ import annotations

from django.db import transaction

from sekisho.accounts.actions.checks import allowed, lock, named, own_role, tell
from sekisho.accounts.actions.people import person_at
from sekisho.accounts.models import Membership, Organisation
from sekisho.accounts.rules import CONSUMER_PLANS, Permission
from sekisho.accounts.types import Plan, Role, Viewer
from sekisho.audit.actions import record
from sekisho.base.errors import SekishoError
from sekisho.base.text import DEFAULT_LANG, Lang, Text


@transaction.atomic
def create_organisation(
    actor: Viewer, name: str, plan: Plan, *, owner_email: str, language: Lang = DEFAULT_LANG
) -> str:
    """Make an organisation with its primary owner, and return its id.

    The owner need not have an account yet.
    """
    allowed(actor, Permission.STAFF_ORGANISATION_CREATE)
    made = Organisation.objects.create(name=named(name), plan=plan, language=language)
    owner = person_at(owner_email, language)
    Membership.objects.create(organisation=made, person=owner, role=Role.PRIMARY_OWNER)
    record(actor.id, "organisation.created", made.id, plan=plan, primary_owner=owner.id)
    tell(made.id)
    return made.id


@transaction.atomic
def change_plan(actor: Viewer, organisation_id: str, plan: Plan) -> None:
    """Put the account on another plan under the same terms; turns keep the plan under which they were received
    (R-DATA-003, R-DATA-115).

    Nobody becomes an organisation by changing a plan, nor the reverse (R-DATA-114): raises `SekishoError`
    (`other_terms`), which says how it is done.
    """
    allowed(actor, Permission.STAFF_ORGANISATION_CREATE)
    lock(organisation_id)
    row = Organisation.objects.get(id=organisation_id)
    if (plan in CONSUMER_PLANS) is not (Plan(row.plan) in CONSUMER_PLANS):
        raise SekishoError("other_terms", _OTHER_TERMS)
    Organisation.objects.filter(id=organisation_id).update(plan=plan.value)
    record(actor.id, "organisation.plan_changed", organisation_id, before=row.plan, plan=plan)
    tell(organisation_id)


@transaction.atomic
def set_zero_retention(actor: Viewer, organisation_id: str, on: bool) -> bool:
    """Set the flag by which gateways keep nothing of an organisation's turns, and return whether that changed it.

    What else follows is for `records.consent.actions.switch_zero_retention`, which calls this: call that.
    """
    own_role(actor, Permission.ORG_DATA_CHANGE, organisation_id)
    rows = Organisation.objects.filter(id=organisation_id, zero_retention=not on)
    if not rows.update(zero_retention=on):
        return False
    record(actor.id, "organisation.zero_retention", organisation_id, on=on)
    tell(organisation_id)
    return True


@transaction.atomic
def set_education(actor: Viewer, organisation_id: str, on: bool) -> None:
    """Note whether the organisation teaches: its people are then taken to be minors (R-DATA-008)."""
    allowed(actor, Permission.STAFF_ORGANISATION_CREATE)
    if Organisation.objects.filter(id=organisation_id, education=not on).update(education=on):
        record(actor.id, "organisation.education", organisation_id, on=on)
        tell(organisation_id)


_OTHER_TERMS = Text(
    "A personal account and an organisation are under different terms, so one does not turn into the other. Create the "
    "organisation, add the person to it, and let them move the conversations that they want to take along.",
    "個人のアカウントと組織では適用される規約が異なるため、プランの変更で切り替えることはできません。"
    "組織を新たに作成してその方を追加し、引き継ぎたい会話をご本人が移してください。",
)
