"""Organisations, their members, and who runs the platform."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from sekisho.accounts import actions, queries
from sekisho.accounts.models import Membership, Person
from sekisho.accounts.types import NOBODY, Plan, Role, StaffRole, system
from sekisho.audit.models import AuditEntry
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from tests import factories
from tests.cast import Cast

CLI = system("cli")


def test_the_first_operator_and_the_first_organisation_are_made_by_the_command(db: None) -> None:
    daiki = actions.create_person(
        CLI, "Daiki@Example.test", "a long enough password", name="Daiki", language="ja"
    )
    actions.grant_staff_role(CLI, daiki, StaffRole.OPERATOR)
    made = actions.create_organisation(
        queries.viewer(daiki), "Atelier", Plan.TEAM, owner_email="aiko@example.test"
    )
    aiko = Person.objects.get(email="aiko@example.test")
    seen = queries.organisation(queries.viewer(aiko.id), made)
    assert (seen.name, seen.plan) == ("Atelier", Plan.TEAM)
    assert queries.members(queries.viewer(aiko.id), made)[0].role is Role.PRIMARY_OWNER
    assert not aiko.has_usable_password()
    assert [entry.action for entry in AuditEntry.objects.order_by("seq")] == [
        "person.created",
        "staff_role.granted",
        "organisation.created",
    ]


def test_an_address_belongs_to_one_person_however_it_is_written(aiko: Person) -> None:
    with pytest.raises(SekishoError, match="person_exists"):
        actions.create_person(CLI, " AIKO@example.test ")


@pytest.mark.parametrize("who", ["aiko", "chie", "emi"])
def test_only_operators_make_organisations(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowedError):
        actions.create_organisation(cast.viewer(who), "Mine", Plan.API, owner_email="chie@example.test")


def test_chie_sees_nothing_of_the_organisation(cast: Cast) -> None:
    chie = cast.viewer("chie")
    assert [one.id for one in queries.organisations(chie)] == [cast.elsewhere.id]
    for ask in (queries.organisation, queries.members, queries.keys):
        with pytest.raises(NotFoundError):
            ask(chie, cast.atelier.id)
    with pytest.raises(NotFoundError):
        queries.person(chie, cast.ben.id)


def test_people_see_themselves_and_their_fellow_members(cast: Cast) -> None:
    assert queries.person(cast.viewer("ben"), cast.ben.id).email == "ben@example.test"
    assert queries.person(cast.viewer("ben"), cast.aiko.id).language == "ja"


def test_nobody_sees_nothing(cast: Cast) -> None:
    assert queries.organisations(NOBODY) == ()
    with pytest.raises(NotFoundError):
        queries.person(NOBODY, cast.ben.id)


def test_disabled_people_are_nobody(ben: Person) -> None:
    Person.objects.filter(id=ben.id).update(is_active=False)
    assert queries.viewer(ben.id) == NOBODY
    assert queries.viewer(None) == NOBODY


def test_adding_somebody_reads_the_same_whether_they_had_an_account(cast: Cast) -> None:
    aiko = cast.viewer("aiko")
    known = actions.add_member(aiko, cast.atelier.id, "Chie@example.test")
    assert known == cast.chie.id
    assert actions.add_member(aiko, cast.atelier.id, "chie@example.test") == known
    new = actions.add_member(aiko, cast.atelier.id, "new@example.test", Role.ADMIN)
    assert queries.viewer(new).roles == {cast.atelier.id: Role.ADMIN}


def test_nobody_rises_above_who_lifts_them(cast: Cast) -> None:
    Membership.objects.filter(person=cast.ben).update(role=Role.ADMIN)
    ben = cast.viewer("ben")
    with pytest.raises(NotAllowedError, match="role_above_own"):
        actions.change_role(ben, cast.atelier.id, cast.ben.id, Role.OWNER)
    with pytest.raises(NotAllowedError, match="primary_owner_by_transfer_only"):
        actions.remove_member(ben, cast.atelier.id, cast.aiko.id)


def test_ownership_is_handed_over(cast: Cast) -> None:
    Person.objects.filter(id=cast.ben.id).update(last_login=datetime.now(UTC))
    actions.transfer_ownership(cast.viewer("aiko"), cast.atelier.id, cast.ben.id)
    assert cast.viewer("ben").roles[cast.atelier.id] is Role.PRIMARY_OWNER
    assert cast.viewer("aiko").roles[cast.atelier.id] is Role.OWNER
    with pytest.raises(NotAllowedError):
        actions.transfer_ownership(cast.viewer("aiko"), cast.atelier.id, cast.aiko.id)
    assert AuditEntry.objects.get(action="organisation.transferred").subject == cast.atelier.id


def test_ownership_goes_to_members_alone(cast: Cast) -> None:
    with pytest.raises(NotFoundError):
        actions.transfer_ownership(cast.viewer("aiko"), cast.atelier.id, cast.chie.id)


def test_a_second_primary_owner_is_refused_by_the_database_itself(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.member(cast.atelier, cast.chie, Role.PRIMARY_OWNER)


def test_who_is_removed_sees_nothing_from_then_on(cast: Cast) -> None:
    actions.remove_member(cast.viewer("aiko"), cast.atelier.id, cast.ben.id)
    with pytest.raises(NotFoundError):
        queries.organisation(cast.viewer("ben"), cast.atelier.id)


def test_the_last_operator_stays(db: None, cast: Cast) -> None:
    actions.grant_staff_role(CLI, cast.daiki.id, StaffRole.OPERATOR)
    with pytest.raises(SekishoError, match="last_operator"):
        actions.withdraw_staff_role(cast.viewer("daiki"), cast.daiki.id, StaffRole.OPERATOR)
    actions.grant_staff_role(cast.viewer("daiki"), cast.emi.id, StaffRole.OPERATOR)
    actions.withdraw_staff_role(cast.viewer("daiki"), cast.daiki.id, StaffRole.OPERATOR)
    assert cast.viewer("daiki").staff == {StaffRole.SUPPORT}


def test_who_decides_about_money_does_not_decide_who_somebody_is(cast: Cast) -> None:
    actions.grant_staff_role(CLI, cast.daiki.id, StaffRole.BILLING)
    with pytest.raises(SekishoError, match="together") as refusal:
        actions.grant_staff_role(CLI, cast.daiki.id, StaffRole.IDENTITY)
    assert refusal.value.code == "roles_clash"
    assert StaffRole.IDENTITY not in queries.viewer(cast.daiki.id).staff


def test_an_operator_sees_every_organisation_and_no_keys(cast: Cast) -> None:
    actions.grant_staff_role(CLI, cast.daiki.id, StaffRole.OPERATOR)
    daiki = cast.viewer("daiki")
    assert {one.id for one in queries.organisations(daiki)} == {cast.atelier.id, cast.elsewhere.id}
    with pytest.raises(NotFoundError):
        queries.keys(daiki, cast.atelier.id)
    assert {one.id for one in queries.organisations_for_gateway()} == {cast.atelier.id, cast.elsewhere.id}


@pytest.mark.parametrize("name", ["", "   ", "x" * 121], ids=["empty", "blank", "endless"])
def test_names_are_names(cast: Cast, name: str) -> None:
    with pytest.raises(SekishoError, match="name_missing"):
        actions.create_key(cast.viewer("aiko"), cast.atelier.id, name)
