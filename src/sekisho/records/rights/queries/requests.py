"""Reads of requests, viewer first."""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import KeyView, Viewer
from sekisho.base.inventory import Holder, Subject
from sekisho.records.rights.models import OPEN_STATES, Bundle, MemberChoice, Request
from sekisho.records.rights.types import (
    BundleState,
    Channel,
    Refusal,
    RequestKind,
    RequestState,
    RequestView,
)

PAGE = 100


def request(viewer: Viewer, request_id: str) -> RequestView:
    """Return a request of the viewer's own, of an account whose data they may take along, or any for privacy staff.
    Raises `NotFoundError` for another's."""
    row = Request.objects.filter(id=request_id).select_related("bundle").first()
    if row is None or not (is_own(viewer, row) or may(viewer, Permission.STAFF_ERASURE_EXECUTE)):
        raise not_found("request_not_found")
    return view_of(row)


def own_requests(viewer: Viewer) -> tuple[RequestView, ...]:
    """Return what the viewer asked for themselves, newest first."""
    rows = Request.objects.filter(person=viewer.id).exclude(person="").select_related("bundle")
    return tuple(view_of(row) for row in rows.order_by("-asked_at", "-id")[:PAGE])


def requests_of(viewer: Viewer, organisation: str) -> tuple[RequestView, ...]:
    """Return the requests that concern an organisation, newest first, for who may take its data along. Raises
    `NotFoundError` for others."""
    if not may(viewer, Permission.ORG_DATA_EXPORT, organisation):
        raise not_found("organisation_not_found")
    rows = Request.objects.filter(organisation=organisation).select_related("bundle")
    return tuple(view_of(row) for row in rows.order_by("-asked_at", "-id")[:PAGE])


def requests(viewer: Viewer, *, open_only: bool = True) -> tuple[RequestView, ...]:
    """Return the requests of the installation, first those that are due first; for privacy staff. Raises
    `NotFoundError`."""
    if not may(viewer, Permission.STAFF_ERASURE_EXECUTE):
        raise not_found("page_not_found")
    rows = Request.objects.select_related("bundle")
    if open_only:
        return tuple(
            view_of(row) for row in rows.filter(state__in=OPEN_STATES).order_by("due_at", "id")[:PAGE]
        )
    return tuple(view_of(row) for row in rows.order_by("-asked_at", "-id")[:PAGE])


def request_of_key(key: KeyView, external: str) -> Request:
    """Return the row of a controller's request, by the id that it gave it. Raises `NotFoundError`."""
    found = Request.objects.filter(organisation=key.organisation_id, external=external).exclude(external="")
    row = found.select_related("bundle").first()
    if row is None:
        raise not_found("request_not_found")
    return row


def members_may_export(organisation: str) -> bool:
    """Return whether the organisation's members take their own data along without asking: they may unless it said
    otherwise (R-DATA-230)."""
    return not MemberChoice.objects.filter(organisation=organisation, forbidden=True).exists()


def is_own(viewer: Viewer, row: Request) -> bool:
    """Return whether the request is the viewer's, or of an account whose data they may take along."""
    if viewer.id and row.person == viewer.id:
        return True
    return may(viewer, Permission.ORG_DATA_EXPORT, row.organisation)


def awaited(at: datetime) -> list[str]:
    """Return the ids of requests that can be worked on, first those that are due first; for the duty: no viewer."""
    rows = Request.objects.filter(state__in=OPEN_STATES, waits_for_owner=False, begins_at__lte=at)
    return list(rows.order_by("due_at", "id").values_list("id", flat=True)[:PAGE])


def subject_of(row: Request) -> Subject:
    holder = Holder(row.holder)
    person = row.person if holder in (Holder.MEMBER, Holder.PERSON) else ""
    return Subject(holder, row.organisation, row.end_user, person)


def view_of(row: Request) -> RequestView:
    bundle = _bundle_of(row)
    return RequestView(
        id=row.id,
        kind=RequestKind(row.kind),
        subject=subject_of(row),
        state=RequestState(row.state),
        channel=Channel(row.channel),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        due_at=row.due_at,
        begins_at=row.begins_at,
        finished_at=row.finished_at,
        refusal=Refusal(row.refusal) if row.refusal else None,
        waits_for_owner=row.waits_for_owner,
        done=row.done,
        total=row.total,
        left=row.left,
        receipt=row.receipt,
        bundle=BundleState(bundle.state) if bundle else None,
        expires_at=bundle.expires_at if bundle else None,
        external=row.external,
        callbacks=tuple(row.callbacks),
    )


def _bundle_of(row: Request) -> Bundle | None:
    try:
        return row.bundle
    except Bundle.DoesNotExist:
        return None
