"""Reads of mail. The viewer comes first; what they may not see is "not found"."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.cases import queries as cases
from sekisho.cases.mail import house, markup, reading
from sekisho.cases.mail.models import Inbound, Pause, Undeliverable
from sekisho.cases.mail.rules import files, quoting
from sekisho.cases.mail.rules.addresses import looks_like_another, plain
from sekisho.cases.mail.types import Fate, InboundView, Letter, PauseView, Proof, Road, UndeliverableView
from sekisho.cases.models import Case
from sekisho.cases.rules.queues import queues_of
from sekisho.cases.types import Queue
from sekisho.cases.vault import key_of, open_
from sekisho.notices.links import Purpose
from sekisho.notices.links import opened as link_opened

PAGE = 50
"""Mails that a page of the quarantine lists, oldest first."""


def reply_address(case: str, contact: str) -> str:
    """Return the address to which this contact replies about this case; it works for nobody else."""
    return house.keeper().reply_to(case, contact)


def quarantine(viewer: Viewer) -> tuple[InboundView, ...]:
    """Return what waits until somebody has looked, oldest first, at most `PAGE`: of the viewer's own queues."""
    mine = [queue.value for queue in queues_of(viewer)]
    rows = Inbound.objects.filter(fate=Fate.QUARANTINED.value, queue__in=mine)
    return tuple(_view(row) for row in rows.order_by("received_at", "id")[:PAGE])


def mail(viewer: Viewer, mail_id: str) -> InboundView:
    """Return one mail with all that it says. Raises `NotFoundError` for who may not look at it."""
    row = Inbound.objects.filter(id=mail_id).first()
    if row is None or not may_look(viewer, row):
        raise not_found("mail_not_found")
    return _view(row)


def originals(viewer: Viewer, case_id: str) -> Mapping[str, str]:
    """Return, for messages of a case that came by mail, the id of the mail as it came; for staff of its queue."""
    cases.case(viewer, case_id)
    rows = Inbound.objects.filter(case_id=case_id).exclude(message="")
    return {row.message: row.id for row in rows if may_look(viewer, row)}


def may_look(viewer: Viewer, row: Inbound) -> bool:
    """Return whether the viewer is staff of the queue that the mail is for. What its sender has not confirmed, nobody
    looks at."""
    if row.fate == Fate.HELD.value:
        return False
    if row.case is None:
        return Queue(row.queue) in queues_of(viewer)
    try:
        return cases.case(viewer, row.case.id) is not None and Queue(row.case.queue) in queues_of(viewer)
    except NotFoundError:
        return False


def undeliverable(email: str) -> UndeliverableView | None:
    """Return since when mail to the address comes back, None for a good one; for the banner that its owner sees."""
    row = Undeliverable.objects.filter(email=plain(email)).first()
    return UndeliverableView(row.since, row.code) if row else None


def paused() -> PauseView | None:
    """Return the pause that holds back what goes out, None while mail goes."""
    row = Pause.objects.filter(is_on=True).first()
    return PauseView(row.id, row.at, row.bounces) if row else None


def held_by_link(link: str, at: datetime) -> Inbound:
    """Return the mail that a confirmation link is about. Raises `SekishoError`: `link_forged`, `link_expired`, or
    `mail_gone`."""
    row = Inbound.objects.filter(id=link_opened(Purpose.MAIL, link, at)).first()
    if row is None or row.fate not in (Fate.HELD.value, Fate.OPENED.value):
        raise SekishoError("mail_gone", _GONE)
    return row


def exported(ids: Sequence[object]) -> dict[object, Mapping[str, object]]:
    """Return each of these mails as it came, in Base64, by id; nothing of those whose key was destroyed. For
    `records.rights`, which asks whose they are: no viewer."""
    found: dict[object, Mapping[str, object]] = {}
    for row in Inbound.objects.filter(id__in=list(ids)):
        if (raw := _raw(row)) is not None:
            found[row.id] = {"mail_base64": base64.b64encode(raw).decode()}
    return found


def _raw(row: Inbound) -> bytes | None:
    key, stored = key_of(row.key), bytes(row.raw)
    return open_(key, row.id, "mail", stored) if key and stored else None


def _view(row: Inbound) -> InboundView:
    letter = reading.read(_raw(row) or b"", row.sender, house.own_domain())
    said = quoting.said(letter.text)
    sender = ", ".join(letter.senders) or row.sender
    return InboundView(
        id=row.id,
        at=row.received_at,
        road=Road(row.road),
        queue=row.queue,
        fate=Fate(row.fate),
        because=row.because,
        proof=Proof(row.proof),
        bytes=row.bytes,
        sender=sender,
        is_odd=looks_like_another(sender),
        subject=letter.subject,
        text=letter.text,
        quoted=said != letter.text.strip(),
        html=markup.shown(letter.html) if letter.html else "",
        files=tuple(_files(letter)),
        seal=letter.seal,
        problem=letter.problem,
        claimed=_reference(row.claimed),
        case=row.case_id or "",
    )


def _files(letter: Letter) -> list[str]:
    judged = files.judged(letter.pieces)
    named = [f"{one.name} ({one.because})" if isinstance(one, files.Refused) else one.name for one in judged]
    return [*named, *(f"{files.safe_name(name)} (too_many)" for name in letter.left_out)]


def _reference(case_id: str) -> str:
    found = Case.objects.filter(id=case_id).values_list("reference", flat=True).first() if case_id else None
    return found or ""


_GONE = Text(
    "This mail is no longer here. Write again, or use the messenger.",
    "このメールは、すでに削除されています。もう一度お送りいただくか、メッセンジャーをご利用ください。",
)
