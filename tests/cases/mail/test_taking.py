"""Mail that comes in: into the case it belongs to, into one of its own, into quarantine, or nowhere."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError

from sekisho.accounts.models import Membership
from sekisho.accounts.types import system
from sekisho.audit import queries as audit
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.cases import queries as cases
from sekisho.cases.mail import actions, queries, tasks
from sekisho.cases.mail.actions import taking
from sekisho.cases.mail.actions.confirming import Admitted
from sekisho.cases.mail.intake import Parcel, taken
from sekisho.cases.mail.models import Inbound
from sekisho.cases.mail.queries import reply_address
from sekisho.cases.models import Case, Delivery, Message
from sekisho.cases.types import Contact, DeliveryKind
from sekisho.notices.models import Delivery as NoticeDelivery
from sekisho.notices.models import Notice
from tests.cases.mail.conftest import AIKO, BEN, CHIE, DESK, SAFETY, Desk, letter


def test_a_reply_by_token_and_sender_joins_its_case(desk: Desk) -> None:
    case = desk.opened()
    assert (
        desk.take(
            letter("わかりました。\n\n2026年1月2日(金) 12:00 Support <a@b.test>:\n> 変更しました。"),
            reply_address(case.id, AIKO),
        )[:3]
        == "250"
    )
    assert desk.said(case.id) == ["請求書の宛名を変えたいです。", "わかりました。"]
    row = Inbound.objects.get()
    assert (row.fate, row.case_id, row.sender) == ("threaded", case.id, "")
    assert "変更しました" in queries.mail(desk.daiki, row.id).text, "the original keeps what it quotes"
    assert queries.originals(desk.daiki, case.id) == {row.message: row.id}


def test_the_same_mail_is_taken_once_by_whatever_road_it_comes(desk: Desk) -> None:
    case = desk.opened()
    for _ in range(3):
        assert desk.take(letter(), reply_address(case.id, AIKO))[:3] == "250"
    assert len(desk.said(case.id)) == 2


def test_a_settled_case_opens_again_and_an_old_one_gets_a_successor(desk: Desk) -> None:
    from sekisho.cases import actions as acting
    from sekisho.cases.types import State

    case = desk.opened()
    desk.answer(case.id)
    acting.change_state(desk.daiki, case.id, State.SOLVED, "answered", clock=desk.clock)
    desk.later(days=13)
    desk.take(letter("まだです。"), reply_address(case.id, AIKO))
    assert desk.state(case.id) == "open"
    acting.change_state(desk.daiki, case.id, State.SOLVED, "answered", clock=desk.clock)
    desk.later(days=15)
    desk.take(letter("もう一度。"), reply_address(case.id, AIKO))
    assert desk.state(case.id) == "solved"
    after = Case.objects.exclude(id=case.id).get()
    assert cases.linked(desk.daiki, after.id) == (case.id,)


@pytest.mark.parametrize(
    ("sender", "to", "because"),
    [
        pytest.param(BEN, "{reply}", "wrong_sender", id="from another address"),
        pytest.param("аiko@example.test", "{reply}", "wrong_sender", id="from an address that looks like hers"),
        pytest.param(AIKO, "support+{token}x@desk.example", "wrong_token", id="with a token that somebody made up"),
        pytest.param(AIKO, "other@desk.example", "unknown_mailbox", id="with the reference in the subject alone"),
    ],
)  # fmt: skip
def test_whoever_cannot_prove_to_be_asked_waits_in_quarantine(
    sender: str, to: str, because: str, desk: Desk
) -> None:
    case = desk.opened()
    reply = reply_address(case.id, AIKO)
    message = letter("Tell me all about the case.", sender)
    message.replace_header("Subject", f"Re: [{case.reference}]")
    desk.take(message, to.format(reply=reply, token="0" * 16))
    assert len(desk.said(case.id)) == 1
    (waiting,) = queries.quarantine(desk.daiki)
    assert (waiting.because, waiting.sender) == (because, sender)
    assert waiting.is_odd is not sender.isascii()
    assert Delivery.objects.filter(kind=DeliveryKind.REPLY.value).count() == 0, "and nobody is told anything"
    assert not queries.quarantine(desk.cast.viewer("chie"))


def test_a_forged_sender_is_quarantined_by_the_word_of_the_trusted_server(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_TRUSTS", "mx.desk.example")
    case = desk.opened()
    bad = letter("x", Authentication_Results="mx.desk.example; dmarc=fail header.from=example.test")
    desk.take(bad, reply_address(case.id, AIKO))
    assert desk.fates() == ["quarantined"]
    good = letter("y", Authentication_Results="mx.desk.example; dmarc=pass header.from=example.test")
    good["Authentication-Results"] = "elsewhere.test; dmarc=fail"
    desk.take(good, reply_address(case.id, AIKO))
    assert desk.fates() == ["quarantined", "threaded"]


def test_staff_look_and_then_add_it_to_a_case_or_put_it_away(desk: Desk) -> None:
    case = desk.opened()
    for text in ("一つ目です。", "二つ目です。"):
        desk.take(letter(text, BEN), reply_address(case.id, AIKO))
    first, second = queries.quarantine(desk.daiki)
    assert first.claimed == case.reference
    with pytest.raises(NotFoundError):
        actions.attach(desk.cast.viewer("ben"), first.id, case.reference, clock=desk.clock)
    with pytest.raises(NotFoundError):
        actions.attach(desk.daiki, first.id, "0000-0000", clock=desk.clock)
    assert actions.attach(desk.daiki, first.id, case.reference.lower(), clock=desk.clock) == case.id
    actions.dismiss(desk.daiki, second.id, clock=desk.clock)
    assert desk.said(case.id)[1:] == ["一つ目です。"]
    assert desk.fates() == ["attached", "dismissed"]
    with pytest.raises(SekishoError, match="mail_decided"):
        actions.attach(desk.daiki, second.id, case.reference, clock=desk.clock)
    desk.answer(case.id)
    assert Delivery.objects.filter(email=BEN).count() == 0, "its sender gains nothing by it"


def test_safety_is_heard_at_once_and_answered_by_fixed_words(desk: Desk) -> None:
    desk.take(letter("Buy cheap pills at evil.example", CHIE), SAFETY)
    case = Case.objects.get()
    assert (case.queue, case.kind, case.is_proven) == ("safety", "safety", False)
    assert cases.case(desk.cast.viewer("emi"), case.id).received_at == desk.at
    (mail,) = desk.send()
    assert mail.to == [CHIE]
    assert "pills" not in mail.body + mail.subject
    assert "/help/confirm/" in mail.body


def test_a_thousand_forged_senders_of_one_domain_get_few_mails_of_ours(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sekisho.cases.mail.actions.sending.ANSWERED_A_SITE_AND_HOUR", 3)
    for number in range(5):
        desk.take(letter(f"Report {number}", f"victim{number}@elsewhere.test"), SAFETY)
    desk.take(letter("Report", CHIE), SAFETY)
    assert len(desk.send()) == 4
    assert Case.objects.count() == 6, "and every one of them is heard"
    assert desk.deliveries().count(("technical-failure", "too_often")) == 2


def test_an_authority_at_the_ordinary_mailbox_reaches_the_sealed_queue(desk: Desk) -> None:
    desk.take(letter("An order.", "clerk@mail.regulator.example"), DESK)
    case = Case.objects.get()
    assert (case.kind, case.queue, case.received_at) == ("authority", "authority", desk.at)
    assert desk.send() == []
    with pytest.raises(NotFoundError):
        queries.mail(desk.daiki, Inbound.objects.get().id)


def test_a_first_letter_for_support_waits_until_its_sender_confirms_it(desk: Desk) -> None:
    desk.take(letter("Buy cheap pills at evil.example", CHIE), DESK)
    desk.take(letter("And again.", CHIE), DESK)
    assert desk.fates() == ["held", "held"]
    assert not Case.objects.exists()
    notice = Notice.objects.get()  # one answer a day, however much comes
    assert "pills" not in notice.body_en + notice.subject_en
    assert NoticeDelivery.objects.get().address == CHIE
    held = Inbound.objects.order_by("id")[0]
    with pytest.raises(NotFoundError):
        queries.mail(desk.daiki, held.id)
    link = notice.link.rpartition("/")[2]
    with pytest.raises(SekishoError, match="no_people"):
        actions.confirm_mail(link, lambda *_: None, clock=desk.clock)
    desk.later(days=1)
    known = {"requester": desk.cast.chie.id, "organisation": desk.cast.elsewhere.id}
    case_id = actions.confirm_mail(link, lambda *_: Admitted(known), clock=desk.clock)
    assert actions.confirm_mail(link, lambda *_: Admitted(known), clock=desk.clock) == case_id
    case = Case.objects.get()
    assert (case.requester, case.is_proven) == (desk.cast.chie.id, True)
    assert case.received_at == desk.at - timedelta(days=1)
    said = cases.messages(desk.cast.viewer("chie"), case_id)
    assert [one.text for one in said] == ["Buy cheap pills at evil.example", "And again."]


def test_who_did_not_write_it_has_it_deleted_unread(desk: Desk) -> None:
    desk.take(letter("spam", CHIE), DESK)
    link = Notice.objects.get().link.rpartition("/")[2]
    actions.decline_mail(link, clock=desk.clock)
    row = Inbound.objects.get()
    assert (row.fate, bytes(row.raw), row.sender) == ("dismissed", b"", "")
    with pytest.raises(SekishoError, match="mail_gone"):
        actions.confirm_mail(link, lambda *_: Admitted(), clock=desk.clock)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List-Id": "x"},
        {"X-Sekisho-Loop": "desk.example"},
    ],
)
def test_machines_open_nothing_and_are_answered_by_nothing(headers: dict[str, str], desk: Desk) -> None:
    case = desk.opened()
    Delivery.objects.all().delete()
    for to in (DESK, SAFETY, reply_address(case.id, AIKO)):
        assert "Passed over" in desk.take(letter("I am away.", **headers), to)
    assert set(desk.fates()) == {"passed_over"}
    assert (Case.objects.count(), Message.objects.count(), Notice.objects.count()) == (1, 1, 0)
    assert desk.send() == []


def test_files_come_along_and_programs_stay_in_the_mail(desk: Desk) -> None:
    case = desk.opened()
    message = letter("添付します。")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="請求書.pdf")
    message.add_attachment(b"MZ\x90", maintype="application", subtype="pdf", filename="見積.pdf")
    desk.take(message, reply_address(case.id, AIKO))
    asked = cases.messages(desk.cast.viewer("aiko"), case.id)
    assert [file.name for one in asked for file in one.enclosures] == ["請求書.pdf"]
    noted = cases.messages(desk.daiki, case.id)[-1]
    assert "見積.pdf (program)" in noted.text
    assert noted.text not in [one.text for one in asked]
    assert b"MZ" not in bytes(Inbound.objects.get().raw), "what is stored is sealed"


def test_numbers_of_cards_are_masked_before_the_case_keeps_them(desk: Desk) -> None:
    case = desk.opened()
    desk.take(letter("カード番号は 4242 4242 4242 4242 です。"), reply_address(case.id, AIKO))
    assert "4242 4242 4242" not in desk.said(case.id)[1]


def test_an_encrypted_mail_is_kept_and_its_sender_is_told(desk: Desk) -> None:
    case = desk.opened()
    desk.send()
    desk.later(hours=2)
    sealed = letter("-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----")
    desk.take(sealed, reply_address(case.id, AIKO))
    (told,) = desk.send()
    assert "暗号化" in told.body
    assert told.extra_headers["Auto-Submitted"] == "auto-generated"
    assert queries.mail(desk.daiki, Inbound.objects.get().id).seal.value == "pgp"


def test_a_mail_without_a_word_is_a_message_still(desk: Desk) -> None:
    case = desk.opened()
    desk.take(letter(""), reply_address(case.id, AIKO))
    assert desk.said(case.id)[1] == "Re: お問い合わせ"


def test_a_case_whose_words_are_gone_takes_nothing_and_loses_nothing(desk: Desk) -> None:
    from sekisho.cases import vault

    case = desk.opened()
    vault.destroy([Case.objects.get().key], desk.at)
    desk.take(letter(), reply_address(case.id, AIKO))
    assert [(one.fate.value, one.because) for one in queries.quarantine(desk.daiki)] == [
        ("quarantined", "case_over")
    ]


def test_one_sender_without_end_is_looked_at_by_people(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.cases.mail.rules.deciding.A_SENDER_AND_DAY", 2)
    case = desk.opened()
    for number in range(4):
        desk.take(letter(f"{number}"), reply_address(case.id, AIKO))
    assert desk.fates() == ["threaded", "threaded", "quarantined", "quarantined"]


def test_what_cannot_be_stored_is_left_with_the_other_server(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise DatabaseError("full")

    monkeypatch.setattr("sekisho.cases.mail.actions.taking.keep_apart", fail)
    first, second = (
        Parcel(letter(text, CHIE).as_bytes(), CHIE, to, Future()) for text, to in (("x", DESK), ("y", SAFETY))
    )
    assert [reply[:3] for reply in taken([first, second], desk.clock)] == ["451", "250"], (
        "and keeps no other waiting"
    )
    assert desk.fates() == ["opened"]


def test_of_mails_of_one_commit_the_one_that_the_database_refuses_takes_none_along(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking = taking._today

    def refused(row: Inbound, at: datetime) -> frozenset[str]:
        if row.sender == BEN:
            Inbound.objects.raw("SELECT nothing AS id FROM nowhere")[0]
        return looking(row, at)

    monkeypatch.setattr(taking, "_today", refused)
    parcels = [Parcel(letter("x", who).as_bytes(), who, SAFETY, Future()) for who in (CHIE, BEN)]
    assert [one[:3] for one in taken(parcels, desk.clock)] == ["250", "451"]
    assert [row.fate for row in Inbound.objects.all()] == ["opened"], "what was answered with 250 is kept"


def test_what_waited_long_enough_is_destroyed(desk: Desk) -> None:
    case = desk.opened()
    desk.take(letter("a", CHIE), DESK)
    desk.take(letter("b", BEN), reply_address(case.id, AIKO))
    desk.take(letter("c", AIKO), reply_address(case.id, AIKO))
    desk.later(days=7)
    assert (tasks.forget_mail(desk.clock), desk.fates()) == (1, ["quarantined", "threaded"])
    desk.later(days=23)
    assert (tasks.forget_mail(desk.clock), desk.fates()) == (1, ["threaded"])


def test_the_log_holds_no_address_and_no_word(desk: Desk) -> None:
    case = desk.opened()
    desk.take(letter("秘密", BEN), reply_address(case.id, AIKO))
    desk.take(letter("秘密", CHIE), SAFETY)
    said = str(audit.entries(system("test"), audit.EntryFilter()))
    for word in ("秘密", BEN, CHIE, "お問い合わせ"):
        assert word not in said


def test_who_speaks_for_the_organisation_no_more_is_no_voice_in_its_case(desk: Desk) -> None:
    case = desk.opened(
        "s-9", requester=desk.cast.ben.id, sponsor=desk.cast.aiko.id, contact=Contact(BEN, True, "en")
    )
    desk.answer(case.id)
    Membership.objects.filter(person=desk.cast.aiko, organisation=desk.cast.atelier).delete()
    desk.take(letter("まだ所有者です。"), reply_address(case.id, AIKO))
    assert desk.fates() == ["quarantined"]
    assert [one.voice for one in cases.messages(desk.daiki, case.id)] == ["requester", "staff"]


def test_a_contact_that_staff_named_is_heard_as_one_whatever_account_they_have(desk: Desk) -> None:
    case = desk.opened("s-9", requester=desk.cast.ben.id, contact=Contact(BEN, True, "en"))
    desk.answer(case.id, to=(Contact(CHIE, True, "en"),))
    desk.take(letter("Thank you.", CHIE), reply_address(case.id, CHIE))
    assert [(one.voice, one.by) for one in cases.messages(desk.daiki, case.id)][-1] == ("requester", "")


def test_an_address_that_was_taken_for_another_contact_is_one_of_the_sponsor(desk: Desk) -> None:
    case = desk.opened(
        "s-9", requester=desk.cast.ben.id, sponsor=desk.cast.aiko.id, contact=Contact(BEN, True, "en")
    )
    desk.take(letter("所有者からの補足です。"), reply_address(case.id, AIKO))
    assert [one.voice for one in cases.messages(desk.daiki, case.id)] == ["requester", "sponsor"]
