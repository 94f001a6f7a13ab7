"""What a deletion would do, before anything is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.inventory import Holder, Subject
from sekisho.records.models import Turn
from sekisho.records.retention import queries as retention
from sekisho.records.retention.types import Preview
from sekisho.records.rights.queries.stored import untold

HOLDS = "retention_legalhold"


def preview_of_account(viewer: Viewer, organisation: str, at: datetime) -> Preview:
    """Return what erasing an account would destroy and what the law keeps, table by table. Raises `NotFoundError` for
    who may not erase it. Nothing in it tells of legal holds that must not be told of (R-DATA-117)."""
    if not may(viewer, Permission.ORG_DATA_EXPORT, organisation):
        raise not_found("organisation_not_found")
    found = retention.preview(Subject(Holder.ORGANISATION, organisation), at)
    if not (silent := untold(at)):
        return found
    told = tuple(one for one in found.held if one not in silent)
    return replace(found, held=told, tables=tuple(one for one in found.tables if one.table != HOLDS))


def own_conversation(viewer: Viewer, organisation: str, conversation: str) -> Subject:
    """Return a conversation of the viewer's own, which they may delete: any of an account that is theirs to erase, and
    for a member one in which all is theirs. Raises `NotFoundError` for another's."""
    turns = Turn.objects.filter(organisation=organisation, conversation=conversation)
    others = not may(viewer, Permission.ORG_DATA_EXPORT, organisation)
    if organisation not in viewer.roles or not turns.exists():
        raise not_found("conversation_not_found")
    if others and turns.exclude(member=viewer.id).exists():
        raise not_found("conversation_not_found")
    return Subject(Holder.CONVERSATION, organisation, conversation=conversation)
