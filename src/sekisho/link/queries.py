"""Reads of the link for operators: how fresh what gateways know is, and what waits to be taken in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base import settings
from sekisho.link.carriers.local import JournalFolder, SnapshotFile, journal_folder, snapshot_path
from sekisho.link.models import Quarantined
from sekisho.link.routes import routes
from sekisho.link.snapshot import Route

COUNTED = 1000
"""How far waiting entries are counted: a page need not read a whole backlog to say that it is long."""


@dataclass(frozen=True, slots=True)
class LinkState:
    revision: int
    """Of the snapshot that gateways are offered; 0 before the first."""
    issued_at: datetime | None
    is_stale: bool
    """Whether gateways refuse by now because the snapshot is too old."""
    waiting: int
    """Entries in local journals that are not taken in yet, `COUNTED` at most."""
    quarantined: int
    """Entries that could not be read and are kept as they came."""


def known_routes() -> tuple[Route, ...]:
    """Return the routes that gateways hold at the moment, else those that this process's settings would give them."""
    held = SnapshotFile(snapshot_path(settings.folder("data_dir"))).read()
    return held.routes if held is not None else routes()


def state(viewer: Viewer, at: datetime) -> LinkState:
    """Return how the link stands at the moment `at`. For operators; others find nothing."""
    if not may(viewer, Permission.STAFF_HEALTH_READ):
        raise not_found("page_not_found")
    folder = settings.folder("data_dir")
    held = SnapshotFile(snapshot_path(folder)).read()
    return LinkState(
        revision=held.revision if held else 0,
        issued_at=held.issued_at if held else None,
        is_stale=held is None or held.is_stale(at),
        waiting=len(JournalFolder(journal_folder(folder)).read(COUNTED)),
        quarantined=Quarantined.objects.count(),
    )
