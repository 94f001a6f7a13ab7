"""Reads of training, viewer first. Staff who may build datasets see them; nobody else sees any."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.db.models import Count, Prefetch, Q, QuerySet

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit import signing
from sekisho.records.models import DataEvent
from sekisho.records.queries.history import event_of
from sekisho.records.training import manifest, rules
from sekisho.records.training.models import DatasetItem, DatasetVersion, Recall, TrainingRun
from sekisho.records.training.types import (
    Format,
    Membership,
    RecallView,
    RunView,
    State,
    Sums,
    Unfit,
    Verdict,
    VersionView,
)
from sekisho.records.types import Event

PAGE = 50


def versions(viewer: Viewer, at: datetime, limit: int = PAGE) -> tuple[VersionView, ...]:
    """Return the versions, newest first."""
    _see(viewer)
    return tuple(_version(row, at) for row in _counted().order_by("-built_at", "-id")[:limit])


def version(viewer: Viewer, dataset: str, at: datetime) -> VersionView:
    """Return one version with its recalls and runs. Raises `NotFoundError`."""
    _see(viewer)
    row = _counted().filter(id=dataset).first()
    if row is None:
        raise not_found("dataset_not_found")
    return _version(row, at)


def recalled_items(viewer: Viewer, dataset: str) -> Iterable[str]:
    """Yield the names of the items that were taken out of the version: to be left out of every copy of it."""
    _see(viewer)
    rows = DatasetItem.objects.filter(version=dataset).exclude(recalled_by=None)
    return rows.order_by("id").values_list("item", flat=True).iterator()


def runs(viewer: Viewer, limit: int = PAGE) -> tuple[RunView, ...]:
    """Return the training runs, newest first."""
    _see(viewer)
    rows = TrainingRun.objects.order_by("-registered_at", "-id")[:limit]
    return tuple(map(_run, rows.prefetch_related(_VERSIONS)))


def verdict(dataset: str, at: datetime, folder: Path | None = None) -> Verdict:
    """Return whether a new run may use the version at the moment `at`: finished, unaltered, neither recalled nor
    expired. `folder` says where its files lie if not where they were written.

    Call `actions.follow` first, or what was taken back a moment ago may not be known here yet.
    """
    row = _counted().filter(id=dataset).first()
    if row is None:
        return Verdict(dataset, Unfit.UNKNOWN)
    document = row.manifest.encode()
    is_whole = manifest.is_signed(document, signing.public_keys()) and manifest.is_whole(
        folder or Path(row.folder) / row.id, document
    )
    return Verdict(dataset, _unfit(row, at, is_whole=is_whole))


def events_after(seq: int, limit: int) -> list[Event]:
    """Return the first events with a greater number, in their order."""
    return list(map(event_of, DataEvent.objects.filter(seq__gt=seq).order_by("seq")[:limit]))


def memberships(
    organisation: str, *, end_user: str | None = None, member: str | None = None
) -> tuple[Membership, ...]:
    """Return which versions hold turns of an account, or of one person in it: for what its subject is told
    (R-DATA-236). Who may ask is the caller's to say."""
    rows = DatasetItem.objects.filter(organisation=organisation, version__state=State.READY)
    rows = rows if end_user is None else rows.filter(end_user=end_user)
    rows = rows if member is None else rows.filter(member=member)
    counted = rows.values("version", "version__purpose", "version__built_at", "version__expires_at")
    counted = counted.annotate(items=Count("id"), recalled=Count("id", filter=~Q(recalled_by=None)))
    return tuple(
        Membership(
            row["version"],
            row["version__purpose"],
            row["version__built_at"],
            row["version__expires_at"],
            row["items"],
            row["recalled"],
        )
        for row in counted.order_by("version__built_at", "version")
    )


def _see(viewer: Viewer) -> None:
    if not may(viewer, Permission.STAFF_DATASET_BUILD):
        raise not_found("page_not_found")


def _counted() -> QuerySet[DatasetVersion]:
    recalled = Count("items", filter=~Q(items__recalled_by=None))
    recalls = Prefetch("recalls", Recall.objects.order_by("-event"))
    mine = Prefetch("runs", TrainingRun.objects.order_by("-registered_at").prefetch_related(_VERSIONS))
    return DatasetVersion.objects.annotate(recalled=recalled).prefetch_related(recalls, mine)


_VERSIONS = Prefetch("versions", DatasetVersion.objects.prefetch_related("recalls").order_by("id"))


def _version(row: DatasetVersion, at: datetime) -> VersionView:
    recalls = tuple(map(_recall, row.recalls.all()))
    return VersionView(
        id=row.id,
        purpose=row.purpose,
        state=State(row.state),
        format=Format(row.format),
        as_of=row.as_of,
        built_at=row.built_at,
        built_by=row.built_by,
        calendar=row.calendar,
        high_water=row.high_water,
        expires_at=row.expires_at,
        sums=Sums(**row.sums) if row.sums else Sums(0, 0, {}, {}, {}),
        recalled_items=row.recalled,  # type: ignore[attr-defined]  # annotated
        recalled_at=min((one.recalled_at for one in recalls), default=None),
        recalls=recalls,
        runs=tuple(map(_run, row.runs.all())),
        unfit=_unfit(row, at, is_whole=True),
    )


def _unfit(row: DatasetVersion, at: datetime, *, is_whole: bool) -> Unfit | None:
    recalled: int = row.recalled  # type: ignore[attr-defined]  # annotated
    if row.state == State.EXPIRED:
        return Unfit.EXPIRED
    return rules.unfit(row.state == State.READY, recalled, row.expires_at, at, is_whole=is_whole)


def _recall(row: Recall) -> RecallView:
    return RecallView(row.version_id, row.event, row.kind, row.happened_at, row.recalled_at, row.items)


def _run(row: TrainingRun) -> RunView:
    used = list(row.versions.all())
    since = tuple(
        one.id for one in used if any(recall.recalled_at >= row.registered_at for recall in one.recalls.all())
    )
    return RunView(
        row.id,
        row.name,
        row.registered_at,
        row.registered_by,
        row.finished_at,
        tuple(one.id for one in used),
        since,
    )
