"""The same people in every test. Aiko owns the organisation, Ben is a member, Chie is an outsider,
Daiki answers support, Emi reviews, Fumi hears appeals."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from sekisho.accounts import queries
from sekisho.accounts.models import Organisation, Person
from sekisho.accounts.types import Role, StaffRole, Viewer
from tests import factories


@dataclass(frozen=True)
class Cast:
    """Everybody at once, with the organisation that Aiko owns and the one where Chie is at home."""

    atelier: Organisation
    elsewhere: Organisation
    aiko: Person
    ben: Person
    chie: Person
    daiki: Person
    emi: Person
    fumi: Person

    def viewer(self, name: str) -> Viewer:
        """Return the person called `name` as a viewer, with the roles they hold now."""
        return queries.viewer(getattr(self, name).id)


@pytest.fixture
def aiko(db: None, atelier: Organisation) -> Person:
    """Primary owner of the organisation. Reads Japanese."""
    who = factories.person("Aiko", language="ja")
    factories.member(atelier, who, Role.PRIMARY_OWNER)
    return who


@pytest.fixture
def ben(db: None, atelier: Organisation) -> Person:
    """Member of the organisation."""
    who = factories.person("Ben")
    factories.member(atelier, who)
    return who


@pytest.fixture
def chie(db: None, elsewhere: Organisation) -> Person:
    """Owner of another organisation: an outsider here."""
    who = factories.person("Chie")
    factories.member(elsewhere, who, Role.PRIMARY_OWNER)
    return who


@pytest.fixture
def daiki(db: None) -> Person:
    """Answers support."""
    return factories.staff("Daiki", StaffRole.SUPPORT)


@pytest.fixture
def emi(db: None) -> Person:
    """Reviews decisions and held answers."""
    return factories.staff("Emi", StaffRole.REVIEWER, StaffRole.PROFESSIONAL)


@pytest.fixture
def fumi(db: None) -> Person:
    """Hears appeals."""
    return factories.staff("Fumi", StaffRole.APPEALS)


@pytest.fixture
def atelier(db: None) -> Organisation:
    """Aiko's organisation."""
    return factories.organisation("Aiko's Atelier")


@pytest.fixture
def elsewhere(db: None) -> Organisation:
    """Chie's organisation."""
    return factories.organisation("Elsewhere")


@pytest.fixture
def cast(
    atelier: Organisation,
    elsewhere: Organisation,
    aiko: Person,
    ben: Person,
    chie: Person,
    daiki: Person,
    emi: Person,
    fumi: Person,
) -> Cast:
    return Cast(atelier, elsewhere, aiko, ben, chie, daiki, emi, fumi)
