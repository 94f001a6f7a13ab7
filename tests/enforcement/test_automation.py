"""The brake on automation: the table in docs/rules/policy-change.md, and that it holds where sanctions are imposed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts.types import system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.enforcement.actions import impose
from sekisho.enforcement.models import Restriction
from sekisho.enforcement.queries import automatic_a_day
from sekisho.enforcement.rules.automation import (
    DEFAULT_LIMITS,
    Anomalous,
    AutomationLimits,
    CapReached,
    may_automate,
)
from sekisho.enforcement.types import Allowed, Measure, Statement, Unit, UnitKind
from tests.policy.page import table

AT = datetime(2026, 1, 10, 9, tzinfo=UTC)
DAY = timedelta(days=1)
MACHINE = system("ladder")
ANSWERS = {"yes": Allowed, "no: anomalous": Anomalous, "no: cap reached": CapReached}


@pytest.mark.parametrize("row", table("today", "last seven days", "may automation go on"), ids=" ".join)
def test_automation_goes_on_as_the_page_says(row) -> None:
    today, before, answer = row
    assert isinstance(may_automate(int(today), [int(day) for day in before.split()]), ANSWERS[answer])


def test_the_answer_carries_its_reason() -> None:
    assert may_automate(100, [90] * 7) == CapReached(100, 100)
    assert may_automate(30, [10] * 7) == Anomalous(30, 10.0)
    assert may_automate(5, [], AutomationLimits(a_day=6)) == Allowed()


def sanction(actor, organisation, number: int, at: datetime = AT) -> str:
    facts = Text("Gift cards were asked for.", "ギフトカードを求める内容でした。")
    unit = Unit(UnitKind.KEY, f"key_{number}", organisation.id)
    clock = fixed_clock(at)
    return impose(actor, unit, Measure.SUSPENDED, "fraud_predation", at + DAY, Statement(facts), clock=clock)


def test_beyond_its_bounds_automation_leaves_it_to_a_person(cast) -> None:
    for number in range(DEFAULT_LIMITS.unremarkable):
        sanction(MACHINE, cast.atelier, number)
    with pytest.raises(SekishoError, match="automation_anomalous") as refusal:
        sanction(MACHINE, cast.atelier, 99)
    assert "20 sanctions today, against 0.0 a day" in refusal.value.message.en
    [noted] = audit.entries(system("test"), audit.EntryFilter(action="automation.stopped"))
    assert (noted.actor, noted.subject, noted.facts["today"]) == (MACHINE.id, "key_99", 20)
    sanction(cast.viewer("emi"), cast.atelier, 99)
    assert Restriction.objects.count() == 21


def test_the_next_day_it_may_again(cast) -> None:
    for number in range(DEFAULT_LIMITS.unremarkable):
        sanction(MACHINE, cast.atelier, number)
    sanction(MACHINE, cast.atelier, 99, AT + DAY)
    assert automatic_a_day(AT + DAY, 3) == (0, 20, 1)


def test_what_people_decide_does_not_count(cast) -> None:
    sanction(cast.viewer("emi"), cast.atelier, 1)
    assert automatic_a_day(AT, 1) == (0,)
