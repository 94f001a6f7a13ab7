"""Shares over days: traffic like an undeclared domain (P-023), conduct that grows worse (P-063). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sekisho.enforcement.conduct.types import DayCount


@dataclass(frozen=True, slots=True)
class UndeclaredNumbers:
    """Our decision: P-023 says "keeps looking like" and names no number."""

    window_days: int = 14
    turns: int = 30
    """Requests about the domain: fewer are an employee's own question."""
    share_percent: int = 20
    """Of all requests of the key."""
    days: int = 3
    """Different days."""
    again_days: int = 30
    """How long the organisation is left in peace after a notice."""


UNDECLARED = UndeclaredNumbers()


@dataclass(frozen=True, slots=True)
class LooksLike:
    """A key's traffic looks like a domain."""

    domain: str
    turns: int
    of: int
    days: int


def looks_like(
    domains: Mapping[str, Mapping[date, int]],
    turns: Mapping[date, int],
    declared: str,
    today: date,
    numbers: UndeclaredNumbers = UNDECLARED,
) -> tuple[LooksLike, ...]:
    """Return the undeclared domains that one key's traffic keeps looking like, the most frequent first.

    `domains` and `turns` count its requests a day; `declared` is the domain of its declaration, or empty. Days
    before the window, and after today, do not count.
    """
    since = today - timedelta(days=numbers.window_days - 1)
    of = sum(count for day, count in turns.items() if since <= day <= today)
    found = []
    for domain, counts in domains.items():
        seen = {day: count for day, count in counts.items() if since <= day <= today and count}
        some = LooksLike(domain, sum(seen.values()), of, len(seen))
        if domain != declared and _is_much(some, numbers):
            found.append(some)
    return tuple(sorted(found, key=lambda one: (-one.turns, one.domain)))


def _is_much(seen: LooksLike, numbers: UndeclaredNumbers) -> bool:
    share = 100 * seen.turns >= numbers.share_percent * seen.of
    return share and seen.turns >= numbers.turns and seen.days >= numbers.days


@dataclass(frozen=True, slots=True)
class RisingNumbers:
    """Our decision: P-063 asks that the organisation sees it first, and names no number."""

    recent_days: int = 7
    before_days: int = 28
    acted: int = 20
    """Requests in which the gate acted: fewer are chance."""
    share_percent: int = 2
    times: int = 3
    """The share of the recent days, as so many times that of the days before."""
    again_days: int = 14


RISING = RisingNumbers()


@dataclass(frozen=True, slots=True)
class Rising:
    """Requests in which the gate acted, and all of them, in the recent days and in those before."""

    acted: int
    turns: int
    acted_before: int
    turns_before: int


def rising(days: Iterable[DayCount], today: date, numbers: RisingNumbers = RISING) -> Rising | None:
    """Return how an organisation's share of stopped requests has risen, None where it has not, or not by enough."""
    recent_from = today - timedelta(days=numbers.recent_days - 1)
    before_from = recent_from - timedelta(days=numbers.before_days)
    known = list(days)
    recent = [one for one in known if recent_from <= one.day <= today]
    before = [one for one in known if before_from <= one.day < recent_from]
    seen = Rising(
        sum(one.acted for one in recent),
        sum(one.turns for one in recent),
        sum(one.acted for one in before),
        sum(one.turns for one in before),
    )
    is_much = seen.acted >= numbers.acted and 100 * seen.acted >= numbers.share_percent * seen.turns
    # Cross-multiplied: whole numbers, and days without traffic divide nothing.
    has_risen = seen.acted * max(seen.turns_before, 1) >= numbers.times * seen.acted_before * seen.turns
    return seen if is_much and has_risen else None
