"""Reads of webhooks, viewer first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from cryptography.fernet import InvalidToken

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.sealing import unseal
from sekisho.accounts.types import Viewer
from sekisho.webhooks.models import Delivery, Endpoint, Secret
from sekisho.webhooks.types import (
    Attempt,
    DeliveryPage,
    DeliveryState,
    DeliveryView,
    EndpointState,
    EndpointView,
    Kind,
)

PAGE = 30
SEALED_FOR = "webhook"


def endpoints(viewer: Viewer, organisation: str) -> tuple[EndpointView, ...]:
    """Return the organisation's endpoints, oldest first."""
    if not may(viewer, Permission.ORG_PROFILE_READ, organisation):
        raise not_found("organisation_not_found")
    rows = Endpoint.objects.filter(organisation=organisation).order_by("made_at", "id")
    return tuple(endpoint_view(row) for row in rows.prefetch_related("secrets"))


def endpoint(viewer: Viewer, endpoint_id: str) -> EndpointView:
    row = Endpoint.objects.filter(id=endpoint_id).first()
    if row is None or not may(viewer, Permission.ORG_PROFILE_READ, row.organisation):
        raise not_found("webhook_not_found")
    return endpoint_view(row)


def deliveries(viewer: Viewer, endpoint_id: str, *, after: str = "", limit: int = PAGE) -> DeliveryPage:
    """Return what was, or is to be, sent to an endpoint, newest first."""
    rows = Delivery.objects.filter(endpoint=endpoint(viewer, endpoint_id).id).order_by("-id")
    if after:
        rows = rows.filter(id__lt=after)
    found = [delivery_view(row) for row in rows.select_related("message")[: limit + 1]]
    return DeliveryPage(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else "")


def secrets_of(endpoints: Collection[str], at: datetime) -> Mapping[str, tuple[str, ...]]:
    """Return what signs for each endpoint at the moment, newest first; for the one who delivers, so without a viewer.

    Endpoints whose newest secret does not open are left out: `secret_key` has changed since.
    """
    rows = Secret.objects.filter(endpoint__in=endpoints).order_by("-id")
    signing: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if row.until is not None and row.until <= at:
            continue
        try:
            plain = unseal(row.sealed, SEALED_FOR)
        except InvalidToken:
            continue
        signing[row.endpoint_id] = (*signing.get(row.endpoint_id, ()), plain)
    return signing


def endpoint_view(row: Endpoint) -> EndpointView:
    earlier = [secret.until for secret in row.secrets.all() if secret.until is not None]
    return EndpointView(
        id=row.id,
        organisation=row.organisation,
        url=row.url,
        description=row.description,
        kinds=frozenset(Kind(kind) for kind in row.kinds),
        state=EndpointState(row.state),
        made_at=row.made_at,
        failing_since=row.failing_since,
        earlier_secret_until=max(earlier, default=None),
    )


def delivery_view(row: Delivery) -> DeliveryView:
    return DeliveryView(
        id=row.id,
        endpoint=row.endpoint_id,
        message=row.message_id,
        kind=Kind(row.message.kind),
        state=DeliveryState(row.state),
        happened_at=row.message.at,
        due_at=row.due_at,
        attempts=tuple(attempt_of(each) for each in row.attempts),
    )


def attempt_of(kept: Mapping[str, object]) -> Attempt:
    return Attempt(
        at=datetime.fromisoformat(str(kept["at"])),
        status=int(str(kept["status"])),
        problem=str(kept["problem"]),
        took_ms=int(str(kept["took_ms"])),
    )
