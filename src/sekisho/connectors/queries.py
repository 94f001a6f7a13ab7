"""Reads of the directory, viewer first. What is or was listed is public; the rest is for its organisation and staff."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from msgspec import convert

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.connectors.models import Connector, ConnectorRule
from sekisho.connectors.rules.digests import changes, tool_digests
from sekisho.connectors.types import ConnectorView, Descriptor, Details, Finding, Gate, Listing, Rule

PUBLIC = (Listing.LISTED, Listing.CHANGED, Listing.SUSPENDED)
"""Shown to everybody, with what became of them: whoever uses one has to be able to read it."""


def directory() -> tuple[ConnectorView, ...]:
    """Return what everybody may see, by title."""
    rows = Connector.objects.filter(listing__in=[one.value for one in PUBLIC]).order_by("title", "name")
    return tuple(map(view_of, rows))


def listed(name: str) -> ConnectorView:
    """Return one entry of the public directory. Raises `NotFoundError`."""
    row = Connector.objects.filter(name=name, listing__in=[one.value for one in PUBLIC]).first()
    if row is None:
        raise not_found("connector_not_found")
    return view_of(row)


def own(asks: Viewer, organisation: str) -> tuple[ConnectorView, ...]:
    """Return what an organisation has registered, newest first."""
    if not may(asks, Permission.ORG_PROFILE_READ, organisation):
        raise not_found("organisation_not_found")
    return tuple(map(view_of, Connector.objects.filter(organisation=organisation).order_by("-registered_at")))


def connector(asks: Viewer, connector_id: str) -> ConnectorView:
    """Return one connector to its organisation or to staff. Raises `NotFoundError`."""
    row = Connector.objects.filter(id=connector_id).first()
    if row is None or not (
        may(asks, Permission.STAFF_CONNECTOR_READ) or may(asks, Permission.ORG_PROFILE_READ, row.organisation)
    ):
        raise not_found("connector_not_found")
    return view_of(row)


def connectors(asks: Viewer) -> tuple[ConnectorView, ...]:
    """Return every connector, for staff: those first on which somebody has to act."""
    if not may(asks, Permission.STAFF_CONNECTOR_READ):
        raise not_found("page_not_found")
    order = {one: at for at, one in enumerate(_WAITING)}
    views = map(view_of, Connector.objects.order_by("title", "name"))
    return tuple(sorted(views, key=lambda view: order[view.listing]))


_WAITING = (
    *(Listing.CHANGED, Listing.SUBMITTED, Listing.SUSPENDED),
    *(Listing.LISTED, Listing.DRAFT, Listing.DELISTED),
)


def rule(asks: Viewer, organisation: str) -> Rule:
    """Return which connectors an organisation lets its models call."""
    if not may(asks, Permission.ORG_PROFILE_READ, organisation):
        raise not_found("organisation_not_found")
    row = ConnectorRule.objects.filter(organisation=organisation).first()
    return Rule(row.rule) if row else Rule.ANY


def rules_for_gateway() -> dict[str, Rule]:
    """Return the rule of each organisation that has one; for the snapshot, so without a viewer."""
    return {row.organisation: Rule(row.rule) for row in ConnectorRule.objects.order_by("organisation")}


def connectors_for_gateway() -> tuple[Gate, ...]:
    """Return what gateways know of connectors that are or were listed, by name; for the snapshot."""
    rows = Connector.objects.exclude(pinned=None).order_by("name")
    return tuple(_gate(view_of(row)) for row in rows)


def due(at: datetime, limit: int) -> tuple[str, ...]:
    """Return the ids of connectors that have to be looked at again; for timed work."""
    rows = Connector.objects.filter(~Q(listing=Listing.DELISTED.value), due_at__lte=at).order_by("due_at")
    return tuple(rows.values_list("id", flat=True)[:limit])


def _gate(view: ConnectorView) -> Gate:
    tools = tool_digests(view.pinned) if view.pinned else {}
    return Gate(view.details.name, view.details.url, view.listing, tools)


def view_of(row: Connector) -> ConnectorView:
    found = convert(row.descriptor, Descriptor)
    pinned = convert(row.pinned, Descriptor) if row.pinned is not None else None
    return ConnectorView(
        id=row.id,
        organisation=row.organisation,
        details=Details(row.name, row.url, row.title, row.summary, row.contact, row.privacy_url),
        listing=Listing(row.listing),
        answered=frozenset(row.answered),
        descriptor=found,
        pinned=pinned,
        findings=tuple(Finding(**one) for one in row.findings),
        accepted=frozenset(row.accepted),
        changes=changes(pinned, found) if pinned is not None else (),
        registered_by=row.registered_by,
        listed_by=row.listed_by,
        listed_at=row.listed_at,
        fetched_at=row.fetched_at,
        problem=row.problem,
        reason=row.reason,
    )
