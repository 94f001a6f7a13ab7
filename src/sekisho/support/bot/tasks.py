"""Timed work of the bot: numbers that were kept long enough are forgotten."""

from __future__ import annotations

from datetime import timedelta

from sekisho.base.clock import Clock, system_clock
from sekisho.support.bot.models import Tally, Use

EVERY_S = 3600.0
USE_LIVES = timedelta(days=2)
TALLIES_LIVE = timedelta(days=400)


def tend(clock: Clock = system_clock) -> None:
    """Forget whose use it was after two days, and counts after 400."""
    today = clock().date()
    Use.objects.filter(day__lt=today - USE_LIVES).delete()
    Tally.objects.filter(day__lt=today - TALLIES_LIVE).delete()
