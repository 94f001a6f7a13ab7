"""Reads of the survey: whether answers are counted, and what closed months tell."""

from __future__ import annotations

from datetime import date, timedelta

from sekisho.accounts import queries as accounts
from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base import settings
from sekisho.records.feedback.models import SurveyCount
from sekisho.records.feedback.queries.reports import READER, choices
from sekisho.records.feedback.rules import survey
from sekisho.records.feedback.types import Answer, May, MayNot, Month, Sender, SurveyCircumstances

MONTHS = 12


def may_answer(sender: Sender, *, do_not_track: bool) -> May | MayNot:
    """Return whether answers from there are counted. The sender is asked for their settings, and not noted."""
    organisation = accounts.organisation(READER, sender.organisation)
    return survey.may_answer(
        SurveyCircumstances(
            is_switched_on=not settings.flag("disable_survey")
            and settings.number("feedback_survey_rate") > 0,
            zero_retention=organisation.zero_retention or sender.zero_retention,
            chosen=choices(sender.organisation).survey,
            do_not_track=do_not_track,
        )
    )


def closed_months(viewer: Viewer, today: date, limit: int = MONTHS) -> tuple[Month, ...]:
    """Return the last months that are closed, oldest first, with small groups withheld: also from staff, as there is
    no reason to know them (R-DATA-091)."""
    if not may(viewer, Permission.STAFF_FEEDBACK_READ):
        raise not_found("page_not_found")
    firsts: list[date] = []
    first = today.replace(day=1)
    while len(firsts) < limit:
        firsts += [first] if survey.is_closed(first, today) else []
        first = (first - timedelta(days=1)).replace(day=1)
    return tuple(survey.month(one, _counts(one)) for one in reversed(firsts))


def _counts(first: date) -> list[tuple[Answer, int]]:
    rows = SurveyCount.objects.filter(day__year=first.year, day__month=first.month)
    return [(Answer(row.day, row.version, row.rating, row.client), row.count) for row in rows]
