"""Which version of the calendar a turn falls under: the one at its receipt, and every later one that is stricter
(R-DATA-111, R-DATA-124). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sekisho.records.types import Calendar

MORE_IS_STRICTER = frozenset({"programme_start", "notice"})
"""Every other number and moment of a calendar is the stricter the smaller it is."""
NUMBERS = tuple(one.name for one in fields(Calendar) if one.name not in {"version", "effective_at", "before"})
"""The names of what a calendar states."""


def versions_of(calendar: Calendar, received_at: datetime) -> tuple[Calendar, ...]:
    """Return the versions that bear on a turn received at that moment, oldest first: the one then in force, and those
    that came after it. Never empty: before the first version, the first holds."""
    found = [calendar]
    while found[-1].effective_at > received_at and found[-1].before is not None:
        found.append(found[-1].before)
    return tuple(reversed(found))


def lineage(calendar: Calendar) -> tuple[Calendar, ...]:
    """Return the version and all that came before it, oldest first."""
    return (*lineage(calendar.before), calendar) if calendar.before else (calendar,)


def in_force(calendar: Calendar, at: datetime) -> Calendar:
    """Return the version in force at the moment `at`; before the first, the first."""
    return versions_of(calendar, at)[0]


def strictest(versions: Sequence[Calendar]) -> Calendar:
    """Return the last of the versions with, for each number, the strictest that any of them states."""
    numbers: dict[str, Any] = {name: _strictest(name, versions) for name in NUMBERS}
    return replace(versions[-1], **numbers)


def changed(old: Calendar, new: Calendar) -> tuple[str, ...]:
    """Return the names of the numbers in which the two differ."""
    return tuple(name for name in NUMBERS if getattr(old, name) != getattr(new, name))


def loosened(old: Calendar, new: Calendar) -> tuple[str, ...]:
    """Return the names of the numbers that the new version makes less strict: such a version takes two people, holds
    for later turns only, and is announced (R-DATA-124)."""
    return tuple(name for name in changed(old, new) if _strictest(name, (old, new)) != getattr(new, name))


def _strictest(name: str, versions: Sequence[Calendar]) -> Any:
    choose = max if name in MORE_IS_STRICTER else min
    return choose(getattr(one, name) for one in versions)
