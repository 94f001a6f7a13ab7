"""Where a connector may go from where it stands, and who takes it there.

    draft ─▶ submitted ─▶ listed ◀──▶ suspended
               ▲            │ ▲           │
               │ registers  ▼ │ looked at │
               └───────── changed        ▼
    from anywhere ─────────────────▶ delisted

The table in `docs/rules/connectors.md` is the one that the test of this file runs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sekisho.connectors.checklist import ITEMS
from sekisho.connectors.types import Allowed, Finding, Listing, Refused

L = Listing
MOVES: dict[Listing, frozenset[Listing]] = {
    L.DRAFT: frozenset({L.SUBMITTED, L.DELISTED}),
    L.SUBMITTED: frozenset({L.DRAFT, L.LISTED, L.DELISTED}),
    L.LISTED: frozenset({L.CHANGED, L.SUSPENDED, L.DELISTED}),
    L.CHANGED: frozenset({L.LISTED, L.SUSPENDED, L.DELISTED}),
    L.SUSPENDED: frozenset({L.LISTED, L.DELISTED}),
    L.DELISTED: frozenset(),
}


def may_move(now: Listing, wanted: Listing) -> Allowed | Refused:
    return Allowed() if wanted in MOVES[now] else Refused("not_from_here")


def may_submit(answered: Collection[str], has_descriptor: bool) -> Allowed | Refused:
    """Return whether whoever registered it may hand it in: every item confirmed, and the server seen once."""
    if not has_descriptor:
        return Refused("never_fetched")
    return Allowed() if set(answered) >= ITEMS else Refused("checklist_incomplete")


def may_list(
    findings: Iterable[Finding], accepted: Collection[str], lister: str, registered_by: str
) -> Allowed | Refused:
    """Return whether `lister` may list it: another person than who registered it, and no grave finding left open."""
    if lister == registered_by:
        return Refused("own_connector")
    if any(one.is_grave and name_of(one) not in accepted for one in findings):
        return Refused("grave_findings_open")
    return Allowed()


def name_of(finding: Finding) -> str:
    """Return by what a finding is accepted: a new place or another code is a new finding."""
    return f"{finding.code} {finding.where}"
