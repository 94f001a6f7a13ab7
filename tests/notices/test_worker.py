"""The post beside the worker: several at once, one that fails, one that is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.db import connections

from sekisho.base.clock import system_clock
from sekisho.base.mail import mail as mail_settings
from sekisho.base.text import Text
from sekisho.link import worker
from sekisho.notices import tasks
from sekisho.notices.actions import tell
from sekisho.notices.models import Delivery
from sekisho.notices.rules import LEASE
from sekisho.notices.tasks import post_due, run_post
from sekisho.notices.types import Address
from tests.notices.mailbox import Mailbox

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture
def mailbox(settings, monkeypatch):
    monkeypatch.setattr(tasks, "LOOK_EVERY_S", 0.01)
    with Mailbox() as box:
        for name, value in mail_settings(box.url).items():
            setattr(settings, name, value)
        yield box


def write(count):
    at = system_clock()
    for number in range(count):
        to = Address(f"reader{number}@example.test", "en")
        tell(to, "warning", "x", Text("Told", "通知"), Text("What.", "何か。"), key=f"{number}", at=at)


def stages():
    return sorted(Delivery.objects.values_list("stage", "tries"))


def test_several_posts_at_once_send_each_mail_once(mailbox):
    write(30)
    stop = threading.Event()
    posts = [threading.Thread(target=run_post, args=(stop,)) for _ in range(3)]
    for post in posts:
        post.start()
    mails = mailbox.wait(30)
    stop.set()
    for post in posts:
        post.join(30)
    assert len({mail["To"] for mail in mails}) == len(mailbox.mails) == 30
    assert stages() == [("sent", 1)] * 30


def test_a_post_that_fails_goes_on(mailbox, monkeypatch, caplog):
    real, stop, failed = tasks.post_due, threading.Event(), threading.Event()

    def fails_once(**asked):
        if not failed.is_set():
            failed.set()
            raise OSError("disk full")
        return real(**asked)

    monkeypatch.setattr(tasks, "post_due", fails_once)
    write(1)
    post = threading.Thread(target=run_post, args=(stop,))
    post.start()
    mailbox.wait(1)
    stop.set()
    post.join(30)
    assert "worker.failed" in caplog.text


def test_a_post_that_is_killed_before_it_heard_of_a_mail_sends_it_once_more_and_no_other(mailbox):
    """The mail server takes the power away as soon as it has the mail; another worker finds it when the lease ends."""
    fallen, started = [], threading.Event()

    def take_the_power_away():
        started.wait(60)
        fallen[0].kill()
        fallen[0].wait(60)

    mailbox.before_answering = take_the_power_away
    write(2)
    fallen.append(
        subprocess.Popen([sys.executable, "-m", "tests.notices.post_that_falls"], env=environment(mailbox))
    )
    started.set()
    (first,) = mailbox.wait(1, 60)
    fallen[0].wait(60)
    assert stages() == [("waiting", 0), ("waiting", 1)]

    mailbox.before_answering = lambda: None
    assert post_due() == 1
    assert post_due(lambda: system_clock() + LEASE + timedelta(seconds=1)) == 1
    assert stages() == [("sent", 1), ("sent", 2)]
    again = [mail for mail in mailbox.mails if mail["To"] == first["To"]]
    assert len(again) == 2
    assert again[0]["Message-ID"] == again[1]["Message-ID"]


def test_it_is_among_what_runs_beside_the_worker():
    assert run_post in worker.BESIDE


def environment(mailbox):
    """The tests' own database and mail server, for a process beside them."""
    connection = connections["default"]
    name = connection.settings_dict["NAME"]
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        given = connection.settings_dict
        url = f"postgresql://{given['USER']}:{given['PASSWORD']}@/{name}?host={given['HOST']}"
    return os.environ | {"SEKISHO_DATABASE_URL": url, "SEKISHO_EMAIL_URL": mailbox.url}
