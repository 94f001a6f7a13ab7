"""The ladder: what violations add up to, how standing recovers, and who may decide what.

    points   0 ─────── notice ─────── warning ─────── throttle ─────── suspension ─────── termination
    who      ·         automation     automation      automation       a person           two people
                                                                       (24 h: automation, hard clauses only)

Three thoughts hold it together (P-060):

1. **A strike is worth what it weighs, for a while.** weight × severity × intent × confidence; after the window it
   counts nothing. So a person who stops violating recovers at an hour that can be told in advance.
2. **The machine may be quick, but not final.** Automation may tell, warn and throttle. Under a hard clause it may
   suspend at once, for 24 hours, in which a person must look; past them the suspension stands only if a
   person said so.
3. **What the strikes call for and what is in force are two things.** The distance between them is the work
   that waits for people.

`docs/rules/ladder.md` holds the table that the tests run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from sekisho.enforcement.types import (
    Allowed,
    Counted,
    Decider,
    Ladder,
    Measure,
    Refused,
    Rung,
    Standing,
    Strike,
)
from sekisho.policy.types import Severity

DEFAULT_LADDER = Ladder()

AUTOMATION = Decider()
"""Nobody: a rule acted alone."""


def standing_after(strikes: Iterable[Strike], at: datetime, ladder: Ladder = DEFAULT_LADDER) -> Standing:
    """Return how a unit with these strikes stands at the moment `at`, and why.

    Strikes may come in any order; one that comes twice counts once, and one later than `at` not yet. Adding a
    strike never betters the standing; time alone never worsens it.
    """
    counted = _counted(strikes, at, ladder)
    points = sum(each.points for each in counted)
    in_force, called = _rungs(points, at, _suspended_at_once_until(counted, at, ladder), ladder)
    return Standing(
        rung=in_force,
        calls_for=called,
        points=points,
        because=counted,
        recovers_at=_recovers_at(counted, at, ladder),
        review_by=_suspended_at_once_until(counted, at, ladder),
    )


def points_of(strike: Strike) -> int:
    """Return what a strike is worth: weight × severity × intent × confidence, in hundredths (P-060).

    Whole numbers, so that the same strikes give the same standing on every machine and in every order.
    """
    return round(100 * strike.weight * strike.severity * strike.intent * strike.confidence)


def may_impose(
    measure: Measure, start: datetime, until: datetime | None, decider: Decider
) -> Allowed | Refused:
    """Return whether `decider` may take the measure from `start` to `until` (None: without end).

    Automation may throttle, and suspend for up to 24 hours; a longer suspension needs a person, termination
    needs two different ones. A suspension always has an end: one without it would be a termination by another
    name (P-060).
    """
    if until is not None and until <= start:
        return Refused("ends_before_it_begins")
    if measure is Measure.SUSPENDED:
        return _may_suspend(start, until, decider)
    if measure is Measure.TERMINATED and len(decider.people) < 2:
        return Refused("needs_two_people")
    return Allowed()


def _may_suspend(start: datetime, until: datetime | None, decider: Decider) -> Allowed | Refused:
    if until is None:
        return Refused("needs_end_date")
    if until > start + _at_once(DEFAULT_LADDER) and not decider.people:
        return Refused("needs_person")
    return Allowed()


def until_below(standing: Standing, rung: Rung, ladder: Ladder = DEFAULT_LADDER) -> datetime | None:
    """Return when the points alone no longer reach `rung` if no strike is added; None where they do not now."""
    lowest = getattr(ladder, rung.word)
    for moment, points in _falls(standing.because):
        if points < lowest:
            return moment if standing.points >= lowest else None
    return None


def organisation_after(
    strikes: Iterable[Strike], units: Iterable[datetime], at: datetime, ladder: Ladder = DEFAULT_LADDER
) -> Standing:
    """Return how an organisation stands with its own strikes and so many units in bad standing.

    `units` are the moments until which its end users and keys stand at a warning or worse. The few that the ladder
    spares never count, so that nobody sinks an organisation alone; each further one adds the same, however bad. By
    itself automation tells and warns an organisation and does no more: what stops it stops all its people (P-063).
    """
    bad = sorted(until for until in units if at < until)
    counting = bad[: max(0, len(bad) - ladder.spared_units)]
    shared = tuple(_of_unit(number, until, ladder) for number, until in enumerate(counting))
    counted = tuple(
        sorted((*_counted(strikes, at, ladder), *shared), key=lambda one: (one.until, one.strike.id))
    )
    points = sum(each.points for each in counted)
    called = _rung_at(points, ladder)
    return Standing(
        rung=min(called, Rung.WARNING),
        calls_for=called,
        points=points,
        because=counted,
        recovers_at=next((when for when, left in _falls(counted) if _rung_at(left, ladder) != called), None),
        review_by=None,
        units=len(bad),
    )


def _of_unit(number: int, until: datetime, ladder: Ladder) -> Counted:
    since = until - timedelta(days=ladder.window_days)
    strike = Strike(f"unit:{number}", since, "", Severity.LOW, ladder.unit_points / 100)
    return Counted(strike, ladder.unit_points, until)


def _counted(strikes: Iterable[Strike], at: datetime, ladder: Ladder) -> tuple[Counted, ...]:
    window = timedelta(days=ladder.window_days)
    once = {strike.id: strike for strike in strikes}
    current = [strike for strike in once.values() if strike.at <= at < _last(strike) + window]
    return tuple(
        Counted(strike, points_of(strike), _last(strike) + window)
        for strike in sorted(current, key=lambda strike: (strike.at, strike.id))
    )


def _last(strike: Strike) -> datetime:
    return strike.last_at or strike.at


def _falls(counted: Iterable[Counted]) -> Iterator[tuple[datetime, int]]:
    """Yield each moment at which something ends, in order, with the points that are left then."""
    ending = sorted((each.until, each.points) for each in counted)
    left = sum(points for _, points in ending)
    for moment, group in groupby(ending, key=itemgetter(0)):
        left -= sum(points for _, points in group)
        yield moment, left


def _rungs(points: int, at: datetime, hard_until: datetime | None, ladder: Ladder) -> tuple[Rung, Rung]:
    """Return the rung in force by rule alone, and the one that the strikes call for."""
    called = _rung_at(points, ladder)
    if hard_until is not None and at < hard_until:
        return Rung.SUSPENSION, max(called, Rung.SUSPENSION)
    return min(called, Rung.THROTTLE), called


def _rung_at(points: int, ladder: Ladder) -> Rung:
    return max((rung for rung in _STEPS if points >= getattr(ladder, rung.word)), default=Rung.GOOD)


_STEPS = (Rung.NOTICE, Rung.WARNING, Rung.THROTTLE, Rung.SUSPENSION, Rung.TERMINATION)


def _suspended_at_once_until(counted: Iterable[Counted], at: datetime, ladder: Ladder) -> datetime | None:
    ends = (_last(each.strike) + _at_once(ladder) for each in counted if each.strike.hard)
    return max((end for end in ends if at < end), default=None)


def _recovers_at(counted: tuple[Counted, ...], at: datetime, ladder: Ladder) -> datetime | None:
    """Return the first moment at which something ends and a rung falls with it."""
    hard_until = _suspended_at_once_until(counted, at, ladder)
    points = sum(each.points for each in counted)
    today = _rungs(points, at, hard_until, ladder)
    falls = [*_falls(counted)]
    if hard_until is not None:
        left = next((left for when, left in reversed(falls) if when <= hard_until), points)
        falls = sorted([*falls, (hard_until, left)], key=itemgetter(0))
    return next((when for when, left in falls if _rungs(left, when, hard_until, ladder) != today), None)


def _at_once(ladder: Ladder) -> timedelta:
    return timedelta(hours=ladder.automatic_suspension_hours)
