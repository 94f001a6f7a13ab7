"""First letters to a mailbox for support: held until whoever wrote them says so, and may ask people (R-SUP-078)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.text import Lang, Text
from sekisho.cases.mail import templates
from sekisho.cases.mail.actions.adding import add, language, open_from
from sekisho.cases.mail.actions.keeping import SHORT, letter_of, opened
from sekisho.cases.mail.models import Inbound
from sekisho.cases.mail.queries import held_by_link
from sekisho.cases.mail.rules.addresses import is_sendable
from sekisho.cases.mail.rules.caps import ANSWERED_A_SENDER_AND_DAY, ANSWERED_A_SITE_AND_HOUR, DAY, HOUR
from sekisho.cases.mail.types import Fate
from sekisho.cases.models import Case
from sekisho.cases.types import Contact, Queue, Voice
from sekisho.notices.actions import tell
from sekisho.notices.links import Purpose, token
from sekisho.notices.types import Address


@dataclass(frozen=True, slots=True)
class Admitted:
    """That somebody may ask people, and as whom."""

    known: Mapping[str, object] = field(default_factory=dict)
    """Further fields of `cases.types.Opening`, such as `requester` and `plan`."""


Admits = Callable[[str, Queue], Admitted | None]
"""Says of an address that was just proven whether its people may ask those of ours who look at a queue. Rooms
above know (`support.rules`)."""


def ask_sender(row: Inbound, lang: Lang, at: datetime) -> None:
    """Send the fixed words with a link to who wrote, unless they or their domain have had enough of them."""
    answered = Inbound.objects.filter(is_answered=True)
    often = answered.filter(mark=row.mark, received_at__gt=at - DAY).count() >= ANSWERED_A_SENDER_AND_DAY
    many = answered.filter(site=row.site, received_at__gt=at - HOUR).count() >= ANSWERED_A_SITE_AND_HOUR
    if often or many or not is_sendable(row.sender):
        return
    row.is_answered = True
    row.save(update_fields=["is_answered"])
    subject, body = templates.FIRST_MAIL
    link = f"/support/mail/{token(Purpose.MAIL, row.id, at + SHORT)}"
    tell(
        Address(row.sender, lang), "mail_held", row.id, subject, body, key=f"held {row.id}", at=at, link=link
    )


@transaction.atomic
def confirm_mail(link: str, admits: Admits, *, clock: Clock = system_clock) -> str:
    """Take it that whoever holds the link wrote the mail, and open a case from it; return the case's id.

    What else of theirs waits goes into the same case. Raises `SekishoError`: `link_forged`, `link_expired`,
    `mail_gone`, and `no_people` where `admits` says that this address has nobody to ask: the mails then stay unread.
    """
    at = clock()
    first = held_by_link(link, at)
    if first.case_id:
        return first.case_id
    admitted = admits(first.sender, Queue(first.queue))
    if admitted is None:
        raise SekishoError("no_people", NO_PEOPLE)
    letter = letter_of(first)
    contact = Contact(first.sender, True, language(letter))
    case_id = ""
    for row in [first, *_others(first)]:
        raw, letter = opened(row) or b"", letter_of(row)
        if case_id:
            case = Case.objects.get(id=case_id)
            add(row, raw, letter, case, Voice.REQUESTER, case.requester, Fate.OPENED, at)
        else:
            case_id = open_from(row, raw, letter, Queue(row.queue), contact, at, **admitted.known)
    record("public", "mail.confirmed", first.id, case=case_id, has_account=bool(admitted.known))
    return case_id


def decline_mail(link: str, *, clock: Clock = system_clock) -> None:
    """Delete what waits, as whoever holds the link says that they did not write it. Raises as `confirm_mail`."""
    first = held_by_link(link, clock())
    with transaction.atomic():
        Inbound.objects.filter(fate=Fate.HELD.value, mark=first.mark).update(
            fate=Fate.DISMISSED.value, raw=b"", sender="", decided_at=clock()
        )
        record("public", "mail.declined", first.id)


def _others(first: Inbound) -> list[Inbound]:
    held = Inbound.objects.filter(fate=Fate.HELD.value, mark=first.mark, queue=first.queue)
    return list(held.exclude(id=first.id).order_by("received_at", "id")[:20])


NO_PEOPLE = Text(
    "On this plan, questions are answered by the help centre and the assistant; people cannot be asked by mail.",
    "現在のプランでは、ヘルプセンターとアシスタントがご質問にお答えします。メールで担当者にお問い合わせいただくことはできません。",
)
