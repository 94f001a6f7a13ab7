"""Once a week editors are mailed what readers did: read, voted, came back, and asked for in vain (R-SUP-151)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse

from sekisho.accounts.queries import people_who
from sekisho.accounts.rules import Permission
from sekisho.accounts.types import system
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import LANGS, Text
from sekisho.notices.actions import tell
from sekisho.notices.types import Person
from sekisho.support.help.queries import usage
from sekisho.support.search.models import WeekTold
from sekisho.support.search.queries import misses
from sekisho.support.search.rules.weekly import letter

TELLER = system("help")
WEEK = timedelta(days=7)


def tell_editors(*, clock: Clock = system_clock) -> bool:
    """Mail every editor the list of the week that ended last, and return whether that was done now.

    Once a week, whoever comes first; not for a week in which nothing was read, asked or said.
    """
    today = clock().date()
    until = today - timedelta(days=today.weekday())
    since = until - WEEK
    if WeekTold.objects.filter(week=since).exists():
        return False
    with transaction.atomic():
        if not WeekTold.objects.get_or_create(week=since)[1]:
            return False
        return _told(since, until, clock)


def _told(since: date, until: date, clock: Clock) -> bool:
    counted = {lang: usage(TELLER, since, until, lang) for lang in LANGS}
    missed = misses(TELLER, since, until)
    said = Text(*(letter(counted[lang], missed, lang) for lang in LANGS))
    if not said.en:
        return False
    subject = Text(f"The help centre, week of {since}", f"ヘルプセンター:{since} からの 1 週間")
    for editor in people_who(Permission.STAFF_ARTICLE_WRITE):
        tell(
            Person(editor), "articles_weekly", f"week_{since}", subject, said,
            key=f"articles.{since}.{editor}", at=clock(), link=reverse("console:staff-articles"),
        )  # fmt: skip
    record(TELLER.id, "articles.told", f"week_{since}", misses=len(missed))
    return True
