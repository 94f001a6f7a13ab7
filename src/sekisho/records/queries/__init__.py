"""Reads of records, viewer first."""

from __future__ import annotations

from sekisho.records.queries.clocks import Stored, explain_turn, facts, timeline, trusted
from sekisho.records.queries.history import calendar_at, events_by_organisation, events_of
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
    "Stored",
    "calendar_at",
    "content_of",
    "contents_of",
    "events_by_organisation",
    "events_of",
    "explain_turn",
    "facts",
    "gateways_seen",
    "log_reading",
    "said_before",
    "said_in",
    "timeline",
    "trusted",
    "turn",
    "turns",
    "usage",
]
