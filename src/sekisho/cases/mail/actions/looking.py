"""What people decide about mail: into a case or away, an address good again, and mail going on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import Text
from sekisho.cases import queries as cases
from sekisho.cases.mail.actions.adding import add
from sekisho.cases.mail.actions.keeping import SHORT, letter_of, opened
from sekisho.cases.mail.models import Inbound, Pause, Undeliverable
from sekisho.cases.mail.queries import may_look
from sekisho.cases.mail.rules.addresses import plain
from sekisho.cases.mail.types import Fate
from sekisho.cases.models import Case
from sekisho.cases.types import Voice


@transaction.atomic
def attach(actor: Viewer, mail: str, reference: str, *, clock: Clock = system_clock) -> str:
    """Add a mail in quarantine to the case that people call so, after looking at it, and return the case's id.

    Whoever sent it gains no access by that: answers go on to the case's own contacts. Raises `NotFoundError` for what
    the actor does not see, and `SekishoError`: `mail_decided`, `mail_unreadable`.
    """
    now, row, at = *_waiting(actor, mail), clock()
    case_id = cases.case(now, cases.by_reference(reference)).id
    if (raw := opened(row)) is None:
        raise SekishoError("mail_unreadable", _UNREADABLE)
    case = Case.objects.get(id=case_id)
    row.decided_by, row.decided_at = now.id, at
    into = add(row, raw, letter_of(row), case, Voice.REQUESTER, "", Fate.ATTACHED, at)
    record(now.id, "mail.attached", row.id, case=into)
    return into


@transaction.atomic
def dismiss(actor: Viewer, mail: str, *, clock: Clock = system_clock) -> None:
    """Put a mail in quarantine away; it is deleted after seven days. Raises as `attach`."""
    now, row = _waiting(actor, mail)
    at = clock()
    Inbound.objects.filter(id=row.id).update(
        fate=Fate.DISMISSED.value, decided_by=now.id, decided_at=at, ends_at=at + SHORT
    )
    record(now.id, "mail.dismissed", row.id)


@transaction.atomic
def resume(actor: Viewer, *, clock: Clock = system_clock) -> None:
    """Let mail go out again after a storm of bounces. Raises `NotAllowedError`."""
    now = as_of_now(actor)
    if not may(now, Permission.STAFF_TICKET_ANSWER):
        raise NotAllowedError("not_allowed", _NOT_ALLOWED, permission=Permission.STAFF_TICKET_ANSWER)
    pause = Pause.objects.filter(is_on=True).first()
    if pause and Pause.objects.filter(id=pause.id, is_on=True).update(
        is_on=False, ended_at=clock(), ended_by=now.id
    ):
        record(now.id, "mail.resumed", pause.id)


@transaction.atomic
def prove_again(email: str, at: datetime) -> bool:
    """Take an address for good again, as somebody has just proven that they read it; return whether it was thought to
    be none. For whoever has verified it."""
    gone, _ = Undeliverable.objects.filter(email=plain(email)).delete()
    if gone:
        record("system:mail", "mail.deliverable", "mail")
    return bool(gone)


def _waiting(actor: Viewer, mail: str) -> tuple[Viewer, Inbound]:
    """Return the actor as of now and the row, kept until the transaction ends. Who comes second reads what the first
    has done."""
    now = as_of_now(actor)
    Inbound.objects.filter(id=mail).update(id=F("id"))
    row = Inbound.objects.filter(id=mail).first()
    if row is None or not may_look(now, row):
        raise not_found("mail_not_found")
    if row.fate != Fate.QUARANTINED.value:
        raise SekishoError("mail_decided", _DECIDED)
    return now, row


_NOT_ALLOWED = Text(
    "Only staff who answer requests let mail go on. Ask one of them.",
    "送信を再開できるのは、お問い合わせに回答する担当者のみです。担当者にご依頼ください。",
)
_DECIDED = Text(
    "Somebody has decided about this mail meanwhile. Load the page again.",
    "このメールは、すでにほかの担当者が処理しました。ページを再読み込みしてください。",
)
_UNREADABLE = Text(
    "The mail can no longer be read: its time was over, or its sender was erased.",
    "保存期間の終了または送信者のデータの消去により、このメールは読み取れなくなっています。",
)
