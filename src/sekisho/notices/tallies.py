"""How long people waited to be told, for reports (P-072). Without a viewer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sekisho.notices.models import Delivery
from sekisho.notices.types import Stage

AT_ONCE = 500


def waits(kind: str, abouts: Collection[str]) -> dict[str, timedelta]:
    """Return how long after the notice the first mail about each of these was taken by a server.

    What went by no mail, as to end users, is not among them: that was told at once.
    """
    found: dict[str, timedelta] = {}
    ids = sorted(abouts)
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE]
        sent = Delivery.objects.filter(
            notice__kind=kind, notice__about__in=some, stage=Stage.SENT.value, done_at__isnull=False
        )
        for about, told_at, done_at in sent.values_list("notice__about", "notice__at", "done_at"):
            assert done_at is not None  # the filter says so
            wait = done_at - told_at
            found[about] = min(found.get(about, wait), wait)
    return found
