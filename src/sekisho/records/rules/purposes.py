"""For what content may be read that is kept for years (R-DATA-102)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sekisho.records.types.purposes import USES, Purpose, Use

LONG_KEPT = frozenset({Use.SECURITY, Use.MODEL, Use.SUBJECT})
"""What long-kept content may be read for. Source: R-DATA-102 (development of models, improvement of security); and its
own subject, whose right it is."""


def may_read(
    purpose: Purpose, received_at: datetime, deadline: datetime | None, standard: timedelta, at: datetime
) -> bool:
    """Return whether a turn may be read for the purpose at the moment `at`.

    Once the standard time is over, only the subject's consent to training keeps a turn: it was given for models and
    security, so support does not read it any more, not even with a grant. The last instant of the standard time is
    within it.
    """
    ends = received_at + standard
    is_long_kept = deadline is not None and deadline > ends and at > ends
    return not is_long_kept or USES[purpose] in LONG_KEPT
