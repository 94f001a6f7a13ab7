"""Whole days go once nothing in them can be read, and not before (design 6.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sekisho.records.partitions import Partition, partition_of
from sekisho.records.retention.actions import tidying
from sekisho.records.types import ContentClass, Kind, Scope
from tests.records.retention.makers import AT, DAY, DUE, happened, store, sweep, turn

pytestmark = pytest.mark.django_db(databases="__all__")
MINE = partition_of(ContentClass.STANDARD, AT.date())


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> list[Partition]:
    """What was dropped, on databases with partitions and without."""
    gone: list[Partition] = []
    monkeypatch.setattr(tidying.partitions, "attached", lambda: [MINE])
    monkeypatch.setattr(tidying.partitions, "drop", lambda one: gone.append(one) or True)
    monkeypatch.setattr(tidying, "_lives_in", lambda one, at: lives(at))
    return gone


def lives(at: object) -> bool:
    """On PostgreSQL a test's content lies in the default partition; what is asked of turns is asked here."""
    from sekisho.records.models import Turn

    return Turn.objects.filter(has_content=True, deadline_at__gt=at).exists()


def test_a_day_goes_when_all_of_it_was_destroyed(dropped: list[Partition]):
    store(turn("req_1"), turn("req_2", at=AT + timedelta(hours=3), conversation="c2"))
    sweep(DUE)
    assert tidying.drop_partitions(DUE) == [], "the other turn of the day has three hours left"
    later = DUE + timedelta(hours=4)
    assert tidying.drop_partitions(later) == [], "past due, and its key still opens it"
    sweep(later)
    assert tidying.drop_partitions(later) == [MINE.table]
    assert dropped == [MINE]


def test_a_day_stays_in_which_a_hold_needs_something(dropped: list[Partition]):
    store(turn("req_1"), turn("req_2", conversation="c2", end_user="other"))
    happened(Kind.HOLD_PLACED, AT + DAY, Scope("org_1", end_user="other"), hold="hld_1")
    sweep(DUE)
    assert tidying.drop_partitions(DUE) == []
    happened(Kind.HOLD_RELEASED, DUE + DAY, Scope("org_1", end_user="other"), hold="hld_1")
    sweep(DUE + DAY)
    assert tidying.drop_partitions(DUE + DAY) == [MINE.table]


def test_today_is_never_dropped(dropped: list[Partition]):
    assert tidying.drop_partitions(AT) == []
