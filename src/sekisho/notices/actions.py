"""Telling people: a notice and its mails are written in the caller's transaction, and posted once it is durable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import holders_of, person_to_tell
from sekisho.accounts.types import PersonView, Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import Text
from sekisho.notices import queries
from sekisho.notices.models import Delivery, Notice, Reading
from sekisho.notices.types import Address, EndUser, Organisation, Person, Recipient

_LINK = re.compile(r"/(?![/\\])|https?://")
SUBJECT_CHARS = 300
"""As the column takes them; a longer subject is cut."""


@transaction.atomic
def tell(
    to: Recipient,
    kind: str,
    about: str,
    subject: Text,
    body: Text,
    *,
    key: str,
    at: datetime,
    link: str = "",
    not_to: str = "",
) -> tuple[str, ...]:
    """Write a notice and a mail to each of its recipients, and return the ids of the mails.

    Call it in the transaction of what it tells of: either both exist, or neither. A duty of the worker posts the
    mails after the commit, each in its reader's language. Telling again under the same `key` changes nothing, and
    returns the same ids. No mail goes to an end user, nor to an organisation that nobody owns: nothing is returned
    then, and the notice stands where they look.

    `body` is paragraphs divided by an empty line: what happened, why, what can be done; never content of
    conversations. `link` is a path of this installation (`/statements/…`) or a whole address; raises `ValueError` for
    what a browser would take for anything else. No mail goes to the address `not_to`, in lower case, such as one that
    mail came back from: its owner finds the notice in the product.
    """
    if link and not _LINK.match(link):
        raise ValueError("A link is a path that begins with one slash, or an address of http or https.")
    written = _notice(to, kind, about, subject, body, key, at, link)
    Notice.objects.bulk_create([written], ignore_conflicts=True)
    if not Notice.objects.filter(id=written.id).exists():
        return tuple(Delivery.objects.filter(notice__key=key).order_by("id").values_list("id", flat=True))
    mails = [
        Delivery(notice=written, address=each.email, language=each.language, due_at=at)
        for each in _readers(to)
        if each.email.lower() != not_to
    ]
    Delivery.objects.bulk_create(mails)
    facts = {"kind": kind, "about": about, "organisation": written.organisation, "mails": len(mails)}
    record("system:notices", "notice.written", written.id, **facts)
    return tuple(sorted(mail.id for mail in mails))


@transaction.atomic
def read(viewer: Viewer, organisation: str, notice_id: str, clock: Clock = system_clock) -> None:
    """Note that the viewer has read a notice; again changes nothing. Raises `NotFoundError` for another's."""
    found = queries.notice(viewer, organisation, notice_id)
    if not found.is_read:
        row = Reading(notice_id=found.id, person=viewer.id, at=clock())
        Reading.objects.bulk_create([row], ignore_conflicts=True)
        record(viewer.id, "notice.read", found.id, organisation=organisation)


def _notice(
    to: Recipient, kind: str, about: str, subject: Text, body: Text, key: str, at: datetime, link: str
) -> Notice:
    row = Notice(key=key, kind=kind, about=about, link=link, at=at)
    row.subject_en, row.subject_ja = _line(subject.en), _line(subject.ja)
    row.body_en, row.body_ja = body.en, body.ja
    match to:
        case Organisation(id=id):
            row.organisation = id
        case Person(id=id):
            row.person = id
        case EndUser(organisation=organisation, pseudonym=pseudonym):
            row.organisation, row.end_user = organisation, pseudonym
        case Address():
            pass
    return row


def _line(words: str) -> str:
    """One line: a break in a subject would begin a header of its own (RFC 5322, section 2.2)."""
    return " ".join(words.split())[:SUBJECT_CHARS]


def _readers(to: Recipient) -> Iterable[PersonView | Address]:
    """Whom to mail, each address once."""
    match to:
        case Organisation(id=id):
            return {each.email: each for each in holders_of(id)}.values()
        case Person(id=id):
            return person_to_tell(id)
        case Address():
            return [to]
        case EndUser():
            return []
