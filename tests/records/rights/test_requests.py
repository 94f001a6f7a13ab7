"""Requests: who may ask for what, by when it is answered, how it ends; erasure that is never done by halves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from sekisho.accounts.models import Membership, Organisation, Person, StaffAppointment
from sekisho.accounts.queries import account_known_by
from sekisho.accounts.types import Plan, Role, StaffRole
from sekisho.audit.receipts import document
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.notices.models import Delivery, Notice
from sekisho.records.calendar import shipped
from sekisho.records.models import Content, Turn
from sekisho.records.rights import actions, queries
from sekisho.records.rights.actions import working
from sekisho.records.rights.models import Bundle, Request
from sekisho.records.rights.rules import Done, Late, Pending, after_erasure, due_at, may_become, time_left
from sekisho.records.rights.rules.requests import STEPS
from sekisho.records.rights.types import (
    BundleState,
    Refusal,
    RequestKind,
    RequestState,
)
from tests import factories, pages
from tests.records.rights.makers import AT, LATER, NOW, account, asked, member, ready, store, turn

S = RequestState


# --- rules ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", pages.table("docs/rules/rights.md", "From", "To"), ids=lambda row: row[0])
def test_states_are_those_of_the_page(row):
    state, wanted = S(row[0]), {S(one) for one in row[1].replace("–", "").split()}
    assert {one for one in S if may_become(state, one)} == wanted


def test_what_has_ended_stays_so():
    ended = [state for state in S if not STEPS[state]]
    assert ended == [S.COMPLETED, S.CANCELLED, S.REFUSED]


def test_an_erasure_that_has_begun_is_not_taken_back():
    assert may_become(S.IN_PROGRESS, S.CANCELLED)
    assert not may_become(S.IN_PROGRESS, S.CANCELLED, erases=True)


@pytest.mark.parametrize(
    ("left", "state"),
    [(0, S.COMPLETED), (1, S.IN_PROGRESS), (9_999, S.IN_PROGRESS)],
    ids=["nothing is left", "one row", "many"],
)
def test_partial_is_in_progress_and_never_done(left, state):
    assert after_erasure(left) is state


DUE = AT + timedelta(days=30)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("state", "finished", "at", "expected"),
    [
        pytest.param(S.RECEIVED, None, AT, Pending(timedelta(days=30)), id="just asked"),
        pytest.param(S.IN_PROGRESS, None, DUE, Pending(timedelta()), id="the last instant"),
        pytest.param(S.IN_PROGRESS, None, DUE + SECOND, Late(SECOND), id="a second late"),
        pytest.param(S.COMPLETED, DUE, DUE + SECOND, Done(True), id="answered in time, looked at later"),
        pytest.param(S.COMPLETED, DUE + SECOND, DUE + SECOND, Done(False), id="answered late"),
    ],
)
def test_the_clock_of_a_request(state, finished, at, expected):
    assert due_at(AT, shipped()) == DUE
    assert time_left(state, DUE, finished, at) == expected


# --- who asks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ben", "chie", "daiki", "emi"])
def test_an_account_is_asked_for_by_its_primary_owner_alone(name, cast):
    assert asked(cast.viewer("aiko"), account(cast.atelier.id)).state is S.RECEIVED
    with pytest.raises(NotFoundError):
        asked(cast.viewer(name), account(cast.atelier.id))


@pytest.mark.parametrize("name", ["chie", "daiki"])
def test_nobody_asks_in_the_name_of_a_member(name, cast):
    with pytest.raises(NotFoundError):
        asked(cast.viewer(name), member(cast.atelier.id, cast.ben.id))


def test_asking_again_is_asking_once(cast):
    first = asked(cast.viewer("aiko"), account(cast.atelier.id))
    assert asked(cast.viewer("aiko"), account(cast.atelier.id)).id == first.id


def test_a_member_asks_freely_until_the_owner_forbids_it(cast):
    aiko, ben, own = cast.viewer("aiko"), cast.viewer("ben"), member(cast.atelier.id, cast.ben.id)
    assert not asked(ben, own).waits_for_owner
    actions.cancel(ben, asked(ben, own).id)
    actions.let_members(aiko, cast.atelier.id, may_export=False, clock=LATER)
    made = asked(ben, own)
    assert (made.waits_for_owner, made.state) == (True, S.VERIFYING)
    assert working.work(LATER) == 0
    assert Notice.objects.get(organisation=cast.atelier.id).kind == "data_asked"
    assert actions.allow(aiko, made.id).state is S.RECEIVED
    assert working.finish(made.id, LATER).state is S.COMPLETED


def test_the_owner_says_no_with_the_way_to_complain(cast):
    ben = cast.viewer("ben")
    made = asked(ben, member(cast.atelier.id, cast.ben.id), RequestKind.ERASURE)
    assert made.waits_for_owner
    for name in ("ben", "chie", "daiki"):
        with pytest.raises(NotFoundError):
            actions.refuse(cast.viewer(name), made.id, clock=LATER)
    refused = actions.refuse(cast.viewer("aiko"), made.id, clock=LATER)
    assert (refused.state, refused.refusal) == (S.REFUSED, Refusal.BY_OWNER)
    told = Notice.objects.get(person=cast.ben.id)
    assert "監督機関" in told.body_ja
    assert "data protection authority" in told.body_en


@pytest.mark.parametrize("name", ["ben", "chie"])
def test_members_and_outsiders_forbid_nothing(name, cast):
    with pytest.raises(NotAllowedError):
        actions.let_members(cast.viewer(name), cast.atelier.id, may_export=False)


def test_a_copy_is_taken_back_with_what_was_made_of_it(cast):
    store(turn(1, cast.atelier.id))
    made = asked(cast.viewer("aiko"), account(cast.atelier.id))
    working.advance(made.id, LATER)
    assert actions.cancel(cast.viewer("aiko"), made.id, clock=LATER).state is S.CANCELLED
    assert Bundle.objects.get().state == BundleState.EXPIRED
    with pytest.raises(SekishoError):
        actions.cancel(cast.viewer("aiko"), made.id, clock=LATER)


def test_staff_see_what_is_due_first_first_and_nobody_else_sees_it(cast):
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.PRIVACY)
    late = asked(cast.viewer("chie"), account(cast.elsewhere.id))
    Request.objects.filter(id=late.id).update(due_at=NOW + timedelta(days=40))
    soon = asked(cast.viewer("aiko"), account(cast.atelier.id))
    assert [one.id for one in queries.requests(cast.viewer("daiki"))] == [soon.id, late.id]
    for name in ("aiko", "emi"):
        with pytest.raises(NotFoundError):
            queries.requests(cast.viewer(name))


# --- erasure --------------------------------------------------------------------------------------------------


@pytest.fixture
def home(db):
    """Aiko's account of her own: a consumer's, of one person."""
    aiko = factories.person("Aiko", language="ja")
    own = factories.organisation("Aiko", plan=Plan.PRO, language="ja")
    factories.member(own, aiko, Role.PRIMARY_OWNER)
    store(*(turn(number, own.id, member=aiko.id, plan=Plan.PRO) for number in (1, 2)))
    return own, aiko


def viewer_of(person):
    from sekisho.accounts.queries import viewer

    return viewer(person.id)


def test_erasing_an_account_of_ones_own_takes_the_person_too(home):
    own, aiko = home
    made = asked(viewer_of(aiko), account(own.id), RequestKind.ERASURE)
    done = working.finish(made.id, LATER)
    assert (done.state, done.left) == (S.COMPLETED, 0)
    assert not Person.objects.filter(id=aiko.id).exists()
    assert not Organisation.objects.filter(id=own.id).exists()
    assert not Turn.objects.filter(organisation=own.id).exists()
    assert not Content.objects.exists()
    facts = document(done.receipt)["receipt"]["facts"]
    assert facts["request"] == made.id
    assert len(facts["erasures"]) == 2


def test_who_belongs_to_others_too_stays_a_person(home, atelier):
    own, aiko = home
    factories.member(atelier, aiko)
    made = asked(viewer_of(aiko), account(own.id), RequestKind.ERASURE)
    assert working.finish(made.id, LATER).state is S.COMPLETED
    assert Person.objects.filter(id=aiko.id).exists()
    assert Membership.objects.filter(person=aiko).count() == 1


def test_while_anything_is_left_it_is_not_done(home, monkeypatch):
    own, aiko = home
    made = asked(viewer_of(aiko), account(own.id), RequestKind.ERASURE)

    def fails(*_):
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr("sekisho.records.retention.actions.erasing.erase_rows", fails)
        stuck = working.finish(made.id, LATER)
    assert stuck.state is S.IN_PROGRESS
    assert (stuck.left > 0, stuck.receipt, stuck.finished_at) == (True, "", None)
    with pytest.raises(SekishoError) as refusal:
        actions.cancel(viewer_of(aiko), made.id)
    assert refusal.value.code == "too_late"
    done = working.finish(made.id, LATER)
    assert (done.state, done.left, bool(done.receipt)) == (S.COMPLETED, 0, True)


def test_a_copy_that_waits_goes_with_the_account(home):
    own, aiko = home
    copy = ready(viewer_of(aiko), account(own.id))
    made = asked(viewer_of(aiko), account(own.id), RequestKind.ERASURE)
    working.finish(made.id, LATER)
    assert not Bundle.objects.filter(request=copy.id, state=BundleState.READY).exists()


# --- who cannot sign in ---------------------------------------------------------------------------------------


def known(person):
    found = account_known_by(person.email.upper())
    assert found is not None
    return found


IN_72_HOURS = NOW + timedelta(hours=72)


def test_who_cannot_sign_in_waits_and_the_account_is_told_at_once(home):
    _, aiko = home
    EmailAddress.objects.create(user=aiko, email="aiko@second.test", verified=True)
    EmailAddress.objects.create(user=aiko, email="aiko@unproven.test", verified=False)
    made = actions.ask_from_outside(RequestKind.ACCESS, known(aiko), IN_72_HOURS, clock=LATER)
    row = Request.objects.get()
    assert (row.state, row.begins_at, row.person) == ("verifying", IN_72_HOURS, aiko.id)
    told = Notice.objects.get(person=aiko.id)
    assert told.link.startswith("/privacy/locked-out/")
    readers = Delivery.objects.filter(notice__about=row.id).values_list("address", flat=True)
    assert set(readers) == {aiko.email, "aiko@second.test"}, "every address that they have proven hears of it"
    assert working.work(fixed_clock(IN_72_HOURS - SECOND)) == 0
    after = fixed_clock(IN_72_HOURS)
    assert working.work(after) > 0
    assert working.finish(row.id, after).state is S.COMPLETED
    link = actions.make_link_for_address(made.id, clock=after)
    assert b"".join(actions.take_by_link(row.id, link.secret, clock=after).parts)


@pytest.mark.parametrize("stranger", ["nobody@example.test", "", "aiko"])
def test_nobody_is_found_by_an_address_that_is_not_theirs(stranger, home):
    assert account_known_by(stranger) is None


def test_an_address_that_was_not_verified_finds_nobody(home):
    EmailAddress.objects.update(verified=False)
    assert account_known_by(home[1].email) is None


def test_asking_twice_from_outside_is_asking_once(home):
    _, aiko = home
    asked_ = [
        actions.ask_from_outside(RequestKind.ERASURE, known(aiko), IN_72_HOURS, clock=LATER) for _ in "ab"
    ]
    assert asked_[0].id == asked_[1].id
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "forbidden", "waits"),
    [
        pytest.param(RequestKind.ERASURE, False, True, id="a member's erasure waits for the owner"),
        pytest.param(RequestKind.ACCESS, False, False, id="a member's copy does not"),
        pytest.param(RequestKind.ACCESS, True, True, id="unless the organisation forbids it"),
    ],
)
def test_what_belongs_to_an_organisation_is_its_owners_to_give_out(kind, forbidden, waits, cast):
    if forbidden:
        actions.let_members(cast.viewer("aiko"), cast.atelier.id, may_export=False, clock=LATER)
    made = actions.ask_from_outside(kind, known(cast.ben), IN_72_HOURS, clock=LATER)
    assert (made.waits_for_owner, made.subject) == (waits, member(cast.atelier.id, cast.ben.id))
    assert Notice.objects.filter(organisation=cast.atelier.id).exists() is waits


def test_the_account_stops_what_it_did_not_ask_for(home):
    _, aiko = home
    made = actions.ask_from_outside(RequestKind.ERASURE, known(aiko), IN_72_HOURS, clock=LATER)
    assert actions.stop(made.id, clock=LATER).state is S.CANCELLED
    assert working.work(fixed_clock(NOW + timedelta(days=4))) == 0
    assert Turn.objects.count() == 2
