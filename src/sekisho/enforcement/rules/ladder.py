"""The ladder: what violations add up to, how standing recovers, and who may decide what.

    points   0 ─────── notice ─────── warning ─────── throttle ─────── suspension ─────── termination
    who      ·         automation     automation      automation       a person           two people
                                                                       (24 h: automation, hard clauses only)

Three thoughts hold it together (P-060):

1. **A strike is worth what it weighs, for a while.** weight × severity × intent × confidence; after the
window it
   counts nothing. So a person who stops violating recovers at an hour that can be told in advance.
2. **The machine may be quick, but not final.** Automation may tell, warn and throttle. Under a hard clause it
may
   suspend at once, for 24 hours, in which a person must look; past them the suspension stands only if a
   person said so.
3. **What the strikes call for and what is in force are two things.** The distance between them is the work
that
   waits for people.

`docs/rules/ladder.md` holds the table that the tests run.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

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

DEFAULT_LADDER = Ladder()

AUTOMATION = Decider()
"""Nobody: a rule acted alone."""


def standing_after(strikes: Iterable[Strike], at: datetime, ladder: Ladder = DEFAULT_LADDER) -> Standing:
    """Return how a unit with these strikes stands at the moment `at`, and why.

    Strikes may come in any order; one that comes twice counts once, and one later than `at` not yet. Adding a
    strike never betters the standing; time alone never worsens it.
    """
    counted = _counted(strikes, at, ladder)
    in_force, called = _rungs(counted, at, ladder)
    return Standing(
        rung=in_force,
        calls_for=called,
        points=sum(each.points for each in counted),
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


def _counted(strikes: Iterable[Strike], at: datetime, ladder: Ladder) -> tuple[Counted, ...]:
    window = timedelta(days=ladder.window_days)
    once = {strike.id: strike for strike in strikes}
    current = [strike for strike in once.values() if strike.at <= at < strike.at + window]
    return tuple(
        Counted(strike, points_of(strike), strike.at + window)
        for strike in sorted(current, key=lambda strike: (strike.at, strike.id))
    )


def _rungs(counted: Iterable[Counted], at: datetime, ladder: Ladder) -> tuple[Rung, Rung]:
    """Return the rung in force by rule alone, and the one that the strikes call for."""
    live = [each for each in counted if at < each.until]
    called = _rung_at(sum(each.points for each in live), ladder)
    if _suspended_at_once_until(live, at, ladder):
        return Rung.SUSPENSION, max(called, Rung.SUSPENSION)
    return min(called, Rung.THROTTLE), called


def _rung_at(points: int, ladder: Ladder) -> Rung:
    steps = [Rung.NOTICE, Rung.WARNING, Rung.THROTTLE, Rung.SUSPENSION, Rung.TERMINATION]
    return max((rung for rung in steps if points >= getattr(ladder, rung.word)), default=Rung.GOOD)


def _suspended_at_once_until(counted: Iterable[Counted], at: datetime, ladder: Ladder) -> datetime | None:
    ends = (each.strike.at + _at_once(ladder) for each in counted if each.strike.hard)
    return max((end for end in ends if at < end), default=None)


def _recovers_at(counted: tuple[Counted, ...], at: datetime, ladder: Ladder) -> datetime | None:
    """Return the first moment at which something ends and a rung falls with it."""
    hard_ends = {each.strike.at + _at_once(ladder) for each in counted if each.strike.hard}
    moments = sorted({each.until for each in counted} | {end for end in hard_ends if end > at})
    today = _rungs(counted, at, ladder)
    return next((moment for moment in moments if _rungs(counted, moment, ladder) != today), None)


def _at_once(ladder: Ladder) -> timedelta:
    return timedelta(hours=ladder.automatic_suspension_hours)
