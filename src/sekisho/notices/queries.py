"""Reads of notices: a person sees their own, and those of the organisations whose standing they may see.

Every read names the organisation, or nothing for what the viewer was told in person.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.text import Text
from sekisho.notices.models import Delivery, Notice, Reading
from sekisho.notices.types import NoticeView, Stage

PAGE = 50


def notices(
    viewer: Viewer, organisation: str, *, before: str = "", limit: int = PAGE
) -> tuple[NoticeView, ...]:
    """Return what the organisation, or the viewer in person, was told, newest first.

    `before`, the id of a notice, asks for those older than it. Raises `NotFoundError` for an organisation whose
    standing the viewer does not see, and for whoever has not signed in.
    """
    rows = _seen(viewer, organisation)
    if before:
        last = rows.filter(id=before).values("at", "id").first()
        if last is None:
            raise not_found("notice_not_found")
        rows = rows.filter(Q(at__lt=last["at"]) | Q(at=last["at"], id__lt=last["id"]))
    return tuple(_view(row) for row in rows.order_by("-at", "-id")[:limit])


def notice(viewer: Viewer, organisation: str, notice_id: str) -> NoticeView:
    """Return one of them. Raises `NotFoundError` for what the viewer may not see."""
    row = _seen(viewer, organisation).filter(id=notice_id).first()
    if row is None:
        raise not_found("notice_not_found")
    return _view(row)


def unread(viewer: Viewer, organisation: str) -> int:
    """Return how many of them the viewer has not read; 0 where they would not see any."""
    if not _sees(viewer, organisation):
        return 0
    return _seen(viewer, organisation).exclude(readings__person=viewer.id).count()


def undelivered(since: datetime) -> tuple[int, int]:
    """Return how many mails wait after a failure, and how many were given up since. For operators: no viewer."""
    rows = Delivery.objects.values("id")
    waiting = rows.filter(stage=Stage.WAITING.value).exclude(problem="").count()
    return waiting, rows.filter(stage=Stage.GIVEN_UP.value, done_at__gte=since).count()


def told_of(kind: str) -> frozenset[str]:
    """Return what notices of this kind were about, ever. For duties that tell everybody once: no viewer."""
    return frozenset(Notice.objects.filter(kind=kind).values_list("about", flat=True))


def taken(mails: Iterable[str]) -> frozenset[str]:
    """Return which of these mails a mail server has taken. For rooms that wait until somebody was really told: no
    viewer."""
    rows = Delivery.objects.filter(id__in=set(mails), stage=Stage.SENT.value)
    return frozenset(rows.values_list("id", flat=True))


def refused(addresses: Iterable[str]) -> frozenset[str]:
    """Return which of these addresses took nothing, when we last knew of a mail there what became of it. For rooms that
    ask whether somebody can be reached: no viewer."""
    ended = (
        Delivery.objects.exclude(done_at=None).filter(address__in=set(addresses)).order_by("done_at", "id")
    )
    last = dict(ended.values_list("address", "stage"))
    return frozenset(address for address, stage in last.items() if stage == Stage.GIVEN_UP.value)


def _seen(viewer: Viewer, organisation: str) -> QuerySet[Notice]:
    if not _sees(viewer, organisation):
        raise not_found("notices_not_found")
    whose = {"organisation": organisation, "end_user": ""} if organisation else {"person": viewer.id}
    read = Reading.objects.filter(notice=OuterRef("id"), person=viewer.id)
    return Notice.objects.filter(**whose).annotate(is_read=Exists(read))


def _sees(viewer: Viewer, organisation: str) -> bool:
    if organisation:
        return may(viewer, Permission.ORG_STANDING_READ, organisation)
    return bool(viewer.id)


def _view(row: Notice) -> NoticeView:
    return NoticeView(
        id=row.id,
        kind=row.kind,
        about=row.about,
        subject=Text(row.subject_en, row.subject_ja),
        body=Text(row.body_en, row.body_ja),
        link=row.link,
        at=row.at,
        is_read=bool(getattr(row, "is_read", False)),
    )
