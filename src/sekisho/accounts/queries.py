"""Reads about people and organisations. The viewer comes first; what they may not see is "not found"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount

from sekisho.accounts.keys import digest
from sekisho.accounts.models import (
    ApiKey,
    ComplianceStatement,
    Membership,
    Organisation,
    Person,
    Project,
    StaffAppointment,
)
from sekisho.accounts.rules import COMPLIANCE_HOLDS, OF_STAFF_ROLE, Permission, has_arrived, may
from sekisho.accounts.second_factor import methods_of, with_second_step
from sekisho.accounts.types import (
    NOBODY,
    AccountFacts,
    AgeBand,
    ComplianceView,
    GatewayKey,
    KeyDeclaration,
    KeyView,
    KnownAccount,
    MemberView,
    OrganisationView,
    PersonView,
    Plan,
    ProjectView,
    Protection,
    Role,
    Scope,
    StaffRole,
    UseCase,
    Viewer,
)
from sekisho.base.errors import NotFoundError
from sekisho.base.text import Text, as_lang

AT_ONCE = 10_000
"""Accounts asked about in one query: databases bound how many values it takes."""
NOT_FOUND = Text(
    "There is nothing here that you can see. Check the address, or sign in with another account.",
    "表示できるものが見つかりません。アドレスをお確かめいただくか、別のアカウントでサインインしてください。",
)


def not_found(code: str) -> NotFoundError:
    """Return the one answer for what does not exist and for what the viewer may not see."""
    return NotFoundError(code, NOT_FOUND)


# --- who asks -----------------------------------------------------------------------------------------------
def viewer(person_id: str | None) -> Viewer:
    """Return the person as a viewer, with the roles held now; `NOBODY` for unknown and disabled people."""
    if not person_id or not Person.objects.filter(id=person_id, is_active=True).exists():
        return NOBODY
    memberships = Membership.objects.filter(person_id=person_id).values_list("organisation_id", "role")
    appointments = StaffAppointment.objects.filter(person_id=person_id).values_list("role", flat=True)
    return Viewer(
        person_id,
        MappingProxyType({organisation: Role(role) for organisation, role in memberships}),
        frozenset(StaffRole(role) for role in appointments),
    )


def sign_in_mark(person_id: str) -> str:
    """Return what the sessions of a person are bound to: it changes with whatever ends them, such as a new password.
    Empty for unknown and disabled people."""
    person = Person.objects.filter(id=person_id, is_active=True).first()
    return person.get_session_auth_hash() if person else ""


def viewer_at(email: str) -> Viewer:
    """Return the person with this e-mail address as a viewer, for commands. Raises `NotFoundError`."""
    found = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
    if found is None:
        raise not_found("person_not_found")
    return viewer(found.id)


def as_of_now(asked: Viewer) -> Viewer:
    """Return the viewer with the roles they hold now. Actions ask it, as roles may have gone since the page
    was read.
    """
    return asked if asked.is_system else viewer(asked.id)


# --- reads --------------------------------------------------------------------------------------------------
def person(asks: Viewer, person_id: str) -> PersonView:
    """Return the person: oneself, somebody in an organisation one belongs to, or anybody for who appoints
    staff.
    """
    row = Person.objects.filter(id=person_id).first()
    if row is None or not (asks.id == person_id or _knows(asks, person_id)):
        raise not_found("person_not_found")
    staff = frozenset(StaffRole(one.role) for one in row.staff_roles.all())
    return PersonView(
        row.id,
        row.email,
        row.name,
        as_lang(row.language),
        row.is_active,
        staff,
        AgeBand(row.age_band),
        not row.age_reason,
    )


def organisations(asks: Viewer) -> tuple[OrganisationView, ...]:
    """Return the organisations that the viewer belongs to, or all for staff who see them; by name."""
    rows = Organisation.objects.order_by("name", "id")
    if not may(asks, Permission.STAFF_ORGANISATION_READ):
        rows = rows.filter(id__in=list(asks.roles))
    return tuple(_organisation(row) for row in rows)


def organisation(asks: Viewer, organisation_id: str) -> OrganisationView:
    sees = may(asks, Permission.ORG_PROFILE_READ, organisation_id) or may(
        asks, Permission.STAFF_ORGANISATION_READ
    )
    row = Organisation.objects.filter(id=organisation_id).first()
    if row is None or not sees:
        raise not_found("organisation_not_found")
    return _organisation(row)


def members(asks: Viewer, organisation_id: str) -> tuple[MemberView, ...]:
    """Return the members, longest there first. Of who has not arrived yet, others see the address alone."""
    _see(asks, Permission.ORG_MEMBER_READ, organisation_id)
    rows = Membership.objects.filter(organisation_id=organisation_id).select_related("person")
    found = map(_member, rows.order_by("joined_at", "id"))
    return tuple(one if _is_shown(asks, one) else replace(one, name="") for one in found)


def second_steps(asks: Viewer, organisation_id: str) -> frozenset[str]:
    """Return which members confirm a sign-in with a second step, by id; of those who have arrived. For who may change
    members: to others it would say whose account is the easiest to take."""
    if not may(asks, Permission.ORG_MEMBER_CHANGE, organisation_id):
        return frozenset()
    arrived = [one.person_id for one in members(asks, organisation_id) if _is_shown(asks, one)]
    return with_second_step(arrived)


def keys(asks: Viewer, organisation_id: str) -> tuple[KeyView, ...]:
    """Return the organisation's keys, newest first, revoked ones included."""
    _see(asks, Permission.ORG_KEY_READ, organisation_id)
    rows = ApiKey.objects.filter(organisation_id=organisation_id).select_related("project")
    return tuple(map(key_view, rows.order_by("-created_at", "-id")))


def projects(asks: Viewer, organisation_id: str) -> tuple[ProjectView, ...]:
    """Return the organisation's projects, by name."""
    _see(asks, Permission.ORG_KEY_READ, organisation_id)
    return tuple(map(project_view, Project.objects.filter(organisation_id=organisation_id).order_by("name")))


def key(asks: Viewer, key_id: str) -> KeyView:
    row = ApiKey.objects.filter(id=key_id).first()
    if row is None or not may(asks, Permission.ORG_KEY_READ, row.organisation_id):
        raise not_found("key_not_found")
    return key_view(row)


def key_presented(plain: str, at: datetime) -> KeyView | None:
    """Return the key that somebody presents, if it opens anything at the moment `at`. For the API, where the key itself
    is who asks."""
    row = ApiKey.objects.filter(digest=digest(plain)).first()
    view = key_view(row) if row else None
    return view if view and view.is_usable(at) else None


def compliance_statements(asks: Viewer, organisation_id: str) -> tuple[ComplianceView, ...]:
    """Return what the organisation has stated of how it protects minors (P-031), newest first."""
    _see(asks, Permission.ORG_KEY_READ, organisation_id)
    rows = ComplianceStatement.objects.filter(organisation_id=organisation_id).order_by("-version")
    return tuple(map(compliance_view, rows))


def is_compliant(organisation_id: str, at: datetime) -> bool:
    """Return whether a compliance statement of the organisation is in force; for actions: no viewer."""
    return organisation_id in compliant_organisations(at)


# --- for gateways: the system itself asks -------------------------------------------------------------------
def keys_for_gateway() -> Iterable[GatewayKey]:
    """Yield every key that was not revoked, with its digest; for the snapshot, so without a viewer.

    Expired keys are among them: the gateway compares the moment itself, and can say that the key expired.
    """
    for row in ApiKey.objects.filter(revoked_at=None).select_related("project").order_by("id").iterator():
        yield GatewayKey(row.digest, key_view(row))


def organisations_for_gateway() -> Iterable[OrganisationView]:
    """Yield every organisation; for the snapshot, so without a viewer."""
    for row in Organisation.objects.order_by("id").iterator():
        yield _organisation(row)


def compliant_organisations(at: datetime) -> frozenset[str]:
    """Return the organisations whose compliance statement is in force; for the snapshot, so without a viewer."""
    rows = ComplianceStatement.objects.filter(stated_at__lte=at, stated_at__gt=at - COMPLIANCE_HOLDS)
    return frozenset(rows.values_list("organisation_id", flat=True))


def latest_compliance() -> tuple[ComplianceView, ...]:
    """Return the latest compliance statement of every organisation that made one; for reminders: no viewer."""
    rows = ComplianceStatement.objects.order_by("organisation_id", "version")
    return tuple({row.organisation_id: compliance_view(row) for row in rows}.values())


def members_for_gateway() -> frozenset[tuple[str, str]]:
    """Return organisation and person of every membership of an active person; for the snapshot, so without a viewer."""
    rows = Membership.objects.filter(person__is_active=True)
    return frozenset(rows.values_list("organisation_id", "person_id"))


def members_to_tell(organisation_id: str) -> tuple[MemberView, ...]:
    """Return the members whose accounts are open, longest there first; for notices: no viewer."""
    rows = Membership.objects.filter(organisation_id=organisation_id, person__is_active=True)
    return tuple(map(_member, rows.select_related("person").order_by("joined_at", "id")))


def account_facts(organisations: Iterable[str]) -> tuple[AccountFacts, ...]:
    """Return, by id, what decides whose data use these accounts can agree to; for rules of other rooms: no viewer.
    People whose accounts are closed belong to none."""
    wanted = sorted(set(organisations))
    pieces = (wanted[first : first + AT_ONCE] for first in range(0, len(wanted), AT_ONCE))
    return tuple(facts for piece in pieces for facts in _facts(piece))


def accounts_opened_before(at: datetime, plans: Iterable[Plan]) -> tuple[str, ...]:
    """Return the accounts on these plans that existed before the moment `at`, by id; for duties: no viewer."""
    rows = Organisation.objects.filter(created_at__lt=at, plan__in=[plan.value for plan in plans])
    return tuple(rows.order_by("id").values_list("id", flat=True))


def account_holders() -> tuple[PersonView, ...]:
    """Return every owner and primary owner of any organisation, once each; for notices: no viewer."""
    rows = Person.objects.filter(is_active=True, memberships__role__in=_OWNERS).distinct().order_by("id")
    return tuple(map(_reader, rows))


def holders_of(organisation_id: str) -> tuple[PersonView, ...]:
    """Return the organisation's owner and primary owner; for notices: no viewer. Empty when nobody owns it."""
    owns = {"memberships__role__in": _OWNERS, "memberships__organisation": organisation_id}
    return tuple(map(_reader, Person.objects.filter(is_active=True, **owns).distinct().order_by("id")))


def person_to_tell(person_id: str) -> tuple[PersonView, ...]:
    """Return the person alone, or nobody for an account that is closed; for notices: no viewer."""
    return tuple(map(_reader, Person.objects.filter(id=person_id, is_active=True)))


def staff_who(permission: Permission) -> tuple[PersonView, ...]:
    """Return the staff who hold a permission now, by id; for calling them: no viewer."""
    roles = [role.value for role, held in OF_STAFF_ROLE.items() if permission in held]
    rows = Person.objects.filter(is_active=True, staff_roles__role__in=roles).distinct().order_by("id")
    return tuple(map(_reader, rows))


def organisation_name(organisation_id: str) -> str:
    """Return the organisation's name, its id for one that is not known; for notices: no viewer."""
    names = Organisation.objects.filter(id=organisation_id).values_list("name", flat=True)
    return names.first() or organisation_id


def account_known_by(address: str) -> KnownAccount | None:
    """Return the account of somebody who cannot sign in, by an address that they verified; for what is mailed to that
    address, and for nothing else: no viewer.

    Of several, the one that they own; of these, the oldest.
    """
    email = address.strip().lower()
    person = Person.objects.filter(email=email, is_active=True).first()
    if person is None or not EmailAddress.objects.filter(user=person, email=email, verified=True).exists():
        return None
    rows = person.memberships.select_related("organisation").order_by("joined_at", "id")
    held = sorted(rows, key=lambda row: row.role != Role.PRIMARY_OWNER)
    return _known(person, held[0]) if held else None


def addresses_of(person_id: str) -> tuple[str, ...]:
    """Return all proven addresses of a person, the one on file first; empty for an account that is closed. For telling
    them: no viewer."""
    person = Person.objects.filter(id=person_id, is_active=True).first()
    if person is None:
        return ()
    rows = EmailAddress.objects.filter(user=person, verified=True).order_by("id")
    others = [one for one in rows.values_list("email", flat=True) if one != person.email]
    return (person.email, *others)


def sign_in_of(person_id: str) -> tuple[str, ...]:
    """Return how a person signs in: `password`, `code`, `totp`, `organisation`; for who has proven that it is
    theirs: no viewer."""
    person = Person.objects.filter(id=person_id, is_active=True).first()
    if person is None:
        return ()
    by_organisation = SocialAccount.objects.filter(user=person).exists()
    found = methods_of(person_id, has_password=person.has_usable_password())
    return (*found, *(("organisation",) if by_organisation else ()))


def _known(person: Person, held: Membership) -> KnownAccount:
    owns = held.role == Role.PRIMARY_OWNER
    return KnownAccount(person.id, held.organisation_id, owns, as_lang(person.language))


def key_name(key_id: str) -> str:
    """Return how its organisation calls a key, its id for one that is not known; for notices: no viewer."""
    return ApiKey.objects.filter(id=key_id).values_list("name", flat=True).first() or key_id


def people_who(permission: Permission) -> tuple[str, ...]:
    """Return the ids of the staff who hold a permission, for what they have to be told of; no viewer asks."""
    roles = [role.value for role, held in OF_STAFF_ROLE.items() if permission in held]
    rows = Person.objects.filter(is_active=True, staff_roles__role__in=roles).distinct().order_by("id")
    return tuple(rows.values_list("id", flat=True))


_OWNERS = (Role.OWNER.value, Role.PRIMARY_OWNER.value)


def _reader(row: Person) -> PersonView:
    return PersonView(row.id, row.email, row.name, as_lang(row.language), row.is_active)


# --- rows to values -----------------------------------------------------------------------------------------
def compliance_view(row: ComplianceStatement) -> ComplianceView:
    said = Protection(row.age_verification, row.moderation, row.monitoring, row.education)
    until = row.stated_at + COMPLIANCE_HOLDS
    return ComplianceView(row.organisation_id, row.version, said, row.stated_by, row.stated_at, until)


def key_view(row: ApiKey) -> KeyView:
    return KeyView(
        id=row.id,
        organisation_id=row.organisation_id,
        name=row.name,
        prefix=row.prefix,
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        declaration=KeyDeclaration(UseCase(row.use_case), row.domain or None, row.product),
        zero_retention=row.zero_retention or (row.project is not None and row.project.zero_retention),
        requests_per_minute=row.requests_per_minute,
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        project=row.project.name if row.project is not None else "",
    )


def project_view(row: Project) -> ProjectView:
    return ProjectView(row.id, row.organisation_id, row.name, row.zero_retention)


def _organisation(row: Organisation) -> OrganisationView:
    return OrganisationView(
        id=row.id,
        name=row.name,
        plan=Plan(row.plan),
        language=as_lang(row.language),
        zero_retention=row.zero_retention,
        requests_per_minute=row.requests_per_minute,
        tokens_per_day=row.tokens_per_day,
        created_at=row.created_at,
        education=row.education,
    )


def _member(row: Membership) -> MemberView:
    person, arrived = row.person, has_arrived(row.joined_at, row.person.last_login)
    return MemberView(
        person.id, person.email, person.name, Role(row.role), row.joined_at, row.is_guest, arrived
    )


def _is_shown(asks: Viewer, one: MemberView) -> bool:
    return one.has_arrived or asks.is_system or asks.id == one.person_id


def _facts(wanted: list[str]) -> list[AccountFacts]:
    people: dict[str, dict[str, AgeBand]] = {one: {} for one in wanted}
    rows = Membership.objects.filter(organisation__in=wanted, person__is_active=True)
    for organisation, person, age in rows.values_list("organisation_id", "person_id", "person__age_band"):
        people[organisation][person] = AgeBand(age)
    return [
        AccountFacts(
            row.id, Plan(row.plan), people[row.id], row.created_at, row.education, row.zero_retention
        )
        for row in Organisation.objects.filter(id__in=wanted).order_by("id")
    ]


def _see(asks: Viewer, permission: Permission, organisation_id: str) -> None:
    if not may(asks, permission, organisation_id):
        raise not_found("organisation_not_found")


def _knows(asks: Viewer, person_id: str) -> bool:
    if may(asks, Permission.STAFF_ROLE_GRANT):
        return True
    shared = [one for one in asks.roles if may(asks, Permission.ORG_MEMBER_READ, one)]
    return Membership.objects.filter(person_id=person_id, organisation_id__in=shared).exists()
