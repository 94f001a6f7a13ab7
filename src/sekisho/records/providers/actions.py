"""Writes of the provider registry."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import Text
from sekisho.records.events import data_use_changed
from sekisho.records.providers.models import ProviderStatement
from sekisho.records.providers.queries import statement_of
from sekisho.records.providers.rules import fault
from sekisho.records.providers.types import Facts, Provider, Statement


@transaction.atomic
def state(actor: Viewer, provider: Provider, facts: Facts, clock: Clock = system_clock) -> Statement:
    """State what a provider does with what it is sent, as of now, and return the statement. Every gateway knows it
    within a second.

    Raises `NotAllowedError`, or `facts_unsound`, which says what to correct.
    """
    permission = Permission.STAFF_PROVIDER_CHANGE
    if not may(as_of_now(actor), permission):
        raise NotAllowedError("not_allowed", _NOT_ALLOWED, permission=permission.value)
    if (wrong := fault(facts)) is not None:
        raise SekishoError("facts_unsound", wrong)
    stated = asdict(facts) | {"requires_retention": list(facts.requires_retention)}
    row = ProviderStatement.objects.create(
        route=provider.route, host=provider.host, reviewed_at=clock(), reviewed_by=actor.id, **stated
    )
    record(actor.id, "provider.stated", row.id, route=provider.route, host=provider.host, **stated)
    transaction.on_commit(lambda: data_use_changed.send(sender=None, organisation=""))
    return statement_of(row)


_NOT_ALLOWED = Text(
    "Only staff who answer for data use may state what providers do.",
    "提供元の取り扱いを記録できるのは、データ利用を担当する職員だけです。",
)
