"""Somebody else's mailbox, looked into by IMAP over a real socket."""

from __future__ import annotations

from imaplib import IMAP4
from typing import Any

import pytest
from django.db import DatabaseError

from sekisho.base.errors import SekishoError
from sekisho.cases.mail import actions
from sekisho.cases.mail.polling import box_of, envelope, poll
from sekisho.cases.mail.queries import reply_address
from tests.cases.mail.conftest import AIKO, CHIE, DESK, Desk, letter
from tests.cases.mail.imap_server import Store, serving


def test_what_lies_unseen_is_taken_in_and_marked(desk: Desk) -> None:
    case = desk.opened()
    store = Store()
    mail = letter("返信です。")
    mail.replace_header("To", reply_address(case.id, AIKO))
    store.folders["INBOX"].put(mail.as_bytes())
    with serving(store) as port:
        url = f"imap://desk:secret@127.0.0.1:{port}/INBOX"
        assert poll(url, clock=desk.clock) == 1
        assert poll(url, clock=desk.clock) == 0
    assert desk.said(case.id)[-1] == "返信です。"
    assert store.folders["INBOX"].flags[1] == {"\\Seen"}


def test_what_was_taken_in_is_moved_where_a_folder_is_named(desk: Desk) -> None:
    store = Store()
    for text in ("a", "b"):
        store.folders["INBOX"].put(letter(text, CHIE).as_bytes())
    with serving(store) as port:
        assert poll(f"imap://desk:secret@127.0.0.1:{port}/INBOX?done=Archive", clock=desk.clock) == 2
    assert (len(store.folders["INBOX"].mails), len(store.folders["Archive"].mails)) == (0, 2)


def test_what_cannot_be_stored_stays_and_counts_once_afterwards(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise DatabaseError("full")

    store = Store()
    store.folders["INBOX"].put(letter("a", CHIE).as_bytes())
    with serving(store) as port:
        url = f"imap://desk:secret@127.0.0.1:{port}/INBOX"
        with monkeypatch.context() as patch:
            patch.setattr("sekisho.cases.mail.actions.take_mail", fail)
            with pytest.raises(DatabaseError):
                poll(url, clock=desk.clock)
        assert store.folders["INBOX"].flags[1] == set()
        with monkeypatch.context() as patch:
            patch.setattr("imap_tools.BaseMailBox.flag", fail)  # as if the power failed after it was taken in
            with pytest.raises(DatabaseError):
                poll(url, clock=desk.clock)
        assert poll(url, clock=desk.clock) == 1
    assert desk.fates() == ["held"], "taken in twice, and known as one"


def test_a_mail_that_fails_each_time_keeps_none_behind_it_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking = actions.take_mail

    def fail(raw: bytes, *rest: str, **more: Any) -> str:
        if b"poison" in raw:
            raise ValueError("cannot be read")
        return taking(raw, *rest, **more)

    monkeypatch.setattr("sekisho.cases.mail.actions.take_mail", fail)
    store = Store()
    for text in ("poison", "a", "b"):
        store.folders["INBOX"].put(letter(text, CHIE).as_bytes())
    with serving(store) as port:
        for _ in range(2):
            with pytest.raises(ValueError, match="cannot be read"):
                poll(f"imap://desk:secret@127.0.0.1:{port}/INBOX", clock=desk.clock)
    assert desk.fates() == ["held", "held"]
    assert store.folders["INBOX"].flags == {1: set(), 2: {"\\Seen"}, 3: {"\\Seen"}}, "it is not lost either"


@pytest.mark.parametrize("lie", ["literal", "lines"])
def test_a_server_that_says_more_than_was_asked_for_is_left(
    lie: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_MAX_BYTES", "2000")
    store = Store(lie=lie)
    store.folders["INBOX"].put(letter("a", CHIE).as_bytes())
    with serving(store) as port, pytest.raises(IMAP4.abort, match="more than was asked for"):
        poll(f"imap://desk:secret@127.0.0.1:{port}/INBOX", clock=desk.clock)
    assert desk.fates() == []


def test_what_is_too_large_is_not_even_fetched(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_SUPPORT_MAIL_MAX_BYTES", "500")
    store = Store()
    store.folders["INBOX"].put(letter("x" * 600, CHIE).as_bytes())
    with serving(store) as port:
        assert poll(f"imap://desk:secret@127.0.0.1:{port}", clock=desk.clock) == 0
    assert store.fetched == []
    assert store.folders["INBOX"].flags[1] == {"\\Flagged", "\\Seen"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"Return-Path: <>\r\nDelivered-To: support+b-x@desk.example\r\nTo: a@b.test\r\n\r\n", ("", "support+b-x@desk.example")),
        (b"From: Chie <chie@example.test>\r\nTo: Support <support@desk.example>, a@b.test\r\n\r\n", (CHIE, DESK)),
        (b"From: chie@example.test\r\nTo: list@b.test\r\n\r\n", (CHIE, DESK)),
        (b"\r\n\r\n", ("", DESK)),
    ],
)  # fmt: skip
def test_the_envelope_is_read_from_the_headers(raw: bytes, expected: tuple[str, str], desk: Desk) -> None:
    assert envelope(raw) == expected


@pytest.mark.parametrize(
    "url", ["imap://user:pw@mail.example.org/INBOX", "http://x", "imaps://", "imaps://h:x/"]
)
def test_an_address_that_cannot_be_read_says_what_to_write_and_shows_nothing(url: str) -> None:
    with pytest.raises(SekishoError, match="imap_url_unreadable") as refusal:
        box_of(url)
    assert "pw" not in str(refusal.value)


def test_an_address_says_where_the_mailbox_is() -> None:
    box = box_of("imaps://support%40desk.example:p%2Fw@mail.example.org/Support?done=Done")
    assert (box.host, box.port, box.is_tls, box.folder, box.done) == (
        "mail.example.org",
        993,
        True,
        "Support",
        "Done",
    )
    assert (box.user, box.password) == ("support@desk.example", "p/w")
    assert "p/w" not in repr(box)
