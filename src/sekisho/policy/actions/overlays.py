"""Writes of overlays: an organisation asks to be held to more (P-007)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from msgspec import to_builtins

from sekisho.accounts.queries import as_of_now, organisation
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer, system
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, NotFoundError
from sekisho.base.text import Text
from sekisho.policy.actions.parts import pack_at, tell_terms
from sekisho.policy.models import PolicyOverlay
from sekisho.policy.overlay_file import load_overlay

SYSTEM = system("policy")


@transaction.atomic
def set_overlay(
    actor: Viewer, organisation_id: str, source: str, file: str = "overlay.yaml", clock: Clock = system_clock
) -> str:
    """Lay an overlay over the policy, in the place of the one before it; return the version that decisions cite.

    Gateways know within a second. Raises `PackError` with everything that is wrong in it, above all what would
    loosen the version in force.
    """
    _allowed(actor, organisation_id)
    overlay = load_overlay(source, file, pack_at(clock()))
    _end(actor, organisation_id, clock())
    row = PolicyOverlay(
        organisation=organisation_id,
        version=overlay.version,
        source=source,
        content=to_builtins(overlay),
        set_by=actor.id,
        set_at=clock(),
    )
    row.save(force_insert=True)
    record(actor.id, "policy_overlay.set", row.id, organisation=organisation_id, version=overlay.version)
    tell_terms(organisation_id)
    return overlay.version


@transaction.atomic
def remove_overlay(actor: Viewer, organisation_id: str, clock: Clock = system_clock) -> None:
    """Take the overlay away: the organisation is judged by the floor again. Raises `NotFoundError` for none."""
    _allowed(actor, organisation_id)
    if not _end(actor, organisation_id, clock()):
        raise NotFoundError("overlay_not_found", _NO_OVERLAY)
    record(actor.id, "policy_overlay.removed", organisation_id, organisation=organisation_id)
    tell_terms(organisation_id)


def _end(actor: Viewer, organisation_id: str, at: datetime) -> int:
    current = PolicyOverlay.objects.filter(organisation=organisation_id, ended_at=None)
    return current.update(ended_at=at, ended_by=actor.id)


def _allowed(actor: Viewer, organisation_id: str) -> None:
    """The organisation's owners, and those who keep the policy. To outsiders it does not exist."""
    now = as_of_now(actor)
    keeps_policy = may(now, Permission.STAFF_POLICY_ACTIVATE)
    organisation(SYSTEM if keeps_policy else now, organisation_id)
    if not (keeps_policy or may(now, Permission.ORG_POLICY_CHANGE, organisation_id)):
        permission = Permission.ORG_POLICY_CHANGE.value
        raise NotAllowedError("not_allowed", _NOT_ALLOWED, permission=permission)


_NO_OVERLAY = Text(
    "The organisation lays nothing over the policy. There is nothing to remove.",
    "この組織の上乗せ設定はありません。取り除くものはありません。",
)
_NOT_ALLOWED = Text(
    "Only owners of the organisation change what it lays over the policy. Ask one of them.",
    "ポリシーの上乗せ設定を変更できるのは、組織のオーナーだけです。オーナーにご依頼ください。",
)
