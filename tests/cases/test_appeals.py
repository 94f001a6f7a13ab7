"""Appeals at the desk: shown with their clock, decided where appeals are."""

from __future__ import annotations

from datetime import timedelta

from sekisho.base.clock import fixed_clock
from sekisho.cases import queries
from sekisho.cases.models import Case, Delivery
from sekisho.cases.tasks import show
from sekisho.cases.types import State
from sekisho.enforcement.appeals import actions as appeals
from tests.cast import Cast
from tests.enforcement.appeals.conftest import (  # noqa: F401
    AT,
    UPHELD,
    Suspend,
    appeal,
    key,
    policy,
    suspend,
)

CLOCK = fixed_clock(AT + timedelta(hours=1))


def test_an_appeal_is_a_case_with_its_clock_until_it_is_decided(cast: Cast, suspend: Suspend) -> None:  # noqa: F811
    made = appeal(suspend())
    assert [show(CLOCK) for _ in range(2)] == [1, 0]
    (shown,) = queries.queue(cast.viewer("fumi")).cases
    assert (shown.about, shown.subject, shown.received_at) == (made, made, AT)
    (clock,) = queries.clocks(shown.id)
    assert (clock.regime, clock.due) == ("dsa", AT + timedelta(days=14))
    assert not Delivery.objects.exists()
    fumi = cast.viewer("fumi")
    appeals.take(fumi, made, CLOCK)
    assert show(CLOCK) == 0
    appeals.decide(fumi, made, UPHELD, CLOCK)
    assert show(CLOCK) == 1
    assert Case.objects.get().state == State.CLOSED
    assert queries.clocks(shown.id)[0].met_at == CLOCK()
