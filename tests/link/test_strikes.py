"""From the journal to the snapshot: violations that a gateway reports come back to every gateway as a measure."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from sekisho.base.clock import fixed_clock
from sekisho.enforcement.actions import take_strikes
from sekisho.enforcement.models import Strike
from sekisho.link import arrivals
from sekisho.link.ingest import Ingest
from sekisho.link.journal import encode
from sekisho.link.publish import publish
from sekisho.policy.actions import install_reference
from tests.link.makers import AT, decision, entry
from tests.link.test_ingest import Memory

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


@pytest.fixture(autouse=True)
def _at(monkeypatch) -> None:
    """Strikes are taken at the moment of the entries."""
    monkeypatch.setattr(arrivals, "CONSEQUENCES", (partial(take_strikes, clock=fixed_clock(AT)),))
    install_reference(clock=fixed_clock(AT))


def blocked(number: int) -> bytes:
    decided = decision(f"dec_{number}", input_digest=f"text_{number}")
    return encode(entry(f"req_{number}", end_user="eu_1", decisions=(decided,)))


def test_what_violated_is_restricted_in_the_next_snapshot():
    Ingest(Memory(blocked(1), blocked(2)), fixed_clock(AT)).run_all()
    found = publish(fixed_clock(AT)).end_users["org_1:eu_1"]
    assert (found.kind, found.requests_per_minute, found.tools_off) == ("throttled", 10, True)
    assert found.until == AT + timedelta(days=90)


def test_entries_that_come_again_strike_once():
    for _ in range(2):
        Ingest(Memory(blocked(1)), fixed_clock(AT)).run_all()
    assert Strike.objects.count() == 1


def test_what_a_draft_would_have_decided_strikes_nobody():
    shadow = decision("dec_1", shadow=True)
    Ingest(Memory(encode(entry("req_1", decisions=(shadow,)))), fixed_clock(AT)).run_all()
    assert not Strike.objects.exists()
