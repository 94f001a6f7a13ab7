"""A person names conversations of which earlier turns may be used for training too (R-DATA-016): an act of its own, for
nothing is included because somebody went on with a conversation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from sekisho.accounts import queries as people
from sekisho.accounts.types import Viewer
from sekisho.audit.receipts import issue
from sekisho.records.actions import append
from sekisho.records.actions.history import Circumstances
from sekisho.records.consent.queries.earlier import includable
from sekisho.records.consent.types import Purpose, Surface
from sekisho.records.types import Kind, Scope


@transaction.atomic
def include(actor: Viewer, account: str, conversations: Collection[str], *, at: datetime) -> str:
    """Let earlier turns of these conversations of the actor's own account be used for training, and return the id of
    the receipt. They live no longer for it (R-DATA-110), and it ends with the consent that is held now.

    Raises `NotFoundError` for a conversation that is not among those that could be named.
    """
    could = {one.id for one in includable(actor, account, at)}
    if not conversations or not could.issuperset(conversations):
        raise people.not_found("conversation_not_found")
    circumstances = Circumstances(actor.id, Surface.PRIVACY_PAGE.value)
    named = sorted(conversations)
    for one in named:
        append(Kind.INCLUDED, Scope(account, member=actor.id, conversation=one), circumstances, at=at)
    facts = {
        "purpose": Purpose.MODEL_IMPROVEMENT.value,
        "event": "included",
        "conversations": named,
        "event_time": at,
    }
    return issue("consent", f"{account}/{actor.id}", facts, at=at, actor=actor.id)
