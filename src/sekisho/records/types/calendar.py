"""The dates and numbers of data use: values of a signed, versioned file, never of code (R-DATA-018, R-DATA-124). No
Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Calendar:
    """One version of the calendar. Durations in days are of 86,400 s UTC; years are of the calendar (R-DATA-107)."""

    version: str
    """Such as `2025-08-28`."""
    effective_at: datetime
    """From when on it is in force."""
    programme_start: datetime
    """No turn received before it is ever used for training (R-DATA-011)."""
    choice_deadline: datetime
    """When those who had an account before the programme must have chosen (R-DATA-018)."""
    standard: timedelta
    """How long a turn lives (R-DATA-101, R-DATA-103)."""
    allowed_years: int
    """How many calendar years a turn lives for which training is allowed (R-DATA-100)."""
    grace: timedelta
    """How long sealed content lives at most after a withdrawal, where the standard time is over already
    (R-DATA-109)."""
    backlog: timedelta
    """How soon what was kept is destroyed after zero retention was switched on (R-DATA-139)."""
    partner_lapse_months: int
    """After how many calendar months participation in the partner program ends unless confirmed anew (R-DATA-053)."""
    rows: timedelta
    """How soon rows and partitions go after their key (R-DATA-113)."""
    content_backups: timedelta
    """How long backups of content exist (R-DATA-113)."""
    key_backups: timedelta
    """How long backups of the keystore exist (R-DATA-113)."""
    largest_step: timedelta
    """How far the clock may jump between two sweeps before destruction stops (R-DATA-119)."""
    hold_review: timedelta
    """How soon a legal hold is reviewed at the latest (R-DATA-117)."""
    feedback_years: int
    """How many calendar years feedback is kept (R-DATA-062)."""
    safety_unconfirmed: timedelta
    """How long an unconfirmed safety record is kept (R-DATA-241)."""
    safety_confirmed: timedelta
    exported_copies_years: int
    """How many calendar years an exported copy for training lives at most (R-DATA-050)."""
    recall: timedelta
    """How soon every dataset version that holds a withdrawn turn is recalled (R-DATA-026)."""
    metadata_months: int
    """How many calendar months rows about turns are kept (R-DATA-122)."""
    tickets: timedelta
    """How long a support ticket is kept after it was closed (R-DATA-233)."""
    export_link: timedelta
    """How long the link to an export opens it (R-DATA-235)."""
    request_due: timedelta
    """How soon a request for access or erasure is answered (R-DATA-235)."""
    provider_review: timedelta
    """How old what is known of a provider may be before it counts as unknown (design 6.8)."""
    notice: timedelta
    """How long before it takes effect a version is announced that lengthens anything (R-DATA-124)."""
    before: Calendar | None = None
    """The version that it replaced; None for the first. Turns keep to the version in force at their receipt, and to
    every later one that is stricter (`rules.versions`)."""
