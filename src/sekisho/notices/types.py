"""Words of notices as plain values: who is told, what they are told, and how far a mail has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sekisho.base.text import Lang, Text


@dataclass(frozen=True, slots=True)
class Organisation:
    """Its owner and primary owner, by mail, each in their own language; its people, on its page of notices."""

    id: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account: by mail, and on the page of notices."""

    id: str


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody who left an e-mail address and has no account: by mail."""

    email: str
    language: Lang


@dataclass(frozen=True, slots=True)
class EndUser:
    """An organisation's own customer. No mail, as nobody knows their address: told by the gate's answer, and on the
    signed page that it links to."""

    organisation: str
    pseudonym: str


Recipient = Organisation | Person | Address | EndUser


class Stage(StrEnum):
    """How far a mail has come."""

    WAITING = "waiting"
    SENT = "sent"
    """The mail server has taken it."""
    GIVEN_UP = "given_up"
    """No such address, or tried too often. Operators see it; the notice still stands in the product."""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice as its reader sees it."""

    id: str
    kind: str
    """A short word: `warning`, `restriction`, `appeal_decided`, …"""
    about: str
    """Id of what it tells of."""
    subject: Text
    body: Text
    """Paragraphs, divided by an empty line."""
    link: str
    """Where to go next: a path of this installation, or a whole address; empty for none."""
    at: datetime
    is_read: bool = False
    """By the person who looks."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The mail server has taken it."""


@dataclass(frozen=True, slots=True)
class Later:
    """It is tried again."""

    at: datetime


@dataclass(frozen=True, slots=True)
class GivenUp:
    """It is not tried again."""

    because: str
    """`refused`, as there is no such address, or `tried_too_often`."""
