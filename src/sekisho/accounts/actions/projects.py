"""Writes about projects: keys that belong together, and what holds for all of them."""

from __future__ import annotations

from django.db import transaction

from sekisho.accounts.actions.checks import named, own_role, tell
from sekisho.accounts.models import ApiKey, Project
from sekisho.accounts.queries import as_of_now, key_view, not_found, project_view
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import KeyView, ProjectView, Viewer
from sekisho.audit.actions import record


@transaction.atomic
def put_project(actor: Viewer, organisation_id: str, name: str, *, zero_retention: bool) -> ProjectView:
    """Make the project of that name, or change what holds for its keys; gateways know within a second.

    Zero retention of a project holds from the next request on. What was kept before stays until its own end.
    """
    own_role(actor, Permission.ORG_DATA_CHANGE, organisation_id)
    row, is_new = Project.objects.get_or_create(
        organisation_id=organisation_id, name=named(name), defaults={"zero_retention": zero_retention}
    )
    if is_new or row.zero_retention is not zero_retention:
        row.zero_retention = zero_retention
        row.save(update_fields=["zero_retention"])
        record(actor.id, "project.put", row.id, organisation=organisation_id, zero_retention=zero_retention)
        tell(organisation_id)
    return project_view(row)


@transaction.atomic
def keep_nothing_of(actor: Viewer, key_id: str, on: bool) -> KeyView:
    """Switch zero retention of one key on or off, from the next request on (R-DATA-130)."""
    row = _key(actor, key_id)
    own_role(actor, Permission.ORG_DATA_CHANGE, row.organisation_id)
    if ApiKey.objects.filter(id=key_id).exclude(zero_retention=on).update(zero_retention=on):
        record(actor.id, "key.retention_changed", key_id, organisation=row.organisation_id, zero_retention=on)
        tell(row.organisation_id)
    return key_view(ApiKey.objects.select_related("project").get(id=key_id))


@transaction.atomic
def move_key(actor: Viewer, key_id: str, project_id: str) -> KeyView:
    """Put a key into a project of its organisation; into none, where `project_id` is empty."""
    row = _key(actor, key_id)
    own_role(actor, Permission.ORG_DATA_CHANGE, row.organisation_id)
    if project_id and not Project.objects.filter(id=project_id, organisation=row.organisation_id).exists():
        raise not_found("project_not_found")
    ApiKey.objects.filter(id=key_id).update(project_id=project_id or None)
    record(actor.id, "key.moved", key_id, organisation=row.organisation_id, project=project_id)
    tell(row.organisation_id)
    return key_view(ApiKey.objects.select_related("project").get(id=key_id))


def _key(actor: Viewer, key_id: str) -> ApiKey:
    row = ApiKey.objects.filter(id=key_id).first()
    if row is None or not may(as_of_now(actor), Permission.ORG_KEY_READ, row.organisation_id):
        raise not_found("key_not_found")
    return row
