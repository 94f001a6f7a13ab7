"""Clear away what builds left that broke off, and versions whose time is over."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from sekisho.audit.actions import record
from sekisho.records.training.models import DatasetItem, DatasetVersion
from sekisho.records.training.types import State
from sekisho.records.training.writing import partial

ABANDONED_AFTER = timedelta(minutes=10)
"""Without a sign of life for so long, a build has broken off. Our decision: a batch takes seconds."""


def clear_abandoned(at: datetime) -> int:
    """Clear away what builds left that broke off, and return how many there were."""
    rows = list(DatasetVersion.objects.filter(state=State.BUILDING, touched_at__lte=at - ABANDONED_AFTER))
    for row in rows:
        abandon(row)
    return len(rows)


def remove_expired(at: datetime) -> int:
    """Remove the files of versions whose time is over where they were written, and what says whose turns they held;
    return how many there were. Whoever has taken a copy was told its end by the manifest (R-DATA-050)."""
    rows = list(DatasetVersion.objects.filter(state=State.READY, expires_at__lte=at))
    for row in rows:
        shutil.rmtree(Path(row.folder) / row.id, ignore_errors=True)
        with transaction.atomic():
            if DatasetVersion.objects.filter(id=row.id, state=State.READY).update(state=State.EXPIRED):
                DatasetItem.objects.filter(version=row.id).delete()
                record("system", "dataset.expired", row.id)
    return len(rows)


def abandon(row: DatasetVersion) -> None:
    """Leave no file and no item of a version that was never finished; only that it was begun."""
    shutil.rmtree(partial(Path(row.folder), row.id), ignore_errors=True)
    shutil.rmtree(Path(row.folder) / row.id, ignore_errors=True)
    with transaction.atomic():
        if DatasetVersion.objects.filter(id=row.id, state=State.BUILDING).update(state=State.ABANDONED):
            DatasetItem.objects.filter(version=row.id).delete()
            record("system", "dataset.abandoned", row.id)
