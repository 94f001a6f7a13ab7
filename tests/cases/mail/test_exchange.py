"""Real exchanges of mail on loopback: out and back in, by SMTP and LMTP, and workers that are killed in between."""

from __future__ import annotations

import os
import random
import signal
import smtplib
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections

from sekisho.base.clock import system_clock
from sekisho.cases.mail import tasks
from sekisho.cases.mail.models import Inbound
from sekisho.cases.models import Delivery
from sekisho.cases.types import Contact
from tests.cases.mail.conftest import AIKO, BEN, CHIE, SAFETY, Desk, letter
from tests.cases.mail.exchange import Receiver, elsewhere, environment, free_port, hand_over, listening, post

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

ROUNDS = 50 if os.environ.get("SEKISHO_STRESS") == "all" else 3
MAILS_A_ROUND = 4


def test_an_answer_goes_out_and_its_reply_comes_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_MAX_BYTES", "20000")
    case = desk.opened()
    desk.answer(case.id, "宛名を変更しました。")
    receiver = Receiver()
    with elsewhere(receiver):
        assert post(desk.clock) == 2
    answered = receiver.received[1]
    assert "宛名を変更しました。" in answered.get_content()
    assert receiver.paths[1].startswith("support+b-"), "the envelope carries the return path"
    reply = str(answered["Reply-To"])
    with listening(desk.clock) as port:
        assert hand_over(port, letter("助かりました。").as_bytes(), AIKO, reply)[0] == 250
        assert hand_over(port, letter("x").as_bytes(), AIKO, "other@desk.example")[0] == 550
        long = b"From: aiko@example.test\r\n\r\n" + b"long " * 1_000
        assert hand_over(port, long, AIKO, reply)[0] == 250, "lines have no end in some programs"
        assert hand_over(port, letter("x" * 30_000).as_bytes(), AIKO, reply)[0] == 552
        assert (
            hand_over(port, letter("本文", "аiko@example.test").as_bytes(), "аiko@example.test", reply)[0]
            == 250
        )
        assert hand_over(port, b"\x00\xff\xfe not a mail at all", CHIE, SAFETY)[0] == 250
        monkeypatch.setattr("sekisho.cases.mail.actions.take_mail", _fail)
        assert hand_over(port, letter("y").as_bytes(), AIKO, reply)[0] == 451
    assert "助かりました。" in desk.said(case.id)
    assert sorted(desk.fates()) == ["quarantined", "quarantined", "threaded", "threaded"]


def _fail(*_: object, **__: object) -> str:
    raise DatabaseError("full")


def test_the_worker_listens_where_it_is_set_and_nowhere_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    tasks.run_desk_mailbox(stop)  # not set: it returns at once
    tasks.run_desk_polling(stop)
    port = free_port()
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_LISTEN", f"lmtp://127.0.0.1:{port}")
    thread = threading.Thread(target=tasks.run_desk_mailbox, args=(stop,))
    thread.start()
    try:
        with _as_soon_as_it_listens(port) as client:
            assert client.sendmail(BEN, SAFETY, letter("x", BEN).as_bytes()) == {}
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()
    assert Inbound.objects.get().fate == "opened"


def _as_soon_as_it_listens(port: int) -> smtplib.LMTP:
    for _ in range(1000):
        try:
            return smtplib.LMTP("127.0.0.1", port)
        except ConnectionRefusedError:
            threading.Event().wait(0.01)
    raise AssertionError("It never listened.")


def test_workers_are_killed_and_no_mail_is_lost(desk: Desk) -> None:
    """Each round forks a worker and kills it: at any moment, or in the one instant that counts, when the server has the mail
    and has not yet answered. What the receiver has is counted by Message-ID."""
    drawn, receiver, pid = random.Random(6), Receiver(), [0]
    at_worst = list[str]()
    desk.at = system_clock()

    def kill() -> None:
        if pid[0]:
            os.kill(pid[0], signal.SIGKILL)

    with elsewhere(receiver) as port, _Workers(port) as workers:
        for number in range(ROUNDS):
            for one in range(MAILS_A_ROUND):
                to = Contact(f"a{number}-{one}@example.test", True, "en")
                desk.opened(f"{number} {one}", requester="", organisation="", contact=to)
            at_receipt = drawn.random() < 0.5
            left = [drawn.randrange(MAILS_A_ROUND)]

            def fall(left: list[int] = left) -> None:
                left[0] -= 1
                if left[0] < 0 and pid[0]:
                    at_worst.append(receiver.ids[-1])
                    kill()
                    pid[0] = 0

            receiver.before_answering = fall if at_receipt else lambda: None
            pid[0] = workers.fork(minutes=11 * number)
            if not at_receipt:
                threading.Timer(drawn.random() * 0.08, kill).start()
            workers.gone()
            pid[0] = 0
        receiver.before_answering = lambda: None
        connections.close_all()
        while post(lambda: system_clock() + timedelta(days=30)):
            pass
    sent = set(Delivery.objects.values_list("mail_id", flat=True))
    assert set(receiver.ids) == sent, "none is lost"
    assert set(Delivery.objects.values_list("status", flat=True)) == {"delivered"}
    often = Counter(receiver.ids)
    placed = sum(often[name] - 1 for name in set(at_worst))
    chance = sum(often[name] - 1 for name in sent - set(at_worst))
    print(
        f"{len(sent)} mails; {len(at_worst)} workers killed in the instant that counts: {placed} mails came twice; "
        f"{ROUNDS - len(at_worst)} at any moment: {chance}"
    )
    assert placed + chance <= ROUNDS, "one a death at most, and under its own Message-ID"


class _Workers:
    def __init__(self, port: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cases.mail.worker_that_falls"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(SEKISHO_EMAIL_URL=f"smtp://127.0.0.1:{port}"),
        )

    def fork(self, minutes: int) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{minutes}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def gone(self) -> None:
        assert self._process.stdout
        assert self._process.stdout.readline() == "gone\n"

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()
