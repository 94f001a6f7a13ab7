"""From rows to values: who reads, what they see of it, and what stays sealed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import cast

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import Plan, Role, Viewer
from sekisho.base.text import Lang, as_lang
from sekisho.cases import speaking
from sekisho.cases.models import Case, Clock, Enclosure, Message
from sekisho.cases.rules.masking import mask_address, mask_text
from sekisho.cases.rules.queues import queues_of
from sekisho.cases.rules.reading import PROGRAMS, Footing, Reader, footing, may_see
from sekisho.cases.types import (
    CaseView,
    ClockView,
    Contact,
    EnclosureView,
    Impact,
    Kind,
    MessageView,
    Queue,
    Reach,
    State,
    Voice,
)
from sekisho.cases.vault import keys_of, open_text
from sekisho.records.keystore.queries import OpenKey


def found(case_id: str) -> Case:
    """Return the row. Raises `NotFoundError`; who may see it is the caller's to ask."""
    row = Case.objects.filter(id=case_id).first()
    if row is None:
        raise accounts.not_found("case_not_found")
    return row


def seen(viewer: Viewer, case_id: str) -> tuple[Case, Reader]:
    """Return the row and as whom the viewer reads it. Raises `NotFoundError` for what they may not see."""
    row = found(case_id)
    reader = reader_of(viewer, row)
    if not may_see(reader, Kind(row.kind), Footing(row.footing), has_sponsor=bool(row.sponsor)):
        raise accounts.not_found("case_not_found")
    return row, reader


def reader_of(viewer: Viewer, row: Case) -> Reader:
    """Return as whom the viewer stands to this case, with the roles that they carry. Nobody is staff of a case of their
    own, or of an organisation that they belong to."""
    is_requester = bool(viewer.id) and viewer.id == row.requester
    is_ones_own = is_requester or row.organisation in viewer.roles
    return Reader(
        viewer.id,
        is_requester=is_requester,
        is_staff=Queue(row.queue) in queues_of(viewer) and not is_ones_own,
        speaks=_speaks(viewer, row),
    )


def _speaks(viewer: Viewer, row: Case) -> bool:
    if not row.organisation or viewer.is_system:
        return False
    return footing_of(viewer, row.organisation, plan_of(row)) is Footing.SPEAKER


def footing_of(viewer: Viewer, organisation: str, plan: Plan | None) -> Footing:
    """Return as what the viewer stands to the organisation, by the policy that is in force. It is looked up where the
    answer hangs on it: for administrators alone."""
    role = viewer.roles.get(organisation)
    counts = role is Role.ADMIN and plan not in PROGRAMS and speaking.admins_are_owners()
    return footing(organisation, role, plan, admins_are_owners=counts)


def requester_footing(row: Case) -> Footing:
    """Return as what the requester stands to the case's organisation at this moment."""
    return footing_of(accounts.viewer(row.requester), row.organisation, plan_of(row))


def plan_of(row: Case) -> Plan | None:
    return Plan(row.plan) if row.plan else None


def view(
    row: Case,
    reader: Reader,
    key: OpenKey | None,
    *,
    masked: bool | None = None,
    brief: bool = False,
) -> CaseView:
    """Return the case as the reader sees it. `masked` says otherwise than that staff see contacts masked; a brief view
    leaves details and transcript out."""
    hides = (reader.is_staff and not reader.is_requester) if masked is None else masked
    text = mask_text if hides else str
    own = reader.is_requester or reader.is_staff
    whole = own and not brief
    return CaseView(
        id=row.id,
        reference=row.reference,
        kind=Kind(row.kind),
        queue=Queue(row.queue),
        state=State(row.state),
        subject=text(open_text(key, row.id, "subject", row.subject)),
        contact=_contact(row, hides, own),
        language=as_lang(row.language),
        surface=row.surface,
        requester=row.requester,
        organisation=row.organisation,
        sponsor=row.sponsor,
        issue=row.issue,
        details={name: text(said) for name, said in _details(row, key).items()} if whole else {},
        about=row.about,
        region=row.region,
        plan=plan_of(row),
        impact=Impact(row.impact),
        entitlements=row.entitlements if reader.is_staff else {},
        transcript=text(open_text(key, row.id, "transcript", row.transcript)) if whole else "",
        cited=tuple(row.cited),
        received_at=row.received_at,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        settled_at=row.settled_at,
        legal_due=row.legal_due,
        target_due=row.target_due,
        held_by=row.held_by if reader.is_staff else "",
        held_until=row.held_until if reader.is_staff else None,
        is_readable=key is not None,
    )


def _contact(row: Case, hides: bool, own: bool) -> Contact:
    email = mask_address(row.email) if hides or not own else row.email
    return Contact(email, row.is_proven, as_lang(row.language))


def _details(row: Case, key: OpenKey | None) -> Mapping[str, str]:
    return cast(Mapping[str, str], json.loads(open_text(key, row.id, "details", row.details) or "{}"))


def views(rows: Iterable[Case], viewer: Viewer, *, brief: bool = False) -> tuple[CaseView, ...]:
    """Return many cases, with one question to the keystore."""
    each = list(rows)
    keys = keys_of(row.key for row in each)
    return tuple(view(row, reader_of(viewer, row), keys.get(row.key), brief=brief) for row in each)


def message_view(
    row: Message, key: OpenKey | None, reader: Reader, enclosures: Iterable[Enclosure] = (), *, masked: bool
) -> MessageView:
    said = open_text(key, row.case_id, f"message {row.id}", row.text)
    by_staff = row.voice not in {Voice.REQUESTER.value, Voice.SPONSOR.value}
    return MessageView(
        id=row.id,
        case=row.case_id,
        at=row.at,
        voice=Voice(row.voice),
        by="" if by_staff and not reader.is_staff else row.by,
        reach=Reach(row.reach),
        text=mask_text(said) if masked else said,
        cited=tuple(row.cited),
        enclosures=tuple(enclosure_view(one, key) for one in enclosures),
        translated_from=cast(Lang, row.translated_from) or None,
    )


def enclosure_view(row: Enclosure, key: OpenKey | None) -> EnclosureView:
    name = open_text(key, row.case_id, f"name {row.id}", row.name)
    return EnclosureView(row.id, row.case_id, name, row.media_type, row.bytes)


def clock_view(row: Clock) -> ClockView:
    return ClockView(row.id, row.case_id, row.duty, row.regime, row.starts, row.due, row.met_at)
