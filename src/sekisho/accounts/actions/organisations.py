"""Writes about organisations and who belongs to them."""

from __future__ import annotations

from django.db import transaction

from sekisho.accounts.actions.checks import allowed, named, own_role, refusal, tell
from sekisho.accounts.actions.people import person_at
from sekisho.accounts.models import Membership, Organisation
from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import CONSUMER_PLANS, Permission, Refused, role_change
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
def add_member(
    actor: Viewer, organisation_id: str, email: str, role: Role = Role.MEMBER, *, is_guest: bool = False
) -> str:
    """Make the person at `email` a member and return their id. Without an account, one is made to which they
    sign in by e-mail code. Reads the same whether the address had an account or not.

    `is_guest`: a guest or contractor, for whom the organisation does not decide about training (R-DATA-048).
    """
    own = own_role(actor, Permission.ORG_MEMBER_ADD, organisation_id)
    _lock(organisation_id)
    _changeable(own, None, role, organisation_id)
    member = person_at(email, DEFAULT_LANG)
    _, is_new = Membership.objects.get_or_create(
        organisation_id=organisation_id, person=member, defaults={"role": role, "is_guest": is_guest}
    )
    if is_new:
        record(actor.id, "member.added", member.id, organisation=organisation_id, role=role, guest=is_guest)
        tell(organisation_id)
    return member.id


@transaction.atomic
def change_role(actor: Viewer, organisation_id: str, person_id: str, role: Role) -> None:
    """Give the member another role. Raises `NotAllowedError` with the rule's code when it may not be."""
    own = own_role(actor, Permission.ORG_MEMBER_CHANGE, organisation_id)
    _lock(organisation_id)
    membership = _membership(organisation_id, person_id)
    _changeable(own, Role(membership.role), role, organisation_id)
    membership.role = role
    membership.save(update_fields=["role"])
    record(actor.id, "member.role_changed", person_id, organisation=organisation_id, role=role)


@transaction.atomic
def remove_member(actor: Viewer, organisation_id: str, person_id: str) -> None:
    """End the membership. Keys that the person made stay: they are the organisation's."""
    own = own_role(actor, Permission.ORG_MEMBER_CHANGE, organisation_id)
    _lock(organisation_id)
    membership = _membership(organisation_id, person_id)
    _changeable(own, Role(membership.role), None, organisation_id)
    membership.delete()
    record(actor.id, "member.removed", person_id, organisation=organisation_id)
    tell(organisation_id)


@transaction.atomic
def change_plan(actor: Viewer, organisation_id: str, plan: Plan) -> None:
    """Put the account on another plan under the same terms; turns keep the plan under which they were received
    (R-DATA-003, R-DATA-115).

    Nobody becomes an organisation by changing a plan, nor the reverse (R-DATA-114): raises `SekishoError`
    (`other_terms`), which says how it is done.
    """
    allowed(actor, Permission.STAFF_ORGANISATION_CREATE)
    _lock(organisation_id)
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


@transaction.atomic
def transfer_ownership(actor: Viewer, organisation_id: str, person_id: str) -> None:
    """Make the member primary owner, and who was it an owner. The new one must be a member already."""
    own_role(actor, Permission.ORG_OWNERSHIP_TRANSFER, organisation_id)
    _lock(organisation_id)
    membership = _membership(organisation_id, person_id)
    all_of_it = Membership.objects.filter(organisation_id=organisation_id)
    all_of_it.filter(role=Role.PRIMARY_OWNER).update(role=Role.OWNER)
    all_of_it.filter(id=membership.id).update(role=Role.PRIMARY_OWNER)
    record(actor.id, "organisation.transferred", organisation_id, primary_owner=person_id)


def _lock(organisation_id: str) -> None:
    """Let changes of roles in one organisation happen one after the other: they count owners, then write."""
    Organisation.objects.select_for_update().get(id=organisation_id)


def _changeable(own: Role, held: Role | None, wanted: Role | None, organisation_id: str) -> None:
    owners = Membership.objects.filter(
        organisation_id=organisation_id, role__in=[Role.OWNER, Role.PRIMARY_OWNER]
    ).count()
    match role_change(own, held, wanted, owners):
        case Refused(code):
            raise refusal(Permission.ORG_MEMBER_CHANGE, code)


def _membership(organisation_id: str, person_id: str) -> Membership:
    found = Membership.objects.filter(organisation_id=organisation_id, person_id=person_id).first()
    if found is None:
        raise not_found("person_not_found")
    return found


_OTHER_TERMS = Text(
    "A personal account and an organisation are under different terms, so one does not turn into the other. Create the "
    "organisation, add the person to it, and let them move the conversations that they want to take along.",
    "個人のアカウントと組織では適用される規約が異なるため、プランの変更で切り替えることはできません。"
    "組織を新たに作成してその方を追加し、引き継ぎたい会話をご本人が移してください。",
)
