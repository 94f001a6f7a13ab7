"""Opening a case: row, first message, files, snapshot, clock, confirmation and audit entry, in one transaction."""

from __future__ import annotations

import json
import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from sekisho.accounts import queries as accounts
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.ids import ALPHABET, new_id
from sekisho.cases.actions.clocks import started
from sekisho.cases.actions.parts import put_in_place
from sekisho.cases.actions.writing import MAX_CHARS, post, requester_contact, said
from sekisho.cases.models import Case
from sekisho.cases.queries.office import promise
from sekisho.cases.queries.rows import footing_of, view
from sekisho.cases.rules.cards import mask_cards
from sekisho.cases.rules.queues import BOUND
from sekisho.cases.rules.reading import Reader
from sekisho.cases.rules.retention import keeping
from sekisho.cases.rules.targets import FIRST_REPLY
from sekisho.cases.types import CaseView, Contact, DeliveryKind, Kind, Opening, State, Voice
from sekisho.cases.vault import key_of, new_key, shut_text
from sekisho.cases.words import refusal
from sekisho.records.keystore.queries import OpenKey

MAX_SUBJECT_CHARS = 200
_WITHOUT_PROMISE = frozenset({Kind.AUTHORITY, Kind.APPEAL})
"""Kinds whose terms others set."""


def open_case(opening: Opening, *, clock: Clock = system_clock) -> CaseView:
    """Open a case and return it, as its requester sees it. The same `submission` opens it once.

    A proven contact gets the one confirmation; any other nothing but the fixed text with a link (R-SUP-078). Who may
    open what, and how often, is the caller's to ask. Raises `SekishoError`: `nothing_said`, `too_long`,
    `cannot_be_moved` for a queue that the kind does not go to.
    """
    at = clock()
    _check(opening)
    if before := Case.objects.filter(submission=opening.submission).first():
        return _seen(before)
    case_id = new_id("tkt")
    key = new_key(case_id, at)
    try:
        with transaction.atomic():
            row = _opened(case_id, opening, key, at)
    except IntegrityError:
        # the same form in another window was quicker, or, once in a trillion, the reference is another's
        if before := Case.objects.filter(submission=opening.submission).first():
            return _seen(before)
        raise
    return _seen(row)


def _check(opening: Opening) -> None:
    if not (opening.subject.strip() or opening.text.strip() or opening.enclosures) or not opening.submission:
        raise refusal("nothing_said")
    if max(len(opening.text), len(opening.transcript)) > MAX_CHARS:
        raise refusal("too_long", most=MAX_CHARS)
    bound = BOUND.get(opening.kind)
    sealed = {queue for queues in BOUND.values() for queue in queues}
    if (bound and opening.queue not in bound) or (not bound and opening.queue in sealed):
        raise refusal("cannot_be_moved")


def _opened(case_id: str, opening: Opening, key: OpenKey, at: datetime) -> Case:
    row = _row(case_id, opening, key, at)
    row.save(force_insert=True)
    said(
        row,
        Voice.REQUESTER,
        opening.text or opening.subject,
        by=opening.requester,
        cited=opening.cited,
        enclosures=opening.enclosures,
        submission=f"opening {case_id}",
        entitlements=opening.entitlements,
        at=at,
        key=key,
    )
    if opening.kind not in _WITHOUT_PROMISE:
        due = promise(opening.plan, row.received_at, kind=opening.kind, impact=opening.impact)
        started(row, FIRST_REPLY, row.received_at, due)
    confirm(row, at)
    facts = {"kind": opening.kind, "queue": opening.queue, "issue": opening.issue, "surface": opening.surface}
    record(opening.requester or "public", "case.opened", case_id, organisation=opening.organisation, **facts)
    put_in_place(row, at)
    return row


def _row(case_id: str, opening: Opening, key: OpenKey, at: datetime) -> Case:
    asks = accounts.viewer(opening.requester)
    details = {name: mask_cards(value) for name, value in opening.details.items()}
    subject = mask_cards(" ".join(opening.subject.split()))[:MAX_SUBJECT_CHARS]
    return Case(
        id=case_id,
        reference=_reference(),
        kind=opening.kind.value,
        queue=opening.queue.value,
        state=State.NEW.value,
        submission=opening.submission,
        key=key.id,
        subject=shut_text(key, case_id, "subject", subject),
        details=shut_text(key, case_id, "details", json.dumps(details, ensure_ascii=False)),
        transcript=shut_text(key, case_id, "transcript", mask_cards(opening.transcript)),
        requester=opening.requester,
        footing=footing_of(asks, opening.organisation, opening.plan).value,
        organisation=opening.organisation,
        sponsor=opening.sponsor,
        reaches_requester=opening.reaches_requester,
        email=opening.contact.email.strip().lower(),
        is_proven=opening.contact.is_proven,
        language=opening.contact.language,
        surface=opening.surface,
        issue=opening.issue,
        about=opening.about,
        region=opening.region,
        plan=opening.plan.value if opening.plan else "",
        impact=opening.impact.value,
        entitlements=dict(opening.entitlements),
        cited=list(opening.cited),
        received_at=opening.received_at or at,
        opened_at=at,
        keeping=keeping(opening.kind, had_legal_clock=False).value,
        changed_at=at,
    )


def _reference() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8)).upper()
    return f"{letters[:4]}-{letters[4:]}"


def confirm(row: Case, at: datetime) -> None:
    """Put into the outbox what the requester's address may get: the confirmation, or the fixed text with a link. Of an
    order of an authority nothing is mailed by itself."""
    if row.kind == Kind.AUTHORITY.value:
        return
    kind = DeliveryKind.CONFIRMATION if row.is_proven else DeliveryKind.CONFIRM_CONTACT
    to: tuple[str, Contact] = (row.requester, requester_contact(row))
    post(row, kind, [to], at)


def _seen(row: Case) -> CaseView:
    return view(row, Reader(row.requester, is_requester=True), key_of(row.key), masked=False)
