"""What the actions of enforcement share."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotAllowedError
from sekisho.base.text import Text
from sekisho.enforcement.events import standing_changed
from sekisho.enforcement.models import Restriction


def allowed(actor: Viewer) -> Viewer:
    now = as_of_now(actor)
    if not (may(now, Permission.STAFF_CASE_DECIDE) or may(now, Permission.STAFF_APPEAL_DECIDE)):
        raise NotAllowedError("not_allowed", NOT_ALLOWED, permission=Permission.STAFF_CASE_DECIDE.value)
    return now


def tell_standing(organisation: str) -> None:
    transaction.on_commit(partial(standing_changed.send, sender=Restriction, organisation=organisation))


NOT_ALLOWED = Text(
    "Only reviewers and the appeals desk change restrictions. Ask one of them.",
    "制限を変更できるのは審査担当者と異議申立ての担当者だけです。担当者にご依頼ください。",
)
