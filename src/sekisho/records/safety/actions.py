"""Copy the least, settle what people found, let two people read. The sweeper destroys in time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.ids import new_id
from sekisho.base.lengths import whole
from sekisho.base.text import Text
from sekisho.records.keystore.actions import destroy_purpose_keys
from sekisho.records.keystore.queries import OpenKey
from sekisho.records.queries import calendar_at
from sekisho.records.safety import vault
from sekisho.records.safety.models import AccessRequest, Followed, SafetyRecord
from sekisho.records.safety.queries import request_view, see
from sekisho.records.safety.rules import OPEN_FOR, excerpt, kept_until, may_approve
from sekisho.records.safety.types import Flagged, MayNotApprove, State

SYSTEM = "system:safety"
REASON_CHARS = 200
"""Longest reason for reading a record: a sentence."""


def take_copies(flagged: Sequence[Flagged]) -> int:
    """Copy the least of each text that was blocked, under a key and a clock of its own; return how many were copied.

    Called by ingest, in the transaction that stores the turns, and never for one decision twice. Nothing of a turn
    under zero retention is copied, whatever came with it (R-DATA-137). The turns' own clocks stay as they are.
    """
    wanted = {one.decision: one for one in flagged if one.text and not one.turn.stamp.zero_retention}
    known = SafetyRecord.objects.filter(decision__in=list(wanted)).values_list("decision", flat=True)
    new = {new_id("saf"): wanted[decision] for decision in wanted.keys() - set(known)}
    if not new:
        return 0
    at = max(one.turn.stamp.received_at for one in new.values())
    keys = vault.new_keys({id: one.turn.subject for id, one in new.items()}, at)
    SafetyRecord.objects.bulk_create([_copy(id, one, keys[id]) for id, one in new.items()])
    return len(new)


def _copy(id: str, flagged: Flagged, key: OpenKey) -> SafetyRecord:
    turn, received = flagged.turn, flagged.turn.stamp.received_at
    return SafetyRecord(
        id=id,
        turn=turn.id,
        decision=flagged.decision,
        organisation=turn.organisation,
        end_user=turn.end_user,
        member=turn.stamp.member,
        clause=flagged.clause,
        stage=flagged.stage,
        state=State.UNCONFIRMED.value,
        received_at=received,
        expires_at=kept_until(State.UNCONFIRMED, received, calendar_at(received)),
        key=key.id,
        content=vault.shut(key, id, excerpt(flagged.text, flagged.span)),
    )


# --- what people found ------------------------------------------------------------------------------------------
def confirm(decisions: Collection[str], at: datetime) -> int:
    """Keep the copies behind these decisions for as long as a confirmed violation is kept; return how many."""
    rows = SafetyRecord.objects.filter(decision__in=list(decisions), state=State.UNCONFIRMED.value)
    return sum(_confirmed(row, at) for row in rows)


@transaction.atomic
def _confirmed(row: SafetyRecord, at: datetime) -> int:
    until = kept_until(State.CONFIRMED, row.received_at, calendar_at(row.received_at))
    mine = SafetyRecord.objects.filter(id=row.id, state=State.UNCONFIRMED.value)
    changed = mine.update(state=State.CONFIRMED.value, expires_at=until, settled_at=at)
    if changed:
        record(SYSTEM, "safety.confirmed", row.id, organisation=row.organisation, until=until)
    return changed


def dismiss(decisions: Collection[str], at: datetime) -> int:
    """Destroy the copies behind decisions that were wrong, confirmed ones too; return how many."""
    rows = list(SafetyRecord.objects.filter(decision__in=list(decisions)))
    if rows:
        destroy_purpose_keys([row.key for row in rows], at)
    with transaction.atomic():
        for row in rows:
            record(SYSTEM, "safety.destroyed", row.id, organisation=row.organisation, key=row.key)
        SafetyRecord.objects.filter(id__in=[row.id for row in rows]).delete()
    return len(rows)


def follow_until(moment: datetime) -> None:
    """Note up to when outcomes were followed. It never goes back."""
    Followed.objects.get_or_create(id=1, defaults={"until": moment})
    Followed.objects.filter(id=1, until__lt=moment).update(until=moment)


# --- who reads --------------------------------------------------------------------------------------------------
@transaction.atomic
def ask(actor: Viewer, record_id: str, reason: str, at: datetime) -> str:
    """Ask to read a record, and return the id of the request. Another has to approve it (R-DATA-243)."""
    now = as_of_now(actor)
    see(now)
    row = SafetyRecord.objects.filter(id=record_id).first()
    if row is None:
        raise not_found("record_not_found")
    if not reason.strip():
        raise SekishoError("reason_missing", REASON_MISSING, status=422)
    said = whole(reason.strip(), REASON_CHARS)
    made = AccessRequest.objects.create(record=row, asked_by=now.id, reason=said, asked_at=at)
    record(now.id, "safety.asked", row.id, request=made.id, organisation=row.organisation)
    return made.id


@transaction.atomic
def approve(actor: Viewer, request_id: str, at: datetime) -> None:
    """Let who asked read the record for a day. Raises `NotAllowedError` for one's own request."""
    now = as_of_now(actor)
    see(now)
    row = AccessRequest.objects.select_for_update().select_related("record").filter(id=request_id).first()
    if row is None:
        raise not_found("request_not_found")
    match may_approve(row.asked_by, now.id, request_view(row, at).access):
        case MayNotApprove(code):
            raise NotAllowedError(code, REFUSALS[code])
    row.approved_by, row.open_until = now.id, at + OPEN_FOR
    row.save(update_fields=["approved_by", "open_until"])
    record(now.id, "safety.approved", row.record_id, request=row.id, until=row.open_until)


REFUSALS = {
    "own_request": Text(
        "You asked for this yourself. Have a colleague approve it.",
        "ご自身の申請は承認できません。別の担当者に承認を依頼してください。",
    ),
    "not_waiting": Text(
        "This request was approved before. Ask anew once it has ended.",
        "この申請はすでに承認されています。期限が切れた後に改めて申請してください。",
    ),
}
REASON_MISSING = Text(
    "Say why you have to read it. The reason is logged.",
    "閲覧が必要な理由を入力してください。理由は記録されます。",
)
