"""Writes about who belongs to an organisation, and as what. Whom it concerns is told in the same transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.actions.checks import allowed, lock, own_role, refusal, tell
from sekisho.accounts.actions.keys import revoke_made_by
from sekisho.accounts.actions.people import person_at
from sekisho.accounts.events import membership_changed
from sekisho.accounts.models import Membership, Organisation
from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.rules import CONSUMER_PLANS, Permission, Refused, has_arrived, role_change
from sekisho.accounts.types import Belonging, MemberChange, Plan, Role, Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.text import DEFAULT_LANG, Text


@transaction.atomic
def add_member(
    actor: Viewer,
    organisation_id: str,
    email: str,
    role: Role = Role.MEMBER,
    *,
    is_guest: bool = False,
    clock: Clock = system_clock,
) -> str:
    """Make the person at `email` a member and return their id. Without an account, one is made to which they
    sign in by e-mail code. Reads the same whether the address had an account or not; who is a member stays as they are.

    `is_guest`: a guest or contractor, for whom the organisation does not decide about training (R-DATA-048).
    Raises `SekishoError` (`one_person`): nobody but the operator adds anybody to a personal account.
    """
    lock(organisation_id)
    own = own_role(actor, Permission.ORG_MEMBER_ADD, organisation_id)
    _changeable(own, None, role, organisation_id)
    if not actor.is_system and Plan(Organisation.objects.get(id=organisation_id).plan) in CONSUMER_PLANS:
        raise SekishoError("one_person", _ONE_PERSON)
    member, at = person_at(email, DEFAULT_LANG), clock()
    _, is_new = Membership.objects.get_or_create(
        organisation_id=organisation_id,
        person=member,
        defaults={"role": role, "is_guest": is_guest, "joined_at": at},
    )
    if is_new:
        record(actor.id, "member.added", member.id, organisation=organisation_id, role=role, guest=is_guest)
        _say(Belonging.ADDED, organisation_id, member.id, role, at)
        tell(organisation_id)
    return member.id


@transaction.atomic
def change_role(
    actor: Viewer, organisation_id: str, person_id: str, role: Role, *, clock: Clock = system_clock
) -> None:
    """Give the member another role; the same again changes nothing. Raises `NotAllowedError` with the rule's code when
    it may not be."""
    lock(organisation_id)
    own = own_role(actor, Permission.ORG_MEMBER_CHANGE, organisation_id)
    membership = _membership(organisation_id, person_id)
    _changeable(own, Role(membership.role), role, organisation_id)
    if membership.role == role:
        return
    membership.role = role
    membership.save(update_fields=["role"])
    record(actor.id, "member.role_changed", person_id, organisation=organisation_id, role=role)
    _say(Belonging.ROLE_CHANGED, organisation_id, person_id, role, clock())


@transaction.atomic
def remove_member(
    actor: Viewer,
    organisation_id: str,
    person_id: str,
    *,
    with_keys: bool = False,
    clock: Clock = system_clock,
) -> int:
    """End the membership, and return how many keys were revoked with it.

    Keys that the person made stay, as they are the organisation's, unless `with_keys`: then they are revoked in the
    same moment.
    """
    lock(organisation_id)
    own = own_role(actor, Permission.ORG_MEMBER_CHANGE, organisation_id)
    membership, at = _membership(organisation_id, person_id), clock()
    _changeable(own, Role(membership.role), None, organisation_id)
    revoked = 0
    if with_keys:
        allowed(actor, Permission.ORG_KEY_REVOKE, organisation_id)
        revoked = revoke_made_by(person_id, by=actor.id, at=at, organisation_id=organisation_id)
    _end(membership, actor.id, at)
    return revoked


@transaction.atomic
def leave(actor: Viewer, organisation_id: str, *, clock: Clock = system_clock) -> None:
    """End one's own membership, in any role but that of the primary owner. Raises `NotAllowedError` with the rule's
    code, and `NotFoundError` for who does not belong to it."""
    lock(organisation_id)
    membership = _membership(organisation_id, as_of_now(actor).id)
    held = Role(membership.role)
    _changeable(held, held, None, organisation_id)
    _end(membership, actor.id, clock())


@transaction.atomic
def transfer_ownership(
    actor: Viewer, organisation_id: str, person_id: str, *, clock: Clock = system_clock
) -> None:
    """Make the member primary owner, and who was it an owner; again it changes nothing.

    The new one must be a member already, and have signed in since: raises `SekishoError` (`successor_absent`), as
    ownership that nobody can take up is lost. An operator who has looked into it goes past that.
    """
    lock(organisation_id)
    own_role(actor, Permission.ORG_OWNERSHIP_TRANSFER, organisation_id)
    successor, at = _membership(organisation_id, person_id), clock()
    if successor.role == Role.PRIMARY_OWNER:
        return
    if not (actor.is_system or _can_take_over(successor)):
        raise SekishoError("successor_absent", _ABSENT)
    before = Membership.objects.filter(organisation_id=organisation_id, role=Role.PRIMARY_OWNER).first()
    if before is not None:
        _hold(before, Role.OWNER)
        _say(Belonging.HANDED_OVER, organisation_id, before.person_id, Role.OWNER, at)
    _hold(successor, Role.PRIMARY_OWNER)
    record(actor.id, "organisation.transferred", organisation_id, primary_owner=person_id)
    _say(Belonging.TOOK_OVER, organisation_id, person_id, Role.PRIMARY_OWNER, at)


# --- parts --------------------------------------------------------------------------------------------------
def _changeable(own: Role, held: Role | None, wanted: Role | None, organisation_id: str) -> None:
    owners = Membership.objects.filter(
        organisation_id=organisation_id, role__in=[Role.OWNER, Role.PRIMARY_OWNER]
    ).count()
    match role_change(own, held, wanted, owners):
        case Refused(code):
            raise refusal(Permission.ORG_MEMBER_CHANGE, code)


def _membership(organisation_id: str, person_id: str) -> Membership:
    rows = Membership.objects.filter(organisation_id=organisation_id, person_id=person_id)
    found = rows.select_related("person").first()
    if found is None:
        raise not_found("person_not_found")
    return found


def _end(membership: Membership, by: str, at: datetime) -> None:
    organisation, person = membership.organisation_id, membership.person_id
    what = Belonging.LEFT if by == person else Belonging.REMOVED
    membership.delete()
    record(by, f"member.{what}", person, organisation=organisation)
    _say(what, organisation, person, Role(membership.role), at)
    tell(organisation)


def _hold(membership: Membership, role: Role) -> None:
    membership.role = role
    membership.save(update_fields=["role"])


def _can_take_over(membership: Membership) -> bool:
    person = membership.person
    return person.is_active and has_arrived(membership.joined_at, person.last_login)


def _say(what: Belonging, organisation_id: str, person_id: str, role: Role, at: datetime) -> None:
    change = MemberChange(what, organisation_id, person_id, role, at)
    membership_changed.send(sender=Membership, change=change)


_ONE_PERSON = Text(
    "A personal account is for one person. To work together, ask the operator for an organisation.",
    "個人のアカウントをお使いになれるのはお一人です。複数人でお使いになる場合は、組織の作成を運営者にご依頼ください。",
)
_ABSENT = Text(
    "This member has not signed in since they were added. Ask them to sign in once, then hand over.",
    "この方は、追加されてからまだサインインしていません。一度サインインしていただいてから引き継いでください。",
)
