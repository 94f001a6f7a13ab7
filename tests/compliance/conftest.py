"""Daiki belongs to the legal team here, and an installation has said what it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole, Viewer, system
from sekisho.base.clock import fixed_clock
from sekisho.compliance.actions import state_profile
from sekisho.compliance.types import Dsa, Profile, Uk
from tests.cast import Cast

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""A Monday."""
EVERYTHING = Profile(Dsa.PLATFORM, Uk.U2U, au_dis=True, uk_gdpr=True, eu_gdpr=True, jp_large=True)


@pytest.fixture
def legal(cast: Cast) -> Viewer:
    """Daiki, of the legal team."""
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.LEGAL.value)
    return cast.viewer("daiki")


@pytest.fixture
def second(cast: Cast) -> Viewer:
    """Fumi, of the legal team too."""
    StaffAppointment.objects.create(person=cast.fumi, role=StaffRole.LEGAL.value)
    return cast.viewer("fumi")


@pytest.fixture
def everywhere(db: None) -> None:
    """Every law applies."""
    state_profile(system("test"), EVERYTHING, "Open everywhere", clock=fixed_clock(AT))
