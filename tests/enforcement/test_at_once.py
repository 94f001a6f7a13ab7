"""Several workers take strikes of one unit at the same time: nothing is missed, and each rung is taken once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from sekisho.accounts.types import system
from sekisho.base.clock import fixed_clock
from sekisho.enforcement import queries
from sekisho.enforcement.actions import take_strikes
from sekisho.enforcement.models import Restriction, StatementOfReasons, Step, Strike
from sekisho.enforcement.types import Arrived, Rung, Unit, UnitKind
from sekisho.policy.actions import install_reference
from tests.enforcement.violations import T0, violation

WORKERS = 4


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_workers_at_once_miss_nothing_and_take_each_rung_once():
    install_reference(clock=fixed_clock(T0))
    together = Barrier(WORKERS)

    def work(number: int) -> None:
        try:
            together.wait(timeout=60)
            take_strikes(Arrived((), (violation(number, "org_1", end_user="eu_1"),)), fixed_clock(T0))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))
    found = queries.standing(system("test"), Unit(UnitKind.END_USER, "eu_1", "org_1"), T0)
    assert (found.points, found.calls_for) == (WORKERS * 300, Rung.SUSPENSION)
    assert Strike.objects.count() == WORKERS
    assert Restriction.objects.count() == StatementOfReasons.objects.count() == 1
    assert sorted(Step.objects.values_list("rung", flat=True)) == [1, 2, 3]
    assert len(queries.waiting_for_people(system("test"), T0)) == 1
