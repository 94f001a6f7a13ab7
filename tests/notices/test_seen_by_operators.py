"""Mails that do not arrive are seen: by the doctor, and on the operator's page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.base.text import Text
from sekisho.cli.doctor_outside import check_mail
from sekisho.cli.health import State
from sekisho.notices.actions import tell
from sekisho.notices.models import Delivery
from sekisho.notices.types import Address
from tests.console.conftest import client_of, daiki_operates  # noqa: F401 - a fixture


@pytest.fixture
def gave_up(db):
    at = datetime.now(UTC)
    tell(Address("ben@example.test", "en"), "warning", "x", Text("A", "あ"), Text("B", "い"), key="k", at=at)
    Delivery.objects.update(stage="given_up", done_at=at, problem="SMTPRecipientsRefused 550")


@pytest.mark.parametrize(
    ("url", "state"),
    [
        pytest.param("console:", State.NOTE, id="mail that nobody receives is worth knowing"),
        pytest.param("smtp://mail.example.test", State.OK, id="a mail server that takes everything"),
    ],
)
def test_the_doctor_looks_at_mail(db, monkeypatch, url, state):
    monkeypatch.setenv("SEKISHO_EMAIL_URL", url)
    assert check_mail(datetime.now(UTC)).state is state


def test_the_doctor_says_what_was_given_up_and_forgets_it_after_a_week(gave_up, monkeypatch):
    monkeypatch.setenv("SEKISHO_EMAIL_URL", "smtp://mail.example.test")
    found = check_mail(datetime.now(UTC))
    assert found.state is State.NOTE
    assert "1 were given up" in found.found.en
    assert check_mail(datetime.now(UTC) + timedelta(days=8)).state is State.OK


@pytest.mark.usefixtures("daiki_operates", "gave_up")
def test_the_operators_page_shows_it(cast):
    told = client_of(cast, "daiki").get("/operator").content.decode()
    assert "Mails given up in 7 days" in told
