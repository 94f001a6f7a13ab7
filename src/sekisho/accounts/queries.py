"""Reads about people and organisations. The viewer comes first; what they may not see is "not found"."""

from __future__ import annotations

from types import MappingProxyType

from sekisho.accounts.models import Membership, Person
from sekisho.accounts.types import NOBODY, Role, StaffRole, Viewer


def viewer(person_id: str | None) -> Viewer:
    """Return the person as a viewer, with the roles they hold now; `NOBODY` for unknown and disabled people."""
    if not person_id or not Person.objects.filter(id=person_id, is_active=True).exists():
        return NOBODY
    memberships = Membership.objects.filter(person_id=person_id).values_list("organisation_id", "role")
    appointments = Person.objects.get(id=person_id).staff_roles.values_list("role", flat=True)
    return Viewer(
        person_id,
        MappingProxyType({organisation: Role(role) for organisation, role in memberships}),
        frozenset(StaffRole(role) for role in appointments),
    )
