"""Writes about people, organisations and keys: check, write, audit, and tell the rest once it is durable."""

from __future__ import annotations

import re
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from sekisho.accounts import keys as key_shape
from sekisho.accounts.events import access_changed
from sekisho.accounts.models import ApiKey, Membership, Organisation, Person, StaffAppointment
from sekisho.accounts.queries import as_of_now, key_view, not_found
from sekisho.accounts.rules import Permission, Refused, may, role_change
from sekisho.accounts.types import (
    KeyDeclaration,
    KeyView,
    NewKey,
    Plan,
    Role,
    Scope,
    StaffRole,
    UseCase,
    Viewer,
)
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import DEFAULT_LANG, Lang, Text

ALL_SCOPES = frozenset(Scope)
DOMAIN = re.compile(r"[a-z][a-z0-9_]{0,39}")


# --- organisations and people -------------------------------------------------------------------------------
@transaction.atomic
def create_organisation(
    actor: Viewer, name: str, plan: Plan, *, owner_email: str, language: Lang = DEFAULT_LANG
) -> str:
    """Make an organisation with its primary owner, and return its id.

    The owner need not have an account yet.
    """
    _allowed(actor, Permission.STAFF_ORGANISATION_CREATE)
    made = Organisation.objects.create(name=_named(name), plan=plan, language=language)
    owner = _person_at(owner_email, language)
    Membership.objects.create(organisation=made, person=owner, role=Role.PRIMARY_OWNER)
    record(actor.id, "organisation.created", made.id, plan=plan, primary_owner=owner.id)
    _tell(made.id)
    return made.id


@transaction.atomic
def create_person(
    actor: Viewer, email: str, password: str | None = None, *, name: str = "", language: Lang = DEFAULT_LANG
) -> str:
    """Make a person whose address counts as proven, and return their id. For who sets the installation up.

    Raises `SekishoError` (`person_exists`) when the address is taken.
    """
    _allowed(actor, Permission.STAFF_ROLE_GRANT)
    if Person.objects.filter(email=email.strip().lower()).exists():
        raise SekishoError(
            "person_exists",
            Text(
                "An account with this e-mail address exists already. Use it, or choose another address.",
                "このメールアドレスのアカウントはすでにあります。そのままお使いになるか、別のアドレスを指定してください。",
            ),
        )
    made = Person.objects.create_user(email, password, name=name, language=language)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    record(actor.id, "person.created", made.id)
    return made.id


@transaction.atomic
def set_password(actor: Viewer, person_id: str, password: str) -> None:
    """Give the person a new password. For the command line: people change their own under their account."""
    _allowed(actor, Permission.STAFF_ROLE_GRANT)
    made = Person.objects.filter(id=person_id).first()
    if made is None:
        raise not_found("person_not_found")
    made.set_password(password)
    made.save(update_fields=["password"])
    record(actor.id, "person.password_set", person_id)


@transaction.atomic
def grant_staff_role(actor: Viewer, person_id: str, role: StaffRole) -> None:
    """Appoint the person. Doing it twice changes nothing."""
    _allowed(actor, Permission.STAFF_ROLE_GRANT)
    if not Person.objects.filter(id=person_id).exists():
        raise not_found("person_not_found")
    _, is_new = StaffAppointment.objects.get_or_create(person_id=person_id, role=role)
    if is_new:
        record(actor.id, "staff_role.granted", person_id, role=role)


@transaction.atomic
def withdraw_staff_role(actor: Viewer, person_id: str, role: StaffRole) -> None:
    """End the appointment. Doing it twice changes nothing; the last operator stays."""
    _allowed(actor, Permission.STAFF_ROLE_GRANT)
    holders = StaffAppointment.objects.select_for_update().filter(role=role)
    if role is StaffRole.OPERATOR and set(holders.values_list("person_id", flat=True)) == {person_id}:
        raise SekishoError(
            "last_operator",
            Text(
                "This is the last operator. Appoint another one first.",
                "この方は最後の運用担当者です。先に別の方を任命してください。",
            ),
        )
    gone, _ = StaffAppointment.objects.filter(person_id=person_id, role=role).delete()
    if gone:
        record(actor.id, "staff_role.withdrawn", person_id, role=role)


@transaction.atomic
def add_member(actor: Viewer, organisation_id: str, email: str, role: Role = Role.MEMBER) -> str:
    """Make the person at `email` a member and return their id. Without an account, one is made to which they
    sign in by e-mail code. Reads the same whether the address had an account or not.
    """
    own = _own_role(actor, Permission.ORG_MEMBER_ADD, organisation_id)
    _lock(organisation_id)
    _changeable(own, None, role, organisation_id)
    member = _person_at(email, DEFAULT_LANG)
    _, is_new = Membership.objects.get_or_create(
        organisation_id=organisation_id, person=member, defaults={"role": role}
    )
    if is_new:
        record(actor.id, "member.added", member.id, organisation=organisation_id, role=role)
    return member.id


@transaction.atomic
def change_role(actor: Viewer, organisation_id: str, person_id: str, role: Role) -> None:
    """Give the member another role. Raises `NotAllowedError` with the rule's code when it may not be."""
    own = _own_role(actor, Permission.ORG_MEMBER_CHANGE, organisation_id)
    _lock(organisation_id)
    membership = _membership(organisation_id, person_id)
    _changeable(own, Role(membership.role), role, organisation_id)
    membership.role = role
    membership.save(update_fields=["role"])
    record(actor.id, "member.role_changed", person_id, organisation=organisation_id, role=role)


@transaction.atomic
def remove_member(actor: Viewer, organisation_id: str, person_id: str) -> None:
    """End the membership. Keys that the person made stay: they are the organisation's."""
    own = _own_role(actor, Permission.ORG_MEMBER_CHANGE, organisation_id)
    _lock(organisation_id)
    membership = _membership(organisation_id, person_id)
    _changeable(own, Role(membership.role), None, organisation_id)
    membership.delete()
    record(actor.id, "member.removed", person_id, organisation=organisation_id)


@transaction.atomic
def transfer_ownership(actor: Viewer, organisation_id: str, person_id: str) -> None:
    """Make the member primary owner, and who was it an owner. The new one must be a member already."""
    _own_role(actor, Permission.ORG_OWNERSHIP_TRANSFER, organisation_id)
    _lock(organisation_id)
    membership = _membership(organisation_id, person_id)
    all_of_it = Membership.objects.filter(organisation_id=organisation_id)
    all_of_it.filter(role=Role.PRIMARY_OWNER).update(role=Role.OWNER)
    all_of_it.filter(id=membership.id).update(role=Role.PRIMARY_OWNER)
    record(actor.id, "organisation.transferred", organisation_id, primary_owner=person_id)


# --- keys ---------------------------------------------------------------------------------------------------
@transaction.atomic
def create_key(
    actor: Viewer,
    organisation_id: str,
    name: str,
    *,
    declaration: KeyDeclaration | None = None,
    scopes: frozenset[Scope] = ALL_SCOPES,
    zero_retention: bool = False,
    requests_per_minute: int | None = None,
    expires_at: datetime | None = None,
) -> NewKey:
    """Make a key and return it, the only time that it can be read."""
    _own_role(actor, Permission.ORG_KEY_CREATE, organisation_id)
    declared = _consistent(declaration or KeyDeclaration())
    plain = key_shape.new_key()
    row = ApiKey.objects.create(
        organisation_id=organisation_id,
        name=_named(name),
        prefix=key_shape.shown(plain),
        digest=key_shape.digest(plain),
        scopes=sorted(scopes),
        use_case=declared.use_case,
        domain=declared.domain or "",
        product=declared.product,
        zero_retention=zero_retention,
        requests_per_minute=requests_per_minute,
        expires_at=expires_at,
        created_by=actor.id,
    )
    record(
        actor.id,
        "key.created",
        row.id,
        organisation=organisation_id,
        scopes=scopes,
        use_case=declared.use_case,
        zero_retention=zero_retention,
    )
    _tell(organisation_id)
    return NewKey(key_view(row), plain)


@transaction.atomic
def revoke_key(actor: Viewer, key_id: str, *, clock: Clock = system_clock) -> bool:
    """Revoke the key for good; every gateway refuses it within a second. Return whether it was this call that
    did.

    Two at once: one revokes and writes the audit entry, the other finds it done (compare and set).
    """
    row = _key(actor, Permission.ORG_KEY_REVOKE, key_id)
    if not ApiKey.objects.filter(id=key_id, revoked_at=None).update(revoked_at=clock(), revoked_by=actor.id):
        return False
    record(actor.id, "key.revoked", key_id, organisation=row.organisation_id)
    _tell(row.organisation_id)
    return True


@transaction.atomic
def declare_use_case(actor: Viewer, key_id: str, declaration: KeyDeclaration) -> KeyView:
    """Declare what the key is used for, from now on. Revoked keys stay as they were."""
    row = _key(actor, Permission.ORG_KEY_CREATE, key_id)
    declared = _consistent(declaration)
    changed = ApiKey.objects.filter(id=key_id, revoked_at=None).update(
        use_case=declared.use_case, domain=declared.domain or "", product=declared.product
    )
    if not changed:
        raise SekishoError(
            "key_revoked",
            Text(
                "This key was revoked. Create a new one under Keys.",
                "このキーは失効しています。「キー」のページで新しいキーを作成してください。",
            ),
        )
    record(actor.id, "key.declared", key_id, use_case=declared.use_case, domain=declared.domain)
    _tell(row.organisation_id)
    return key_view(ApiKey.objects.get(id=key_id))


# --- checks -------------------------------------------------------------------------------------------------
def _allowed(actor: Viewer, permission: Permission, organisation_id: str | None = None) -> Viewer:
    now = as_of_now(actor)
    if not may(now, permission, organisation_id):
        raise _refusal(permission)
    return now


def _refusal(permission: Permission, code: str = "not_allowed") -> NotAllowedError:
    return NotAllowedError(code, REFUSALS[code], permission=permission)


REFUSALS = {
    "not_allowed": Text(
        "Your role does not allow this. Ask an owner of the organisation.",
        "現在の役割ではこの操作を行えません。組織のオーナーにご相談ください。",
    ),
    "role_above_own": Text(
        "You cannot give or change a role above your own. Ask an owner of the organisation.",
        "ご自身より上位の役割を与えたり変更したりすることはできません。組織のオーナーにご相談ください。",
    ),
    "primary_owner_by_transfer_only": Text(
        "The primary owner changes only when ownership is transferred, which they can do under Members.",
        "主オーナーは、所有権の移譲によってのみ変更できます。主オーナーが「メンバー」のページから移譲してください。",
    ),
    "last_owner": Text(
        "This is the organisation's last owner. Make somebody else an owner first.",
        "この方は組織の最後のオーナーです。先に別の方をオーナーにしてください。",
    ),
}


def _own_role(actor: Viewer, permission: Permission, organisation_id: str) -> Role:
    """Return the actor's role, having checked the permission. Outsiders are told "not found", members "not
    allowed".
    """
    now = as_of_now(actor)
    if now.is_system:
        if not Organisation.objects.filter(id=organisation_id).exists():
            raise not_found("organisation_not_found")
        return Role.PRIMARY_OWNER
    role = now.roles.get(organisation_id)
    if role is None:
        raise not_found("organisation_not_found")
    if not may(now, permission, organisation_id):
        raise _refusal(permission)
    return role


def _lock(organisation_id: str) -> None:
    """Let changes of roles in one organisation happen one after the other: they count owners, then write."""
    Organisation.objects.select_for_update().get(id=organisation_id)


def _changeable(own: Role, held: Role | None, wanted: Role | None, organisation_id: str) -> None:
    owners = Membership.objects.filter(
        organisation_id=organisation_id, role__in=[Role.OWNER, Role.PRIMARY_OWNER]
    ).count()
    match role_change(own, held, wanted, owners):
        case Refused(code):
            raise _refusal(Permission.ORG_MEMBER_CHANGE, code)


def _membership(organisation_id: str, person_id: str) -> Membership:
    found = Membership.objects.filter(organisation_id=organisation_id, person_id=person_id).first()
    if found is None:
        raise not_found("person_not_found")
    return found


def _key(actor: Viewer, permission: Permission, key_id: str) -> ApiKey:
    row = ApiKey.objects.filter(id=key_id).first()
    now = as_of_now(actor)
    if row is None or not may(now, Permission.ORG_KEY_READ, row.organisation_id):
        raise not_found("key_not_found")
    _allowed(now, permission, row.organisation_id)
    return row


def _consistent(declaration: KeyDeclaration) -> KeyDeclaration:
    """Return the declaration if it holds together: a domain exactly for high-risk use, a product of a sane
    length.
    """
    is_high_risk = declaration.use_case is UseCase.HIGH_RISK
    has_domain = bool(declaration.domain and DOMAIN.fullmatch(declaration.domain))
    if is_high_risk != has_domain or (declaration.domain and not is_high_risk):
        raise SekishoError(
            "domain_mismatch",
            Text(
                "Name a high-risk domain exactly when the key is declared for high-risk use.",
                "高リスク用途を申告する場合に限り、対象の分野を指定してください。",
            ),
        )
    if len(declaration.product) > 120:
        raise SekishoError(
            "product_too_long",
            Text("Give a product name of at most 120 characters.", "製品名は120文字以内で入力してください。"),
        )
    return declaration


def _named(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= 120:
        raise SekishoError(
            "name_missing",
            Text("Give a name of 1 to 120 characters.", "名前を1〜120文字で入力してください。"),
        )
    return name


def _person_at(email: str, language: Lang) -> Person:
    """Return the person with this address, made without a password and unproven when there is none."""
    address = email.strip().lower()
    found = Person.objects.filter(email=address).first()
    if found:
        return found
    made = Person.objects.create_user(address, None, language=language)
    EmailAddress.objects.create(user=made, email=made.email, verified=False, primary=True)
    return made


def _tell(organisation_id: str) -> None:
    transaction.on_commit(lambda: access_changed.send(sender=Organisation, organisation_id=organisation_id))
