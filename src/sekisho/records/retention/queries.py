"""Reads of retention: how destruction stands, what is held, what is being erased, and what an erasure would do."""

from __future__ import annotations

from datetime import datetime

from django.apps import apps
from django.db.models import QuerySet

from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotAllowedError, NotFoundError
from sekisho.base.inventory import Holder, How, Subject
from sekisho.records import registry
from sekisho.records.models import Turn
from sekisho.records.queries import calendar_at, events_of
from sekisho.records.retention import due, tombstones
from sekisho.records.retention.models import Erasure, ErasureStep, Fallen, Guard, LegalHold, Sweep
from sekisho.records.retention.rules import hold_state, holds_over
from sekisho.records.retention.types import (
    ErasureState,
    ErasureView,
    Health,
    HoldState,
    HoldView,
    Preview,
    StepView,
    SweepView,
    TablePreview,
)
from sekisho.records.retention.words import REFUSALS
from sekisho.records.types import Scope

SWEEPS_SHOWN = 50
ERASURES_SHOWN = 100


def past_due(at: datetime) -> int:
    """Return how many turns are past their deadline at `at`, can still be read and are under no hold: 0 when all is
    well (R-DATA-120)."""
    return due.counts(at)[0]


def health(viewer: Viewer, at: datetime) -> Health:
    """Return how destruction stands at the moment `at`. Raises `NotAllowedError`."""
    see_retention(viewer)
    free, pinned, oldest = due.counts(at)
    known = Guard.objects.filter(id=1).first() or Guard()
    late = at - calendar_at(at).rows
    return Health(
        at=at,
        past_due=free,
        oldest_due=oldest,
        pinned=pinned,
        rows_waiting=Fallen.objects.count(),
        rows_late=Fallen.objects.filter(at__lt=late).count(),
        good_at=known.good_at,
        halted_at=known.halted_at,
        seen_at=known.seen_at,
        behind=0 if tombstones.is_current() else len(tombstones.behind()),
    )


def sweeps(viewer: Viewer, limit: int = SWEEPS_SHOWN) -> tuple[SweepView, ...]:
    """Return the last sweeps, newest first. Raises `NotAllowedError`."""
    see_retention(viewer)
    return tuple(sweep_view(row) for row in Sweep.objects.order_by("-began_at", "-id")[:limit])


def sweep_view(row: Sweep) -> SweepView:
    return SweepView(**{name: getattr(row, name) for name in SweepView.__slots__})


def preview(subject: Subject, at: datetime) -> Preview:
    """Return what erasing the subject at `at` would do, table by table; nothing is changed.

    For pages that have asked whose the subject is: no viewer is asked here. Tables without a row of the subject are
    left out.
    """
    subject, calendar = with_address(subject), calendar_at(at)
    turns = turns_of(subject)
    return Preview(
        subject=subject,
        conversations=turns.values("conversation").distinct().count(),
        turns=turns.count(),
        held=holds_on(subject, at),
        tables=tuple(one for entry in registry.walk() if (one := _table(entry, subject, at)) is not None),
        content_backups_until=at + calendar.content_backups,
        key_backups_until=at + calendar.key_backups,
    )


def turns_of(subject: Subject) -> QuerySet[Turn]:
    """Return the subject's turns whose content can still be read; none of a person, whose turns are an
    organisation's."""
    rows = due.with_content()
    match subject.holder:
        case Holder.ORGANISATION:
            return rows.filter(organisation=subject.organisation)
        case Holder.END_USER:
            return rows.filter(organisation=subject.organisation, end_user=subject.end_user)
        case Holder.MEMBER:
            return rows.filter(organisation=subject.organisation, member=subject.person)
        case Holder.CONVERSATION:
            return rows.filter(conversation=subject.conversation)
    return rows.none()


def scope_of(subject: Subject) -> Scope:
    """Return the subject as events name it."""
    return Scope(
        organisation=subject.organisation,
        member=subject.person if subject.holder is Holder.MEMBER else "",
        end_user=subject.end_user if subject.holder is Holder.END_USER else "",
        conversation=subject.conversation,
    )


def holds_on(subject: Subject, at: datetime) -> tuple[str, ...]:
    """Return the legal holds in force that may need something of the subject's."""
    if not subject.organisation:
        return ()
    return holds_over(scope_of(subject), events_of(subject.organisation), at)


def with_address(subject: Subject) -> Subject:
    """Return the subject with the person's e-mail address, by which alone some rows know them; as it is where the
    person is gone."""
    if subject.holder is not Holder.PERSON or subject.email:
        return subject
    row = apps.get_model("accounts", "Person")._default_manager.filter(pk=subject.person).first()
    return Subject(Holder.PERSON, person=subject.person, email=str(getattr(row, "email", "") or ""))


def holds(viewer: Viewer, at: datetime) -> tuple[HoldView, ...]:
    """Return all legal holds: those that wait for somebody first, then those in force, then the others, newest first.

    Raises `NotAllowedError`.
    """
    see_holds(viewer)
    order = [HoldState.OVERDUE, HoldState.PROPOSED, HoldState.IN_FORCE, HoldState.RELEASED, HoldState.REFUSED]
    views = [hold_view(row, at) for row in LegalHold.objects.order_by("-proposed_at", "-id")]
    return tuple(sorted(views, key=lambda one: order.index(one.state)))


def hold(viewer: Viewer, hold_id: str, at: datetime) -> HoldView:
    """Return one legal hold. Raises `NotAllowedError` and `NotFoundError`."""
    see_holds(viewer)
    row = LegalHold.objects.filter(id=hold_id).first()
    if row is None:
        raise NotFoundError("hold_not_found", REFUSALS["hold_not_found"])
    return hold_view(row, at)


def holds_in_force(at: datetime) -> tuple[LegalHold, ...]:
    """Return the rows of the legal holds in force."""
    rows = LegalHold.objects.filter(approved_at__lte=at, released_at=None)
    return tuple(rows.order_by("approved_at", "id"))


def hold_view(row: LegalHold, at: datetime) -> HoldView:
    state = hold_state(row.approved_at, row.refused_at, row.review_by, row.released_at, at)
    pinned = 0
    if state in (HoldState.IN_FORCE, HoldState.OVERDUE):
        scope = {"organisation": row.organisation, "member": row.member, "end_user": row.end_user}
        scope |= {"conversation": row.conversation}
        past = due.past_deadline(at).filter(**{name: value for name, value in scope.items() if value})
        pinned = len(due.pinned_of(list(past.values_list("id", flat=True)), at))
    same = {name: getattr(row, name) for name in HoldView.__slots__ if name not in ("state", "pinned")}
    return HoldView(state=state, pinned=pinned, **same)


def requests(viewer: Viewer, limit: int = ERASURES_SHOWN) -> tuple[ErasureView, ...]:
    """Return erasures: those that are not done first, newest first. Raises `NotAllowedError`."""
    see_erasures(viewer)
    rows = Erasure.objects.prefetch_related("steps").order_by("-asked_at", "-id")
    found = [*rows.exclude(state="done")[:limit], *rows.filter(state="done")[:limit]]
    return tuple(erasure_view(row) for row in found[:limit])


def request(viewer: Viewer, erasure_id: str) -> ErasureView:
    """Return one erasure with its steps. Raises `NotAllowedError` and `NotFoundError`."""
    see_erasures(viewer)
    return erasure(erasure_id)


def erasure(erasure_id: str) -> ErasureView:
    """Return one erasure, for rooms whose own rules say who may see it. Raises `NotFoundError`."""
    row = Erasure.objects.filter(id=erasure_id).first()
    if row is None:
        raise NotFoundError("erasure_not_found", REFUSALS["erasure_not_found"])
    return erasure_view(row)


def erasures_of(subject: Subject) -> tuple[ErasureView, ...]:
    """Return what was asked to be erased of the subject, newest first, for the subject's own page."""
    fields = {"organisation": subject.organisation, "person": subject.person, "end_user": subject.end_user}
    wanted = {name: value for name, value in fields.items() if value}
    rows = Erasure.objects.filter(**wanted) if wanted else Erasure.objects.none()
    return tuple(erasure_view(row) for row in rows.order_by("-asked_at", "-id"))


def erasure_view(row: Erasure) -> ErasureView:
    return ErasureView(
        id=row.id,
        holder=row.holder,
        subject=row.subject,
        organisation=row.organisation,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        reason=row.reason,
        state=ErasureState(row.state),
        held_by=tuple(row.held_by),
        keys=row.keys,
        receipt=row.receipt,
        done_at=row.done_at,
        steps=tuple(_step(step) for step in sorted(row.steps.all(), key=lambda one: one.number)),
    )


def see_retention(viewer: Viewer) -> None:
    _allowed(viewer, Permission.STAFF_RETENTION_READ)


def see_holds(viewer: Viewer) -> None:
    _allowed(viewer, Permission.STAFF_LEGAL_HOLD_PLACE)


def see_erasures(viewer: Viewer) -> None:
    _allowed(viewer, Permission.STAFF_ERASURE_EXECUTE)


def _allowed(viewer: Viewer, permission: Permission) -> None:
    if not may(viewer, permission):
        raise NotAllowedError("retention_not_allowed", REFUSALS["not_allowed"], permission=permission.value)


def _step(row: ErasureStep) -> StepView:
    return StepView(**{name: getattr(row, name) for name in StepView.__slots__})


def _table(entry: registry.Entry, subject: Subject, at: datetime) -> TablePreview | None:
    erase = entry.data.erasing(subject.holder)
    number = registry.rows(entry, subject, at).count() if erase is not None else 0
    if erase is None or not number:
        return None
    stays = number if erase.how is How.KEEP else 0
    if erase.unless is not None:
        stays = registry.kept(entry, erase, subject, at).count()
    return TablePreview(
        entry.table, erase.how, number, stays, erase.reason if stays else "", entry.data.erased
    )
