"""Mail that goes out: once, with all that keeps machines quiet, and never where it comes back from."""

from __future__ import annotations

import smtplib
from email import message_from_bytes, policy
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.urls import reverse

from sekisho.accounts.models import Membership, StaffAppointment
from sekisho.accounts.types import StaffRole, system
from sekisho.base.errors import NotAllowedError
from sekisho.cases import actions as cases
from sekisho.cases.desk.queries import desk_case
from sekisho.cases.mail import actions, house, queries
from sekisho.cases.mail.models import Pause, Undeliverable
from sekisho.cases.mail.queries import reply_address
from sekisho.cases.mail.rules.quoting import DELIMITER
from sekisho.cases.models import Delivery
from sekisho.cases.types import (
    Contact,
    DeliveryKind,
    DeliveryStatus,
    Enclosure,
    Kind,
    Queue,
    Reach,
    State,
    Voice,
)
from sekisho.notices.models import Delivery as Mail
from sekisho.notices.models import Notice
from sekisho.notices.queries import notices
from tests.cases.mail.conftest import AIKO, BEN, CHIE, DESK, SAFETY, Desk, letter
from tests.cases.mail.test_rules import report


def test_a_confirmation_says_by_when_and_an_answer_says_what(desk: Desk) -> None:
    case = desk.opened()
    (confirmed,) = desk.send()
    assert confirmed.subject == f"お問い合わせを受け付けました [{case.reference}]"
    assert "までに回答する予定です" in confirmed.body
    assert "請求書" not in confirmed.body
    desk.answer(case.id, "宛名を変更しました。")
    (answered,) = desk.send()
    assert answered.body.startswith(DELIMITER)
    assert "宛名を変更しました。" in answered.body
    assert desk.deliveries() == [("delivered", ""), ("delivered", "")]
    assert desk.send() == []


def test_every_mail_carries_what_keeps_machines_quiet(desk: Desk) -> None:
    case = desk.opened()
    (confirmed,) = desk.send()
    desk.answer(case.id)
    (answered,) = desk.send()
    first, second = Delivery.objects.order_by("id")
    for mail, row, automatic in ((confirmed, first, "auto-generated"), (answered, second, "no")):
        assert mail.from_email.startswith("support+b-"), "the return path"
        told = message_from_bytes(mail.message().as_bytes(), policy=policy.default)
        assert told["From"].addresses[0].addr_spec == DESK
        assert told["Message-ID"] == f"<{row.id}@desk.example>"
        assert told["Auto-Submitted"] == automatic
        assert told["X-Auto-Response-Suppress"] == "All"
        assert told["X-Sekisho-Loop"] == "desk.example"
        assert told["Reply-To"] == reply_address(case.id, AIKO)
        assert told["Content-Language"] == "ja"
    assert f"<{first.id}@desk.example>" in answered.extra_headers["References"]
    assert answered.extra_headers["In-Reply-To"] == f"<{first.id}@desk.example>"


def test_the_reply_to_an_answer_comes_back_into_the_case(desk: Desk) -> None:
    case = desk.opened()
    desk.answer(case.id)
    answered = desk.send()[-1]
    desk.take(letter("助かりました。"), answered.extra_headers["Reply-To"])
    assert desk.said(case.id)[-1] == "助かりました。"


def test_files_of_an_answer_keep_their_names(desk: Desk) -> None:
    case = desk.opened()
    desk.answer(case.id, enclosures=(Enclosure("請求書.pdf", "application/pdf", b"%PDF-1.7"),))
    told = message_from_bytes(desk.send()[-1].message().as_bytes(), policy=policy.default)
    (file,) = told.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("請求書.pdf", b"%PDF-1.7")


def test_a_note_among_staff_and_an_unproven_address_get_nothing(desk: Desk) -> None:
    case = desk.opened()
    desk.send()
    desk.answer(case.id, "内部の覚え書き", reach=Reach.STAFF)
    assert desk.send() == []
    stranger = desk.opened("s-2", requester="", organisation="", contact=Contact(CHIE, False, "en"))
    (fixed,) = desk.send()
    assert "Somebody gave us this address" in fixed.body
    desk.later(hours=1)
    Delivery.objects.create(
        case_id=stranger.id,
        kind=DeliveryKind.CONFIRMATION.value,
        email=CHIE,
        language="en",
        created_at=desk.at,
    )
    assert desk.send() == []
    assert desk.deliveries()[-1] == ("technical-failure", "unproven")


def test_who_is_no_longer_entitled_gets_nothing_that_waited(desk: Desk) -> None:
    case = desk.opened()
    desk.send()
    desk.answer(case.id, "会員の一覧です。")
    Membership.objects.filter(person=desk.cast.aiko).delete()
    assert desk.send() == []
    assert desk.deliveries()[-1] == ("technical-failure", "not_entitled")


def test_a_transcript_holds_what_its_reader_may_read(desk: Desk) -> None:
    case = desk.opened()
    desk.answer(case.id, "回答です。")
    desk.answer(case.id, "内部の覚え書き", "a-2", reach=Reach.STAFF)
    desk.send()
    desk.later(hours=2)
    Delivery.objects.create(
        case_id=case.id,
        kind=DeliveryKind.TRANSCRIPT.value,
        email=AIKO,
        person=desk.cast.aiko.id,
        language="ja",
        created_at=desk.at,
    )
    (told,) = desk.send()
    assert "請求書の宛名を変えたいです。" in told.body
    assert "回答です。" in told.body
    assert "覚え書き" not in told.body
    assert told.body.index("請求書の") < told.body.index("回答です。")


# --- the end of a case -------------------------------------------------------------------------------------
def test_who_asked_is_told_when_staff_settle_it_and_how_to_open_it_again(desk: Desk) -> None:
    case = desk.opened()
    desk.send()
    desk.later(hours=2)
    desk.settle(case.id)
    (closing,) = desk.send()
    assert closing.subject == f"お問い合わせを完了しました [{case.reference}]"
    assert "2026年1月16日（金）14:00（JST） までに" in closing.body
    assert closing.extra_headers["Auto-Submitted"] == "auto-generated"
    desk.settle(case.id, State.CLOSED)
    assert desk.send() == [], "it was settled once"
    desk.take(letter("まだ解決していません。"), closing.extra_headers["Reply-To"])
    assert desk.state(case.id) == "open"
    desk.later(hours=2)
    desk.settle(case.id)
    assert len(desk.send()) == 1, "and now once more"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"contact": Contact(AIKO, False, "en")}, id="the address is not proven"),
        pytest.param({"contact": Contact("no-reply@shop.example", True, "en")}, id="a machine's address"),
        pytest.param({"reaches_requester": False}, id="answers go to the sponsor alone"),
        pytest.param({"kind": Kind.AUTHORITY, "queue": Queue.AUTHORITY}, id="an order of an authority"),
    ],
)
def test_nobody_is_told_of_an_end_who_is_not_to_be_written_to(changed: dict[str, Any], desk: Desk) -> None:
    StaffAppointment.objects.create(person=desk.cast.daiki, role=StaffRole.LEGAL.value)
    case = desk.opened(**changed)
    desk.send()
    desk.later(hours=2)
    desk.settle(case.id)
    assert desk.send() == []


def test_what_the_system_settles_is_told_of_by_no_closing_mail(desk: Desk) -> None:
    case = desk.opened()
    cases.change_state(system("cases"), case.id, State.CLOSED, "decided elsewhere", clock=desk.clock)
    assert not Delivery.objects.filter(kind=DeliveryKind.CLOSING.value).exists()


def test_who_has_left_and_whose_case_is_open_again_gets_no_closing_mail(desk: Desk) -> None:
    case = desk.opened()
    desk.send()
    desk.later(hours=2)
    desk.settle(case.id)
    desk.settle(case.id, State.OPEN)
    assert desk.send() == []
    assert desk.deliveries()[-1] == ("technical-failure", "reopened")
    desk.settle(case.id)
    Membership.objects.filter(person=desk.cast.aiko).delete()
    assert desk.send() == []
    assert desk.deliveries()[-1] == ("technical-failure", "not_entitled")
    desk.settle(case.id, State.OPEN)
    desk.settle(case.id)
    assert Delivery.objects.filter(kind=DeliveryKind.CLOSING.value).count() == 2, (
        "none is made for who has left"
    )


def test_a_closing_mail_counts_among_the_automatic_ones_and_spares_an_address_that_is_none(
    desk: Desk,
) -> None:
    case = desk.opened()
    (confirmed,) = desk.send()
    desk.settle(case.id)
    assert desk.send() == []
    assert desk.deliveries()[-1] == ("technical-failure", "too_often")
    desk.take(report("5.1.1"), confirmed.from_email, "")
    desk.later(hours=2)
    desk.settle(case.id, State.OPEN)
    desk.settle(case.id)
    assert desk.send() == []
    assert desk.deliveries()[-1] == ("permanent-failure", "undeliverable")


# --- what does not arrive ----------------------------------------------------------------------------------
class _Server:
    """Stands for the connection to a mail server that refuses."""

    def __init__(self, problem: Exception | None) -> None:
        self.problem, self.sent = problem, list[Any]()

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def send_messages(self, mails: list[Any]) -> int:
        if self.problem:
            raise self.problem
        self.sent += mails
        return 1


@pytest.mark.parametrize(
    ("problem", "status", "code"),
    [
        (smtplib.SMTPRecipientsRefused({AIKO: (550, b"5.1.1 no such user")}), "permanent-failure", "5.1.1"),
        (smtplib.SMTPRecipientsRefused({AIKO: (550, b"5.7.1 we do not relay")}), "permanent-failure", "5.7.1"),
        (smtplib.SMTPRecipientsRefused({AIKO: (550, b"go away")}), "temporary-failure", "5.0.0"),
        (smtplib.SMTPRecipientsRefused({AIKO: (451, b"4.7.1 greylisted")}), "temporary-failure", "4.7.1"),
        (smtplib.SMTPServerDisconnected("gone"), "temporary-failure", "SMTPServerDisconnected"),
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 bad"), "temporary-failure", "5.7.8"),
        (ConnectionRefusedError(), "temporary-failure", "ConnectionRefusedError"),
    ],
)  # fmt: skip
def test_what_the_server_says_decides_what_follows(
    problem: Exception, status: str, code: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.opened()
    server = _Server(problem)
    monkeypatch.setattr("sekisho.cases.mail.actions.sending.get_connection", lambda: server)
    actions.send_due(desk.clock)
    assert desk.deliveries() == [(status, code)]
    server.problem = None
    desk.later(minutes=2)
    actions.send_due(desk.clock)
    assert len(server.sent) == (status == "temporary-failure")
    assert Undeliverable.objects.exists() is (code == "5.1.1")


def test_a_hard_bounce_ends_all_mail_to_the_address_and_its_owner_is_shown_it(desk: Desk) -> None:
    case = desk.opened()
    (mail,) = desk.send()
    assert queries.undeliverable(AIKO) is None
    desk.take(report("5.1.1", to=BEN), mail.from_email, "")
    assert desk.deliveries() == [("permanent-failure", "5.1.1")]
    assert queries.undeliverable(BEN) is None, "what the report names is not believed"
    shown = queries.undeliverable("Aiko@Example.test")
    assert shown is not None
    assert (shown.code, shown.since) == ("5.1.1", desk.at)
    desk.answer(case.id)
    assert desk.send() == []
    assert desk.deliveries()[-1] == ("permanent-failure", "undeliverable")
    assert actions.prove_again(AIKO, desk.at)
    desk.answer(case.id, "もう一度お送りします。", "a-2")
    assert len(desk.send()) == 1


def test_whoever_mail_came_back_from_is_told_in_the_product_and_staff_on_the_case(desk: Desk) -> None:
    case = desk.opened()
    (mail,) = desk.send()
    assert desk_case(desk.daiki, case.id, desk.at).undeliverable_since is None
    for _ in range(2):
        desk.take(report("5.1.1"), mail.from_email, "")
    (told,) = notices(desk.cast.viewer("aiko"), "")
    assert told.kind == "address_undeliverable"
    assert f"{case.reference} came back from a•••@ex•••.test" in told.body.en
    assert told.link == reverse("account_email")
    assert not Mail.objects.exists(), "no mail goes where mail comes back from"
    assert desk_case(desk.daiki, case.id, desk.at).undeliverable_since == desk.at


def test_an_account_with_another_address_is_told_there_too(desk: Desk) -> None:
    desk.opened(contact=Contact("old@example.test", True, "en"))
    (mail,) = desk.send()
    desk.take(report("5.1.1"), mail.from_email, "")
    assert [one.address for one in Mail.objects.all()] == [AIKO]


def test_somebody_without_an_account_is_told_nowhere(desk: Desk) -> None:
    desk.opened(requester="", organisation="", contact=Contact(CHIE, True, "en"))
    (mail,) = desk.send()
    desk.take(report("5.1.1"), mail.from_email, "")
    assert not Notice.objects.exists()


def test_answers_go_to_the_address_that_was_proven_instead(desk: Desk) -> None:
    case = desk.opened()
    (mail,) = desk.send()
    desk.take(report("5.1.1"), mail.from_email, "")
    address = EmailAddress(user=desk.cast.aiko, email="New@example.test", verified=True)
    desk.cast.aiko.email = address.email
    email_confirmed.send(sender=EmailAddress, request=None, email_address=address)
    desk.later(hours=2)
    desk.answer(case.id)
    assert "new@example.test" in [to for mail in desk.send() for to in mail.to]
    assert queries.undeliverable(AIKO) is not None


def test_nobody_makes_an_address_undeliverable_by_writing_a_bounce(desk: Desk) -> None:
    case = desk.opened()
    (mail,) = desk.send()
    forged = mail.from_email.replace("support+b-", "support+b-0", 1)[: len(mail.from_email)]
    for to in (DESK, SAFETY, reply_address(case.id, AIKO), forged):
        desk.take(report("5.1.1", to=AIKO), to, "")
    assert desk.deliveries() == [("delivered", "")]
    assert queries.undeliverable(AIKO) is None


def test_soft_bounces_are_tried_again_and_given_up_after_the_third(desk: Desk) -> None:
    desk.opened()
    (mail,) = desk.send()
    for number in range(3):
        desk.take(report("4.2.2", diagnostic=f"452 {number}"), mail.from_email, "")
        assert desk.deliveries()[0][1] == "4.2.2"
        desk.later(hours=7)
        assert len(desk.send()) == (number < 2)
    assert desk.deliveries() == [("permanent-failure", "4.2.2")]
    assert queries.undeliverable(AIKO) is None


def test_an_out_of_office_answer_to_the_return_path_changes_nothing(desk: Desk) -> None:
    desk.opened()
    (mail,) = desk.send()
    assert "Passed over" in desk.take(letter("I am away.", Auto_Submitted="auto-replied"), mail.from_email)
    assert desk.deliveries() == [("delivered", "")]


def test_a_storm_of_bounces_pauses_what_goes_out_and_calls_operators(desk: Desk) -> None:
    StaffAppointment.objects.create(person=desk.cast.fumi, role=StaffRole.OPERATOR.value)
    for number in range(22):
        desk.opened(
            f"s-{number}",
            requester="",
            organisation="",
            contact=Contact(f"a{number}@example.test", True, "en"),
        )
    paths = [mail.from_email for mail in desk.send()]
    for path in paths[:20]:
        desk.take(report("5.2.2"), path, "")
    assert queries.paused() is None
    for path in paths[20:]:
        desk.take(report("5.2.2"), path, "")
    assert queries.paused() is not None
    assert Pause.objects.count() == 1
    assert {row.person for row in Notice.objects.filter(kind="mail_paused")} == {desk.cast.fumi.id}
    desk.opened("late")
    assert desk.send() == []
    with pytest.raises(NotAllowedError):
        actions.resume(desk.cast.viewer("ben"), clock=desk.clock)
    actions.resume(desk.daiki, clock=desk.clock)
    assert len(desk.send()) == 1


def test_automatic_messages_are_capped_and_answers_of_people_are_not(desk: Desk) -> None:
    case = desk.opened()
    for number in range(3):
        cases.write(
            system("mail"), case.id, Voice.SYSTEM, "自動の文面", submission=f"auto {number}", clock=desk.clock
        )
        desk.answer(case.id, f"回答 {number}", f"a-{number}")
    assert [mail.extra_headers["Auto-Submitted"] for mail in desk.send()] == [
        "auto-generated",
        "no",
        "no",
        "no",
    ]
    assert desk.deliveries().count(("technical-failure", "too_often")) == 3
    for number in range(12):
        desk.opened(f"more {number}")
    assert len(desk.send()) == 9, "ten a day in all"


def test_a_mail_that_somebody_took_and_left_is_due_again_when_the_lease_ends(desk: Desk) -> None:
    desk.opened()
    taken = actions.claim(desk.at)
    assert taken is not None
    assert actions.claim(desk.at) is None, "nobody else gets it meanwhile"
    desk.later(minutes=10)
    (mail,) = desk.send()
    assert mail.extra_headers["Message-ID"] == f"<{taken.id}@desk.example>"
    assert desk.deliveries() == [("delivered", "")]


def test_a_bounce_that_was_quicker_than_our_mark_stands(desk: Desk) -> None:
    desk.opened()
    taken = actions.claim(desk.at)
    assert taken is not None
    desk.take(report("5.1.1"), house.keeper().return_path(taken.id), "")
    actions.note(taken, DeliveryStatus.DELIVERED, "", desk.at)
    assert desk.deliveries() == [("permanent-failure", "5.1.1")]


def test_a_mail_is_in_its_readers_language(desk: Desk) -> None:
    desk.opened(contact=Contact(AIKO, True, "en"))
    (mail,) = desk.send()
    assert mail.subject.startswith("We have received your request")
    assert "We aim to answer by Mon 5 January 2026, 12:00 (JST)." in mail.body


def test_nothing_goes_to_what_is_no_address(desk: Desk) -> None:
    desk.opened(contact=Contact("aiko\n@example.test", True, "en"))
    assert desk.send() == []
    assert desk.deliveries() == [("permanent-failure", "bad_address")]


def test_whoever_verifies_their_address_again_is_written_to_again(desk: Desk) -> None:
    desk.opened()
    (mail,) = desk.send()
    desk.take(report("5.1.1"), mail.from_email, "")
    assert queries.undeliverable(AIKO) is not None
    address = EmailAddress(user=desk.cast.aiko, email=AIKO, verified=True)
    email_confirmed.send(sender=EmailAddress, request=None, email_address=address)
    assert queries.undeliverable(AIKO) is None
