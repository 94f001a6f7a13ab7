"""Contract exceptions at a moment, for the transparency report (P-072). Without a viewer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from sekisho.base.facts import Fact
from sekisho.policy.models import PolicyException


def exceptions(at: datetime) -> Iterator[Fact]:
    """Yield every exception that was in effect at the moment `at`: for one clause, or for several."""
    approved = PolicyException.objects.filter(approved_at__lte=at, expires_at__gt=at)
    for row in approved.filter(Q(revoked_at=None) | Q(revoked_at__gt=at)).order_by("id"):
        yield Fact(row.id, ("one_clause" if len(row.clauses) == 1 else "several_clauses",))
