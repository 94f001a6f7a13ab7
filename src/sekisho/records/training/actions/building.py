"""Build a version of a dataset: selected, asked turn by turn, written, signed.

Killed at any moment, it leaves nothing that would be taken for a version: the files grow under a name of their own, and
the row says `building` until everything is on the disk. What was left is cleared away later, and a new build begins
anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.db import transaction

from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit import signing
from sekisho.audit.actions import record
from sekisho.base import settings
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.records.queries.clocks import trusted
from sekisho.records.queries.history import calendar_at, newest_event
from sekisho.records.training import manifest, rules
from sekisho.records.training.actions.clearing import abandon, clear_abandoned
from sekisho.records.training.exporter import exporting
from sekisho.records.training.models import DatasetItem, DatasetVersion
from sekisho.records.training.selecting import Selection
from sekisho.records.training.types import MODEL_IMPROVEMENT, Format, Record, State
from sekisho.records.training.writing import Files, require_format
from sekisho.records.types import TurnFacts

ITEMS_A_STATEMENT = 500
Progress = Callable[[int, int], None]
"""Told records and items written so far."""
OTHER_PURPOSE = Text(
    "People were asked about `model_improvement` only. Data for another purpose needs a choice of its own.",
    "同意を得た目的は `model_improvement` だけです。別の目的に使うには、あらためて選択していただく必要があります。",
)
YET_TO_COME = Text(
    "This moment has not come yet. Name one in the past, or none.",
    "まだ来ていない時刻です。過去の時刻を指定するか、省略してください。",
)
ABANDONED = Text(
    "This build gave no sign of life for ten minutes and was given up. Build again, on a machine with less to do.",
    "この作成は 10 分間応答がなかったため、打ち切られました。負荷の低い環境で作成し直してください。",
)
NOT_ALLOWED = Text(
    "Building datasets needs the role privacy. Ask somebody who holds it.",
    "データセットの作成にはプライバシー担当者の役割が必要です。担当者にご依頼ください。",
)


def build(
    viewer: Viewer,
    folder: Path,
    *,
    purpose: str = MODEL_IMPROVEMENT,
    format: Format = Format.JSONL,
    as_of: datetime | None = None,
    progress: Progress = lambda records, items: None,
    clock: Clock = system_clock,
) -> str:
    """Write a new version into a folder of its own within `folder`, and return its id (`dsv_…`).

    Only what is eligible at the moment `as_of` *and* now is given. Raises `SekishoError` for another purpose
    (`purpose_unknown`), a moment in the future (`moment_to_come`), or where the exporter's connection is not closed to
    everything else; `NotAllowedError` without the permission.
    """
    require(viewer)
    now = trusted(clock())
    if purpose != MODEL_IMPROVEMENT:
        raise SekishoError("purpose_unknown", OTHER_PURPOSE)
    if as_of is not None and as_of > now:
        raise SekishoError("moment_to_come", YET_TO_COME)
    clear_abandoned(now)
    row = _begun(viewer, folder, format, as_of or now, now, State.BUILDING)
    _carry_out(row, progress, clock)
    return row.id


def ask_for(viewer: Viewer, *, format: Format = Format.JSONL, clock: Clock = system_clock) -> str:
    """Ask for a new version in the folder of the installation (`data_dir`/datasets), and return its id. A worker builds
    it, as of the moment when it begins. What would keep it from building is told now, as `build` tells it."""
    require(viewer)
    require_format(format)
    with exporting():
        pass
    now = trusted(clock())
    return _begun(viewer, own_folder(), format, now, now, State.ASKED_FOR).id


def build_next(clock: Clock = system_clock) -> str:
    """Build the version that was asked for first, and return its id; empty where none was. Of several workers one
    takes it."""
    now = trusted(clock())
    for row in DatasetVersion.objects.filter(state=State.ASKED_FOR).order_by("built_at", "id"):
        calendar = calendar_at(now)
        facts = {"as_of": now, "built_at": now, "touched_at": now, "calendar": calendar.version}
        facts |= {"expires_at": rules.expires_at(now, calendar), "state": State.BUILDING.value}
        if DatasetVersion.objects.filter(id=row.id, state=State.ASKED_FOR).update(**facts):
            _carry_out(DatasetVersion.objects.get(id=row.id), lambda records, items: None, clock)
            return row.id
    return ""


def own_folder() -> Path:
    return settings.folder("data_dir") / "datasets"


def _carry_out(row: DatasetVersion, progress: Progress, clock: Clock) -> None:
    try:
        _write(row, Path(row.folder), Format(row.format), progress, clock)
    except BaseException:
        abandon(row)
        raise


def require(viewer: Viewer) -> None:
    if not may(viewer, Permission.STAFF_DATASET_BUILD):
        raise NotAllowedError("not_allowed", NOT_ALLOWED, permission=Permission.STAFF_DATASET_BUILD.value)


def _begun(
    viewer: Viewer, folder: Path, format: Format, as_of: datetime, now: datetime, state: State
) -> DatasetVersion:
    calendar = calendar_at(as_of)
    row = DatasetVersion(
        id=new_id("dsv"),
        purpose=MODEL_IMPROVEMENT,
        state=state,
        format=format,
        folder=str(folder.absolute()),
        as_of=as_of,
        built_at=now,
        touched_at=now,
        built_by=viewer.id,
        calendar=calendar.version,
        expires_at=rules.expires_at(as_of, calendar),
    )
    with transaction.atomic():
        row.save(force_insert=True)
        record(viewer.id, f"dataset.{_WORD[state]}", row.id, purpose=row.purpose, as_of=as_of, format=format)
    return row


_WORD = {State.BUILDING: "begun", State.ASKED_FOR: "asked_for"}


def _write(row: DatasetVersion, folder: Path, format: Format, progress: Progress, clock: Clock) -> None:
    files = Files(folder, row.id, format)
    try:
        with exporting():
            row.high_water = row.followed = newest_event()
            register = _Register(row, clock)
            selection = Selection(row.as_of, row.built_at, calendar_at(row.as_of), register.beat)
            for made, turns in selection:
                files.write(made)
                register.add(made, turns)
                progress(selection.records, selection.items)
            sums = selection.sums()
        register.flush()
        content, digests = files.finish()
        row.sums = asdict(sums)
        told = manifest.stated(
            version=row.id,
            purpose=row.purpose,
            as_of=row.as_of,
            built_at=row.built_at,
            expires_at=row.expires_at,
            calendar=row.calendar,
            high_water=row.high_water,
            sums=sums,
            content=content,
            files=digests,
        )
        document = manifest.signed(told, signing.signer())
        files.publish(document)
    except BaseException:
        files.drop()
        raise
    _finish(row, document, clock())


class _Register:
    """Writes down which turns are in the version, a few hundred at a time."""

    def __init__(self, row: DatasetVersion, clock: Clock) -> None:
        self._row, self._clock = row, clock
        self._waiting: list[DatasetItem] = []

    def add(self, made: Record, turns: Mapping[str, TurnFacts]) -> None:
        for one in made.items:
            self._waiting.append(_item(self._row.id, one.item, turns[one.turn]))
        if len(self._waiting) >= ITEMS_A_STATEMENT:
            self.flush()

    def flush(self) -> None:
        with transaction.atomic():
            DatasetItem.objects.bulk_create(self._waiting, batch_size=ITEMS_A_STATEMENT)
            self.beat()
        self._waiting.clear()

    def beat(self) -> None:
        """Show that the build is alive. One that was taken for broken off meanwhile ends here."""
        building = DatasetVersion.objects.filter(id=self._row.id, state=State.BUILDING)
        if not building.update(touched_at=self._clock()):
            raise SekishoError("dataset_abandoned", ABANDONED)


def _item(version: str, name: str, turn: TurnFacts) -> DatasetItem:
    return DatasetItem(
        version_id=version,
        item=name,
        turn=turn.id,
        organisation=turn.organisation,
        conversation=turn.conversation,
        member=turn.stamp.member,
        end_user=turn.end_user,
        received_at=turn.stamp.received_at,
    )


def _finish(row: DatasetVersion, document: bytes, at: datetime) -> None:
    """From here on it is a version. What happened while it was built is looked at by the next `follow`."""
    row.state, row.manifest, row.touched_at = State.READY, document.decode(), at
    with transaction.atomic():
        if not DatasetVersion.objects.filter(id=row.id, state=State.BUILDING).update(touched_at=at):
            raise SekishoError("dataset_abandoned", ABANDONED)
        row.save()
        sums = row.sums
        record(
            row.built_by,
            "dataset.built",
            row.id,
            records=sums["records"],
            items=sums["items"],
            left_out=sums["reasons"],
            events=row.high_water,
            expires_at=row.expires_at,
        )
