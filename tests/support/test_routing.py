"""Who may ask whom: the whole matrix of `docs/rules/support-routing.md`, and what holds beyond any row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.accounts.types import Plan, Role
from sekisho.support.rules.reasons import REASONS
from sekisho.support.rules.routing import DEFAULT, HUMAN_ENDS, Seat, entitlements, seat_of, snapshot
from sekisho.support.types import Actor, Channel, Situation, Standing, SupportPolicy
from tests.pages import table

HEADING = ("who", "plan", "role", "standing", *(channel.value for channel in Channel))
ROWS = table("docs/rules/support-routing.md", *HEADING)
DECIDED = Situation(has_decision=True)
BY_LINK = Situation(has_signed_link=True)
CONTACTS = SupportPolicy(support_contacts=True)

actors = st.builds(
    Actor,
    person=st.sampled_from(["", "usr_ben"]),
    organisation=st.sampled_from(["", "org_1"]),
    plan=st.sampled_from([None, *Plan]),
    role=st.sampled_from([None, *Role]),
    standing=st.sampled_from(Standing),
    is_support_contact=st.booleans(),
    must_choose=st.booleans(),
)
situations = st.builds(Situation, has_decision=st.booleans(), has_signed_link=st.booleans())
policies = st.builds(
    SupportPolicy,
    admins_are_owners=st.booleans(),
    support_contacts=st.booleans(),
    free_deletion_by_people=st.booleans(),
)


def actors_of(row: list[str]) -> Iterator[Actor]:
    """Yield every actor that a row of the page speaks of."""
    who, plan, role, standing, *_ = row
    plans = [None] if plan == "–" else [*Plan] if plan == "any" else [Plan(one) for one in plan.split(", ")]
    roles = [None] if role == "–" else [*Role] if role == "any" else [Role(one) for one in role.split(", ")]
    standings = [*Standing] if standing == "any" else [Standing(one) for one in standing.split(", ")]
    person = "" if who == "visitor" else "usr_ben"
    chooses = "none chosen" in who
    organisation = "" if chooses or who in ("visitor", "signed in, no account") else "org_1"
    for held in product(plans, roles, standings):
        yield Actor(
            person, organisation, *held, is_support_contact="support contact" in who, must_choose=chooses
        )


def cells() -> Iterator[object]:
    for row in ROWS:
        for channel, cell in zip(Channel, row[4:], strict=True):
            yield pytest.param(row, channel, cell.startswith("✓"), id=f"{row[0]}, {channel}")


@pytest.mark.parametrize(("row", "channel", "is_open"), tuple(cells()))
def test_every_cell_of_the_matrix(row, channel, is_open):
    situation = BY_LINK if row[0] == "visitor" else DECIDED
    policy = CONTACTS if "support contact" in row[0] else DEFAULT
    for actor in actors_of(row):
        found = entitlements(actor, situation, policy).of(channel)
        assert (found.is_open, found.because) == REASONS[found.rule]
        assert found.is_open is is_open, (actor, found.rule)


def test_every_plan_with_every_role_and_standing_is_in_some_row():
    told = {(one.plan, one.role, one.standing) for row in ROWS for one in actors_of(row)}
    assert told >= set(product(Plan, [None, *Role], Standing))


@given(actors, actors, situations, policies)
def test_what_law_opens_hangs_on_no_plan_and_no_role(one, other, situation, policy):
    for channel in (Channel.REGULATORY, Channel.SAFETY, Channel.LOCKED_OUT, Channel.DOCS):
        assert entitlements(one, situation, policy).of(channel).is_open
    other = replace(other, person=one.person, standing=one.standing)
    appeals = [entitlements(who, situation, policy).of(Channel.APPEAL) for who in (one, other)]
    assert appeals[0] == appeals[1]


@given(actors, situations, policies)
def test_a_decision_or_the_link_of_a_notice_opens_appeals_to_everybody(actor, situation, policy):
    with_link = replace(situation, has_signed_link=True)
    assert entitlements(actor, with_link, policy).of(Channel.APPEAL).is_open
    if actor.is_signed_in:
        decided = replace(situation, has_decision=True)
        assert entitlements(actor, decided, policy).of(Channel.APPEAL).is_open


@given(actors, situations, policies)
def test_nobody_outside_gets_people_by_an_account(actor, situation, policy):
    outside = (replace(actor, person=""), replace(actor, person="usr_chie", organisation="org_1", role=None))
    for who in outside:
        of_accounts = {
            Channel.HUMAN,
            Channel.OWNER,
            Channel.ENTERPRISE_FORM,
            Channel.DELETION_HELP,
            Channel.BILLING,
        }
        assert not entitlements(who, situation, policy).open & of_accounts


@given(actors, situations, policies)
def test_a_restriction_closes_no_way_to_law_safety_appeal_or_payment(actor, situation, policy):
    good = entitlements(replace(actor, standing=Standing.GOOD), situation, policy).open
    kept = {Channel.REGULATORY, Channel.SAFETY, Channel.APPEAL, Channel.BILLING, Channel.LOCKED_OUT}
    for standing in Standing:
        found = entitlements(replace(actor, standing=standing), situation, policy).open
        assert good & kept <= found
        if standing is not Standing.GOOD:
            assert not found & {Channel.HUMAN, Channel.OWNER, Channel.ENTERPRISE_FORM}


@given(actors, situations, policies)
def test_nobody_is_sent_to_an_owner_who_may_ask_themselves(actor, situation, policy):
    assert not entitlements(actor, situation, policy).open >= {Channel.HUMAN, Channel.OWNER}


@given(actors, situations, policies)
def test_an_option_of_the_operator_never_opens_the_enterprise_form(actor, situation, policy):
    chosen = entitlements(actor, situation, policy).of(Channel.ENTERPRISE_FORM)
    assert chosen == entitlements(actor, situation).of(Channel.ENTERPRISE_FORM)
    if chosen.is_open:
        assert (actor.plan, actor.standing) == (Plan.ENTERPRISE, Standing.GOOD)
        assert actor.role in (Role.OWNER, Role.PRIMARY_OWNER)


@given(actors, situations, policies)
def test_every_channel_has_one_answer_with_its_rule(actor, situation, policy):
    found = entitlements(actor, situation, policy)
    assert tuple(one.channel for one in found.each) == tuple(Channel)
    assert all(one.rule in REASONS and one.because.en and one.because.ja for one in found.each)
    kept = snapshot(found, actor)
    assert set(kept["open"]) == {channel.value for channel in found.open}
    assert set(kept["open"]) | set(kept["closed"]) == set(Channel)


def test_the_owner_of_one_organisation_asks_about_another_as_a_member():
    owner = Actor("usr_aiko", "org_a", Plan.TEAM, Role.PRIMARY_OWNER)
    elsewhere = Actor("usr_aiko", "org_b", Plan.ENTERPRISE, Role.MEMBER)
    assert Channel.HUMAN in entitlements(owner).open
    assert entitlements(elsewhere) == entitlements(replace(elsewhere, person="usr_ben"))
    assert {Channel.HUMAN, Channel.ENTERPRISE_FORM}.isdisjoint(entitlements(elsewhere).open)


@pytest.mark.parametrize("plan", [Plan.TEAM, Plan.ENTERPRISE, Plan.GOV])
def test_the_operator_may_have_administrators_answered_as_owners(plan):
    admin = Actor("usr_ben", "org_1", plan, Role.ADMIN)
    open_now = entitlements(admin, policy=SupportPolicy(admins_are_owners=True)).open
    assert {Channel.HUMAN, Channel.BILLING, Channel.DELETION_HELP} <= open_now
    assert {Channel.OWNER, Channel.ENTERPRISE_FORM}.isdisjoint(open_now)


@pytest.mark.parametrize("plan", [plan for plan in Plan if plan is not Plan.ENTERPRISE])
def test_support_contacts_exist_in_enterprise_alone(plan):
    named = Actor("usr_ben", "org_1", plan, Role.MEMBER, is_support_contact=True)
    assert seat_of(named, CONTACTS) is not Seat.CONTACT


def test_a_named_contact_is_answered_by_nobody_where_the_operator_has_no_contacts():
    named = Actor("usr_ben", "org_1", Plan.ENTERPRISE, Role.MEMBER, is_support_contact=True)
    assert entitlements(named).of(Channel.HUMAN).rule == "human_member"


def test_without_people_for_free_deletions_the_way_by_code_is_told():
    found = entitlements(
        Actor("usr_ben", "org_1", Plan.FREE, Role.PRIMARY_OWNER),
        policy=SupportPolicy(free_deletion_by_people=False),
    )
    assert found.of(Channel.DELETION_HELP).rule == "deletion_by_code"
    assert Channel.LOCKED_OUT in found.open


def test_there_is_neither_a_telephone_nor_a_live_chat():
    assert {channel.value for channel in Channel} == set(HEADING[4:])
    assert not [name for name in HEADING if "phone" in name or "chat" in name or "call" in name]
    assert set(Channel) > HUMAN_ENDS


def test_every_reason_is_given_by_some_rule():
    every = product(
        ("", "usr_ben"), ("", "org_1"), (None, *Plan), (None, *Role), Standing, (True, False), (True, False)
    )
    said = {
        one.rule
        for held in every
        for situation in (Situation(), DECIDED, BY_LINK)
        for policy in (CONTACTS, SupportPolicy(free_deletion_by_people=False))
        for one in entitlements(Actor(*held), situation, policy).each
    }
    assert said == REASONS.keys()
