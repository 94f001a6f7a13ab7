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
