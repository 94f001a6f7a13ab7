"""Reads of cases. The viewer comes first; what they may not see is "not found"."""

from __future__ import annotations

from sekisho.cases.queries.cases import (
    by_reference,
    case,
    cases_of,
    changes,
    clocks,
    deliveries,
    linked,
    own_case,
)
from sekisho.cases.queries.contacts import case_of_contact, contact_path
from sekisho.cases.queries.messages import enclosure, messages
from sekisho.cases.queries.office import office, promise
from sekisho.cases.queries.queue import EVERYTHING, QueueCounts, QueueFilter, QueuePage, counts, queue

__all__ = [
    "EVERYTHING",
    "QueueCounts",
    "QueueFilter",
    "QueuePage",
    "by_reference",
    "case",
    "case_of_contact",
    "cases_of",
    "changes",
    "clocks",
    "contact_path",
    "counts",
    "deliveries",
    "enclosure",
    "linked",
    "messages",
    "office",
    "own_case",
    "promise",
    "queue",
]
