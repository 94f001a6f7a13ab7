"""The partner program: an administrator opts in, members are told and can object, and it ends in several ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.accounts import actions as accounts
from sekisho.accounts import queries as people
from sekisho.accounts.models import Membership, Organisation
from sekisho.accounts.types import Plan, Role, system
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.inventory import Holder, Subject
from sekisho.notices.models import Notice
from sekisho.records.actions import store_turns
from sekisho.records.calendar import shipped
from sekisho.records.consent import actions, queries
from sekisho.records.consent.rules.discretion import UNTOLD, discreet
from sekisho.records.consent.rules.partner import lapses_at, told_objections
from sekisho.records.consent.tasks import look_after_partners
from sekisho.records.consent.types import AtLeast, Joining, Withheld
from sekisho.records.models import Turn
from sekisho.records.queries import events_of
from sekisho.records.queries.clocks import explain_turn
from sekisho.records.rights.bundle.about import Consents
from sekisho.records.rights.bundle.turns import Explanations
from sekisho.records.rights.bundle.words import Owner
from sekisho.records.rights.queries.stored import stored
from sekisho.records.rules import eligible
from sekisho.records.types import Eligible, Kind, Product, Stamp, TurnFacts, Upstream
from tests.factories import person
from tests.records.consent.conftest import AT, own_turn

RIGHT = "I am the managing director of the atelier."
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def team(atelier, aiko, ben):
    """Aiko's organisation on a plan that may take part. Ben is a member."""
    Organisation.objects.filter(id=atelier.id).update(plan=Plan.TEAM.value)
    return atelier.id


def join(who, organisation, at=AT, words=RIGHT):
    actions.join_partner(people.viewer(who.id), organisation, words, language="ja", at=at)


def kinds(organisation):
    return [one.kind for one in events_of(organisation)]


def by(member, organisation, at, upstream=Upstream.FIRST_PARTY, product=Product.CODING):
    stamp = Stamp(Plan.TEAM, "route", False, at, upstream=upstream, product=product, member=member.id)
    turn = TurnFacts("req_1", organisation, stamp, completed_at=at)
    return eligible(turn, events_of(organisation), shipped(), at + HOUR)


def test_a_members_turns_are_given_only_from_when_their_mail_was_taken(team, aiko, ben, mail_goes_out):
    join(aiko, team)
    look_after_partners(fixed_clock(AT + HOUR))
    assert kinds(team) == [Kind.PARTNER_JOINED], "written is not told"
    assert by(ben, team, AT + HOUR).reason == "member_not_told"
    mail_goes_out()
    look_after_partners(fixed_clock(AT + 2 * HOUR))
    assert kinds(team) == [Kind.PARTNER_JOINED, Kind.MEMBER_TOLD, Kind.MEMBER_TOLD]
    assert by(ben, team, AT + 2 * HOUR - timedelta(seconds=1)).reason == "member_not_told"
    assert isinstance(by(ben, team, AT + 2 * HOUR), Eligible)
    assert by(ben, team, AT + 3 * HOUR, upstream=Upstream.BEDROCK).reason == "not_first_party"
    look_after_partners(fixed_clock(AT + 3 * HOUR))
    assert Notice.objects.filter(kind="partner_program").count() == 2, "each is told once"
    stands = queries.partner(people.viewer(aiko.id), team, AT + 3 * HOUR)
    assert (stands.told, stands.waiting, stands.may_not) == (2, 0, None)


def test_a_new_member_is_left_out_until_told_and_a_guest_for_good(team, aiko, chie, daiki, mail_goes_out):
    join(aiko, team)
    accounts.add_member(people.viewer(aiko.id), team, chie.email)
    accounts.add_member(people.viewer(aiko.id), team, daiki.email, is_guest=True)
    assert by(chie, team, AT + HOUR).reason == "member_not_told"
    look_after_partners(fixed_clock(AT + HOUR))
    mail_goes_out()
    look_after_partners(fixed_clock(AT + 2 * HOUR))
    assert isinstance(by(chie, team, AT + 2 * HOUR), Eligible)
    assert by(daiki, team, AT + 2 * HOUR).reason == "member_not_told"
    stands = queries.partner(people.viewer(aiko.id), team, AT + 3 * HOUR)
    assert (stands.told, stands.waiting, stands.guests) == (3, 0, 1)


def test_a_member_who_becomes_a_guest_is_left_out_and_told_anew_when_they_come_back(
    team, aiko, ben, mail_goes_out
):
    owner = people.viewer(aiko.id)

    def as_a(guest, at):
        accounts.remove_member(owner, team, ben.id)
        accounts.add_member(owner, team, ben.email, is_guest=guest)
        look_after_partners(fixed_clock(at))

    join(aiko, team)
    mail_goes_out()
    look_after_partners(fixed_clock(AT + HOUR))
    as_a(True, AT + 2 * HOUR)
    assert by(ben, team, AT + 3 * HOUR).reason == "member_objected"
    as_a(False, AT + 4 * HOUR)
    assert by(ben, team, AT + 5 * HOUR).reason == "member_objected", "not told anew yet"
    mail_goes_out()
    look_after_partners(fixed_clock(AT + 6 * HOUR))
    assert isinstance(by(ben, team, AT + 7 * HOUR), Eligible)
    assert queries.own_parts(people.viewer(ben.id), AT + 7 * HOUR)[0].objected_at is None


def test_a_members_no_stands_above_the_organisations_yes(team, aiko, ben, mail_goes_out):
    join(aiko, team)
    mail_goes_out()
    look_after_partners(fixed_clock(AT + HOUR))
    viewer = people.viewer(ben.id)
    assert actions.object_(viewer, team, at=AT + 2 * HOUR)
    assert not actions.object_(viewer, team, at=AT + 2 * HOUR), "once is enough"
    assert by(ben, team, AT + HOUR).reason == "member_objected", "what was made before is not given either"
    assert isinstance(by(aiko, team, AT + 3 * HOUR), Eligible), "it is their own turns alone"
    (part,) = queries.own_parts(viewer, AT + 3 * HOUR)
    assert (part.takes_part, part.told_at, part.objected_at) == (True, AT + HOUR, AT + 2 * HOUR)
    actions.withdraw_objection(viewer, team, at=AT + 4 * HOUR)
    assert by(ben, team, AT + 3 * HOUR).reason == "member_objected"
    assert isinstance(by(ben, team, AT + 5 * HOUR), Eligible)


def test_an_objection_outlives_leaving_and_joining_again(team, aiko, ben, mail_goes_out):
    actions.object_(people.viewer(ben.id), team, at=AT)
    join(aiko, team, AT + HOUR)
    actions.leave_partner(people.viewer(aiko.id), team, at=AT + 2 * HOUR)
    join(aiko, team, AT + 3 * HOUR)
    mail_goes_out()
    look_after_partners(fixed_clock(AT + 4 * HOUR))
    assert by(ben, team, AT + 5 * HOUR).reason == "member_objected"


def test_after_leaving_nothing_is_given_and_members_are_told_anew(team, aiko, ben, mail_goes_out):
    join(aiko, team)
    mail_goes_out()
    look_after_partners(fixed_clock(AT + HOUR))
    assert actions.leave_partner(people.viewer(aiko.id), team, at=AT + 2 * HOUR)
    assert not actions.leave_partner(people.viewer(aiko.id), team, at=AT + 2 * HOUR)
    assert by(ben, team, AT + 2 * HOUR).reason == "no_partner_program"
    assert queries.partner(people.viewer(aiko.id), team, AT + 3 * HOUR).joined_at is None
    join(aiko, team, AT + 3 * HOUR)
    look_after_partners(fixed_clock(AT + 4 * HOUR))
    assert by(ben, team, AT + 5 * HOUR).reason == "member_not_told"


def test_gateways_know_whether_it_takes_part(team, aiko):
    join(aiko, team)
    (event,) = events_of(team)
    assert queries.consents_for_gateway(AT) == {team: event.seq}
    join(aiko, team, AT + HOUR)
    assert queries.consents_for_gateway(AT + HOUR) == {team: event.seq}, "confirmed, it is the same epoch"
    assert queries.consents_for_gateway(lapses_at(AT + HOUR, shipped())) == {}
    accounts.set_education(system("cli"), team, True)
    assert queries.consents_for_gateway(AT + HOUR) == {}


def test_it_lapses_after_a_year_unless_confirmed_and_owners_are_reminded(team, aiko):
    join(aiko, team)
    end = lapses_at(AT, shipped())
    assert end == AT.replace(year=AT.year + 1)
    for before in (DAY * 31, DAY * 30, DAY * 8, DAY * 7, DAY):
        look_after_partners(fixed_clock(end - before))
    assert Notice.objects.filter(kind="partner_lapses").count() == 2
    join(aiko, team, end - HOUR)
    look_after_partners(fixed_clock(end))
    assert queries.partner(people.viewer(aiko.id), team, end).lapses_at == lapses_at(end - HOUR, shipped())
    later = lapses_at(end - HOUR, shipped())
    look_after_partners(fixed_clock(later))
    assert queries.partner(people.viewer(aiko.id), team, later).joined_at is None
    assert Notice.objects.filter(kind="partner_lapsed").count() == 1
    assert by(aiko, team, later).reason == "no_partner_program"


def test_zero_retention_ends_it_at_once_and_keeps_it_out(team, aiko):
    join(aiko, team)
    actions.switch_zero_retention(people.viewer(aiko.id), team, True, at=AT + HOUR)
    stands = queries.partner(people.viewer(aiko.id), team, AT + HOUR)
    assert (stands.joined_at, stands.may_not) == (None, Joining.ZERO_RETENTION)
    with pytest.raises(SekishoError) as refused:
        join(aiko, team, AT + 2 * HOUR)
    assert refused.value.data["why"] == "zero_retention"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"plan": "free"}, "plan", id="a person's account"),
        pytest.param({"plan": "gov"}, "plan", id="a government"),
        pytest.param({"plan": "third_party"}, "plan", id="who passes on what others said"),
        pytest.param({"education": True}, "education", id="a school"),
        pytest.param({"zero_retention": True}, "zero_retention", id="zero retention"),
    ],
)
def test_who_may_not_join(change, expected, team, aiko):
    Organisation.objects.filter(id=team).update(**change)
    with pytest.raises(SekishoError) as refused:
        join(aiko, team)
    assert refused.value.data["why"] == expected
    assert kinds(team) == []


@pytest.mark.parametrize(
    "words", ["", " " * 20, "yes", "x" * 301], ids=["nothing", "blanks", "a word", "too much"]
)
def test_nobody_joins_without_saying_by_what_right(words, team, aiko):
    with pytest.raises(SekishoError) as refused:
        join(aiko, team, words=words)
    assert refused.value.data["why"] == "attestation"


def test_members_outsiders_and_processes_opt_nobody_in(team, ben, chie):
    with pytest.raises(NotAllowedError):
        join(ben, team)
    with pytest.raises(NotFoundError):
        join(chie, team)
    with pytest.raises(NotFoundError):
        actions.join_partner(system("cli"), team, RIGHT, language="en", at=AT)
    for act in (actions.object_, actions.withdraw_objection):
        with pytest.raises(NotFoundError):
            act(people.viewer(chie.id), team, at=AT)
    assert kinds(team) == []


@pytest.mark.parametrize(
    ("objections", "members", "expected"),
    [
        pytest.param(1, 2, Withheld(), id="one of two"),
        pytest.param(0, 9, Withheld(), id="a small group, also for none"),
        pytest.param(0, 10, AtLeast(0), id="none of ten"),
        pytest.param(4, 10, AtLeast(0), id="four of ten read like none"),
        pytest.param(5, 10, AtLeast(5), id="five of ten"),
        pytest.param(10, 10, AtLeast(5), id="all of ten read like five"),
        pytest.param(19, 20, AtLeast(15), id="all but one"),
        pytest.param(123, 500, AtLeast(120), id="many"),
    ],
)
def test_what_administrators_are_told_of_objections(objections, members, expected):
    assert told_objections(objections, members) == expected


def test_administrators_learn_a_number_and_no_name(team, aiko, mail_goes_out):
    members = [person(f"Member{number}") for number in range(12)]
    for one in members:
        Membership.objects.create(organisation_id=team, person=one, role=Role.MEMBER)
    for one in members[:6]:
        actions.object_(people.viewer(one.id), team, at=AT)
    stands = queries.partner(people.viewer(aiko.id), team, AT)
    assert stands.objections == AtLeast(5)
    assert not any(one.id in repr(stands) for one in members)


def test_no_copy_of_everything_and_no_list_tells_an_organisation_who_objects(team, aiko, ben, mail_goes_out):
    """The primary owner takes all along and reads what is stored; whatever hangs on a member reads the same for all."""
    join(aiko, team)
    mail_goes_out()
    look_after_partners(fixed_clock(AT + HOUR))
    actions.object_(people.viewer(ben.id), team, at=AT + 2 * HOUR)
    for number, member in enumerate((aiko, ben)):
        sent = own_turn(member, team, f"{number}", AT + 3 * HOUR)
        stamp = replace(sent.stamp, plan=Plan.TEAM, upstream=Upstream.FIRST_PARTY)
        store_turns([replace(sent, stamp=stamp, conversation=f"talk {number}")])
    known = {one.training for one in _explained(team, AT + 4 * HOUR)}
    assert known == {UNTOLD}
    told = stored(people.viewer(aiko.id), team, AT + 4 * HOUR).conversations
    assert {one.because.training for one in told} == {UNTOLD}
    (own,) = stored(people.viewer(ben.id), team, AT + 4 * HOUR).conversations
    assert own.because.training.reason == "member_objected", "who objects reads so themselves"
    owner = Owner("r", Subject(Holder.ORGANISATION, team), (), frozenset({aiko.id, ben.id}), "en", AT + DAY)
    copied = b"".join(
        piece.data for part in (Consents(), Explanations()) for piece in part.step(owner, "").pieces
    )
    assert b"object" not in copied
    member = Owner("r", Subject(Holder.MEMBER, team, person=ben.id), (), frozenset({ben.id}), "en", AT + DAY)
    assert b"member_objected" in b"".join(piece.data for piece in Consents().step(member, "").pieces)


def _explained(organisation, at):
    names = Turn.objects.filter(organisation=organisation).values_list("id", flat=True)
    return [discreet(explain_turn(name, at)) for name in names]
