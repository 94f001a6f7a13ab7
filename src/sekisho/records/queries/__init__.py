"""Reads of records, viewer first."""

from __future__ import annotations

from sekisho.records.queries.history import calendar_at, events_of
from sekisho.records.queries.readings import log_reading
from sekisho.records.queries.turns import (
    PAGE,
    content_of,
    contents_of,
    gateways_seen,
    said_before,
    said_in,
    turn,
    turns,
    usage,
)

__all__ = [
    "PAGE",
    "calendar_at",
    "content_of",
    "contents_of",
    "events_of",
    "gateways_seen",
    "log_reading",
    "said_before",
    "said_in",
    "turn",
    "turns",
    "usage",
]
