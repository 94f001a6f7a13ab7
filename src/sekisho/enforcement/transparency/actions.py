"""Publish a report: from then on it is what it is."""

from __future__ import annotations

from hashlib import sha256

from django.db import transaction

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.enforcement.transparency.models import PublishedReport
from sekisho.enforcement.transparency.queries import groups
from sekisho.enforcement.transparency.rules.building import report
from sekisho.enforcement.transparency.types import Period
from sekisho.enforcement.transparency.writing import as_json


@transaction.atomic
def publish(actor: Viewer, period: Period, clock: Clock = system_clock) -> str:
    """Publish the report of a period as it stands, with small numbers withheld, and return the id of the copy.

    Raises `NotAllowedError` without the permission, and `SekishoError`: `period_not_over` while it is still going on,
    `period_published` where one of the days was published before. What overlaps could be subtracted, and would give
    away what both withhold.
    """
    now, at = as_of_now(actor), clock()
    if not may(now, Permission.STAFF_REPORT_PUBLISH):
        raise NotAllowedError("not_allowed", _NOT_ALLOWED, permission=Permission.STAFF_REPORT_PUBLISH.value)
    if period.ends > at:
        raise SekishoError("period_not_over", _NOT_OVER)
    earlier = PublishedReport.objects.select_for_update().values_list("since", "until")
    if any(period.overlaps(Period(*days)) for days in earlier):
        raise SekishoError("period_published", _PUBLISHED)
    document = as_json(report(period, groups(period)))
    digest = sha256(document.encode()).hexdigest()
    made = PublishedReport.objects.create(
        id=new_id("rpt"),
        since=period.since,
        until=period.until,
        document=document,
        digest=digest,
        published_at=at,
        published_by=now.id,
    )
    record(now.id, "report.published", made.id, period=period.id, digest=digest)
    return made.id


_NOT_ALLOWED = Text(
    "Your role does not allow publishing reports. Ask the policy team.",
    "現在の役割では報告書を公表できません。ポリシー担当者にご依頼ください。",
)
_NOT_OVER = Text(
    "This period is not over yet. Publish it on the day after its last one (UTC).",
    "この期間はまだ終わっていません。最終日の翌日（UTC）以降に公表してください。",
)
_PUBLISHED = Text(
    "A day of this period was published before. Two reports about the same day could be subtracted from each other, "
    "which would give away the small numbers that both withhold. Choose other days.",
    "この期間には、すでに公表した日が含まれています。同じ日についての報告書が二つあると、差し引くことで、"
    "公表していない小さな数が分かってしまいます。別の期間を選んでください。",
)
