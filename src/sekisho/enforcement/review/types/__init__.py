"""Words of the review queue as plain values. No Django."""

from __future__ import annotations

from sekisho.enforcement.review.types.views import (
    CaseRow,
    CaseView,
    Excerpt,
    Precedent,
    Proposal,
    ReportState,
)
from sekisho.enforcement.review.types.words import (
    About,
    AboutKind,
    Answer,
    Category,
    Enclosure,
    Gravity,
    Hidden,
    Note,
    Opinion,
    Reason,
    Report,
    Source,
    State,
    Taken,
    Verdict,
)

__all__ = [
    "About",
    "AboutKind",
    "Answer",
    "CaseRow",
    "CaseView",
    "Category",
    "Enclosure",
    "Excerpt",
    "Gravity",
    "Hidden",
    "Note",
    "Opinion",
    "Precedent",
    "Proposal",
    "Reason",
    "Report",
    "ReportState",
    "Source",
    "State",
    "Taken",
    "Verdict",
]
