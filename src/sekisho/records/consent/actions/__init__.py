"""Writes of consent: check, write the event, and tell whom it concerns."""

from __future__ import annotations

from sekisho.records.consent.actions.choosing import choose, end_where_nobody_may_hold

__all__ = ["choose", "end_where_nobody_may_hold"]
