"""A person takes conversations of their own account along into an organisation (R-DATA-114).

What the organisation gets is a copy under its own key and its own clock, counted from when each turn was received, so
that moving never lengthens anything. The original is the person's until it ends early, which the event says. Neither is
ever used for training: the original was moved, and the copy was served by nobody in the organisation's name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from msgspec import structs

from sekisho.accounts import queries as people
from sekisho.accounts.rules import CONSUMER_PLANS
from sekisho.accounts.types import AccountFacts, Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.records.actions import append, store_turns
from sekisho.records.actions.history import Circumstances
from sekisho.records.consent.queries import movable
from sekisho.records.models import Turn
from sekisho.records.queries import calendar_at, events_of
from sekisho.records.reading import contents
from sekisho.records.rules import days_at
from sekisho.records.types import Kind, Readable, Scope, Stamp, StoredBlock, TurnRecord

MOVED = "moved"
"""Stands where a turn names its key and its gateway: a copy came through neither."""


@transaction.atomic
def move_conversations(
    actor: Viewer, account: str, conversations: Collection[str], organisation: str, *, at: datetime
) -> int:
    """Move these conversations of the actor's own account into an organisation that they belong to, and return how many
    turns the organisation has now. What is older than it keeps anything is not copied, and what was moved before is not
    moved again.

    Raises `NotFoundError` for what is not the actor's, `SekishoError` (`keeps_nothing`) where the organisation keeps
    nothing.
    """
    target = _checked(actor, account, organisation)
    known = {one.id for one in movable(actor, account, at)}
    if not known.issuperset(conversations):
        raise people.not_found("conversation_not_found")
    circumstances = Circumstances(actor.id, "privacy_page", previous=account)
    copies = _copies(target, sorted(conversations), actor.id, at)
    for one in sorted(conversations):
        append(Kind.MOVED, Scope(organisation=account, conversation=one), circumstances, at=at)
    return len(store_turns(copies))


def _checked(actor: Viewer, account: str, organisation: str) -> AccountFacts:
    facts = {one.id: one for one in people.account_facts([account, organisation])}
    own, target = facts.get(account), facts.get(organisation)
    if own is None or target is None or set(own.people) != {actor.id} or actor.id not in target.people:
        raise people.not_found("account_not_found")
    if own.plan not in CONSUMER_PLANS or target.plan in CONSUMER_PLANS:
        raise people.not_found("account_not_found")
    if target.zero_retention:
        raise SekishoError("keeps_nothing", _KEEPS_NOTHING)
    return target


def _copies(
    target: AccountFacts, conversations: Iterable[str], member: str, at: datetime
) -> list[TurnRecord]:
    kept: timedelta = days_at(events_of(target.id), at, calendar_at(at))
    rows = Turn.objects.filter(
        conversation__in=list(conversations), has_content=True, received_at__gt=at - kept
    )
    turns = list(rows.order_by("received_at", "id"))
    read = contents([row.id for row in turns], at=at, subject=True)
    return [_copy(row, read[row.id], target, member) for row in turns if isinstance(read[row.id], Readable)]


def _copy(row: Turn, read: object, target: AccountFacts, member: str) -> TurnRecord:
    assert isinstance(read, Readable)
    stamp = Stamp(target.plan, "", False, row.received_at, member=member, incognito=True)
    return TurnRecord(
        new_id("req"),
        target.id,
        MOVED,
        stamp,
        finished_at=row.finished_at,
        gateway=MOVED,
        dialect=row.dialect,
        endpoint=row.endpoint,
        outcome=row.outcome,
        status=row.status,
        conversation=f"{MOVED} {row.conversation_id}",
        model=row.model,
        content={part: tuple(map(_whole, blocks)) for part, blocks in read.parts.items()},
    )


def _whole(block: StoredBlock) -> StoredBlock:
    """The block with its own text: what is repeated inside the copy is found anew."""
    return structs.replace(block, first_turn="")


_KEEPS_NOTHING = Text(
    "This organisation keeps nothing, so there is nothing that could be moved into it.",
    "この組織は何も保管しないため、会話を移すことはできません。",
)
