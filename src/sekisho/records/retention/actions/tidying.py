"""Remove the rows of what was destroyed, gently: they say nothing any more, and go within a day (R-DATA-113)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import TruncDate

from sekisho.records import partitions
from sekisho.records.keystore import actions as keystore
from sekisho.records.models import Block, Conversation, Turn
from sekisho.records.partitions import Partition
from sekisho.records.queries import calendar_at
from sekisho.records.retention import due
from sekisho.records.retention.actions.destroying import remove_rows
from sekisho.records.retention.models import Fallen
from sekisho.records.retention.rules import QUIET

TURNS_AT_ONCE = 4_000
CONVERSATIONS_AT_ONCE = 400
SPARE = timedelta(hours=4)
"""How long before the rows have to be gone those are removed one by one that went with no partition."""


def drop_partitions(at: datetime) -> list[str]:
    """Drop the whole days of which nobody can read anything any more, and return their names; none on SQLite. Never in
    a transaction."""
    today = at.astimezone(UTC).date()
    ended = [one for one in partitions.attached() if one.pending or one.end <= today]
    stuck = _days_with_overdue(at) if ended else frozenset()
    over = [one for one in ended if one.pending or not (_lives_in(one, at) or _is_any_in(one, stuck))]
    return [one.table for one in over if partitions.drop(one)]


def _days_with_overdue(at: datetime) -> frozenset[date]:
    """Return the days of receipt of what is past its deadline and can still be read, as under a legal hold."""
    days = due.past_deadline(at).annotate(day=TruncDate("received_at", tzinfo=UTC))
    return frozenset(days.values_list("day", flat=True).distinct().order_by())


def _is_any_in(one: Partition, days: Iterable[date]) -> bool:
    return any(one.first <= day < one.end for day in days)


def _lives_in(one: Partition, at: datetime) -> bool:
    """Whether anything in the partition has time left. Of a day that is over, turns say it without their content."""
    first, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (one.first, one.end))
    days = Turn.objects.filter(has_content=True, received_at__gte=first, received_at__lt=end)
    living = days.filter(Q(deadline_at__gt=at) | Q(deadline_at=None))
    return (
        living.exists()
        and living.filter(
            content__content_class=one.content_class.value,
            content__day__gte=one.first,
            content__day__lt=one.end,
        ).exists()
    )


def tidy(at: datetime, most: int) -> int:
    """Remove rows of up to `most` turns whose keys are destroyed, oldest first, and return how many rows went.

    On PostgreSQL they first have until shortly before their time is over to go with a whole day.
    """
    by_day = connection.vendor == "postgresql"
    before = at - (calendar_at(at).rows - SPARE) if by_day else at
    removed, turns = 0, 0
    passed: set[str] = set()
    while turns < most:
        names = list(
            Fallen.objects.filter(at__lte=before)
            .exclude(conversation__in=passed)
            .order_by("at", "conversation")
            .values_list("conversation", flat=True)[:CONVERSATIONS_AT_ONCE]
        )
        if not names:
            break
        rows, took, waiting = _tidy_some(names, at)
        removed, turns = removed + rows, turns + max(took, 1)
        passed |= waiting
    return removed


@transaction.atomic
def _tidy_some(names: list[str], at: datetime) -> tuple[int, int, set[str]]:
    """Return how many rows and turns were dealt with, and which conversations are not to be asked for again now."""
    mine = list(Fallen.objects.filter(conversation__in=names).select_for_update(skip_locked=True))
    turns, more = _turns_of(mine)
    removed = remove_rows(turns, at)
    waiting = set(names) - {one.conversation for one in mine}
    if not more:
        waiting |= _finish(mine, at)
    return removed, len(turns), waiting


def _turns_of(fallen: Sequence[Fallen]) -> tuple[list[str], bool]:
    """Return up to `TURNS_AT_ONCE` turns whose rows are to go, and whether there may be more."""
    through = {one.conversation: one.through for one in fallen}
    rows = Turn.objects.filter(conversation__in=list(through), has_content=True).order_by("received_at", "id")
    found = list(rows.values_list("id", "conversation", "received_at")[:TURNS_AT_ONCE])
    over = [name for name, conversation, at in found if conversation and at <= through[conversation]]
    return over, bool(over) and len(found) == TURNS_AT_ONCE


def _finish(fallen: Sequence[Fallen], at: datetime) -> set[str]:
    """Let go of conversations whose rows are gone; return those that were only cut and wait until their key can
    fall."""
    names = [one.conversation for one in fallen]
    rows = due.with_content().filter(conversation__in=names).values_list("conversation", flat=True)
    living = set(rows.distinct())
    cut = [one for one in fallen if not one.whole and one.conversation not in living]
    waiting = {one.conversation for one in cut if one.through >= at - QUIET}
    if ended := [one.conversation for one in cut if one.conversation not in waiting]:
        keystore.destroy_conversation_keys(ended, at)
    # marks made with a key that is gone mean nothing
    Block.objects.filter(conversation__in=[name for name in names if name not in living | waiting]).delete()
    for one in fallen:
        if one.whole and one.conversation in living:
            Block.objects.filter(conversation=one.conversation, turn__received_at__lte=one.through).delete()
    Fallen.objects.filter(conversation__in=[name for name in names if name not in waiting]).delete()
    return waiting


def forget_empty(at: datetime, most: int) -> int:
    """Remove conversations of which no turn is left, and return how many."""
    names = Conversation.objects.filter(turns=None, started_at__lt=at - QUIET).order_by("id")[:most]
    rows = Conversation.objects.filter(id__in=list(names.values_list("id", flat=True)), turns=None)
    Block.objects.filter(conversation__in=rows).delete()
    return rows.delete()[0]
