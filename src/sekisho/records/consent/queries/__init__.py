"""Reads of consent: each person sees their own; an organisation sees its settings and counts, never names."""

from __future__ import annotations

from sekisho.records.consent.queries.choices import (
    choice,
    consents_for_gateway,
    movable,
    no_longer_held,
    own_accounts,
    receipt,
    receipt_document,
    receipts,
    undecided,
    waits_for_choice,
)
from sekisho.records.consent.queries.earlier import includable
from sekisho.records.consent.queries.organisations import (
    keys_without_retention,
    own_parts,
    participations,
    partner,
    reminders_due,
    retention_for_gateway,
    settings,
    would_go,
    would_go_for_zero_retention,
)
from sekisho.records.consent.queries.policy import effective_for

__all__ = [
    "choice",
    "consents_for_gateway",
    "effective_for",
    "includable",
    "keys_without_retention",
    "movable",
    "no_longer_held",
    "own_accounts",
    "own_parts",
    "participations",
    "partner",
    "receipt",
    "receipt_document",
    "receipts",
    "reminders_due",
    "retention_for_gateway",
    "settings",
    "undecided",
    "waits_for_choice",
    "would_go",
    "would_go_for_zero_retention",
]
