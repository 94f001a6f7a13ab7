"""The one who delivers: beside the worker, in one process or in many, and when the power fails."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections

from sekisho.base.clock import system_clock
from sekisho.webhooks import actions, tasks
from sekisho.webhooks.actions import LEASE
from sekisho.webhooks.models import Delivery
from sekisho.webhooks.sending import Courier
from sekisho.webhooks.tasks import deliver_due, run_deliveries
from sekisho.webhooks.types import DeliveryState, Kind
from tests.webhooks.receiver import receiving

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def announce(cast, key):
    return actions.announce(cast.atelier.id, Kind.REVIEW_RELEASED, {"n": key}, key=key, at=system_clock())


def until(condition):
    """Wait for what another thread does: no longer than a receiver would."""
    waited = threading.Event()
    for _ in range(3000):
        if condition():
            return
        waited.wait(0.01)
    raise AssertionError("It did not happen.")


def states():
    return sorted(Delivery.objects.values_list("state", flat=True))


def test_what_is_committed_is_delivered_by_the_thread_that_waits(cast, registered, receiver):
    stop = threading.Event()
    thread = threading.Thread(target=run_deliveries, args=(stop,))
    thread.start()
    message = announce(cast, "one")
    assert receiver.next().headers["webhook-id"] == message
    until(lambda: states() == [DeliveryState.DELIVERED])
    stop.set()
    thread.join(30)
    assert not thread.is_alive()


def test_a_failure_is_logged_and_the_work_goes_on(cast, registered, receiver, monkeypatch, caplog):
    stop, real, failed = threading.Event(), actions.claim, threading.Event()

    def fails_once(*asked):
        if not failed.is_set():
            failed.set()
            raise OSError("disk full")
        return real(*asked)

    monkeypatch.setattr(tasks.actions, "claim", fails_once)
    monkeypatch.setattr(tasks, "AFTER_FAILURE_S", 0.0)
    announce(cast, "one")
    thread = threading.Thread(target=run_deliveries, args=(stop,))
    thread.start()
    receiver.next()
    stop.set()
    thread.join(30)
    assert "worker.failed" in caplog.text


def test_a_slow_receiver_holds_nobody_else_up(cast, registered, receiver):
    let_go, stop = threading.Event(), threading.Event()
    receiver.before_answering = lambda: let_go.wait(30)
    with receiving() as quick:
        actions.register_endpoint(
            cast.viewer("chie"), cast.elsewhere.id, quick.url(), frozenset([Kind.REVIEW_RELEASED])
        )
        for number in range(40):
            announce(cast, f"slow {number}")
        thread = threading.Thread(target=run_deliveries, args=(stop,))
        thread.start()
        receiver.next()
        actions.announce(cast.elsewhere.id, Kind.REVIEW_RELEASED, {}, key="quick", at=system_clock())
        quick.next()
        stop.set()
        let_go.set()
        thread.join(30)


def test_the_worker_is_killed_between_sending_and_noting(cast, registered, receiver):
    """The receiver takes the power away as soon as it has the message; another worker delivers it again."""
    fallen: list[subprocess.Popen[bytes]] = []
    started = threading.Event()

    def take_the_power_away() -> None:
        started.wait(60)
        fallen[0].kill()
        fallen[0].wait(60)

    receiver.before_answering = take_the_power_away
    message = announce(cast, "one")
    process = subprocess.Popen([sys.executable, "-m", "tests.webhooks.worker_that_falls"], env=environment())
    fallen.append(process)
    started.set()
    first = receiver.next()
    process.wait(60)
    assert states() == [DeliveryState.WAITING]

    receiver.before_answering = lambda: None
    courier = Courier(private=True)
    try:
        assert deliver_due(courier) == 0
        assert deliver_due(courier, lambda: system_clock() + LEASE + timedelta(seconds=1)) == 1
    finally:
        courier.close()
    second = receiver.next()
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == message
    assert first.body == second.body
    assert states() == [DeliveryState.DELIVERED]


def environment() -> dict[str, str]:
    """The tests' own databases, for a process beside them."""
    connection = connections["default"]
    name = connection.settings_dict["NAME"]
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        its = connection.settings_dict
        url = f"postgresql://{its['USER']}:{its['PASSWORD']}@/{name}?host={its['HOST']}"
    # Commands that ran in this process may have named another data folder, where another secret is kept.
    return os.environ | {"SEKISHO_DATABASE_URL": url, "SEKISHO_SECRET_KEY": settings.SECRET_KEY}
