"""Mails as they come: charsets that lie, parts in parts, files too large. None of them makes reading fail."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.base import mailparts
from sekisho.enforcement.review import letters
from sekisho.enforcement.review.letters import Letter

SENDER = "chie@example.test"


def read(data: bytes, sender: str = SENDER) -> Letter:
    return letters.read(data, sender, "sekisho.example", 3, 1000)


def mail(text: str = "Something is wrong.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = SENDER
    message["Subject"] = "A report"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def raw(*lines: str | bytes) -> bytes:
    return b"\r\n".join(line.encode() if isinstance(line, str) else line for line in lines)


def test_a_plain_mail_is_its_subject_and_its_text() -> None:
    letter = read(mail("回答が間違っています。").as_bytes())
    assert (letter.subject, letter.text, letter.enclosures) == ("A report", "回答が間違っています。", ())


@pytest.mark.parametrize(
    ("charset", "body", "said"),
    [
        pytest.param("iso-2022-jp", "違います".encode("iso-2022-jp"), "違います", id="Japanese, old style"),
        pytest.param("shift_jis", "違います".encode("shift_jis"), "違います", id="Shift_JIS"),
        pytest.param("utf-8", b"caf\xe9", "caf\ufffd", id="no UTF-8 though it says so"),
        pytest.param("x-no-such", "違います".encode(), "違います", id="a charset that does not exist"),
        pytest.param("idna", b"plain", "plain", id="a codec that is no charset"),
        pytest.param("utf-8", b"a\x00b", "a\ufffdb", id="NUL"),
    ],
)
def test_charset_faults_cost_letters_at_most(charset: str, body: bytes, said: str) -> None:
    head = f'Content-Type: text/plain; charset="{charset}"'
    assert read(raw("Subject: x", head, "Content-Transfer-Encoding: 8bit", "", body)).text == said


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(b"=?utf-8?q?broken", id="an encoded word without an end"),
        pytest.param(b"=?no-such-charset?b?AAAA?=", id="an encoded word of no charset"),
        pytest.param(b"\xff\xfe raw bytes", id="bytes"),
        pytest.param(b"a\r\n b", id="folded"),
    ],
)
def test_headers_that_cannot_be_read_stop_nothing(subject: bytes) -> None:
    letter = read(raw(b"Subject: " + subject, "From: <<>>@@", "", "The text."))
    assert letter.text == "The text."
    letter.subject.encode("utf-8")


def test_html_alone_is_read_for_its_words() -> None:
    message = EmailMessage()
    message.set_content("<style>p{}</style><p>It is <b>wrong</b>.</p><script>x()</script>", subtype="html")
    assert read(message.as_bytes()).text == "It is wrong."


def test_attachments_are_kept_up_to_the_limits_and_the_others_named() -> None:
    message = mail()
    for number in range(4):
        message.add_attachment(b"x" * 10, maintype="image", subtype="png", filename=f"写真{number}.png")
    message.add_attachment(b"x" * 1001, maintype="image", subtype="png", filename="large.png")
    found = [(one.name, one.refused, len(one.data)) for one in read(message.as_bytes()).enclosures]
    assert found == [
        ("写真0.png", "", 10), ("写真1.png", "", 10), ("写真2.png", "", 10), ("写真3.png", "too_many", 0),
        ("large.png", "too_large", 0),
    ]  # fmt: skip


def test_a_mail_within_a_mail_is_kept_as_it_came() -> None:
    message = mail()
    message.add_attachment(mail("The inner one.", X_Inner="1"))
    (inner,) = read(message.as_bytes()).enclosures
    assert inner.type == "message/rfc822"
    assert b"The inner one." in inner.data


@pytest.mark.parametrize("depth", [30, 400, 5000])
def test_parts_within_parts_without_end_are_kept_unread(depth: int) -> None:
    lines: list[str] = []
    for level in range(depth):
        lines += [f'Content-Type: multipart/mixed; boundary="b{level}"', "", f"--b{level}"]
    letter = letters.read(raw(*lines, "", "deep"), SENDER, "sekisho.example", 3, 10**7)
    assert [one.name for one in letter.enclosures] == [letters.UNREAD]
    assert letter.envelope.sender == SENDER


def test_more_parts_than_anybody_sends_are_kept_unread() -> None:
    parts = [line for _ in range(mailparts.PARTS + 1) for line in ("--b", "", "x")]
    letter = letters.read(
        raw('Content-Type: multipart/mixed; boundary="b"', "", *parts), SENDER, "x", 3, 10**7
    )
    assert [one.name for one in letter.enclosures] == [letters.UNREAD]


KIND = "Content-Type: text/plain; "


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(raw(f"{KIND}{'a=b; ' * 12_000}", "", "x"), id="a kind of 60 kB"),
        pytest.param(raw(*[f'{KIND}boundary="{at}"' for at in range(41)], "", "x"), id="boundaries without end"),
        pytest.param(raw('Content-Type: multipart/mixed; boundary="b"', "", *["--b", "", "x"] * 4_001), id="parts"),
        pytest.param(raw("Subject: x", *["X-A: b"] * 10_000, "", "x"), id="headers without end"),
    ],
)  # fmt: skip
def test_what_would_take_long_to_read_is_kept_unread_at_once(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        pytest.fail("the library was asked")

    monkeypatch.setattr("sekisho.base.mailparts.message_from_bytes", never)
    letter = letters.read(data, SENDER, "sekisho.example", 3, 10**7)
    assert [(one.name, one.data) for one in letter.enclosures] == [(letters.UNREAD, data)]


def test_a_report_of_blank_lines_makes_few_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    made, begin = [], mailparts._Mail.__init__

    def begun(self: EmailMessage, **how: Any) -> None:
        made.append(1)
        begin(self, **how)

    monkeypatch.setattr(mailparts._Mail, "__init__", begun)
    lines = (
        'Content-Type: multipart/report; boundary="b"',
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
    )
    assert read(raw(*lines, *[""] * 50_000, "--b--")).envelope.sender == SENDER
    assert len(made) <= 2


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        pytest.param({"Message-ID": "<dlv_1@sekisho.example>"}, True, id="our own Message-ID"),
        pytest.param({"X-Sekisho-Loop": "1"}, True, id="our own mark"),
        pytest.param({"Message-ID": "<1@other.example>"}, False, id="another's"),
        pytest.param({"In-Reply-To": "<dlv_1@sekisho.example>"}, False, id="a person's answer to us"),
    ],
)
def test_what_we_sent_ourselves_is_known_again(headers: dict[str, str], ours: bool) -> None:
    message = mail()
    for name, value in headers.items():
        message[name] = value
    assert read(message.as_bytes()).envelope.is_ours is ours


@given(st.binary(max_size=2000))
def test_no_bytes_make_it_fail_and_whatever_comes_out_can_be_stored(data: bytes) -> None:
    letter = read(data)
    for text in (letter.subject, letter.text, *(one.name for one in letter.enclosures)):
        text.encode("utf-8")
        assert "\x00" not in text


headers = st.sampled_from(
    [b"Content-Type: ", b"Subject: ", b"From: ", b"Content-Disposition: ", b"Content-Transfer-Encoding: "]
)


@given(st.lists(st.tuples(headers, st.binary(max_size=60)), max_size=6), st.binary(max_size=200))
def test_no_header_makes_it_fail(lines: list[tuple[bytes, bytes]], body: bytes) -> None:
    head = b"".join(name + value.replace(b"\n", b"").replace(b"\r", b"") + b"\r\n" for name, value in lines)
    read(head + b"\r\n" + body)
