"""How fresh an article is, in words (R-SUP-002). Computed whenever it is shown, so that it never lies."""

from __future__ import annotations

from datetime import datetime, timedelta

from sekisho.base.text import Text

TODAY = Text("Updated today", "今日更新")
THIS_WEEK = Text("Updated this week", "今週更新")
THIS_MONTH = Text("Updated this month", "今月更新")
MONTHS = Text("Updated {n} months ago", "{n}か月前に更新")
ONE_MONTH = Text("Updated over a month ago", "1か月以上前に更新")
ONE_YEAR = Text("Updated over a year ago", "1年以上前に更新")
YEARS = Text("Updated over {n} years ago", "{n}年以上前に更新")

MONTH = timedelta(days=30)
YEAR = timedelta(days=365)


def freshness(updated_at: datetime, at: datetime) -> Text:
    """Return how long ago an article was updated, in both languages. What is dated ahead was updated today."""
    age = max(at - updated_at, timedelta())
    if age < timedelta(days=1):
        return TODAY
    if age < timedelta(days=7):
        return THIS_WEEK
    if age < MONTH:
        return THIS_MONTH
    if age < YEAR:
        return ONE_MONTH if age < 2 * MONTH else MONTHS.format(n=age // MONTH)
    return ONE_YEAR if age < 2 * YEAR else YEARS.format(n=age // YEAR)


REVIEW_EVERY = timedelta(days=182)
"""After how long an editor is asked to look at an article again. Our decision: twice a year, as the law's dates are."""


def is_due(reviewed_on: datetime, at: datetime) -> bool:
    """Return whether an article is to be read again by an editor."""
    return at - reviewed_on >= REVIEW_EVERY
