"""What a unit's violations come to: the same text once an hour, and more where somebody knew. Pure.

    A ── told ──── an hour ────▶ B, same clause: knowing, counts double
    A A A A ── one hour of the clock, same text, same clause ── counts once, as its gravest, from the last

Both depend on nothing but the violations themselves, never on what happened to be done about them. So to take one away
and reckon again gives exactly what would stand had it never been (P-062). One more never lowers the sum, either: why
the hour is the clock's, and not one that begins with the first of them, is that then it would not be so.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sekisho.enforcement.rules.ladder import DEFAULT_LADDER, points_of
from sekisho.enforcement.types import Intent, Ladder, Strike

SAME_TEXT = timedelta(hours=1)
"""How long the same text under the same clause counts once: a client that tries again and again is one violation."""


def reckoned(strikes: Iterable[Strike], ladder: Ladder = DEFAULT_LADDER) -> tuple[Strike, ...]:
    """Return the strikes that count, each with its intent and the last moment at which it was repeated.

    In the order of time; one that comes twice counts once. Hand them to `standing_after`.
    """
    once = {strike.id: strike for strike in strikes}
    in_time = sorted(once.values(), key=lambda strike: (strike.at, strike.id))
    grouped: dict[object, list[Strike]] = defaultdict(list)
    for strike in _with_intent(in_time, ladder):
        grouped[hour_of_text(strike)].append(strike)
    return tuple(sorted(map(_gravest, grouped.values()), key=lambda strike: (strike.at, strike.id)))


def is_told(strike: Strike, ladder: Ladder) -> bool:
    """Return whether the strike brings a notice by itself, so that another under its clause is made knowingly."""
    return points_of(replace(strike, intent=Intent.UNCLEAR)) >= ladder.notice


def hour_of_text(strike: Strike) -> object:
    """Return what strikes share of which only one counts."""
    if not strike.text:
        return strike.id
    return strike.clause, strike.text, begin_of_hour(strike.at)


def begin_of_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _with_intent(in_time: Iterable[Strike], ladder: Ladder) -> Iterator[Strike]:
    told: dict[str, list[datetime]] = defaultdict(list)
    for strike in in_time:
        yield replace(strike, intent=Intent.KNOWING) if _knew(strike, told[strike.clause], ladder) else strike
        if is_told(strike, ladder):
            insort(told[strike.clause], strike.at)


def _knew(strike: Strike, told: list[datetime], ladder: Ladder) -> bool:
    before = bisect_right(told, strike.at - timedelta(minutes=ladder.knowing_after_minutes))
    return before > 0 and told[before - 1] > strike.at - timedelta(days=ladder.window_days)


def _gravest(repeated: list[Strike]) -> Strike:
    """Of the same text within an hour: the gravest, counting from the last."""
    chosen = max(repeated, key=points_of)
    last = max(one.last_at or one.at for one in repeated)
    return replace(chosen, last_at=last) if last > chosen.at else chosen
