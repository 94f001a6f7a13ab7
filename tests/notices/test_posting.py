"""The post: what fails is tried again, what is refused is given up in the open, and nothing goes out twice."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from sekisho.accounts.types import system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.text import Text
from sekisho.notices import queries, tasks
from sekisho.notices.actions import tell
from sekisho.notices.models import Delivery
from sekisho.notices.rules import LEASE, MAX_TRIES
from sekisho.notices.tasks import post_due
from sekisho.notices.types import Address, Stage

AT = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BUSY = smtplib.SMTPRecipientsRefused({"x": (451, b"busy")})
NO_SUCH_USER = smtplib.SMTPRecipientsRefused({"x": (550, b"5.1.1 no such user")})
NO_RELAY = smtplib.SMTPRecipientsRefused({"x": (550, b"5.7.1 relaying denied")})


class Killed(BaseException):
    """The worker's process ends here: nothing after it runs."""


@pytest.fixture
def server(monkeypatch):
    """A mail server that does what `server.fails` says: address → what it raises."""

    class Server:
        pass

    Server.fails = {}

    def send(self, messages):
        for message in messages:
            if problem := Server.fails.get(message.to[0]):
                raise problem
        return EmailBackend.send_messages(self, messages)

    monkeypatch.setattr(
        tasks, "get_connection", lambda: type("B", (EmailBackend,), {"send_messages": send})()
    )
    return Server


@pytest.fixture
def written(db):
    """Two mails that wait."""
    for name in ("ben", "chie"):
        to = Address(f"{name}@example.test", "en")
        tell(to, "warning", name, Text("Told", "通知"), Text("What.", "何か。"), key=name, at=AT)


def stage_of(name):
    row = Delivery.objects.get(address=f"{name}@example.test")
    return Stage(row.stage), row.tries, row.problem


def post(at=AT):
    return post_due(fixed_clock(at))


def test_what_was_sent_is_not_sent_again(written, server):
    assert [post(), post(AT + LEASE), post(AT + timedelta(days=9))] == [2, 0, 0]
    assert stage_of("ben") == (Stage.SENT, 1, "")


def test_what_fails_is_tried_again_and_keeps_nobody_waiting(written, server):
    server.fails = {"ben@example.test": BUSY}
    assert post() == 1
    assert stage_of("ben") == (Stage.WAITING, 1, "SMTPRecipientsRefused 451")
    server.fails = {}
    assert [post(AT + MINUTE / 2), post(AT + MINUTE)] == [0, 1]
    assert stage_of("ben") == (Stage.SENT, 2, "")


@pytest.mark.parametrize(
    "problem",
    [
        pytest.param(BUSY, id="busy"),
        pytest.param(NO_RELAY, id="a server that does not relay for us"),
        pytest.param(ValueError("no address"), id="a sender that nobody can be"),
        pytest.param(ConnectionRefusedError(), id="nobody there"),
    ],
)
def test_what_may_be_ours_to_put_right_is_tried_again(written, server, problem):
    server.fails = {"ben@example.test": problem}
    assert post() == 1
    server.fails = {}
    assert post(AT + MINUTE) == 1


def test_an_address_that_does_not_exist_is_given_up_and_seen(written, server):
    server.fails = {"ben@example.test": NO_SUCH_USER}
    assert [post(), post(AT + timedelta(days=1))] == [1, 0]
    assert stage_of("ben")[:2] == (Stage.GIVEN_UP, 1)
    (noted,) = audit.entries(system("test"), audit.EntryFilter(action="notice.undelivered"))
    assert noted.facts["because"] == "refused"
    assert queries.undelivered(AT - MINUTE) == (0, 1)


def test_a_server_that_is_away_is_asked_for_days_and_then_no_more(written, server):
    server.fails = {f"{name}@example.test": ConnectionRefusedError() for name in ("ben", "chie")}
    at = AT
    for _ in range(MAX_TRIES):
        assert queries.undelivered(AT)[1] == 0
        post(at)
        at += timedelta(hours=6)
    assert stage_of("ben") == (Stage.GIVEN_UP, MAX_TRIES, "ConnectionRefusedError")
    server.fails = {}
    assert post(at + timedelta(days=1)) == 0


def test_a_worker_that_dies_before_the_server_answers_gives_its_mail_back(written, server):
    server.fails = {"ben@example.test": Killed(), "chie@example.test": Killed()}
    for _ in range(2):
        with pytest.raises(Killed):
            post()
    server.fails = {}
    assert [post(AT + LEASE - MINUTE), post(AT + LEASE)] == [0, 2]


def test_a_worker_that_dies_after_it_posts_once_more_under_the_same_message_id(written, server, monkeypatch):
    mark = tasks._mark

    def die(*_):
        raise Killed

    monkeypatch.setattr(tasks, "_mark", die)
    with pytest.raises(Killed):
        post()
    monkeypatch.setattr(tasks, "_mark", mark)
    post(AT + LEASE)
    to_one = [each for each in mail.outbox if each.to == mail.outbox[0].to]
    assert len(to_one) == 2
    assert len({each.extra_headers["Message-ID"] for each in to_one}) == 1
    assert len(mail.outbox) == 3


def test_a_worker_too_late_does_not_undo_what_another_has_done(written, server, monkeypatch):
    slow = tasks._take(AT)
    assert post(AT + LEASE) == 2
    tasks._mark(slow, tasks.Later(AT + MINUTE), AT + LEASE)
    tasks._mark(slow, tasks.GivenUp("refused"), AT + LEASE)
    assert {each.stage for each in Delivery.objects.all()} == {"sent"}
    assert audit.entries(system("test"), audit.EntryFilter(action="notice.undelivered")) == ()


def test_a_mail_says_that_a_program_sent_it_and_where_to_go(written, server, monkeypatch):
    monkeypatch.setenv("SEKISHO_PUBLIC_URL", "https://gate.example.test/")
    to = Address("emi@example.test", "ja")
    tell(to, "warning", "w", Text("A", "あ"), Text("B", "本文です。"), key="w", at=AT, link="/statements/abc")
    post()
    (mine,) = [each for each in mail.outbox if each.to == ["emi@example.test"]]
    assert mine.extra_headers["Auto-Submitted"] == "auto-generated"
    assert mine.body.startswith("本文です。\n\nhttps://gate.example.test/statements/abc\n\n-- \n")
