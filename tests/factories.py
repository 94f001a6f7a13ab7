"""Rows for tests, made the way the product makes them where it matters."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from sekisho.accounts.models import Membership, Organisation, Person, StaffAppointment
from sekisho.accounts.types import Plan, Role, StaffRole

PASSWORD = "correct horse battery staple"


def person(name: str, *, language: str = "en", verified: bool = True) -> Person:
    """Make a person who signs in as `name@example.test` with `PASSWORD`."""
    made = Person.objects.create_user(f"{name.lower()}@example.test", PASSWORD, name=name, language=language)
    EmailAddress.objects.create(user=made, email=made.email, verified=verified, primary=True)
    return made


def staff(name: str, *roles: StaffRole) -> Person:
    made = person(name)
    for role in roles:
        StaffAppointment.objects.create(person=made, role=role)
    return made


def organisation(
    name: str = "Aiko's Atelier", *, plan: Plan = Plan.API, language: str = "en"
) -> Organisation:
    return Organisation.objects.create(name=name, plan=plan, language=language)


def member(of: Organisation, who: Person, role: Role = Role.MEMBER) -> Membership:
    return Membership.objects.create(organisation=of, person=who, role=role)
