"""Which cases have come to the end of their time (R-SUP-147): asked by the duty, and by who wants to know before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from sekisho.cases.models import Case
from sekisho.cases.rules.retention import LEGAL_YEARS, ORDINARY_MONTHS, Keeping
from sekisho.records.queries import calendar_at
from sekisho.records.retention.queries import holds_in_force
from sekisho.records.rules.calendar_time import months_after


@dataclass(frozen=True, slots=True)
class Ending:
    """What would go at this moment."""

    words: int
    """Cases whose words would become unreadable."""
    rows: int
    """Cases of which nothing would be left."""
    held: int
    """Cases past their time that a legal hold keeps."""


def ending(at: datetime) -> Ending:
    """Return what is past its time at the moment `at`, and changes nothing: the dry run."""
    past = words_past(at) | rows_past(at)
    return Ending(
        words=unheld(words_past(at), at).count(),
        rows=unheld(rows_past(at), at).count(),
        held=past.count() - unheld(past, at).count(),
    )


def words_past(at: datetime) -> QuerySet[Case]:
    """Return settled cases whose words are past their time and are still there."""
    ordinary = Q(keeping=Keeping.ORDINARY.value, settled_at__lte=at - calendar_at(at).tickets)
    legal = Q(keeping=Keeping.LEGAL.value, settled_at__lte=months_after(at, -12 * LEGAL_YEARS))
    return Case.objects.filter(ordinary | legal, words_ended_at=None)


def rows_past(at: datetime) -> QuerySet[Case]:
    """Return settled cases of which nothing is to be left."""
    ordinary = Q(keeping=Keeping.ORDINARY.value, settled_at__lte=months_after(at, -ORDINARY_MONTHS))
    legal = Q(keeping=Keeping.LEGAL.value, settled_at__lte=months_after(at, -12 * LEGAL_YEARS))
    return Case.objects.filter(ordinary | legal, words_ended_at__isnull=False)


def unheld(rows: QuerySet[Case], at: datetime) -> QuerySet[Case]:
    """Leave out what a legal hold on an organisation, or on somebody in it, keeps (R-DATA-117)."""
    for hold in holds_in_force(at):
        if not (hold.end_user or hold.conversation):
            who = {"requester": hold.member} if hold.member else {}
            rows = rows.exclude(organisation=hold.organisation, **who)
    return rows
