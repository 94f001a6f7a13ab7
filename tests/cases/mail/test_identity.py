"""By what a mail is known again: by all that it says, by nothing that servers write over it."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from sekisho.cases.mail import actions, reading
from sekisho.cases.mail.identity import known_by
from sekisho.cases.mail.models import Inbound
from sekisho.cases.mail.queries import reply_address
from sekisho.cases.mail.types import Proof, Road
from tests.cases.mail.conftest import AIKO, CHIE, DESK, SAFETY, Desk, letter

ID = "<20260102.1@example.test>"
FIRST = (
    b"Return-Path: <aiko@example.test>\nReceived: from a by mx.desk.example; Fri, 2 Jan 2026 12:00:00 +0900\n"
)
SECOND = b"Delivered-To: support@desk.example\nReceived: from b by imap.desk.example; Fri, 2 Jan 2026 12:00:09 +0900\n"
JUDGED = b"Authentication-Results: mx.desk.example; dmarc=%s header.from=example.test\n"


def written(text: str = "The gate was closed.\nNobody came.", **headers: str) -> EmailMessage:
    mail = letter(text, **{"Message_ID": ID, **headers})
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="a.pdf")
    mail.set_boundary("b")
    return mail


def known(raw: bytes, to: str = DESK, sender: str = AIKO, proof: Proof = Proof.UNKNOWN) -> str:
    return known_by(raw, reading.read(raw, sender, "desk.example"), to, proof)


def other_file() -> bytes:
    return written().as_bytes().replace(b"JVBERi0xLjc", b"JVBERi0xLjg")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(FIRST + written().as_bytes(), id="by the first road"),
        pytest.param(SECOND + written().as_bytes(), id="by the second"),
        pytest.param(written().as_bytes().replace(b"\r\n", b"\n"), id="with other ends of lines"),
    ],
)
def test_a_mail_is_one_by_every_road(raw: bytes) -> None:
    assert known(raw) == known(written().as_bytes())


@pytest.mark.parametrize(
    ("raw", "more"),
    [
        pytest.param(written("The gate was open.").as_bytes(), {}, id="other words under the same Message-ID"),
        pytest.param(other_file(), {}, id="another file"),
        pytest.param(written().as_bytes().replace(b"a.pdf", b"b.pdf"), {}, id="another name of the file"),
        pytest.param(written().as_bytes().replace(b"Subject: ", b"Subject: Fwd: "), {}, id="another subject"),
        pytest.param(written().as_bytes().replace(ID.encode(), b"<2@example.test>"), {}, id="another Message-ID"),
        pytest.param(written().as_bytes().replace(AIKO.encode(), CHIE.encode()), {}, id="another From"),
        pytest.param(written(Auto_Submitted="auto-replied").as_bytes(), {}, id="marked as a machine's"),
        pytest.param(written(List_Id="x").as_bytes(), {}, id="marked as a list's"),
        pytest.param(written().as_bytes(), {"sender": CHIE}, id="another sender of the envelope"),
        pytest.param(written().as_bytes(), {"to": SAFETY}, id="to another address"),
        pytest.param(written().as_bytes(), {"proof": Proof.FAILED}, id="worse proven"),
        pytest.param(written().as_bytes(), {"proof": Proof.PASSED}, id="better proven"),
    ],
)  # fmt: skip
def test_a_forged_message_id_makes_no_mail_anothers(raw: bytes, more: dict[str, str]) -> None:
    assert known(raw, **more) != known(written().as_bytes())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(letter().as_bytes(), id="without Message-ID"),
        pytest.param(written("many words " * 10_000).as_bytes(), id="longer than is read"),
        pytest.param(b"Message-ID: <1@x.test>\n\n\xff\xfe\x81", id="in no charset"),
        pytest.param(b"Message-ID: <1@x.test>\nSubject: " + b"x" * 100_000 + b"\n\nx", id="not readable"),
        pytest.param(b"Message-ID: <" + b"1" * 300 + b"@x.test>\n\nx", id="a Message-ID without end"),
    ],
)
def test_what_is_not_known_whole_is_known_by_its_bytes(raw: bytes) -> None:
    assert known(FIRST + raw) != known(raw)
    assert known(raw) == known(raw, sender=CHIE)


def test_one_mail_by_two_roads_is_one_message(desk: Desk) -> None:
    case, raw = desk.opened(), written().as_bytes()
    to = reply_address(case.id, AIKO)
    for road, trace in ((Road.LISTENER, FIRST), (Road.IMAP, SECOND), (Road.WEBHOOK, b"")):
        assert actions.take_mail(trace + raw, AIKO, to, road=road, clock=desk.clock)[:3] == "250"
    assert desk.fates() == ["threaded"]
    assert len(desk.said(case.id)) == 2


def test_a_forged_copy_that_came_first_keeps_the_true_mail_from_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_TRUSTS", "mx.desk.example")
    case = desk.opened()
    to = reply_address(case.id, AIKO)
    desk.take(JUDGED % b"fail" + written().as_bytes(), to, AIKO)
    desk.take(JUDGED % b"pass" + written().as_bytes(), to, AIKO)
    assert desk.fates() == ["quarantined", "threaded"]
    assert Inbound.objects.get(fate="threaded").case_id == case.id
