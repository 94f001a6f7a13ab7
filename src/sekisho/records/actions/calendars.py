"""Put versions of the calendar of data use in force (R-DATA-124)."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import Text
from sekisho.records.calendar import parse, shipped_document
from sekisho.records.events import data_use_changed
from sekisho.records.keystore.actions import ensure_signing_key
from sekisho.records.models import CalendarVersion
from sekisho.records.queries.calendars import ACTIVATED, VersionView, digest_of, newest, signed_bytes, version
from sekisho.records.rules import lineage, loosened, moment
from sekisho.records.types import Calendar


@transaction.atomic
def activate(viewer: Viewer, document: bytes, clock: Clock = system_clock) -> VersionView:
    """Put the version in the file in force, from the moment that it states or from now, whichever is later.

    One that makes any number less strict waits for `approve` by somebody else. Raises `SekishoError` for a file that
    cannot be read, a version that there is already, and one that would come before another; `NotAllowedError` without
    the permission.
    """
    _require(viewer)
    at, wanted = clock(), parse(document)
    known = {one.version for one in lineage(newest())}
    if wanted.version in known or CalendarVersion.objects.filter(version=wanted.version).exists():
        raise SekishoError("calendar_exists", _EXISTS.format(version=wanted.version))
    row = CalendarVersion.objects.create(
        version=wanted.version, document=document.decode(), proposed_by=viewer.id, proposed_at=at
    )
    record(viewer.id, "calendar.proposed", row.version, digest=digest_of(document))
    if not loosened(newest(), wanted):
        _put_in_force(row, viewer, wanted.effective_at, at)
    return version(viewer, row.version, at)


@transaction.atomic
def approve(viewer: Viewer, name: str, clock: Clock = system_clock) -> VersionView:
    """Put a version in force that waits for a second person: announced at once, and in force after the time of notice
    at the earliest, for turns that are received from then on.

    Raises `NotAllowedError` for whoever proposed it, `NotFoundError` for a version that does not wait.
    """
    _require(viewer)
    at = clock()
    version(viewer, name, at)
    row = CalendarVersion.objects.select_for_update().filter(version=name, effective_at=None).first()
    if row is None:
        raise SekishoError("calendar_not_waiting", _NOT_WAITING.format(version=name))
    if row.proposed_by == viewer.id:
        raise NotAllowedError("second_person_needed", _SECOND_PERSON)
    wanted, held = parse(row.document.encode()), newest()
    notice = max(wanted.notice, held.notice) if loosened(held, wanted) else at - at
    _put_in_force(row, viewer, max(wanted.effective_at, at + notice), at)
    return version(viewer, name, at)


def _put_in_force(row: CalendarVersion, viewer: Viewer, wanted: datetime, at: datetime) -> None:
    held = newest()
    row.effective_at = max(wanted, at)
    if row.effective_at <= held.effective_at:
        raise SekishoError("calendar_too_early", _told_too_early(held))
    row.approved_by, row.before = viewer.id, _digest_of_newest()
    row.announced_at = None if loosened(held, parse(row.document.encode())) else at
    row.signature = Ed25519PrivateKey.from_private_bytes(ensure_signing_key(at)).sign(signed_bytes(row))
    row.save()
    record(
        viewer.id,
        ACTIVATED,
        row.version,
        effective_at=row.effective_at,
        proposed_by=row.proposed_by,
        digest=digest_of(row.document),
    )
    transaction.on_commit(lambda: data_use_changed.send(sender=None, organisation=""))


def _digest_of_newest() -> str:
    latest = CalendarVersion.objects.exclude(effective_at=None).order_by("-effective_at", "-id").first()
    return digest_of(latest.document if latest else shipped_document())


def _require(viewer: Viewer) -> None:
    if not may(as_of_now(viewer), Permission.STAFF_RETENTION_CHANGE):
        raise NotAllowedError(
            "calendar_not_allowed", _NOT_ALLOWED, permission=Permission.STAFF_RETENTION_CHANGE.value
        )


def _told_too_early(held: Calendar) -> Text:
    since = moment(held.effective_at)
    return Text(
        f"Version {held.version} takes effect on {since.en}. Give the new one a later moment.",
        f"版 {held.version} は{since.ja}に発効します。新しい版には、それより後の日時を指定してください。",
    )


_EXISTS = Text(
    "There is a version {version} already. What has been in force is never edited: give the file a new version.",
    "版 {version} はすでにあります。一度使われた版は変更できません。新しい版の名前を付けてください。",
)
_NOT_WAITING = Text(
    "Version {version} does not wait for anybody. See the list of versions.",
    "版 {version} は承認待ちではありません。版の一覧を確認してください。",
)
_SECOND_PERSON = Text(
    "A version that makes anything less strict needs a second person. Ask somebody else to approve it.",
    "いずれかの数値を緩める版には、もう一人の承認が必要です。ほかの担当者に承認を依頼してください。",
)
_NOT_ALLOWED = Text(
    "Only those who answer for retention change the calendar. Ask an operator for the role.",
    "暦を変更できるのは保管の担当者だけです。必要な場合は運用担当者に役割の付与を依頼してください。",
)
