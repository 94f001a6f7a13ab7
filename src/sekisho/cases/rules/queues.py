"""Who looks at which queue, and where a case is put. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import StaffRole, Viewer
from sekisho.cases.types import Kind, Queue

OF_ROLE: Mapping[StaffRole, frozenset[Queue]] = {
    StaffRole.SUPPORT: frozenset({Queue.SUPPORT}),
    StaffRole.BILLING: frozenset({Queue.BILLING}),
    StaffRole.REVIEWER: frozenset({Queue.SAFETY, Queue.MINORS}),
    StaffRole.LEGAL: frozenset({Queue.LEGAL, Queue.AUTHORITY}),
    StaffRole.PRIVACY: frozenset({Queue.PRIVACY}),
    StaffRole.IDENTITY: frozenset({Queue.IDENTITY}),
    StaffRole.APPEALS: frozenset({Queue.APPEALS}),
}
"""Which queues each role sees and answers. No role sees all: who decides about money does not see proof of who
somebody is (R-SUP-148), and orders of authorities are sealed (R-SUP-140)."""

BOUND: Mapping[Kind, frozenset[Queue]] = {
    Kind.AUTHORITY: frozenset({Queue.AUTHORITY}),
    Kind.APPEAL: frozenset({Queue.APPEALS}),
}
"""Kinds that stay where they are."""


def queues_of(viewer: Viewer) -> frozenset[Queue]:
    """Return the queues that this viewer sees; all for the system itself."""
    if viewer.is_system:
        return frozenset(Queue)
    seen = frozenset[Queue]().union(*(OF_ROLE.get(role, frozenset()) for role in viewer.staff))
    return seen if may(viewer, Permission.STAFF_ORDER_READ) else seen - {Queue.AUTHORITY}


def may_move(kind: Kind, queue: Queue) -> bool:
    """Return whether a case of this kind may be put there. The sealed queue takes nothing but orders."""
    return queue in BOUND[kind] if kind in BOUND else queue not in {Queue.AUTHORITY, Queue.APPEALS}
