"""What time does: people are told in their order and once, and in the end the client is told. Nothing is released."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import StaffRole, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.enforcement.holds import actions, queries, tasks
from sekisho.enforcement.holds.actions import by_the_clock
from sekisho.enforcement.holds.models import Attestation, Professional
from sekisho.enforcement.holds.rules import OTHER_TIMERS, TIMERS
from sekisho.enforcement.holds.types import Ended, Expired, HoldState, Waiting
from sekisho.notices.models import Delivery, Notice
from tests.enforcement.holds.makers import AT, hold, key, professional

HEALTH = TIMERS["hr_healthcare"]
MINUTE = timedelta(minutes=1)


def told():
    """Who was mailed what, by kind."""
    return sorted((mail.notice.kind, mail.address) for mail in Delivery.objects.select_related("notice"))


@pytest.fixture
def doctors(cast):
    """Emi and Daiki, both registered."""
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.PROFESSIONAL)
    professional(cast.emi.id)
    professional(cast.daiki.id)


def test_the_life_of_an_answer_that_nobody_looks_at(cast, doctors):
    client, ticket = key(cast.atelier.id), hold(organisation=cast.atelier.id)
    assert actions.tick(fixed_clock(AT + HEALTH.remind - MINUTE)) == 0
    assert actions.tick(fixed_clock(AT + HEALTH.remind)) == 1
    both = [("hold_reminded", "daiki@example.test"), ("hold_reminded", "emi@example.test")]
    assert told() == both
    assert actions.tick(fixed_clock(AT + HEALTH.remind)) == 0
    assert actions.tick(fixed_clock(AT + HEALTH.escalate)) == 1
    late = [("hold_escalated", f"{name}@example.test") for name in ("aiko", "daiki", "emi")]
    assert told() == sorted(both + late)
    assert isinstance(queries.hold_for_key(client, ticket, AT + HEALTH.escalate), Waiting)
    over = AT + HEALTH.expire
    assert actions.tick(fixed_clock(over)) == 1
    assert queries.hold_for_key(client, ticket, over) == Expired(ticket, over, Ended.TIME)
    assert ("hold_expired", "aiko@example.test") in told()
    assert actions.tick(fixed_clock(over + HEALTH.expire)) == 0
    assert not Attestation.objects.exists()
    (entry,) = audit.entries(system("test"), audit.EntryFilter(action="hold.expired"))
    assert (entry.actor, entry.subject) == ("system:holds", ticket)


def test_a_ticket_whose_time_is_up_reads_so_before_the_clock_has_come_by(cast):
    client, ticket = key(cast.atelier.id), hold(organisation=cast.atelier.id)
    assert isinstance(queries.hold_for_key(client, ticket, AT + HEALTH.expire), Expired)


def test_who_let_a_lease_run_out_is_reminded_alone(cast, doctors):
    ticket = hold(organisation=cast.atelier.id)
    actions.claim(cast.viewer("emi"), ticket, fixed_clock(AT))
    assert actions.tick(fixed_clock(AT + HEALTH.remind)) == 1
    assert told() == [("hold_reminded", "emi@example.test")]
    assert queries.hold_view(ticket, AT + HEALTH.remind).state is HoldState.WAITING


def test_a_living_lease_is_not_disturbed(cast, doctors):
    ticket = hold(organisation=cast.atelier.id)
    actions.claim(cast.viewer("emi"), ticket, fixed_clock(AT + MINUTE))
    assert actions.tick(fixed_clock(AT + HEALTH.remind)) == 0


def test_many_late_answers_make_one_mail(cast, doctors):
    for number in range(5):
        hold(number, cast.atelier.id)
    assert actions.tick(fixed_clock(AT + HEALTH.remind)) == 5
    assert len(told()) == 2


def test_notices_tell_no_content_and_both_languages(cast, doctors):
    hold(organisation=cast.atelier.id)
    for after in (HEALTH.remind, HEALTH.escalate, HEALTH.expire):
        actions.tick(fixed_clock(AT + after))
    for row in Notice.objects.values():
        assert "rev_1" in str(row)
        assert "pill" not in str(row)


def test_whose_licence_ends_soon_is_reminded_once_for_each_end(cast):
    made = professional(cast.emi.id, valid_until=date(2026, 1, 20))
    clock = fixed_clock(AT)
    assert actions.remind_of_licences(clock) == 1
    assert actions.remind_of_licences(clock) == 0
    assert told() == [("licence_expiring", "emi@example.test")]
    Professional.objects.filter(id=made).update(valid_until=date(2026, 1, 25))
    assert actions.remind_of_licences(clock) == 1
    Professional.objects.filter(id=made).update(valid_until=date(2026, 6, 1))
    assert actions.remind_of_licences(clock) == 0


def test_duties_do_it(cast, doctors):
    ticket = hold(organisation=cast.atelier.id)  # long ago
    tasks.watch_deadlines()
    tasks.watch_licences()
    assert queries.hold(cast.viewer("ben"), ticket, AT).decided_at is not None


def test_an_organisations_own_professional_is_led_to_its_list(cast):
    professional(cast.ben.id, organisation=cast.atelier.id)
    hold(1, cast.atelier.id)
    hold(2, cast.elsewhere.id)
    actions.tick(fixed_clock(AT + HEALTH.remind))
    (notice,) = Notice.objects.filter(kind="hold_reminded")
    assert (notice.about, notice.link) == ("rev_1", f"/o/{cast.atelier.id}/holds")


def test_reviewers_are_reminded_of_what_a_missing_check_held(cast):
    hold(organisation=cast.atelier.id, clause="weapons")
    actions.tick(fixed_clock(AT + OTHER_TIMERS.remind))
    assert told() == [("hold_reminded", "emi@example.test")]


def test_one_on_which_somebody_acts_at_this_moment_keeps_no_other_waiting(cast, doctors, monkeypatch):
    for number in (1, 2):
        hold(number, cast.atelier.id)
    begun = by_the_clock.Step

    def begin(hold_id, actor, at):
        step = begun(hold_id, actor, at)
        if hold_id == "rev_1":
            step.row.version += 1  # as if it had been changed since it was read
        return step

    monkeypatch.setattr(by_the_clock, "Step", begin)
    assert actions.tick(fixed_clock(AT + HEALTH.expire)) == 1
    states = [queries.hold_view(one, AT).state for one in ("rev_1", "rev_2")]
    assert states == [HoldState.WAITING, HoldState.EXPIRED]
