"""Who asks, by database: standing, age, roles, contacts, and what the operator chose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts.models import Membership, StaffAppointment
from sekisho.accounts.types import NOBODY, AgeBand, Plan, Role, StaffRole, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.cases.types import Queue
from sekisho.enforcement.actions import impose
from sekisho.enforcement.types import Measure, Statement, Unit, UnitKind
from sekisho.support import actions, queries
from sekisho.support.types import Actor, Channel, Standing, SupportPolicy, Surface
from tests import factories

AT = datetime(2026, 1, 2, 9, tzinfo=UTC)
CLOCK = fixed_clock(AT)
STATEMENT = Statement(Text("Unwanted mail was sent.", "迷惑メールが送信されました。"))


@pytest.fixture
def operator(cast):
    """Daiki, who here keeps the installation running."""
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.OPERATOR)
    return cast.viewer("daiki")


def restrict(cast, kind: UnitKind, measure: Measure, until: datetime | None) -> None:
    org = cast.atelier.id
    unit = Unit(kind, org if kind is UnitKind.ORGANISATION else "key_one", org)
    rate = 5 if measure is Measure.THROTTLED else None
    impose(
        cast.viewer("emi"),
        unit,
        measure,
        "fraud_predation",
        until,
        STATEMENT,
        requests_per_minute=rate,
        clock=CLOCK,
    )


def on(cast, plan: Plan) -> None:
    cast.atelier.plan = plan
    cast.atelier.save()


def asks(cast, name: str, at: datetime = AT) -> Actor:
    return queries.actor_of(cast.viewer(name), cast.atelier.id, at=at)


def test_somebody_stands_in_the_one_account_that_they_ask_about(cast):
    on(cast, Plan.TEAM)
    factories.member(cast.elsewhere, cast.aiko, Role.MEMBER)
    own, other = (
        queries.actor_of(cast.viewer("aiko"), one.id, at=AT) for one in (cast.atelier, cast.elsewhere)
    )
    assert (own.plan, own.role) == (Plan.TEAM, Role.PRIMARY_OWNER)
    assert (other.plan, other.role) == (Plan.API, Role.MEMBER)
    assert [one.organisation for one in queries.accounts_to_choose(cast.viewer("aiko"))] == [
        cast.atelier.id,
        cast.elsewhere.id,
    ]


def test_who_belongs_to_one_account_need_not_name_it_and_who_has_several_names_one(cast):
    assert queries.actor_of(cast.viewer("ben"), at=AT).organisation == cast.atelier.id
    factories.member(cast.elsewhere, cast.ben)
    undecided = queries.actor_of(cast.viewer("ben"), at=AT)
    assert undecided == Actor(cast.ben.id, must_choose=True)
    found = queries.entitlements_of(cast.viewer("ben"), at=AT)[1]
    assert {one.rule for one in found.each if not one.is_open} >= {"choose_account"}


def test_of_another_s_account_nothing_is_known(cast):
    assert asks(cast, "chie") == Actor(cast.chie.id, cast.atelier.id)
    assert asks(cast, "daiki") == Actor(cast.daiki.id, cast.atelier.id)
    assert queries.actor_of(cast.viewer("chie"), "org_nowhere", at=AT) == Actor(cast.chie.id, "org_nowhere")


@pytest.mark.parametrize("viewer", [NOBODY, system("cli")], ids=["nobody", "a process"])
def test_who_has_not_signed_in_is_a_visitor(db, viewer):
    assert queries.actor_of(viewer, at=AT) == Actor()
    assert queries.accounts_to_choose(viewer) == ()


@pytest.mark.parametrize(
    ("kind", "measure", "expected"),
    [
        pytest.param(UnitKind.ORGANISATION, Measure.SUSPENDED, Standing.SUSPENDED, id="the account"),
        pytest.param(UnitKind.KEY, Measure.SUSPENDED, Standing.GOOD, id="one key of it"),
        pytest.param(UnitKind.ORGANISATION, Measure.THROTTLED, Standing.GOOD, id="slowed down"),
    ],
)
def test_a_suspension_of_the_whole_account_counts_while_it_lasts(cast, kind, measure, expected):
    restrict(cast, kind, measure, AT + timedelta(days=1))
    assert asks(cast, "aiko").standing is expected
    assert asks(cast, "aiko", AT + timedelta(days=1)).standing is Standing.GOOD


def test_a_minor_s_own_account_is_paused_and_an_organisation_s_is_not(cast):
    cast.aiko.age_band = AgeBand.MINOR
    cast.aiko.save()
    on(cast, Plan.PRO)
    assert (asks(cast, "aiko").standing, asks(cast, "ben").standing) == (
        Standing.PAUSED_FOR_AGE,
        Standing.GOOD,
    )
    on(cast, Plan.TEAM)
    assert asks(cast, "aiko").standing is Standing.GOOD


def test_a_restriction_opens_appeals_and_closes_people(cast):
    ways = [queries.entitlements_of(cast.viewer("aiko"), cast.atelier.id, at=AT)[1]]
    restrict(cast, UnitKind.ORGANISATION, Measure.SUSPENDED, AT + timedelta(days=1))
    ways.append(queries.entitlements_of(cast.viewer("aiko"), cast.atelier.id, at=AT)[1])
    assert [Channel.APPEAL in one.open for one in ways] == [False, True]
    assert [Channel.HUMAN in one.open for one in ways] == [True, False]
    assert all(Channel.BILLING in one.open for one in ways)


def test_a_measure_against_one_key_opens_appeals_too(cast):
    restrict(cast, UnitKind.KEY, Measure.SUSPENDED, AT + timedelta(days=1))
    actor = asks(cast, "ben")
    assert queries.situation_of(cast.viewer("ben"), actor, Surface.PRODUCT, at=AT).has_decision
    outside = queries.actor_of(cast.viewer("chie"), cast.atelier.id, at=AT)
    assert not queries.situation_of(cast.viewer("chie"), outside, Surface.PRODUCT, at=AT).has_decision


def test_the_operator_s_choice_is_a_version_with_its_reason_and_an_entry_of_audit(operator):
    assert queries.policy_in_force() == SupportPolicy()
    chosen = actions.set_policy(
        operator, SupportPolicy(admins_are_owners=True), "Admins asked for it.", clock=CLOCK
    )
    assert chosen == queries.policy_in_force() == SupportPolicy(1, admins_are_owners=True)
    newest, shipped = queries.policy_versions(operator)
    assert (newest.policy, newest.reason, newest.set_at) == (chosen, "Admins asked for it.", AT)
    assert shipped.policy == SupportPolicy()
    (noted,) = audit.entries(system("test"), audit.EntryFilter(action="support_policy.set"))
    assert (noted.actor, noted.subject, noted.facts["admins_are_owners"]) == (operator.id, "1", True)


@pytest.mark.parametrize("reason", ["", "   ", "a" * 301], ids=["none", "blanks", "too long"])
def test_a_choice_without_a_reason_is_not_made(operator, reason):
    with pytest.raises(SekishoError) as refused:
        actions.set_policy(operator, SupportPolicy(admins_are_owners=True), reason)
    assert refused.value.code == "reason_missing"
    assert queries.policy_in_force() == SupportPolicy()


def test_who_looked_at_an_older_choice_does_not_undo_a_newer_one(operator):
    looked_at = queries.policy_in_force()
    actions.set_policy(operator, replace(looked_at, support_contacts=True), "First.", clock=CLOCK)
    with pytest.raises(SekishoError) as refused:
        actions.set_policy(operator, replace(looked_at, admins_are_owners=True), "Second.", clock=CLOCK)
    assert refused.value.code == "policy_moved"
    assert queries.policy_in_force() == SupportPolicy(1, support_contacts=True)


@pytest.mark.parametrize("name", ["aiko", "chie", "daiki", "emi"])
def test_nobody_but_operators_chooses(cast, name):
    with pytest.raises(NotAllowedError):
        actions.set_policy(cast.viewer(name), SupportPolicy(admins_are_owners=True), "I would like it.")


@pytest.mark.parametrize("name", ["aiko", "chie", "emi"])
def test_the_versions_are_for_staff_of_support(cast, name):
    with pytest.raises(NotFoundError):
        queries.policy_versions(cast.viewer(name))
    assert queries.policy_versions(cast.viewer("daiki"))


# --- support contacts -----------------------------------------------------------------------------------------
@pytest.fixture
def with_contacts(cast, operator):
    on(cast, Plan.ENTERPRISE)
    actions.set_policy(operator, SupportPolicy(support_contacts=True), "Agreed.", clock=CLOCK)
    return cast


def humans(cast, name: str) -> bool:
    return Channel.HUMAN in queries.entitlements_of(cast.viewer(name), cast.atelier.id, at=AT)[1].open


def test_a_named_member_is_answered_by_people_until_the_name_is_taken_back(with_contacts):
    cast, org = with_contacts, with_contacts.atelier.id
    assert not humans(cast, "ben")
    for _ in range(2):
        actions.name_contact(cast.viewer("aiko"), org, person=cast.ben.id, clock=CLOCK)
    assert humans(cast, "ben")
    [named] = queries.contacts(cast.viewer("ben"), org)
    actions.drop_contact(cast.viewer("aiko"), org, named.id)
    assert not humans(cast, "ben")
    for action in ("support_contact.named", "support_contact.dropped"):
        assert len(audit.entries(system("test"), audit.EntryFilter(action=action))) == 1


def test_all_administrators_can_be_named_at_once(with_contacts):
    cast, org = with_contacts, with_contacts.atelier.id
    actions.name_contact(cast.viewer("aiko"), org, role=Role.ADMIN, clock=CLOCK)
    assert not humans(cast, "ben")
    Membership.objects.filter(person=cast.ben).update(role=Role.ADMIN)
    assert humans(cast, "ben")


def test_who_left_is_not_answered_by_the_name_that_was_left_behind(with_contacts):
    cast, org = with_contacts, with_contacts.atelier.id
    actions.name_contact(cast.viewer("aiko"), org, person=cast.ben.id, clock=CLOCK)
    Membership.objects.filter(person=cast.ben).delete()
    assert not humans(cast, "ben")


def test_a_name_opens_nothing_once_the_operator_or_the_plan_has_no_contacts(with_contacts, operator):
    cast, org = with_contacts, with_contacts.atelier.id
    actions.name_contact(cast.viewer("aiko"), org, person=cast.ben.id, clock=CLOCK)
    on(cast, Plan.TEAM)
    assert not humans(cast, "ben")
    on(cast, Plan.ENTERPRISE)
    actions.set_policy(operator, SupportPolicy(1), "No longer.", clock=CLOCK)
    assert not humans(cast, "ben")


@pytest.mark.parametrize(
    ("who", "named", "problem"),
    [
        pytest.param("ben", {"person": "ben"}, "not_allowed", id="a member names"),
        pytest.param("chie", {"person": "chie"}, "organisation_not_found", id="an outsider names"),
        pytest.param("daiki", {"person": "ben"}, "organisation_not_found", id="staff name"),
        pytest.param("aiko", {"person": "chie"}, "contact_unknown", id="an outsider is named"),
        pytest.param("aiko", {"role": Role.MEMBER}, "contact_unknown", id="every member is named"),
        pytest.param("aiko", {}, "contact_unknown", id="nobody is named"),
        pytest.param("aiko", {"person": "ben", "role": Role.ADMIN}, "contact_unknown", id="both are named"),
    ],
)
def test_who_cannot_be_named_or_name(with_contacts, who, named, problem):
    cast = with_contacts
    said = {name: getattr(cast, value).id if name == "person" else value for name, value in named.items()}
    with pytest.raises(SekishoError) as refused:
        actions.name_contact(cast.viewer(who), cast.atelier.id, **said, clock=CLOCK)
    assert refused.value.code == problem
    assert queries.contacts(cast.viewer("aiko"), cast.atelier.id) == ()


@pytest.mark.parametrize("allowed", [True, False], ids=["another plan", "the operator has none"])
def test_contacts_are_unavailable_elsewhere(cast, operator, allowed):
    on(cast, Plan.TEAM if allowed else Plan.ENTERPRISE)
    actions.set_policy(operator, SupportPolicy(support_contacts=allowed), "Agreed.", clock=CLOCK)
    with pytest.raises(SekishoError) as refused:
        actions.name_contact(cast.viewer("aiko"), cast.atelier.id, person=cast.ben.id, clock=CLOCK)
    assert refused.value.code == "contacts_unavailable"


def test_contacts_are_seen_by_the_organisation_s_people_alone(with_contacts):
    for name in ("chie", "daiki"):
        with pytest.raises(NotFoundError):
            queries.contacts(with_contacts.viewer(name), with_contacts.atelier.id)
    with pytest.raises(NotFoundError):
        actions.drop_contact(with_contacts.viewer("aiko"), with_contacts.atelier.id, "sct_other")


# --- by mail --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "plan", "admitted"),
    [
        pytest.param("aiko", Plan.TEAM, True, id="an owner"),
        pytest.param("ben", Plan.TEAM, False, id="a member"),
        pytest.param("aiko", Plan.FREE, False, id="on the free plan"),
        pytest.param("ben", Plan.PRO, True, id="on a paid plan"),
        pytest.param("daiki", Plan.TEAM, False, id="without an account"),
    ],
)
def test_who_may_ask_people_by_mail(cast, name, plan, admitted):
    on(cast, plan)
    found = queries.admitted_by_mail(f"{name}@example.test", at=AT)
    assert (found is not None) is admitted
    if found:
        assert (found.known["requester"], found.known["plan"]) == (getattr(cast, name).id, plan)
        assert "human" in found.known["entitlements"]["open"]


def test_a_mail_is_about_an_account_for_which_people_answer(cast):
    on(cast, Plan.TEAM)
    factories.member(cast.elsewhere, cast.ben, Role.ADMIN)
    found = queries.admitted_by_mail("ben@example.test", at=AT)
    assert found.known["organisation"] == cast.elsewhere.id


def test_about_money_people_answer_whoever_pays(cast):
    on(cast, Plan.PRO)
    restrict(cast, UnitKind.ORGANISATION, Measure.SUSPENDED, AT + timedelta(days=1))
    assert queries.admitted_by_mail("aiko@example.test", at=AT) is None
    found = queries.admitted_by_mail("aiko@example.test", Queue.BILLING, at=AT)
    assert "human" not in found.known["entitlements"]["open"]
    assert "billing" in found.known["entitlements"]["open"]


def test_nobody_is_known_by_an_address_that_they_have_not_proven(cast):
    assert queries.admitted_by_mail("nobody@example.test", at=AT) is None


def test_what_a_case_keeps_of_somebody_whom_staff_answer(cast):
    on(cast, Plan.TEAM)
    kept = queries.snapshot_of(cast.ben.id, cast.atelier.id, Surface.MAIL, at=AT)
    assert (kept["plan"], kept["role"], kept["closed"]["human"]) == ("team", "member", "human_member")
    assert queries.snapshot_of("", "", Surface.MAIL, at=AT) == {}
