"""Deadlines as they are materialised: at ingest, after events, after crashes; and the daily look for drift."""

from __future__ import annotations

from datetime import datetime

import pytest

from sekisho.accounts.types import Plan, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.databases import KEYSTORE
from sekisho.records import rules
from sekisho.records.actions import append, conversation_id, store_turns
from sekisho.records.actions import restamp as restamping
from sekisho.records.actions.drift import look_for_drift
from sekisho.records.actions.restamp import restamp, take_events, waiting, work_on
from sekisho.records.models import DriftCheck, Restamping, Turn
from sekisho.records.queries import calendar_at, events_of, facts
from sekisho.records.tasks import restamp_turns, watch_drift
from sekisho.records.types import Kind, Scope
from tests.records.clock_rows import AT, DAY, HOUR, WHO, happens, turn

pytestmark = pytest.mark.django_db(databases=["default", KEYSTORE])


def materialised(organisation: str = "org_1") -> dict[str, tuple[datetime | None, datetime | None]]:
    rows = Turn.objects.filter(organisation=organisation).order_by("id")
    return {row.id: (row.deadline_at, row.sealed_at) for row in rows}


def as_the_rules_say(organisation: str = "org_1") -> dict[str, tuple[datetime | None, datetime | None]]:
    known = facts(list(materialised(organisation)))
    ends = {
        id: rules.deadline(one, events_of(organisation), calendar_at(AT + 10 * DAY))
        for id, one in sorted(known.items())
    }
    return {id: (end.at, end.sealed_at) for id, end in ends.items()}


def test_a_turn_is_stamped_as_it_arrives():
    happens(Kind.ALLOWED, AT - DAY)
    store_turns([turn(0), turn(1, "org_2"), turn(2, plan=Plan.TEAM)])
    assert Turn.objects.get(id="req_org_1_000").deadline_at == AT.replace(year=2031)
    assert Turn.objects.get(id="req_org_2_001").deadline_at == AT + HOUR + 30 * DAY
    assert Turn.objects.get(id="req_org_1_002").deadline_at == AT + 2 * HOUR + 30 * DAY


def test_what_happens_while_a_turn_is_being_stored_is_caught_up_with(
    monkeypatch, django_capture_on_commit_callbacks
):
    happens(Kind.ALLOWED, AT - DAY)
    known = restamping.events_of_turns

    def overtaken(turns):
        found = known(turns)
        happens(Kind.DENIED, AT + DAY)
        return found

    with django_capture_on_commit_callbacks(execute=True):
        monkeypatch.setattr(restamping, "events_of_turns", overtaken)
        store_turns([turn(0)])
        monkeypatch.undo()
    assert materialised() == as_the_rules_say()
    assert Turn.objects.get().sealed_at == AT + DAY


@pytest.mark.parametrize("piece", [1, 7, 500])
def test_after_a_flip_every_turn_stands_as_the_rules_say(piece):
    happens(Kind.ALLOWED, AT - DAY)
    store_turns([turn(number) for number in range(24)] + [turn(0, "org_2")])
    others = materialised("org_2")
    happens(Kind.DENIED, AT + DAY)
    store_turns([turn(number) for number in range(25, 30)])
    assert take_events(AT + DAY) == 2
    while work_on(AT + DAY, piece) is not None:
        pass
    assert materialised() == as_the_rules_say()
    assert Turn.objects.get(id="req_org_1_000").deadline_at == AT + 30 * DAY
    assert Turn.objects.get(id="req_org_1_029").sealed_at is None  # received after the flip
    assert (materialised("org_2"), waiting()) == (others, False)


@pytest.mark.parametrize(
    ("kind", "scope", "days"),
    [
        pytest.param(Kind.RETENTION_SET, {}, 7, id="fewer days"),
        pytest.param(Kind.RETENTION_SET, {}, 90, id="more days"),
        pytest.param(Kind.ZERO_RETENTION_ON, {}, None, id="zero retention"),
        pytest.param(Kind.DELETED, {"conversation": "c1"}, None, id="a conversation is deleted"),
        pytest.param(Kind.DELETED, {"member": "usr_aiko"}, None, id="a member's are deleted"),
        pytest.param(Kind.MOVED, {"conversation": "c2"}, None, id="a conversation is moved"),
        pytest.param(Kind.DENIED, {}, None, id="denied"),
    ],
)
@pytest.mark.parametrize("plan", [Plan.PRO, Plan.TEAM])
def test_whatever_happens_the_columns_follow(kind, scope, days, plan):
    happens(Kind.ALLOWED, AT - DAY)
    store_turns([turn(number, plan=plan) for number in range(12)])
    if "conversation" in scope:
        scope = {"conversation": conversation_id(turn(int(scope["conversation"][1])))}
    happens(kind, AT + 12 * HOUR, days=days, **scope)
    restamp_turns(fixed_clock(AT + 13 * HOUR))
    assert materialised() == as_the_rules_say()


def test_an_event_of_the_whole_installation_reaches_every_account():
    store_turns([turn(0), turn(0, "org_2")])
    append(Kind.RETENTION_SET, Scope(), WHO, at=AT + DAY, days=7)
    restamp_turns(fixed_clock(AT + DAY))
    assert {row.deadline_at for row in Turn.objects.all()} == {AT + 7 * DAY}


def test_work_goes_on_where_a_crash_ended_it(monkeypatch):
    happens(Kind.ALLOWED, AT - DAY)
    store_turns([turn(number) for number in range(12)])
    happens(Kind.DENIED, AT + DAY)
    take_events(AT + DAY)
    work_on(AT + DAY, 5)
    reached = Restamping.objects.get().reached
    monkeypatch.setattr(restamping, "stamp", lambda rows, at: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work_on(AT + DAY, 5)
    monkeypatch.undo()
    assert Restamping.objects.get().reached == reached
    while work_on(AT + DAY, 5) is not None:
        pass
    assert materialised() == as_the_rules_say()


def test_events_are_handed_on_once_and_only_those_that_may_change_anything():
    happens(Kind.ALLOWED, AT - DAY)
    happens(Kind.HOLD_PLACED, AT)
    assert take_events(AT) == 2
    assert take_events(AT) == 0
    assert not Restamping.objects.exists()
    happens(Kind.DENIED, AT)
    happens(Kind.DENIED, AT + HOUR)
    assert take_events(AT) == 2
    assert Restamping.objects.count() == 1


def test_an_organisation_can_be_reckoned_again_at_once():
    store_turns([turn(number) for number in range(5)])
    Turn.objects.update(deadline_at=None)
    assert restamp("org_1", 2, fixed_clock(AT + DAY)) == 5
    assert materialised() == as_the_rules_say()


def test_drift_is_set_right_where_late_left_where_early_and_told():
    store_turns([turn(number) for number in range(6)])
    assert watch_drift(fixed_clock(AT + DAY)) == 6
    assert not audit.entries(system("test"), audit.EntryFilter(action="clock.drifted"))
    Turn.objects.filter(id="req_org_1_001").update(deadline_at=AT + 900 * DAY)
    Turn.objects.filter(id="req_org_1_002").update(deadline_at=AT + 3 * DAY)
    assert look_for_drift(AT + DAY) is None  # once a day
    assert look_for_drift(AT + 2 * DAY, 4) == 4
    assert look_for_drift(AT + 2 * DAY, 4) == 2
    ends = {row.id: row.deadline_at for row in Turn.objects.all()}
    assert ends["req_org_1_001"] == AT + HOUR + 30 * DAY
    assert ends["req_org_1_002"] == AT + 3 * DAY
    walk = DriftCheck.objects.latest("begun_at")
    assert (walk.turns, walk.tightened, walk.early) == (6, 1, 1)
    (told,) = audit.entries(system("test"), audit.EntryFilter(action="clock.drifted"))
    assert (told.facts["tightened"], told.facts["early"]) == (1, 1)


def test_turns_from_before_there_were_clocks_are_stamped_without_alarm():
    store_turns([turn(number) for number in range(3)])
    Turn.objects.update(deadline_at=None)
    assert watch_drift(fixed_clock(AT + DAY)) == 3
    assert materialised() == as_the_rules_say()
    assert DriftCheck.objects.get().tightened == 0


def test_what_waits_to_be_restamped_is_no_drift():
    happens(Kind.ALLOWED, AT - DAY)
    store_turns([turn(0)])
    happens(Kind.DENIED, AT + DAY)
    assert look_for_drift(AT + DAY) is None
    restamp_turns(fixed_clock(AT + DAY))
    assert look_for_drift(AT + DAY) == 1
    assert DriftCheck.objects.get().tightened == 0


@pytest.mark.parametrize(
    "kind", [Kind.ALLOWED, Kind.PARTNER_JOINED, Kind.MEMBER_TOLD, Kind.OBJECTION_WITHDRAWN]
)
def test_nothing_is_allowed_for_nobody_in_particular(kind):
    with pytest.raises(ValueError, match="Name the organisation"):
        append(kind, Scope(member="usr_aiko"), WHO, at=AT)
