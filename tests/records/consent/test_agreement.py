"""Whatever happens in whatever order: the row, the events and what gateways are told never say more than each other."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta

import pytest

from sekisho.accounts import actions as accounts
from sekisho.accounts.models import Membership, Organisation, Person
from sekisho.accounts.types import AgeBand, system
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import SekishoError
from sekisho.records.consent import queries
from sekisho.records.consent.models import ChoiceRow
from sekisho.records.consent.tasks import end_what_nobody_may_hold
from sekisho.records.consent.types import Answer
from sekisho.records.queries import events_of
from sekisho.records.rules import consumer_epochs
from sekisho.records.types import Kind
from tests.records.consent.conftest import AT, chooses

STEPS = ("allow", "deny", "joins", "leaves", "minor", "adult", "school", "no school", "duty")


@pytest.mark.parametrize("seed", range(8))
def test_row_events_and_gateways_agree(seed, chie, ben, account):
    drawn = random.Random(seed)
    for number in range(24):
        at = AT + timedelta(hours=number)
        step = drawn.choices(STEPS, weights=(6, 3, 1, 2, 1, 3, 1, 2, 2))[0]
        _do(step, chie, ben, account, at)
        _agree(chie, account, at, after_duty=step == "duty")
    end_what_nobody_may_hold(fixed_clock(AT + timedelta(hours=24)))
    _agree(chie, account, AT + timedelta(hours=25), after_duty=True)


def _do(step, chie, ben, account, at):
    match step:
        case "allow" | "deny":
            with suppress(SekishoError):  # whoever may not allow is refused, and nothing is written
                chooses(chie, account, step == "allow", at)
        case "joins":
            accounts.add_member(system("cli"), account, ben.email)
        case "leaves":
            Membership.objects.filter(organisation=account, person=ben).delete()
        case "minor" | "adult":
            Person.objects.filter(id=chie.id).update(age_band=AgeBand(step).value)
        case "school" | "no school":
            accounts.set_education(system("cli"), account, step == "school")
        case "duty":
            end_what_nobody_may_hold(fixed_clock(at))


def _agree(chie, account, at, *, after_duty):
    events = events_of(account)
    epochs = consumer_epochs(events)
    is_open = bool(epochs) and epochs[-1].until is None
    row = ChoiceRow.objects.filter(account=account, person=chie.id).first()
    assert (bool(row) and row.epoch > 0) is is_open
    assert (bool(row) and row.answer == Answer.ALLOW.value) is is_open
    told = queries.consents_for_gateway(at).get(account, 0)
    assert told in (0, row.epoch if row else 0)
    if told:
        (begun,) = [one for one in events if one.seq == told]
        assert (begun.kind, begun.at) == (Kind.ALLOWED, epochs[-1].since)
        assert Organisation.objects.get(id=account).memberships.count() == 1
    if after_duty:
        assert bool(told) is is_open, "after the duty nothing is open that gateways do not know of"
