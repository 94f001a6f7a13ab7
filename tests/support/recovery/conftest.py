"""Chie has an account of her own; Daiki decides about identity, Emi is of security."""

from __future__ import annotations

import pytest

from sekisho.accounts.models import Organisation, Person, StaffAppointment
from sekisho.accounts.types import Plan, Role, StaffRole
from tests import factories


@pytest.fixture
def home(cast) -> tuple[Organisation, Person]:
    """Chie's own account, of which she is the only member: she is a consumer here."""
    own = factories.organisation("Chie", plan=Plan.PRO)
    chie = cast.chie
    chie.memberships.all().delete()
    factories.member(own, chie, Role.PRIMARY_OWNER)
    return own, chie


@pytest.fixture
def two(cast) -> None:
    """The two without whom nobody overrides anything."""
    cast.daiki.staff_roles.all().delete()
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.IDENTITY)
    StaffAppointment.objects.create(person=cast.emi, role=StaffRole.SECURITY)
