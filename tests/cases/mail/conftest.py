"""A desk that writes and reads mail, at a moment that only the test moves on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail as django_mail

from sekisho.accounts.types import Viewer
from sekisho.base.clock import Clock
from sekisho.cases import actions as cases
from sekisho.cases import queries
from sekisho.cases.mail import actions
from sekisho.cases.mail.models import Inbound
from sekisho.cases.models import Case, Delivery
from sekisho.cases.types import CaseView, Contact, MessageView, State, Voice
from tests.cases.conftest import AT, opening
from tests.cast import Cast

DESK = "support@desk.example"
SAFETY = "safety@desk.example"
AIKO, BEN, CHIE = "aiko@example.test", "ben@example.test", "chie@example.test"


def letter(text: str = "ありがとうございます。", sender: str = AIKO, **headers: str) -> EmailMessage:
    """Return a mail as somebody's program writes it."""
    message = EmailMessage(policy=policy.SMTPUTF8)
    message["From"], message["To"], message["Subject"] = sender, DESK, "Re: お問い合わせ"
    message.set_content(text)
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message


@dataclass
class Desk:
    cast: Cast
    at: datetime = AT

    @property
    def clock(self) -> Clock:
        return lambda: self.at

    @property
    def daiki(self) -> Viewer:
        return self.cast.viewer("daiki")

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)

    def opened(self, submission: str = "s-1", **changed: Any) -> CaseView:
        """Open a case of Aiko's, in her organisation."""
        whose = {"requester": self.cast.aiko.id, "organisation": self.cast.atelier.id}
        return cases.open_case(opening(submission, **{**whose, **changed}), clock=self.clock)

    def answer(
        self, case: str, text: str = "変更しました。", submission: str = "a-1", **more: Any
    ) -> MessageView:
        """Let Daiki answer."""
        return cases.write(
            self.daiki, case, Voice.STAFF, text, submission=submission, clock=self.clock, **more
        )

    def settle(self, case: str, state: State = State.SOLVED) -> None:
        """Let Daiki settle a case, or open it again."""
        cases.change_state(self.daiki, case, state, "Said so.", clock=self.clock)

    def send(self) -> list[Any]:
        """Send what is due, and return the mails that went out by it."""
        before = len(django_mail.outbox)
        actions.send_due(self.clock)
        return django_mail.outbox[before:]

    def take(self, mail: EmailMessage | bytes, to: str = DESK, sender: str | None = None) -> str:
        """Let a mail come in, and return what the other server is told."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        envelope = sender if sender is not None else ("" if isinstance(mail, bytes) else str(mail["From"]))
        return actions.take_mail(raw, envelope, to, clock=self.clock)

    def fates(self) -> list[str]:
        return list(Inbound.objects.order_by("id").values_list("fate", flat=True))

    def said(self, case: str) -> list[str]:
        """Return what was said in a case, as Aiko reads it."""
        return [one.text for one in queries.messages(self.cast.viewer("aiko"), case)]

    def state(self, case: str) -> str:
        return Case.objects.get(id=case).state

    def deliveries(self) -> list[tuple[str, str]]:
        rows = Delivery.objects.order_by("id")
        return [(row.status, row.code) for row in rows]


@pytest.fixture
def desk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_ADDRESS", DESK)
    monkeypatch.setenv("SEKISHO_SUPPORT_MAILBOXES", f"{DESK}=support {SAFETY}=safety")
    monkeypatch.setenv("SEKISHO_AUTHORITY_SENDERS", "regulator.example")
    return Desk(cast)


__all__ = ["AIKO", "BEN", "CHIE", "DESK", "SAFETY", "Contact", "Desk", "letter"]
