"""What runs by the clock: beside ingest, and once an hour."""

from __future__ import annotations

from threading import Event

import pytest

from sekisho.base.clock import fixed_clock
from sekisho.notices.models import Notice
from sekisho.records.retention import actions, tasks, tombstones
from sekisho.records.retention.models import Replayed
from sekisho.records.types import Kind
from tests.records.retention.makers import AT, DAY, DUE, happened, opens, store, sweep, turn

pytestmark = pytest.mark.django_db(databases="__all__")


def test_it_erases_and_sweeps_until_it_is_stopped_and_one_failure_keeps_nothing_waiting(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)  # a test has one, and keeps it
    store(turn())
    conversation = store(turn("req_2", at=DUE - DAY, conversation="c2"))
    stop, rounds = Event(), []
    proceed = actions.proceed_all

    def fails_once(clock) -> int:
        rounds.append(clock())
        if len(rounds) == 1:
            actions.delete_conversation("usr_aiko", "org_1", conversation, at=DUE)
            raise OSError
        stop.set()
        return proceed(clock)

    monkeypatch.setattr(actions, "proceed_all", fails_once)
    monkeypatch.setattr(tasks, "ERASE_EVERY_S", 0.0)
    tasks.run_retention(stop, fixed_clock(DUE))
    assert len(rounds) == 2
    assert opens("req_1", "req_2") == (False, False)


def test_once_an_hour_it_announces_reminds_and_finishes_what_was_left():
    store(turn())
    store(turn("req_2", at=AT - 40 * DAY, conversation="c2", organisation="org_2"))
    sweep(AT)
    Replayed.objects.all().delete()
    tasks.keep_house(fixed_clock(DUE - DAY))
    assert Notice.objects.filter(kind="data.first_deletion", organisation="org_1").exists()
    assert not tombstones.behind()
    assert opens("req_1") == (True,)


def test_what_an_organisation_kept_is_destroyed_within_a_day_of_zero_retention():
    """R-DATA-139."""
    store(turn())
    happened(Kind.ZERO_RETENTION_ON, AT + DAY)
    from sekisho.records.tasks import restamp_turns

    restamp_turns(fixed_clock(AT + DAY))
    assert sweep(AT + 2 * DAY - DAY / 24).turns == 0
    assert sweep(AT + 2 * DAY).turns == 1
    assert opens("req_1") == (False,)
