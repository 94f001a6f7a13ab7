"""A storm of mail: automatic answers, bounces of bounces and first letters without end make us write a handful."""

from __future__ import annotations

import os
from email.message import EmailMessage
from itertools import count
from typing import Any

import pytest

from sekisho.cases.mail.models import Inbound, Pause
from sekisho.cases.models import Case, Delivery
from sekisho.cases.types import Contact
from sekisho.notices.models import Delivery as NoticeDelivery
from tests.cases.mail.conftest import AIKO, BEN, CHIE, DESK, SAFETY, Desk, letter
from tests.cases.mail.test_rules import report

MAILS = 10_000 if os.environ.get("SEKISHO_STRESS") == "all" else 60
HANDFUL = 12
_numbers = count()


class Responder:
    """Somebody's automatic answers, to every mail that reaches them; some say what they are, others nothing at all."""

    def __init__(self, address: str, **headers: str) -> None:
        self.address, self.headers = address, headers

    def answers(self, mail: Any) -> list[tuple[EmailMessage, str, str]]:
        """Return each answer with its envelope: to where replies go, to who wrote, and to the return path."""
        targets = (mail.extra_headers["Reply-To"], DESK, mail.from_email)
        return [(self.written(), self.address, to) for to in targets]

    def written(self) -> EmailMessage:
        """Return one more mail: each differs from all before it."""
        return letter(f"I am on holiday. {next(_numbers)}", self.address, **self.headers)


PROPER = Responder(AIKO, Auto_Submitted="auto-replied")
RUDE = Responder(CHIE)


def test_two_auto_responders_and_bounces_of_bounces_make_us_write_a_handful(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKISHO_EMAIL_FROM", f"Sekisho <{DESK}>")
    proper = desk.opened("proper")
    rude = desk.opened("rude", requester="", organisation="", contact=Contact(CHIE, True, "en"))
    desk.answer(proper.id), desk.answer(rude.id)
    sent = desk.send()
    taken = 0
    while taken < MAILS:
        for responder in (PROPER, RUDE):
            for mail in sent:
                for answer, sender, to in responder.answers(mail):
                    desk.take(answer, to, sender)
                    taken += 1
            for to in (DESK, SAFETY):
                desk.take(responder.written(), to, responder.address)
                taken += 1
        for mail in sent:  # bounces of bounces of bounces
            for to in (mail.from_email, DESK, SAFETY):
                desk.take(report("5.2.2", diagnostic=f"{next(_numbers)}"), to, "")
                taken += 1
        desk.later(seconds=1)
        sent += desk.send()
    written = Delivery.objects.filter(status="delivered").count() + NoticeDelivery.objects.count()
    print(f"{taken} mails came in; {len(sent)} went out by mail, {NoticeDelivery.objects.count()} by notices")
    assert len(sent) + NoticeDelivery.objects.count() <= HANDFUL
    assert written <= HANDFUL
    assert not Case.objects.filter(email=AIKO).exclude(id=proper.id).exists(), "echoes open nothing"
    assert Inbound.objects.count() >= MAILS - 10, "and everything was taken in"


def test_a_thousand_forged_senders_of_one_domain_are_not_all_written_to(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sekisho.cases.mail.actions.confirming.ANSWERED_A_SITE_AND_HOUR", 4)
    for number in range(7):
        desk.take(letter("x", f"victim{number}@elsewhere.test"), DESK)
    assert NoticeDelivery.objects.count() == 4
    assert Inbound.objects.filter(fate="held").count() == 7


def test_a_pause_ends_the_storm_of_our_own_making(desk: Desk) -> None:
    for number in range(22):
        desk.opened(
            f"s-{number}",
            requester="",
            organisation="",
            contact=Contact(f"a{number}@elsewhere.test", True, "en"),
        )
    first = desk.send()
    for mail in first[:21]:
        desk.take(report("5.1.1"), mail.from_email, "")
    assert Pause.objects.count() == 1
    desk.opened("later", contact=Contact(BEN, True, "en"))
    assert desk.send() == []
