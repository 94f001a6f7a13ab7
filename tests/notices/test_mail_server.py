"""Mails as a real mail server receives them, in both languages, and what becomes of them when it fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.accounts import actions as accounts
from sekisho.base.clock import fixed_clock
from sekisho.base.mail import mail as mail_settings
from sekisho.base.text import Text
from sekisho.enforcement.actions import impose
from sekisho.enforcement.queries import statement_by_link
from sekisho.enforcement.types import Measure, Statement, Unit, UnitKind
from sekisho.notices.actions import tell
from sekisho.notices.models import Delivery
from sekisho.notices.rules import LEASE
from sekisho.notices.tasks import post_due
from sekisho.notices.types import Address
from sekisho.policy.actions import install_reference
from tests import factories
from tests.notices.mailbox import Mailbox

AT = datetime(2026, 1, 1, tzinfo=UTC)
PUBLIC_URL = "https://gate.example.test"


@pytest.fixture
def mailbox(settings, monkeypatch):
    """A mail server that this installation sends through, as `SEKISHO_EMAIL_URL` would have it."""
    monkeypatch.setenv("SEKISHO_PUBLIC_URL", PUBLIC_URL)
    with Mailbox() as box:
        for name, value in mail_settings(box.url).items():
            setattr(settings, name, value)
        yield box


def write(*names):
    for name in names:
        to = Address(f"{name}@example.test", "en")
        tell(to, "warning", name, Text("Told", "通知"), Text("What.", "何か。"), key=name, at=AT)


def post(at=AT):
    return post_due(fixed_clock(at))


@pytest.mark.parametrize(
    ("lang", "subject", "passages"),
    [
        pytest.param(
            "ja",
            "ご利用の一時停止について（理由と異議申立てのご案内）",
            (
                "キー「Web shop」を一時停止しています。",
                "2026年1月1日 00:00（UTC）から適用され、2026年1月2日 00:00（UTC）に自動的に終了します。",
                "親族を装ってギフトカードを求める内容でした。",
                "この措置は担当者が決定しました。",
                "6か月以内に無料で異議を申し立てることができます。",
                "裁判外紛争解決機関",
                "裁判所",
            ),
            id="Japanese",
        ),
        pytest.param(
            "en",
            "Access is suspended: what happened, and what you can do",
            (
                "The key “Web shop” is suspended",
                "It applies from 2026-01-01 00:00 UTC and ends by itself on 2026-01-02 00:00 UTC.",
                "Gift cards were asked for in a relative's name.",
                "A person decided on this measure.",
                "free of charge within six months",
                "out-of-court dispute settlement",
                "before a court",
            ),
            id="English",
        ),
    ],
)
def test_a_suspension_is_told_in_the_owners_language(cast, mailbox, lang, subject, passages):
    install_reference()
    cast.aiko.language = lang
    cast.aiko.save()
    key = accounts.create_key(cast.viewer("aiko"), cast.atelier.id, "Web shop").view
    facts = Text(
        "Gift cards were asked for in a relative's name.", "親族を装ってギフトカードを求める内容でした。"
    )
    unit = Unit(UnitKind.KEY, key.id, cast.atelier.id)
    made = impose(
        cast.viewer("emi"),
        unit,
        Measure.SUSPENDED,
        "fraud_predation",
        AT + timedelta(days=1),
        Statement(facts),
        clock=fixed_clock(AT),
    )
    assert post() == 1
    (mail,) = mailbox.mails
    told = mail.get_content()
    assert (mail["To"], mail["Subject"].strip()) == (cast.aiko.email, subject)
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", lang)
    assert mail.get_content_type() == "text/plain"
    assert [each for each in passages if each not in told] == []
    (line,) = [line for line in told.splitlines() if line.startswith(PUBLIC_URL)]
    assert statement_by_link(line.removeprefix(f"{PUBLIC_URL}/statements/"), AT).id == made


def test_without_a_mail_server_mails_are_printed_as_in_the_demonstration(db, settings, capsys):
    for name, value in mail_settings("console:").items():
        setattr(settings, name, value)
    to = Address("aiko@example.test", "ja")
    tell(to, "warning", "x", Text("Told", "通知"), Text("What.", "キーを停止しました。"), key="x", at=AT)
    assert post() == 1
    printed = capsys.readouterr().out
    assert "To: aiko@example.test" in printed
    assert "キーを停止しました。" in printed


def test_many_mails_go_over_one_connection(db, mailbox):
    write("ben", "chie", "daiki")
    assert post() == 3
    assert mailbox.connections == 1


def test_a_recipient_that_does_not_exist_keeps_nobody_else_waiting(db, mailbox):
    mailbox.refuses = {
        "chie@example.test": "550 5.1.1 No such user",
        "daiki@example.test": "451 Later, please",
    }
    write("ben", "chie", "daiki", "emi")
    assert post() == 2
    stages = {row.address.split("@")[0]: (row.stage, row.problem) for row in Delivery.objects.all()}
    assert stages == {
        "ben": ("sent", ""),
        "chie": ("given_up", "SMTPRecipientsRefused 550"),
        "daiki": ("waiting", "SMTPRecipientsRefused 451"),
        "emi": ("sent", ""),
    }


def test_a_connection_lost_before_the_answer_brings_the_mail_at_most_once_more(db, mailbox):
    mailbox.hangs_up = 1
    write("ben")
    assert [post(), post(AT + LEASE), post(AT + 2 * LEASE)] == [0, 1, 0]
    assert len(mailbox.mails) == 2
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 1


def test_nothing_of_a_mail_reaches_the_log(db, mailbox, caplog):
    factories.person("Ben")
    mailbox.refuses = {"ben@example.test": "550 5.1.1 ben@example.test is unknown"}
    write("ben")
    post()
    ours = [one.getMessage() + str(vars(one)) for one in caplog.records if one.name.startswith("sekisho")]
    assert any("notice.undelivered" in line for line in ours)
    assert "ben@example.test" not in "".join(ours)
