"""Reads of the provider registry. `policies_for_gateway` is for publishing; the others take the viewer first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.records.providers.models import ProviderStatement
from sekisho.records.providers.rules import state_of
from sekisho.records.providers.types import Facts, Provider, ProviderState, Statement
from sekisho.records.queries.history import calendar_at


def policies_for_gateway(providers: Iterable[Provider], at: datetime) -> dict[Provider, ProviderState]:
    """Return what counts for each of the providers at the moment `at`."""
    asked = list(providers)
    latest = _latest(one.route for one in asked)
    review = calendar_at(at).provider_review
    return {one: state_of(one, latest.get(one), at, review) for one in asked}


def states(asks: Viewer, providers: Iterable[Provider], at: datetime) -> tuple[ProviderState, ...]:
    """Return what counts for each of the providers, in their order. For staff; others find nothing."""
    if not may(asks, Permission.STAFF_RETENTION_READ):
        raise not_found("page_not_found")
    return tuple(policies_for_gateway(providers, at).values())


def history(asks: Viewer, provider: Provider) -> tuple[Statement, ...]:
    """Return everything that was ever stated of a provider, newest first. For staff; others find nothing."""
    if not may(asks, Permission.STAFF_RETENTION_READ):
        raise not_found("page_not_found")
    rows = ProviderStatement.objects.filter(route=provider.route, host=provider.host)
    return tuple(map(statement_of, rows.order_by("-reviewed_at", "-id")))


def statement_of(row: ProviderStatement) -> Statement:
    facts = Facts(
        retains=row.retains,
        retention_days=row.retention_days,
        trains=row.trains,
        zero_retention_contract=row.zero_retention_contract,
        requires_retention=tuple(row.requires_retention),
        region=row.region,
        evidence=row.evidence,
    )
    return Statement(row.id, Provider(row.route, row.host), facts, row.reviewed_at, row.reviewed_by)


def _latest(routes: Iterable[str]) -> dict[Provider, Statement]:
    rows = ProviderStatement.objects.filter(route__in=set(routes)).order_by("reviewed_at", "id")
    return {one.provider: one for one in map(statement_of, rows)}
