"""For what somebody reads content: the tag on every reading (R-DATA-102). No Django."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Purpose(StrEnum):
    """Why content is read. The words are stored in the audit log: they never change."""

    REVIEW = "review"
    """A reviewer looks at a decision or a report."""
    APPEAL = "appeal"
    HOLD = "hold"
    """A registered professional decides on a held answer."""
    BACKTEST = "backtest"
    """A draft of the policy is tried over stored traffic."""
    LABELS = "labels"
    """What reviewers found is exported for the detectors' next training."""
    SUPPORT = "support"
    """Somebody answers a ticket, with the subject's grant for it (R-DATA-238)."""
    EXPORT = "export"
    """The subject's own copy (R-DATA-235)."""


class Use(StrEnum):
    """What a purpose amounts to, as the promise about long-kept content names it."""

    SECURITY = "security"
    MODEL = "model"
    SERVICE = "service"
    SUBJECT = "subject"
    """The subject reads what is theirs: no promise to them is against it."""


USES: Mapping[Purpose, Use] = {
    Purpose.REVIEW: Use.SECURITY,
    Purpose.APPEAL: Use.SECURITY,
    Purpose.HOLD: Use.SECURITY,
    Purpose.BACKTEST: Use.SECURITY,
    Purpose.LABELS: Use.MODEL,
    Purpose.SUPPORT: Use.SERVICE,
    Purpose.EXPORT: Use.SUBJECT,
}
