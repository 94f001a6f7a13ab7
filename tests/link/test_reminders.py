"""Who serves minors is reminded before their statement ends, and not once too often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts import actions
from sekisho.accounts.types import KeyDeclaration, Protection, UseCase
from sekisho.base.clock import fixed_clock
from sekisho.link.reminders import remind_of_compliance
from sekisho.link.worker import DUTIES
from sekisho.notices.models import Delivery, Notice

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
SAID = Protection("Parents sign up.", "Filters.", "Weekly reviews.", "A page for parents.")
ENDS = NOON + timedelta(days=365)


def declared(cast, use_case=UseCase.MINORS):
    clock = fixed_clock(NOON)
    actions.state_compliance(cast.viewer("aiko"), cast.atelier.id, SAID, clock=clock)
    declaration = KeyDeclaration(use_case)
    return actions.create_key(
        cast.viewer("aiko"), cast.atelier.id, "Homework", declaration=declaration, clock=clock
    )


def told(days: float) -> int:
    return remind_of_compliance(fixed_clock(ENDS - timedelta(days=days)))


def test_it_is_told_a_month_and_a_week_before_and_once_each(cast) -> None:
    declared(cast)
    assert [told(days) for days in (31, 30, 29, 8, 7, 6, 0.1, 0)] == [0, 1, 1, 1, 1, 1, 1, 0]
    assert Notice.objects.filter(kind="compliance_ends").count() == 2
    assert set(Delivery.objects.values_list("address", flat=True)) == {cast.aiko.email}
    said = Notice.objects.filter(kind="compliance_ends").first()
    assert "2027-01-05" in said.subject_en
    assert said.link == f"/o/{cast.atelier.id}/declarations/minors"


def test_who_states_it_anew_is_not_reminded_of_the_old_one(cast) -> None:
    declared(cast)
    actions.state_compliance(
        cast.viewer("aiko"), cast.atelier.id, SAID, clock=fixed_clock(ENDS - timedelta(days=40))
    )
    assert told(20) == 0


@pytest.mark.parametrize("use_case", [UseCase.GENERAL, UseCase.CHATBOT])
def test_who_serves_no_minors_is_not_reminded(cast, use_case) -> None:
    declared(cast, use_case)
    assert told(5) == 0


def test_who_revoked_the_key_is_not_reminded(cast) -> None:
    key = declared(cast)
    actions.revoke_key(cast.viewer("aiko"), key.view.id)
    assert told(5) == 0


def test_the_worker_does_it() -> None:
    assert remind_of_compliance in [duty.do for duty in DUTIES]
