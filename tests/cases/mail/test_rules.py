"""What is decided about mail, as tables; those of `docs/rules/mail.md` are run as they stand there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from sekisho.cases.mail import reading
from sekisho.cases.mail.rules import addresses, bounces, caps, deciding, files, loops, verdicts
from sekisho.cases.mail.rules.bounces import Force
from sekisho.cases.mail.rules.caps import Earlier
from sekisho.cases.mail.rules.tokens import Keeper
from sekisho.cases.mail.types import (
    Bounce,
    Bouncing,
    Holding,
    Letter,
    Marks,
    Opening,
    Passing,
    Piece,
    Proof,
    Quarantine,
    Threading,
    Way,
)
from tests.pages import table

PAGE = "docs/rules/mail.md"
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
AIKO = "aiko@example.test"
CASE = "tkt_" + "0" * 26
KEEPER = Keeper((b"k" * 32,), "support@desk.example")
HOUSE = deciding.House(
    KEEPER,
    {"support@desk.example": "support", "safety@desk.example": "safety"},
    ("regulator.example", "clerk@court.example"),
)


# --- addresses ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        pytest.param("Aiko@Example.Test", AIKO, True, id="ASCII letters have no case"),
        pytest.param("Aiko <aiko@example.test>", AIKO, True, id="with a name before it"),
        pytest.param("ai\u212ao@example.test", "aiko@example.test", False, id="the Kelvin sign is no k"),
        pytest.param("аiko@example.test", AIKO, False, id="a Cyrillic a"),
        pytest.param("ａｉｋｏ@example.test", AIKO, False, id="full-width letters"),
        pytest.param("aiko@example.test\u200b", AIKO, False, id="a letter that nobody sees"),
        pytest.param("aiko@exam\u00adple.test", AIKO, False, id="a soft hyphen"),
        pytest.param("", "", False, id="none is not the same as none"),
        pytest.param("aiko", "aiko", False, id="what is no address"),
    ],
)
def test_addresses_are_one_only_in_the_same_letters(one: str, other: str, is_same: bool) -> None:
    assert addresses.same(one, other) is is_same


@pytest.mark.parametrize(
    ("address", "is_on_it"),
    [
        ("clerk@court.example", True),
        ("other@court.example", False),
        ("anybody@regulator.example", True),
        ("anybody@mail.regulator.example", True),
        ("anybody@badregulator.example", False),
        ("anybody@regulator.example.test", False),
        ("regulator.example", False),
    ],
)
def test_a_list_holds_addresses_and_domains(address: str, is_on_it: bool) -> None:
    assert addresses.is_among(address, HOUSE.authorities) is is_on_it


@pytest.mark.parametrize(
    "address", ["aiko", "аiko@example.test", "a b@c.test", "a@b@c.test", "x" * 300 + "@c.test", "a\n@b.test"]
)
def test_what_cannot_be_written_to_is_known(address: str) -> None:
    assert not addresses.is_sendable(address)
    assert addresses.is_sendable(AIKO)


# --- machines ----------------------------------------------------------------------------------------------
def _marks(said: str) -> tuple[Marks, str]:
    """Return the mail that a row of the page describes."""
    sender, facts = AIKO, dict[str, Any](envelope_sender=AIKO)
    name, _, value = said.partition(": ")
    match name.strip("`"):
        case "MAIL FROM":
            facts["envelope_sender"] = value.strip("`<>")
        case "Auto-Submitted":
            facts["auto_submitted"] = value.strip("`")
        case "Precedence":
            facts["precedence"] = value.strip("`")
        case "Content-Type":
            facts["content_type"] = value.strip("`")
        case "List-Id":
            return Marks(**facts, is_list=True), sender
        case "X-Autoreply":
            return Marks(**facts, is_echo=True), sender
        case "X-Sekisho-Loop":
            return Marks(**facts, is_ours=True), sender
        case "From":
            sender = value.strip("`")
    return Marks(**facts), sender


@pytest.mark.parametrize(("said", "because"), table(PAGE, "A mail with", "is passed over as"))
def test_what_a_machine_wrote_is_passed_over(said: str, because: str) -> None:
    marks, sender = _marks(said)
    found = loops.machine(marks, sender)
    assert (found.because if found else "—") == because.strip("`")


# --- the one decision --------------------------------------------------------------------------------------
def _letter(sender: str = AIKO, **more: Any) -> Letter:
    return Letter(Marks(sender or AIKO), (sender,) if sender else (), "Hello", "Hello", **more)


REPLY = KEEPER.reply_to(CASE, AIKO)
WAYS: list[tuple[str, Letter, str, Proof, int, Way]] = [
    ("a reply by token and sender", _letter(), REPLY, Proof.UNKNOWN, 0, Threading(CASE)),
    ("and proven", _letter(), REPLY, Proof.PASSED, 0, Threading(CASE)),
    ("to a domain that a relay wrote in capitals", _letter(), REPLY.replace("desk.example", "Desk.EXAMPLE"), Proof.UNKNOWN, 0, Threading(CASE)),
    ("somebody in Cc answers all", _letter("ben@example.test"), REPLY, Proof.PASSED, 0, Quarantine("wrong_sender")),
    ("a homoglyph of the sender", _letter("аiko@example.test"), REPLY, Proof.PASSED, 0, Quarantine("wrong_sender")),
    ("a forged sender", _letter(), REPLY, Proof.FAILED, 0, Quarantine("failed_proof")),
    ("a token that is none", _letter(), "support+x@desk.example", Proof.PASSED, 0, Quarantine("wrong_token")),
    ("a token in capitals", _letter(), REPLY.upper(), Proof.PASSED, 0, Quarantine("unknown_mailbox")),
    ("two senders", Letter(Marks(AIKO), (AIKO, "ben@example.test")), REPLY, Proof.PASSED, 0, Quarantine("many_senders")),
    ("no sender", _letter(""), REPLY, Proof.PASSED, 0, Quarantine("many_senders")),
    ("what cannot be read", _letter(problem="nested"), REPLY, Proof.PASSED, 0, Quarantine("unreadable")),
    ("the hundred and first of a day", _letter(), REPLY, Proof.PASSED, 100, Quarantine("too_often")),
    ("a first letter for support", _letter(), "support@desk.example", Proof.UNKNOWN, 0, Holding("support")),
    ("a first letter for safety", _letter(), "Safety@desk.example", Proof.UNKNOWN, 0, Opening("safety", "mailbox")),
    ("to nobody's mailbox", _letter(), "other@desk.example", Proof.UNKNOWN, 0, Quarantine("unknown_mailbox")),
    ("an authority at the ordinary mailbox", _letter("clerk@court.example"), "support@desk.example", Proof.UNKNOWN, 0, Opening("authority", "authority")),
    ("somebody who poses as one", _letter("clerk@court.example"), "support@desk.example", Proof.FAILED, 0, Quarantine("failed_proof")),
    ("what came back", Letter(Marks("")), KEEPER.return_path("dlv_" + "1" * 26), Proof.UNKNOWN, 0, Bouncing("dlv_" + "1" * 26)),
    ("a bounce to another address", Letter(Marks("")), "support@desk.example", Proof.UNKNOWN, 0, Passing("null_sender")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("letter", "to", "proof", "today", "expected"), [pytest.param(*row[1:], id=row[0]) for row in WAYS]
)
def test_what_becomes_of_a_mail(letter: Letter, to: str, proof: Proof, today: int, expected: Way) -> None:
    assert deciding.way(letter, to, proof, today, HOUSE) == expected


# --- bounces -----------------------------------------------------------------------------------------------
def report(status: str = "5.1.1", action: str = "failed", diagnostic: str = "", to: str = AIKO) -> bytes:
    """Return a report of delivery as mail servers write it."""
    lines = f"Reporting-MTA: dns; mx.example.test\n\nFinal-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\n"
    lines += f"Diagnostic-Code: smtp; {diagnostic}\n" if diagnostic else ""
    return (
        "From: MAILER-DAEMON@mx.example.test\nTo: support@desk.example\nSubject: Undelivered\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt did not arrive.\n"
        f"--b\nContent-Type: message/delivery-status\n\n{lines}\n"
        "--b\nContent-Type: message/rfc822\n\nSubject: Your request\n\nHello\n--b--\n"
    ).encode()


def told(raw: bytes) -> tuple[Bounce, ...]:
    return bounces.read(reading.read(raw, "", "desk.example").report)


@pytest.mark.parametrize(("status", "action", "force"), table(PAGE, "Status", "Action", "means"))
def test_what_a_bounce_means(status: str, action: str, force: str) -> None:
    found = told(report(status.strip("`"), action.strip("`")))
    assert bounces.force(found) == force.partition(":")[0].strip("`")


def test_a_status_is_found_in_what_the_server_said() -> None:
    (found,) = told(report("", "failed", "550 5.1.1 no such user"))
    assert (found.status, found.recipient) == ("5.1.1", AIKO)
    assert bounces.force(told(report("", "failed", "452 later"))) is Force.SOFT


def test_fields_without_end_cost_nothing_and_hide_no_status() -> None:
    (found,) = told(report("", "failed", "550 5.1.1 " + "no such user " * 100_000))
    assert (found.status, found.recipient) == ("5.1.1", AIKO)


def test_what_is_no_report_says_nothing() -> None:
    letter = EmailMessage()
    letter.set_content("Status: 5.1.1")
    assert told(letter.as_bytes()) == ()
    assert told(b"\x00\xff" * 100) == ()
    assert bounces.force((Bounce("", "failed"),)) is Force.NONE


# --- caps --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("earlier", "may_go"),
    [
        pytest.param([], True, id="the first"),
        pytest.param(
            [Earlier(CASE, AT - timedelta(minutes=59))], False, id="a second about the case within the hour"
        ),
        pytest.param([Earlier(CASE, AT - timedelta(hours=1))], True, id="the hour is over"),
        pytest.param([Earlier("tkt_other", AT)], True, id="about another case"),
        pytest.param(
            [Earlier(f"tkt_{n}", AT - timedelta(hours=2)) for n in range(9)], True, id="the tenth of a day"
        ),
        pytest.param(
            [Earlier(f"tkt_{n}", AT - timedelta(hours=2)) for n in range(10)], False, id="the eleventh"
        ),
        pytest.param(
            [Earlier(f"tkt_{n}", AT - timedelta(days=1)) for n in range(10)], True, id="the day is over"
        ),
    ],
)
def test_automatic_messages_are_few(earlier: list[Earlier], may_go: bool) -> None:
    assert caps.may_go(CASE, earlier, AT) is may_go


def test_a_storm_is_more_than_twenty_a_minute() -> None:
    assert (caps.is_storm(20), caps.is_storm(21)) == (False, True)


# --- who sent it -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("headers", "proof"),
    [
        (["mx.desk.example; dmarc=pass header.from=example.test"], Proof.PASSED),
        (["mx.desk.example; dmarc=fail (p=reject) header.from=example.test"], Proof.FAILED),
        (["mx.desk.example; dkim=pass header.d=example.test"], Proof.PASSED),
        (["mx.desk.example; dkim=pass header.d=elsewhere.test"], Proof.UNKNOWN),
        (["mx.desk.example; spf=pass smtp.mailfrom=news@example.test; dkim=none"], Proof.PASSED),
        (
            ["mx.desk.example; spf=fail smtp.mailfrom=example.test; dkim=pass header.d=example.test"],
            Proof.PASSED,
        ),
        (["mx.desk.example; spf=softfail smtp.mailfrom=example.test"], Proof.FAILED),
        (["mx.desk.example; dmarc=temperror"], Proof.UNKNOWN),
        (["mx.desk.example; none"], Proof.UNKNOWN),
        (["evil.test; dmarc=pass header.from=example.test"], Proof.UNKNOWN),
        (["mx.desk.example; dmarc=fail", "mx.desk.example; dmarc=pass"], Proof.FAILED),
        (["mx.desk.example; dkim=pass header.d=example.test", "mx.desk.example; dmarc=fail"], Proof.FAILED),
        (['mx.desk.example; spf=pass smtp.mailfrom="x;dmarc=pass"@e.test; dmarc=fail'], Proof.FAILED),
        (['mx.desk.example; spf=pass smtp.mailfrom="(x"@e.test; dmarc=fail; spf=none (y)'], Proof.FAILED),
        (["mx.desk.example; dmarc=pass", "mx.desk.example; dmarc=fail"], Proof.FAILED),
        (["(mx) mx.desk.example 1; dmarc=pass (mx.desk.example; dmarc=fail)"], Proof.PASSED),
        ([], Proof.UNKNOWN),
    ],
)
def test_only_the_server_in_front_is_believed(headers: list[str], proof: Proof) -> None:
    assert verdicts.proof(headers, "mx.desk.example", AIKO) is proof
    assert verdicts.proof(headers, "", AIKO) is Proof.UNKNOWN


# --- files -------------------------------------------------------------------------------------------------
PDF, PNG, ZIP = b"%PDF-1.7 x", b"\x89PNG\r\n\x1a\nx", b"PK\x03\x04x"


@pytest.mark.parametrize(
    ("name", "content", "kept", "media_type"),
    [
        ("請求書.pdf", PDF, "請求書.pdf", "application/pdf"),
        ("写真.jpg", PNG, "写真.jpg.png", "image/png"),
        ("報告.docx", ZIP, "報告.docx", "application/zip"),
        ("log.txt", b"hello", "log.txt", "application/octet-stream"),
        ("page.html", b"<script>alert(1)</script>", "page.html", "application/octet-stream"),
        ("bill.pdf", b"<html>", "bill.pdf.bin", "application/octet-stream"),
        ("../../etc/passwd", b"x", "passwd", "application/octet-stream"),
        ("C:\\windows\\a.txt", b"x", "a.txt", "application/octet-stream"),
        ("gnp\u202etxt.png", PNG, "gnptxt.png", "image/png"),
        ("", b"x", "attachment", "application/octet-stream"),
        ("あ" * 300 + ".pdf", PDF, "あ" * 116 + ".pdf", "application/pdf"),
        ("a\u061cb\u3164\U000e0041.pdf", b"%PDF-1.7", "ab.pdf", "application/pdf"),
        ("葛\U000e0100.pdf", b"%PDF-1.7", "葛\U000e0100.pdf", "application/pdf"),
    ],
)
def test_a_file_is_handed_out_as_what_it_is(name: str, content: bytes, kept: str, media_type: str) -> None:
    (found,) = files.judged([Piece(name, "application/x-lie", content)])
    assert isinstance(found, files.Kept)
    assert (found.name, found.media_type) == (kept, media_type)


@pytest.mark.parametrize(
    ("name", "content", "because"),
    [
        ("bill.pdf", b"MZ\x90\x00", "program"),
        ("bill.exe", b"hello", "program"),
        ("bill.exe.pdf", PDF, "program"),
        ("bill.pdf.js", b"x", "program"),
        ("run", b"#!/bin/sh", "program"),
        ("empty.txt", b"", "empty"),
        ("big.bin", b"x" * (files.LARGEST + 1), "too_large"),
    ],
)
def test_programs_and_giants_are_not_kept(name: str, content: bytes, because: str) -> None:
    (found,) = files.judged([Piece(name, "application/pdf", content)])
    assert isinstance(found, files.Refused)
    assert found.because == because


def test_more_than_ten_files_are_left_out() -> None:
    found = files.judged([Piece(f"{n}.txt", "text/plain", b"x") for n in range(12)])
    assert sum(isinstance(one, files.Kept) for one in found) == files.MOST
    assert [one.because for one in found if isinstance(one, files.Refused)] == ["too_many"] * 2
