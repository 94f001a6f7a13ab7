"""Where answers go: confirmed by whoever reads the mail, changed by staff or the person themselves."""

from __future__ import annotations

from django.db import transaction

from sekisho.accounts.types import Viewer
from sekisho.base.clock import Clock, system_clock
from sekisho.cases.actions.opening import confirm
from sekisho.cases.actions.parts import for_reader, locked, noted, put_in_place
from sekisho.cases.actions.writing import post, requester_contact
from sekisho.cases.models import Case, Message
from sekisho.cases.queries.contacts import case_of_contact
from sekisho.cases.queries.rows import view
from sekisho.cases.rules.reading import Footing, Reader, may_read
from sekisho.cases.types import CaseView, Contact, DeliveryKind, Reach, Voice
from sekisho.cases.words import refusal


@transaction.atomic
def confirm_contact(token: str, *, clock: Clock = system_clock) -> CaseView:
    """Take it that the address is theirs who hold the link, and send what has waited for it: the confirmation, and the
    answers since. Again it changes nothing. The case is returned without its words: a link may be in other hands.

    It proves an address, and no account. Raises `SekishoError`: `link_forged`, `link_expired`, `contact_changed`.
    """
    at = clock()
    case_id, is_current = case_of_contact(token, at)
    if not case_id or not is_current:
        raise refusal("contact_changed")
    row = locked(case_id)
    if not row.is_proven:
        row.is_proven = True
        noted(row, row.requester, "contact", "unproven", "proven", "", at)
        put_in_place(row, at)
        confirm(row, at)
        for message in _waited(row):
            post(row, DeliveryKind.REPLY, [(row.requester, requester_contact(row))], at, message=message)
    return view(row, Reader(row.requester), None, masked=True)


@transaction.atomic
def set_contact(actor: Viewer, case_id: str, contact: Contact, *, clock: Clock = system_clock) -> None:
    """Let answers go to another address from now on; for the requester, and the system. One that is not proven first
    gets the fixed text with a link."""
    (now, row, reader), at = for_reader(actor, case_id), clock()
    if not (reader.is_requester or now.is_system):
        raise refusal("not_your_voice")
    row.email, row.is_proven = contact.email.strip().lower(), contact.is_proven
    row.language = contact.language
    noted(row, now.id, "contact", "", "proven" if contact.is_proven else "unproven", "", at)
    put_in_place(row, at)
    if not row.is_proven:
        confirm(row, at)


def _waited(row: Case) -> list[Message]:
    """Return what was said to the requester while their address was unproven."""
    ours = [Voice.STAFF.value, Voice.BOT.value, Voice.SYSTEM.value]
    asked = Reader(row.requester, is_requester=True)
    rows = Message.objects.filter(case=row, voice__in=ours, deliveries=None).order_by("at", "id")
    return [
        one
        for one in rows
        if may_read(asked, by="", reach=Reach(one.reach), requester_was=Footing(one.requester_was))
    ]
