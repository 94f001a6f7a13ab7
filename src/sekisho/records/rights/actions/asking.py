"""Ask for one's data or for its erasure; take the asking back; let members ask, or not."""

from __future__ import annotations

from django.db import transaction

from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.inventory import Holder, Subject
from sekisho.base.text import Lang, Text
from sekisho.records.queries import calendar_at
from sekisho.records.rights.actions import telling
from sekisho.records.rights.actions.ending import close, discard
from sekisho.records.rights.models import OPEN_STATES, MemberChoice, Request
from sekisho.records.rights.queries.requests import is_own, members_may_export, request, view_of
from sekisho.records.rights.quiet import not_before
from sekisho.records.rights.rules import due_at, may_become
from sekisho.records.rights.types import Asked, Channel, Refusal, RequestKind, RequestState, RequestView


@transaction.atomic
def ask(
    actor: Viewer,
    asked: Asked,
    *,
    channel: Channel = Channel.PAGE,
    language: Lang = "en",
    clock: Clock = system_clock,
) -> RequestView:
    """Ask for a copy or for erasure, and return the request. Asking again while one is open returns that one.

    Owners ask for their account and for its end users, members for themselves (R-DATA-230). A member's waits for the
    owner where the organisation forbids it, and for every erasure: what a member wrote at work is the organisation's to
    erase. Raises `NotFoundError` for another's.
    """
    now, at = as_of_now(actor), clock()
    _may_ask(now, asked.subject)
    if found := _open(asked):
        return view_of(found)
    waits = _waits(now, asked)
    row = Request.objects.create(
        kind=asked.kind.value,
        holder=asked.subject.holder.value,
        organisation=asked.subject.organisation,
        end_user=asked.subject.end_user,
        person=asked.subject.person or (now.id if asked.subject.holder is Holder.ORGANISATION else ""),
        state=RequestState.VERIFYING.value if waits else RequestState.RECEIVED.value,
        channel=channel.value,
        language=language,
        asked_by=now.id,
        asked_at=at,
        due_at=due_at(at, calendar_at(at)),
        begins_at=at if asked.kind is RequestKind.ERASURE else not_before(now.id, at),
        waits_for_owner=waits,
    )
    record(now.id, "rights.asked", row.id, kind=row.kind, holder=row.holder, organisation=row.organisation)
    if waits:
        telling.owner_is_asked(row, at)
    return view_of(row)


@transaction.atomic
def cancel(actor: Viewer, request_id: str, *, clock: Clock = system_clock) -> RequestView:
    """Take a request back. Raises `SekishoError` (`too_late`) when it has ended, or an erasure has begun."""
    row = _own(actor, request_id)
    erases = row.kind == RequestKind.ERASURE
    if not may_become(RequestState(row.state), RequestState.CANCELLED, erases=erases):
        raise SekishoError("too_late", _TOO_LATE)
    close(row, RequestState.CANCELLED, clock())
    discard(row, clock())
    record(actor.id, "rights.cancelled", row.id, organisation=row.organisation)
    return view_of(row)


@transaction.atomic
def allow(actor: Viewer, request_id: str) -> RequestView:
    """The owner lets a member have what they asked for. Raises `NotFoundError` for everybody else."""
    row = _waiting(actor, request_id)
    row.waits_for_owner, row.state = False, RequestState.RECEIVED.value
    row.save(update_fields=["waits_for_owner", "state"])
    record(actor.id, "rights.allowed", row.id, organisation=row.organisation)
    return view_of(row)


@transaction.atomic
def refuse(
    actor: Viewer, request_id: str, because: Refusal = Refusal.BY_OWNER, *, clock: Clock = system_clock
) -> RequestView:
    """Say no: the owner to a member's request, privacy staff to an unfounded one. The person is told why, and where to
    complain (GDPR, Article 12(4))."""
    row = _waiting(actor, request_id) if because is Refusal.BY_OWNER else _for_staff(actor, request_id)
    if not may_become(RequestState(row.state), RequestState.REFUSED):
        raise SekishoError("too_late", _TOO_LATE)
    row.refusal, row.waits_for_owner = because.value, False
    row.save(update_fields=["refusal", "waits_for_owner"])
    close(row, RequestState.REFUSED, clock())
    telling.refused(row, clock())
    record(actor.id, "rights.refused", row.id, organisation=row.organisation, because=because)
    return view_of(row)


@transaction.atomic
def let_members(actor: Viewer, organisation: str, *, may_export: bool, clock: Clock = system_clock) -> None:
    """Choose whether members take their own data along without asking the owner."""
    now = as_of_now(actor)
    if not may(now, Permission.ORG_DATA_EXPORT, organisation):
        raise NotAllowedError("not_allowed", _NOT_OWNER, permission=Permission.ORG_DATA_EXPORT.value)
    chosen = {"forbidden": not may_export, "chosen_by": now.id, "chosen_at": clock()}
    MemberChoice.objects.update_or_create(organisation=organisation, defaults=chosen)
    record(now.id, "rights.members_chosen", organisation, may_export=may_export)


def _may_ask(viewer: Viewer, subject: Subject) -> None:
    own = subject.holder is Holder.MEMBER and subject.person == viewer.id
    if own and subject.organisation in viewer.roles:
        return
    if not may(viewer, Permission.ORG_DATA_EXPORT, subject.organisation):
        raise not_found("organisation_not_found")


def _waits(viewer: Viewer, asked: Asked) -> bool:
    if viewer.is_system or may(viewer, Permission.ORG_DATA_EXPORT, asked.subject.organisation):
        return False
    return asked.kind is RequestKind.ERASURE or not members_may_export(asked.subject.organisation)


def _open(asked: Asked) -> Request | None:
    subject = asked.subject
    rows = Request.objects.filter(
        kind=asked.kind.value,
        holder=subject.holder.value,
        organisation=subject.organisation,
        end_user=subject.end_user,
        state__in=OPEN_STATES,
    )
    if subject.holder is Holder.MEMBER:
        rows = rows.filter(person=subject.person)
    return rows.order_by("asked_at", "id").first()


def _own(actor: Viewer, request_id: str) -> Request:
    row = Request.objects.select_for_update().filter(id=request_id).first()
    if row is None or not is_own(as_of_now(actor), row):
        raise not_found("request_not_found")
    return row


def _waiting(actor: Viewer, request_id: str) -> Request:
    row = Request.objects.select_for_update().filter(id=request_id, waits_for_owner=True).first()
    if row is None or not may(as_of_now(actor), Permission.ORG_DATA_EXPORT, row.organisation):
        raise not_found("request_not_found")
    return row


def _for_staff(actor: Viewer, request_id: str) -> Request:
    request(as_of_now(actor), request_id)
    if not may(as_of_now(actor), Permission.STAFF_ERASURE_EXECUTE):
        raise not_found("request_not_found")
    return Request.objects.select_for_update().get(id=request_id)


_TOO_LATE = Text(
    "This request has ended, or its erasure has begun: it cannot be taken back any more.",
    "このご請求はすでに終わっているか、消去が始まっているため、取り下げることができません。",
)
_NOT_OWNER = Text(
    "Only the primary owner of the organisation decides this. Ask them.",
    "これを決められるのは組織の代表オーナーだけです。代表オーナーにご相談ください。",
)
