"""Conversations that go on under a consent which their earlier turns did not have (R-DATA-016)."""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts.types import Viewer
from sekisho.records.consent.queries.choices import choice, movable
from sekisho.records.consent.types import Answer, Movable
from sekisho.records.models import Turn
from sekisho.records.queries import calendar_at, events_of
from sekisho.records.queries.clocks import facts
from sekisho.records.rules import eligible
from sekisho.records.types import Ineligible

LATEST = 100
"""So many of the latest conversations are looked through."""


def includable(viewer: Viewer, account: str, at: datetime) -> tuple[Movable, ...]:
    """Return the conversations of the viewer's own account whose earlier turns only a word of theirs keeps out of
    training, newest first; `turns` counts those. None while they do not allow training at all.

    Raises `NotFoundError` for an account that is not theirs alone.
    """
    found = movable(viewer, account, at)[:LATEST]
    if choice(viewer, account, at).answer is not Answer.ALLOW:
        return ()
    events, calendar = events_of(account), calendar_at(at)
    rows = Turn.objects.filter(conversation__in=[one.id for one in found], has_content=True)
    waiting: dict[str, int] = {}
    for turn in facts(list(rows.values_list("id", flat=True))).values():
        answer = eligible(turn, events, calendar, at)
        if isinstance(answer, Ineligible) and answer.reason == "before_current_consent":
            waiting[turn.conversation] = waiting.get(turn.conversation, 0) + 1
    return tuple(
        Movable(one.id, one.began_at, one.last_at, waiting[one.id]) for one in found if one.id in waiting
    )
