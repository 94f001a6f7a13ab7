"""Signals reach the review queue: one case each, about one of their examples, once."""

from __future__ import annotations

import pytest

from sekisho.base.clock import fixed_clock
from sekisho.enforcement.actions import record_decisions
from sekisho.enforcement.conduct import actions
from sekisho.enforcement.review.actions.signals import take_signals
from sekisho.enforcement.review.models import Case
from sekisho.link.worker import DUTIES
from sekisho.policy.actions import install_reference
from tests.enforcement.conduct.makers import AT, CLAUSE, DAY, HOUR, arrived, ground, turn
from tests.enforcement.conduct.test_conduct import many_units

pytestmark = [pytest.mark.database, pytest.mark.django_db(databases=["default", "keystore"])]
NOW = fixed_clock(AT + HOUR)


@pytest.fixture
def seen() -> None:
    """A campaign and a slow burn, whose decisions are stored."""
    install_reference()
    slow = [turn(500 + n, at=AT - n // 2 * DAY) for n in range(6)]
    for batch in (many_units(), arrived(*slow, grounds=(ground(score=1.0),))):
        record_decisions(batch.decisions)
        actions.observe(batch)
    actions.look_at_traffic(AT + HOUR)


@pytest.mark.usefixtures("seen")
def test_each_signal_becomes_one_case_about_an_example():
    assert take_signals(NOW) == 2
    about = set(Case.objects.values_list("about_kind", "clause", "organisation"))
    assert about == {("decision", CLAUSE, "org_0"), ("decision", CLAUSE, "org_1")}


@pytest.mark.usefixtures("seen")
def test_what_was_decided_on_comes_no_second_time():
    take_signals(NOW)
    assert take_signals(NOW) == 0
    Case.objects.update(state="closed", closed_at=AT + HOUR)
    assert take_signals(NOW) == 0


def test_a_signal_by_numbers_alone_makes_no_case():
    actions.observe(arrived(*(turn(n, end_user="u1") for n in range(25))))
    actions.look_at_traffic(AT + HOUR)
    assert take_signals(NOW) == 0


def test_the_worker_does_it_by_the_clock():
    assert take_signals in {duty.do for duty in DUTIES}
