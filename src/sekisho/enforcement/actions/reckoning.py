"""Strikes as rows: what each comes to is written beside it, so that a standing is read from a few of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import timedelta

from django.db.models import QuerySet

from sekisho.enforcement.models import Bearer, Strike
from sekisho.enforcement.queries.strikes import as_reckoned, living
from sekisho.enforcement.rules.ladder import points_of
from sekisho.enforcement.rules.reckoning import begin_of_hour, is_told, reckoned
from sekisho.enforcement.types import Intent, Ladder
from sekisho.enforcement.types import Strike as Reckoned

WRITTEN = ("intent", "points", "last_at", "told")
ROWS_A_STATEMENT = 400


def reckon_new(bearer: Bearer, fresh: Collection[Strike], ladder: Ladder) -> None:
    """Reckon strikes that were just stored, and what they change of those before and after them.

    Reads few rows, however many there are: those that came later (entries may arrive out of order), the one that
    stands for the same text, and what was told in time to be known. It comes to what `reckon_all` comes to.
    """
    for clause in {row.clause for row in fresh}:
        mine = [row for row in fresh if row.clause == clause]
        first, last = min(row.at for row in mine), max(row.at for row in mine)
        around = living(bearer).filter(clause=clause)
        later = list(around.filter(at__gte=first))
        last = max([last, *(row.at for row in later)])
        same = around.filter(points__gt=0, at__gte=begin_of_hour(first), at__lt=first)
        same_text = list(same.filter(text__in={row.text for row in later if row.text}))
        known = _told_before(around, later, ladder)
        _write(
            [*later, *same_text], [*map(_unreckoned, later), *map(as_reckoned, (*same_text, *known))], ladder
        )


def reckon_all(bearer: Bearer, ladder: Ladder) -> None:
    """Reckon everything anew: after one was taken away, or under other numbers."""
    rows = list(living(bearer))
    _write(rows, list(map(_unreckoned, rows)), ladder)


def _told_before(around: QuerySet[Strike], later: Collection[Strike], ladder: Ladder) -> list[Strike]:
    """What was told in time for the later ones to be made knowingly: the last in time for the first of them, and
    any that came in time for the others alone."""
    if not later:
        return []
    first, last = min(row.at for row in later), max(row.at for row in later)
    wait = timedelta(minutes=ladder.knowing_after_minutes)
    told = around.filter(told=True, at__lt=first)
    before = list(told.filter(at__lte=first - wait).order_by("-at")[:1])
    return before if first == last else [*before, *told.filter(at__gt=first - wait, at__lte=last - wait)]


def _unreckoned(row: Strike) -> Reckoned:
    """The strike as it came, before anything was made of it."""
    return replace(as_reckoned(row), intent=Intent(row.said_intent), last_at=None)


def _write(rows: Iterable[Strike], strikes: Iterable[Reckoned], ladder: Ladder) -> None:
    counting = {strike.id: strike for strike in reckoned(strikes, ladder)}
    changed = [row for row in rows if _has_changed(row, counting.get(row.id), ladder)]
    Strike.objects.bulk_update(changed, WRITTEN, batch_size=ROWS_A_STATEMENT)


def _has_changed(row: Strike, strike: Reckoned | None, ladder: Ladder) -> bool:
    """Set what the strike comes to, and return whether it was otherwise before."""
    before = tuple(getattr(row, name) for name in WRITTEN)
    row.intent = strike.intent if strike else row.said_intent
    row.points = points_of(strike) if strike else 0
    row.last_at = (strike.last_at or strike.at) if strike else row.at
    row.told = is_told(_unreckoned(row), ladder)
    return before != tuple(getattr(row, name) for name in WRITTEN)
