"""The register of training runs: what was registered before a withdrawal may finish, what comes later is refused
(R-DATA-026)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import transaction

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.ids import new_id
from sekisho.base.lengths import whole
from sekisho.base.text import Text
from sekisho.records.training.actions.building import require
from sekisho.records.training.actions.recalling import follow
from sekisho.records.training.models import DatasetVersion, TrainingRun
from sekisho.records.training.queries import verdict
from sekisho.records.training.types import Unfit

NOTHING_NAMED = Text(
    "Name the versions that the run is to use.", "学習に使うデータセットの版を指定してください。"
)
UNFIT: Mapping[Unfit, Text] = {
    Unfit.UNKNOWN: Text(
        "{version} is no version of this installation. `sekisho dataset list` shows them.",
        "{version} は、この環境の版ではありません。`sekisho dataset list` で一覧を確認してください。",
    ),
    Unfit.UNFINISHED: Text(
        "{version} was never finished. Build a new one.",
        "{version} は完成していません。作成し直してください。",
    ),
    Unfit.ALTERED: Text(
        "The files of {version} are missing or were altered. Take them from where they were written, or build a new "
        "version.",
        "{version} のファイルがないか、変更されています。書き出した元の場所から取り直すか、"
        "新しい版を作成してください。",
    ),
    Unfit.RECALLED: Text(
        "{version} was recalled: people have taken back what is in it. Build a new version without it.",
        "{version} は回収されています。含まれるデータの利用が取りやめられました。除外した新しい版を作成してください。",
    ),
    Unfit.EXPIRED: Text(
        "{version} has expired. Delete every copy of it, and build a new version.",
        "{version} は期限が切れています。すべての写しを削除し、新しい版を作成してください。",
    ),
}


def register_run(
    viewer: Viewer,
    name: str,
    versions: Sequence[str],
    *,
    folders: Mapping[str, Path] | None = None,
    clock: Clock = system_clock,
) -> str:
    """Register a run before it begins, and return its id (`run_…`).

    Raises `SekishoError` (`dataset_recalled`, `dataset_expired`, `dataset_altered`, …) for a version that does not
    verify. `folders` says where versions lie that were moved from where they were written.
    """
    require(viewer)
    follow(clock)
    if not versions:
        raise SekishoError("dataset_not_named", NOTHING_NAMED)
    at = clock()
    wanted = sorted(set(versions))
    with transaction.atomic():
        rows = list(DatasetVersion.objects.select_for_update().filter(id__in=wanted))
        for version in wanted:
            _require_fit(version, verdict(version, at, (folders or {}).get(version)).unfit)
        run = TrainingRun.objects.create(
            id=new_id("run"), name=whole(name, 200), registered_at=at, registered_by=viewer.id
        )
        run.versions.set(rows)
        record(viewer.id, "training_run.registered", run.id, versions=wanted)
    return run.id


def finish_run(viewer: Viewer, run: str, clock: Clock = system_clock) -> None:
    """Write down that a run has finished. One that was registered may always finish. Raises `NotFoundError`."""
    require(viewer)
    with transaction.atomic():
        row = TrainingRun.objects.filter(id=run, finished_at=None).first()
        if row is None:
            raise not_found("run_not_found")
        TrainingRun.objects.filter(id=run).update(finished_at=clock())
        record(viewer.id, "training_run.finished", run)


def _require_fit(version: str, found: Unfit | None) -> None:
    if found is not None:
        raise SekishoError(f"dataset_{found.value}", UNFIT[found].format(version=version))
