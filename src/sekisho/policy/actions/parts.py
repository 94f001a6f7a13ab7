"""What the actions of the policy share."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import Text
from sekisho.policy.events import terms_changed
from sekisho.policy.models import PolicyVersion
from sekisho.policy.queries import version_at
from sekisho.policy.types import Pack


def allowed(actor: Viewer) -> None:
    """Raise `NotAllowedError` unless the actor prepares and activates the policy."""
    if not may(as_of_now(actor), Permission.STAFF_POLICY_ACTIVATE):
        permission = Permission.STAFF_POLICY_ACTIVATE.value
        raise NotAllowedError("not_allowed", _NOT_ALLOWED, permission=permission)


def pack_at(at: datetime) -> Pack:
    """Return the version in force. Raises `no_policy` before the first."""
    pack = version_at(at)
    if pack is None:
        raise SekishoError("no_policy", _NO_POLICY)
    return pack


def tell_terms(organisation: str) -> None:
    """Say, once it is durable, that an organisation is held to something else."""
    send = partial(terms_changed.send, sender=PolicyVersion, organisation=organisation)
    transaction.on_commit(send)


_NOT_ALLOWED = Text(
    "Policy versions are prepared and activated with the staff role `policy`. Ask an operator for it.",
    "ポリシーの版を準備し有効にするには、スタッフの役割 `policy` が必要です。運用担当者に依頼してください。",
)
_NO_POLICY = Text(
    "No version of the policy is in force yet. Activate one first.",
    "有効なポリシーがまだありません。先に版を有効にしてください。",
)
