"""Reads of rights, viewer first."""

from __future__ import annotations

from sekisho.records.rights.queries.accesses import accesses
from sekisho.records.rights.queries.grants import (
    content_for_ticket,
    grants,
    grants_of_ticket,
    turns_for_ticket,
)
from sekisho.records.rights.queries.previews import preview_of_account
from sekisho.records.rights.queries.requests import (
    members_may_export,
    own_requests,
    request,
    requests,
    requests_of,
)

__all__ = [
    "accesses",
    "content_for_ticket",
    "grants",
    "grants_of_ticket",
    "members_may_export",
    "own_requests",
    "preview_of_account",
    "request",
    "requests",
    "requests_of",
    "turns_for_ticket",
]
