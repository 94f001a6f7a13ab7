"""What comes into a case by mail, once the mail has found out whose it is (R-SUP-074)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from sekisho.accounts.types import Plan, system
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import as_lang
from sekisho.cases.actions.changing import link_cases
from sekisho.cases.actions.opening import open_case
from sekisho.cases.actions.parts import locked
from sekisho.cases.actions.writing import follow, reaching, said
from sekisho.cases.models import Case, Message
from sekisho.cases.queries.rows import view
from sekisho.cases.rules.reading import Reader
from sekisho.cases.rules.states import SETTLED, reopens
from sekisho.cases.types import (
    Contact,
    Enclosure,
    Impact,
    Kind,
    Opening,
    Queue,
    State,
    Voice,
)
from sekisho.cases.vault import key_of

_SYSTEM = system("mail")


class Taken(NamedTuple):
    """The case that a reply became part of, and the message that it became there."""

    case: str
    message: str
    reference: str


def take_inbound(
    case_id: str,
    text: str,
    *,
    submission: str,
    voice: Voice = Voice.REQUESTER,
    by: str = "",
    enclosures: Sequence[Enclosure] = (),
    clock: Clock = system_clock,
) -> Taken:
    """Take what somebody replied into their case, by mail or in their conversation, and return where it went. The same
    `submission` is taken once.

    Who writes was proven by the mail's token and sender, or by whose conversation it is; `by` is their id where they
    have one. It opens a settled case again within 14 days (R-SUP-071); what comes later opens a new one that is linked
    to it, so that nothing is lost. Raises `NotFoundError` for no such case, and what `open_case` raises.
    """
    at = clock()
    with transaction.atomic(savepoint=False):
        row = locked(case_id)
        if (
            before := Message.objects.filter(case=row, submission=submission)
            .values_list("id", flat=True)
            .first()
        ):
            return Taken(row.id, before, row.reference)
        if State(row.state) not in SETTLED or reopens(row.settled_at, at):
            reach, files = reaching(row, voice), tuple(enclosures)
            made = said(row, voice, text, by=by, reach=reach, enclosures=files, submission=submission, at=at)
            follow(row, voice, reach, by, at)
            return Taken(row.id, made.id, row.reference)
    return _followed_up(row, text, submission, enclosures, at)


def _followed_up(
    row: Case, text: str, submission: str, enclosures: Sequence[Enclosure], at: datetime
) -> Taken:
    asked = view(row, Reader(row.requester, is_requester=True), key_of(row.key), masked=False)
    opened = open_case(
        Opening(
            kind=Kind(row.kind),
            queue=Queue(row.queue),
            submission=f"{submission}"[:80],
            subject=asked.subject,
            text=text,
            contact=Contact(row.email, row.is_proven, as_lang(row.language)),
            surface="mail",
            requester=row.requester,
            organisation=row.organisation,
            issue=row.issue,
            about=row.id,
            region=row.region,
            plan=Plan(row.plan) if row.plan else None,
            impact=Impact(row.impact),
            enclosures=tuple(enclosures),
        ),
        clock=lambda: at,
    )
    link_cases(_SYSTEM, row.id, opened.id, clock=lambda: at)
    first = Message.objects.filter(case_id=opened.id).order_by("at", "id").values_list("id", flat=True)[0]
    return Taken(opened.id, first, opened.reference)
