"""Writes about people and what they do for the platform."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from sekisho.accounts.actions.checks import allowed
from sekisho.accounts.models import Person, StaffAppointment
from sekisho.accounts.proof import close_ways_in
from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, clash
from sekisho.accounts.types import StaffRole, Viewer
from sekisho.audit.actions import record
from sekisho.base.errors import SekishoError
from sekisho.base.text import DEFAULT_LANG, Lang, Text


@transaction.atomic
def create_person(
    actor: Viewer, email: str, password: str | None = None, *, name: str = "", language: Lang = DEFAULT_LANG
) -> str:
    """Make a person whose address counts as proven, and return their id. For who sets the installation up.

    Raises `SekishoError` (`person_exists`) when the address is taken.
    """
    allowed(actor, Permission.STAFF_ROLE_GRANT)
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
    allowed(actor, Permission.STAFF_ROLE_GRANT)
    made = Person.objects.filter(id=person_id).first()
    if made is None:
        raise not_found("person_not_found")
    made.set_password(password)
    made.save(update_fields=["password"])
    record(actor.id, "person.password_set", person_id)


@transaction.atomic
def grant_staff_role(actor: Viewer, person_id: str, role: StaffRole) -> None:
    """Appoint the person. Doing it twice changes nothing.

    Raises `SekishoError` (`roles_clash`) for a role that nobody holds beside one they have (R-SUP-148).
    """
    allowed(actor, Permission.STAFF_ROLE_GRANT)
    if not Person.objects.select_for_update().filter(id=person_id).exists():
        raise not_found("person_not_found")
    held = StaffAppointment.objects.filter(person_id=person_id).values_list("role", flat=True)
    if other := clash(frozenset(map(StaffRole, held)), role):
        raise SekishoError("roles_clash", _CLASH.format(role=role.value, other=other.value))
    _, is_new = StaffAppointment.objects.get_or_create(person_id=person_id, role=role)
    if is_new:
        record(actor.id, "staff_role.granted", person_id, role=role)


@transaction.atomic
def withdraw_staff_role(actor: Viewer, person_id: str, role: StaffRole) -> None:
    """End the appointment. Doing it twice changes nothing; the last operator stays."""
    allowed(actor, Permission.STAFF_ROLE_GRANT)
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


def person_at(email: str, language: Lang) -> Person:
    """Return the person with this address, made without a password and unproven when there is none."""
    address = email.strip().lower()
    found = Person.objects.filter(email=address).first()
    if found:
        close_ways_in(found)
        return found
    made = Person.objects.create_user(address, None, language=language)
    EmailAddress.objects.create(user=made, email=made.email, verified=False, primary=True)
    return made


_CLASH = Text(
    "Nobody holds {role} and {other} together. Withdraw {other} first, or appoint somebody else.",
    "{role} と {other} は一人が兼ねることができません。先に {other} を解くか、別の方を任命してください。",
)
