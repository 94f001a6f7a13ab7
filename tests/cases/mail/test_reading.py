"""Mails of every kind and ill will: read as far as they can be, within bounds, and never a failure."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.base import mailparts
from sekisho.cases.mail import markup, reading
from sekisho.cases.mail.rules import bounces
from sekisho.cases.mail.types import Letter, Seal

AIKO = "aiko@example.test"


def read(raw: bytes) -> Letter:
    return reading.read(raw, AIKO, "desk.example")


def mail(body: bytes = b"Hello", *headers: str) -> bytes:
    head = "\r\n".join(("From: aiko@example.test", "Subject: Hello", *headers)).encode(
        "utf-8", "surrogateescape"
    )
    return head + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("iso-2022-jp", "iso-2022-jp"),
        ("shift_jis", "cp932"),
        ("euc-jp", "euc-jp"),
        ("utf-8", "utf-8"),
        ("us-ascii", "utf-8"),
        ("us-ascii", "cp932"),
        ("utf-8", "iso-2022-jp"),
        ("utf-8", "euc-jp"),
        ("windows-1252", "iso-2022-jp"),
        ("no-such-charset", "utf-8"),
        ("punycode", "utf-8"),
    ],
)
def test_a_charset_that_lies_costs_no_word(charset: str, encoding: str) -> None:
    said = "請求書の宛名を変更したいです。よろしくお願いします。"
    raw = mail(said.encode(encoding), f"Content-Type: text/plain; charset={charset}")
    assert read(raw).text == said


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("filename*=utf-8''%E8%AB%8B%E6%B1%82%E6%9B%B8.pdf", id="RFC 2231"),
        pytest.param(
            "filename*0*=utf-8''%E8%AB%8B%E6%B1%82; filename*1*=%E6%9B%B8.pdf", id="RFC 2231 in pieces"
        ),
        pytest.param("filename*=iso-2022-jp''%1B%24B%40A5a%3Dq%1B%28B.pdf", id="RFC 2231 in ISO-2022-JP"),
        pytest.param('filename="=?utf-8?B?6KuL5rGC5pu4LnBkZg==?="', id="RFC 2047, against the standard"),
        pytest.param('filename="=?iso-2022-jp?B?GyRCQEE1YT1xGyhCLnBkZg==?="', id="RFC 2047 in ISO-2022-JP"),
        pytest.param('filename="請求書.pdf"', id="raw UTF-8"),
    ],
)
def test_japanese_names_of_files_survive(header: str) -> None:
    raw = mail(b"%PDF-1.7", "Content-Type: application/pdf", f"Content-Disposition: attachment; {header}")
    (piece,) = read(raw).pieces
    assert piece.name == "請求書.pdf"


def test_names_in_raw_japanese_bytes_survive() -> None:
    for encoding in ("cp932", "iso-2022-jp", "euc-jp"):
        name = b'Content-Disposition: attachment; filename="' + "せいきゅう書.pdf".encode(encoding) + b'"'
        raw = b"From: aiko@example.test\r\nContent-Type: application/pdf\r\n" + name + b"\r\n\r\n%PDF-"
        assert [one.name for one in read(raw).pieces] == ["せいきゅう書.pdf"], encoding


def test_subject_and_sender_in_japanese() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "愛子 <aiko@example.test>", "請求書について"
    message.set_content("本文です。")
    letter = read(message.as_bytes())
    assert (letter.sender, letter.subject, letter.text) == (AIKO, "請求書について", "本文です。")


def test_an_address_that_imitates_is_kept_as_written() -> None:
    letter = read("From: Aiko <аiko@example.test>\r\n\r\nHello".encode())
    assert letter.sender == "аiko@example.test"


@pytest.mark.parametrize(
    ("headers", "senders"),
    [
        (("From: aiko@example.test",), (AIKO,)),
        (('From: "Aiko, of Tokyo" <aiko@example.test>',), (AIKO,)),
        (("From: aiko@example.test, ben@example.test",), (AIKO, "ben@example.test")),
        (("From: aiko@example.test", "From: ben@example.test"), (AIKO, "ben@example.test")),
        (("X: none",), ()),
    ],
)
def test_every_sender_is_seen(headers: tuple[str, ...], senders: tuple[str, ...]) -> None:
    assert read("\r\n".join(headers).encode() + b"\r\n\r\nHello").senders == senders


# --- bombs -------------------------------------------------------------------------------------------------
def _nested(depth: int) -> bytes:
    inner = b"Content-Type: text/plain\r\n\r\nHello"
    for number in range(depth):
        edge = b"b%d" % number
        inner = (
            b'Content-Type: multipart/mixed; boundary="'
            + edge
            + b'"\r\n\r\n--'
            + edge
            + b"\r\n"
            + inner
            + b"\r\n--"
            + edge
            + b"--"
        )
    return b"From: aiko@example.test\r\n" + inner


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        pytest.param(_nested(12), "", id="as deep as we go"),
        pytest.param(_nested(14), "nested", id="deeper"),
        pytest.param(_nested(3000), "nested", id="so deep that the parser would fail"),
        pytest.param(mail(b"--b\r\n\r\nx\r\n" * 5000 + b"--b--", "Content-Type: multipart/mixed; boundary=b"), "many_parts", id="five thousand parts"),
        pytest.param(b"Subject: " + b"x" * 100_000 + b"\r\n\r\nHello", "unreadable", id="a header without end"),
        pytest.param(mail(b"Hello", "Content-Type: text/plain; " + "; ".join(f"a{n}=b" for n in range(2_000))), "unreadable", id="parameters without end"),
        pytest.param(mail(b"--b\r\nContent-Type: text/plain; " + b'"' * 1_000_000 + b"\r\n\r\nx\r\n--b--", "Content-Type: multipart/mixed; boundary=b"), "unreadable", id="a part's quotation marks without end"),
        pytest.param(mail(b"X: a\rContent-Type: text/plain;\r " + b"a=b;\r " * 100_000 + b"\r\n\r\nx", "Content-Type: message/rfc822"), "unreadable", id="an inner mail's parameters without end, in lines of a kind"),
        pytest.param(mail((b"--b\r\nContent-Type: text/plain; x=" + b"y" * 3_900 + b"\r\n\r\nx\r\n") * 50 + b"--b--", "Content-Type: multipart/mixed; boundary=b"), "unreadable", id="many long parameters"),
        pytest.param(mail(b"Subject: " + b"a " * 1_000_000 + b"\r\n\r\nx", "Content-Type: message/rfc822"), "", id="an inner subject without end"),
        pytest.param(b"From: " + b"(" * 9_000 + b"\r\n\r\nHello", "unreadable", id="comments within comments"),
        pytest.param(b"From: " + b"a@b.test," * 2_000 + b"\r\n\r\nHello", "unreadable", id="senders without end"),
    ],
)  # fmt: skip
def test_what_is_made_to_last_is_not_read(raw: bytes, problem: str) -> None:
    assert read(raw).problem == problem


# --- reports of delivery -----------------------------------------------------------------------------------
STATUS = b"Reporting-MTA: dns; mx.example.test\r\n\r\nFinal-Recipient: rfc822; aiko@example.test\r\nStatus: 5.1.1\r\n"
MB = 1024 * 1024


def report(after: bytes = b"", before: bytes = b"It did not arrive.") -> bytes:
    text = b"--b\r\n\r\n" + before + b"\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    return mail(text + STATUS + after, "Content-Type: multipart/report; boundary=b")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(report(), id="as they are"),
        pytest.param(report(b"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + b"x\r\n" * 2 * MB), id="a long mail given back"),
        pytest.param(report(b"\r\n--b\r\n\r\nx" * MB), id="parts without end"),
        pytest.param(report(b"\r\n--b" + _nested(3000)), id="parts within parts, given back"),
        pytest.param(report(b"\r\na: b\r\n" * MB), id="recipients without end"),
        pytest.param(report(b"\r\n" * 3 * MB), id="blank lines without end"),
        pytest.param(report(b"a: b\r\n" * MB), id="fields without end"),
        pytest.param(report(b"Diagnostic-Code: smtp;\r\n" + b" x\r\n" * MB), id="a field of lines without end"),
        pytest.param(report(before=b"x\r\n" * (MB // 4)), id="many words before"),
    ],
)  # fmt: skip
def test_of_a_report_so_much_is_read_as_tells_of_its_recipients(
    raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed, made = list[int](), list[int]()
    begin = mailparts._Mail.__init__

    def counted(data: bytes, **how: Any) -> Any:
        parsed.append(len(data))
        return message_from_bytes(data, **how)

    def begun(self: EmailMessage, **how: Any) -> None:
        made.append(1)
        begin(self, **how)

    monkeypatch.setattr("sekisho.base.mailparts.message_from_bytes", counted)
    monkeypatch.setattr(mailparts._Mail, "__init__", begun)
    letter = read(raw)
    (bounce,) = {one for one in bounces.read(letter.report) if one.recipient}
    assert (bounce.status, bounce.recipient, letter.problem) == ("5.1.1", AIKO, "")
    assert sum(parsed) <= reading.REPORT_BYTES + reading.STATUS_BYTES
    assert len(made) <= 3
    assert len(bounces.read(letter.report)) <= bounces.MOST


def test_only_a_report_is_read_in_part() -> None:
    words = b"A line of it.\r\n" * 5_000 + b"Content-Type: message/delivery-status\r\n--\r\nThe end."
    letter = read(mail(words, "Subject: multipart/report", "Content-Type: text/plain"))
    assert letter.text.endswith("The end.")
    forwarded = (
        b"--b\r\n\r\nWhat is this?\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        + STATUS
        + b"--b--"
    )
    asked = read(mail(forwarded, "Content-Type: multipart/mixed; boundary=b"))
    assert (asked.text, [one.content for one in asked.pieces]) == ("What is this?", [STATUS.strip()])


def test_parts_without_end_are_counted_before_any_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.base.mailparts.message_from_bytes", None)
    parts = b"--b\r\n\r\nx\r\n" * (mailparts.SEPARATORS + 1)
    assert read(mail(parts, "Content-Type: multipart/mixed; boundary=b")).problem == "many_parts"


def test_no_letter_of_a_subject_begins_another_header() -> None:
    raw = "Subject: Hello\u2028Authentication-Results: mx.desk.example; dmarc=pass\x0bTo: x\r\nTo: y\r\n\r\n".encode()
    assert [name for name, _ in reading.headers(raw)] == ["subject", "to"]


def test_of_what_is_not_read_loops_and_bounces_are_still_known() -> None:
    bomb = _nested(50)
    assert read(b"X-Sekisho-Loop: desk.example\r\n" + bomb).marks.is_ours
    assert read(b"Auto-Submitted: auto-replied\r\n" + bomb).marks.auto_submitted


@given(st.binary(max_size=2_000))
def test_any_bytes_make_a_letter(raw: bytes) -> None:
    letter = read(raw)
    letter.text.encode()  # what databases take
    assert "\x00" not in letter.text + letter.subject


@given(
    st.binary(max_size=600),
    st.sampled_from(
        ["multipart/mixed; boundary=b", "text/html", "message/rfc822", "text/plain; charset=\x00", "x"]
    ),
)
def test_any_body_under_any_type_makes_a_letter(body: bytes, kind: str) -> None:
    assert read(mail(b"--b\r\n" + body, f"Content-Type: {kind}")).marks.envelope_sender == AIKO


# --- encrypted ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("headers", "body", "seal"),
    [
        (('Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',), b"--b\r\n\r\nx\r\n--b--", Seal.PGP),
        (("Content-Type: application/pkcs7-mime; smime-type=enveloped-data",), b"x", Seal.SMIME),
        (("Content-Type: text/plain",), b"-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----", Seal.PGP),
        (("Content-Type: text/plain",), b"I read about -----BEGIN PGP MESSAGE----- today", Seal.NONE),
        (('Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=b',), b"--b\r\n\r\nHello\r\n--b--", Seal.NONE),
    ],
)  # fmt: skip
def test_an_encrypted_mail_is_known_as_one(headers: tuple[str, ...], body: bytes, seal: Seal) -> None:
    letter = read(mail(body, *headers))
    assert letter.seal is seal


def test_a_mail_within_the_mail_is_a_file() -> None:
    inner = EmailMessage()
    inner["Subject"] = "inner"
    inner.set_content("Inner words.")
    outer = MIMEMultipart()
    outer["From"] = AIKO
    message = EmailMessage()
    message["From"] = AIKO
    message.set_content("See below.")
    message.add_attachment(inner)
    (piece,) = read(message.as_bytes()).pieces
    assert (piece.name, b"Inner words." in piece.content) == ("message.eml", True)


# --- HTML --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Hello <b>you</b></p>", "<p>Hello <b>you</b></p>"),
        ("<script>alert(1)</script>Hi", "Hi"),
        ("<img src=https://evil.test/pixel.gif>Hi", "Hi"),
        ("<p style='background:url(https://evil.test)'>Hi</p>", "<p>Hi</p>"),
        ("<a href='javascript:alert(1)'>Hi</a>", '<a rel="noopener noreferrer nofollow">Hi</a>'),
        ("<a href='https://a.test' onclick='x()'>Hi</a>", '<a href="https://a.test" rel="noopener noreferrer nofollow">Hi</a>'),
        ("<form action=https://evil.test><input name=a>Hi</form>", "Hi"),
        ("<svg onload=alert(1)><circle/></svg>Hi", "Hi"),
        ("<iframe src=https://evil.test></iframe>Hi", "Hi"),
        ("<base href=https://evil.test><meta http-equiv=refresh content='0;url=https://evil.test'>Hi", "Hi"),
        ("<math><mtext></p><style><img src=x onerror=alert(1)></style></math>", ""),
    ],
)  # fmt: skip
def test_html_is_shown_from_a_short_list_of_tags(html: str, shown: str) -> None:
    assert markup.shown(html) == shown


def test_html_without_end_is_shown_within_bounds() -> None:
    assert "Hi" in markup.shown("<div>" * 15_000 + "Hi")
    assert markup.words("<div>" * 15_000 + "Hi") == "Hi"


def test_words_of_html_mark_what_is_quoted() -> None:
    html = "<p>Yes.</p><blockquote><p>Is it?<br>Really?</p></blockquote><p>Bye</p><style>p{}</style>"
    assert markup.words(html) == "Yes.\n\n> Is it?\n> Really?\n\nBye"
