"""Reads of conversations. The asker comes first; what is not theirs reads as not found."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from sekisho.base.errors import NotFoundError
from sekisho.base.text import Text, as_lang
from sekisho.records.keystore.queries import OpenKey
from sekisho.support.messenger import vault
from sekisho.support.messenger.models import Conversation as Row
from sekisho.support.messenger.models import Entry
from sekisho.support.messenger.rules.issues import offered
from sekisho.support.messenger.rules.outcomes import returned
from sekisho.support.messenger.types import (
    Asker,
    Conversation,
    Counts,
    Event,
    EventKind,
    Issue,
    Outcome,
    State,
    Voice,
)
from sekisho.support.messenger.waiting import waiting
from sekisho.support.queries import entitlements_of
from sekisho.support.types import Entitlements, Surface

NOT_FOUND = Text(
    "There is no such conversation, or it is not yours. Begin a new one.",
    "この会話は存在しないか、ご本人のものではありません。新しい会話を始めてください。",
)


def digest(secret: str) -> str:
    """Return under what a browser's secret is stored."""
    return hashlib.sha256(f"messenger visitor {secret}".encode()).hexdigest() if secret else ""


def owned_by(asker: Asker) -> Q:
    """Return the condition under which a conversation is the asker's own.

    One that a person began or has taken over is theirs alone; the browser's secret opens only what nobody owns.
    """
    mine = Q(pk=None)
    if asker.viewer.id:
        mine |= Q(person=asker.viewer.id)
    if asker.visitor:
        mine |= Q(person="", visitor=digest(asker.visitor))
    return mine


def current(asker: Asker) -> Conversation | None:
    """Return the conversation that goes on for this asker on this surface and account, the latest; None for none."""
    rows = Row.objects.filter(owned_by(asker), surface=asker.surface.value).exclude(state=State.ENDED.value)
    about = Q(organisation=asker.organisation) | Q(person="")
    row = rows.filter(about).order_by("-last_at", "-id").first()
    return view(row) if row else None


def mine(asker: Asker) -> tuple[Conversation, ...]:
    """Return all conversations of the asker, the latest first."""
    return tuple(view(row) for row in Row.objects.filter(owned_by(asker)).order_by("-last_at", "-id")[:50])


def conversation(asker: Asker, conversation_id: str) -> Conversation:
    """Return one conversation. Raises `NotFoundError` for another's too."""
    return view(_row(asker, conversation_id))


def events_after(asker: Asker, conversation_id: str, number: int = 0) -> tuple[Event, ...]:
    """Return what happened after the event `number`, the oldest first. Raises `NotFoundError`."""
    return since({_row(asker, conversation_id).id: number})[conversation_id]


def draft(asker: Asker, conversation_id: str) -> str:
    """Return what waits to be sent until its writer has signed in at the new host; empty for nothing."""
    row = _row(asker, conversation_id)
    return vault.open_draft(vault.keys_of([row.key]).get(row.key), row.id, bytes(row.draft))


def open_to(asker: Asker, at: datetime, organisation: str | None = None) -> Entitlements:
    """Return what is open to the asker at this moment (R-SUP-052)."""
    about = asker.organisation if organisation is None else organisation
    return entitlements_of(asker.viewer, about, asker.surface, at=at)[1]


def issues(asker: Asker, at: datetime) -> tuple[Issue, ...]:
    """Return the issues that the asker may pick (R-SUP-019)."""
    return offered(open_to(asker, at), asker.surface, is_signed_in=bool(asker.viewer.id))


# --- for streams: of many conversations at once, whose askers were checked before ---------------------------------
def versions(ids: Collection[str]) -> dict[str, int]:
    """Return the number of the last event of each of these conversations, in one query."""
    return dict(Row.objects.filter(id__in=list(ids)).values_list("id", "last_event"))


def since(marks: Mapping[str, int]) -> dict[str, tuple[Event, ...]]:
    """Return what happened in each conversation after the event that is named (id → number), in two queries."""
    if not marks:
        return {}
    together: dict[int, list[str]] = defaultdict(list)
    for each, mark in marks.items():
        together[mark].append(each)
    newer = reduce(or_, (Q(conversation__in=ids, number__gt=mark) for mark, ids in together.items()))
    rows = list(_in_order(Entry.objects.filter(newer)))
    keys = vault.keys_of({row.conversation.key for row in rows})
    found: dict[str, list[Event]] = defaultdict(list)
    for row in rows:
        found[row.conversation_id].append(_event(row, keys))
    return {each: tuple(found[each]) for each in marks}


def _in_order(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    return rows.select_related("conversation").order_by("conversation", "number")


def _event(row: Entry, keys: Mapping[str, OpenKey]) -> Event:
    key = keys.get(row.conversation.key)
    text, facts = vault.open_(key, row.conversation_id, row.number, bytes(row.content))
    return Event(row.number, EventKind(row.kind), Voice(row.voice), text, facts, row.at)


# --- counting -----------------------------------------------------------------------------------------------------
def outcomes(begin: datetime, end: datetime) -> Counts:
    """Return what became of the conversations that ended in this time, and how many that began before its end wait to
    be answered now (R-SUP-150)."""
    rows = list(
        Row.objects.filter(outcome_at__gte=begin, outcome_at__lt=end).values_list(
            "outcome", "person", "issue", "outcome_at"
        )
    )
    counted = Counter(Outcome(row[0]) for row in rows)
    if waits := _waiting(end):
        counted[Outcome.PENDING] = waits
    again = sum(_came_back(*row[1:]) for row in rows if row[0] == Outcome.CONFIRMED)
    return Counts(dict(counted), again)


def _waiting(end: datetime) -> int:
    """Return how many people still wait in a conversation that began before `end`."""
    handed = ~Q(case="") | Q(entries__kind=EventKind.RELAYED.value)
    rows = Row.objects.filter(Q(answering__gt=0) | handed, outcome_at=None, started_at__lt=end)
    return len(waiting(list(rows.distinct())))


def _came_back(person: str, issue: str, ended_at: datetime | None) -> bool:
    if not person or ended_at is None:
        return False  # a visitor cannot be recognised, and is not
    later = Row.objects.filter(person=person, issue=issue, started_at__gt=ended_at)
    return returned(ended_at, list(later.values_list("started_at", flat=True)))


# --- rows to values -----------------------------------------------------------------------------------------------
def _row(asker: Asker, conversation_id: str) -> Row:
    row = Row.objects.filter(owned_by(asker), id=conversation_id).first()
    if row is None:
        raise NotFoundError("conversation_not_found", NOT_FOUND)
    return row


def view(row: Row) -> Conversation:
    return Conversation(
        id=row.id,
        reference=row.reference,
        surface=Surface(row.surface),
        organisation=row.organisation,
        person=row.person,
        language=as_lang(row.language),
        state=State(row.state),
        issue=row.issue,
        case=row.case,
        case_reference=row.case_reference,
        last_event=row.last_event,
        started_at=row.started_at,
        asked_for_people=row.asked_for_people,
        failures=row.failures,
    )
