"""What was found to be wrong, for those who remember it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from sekisho.enforcement.models import Overturn


def last_overturned() -> dict[str, datetime]:
    """Return, by organisation, when a decision about it was last overturned (P-062); for the snapshot: no viewer.

    What gateways remember from before that moment may rest on what was wrong.
    """
    rows = Overturn.objects.values_list("organisation").annotate(last=Max("at"))
    return dict(rows)


def overturned_since(since: datetime | None = None) -> frozenset[str]:
    """Return the decisions that were overturned since a moment, ever where there is none; for work by the clock: no
    viewer."""
    rows = Overturn.objects.filter(at__gte=since) if since else Overturn.objects.all()
    return frozenset(one for ids in rows.values_list("decisions", flat=True) for one in ids)
