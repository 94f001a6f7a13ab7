"""Slow burn: what stays below the line each time, about one clause, by one unit, over days (P-045). Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sekisho.enforcement.conduct.types import Concern


@dataclass(frozen=True, slots=True)
class BurnNumbers:
    """Our decision: P-045 asks for slow-burn intent and names no number."""

    half_life: timedelta = timedelta(days=7)
    window: timedelta = timedelta(days=42)
    """Older ones count nothing: after six half-lives, hardly anything is left."""
    sum: int = 4000
    """Thousandths: four sure ones today, or eight half sure ones."""
    days: int = 3
    """Different days (UTC): an afternoon of research is none."""
    conversations: int = 3


BURN = BurnNumbers()


@dataclass(frozen=True, slots=True)
class Burn:
    """What added up."""

    sum: int
    days: int
    conversations: int
    decisions: tuple[str, ...]
    """The latest first, ten at most."""


def burn(concerns: Iterable[Concern], at: datetime, numbers: BurnNumbers = BURN) -> Burn | None:
    """Return what one unit's concerns about one clause add up to at `at`, None below the line.

    Only what was let pass counts: what was stopped is a matter of strikes. A decision counts once, and concerns may
    come in any order. Time alone never brings it about.
    """
    once = {one.decision: one for one in concerns if not one.acted}
    counting = [one for one in once.values() if at - numbers.window < one.at <= at]
    total = sum(_worth(one, at, numbers) for one in counting)
    days = {one.at.astimezone(UTC).date() for one in counting}
    talks = {one.conversation or one.decision for one in counting}
    if total < numbers.sum or len(days) < numbers.days or len(talks) < numbers.conversations:
        return None
    latest = sorted(counting, key=lambda one: (one.at, one.decision), reverse=True)
    return Burn(total, len(days), len(talks), tuple(one.decision for one in latest[:10]))


def _worth(concern: Concern, at: datetime, numbers: BurnNumbers) -> int:
    """Whole thousandths, so that no order of adding makes a difference."""
    age = (at - concern.at) / numbers.half_life
    return round(concern.milli * math.exp2(-age))
