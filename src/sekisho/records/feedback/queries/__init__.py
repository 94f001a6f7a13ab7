"""Reads of feedback, viewer first."""

from __future__ import annotations

from sekisho.records.feedback.queries.reports import (
    PAGE,
    choices,
    contents,
    may_send,
    own_about,
    own_contents,
    own_reports,
    report,
    reports,
)
from sekisho.records.feedback.queries.survey import closed_months, may_answer

__all__ = [
    "PAGE",
    "choices",
    "closed_months",
    "contents",
    "may_answer",
    "may_send",
    "own_about",
    "own_contents",
    "own_reports",
    "report",
    "reports",
]
